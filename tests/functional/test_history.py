"""A test has one history, whatever it is called, wherever it stands, whatever its cases."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing

import pytest
from shop_project import SUITE, commit, git

from pending_calls import PENDING_CALL
from suiteloom.cli.edge import run_app

FILE = ".suiteloom/history.db"
SPEC = "specs/shop.yaml"
OTHER = """\
suiteloom: 1
domain: billing
title: Billing
summary: From order to invoice.
category: integration
bvj:
  segment: [All]
  goal: Retention
  strategic_impact: A safe checkout brings buyers back.
groups:
  - title: Sums
    tests:
"""
CASES = """\
        cases:
          - {id: empty, kind: edge, with: {prices: [], total: 0}}
          - {id: two, kind: positive, with: {prices: [1, 2], total: 3}}
"""


@pytest.fixture
def written(shop):
    """The shop with a body in each test."""
    shop.write(SUITE, PENDING_CALL.sub("assert 1 + 1 == 2", shop.read()))
    shop.write(".gitignore", ".suiteloom/\n__pycache__/\n")
    assert shop("generate").exit == 0
    git(shop.root, "init", "-q")
    commit(shop.root)
    return shop


def verb(project, capture, *words):
    """Run a verb of several words, its options behind them; gives exit code and output."""
    capture()
    code = run_app([*words, "--project", str(project.root)])
    return code, *capture()


def run(project):
    """Run the suites once; gives the number of the run."""
    done = project("run", "--format", "json")
    assert done.exit == 0, done.out
    assert done.json["history"]["path"] == FILE
    (number,) = done.json["history"]["runs"]
    return number


def cut_third_test(spec):
    """The text of SH-003 in the spec of the shop, and the spec without its group."""
    head, _, rest = spec.partition("  - title: Cart\n    tests:\n")
    return rest, head


def test_one_history_through_rename_other_group_other_domain_and_other_cases(
    written, capture
):
    assert run(written) == 1

    written("rename", "SH-003", "test_sum_of_lines")
    assert run(written) == 2

    spec = written.read(SPEC)
    test, without = cut_third_test(spec)
    written.write(SPEC, without + test)
    assert written("generate").exit == 0
    assert run(written) == 3

    written.write(SPEC, without)
    written.write("specs/billing.yaml", OTHER + test)
    assert written("generate").exit == 0
    assert run(written) == 4

    three = "          - {id: three, kind: edge, with: {prices: [1, 1, 1], total: 3}}\n"
    text = written.read("specs/billing.yaml")
    written.write("specs/billing.yaml", text.replace(CASES, f"        cases:\n{three}"))
    assert written("generate").exit == 0
    assert run(written) == 5
    assert run(written) == 6

    code, out, _ = verb(written, capture, "history", "SH-003", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert [
        (run["run"], [result["case"] for result in run["results"]])
        for run in found["runs"]
    ] == [(number, ["empty", "two"]) for number in (1, 2, 3, 4)] + [
        (number, ["three"]) for number in (5, 6)
    ]
    assert {
        result["outcome"] for run in found["runs"] for result in run["results"]
    } == {"passed"}
    assert found["places"] == [
        {"run": 1, "domain": "shop", "group": "Cart", "name": "test_cart_total"},
        {"run": 2, "domain": "shop", "group": "Cart", "name": "test_sum_of_lines"},
        {"run": 3, "domain": "shop", "group": "Payment", "name": "test_sum_of_lines"},
        {"run": 4, "domain": "billing", "group": "Sums", "name": "test_sum_of_lines"},
    ]
    _, out, _ = verb(written, capture, "history", "SH-003")
    assert "renamed, test_cart_total -> test_sum_of_lines" in out
    assert "other group, Cart -> Payment" in out
    assert "other domain, shop -> billing" in out


def test_a_run_is_remembered_with_its_commit_branch_and_environment(written, capture):
    git(written.root, "checkout", "-q", "-b", "topic")
    done = written("run", "--env", "test", "--format", "json")
    assert done.json["history"] == {"path": FILE, "runs": [1]}
    written.write("extra.py", "")
    written("run", "SH-001", "--env", "prod")

    _, out, _ = verb(written, capture, "history", "--format", "json")
    first, second = json.loads(out)["runs"]
    head = git(written.root, "rev-parse", "HEAD").strip()
    assert (first["commit"], first["tree_clean"], first["branch"]) == (
        head,
        True,
        "topic",
    )
    assert first["environment"]["name"] == "test"
    assert (first["tests"], first["failed"], first["whole"]) == (4, 0, True)
    assert second["environment"]["name"] == "prod"
    assert (second["tests"], second["tree_clean"], second["whole"]) == (1, False, False)


def test_each_environment_is_a_run_of_its_own(written, capture):
    done = written("run", "SH-001", "--env", "all", "--format", "json")
    assert done.json["history"]["runs"] == [1, 2, 3, 4]
    _, out, _ = verb(written, capture, "history", "--format", "json")
    names = [run["environment"]["name"] for run in json.loads(out)["runs"]]
    assert names == ["test", "dev", "staging", "prod"]


def test_a_run_can_be_added_to_another_file_and_to_none(written):
    other = written.root / "kept" / "shared.db"
    done = written("run", "SH-001", "--history", str(other), "--format", "json")
    assert done.json["history"] == {"path": str(other), "runs": [1]}
    assert not (written.root / FILE).exists()

    built = written("build", "--history", str(other), "--format", "json")
    assert built.json["run"]["history"] == {"path": str(other), "runs": [2]}
    assert not (written.root / FILE).exists()

    settings = written.read("pyproject.toml")
    table = "[tool.suiteloom.history]\nkeep = false\n"
    written.write("pyproject.toml", settings.replace("[tool.suiteloom]\n", table))
    assert written("run", "SH-001", "--format", "json").json["history"] is None
    assert not (written.root / FILE).exists()


def test_a_damaged_history_harms_no_run_and_is_said(written):
    (written.root / ".suiteloom").mkdir(exist_ok=True)
    written.write(FILE, "no database at all, but long enough to be read as one" * 40)
    done = written("run", "SH-001", "--format", "json")
    assert done.exit == 0
    assert done.json["passed"] is True
    assert done.json["history"] is None
    (finding,) = done.json["findings"]
    assert (finding["code"], finding["severity"], finding["path"]) == (
        "RU520",
        "warning",
        FILE,
    )
    assert "damaged" in finding["message"]
    assert "move it away" in finding["hint"]


def test_a_python_without_sqlite_harms_no_run_and_is_said(
    written, capture, monkeypatch
):
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    done = written("run", "SH-001", "--format", "json")
    assert (done.exit, done.json["passed"], done.json["history"]) == (0, True, None)
    (finding,) = done.json["findings"]
    assert finding["code"] == "RU520"
    assert "needs SQLite, which this Python was built without" in finding["message"]
    code, _, err = verb(written, capture, "history")
    assert code == 6
    assert "needs SQLite" in err
    assert "keep = false" in err


def test_a_history_without_a_run_is_said(shop, capture):
    code, _, err = verb(shop, capture, "history")
    assert code == 2
    assert "no run is remembered yet" in err
    assert "suiteloom run" in err


def test_an_id_that_no_run_had_is_said_with_the_closest(written, capture):
    run(written)
    code, _, err = verb(written, capture, "history", "SH-004")
    assert code == 2
    assert "no run with 'SH-004' is remembered" in err
    assert "did you mean SH-00" in err


def test_every_page_fits_eighty_columns(written, capture):
    git(
        written.root,
        "checkout",
        "-q",
        "-b",
        "a-branch-with-a-name-that-is-far-too-long",
    )
    run(written)
    run(written)
    for words in (
        ["history"],
        ["history", "SH-003"],
        ["flaky"],
        ["slow"],
        ["compare", "1", "2"],
    ):
        code, out, _ = verb(written, capture, *words)
        assert code == 0
        assert max(map(len, out.splitlines())) <= 80, out


def test_the_file_is_one_and_whole(written):
    run(written)
    names = {path.name for path in (written.root / ".suiteloom").glob("history*")}
    assert names == {"history.db"}
    with closing(sqlite3.connect(written.root / FILE)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
