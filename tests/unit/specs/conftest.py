"""One valid spec, and the two ways in which tests use what they make of it."""

import pytest

from suiteloom.errors import SpecError
from suiteloom.model import Config
from suiteloom.specs.loader import load_project

MINIMAL = """\
suiteloom: 1
domain: orders
title: Orders
summary: Orders are kept.
category: unit
revenue: {annual_usd: 1000, protects: sales}
bvj:
  segment: [All]
  goal: Stability
  value_impact: Orders are not lost.
  strategic_impact: Customers come back.
groups:
  - title: Keeping
    tests:
      - id: OR-001
        name: test_keeps
        summary: An order is kept.
        kinds: [positive]
"""


@pytest.fixture
def spec():
    """Make a spec: the minimal one, with each first text replaced by the second."""

    def make(*edits):
        text = MINIMAL
        for old, new in edits:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    return make


@pytest.fixture
def load():
    """Load specs, given as texts or bytes by path, or one of them."""

    def loaded(specs, **settings):
        files = specs if isinstance(specs, dict) else {"specs/a.yaml": specs}
        sources = {
            path: data if isinstance(data, bytes) else data.encode()
            for path, data in files.items()
        }
        return load_project("/project", Config(**settings), sources)

    return loaded


@pytest.fixture
def refuse(load):
    """Load specs that are wrong; gives the findings, in the order of the error."""

    def refused(specs, **settings):
        with pytest.raises(SpecError) as caught:
            load(specs, **settings)
        assert all(f.severity == "error" for f in caught.value.findings)
        return caught.value.findings

    return refused
