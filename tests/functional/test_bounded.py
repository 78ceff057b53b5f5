"""However many suites a project has, no verb that looks holds more than a few at once.

What is counted is objects that are alive: syntax trees of suites, and contents of files.
"""

import ast
import weakref

import pytest

from suiteloom.model import Record
from suiteloom.store import lazily
from suiteloom.workflows import check as check_module
from suiteloom.workflows import disk
from suiteloom.workflows.collecting import Collected

MANY = 12
FEW = 3
SPEC = """\
suiteloom: 1
domain: shop_{number}
title: Shop {number}
summary: From cart to paid order.
category: integration
groups:
  - title: Orders
    tests:
      - {{id: SH-{number}1, name: test_paid, summary: It is paid., kinds: [edge]}}
      - {{id: SH-{number}2, name: test_sent, summary: It is sent., kinds: [edge]}}
"""


class Alive:
    """How many objects are alive, and how many were at most."""

    def __init__(self):
        self.now = self.most = 0

    def born(self):
        self.now += 1
        self.most = max(self.most, self.now)

    def gone(self):
        self.now -= 1


@pytest.fixture
def trees(monkeypatch):
    """Counts the syntax trees of suites that are alive."""
    alive = Alive()
    parse = ast.parse

    def counting(source, *rest, **options):
        tree = parse(source, *rest, **options)
        text = source if isinstance(source, str) else bytes(source).decode()
        if isinstance(tree, ast.Module) and "class Test" in text:
            alive.born()
            weakref.finalize(tree, alive.gone)
        return tree

    monkeypatch.setattr(ast, "parse", counting)
    return alive


@pytest.fixture
def contents(monkeypatch):
    """Counts the contents of specs and suites that are alive."""
    alive = Alive()
    read = lazily.read_bytes

    class Content(bytes):
        def __new__(cls, data):
            alive.born()
            return super().__new__(cls, data)

        def __del__(self):
            alive.gone()

    monkeypatch.setattr(lazily, "read_bytes", lambda *of: Content(read(*of)))
    return alive


@pytest.fixture
def project(example, monkeypatch):
    """A project with many suites; nothing is known, no tree kept, and pytest not asked."""
    monkeypatch.setattr(disk, "_KEPT_BYTES", 0)
    came = Collected(Record(0), 0, ())
    monkeypatch.setattr(check_module, "collect_suites", lambda *_, **__: came)
    files = {f"specs/s{n}.yaml": SPEC.format(number=n) for n in range(10, 10 + MANY)}
    made = example({"suiteloom.toml": 'bvj = "report"\n', **files})
    assert made.run("generate").code == 0
    (made.root / ".suiteloom/in-sync.json").unlink()  # or nothing would be read
    return made


VERBS = [
    pytest.param(("generate", "--check"), id="generate-check"),
    pytest.param(("generate", "--restore"), id="generate-restore"),
    pytest.param(("check",), id="check-without-collection"),
    pytest.param(("status",), id="status"),
    pytest.param(("ids",), id="ids"),
]


@pytest.mark.parametrize("verb", VERBS)
def test_few_syntax_trees_are_alive_at_once(project, trees, verb):
    assert project.run(*verb).code in {0, 1}
    assert 0 < trees.most <= FEW


@pytest.mark.parametrize("verb", VERBS)
def test_contents_of_few_files_are_alive_at_once(project, contents, verb):
    assert project.run(*verb).code in {0, 1}
    assert 0 < contents.most <= FEW


def test_contents_are_kept_only_of_files_that_change(project, contents):
    project.replace("specs/s10.yaml", ("It is paid.", "It is paid at once."))
    result = project.run("generate", "--check")
    assert result.code == 1
    assert "SH-101" in result.out
    assert contents.most <= FEW + 1


def test_trees_are_kept_while_their_sources_are_small(project, trees, monkeypatch):
    path = "generated/test_shop_10_integration_comprehensive.py"
    size = len(project.bytes(path))
    monkeypatch.setattr(disk, "_KEPT_BYTES", 4 * size)
    assert project.run("generate", "--check").code == 0
    assert 4 <= trees.most <= 4 + FEW
