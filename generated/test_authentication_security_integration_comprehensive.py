"""Authentication Security: comprehensive integration suite.

Login, tokens, permissions and protection of accounts against attack.

BVJ: Free, Early, Mid, Enterprise - Security
Value Impact: Only the right person reaches an account, its conversations and the agents
    that act for it.
Strategic Impact: A single breach would cost more trust than any feature can win back.
Revenue protected: $8,100,000 a year (against breaches and unauthorized access)

Spec: specs/authentication_security.yaml (rev 518506)
"""

import pytest

from suiteloom.ssot import SSotAsyncTestCase


class TestJWTTokenManagement(SSotAsyncTestCase):
    """JWT & Token Management.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 7d8f79)
    """

    @pytest.mark.spec("AU-001", rev="962808.ddc841")
    @pytest.mark.integration
    def test_jwt_token_creation_and_validation_security(self):
        """Issued tokens validate; forged, altered and expired ones do not.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: A forged token accepted once opens somebody's entire archive of
            chats; disclosure letters go out to every plan and a wave of closed accounts
            comes back.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()

    @pytest.mark.spec("AU-002", rev="8a607b.8a570f")
    @pytest.mark.integration
    async def test_multi_user_session_isolation_security(self):
        """No session can read or act for another user.

        BVJ: Mid, Enterprise - Security
        Value Impact: Competing firms sit side by side on the platform; one answer shown
            in the wrong session gives a rival's plans away and leaves us with the
            lawsuit.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()

    @pytest.mark.spec("AU-003", rev="cf2eb6.317c02")
    @pytest.mark.integration
    async def test_authentication_headers_and_middleware_processing(self):
        """Middleware accepts well-formed credentials and rejects all others.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: A doubled header that the proxy reads one way and the service
            another lends an attacker somebody's identity, with agent tools to run at
            that person's expense.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()


class TestOAuthIntegration(SSotAsyncTestCase):
    """OAuth & Integration.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 5ab9c7)
    """

    @pytest.mark.spec("AU-004", rev="362d48.b3ef1c")
    @pytest.mark.integration
    async def test_oauth_integration_security_patterns(self):
        """OAuth sign-in needs a matching state, code and redirect.

        BVJ: Free, Early - Security
        Value Impact: The button for signing in with an existing account is the front
            door for newcomers; a hijacked redirect there gives their identity away
            before the first chat.
        Strategic Impact: An effortless sign-in helps growth only as long as nobody has
            cause to fear it.
        """
        self.pending()

    @pytest.mark.spec("AU-005", rev="04c111.3d4032")
    @pytest.mark.integration
    def test_user_context_creation_and_permission_management(self):
        """A user's context carries exactly the permissions that were granted.

        BVJ: Mid, Enterprise - Expansion
        Value Impact: When a guest can inherit an owner's rights and delete a
            department's agents, the account stops inviting people; dependable roles are
            what lets it add seats.
        Strategic Impact: Whole organizations can join once access is shared out safely.
        """
        self.pending()


class TestPerformanceSecurity(SSotAsyncTestCase):
    """Performance & Security.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 4f2d07)
    """

    @pytest.mark.spec("AU-006", rev="163684.5924aa")
    @pytest.mark.integration
    async def test_authentication_performance_and_caching(self):
        """Cached checks are quick and forget a revoked token at once.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Each message waits for the login check, so remembering its result
            speeds up every answer; but a dismissed employee riding on a remembered
            login could empty the workspace.
        Strategic Impact: Quick answers keep people in the product without loosening its
            locks.
        """
        self.pending()

    @pytest.mark.spec("AU-007", rev="9de529.0aa454")
    @pytest.mark.integration
    async def test_security_vulnerability_prevention(self):
        """Known attacks on login and tokens are refused.

        BVJ: Free, Early - Security
        Value Impact: Bots guess passwords for nothing against a login that never tires;
            taken-over small accounts are then resold as cheap model access at our
            expense.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()

    @pytest.mark.spec("AU-008", rev="4537ad.c3eed8")
    @pytest.mark.integration
    async def test_cross_service_authentication_communication(self):
        """Services trust each other only with a valid service token.

        BVJ: Platform, Free, Early, Mid, Enterprise - Security
        Value Impact: An attacker who lands on one forgotten internal service must gain
            nothing by it; if its peers take its word unasked, a small foothold becomes
            the theft of all customer data.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()


class TestUserManagement(SSotAsyncTestCase):
    """User Management.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 4eb0a6)
    """

    @pytest.mark.spec("AU-009", rev="ea8588.174460")
    @pytest.mark.integration
    async def test_user_registration_and_profile_security(self):
        """Registration and profile changes accept only safe, verified data.

        BVJ: Early, Mid - Security
        Value Impact: Under a look-alike address a stranger could accept an invitation
            meant for a colleague and read a small company's workspace from the inside,
            unnoticed.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()

    @pytest.mark.spec("AU-010", rev="e63bfe.258dc0")
    @pytest.mark.integration
    async def test_authentication_audit_logging_and_monitoring(self):
        """Every login event leaves an audit record without secrets.

        BVJ: Enterprise - Risk Reduction
        Value Impact: Procurement asks who signed in, when and from where; a trail with
            gaps, or with passwords in it, fails the client's own audit and the
            signature is put off.
        Strategic Impact: Audit trails open regulated industries, where contracts are
            large and long.
        """
        self.pending()

    @pytest.mark.spec("AU-011", rev="4b42c0.871154")
    @pytest.mark.integration
    async def test_token_refresh_and_rotation_security(self):
        """Refresh rotates tokens, and a reused one ends the session.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: Copied from a lost laptop, a refresh token would serve as a key
            for ever; rotation shuts the thief out while the owner works on without
            another login.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()


class TestAdvancedAuthentication(SSotAsyncTestCase):
    """Advanced Authentication.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev b76657)
    """

    @pytest.mark.spec("AU-012", rev="c6cb3e.0b342a")
    @pytest.mark.integration
    async def test_websocket_authentication_integration(self):
        """A WebSocket opens only for a valid, unexpired login.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: Locks on the web pages mean little if the socket behind them opens
            for anyone: an agent's private findings would play live to a stranger who
            kept an old link.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()

    @pytest.mark.spec("AU-013", rev="e53f17.0252f1")
    @pytest.mark.integration
    async def test_authentication_recovery_mechanisms(self):
        """Account recovery works once, for the owner, for a limited time.

        BVJ: Early, Mid - Retention
        Value Impact: A subscriber who cannot get back in cancels with the bank, and one
            whose reset link a stranger could use is robbed: too strict and too lax both
            end the plan.
        Strategic Impact: Forgotten passwords are common; each of them is a decision to
            stay or go.
        """
        self.pending()

    @pytest.mark.spec("AU-014", rev="3f0374.73dd72")
    @pytest.mark.integration
    async def test_multi_factor_authentication_patterns(self):
        """A second factor is demanded, checked and recoverable.

        BVJ: Enterprise - Conversion
        Value Impact: Many companies may not buy software without a second factor;
            enrollment and backup codes that work take this objection out of the sales
            talks.
        Strategic Impact: Opens accounts whose policy rules out passwords alone.
        """
        self.pending()


class TestPerformanceErrorHandling(SSotAsyncTestCase):
    """Performance & Error Handling.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 606051)
    """

    @pytest.mark.spec("AU-015", rev="d961a6.c053ee")
    @pytest.mark.integration
    async def test_concurrent_authentication_performance(self):
        """Many logins at once succeed, each with a session of its own.

        BVJ: Mid, Enterprise - Stability
        Value Impact: As the working day begins, a client's staff signs in all at once;
            a login that buckles then idles a company that pays by the seat, and the
            seats get counted again.
        Strategic Impact: Accounts with many users can be promised the same entrance as
            small ones.
        """
        self.pending()

    @pytest.mark.spec("AU-016", rev="c701af.c3fa78")
    @pytest.mark.integration
    async def test_authentication_error_scenarios(self):
        """Failed logins give safe, useful errors and leave nothing half open.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: Messages that reveal which addresses exist hand attackers a list
            of our customers, while vague ones fill support with honest people; the
            wording costs either way.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.
        """
        self.pending()
