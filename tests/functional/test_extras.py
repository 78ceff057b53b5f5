"""What is an extra is asked for where it is used, in one sentence, and nowhere else."""

from __future__ import annotations

import pytest

from suiteloom.results import ruff


@pytest.fixture
def no_ruff(monkeypatch):
    """An environment without ruff."""
    monkeypatch.setattr(ruff, "find_spec", lambda _: None)


@pytest.mark.usefixtures("no_ruff")
def test_an_audit_without_ruff_says_which_rule_was_asked_in_part(shop):
    result = shop("audit", "generated")
    assert 'SL612 asked in part: ruff is missing, `pip install "suiteloom[ruff]"`' in (
        result.out
    )


@pytest.mark.usefixtures("no_ruff")
def test_an_audit_without_ruff_names_the_rule_in_json(shop):
    report = shop("audit", "generated", "--format", "json").json
    assert report["without_ruff"] == ["SL612"]


def test_an_audit_with_ruff_was_asked_whole(shop):
    report = shop("audit", "generated", "--format", "json").json
    assert report["without_ruff"] == []


@pytest.mark.usefixtures("no_ruff")
def test_check_without_ruff_says_so_beside_the_score(shop):
    levels = shop("check", "--format", "json").json["levels"]
    assert levels[-1]["summary"].endswith("SL612 asked in part without ruff")
