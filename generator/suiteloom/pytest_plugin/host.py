"""Says what a machine has that is to run suites. Run there, by ``run --tx``.

Usage: ``python -P -m suiteloom.pytest_plugin.host``, with JSON on the standard input:
``{"folder": the checkout, "suites": paths in it, "packages": names of what is tested,
"besides": folders that are not}``. Prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from suiteloom import __version__
from suiteloom.errors import StorageError
from suiteloom.pytest_plugin import guarded
from suiteloom.results import HOST_SCHEMA, file_digest
from suiteloom.store import present_code, present_revision, read_bytes
from suiteloom.store.machine import present_python, present_system

__all__ = ["answer"]


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Say what is here.

    Args:
        question: ``folder``, as the machine knows it, ``suites``, ``packages`` and
            ``besides``, as for `present_code`.

    Returns:
        Plain data: versions, the folder and what its work tree is, and the digests of
        suites and packages, without those that can not be read. With a ``problem``
        where there is no such folder.
    """
    found: dict[str, Any] = {
        "schema": HOST_SCHEMA,
        "suiteloom": __version__,
        "pytest": pytest.__version__,
        "python": present_python(),
        "system": present_system(),
        "guard": os.path.realpath(guarded.__file__),
    }
    try:
        os.chdir(question["folder"])
    except OSError as error:
        return {**found, "problem": f"{question['folder']}: {error.strerror}"}
    root = Path.cwd()
    revision = present_revision(root)
    digests = {path: _digest(root, path) for path in question["suites"]}
    code = present_code(root, question["packages"], question["besides"])
    return {
        **found,
        "folder": str(root),
        "commit": revision.commit,
        "tree_clean": revision.is_clean,
        "suites": {path: digest for path, digest in digests.items() if digest},
        "packages": code.contents,
    }


def _digest(root: Path, path: str) -> str:
    """The digest of a suite; empty if it can not be read."""
    try:
        return file_digest(read_bytes(root, path))
    except StorageError:
        return ""


if __name__ == "__main__":
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))) + "\n")
