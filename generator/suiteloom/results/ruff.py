"""Running ruff, as a program, and reading what it found."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from suiteloom.errors import StorageError
from suiteloom.model import External

__all__ = ["has_ruff", "run_ruff"]

_BATCH = 2000
"""Files in one call: a command line has its limits."""

_TARGET = "py311"

_NEEDED: Mapping[str, tuple[bytes, ...]] = {
    "PGH005": (b"_called", b"called_", b"s_calls", b"any_call", b"_await", b"awaited")
}
"""What a file must hold one of before ruff can find something of this code in it."""


def has_ruff() -> bool:
    """Whether ruff is installed beside suiteloom."""
    return find_spec("ruff") is not None


def run_ruff(
    root: Path, paths: Sequence[str], codes: Iterable[str]
) -> dict[str, list[External]]:
    """Let ruff look at files, without any configuration of theirs.

    Args:
        root: The project's folder.
        paths: Files, relative to it.
        codes: What to look for; without any, or without ruff, nothing is called.

    Returns:
        What it found, by path, in the order of places.

    Raises:
        StorageError: If ruff can not be run, or does not say what it found.
    """
    wanted = sorted(codes)
    selected = ",".join(wanted)
    found: dict[str, list[External]] = {}
    if not selected or not has_ruff():
        return found
    if all(code in _NEEDED for code in wanted):
        needed = [part for code in wanted for part in _NEEDED[code]]
        paths = [path for path in paths if _holds(root / path, needed)]
    for start in range(0, len(paths), _BATCH):
        for item in _call(root, paths[start : start + _BATCH], selected):
            place = item["location"]
            path = Path(item["filename"]).relative_to(root).as_posix()
            external = External(
                item["code"] or "", item["message"], place["row"], place["column"]
            )
            found.setdefault(path, []).append(external)
    return found


def _holds(path: Path, needed: Iterable[bytes]) -> bool:
    """Whether a file holds one of some texts; one that can not be read may."""
    try:
        data = path.read_bytes()
    except OSError:
        return True
    return any(part in data for part in needed)


def _call(root: Path, paths: Sequence[str], selected: str) -> list[dict[str, Any]]:
    from ruff import find_ruff_bin  # type: ignore[import-untyped]

    options = ["check", "--isolated", "--no-cache", "--exit-zero", "--quiet"]
    options += ["--output-format=json", f"--target-version={_TARGET}", "--ignore-noqa"]
    try:
        done = subprocess.run(
            [find_ruff_bin(), *options, f"--select={selected}", "--", *paths],
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
    except (OSError, ValueError) as error:
        hint = "`ruff check --select F401` shows what is wrong with it"
        raise StorageError(f"ruff can not be run: {error}", hint=hint) from error
    return found
