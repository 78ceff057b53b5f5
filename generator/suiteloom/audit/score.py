"""From findings to a number between 0 and 100. Pure.

For each family, its rate is the share of tests without a finding of that family, among
those that it was asked of. The score is the weighted mean of the rates, times 100, rounded
down to one decimal; a family that was asked of no test has no weight. A finding at a class
counts against all its tests, one at the file against all tests of the file. A test that
proves nothing (a `void` rule), or that was written and is not collected, is clean in no
family. One critical finding caps the score at `CAP`.
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
        tests: Those that it was asked of.
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
        tests: Number of tests that were written, collected or not.
        void: Tests that prove nothing, those that are not collected among them.
        critical: Codes of critical findings, each once.
        families: In the order of codes; those without weight, or asked of no test, are
            left out.
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
    weighted = [f for f in FAMILIES if f in run and weights.get(f, 0) > 0]
    tests = void = 0
    asked = dict.fromkeys(weighted, 0)
    clean = dict.fromkeys(weighted, 0)
    critical: set[str] = set()
    for file in files:
        codes = {flaw.finding.code for flaw in file.flaws}
        critical |= {c for c in codes if c in by_code and by_code[c].critical}
        here = [family for family in weighted if family not in file.unasked]
        hidden = sum(flaw.hides for flaw in file.flaws)
        found_by_test = _codes_by_test(file, hidden)
        tests += len(found_by_test) + hidden
        void += hidden
        for family in here:
            asked[family] += len(found_by_test) + hidden
        for found in found_by_test:
            if any(by_code[code].void for code in found if code in by_code):
                void += 1
                continue
            for family in here:
                clean[family] += not any(code.startswith(family) for code in found)
    counted = [family for family in weighted if asked[family] or not tests]
    total = math.fsum(weights[family] for family in counted)
    shares = tuple(
        _share(family, clean[family], asked[family], 100 * weights[family] / total)
        for family in counted
    )
    value = 0.0
    if tests and total:
        rates = (weights[f] * clean[f] / asked[f] for f in counted)
        value = math.floor(math.fsum(rates) * 1000 / total + 1e-9) / 10
    if critical:
        value = min(value, CAP)
    return Score(value, tests, void, tuple(sorted(critical)), shares)


def _share(family: str, clean: int, tests: int, worth: float) -> FamilyScore:
    lost = worth * (tests - clean) / tests if tests else worth
    return FamilyScore(family, clean, tests, worth, lost)


def _codes_by_test(file: FileFacts, hidden: int) -> list[set[str]]:
    """The codes that count against each collected test.

    A file without any test counts as one, unless all of its tests are hidden.
    """
    everywhere = {flaw.finding.code for flaw in file.flaws if not flaw.owner}
    if not file.tests:
        return [everywhere] if everywhere and not hidden else []
    owned: dict[str, set[str]] = {}
    for flaw in file.flaws:
        owned.setdefault(flaw.owner, set()).add(flaw.finding.code)
    return [
        everywhere
        | owned.get(test.qualname, set())
        | owned.get(test.qualname.rpartition(".")[0] or "-", set())
        for test in file.tests
    ]
