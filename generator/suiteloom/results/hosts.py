"""Asking machines over ssh what they have, before anything runs on them."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suiteloom.model import RecordError, Revision, read_object
from suiteloom.results.session import inherited_warnings

__all__ = ["HOST_SCHEMA", "Answer", "Host", "ask_hosts"]

HOST_SCHEMA = "suiteloom.host/1"

_MODULE = "suiteloom.pytest_plugin.host"
_LONGEST_S = 60.0
_NOT_REACHED = 255
"""What ssh ends with where it is ssh itself that failed."""

_PYTESTS = ("PYTEST_ADDOPTS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "PYTEST_PLUGINS")
"""Variables that pytest reads: a worker goes by those of the one that starts it."""

_OPTIONS = (
    *("-o", "BatchMode=yes"),
    *("-o", "ConnectTimeout=10"),
    *("-o", "ServerAliveInterval=15"),
)
"""Behind what the host is called by, so that a person's own options win."""


@dataclass(frozen=True, slots=True)
class Host:
    """One checkout on another machine, as ``--tx`` names it.

    Attributes:
        ssh: What ssh is told: options and the name of the machine.
        folder: The checkout, absolute or relative to where ssh arrives.
        python: The command that is Python there.
        ssh_config: The configuration of ssh, a file; empty is its own one.
        workers: How many processes run tests there.
        nice: The priority of these; empty leaves it as it is.
        variables: Set for them, by name.
    """

    ssh: str
    folder: str
    python: str
    ssh_config: str = ""
    workers: int = 1
    nice: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called in messages: the machine and the folder on it."""
        return f"{self.ssh}:{self.folder}"

    def command(self, remote: str) -> list[str]:
        """The command that runs another one there.

        Args:
            remote: What the shell of that machine is given.
        """
        config = ["-F", self.ssh_config] if self.ssh_config else []
        return ["ssh", *config, *shlex.split(self.ssh), *_OPTIONS, remote]

    def gateway(self, answer: Answer, variables: Mapping[str, str]) -> str:
        """What pytest-xdist is told, so that its worker is started as it is here.

        Args:
            answer: What the machine has.
            variables: To be set for pytest, by name.
        """
        inherited = {name: os.environ[name] for name in _PYTESTS if name in os.environ}
        warnings = {"PYTHONWARNINGS": inherited_warnings()}
        known = {**inherited, **warnings, **self.variables, **variables}
        setting = [_word(f"{name}={value}") for name, value in sorted(known.items())]
        start = ["exec", "env", *setting, self.python, "-P", "-u"]
        start += [_word(answer.guard), "-u"]
        python = f"cd {_word(answer.folder)} && {' '.join(start)}"
        ssh = " ".join([self.ssh, *_OPTIONS])
        parts = {
            "ssh": ssh,
            "ssh_config": self.ssh_config,
            "python": python,
            "chdir": answer.folder,
            "nice": self.nice,
        }
        return "//".join(f"{name}={value}" for name, value in parts.items() if value)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a machine says that it has.

    Attributes:
        problem: Why it can not run anything, one line; empty if it can.
        is_down: Whether it was not reached at all.
        folder: The checkout, absolute.
        guard: Where the script is that starts workers there.
        versions: Of suiteloom, pytest and Python, by name.
        system: Operating system and processor.
        revision: What the work tree is.
        suites: Digest of each suite that it was asked for and has, by path.
        packages: Digest of each package that it was asked for and has, by name.
    """

    problem: str = ""
    is_down: bool = False
    folder: str = ""
    guard: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    system: str = ""
    revision: Revision = field(default_factory=Revision)
    suites: Mapping[str, str] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)


def _word(text: str) -> str:
    """A word for a shell, without what separates the parts of a gateway."""
    return re.sub("/(?=/)", "/''", shlex.quote(text))


def ask_hosts(
    hosts: Sequence[Host],
    suites: Sequence[str],
    packages: Sequence[str],
    besides: Sequence[str],
) -> list[Answer]:
    """Ask machines what they have, all at once.

    Args:
        hosts: At least one.
        suites: Paths of suite files, relative to the project.
        packages: Names of the packages under test.
        besides: Folders of the project that are no code under test.

    Returns:
        The answer of each, in the order of `hosts`.
    """
    from concurrent.futures import ThreadPoolExecutor

    lists = {"suites": suites, "packages": packages, "besides": besides}
    with ThreadPoolExecutor(min(len(hosts), 32)) as pool:
        return list(pool.map(lambda host: _ask(host, lists), hosts))


def _ask(host: Host, lists: Mapping[str, Sequence[str]]) -> Answer:
    question = json.dumps({"folder": host.folder, **lists})
    command = host.command(f"{host.python} -P -m {_MODULE}")
    try:
        done = subprocess.run(
            command,
            input=question.encode(),
            capture_output=True,
            timeout=_LONGEST_S,
            check=False,
        )
    except FileNotFoundError:
        return Answer("there is no program ssh on this machine", is_down=True)
    except subprocess.TimeoutExpired:
        return Answer(f"no answer in {_LONGEST_S:g} s", is_down=True)
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    last = said[-1].strip() if said else f"ended with {done.returncode}"
    if done.returncode == _NOT_REACHED:
        return Answer(last, is_down=True)
    if done.returncode:
        return Answer(f"{host.python}: {last}")
    for line in reversed(done.stdout.splitlines()):  # a login may print more
        try:
            return _answer(read_object(line, HOST_SCHEMA))
        except RecordError:
            continue
    return Answer(f"{host.python}: no answer")


def _answer(found: Mapping[str, Any]) -> Answer:
    """Read what a machine said of itself; what is of another form counts as not said."""
    is_clean = found.get("tree_clean")
    return Answer(
        problem=_text(found, "problem"),
        folder=_text(found, "folder"),
        guard=_text(found, "guard"),
        versions={
            name: _text(found, name) for name in ("suiteloom", "pytest", "python")
        },
        system=_text(found, "system"),
        revision=Revision(
            _text(found, "commit"), is_clean if isinstance(is_clean, bool) else None
        ),
        suites=_texts(found.get("suites")),
        packages=_texts(found.get("packages")),
    )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _texts(value: object) -> dict[str, str]:
    found = value if isinstance(value, dict) else {}
    return {name: text for name, text in found.items() if isinstance(text, str)}
