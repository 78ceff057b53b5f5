"""The six domains as their team listed them: each section is read by itself."""

from pathlib import Path

import pytest

from suiteloom.errors import SpecError
from suiteloom.scaffold.lists import read_list

LISTED = Path(__file__).parents[1] / "specs" / "inventory.txt"
PREAMBLE = """\
# The six domains

6 suites, 34 groups, 117 tests. This text is about all of them, and so is no domain's.

| domain | id prefix | tests |
|---|---|---|
| system_core | SC | 17 |
| environment_isolation | EI | 20 |

- every class on the canonical base class, no import across a service boundary;
- `test_of_nothing` is no test of any domain (3)

    python tests/unified_test_runner.py --pattern "*comprehensive*" --parallel

"""
SECTIONS = """\
## system_core


### Core System Infrastructure (4)

- SC-001 `test_service_initialization_and_dependency_injection` Service startup validation
- SC-002 `test_configuration_loading_and_validation` Config system integration
- SC-003 `test_database_schema_validation_patterns` Schema consistency validation
- SC-004 `test_inter_service_communication_patterns` Service communication validation

### System Reliability (4)

- SC-005 `test_error_handling_and_recovery_mechanisms` Failure recovery patterns
- SC-006 `test_resource_management_and_cleanup` Memory and resource management
- SC-007 `test_system_health_checks_and_monitoring` Health endpoint validation
- SC-008 `test_component_lifecycle_management` Startup/shutdown lifecycle

### Core Functionality (5)

- SC-009 `test_message_routing_and_dispatching` Message handling systems
- SC-010 `test_system_state_consistency` State management validation
- SC-011 `test_input_validation_and_sanitization` Security input handling
- SC-012 `test_performance_monitoring_and_metrics` Performance tracking
- SC-013 `test_concurrent_request_handling` Multi-request handling

### System Integration (4)

- SC-014 `test_comprehensive_system_integration` End-to-end system validation
- SC-015 `test_system_startup_sequence_validation` Startup order validation
- SC-016 `test_system_configuration_cascade` Config inheritance patterns
- SC-017 `test_system_health_aggregation` Health status aggregation

## startup_sequence


### Service Startup Sequence (4)

- SU-001 `test_service_startup_dependency_order` Dependency resolution order
- SU-002 `test_configuration_loading_during_startup` Config initialization
- SU-003 `test_database_connection_initialization` DB connection patterns
- SU-004 `test_environment_variable_validation_at_startup` Env validation

### Service Registration & Discovery (4)

- SU-005 `test_service_registration_patterns` Service registry integration
- SU-006 `test_startup_health_checks_and_readiness` Health probe validation
- SU-007 `test_service_dependency_resolution` Dependency graph resolution
- SU-008 `test_background_task_initialization` Async task startup

### Startup Performance & Metrics (4)

- SU-009 `test_startup_timing_and_performance` Performance benchmarking
- SU-010 `test_graceful_degradation_on_dependency_failure` Fallback behavior
- SU-011 `test_resource_allocation_during_startup` Resource management
- SU-012 `test_startup_logging_and_monitoring` Startup observability

### Configuration & Recovery (4)

- SU-013 `test_configuration_override_behavior` Config precedence
- SU-014 `test_startup_recovery_from_previous_failures` Recovery patterns
- SU-015 `test_startup_rollback_mechanisms` Rollback capability
- SU-016 `test_startup_state_persistence` State preservation

### Advanced Startup Scenarios (4)

- SU-017 `test_concurrent_service_startup` Parallel startup validation
- SU-018 `test_startup_with_missing_dependencies` Partial startup scenarios
- SU-019 `test_startup_configuration_hot_reload` Dynamic config loading
- SU-020 `test_startup_performance_under_load` Startup under concurrent load

## configuration_management


### Configuration Loading (3)

- CM-001 `test_configuration_loading_from_multiple_sources` Multi-source config
- CM-002 `test_environment_specific_configuration_validation` Environment configs
- CM-003 `test_configuration_merging_and_override_precedence` Override hierarchy

### Configuration Validation & Error Handling (3)

- CM-004 `test_configuration_validation_and_error_handling` Validation logic
- CM-005 `test_dynamic_configuration_reload_capabilities` Hot reload
- CM-006 `test_configuration_schema_validation` Type and structure validation

### Security & Management (3)

- CM-007 `test_secret_management_and_secure_config` Credential handling
- CM-008 `test_configuration_templating_and_substitution` Variable substitution
- CM-009 `test_cross_service_configuration_consistency` Shared config values

### Performance & Monitoring (3)

- CM-010 `test_configuration_versioning_and_rollback` Version management
- CM-011 `test_configuration_caching_and_performance` Caching optimization
- CM-012 `test_configuration_drift_detection` Consistency monitoring

### Advanced Configuration (3)

- CM-013 `test_configuration_inheritance_patterns` Inheritance hierarchies
- CM-014 `test_runtime_configuration_updates` Live updates
- CM-015 `test_configuration_dependency_resolution` Dependency chains

### Stress Testing & Validation (3)

- CM-016 `test_concurrent_configuration_load_testing` Multi-threaded access
- CM-017 `test_configuration_memory_management` Memory optimization
- CM-018 `test_configuration_regression_prevention` Backward compatibility

## environment_isolation


### Core Environment Isolation (3)

- EI-001 `test_isolated_environment_singleton_behavior` Singleton consistency
- EI-002 `test_isolation_mode_functionality` Isolation enable/disable
- EI-003 `test_environment_source_tracking` Change attribution

### Environment Inheritance & Override (3)

- EI-004 `test_environment_variable_precedence_hierarchy` Variable precedence
- EI-005 `test_env_file_loading_behavior` .env file integration
- EI-006 `test_environment_change_callbacks` Change notification

### Multi-Environment Configuration (3)

- EI-007 `test_environment_detection_logic` Environment detection
- EI-008 `test_test_context_detection` Test mode detection
- EI-009 `test_test_environment_defaults` Test defaults

### Environment Validation & Conversion (3)

- EI-010 `test_environment_validation_functionality` Input validation
- EI-011 `test_staging_database_credential_validation` Credential security
- EI-012 `test_environment_value_type_conversion` Type conversion (reconstructed)

### Environment State Management (3)

- EI-013 `test_environment_backup_and_restore` State backup/restore
- EI-014 `test_environment_reset_functionality` Clean reset
- EI-015 `test_environment_cache_management` Cache optimization

### Advanced Environment Features (5)

- EI-016 `test_environment_namespacing_and_collision_prevention` Namespace isolation
- EI-017 `test_environment_variable_collision_detection` Conflict detection
- EI-018 `test_dynamic_environment_switching` Runtime switching
- EI-019 `test_concurrent_environment_access` Thread safety
- EI-020 `test_environment_security_and_access_control` Security validation

## authentication_security


### JWT & Token Management (3)

- AU-001 `test_jwt_token_creation_and_validation_security` JWT security
- AU-002 `test_multi_user_session_isolation_security` Session isolation
- AU-003 `test_authentication_headers_and_middleware_processing` Header processing

### OAuth & Integration (2)

- AU-004 `test_oauth_integration_security_patterns` OAuth security
- AU-005 `test_user_context_creation_and_permission_management` Permission management

### Performance & Security (3)

- AU-006 `test_authentication_performance_and_caching` Performance optimization
- AU-007 `test_security_vulnerability_prevention` Attack prevention
- AU-008 `test_cross_service_authentication_communication` Service auth

### User Management (3)

- AU-009 `test_user_registration_and_profile_security` Registration security
- AU-010 `test_authentication_audit_logging_and_monitoring` Audit trails
- AU-011 `test_token_refresh_and_rotation_security` Token lifecycle

### Advanced Authentication (3)

- AU-012 `test_websocket_authentication_integration` WebSocket auth
- AU-013 `test_authentication_recovery_mechanisms` Account recovery
- AU-014 `test_multi_factor_authentication_patterns` MFA workflows

### Performance & Error Handling (2)

- AU-015 `test_concurrent_authentication_performance` Concurrent auth
- AU-016 `test_authentication_error_scenarios` Error handling

## websocket_messaging


### WebSocket Connection Management (4)

- WS-001 `test_websocket_connection_establishment_success` Connection setup
- WS-002 `test_websocket_connection_with_jwt_authentication` Auth integration
- WS-003 `test_websocket_connection_failure_handling` Failure scenarios
- WS-004 `test_websocket_connection_timeout_handling` Timeout management

### WebSocket Message Handling (4)

- WS-005 `test_websocket_message_serialization` Message serialization
- WS-006 `test_websocket_message_sending` Message transmission
- WS-007 `test_websocket_message_receiving` Response handling
- WS-008 `test_websocket_message_validation` Input validation

### Agent Integration (6) — mission critical

- WS-009 `test_agent_started_event` Agent initialization notification
- WS-010 `test_agent_thinking_event` Real-time reasoning visibility
- WS-011 `test_tool_executing_event` Tool usage transparency
- WS-012 `test_tool_completed_event` Actionable insights delivery
- WS-013 `test_agent_completed_event` Final response delivery
- WS-014 `test_complete_agent_event_flow` All 5 events in sequence

### Multi-User Isolation (3)

- WS-015 `test_multi_user_websocket_isolation` User session isolation
- WS-016 `test_websocket_authentication_security` Security validation
- WS-017 `test_websocket_concurrent_connections` Concurrent user support

### Performance & Resilience (4)

- WS-018 `test_websocket_message_throughput` Performance benchmarking
- WS-019 `test_websocket_connection_resilience` Recovery capability
- WS-020 `test_websocket_memory_usage_tracking` Resource management
- WS-021 `test_websocket_error_handling_comprehensive` Error scenarios

### Event Validation (3)

- WS-022 `test_websocket_event_type_validation` Event integrity
- WS-023 `test_websocket_message_integrity` Data preservation
- WS-024 `test_websocket_event_ordering` Event sequence validation

### Advanced WebSocket Features (2)

- WS-025 `test_websocket_heartbeat_mechanism` Connection monitoring
- WS-026 `test_websocket_message_queuing_system` Message buffering
"""
TEXT = PREAMBLE + SECTIONS
OFFSET = PREAMBLE.count("\n")
DOMAINS = {
    "system_core": ("System Core", 4, 17),
    "startup_sequence": ("Startup Sequence", 5, 20),
    "configuration_management": ("Configuration Management", 6, 18),
    "environment_isolation": ("Environment Isolation", 6, 20),
    "authentication_security": ("Authentication Security", 6, 16),
    "websocket_messaging": ("Websocket Messaging", 7, 26),
}


def read(text, domain, path="plan.md"):
    return read_list(text.encode(), path, domain=domain)


def refuse(text, domain):
    with pytest.raises(SpecError) as caught:
        read(text, domain)
    return [(f.code, f.line, f.message) for f in caught.value.findings]


def section(domain):
    """The text of one section without its heading."""
    return SECTIONS.partition(f"## {domain}\n")[2].partition("\n## ")[0] + "\n"


def line_of(text):
    """1-based line of the whole on which `text` begins."""
    return TEXT[: TEXT.index(text)].count("\n") + 1


def shown(domain, listing):
    lines = [f"[{domain}]"]
    for group in listing.groups:
        lines.append(f"# {group.title}")
        lines += [f"{test.id} {test.name}" for test in group.tests]
    return "".join(f"{line}\n" for line in lines)


def test_the_sections_together_are_the_six_domains():
    assert list(DOMAINS) == [
        line[3:] for line in SECTIONS.splitlines() if line.startswith("## ")
    ]
    listings = {domain: read(TEXT, domain) for domain in DOMAINS}
    assert LISTED.read_text("utf-8") == "".join(
        shown(domain, listing) for domain, listing in listings.items()
    )
    assert {
        domain: (
            listing.title,
            len(listing.groups),
            sum(len(group.tests) for group in listing.groups),
        )
        for domain, listing in listings.items()
    } == DOMAINS


def test_summaries_lines_and_notes():
    listing = read(TEXT, "websocket_messaging")
    assert listing.summary == ""
    assert [group.note for group in listing.groups] == [
        "",
        "",
        "mission critical",
        "",
        "",
        "",
        "",
    ]
    events = listing.groups[2]
    assert (events.title, events.line) == (
        "Agent Integration",
        line_of("### Agent Integration"),
    )
    assert [(t.line, t.summary) for t in events.tests[-2:]] == [
        (line_of("- WS-013"), "Final response delivery."),
        (line_of("- WS-014"), "All 5 events in sequence."),
    ]
    first = read(TEXT, "system_core").groups[0].tests[0]
    assert (first.line, first.summary) == (OFFSET + 6, "Service startup validation.")


@pytest.mark.parametrize("domain", DOMAINS)
def test_an_extract_says_the_same(domain):
    whole = read(TEXT, domain)
    with_heading = read(f"## {domain}\n{section(domain)}", domain)
    with_title = read(f"# {DOMAINS[domain][0]}\n{section(domain)}", domain)
    without = read(section(domain), domain, "plan.txt")
    assert shown(domain, whole) == shown(domain, with_heading)
    assert shown(domain, whole) == shown(domain, with_title)
    assert shown(domain, whole) == shown(domain, without)
    assert (with_title.title, without.title) == (whole.title, "")
    assert with_heading.groups[0].line == 4


def test_the_claim_that_did_not_hold_is_refused():
    lines = TEXT.splitlines(keepends=True)
    text = "".join(line for line in lines if "EI-012" not in line)
    assert refuse(text, "environment_isolation") == [
        (
            "LI105",
            line_of("### Environment Validation & Conversion"),
            "'Environment Validation & Conversion' claims 3 tests, 2 found",
        )
    ]
    assert read(text, "startup_sequence") == read(TEXT, "startup_sequence")


def test_a_claim_of_the_whole_domain_that_does_not_hold():
    text = TEXT.replace("## system_core\n", "## system_core (18)\n")
    assert refuse(text, "system_core") == [
        ("LI105", OFFSET + 1, "'system_core' claims 18 tests, 17 found")
    ]
    text = text.replace("(18)", "(17)")
    assert read(text, "system_core") == read(TEXT, "system_core")


def test_a_domain_that_is_not_there():
    assert refuse(TEXT, "billing") == [
        ("LI107", OFFSET + 1, "no section of the domain 'billing'")
    ]
    with pytest.raises(SpecError) as caught:
        read(TEXT, "websocket_mesaging")
    (finding,) = caught.value.findings
    assert finding.hint.startswith("did you mean 'websocket_messaging'? sections: sys")


def test_without_a_domain_one_must_be_named():
    ((code, line, message),) = refuse(TEXT, "")
    assert (code, line) == ("LI107", OFFSET + 1)
    assert message == f"the list has several sections: {', '.join(DOMAINS)}"


def test_the_extract_of_another_domain_is_refused():
    assert refuse(f"## system_core\n{section('system_core')}", "billing") == [
        ("LI107", 1, "no section of the domain 'billing'")
    ]
