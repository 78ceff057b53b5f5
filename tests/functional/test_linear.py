"""No verb does more for a test because there are more tests beside it in its suite.

What is counted is lines of Python that run, which is the same every time. Twice as many
more tests run twice as many more lines; whatever goes over a whole file once for each test
runs four times as many.
"""

import sys

import pytest

from campaigns import sized
from suiteloom.model import Record
from suiteloom.workflows import check as check_module
from suiteloom.workflows.collecting import Collected

FEW = sized(15, 40)
PER_MILLE = 2020
HEAD = """\
suiteloom: 1
domain: shop
title: Shop
summary: From cart to paid order.
category: integration
revenue: {annual_usd: 900000, protects: card payments}
bvj: {segment: [All], goal: Retention, value_impact: Safe., strategic_impact: More.}
groups:
"""
GROUP = """\
  - title: Group {number}
    tests:
      - {{id: SH-{number}, name: test_{number}, summary: It is kept., kinds: [edge]}}
"""
SPEC = "specs/shop.yaml"
AUDIT = ("--exit-zero", "--workers", "1", "--statistics")


def count_lines(example, verb, arguments):
    """How many lines of Python a verb runs, and its exit code."""
    count = 0

    def trace(_frame, event, _value):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        code = example.run(verb, *arguments).code
    finally:
        sys.settrace(before)
    return count, code


def per_mille(count, example, prepare, verb, arguments):
    """By how much the work grows from 2N to 4N tests, in thousandths of N to 2N."""
    took = []
    for number in (1, 1, 2, 4):  # the first fills what is kept for a whole process
        text = "".join(GROUP.format(number=n + 1) for n in range(number * count))
        for path in (example.root / "generated").glob("*.py"):
            path.unlink()
        example.write(SPEC, HEAD + text)
        prepare(example)
        lines, code = count_lines(example, verb, arguments)
        assert code in {0, 1}
        took.append(lines)
    _, one, two, four = took
    return (
        (four - two) * 1000 // max(two - one, 1)
    )  # where nothing is to do nothing grows


def generated(example):
    example.done()


def edited(example):
    example.done()
    text = example.read(SPEC)
    example.write(SPEC, text.replace("is kept", "is still kept", 1))


@pytest.mark.parametrize(
    ("prepare", "verb", "arguments"),
    [
        pytest.param(lambda _: None, "generate", (), id="generate"),
        pytest.param(generated, "generate", ("--check",), id="generate-check"),
        pytest.param(edited, "generate", ("--diff",), id="generate-diff"),
        pytest.param(edited, "generate", (), id="one-test-edited"),
        pytest.param(generated, "status", (), id="status"),
        pytest.param(generated, "ids", (), id="ids"),
        pytest.param(generated, "audit", ("generated", *AUDIT), id="audit"),
        pytest.param(generated, "check", (), id="check-without-collection"),
        pytest.param(
            generated,
            "add",
            ("shop", "Group 1", "test_more", "--summary", "More is kept."),
            id="add",
        ),
    ],
)
def test_twice_the_tests_are_twice_the_work(
    example, monkeypatch, prepare, verb, arguments
):
    came = Collected(Record(0), 0, ())
    monkeypatch.setattr(check_module, "collect_suites", lambda *_, **__: came)
    project = example({"suiteloom.toml": ""})
    monkeypatch.chdir(project.root)
    assert per_mille(FEW, project, prepare, verb, arguments) <= PER_MILLE
