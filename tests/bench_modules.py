"""Modules of the benchmarks, which are no package, for tests."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

__all__ = ["BENCH", "load_bench"]

BENCH = Path(__file__).parents[1] / "bench"


def load_bench(name):
    """A module of the benchmarks, such as the one that makes specs and edits suites."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCH)
        return importlib.import_module(name)
