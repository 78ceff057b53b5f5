"""SL2: one finding for one way to the environment."""

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
