"""Defaults for tests: read where nothing sets a variable, and no variables themselves."""

import os
import subprocess
import sys

import pytest

from suiteloom.ssot import TEST_DEFAULTS, get_env, getenv

KEYS = sorted(TEST_DEFAULTS)


@pytest.fixture
def bare(process_env, monkeypatch):
    """Isolation in a test, with no variable of the defaults and no environment named."""
    for key in (*KEYS, "ENV", "APP_ENV"):
        monkeypatch.delenv(key, raising=False)
    process_env.enable_isolation()
    return process_env


@pytest.mark.parametrize("key", KEYS)
def test_a_test_reads_the_default_and_is_told_so(bare, key):
    assert bare.get(key) == TEST_DEFAULTS[key]
    assert bare.get(key, "of the caller") == TEST_DEFAULTS[key]
    assert getenv(key) == TEST_DEFAULTS[key]
    assert bare.get_variable_source(key) == "test_defaults"


@pytest.mark.parametrize("key", KEYS)
def test_a_default_is_no_variable(bare, key):
    assert not bare.exists(key)
    assert not bare.is_set(key)
    assert key not in bare.get_all()
    assert key not in bare.get_subprocess_env()
    assert bare.delete(key) is False


def test_what_is_set_wins(bare):
    bare.set("LOG_LEVEL", "DEBUG", "me")
    assert bare.get("LOG_LEVEL") == "DEBUG"
    assert bare.get_variable_source("LOG_LEVEL") == "me"


def test_what_a_test_deleted_has_no_default(bare):
    bare.set("LOG_LEVEL", "DEBUG", "me")
    bare.delete("LOG_LEVEL")
    assert bare.get("LOG_LEVEL") is None
    assert bare.get_variable_source("LOG_LEVEL") is None


def test_no_default_outside_of_isolation(bare):
    bare.disable_isolation()
    assert bare.get("LOG_LEVEL") is None
    assert bare.get_variable_source("LOG_LEVEL") is None


def test_no_default_where_no_test_runs(bare):
    bare.set("TESTING", "false")
    assert bare.get("LOG_LEVEL") is None


@pytest.mark.parametrize("variable", ["ENV", "APP_ENV"])
def test_no_default_names_an_environment_that_is_named(bare, variable):
    bare.set(variable, "staging")
    assert bare.get("ENVIRONMENT") is None
    assert bare.get_environment_name() == "staging"


def test_the_environment_of_a_test_is_test_where_nothing_names_it(bare):
    assert bare.get_environment_name() == bare.get("ENVIRONMENT") == "test"
    bare.disable_isolation()
    assert bare.get_environment_name() == "development"


def test_applied_defaults_are_variables(bare):
    assert bare.test_defaults(apply=True) == TEST_DEFAULTS
    assert bare.exists("LOG_LEVEL")
    assert bare.get_variable_source("LOG_LEVEL") == "test_defaults"


def test_variables_for_a_while_leave_the_default_as_it_was(suite):
    text = """
class TestA(SSotBaseTestCase):
    def test_a(self):
        with self.temp_env_vars(LOG_LEVEL="DEBUG"):
            assert self.get_env_var("LOG_LEVEL") == "DEBUG"
        assert self.get_env_var("LOG_LEVEL") == "WARNING"
        assert self.env.get_variable_source("LOG_LEVEL") == "test_defaults"

    def test_b(self):
        assert self.get_env() is self.env is get_env()
        assert self.get_env().is_isolated()
        self.get_env().set("ONLY_HERE", "1", "test")

    def test_c(self):
        assert self.get_env().get("ONLY_HERE") is None

    def test_d(self):
        self.get_env().set("ONLY_HERE", "1", "test")
        self.get_env().reset()
        assert self.get_env().is_isolated()
        assert self.get_env().get("ONLY_HERE") is None
        self.get_env().set("ONLY_HERE", "1", "test")
        assert "ONLY_HERE" not in os.environ

    def test_e(self):
        assert self.get_env().is_isolated()
"""
    suite(text).assert_outcomes(passed=5)
    assert not get_env().is_isolated()
    get_env().reset()
    assert not get_env().is_isolated()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_fork_while_another_thread_sets_a_variable_does_not_hang():
    program = """
import os, signal, threading
from suiteloom.ssot import get_env

env = get_env()
env.enable_isolation()
stop = threading.Event()

def work():
    while not stop.is_set():
        env.update({f"KEY_{n}": "x" for n in range(50)})

thread = threading.Thread(target=work)
thread.start()
ends = []
for _ in range(40):
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        keys = [key for key in env.get_all() if key.startswith("KEY_")]
        env.set("IN_CHILD", "1")
        os._exit(0 if len(keys) in (0, 50) else 1)
    ends.append(os.waitpid(child, 0)[1])
stop.set()
thread.join()
print(ends.count(0))
"""
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "40", done.stderr
