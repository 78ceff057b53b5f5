"""Coverage of several environments: measured apart, combined by coverage itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["Coverage"]


class Coverage:
    """What coverage measured while suites ran.

    Args:
        folder: Holds the reports and data of all environments.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def report(self, environment: str) -> Path:
        """The JSON report that pytest-cov writes for an environment."""
        return self._folder / f"report.{environment or '_'}.json"

    def variables(self, environment: str) -> dict[str, str]:
        """Variables by which coverage keeps an environment's data apart."""
        return {"COVERAGE_FILE": str(self._data(environment))}

    def _data(self, environment: str) -> Path:
        return self._folder / f"coverage.{environment}"

    def percent(self, environment: str) -> float | None:
        """Percent of lines in an environment; None if nothing was measured."""
        return _percent(self.report(environment))

    def combined(
        self, root: Path, environments: Sequence[str], settings: Mapping[str, list[str]]
    ) -> float | None:
        """Percent of lines over several environments; None if it can not be told.

        The combined data becomes the project's own, as after any run of pytest-cov.

        Args:
            root: The project's folder.
            environments: Those that were measured.
            settings: Of a session; ``cov_config`` says where coverage is configured.
        """
        files = [self._data(name) for name in environments]
        if not all(path.is_file() for path in files):
            return None
        own = [f"--rcfile={path}" for path in settings.get("cov_config", ())]
        report = self._folder / "combined.json"
        done = _call(root, ["combine", "--keep", "-q", *own, *map(str, files)])
        if done:
            _call(root, ["json", "-q", "--fail-under=0", *own, "-o", str(report)])
        return _percent(report)


def _call(root: Path, arguments: Sequence[str]) -> bool:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "coverage", *arguments],
        cwd=root,
        env=os.environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def _percent(report: Path) -> float | None:
    try:
        data = json.loads(report.read_text("utf-8"))
        return float(data["totals"]["percent_covered"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
