"""Coverage: of one environment, of several together, and nothing left behind."""

from __future__ import annotations

import tempfile

import pytest

from pending_calls import replaced

BODIES = ("assert self.env", "assert self.env", "assert sum(prices) == total")
PACKAGE = """\
def wanted(name):
    if name == "test":
        return 1
    if name == "prod":
        return 2
    return 3
"""


@pytest.fixture
def measured(shop):
    """Three tests; one calls a package of six lines, other ones per environment."""
    text = shop.read()
    call = "from shop import wanted\n        assert wanted(self.env.get('ENVIRONMENT'))"
    for body in (call, *BODIES[1:]):
        text = replaced(text, "        self.pending()\n", f"        {body}\n", 1)
    shop.write("generated/test_shop_integration_comprehensive.py", text)
    shop.write("shop.py", PACKAGE)
    shop.replace(
        "[tool.suiteloom]\n",
        '[tool.suiteloom]\ncoverage = ["shop"]\n',
        "pyproject.toml",
    )
    shop.replace(
        "category:", "environments: [test, prod]\ncategory:", "specs/shop.yaml"
    )
    assert shop("generate").exit == 0
    return shop


def test_coverage_of_environments_is_combined_and_each_is_shown(measured):
    result = measured("run", "--env", "all", "--format", "json")
    assert result.exit == 0, result.out + result.err
    assert result.json["coverage_by_environment"] == {
        "test": pytest.approx(50.0),
        "prod": pytest.approx(4 / 6 * 100),
    }
    assert result.json["coverage_percent"] == pytest.approx(5 / 6 * 100)


def test_coverage_in_text_names_the_environments(measured):
    out = measured("run", "--env", "all").out
    assert "coverage 83.3% (test 50.0%, prod 66.7%)" in out


def test_no_cov_behind_the_dashes_measures_nothing_and_leaves_nothing(
    measured, tmp_path, monkeypatch
):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    result = measured("run", "--format", "json", "--", "--no-cov")
    assert result.exit == 0, result.out + result.err
    assert result.json["coverage_percent"] is None
    assert list(scratch.iterdir()) == []


def test_a_run_starts_pytest_once(measured, monkeypatch):
    started = []
    from suiteloom.results import session

    run_process = session.run_process

    def count(command, *arguments):
        started.append(command)
        return run_process(command, *arguments)

    monkeypatch.setattr(session, "run_process", count)
    assert measured("run", "--workers", "2").exit == 0
    assert len(started) == 1
    table = measured("status", "--format", "json").json["totals"]
    assert (table["collected"], table["unspecified"], table["passed"]) == (3, 0, 3)
