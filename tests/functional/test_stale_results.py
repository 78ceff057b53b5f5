"""A result that is older than the code under test is stale: not passed, and said so."""

from __future__ import annotations

import json
from typing import Any

import pytest
from shop_project import SUITE, Cli, commit, git

from suiteloom.results import FILE_NAME, LastRun, load_run
from suiteloom.workflows.project import open_workspace

STALE = "results are stale"
CONFIG = '[tool.suiteloom]\naudit.subjects = ["shop"]\n'


@pytest.fixture
def covered(shop: Cli) -> Cli:
    """The shop with a package under test and three tests that pass."""
    shop.replace("[tool.suiteloom]\n", CONFIG, "pyproject.toml")
    shop.write("shop/__init__.py", "PRICE = 1\n")
    shop.replace("self.pending()", "assert self.env")
    assert shop("generate").exit == 0
    return shop


def kept(cli: Cli) -> LastRun:
    last = load_run((cli.root / ".suiteloom" / FILE_NAME).read_bytes())
    assert last is not None
    return last


def test_a_run_keeps_what_the_packages_under_test_were(covered):
    assert covered("run").exit == 0
    code = kept(covered).code
    assert code is not None
    assert code == open_workspace(covered.root).code()
    assert list(code.files["shop"]) == ["shop/__init__.py"]


def test_results_of_older_code_are_stale_and_cover_nothing(covered):
    assert covered("build").exit == 0
    fresh = covered("status", "--format", "json").json
    assert (fresh["code"]["verdict"], fresh["totals"]["stale_tests"]) == ("same", 0)
    assert (fresh["totals"]["passed"], fresh["totals"]["covered_usd"]) == (3, 900000)
    covered.write("shop/__init__.py", "PRICE = 2\n")
    old = covered("status", "--format", "json").json
    (suite,) = old["suites"]
    assert (suite["stale"], suite["stale_because"]) == (True, "code")
    assert (old["totals"]["passed"], old["totals"]["stale_tests"]) == (None, 3)
    assert old["totals"]["covered_usd"] == 0
    change = {"package": "shop", "path": "shop/__init__.py", "change": "changed"}
    assert old["code"] == {"verdict": "stale", "changed": [change], "unknown": []}


def test_status_says_which_file_made_results_stale(covered):
    assert covered("run").exit == 0
    for name in "abcd":
        covered.write(f"shop/{name}.py", "")
    out = covered("status").out
    since = "shop/a.py added, shop/b.py added, shop/c.py added and 1 more"
    assert f"stale: the code under test changed since the last run: {since}" in out
    assert "passed" not in out.partition("shop")[0]


def test_check_warns_of_stale_results_and_passes(covered):
    assert covered("run").exit == 0
    assert level_of(covered("check", "--format", "json").json) == (
        "the last run is of the code and suites as they are"
    )
    covered.write("shop/__init__.py", "")
    covered.replace("assert self.env", "assert self.env is not None", count=1)
    result = covered("check", "--format", "json")
    assert result.exit == 0
    assert level_of(result.json) == (
        "the last run is stale: 1 file of the code under test and 1 suite changed since"
    )
    found = [f for f in result.json["findings"] if f["code"] == "RU509"]
    assert [(f["severity"], f["message"], f["path"]) for f in found] == [
        (
            "warning",
            f"{STALE}: the code under test changed since: shop/__init__.py changed",
            "",
        ),
        ("warning", f"{STALE}: suites changed since: {SUITE}", SUITE),
    ]


def level_of(data: Any) -> str:
    (level,) = [level for level in data["levels"] if level["name"] == "run"]
    return str(level["summary"])


def test_a_build_that_is_about_to_run_says_nothing_of_the_run_before(covered):
    assert covered("run").exit == 0
    covered.write("shop/__init__.py", "")
    result = covered("build", "--format", "json").json
    assert "run" not in [level["name"] for level in result["check"]["levels"]]
    assert result["status"]["code"]["verdict"] == "same"


def test_code_that_changes_while_its_tests_run_leaves_stale_results(covered):
    covered.replace(
        "assert self.env",
        "open('shop/__init__.py', 'a').write('#')\n        assert self.env",
        count=1,
    )
    result = covered("run", "--format", "json")
    assert result.exit == 0
    assert [(f["code"], f["message"]) for f in result.json["findings"]] == [
        (
            "RU509",
            "the code under test changed while its tests ran: shop/__init__.py changed",
        )
    ]
    assert covered("status", "--format", "json").json["totals"]["covered_usd"] == 0


def test_a_suite_that_changes_while_it_runs_leaves_stale_results(covered):
    covered.replace(
        "assert self.env",
        "open(__file__, 'a').write('#')\n        assert self.env",
        count=1,
    )
    result = covered("run", "--format", "json")
    assert [(f["code"], f["message"]) for f in result.json["findings"]] == [
        ("RU509", f"suites changed while they ran: {SUITE}")
    ]
    assert covered("status", "--format", "json").json["suites"][0]["stale"] is True


def test_without_a_package_under_test_nobody_says_that_results_are_fresh(shop):
    assert shop("run").exit == 0
    reason = "no package under test is configured (`coverage` names them)"
    told = f"whether the code under test changed since is not known: {reason}"
    assert told in shop("status").out
    assert shop("status", "--format", "json").json["code"]["verdict"] == "unknown"
    assert f"not known whether the last run is stale: {reason}" in shop("check").out


def test_an_older_record_is_read_and_says_nothing_of_the_code(covered):
    assert covered("run").exit == 0
    path = f".suiteloom/{FILE_NAME}"
    data = json.loads(covered.read(path))
    del data["code"]
    covered.write(path, json.dumps(data))
    status = covered("status", "--format", "json").json
    assert status["totals"]["passed"] == 3
    assert status["code"]["unknown"] == ["the run did not note what the code was"]


def test_the_page_of_a_comparison_says_that_a_result_is_stale(covered):
    covered.write(".gitignore", ".suiteloom/\n__pycache__/\n")
    git(covered.root, "init", "-q")
    commit(covered.root)
    covered.replace("A refund reaches", "The refund reaches", "specs/shop.yaml")
    assert covered("generate").exit == 0
    assert covered("run").exit == 0
    show = ("diff", "HEAD", "--format", "html")
    assert '<p class="good">passed</p>' in covered(*show).out
    covered.write("shop/__init__.py", "")
    page = covered(*show).out
    assert "<p>passed, stale</p>" in page
    said = "They are stale: the code under test changed since: shop/__init__.py changed"
    assert said in page


def test_of_the_code_of_another_commit_the_page_says_that_it_is_not_known(covered):
    covered.write(".gitignore", ".suiteloom/\n__pycache__/\n")
    git(covered.root, "init", "-q")
    commit(covered.root)
    covered.replace("A refund reaches", "The refund reaches", "specs/shop.yaml")
    assert covered("generate").exit == 0
    commit(covered.root)
    assert covered("run").exit == 0
    show = ("diff", "HEAD~1..HEAD", "--format", "html")
    page = covered(*show).out
    assert "Results are of the last run, at " in page
    assert "Whether the code under test changed" not in page
    covered.write("shop/__init__.py", "")
    commit(covered.root)
    page = covered("diff", "HEAD~2..HEAD", "--format", "html").out
    assert "changed since is not known: the run was not of HEAD." in page
