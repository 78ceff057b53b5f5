"""Areas of a treemap: what each amount gets of the box."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.cli.report_html.treemap import Box, squarified

AMOUNTS = st.lists(st.integers(1, 10**9), min_size=1, max_size=40).map(
    lambda amounts: sorted(amounts, reverse=True)
)
BOX = Box(10, 20, 1000, 420)


def test_the_example_of_the_paper_has_its_rows():
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], Box(0, 0, 6, 4))
    assert boxes[0] == Box(0, 0, 3, 2)
    assert boxes[1] == Box(0, 2, 3, 2)
    assert (boxes[2].x, boxes[2].y) == (3, 0)
    assert boxes[2].width == pytest.approx(12 / 7)
    assert boxes[2].height == pytest.approx(7 / 3)


@settings(deadline=None)
@given(AMOUNTS)
def test_areas_are_in_proportion(amounts):
    boxes = squarified(amounts, BOX)
    whole = BOX.width * BOX.height
    for amount, box in zip(amounts, boxes, strict=True):
        part = amount / sum(amounts) * whole
        assert box.width * box.height == pytest.approx(part, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(AMOUNTS)
def test_boxes_stay_inside_and_do_not_overlap(amounts):
    boxes = squarified(amounts, BOX)
    near = 1e-6
    for box in boxes:
        assert box.x >= BOX.x - near
        assert box.y >= BOX.y - near
        assert box.x + box.width <= BOX.x + BOX.width + near
        assert box.y + box.height <= BOX.y + BOX.height + near
    for one, other in combinations(boxes, 2):
        wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert min(wide, high) <= near


def test_equal_amounts_are_near_to_squares():
    for box in squarified([1] * 12, Box(0, 0, 400, 300)):
        assert max(box.width / box.height, box.height / box.width) < 1.5


@pytest.mark.parametrize(
    "amounts",
    [pytest.param([2, 0], id="no-area"), pytest.param([1, 2], id="not-in-order")],
)
def test_what_can_not_be_laid_out_is_refused(amounts):
    with pytest.raises(ValueError, match="amount"):
        squarified(amounts, BOX)


def test_nothing_gives_no_box():
    assert squarified([], BOX) == []
