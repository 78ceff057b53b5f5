"""The report: its totals by other means, money that leaves with its reason, its forms."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from shop_project import SPEC, SUITE, Cli, commit, git

PASS = "assert self.env"
TOTALS = {
    "tests specified": "specified",
    "written": "written",
    "pending": "pending",
    "suspect": "suspect",
    "passed": "passed",
    "failed": "failed",
    "skipped": "skipped",
    "in quarantine": "quarantined",
    "stale": "stale_tests",
    "revenue a year": "revenue_usd",
    "revenue protected": "protected_usd",
    "revenue of domains wholly protected": "covered_usd",
    "compliance score": "score",
}
"""Figures of the overview, and what `status` calls them."""


@pytest.fixture
def built(shop: Cli) -> Cli:
    """The shop with a body that passes in each test, and a second domain, all of it run."""
    other = SPEC.replace("domain: shop", "domain: stock").replace(
        "title: Shop", "title: Stock"
    )
    other = other.replace("SH-00", "ST-00").replace("900000", "100001")
    shop.write("specs/stock.yaml", other)
    assert shop("generate").exit == 0
    for path in (SUITE, SUITE.replace("shop", "stock")):
        shop.replace("self.pending()", PASS, path)
    assert shop("build").exit == 0
    return shop


def report(cli: Cli, *arguments: str) -> Any:
    result = cli("report", "--format", "json", *arguments)
    assert result.exit == 0, result.err
    return result.json


def lost(data: Any) -> dict[str, tuple[int, int]]:
    """Tests and dollars by reason."""
    return {item["reason"]: (item["tests"], item["usd"]) for item in data["at_risk"]}


def cells(markdown: str, heading: str) -> dict[str, str]:
    """The first two columns of the first table below a heading."""
    part = markdown.partition(f"\n## {heading}\n")[2]
    table = re.search(r"(?:^\|.*\n)+", part, re.MULTILINE)
    assert table
    rows = [line.strip("|\n").split("|") for line in table[0].splitlines()[2:]]
    return {row[0].strip(): row[1].strip() for row in rows}


def number(text: str) -> float:
    return float(re.sub(r"[$,]", "", text))


def test_every_total_is_what_status_junit_specs_and_suites_say(built):
    built.replace(PASS, "assert not self.env", SUITE, count=1)
    junit = built.root / "run.xml"
    assert built("run", "--also", f"junit={junit}").exit == 1
    totals = report(built)["totals"]
    shown = cells(built("report").out, "Executive overview")

    status = built("status", "--format", "json").json["totals"]
    assert {name: number(shown[name]) for name in TOTALS} == {
        name: status[key] for name, key in TOTALS.items()
    }
    assert number(shown["revenue at risk"]) == 1_000_001 - totals["protected_usd"]

    root = ET.parse(junit).getroot()  # noqa: S314 - our own
    cases = list(root.iter("testcase"))
    bad = {
        case.find("properties/property[@name='spec_id']").get("value")
        for case in cases
        if case.find("failure") is not None
    }
    assert bad == {"SH-001"}
    assert totals["failed"] == len(bad)
    assert len(cases) == report(built)["run"]["items"] == totals["cases"] == 8

    specs = [yaml.safe_load(p.read_text()) for p in built.root.glob("specs/*.yaml")]
    assert totals["domains"] == len(specs)
    assert totals["groups"] == sum(len(spec["groups"]) for spec in specs)
    tests = [
        test for spec in specs for group in spec["groups"] for test in group["tests"]
    ]
    assert totals["specified"] == len(tests)
    assert totals["cases"] == sum(len(test.get("cases", [0])) for test in tests)
    assert totals["revenue_usd"] == sum(spec["revenue"]["annual_usd"] for spec in specs)

    suites = [ast.parse(p.read_text()) for p in built.root.glob("generated/test_*.py")]
    names = [
        node.name
        for suite in suites
        for node in ast.walk(suite)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]
    assert totals["written"] == len(names)
    docstrings = [
        ast.get_docstring(node) or ""
        for suite in suites
        for node in ast.walk(suite)
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
    ]
    assert totals["statements"] == sum("BVJ: " in text for text in docstrings)


def test_without_a_loss_all_money_is_protected(built):
    data = report(built)
    assert data["at_risk"] == []
    assert data["totals"]["protected_usd"] == data["totals"]["revenue_usd"] == 1_000_001
    assert "Nothing: every specified test is protecting." in built("report").out


def break_body(cli: Cli, body: str) -> None:
    cli.replace(PASS, body, SUITE, count=1)
    cli("run")


def hold(cli: Cli) -> None:
    until = (datetime.now(UTC) + timedelta(days=9)).date()
    cli.replace(
        "name: test_charged_once\n",
        "name: test_charged_once\n        quarantine: "
        f"{{until: {until}, owner: payments, reason: the bank answers late}}\n",
        "specs/shop.yaml",
    )
    cli("build")


def respecify(cli: Cli) -> None:
    cli.replace("A repeated request does", "A second request does", "specs/shop.yaml")
    cli("generate")
    cli("run")


def edit_suite(cli: Cli) -> None:
    cli.replace(PASS, f"{PASS}  # looked at", SUITE, count=1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda cli: break_body(cli, "assert not self.env"),
            {"failed": (1, 300_000)},
            id="failed",
        ),
        pytest.param(
            lambda cli: break_body(cli, "self.pending()"),
            {"pending": (1, 300_000)},
            id="pending",
        ),
        pytest.param(
            lambda cli: break_body(cli, "import pytest; pytest.skip('not here')"),
            {"skipped": (1, 300_000)},
            id="skipped",
        ),
        pytest.param(edit_suite, {"stale": (3, 900_000)}, id="stale"),
        pytest.param(hold, {"quarantined": (1, 300_000)}, id="quarantined"),
        pytest.param(respecify, {"suspect": (1, 300_000)}, id="suspect"),
        pytest.param(
            lambda cli: cli("run", "stock"), {"not run": (3, 900_000)}, id="not-run"
        ),
    ],
)
def test_money_leaves_with_its_reason(built, change, expected):
    change(built)
    data = report(built)
    assert lost(data) == expected
    gone = sum(usd for _, usd in expected.values())
    assert data["totals"]["at_risk_usd"] == gone
    assert data["totals"]["protected_usd"] == 1_000_001 - gone
    assert data["totals"]["covered_usd"] == 100_001
    assert data["domains"][1]["at_risk_usd"] == 0
    status = built("status", "--format", "json").json["totals"]
    assert status["protected_usd"] == data["totals"]["protected_usd"]
    assert status["covered_usd"] == data["totals"]["covered_usd"]
    shown = cells(built("report").out, "At risk")
    assert {name: int(count) for name, count in shown.items()} == {
        name: count for name, (count, _) in expected.items()
    }


def test_a_change_of_the_code_under_test_makes_every_result_stale(built):
    built.write("pay/__init__.py", "")
    built.replace(
        "[tool.suiteloom]", '[tool.suiteloom]\ncoverage = ["pay"]', "pyproject.toml"
    )
    assert built("run", "--no-coverage").exit == 0
    assert lost(report(built)) == {}
    built.write("pay/__init__.py", "fee = 1\n")
    data = report(built)
    assert lost(data) == {"stale": (6, 1_000_001)}
    assert data["run"]["age"] == "stale"
    assert "pay/\\_\\_init\\_\\_.py changed" in built("report").out


def test_a_pass_on_a_commit_on_which_it_also_failed_is_flaky(built):
    more = "".join(
        f"          - {{id: c{row}, kind: edge, with: {{prices: [{row}], total: 0}}}}\n"
        for row in range(30)  # so that one failure is no outage
    )
    built.replace("        cases:\n", f"        cases:\n{more}", "specs/stock.yaml")
    is_down = "Path(__file__).parents[1].joinpath('.suiteloom/down').exists()"
    body = f"from pathlib import Path\n        assert not {is_down}"
    built.replace(PASS, body, SUITE, count=1)
    built.write(".gitignore", ".suiteloom/\n__pycache__/\n")
    assert built("generate").exit == 0
    assert built("accept", "ST-003").exit == 0
    git(built.root, "init", "-q")
    commit(built.root)
    down = built.root / ".suiteloom/down"
    down.touch()
    assert built("run").exit == 1
    down.unlink()
    assert built("run").exit == 0
    data = report(built)
    assert data["run"]["tree_clean"] is True
    assert lost(data) == {"flaky": (1, 300_000)}
    assert (
        built("status", "--format", "json").json["totals"]["protected_usd"] == 700_001
    )


def test_without_a_run_nothing_is_protected_and_it_is_said(shop):
    data = report(shop)
    assert data["run"] is None
    assert data["totals"]["passed"] is None
    assert data["totals"]["protected_usd"] == 0
    text = shop("report").out
    assert "There is no run yet" in text
    assert cells(text, "Executive overview")["passed"] == "not known"


@pytest.mark.parametrize(
    ("domains", "command"),
    [
        pytest.param(["shop"], "suiteloom run stock", id="one-domain-left"),
        pytest.param([], "suiteloom run", id="several-domains-left"),
    ],
)
def test_the_command_for_what_did_not_run_names_no_domain_but_the_one(
    built, domains, command
):
    (built.root / ".suiteloom/last-run.json").unlink()
    if domains:
        assert built("run", *domains).exit == 0
    (step,) = (item for item in report(built)["open"] if item["what"] == "not run")
    assert step["command"] == command
