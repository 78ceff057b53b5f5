"""`run`, `status` and `build`: what ran against what is specified."""

from __future__ import annotations

from collections import Counter

import pytest

from pending_calls import replaced
from suiteloom.model import OUTCOMES, CollectedTest, TestOutcome, outcome_named
from suiteloom.results import LastRun, dump_run, file_digest

SUITE = "generated/test_shop_integration_comprehensive.py"

PENDING = "        self.pending()\n"


def write_bodies(cli, *bodies):
    """Replace the pending bodies in order."""
    text = cli.read()
    for body in bodies:
        text = replaced(text, PENDING, f"        {body}\n", 1)
    cli.write("generated/test_shop_integration_comprehensive.py", text)


@pytest.mark.usefixtures("started_anew")
def test_pending_is_never_passed(shop):
    result = shop("run", "--format", "json")
    assert result.exit == 0
    assert result.json["outcomes"] == dict.fromkeys(
        ["SH-001", "SH-002", "SH-003"], "pending"
    )
    table = shop("status", "--format", "json").json["totals"]
    assert (table["specified"], table["pending"], table["passed"]) == (3, 3, 0)
    assert (table["revenue_usd"], table["covered_usd"]) == (900000, 0)


def test_all_written_and_passed_covers_the_revenue(shop):
    write_bodies(
        shop, "assert self.env", "assert self.env", "assert sum(prices) == total"
    )
    result = shop("build", "--format", "json")
    assert result.exit == 0
    assert set(result.json["run"]["outcomes"].values()) == {"passed"}
    totals = result.json["status"]["totals"]
    assert (totals["collected"], totals["passed"], totals["unspecified"]) == (3, 3, 0)
    assert totals["covered_usd"] == 900000


def test_one_failing_case_fails_the_test_and_the_run(shop):
    write_bodies(shop, "assert self.env", "assert self.env", "assert total == 3")
    result = shop("run", "--format", "json")
    assert result.exit == 1
    assert result.json["outcomes"]["SH-003"] == "failed"
    assert [f["code"] for f in result.json["findings"]] == ["RU501"]
    assert "test_cart_total[empty] failed" in result.json["findings"][0]["message"]
    totals = shop("status", "--format", "json").json["totals"]
    assert (totals["passed"], totals["failed"], totals["covered_usd"]) == (2, 1, 0)


def test_a_test_without_outcome_is_named(shop):
    write_bodies(
        shop, "assert self.env", "assert self.env", "assert sum(prices) == total"
    )
    shop.write(
        "generated/conftest.py",
        "def pytest_collection_modifyitems(items):\n"
        "    items[:] = [i for i in items if 'refund' not in i.name]\n",
    )
    result = shop("run", "--format", "json")
    assert result.exit == 1
    assert [(f["code"], f["message"]) for f in result.json["findings"]] == [
        ("RU502", "no outcome: SH-002: deselected before they could run")
    ]


def test_environments(shop):
    write_bodies(
        shop,
        "assert self.env.get('ENVIRONMENT') != 'prod'",
        "assert self.env",
        "assert sum(prices) == total",
    )
    assert shop("run", "--env", "staging").exit == 0
    result = shop("run", "--env", "all", "--format", "json")
    assert result.exit == 1
    assert result.json["environments"] == ["test", "dev", "staging", "prod"]
    assert [f["message"].split(":")[0] for f in result.json["findings"]] == [
        "SH-001 test_charged_once failed in prod"
    ]


def test_a_suite_is_left_out_of_environments_it_does_not_list(shop):
    shop.replace("category:", "environments: [test, dev]\ncategory:", "specs/shop.yaml")
    assert shop("generate").exit == 0
    result = shop("run", "--env", "all", "--format", "json")
    assert result.json["environments"] == ["test", "dev"]
    result = shop("run", "--env", "prod")
    assert result.exit == 2
    assert "leave no suite to run" in result.err


def test_options_select_suites(platform):
    result = platform("run", "--pattern", "*startup*", "--format", "json")
    assert (result.exit, len(result.json["outcomes"])) == (0, 20)
    result = platform(
        "run", "environment_isolation", "--category", "integration", "--format", "json"
    )
    assert (result.exit, len(result.json["outcomes"])) == (0, 20)
    assert platform("run", "--category", "unit").exit == 2
    assert platform("run", "--category", "nonsense").exit == 2
    assert platform("run", "--pattern", "*nothing*").exit == 2


def test_parallel_and_arguments_for_pytest(shop):
    write_bodies(
        shop, "assert self.env", "assert self.env", "assert sum(prices) == total"
    )
    result = shop("run", "--workers", "2", "--format", "json")
    assert result.exit == 0
    assert set(result.json["outcomes"].values()) == {"passed"}
    result = shop("run", "--format", "json", "--", "-k", "refund")
    assert result.json["outcomes"] == {"SH-002": "passed"}
    assert result.exit == 0


def test_fast_fail_stops(shop):
    write_bodies(shop, "assert not self.env", "assert self.env", "assert False")
    result = shop("run", "--fast-fail", "--format", "json", "--", "-p", "no:randomly")
    assert result.exit == 1
    assert result.json["outcomes"] == {"SH-001": "failed"}


def test_status_tells_a_changed_suite_from_a_run_one(shop):
    assert "no run yet" in shop("status").out
    assert shop("run").exit == 0
    assert shop("status", "--format", "json").json["totals"]["collected"] == 3
    write_bodies(shop, "assert self.env")
    result = shop("status", "--format", "json").json
    assert result["suites"][0]["stale"] is True
    assert result["totals"]["collected"] is None
    assert result["totals"]["written"] == 1
    out = shop("status").out
    assert "changed since the last run: shop" in out
    assert "no run yet" not in out


def test_damaged_record_counts_as_none(shop):
    assert shop("run").exit == 0
    shop.write(".suiteloom/last-run.json", "{")
    assert "no run yet" in shop("status").out


def test_coverage_of_configured_packages(shop):
    write_bodies(
        shop, "assert self.env", "assert self.env", "assert sum(prices) == total"
    )
    shop.replace(
        "[tool.suiteloom]\n",
        '[tool.suiteloom]\ncoverage = ["suiteloom.ssot"]\n',
        "pyproject.toml",
    )
    result = shop("run", "--format", "json")
    assert 0 < result.json["coverage_percent"] < 100
    result = shop("run", "--no-coverage", "--format", "json")
    assert result.json["coverage_percent"] is None


def test_missing_suite_is_a_usage_error(shop):
    (shop.root / "generated/test_shop_integration_comprehensive.py").unlink()
    result = shop("run")
    assert result.exit == 2
    assert "`suiteloom generate` writes it" in result.err
    assert shop("generate").exit == 0
    assert (shop.root / SUITE).is_file()


def test_what_keeps_a_missing_suite_from_being_written_is_named(shop):
    suite = shop.root / SUITE
    text = suite.read_text("utf-8")
    suite.unlink()
    for name in ("one", "two"):
        shop.write(f"generated/test_{name}.py", text)
    result = shop("run")
    assert result.exit == 2
    assert shop("generate", "--format", "json").codes[0] in result.err
    assert "keeps `suiteloom generate` from writing it" in result.err
    assert "generate` writes it" not in result.err


def test_build_fails_on_an_orphan_but_still_shows_the_table(shop):
    write_bodies(shop, "assert self.env")
    spec = shop.read("specs/shop.yaml").replace("SH-001", "SH-008")
    spec = spec.replace("test_charged_once", "test_paid_once")
    shop.write("specs/shop.yaml", spec)
    result = shop("build")
    assert result.exit == 1
    assert "ST312 SH-001" in result.out
    assert "orphaned" in result.out
    assert "skipped" in result.out


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_the_terminal(platform, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    out = platform("status").out
    table = out.split("\n\n")[0]
    assert max(len(line.rstrip()) for line in table.splitlines()) <= width
    assert "total" in table
    assert "$33.3M" in table


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([item.name for item in OUTCOMES[n : n + 3]], id=OUTCOMES[n].name)
        for n in range(0, len(OUTCOMES), 3)
    ],
)
def test_status_counts_as_the_table_of_outcomes_says(shop, names):
    path = "generated/test_shop_integration_comprehensive.py"
    ids = ["SH-001", "SH-002", "SH-003"]
    tests = [
        TestOutcome(
            CollectedTest(identity, identity, path, 1, "T", "t", "", False), name
        )
        for identity, name in zip(ids, names, strict=True)
    ]
    digest = file_digest(shop.read().encode())
    run = LastRun(("",), {path: digest}, frozenset(ids), {}, tuple(tests))
    shop.write(".suiteloom/last-run.json", dump_run(run).decode())
    table = shop("status", "--format", "json").json["totals"]
    counts = Counter(outcome_named(name).count for name in names)
    for word in ("passed", "failed", "skipped", "rerun"):
        assert table[word] == counts[word]
