"""The machines that `run --tx` names: read, asked, and held against what is here."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from suiteloom import __version__
from suiteloom.errors import RemoteError, UsageError
from suiteloom.model import Revision
from suiteloom.model.identifiers import closest
from suiteloom.model.words import plural
from suiteloom.results import Answer, Host, ask_hosts
from suiteloom.store import present_revision
from suiteloom.store.machine import present_python
from suiteloom.workflows.project import Workspace
from suiteloom.workflows.run.options import RunOptions

__all__ = ["Pool", "find_pool", "read_host"]

_SPEC = re.compile(r"(?:([0-9]{1,4})\*)?(.+)", re.DOTALL)
_VARIABLE = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)")
_RESTARTS = 4
_KEYS = ("ssh", "chdir", "python", "ssh_config", "nice")
_FORM = "write ssh=HOST//chdir=FOLDER; processes of this machine are --workers N"


@dataclass(frozen=True, slots=True)
class Pool:
    """The machines that run suites.

    Attributes:
        members: Each checkout with what its machine said.
        missing: Names of those that were not reached, each with the reason.
    """

    members: tuple[tuple[Host, Answer], ...]
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What the machines are called, in the order that they were named in."""
        return tuple(host.name for host, _ in self.members)

    @property
    def system(self) -> str:
        """What these machines are, each sort once."""
        return ", ".join(sorted({answer.system for _, answer in self.members}))

    def options(self, variables: Mapping[str, str]) -> list[str]:
        """What pytest is told so that these machines run it; one word each.

        A worker that dies is started anew, four times for each that there is, as where
        pytest-xdist is told how many; it would go on for ever otherwise.

        Args:
            variables: To be set for the tests, by name.
        """
        gateways = [
            f"--tx={host.gateway(answer, variables)}"
            for host, answer in self.members
            for _ in range(host.workers)
        ]
        most = f"--max-worker-restart={_RESTARTS * len(gateways)}"
        plugin = "-psuiteloom.pytest_plugin.gateways"
        return [plugin, "--rootdir=.", "--dist=load", most, *gateways]

    def targets(self, paths: Sequence[str]) -> list[str]:
        """How workers are told what to run; one word each.

        Args:
            paths: Of folders, or node ids; relative to the project.
        """
        return [f"--suiteloom-target={path}" for path in paths]

    def revision(self, here: Revision) -> Revision:
        """What the tests ran on: clean only if every checkout is.

        Args:
            here: What the work tree of this machine is.
        """
        states = {
            here.is_clean,
            *(answer.revision.is_clean for _, answer in self.members),
        }
        if False in states:
            return Revision(here.commit, is_clean=False)
        return here if None not in states else Revision(here.commit)


def read_host(text: str) -> Host:
    """Read what ``--tx`` takes: ``[N*]ssh=HOST//chdir=FOLDER`` and more keys.

    Args:
        text: As given on the command line.

    Raises:
        UsageError: If it is no machine that suites can be run on.
    """
    found = _SPEC.fullmatch(text)
    count, rest = (found[1], found[2]) if found else (None, text)
    values: dict[str, str] = {}
    for part in rest.split("//"):
        key, sign, value = part.partition("=")
        known = key in _KEYS or _VARIABLE.fullmatch(key)
        if not known or not sign or not value or key in values:
            raise UsageError(
                f"--tx can not be {text!r}", hint=_wrong(key, part, values)
            )
        values[key] = value
    if "ssh" not in values:
        raise UsageError(f"--tx {text!r} names no machine", hint=_FORM)
    name = values["ssh"]
    if "chdir" not in values:
        raise UsageError(
            f"--tx {text!r} names no folder: without one pytest looks into an empty one "
            "and runs no test",
            hint=f"add //chdir=FOLDER, the checkout of this project on {name}",
        )
    workers = int(count or 1)
    if not workers:
        raise UsageError(f"--tx {text!r} asks for no worker", hint="1 is the least")
    return Host(
        ssh=name,
        folder=values["chdir"],
        python=values.get("python", "python3"),
        ssh_config=values.get("ssh_config", ""),
        workers=workers,
        nice=values.get("nice", ""),
        variables={
            key.removeprefix("env:"): value
            for key, value in values.items()
            if key.startswith("env:")
        },
    )


def _wrong(key: str, part: str, seen: Mapping[str, str]) -> str:
    """What to do about a part of a machine's description that can not be."""
    if key in seen:
        return f"{key} is there twice"
    if key in {"popen", "socket", "vagrant_ssh", "via"}:
        return _FORM
    if key in _KEYS or _VARIABLE.fullmatch(key):
        return f"{key} takes a value"
    close = closest(key, _KEYS)
    if close:
        return f"did you mean {close}?"
    return f"of {part!r} nothing is known; keys are {', '.join(_KEYS)} and env:NAME"


def find_pool(
    workspace: Workspace, digests: Mapping[str, str], options: RunOptions
) -> Pool:
    """Ask the machines that are named, and see that each can run these suites.

    Args:
        workspace: The project.
        digests: Of each suite to run as it stands here, by path.
        options: Which machines, and what else is asked for.

    Returns:
        The machines that are there.

    Raises:
        UsageError: If one is described wrongly, or has something else than what is here,
            or other options do not go with them.
        RemoteError: If one is not reached, or none is left.
    """
    hosts = [read_host(text) for text in options.hosts]
    _check_options(workspace, options)
    here = present_revision(workspace.root)
    packages = workspace.code().contents
    config = workspace.config
    asked = ask_hosts(hosts, list(digests), config.packages, (config.suites,))
    answers = list(zip(hosts, asked, strict=True))
    down = [(host.name, answer.problem) for host, answer in answers if answer.is_down]
    there = [(host, answer) for host, answer in answers if not answer.is_down]
    unfit = [
        (host.name, problem)
        for host, answer in there
        if (problem := _problem(answer, here, digests, packages))
    ]
    if unfit:
        told = unfit if options.allow_missing_host else [*unfit, *down]
        hint = (
            "each needs this project at the same commit in its chdir, and as its python "
            "one of the same version, with the same suiteloom and pytest"
        )
        raise UsageError(_told(told, len(hosts)), hint=hint)
    if down and not (options.allow_missing_host and there):
        hint = "no host is left to run on"
        if there:
            hint = "nothing was run; --allow-missing-host goes on with the rest"
        raise RemoteError(_told(down, len(hosts)), hint=hint)
    return Pool(tuple(there), tuple(down))


def _check_options(workspace: Workspace, options: RunOptions) -> None:
    """See that nothing else is asked for that does not go with other machines.

    Raises:
        UsageError: If something is.
    """
    if importlib.util.find_spec("xdist") is None:
        hint = '`pip install "suiteloom[parallel]"`, here and on each machine'
        raise UsageError("--tx needs pytest-xdist", hint=hint)
    if options.workers:
        hint = "3*ssh=HOST//chdir=FOLDER starts three processes on HOST"
        raise UsageError("--tx does not go with --workers and --parallel", hint=hint)
    if options.shard is not None:
        hint = "shards are for the jobs of a CI, --tx is for a fixed pool of machines"
        raise UsageError("--tx does not go with --shard", hint=hint)
    for argument in options.arguments:
        if _is_path(workspace.root / argument.partition("::")[0]):
            raise UsageError(
                f"behind -- there can be no path with --tx: {argument!r} is one here, "
                "and pytest-xdist would look for it in a folder that it copied",
                hint="name domains or ids before --; write an option and its value as "
                "one word, as in --option=value",
            )


def _is_path(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # it is too long for one
        return False


def _told(problems: Sequence[tuple[str, str]], count: int) -> str:
    """Which machines can not be used, and why, in one sentence."""
    each = "; ".join(f"{name}: {problem}" for name, problem in problems)
    return f"{len(problems)} of {plural(count, 'host')} can not be used: {each}"


def _problem(
    answer: Answer,
    here: Revision,
    digests: Mapping[str, str],
    packages: Mapping[str, str],
) -> str:
    """Why a machine that was reached can not run these suites; empty if it can."""
    if answer.problem:
        return answer.problem
    own = {
        "suiteloom": __version__,
        "pytest": importlib.metadata.version("pytest"),
        "python": present_python(),
    }
    for name, version in own.items():
        if answer.versions.get(name) != version:
            return f"{name} {answer.versions.get(name)} there, {version} here"
    commit = answer.revision.commit
    if commit and here.commit and commit != here.commit:
        return f"commit {commit[:9]} there, {here.commit[:9]} here"
    for path, digest in digests.items():
        found = answer.suites.get(path)
        if not found:
            return f"no {path} in {answer.folder}"
        if found != digest:
            return f"another {path} than here"
    for name, digest in packages.items():
        if answer.packages.get(name) != digest:
            return f"another {name} than here"
    return ""
