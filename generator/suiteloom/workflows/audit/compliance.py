"""The compliance of a project's own suites, for `check`, `build` and `status`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from suiteloom.audit.catalogue import select
from suiteloom.audit.engine.facts import FileFacts
from suiteloom.audit.score import WEIGHTS, Score, compute_score
from suiteloom.model import Finding, Project
from suiteloom.model.progress import Progress, silent
from suiteloom.workflows.audit.audit import leave_out, look, without_ruff
from suiteloom.workflows.audit.reading import read_settings
from suiteloom.workflows.audit.remembered import Remembered
from suiteloom.workflows.project import Workspace

__all__ = ["ComplianceReport", "compliance"]


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """The score of a project, of each suite, and every finding behind them.

    Attributes:
        files: The suites, in spec order.
        score: Of all of them.
        by_path: Of each suite.
        threshold: The score that is asked for; 0 asks for none.
        without_ruff: Codes of rules that were asked only in part: ruff is missing.
    """

    files: tuple[FileFacts, ...]
    score: Score
    by_path: Mapping[str, Score]
    threshold: float
    without_ruff: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, suite by suite."""
        return tuple(flaw.finding for file in self.files for flaw in file.flaws)

    @property
    def passed(self) -> bool:
        """Whether the score is as high as asked for; without tests it is."""
        return not self.score.tests or self.score.value >= self.threshold


def compliance(
    workspace: Workspace,
    project: Project,
    paths: Iterable[str],
    progress: Progress = silent,
    *,
    folder: Path | None = None,
) -> ComplianceReport:
    """Judge suites of a project.

    Args:
        workspace: The project.
        project: Its specs.
        paths: The suite files; those that do not exist are passed over.
        progress: Told how many of them are judged.
        folder: Where the files are, if that is not the project's own: settings of pytest
            and conftest files are the project's all the same.

    Raises:
        StorageError: If a suite can not be read, or ruff can not be run.
    """
    config = project.config
    place = folder or workspace.root
    reading = read_settings(workspace.root, config, project)
    asked = config.audit
    rules = select(asked.select, asked.ignore, asked.extend_select)
    there = [path for path in paths if (place / path).is_file()]
    known = None if folder else Remembered(workspace.root, reading, rules)
    found = look(place, there, reading, rules, progress=progress, remembered=known)
    files = leave_out(found, config)
    weights = {**WEIGHTS, **config.audit.weights}
    return ComplianceReport(
        files=tuple(files),
        score=compute_score(files, rules, weights),
        by_path={file.path: compute_score([file], rules, weights) for file in files},
        threshold=config.audit.threshold,
        without_ruff=without_ruff(rules),
    )
