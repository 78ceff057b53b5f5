"""Defects that a reader would call obvious, each caught by the test whose name says so."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "examples/assistant/assistant"


@dataclass(frozen=True)
class Defect:
    """A change of one place in one module, and the test that is to fail."""

    module: str
    old: str
    new: str
    domain: str
    test: str


DEFECTS = {
    "tokens_never_expire": Defect(
        "auth/tokens.py",
        "if self._clock.now() >= claims.exp:",
        "if claims.exp is None:",
        "authentication_security",
        "test_jwt_token_creation_and_validation_security",
    ),
    "a_used_refresh_token_is_taken_again": Defect(
        "auth/sessions.py",
        "token.used = True",
        "token.used = False",
        "authentication_security",
        "test_token_refresh_and_rotation_security",
    ),
    "events_swapped": Defect(
        "chat/agents.py",
        'self.draft("tool_executing", **call, arguments=dict(arguments))',
        'self.draft("agent_thinking", text=f"{tool.name} {arguments} {call}")',
        "websocket_messaging",
        "test_complete_agent_event_flow",
    ),
    "isolation_off": Defect(
        "chat/service.py",
        "if user_id in {None, each.identity.user_id}",
        "if user_id is None or each.identity.user_id",
        "websocket_messaging",
        "test_multi_user_websocket_isolation",
    ),
    "a_prompt_sent_twice_runs_twice": Defect(
        "chat/book.py",
        "if key in self._prompts:",
        "if key == ():",
        "websocket_messaging",
        "test_websocket_message_receiving",
    ),
    "dead_connections_are_kept": Defect(
        "chat/connection.py",
        "if self._unanswered >= self._settings.heartbeat_misses:",
        "if self._unanswered >= 1000 * self._settings.heartbeat_misses:",
        "websocket_messaging",
        "test_websocket_heartbeat_mechanism",
    ),
    "rollback_skips_a_step": Defect(
        "startup/sequence.py",
        """\
        except BaseException as error:
            await self._parts.take_down(self._parts.order)
""",
        """\
        except BaseException as error:
            await self._parts.take_down(self._parts.order[1:])
""",
        "startup_sequence",
        "test_startup_rollback_mechanisms",
    ),
    "dependencies_are_ignored": Defect(
        "startup/order.py",
        "{each.name: set(each.depends_on).intersection(names) for each in components}",
        "{each.name: set() for each in components}",
        "startup_sequence",
        "test_service_startup_dependency_order",
    ),
    "precedence_reversed": Defect(
        "config/loading.py",
        "for each in (*sources.layers, tuple(sources.updates.items())):",
        "for each in (tuple(sources.updates.items()), *reversed(sources.layers)):",
        "configuration_management",
        "test_configuration_merging_and_override_precedence",
    ),
    "secrets_are_shown": Defect(
        "config/loading.py",
        "return MASK if is_secret(path) else mask(self.values[path])",
        "return self.values[path]",
        "configuration_management",
        "test_secret_management_and_secure_config",
    ),
    "health_hides_critical_parts": Defect(
        "core/health.py",
        "whole = max(map(_weight, findings), default=Health.HEALTHY)",
        "whole = min(map(_weight, findings), default=Health.HEALTHY)",
        "system_core",
        "test_system_health_aggregation",
    ),
    "anybody_reads_any_conversation": Defect(
        "core/threads.py",
        "thread is None or thread.user_id != user_id",
        "thread is None",
        "websocket_messaging",
        "test_multi_user_websocket_isolation",
    ),
}


def run_named(test, domain, assistant):
    """Run one test of a suite with the assistant that stands in a folder."""
    suite = f"generated/test_{domain}_integration_comprehensive.py"
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-k", test]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, suite],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(assistant)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.parametrize(
    "defect", [pytest.param(defect, id=name) for name, defect in DEFECTS.items()]
)
def test_the_defect_is_caught_by_the_test_that_is_named_for_it(defect, tmp_path):
    begun = shutil.ignore_patterns("*.pyc.*")  # compiled by another process
    shutil.copytree(ROOT / PACKAGE, tmp_path / "assistant", ignore=begun)
    module = tmp_path / "assistant" / defect.module
    source = module.read_text("utf-8")
    assert source.count(defect.old) == 1
    module.write_text(source.replace(defect.old, defect.new), "utf-8")

    done = run_named(defect.test, defect.domain, tmp_path)

    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert done.returncode == 1, done.stdout[-2000:] + done.stderr[-2000:]
    assert failed
    assert all(f"::{defect.test}" in line for line in failed)


def test_without_a_defect_the_same_tests_pass():
    names = " or ".join(sorted({defect.test for defect in DEFECTS.values()}))
    for domain in sorted({defect.domain for defect in DEFECTS.values()}):
        done = run_named(names, domain, ROOT / "examples" / "assistant")
        assert done.returncode == 0, done.stdout[-2000:]
