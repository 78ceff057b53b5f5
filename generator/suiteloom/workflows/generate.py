"""`generate`: plan every edit, then make all of them or none."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from suiteloom.errors import RefusedError
from suiteloom.model import (
    Action,
    FileChange,
    Finding,
    Plan,
    Project,
    RenderedSuite,
    Suite,
)
from suiteloom.render.templates import templates_folder
from suiteloom.store import commit
from suiteloom.suites import SuiteText, Surroundings, merge, read_suite
from suiteloom.workflows.disk import Disk, read_disk, suite_files
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.proof import prove
from suiteloom.workflows.stamp import is_stamped, keep_stamp

if TYPE_CHECKING:
    from suiteloom.render.pack import Pack

__all__ = ["generate", "make_plan", "preview"]


def generate(workspace: Workspace, domains: Iterable[str], *, restore: bool) -> Plan:
    """Bring the suites in line with the specs.

    Args:
        workspace: The project.
        domains: Which to work on; none means all.
        restore: Whether the spec wins over edits of spec-owned text.

    Returns:
        The plan that was carried out.

    Raises:
        SpecError: If a spec is wrong.
        RefusedError: If hand-written text would be touched; nothing was written.
        ConflictError: If a file changed meanwhile; nothing was written.
        StorageError: If a file can not be written; nothing was written.
    """
    names = tuple(domains)
    specs, files = workspace.spec_files(), suite_files(workspace)
    whole = not (names or restore)
    if whole and (count := is_stamped(workspace, specs, files)) is not None:
        return Plan((), (), (), count)
    project = workspace.parse(specs)
    plan = make_plan(workspace, project, names, files=files, restore=restore)
    if plan.refusals:
        raise RefusedError(plan.refusals)
    commit(workspace.root, plan.changes)
    if whole and not any(action.action == "edited" for action in plan.actions):
        count = plan.unchanged + len({action.id for action in plan.actions} - {""})
        keep_stamp(workspace, specs, _after(files, plan), count)
    return plan


def _after(files: dict[str, bytes], plan: Plan) -> dict[str, bytes]:
    """The suite files as they are once a plan has been carried out."""
    changed = {change.path: change.after for change in plan.changes}
    after = {**files, **changed}
    return {path: data for path, data in after.items() if data is not None}


def preview(workspace: Workspace, domains: Iterable[str], *, restore: bool) -> Plan:
    """Make the plan that `generate` would carry out, and write nothing.

    Takes, returns and raises what `generate` does.
    """
    files = suite_files(workspace)
    project = workspace.load()
    plan = make_plan(workspace, project, domains, files=files, restore=restore)
    if plan.refusals:
        raise RefusedError(plan.refusals)
    return plan


def make_plan(
    workspace: Workspace,
    project: Project,
    domains: Iterable[str],
    *,
    files: dict[str, bytes],
    restore: bool,
) -> Plan:
    """Work out what `generate` would do, without doing it.

    Args:
        workspace: The project on disk.
        project: Its specs.
        domains: Which to work on; none means all.
        files: Python files of the suites folder by path.
        restore: Whether the spec wins over edits of spec-owned text.

    Returns:
        The plan; if it has refusals, it has no changes.
    """
    from suiteloom.render.pack import Pack

    chosen = check_domains(project, domains)
    pack = Pack(templates_folder(workspace.root, project.config))
    disk = read_disk(project, files)
    planner = _Planner(project, chosen, disk, pack, restore=restore)
    return planner.plan()


@dataclass(slots=True)
class _Outcome:
    """What planning has come to so far."""

    changes: list[FileChange] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    refusals: list[Finding] = field(default_factory=list)
    unchanged: int = 0


class _Planner:
    """Plans the chosen suites of one project."""

    def __init__(
        self,
        project: Project,
        chosen: frozenset[str],
        disk: Disk,
        pack: Pack,
        *,
        restore: bool,
    ) -> None:
        self._project = project
        self._suites = [suite for suite in project.suites if suite.domain in chosen]
        self._partial = len(self._suites) < len(project.suites)
        self._disk = disk
        self._pack = pack
        self._restore = restore
        self._specified = frozenset(test.id for _, test in project.tests)
        self._home = {test.id: suite.path for suite, test in project.tests}
        self._claimed = {suite.path for suite in project.suites}
        self._outcome = _Outcome()

    def plan(self) -> Plan:
        """Plan every chosen suite, and the files that no spec claims any more."""
        from suiteloom.render.suite import render_suite

        outcome = self._outcome
        outcome.refusals += self._disk.copies
        renamed = self._renamed_files()
        for suite in self._suites:
            rendered = render_suite(suite, self._project.config, self._pack)
            self._plan_suite(suite, rendered, renamed.get(suite.path, suite.path))
        if not self._partial:
            for path in self._disk.unclaimed(self._claimed):
                if path not in renamed.values():
                    self._plan_unclaimed(path)
        changes = () if outcome.refusals else tuple(outcome.changes)
        return Plan(
            changes, tuple(outcome.actions), tuple(outcome.refusals), outcome.unchanged
        )

    def _renamed_files(self) -> dict[str, str]:
        """Files to take over under another name, because the ids inside say so.

        Returns:
            Present path by new path.
        """
        free = set(self._disk.unclaimed(self._claimed))
        found: dict[str, str] = {}
        for suite in self._suites:
            if suite.path in self._disk.data:
                continue
            counts: dict[str, int] = {}
            for test in suite.tests:
                path = self._disk.origins.get(test.id, ("",))[0]
                if path in free:
                    counts[path] = counts.get(path, 0) + 1
            if counts:
                best = min(counts, key=lambda path: (-counts[path], path))
                found[suite.path] = best
                free.remove(best)
        return found

    def _plan_suite(self, suite: Suite, rendered: RenderedSuite, path: str) -> None:
        """Plan one suite, whose text now stands at `path` if it exists."""
        outcome = self._outcome
        if finding := self._disk.unreadable.get(path):
            outcome.refusals.append(finding)
            return
        disk = self._disk.suites.get(path)
        if disk is not None and not self._is_suite(disk):
            if disk.source.text.strip():
                outcome.refusals.append(_foreign(path))
                return
            disk = None
        incoming = {
            test.id: self._disk.origins[test.id][1]
            for test in suite.tests
            if self._disk.origins.get(test.id, (path,))[0] != path
        }
        if disk is None and not incoming:
            self._create(suite, rendered)
            return
        if not self._may_move(incoming):
            return
        around = Surroundings(
            self._specified, incoming, self._restore, fresh=disk is None
        )
        if disk is None:
            disk = read_suite(rendered.source.encode(), suite.path)
        self._merge(suite.domain, disk, rendered, around, path, suite.path)

    def _is_suite(self, disk: SuiteText) -> bool:
        return bool(disk.rev or disk.classes)

    def _may_move(self, incoming: Iterable[str]) -> bool:
        """Whether units may come from other files: only if those are planned as well."""
        planned = {suite.path for suite in self._suites}
        for identity in incoming:
            path, origin = self._disk.origins[identity]
            if self._partial and path not in planned:
                message = f"{identity} moves to another suite"
                hint = "run `suiteloom generate` without naming domains"
                line = origin.unit.line
                finding = Finding("DR206", "error", message, path, line, 0, hint)
                self._outcome.refusals.append(finding)
                return False
        return True

    def _create(self, suite: Suite, rendered: RenderedSuite) -> None:
        """Plan a file that does not exist yet."""
        outcome = self._outcome
        ast.parse(rendered.source)
        before = self._disk.data.get(suite.path)
        outcome.changes.append(FileChange(suite.path, before, rendered.source.encode()))
        outcome.actions += [
            Action(suite.domain, test.id, "create", test.name) for test in suite.tests
        ]

    def _plan_unclaimed(self, path: str) -> None:
        """Plan a suite whose spec is gone."""
        disk = self._disk.suites[path]
        around = Surroundings(self._specified, restore=self._restore)
        name = disk.spec_path.rpartition("/")[2].partition(".")[0] or path
        self._merge(name, disk, None, around, path, path)

    def _merge(
        self,
        domain: str,
        disk: SuiteText,
        rendered: RenderedSuite | None,
        around: Surroundings,
        old_path: str,
        new_path: str,
    ) -> None:
        """Merge one file and note what comes of it."""
        outcome = self._outcome
        merged = merge(disk, rendered, around, domain)
        if not merged.conflicts:
            merged.conflicts += prove(disk, rendered, around, merged.text)
        outcome.refusals += merged.conflicts
        outcome.actions += merged.actions
        outcome.unchanged += merged.unchanged
        if merged.conflicts:
            return
        before = self._disk.data.get(old_path)
        if merged.text is None:
            outcome.changes.append(FileChange(old_path, before, None))
            return
        try:
            after = disk.source.encode(merged.text)
        except UnicodeEncodeError as error:
            outcome.refusals.append(_unencodable(new_path, disk.source.encoding, error))
            return
        if old_path != new_path:
            detail = f"file {old_path} -> {new_path}"
            outcome.actions.append(Action(domain, "", "rename", detail))
            outcome.changes.append(FileChange(new_path, None, after))
            outcome.changes.append(FileChange(old_path, before, None))
        elif after != before:
            outcome.changes.append(FileChange(new_path, before, after))


def _foreign(path: str) -> Finding:
    message = "a file that is no suite stands where a suite is to be written"
    hint = "move it, or set `file_name` in the configuration"
    return Finding("DR207", "error", message, path, 0, 0, hint)


def _unencodable(path: str, encoding: str, error: UnicodeEncodeError) -> Finding:
    character = error.object[error.start]
    message = f"{encoding} has no character for U+{ord(character):04X} of the spec"
    return Finding("DR208", "error", message, path, 1, 0, "save the suite as UTF-8")
