"""System Core: comprehensive integration suite.

Core services, their reliability and the behavior of the whole platform.

BVJ: Free, Early, Mid, Enterprise - Stability
Value Impact: A sound core keeps chat, login and agents available together, whatever
    part has a bad day.
Strategic Impact: A platform that does not go dark as a whole can be sold with a promise
    of availability.
Revenue protected: $2,400,000 a year (against complete service outages)

Spec: specs/system_core.yaml (rev da8132)
"""

import pytest

from suiteloom.ssot import SSotAsyncTestCase


class TestCoreSystemInfrastructure(SSotAsyncTestCase):
    """Core System Infrastructure.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev 10b88e)
    """

    @pytest.mark.spec("SC-001", rev="f3d176.e51aa3")
    @pytest.mark.integration
    async def test_service_initialization_and_dependency_injection(self):
        """Services start with every dependency that they declare.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A chat backend that came up half wired takes prompts it can never
            answer, so a deploy meant as routine strands everyone who happened to be
            writing at the time.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()

    @pytest.mark.spec("SC-002", rev="eb377a.67c5c2")
    @pytest.mark.integration
    def test_configuration_loading_and_validation(self):
        """Configuration is complete and valid before any service uses it.

        BVJ: Free, Early, Mid, Enterprise - Risk Reduction
        Value Impact: One bad setting found under traffic takes chat down for every plan
            at once; found while loading, the same mistake is merely a deploy that did
            not happen.
        Strategic Impact: Mistakes stop in the pipeline, where they cost minutes of ours
            and none of a customer's.
        """
        self.pending()

    @pytest.mark.spec("SC-003", rev="126cfa.c5dd75")
    @pytest.mark.integration
    def test_database_schema_validation_patterns(self):
        """Stored tables match the schema that the services expect.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: A column that code expects and the database lacks swallows
            conversation history, the very thing that paying teams come back to read.
        Strategic Impact: Accumulated history is a reason to stay that no competitor can
            copy.
        """
        self.pending()

    @pytest.mark.spec("SC-004", rev="4e4577.c29e1d")
    @pytest.mark.integration
    async def test_inter_service_communication_patterns(self):
        """Services exchange requests and report an unreachable peer clearly.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: When the backend cannot tell a slow auth service from a dead one,
            people are logged out in the middle of an agent run and the model cost
            already spent is written off.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()


class TestSystemReliability(SSotAsyncTestCase):
    """System Reliability.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev aa63a7)
    """

    @pytest.mark.spec("SC-005", rev="b88871.ef85ff")
    @pytest.mark.integration
    async def test_error_handling_and_recovery_mechanisms(self):
        """Failures are contained and the service recovers by itself.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: An outage at a model provider ought to cost a user one retried
            answer; uncontained, it spreads through shared workers and becomes
            everybody's outage.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()

    @pytest.mark.spec("SC-006", rev="a41bc7.cdb5ee")
    @pytest.mark.integration
    async def test_resource_management_and_cleanup(self):
        """Resources are released after success, failure and cancellation.

        BVJ: Mid, Enterprise - Stability
        Value Impact: Leaks never spoil a short trial; they spoil the day of the account
            that runs agents from morning on, whose answers crawl as memory and
            connections run out beneath them.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()

    @pytest.mark.spec("SC-007", rev="9a24fe.92cc52")
    @pytest.mark.integration
    async def test_system_health_checks_and_monitoring(self):
        """Health endpoints report the true state of the service.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Green probes over a broken agent worker keep the load balancer
            sending customers into silence, and on-call hears of it from support
            tickets.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()

    @pytest.mark.spec("SC-008", rev="f593a5.13cf00")
    @pytest.mark.integration
    async def test_component_lifecycle_management(self):
        """Components start and stop in order, and a stopped one can start again.

        BVJ: Platform - Velocity
        Value Impact: Engineers who know that a stop lets running agents finish can ship
            in working hours, so a customer's bug is fixed the day it is reported and
            not at the weekend.
        Strategic Impact: Releases become routine, so improvements reach customers
            sooner.
        """
        self.pending()


class TestCoreFunctionality(SSotAsyncTestCase):
    """Core Functionality.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev f2eb7f)
    """

    @pytest.mark.spec("SC-009", rev="c2672c.c81ec7")
    @pytest.mark.integration
    async def test_message_routing_and_dispatching(self):
        """Each message reaches the right handler exactly once.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A cancel order that lands at the wrong handler leaves the agent
            running: it goes on sending mail and spending a budget that its owner tried
            to stop.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()

    @pytest.mark.spec("SC-010", rev="710d3c.34936b")
    @pytest.mark.integration
    async def test_system_state_consistency(self):
        """State stays consistent across components after every change.

        BVJ: Early, Mid - Retention
        Value Impact: If the thread and the usage record disagree about whether a run
            has finished, customers on metered plans are charged for answers they never
            got, and refunds follow.
        Strategic Impact: Bills that match what people saw keep small accounts from
            quarreling and leaving.
        """
        self.pending()

    @pytest.mark.spec("SC-011", rev="404043.968416")
    @pytest.mark.integration
    def test_input_validation_and_sanitization(self):
        """Hostile input is rejected or made harmless before it is used.

        BVJ: Enterprise - Security
        Value Impact: Script smuggled in through a prompt and shown to a colleague would
            end an Enterprise security review on the spot and stall the contracts behind
            it.
        Strategic Impact: Passing security reviews is the entry ticket to regulated
            accounts.
        """
        self.pending()

    @pytest.mark.spec("SC-012", rev="83060d.bbe0da")
    @pytest.mark.integration
    def test_performance_monitoring_and_metrics(self):
        """Recorded metrics match the work that was really done.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Averages that leave out failed runs report a fast product while
            subscribers wait; the slow tool then stays as it is until cancellations
            reveal it.
        Strategic Impact: Speed that is measured truly can be kept as usage grows.
        """
        self.pending()

    @pytest.mark.spec("SC-013", rev="5ec65d.0f4d3f")
    @pytest.mark.integration
    async def test_concurrent_request_handling(self):
        """Concurrent requests finish without mixing or blocking one another.

        BVJ: Early, Mid - Expansion
        Value Impact: Slow requests that hold up quick ones make a shared workspace feel
            overloaded with only a few colleagues in it, and the extra seats are never
            bought.
        Strategic Impact: Accounts grow by seats only when the whole team can work at
            the same time.
        """
        self.pending()


class TestSystemIntegration(SSotAsyncTestCase):
    """System Integration.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev 837e18)
    """

    @pytest.mark.spec("SC-014", rev="5a1bcc.97076d")
    @pytest.mark.integration
    async def test_comprehensive_system_integration(self):
        """A request travels from login to stored answer through every service.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Parts that pass alone still fail at their seams; this is the last
            stop for a release in which each service is well and nobody, on any plan,
            can hold a chat.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()

    @pytest.mark.spec("SC-015", rev="44b1a4.f15b19")
    @pytest.mark.integration
    async def test_system_startup_sequence_validation(self):
        """The assembled system takes traffic only once its core is ready.

        BVJ: Free - Conversion
        Value Impact: Opening the door before the agent runtime is there greets the next
            visitors with errors, and someone who is only trying the product seldom
            tries it twice.
        Strategic Impact: First visits are the widest part of the sales funnel.
        """
        self.pending()

    @pytest.mark.spec("SC-016", rev="935d8b.5fbdbf")
    @pytest.mark.integration
    def test_system_configuration_cascade(self):
        """Settings cascade from defaults to service, and the nearest one wins.

        BVJ: Enterprise - Risk Reduction
        Value Impact: A default that silently beats an agreed limit either throttles a
            large account below its contract or gives away capacity that others pay for.
        Strategic Impact: What was sold is what runs, without anybody checking by hand.
        """
        self.pending()

    @pytest.mark.spec("SC-017", rev="b29399.450071")
    @pytest.mark.integration
    async def test_system_health_aggregation(self):
        """Overall health is never better than that of its critical parts.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: On-call spends the first stretch of an incident hunting for the
            sick component; an honest roll-up gives that time back to the users who are
            waiting.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.
        """
        self.pending()
