import logging
import os

import pytest


@pytest.fixture
def write(tmp_path):
    def write_file(data):
        path = tmp_path / "settings.env"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write_file


def test_a_file_is_loaded(env, write):
    path = write(
        "# comment\n"
        "PLAIN=one\n"
        "export EXPORTED=two # comment\n"
        'QUOTED="three # not a comment"\n'
        "SINGLE='four'\n"
        "EMPTY=\n"
        'LINES="a\nb"\n'
    )
    assert env.load_from_file(path, "settings") == (6, [])
    keys = ("PLAIN", "EXPORTED", "QUOTED", "SINGLE", "EMPTY", "LINES")
    assert [env.get(key) for key in keys] == [
        "one",
        "two",
        "three # not a comment",
        "four",
        "",
        "a\nb",
    ]
    assert env.get_variable_source("PLAIN") == "settings"
    assert "PLAIN" not in os.environ


def test_the_path_may_be_a_text(env, write):
    assert env.load_from_file(str(write("A=1\n"))) == (1, [])
    assert env.get_variable_source("A") == "env_file"


def test_existing_variables_are_replaced_or_kept(env, write):
    path = write("A=file\nB=file\n")
    env.set("A", "before", "me")
    assert env.load_from_file(path, override_existing=False) == (1, [])
    assert (env.get("A"), env.get("B")) == ("before", "file")
    assert env.get_variable_source("A") == "me"
    assert env.load_from_file(path, override_existing=True) == (2, [])
    assert env.get("A") == "file"


def test_references_are_filled_in_from_file_then_environment(env, write):
    env.set("OUTER", "isolated")
    path = write("A=1\nB=${A}-${OUTER}-${NONE:-d}-${NONE}\nOUTER=file\nC=${OUTER}\n")
    assert env.load_from_file(path) == (4, [])
    assert env.get("B") == "1-isolated-d-"
    assert env.get("C") == "file"


def test_a_missing_file(env, tmp_path):
    path = tmp_path / "none.env"
    assert env.load_from_file(path) == (0, [f"{path}: No such file or directory"])


def test_a_directory(env, tmp_path):
    assert env.load_from_file(tmp_path) == (0, [f"{tmp_path}: Is a directory"])


def test_bytes_that_are_not_utf8(env, write):
    path = write(b"A=1\nB=\xff\n")
    assert env.load_from_file(path) == (0, [f"{path}: not UTF-8 (byte 6)"])
    assert not env.exists("A")


def test_a_byte_order_mark_is_no_part_of_the_key(env, write):
    assert env.load_from_file(write(b"\xef\xbb\xbfA=1\n")) == (1, [])
    assert env.get("A") == "1"


def test_bad_lines_are_reported_and_the_rest_is_loaded(env, write, caplog):
    path = write('A=1\n\n   \n  SECRETWORD hunter2\nLONELY\n\nOPEN="hunter2\nB=2\n')
    caplog.set_level(logging.DEBUG)
    count, errors = env.load_from_file(path)
    assert count == 2
    assert (env.get("A"), env.get("B")) == ("1", "2")
    assert errors == [
        f"{path}:4: not a KEY=value line",
        f"{path}:5: a key without '='",
        f"{path}:7: not a KEY=value line",
    ]
    assert "hunter2" not in caplog.text


def test_windows_line_ends_count_as_one(env, write):
    path = write(b"A=1\r\n\r\nBAD LINE\r\nB=2\r\n")
    count, errors = env.load_from_file(path)
    assert (count, errors) == (2, [f"{path}:3: not a KEY=value line"])
    assert (env.get("A"), env.get("B")) == ("1", "2")


def test_a_value_no_environment_can_hold_names_its_line(env, write):
    path = write(b"A=1\nB=x\0y\n")
    count, errors = env.load_from_file(path)
    assert count == 1
    assert errors == [f"{path}:2: B: the value holds a NUL character"]


def test_protected_variables_are_reported(env, write):
    env.set("A", "kept")
    env.protect_variable("A")
    path = write("\nA=file\nB=2\n")
    assert env.load_from_file(path) == (1, [f"{path}:2: A is protected"])
    assert env.get("A") == "kept"


def test_the_last_of_two_lines_wins(env, write):
    assert env.load_from_file(write("A=1\nA=2\n")) == (1, [])
    assert env.get("A") == "2"


def test_an_empty_file(env, write):
    assert env.load_from_file(write("")) == (0, [])
