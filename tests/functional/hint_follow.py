"""Doing what hints name: each command and each edit, on a tree of its own."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Container, Iterable
from contextlib import redirect_stdout

from hint_cases import Case
from hint_edits import EditCase

from example import Example
from suiteloom.cli.edge import run_app
from suiteloom.model import Finding, Project
from suiteloom.workflows import check as workflow
from suiteloom.workflows.project import open_workspace
from suiteloom.workflows.remedies import Remedies

__all__ = ["COMMAND", "Followed", "follow", "follow_drift", "looked"]

Followed = tuple[int, int, int]
"""Findings, commands carried out, edits made."""

COMMAND = re.compile(r"`suiteloom ([^`A-Z]+|[a-z]+ [A-Z]{2}-[0-9]+)`")
"""Commands without a placeholder; what stands for one is in the case."""

_WITHOUT_JSON = {"new", "templates", "prune", "absorb", "accept", "add"}
_POINTERS = {"check", "run", "schema"}
"""Commands that say more; a hint does not promise that they mend anything."""

_Key = tuple[str, str, str]


def _found(project: Example, verb: tuple[str, ...]) -> dict[_Key, str]:
    """Code, path and message of each finding, or of a refusal, with its hint."""
    if verb[0] in _WITHOUT_JSON:
        done = project.run(*verb)
        return _read_text(f"{done.out}{done.err}") if done.code else {}
    place = verb.index("--") if "--" in verb else len(verb)
    own = ["--project", str(project.root), "--format", "json"]
    out = io.StringIO()
    with redirect_stdout(out):
        run_app([*verb[:place], *own, *verb[place:]])
    data = json.loads(out.getvalue())
    if data["schema"] == "suiteloom.error/1" and not data.get("findings"):
        return {("", data["path"], data["message"]): data["hint"]}
    return {
        (item["code"], item["path"], item["message"]): item["hint"]
        for item in data.get("findings", [])
    }


def _read_text(text: str) -> dict[_Key, str]:
    """The same of what a verb prints: a line for each, and its hint below."""
    items: dict[_Key, str] = {}
    last = ("", "", "")
    for line in text.splitlines():
        if match := re.match(r"(\S+?)(?::\d+)*: ([A-Z]{2}\d{3}) (.*)", line):
            last = (match[2], match[1], match[3])
            items[last] = ""
        elif line.startswith("error: "):
            last = ("", "", line.removeprefix("error: "))
            items[last] = ""
        elif items:
            items[last] = f"{items[last]} {line.strip().removeprefix('hint: ')}".strip()
    return items


def follow(project: Example, case: EditCase) -> Followed:
    """Do all that the hints of a case name; findings, commands and edits followed."""
    case.make(project)
    tree = project.tree()
    before = _found(project, case.verb)
    mine = {key: hint for key, hint in before.items() if key[0] == case.code}
    assert mine, before
    assert any(case.says in hint for hint in mine.values()), mine
    commands = edits = 0
    for key, hint in mine.items():
        for command in COMMAND.findall(hint):
            _restore(project, tree)
            done = project.run(*command.split())
            assert "Usage:" not in done.err, command
            if command.split()[0] not in _POINTERS:
                assert key not in _found(project, case.verb), command
            commands += 1
    if case.edit or case.then:
        _restore(project, tree)
        if case.edit:
            case.edit(project)
        left = _found(project, case.then or case.verb)
        assert not mine.keys() & left.keys(), left
        edits += 1
    return len(mine), commands, edits


def _restore(project: Example, tree: dict[str, bytes]) -> None:
    for name in project.tree().keys() - tree.keys():
        (project.root / name).unlink()
    for name, data in tree.items():
        project.write(name, data)


def looked(project: Example) -> tuple[Finding, ...]:
    """What `check` finds without pytest, with its hints."""
    workspace = open_workspace(project.root)
    specs, files = workspace.load(), workspace.suite_files()

    def look(
        specs: Project, files: dict[str, bytes], asked: Container[str]
    ) -> Iterable[Finding]:
        return workflow._looked(workspace, (), specs, files, asked)

    remedies = Remedies(workspace, specs, files, (), look)
    return remedies.hinted(look(specs, files, files))


def _drift(project: Example, verb: tuple[str, ...]) -> list[tuple[_Key, str]]:
    if verb == ("check",):
        return [((f.code, f.id, f.path), f.hint) for f in looked(project)]
    refused = project.run(*verb, "--format", "json")
    assert refused.code == 4
    return [
        ((f["code"], f["id"], f["path"]), f["hint"]) for f in refused.json["findings"]
    ]


def follow_drift(project: Example, case: Case) -> Followed:
    """The same of a case of drift or structure; it has no edits."""
    case.make(project)
    tree = project.tree()
    before = _drift(project, case.verb)
    assert case.code in {key[0] for key, _ in before}
    commands = 0
    for key, hint in before:
        assert hint, f"{key} says nothing of what to do"
        for command in re.findall(r"`suiteloom ([^`]+)`", hint):
            _restore(project, tree)
            done = project.run(*command.split())
            assert done.code == 0, f"{key}: {command}: {done.out}{done.err}"
            left = {item for item, _ in _drift(project, ("check",))}
            assert key not in left, f"{key}: {command}"
            commands += 1
    return len(before), commands, 0
