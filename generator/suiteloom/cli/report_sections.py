"""Parts that several sections of the report in Markdown have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from suiteloom.cli.markdown_text import prose, table
from suiteloom.cli.report_words import numeral, usd
from suiteloom.model.report import SliceReport

__all__ = ["bvj_lines", "note", "noted_table", "slices"]


def note(key: str) -> str:
    """The footnote of the numbers below a key of the report."""
    return f"[^{key.replace('_', '-')}]"


def noted_table(
    heads: list[str], rows: Iterable[Sequence[str]], key: str = "", nothing: str = ""
) -> str:
    """A table with its footnote in the first head, or what is said if it has no row."""
    body = [list(row) for row in rows]
    if not body:
        return nothing
    first, *others = heads
    noted = f"{first.rstrip(':')}{note(key)}" if key else first
    return "\n".join(table([noted, *others], body))


def bvj_lines(
    segment: Sequence[str], goal: str, value: str, strategic: str
) -> list[str]:
    """The fields of a justification that say something, as items of a list."""
    fields = {
        "segment": ", ".join(segment),
        "goal": goal,
        "value impact": value,
        "strategic impact": strategic,
    }
    return [f"- {name}: {prose(text)}" for name, text in fields.items() if text]


def slices(name: str, found: Iterable[SliceReport], nothing: str) -> str:
    """A table of tests that have one thing in common.

    Args:
        name: Of that thing.
        found: One a row.
        nothing: What is said without a row.
    """
    return noted_table(
        [name, "tests:", "protecting:", "revenue a year:", "protected:"],
        [
            (
                prose(item.name),
                numeral(item.specified),
                numeral(item.protecting),
                usd(item.usd),
                usd(item.protected_usd),
            )
            for item in found
        ],
        "domains",
        nothing,
    )
