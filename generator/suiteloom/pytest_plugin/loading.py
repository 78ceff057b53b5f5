"""How the plugin loads the rest of suiteloom: as any program loads its modules."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from suiteloom.cycles import without_collector

__all__ = ["plain_imports"]

_OWN = "suiteloom."


class _Plainly:
    """Finds suiteloom's modules before pytest does, which would rewrite their asserts.

    There are none in them. What pytest rewrites is kept in files of its own, which take
    several times as long to load, and which it makes anew at each start where it may not
    write beside what is installed.
    """

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if not fullname.startswith(_OWN):
            return None
        return PathFinder.find_spec(fullname, path, target)


@contextmanager
def plain_imports() -> Iterator[None]:
    """Load modules of suiteloom without pytest, and without collections of cycles."""
    finder = _Plainly()
    sys.meta_path.insert(0, finder)
    try:
        with without_collector():
            yield
    finally:
        sys.meta_path.remove(finder)
