"""Line merges for tests: git's, as the driver calls it."""

import pytest

from bench_modules import load_bench
from suiteloom.suites.threeway.merged import merge_suites
from suiteloom.suites.threeway.text import Conflict
from suiteloom.workflows.merge_driver import _merge_lines


@pytest.fixture(scope="session")
def merging():
    """The module of the benchmark that makes branches."""
    return load_bench("branches")


@pytest.fixture(scope="session")
def lines():
    return _merge_lines


@pytest.fixture
def never():
    """A line merge for texts that must not need one."""

    def fail(*texts):
        raise AssertionError(texts)

    return fail


@pytest.fixture
def merged(lines):
    """Merges three texts; a conflict is shown in brackets."""

    def merge(base, ours, theirs):
        texts = (text.encode() for text in (base, ours, theirs))
        return shown(merge_suites(*texts, lines).pieces)

    return merge


def shown(pieces):
    return "".join(
        f"[{p.ours}|{p.base}|{p.theirs}]" if isinstance(p, Conflict) else p
        for p in pieces
    )
