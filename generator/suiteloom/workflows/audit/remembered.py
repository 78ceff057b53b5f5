"""What files came to in an earlier run, by their bytes and by all that judges them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suiteloom.audit.engine.facts import FileFacts
from suiteloom.store import Cache

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from suiteloom.audit.engine.rule import Rule
    from suiteloom.workflows.audit.reading import Reading

__all__ = ["Remembered"]

_NAME = "audit"


class Remembered:
    """Facts of files, kept in the project's folder from run to run."""

    def __init__(self, root: Path, reading: Reading, rules: Sequence[Rule]) -> None:
        """Take what decides what a file comes to, besides the file.

        Args:
            root: The folder that paths are relative to; the cache lies in it.
            reading: How files are read.
            rules: Which are asked.
        """
        self._root = root
        self._reading = reading
        stamp = [_program(), *(rule.code for rule in rules)]
        self._stamps = {
            settings: hashlib.sha256(repr([stamp, _plain(told)]).encode()).digest()
            for settings, told in ((True, reading.strict), (False, reading.plain))
        }
        self._cache = Cache(root, _NAME)
        self._keys: dict[str, bytes] = {}

    def find(self, paths: Iterable[str]) -> dict[str, FileFacts]:
        """Return what is known of files; those that have changed are left out."""
        for path in paths:
            try:
                data = (self._root / path).read_bytes()
            except OSError:
                continue  # who examines it says so
            stamp = self._stamps[self._reading.is_suite(path)]
            named = b"\0".join((stamp, path.encode("utf-8", "surrogateescape"), data))
            self._keys[path] = hashlib.sha256(named).digest()
        found = self._cache.find(self._keys.values())
        known = {}
        for path, key in self._keys.items():
            facts = _read(found[key]) if key in found else None
            if facts is not None and facts.path == path:
                known[path] = facts
        return known

    def keep(self, examined: Iterable[FileFacts]) -> None:
        """Keep what files came to, the rules over all files not yet asked."""
        adapter = _adapter()
        self._cache.keep(
            {
                self._keys[facts.path]: adapter.dump_json(facts)
                for facts in examined
                if facts.path in self._keys
            }
        )


@cache
def _adapter() -> TypeAdapter[FileFacts]:
    from pydantic import TypeAdapter

    return TypeAdapter(FileFacts)


def _read(data: bytes) -> FileFacts | None:
    try:
        return _adapter().validate_json(data)
    except ValueError:
        return None


@cache
def _program() -> tuple[object, ...]:
    """What judges: the versions of Python, suiteloom and ruff, and the rules as they stand."""
    try:
        ruff = version("ruff")
    except PackageNotFoundError:
        ruff = ""
    package = Path(str(files("suiteloom")))
    code = [
        (path.relative_to(package).as_posix(), found.st_size, found.st_mtime_ns)
        for part, kind in (("audit", "*.py"), ("audit", "*.md"), ("model", "*.py"))
        for path in sorted((package / part).rglob(kind))
        for found in (path.stat(),)
    ]
    return (sys.version, version("suiteloom"), ruff, code)


def _plain(value: Any) -> Any:
    """Settings as lists of lists, which are printed the same in every process."""
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return [(key, _plain(value[key])) for key in value]
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value
