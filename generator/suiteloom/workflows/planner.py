"""What `generate` would do, as data: every suite merged, nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from suiteloom.errors import UsageError
from suiteloom.model import (
    Action,
    FileChange,
    Finding,
    Plan,
    Project,
    RenderedSuite,
    Suite,
)
from suiteloom.model.progress import Progress, silent
from suiteloom.render.pack import Pack
from suiteloom.render.suite import render_suite
from suiteloom.render.templates import templates_folder
from suiteloom.suites import SuiteText, Surroundings, merge, read_suite
from suiteloom.workflows.disk import Disk, read_disk
from suiteloom.workflows.elsewhere import find_elsewhere
from suiteloom.workflows.met import Met, read_met
from suiteloom.workflows.packs import load_checked_pack
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.proof import lost, prove

__all__ = ["PlanOptions", "make_plan"]

MASS = 5
MASS_SHARE = 0.2
"""More orphans than this, and than this share of all bodies, in one run need a word."""


def make_plan(  # noqa: PLR0913 - what, from what, what for, and whom it tells
    workspace: Workspace,
    project: Project,
    domains: Iterable[str],
    *,
    files: Mapping[str, bytes],
    restore: bool,
    in_sync: Mapping[str, frozenset[str]] | None = None,
    options: PlanOptions | None = None,
    progress: Progress = silent,
) -> Plan:
    """Work out what `generate` would do, without doing it.

    Args:
        workspace: The project on disk.
        project: Its specs.
        domains: Which to work on; none means all.
        files: Python files of the suites folder by path.
        restore: Whether the spec wins over edits of spec-owned text.
        in_sync: Suites that are known to be as their specs render them, with the ids
            of their orphans, by path; these are not read unless another suite has to
            do with them.
        options: What a person allows or asks for beyond that.
        progress: Told how many suites are planned.

    Returns:
        The plan; if it has refusals, it has no changes, unless the options say to keep
        going: then it has those of the suites that have nothing to do with a refusal.
    """
    chosen = check_domains(project, domains)
    pack = load_checked_pack(templates_folder(workspace.root, project.config))
    disk = read_disk(project, files, in_sync or {})
    wanted = options or PlanOptions()
    planner = _Planner(project, chosen, disk, pack, wanted, restore=restore)
    planner.met = read_met(workspace.root, disk.suites)
    plan = planner.plan(progress)
    created = [action.id for action in plan.actions if action.action == "create"]
    if created and any(change.before is None for change in plan.changes):
        found = tuple(find_elsewhere(workspace.root, project.config, created))
        if found:
            return Plan((), (), (*plan.refusals, *found), 0)
    return plan


@dataclass(frozen=True, slots=True)
class PlanOptions:
    """What a person allows or asks for.

    Attributes:
        prune: Ids of orphans to remove.
        allow_mass_orphan: Whether any number of bodies may become orphans at once.
        break_hardlinks: Whether a file with several names may lose the others.
        keep_going: Whether suites without a refusal are planned next to refused ones.
    """

    prune: frozenset[str] = frozenset()
    allow_mass_orphan: bool = False
    keep_going: bool = False
    break_hardlinks: bool = False


@dataclass(slots=True)
class _Outcome:
    """What planning one file has come to.

    `paths` are the files that it concerns: itself, and those it exchanges units with.
    """

    paths: set[str] = field(default_factory=set)
    changes: list[FileChange] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    refusals: list[Finding] = field(default_factory=list)
    unchanged: int = 0
    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    pruned: int = 0


class _Planner:
    """Plans the chosen suites of one project."""

    def __init__(
        self,
        project: Project,
        chosen: frozenset[str],
        disk: Disk,
        pack: Pack,
        options: PlanOptions,
        *,
        restore: bool,
    ) -> None:
        self._project = project
        self._suites = [suite for suite in project.suites if suite.domain in chosen]
        self._partial = len(self._suites) < len(project.suites)
        self._disk = disk
        self.met = Met({})
        self._pack = pack
        self._options = options
        self._restore = restore
        self._specified = frozenset(test.id for _, test in project.tests)
        self._home = {test.id: suite.path for suite, test in project.tests}
        self._claimed = {suite.path for suite in project.suites}
        self._outcome = _Outcome()
        self._outcomes: list[_Outcome] = []

    def plan(self, progress: Progress = silent) -> Plan:
        """Plan every chosen suite, and the files that no spec claims any more."""
        for finding, first in self._disk.copies:
            self._begin(finding.path, first).refusals.append(finding)
        for finding in self._unreadable():
            self._begin(finding.path).refusals.append(finding)
        renamed = self._renamed_files()
        planned = {*renamed.values(), *(suite.path for suite in self._suites)}
        if not self._partial:
            planned |= self._disk.suites.keys()
        for number, suite in enumerate(self._suites):
            progress("planning suites", number, len(self._suites))
            path = renamed.get(suite.path, suite.path)
            outcome = self._begin(suite.path, path)
            if suite.path in self._disk.skipped:
                outcome.unchanged = sum(1 for _ in suite.tests)
                continue
            rendered = render_suite(suite, self._project.config, self._pack)
            self._plan_suite(suite, rendered, path, planned)
        if not self._partial:
            for path in self._disk.unclaimed(self._claimed):
                if path not in renamed.values():
                    self._begin(path)
                    self._plan_unclaimed(path)
        self._brake()
        return self._joined()

    def _begin(self, *paths: str) -> _Outcome:
        """Begin the outcome of one file."""
        self._outcome = _Outcome(set(paths))
        self._outcomes.append(self._outcome)
        return self._outcome

    def _joined(self) -> Plan:
        """Put the outcomes together, leaving out what a refusal concerns."""
        refused: set[str] = set()
        bad = [item for item in self._outcomes if item.refusals]
        if bad and not self._options.keep_going:
            bad = self._outcomes
        while bad:
            refused |= {path for item in bad for path in item.paths}
            bad = [
                item
                for item in self._outcomes
                if item.paths & refused and not item.paths <= refused
            ]
        good = [item for item in self._outcomes if not item.paths & refused]
        refusals = (finding for item in self._outcomes for finding in item.refusals)
        findings = list(dict.fromkeys(refusals))
        changes = tuple(change for item in good for change in item.changes)
        before, after = Counter[str](), Counter[str]()
        for item in good:
            before.update(item.before)
            after.update(item.after)
        if losses := list(lost(before, after, changes[0].path if changes else "")):
            return Plan((), (), (*findings, *losses), 0)
        return Plan(
            changes,
            tuple(action for item in good for action in item.actions),
            tuple(findings),
            sum(item.unchanged for item in good),
            (before.total() + sum(item.pruned for item in good), after.total()),
        )

    def _brake(self) -> None:
        """Refuse to make orphans of a large part of a project's bodies at once."""
        orphans = [
            (outcome, action)
            for outcome in self._outcomes
            for action in outcome.actions
            if action.action == "orphan"
        ]
        if len(orphans) < MASS or self._options.allow_mass_orphan:
            return
        written = self._written()
        if len(orphans) <= MASS_SHARE * written:
            return
        for outcome in {id(item): item for item, _ in orphans}.values():
            ids = ", ".join(a.id for item, a in orphans if item is outcome)
            message = (
                f"{len(orphans)} of the project's {written} written tests would "
                f"become orphans, here {ids}"
            )
            hint = "put the spec back"
            path = min(outcome.paths)
            finding = Finding("DR215", "error", message, path, 0, 0, hint)
            outcome.refusals.append(finding)

    def _written(self) -> int:
        """Number of bodies in the project that a person wrote, orphans left out."""
        written = sum(
            not (unit.is_pending or unit.is_orphan)
            for suite in self._disk.suites.values()
            for unit in suite.units
        )
        for path in sorted(self._disk.skipped):
            units = self._disk.text(path).units
            written += sum(not (unit.is_pending or unit.is_orphan) for unit in units)
        return written

    def _unreadable(self) -> Iterator[Finding]:
        """Suites that can not be read and may hold a test that is planned."""
        paths = {suite.path for suite in self._suites}
        ids = [test.id.encode() for suite in self._suites for test in suite.tests]
        for path, finding in self._disk.unreadable.items():
            data = self._disk.files[path]
            if not self._partial or path in paths or any(i in data for i in ids):
                yield finding

    def _renamed_files(self) -> dict[str, str]:
        """Files to take over under another name, because the ids inside say so.

        Returns:
            Present path by new path.
        """
        free = set(self._disk.unclaimed(self._claimed))
        found: dict[str, str] = {}
        for suite in self._suites:
            if suite.path in self._disk.files:
                continue
            counts: dict[str, int] = {}
            for test in suite.tests:
                unit = self._disk.origins.get(test.id)
                if unit is not None and unit.path in free:
                    counts[unit.path] = counts.get(unit.path, 0) + 1
            if counts:
                best = min(counts, key=lambda path: (-counts[path], path))
                found[suite.path] = best
                free.remove(best)
        return found

    def _plan_suite(
        self, suite: Suite, rendered: RenderedSuite, path: str, planned: set[str]
    ) -> None:
        """Plan one suite, whose text now stands at `path` if it exists.

        Units may come from and go to `planned` files only.
        """
        outcome = self._outcome
        if path in self._disk.unreadable:
            return
        disk = self._disk.text(path) if path in self._disk.suites else None
        if disk is not None and not self._is_suite(disk):
            if disk.source.text.strip():
                outcome.refusals.append(_foreign(path))
                return
            disk = None
        ids = [test.id for test in suite.tests if test.id not in self._disk.origins]
        strays = [self._disk.strays[i] for i in ids if i in self._disk.strays]
        if strays and any(stray.path != path for stray in strays):
            outcome.refusals += strays
            return
        origins = self._disk.origins
        ids = [test.id for test in suite.tests if test.id in origins]
        incoming = [identity for identity in ids if origins[identity].path != path]
        if disk is None and not incoming:
            self._create(suite, rendered)
            return
        leaving = [unit.id for unit in disk.units] if disk else []
        outcome.paths |= {origins[identity].path for identity in incoming}
        outcome.paths |= {self._home.get(identity, path) for identity in leaving}
        if not self._may_move([*incoming, *leaving], planned):
            return
        around = Surroundings(
            self._specified,
            self._disk.origins_of(incoming),
            self._restore,
            fresh=disk is None,
            pruned=self._options.prune,
            bases=self._project.config.bases,
            compared=self._compared(disk, rendered),
        )
        if disk is None:
            disk = read_suite(rendered.source.encode(), suite.path)
        self._merge(suite.domain, disk, rendered, around, path, suite.path)

    def _compared(
        self, disk: SuiteText | None, rendered: RenderedSuite
    ) -> dict[str, str]:
        """What bodies were last compared with that a merge brought to where they stand."""
        if disk is None:
            return {}
        units = (unit for group in rendered.groups for unit in group.units)
        return self.met.compared(disk, {u.text.id: u.normative for u in units})

    def _is_suite(self, disk: SuiteText) -> bool:
        return bool(disk.rev or disk.classes)

    def _may_move(self, units: Iterable[str], planned: Container[str]) -> bool:
        """Whether units may change files: only if both files are planned."""
        for identity in units:
            unit = self._disk.origins[identity]
            path = unit.path
            home = self._home.get(identity, path)
            if path not in planned or home not in planned:
                message = f"{identity} moves to another suite"
                hint = ""
                finding = Finding("DR206", "error", message, path, unit.line, 0, hint)
                self._outcome.refusals.append(finding)
                return False
        return True

    def _create(self, suite: Suite, rendered: RenderedSuite) -> None:
        """Plan a file that does not exist yet."""
        outcome = self._outcome
        try:
            compile(rendered.source, suite.path, "exec", dont_inherit=True)
        except SyntaxError as error:
            line = rendered.source.splitlines()[(error.lineno or 1) - 1].strip()
            raise UsageError(
                f"the suite templates write no Python: {error.msg} in {line!r}",
                path=self._project.config.templates,
                hint="docs/templates.md says what each template writes",
            ) from error
        before = self._disk.files.get(suite.path)
        outcome.changes.append(FileChange(suite.path, before, rendered.source.encode()))
        outcome.actions += [
            Action(suite.domain, test.id, "create", test.name) for test in suite.tests
        ]

    def _plan_unclaimed(self, path: str) -> None:
        """Plan a suite whose spec is gone."""
        disk = self._disk.text(path)
        around = Surroundings(
            self._specified,
            restore=self._restore,
            pruned=self._options.prune,
            bases=self._project.config.bases,
        )
        leaving = {self._home.get(unit.id, path) for unit in disk.units}
        self._outcome.paths |= leaving
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
            exists = not around.fresh
            moves = old_path != new_path
            proof = prove(
                disk,
                rendered,
                around,
                merged.text,
                exists=exists,
                moves=moves,
                renames=merged.renames,
            )
            merged.conflicts += proof.findings
            outcome.before, outcome.after = proof.before, proof.after
            outcome.pruned = proof.pruned
        outcome.refusals += merged.conflicts
        outcome.actions += merged.actions
        outcome.unchanged += merged.unchanged
        if merged.conflicts:
            return
        same = merged.text == disk.source.text and old_path == new_path
        if same and not around.fresh:
            return
        before = self._disk.files.get(old_path)
        if merged.text is None:
            outcome.changes.append(FileChange(old_path, before, None))
            removal = Action(domain, "", "remove", "the file", old_path, part="file")
            outcome.actions.append(removal)
            return
        try:
            after = disk.source.encode(merged.text)
        except UnicodeEncodeError as error:
            outcome.refusals.append(_unencodable(new_path, disk.source.encoding, error))
            return
        if old_path != new_path:
            detail = f"file {old_path} -> {new_path}"
            moved = Action(domain, "", "rename", detail, old_path)
            outcome.actions.append(
                replace(moved, old=old_path, new=new_path, part="file")
            )
            outcome.changes.append(FileChange(new_path, None, after))
            outcome.changes.append(FileChange(old_path, before, None))
        else:
            outcome.changes.append(FileChange(new_path, before, after))


def _foreign(path: str) -> Finding:
    message = "a file that is no suite stands where a suite is to be written"
    hint = "move it, or set `file_name` in the configuration"
    return Finding("DR207", "error", message, path, 0, 0, hint)


def _unencodable(path: str, encoding: str, error: UnicodeEncodeError) -> Finding:
    character = error.object[error.start]
    message = f"{encoding} has no character for U+{ord(character):04X} of the spec"
    return Finding("DR208", "error", message, path, 1, 0, "save the suite as UTF-8")
