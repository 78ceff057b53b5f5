"""From findings to a number between 0 and 100. Pure.

For each family, its rate is the share of tests without a finding of that family. The
score is the weighted mean of the rates, times 100, rounded down to one decimal. A finding
at a class counts against all its tests, one at the file against all tests of the file. A
test that proves nothing (a `void` rule) is clean in no family. One critical finding caps
the score at `CAP`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from suiteloom.audit.catalogue import FAMILIES
from suiteloom.audit.engine.facts import FileFacts
from suiteloom.audit.engine.rule import Rule

__all__ = ["CAP", "WEIGHTS", "FamilyScore", "Score", "compute_score"]

CAP = 50.0
"""The highest score with a critical finding."""

WEIGHTS: Mapping[str, float] = {
    "SL1": 15,
    "SL2": 10,
    "SL3": 5,
    "SL4": 10,
    "SL5": 5,
    "SL6": 30,
    "SL7": 10,
    "SL8": 5,
    "SL9": 10,
}
"""How much each family counts if the configuration says nothing else."""


@dataclass(frozen=True, slots=True)
class FamilyScore:
    """One family's share.

    Attributes:
        family: `SL1` to `SL9`.
        clean: Tests without a finding of it.
        tests: All tests.
        worth: Points that the family can give.
        lost: Points that it did not give.
    """

    family: str
    clean: int
    tests: int
    worth: float
    lost: float


@dataclass(frozen=True, slots=True)
class Score:
    """A score and where its points went.

    Attributes:
        value: 0 to 100, one decimal; 0 without tests.
        tests: Number of tests.
        void: Tests that prove nothing.
        critical: Codes of critical findings, each once.
        families: In the order of codes; those without weight are left out.
    """

    value: float
    tests: int
    void: int
    critical: tuple[str, ...]
    families: tuple[FamilyScore, ...]


def compute_score(
    files: Iterable[FileFacts],
    rules: Sequence[Rule],
    weights: Mapping[str, float] = WEIGHTS,
) -> Score:
    """Compute the score of some files.

    Args:
        files: What was found in them.
        rules: The rules that were run; those of a family that was not run leave its
            weight out.
        weights: How much each family counts; 0 or more.
    """
    by_code = {rule.code: rule for rule in rules}
    run = {rule.family for rule in rules}
    counted = [f for f in FAMILIES if f in run and weights.get(f, 0) > 0]
    total = math.fsum(weights[family] for family in counted)
    tests = void = 0
    clean = dict.fromkeys(counted, 0)
    critical: set[str] = set()
    for file in files:
        codes = {flaw.finding.code for flaw in file.flaws}
        critical |= {c for c in codes if c in by_code and by_code[c].critical}
        for found in _codes_by_test(file):
            tests += 1
            if any(by_code[code].void for code in found if code in by_code):
                void += 1
                continue
            for family in counted:
                clean[family] += not any(code.startswith(family) for code in found)
    shares = tuple(
        _share(family, clean[family], tests, 100 * weights[family] / total)
        for family in counted
    )
    value = 0.0
    if tests and total:
        value = math.fsum(weights[f] * clean[f] for f in counted) * 100
        value = math.floor(value / (total * tests) * 10 + 1e-9) / 10
    if critical:
        value = min(value, CAP)
    return Score(value, tests, void, tuple(sorted(critical)), shares)


def _share(family: str, clean: int, tests: int, worth: float) -> FamilyScore:
    lost = worth * (tests - clean) / tests if tests else worth
    return FamilyScore(family, clean, tests, worth, lost)


def _codes_by_test(file: FileFacts) -> list[set[str]]:
    """The codes that count against each test; a file without tests counts as one."""
    everywhere = {flaw.finding.code for flaw in file.flaws if not flaw.owner}
    if not file.tests:
        return [everywhere] if everywhere else []
    owned: dict[str, set[str]] = {}
    for flaw in file.flaws:
        owned.setdefault(flaw.owner, set()).add(flaw.finding.code)
    return [
        everywhere
        | owned.get(test.qualname, set())
        | owned.get(test.qualname.rpartition(".")[0] or "-", set())
        for test in file.tests
    ]
