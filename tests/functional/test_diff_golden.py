"""What `diff` writes in every format, one commit for each change, byte for byte.

``pytest tests/functional/test_diff_golden.py --update-golden`` writes it anew; read the diff.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import get_args

import pytest
from shop_project import ROOT, Cli, commit, git
from test_diff import (
    EDITS,
    SPEC_PATH,
    remove_written_from,
    spec_edit,
)

from suiteloom.model import ChangeName

GOLDEN = ROOT / "tests" / "golden" / "diff"
FORMATS = ("text", "json", "markdown", "github", "html")
COMMIT = re.compile(r"\b[0-9a-f]{9,40}\b")
HEAD = re.compile(r"<head>.*?</head>", re.DOTALL)


def revive(cli: Cli) -> None:
    git(cli.root, "checkout", "-q", "HEAD~1", "--", SPEC_PATH)
    assert cli("generate").exit == 0


def command(*arguments: str) -> Callable[[Cli], None]:
    """A change that a verb makes."""

    def edit(cli: Cli) -> None:
        assert cli(*arguments).exit == 0

    return edit


def write_refund(cli: Cli) -> None:
    cli.replace("self.pending()", "assert refund()", count=1)


_NAME = "name: test_charged_once\n"
_HELD = "        quarantine: {until: 2027-01-15, owner: payments, reason: The bank is slow.}\n"


def hold(cli: Cli) -> None:
    cli.replace(_NAME, _NAME + _HELD, SPEC_PATH)


def extend(cli: Cli) -> None:
    cli.replace("until: 2027-01-15", "until: 2027-02-01", SPEC_PATH)


def release(cli: Cli) -> None:
    cli.replace(_HELD, "", SPEC_PATH)


RESPECIFIED = spec_edit("does not charge a card again", "charges once")
Case = tuple[str, Callable[[Cli], None] | None, Callable[[Cli], None]]
CASES: list[Case] = [
    *((case.id, None, case.values[0]) for case in EDITS),
    ("body-written", None, write_refund),
    ("reviewed", RESPECIFIED, command("accept", "SH-001")),
    ("revived", remove_written_from, revive),
    ("quarantined", None, hold),
    ("extended", hold, extend),
    ("released", hold, release),
    ("pruned", remove_written_from, command("prune", "SH-001")),
]
"""Name, what is committed before, and the change."""


def written(cli: Cli, cases: list[Case]) -> dict[str, str]:
    """The output of every format by its name, over some edits."""
    found = dict.fromkeys(FORMATS, "")
    start = git(cli.root, "rev-parse", "HEAD").strip()
    for name, before, edit in cases:
        if before is not None:
            before(cli)
            commit(cli.root)
        edit(cli)
        for form in FORMATS:
            result = cli("diff", "HEAD", "--format", form)
            assert result.exit == 0, result.err
            text = HEAD.sub("<head></head>", COMMIT.sub("COMMIT", result.out))
            found[form] += f"=== {name}\n{text}"
        git(cli.root, "reset", "-q", "--hard", start)
    return found


def test_every_kind_of_change_is_among_them() -> None:
    text = (GOLDEN / "json.golden").read_text("utf-8")
    named = set(re.findall(r'"change": "([a-z-]+)"', text))
    assert named == set(get_args(ChangeName))


def golden(form: str, cases: list[Case]) -> str:
    """What is kept of some edits, in their order."""
    rest = (GOLDEN / f"{form}.golden").read_text("utf-8")
    parts = {}
    for name, *_ in reversed(CASES):
        rest, head, part = rest.rpartition(f"=== {name}\n")
        parts[name] = head + part
    assert rest == ""
    return "".join(parts[name] for name, *_ in cases)


@pytest.mark.parametrize(
    "cases",
    [pytest.param(CASES[::6], id="every-sixth"), pytest.param(CASES, id="all")],
)
def test_every_format_is_as_before(
    repo: Cli, pytestconfig: pytest.Config, cases: list[Case]
) -> None:
    found = written(repo, cases)
    if pytestconfig.getoption("update_golden") and cases is CASES:
        for form, text in found.items():
            path = GOLDEN / f"{form}.golden"
            path.write_text(text, encoding="utf-8", newline="\n")
    for form, text in found.items():
        assert text == golden(form, cases), form
