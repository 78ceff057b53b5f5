"""`explain`: every code, of findings and of rules, says what it means."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from suiteloom.audit.catalogue import RULES
from suiteloom.cli.edge import run_app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "findings.md").read_text("utf-8")


@pytest.mark.parametrize("verb", ["explain", "rules"])
@pytest.mark.parametrize("code", ["DR212", "dr212"])
def test_a_finding_is_explained_as_its_page_does(capfd, verb, code):
    assert run_app([verb, code]) == 0
    assert capfd.readouterr().out == (
        "DR212 (drift)\n"
        "What is wrong: spec-owned text was edited by hand and is kept.\n"
        "What to do: `absorb` takes it into the spec, `generate --restore` undoes it.\n"
    )


def test_every_row_of_the_page_is_explained(capfd):
    codes = re.findall(r"^\| ([A-Z]{2}[0-9]{3}) \|", PAGE, re.MULTILINE)
    assert len(codes) > 50
    for code in codes:
        assert run_app(["explain", code, "--format", "json"]) == 0
        data = json.loads(capfd.readouterr().out)
        assert (data["schema"], data["code"]) == ("suiteloom.explain/1", code)
        assert data["meaning"]
        assert data["remedy"]


@pytest.mark.parametrize(
    "name", [RULES[5].code, RULES[5].code.lower(), RULES[5].text.name]
)
def test_a_rule_is_explained_with_its_examples(capfd, name):
    assert run_app(["explain", name]) == 0
    out = capfd.readouterr().out
    assert out.startswith(f"{RULES[5].code} {RULES[5].text.name}")
    assert "Good:" in out


def test_an_unknown_code_is_answered_with_the_closest(capfd):
    assert run_app(["explain", "DR21"]) == 2
    assert "did you mean DR210?" in capfd.readouterr().err
