import copy
import os
import pickle

import pytest

from suiteloom.ssot import IsolationStateError


def no_runner(variables):
    return {k: v for k, v in variables.items() if not k.startswith("PYTEST_")}


def test_isolation_is_on_and_off(process_env):
    assert not process_env.is_isolated()
    process_env.enable_isolation()
    assert process_env.is_isolated()
    assert process_env.is_isolation_enabled()
    process_env.disable_isolation()
    assert not process_env.is_isolated()
    assert not process_env.is_isolation_enabled()


def test_in_isolation_nothing_reaches_the_process(env):
    before = no_runner(os.environ)
    existing = next(iter(before))
    env.set("NEW", "1")
    env.set(existing, "changed")
    env.update({"OTHER": "2"})
    env.delete(existing)
    assert no_runner(os.environ) == before
    assert env.get(existing) is None


def test_isolation_starts_from_the_process(process_env, monkeypatch):
    monkeypatch.setenv("ENVIRONMENT", "staging")
    process_env.enable_isolation()
    assert process_env.get("ENVIRONMENT") == "staging"
    assert process_env.is_staging()


def test_what_the_process_gets_later_is_not_seen(env, monkeypatch):
    monkeypatch.setenv("LATER", "1")
    assert env.get("LATER") is None


def test_disabling_drops_the_isolated_changes(env):
    env.set("NEW", "1")
    env.disable_isolation()
    assert env.get("NEW") is None
    assert "NEW" not in os.environ


def test_disabling_twice_is_disabling_once(env):
    env.disable_isolation()
    env.disable_isolation(restore_original=True)
    assert not env.is_isolated()


def test_enabling_twice_keeps_changes_and_reads_the_process(env, monkeypatch):
    env.set("MINE", "1")
    env.set("BOTH", "mine")
    monkeypatch.setenv("LATER", "1")
    monkeypatch.setenv("BOTH", "process")
    env.enable_isolation()
    assert env.get("MINE") == "1"
    assert env.get("BOTH") == "mine"
    assert env.get("LATER") == "1"
    env.disable_isolation()
    assert not env.is_isolated()


def test_a_deleted_variable_stays_deleted_after_a_refresh(env, monkeypatch):
    monkeypatch.setenv("DOOMED", "1")
    env.enable_isolation()
    assert env.get("DOOMED") == "1"
    env.delete("DOOMED")
    env.enable_isolation()
    assert env.get("DOOMED") is None


def test_without_refresh_a_copy_in_use_stays(env, monkeypatch):
    monkeypatch.setenv("LATER", "1")
    env.enable_isolation(refresh_vars=False)
    assert env.get("LATER") is None


def test_without_refresh_the_last_copy_is_taken_up(env):
    env.set("MINE", "1", "me")
    env.disable_isolation()
    env.enable_isolation(refresh_vars=False)
    assert env.get("MINE") == "1"
    assert env.get_variable_source("MINE") == "me"


def test_with_refresh_the_copy_starts_afresh(env):
    env.set("MINE", "1", "me")
    env.disable_isolation()
    env.enable_isolation()
    assert env.get("MINE") is None


def test_without_refresh_and_copy_the_process_is_read(process_env, monkeypatch):
    monkeypatch.setenv("THERE", "1")
    process_env.enable_isolation(refresh_vars=False)
    assert process_env.get("THERE") == "1"


def test_restore_original_undoes_direct_writes(process_env, monkeypatch):
    monkeypatch.setenv("KEPT", "1")
    monkeypatch.setenv("REMOVED", "1")
    monkeypatch.setenv("PYTEST_OWNED", "1")
    process_env.enable_isolation()
    os.environ["KEPT"] = "changed"
    os.environ["ADDED"] = "1"
    os.environ["PYTEST_OWNED"] = "2"
    del os.environ["REMOVED"]
    process_env.disable_isolation(restore_original=True)
    assert os.environ["KEPT"] == "1"
    assert os.environ["REMOVED"] == "1"
    assert "ADDED" not in os.environ
    assert os.environ["PYTEST_OWNED"] == "2"


def test_without_restore_direct_writes_stay(process_env, monkeypatch):
    monkeypatch.setenv("KEPT", "1")
    process_env.enable_isolation()
    os.environ["KEPT"] = "changed"
    process_env.disable_isolation()
    assert os.environ["KEPT"] == "changed"


def test_a_second_enable_keeps_the_first_backup(process_env, monkeypatch):
    monkeypatch.setenv("KEPT", "1")
    process_env.enable_isolation()
    os.environ["KEPT"] = "changed"
    process_env.enable_isolation()
    process_env.disable_isolation(restore_original=True)
    assert os.environ["KEPT"] == "1"


def test_restoring_without_a_backup_is_refused(process_env):
    process_env.enable_isolation(backup_original=False)
    with pytest.raises(IsolationStateError, match="backup_original=True"):
        process_env.disable_isolation(restore_original=True)
    assert process_env.is_isolated()
    with pytest.raises(IsolationStateError, match="reset_to_original"):
        process_env.reset_to_original()


def test_backup_and_restore_bring_everything_back(env):
    env.set("A", "1", "me")
    env.protect_variable("A")
    env.namespace("auth").set("URL", "x")
    heard = []
    env.add_change_callback(lambda *change: heard.append(change))
    variables, history = env.get_all(), env.get_change_history()
    saved = env.backup()

    env.set("A", "2", force=True)
    env.unprotect_variable("A")
    env.set("B", "3")
    env.reset()
    env.disable_isolation()
    os.environ["LEFT_BEHIND"] = "1"
    heard.clear()
    env.restore(saved)

    assert env.is_isolated()
    assert env.get_all() == variables
    assert env.get_change_history() == history
    assert env.is_protected("A")
    assert env.get_variable_source("A") == "me"
    assert env.get_variable_owner("AUTH_URL") == "auth"
    assert "LEFT_BEHIND" not in os.environ
    assert heard == []
    env.set("B", "4")
    assert heard == [("B", None, "4")]


def test_a_backup_can_be_restored_twice(env):
    env.set("A", "1")
    saved = env.backup()
    for _ in range(2):
        env.set("A", "2")
        env.restore(saved)
        assert env.get("A") == "1"


def test_a_backup_shows_no_value(env):
    env.set("ANY", "hunter2")
    assert "hunter2" not in repr(env.backup())


def test_reset_forgets_everything_and_ends_isolation(env):
    heard = []
    env.set("A", "1", "me")
    env.protect_variable("A")
    env.add_change_callback(lambda *change: heard.append(change))
    env.namespace("auth").set("URL", "x")
    heard.clear()
    env.reset()
    assert not env.is_isolated()
    assert env.get("A") is None
    assert not env.is_protected("A")
    assert env.get_change_history() == []
    assert env.get_variable_owner("AUTH_URL") is None
    env.enable_isolation(refresh_vars=False)
    assert env.get("A") is None
    env.set("A", "2")
    assert heard == []


def test_clear_empties_the_copy_and_leaves_the_process_alone(env, monkeypatch):
    monkeypatch.setenv("KEPT", "1")
    env.enable_isolation()
    env.set("A", "1", "me")
    env.protect_variable("A")
    heard = []
    env.add_change_callback(lambda *change: heard.append(change))
    count = len(env.get_all())
    assert env.clear("me") == count - 1 == len(heard)
    assert env.get_all() == {"A": "1"}
    assert env.get_change_history()[-1].action == "delete"
    assert os.environ["KEPT"] == "1"
    env.disable_isolation()
    assert env.get("KEPT") == "1"


def test_clear_refuses_to_empty_the_process(process_env):
    before = dict(os.environ)
    with pytest.raises(IsolationStateError, match="enable isolation first"):
        process_env.clear()
    assert dict(os.environ) == before


def test_reset_without_isolation_leaves_the_process_alone(process_env, monkeypatch):
    monkeypatch.setenv("KEPT", "1")
    process_env.set("KEPT", "2", "me")
    process_env.reset()
    assert os.environ["KEPT"] == "2"
    assert not process_env.is_isolated()
    assert process_env.get_variable_source("KEPT") == "process"


def test_reset_to_original_sets_the_copy_back(process_env, monkeypatch):
    monkeypatch.setenv("CHANGED", "1")
    monkeypatch.setenv("DELETED", "1")
    process_env.enable_isolation()
    process_env.update({"CHANGED": "2", "ADDED": "3"}, "me")
    process_env.delete("DELETED")
    process_env.protect_variable("CHANGED")
    heard = []
    process_env.add_change_callback(lambda *change: heard.append(change))
    process_env.reset_to_original()
    assert process_env.get("CHANGED") == "1"
    assert process_env.get("DELETED") == "1"
    assert process_env.get("ADDED") is None
    assert process_env.is_isolated()
    assert process_env.get_variable_source("CHANGED") == "process"
    assert heard == [
        ("ADDED", "3", None),
        ("CHANGED", "2", "1"),
        ("DELETED", None, "1"),
    ]
    assert process_env.get_change_history()[-1].source == "reset_to_original"


def test_reset_to_original_without_isolation_sets_the_process_back(
    process_env, monkeypatch
):
    monkeypatch.setenv("CHANGED", "1")
    process_env.enable_isolation()
    process_env.disable_isolation()
    process_env.set("CHANGED", "2")
    process_env.reset_to_original()
    assert os.environ["CHANGED"] == "1"


def test_changes_since_init_compare_with_the_start_of_isolation(
    process_env, monkeypatch
):
    monkeypatch.setenv("CHANGED", "1")
    monkeypatch.setenv("DELETED", "1")
    process_env.enable_isolation()
    assert process_env.get_changes_since_init() == {}
    process_env.update({"CHANGED": "2", "ADDED": "3", "API_KEY": "hunter2"})
    process_env.delete("DELETED")
    assert process_env.get_changes_since_init() == {
        "ADDED": (None, "3"),
        "API_KEY": (None, "***"),
        "CHANGED": ("1", "2"),
        "DELETED": ("1", None),
    }
    process_env.set("CHANGED", "1")
    assert "CHANGED" not in process_env.get_changes_since_init()


def test_the_runners_variables_are_no_change(env, monkeypatch):
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "another")
    env.set("PYTEST_CURRENT_TEST", "yet another")
    assert env.get_changes_since_init() == {}


def test_copies_and_pickles_are_the_same_object(env):
    assert copy.copy(env) is env
    assert copy.deepcopy(env) is env
    assert pickle.loads(pickle.dumps(env)) is env  # noqa: S301 - made here


def test_repr_shows_the_mode_and_no_value(env):
    env.set("ANY", "hunter2")
    assert repr(env).startswith("<IsolatedEnvironment isolated: ")
    assert "hunter2" not in repr(env)
    env.disable_isolation()
    assert repr(env).startswith("<IsolatedEnvironment process: ")
