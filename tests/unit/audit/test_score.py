"""The score: computed from rates, capped, never talked up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suiteloom.audit.engine.facts import FileFacts, Flaw, TestFacts
from suiteloom.audit.engine.rule import Rule
from suiteloom.audit.score import CAP, WEIGHTS, compute_score
from suiteloom.model import Finding


def rule(code, **more):
    return Rule(code, code.lower(), "error", "s", "r.", "h", "", "", **more)


RULES = [
    rule("SL001"),
    rule("SL201"),
    rule("SL601", void=True),
    rule("SL605"),
    rule("SL801", critical=True),
]
WORTH = {family: 100 * WEIGHTS[family] / 45 for family in ("SL2", "SL6", "SL8")}


def flaw(code, owner):
    return Flaw(Finding(code, "error", "m", "test_a.py", 1), owner)


def file_of(tests, *flaws):
    facts = tuple(TestFacts(name, 1, "", {}, "", (), False) for name in tests)
    return FileFacts("test_a.py", tuple(flaw(*item) for item in flaws), facts)


def test_clean_tests_score_everything():
    score = compute_score([file_of(["test_a", "test_b"])], RULES)
    assert score.value == 100.0
    assert [family.lost for family in score.families] == [0, 0, 0]


def test_a_finding_costs_its_family_by_the_share_of_tests():
    score = compute_score([file_of(["test_a", "test_b"], ("SL201", "test_a"))], RULES)
    assert score.value == math.floor((100 - WORTH["SL2"] / 2) * 10) / 10
    assert {f.family: round(f.lost, 6) for f in score.families} == {
        "SL2": round(WORTH["SL2"] / 2, 6),
        "SL6": 0,
        "SL8": 0,
    }


def test_two_findings_of_a_family_in_one_test_cost_no_more_than_one():
    one = compute_score([file_of(["test_a", "test_b"], ("SL201", "test_a"))], RULES)
    two = compute_score(
        [file_of(["test_a", "test_b"], *[("SL201", "test_a")] * 2)], RULES
    )
    assert one == two


@pytest.mark.parametrize(
    ("owner", "clean"),
    [
        pytest.param("TestA.test_a", 3, id="test"),
        pytest.param("TestA", 2, id="class"),
        pytest.param("", 0, id="file"),
    ],
)
def test_a_finding_counts_against_all_tests_of_its_owner(owner, clean):
    tests = ["TestA.test_a", "TestA.test_b", "TestB.test_a", "test_c"]
    score = compute_score([file_of(tests, ("SL201", owner))], RULES)
    assert {f.family: f.clean for f in score.families}["SL2"] == clean


def test_a_test_that_proves_nothing_scores_nothing():
    score = compute_score([file_of(["test_a", "test_b"], ("SL601", "test_a"))], RULES)
    assert (score.value, score.void) == (50.0, 1)
    assert [family.clean for family in score.families] == [1, 1, 1]


def test_a_critical_finding_caps_the_score():
    many = [f"test_{n}" for n in range(100)]
    score = compute_score([file_of(many, ("SL801", "test_1"))], RULES)
    assert (score.value, score.critical) == (CAP, ("SL801",))


def test_suppression_findings_cost_nothing():
    assert (
        compute_score([file_of(["test_a"], ("SL001", "test_a"))], RULES).value == 100.0
    )


def test_a_file_that_can_not_be_read_counts_as_a_test():
    broken = FileFacts("test_b.py", (flaw("SL601", ""),), ())
    assert compute_score([file_of(["test_a"]), broken], RULES).value == 50.0


def test_without_tests_there_is_no_score():
    score = compute_score([file_of([])], RULES)
    assert (score.value, score.tests) == (0.0, 0)


def test_weights_are_configurable_and_zero_leaves_a_family_out():
    files = [file_of(["test_a", "test_b"], ("SL201", "test_a"))]
    score = compute_score(files, RULES, {"SL2": 1, "SL6": 3, "SL8": 0})
    assert score.value == 87.5
    assert [(f.family, f.worth) for f in score.families] == [("SL2", 25), ("SL6", 75)]


def test_a_score_is_rounded_down():
    many = [f"test_{n}" for n in range(10_000)]
    score = compute_score([file_of(many, ("SL605", "test_1"))], RULES)
    assert score.value == 99.9


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["SL201", "SL601", "SL605"]),
            st.integers(min_value=0, max_value=7),
        )
    )
)
def test_points_lost_and_kept_make_a_hundred(found):
    tests = [f"test_{n}" for n in range(8)]
    flaws = [(code, f"test_{n}") for code, n in found]
    score = compute_score([file_of(tests, *flaws)], RULES)
    lost = math.fsum(family.lost for family in score.families)
    assert score.value == pytest.approx(100 - lost, abs=0.1)
    assert score.value <= 100 - lost + 1e-6
