"""Whatever a spec says: texts arrive exactly, suites parse, and black agrees."""

import ast
import json
from pathlib import Path

import black
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns import sized
from suiteloom.model import Config
from suiteloom.render.literals import literal
from suiteloom.render.pack_check.load import load_pack
from suiteloom.render.suite import render_suite
from suiteloom.render.templates import templates_folder
from suiteloom.specs.loader import load_suite

CONFIG = Config(markers=tuple(f"marker_{n}_{'m' * n}" for n in range(30)))
PACK = load_pack(templates_folder(Path(), CONFIG))
MODE = black.Mode(target_versions={black.TargetVersion.PY311})

PIECES = [
    '"',
    '"""',
    "'",
    "\\",
    "{{ 7*7 }}",
    "{% raw %}",
    "{# x #}",
    "\\N{BULLET}",
    "#",
]
PIECES += [
    "\U0001f468\u200d\U0001f469",
    "e\u0301",
    "\u05e9\u05dc",
    "保存",
    "x" * 95,
    "%s",
    "$x",
]
PIECES += [
    "word",
    "a",
    " ",
    "  ",
    "    ",
    "\u00a0",
    "\u3000",
    "BVJ:",
    "(rev 1)",
    "\\\\",
    "\xad",
]
TEXTS = (
    st.lists(
        st.sampled_from(PIECES) | st.text("ab \\\"'{}%#é", max_size=8), max_size=40
    )
    .map(" ".join)
    .map(str.strip)
    .filter(bool)
)
SHORT = TEXTS.filter(lambda text: len(text) < 400)
CHARACTERS = st.characters(codec="utf-8")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(CHARACTERS, max_size=100)
    | SHORT
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.dictionaries(st.text(CHARACTERS, max_size=30), inner, max_size=6)
    ),
    max_leaves=25,
)


def depth(value):
    if isinstance(value, list | dict):
        inner = value if isinstance(value, list) else value.values()
        return 1 + max(map(depth, inner), default=0)
    return 0


SHALLOW = VALUES.filter(lambda value: depth(value) <= 4)  # a spec has 12 levels in all
NAMES = st.from_regex(r"test_[a-z0-9_]{0,40}[a-z0-9]{1,55}", fullmatch=True)
PARAMETERS = st.from_regex(r"[a-z][a-z0-9_]{0,25}q", fullmatch=True)


@st.composite
def tables(draw):
    """Cases of one test: one to five parameters, up to four rows."""
    names = draw(st.lists(PARAMETERS, min_size=1, max_size=5, unique=True))
    rows = draw(st.integers(1, 4))
    return [
        {
            "id": f"row-{row}",
            "kind": "edge",
            "with": {name: draw(SHALLOW) for name in names},
        }
        for row in range(rows)
    ]


TESTS = st.fixed_dictionaries(
    {"name": NAMES, "summary": SHORT, "async": st.booleans()},
    optional={
        "given": st.lists(SHORT, max_size=3),
        "when": st.lists(SHORT, max_size=3),
        "then": st.lists(SHORT, max_size=3),
        "cases": tables(),
        "bvj": st.fixed_dictionaries(
            {"value_impact": SHORT, "strategic_impact": SHORT}
        ),
        "markers": st.lists(st.sampled_from(CONFIG.markers), max_size=6, unique=True),
    },
)


def spec(tests, title="Group", summary="Summary."):
    listed = [
        {"id": f"A-{number}", "kinds": ["edge"]} | test
        for number, test in enumerate(tests)
    ]
    return {
        "suiteloom": 1,
        "domain": "d",
        "title": "Title",
        "summary": summary,
        "category": "unit",
        "revenue": {"annual_usd": 1, "protects": summary},
        "bvj": {
            "segment": ["All"],
            "goal": "Stability",
            "value_impact": summary,
            "strategic_impact": "Impact.",
        },
        "groups": [{"title": title, "tests": listed}],
    }


def rendered(data):
    text = json.dumps(data, ensure_ascii=False)
    escaped = "".join(
        c if c.isprintable() or c in "\u00a0\u3000\u200d\xad" else ascii(c)[1:-1]
        for c in text
    )
    suite, findings = load_suite(escaped.encode(), "specs/d.yaml", CONFIG)
    assert findings == []
    return suite, render_suite(suite, CONFIG, PACK)


def unfolded(node):
    """The lines of a docstring: a line that is indented goes on with the one before."""
    lines = []
    for line in ast.get_docstring(node).split("\n"):
        if line.startswith("    "):
            lines[-1] += f" {line[4:]}"
        else:
            lines.append(line)
    return lines


def skeleton(source):
    """The syntax of a suite without docstrings and revs."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            assert ast.get_docstring(node)
            del node.body[0]
        elif isinstance(node, ast.keyword) and node.arg == "rev":
            node.value = ast.Constant("")
    return ast.dump(tree)


@settings(deadline=None, max_examples=sized(15, 100))
@given(summary=TEXTS.filter(lambda t: len(t) < 2000), steps=st.lists(SHORT, max_size=4))
def test_texts_arrive_exactly_and_nowhere_else(summary, steps):
    test = {"name": "test_a", "summary": summary, "given": steps, "then": steps}
    test["bvj"] = {"value_impact": summary}
    _, result = rendered(spec([test], summary=summary))
    tree = ast.parse(result.source)
    group = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    lines = unfolded(group.body[1])
    assert lines[0] == summary
    assert f"Value Impact: {summary}" in lines
    assert [f"Given: {step}" for step in steps] == lines[
        6 : 6 + len(steps)
    ] or not steps
    assert [line for line in lines if line.startswith("Then: ")][-len(steps) :] == [
        f"Then: {step}" for step in steps
    ] or not steps
    module = unfolded(tree)
    assert summary in module
    assert f"Revenue protected: $1 a year ({summary})" in module
    assert f"Value Impact: {summary}" in unfolded(group)
    plain = {"name": "test_a", "summary": "S"}
    assert skeleton(result.source) == skeleton(rendered(spec([plain]))[1].source)


@settings(deadline=None, max_examples=sized(8, 60))
@given(
    tests=st.lists(TESTS, min_size=1, max_size=4, unique_by=lambda test: test["name"]),
    title=st.from_regex(r"[A-Z][a-z]{0,30}( [A-Za-z&-]{1,9}){0,6}", fullmatch=True),
    summary=SHORT,
)
def test_black_would_change_nothing(tests, title, summary):
    suite, result = rendered(spec(tests, title, summary))
    assert black.format_str(result.source, mode=MODE) == result.source
    tree = ast.parse(result.source)
    group = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    functions = [
        node
        for node in group.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for test, function in zip(suite.groups[0].tests, functions, strict=True):
        assert function.name == test.name
        assert isinstance(function, ast.AsyncFunctionDef) is test.is_async
        assert rows(function) == [
            ([value for _, value in case.values], case.id) for case in test.cases
        ]


def rows(function):
    """The values and the id of each case of a test."""
    last = function.decorator_list[-1]
    if not isinstance(last, ast.Call) or last.func.attr != "parametrize":
        return []
    return [
        (
            [ast.literal_eval(argument) for argument in param.args],
            ast.literal_eval(param.keywords[0].value),
        )
        for param in last.args[1].elts
    ]


@settings(deadline=None, max_examples=sized(25, 200))
@given(value=VALUES)
def test_a_literal_evaluates_to_its_value_and_black_agrees(value):
    source = literal(value)
    back = ast.literal_eval(source)
    assert json.dumps(back) == json.dumps(value)
    if isinstance(value, str | int | float | None):
        assert black.format_str(f"x = {source}\n", mode=MODE) == f"x = {source}\n"
