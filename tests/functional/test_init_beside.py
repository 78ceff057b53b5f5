"""`init` where pytest, or Python at all, is at home already."""

from __future__ import annotations

import tomllib

import pytest
from scaffolding import everything, files

from suiteloom.cli.edge import run_app


def made(folder, contents, *options):
    for path, text in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return run_app(["init", str(folder), "--keep", *options])


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("pytest.ini", id="pytest-ini"),
        pytest.param("setup.py", id="setup-py"),
        pytest.param("tests/test_a.py", id="tests"),
        pytest.param("shop/__init__.py", id="package"),
        pytest.param("app.py", id="module"),
        pytest.param("requirements.txt", id="requirements"),
    ],
)
def test_no_pyproject_appears_beside_python(tmp_path, path):
    assert made(tmp_path, {path: ""}) == 0
    assert "suiteloom.toml" in files(tmp_path)
    assert "pyproject.toml" not in files(tmp_path)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        pytest.param(
            "pytest.ini",
            "[pytest]\ntestpaths = tests docs\n",
            "does not look into generated/; in [pytest] of pytest.ini write, in place"
            " of any testpaths:\n    testpaths = tests docs generated\n",
            id="testpaths",
        ),
        pytest.param(
            "pyproject.toml",
            "[tool.pytest.ini_options]\npython_files = ['check_*.py']\n",
            "takes no files of suites for tests; in [tool.pytest.ini_options] of"
            " pyproject.toml write, in place of any python_files:\n"
            '    python_files = ["check_*.py", "test_*_*_comprehensive.py"]\n',
            id="python-files",
        ),
        pytest.param(
            "setup.cfg",
            "[tool:pytest]\npython_classes = *Checks\n",
            "takes no classes of suites for tests; in [tool:pytest] of setup.cfg write,"
            " in place of any python_classes:\n    python_classes = *Checks Test\n",
            id="python-classes",
        ),
        pytest.param(
            "pytest.toml",
            '[pytest]\npython_functions = ["check_"]\n',
            "takes no functions of suites for tests; in [pytest] of pytest.toml write,"
            ' in place of any python_functions:\n    python_functions = ["check_",'
            ' "test_"]\n',
            id="python-functions",
        ),
        pytest.param(
            "tox.ini",
            "[pytest]\nnorecursedirs = .* gen*\n",
            "does not go into generated/; in [pytest] of tox.ini write, in place of any"
            " norecursedirs:\n    norecursedirs = .*\n",
            id="norecursedirs",
        ),
    ],
)
def test_settings_that_keep_suites_out_are_printed_as_they_have_to_be(
    tmp_path, capfd, path, text, line
):
    assert made(tmp_path, {path: text}) == 0
    assert line in capfd.readouterr().err
    assert (tmp_path / path).read_text() == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[pytest]\n", id="none"),
        pytest.param("[pytest]\ntestpaths = .\n", id="root"),
        pytest.param("[pytest]\ntestpaths = gen*\n", id="pattern"),
        pytest.param("[pytest]\npython_files = test_*.py\n", id="usual-files"),
        pytest.param("[pytest]\npython_classes = Test* Check\n", id="usual-classes"),
        pytest.param("[pytest]\naddopts = -ra\n", id="options"),
    ],
)
def test_settings_that_let_suites_in_are_not_spoken_of(tmp_path, capfd, text):
    (tmp_path / "generated").mkdir()
    assert made(tmp_path, {"pytest.ini": text}) == 0
    assert "pytest.ini" not in capfd.readouterr().err


def test_pytest_above_is_told_to_leave_suites_out(tmp_path, capfd):
    (tmp_path / ".git").mkdir()
    above = tmp_path / "pyproject.toml"
    above.write_text("[tool.pytest.ini_options]\naddopts = \"-ra -k 'a b'\"\n")
    assert made(tmp_path / "qa", {"tests/test_a.py": ""}) == 0
    assert (
        "in [tool.pytest.ini_options] of ../pyproject.toml write, in place of any"
        " addopts:\n    addopts = \"-ra -k 'a b' --ignore=qa/generated\"\n"
    ) in capfd.readouterr().err


def test_pytest_above_that_looks_elsewhere_is_told_nothing(tmp_path, capfd):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    assert made(tmp_path / "qa", {"tests/test_a.py": ""}) == 0
    assert "pytest.ini" not in capfd.readouterr().err


def test_what_init_wrote_itself_lacks_nothing(tmp_path, capfd):
    before = everything(tmp_path)
    assert run_app(["init", str(tmp_path), "--diff"]) == 0
    assert "pytest" not in capfd.readouterr().err
    assert everything(tmp_path) == before


def test_new_project_speaks_to_pytest_of_nothing_that_is_not_installed(tmp_path):
    assert run_app(["init", str(tmp_path)]) == 0
    data = tomllib.loads((tmp_path / "pyproject.toml").read_text())
    options = data["tool"]["pytest"]["ini_options"]
    assert [name for name in options if name.startswith("asyncio")] == []
    (ignored,) = options["filterwarnings"]
    assert ignored == (
        'ignore:The configuration option "asyncio_default_fixture_loop_scope"'
    )
