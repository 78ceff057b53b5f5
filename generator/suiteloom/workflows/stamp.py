"""Knowing without rendering which suites are as their specs render them.

The stamps are digests of spec and suite files that were found, or made, to agree. They
prove nothing about ownership and may be deleted at any time; then the next run reads
and renders again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suiteloom import __version__
from suiteloom.errors import ConflictError, StorageError
from suiteloom.render.templates import templates_digest, templates_folder
from suiteloom.store import FOLDER, keep
from suiteloom.workflows.project import Workspace

if TYPE_CHECKING:
    from suiteloom.model import Plan, Project

__all__ = ["Stamps", "keep_stamps", "read_stamps"]

_NAME = "in-sync.json"
_SCHEMA = "suiteloom.in-sync/4"


@dataclass(frozen=True, slots=True)
class Stamps:
    """What is known to be in sync.

    Attributes:
        in_sync: Suites that agree with their specs, with the ids of their orphans.
        complete: Whether that is every suite, and no other file has come or gone.
        units: Number of units of each domain, if it is complete.
    """

    in_sync: dict[str, frozenset[str]] = field(default_factory=dict)
    complete: bool = False
    units: dict[str, int] = field(default_factory=dict)

    def without(self, paths: Collection[str]) -> Stamps:
        """The same with nothing known of some suites."""
        if not paths:
            return self
        kept = {path: ids for path, ids in self.in_sync.items() if path not in paths}
        return Stamps(kept)

    def unchanged(self, domains: Collection[str]) -> int | None:
        """Number of units of domains, or of all; None if one may not be in sync."""
        if not self.complete or not self.units.keys() >= set(domains):
            return None
        return sum(self.units[domain] for domain in set(domains) or self.units)


def read_stamps(
    workspace: Workspace, specs: Mapping[str, bytes], suites: Mapping[str, bytes]
) -> Stamps:
    """Compare the files with those of the last run.

    Args:
        workspace: The project.
        specs: Bytes of every spec by path.
        suites: Bytes of every Python file of the suites folder by path.
    """
    try:
        data = json.loads((workspace.root / FOLDER / _NAME).read_bytes())
        if data["schema"] != _SCHEMA or data["settings"] != _settings(workspace):
            return Stamps()
        pairs = data["suites"]
        in_sync = {
            path: frozenset(pair["orphans"])
            for path, pair in pairs.items()
            if pair["spec"] in specs
            and path in suites
            and pair["digest"] == _pair_digest(specs[pair["spec"]], suites[path])
        }
        everything = sorted(specs) == data["specs"] and data["others"] == {
            path: _digest(suites[path]) for path in suites if path not in pairs
        }
        complete = everything and len(in_sync) == len(pairs) == len(specs)
        units = {pair["domain"]: pair["units"] for pair in pairs.values()}
        return Stamps(in_sync, complete, units)
    except (OSError, ValueError, KeyError, TypeError):
        return Stamps()


def keep_stamps(
    workspace: Workspace,
    project: Project,
    specs: Mapping[str, bytes],
    suites: Mapping[str, bytes],
    plan: Plan,
) -> None:
    """Note which suites agree with their specs once a plan has been carried out.

    Does nothing where nothing can be written, and leaves out suites that hold edits of
    spec-owned text.
    """
    edited = {action.domain for action in plan.actions if action.action == "edited"}
    pairs: dict[str, Any] = {}
    for suite in project.suites:
        if suite.domain not in edited and suite.path in suites:
            with suppress(ConflictError, StorageError):  # it changed meanwhile
                data = suites[suite.path]
                pairs[suite.path] = {
                    "domain": suite.domain,
                    "units": sum(1 for _ in suite.tests),
                    "spec": suite.spec_path,
                    "digest": _pair_digest(specs[suite.spec_path], data),
                    "orphans": _orphans(data),
                }
    stamps = {
        "schema": _SCHEMA,
        "settings": _settings(workspace),
        "specs": sorted(specs),
        "others": {p: _digest(suites[p]) for p in suites if p not in pairs},
        "suites": pairs,
    }
    with suppress(StorageError):
        keep(workspace.root, _NAME, json.dumps(stamps).encode())


def _orphans(data: bytes) -> list[str]:
    """Ids that a suite names in orphan markers; read only where there are any."""
    if b"orphan" not in data and data.isascii():
        return []
    from suiteloom.suites import read_suite

    return [unit.id for unit in read_suite(data, "").units if unit.is_orphan]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _pair_digest(spec: bytes, suite: bytes) -> str:
    total = hashlib.sha256(f"{len(spec)}:".encode())
    total.update(spec)
    total.update(suite)
    return total.hexdigest()


def _settings(workspace: Workspace) -> str:
    """Digest of everything but the files that rendering depends on."""
    folder = templates_folder(workspace.root, workspace.config)
    parts = [__version__, str(workspace.config), templates_digest(folder), *_sources()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _sources() -> tuple[str, ...]:
    """Size and time of each module of suiteloom's own, for those who develop it."""
    own = Path(__file__).resolve().parent.parent
    found = []
    for folder, _, names in os.walk(own):  # a Path of each would take most of the time
        for name in names:
            if name.endswith(".py"):
                status = os.stat(f"{folder}{os.sep}{name}")  # noqa: PTH116 - as above
                found.append(f"{name}:{status.st_size}:{status.st_mtime_ns}")
    return tuple(sorted(found))
