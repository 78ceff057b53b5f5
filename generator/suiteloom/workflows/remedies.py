"""Which command helps against a finding: only one that was planned, and does.

A finding's own hint says what a person can edit. Whether a command helps depends on the
tree as it is: here each candidate is planned by the planner that carries it out, nothing
is written, and it is named only if the finding is gone from the tree as planned.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from suiteloom.errors import RefusedError, SuiteloomError
from suiteloom.model import Finding, Plan, Project
from suiteloom.store import Changed
from suiteloom.suites import UnreadableError, read_suite
from suiteloom.workflows.planner import PlanOptions, make_plan
from suiteloom.workflows.project import Workspace

__all__ = ["Look", "Remedies", "remedy_of_missing"]

Look = Callable[[Project, Mapping[str, bytes], Container[str]], Iterable[Finding]]
"""Finds everything again that hints are asked for, given a project and suites by path.

What is found in other files than those that are named is not asked for.
"""

_Command = Literal[
    "generate", "everything", "orphans", "restore", "absorb", "prune", "accept"
]
_Key = tuple[str, str, str]
"""Code, id and path: what makes two findings the same one."""

_SUITE: tuple[_Command, ...] = ("generate", "restore")
_CANDIDATES: Mapping[str, tuple[_Command, ...]] = {
    "CO401": _SUITE,
    "DR204": ("restore",),
    "DR206": ("everything",),
    "DR210": _SUITE,
    "DR211": _SUITE,
    "DR212": ("absorb", "restore"),
    "DR213": ("restore",),
    "DR215": ("orphans",),
    "ST301": _SUITE,
    "ST302": _SUITE,
    "ST304": ("generate", "absorb", "restore"),
    "ST305": _SUITE,
    "ST306": _SUITE,
    "ST307": ("generate", "absorb", "restore"),
    "ST308": _SUITE,
    "ST311": ("accept",),
    "ST312": ("prune",),
    "ST313": _SUITE,
}
_WORDS: Mapping[_Command, str] = {
    "generate": "`suiteloom generate{names}` brings it in line",
    "everything": "`suiteloom generate` without naming domains moves it",
    "orphans": "`suiteloom generate --allow-mass-orphan` makes orphans of them",
    "restore": "`suiteloom generate --restore{names}` takes the spec's text",
    "absorb": "`suiteloom absorb {id}` takes it into the spec",
    "prune": "`suiteloom prune {id}` removes it for good",
    "accept": "`suiteloom accept {id}` does that",
}
_ENOUGH: tuple[_Command, ...] = ("generate",)
"""Where one of these helps, no other is named beside it."""

_LAST_STEP = frozenset({"ST311"})
"""Where the command does the last step of the hint, and is no other way out."""

_SHOWN_BY = frozenset({"DR210", "ST301", "ST302", "ST308"})
"""What is wrong in a suite if pytest does not collect a test that is not there."""

_EDITED = frozenset({"DR204", "DR212"})
"""What is found where a person edited spec-owned text, which `absorb` takes over."""

_MOST_BY_ID = 20
"""How many commands that work on one id are tried in one run."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a command would come to: what is found then, or what stands in its way."""

    found: frozenset[_Key] = frozenset()
    obstacle: Finding | None = None


class _Present:
    """All findings of one run, looked through once for what hints ask of them.

    `edited` are the ids of tests whose spec-owned text a person edited.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.edited = {item.id for item in findings if item.code in _EDITED}
        self._by_path: dict[str, dict[str, list[Finding]]] = {}
        for item in findings:
            if item.code in _SHOWN_BY:
                by_id = self._by_path.setdefault(item.path, {})
                by_id.setdefault(item.id, []).append(item)

    def showing(self, uncollected: Finding) -> list[Finding]:
        """What is wrong in the suite with a test, or the suite, not collected."""
        by_id = self._by_path.get(uncollected.path, {})
        if uncollected.id:
            return [*by_id.get("", ()), *by_id.get(uncollected.id, ())]
        return [item for items in by_id.values() for item in items]


class Remedies:
    """Tries commands on one tree, each at most once, and only those that are asked for.

    Args:
        workspace: The project.
        project: Its specs.
        files: Python files of the suites folder by path.
        names: The domains that were named on the command line; none means all.
        look: Finds again what hints are asked for.
    """

    def __init__(
        self,
        workspace: Workspace,
        project: Project,
        files: Mapping[str, bytes],
        names: Sequence[str],
        look: Look,
    ) -> None:
        self._workspace = workspace
        self._project = project
        self._files = files
        self._names = tuple(names)
        self._look = look
        self._outcomes: dict[tuple[_Command, str], _Outcome | None] = {}
        self._now: frozenset[_Key] = frozenset()
        self._asked: frozenset[str] = frozenset()

    def hinted(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings with hints that hold on this tree, in the same order."""
        all_of_them = tuple(findings)
        present = _Present(all_of_them)
        self._now = frozenset(map(_key, all_of_them))
        self._asked = frozenset(f.path for f in all_of_them if f.code in _CANDIDATES)
        return tuple(self._of(finding, present) for finding in all_of_them)

    def _of(self, finding: Finding, present: _Present) -> Finding:
        if finding.code in _CANDIDATES:
            return self._hinted(finding, present)
        if finding.code == "DR214" and (hint := self._changed_id(finding.id)):
            return replace(finding, hint=hint)
        return finding

    def _changed_id(self, identity: str) -> str:
        """What to do where the suite has a test under another id; empty if it has not."""
        specified = {test.id for _, test in self._project.tests}
        for suite in self._project.suites:
            for group in suite.groups:
                for test in group.tests:
                    if test.id == identity:
                        place = (suite.path, group.class_name, test.name)
                        return self._known_as(place, specified)
        return ""

    def _known_as(self, place: tuple[str, str, str], specified: set[str]) -> str:
        path, class_name, name = place
        if path not in self._files:
            return ""
        try:
            found = read_suite(self._files[path], path)
        except UnreadableError:
            return ""
        for block in found.classes:
            for unit in block.units:
                here = (block.node.name, unit.node.name) == (class_name, name)
                if here and unit.id not in specified and not unit.is_orphan:
                    return (
                        f"the suite has it as {unit.id} at {path}:{unit.line}: write "
                        "that id back into the spec; `renumber` changes one for good"
                    )
        return ""

    def _hinted(self, finding: Finding, present: _Present) -> Finding:
        causes = [finding]
        if finding.code == "CO401":
            causes = present.showing(finding)
            if not causes:
                return finding
        words: list[str] = []
        obstacles: list[Finding] = []
        for command in _CANDIDATES[finding.code]:
            if command == "absorb" and finding.id not in present.edited:
                continue
            outcome = self._outcome(command, finding.id)
            if outcome is None:
                continue
            if outcome.obstacle is not None:
                obstacles.append(outcome.obstacle)
            elif not any(_key(cause) in outcome.found for cause in causes):
                names = "".join(f" {name}" for name in self._names)
                words.append(_WORDS[command].format(names=names, id=finding.id))
                if command in _ENOUGH:
                    break
        joint = "; " if finding.code in _LAST_STEP else "; or "
        hint = joint.join([*filter(None, [finding.hint]), *words])
        if not words:
            hint = "; ".join(
                filter(None, [finding.hint, self._by_hand(finding, obstacles)])
            )
        return replace(finding, hint=hint)

    def _by_hand(self, finding: Finding, obstacles: Sequence[Finding]) -> str:
        """What is to be done where no command helps; empty if the hint says it."""
        others = [item for item in obstacles if _key(item) != _key(finding)]
        if others:
            first = others[0]
            where = f" at {first.place}" if first.place else ""
            return f"{first.code}{where} stands in the way: see to it first"
        if finding.hint:
            return ""
        if self._project.config.templates:
            folder = self._project.config.templates
            return f"the templates in {folder} write it so: edit them, or the spec"
        return "edit suite or spec so that both say the same"

    def _outcome(self, command: _Command, identity: str) -> _Outcome | None:
        """What a command would come to; None if it can not be, or need not be, tried."""
        by_id = command in {"absorb", "prune", "accept"}
        if by_id and not identity:
            return None
        key = (command, identity if by_id else "")
        if key not in self._outcomes:
            tried = sum(bool(identity) for _, identity in self._outcomes)
            too_many = by_id and tried >= _MOST_BY_ID
            self._outcomes[key] = None if too_many else self._tried(*key)
        return self._outcomes[key]

    def _tried(self, command: _Command, identity: str) -> _Outcome | None:
        try:
            plan, project = self._planned(command, identity)
        except RefusedError as error:
            return _Outcome(obstacle=error.findings[0])
        except SuiteloomError:
            return None
        if plan.refusals:
            return _Outcome(obstacle=plan.refusals[0])
        if not plan.changes:  # what does nothing helps against nothing
            return _Outcome(self._now)
        after = {change.path: change.after for change in plan.changes}
        found = self._look(project, Changed(self._files, after), self._asked)
        return _Outcome(frozenset(_key(finding) for finding in found))

    def _planned(self, command: _Command, identity: str) -> tuple[Plan, Project]:
        """The plan of a command, and the specs once it is carried out."""
        if command == "absorb":
            from suiteloom.workflows.respec import plan_absorb

            specs = self._workspace.spec_files()
            plan = plan_absorb(self._workspace, specs, identity)
            changed = {c.path: c.after for c in plan.changes if c.path in specs}
            return plan, self._workspace.parse(Changed(specs, changed))
        if command == "prune":
            from suiteloom.workflows.prune import plan_prune

            return plan_prune(self._workspace, [identity]), self._project
        if command == "accept":
            from suiteloom.workflows.accept import plan_accept

            return plan_accept(self._workspace, [identity]), self._project
        options = PlanOptions(allow_mass_orphan=command == "orphans")
        plan = make_plan(
            self._workspace,
            self._project,
            () if command == "everything" else self._names,
            files=self._files,
            restore=command == "restore",
            options=options,
        )
        return plan, self._project


def remedy_of_missing(workspace: Workspace, project: Project, path: str) -> str:
    """Which command writes a suite that does not exist, or what keeps it from doing so.

    Args:
        workspace: The project.
        project: Its specs.
        path: Of the suite.

    Returns:
        A hint that was planned on the tree as it is.
    """
    files = workspace.suite_files()
    plan = make_plan(workspace, project, (), files=files, restore=False)
    if any(change.path == path and change.after for change in plan.changes):
        return "`suiteloom generate` writes it"
    return "; ".join(
        f"{finding.code} at {finding.place} keeps `suiteloom generate` from writing it: "
        f"see to it first"
        for finding in plan.refusals[:1]
    )


def _key(finding: Finding) -> _Key:
    return finding.code, finding.id, finding.path
