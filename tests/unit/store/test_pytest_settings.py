"""Which file pytest takes its settings from, and what they say."""

from __future__ import annotations

import pytest
from _pytest.config.findpaths import locate_config

from suiteloom.store import find_settings, settings_in

INI = "[pytest]\naddopts = -ra 'a b'\n"
OPTIONS = '[tool.pytest.ini_options]\ntestpaths = ["a", "b"]\n'
CASES = [
    pytest.param({"pytest.ini": INI, "tox.ini": INI}, id="ini-before-tox"),
    pytest.param({"pytest.toml": "[pytest]\n", "pytest.ini": INI}, id="toml-first"),
    pytest.param({".pytest.ini": INI, "pyproject.toml": OPTIONS}, id="hidden-ini"),
    pytest.param({"pytest.ini": "", "pyproject.toml": OPTIONS}, id="empty-ini"),
    pytest.param({"pyproject.toml": OPTIONS, "tox.ini": INI}, id="pyproject"),
    pytest.param(
        {"pyproject.toml": "[project]\nname = 'x'\n", "setup.cfg": "[tool:pytest]\n"},
        id="pyproject-of-others",
    ),
    pytest.param(
        {"pyproject.toml": '[tool.pytest]\nstrict = true\naddopts = ["-q"]\n'},
        id="native",
    ),
    pytest.param({"tox.ini": "[tox]\n", "setup.cfg": "[tool:pytest]\n"}, id="setup"),
    pytest.param({"../pytest.ini": INI, "tox.ini": "[tox]\n"}, id="above"),
    pytest.param({"../pytest.ini": INI, "setup.cfg": "[tool:pytest]\n"}, id="nearest"),
]


@pytest.mark.parametrize("files", CASES)
def test_the_file_is_the_one_that_pytest_takes(tmp_path, files):
    folder = tmp_path / "project"
    folder.mkdir()
    for path, text in files.items():
        (folder / path).write_text(text)
    found = find_settings(folder)
    _, path, values, _ = locate_config(folder, [])
    assert found.path.resolve() == path
    assert set(found.values) == set(values)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        pytest.param("pytest.ini", INI, ("-ra", "a b"), id="quoted"),
        pytest.param(
            "pytest.ini", "[pytest]\naddopts =\n  -q\n  -x\n", ("-q", "-x"), id="lines"
        ),
        pytest.param(
            "pytest.ini", "[pytest]\naddopts = it's\n", ("it's",), id="open-quote"
        ),
        pytest.param(
            "pytest.toml", '[pytest]\naddopts = ["-q"]\n', ("-q",), id="array"
        ),
        pytest.param("pytest.ini", "[pytest]\n", (), id="missing"),
    ],
)
def test_a_setting_is_a_list_of_words(tmp_path, name, text, words):
    (tmp_path / name).write_text(text)
    assert settings_in(tmp_path).words("addopts") == words


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("pyproject.toml", b"tool = [", id="no-toml"),
        pytest.param("pyproject.toml", b"tool = 3\n", id="no-table"),
        pytest.param("tox.ini", b"x = 1\n", id="no-section"),
        pytest.param("setup.cfg", b"\xff\xfe", id="no-text"),
    ],
)
def test_a_file_that_says_nothing_has_no_settings(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert settings_in(tmp_path) is None
