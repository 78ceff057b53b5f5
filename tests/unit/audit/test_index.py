"""The one walk over a tree: order, tokens, spans, scopes, and calls by name."""

import ast
import gc
import itertools
import weakref

import pytest

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.examine import examine
from suiteloom.audit.engine.index import build_index
from suiteloom.audit.engine.settings import Settings
from suiteloom.audit.engine.testfile import TestFile, read_test_file

SIGNS = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)

DIFFERENT = [
    "f(a)",
    "f(a, a)",
    "f(*a)",
    "f(**a)",
    "f(a=a)",
    "f(b=a)",
    "f.a",
    "f['a']",
    "f[a]",
    "f[a:]",
    "f[:a]",
    "f[::a]",
    "a + b",
    "a - b",
    "-a",
    "not a",
    "a < b",
    "a <= b",
    "a and b",
    "a or b",
    "a and b or c",
    "a and (b or c)",
    "(a, b)",
    "[a, b]",
    "{a, b}",
    "{a: b}",
    "{**a}",
    "1",
    "1.0",
    "'1'",
    "b'1'",
    "True",
    "...",
    "Ellipsis",
    "None",
    "x = y = 1",
    "x = 1",
    "x: int",
    "x: int = 1",
    "x += 1",
    "(x := 1)",
    "def f(): pass",
    "def g(): pass",
    "async def f(): pass",
    "def f(a): pass",
    "def f(a: int): pass",
    "def f(a=1): pass",
    "def f(*, a): pass",
    "def f(*, a=1): pass",
    "def f(a, /): pass",
    "def f(*a): pass",
    "def f(**a): pass",
    "def f() -> int: pass",
    "@d\ndef f(): pass",
    "class f: pass",
    "class f(a): pass",
    "class f(a=a): pass",
    "lambda: a",
    "lambda a: a",
    "[a for a in b]",
    "[a for a in b if a]",
    "(a for a in b)",
    "if a: b",
    "if a: b\nelse: c",
    "if a:\n b\n c",
    "for a in b: c",
    "for a in b: c\nelse: d",
    "while a: b",
    "with a: b",
    "with a as c: b",
    "with a, c: b",
    "try: a\nexcept: b",
    "try: a\nfinally: b",
    "try: a\nexcept b: b",
    "try: a\nexcept b as e: b",
    "raise a",
    "raise a from b",
    "assert a",
    "assert a, b",
    "return",
    "return a",
    "del a",
    "global a",
    "nonlocal a",
    "import a",
    "import a as b",
    "import a.b",
    "from a import b",
    "from a import b as c",
    "from . import b",
    "from .a import b",
    "f'{a}'",
    "f'{a!r}'",
    "f'{a:b}'",
    "await a",
    "yield",
    "yield a",
    "yield from a",
    "pass",
    "break",
    "continue",
    "Pass",
]

SAME = [
    ("f(a,\n  b,)", "f(a, b)  # so"),
    ("'a' 'b'", '"ab"'),
    ("(a)", "a"),
    ("1_000", "1000"),
    ("if a: b", "if a:\n    b"),
]


def tokens_of(source):
    return tuple(build_index(ast.parse(source)).tokens)


def test_different_code_has_different_tokens():
    seen = {}
    for source in DIFFERENT:
        seen.setdefault(tokens_of(source), []).append(source)
    assert [sources for sources in seen.values() if len(sources) > 1] == []
    assert len(seen) == len(DIFFERENT)


@pytest.mark.parametrize(("first", "second"), SAME)
def test_layout_and_comments_make_no_difference(first, second):
    assert tokens_of(first) == tokens_of(second)


def test_every_node_is_noted_once_with_its_parent():
    tree = ast.parse("\n".join(s for s in DIFFERENT if "\n" not in s))
    index = build_index(tree)
    expected = {n for n in ast.walk(tree) if not isinstance(n, SIGNS)}
    assert len(index.order) == len(expected) == len(index.tokens)
    assert set(index.order) == expected
    parents = {
        child: node
        for node in ast.walk(tree)
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, SIGNS)
    }
    assert index.parents == parents
    assert set(itertools.chain(*index.by_type.values())) == expected
    assert index.calls == index.by_type[ast.Call]


def test_spans_hold_a_function_and_its_body():
    tree = ast.parse(
        "@mark(a)\ndef f(x=d()) -> r:\n    self.one = b(c)\n    g = [h for h in cls.two]\n"
        "k(self.three)\n"
    )
    index = build_index(tree)
    node = tree.body[0]
    span = index.spans[node]
    assert set(index.order[span.nodes]) == set(index.order) & set(ast.walk(node))
    body = {n for s in node.body for n in ast.walk(s) if not isinstance(n, SIGNS)}
    assert set(index.order[span.body]) == body
    assert index.called[span.calls] == ["d", "b", "mark"]
    names = [n.id for n in index.by_type[ast.Name][span.names]]
    assert names == ["self", "b", "c", "g", "h", "h", "cls"]
    assert index.own[span.own] == ["one", "two"]
    opened = [type(n).__name__ for n in list(index.opened)[span.inner]]
    assert opened == ["ListComp"]


def test_decorators_bases_and_returns_stand_in_the_scope_outside():
    tree = ast.parse("@a\nclass C(b):\n    @c\n    def f(self, x=d) -> e: y\n")
    index = build_index(tree)
    owner = tree.body[0]
    method = owner.body[0]
    homes = {n.id: index.scopes[n].node for n in index.by_type[ast.Name]}
    assert homes == {
        "a": tree,
        "b": tree,
        "c": owner,
        "e": owner,
        "d": method,
        "y": method,
    }


def test_very_long_numbers_have_tokens():
    assert tokens_of("0x" + "f" * 9000) != tokens_of("0x" + "f" * 9001)


def test_calls_are_found_under_other_names_too():
    source = (
        "import os\nfrom os import getenv as look\nfind = os.getenv\n\n\n"
        "os.getenv('A')\nlook('B')\nfind('C')\nvars(os)['getenv']('D')\n"
        "getattr(os, 'getenv')('E')\nself.getenv('F')\nos.getcwd()\n"
    )
    file = read_test_file("test_a.py", source, Settings())
    found = {call.args[0].value: name for call, name in file.calls_to({"os.getenv"})}
    assert found == dict.fromkeys("ABCDE", "os.getenv")


def test_nothing_is_left_to_the_collector(monkeypatch):
    made = []

    def read(*args):
        made.append(weakref.ref(file := read_test_file(*args)))
        return file

    monkeypatch.setattr("suiteloom.audit.engine.examine.read_test_file", read)
    monkeypatch.setattr("suiteloom.audit.engine.testfile.TestFile", Weak)
    gc.disable()
    try:
        source = b"import os\n\n\ndef test_a():\n    assert os.environ\n"
        facts = examine("test_a.py", source, Settings(), RULES)
        assert [flaw.finding.code for flaw in facts.flaws] == ["SL201"]
        assert [ref() for ref in made] == [None]
    finally:
        gc.enable()


class Weak(TestFile):
    """A file that can be watched."""
