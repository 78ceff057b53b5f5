"""The score: computed from rates, capped, never talked up."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suiteloom.audit.engine.facts import FileFacts, Flaw, TestFacts
from suiteloom.audit.engine.rule import Rule
from suiteloom.audit.score import CAP, WEIGHTS, compute_score
from suiteloom.model import Finding

RULES = [Rule(code) for code in ("SL001", "SL201", "SL601", "SL605", "SL801")]
"""Of these a finding of SL601 makes its test void, and one of SL801 is critical."""

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


def test_what_is_hidden_is_among_the_tests_and_clean_in_no_family():
    hiding = Flaw(Finding("SL605", "error", "m", "test_a.py", 1), "Hidden", hides=99)
    file = replace(file_of(["test_a"]), flaws=(hiding,))
    score = compute_score([file], RULES)
    assert (score.tests, score.void, score.value) == (100, 99, 1.0)
    assert {(f.clean, f.tests) for f in score.families} == {(1, 100)}


def test_hiding_a_test_never_raises_the_score():
    for others in range(5):
        names = [f"test_{number}" for number in range(others)]
        seen = compute_score([file_of([*names, "test_x"], ("SL605", "test_x"))], RULES)
        hiding = Flaw(Finding("SL605", "error", "m", "test_a.py", 1), "Hidden", hides=1)
        hidden = replace(file_of(names), flaws=(hiding,))
        assert compute_score([hidden], RULES).value <= seen.value


def test_a_family_that_was_not_asked_has_no_weight():
    file = replace(file_of(["test_a"], ("SL201", "test_a")), unasked=frozenset({"SL8"}))
    score = compute_score([file], RULES)
    assert [family.family for family in score.families] == ["SL2", "SL6"]
    worth = 100 * WEIGHTS["SL6"] / (WEIGHTS["SL2"] + WEIGHTS["SL6"])
    assert score.value == math.floor(worth * 10) / 10


def test_a_family_counts_only_the_tests_that_it_was_asked_of():
    asked = file_of(["test_a"], ("SL801", "test_a"))
    other = replace(file_of(["test_a", "test_b"]), unasked=frozenset({"SL8"}))
    by_family = {f.family: f for f in compute_score([asked, other], RULES).families}
    assert (by_family["SL8"].clean, by_family["SL8"].tests) == (0, 1)
    assert (by_family["SL6"].clean, by_family["SL6"].tests) == (3, 3)


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


@settings(deadline=None)
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
