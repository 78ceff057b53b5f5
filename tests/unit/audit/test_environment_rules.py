"""SL2: one finding for one way to the environment."""

import pytest

from suiteloom.audit.catalogue import RULES
from suiteloom.audit.engine.examine import examine
from suiteloom.audit.engine.settings import Settings

SOURCE = """\
import os
from unittest import mock
from unittest.mock import patch


def test_sets(monkeypatch):
    monkeypatch.setitem(os.environ, "PAGER", "cat")
    with patch.dict(os.environ, {"A": "1"}), mock.patch.dict("os.environ"):
        assert os.environ["A"]
"""


def test_each_way_is_named_once():
    facts = examine("tests/test_a.py", SOURCE.encode(), Settings(), RULES)
    found = [
        (flaw.finding.line, flaw.finding.code)
        for flaw in facts.flaws
        if flaw.finding.code.startswith("SL2")
    ]
    assert found == [(7, "SL203"), (8, "SL204"), (8, "SL204"), (9, "SL201")]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        pytest.param("os.environ = {}", "SL201", id="mapping"),
        pytest.param("os.environ: dict = {}", "SL201", id="annotated"),
        pytest.param("del os.environ", "SL201", id="deleted"),
        pytest.param("os.environ, x = {}, 1", "SL201", id="one-of-several"),
        pytest.param("os.getenv = lambda name: None", "SL202", id="function"),
        pytest.param("os.putenv = print", "SL202", id="putenv"),
        pytest.param("monkeypatch.setattr(os, 'environ', {})", "SL203", id="setattr"),
        pytest.param("monkeypatch.setattr('os.environ', {})", "SL203", id="text"),
        pytest.param("monkeypatch.delattr(os, 'getenv')", "SL203", id="delattr"),
        pytest.param("setattr(os, 'environ', {})", "SL203", id="builtin"),
        pytest.param("mock.patch('os.environ', {}).start()", "SL204", id="patch"),
        pytest.param("mock.patch.object(os, 'environ').start()", "SL204", id="object"),
        pytest.param("patch('os.getenv').start()", "SL204", id="patched-function"),
    ],
)
def test_replacing_the_environment_as_a_whole_is_found(statement, code):
    source = (
        "import os\nfrom unittest import mock\nfrom unittest.mock import patch\n\n\n"
        f"def test_a(monkeypatch):\n    {statement}\n    assert monkeypatch\n"
    )
    facts = examine("tests/test_a.py", source.encode(), Settings(), RULES)
    found = [
        flaw.finding for flaw in facts.flaws if flaw.finding.code.startswith("SL2")
    ]
    assert [(finding.code, finding.line) for finding in found] == [(code, 7)]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("thing.environ = {}", id="of-another"),
        pytest.param("monkeypatch.setattr(os, 'sep', '/')", id="of-os"),
        pytest.param("mock.patch('shop.environ', {}).start()", id="text-of-another"),
        pytest.param("environ = {}", id="local"),
        pytest.param("setattr(thing, 'getenv', 1)", id="attribute-of-another"),
    ],
)
def test_replacing_something_else_is_none(statement):
    source = (
        "import os\nfrom unittest import mock\nfrom shop import thing\n\n\n"
        f"def test_a(monkeypatch):\n    {statement}\n    assert thing\n"
    )
    facts = examine("tests/test_a.py", source.encode(), Settings(), RULES)
    assert not [f for f in facts.flaws if f.finding.code.startswith("SL2")]
