"""What the charts of the page are drawn from: shapes with the places of their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from suiteloom.cli.report_html.places import Place
from suiteloom.cli.report_html.treemap import Box, squarified

__all__ = ["Area", "Bar", "Field", "spark", "timeline", "treemap"]

MOST_DOMAINS = 40
"""Of those domains that earn most, each has a field of its own in the treemap."""

_HEAD = 40.0
_GAP = 1.5
_WIDE = 100.0
_SPARK = Box(1, 2, 78, 16)


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a field: the money of one state.

    Attributes:
        state: ``passed``, or a reason.
        money: The place of its amount.
        box: Where it is, in the field.
        is_wide: Whether there is room to write the amount.
    """

    state: str
    money: Place
    box: Box
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One domain in the treemap; without a place it stands for all other domains."""

    domain: Place | None
    box: Box
    has_room: bool
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One run in the timeline: all its items, and those of them that failed, on top."""

    run: Place
    whole: Box
    failed: Box


def treemap(report: Place, width: float, height: float) -> list[Field]:
    """The money of each domain, split by what its tests are worth."""
    earning = [place for place in report.each("domains") if place.value["revenue_usd"]]
    earning.sort(key=lambda place: -int(place.value["revenue_usd"]))
    most = list[Place | None](earning[:MOST_DOMAINS])
    amounts = [float(place.value["revenue_usd"]) for place in earning]
    others = sum(amounts[MOST_DOMAINS:])
    pairs = list(zip(amounts, most, strict=False))
    if others:
        pairs.append((others, None))
        pairs.sort(key=lambda pair: -pair[0])
    boxes = squarified([amount for amount, _ in pairs], Box(0, 0, width, height))
    return [_field(place, box) for (_, place), box in zip(pairs, boxes, strict=True)]


def _field(domain: Place | None, outer: Box) -> Field:
    box = _inside(outer)
    has_room = box.width > _WIDE and box.height > _HEAD
    if domain is None:
        return Field(None, box, has_room, ())
    head = _HEAD if has_room else 0.0
    money = sorted(_money(domain), key=lambda pair: -int(pair[1].value))
    amounts = [float(place.value) for _, place in money]
    room = Box(0, head, box.width, max(box.height - head, 1.0))
    areas = tuple(
        Area(state, place, part, part.width > _WIDE and part.height > _HEAD)
        for (state, place), part in zip(money, squarified(amounts, room), strict=True)
    )
    return Field(domain, box, has_room, areas)


def _money(domain: Place) -> Iterator[tuple[str, Place]]:
    """Each state of a domain's tests that any money belongs to, with the amount."""
    protected = domain.at("protected_usd")
    if protected.value:
        yield "passed", protected
    for lost in domain.each("lost"):
        if lost.value["usd"]:
            yield lost.value["reason"], lost.at("usd")


def _inside(box: Box) -> Box:
    width, height = max(box.width - _GAP, 0.5), max(box.height - _GAP, 0.5)
    return Box(box.x, box.y, width, height)


def timeline(runs: Sequence[Place], width: float, height: float) -> list[Bar]:
    """A bar for each run, the oldest first."""
    most = max((int(run.value["items"]) for run in runs), default=0) or 1
    step = min(width / max(len(runs), 1), 60.0)
    bars = []
    for number, run in enumerate(runs):
        x, wide = number * step, max(step - 3, 1.0)
        whole = height * int(run.value["items"]) / most
        failed = height * int(run.value["failed"]) / most
        failed = min(max(failed, 3.0), whole) if failed else 0.0
        bars.append(
            Bar(
                run,
                Box(x, height - whole, wide, whole),
                Box(x, height - whole, wide, failed),
            )
        )
    return bars


def spark(times: Iterable[float | None]) -> str:
    """The path of a line through times, with a gap where one is not known.

    Returns:
        Empty if there are fewer than two times that are known.
    """
    values = list(times)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    most = max(known) or 1.0
    step = _SPARK.width / (len(values) - 1)
    words, pen = [], "M"
    for number, value in enumerate(values):
        if value is None:
            pen = "M"
            continue
        x = _SPARK.x + number * step
        y = _SPARK.y + _SPARK.height * (1 - value / most)
        words.append(f"{pen}{x:.0f} {y:.1f}")
        pen = "L"
    return "".join(words)
