"""SL0: comments that suppress. Found while suppressing, by `examine`."""

from __future__ import annotations

from suiteloom.audit.engine.rule import Rule

__all__ = ["RULES"]

RULES = (
    Rule(
        code="SL001",
        name="unused-suppression",
        severity="warning",
        summary="a comment suppresses a finding that is not there",
        reason=(
            "A suppression that outlived its cause would hide the next finding at that"
            " line without anybody having decided so."
        ),
        hint="remove the comment, or correct its code",
        bad="""\
def test_adds():
    assert 1 + 1 == 2  # suiteloom: ignore[SL201] because it was needed once  # <-
""",
        good="""\
import os


def test_reads():
    # suiteloom: ignore[SL201] because the launcher itself is what is tested
    assert os.environ
""",
    ),
    Rule(
        code="SL002",
        name="suppression-without-reason",
        severity="warning",
        summary="a comment suppresses without codes or without a reason",
        reason=(
            "Whoever meets a suppression later can not tell an exception that was"
            " thought through from one that was made in haste. Without codes in brackets"
            " and `because …` it suppresses nothing."
        ),
        hint="write `# suiteloom: ignore[CODE] because …`",
        bad="""\
import os


def test_reads():
    assert os.environ  # suiteloom: ignore[SL201]  # <-
    assert os.environ  # suiteloom: ignore because the launcher is tested  # <-
""",
        good="""\
import os


def test_reads():
    assert os.environ  # suiteloom: ignore[SL201] because the launcher is tested
""",
    ),
)
