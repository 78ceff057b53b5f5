"""Test files for an audit: one without a finding, one that reaches the environment twice."""

__all__ = ["BAD", "GOOD"]

GOOD = """\
def test_adds(till):
    assert till.total([1, 2]) == 3
"""
BAD = """\
import os


def test_reads():
    assert os.environ["HOME"]
    assert os.environ["A::B,%"]
"""
