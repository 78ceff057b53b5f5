"""What stands in a project never takes the place of pytest, its plugins or suiteloom."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hint_cases import FILES, SPEC, SUITE

from pending_calls import replaced
from suiteloom.pytest_plugin.guarded import NEEDED

pytestmark = pytest.mark.usefixtures("started_anew")

NAMES = (
    *("pytest", "pluggy", "suiteloom", "coverage", "execnet", "yaml", "iniconfig"),
    *("pytest_cov", "pytest_asyncio", "_pytest/__init__", "xdist/__init__"),
)
STAND_IN = """\
from pathlib import Path
Path({path!r}).open("a").write({name!r} + " ")
raise SystemExit(0)
"""
FAILING = "        import wares\n        assert wares.price == 2"


@pytest.fixture(params=["root", "pythonpath"])
def planted(example, request):
    """A project with a test that fails, and modules that would end each run with 0."""
    project = example(FILES)
    project.done()
    text = replaced(project.read(SUITE), "        self.pending()", FAILING, 1)
    project.write(SUITE, text)
    folder = ""
    if request.param == "pythonpath":
        folder = "lib/"
        option = 'asyncio_default_fixture_loop_scope = "function"\n'
        project.replace("pyproject.toml", (option, f'{option}pythonpath = ["lib"]\n'))
    project.write(f"{folder}wares.py", "price = 1\n")
    for name in NAMES:
        path = str(project.root / "used")
        project.write(f"{folder}{name}.py", STAND_IN.format(path=path, name=name))
    return project


def used(project):
    path = project.root / "used"
    return path.read_text("utf-8") if path.exists() else ""


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("run",), id="run"),
        pytest.param(("run", "--parallel", "--workers", "1"), id="parallel"),
        pytest.param(("build",), id="build"),
    ],
)
def test_a_test_that_fails_fails_whatever_is_called_pytest(planted, arguments):
    done = planted.run(*arguments)
    assert used(planted) == ""
    assert done.code == 1
    assert "RU501 SH-001 test_charge failed" in done.out + done.err


def test_check_collects_whatever_is_called_pytest(planted):
    found = planted.run("check", "--format", "json").json["findings"]
    assert used(planted) == ""
    assert {item["code"] for item in found if item["code"][:2] in {"CO", "RU"}} == set()


def test_the_projects_own_modules_are_imported_from_its_folder(example):
    project = example(FILES)
    project.done()
    body = FAILING.replace("2", "1")
    project.write(
        SUITE, replaced(project.read(SUITE), "        self.pending()", body, 1)
    )
    project.write("wares.py", "price = 1\n")
    project.write("queue.py", "raise ImportError\n")
    project.write("test/__init__.py", "")
    project.write("test/cgitb.py", "depth = 2\n")
    test = "from test import cgitb\n\ndef test_own(): assert cgitb.depth == 2\n"
    project.write("test/test_own.py", test)
    done = project.run("run", "--format", "json")
    assert (done.code, done.json["findings"]) == (0, [])
    checked = project.run("check", "--format", "json")
    assert {f["code"][:2] for f in checked.json["findings"]} <= {"SL"}


def test_a_suite_that_only_python_m_pytest_can_import_is_a_warning(example):
    project = example(FILES)
    project.done()
    head = "import pytest\n"
    project.replace(SUITE, (head, f"{head}import wares\n"))
    project.write("wares.py", "price = 1\n")
    checked = project.run("check", "--format", "json")
    (found,) = [f for f in checked.json["findings"] if f["code"] == "CO410"]
    assert found["severity"] == "warning"
    assert found["path"] == SUITE
    assert found["message"] == (
        "`pytest` can not import this suite, `python -m pytest` can:"
        " ModuleNotFoundError: No module named 'wares'"
    )
    assert found["hint"] == (
        'add pythonpath = ["."] to [tool.pytest.ini_options] in pyproject.toml'
    )
    project.write(
        "pyproject.toml", project.read("pyproject.toml") + 'pythonpath = ["."]\n'
    )
    codes = [
        f["code"] for f in project.run("check", "--format", "json").json["findings"]
    ]
    assert "CO410" not in codes
    assert project.read(SPEC)


def test_check_warns_of_nothing_where_warnings_are_errors(example):
    project = example(FILES)
    project.done()
    settings = project.read("pyproject.toml")
    project.write("pyproject.toml", f'{settings}filterwarnings = ["error"]\n')
    found = project.run("check", "--format", "json").json["findings"]
    assert {f["code"][:2] for f in found} == {"SL"}


def test_a_suite_that_nothing_can_import_is_an_error(example):
    project = example(FILES)
    project.done()
    head = "import pytest\n"
    project.replace(SUITE, (head, f"{head}import wares\n"))
    found = project.run("check", "--format", "json").json["findings"]
    assert [f["code"] for f in found if f["code"][:2] == "CO"] == ["CO403"]


def test_all_that_pytest_and_the_plugin_import_is_guarded():
    code = (
        "import sys, json, pytest, suiteloom.pytest_plugin.activation,"
        " suiteloom.pytest_plugin.looking, suiteloom.pytest_plugin.team\n"
        "roots = {name.partition('.')[0] for name in sys.modules}\n"
        "print(json.dumps(sorted(roots - sys.stdlib_module_names)))"
    )
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, check=True, capture_output=True)
    roots = {root for root in json.loads(done.stdout) if root.isidentifier()}
    assert roots - NEEDED - {"__main__", "__mp_main__"} == set()
