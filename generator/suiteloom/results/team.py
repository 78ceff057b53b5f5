"""Collecting as the team does: pytest as it is configured, without any file named."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from suiteloom.model import PassedOver, TeamCollection
from suiteloom.results.process import pytest_command, run_process
from suiteloom.results.session import LOOKING, inherited_warnings, read_record
from suiteloom.store import settings_in

__all__ = ["collect_as_team", "settings_above"]

_WITNESS = "suiteloom.pytest_plugin.team"


def collect_as_team(
    root: Path, suites: Sequence[str], folder: str = ".", *, here: bool = False
) -> TeamCollection:
    """Let pytest collect without file arguments, writing nothing in the project.

    Args:
        root: The project's folder.
        suites: Paths of the suites, relative to it; they exist.
        folder: Where to start pytest, relative to it.
        here: Whether that folder is first on the path, as after ``python -m pytest``.

    Returns:
        What it collected, and why each suite that it did not look into was passed
        over. If pytest gave no record, that has a `problem`.
    """
    root = root.resolve()  # as the working folder of the process will be
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as name:
        scratch = Path(name)
        record, team = scratch / "record.json", scratch / "team.json"
        task = {
            "project": str(root),
            "record": str(record),
            "team": str(team),
            "suites": list(suites),
        }
        options = ["--collect-only", "-q"]
        options += ["-p", LOOKING, f"--suiteloom-look={scratch / 'null'}"]
        options += ["-o", f"cache_dir={scratch / 'cache'}", "-p", _WITNESS]
        variables = {
            **os.environ,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": inherited_warnings(),
            "SUITELOOM_TEAM": json.dumps(task),
        }
        start = Path(os.path.normpath(root / folder))
        command = pytest_command(options, here=here)
        ended = run_process(command, start, variables, "nothing")
        found = TeamCollection(folder, read_record(record, ended))
        if found.record.problem or not team.is_file():
            return found
        data = json.loads(team.read_text("utf-8"))
    return replace(
        found,
        root=data["root"],
        settings_file=data["settings_file"],
        plugin=data["plugin"],
        cause=data["cause"],
        can_spread=data["can_spread"],
        passed_over=tuple(PassedOver(**item) for item in data["passed_over"]),
    )


def settings_above(root: Path) -> str:
    """The nearest folder above a project that holds settings of pytest.

    Args:
        root: The project's folder.

    Returns:
        Relative to it, as ``..``; empty if there is none up to the root of the
        repository, or if the project is in no repository or is one itself.
    """
    above = []
    place = root
    while not (place / ".git").exists():
        if place == place.parent:
            return ""
        place = place.parent
        above.append(place)
    for number, folder in enumerate(above, 1):
        if settings_in(folder):
            return "/".join([".."] * number)
    return ""
