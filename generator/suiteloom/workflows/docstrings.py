"""From the docstring of a test back to the fields that it was rendered from. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Fields", "read_fields"]

_FOLD = re.compile(r"\n {4}(?=\S)")


@dataclass(frozen=True, slots=True)
class Fields:
    """What the docstring of a test says; what it does not say is empty."""

    summary: str = ""
    segment: tuple[str, ...] = ()
    goal: str = ""
    value_impact: str = ""
    strategic_impact: str = ""
    given: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


def read_fields(docstring: str) -> Fields:
    """Read a docstring in the layout of the built-in templates.

    Args:
        docstring: Dedented.

    Returns:
        Its fields, continuation lines unfolded.
    """
    first, *lines = _FOLD.sub(" ", docstring).split("\n")
    found: dict[str, list[str]] = {}
    for line in lines:
        label, colon, text = line.partition(": ")
        if colon:
            found.setdefault(label, []).append(text)
    segment, _, goal = _one(found, "BVJ").rpartition(" - ")
    return Fields(
        summary=first,
        segment=tuple(segment.split(", ")) if segment else (),
        goal=goal,
        value_impact=_one(found, "Value Impact"),
        strategic_impact=_one(found, "Strategic Impact"),
        given=tuple(found.get("Given", ())),
        when=tuple(found.get("When", ())),
        then=tuple(found.get("Then", ())),
    )


def _one(found: dict[str, list[str]], label: str) -> str:
    return found.get(label, [""])[-1]
