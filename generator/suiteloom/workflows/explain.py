"""`explain`: what a code means, of findings and of rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.rule import Rule
from suiteloom.errors import UsageError
from suiteloom.model.identifiers import closest
from suiteloom.store import packaged_page

__all__ = ["Explanation", "codes", "explain"]

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\| ([A-Z]{2}[0-9]{3}) \| (.+?) \| (.+?) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What docs/findings.md says of a code.

    Attributes:
        code: The code.
        section: What finds it, such as ``Drift``.
        meaning: What is wrong.
        remedy: What to do about it.
    """

    code: str
    section: str
    meaning: str
    remedy: str


def explain(name: str) -> Explanation | Rule:
    """Say what a code means.

    Args:
        name: A code of a finding or rule, or the name of a rule, in either case.

    Raises:
        UsageError: If nothing is called so.
    """
    rules = {key: rule for rule in RULES for key in (rule.code, rule.text.name)}
    found = _findings()
    for key in (name.upper(), name.lower()):
        if key in rules:
            return rules[key]
        if key in found:
            return found[key]
    known = [*found, *rules]
    close = closest(name.upper(), known) or closest(name.lower(), known)
    hint = f"did you mean {close}?" if close else "`suiteloom rules` lists the rules"
    raise UsageError(f"no finding and no rule is called {name!r}", hint=hint)


def codes() -> dict[str, str]:
    """What each code means in a few words, findings first, each in the order of codes."""
    found = {item.code: item.meaning for item in _findings().values()}
    return {**found, **{rule.code: rule.text.summary for rule in RULES}}


@cache
def _findings() -> dict[str, Explanation]:
    """Every row of the tables of the page, by code."""
    page = packaged_page("findings.md")
    parts = _SECTION.split(page)
    return {
        code: Explanation(code, title, meaning, remedy)
        for title, text in zip(parts[1::2], parts[2::2], strict=True)
        for code, meaning, remedy in _ROW.findall(text)
    }
