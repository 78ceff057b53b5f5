"""What ties a body to the requirement that it was written against. Pure.

Under a body that somebody wrote, the marker has one argument more: ``written="N"`` as long
as the body goes with what its test must do, ``reviewed="N"`` once that has changed.
Whoever writes a body and whoever changes its requirement change one line, so that git
can not bring the two together by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice, splice
from suiteloom.suites.units import Unit

__all__ = ["UNKNOWN", "Tie", "known_tie", "retied", "tie_of", "tie_splices"]

UNKNOWN = "unknown"
"""Stands for the digest of a requirement that nothing in the file tells."""


@dataclass(frozen=True, slots=True)
class Tie:
    """An argument of a marker.

    Attributes:
        word: Its name; empty if no body is there to be tied.
        digest: What the body was written against, or last reviewed.
    """

    word: Literal["", "written", "reviewed"] = ""
    digest: str = ""

    @property
    def source(self) -> str:
        """The argument as written in a marker."""
        return f'{self.word}="{self.digest}"' if self.word else ""


def known_tie(unit: Unit, normative: str) -> str:
    """The digest that a written body was last compared with, as the file tells it.

    Args:
        unit: A unit whose body is not as rendered.
        normative: What the test must do now; what differs from it counts first.

    Returns:
        A digest, or `UNKNOWN`.
    """
    told = [digest for digest in (unit.reviewed, unit.written) if digest]
    told = told or [unit.normative or UNKNOWN]
    return next((digest for digest in told if digest != normative), normative)


def tie_of(unit: Unit, normative: str, digest: str) -> Tie:
    """What ties a written body, if it was last compared with `digest`.

    A test that is pending is not suspect; it will be, once it is pending no more.
    """
    if digest == normative or unit.is_pending:
        return Tie("written", digest)
    return Tie("reviewed", digest)


def tie_splices(source: Source, unit: Unit, tie: Tie) -> Iterator[Splice]:
    """Let a marker have one tie, or none."""
    wanted = {"": ("", ""), "written": (tie.digest, ""), "reviewed": ("", tie.digest)}
    if (unit.written, unit.reviewed) == wanted[tie.word]:
        return
    text = tie.source
    if text and not unit.tie_spans:
        yield Splice(unit.tie_place, unit.tie_place, f", {text}")
    for span in unit.tie_spans:
        old = source.text[slice(*span)]
        before = ", " if text and old.startswith(",") else ""
        behind = "," if text and old.endswith(",") else ""
        yield Splice(*span, f"{before}{text}{behind}")
        text = ""


def retied(source: Source, units: Iterable[tuple[Unit, str]]) -> str:
    """The text of a suite in which written bodies go with what their tests must do.

    Args:
        source: The suite.
        units: Units of it whose bodies were reviewed, each with N of what it must do now.
    """
    splices = [
        item
        for unit, normative in units
        for item in tie_splices(source, unit, Tie("written", normative))
    ]
    return splice(source.text, 0, len(source.text), splices)
