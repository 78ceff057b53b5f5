"""A project of two small domains, and edits of its specs and suites."""

from __future__ import annotations

import re

import pytest

from pending_calls import PENDING_CALL, tied

ALPHA = "generated/test_alpha_integration_comprehensive.py"
BETA = "generated/test_beta_integration_comprehensive.py"

_HEAD = """\
suiteloom: 1
domain: {domain}
title: {title}
summary: About {domain}.
category: integration
revenue: {{annual_usd: 1000, protects: something}}
bvj: {{segment: [All], goal: Stability, value_impact: G., strategic_impact: S.}}
groups:
"""
_TEST = (
    "      - {{id: {}, name: test_{}, summary: About {}, kinds: [positive],"
    " async: false, cases: []}}\n"
)
ONE, TWO, THREE, FOUR = (
    _TEST.format(f"AL-00{number}", name, name)
    for number, name in enumerate(("one", "two", "three", "four"), 1)
)
FIVE, SIX = (
    _TEST.format(f"BE-00{number}", name, name)
    for number, name in enumerate(("five", "six"), 1)
)
FIRST = "  - title: First\n    tests:\n"
SECOND = "  - title: Second\n    tests:\n"
THIRD = "  - title: Third\n    tests:\n"


def spec(domain, *lines):
    """The text of a spec: its head and the lines of its groups."""
    return _HEAD.format(domain=domain, title=domain.title()) + "".join(lines)


SPECS = {
    "specs/alpha.yaml": spec("alpha", FIRST, ONE, TWO, SECOND, THREE, FOUR),
    "specs/beta.yaml": spec("beta", THIRD, FIVE, SIX),
}


def masked(text):
    """A suite without the digits of its revs, and without what ties bodies to them."""
    text = re.sub(r', written="[0-9a-f]+"', "", text)
    return re.sub(r'rev(=| )(["\']?)[0-9a-f.]+\2', "rev", text)


def written(example, path, name, *lines):
    """Write a body: replace the pending call of one test by lines, and tie them to it."""
    text = example.read(path)
    head, function, rest = text.partition(f"def {name}(")
    body = "\n        ".join(lines)
    rest = PENDING_CALL.sub(lambda _: body, rest, 1)
    example.write(path, tied(head + function + rest))


def unit_text(example, path, name):
    """The lines of one test, from its marker to its last line."""
    text = example.read(path)
    blocks = re.split(r"\n\n+(?=    @pytest|    #|class )", text)
    return next(block for block in blocks if f"def {name}(" in block)


@pytest.fixture
def project(example):
    """The two domains, generated."""
    made = example({"suiteloom.toml": "", **SPECS})
    made.done()
    return made
