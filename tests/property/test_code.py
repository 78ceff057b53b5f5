"""Whatever a spec or a configuration says: a suite is the shape that is ours, and no more.

Each field that holds text is given text that would run if it were taken for code. It is
refused, or the suite has nothing but the calls and names that suiteloom writes, and
importing it does nothing.
"""

from __future__ import annotations

import ast
import copy
import json
import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import sized
from example import Example

CALL = "__import__('pathlib').Path('PWNED').touch()"
SPEC = {
    "suiteloom": 1,
    "domain": "shop",
    "title": "Shop",
    "summary": "From cart to paid order.",
    "category": "integration",
    "service": "backend",
    "environments": ["test"],
    "must_cover": ["paid"],
    "revenue": {"annual_usd": 900000, "protects": "payments"},
    "bvj": {
        "segment": ["All", "Platform"],
        "goal": "Retention",
        "value_impact": "Nobody pays twice.",
        "strategic_impact": "Buyers come back.",
    },
    "groups": [
        {
            "title": "Payment",
            "bvj": {"value_impact": "Safe."},
            "tests": [
                {
                    "id": "SH-001",
                    "name": "test_paid",
                    "summary": "A card is charged.",
                    "kinds": ["positive"],
                    "async": True,
                    "given": ["a cart"],
                    "when": ["it is paid"],
                    "then": ["it is charged"],
                    "covers": ["paid"],
                    "markers": ["slow"],
                    "bvj": {"value_impact": "Money arrives."},
                    "cases": [
                        {"id": "a", "kind": "edge", "with": {"n": "one", "m": ["two"]}}
                    ],
                },
                {
                    "id": "SH-002",
                    "name": "test_kept",
                    "summary": "It is kept.",
                    "kinds": ["edge"],
                },
            ],
        },
        {
            "title": "Cart",
            "tests": [
                {
                    "id": "SH-003",
                    "name": "test_total",
                    "summary": "It adds up.",
                    "kinds": ["edge"],
                }
            ],
        },
    ],
}
CONFIG = {
    "file_name": "test_{domain}_{category}.py",
    "base_class": "suiteloom.ssot.SSotBaseTestCase",
    "async_base_class": "suiteloom.ssot.SSotAsyncTestCase",
    "customer_segments": ["Free", "Mid"],
    "internal_segments": ["Platform"],
    "goals": ["Retention"],
    "categories": ["integration"],
    "services": ["backend"],
    "markers": ["slow"],
    "coverage": ["shop"],
    "specs": "specs",
    "suites": "generated",
}
TEST = ("groups", 0, "tests", 0)
FREE = (
    ("summary",),
    ("revenue", "protects"),
    ("bvj", "value_impact"),
    ("bvj", "strategic_impact"),
    ("groups", 0, "bvj", "value_impact"),
    (*TEST, "summary"),
    (*TEST, "given", 0),
    (*TEST, "when", 0),
    (*TEST, "then", 0),
    (*TEST, "bvj", "value_impact"),
    (*TEST, "cases", 0, "with", "n"),
    (*TEST, "cases", 0, "with", "m", 0),
)
NAMES = (
    ("domain",),
    ("title",),
    ("category",),
    ("service",),
    ("environments", 0),
    ("must_cover", 0),
    ("bvj", "segment", 0),
    ("bvj", "goal"),
    ("groups", 0, "title"),
    (*TEST, "id"),
    (*TEST, "name"),
    (*TEST, "kinds", 0),
    (*TEST, "covers", 0),
    (*TEST, "markers", 0),
    (*TEST, "cases", 0, "id"),
    (*TEST, "cases", 0, "kind"),
)
USED = {
    "categories": ("category",),
    "services": ("service",),
    "markers": (*TEST, "markers", 0),
    "goals": ("bvj", "goal"),
    "internal_segments": ("bvj", "segment", 1),
}
"""Where a spec names what the configuration lists."""

BEFORE = (
    *("", "a", "slow(", '"', "'", '"""', "'''", "\\", '\\"""', "x)\n", "x\n\n", "{"),
    *("a\r", "a\u2028", "a\x0c", "a\t", "{{ ", "{% ", "{domain}", "a.B, ", "# "),
)
PAYLOADS = st.builds(
    "{}{}{}".format,
    st.sampled_from(BEFORE),
    st.sampled_from([CALL, f"\n{CALL}\n", f"({CALL})", f"{{{CALL}}}", "", "#"])
    | st.text(max_size=20),
    st.sampled_from(["", ")", '"""', "'''", "\\", " }}", " %}", "\n", ".py", "#", "}"]),
)
_SETTINGS = settings(
    max_examples=sized(4, 60),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)

SHAPE = (ast.Module, ast.Expr, ast.Constant, ast.Import, ast.ImportFrom, ast.alias)
SHAPE += (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.arguments, ast.arg)
SHAPE += (ast.Attribute, ast.Name, ast.Load, ast.Call, ast.keyword)
SHAPE += (ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub)
CALLS = {"pytest.mark.spec", "pytest.mark.parametrize", "pytest.param", "self.pending"}
PREFIX = "pytest.mark."


def changed(data, path, value):
    found = copy.deepcopy(data)
    target = found
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return found


def generate(folder, spec, config=CONFIG, name="shop"):
    """Generate a project; return how it ended and the suites that stand there."""
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in config.items()]
    text = yaml.safe_dump(spec, sort_keys=False, width=100_000, allow_unicode=True)
    files = {"suiteloom.toml": "".join(lines), f"specs/{name}.yaml": text}
    example = Example(Path(folder), files)
    outcome = example.run("generate")
    suites = sorted((Path(folder) / "generated").glob("*"))
    return outcome, [path for path in suites if path.is_file()]


def judge(outcome, suites):
    """A project is refused without a suite, or its suites are of the shape."""
    if outcome.code:
        assert outcome.code in {2, 3}, outcome.out + outcome.err
        assert not suites
        return
    for path in suites:
        tree = ast.parse(path.read_bytes())
        imported = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        known = {"pytest", "self"} | {each.name for n in imported for each in n.names}
        allowed = {PREFIX[:-1], *CALLS, *known}
        for node in ast.walk(tree):
            assert isinstance(node, SHAPE), ast.dump(node)
            if isinstance(node, ast.Import):
                assert [each.name for each in node.names] == ["pytest"]
            elif isinstance(node, ast.Call):
                assert ast.unparse(node.func) in CALLS
            elif isinstance(node, ast.Name):
                assert node.id in known
            elif isinstance(node, ast.Attribute):
                name = ast.unparse(node)
                assert name in allowed or name.startswith(PREFIX), name
        assert [n for n in tree.body if isinstance(n, ast.Expr)] == tree.body[:1]
        exec(compile(tree, str(path), "exec"), {"__name__": "suite"})  # noqa: S102


def try_each(project):
    """Judge what comes of many payloads.

    Args:
        project: Takes a folder and a payload, and generates.
    """

    @_SETTINGS
    @given(payload=PAYLOADS)
    def attempt(payload):
        with (
            tempfile.TemporaryDirectory() as folder,
            pytest.MonkeyPatch.context() as at,
        ):
            at.chdir(folder)
            judge(*project(folder, payload))
            assert not Path("PWNED").exists()

    attempt()


def said(path):
    return "-".join(map(str, path))


@pytest.mark.parametrize("path", [*FREE, *NAMES], ids=said)
def test_no_text_of_a_spec_is_code(path):
    try_each(lambda folder, text: generate(folder, changed(SPEC, path, text)))


@pytest.mark.parametrize("key", CONFIG)
def test_no_text_of_a_configuration_is_code(key):
    def project(folder, text):
        if not isinstance(CONFIG[key], list):
            return generate(folder, SPEC, CONFIG | {key: text})
        spec = changed(SPEC, USED[key], text) if key in USED else SPEC
        return generate(folder, spec, CONFIG | {key: [*CONFIG[key], text]})

    try_each(project)


def test_no_name_of_a_spec_file_is_code():
    def project(folder, text):
        name = text.replace("/", "").replace("\0", "")[:50]
        return generate(folder, SPEC, name=f"a{name}")

    try_each(project)


@pytest.mark.parametrize("path", FREE, ids=said)
def test_text_that_looks_like_code_is_text(tmp_path, path):
    text = f'a" + {CALL} + \'\'\' {{{{ 7 * 7 }}}} {{% raw %}} \\"""'
    outcome, suites = generate(tmp_path, changed(SPEC, path, text))
    assert outcome.code == 0, outcome.out + outcome.err
    (suite,) = suites
    texts = [
        node.value
        for node in ast.walk(ast.parse(suite.read_bytes()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    flat = " ".join(" ".join(texts).split())
    assert " ".join(text.split()) in flat


def test_the_shape_is_what_a_sober_project_gives(tmp_path):
    outcome, suites = generate(tmp_path, SPEC)
    judge(outcome, suites)
    assert len(suites) == 1


@pytest.mark.parametrize(
    "line",
    ["import os", "x = 1", "print()", "os", "[n for n in ()]", "'two'", "lambda: 0"],
)
def test_a_suite_with_one_line_more_is_not_of_the_shape(tmp_path, line):
    outcome, suites = generate(tmp_path, SPEC)
    suites[0].write_text(suites[0].read_text("utf-8") + f"\n{line}\n", "utf-8")
    with pytest.raises((AssertionError, NameError)):
        judge(outcome, suites)
