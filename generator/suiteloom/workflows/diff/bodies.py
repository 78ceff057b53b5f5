"""What of a unit is a person's, so that two states of it can be told apart. Pure."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from suiteloom.model import Test, body_digest
from suiteloom.suites.ownership import proven, untouched
from suiteloom.workflows.diff.sides import InSuite

__all__ = ["Hand", "hand_of", "is_edited", "is_written"]


@dataclass(frozen=True, slots=True)
class Hand:
    """What a person wrote in a unit.

    Attributes:
        body: The digest of the body, comments included.
        decorators: Sources of those that are not spec-owned, in order; none if it is
            not known which are.
        parameters: Sources of those that no case brings, without the first.
    """

    body: str
    decorators: tuple[str, ...] | None
    parameters: tuple[str, ...]


def is_written(standing: InSuite | None) -> bool:
    """Whether there is a unit that is neither pending nor as it was rendered."""
    if standing is None or standing.unit.is_pending:
        return False
    return not untouched(standing.suite.source, standing.unit)


def is_edited(standing: InSuite | None) -> bool:
    """Whether spec-owned text of a unit was edited by hand."""
    return bool(
        standing and standing.unit.text_digest and proven(standing.unit) is None
    )


def hand_of(standing: InSuite, tests: Sequence[Test]) -> Hand:
    """What a person wrote in a unit.

    Args:
        standing: The unit.
        tests: Its specs in both states, which say what cases bring. The parameters of
            an orphan are those of its last spec.
    """
    unit, source = standing.unit, standing.suite.source
    ours = proven(unit)
    others = None
    if ours is not None:
        rest = (item for item in unit.decorators if item not in ours)
        nodes = [item.node for item in (*unit.above, *rest)]
        others = tuple(map(ast.unparse, nodes))
    text = ""
    if unit.body is not None:
        start = source.line_start(source.line_of(unit.body[0]))
        text = source.text[start : unit.span[1]]
    return Hand(_digest(text), others, _parameters(unit.node, tests))


def _digest(text: str) -> str:
    """The digest of a body; the text itself where it stands on a line of others."""
    try:
        return body_digest(text)
    except SyntaxError:
        return text


def _parameters(
    node: ast.FunctionDef | ast.AsyncFunctionDef, tests: Sequence[Test]
) -> tuple[str, ...]:
    """The parameters of a test that are a person's."""
    cases = (case for test in tests for case in test.cases)
    brought = {name for case in cases for name, _ in case.values}
    arguments = node.args
    all_of_them = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return tuple(
        ast.unparse(item) for item in all_of_them[1:] if item.arg not in brought
    )
