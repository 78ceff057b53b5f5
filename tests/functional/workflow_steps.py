"""Steps of GitHub's workflows and actions, played as a runner plays them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Played", "play", "runner", "steps_in"]

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_NAME = re.compile(r"'[^']*'|[A-Za-z_][\w-]*(?:\.[\w-]+)*")


@dataclass
class Played:
    """What a runner did.

    Attributes:
        code: Exit code of the step that failed, or 0.
        ran: Names of the steps that ran, in order; those of others' actions by address.
        log: Everything that was printed.
        given: What each action of others was given, by address.
    """

    code: int = 0
    ran: list[str] = field(default_factory=list)
    log: str = ""
    given: dict[str, dict[str, str]] = field(default_factory=dict)


def steps_in(path: Path) -> list[dict[str, Any]]:
    """Every step of an action, or of all jobs of a workflow."""
    data = yaml.safe_load(path.read_text("utf-8"))
    if "runs" in data:
        return data["runs"]["steps"]
    return [step for job in data["jobs"].values() for step in job["steps"]]


def play(
    steps: list[dict[str, Any]],
    context: Mapping[str, Any],
    environment: Mapping[str, str],
    folder: Path,
) -> Played:
    """Run the steps that are scripts, under bash with what a runner sets.

    Args:
        steps: Of one action or job.
        context: What expressions know, nested; outputs of steps are added.
        environment: Of every step; holds ``RUNNER_TEMP``.
        folder: Where the repository is checked out.
    """
    played = Played()
    known: dict[str, Any] = {**context, "steps": dict(context.get("steps", {}))}
    for index, step in enumerate(steps):
        if not _holds(step.get("if", ""), known):
            continue
        played.ran.append(step.get("name") or step.get("uses") or step["run"])
        if "uses" in step:
            given = {k: _filled(str(v), known) for k, v in step.get("with", {}).items()}
            played.given[step["uses"]] = given
            continue
        outputs = Path(environment["RUNNER_TEMP"], f"outputs-{index}")
        outputs.touch()
        own = {k: _filled(str(v), known) for k, v in step.get("env", {}).items()}
        done = subprocess.run(
            [_bash(), "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env={**environment, **own, "GITHUB_OUTPUT": str(outputs)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        played.log += done.stdout
        lines = outputs.read_text("utf-8").splitlines()
        found = dict(line.partition("=")[::2] for line in lines)
        if "id" in step:
            known["steps"][step["id"]] = {"outputs": found, "outcome": "success"}
        if done.returncode:
            played.code = done.returncode
            break
    return played


def _bash() -> str:
    return shutil.which("bash") or "bash"


def _filled(text: str, known: Mapping[str, Any]) -> str:
    return _EXPRESSION.sub(lambda found: str(_value(found[1].strip(), known)), text)


def _holds(condition: str, known: Mapping[str, Any]) -> bool:
    """Whether a condition of ``==``, ``!=`` and ``&&`` holds; an empty one does.

    Nothing is cancelled here.
    """
    if condition == "${{ !cancelled() }}":
        return True
    for part in filter(None, condition.split(" && ")):
        left, sign, right = part.strip().partition(" == " if " == " in part else " != ")
        assert sign, f"not understood: {part}"
        assert _NAME.fullmatch(left)
        if (_value(left, known) == _value(right, known)) != (sign == " == "):
            return False
    return True


def _value(text: str, known: Mapping[str, Any]) -> Any:
    """What a name or a text in quotes stands for; nothing where it is not known."""
    if text.startswith("'"):
        return text[1:-1]
    found: Any = known
    for part in text.split("."):
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return found


def runner(temporary: Path, **own: str) -> dict[str, str]:
    """The environment that a runner gives, with this suiteloom on the path."""
    temporary.mkdir(exist_ok=True)
    names = ("HOME", "LANG", "LC_ALL", "PATH", "NO_PROXY", "SYSTEMROOT")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return {
        **kept,
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "RUNNER_TEMP": str(temporary),
        "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
        **own,
    }
