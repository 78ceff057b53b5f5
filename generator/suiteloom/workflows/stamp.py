"""Knowing without rendering that nothing has changed since suites and specs agreed.

The stamp is a digest of everything that a plan depends on. It proves nothing about
ownership and may be deleted at any time; then the next run renders again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from suiteloom import __version__
from suiteloom.errors import StorageError
from suiteloom.render.templates import templates_digest, templates_folder
from suiteloom.store import FOLDER, keep
from suiteloom.workflows.project import Workspace

__all__ = ["is_stamped", "keep_stamp"]

_NAME = "in-sync.json"
_SCHEMA = "suiteloom.in-sync/1"


def is_stamped(
    workspace: Workspace, specs: Mapping[str, bytes], suites: Mapping[str, bytes]
) -> int | None:
    """The number of units if these very files were found to agree, else None.

    Args:
        workspace: The project.
        specs: Bytes of every spec by path.
        suites: Bytes of every Python file of the suites folder by path.
    """
    try:
        text = (workspace.root / FOLDER / _NAME).read_text("utf-8")
        data = json.loads(text)
        known = data["schema"] == _SCHEMA and data["stamp"] == _stamp(
            workspace, specs, suites
        )
        return int(data["units"]) if known else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_stamp(
    workspace: Workspace,
    specs: Mapping[str, bytes],
    suites: Mapping[str, bytes],
    units: int,
) -> None:
    """Note that these files agree; does nothing where nothing can be written."""
    stamp = _stamp(workspace, specs, suites)
    data = {"schema": _SCHEMA, "stamp": stamp, "units": units}
    with suppress(StorageError):
        keep(workspace.root, _NAME, json.dumps(data).encode())


def _stamp(
    workspace: Workspace, specs: Mapping[str, bytes], suites: Mapping[str, bytes]
) -> str:
    total = hashlib.sha256()
    templates = templates_digest(templates_folder(workspace.root, workspace.config))
    total.update(
        f"{__version__}:{_own_files()}:{workspace.config}:{templates}".encode()
    )
    for files in (specs, suites):
        for path, data in sorted(files.items()):
            total.update(f"{path}:{len(data)}:".encode())
            total.update(data)
    return total.hexdigest()


def _own_files() -> str:
    """Sizes and times of suiteloom's own files, for those who develop it."""
    package = Path(__file__).resolve().parent.parent
    found = []
    for path in sorted(package.rglob("*.py")):
        status = path.stat()
        found.append(f"{path.name}:{status.st_size}:{status.st_mtime_ns}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()
