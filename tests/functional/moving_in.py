"""What a person does who brings suiteloom into a repository, and what pytest says there."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from repositories import Repository

from suiteloom.cli.edge import run_app

__all__ = [
    "LIST",
    "apply_printed",
    "own_part",
    "settle",
    "suiteloom",
    "surroundings",
    "witnessed",
]

LIST = (
    "Group;Test;Description\n"
    "Payment;A card is charged once;A repeated request charges nothing.\n"
    ";A refund reaches the card;\n"
)
_WITNESS = Path(__file__).parent / "witness"
_PLUGINS = {
    "anyio": "anyio",
    "pytest-asyncio": "asyncio",
    "pytest-cov": "pytest_cov",
    "pytest-xdist": "xdist",
    "hypothesis": "hypothesispytest",
    "pytest-randomly": "randomly",
}
"""Names of the plugins that the distributions around these tests bring."""


def settle(repository: Repository, place: Path) -> Path:
    """Write a repository; returns the folder that the project is to be in."""
    for path, text in repository.files.items():
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return place / repository.folder


def surroundings(needs: Sequence[str] = ()) -> dict[str, str]:
    """Variables under which pytest has no plugin but those of the distributions named."""
    left_out = [name for need, name in _PLUGINS.items() if need not in needs]
    return {
        **os.environ,
        "PYTEST_ADDOPTS": " ".join(f"-p no:{name}" for name in left_out),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def witnessed(
    repository: Repository,
    folder: Path,
    *options: str,
    python: str = sys.executable,
) -> dict:
    """Run pytest as a team does, without arguments, and say what it was.

    Args:
        repository: Whose plugins there are.
        folder: Where pytest is started.
        options: Further ones.
        python: The interpreter.
    """
    path = folder / ".witness.json"
    variables = surroundings(repository.needs)
    variables["OUTCOME_WITNESS"] = str(path)
    variables["PYTHONPATH"] = str(_WITNESS)
    command = [python, "-m", "pytest", "-p", "outcome_witness", *options]
    done = subprocess.run(
        command, cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert path.is_file(), done.stdout + done.stderr
    data = json.loads(path.read_text("utf-8"))
    path.unlink()
    assert data["tests"], done.stdout + done.stderr
    assert data["exit"] == done.returncode
    if "pytest-xdist" in repository.needs:
        data["collected"].sort()
    return data


def own_part(seen: Mapping, folder: Path) -> dict:
    """What of a run in a folder is about the repository's own tests.

    Neither the exit code, which is that of all tests, nor where the folder stands.
    """
    suites = "generated/"
    return {
        "root": os.path.relpath(seen["root"], folder),
        "settings": os.path.relpath(seen["settings"], folder),
        "errors": seen["errors"],
        "collected": [name for name in seen["collected"] if suites not in name],
        "tests": {n: phases for n, phases in seen["tests"].items() if suites not in n},
        "warnings": [item for item in seen["warnings"] if suites not in item[4]],
    }


def suiteloom(
    repository: Repository, folder: Path, *arguments: str, python: str = sys.executable
) -> str:
    """Run a verb, which has to succeed; returns its stdout.

    With this interpreter it runs in this process, which takes less time.
    """
    if python == sys.executable:
        return _in_process(repository, folder, *arguments)
    done = subprocess.run(
        [python, "-m", "suiteloom", *arguments],
        cwd=folder,
        env=surroundings(repository.needs),
        capture_output=True,
        text=True,
        check=False,
    )
    shown = f"suiteloom {' '.join(arguments)}: {done.stdout}{done.stderr}"
    assert done.returncode == 0, shown
    return done.stdout


def _in_process(repository: Repository, folder: Path, *arguments: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in surroundings(repository.needs).items():
            patch.setenv(name, value)
        with redirect_stdout(out), redirect_stderr(err):
            code = run_app(list(arguments))
    assert code == 0, (
        f"suiteloom {' '.join(arguments)}: {out.getvalue()}{err.getvalue()}"
    )
    return out.getvalue()


def apply_printed(folder: Path, data: Mapping) -> None:
    """Do what `init` says in files that it does not write, and nothing else.

    Args:
        folder: The project.
        data: What it printed, as JSON.
    """
    for path, parts in data["lacking"].items():
        for part in parts:
            _paste(folder / path, part["below"], part["lines"])
    for setting in data["pytest"]:
        _set(folder / setting["path"], setting)


def _paste(path: Path, below: str, lines: list[str]) -> None:
    there = path.read_text("utf-8").splitlines()
    place = len(there)
    if below:
        place = next(i for i, line in enumerate(there) if line.strip() == below) + 1
    path.write_text("\n".join([*there[:place], *lines, *there[place:]]) + "\n", "utf-8")


def _set(path: Path, setting: Mapping) -> None:
    """Write one setting in place of the one that is there."""
    there = path.read_text("utf-8").splitlines()
    first = there.index(f"[{setting['section']}]") + 1
    kept, inside, depth = [], False, 0
    for number, line in enumerate(there):
        if re.match(rf"{setting['key']}\s*=", line) and number >= first:
            inside, depth = True, line.count("[") - line.count("]")
            continue
        if inside and (depth > 0 or line[:1].isspace()):
            depth += line.count("[") - line.count("]")
            continue
        inside = False
        kept.append(line)
    kept.insert(first, setting["line"])
    path.write_text("\n".join(kept) + "\n", "utf-8")
