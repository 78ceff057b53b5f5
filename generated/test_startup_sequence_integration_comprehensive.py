"""Startup Sequence: comprehensive integration suite.

Startup behavior, initialization order, recovery and readiness.

BVJ: Platform, Free, Early, Mid, Enterprise - Stability
Value Impact: Services that start in a known order, or refuse to start, keep chat
    reachable through every deploy.
Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
    whenever they are ready.
Revenue protected: $1,800,000 a year (deployment velocity; no extended downtime)

Spec: specs/startup_sequence.yaml (rev 53aeb6)
"""

import pytest

from suiteloom.ssot import SSotAsyncTestCase


class TestServiceStartupSequence(SSotAsyncTestCase):
    """Service Startup Sequence.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev 7b9477)
    """

    @pytest.mark.spec("SU-001", rev="4323ec.672138")
    @pytest.mark.integration
    async def test_service_startup_dependency_order(self):
        """Services start only after everything they depend on.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: If the agent service comes up a moment before its database, the
            first prompts after each deploy are dropped and customers learn our release
            times by heart.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-002", rev="2a2ce2.20b17a")
    @pytest.mark.integration
    def test_configuration_loading_during_startup(self):
        """Startup reads its configuration once, before anything uses it.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A service that opens with half of its settings may talk to the
            wrong model; its answers look fine and are worse, which users forgive less
            than an error page.
        Strategic Impact: Trust in the answers, once lost, is not won back by uptime.
        """
        self.pending()

    @pytest.mark.spec("SU-003", rev="8ad9fd.f359b0")
    @pytest.mark.integration
    async def test_database_connection_initialization(self):
        """The database pool opens, retries and reports a lasting failure.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Databases fail over at night; a pool that tries again brings the
            product back by itself, where one that gives up leaves it dark until
            somebody wakes.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-004", rev="567a96.0891d5")
    @pytest.mark.integration
    def test_environment_variable_validation_at_startup(self):
        """Startup stops when a required variable is missing or malformed.

        BVJ: Platform - Velocity
        Value Impact: A forgotten variable costs a developer one clear line at boot,
            against an afternoon of tracing why the agents in staging cannot reach their
            tools.
        Strategic Impact: Hours not lost to environments go into the product.
        """
        self.pending()


class TestServiceRegistrationDiscovery(SSotAsyncTestCase):
    """Service Registration & Discovery.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev ec73f4)
    """

    @pytest.mark.spec("SU-005", rev="d46789.a4079f")
    @pytest.mark.integration
    async def test_service_registration_patterns(self):
        """Services register on start and leave the registry on stop.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Stale registry entries send some chats to instances that are gone;
            to those users the product seems broken at random, a complaint that support
            cannot reproduce.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-006", rev="ddc87a.19ccc8")
    @pytest.mark.integration
    async def test_startup_health_checks_and_readiness(self):
        """Readiness turns true only when the service can really serve.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Rolling deploys believe the readiness probe: one premature yes
            swaps healthy instances for deaf ones across the fleet, and a small update
            becomes an outage.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-007", rev="5b3ef1.01aa82")
    @pytest.mark.integration
    def test_service_dependency_resolution(self):
        """The dependency graph resolves, and a cycle is refused by name.

        BVJ: Platform - Velocity
        Value Impact: Someone who splits a service should read about a cycle in the
            build log, members and all; met only at release, it holds up every fix that
            customers were promised.
        Strategic Impact: Services can be split and joined freely, which keeps the
            architecture able to change.
        """
        self.pending()

    @pytest.mark.spec("SU-008", rev="b7bb05.f8aee8")
    @pytest.mark.integration
    async def test_background_task_initialization(self):
        """Background tasks start with the service, and one may fail alone.

        BVJ: Platform - Risk Reduction
        Value Impact: Usage metering is a background task; should it quietly fail to
            start, agent runs go unbilled until finance wonders where the income went.
        Strategic Impact: Revenue that was earned is also collected.
        """
        self.pending()


class TestStartupPerformanceMetrics(SSotAsyncTestCase):
    """Startup Performance & Metrics.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev 4c906d)
    """

    @pytest.mark.spec("SU-009", rev="383bfb.623fb5")
    @pytest.mark.integration
    async def test_startup_timing_and_performance(self):
        """Startup keeps within its time budget and reports each phase.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Extra instances help only if they join before the queue has done
            its harm; slow boots make a busy morning feel like downtime to teams with
            many users.
        Strategic Impact: Large accounts stay where their peak hours are handled without
            a call to support.
        """
        self.pending()

    @pytest.mark.spec("SU-010", rev="4b59d5.58cc01")
    @pytest.mark.integration
    async def test_graceful_degradation_on_dependency_failure(self):
        """A failed optional dependency costs a feature, not the service.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: With the search tool down, an assistant that says so and answers
            from what it knows keeps a subscriber in the conversation; a refusal to boot
            sends them elsewhere.
        Strategic Impact: Partial service is what separates a bad hour from a canceled
            plan.
        """
        self.pending()

    @pytest.mark.spec("SU-011", rev="890157.435786")
    @pytest.mark.integration
    async def test_resource_allocation_during_startup(self):
        """Startup claims resources once and gives them back when it fails.

        BVJ: Platform - Risk Reduction
        Value Impact: Booting instances that hoard memory and connections push up the
            hosting bill and slow their neighbors, and not one more user is served for
            the money.
        Strategic Impact: Infrastructure cost follows customers and not restarts.
        """
        self.pending()

    @pytest.mark.spec("SU-012", rev="c289de.a35d64")
    @pytest.mark.integration
    def test_startup_logging_and_monitoring(self):
        """Each startup phase is logged, and no secret reaches the log.

        BVJ: Enterprise - Security
        Value Impact: A connection password printed while booting lands in a log store
            that many can read; an Enterprise auditor calls that a breach, whoever was
            looking.
        Strategic Impact: Clean logs keep certificates, and the deals that depend on
            them, within reach.
        """
        self.pending()


class TestConfigurationRecovery(SSotAsyncTestCase):
    """Configuration & Recovery.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev c9b919)
    """

    @pytest.mark.spec("SU-013", rev="7e75bf.34c2e0")
    @pytest.mark.integration
    def test_configuration_override_behavior(self):
        """Overrides beat defaults at startup in the documented order.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: In an incident the operator's override is the quickest lever; if a
            default in a file wins instead, the harmful feature stays live in front of
            customers.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-014", rev="a74962.50f838")
    @pytest.mark.integration
    async def test_startup_recovery_from_previous_failures(self):
        """A start after a crash cleans up what the crash left behind.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: A lock left by a crash can hold the service down long after the
            cause is gone, so customers sit through a second outage that nothing real
            explains.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-015", rev="7a298b.94ad71")
    @pytest.mark.integration
    async def test_startup_rollback_mechanisms(self):
        """A failed start rolls back to the last state that worked.

        BVJ: Platform - Velocity
        Value Impact: Teams ship boldly when a bad release undoes itself; without that,
            every risky improvement to the agents waits for a quiet Sunday that never
            comes.
        Strategic Impact: Cheap mistakes make for frequent releases and a product that
            moves faster than its rivals.
        """
        self.pending()

    @pytest.mark.spec("SU-016", rev="930122.abd219")
    @pytest.mark.integration
    def test_startup_state_persistence(self):
        """Startup state survives a restart, and a damaged copy is refused.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Long research runs that were under way pick up from saved state,
            so an analyst keeps the work done so far and the budget it has used.
        Strategic Impact: Long tasks are the heaviest use of the product and the
            strongest habit it forms.
        """
        self.pending()


class TestAdvancedStartupScenarios(SSotAsyncTestCase):
    """Advanced Startup Scenarios.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev 5b6ad0)
    """

    @pytest.mark.spec("SU-017", rev="bdc24a.718ea3")
    @pytest.mark.integration
    async def test_concurrent_service_startup(self):
        """Independent services start in parallel without racing each other.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Two services that migrate one table together can corrupt data
            which no restart repairs; the way back is an older backup, minus every
            conversation since.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-018", rev="ece77f.30170d")
    @pytest.mark.integration
    async def test_startup_with_missing_dependencies(self):
        """A missing required part stops the start; an optional one does not.

        BVJ: Enterprise - Expansion
        Value Impact: Some big clients forbid certain add-ons by policy; telling needed
            parts from welcome ones lets us serve them from the standard build and still
            earn on the deal.
        Strategic Impact: One product for all installations keeps large deals
            profitable.
        """
        self.pending()

    @pytest.mark.spec("SU-019", rev="b81b38.ed5f6a")
    @pytest.mark.integration
    async def test_startup_configuration_hot_reload(self):
        """Changed settings load without a restart, and bad ones are refused.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Raising a limit for one customer in trouble must not disconnect
            everybody else: a reload in place leaves their chats open while support does
            its work.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()

    @pytest.mark.spec("SU-020", rev="350009.594566")
    @pytest.mark.integration
    async def test_startup_performance_under_load(self):
        """Startup completes while requests are already arriving.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: After an outage everyone comes back together; an instance that
            breaks down under this welcome stretches a short incident into one with
            service credits to pay.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.
        """
        self.pending()
