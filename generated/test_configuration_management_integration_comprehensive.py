"""Configuration Management: comprehensive integration suite.

Loading, validation, security and change of settings in every service.

BVJ: Free, Early, Mid, Enterprise - Risk Reduction
Value Impact: Settings that are checked before they are used stop the errors that cause
    60% of incidents.
Strategic Impact: Fewer incidents free the team to build, and provable control satisfies
    compliance buyers.
Revenue protected: $3,200,000 a year (against configuration errors, the cause of 60% of
    incidents)

Spec: specs/configuration_management.yaml (rev 673b25)
"""

import pytest

from suiteloom.ssot import SSotAsyncTestCase, SSotBaseTestCase


class TestConfigurationLoading(SSotBaseTestCase):
    """Configuration Loading.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev d76d36)
    """

    @pytest.mark.spec("CM-001", rev="1ae5de.df3865")
    @pytest.mark.integration
    def test_configuration_loading_from_multiple_sources(self):
        """Files, environment and secrets form one complete configuration.

        BVJ: Platform - Risk Reduction
        Value Impact: Forget one source among several and the agents run on an outdated
            price list for models: every answer still works while the margin on it melts
            unseen.
        Strategic Impact: Unit costs stay as planned, which is what keeps the plans
            affordable.
        """
        self.pending()

    @pytest.mark.spec("CM-002", rev="91db86.f5195e")
    @pytest.mark.integration
    def test_environment_specific_configuration_validation(self):
        """Each environment accepts only settings that are right for it.

        BVJ: Enterprise - Risk Reduction
        Value Impact: A staging key in production would carry clients' prompts to a test
            account outside the data agreement, which for a regulated company is a
            reportable event.
        Strategic Impact: Data agreements that hold are the ground on which regulated
            accounts are won.
        """
        self.pending()

    @pytest.mark.spec("CM-003", rev="f8571b.398126")
    @pytest.mark.integration
    def test_configuration_merging_and_override_precedence(self):
        """Merged settings follow the documented precedence to every depth.

        BVJ: Platform, Free - Risk Reduction
        Value Impact: Let a merge drop one nested limit and free accounts run the
            costliest agents without a cap; we get the bill and paying users get the
            queue.
        Strategic Impact: A free tier with firm limits can be kept open as a way into
            the product.
        """
        self.pending()


class TestConfigurationValidationErrorHandling(SSotAsyncTestCase):
    """Configuration Validation & Error Handling.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev f89536)
    """

    @pytest.mark.spec("CM-004", rev="102161.334e58")
    @pytest.mark.integration
    def test_configuration_validation_and_error_handling(self):
        """Invalid settings are reported together, each with place and cause.

        BVJ: Platform - Velocity
        Value Impact: A deploy check that names a single mistake at a time costs a full
            cycle for each of them, and all the while users wait for the repair that is
            queued behind.
        Strategic Impact: Changes go out at the first attempt, so more of them go out.
        """
        self.pending()

    @pytest.mark.spec("CM-005", rev="15b27a.a7565e")
    @pytest.mark.integration
    async def test_dynamic_configuration_reload_capabilities(self):
        """A reload applies a valid change whole and keeps the old on error.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Instances that took only half of a reload disagree about what a
            plan includes; subscribers see a paid feature come and go, and ask for their
            money back.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.
        """
        self.pending()

    @pytest.mark.spec("CM-006", rev="eb0863.136402")
    @pytest.mark.integration
    def test_configuration_schema_validation(self):
        """Values of the wrong type or structure are refused by the schema.

        BVJ: Enterprise - Risk Reduction
        Value Impact: The quoted word "false", taken for a true value, switches on a
            feature that an administrator had ruled out in writing, and a dispute over
            the contract begins.
        Strategic Impact: Administrators' decisions that always take effect make the
            product safe to approve.
        """
        self.pending()


class TestSecurityManagement(SSotAsyncTestCase):
    """Security & Management.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 588e1f)
    """

    @pytest.mark.spec("CM-007", rev="8aea72.a713fb")
    @pytest.mark.integration
    def test_secret_management_and_secure_config(self):
        """Secrets load from their store and appear in no output.

        BVJ: Platform, Free, Early, Mid, Enterprise - Security
        Value Impact: A provider key that shows up on an error page lets strangers spend
            our model budget, and revoking it in haste stops the answers of every
            customer too.
        Strategic Impact: Guarded keys protect both the cost base and the supply of
            answers.
        """
        self.pending()

    @pytest.mark.spec("CM-008", rev="64d665.36da8e")
    @pytest.mark.integration
    def test_configuration_templating_and_substitution(self):
        """Templates substitute known values and refuse unknown ones.

        BVJ: Free - Conversion
        Value Impact: An unfilled placeholder in the address for sign-up confirmations
            breaks nothing for existing users, so newcomers disappear without a single
            alarm.
        Strategic Impact: Growth does not leak away at a step which nobody inside ever
            uses.
        """
        self.pending()

    @pytest.mark.spec("CM-009", rev="4b13a5.9dcf3c")
    @pytest.mark.integration
    async def test_cross_service_configuration_consistency(self):
        """Shared settings have one value in every service.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Let the signing key differ between auth and backend and every
            valid login bounces: a total lockout, with each service healthy by its own
            account.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.
        """
        self.pending()


class TestPerformanceMonitoring(SSotBaseTestCase):
    """Performance & Monitoring.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 05b069)
    """

    @pytest.mark.spec("CM-010", rev="67a40c.af7b25")
    @pytest.mark.integration
    def test_configuration_versioning_and_rollback(self):
        """Any kept version can be restored exactly, and history is kept.

        BVJ: Enterprise - Risk Reduction
        Value Impact: Showing which settings were in force on a disputed day answers an
            auditor within the meeting, and the renewal that hung on the question goes
            ahead.
        Strategic Impact: Traceable change is a selling point that cheaper tools cannot
            match.
        """
        self.pending()

    @pytest.mark.spec("CM-011", rev="c757cc.5a6559")
    @pytest.mark.integration
    def test_configuration_caching_and_performance(self):
        """Cached settings are never stale after a change.

        BVJ: Early, Mid - Retention
        Value Impact: Going to disk at every streamed piece of text would slow each
            answer, and a stale copy would keep denying the upgrade a customer has just
            paid for.
        Strategic Impact: Upgrades that take effect at once confirm the decision to buy.
        """
        self.pending()

    @pytest.mark.spec("CM-012", rev="1d834e.518483")
    @pytest.mark.integration
    def test_configuration_drift_detection(self):
        """Differences between running and approved settings are found.

        BVJ: Platform - Stability
        Value Impact: An emergency fix typed into production outlives its emergency;
            unseen, it is wiped out by the next release, and the outage it had cured
            returns to the same customers.
        Strategic Impact: Production remains what the team thinks it is, so plans made
            for it work.
        """
        self.pending()


class TestAdvancedConfiguration(SSotAsyncTestCase):
    """Advanced Configuration.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 344ba1)
    """

    @pytest.mark.spec("CM-013", rev="693fff.0757ba")
    @pytest.mark.integration
    def test_configuration_inheritance_patterns(self):
        """Child settings inherit from their parents and may replace any value.

        BVJ: Enterprise - Expansion
        Value Impact: Tenants buy their own rules on top of the standard ones; if
            inheritance breaks, each needs a full copy kept by hand, and the biggest
            deals become the least profitable.
        Strategic Impact: Tailored accounts can multiply without a team to maintain each
            of them.
        """
        self.pending()

    @pytest.mark.spec("CM-014", rev="5e7897.698081")
    @pytest.mark.integration
    async def test_runtime_configuration_updates(self):
        """Updates at run time reach every reader, all or nothing.

        BVJ: Free, Early, Mid, Enterprise - Risk Reduction
        Value Impact: Switching off a misbehaving tool has to work on agents that are
            already running, since until then it goes on acting wrongly in customers'
            names.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.
        """
        self.pending()

    @pytest.mark.spec("CM-015", rev="c70014.bb8b17")
    @pytest.mark.integration
    def test_configuration_dependency_resolution(self):
        """Settings resolve after those they refer to; a cycle is refused.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: A quota derived from a plan that is not loaded yet comes out as
            nothing, so subscribers are shown a limit notice in place of the agent they
            pay for.
        Strategic Impact: Entitlements that are always right give subscribers no cause
            to reconsider.
        """
        self.pending()


class TestStressTestingValidation(SSotBaseTestCase):
    """Stress Testing & Validation.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 09a155)
    """

    @pytest.mark.spec("CM-016", rev="dbde3d.2377ea")
    @pytest.mark.integration
    def test_concurrent_configuration_load_testing(self):
        """Many threads read and change settings without a torn value.

        BVJ: Mid, Enterprise - Stability
        Value Impact: Torn settings send the odd request to a model address that was
            retired; too rare to reproduce and too frequent for a large account to
            overlook, the fault drags on.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.
        """
        self.pending()

    @pytest.mark.spec("CM-017", rev="85c1b1.263805")
    @pytest.mark.integration
    def test_configuration_memory_management(self):
        """Repeated loads and reloads do not let memory grow.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A leak with each reload forces regular restarts, and whatever hour
            is chosen for them is the middle of the day for customers somewhere.
        Strategic Impact: Servers that need no restarts can serve every time zone alike.
        """
        self.pending()

    @pytest.mark.spec("CM-018", rev="accc64.d16bd9")
    @pytest.mark.integration
    def test_configuration_regression_prevention(self):
        """Settings written for earlier releases still load and mean the same.

        BVJ: Enterprise - Retention
        Value Impact: Tenants keep settings from years of tuning; a key renamed without
            a bridge breaks theirs on upgrade day and teaches them to put off every
            upgrade after it.
        Strategic Impact: Accounts that upgrade willingly use new features and renew for
            them.
        """
        self.pending()
