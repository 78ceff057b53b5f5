"""Sixty tests that can not fail, each next to one that can: what the audit says of them."""

import os
import re
import subprocess
import sys

import pytest
from planted_shapes import KINDS, shapes, write_tree

from suiteloom.workflows.audit import AuditOptions, audit

OUTCOME = re.compile(
    r"^(\S+\.py)::\S+ (PASSED|FAILED|SKIPPED|XFAIL|ERROR)", re.MULTILINE
)


def findings(root, verdict):
    """What is said of each shape: codes of errors and warnings."""
    homes = write_tree(root, verdict)
    report = audit(root, AuditOptions(("tests",), workers=1))
    said = {shape: [] for shape in homes.values()}
    for finding in report.findings:
        if finding.severity != "note":
            said[homes[finding.path]].append(finding.code)
    return said


def outcomes(root, verdict, shop):
    """How pytest ends the tests of each shape, where the shop is right or wrong."""
    homes = write_tree(root, verdict)
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:randomly", "tests"]
    variables = {**os.environ, "SHOP": shop, "PYTHONPATH": str(root)}
    done = subprocess.run(
        command, cwd=root, env=variables, capture_output=True, text=True, check=False
    )
    ends = {shape: set() for shape in homes.values()}
    for path, outcome in OUTCOME.findall(done.stdout):
        ends[homes[path]].add(outcome)
    return ends


def test_there_are_ten_shapes_of_each_kind_and_a_twin_of_each():
    planted, twins = shapes("can not fail"), shapes("can fail")
    assert list(planted) == list(twins)
    for kind in KINDS:
        assert sum(name.startswith(f"{kind}/") for name in planted) == 10


@pytest.mark.parametrize("shop", ["right", "wrong"])
def test_what_is_planted_does_not_fail_whatever_the_shop_does(tmp_path, shop):
    for shape, ends in outcomes(tmp_path, "can not fail", shop).items():
        assert not ends & {"FAILED", "ERROR"}, shape


def test_a_twin_passes_where_the_shop_is_right(tmp_path):
    for shape, ends in outcomes(tmp_path, "can fail", "right").items():
        assert ends, shape
        assert not ends & {"FAILED", "ERROR"}, shape


def test_a_twin_fails_where_the_shop_is_wrong(tmp_path):
    for shape, ends in outcomes(tmp_path, "can fail", "wrong").items():
        assert "FAILED" in ends, shape


def test_what_is_planted_is_found(tmp_path):
    said = findings(tmp_path, "can not fail")
    assert [shape for shape, codes in said.items() if not codes] == []


def test_nothing_is_said_of_a_twin(tmp_path):
    said = findings(tmp_path, "can fail")
    assert {shape: codes for shape, codes in said.items() if codes} == {}
