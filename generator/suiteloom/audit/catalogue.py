"""Every rule, in the order of codes. Pure."""

from __future__ import annotations

from suiteloom.audit.engine.rule import Rule
from suiteloom.audit.rules import (
    conditional,
    coroutines,
    critical,
    doubles,
    environment,
    evidence,
    hygiene,
    imports,
    justification,
    marks,
    structure,
    suppression,
    swallowed,
    switched_off,
    tautology,
    unchecked,
)

__all__ = ["FAMILIES", "FOR_PROJECTS", "RULES", "select"]

FOR_PROJECTS = ("SL2", "SL304", "SL305", "SL607", "SL608", "SL901")
"""Beginnings of the codes of rules that only a project asks for by being one."""

FAMILIES = {
    "SL0": "suppression",
    "SL1": "structure",
    "SL2": "environment",
    "SL3": "imports",
    "SL4": "business value",
    "SL5": "markers",
    "SL6": "evidence",
    "SL7": "async",
    "SL8": "mission critical",
    "SL9": "hygiene",
}
"""Names of the families; SL0 counts for no score."""

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *suppression.RULES,
            *environment.RULES,
            *structure.RULES,
            *imports.RULES,
            *marks.RULES,
            *justification.RULES,
            *critical.RULES,
            *hygiene.RULES,
            *evidence.RULES,
            *tautology.RULES,
            *swallowed.RULES,
            *switched_off.RULES,
            *conditional.RULES,
            *unchecked.RULES,
            *doubles.RULES,
            *coroutines.RULES,
        ),
        key=lambda rule: rule.code,
    )
)


def select(
    chosen: tuple[str, ...],
    ignored: tuple[str, ...],
    extended: tuple[str, ...] = (),
    *,
    is_project: bool = True,
) -> tuple[Rule, ...]:
    """Choose rules by the beginnings of their codes.

    Args:
        chosen: Such as `SL6` or `SL601`; none means all, or outside of a project all but
            those `FOR_PROJECTS`.
        ignored: Those to leave out again; the longer beginning wins.
        extended: Those to take besides.
        is_project: Whether it is in a project.

    Returns:
        The rules in the order of codes.
    """

    def weight(code: str, beginnings: tuple[str, ...]) -> int:
        return max((len(b) for b in beginnings if code.startswith(b)), default=-1)

    def is_asked(code: str) -> bool:
        if chosen or is_project or not code.startswith(FOR_PROJECTS):
            return weight(code, (*(chosen or ("SL",)), *extended)) > weight(
                code, ignored
            )
        return weight(code, extended) > weight(code, ignored)

    return tuple(rule for rule in RULES if is_asked(rule.code))
