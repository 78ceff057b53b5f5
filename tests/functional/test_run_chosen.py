"""`run` names the suites folder to pytest once, and runs what it would if it named files."""

from __future__ import annotations

import json

import pytest
from shop_project import SPEC

KEPT = ".suiteloom/last-run.json"
SUITE = "generated/test_{}_integration_comprehensive.py"
COUNTING = """\
from pathlib import Path

def pytest_collect_file(file_path):
    with Path(__file__).with_name("seen.txt").open("a") as stream:
        stream.write(f"{file_path.parent.name}/{file_path.name}\\n")
"""


@pytest.fixture
def three(shop):
    """Three domains, all of whose tests are pending."""
    for name in ("depot", "news"):
        text = SPEC.replace("shop", name).replace("SH-", f"{name[:2].upper()}-")
        shop.write(f"specs/{name}.yaml", text)
    assert shop("generate").exit == 0
    return shop


def ran(project):
    """The items of the last run, in their order."""
    return [test["nodeid"] for test in json.loads(project.read(KEPT))["tests"]]


def settings(project, *lines):
    head = "ini_options]\n"
    project.replace(head, "\n".join([head.strip(), *lines, ""]), "pyproject.toml")


def test_each_file_is_looked_at_once(three):
    three.write("conftest.py", COUNTING)
    assert three("run").exit == 0
    seen = [line for line in three.read("seen.txt").split() if "generated/" in line]
    names = [SUITE.format(name) for name in ("depot", "news", "shop")]
    assert sorted(seen) == names


def test_check_looks_once_more_at_what_the_team_does_not_collect(three):
    settings(three, 'python_files = ["check_*.py"]')
    three.write("conftest.py", COUNTING)
    assert three("check", "--format", "json").exit == 1
    seen = [line for line in three.read("seen.txt").split() if "generated/" in line]
    names = [SUITE.format(name) for name in ("depot", "news", "shop")]
    assert sorted(seen) == sorted(2 * names)


def test_suites_run_in_the_order_of_their_specs(three):
    three.write("specs/a_late.yaml", three.read("specs/shop.yaml"))
    (three.root / "specs/shop.yaml").unlink()
    assert three("run", "--", "-p", "no:randomly").exit == 0
    files = list(dict.fromkeys(name.partition("::")[0] for name in ran(three)))
    assert files == [SUITE.format(name) for name in ("shop", "depot", "news")]


def test_what_else_is_in_the_folder_is_not_collected(three):
    three.write("generated/test_other.py", "raise SystemExit('imported')\n")
    three.write("generated/deeper/test_more.py", "raise SystemExit('imported')\n")
    result = three("run", "--format", "json")
    assert (result.exit, result.json["findings"]) == (0, [])


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(['python_files = ["check_*.py"]'], id="another-name"),
        pytest.param(['python_files = ["nowhere/test_*.py"]'], id="another-folder"),
        pytest.param(['python_files = ["generated/test_*.py"]'], id="with-its-folder"),
        pytest.param(['addopts = "--ignore-glob=*depot*"'], id="ignored-by-a-glob"),
        pytest.param(['norecursedirs = ["generated"]'], id="folder-passed-over"),
        pytest.param(['testpaths = ["tests"]'], id="other-test-paths"),
    ],
)
def test_settings_about_files_leave_a_suite_in_and_bring_it_once(three, lines):
    settings(three, *lines)
    assert three("run").exit == 0
    items = ran(three)
    assert len(items) == len(set(items)) == 12


def test_a_conftest_that_ignores_files_leaves_them_in(three):
    three.write("generated/conftest.py", "collect_ignore_glob = ['*']\n")
    assert three("run").exit == 0
    assert len(ran(three)) == 12


def test_a_project_behind_a_link_is_run(three, tmp_path_factory):
    link = tmp_path_factory.mktemp("links") / "project"
    link.symlink_to(three.root)
    result = type(three)(link, three._capture)("run", "--format", "json")
    assert result.exit == 0
    assert len(result.json["outcomes"]) == 9


def test_a_choice_that_can_not_be_read_is_refused(three):
    three.write("choice.json", "[]")
    result = three("run", "--", "--suiteloom-chosen=choice.json", "--format", "json")
    assert result.exit == 1
    assert "RU50" in result.out
