"""One body through everything that can happen to its test; docs/reliability.md shows it."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
SPEC, DEPOT = "specs/shop.yaml", "specs/depot.yaml"
HEAD = ("step", "where the unit stands", "its name", "digest of the body")
BODY = (
    "        cart = Cart(prices := [3, 4])  # noqa: F841\n"
    '        text = """\n'
    "    class TestNot: é\n"
    '"""\n'
    "\n"
    "        assert cart.total  ==  sum(prices), text   # two  blanks\n"
)
TEST = re.compile(r"      - id: SH-001.*?\n\n", re.DOTALL)
RENAME = ("test_charged_once", "test_paid_once")


class History:
    """The project, and a row for each step."""

    def __init__(self, cli):
        self.cli = cli
        self.rows = [HEAD]
        self.digests = []

    def edit(self, path, *changes):
        """Replace texts of a spec, each of which stands there once."""
        text = self.cli.read(path)
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        self.cli.write(path, text)

    def move(self, here, there, before):
        """Take the test out of a spec and put it in front of a line of another place."""
        block = TEST.search(self.cli.read(here))[0]
        self.edit(here, (block, ""))
        self.edit(there, (before, block + before))

    def note(self, step, runs=1):
        """Generate, and note where the unit stands now and what its body is."""
        for _ in range(runs):
            result = self.cli("generate")
            assert result.exit == 0, result.out + result.err
        [(place, name, body)] = self._found()
        self.digests.append(hashlib.sha256(body).hexdigest()[:12])
        self.rows.append((step, place, f"`{name}`", f"`{self.digests[-1]}`"))

    def _found(self):
        """Every unit with the marker of SH-001: its place, its name, its body's bytes."""
        for path in sorted(self.cli.root.glob("generated/*.py")):
            data = path.read_bytes()
            for block in ast.parse(data).body:
                for node in getattr(block, "body", ()):
                    marks = getattr(node, "decorator_list", ())
                    mark = next((m for m in marks if "SH-001" in ast.unparse(m)), None)
                    if mark is not None:
                        domain = path.name.removesuffix("_integration_comprehensive.py")
                        kind = ", orphan" if "orphan" in ast.unparse(mark) else ""
                        place = f"{domain}, `{block.name}`{kind}"
                        yield place, node.name, self._body(data, node)

    @staticmethod
    def _body(data, node):
        """The lines below the docstring, to the end of the last one."""
        lines = data.splitlines(keepends=True)
        return b"".join(lines[node.body[0].end_lineno : node.end_lineno])


@pytest.fixture
def history(shop):
    """The shop with a second domain, and the body written into SH-001."""
    text = shop.read(SPEC).replace("domain: shop", "domain: depot")
    shop.write(DEPOT, text.replace("SH-", "DE-").replace("title: Shop", "title: Depot"))
    assert shop("generate").exit == 0
    shop.replace("        self.pending()\n", BODY, count=1)
    return History(shop)


def recorded(history):
    """Take the body through everything; the rows of the table."""
    history.note("written")
    history.edit(SPEC, RENAME)
    history.note("renamed")
    history.move(SPEC, SPEC, "      - id: SH-003")
    history.note("moved to another group")
    history.move(SPEC, DEPOT, "      - id: DE-001")
    history.note("moved to another domain")
    history.edit(DEPOT, ("test_paid_once", "test_x"), ("test_refund", "test_paid_once"))
    history.edit(DEPOT, ("test_x", "test_refund"))
    history.note("names swapped with another test")
    block = TEST.search(history.cli.read(DEPOT))[0]
    history.edit(DEPOT, (block, ""))
    history.note("removed from the spec")
    history.note("five runs later", runs=5)
    history.edit(SPEC, ("      - id: SH-003", f"{block}      - id: SH-003"))
    history.note("id put back, into the first domain")
    return history.rows


def test_the_body_is_the_same_bytes_after_everything(history):
    recorded(history)
    assert history.digests == [hashlib.sha256(BODY.encode()).hexdigest()[:12]] * 8


def test_the_page_shows_this_history(history):
    rows = recorded(history)
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + "---|" * len(HEAD))
    table = "\n".join(lines)
    assert table in PAGE.read_text("utf-8"), table


def test_a_changed_body_has_another_digest(history):
    history.note("written")
    history.cli.replace("two  blanks", "two blanks")
    history.note("a blank less")
    assert len(set(history.digests)) == 2
