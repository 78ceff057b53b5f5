"""What a rule is and what it finds."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suiteloom.audit.engine.text import RuleText, read_text
from suiteloom.model import Severity

if TYPE_CHECKING:
    from suiteloom.audit.engine.facts import Condition, FileFacts
    from suiteloom.audit.engine.settings import Settings
    from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["CrossHit", "Hit", "Rule", "hit"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One place in a file where a rule is broken.

    Attributes:
        message: What is wrong, one sentence without its place.
        line: 1-based.
        column: 1-based in characters.
        owner: The test that it counts against, `Class.function`; a class, for all its
            tests; empty for all tests of the file.
        hint: Replaces the rule's own, if not empty.
        hides: How many tests were written there that pytest does not collect because of it.
        severity: Replaces the rule's own, if not None.
        condition: On what it depends, outside of the file, whether it holds; None: on
            nothing.
        end: Line and column after its last character; nothing if that is not known.
        in_bytes: Whether columns count bytes of UTF-8, as nodes of a tree do.
    """

    message: str
    line: int
    column: int = 0
    owner: str = ""
    hint: str = ""
    hides: int = 0
    severity: Severity | None = None
    condition: Condition | None = None
    end: tuple[int, int] = (0, 0)
    in_bytes: bool = False


@dataclass(frozen=True, slots=True)
class CrossHit:
    """One place where a rule over all files is broken; `path` says in which file."""

    path: str
    hit: Hit


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue: what decides it. Its text says what it is called and why.

    A rule has `check` (one file at a time), `across` (facts of all files), or `ruff`
    (codes of ruff whose findings become this rule's).

    Attributes:
        code: `SL` and three digits; the first is the family.
        check: Yields the hits of one file.
        across: Yields the hits of all files.
        ruff: Codes of ruff.
    """

    code: str
    check: Callable[[TestFile], Iterator[Hit]] | None = None
    across: Callable[[list[FileFacts], Settings], Iterator[CrossHit]] | None = None
    ruff: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """`SL1` to `SL9`, or `SL0` for suppression itself."""
        return self.code[:3]

    @property
    def text(self) -> RuleText:
        """What `texts/` says of it.

        Raises:
            OSError: If the installation is incomplete.
        """
        return read_text(self.code)

    @property
    def severity(self) -> Severity:
        """Of its findings."""
        return self.text.severity

    @property
    def critical(self) -> bool:
        """Whether one finding caps the score."""
        return self.text.critical

    @property
    def void(self) -> bool:
        """Whether a test with such a finding proves nothing, and so scores nothing."""
        return self.text.void


def hit(
    node: ast.stmt | ast.expr | ast.ExceptHandler | ast.arg | ast.keyword | ast.alias,
    message: str,
    owner: TestNode | str | None = None,
    hint: str = "",
) -> Hit:
    """Make a hit at a node.

    Args:
        node: Gives the place; of one that has a body it ends nowhere.
        message: What is wrong.
        owner: The test or the name of the class that it counts against; None: the file.
        hint: Replaces the rule's own.
    """
    name = owner if isinstance(owner, str) else owner.qualname if owner else ""
    end = (0, 0)
    if (
        node.end_lineno
        and node.end_col_offset is not None
        and not hasattr(node, "body")
    ):
        end = (node.end_lineno, node.end_col_offset + 1)
    place = (node.lineno, node.col_offset + 1)
    return Hit(message, *place, name, hint, end=end, in_bytes=True)
