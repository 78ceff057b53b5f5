import asyncio
import os
import subprocess
import sys
import threading

import pytest

from suiteloom.ssot import (
    InvalidVariableError,
    IsolatedEnvironment,
    delenv,
    get_env,
    getenv,
    setenv,
)
from suiteloom.ssot.state import HISTORY_LIMIT

BAD_KEYS = [
    pytest.param("", "not empty", id="empty"),
    pytest.param("A=B", "holds '='", id="equals"),
    pytest.param("A\0B", "NUL", id="nul"),
    pytest.param(1, "is a str, not int", id="int"),
    pytest.param(None, "is a str, not NoneType", id="none"),
    pytest.param(b"A", "is a str, not bytes", id="bytes"),
    pytest.param("A\ud800", "cannot be encoded", id="surrogate"),
]


def run_threads(count, target):
    """Run target(number) in threads that start together; raise what they raised."""
    barrier = threading.Barrier(count)
    errors = []

    def run(number):
        try:
            barrier.wait(timeout=10)
            target(number)
        except BaseException as error:  # noqa: BLE001 - raised below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def test_a_value_set_is_read_back(env):
    assert env.set("NEW", "value") is True
    assert env.get("NEW") == "value"
    assert env.exists("NEW")


def test_a_missing_variable_gives_the_default(env):
    assert env.get("MISSING") is None
    assert env.get("MISSING", "fallback") == "fallback"
    assert not env.exists("MISSING")


def test_an_empty_value_exists_and_is_not_set(env):
    env.set("EMPTY", "")
    env.set("BLANK", "  ")
    assert env.get("EMPTY", "fallback") == ""
    assert env.exists("EMPTY")
    assert not env.is_set("EMPTY")
    assert not env.is_set("BLANK")
    env.set("BLANK", "x")
    assert env.is_set("BLANK")


def test_delete_tells_whether_it_was_there(env):
    env.set("GONE", "1")
    assert env.delete("GONE", "me") is True
    assert env.delete("GONE", "me") is False
    assert env.get("GONE") is None
    assert "GONE" not in env.get_all()


@pytest.mark.parametrize(("key", "message"), BAD_KEYS)
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(lambda e, k: e.get(k), id="get"),
        pytest.param(lambda e, k: e.set(k, "v"), id="set"),
        pytest.param(lambda e, k: e.delete(k), id="delete"),
        pytest.param(lambda e, k: e.exists(k), id="exists"),
        pytest.param(lambda e, k: e.update({k: "v"}), id="update"),
        pytest.param(lambda e, k: e.protect_variable(k), id="protect"),
        pytest.param(lambda e, k: e.get_subprocess_env({k: "v"}), id="subprocess"),
        pytest.param(lambda e, k: e.get_variable_source(k), id="source"),
    ],
)
def test_a_bad_key_is_refused(env, operation, key, message):
    before = env.get_all()
    with pytest.raises(InvalidVariableError, match=message):
        operation(env, key)
    assert env.get_all() == before


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(None, "KEY: the value is a str, not NoneType", id="none"),
        pytest.param(5, "KEY: the value is a str, not int", id="int"),
        pytest.param("hidden\0text", "KEY: the value holds a NUL", id="nul"),
        pytest.param("hidden\ud800", "KEY: the value cannot be encoded", id="utf"),
    ],
)
def test_a_bad_value_is_refused_without_showing_it(env, value, message):
    with pytest.raises(InvalidVariableError, match=message) as caught:
        env.set("KEY", value)
    assert "hidden" not in str(caught.value)
    assert not env.exists("KEY")


@pytest.mark.parametrize("source", ["", None, 3])
def test_a_source_is_a_text(env, source):
    env.set("A", "1")
    with pytest.raises(InvalidVariableError, match="source"):
        env.set("A", "2", source)
    with pytest.raises(InvalidVariableError, match="source"):
        env.delete("A", source)
    assert env.get("A") == "1"


def test_update_sets_all_or_nothing(env):
    assert env.update({"A": "1", "B": "2"}, "me") == {"A": True, "B": True}
    with pytest.raises(InvalidVariableError):
        env.update({"A": "changed", "B": None}, "me")
    assert env.get("A") == "1"


def test_protected_variables_refuse_changes_unless_forced(env):
    env.set("P", "1")
    env.protect_variable("P")
    assert env.is_protected("P")
    assert env.set("P", "2") is False
    assert env.delete("P") is False
    assert env.update({"P": "2", "Q": "3"}) == {"P": False, "Q": True}
    assert env.get("P") == "1"
    assert env.set("P", "4", "admin", force=True) is True
    assert env.get("P") == "4"
    assert env.delete("P", "admin", force=True) is True
    assert env.get("P") is None


def test_unprotected_variables_accept_changes_again(env):
    env.protect_variable("P")
    assert env.unprotect_variable("P") is True
    assert env.unprotect_variable("P") is False
    assert not env.is_protected("P")
    assert env.set("P", "1") is True


def test_the_source_is_that_of_the_last_change(env, monkeypatch):
    monkeypatch.setenv("FROM_PROCESS", "1")
    env.enable_isolation()
    assert env.get_variable_source("FROM_PROCESS") == "process"
    assert env.get_variable_source("NOWHERE") is None
    env.set("A", "1")
    assert env.get_variable_source("A") == "unknown"
    env.set("A", "1", "config")
    assert env.get_variable_source("A") == "config"
    env.delete("A", "config")
    assert env.get_variable_source("A") is None


def test_get_all_is_sorted_and_a_copy(env):
    env.update({"ZZ": "1", "AA": "2"})
    everything = env.get_all()
    assert list(everything) == sorted(everything)
    everything["AA"] = "changed"
    assert env.get("AA") == "2"


def test_prefix_selection_keeps_whole_keys(env):
    env.update({"APP_A": "1", "APP_B": "2", "APPLE": "3", "app_c": "4"})
    assert env.get_all_with_prefix("APP_") == {"APP_A": "1", "APP_B": "2"}
    assert env.get_all_with_prefix("") == env.get_all()


def test_a_child_process_sees_the_isolated_variables(env):
    env.update({"SHOWN": "yes", "REMOVED": "x"})
    child = env.get_subprocess_env({"EXTRA": "1", "REMOVED": None})
    code = "import os; e = os.environ; print(e['SHOWN'], e['EXTRA'], 'REMOVED' in e)"
    output = subprocess.run(
        [sys.executable, "-c", code], env=child, capture_output=True, check=True
    )
    assert output.stdout.split() == [b"yes", b"1", b"False"]
    assert not env.exists("EXTRA")
    assert env.exists("REMOVED")


def test_history_holds_every_change_in_order(env):
    env.set("A", "1", "first")
    env.set("A", "2", "second")
    env.delete("A", "third")
    env.delete("A", "not there")
    env.protect_variable("A")
    env.set("A", "3", "refused")
    history = env.get_change_history()
    assert [
        (c.sequence, c.action, c.old_value, c.new_value, c.source) for c in history
    ] == [
        (1, "set", None, "1", "first"),
        (2, "set", "1", "2", "second"),
        (3, "delete", "2", None, "third"),
    ]


def test_history_masks_secrets(env):
    env.set("DB_PASSWORD", "hunter2")
    env.set("DB_PASSWORD", "hunter3")
    env.set("DB_URL", "postgres://u:hunter4@host/db")
    assert "hunter" not in repr(env.get_change_history())
    assert env.get_change_history()[2].new_value == "postgres://***@host/db"


def test_history_is_bounded(env):
    for number in range(HISTORY_LIMIT + 5):
        env.set("A", str(number))
    history = env.get_change_history()
    assert len(history) == HISTORY_LIMIT
    assert history[-1].sequence == HISTORY_LIMIT + 5
    assert history[0].sequence == 6


def test_callbacks_hear_of_changes_of_value_alone(env):
    heard = []

    def callback(*change):
        heard.append(change)

    env.add_change_callback(callback)
    env.add_change_callback(callback)
    env.set("A", "1")
    env.set("A", "1", "again")
    env.update({"A": "2", "B": "3"})
    env.delete("A")
    assert heard == [
        ("A", None, "1"),
        ("A", "1", "2"),
        ("B", None, "3"),
        ("A", "2", None),
    ]
    assert env.remove_change_callback(callback) is True
    assert env.remove_change_callback(callback) is False
    env.set("A", "4")
    assert len(heard) == 4


def test_a_callback_that_raises_breaks_nothing(env, caplog):
    heard = []

    def broken(_key, _old, new):
        raise RuntimeError(new)

    env.add_change_callback(broken)
    env.add_change_callback(lambda *change: heard.append(change))
    assert env.set("A_SECRET", "hunter2") is True
    assert env.get("A_SECRET") == "hunter2"
    assert heard == [("A_SECRET", None, "hunter2")]
    (note,) = env.get_debug_info()["callback_errors"]
    assert note.endswith("broken for A_SECRET: RuntimeError")
    assert "broken" in caplog.text
    assert "hunter2" not in caplog.text


def test_a_callback_may_call_back(env):
    def mirror(key, _old, new):
        if key == "A" and new is not None:
            env.set("MIRROR", new)

    env.add_change_callback(mirror)
    env.set("A", "1")
    assert env.get("MIRROR") == "1"


def test_no_lock_is_held_while_a_callback_runs(env):
    """A callback waits for another thread that uses the environment."""
    finished = []

    def callback(key, _old, _new):
        thread = threading.Thread(target=env.get, args=(key,))
        thread.start()
        thread.join(timeout=5)
        finished.append(not thread.is_alive())

    env.add_change_callback(callback)
    env.set("A", "1")
    env.update({"B": "1"})
    env.delete("A")
    env.reset_to_original()
    assert finished == [True] * 4


def test_an_interruption_in_a_callback_is_not_swallowed(env):
    def interrupt(*_change):
        raise KeyboardInterrupt

    env.add_change_callback(interrupt)
    with pytest.raises(KeyboardInterrupt):
        env.set("A", "1")


@pytest.fixture
def restless():
    """Threads change places as often as the interpreter lets them."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("restless")
def test_threads_lose_no_change(env):
    def write(number):
        for step in range(50):
            env.set(f"T{number}_{step}", str(number), f"thread {number}")

    run_threads(8, write)
    for number in range(8):
        for step in range(50):
            assert env.get(f"T{number}_{step}") == str(number)
            assert env.get_variable_source(f"T{number}_{step}") == f"thread {number}"
    sequences = [change.sequence for change in env.get_change_history()]
    assert sequences == list(range(1, 401))


@pytest.mark.usefixtures("restless")
def test_update_is_atomic_for_other_threads(env):
    env.update({"X": "0", "Y": "0"})

    def work(number):
        for step in range(200):
            if number == 0:
                env.update({"X": str(step), "Y": str(step)})
            else:
                seen = env.get_all()
                assert seen["X"] == seen["Y"]

    run_threads(4, work)


def test_asyncio_tasks_share_the_environment(env):
    async def write(number):
        env.set(f"TASK{number}", str(number))
        await asyncio.sleep(0)
        return env.get(f"TASK{(number + 1) % 10}")

    async def main():
        return await asyncio.gather(*(write(number) for number in range(10)))

    assert asyncio.run(main()) == [str((n + 1) % 10) for n in range(10)]


def test_module_functions_use_the_environment(env):
    assert setenv("A", "1", "me") is True
    assert getenv("A") == "1" == env.get("A")
    assert env.get_variable_source("A") == "me"
    assert delenv("A", "me") is True
    assert delenv("A") is False
    assert getenv("A") is None
    assert getenv("A", "fallback") == "fallback"
    env.protect_variable("A")
    assert setenv("A", "1") is False


def test_there_is_one_environment(env):
    assert IsolatedEnvironment() is IsolatedEnvironment() is get_env() is env


def test_threads_that_construct_it_first_get_one(monkeypatch):
    monkeypatch.setattr(IsolatedEnvironment, "_instance", None)
    made = []
    run_threads(16, lambda _number: made.append(IsolatedEnvironment()))
    assert len(made) == 16
    assert len({id(instance) for instance in made}) == 1


def test_without_isolation_changes_reach_the_process(process_env, monkeypatch):
    monkeypatch.setenv("OUTSIDE", "1")
    assert process_env.get("OUTSIDE") == "1"
    process_env.set("OUTSIDE", "2")
    assert os.environ["OUTSIDE"] == "2"
    process_env.delete("OUTSIDE")
    assert "OUTSIDE" not in os.environ
