"""`diff`: score and covered revenue of what changed, before and after."""

from __future__ import annotations

import re

import pytest
from shop_project import SPEC, SUITE, Cli, commit

BODY = "assert charge() == 1"
PASSES = 'assert len("four") == 4'


def test_the_score_of_what_changed_is_that_of_check(repo: Cli) -> None:
    before = repo("check", "--format", "json").json["score"]
    repo.replace(BODY, "assert True")
    after = repo("check", "--format", "json").json["score"]
    data = repo("diff", "HEAD", "--format", "json").json
    assert (data["before"]["score"], data["after"]["score"]) == (before, after)
    assert after < before


def test_the_score_is_none_where_there_is_no_suite(repo: Cli) -> None:
    repo.write("specs/other.yaml", SPEC.replace("SH-", "OT-").replace("shop", "other"))
    data = repo("diff", "HEAD", "--format", "json").json
    assert (data["before"]["score"], data["after"]["score"]) == (None, None)


def test_too_many_suites_have_no_score_and_it_is_said(repo: Cli, monkeypatch) -> None:
    monkeypatch.setattr("suiteloom.workflows.diff.scores.MOST_SUITES", 0)
    repo.replace(BODY, "assert True")
    assert repo("diff", "HEAD", "--format", "json").json["unscored"] == 1
    said = "the score of 1 suites is not computed; `suiteloom check` says that of all"
    assert said in repo("diff", "HEAD").out


@pytest.fixture
def passing(repo: Cli) -> Cli:
    """The shop with a body everywhere, committed and run there."""
    text = (repo.root / SUITE).read_text("utf-8")
    for call in re.findall(r"self\.pending\([^)]*\)", text):
        repo.replace(call, PASSES, count=1)
    repo.replace(BODY, PASSES)
    assert repo("generate").exit == 0
    commit(repo.root)
    assert repo("run").exit == 0
    return repo


def covered(cli: Cli) -> tuple[int | None, int | None]:
    """Revenue whose tests pass, before and after."""
    data = cli("diff", "HEAD", "--format", "json").json
    return data["before"]["covered_usd"], data["after"]["covered_usd"]


def test_covered_revenue_is_not_known_of_what_was_not_run(passing: Cli) -> None:
    passing.replace(PASSES, BODY, count=1)
    assert covered(passing) == (900_000, None)
    said = "of it covered by passing tests: $900,000 -> not known"
    assert said in passing("diff", "HEAD").out


def test_covered_revenue_of_a_commit_is_that_of_a_run_of_it(passing: Cli) -> None:
    passing.replace(PASSES, BODY, count=1)
    assert passing("run").exit == 1
    assert covered(passing) == (900_000, 0)
    (passing.root / ".suiteloom/history.db").unlink()
    assert covered(passing) == (None, 0)


def test_covered_revenue_is_none_without_a_run(repo: Cli) -> None:
    repo.replace(BODY, "assert charge() == 2")
    assert covered(repo) == (None, None)
    assert "covered" not in repo("diff", "HEAD").out
