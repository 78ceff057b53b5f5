"""Text of specs, messages and names in Markdown, where none of it may become markup."""

from __future__ import annotations

import re

from suiteloom.cli.output import plain
from suiteloom.model.characters import FORBIDDEN

__all__ = ["code_cell", "code_span", "prose", "table"]

_TICKS = re.compile("`+")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|~&$!^])")
_REFERENCE = re.compile(r"([@#])")
_ADDRESS = re.compile(r"(?<=:)(?=//)|(?<=mailto)(?=:)|(?<=www)(?=\.)", re.IGNORECASE)
_BREAK = "\N{ZERO WIDTH SPACE}"


def code_span(text: str) -> str:
    """A text as a code span, in which nothing is markup, a mention or a reference."""
    text = _one_line(text)
    fence = "`" * (max(map(len, _TICKS.findall(text)), default=0) + 1)
    inner = f" {text} " if text.startswith("`") or text.endswith("`") else text
    return f"{fence}{inner or ' '}{fence}"


def code_cell(text: str) -> str:
    """A text as a code span in a table, where a bar would end the cell even there."""
    return code_span(text).replace("|", "\\|")


def prose(text: str) -> str:
    """A text as words of a sentence, cell or heading: no markup, mention or link.

    Backslashes stop markup. A mention, a reference and a bare address are stopped by a
    space without width, since nothing else stops them everywhere.
    """
    escaped = _MARKUP.sub(r"\\\1", _one_line(text))
    whole = _REFERENCE.sub(rf"\1{_BREAK}", escaped)
    return _ADDRESS.sub(_BREAK, whole)


def _one_line(text: str) -> str:
    return " ".join(FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", plain(text)).split())


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """A table, columns of numbers at the right.

    Args:
        heads: Of the columns; one that ends with ``:`` stands over numbers.
        rows: Cells, of which nothing is escaped any more.
    """
    lines = [f"| {' | '.join(head.rstrip(':') for head in heads)} |"]
    marks = ["---:" if head.endswith(":") else "---" for head in heads]
    lines.append(f"|{'|'.join(marks)}|")
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return lines
