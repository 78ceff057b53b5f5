"""SL0: comments that suppress. Found while suppressing, by `examine`."""

from __future__ import annotations

from suiteloom.audit.engine.rule import Rule

__all__ = ["RULES"]

RULES = (
    Rule("SL001"),
    Rule("SL002"),
)
