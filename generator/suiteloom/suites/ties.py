"""What ties a body to the requirement that it was written against. Pure.

Under a body that somebody wrote, the marker has one argument more: ``written="N"`` as long
as the body goes with what its test must do, ``reviewed="N"`` once that has changed.
Whoever writes a body and whoever changes its requirement change one line, so that git
can not bring the two together by itself.

A body of which a merge took lines from two sides was compared with more than one
requirement, and no line with all of them. Its tie names each, ``reviewed="N_M"``: no
requirement is the same as that, so that only a person who compares the body ends it,
and no spec that goes back to one of them.

What only git can tell, because a merge put together what nobody had compared, is marked by
``written="N.B", reviewed="M"``, B being a digest of the body: once a person has taken
``reviewed=`` out, or accepted the test, the rest says that this body was compared with N,
and git is not asked about it again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from suiteloom.model import body_digest
from suiteloom.suites.source import Source
from suiteloom.suites.splices import Splice, splice
from suiteloom.suites.units import Unit

__all__ = [
    "UNKNOWN",
    "Tie",
    "is_compared",
    "is_told",
    "known_tie",
    "met_tie",
    "retied",
    "tie_of",
    "tie_splices",
    "united",
]

UNKNOWN = "unknown"
"""Stands for the digest of a requirement that nothing in the file tells."""

_AND = "_"
"""Stands between the digests of a body that was compared with several requirements."""


@dataclass(frozen=True, slots=True)
class Tie:
    """An argument of a marker.

    Attributes:
        word: Its name; empty if no body is there to be tied.
        digest: What the body was written against, or last reviewed; several as by
            `united`.
        rest: What ``written=`` says beside ``reviewed=``; empty if it does not stand there.
    """

    word: Literal["", "written", "reviewed"] = ""
    digest: str = ""
    rest: str = ""

    @property
    def source(self) -> str:
        """The arguments as written in a marker."""
        before = f'written="{self.rest}", ' if self.rest else ""
        return f'{before}{self.word}="{self.digest}"' if self.word else ""


def known_tie(unit: Unit, normative: str) -> str:
    """The digest that a written body was last compared with, as the file tells it.

    Args:
        unit: A unit whose body is not as rendered.
        normative: What the test must do now; what differs from it counts first.

    Returns:
        A digest, several as by `united`, or `UNKNOWN`.
    """
    told = [digest for digest in (unit.reviewed, unit.tied) if digest]
    if unit.reviewed and unit.compared_body:  # says what will be, once it is reviewed
        told = [unit.reviewed]
    told = told or [*unit.pending_revs[:1]] or [unit.normative or UNKNOWN]
    digest = next((digest for digest in told if digest != normative), normative)
    return united([digest, *unit.pending_revs])  # a merge may have parted the two


def united(digests: Iterable[str]) -> str:
    """What ties a body of which each line was compared with one of some requirements.

    Args:
        digests: Of these; what this function gives counts as those that it was given.

    Returns:
        Each of them once, in order of their first appearance; empty if there are none.
    """
    parts = (part for digest in digests for part in digest.split(_AND) if part)
    return _AND.join(dict.fromkeys(parts))


def tie_of(unit: Unit, normative: str, digest: str) -> Tie:
    """What ties a written body, if it was last compared with `digest`.

    A test that is pending is not suspect; it will be, once it is pending no more.
    """
    if digest == normative or unit.is_pending:
        return Tie("written", digest)
    if unit.reviewed and unit.compared_body and unit.tied == normative:
        return Tie("reviewed", digest, unit.written)
    return Tie("reviewed", digest)


def met_tie(unit: Unit, normative: str, digest: str) -> Tie:
    """What ties a body that branches brought under a requirement nobody compared it with.

    Args:
        unit: A unit whose body is not as rendered.
        normative: What the test must do now.
        digest: What the body was last compared with.
    """
    tie = tie_of(unit, normative, digest)
    rest = f"{normative}.{_body_digest(unit)}" if tie.word == "reviewed" else ""
    return Tie(tie.word, tie.digest, rest)


def is_compared(unit: Unit, normative: str) -> bool:
    """Whether its tie says that this very body was compared with what the test must do."""
    return (
        not unit.reviewed
        and unit.tied == normative
        and bool(unit.compared_body)
        and unit.compared_body == _body_digest(unit)
    )


def is_told(digest: str, known: str) -> bool:
    """Whether every requirement that a digest names is one of those that `known` names."""
    return {*digest.split(_AND)} <= {*known.split(_AND)}


def _accepted(unit: Unit, normative: str, *, met: bool) -> Tie:
    """What ties a body that somebody has just compared with what its test must do."""
    if met or unit.compared_body:
        return Tie("written", f"{normative}.{_body_digest(unit)}")
    return Tie("written", normative)


def _body_digest(unit: Unit) -> str:
    """A digest of the statements of a body, whatever their layout."""
    statements = unit.node.body[unit.docstring is not None :]
    return body_digest("\n".join(map(ast.unparse, statements)))


def tie_splices(source: Source, unit: Unit, tie: Tie) -> Iterator[Splice]:
    """Let a marker have one tie, or none."""
    if tie.word == "reviewed":
        is_there = (unit.written, unit.reviewed) == (tie.rest, tie.digest)
    else:  # what is told of the body stays
        is_there = (unit.tied, unit.reviewed) == (tie.digest, "")
    if is_there:
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


def retied(source: Source, units: Iterable[tuple[Unit, str]], *, met: bool) -> str:
    """The text of a suite in which written bodies go with what their tests must do.

    Args:
        source: The suite.
        units: Units of it whose bodies were reviewed, each with N of what it must do now.
        met: Whether branches are just being brought together in it, so that the ties have
            to say which bodies were compared.
    """
    splices = [
        item
        for unit, normative in units
        for item in tie_splices(source, unit, _accepted(unit, normative, met=met))
    ]
    return splice(source.text, 0, len(source.text), splices)
