"""`run` of single tests, and what a run says of environments and cases."""

from __future__ import annotations

import pytest

SUITE = "generated/test_shop_integration_comprehensive.py"


@pytest.fixture
def written(shop):
    """The shop with three bodies, the second of which fails in every environment."""
    text = shop.read()
    for line in text.splitlines():
        if line.strip().startswith("self.pending("):
            text = text.replace(line, "        assert self.env")
    shop.write(SUITE, text)
    start = text.index("test_refund")
    failing = text[start:].replace("assert self.env", "assert not self.env", 1)
    shop.write(SUITE, text[:start] + failing)
    return shop


@pytest.mark.parametrize(
    ("arguments", "ran"),
    [
        pytest.param(["SH-001"], {"SH-001"}, id="an-id"),
        pytest.param(["SH-001", "SH-003"], {"SH-001", "SH-003"}, id="two-ids"),
        pytest.param(["-k", "cart_total"], {"SH-003"}, id="an-expression"),
    ],
)
def test_only_what_is_named_runs(written, arguments, ran):
    result = written("run", *arguments, "--format", "json")
    assert result.exit == 0
    assert result.json["outcomes"] == dict.fromkeys(sorted(ran), "passed")


def test_an_unknown_id_is_answered_with_the_closest(written):
    result = written("run", "SH-01")
    assert result.exit == 2
    assert "did you mean SH-001?" in result.err


def test_each_environment_is_named_where_it_runs(written):
    result = written("run", "SH-001", "--env", "all")
    assert [line for line in result.err.splitlines() if line.startswith("---")] == [
        f"--- environment {name}" for name in ("test", "dev", "staging", "prod")
    ]


def test_cases_are_told_from_tests_and_a_failure_names_its_line(written):
    result = written("run", "--env", "dev")
    assert result.exit == 1
    assert "ran 3 specified tests (4 cases, as pytest counts) in dev: " in result.out
    line = written.read()[: written.read().index("def test_refund")].count("\n") + 1
    (failure,) = [text for text in result.out.splitlines() if " RU501 " in text]
    place, _, message = failure.partition(": RU501 ")
    path, number = place.split(":")[:2]
    assert path == SUITE
    assert abs(int(number) - line) <= 3
    assert "SH-002 test_refund failed in dev" in message
