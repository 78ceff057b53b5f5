"""Rectangles whose areas stand for amounts, as near to squares as rows allow.

After Bruls, Huizing and van Wijk, "Squarified Treemaps" (2000): a row along the shorter
side grows as long as its worst rectangle does not get longer and thinner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Box", "squarified"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; `x` and `y` are its corner at the top left."""

    x: float
    y: float
    width: float
    height: float


def squarified(amounts: Sequence[float], box: Box) -> list[Box]:
    """Fill a box with one rectangle for each amount.

    Args:
        amounts: Above 0, the largest first.
        box: Of some area.

    Returns:
        Their boxes, in the order of amounts, which fill `box` without overlap.

    Raises:
        ValueError: If an amount is not above 0, or is larger than the one before it.
    """
    if any(amount <= 0 for amount in amounts):
        message = "an amount without an area"
        raise ValueError(message)
    if list(amounts) != sorted(amounts, reverse=True):
        message = "amounts that are not in order"
        raise ValueError(message)
    boxes: list[Box] = []
    left, rest = box, float(sum(amounts))
    while len(boxes) < len(amounts):
        row = _row(amounts, len(boxes), left, rest)
        part = sum(row) / rest
        is_last = len(boxes) + len(row) == len(amounts)
        placed, left = _placed(row, left, 1.0 if is_last else part)
        boxes += placed
        rest -= sum(row)
    return boxes


def _row(amounts: Sequence[float], first: int, left: Box, rest: float) -> list[float]:
    """The amounts, from the first on, that make the best row in what is left."""
    area = left.width * left.height
    side = min(left.width, left.height)
    row = [amounts[first]]
    for amount in amounts[first + 1 :]:
        longer = [*row, amount]
        if _worst(longer, side, area / rest) > _worst(row, side, area / rest):
            break
        row = longer
    return row


def _worst(row: Sequence[float], side: float, scale: float) -> float:
    """The longer side of a row's worst rectangle as a multiple of its shorter one."""
    total = sum(row) * scale
    largest, least = row[0] * scale, row[-1] * scale
    return max(side**2 * largest / total**2, total**2 / (side**2 * least))


def _placed(row: Sequence[float], left: Box, part: float) -> tuple[list[Box], Box]:
    """The boxes of a row, which takes a part of what is left; and what is left then."""
    total = sum(row)
    boxes = []
    if left.width >= left.height:
        width, y = left.width * part, left.y
        for amount in row:
            height = left.height * amount / total
            boxes.append(Box(left.x, y, width, height))
            y += height
        return boxes, Box(left.x + width, left.y, left.width - width, left.height)
    height, x = left.height * part, left.x
    for amount in row:
        width = left.width * amount / total
        boxes.append(Box(x, left.y, width, height))
        x += width
    return boxes, Box(left.x, left.y + height, left.width, left.height - height)
