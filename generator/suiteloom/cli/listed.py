"""What was read of a list of tests, shown before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suiteloom.cli.asking import agrees
from suiteloom.cli.output import Output, plain, plural
from suiteloom.errors import UsageError
from suiteloom.model.identifiers import short

if TYPE_CHECKING:
    from suiteloom.scaffold.lists.data import LeftOut, ListedTest, Listing, ListOptions

__all__ = ["confirm_listing", "list_options", "listing_data", "say_listing"]

_SHOWN = 12
"""Tests of one group that are shown."""


def list_options(
    maps: list[str], ignored: list[str], group: str, *, strict: bool, numbered: bool
) -> ListOptions:
    """The options of a list, as they were typed.

    Raises:
        UsageError: If `--map` names no field.
    """
    from suiteloom.scaffold.lists.data import ListOptions
    from suiteloom.scaffold.lists.headers import field_named

    fields: dict[str, str] = {}
    for text in maps:
        header, equals, name = text.rpartition("=")
        field, hint = field_named(name)
        if not (equals and header.strip() and field):
            message = f"--map can not be {text!r}"
            known = hint if equals else "write `--map HEADER=FIELD`"
            raise UsageError(message, hint=known)
        fields[header.strip()] = field
    return ListOptions(fields, frozenset(ignored), group.strip(), strict, numbered)


def confirm_listing(output: Output, listing: Listing, path: str) -> None:
    """Show what was read as a tree on stderr, and ask whether to go on.

    Raises:
        UsageError: If the answer is no, or there is none.
    """
    from rich.tree import Tree

    tree = Tree(plain(_counts(listing)))
    for group in listing.groups:
        branch = tree.add(plain(f"{short(group.title)} ({len(group.tests)})"))
        for test in group.tests[:_SHOWN]:
            branch.add(plain(_line(test)))
        if len(group.tests) > _SHOWN:
            branch.add(f"… {len(group.tests) - _SHOWN} more")
    output.console(stderr=True).print(tree, soft_wrap=True)
    for line in _notes(listing):
        output.line(line, stderr=True)
    agreed = agrees(f"Write {path} from it?", default=True)
    if agreed is None:
        raise UsageError(
            "the input ended before the question had an answer",
            hint="nothing was written; `--yes` answers it",
        )
    if not agreed:
        raise UsageError(
            "nothing was written",
            hint="`--map`, `--ignore`, `--group` and `--numbered` have it read otherwise",
        )


def say_listing(output: Output, listing: Listing) -> None:
    """Say on stderr what was read and what was left out."""
    for line in (f"read {_counts(listing)}", *_notes(listing)):
        output.line(line, stderr=True)


def listing_data(listing: Listing) -> dict[str, Any]:
    """What was read and left out, as data."""
    return {
        "columns": [
            {"header": header, "field": field} for header, field in listing.columns
        ],
        "assumed": list(listing.assumed),
        "left_out": [
            {
                "what": left.what,
                "count": left.count,
                "text": left.text,
                "line": left.line,
                "hint": left.hint,
            }
            for left in listing.left_out
        ],
    }


def _counts(listing: Listing) -> str:
    tests = [test for group in listing.groups for test in group.tests]
    steps = sum(len(test.given) + len(test.when) + len(test.then) for test in tests)
    cases = sum(len(test.cases) for test in tests)
    parts = [plural(len(tests), "test"), plural(len(listing.groups), "group")]
    parts += [plural(steps, "step")] if steps else []
    parts += [plural(cases, "case")] if cases else []
    return ", ".join(parts)


def _line(test: ListedTest) -> str:
    steps = len(test.given) + len(test.when) + len(test.then)
    shown = f"{test.id} {test.name}".strip()
    return f"{shown} ({plural(steps, 'step')})" if steps else shown


def _notes(listing: Listing) -> list[str]:
    """What was taken for what, and what was left out, one a line."""
    lines = []
    if listing.columns:
        said = [f"{header} as {field}" for header, field in listing.columns]
        lines.append(f"columns: {', '.join(said)}")
    lines += listing.assumed
    return lines + [_left(left) for left in listing.left_out]


def _left(left: LeftOut) -> str:
    place = (
        f", first on line {left.line}" if left.line and left.what != "column" else ""
    )
    texts = f": {left.text}" if left.text else ""
    more = ", …" if left.text and left.count > left.text.count(", ") + 1 else ""
    hint = f"\n  hint: {left.hint}" if left.hint else ""
    return f"left out {_plural(left.count, left.what)}{place}{texts}{more}{hint}"


def _plural(count: int, what: str) -> str:
    """A count of a noun that may have words behind it: "2 rows above the header"."""
    for preposition in ("above", "below", "of", "without", "inside", "that"):
        before, found, behind = what.partition(f" {preposition} ")
        if found:
            return f"{plural(count, before)} {preposition} {behind}"
    return plural(count, what)
