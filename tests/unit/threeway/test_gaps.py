"""Imports, helpers and constants that two branches put into one place."""

import ast

import pytest

from suiteloom.suites.threeway.gaps import merge_gap
from suiteloom.suites.threeway.text import Conflict, join

OLD = "import pytest\n\nfrom a import b\n"


def merge(base, ours, theirs, lines):
    pieces = join(merge_gap(base, ours, theirs, lines))
    assert all(isinstance(piece, str) for piece in pieces), pieces
    return "".join(pieces)


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        pytest.param(
            "import re\n" + OLD,
            "import json\n" + OLD,
            "import re\nimport json\n" + OLD,
            id="two",
        ),
        pytest.param(
            OLD + "import re\nimport os\n",
            OLD + "import re\nimport json\n",
            OLD + "import re\nimport os\nimport json\n",
            id="one-of-them-the-same",
        ),
        pytest.param(
            OLD.replace("b\n", "b, x\n"),
            OLD.replace("b\n", "b, c\n"),
            OLD.replace("b\n", "b, c, x\n"),
            id="names",
        ),
        pytest.param(
            OLD.replace("b\n", "c\n"),
            OLD.replace("b\n", "(\n    b,\n    d as e,\n)\n"),
            OLD.replace("b\n", "c, d as e\n"),
            id="name-replaced",
        ),
        pytest.param(
            OLD.replace("b\n", "b, " + "x" * 40 + "\n"),
            OLD.replace("b\n", "b, " + "y" * 40 + "\n"),
            OLD.replace(
                "b\n", "(\n    b,\n    " + "x" * 40 + ",\n    " + "y" * 40 + ",\n)\n"
            ),
            id="wide",
        ),
        pytest.param(
            OLD.replace("b\n", "b  # ours\n"),
            OLD.replace("b\n", "b, c\n"),
            OLD.replace("b\n", "b  # ours\nfrom a import b, c\n"),
            id="comment-stays",
        ),
        pytest.param(
            "import re\n" + OLD,
            "from __future__ import annotations\n" + OLD,
            "from __future__ import annotations\nimport re\n" + OLD,
            id="future-first",
        ),
        pytest.param(
            OLD.replace("from a import b", "from c import b\nimport x"),
            OLD.replace("from a import b", "from a import b\nimport y"),
            OLD.replace("from a import b", "from c import b\nimport x\nimport y"),
            id="replaced-and-added",
        ),
    ],
)
def test_imports(ours, theirs, merged, lines):
    assert merge(OLD, ours, theirs, lines) == merged


@pytest.mark.parametrize(
    ("ours", "theirs", "merged"),
    [
        pytest.param(
            "\n\n# one\ndef a():\n    return 1\n",
            "\n\ndef b():\n    return 1\n",
            "\n\n# one\ndef a():\n    return 1\n\n\ndef b():\n    return 1\n",
            id="functions",
        ),
        pytest.param(
            "A = 1\n", "B = [\n    2,\n]\n", "A = 1\nB = [\n    2,\n]\n", id="constants"
        ),
        pytest.param(
            "\n\nclass A:\n    x = 1\n",
            "import x\n",
            "import x\n\n\nclass A:\n    x = 1\n",
            id="class-and-import",
        ),
        pytest.param("A = 1\n", "A = 1\nB = 2\n", "A = 1\nB = 2\n", id="one-the-same"),
    ],
)
def test_additions(ours, theirs, merged, lines):
    assert merge(OLD, OLD + ours, OLD + theirs, lines) == OLD + merged
    ast.parse(OLD + merged)


def test_comment_above_two_additions_stays_once(lines):
    old = "# helpers\n"
    ours, theirs = "def a():\n    return 1\n", "def b():\n    return 1\n"
    assert merge(old, old + ours, old + theirs, lines) == old + ours + theirs


def test_additions_in_a_class(lines):
    old = "\n    limit = 1\n"
    ours = old + "\n    def a(self):\n        return 1\n"
    theirs = old.replace("1", "2") + "\n    def b(self):\n        return 1\n"
    assert merge(old, ours, theirs, lines) == (
        "\n    limit = 2\n\n    def a(self):\n        return 1\n"
        "\n    def b(self):\n        return 1\n"
    )


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        pytest.param(
            "", "def a():\n    return 1\n", "def a():\n    return 2\n", id="name"
        ),
        pytest.param("A = 1\n", "A = 2\n", "A = 3\n", id="value"),
        pytest.param("", "# one\n", "# two\n", id="comments"),
        pytest.param("", "print(1)\n", "print(2)\n", id="calls"),
        pytest.param(
            "def a():\n    return 1\n", "", "def a():\n    return 2\n", id="gone"
        ),
        pytest.param("import a\n", "import b\n", "print(1)\n", id="half-imports"),
        pytest.param("", "x = (\n", "y = (\n", id="no-python"),
    ],
)
def test_what_a_person_must_decide(base, ours, theirs, lines):
    pieces = merge_gap(base, ours, theirs, lines)
    sides = ["", "", ""]
    assert any(isinstance(piece, Conflict) for piece in pieces)
    for piece in pieces:
        parts = (
            (piece.base, piece.ours, piece.theirs)
            if isinstance(piece, Conflict)
            else (piece,) * 3
        )
        sides = [have + part for have, part in zip(sides, parts, strict=True)]
    assert sides == [base, ours, theirs]
