"""Which files `audit` reads, from where, by whose settings; what it asks for where."""

import json

import pytest

from suiteloom.cli.edge import run_app

EMPTY = "def test_a():\n    pass\n"
READS = "import os\n\n\ndef test_a(till):\n    assert till(os.environ['A'])\n"


@pytest.fixture
def audit(tmp_path, monkeypatch, capsys):
    """Write files, go to a folder and audit there: exit code, and paths of findings."""

    def ask(files, *arguments, folder="."):
        for path, text in files.items():
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        monkeypatch.chdir(tmp_path / folder)
        code = run_app(["audit", *arguments, "--format", "json", "--no-cache"])
        out, err = capsys.readouterr()
        if code == 2:
            return code, err
        return code, [f"{f['path']} {f['code']}" for f in json.loads(out)["findings"]]

    return ask


def test_a_path_is_relative_to_the_current_folder(audit):
    files = {"x/suiteloom.toml": "", "x/tests/test_a.py": EMPTY}
    assert audit(files, "test_a.py", folder="x/tests")[1] == ["tests/test_a.py SL601"]


def test_a_project_beside_the_current_folder_can_be_named(audit):
    files = {"x/suiteloom.toml": "", "x/tests/test_a.py": EMPTY}
    found = audit(files, "../x/tests", "--project", "../x", folder="y")
    assert found == (1, ["tests/test_a.py SL601"])


def test_a_folder_beside_the_current_one_needs_no_project(audit):
    files = {
        "x/pyproject.toml": "[tool.pytest.ini_options]\n",
        "x/tests/test_a.py": EMPTY,
    }
    assert audit(files, "../x/tests", folder="y")[1] == ["tests/test_a.py SL601"]


def test_a_path_outside_of_the_named_project_is_refused(audit):
    code, said = audit(
        {"x/suiteloom.toml": "", "test_a.py": EMPTY}, ".", "--project", "x"
    )
    assert (code, "lies outside" in said) == (2, True)


def test_a_path_that_is_not_there_says_what_it_is_relative_to(audit):
    code, said = audit({"x/tests/test_a.py": EMPTY}, "tests")
    assert code == 2
    assert "no such file or folder: tests" in said
    assert "PATH is relative to" in " ".join(said.split())


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        pytest.param("x", "tests/deep", id="below"),
        pytest.param("x/tests", "deep", id="from-a-folder-inside"),
        pytest.param(".", "x/tests", id="from-outside"),
        pytest.param("x/tests/deep", ".", id="from-the-folder-itself"),
    ],
)
def test_settings_of_pytest_are_those_above_what_is_asked_for(audit, folder, path):
    settings = "[pytest]\npython_files = check_*.py\npython_functions = check\n"
    files = {
        "x/pytest.ini": settings,
        "x/tests/deep/check_a.py": EMPTY.replace("test_a", "check_a"),
        "x/tests/deep/test_a.py": EMPTY,
    }
    code, found = audit(files, path, folder=folder)
    assert (code, len(found)) == (1, 1)
    assert found[0].endswith("check_a.py SL601")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param(
            "pytest.ini", "[pytest]\nnorecursedirs = old data\n", id="by-name"
        ),
        pytest.param(
            "pytest.ini", "[pytest]\nnorecursedirs = */tests/old\n", id="by-path"
        ),
        pytest.param(
            "pytest.ini", "[pytest]\naddopts = --ignore=tests/old\n", id="option"
        ),
        pytest.param(
            "pytest.ini",
            "[pytest]\naddopts = --ignore-glob=tests/o*\n",
            id="glob-option",
        ),
        pytest.param("tests/conftest.py", 'collect_ignore = ["old"]\n', id="ignored"),
        pytest.param(
            "conftest.py",
            'collect_ignore = []\ncollect_ignore.append("tests/old")\n',
            id="appended",
        ),
        pytest.param(
            "conftest.py", 'collect_ignore_glob = ["tests/o*"]\n', id="by-a-glob"
        ),
        pytest.param(
            "conftest.py", 'collect_ignore_glob: list = ["*/test_o*"]\n', id="file"
        ),
        pytest.param(
            "suiteloom.toml", '[audit]\nexclude = ["tests/old"]\n', id="own-setting"
        ),
        pytest.param(
            "suiteloom.toml", '[audit]\nexclude = ["test_o*"]\n', id="own-glob"
        ),
    ],
)
def test_what_pytest_or_the_project_leaves_out_is_not_read(audit, path, text):
    files = {path: text, "tests/old/test_old.py": EMPTY, "tests/test_new.py": EMPTY}
    assert audit(files, "tests")[1] == ["tests/test_new.py SL601"]


def test_what_a_condition_ignores_is_read(audit):
    text = (
        'import sys\nif sys.platform == "win32":\n    collect_ignore = ["test_a.py"]\n'
    )
    files = {"tests/conftest.py": text, "tests/test_a.py": EMPTY}
    assert audit(files, "tests")[1] == ["tests/test_a.py SL601"]


@pytest.mark.parametrize(
    "globs",
    [
        pytest.param(["tests/old"], id="folder"),
        pytest.param(["old"], id="name-of-a-folder"),
        pytest.param(["tests/old/*.py"], id="files"),
        pytest.param(["nothing", "test_o*.py"], id="several"),
    ],
)
def test_an_option_leaves_files_out(audit, globs):
    files = {"tests/old/test_old.py": EMPTY, "tests/test_new.py": EMPTY}
    options = [word for glob in globs for word in ("--exclude", glob)]
    assert audit(files, "tests", *options)[1] == ["tests/test_new.py SL601"]


def test_a_file_that_is_named_is_read_all_the_same(audit):
    files = {"tests/old/test_old.py": EMPTY}
    found = audit(files, "tests/old/test_old.py", "--exclude", "old")
    assert found[1] == ["tests/old/test_old.py SL601"]


def test_rules_for_projects_are_not_asked_elsewhere(audit):
    assert audit({"tests/test_a.py": READS}, "tests") == (0, [])


def test_a_project_is_asked_all_rules(audit):
    files = {"suiteloom.toml": "", "tests/test_a.py": READS}
    assert audit(files, "tests")[1] == ["tests/test_a.py SL201"]


@pytest.mark.parametrize(
    ("option", "codes", "found"),
    [
        pytest.param("--select", "SL2", ["SL201"], id="select"),
        pytest.param("--select", "SL201,SL9", ["SL201"], id="select-a-code"),
        pytest.param("--extend-select", "SL2", ["SL201", "SL601"], id="extend"),
        pytest.param(
            "--extend-select", "SL201", ["SL201", "SL601"], id="extend-by-a-code"
        ),
        pytest.param("--extend-select", "SL205", ["SL601"], id="another-code"),
    ],
)
def test_rules_for_projects_can_be_asked_for(audit, option, codes, found):
    files = {"tests/test_a.py": READS + "\n\n" + EMPTY.replace("test_a", "test_b")}
    said = audit(files, "tests", option, codes)[1]
    assert [line.partition(" ")[2] for line in said] == found
