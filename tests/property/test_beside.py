"""A suite read beside another state of it holds what it holds when it is read by itself."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable

import pytest

from campaigns import sized
from suiteloom.suites import (
    Standing,
    UnreadableError,
    read_beside,
    read_suite,
    standing,
    untouched,
)
from suiteloom.suites.ownership import proven

SUITES = sized(300, 6_000)
EDITS = 6

HEAD = '''\
"""What is sold.

Spec: specs/sales.yaml (rev 75a2db)
"""

import pytest
from suiteloom.ssot import SSotBaseTestCase

'''

MEMBERS = (
    (
        "    @pytest.mark.spec({id!r}, rev='d0f239.50b24c')\n    def test_{n}(self):\n"
        '        """It holds {n} times."""\n        self.pending({id!r}, rev="d0f239")\n'
    ),
    (
        "    # why it is here\n    @pytest.mark.spec({id!r}, reviewed='0')\n"
        "    @pytest.mark.slow\n"
        "    async def test_{n}(self, tmp_path):\n        assert {n}\n        # the end\n"
    ),
    (
        "    @pytest.mark.orphan({id!r})\n    def test_{n}(self):\n        text = '''\n"
        "    @pytest.mark.spec(\"SU-900\")\n    def test_in_a_text(self): ...\n'''\n"
        "        assert text\n"
    ),
    (
        "    @other\n    @pytest.mark.spec(\n        {id!r}, rev='{n:06d}'\n    )\n"
        "    def test_{n}(self): assert f'{{self}}#\"'\n"
    ),
    (
        "    @pytest.mark.spec({id!r})\n    def test_{n}(self):\n        class Inner:\n"
        "            @pytest.mark.spec('SU-901')\n            def test_x(self): ...\n"
        "        return (  # ) [\n            Inner,\n        )\n"
    ),
    (
        "    @pytest.mark.spec({id!r})\n    def test_{n}(self):\n"
        "        x = 'é\\\n'; y = [\n1]\n"
        "        assert x\n\n            # deeper\n"
    ),
    "    @pytest.mark.spec({id!r})\n\f    def test_{n}(self):\n        assert {n} # ''' \n",
    (
        "    @pytest.mark.spec({id!r})\n    def test_{n}(self, *, a=1):\n"
        "        for _ in ():\n            pass\n        else:\n            self.pending()\n"
    ),
)

REST = (
    "    helper = '''\n\n    @pytest.mark.spec(\"SU-902\")\n'''\n",
    "    def help(self):\n        return 1\n",
    "    # a comment at the margin of the class\n",
    "# a comment at the margin of the file\n",
    "        # a comment that is deeper\n",
    "    \\\n",
    "    if True:\n        pass\n",
    "class TestMore(SSotBaseTestCase):\n",
    "    else:\n",
    "  \n",
    "'''",
    "\r",
    "    @pytest.mark.slow\n",
    "    x = (\n",
)


class Writer:
    """Writes suites, and changes them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - for texts
        self.number = 0

    def suite(self) -> list[str]:
        """A suite as pieces: headers of classes, members and what stands between."""
        pieces = [HEAD]
        for number in range(self.random.randint(1, 2)):
            pieces.append(f"\n\nclass Test{number}(SSotBaseTestCase):\n")
            for _ in range(self.random.randint(1, 5)):
                pieces += [self.member(), self.random.choice(["\n", "", "\n\n"])]
        if self.random.random() < 0.3:
            place = self.random.randrange(2, len(pieces) + 1)
            pieces.insert(place, self.random.choice(REST[:3]))
        return pieces

    def member(self) -> str:
        """A unit that there is not yet."""
        self.number += 1
        text = self.random.choice(MEMBERS)
        return text.format(id=f"SU-{self.number:03d}", n=self.number)

    def edited(self, pieces: list[str]) -> list[str]:
        """Other pieces, one or two of which are changed, come or go."""
        pieces = [*pieces]
        for _ in range(self.random.randint(1, 2)):
            place = self.random.randrange(1, len(pieces))
            edits: list[Callable[[str], str]] = [
                *[lambda piece: self.member() if "def " in piece else piece] * 3,
                lambda piece: piece + self.random.choice(REST),
                lambda piece: self.random.choice(REST) + piece,
                lambda piece: self.member() + piece,
                self._cut,
                self._lines,
                lambda _: "",
            ]
            pieces[place] = self.random.choice(edits)(pieces[place])
        return pieces

    def _cut(self, piece: str) -> str:
        """A piece without some characters, which may be anything."""
        start = self.random.randrange(len(piece) + 1)
        return piece[:start] + piece[start + self.random.randint(1, 3) :]

    def _lines(self, piece: str) -> str:
        """A piece with a line more inside."""
        lines = piece.splitlines(keepends=True)
        lines.insert(self.random.randrange(len(lines) + 1), self.random.choice(REST))
        return "".join(lines)


def facts(found: Standing) -> tuple[object, ...]:
    """Everything that a unit says, without where its text happens to be kept."""
    unit, source = found.unit, found.suite.source
    text = source.text
    spans = [
        unit.span,
        unit.marker,
        unit.rev_span,
        *unit.tie_spans,
        unit.own.span,
        *(item.span for item in (*unit.above, *unit.decorators)),
        unit.def_span,
        unit.body or (0, 0),
    ]
    return (
        *(unit.id, unit.is_orphan, unit.rev, unit.written, unit.reviewed, unit.indent),
        *(unit.is_pending, unit.only_pending, unit.pending_names, unit.pending_revs),
        *(text[start:end] for start, end in spans),
        *(item.value for item in unit.decorators),
        unit.docstring and (unit.docstring.value, unit.docstring.comments),
        ast.dump(unit.node),
        untouched(source, unit),
        proven(unit) is None,
        found.line,
    )


def _whole(data: bytes) -> list[tuple[object, ...]] | None:
    """What a suite holds when it is read by itself; None if it can not be read."""
    try:
        return [facts(found) for found in standing(read_suite(data, "a.py"))]
    except UnreadableError:
        return None


def _pairs(seed: int) -> tuple[bytes, bytes] | None:
    """Two states of a suite, the first of which can be read."""
    writer = Writer(seed)
    pieces = writer.suite()
    end = writer.random.choice(["\n", "\n", "\r\n"])
    before, after = (
        "".join(each).replace("\n", end).encode()
        for each in (pieces, writer.edited(pieces))
    )
    return (before, after) if _whole(before) is not None else None


@pytest.mark.parametrize("part", range(EDITS))
def test_a_suite_beside_another_state_holds_what_it_holds_by_itself(part):
    beside = 0
    for seed in range(part, SUITES, EDITS):
        if (pair := _pairs(seed)) is None:
            continue
        before, after = pair
        found = read_beside(after, read_suite(before, "a.py"))
        if found is not None:
            beside += 1
            assert _whole(after) == [facts(each) for each in found], seed
    assert beside * EDITS > SUITES // 10
