"""Which pull or merge request a job belongs to, as the forge says it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suiteloom.errors import StorageError, UsageError
from suiteloom.store import read_bytes

__all__ = ["Request", "Run", "read_event", "run_of", "token_in"]

_MOST_BYTES = 25_000_000
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Request:
    """A pull or merge request, and the commit that a comparison of it was made of.

    Attributes:
        number: Of the request.
        commit: Its newest commit when the comparison was made; empty if that is not known.
        source: The repository that the commit came from, if that is another one.
    """

    number: int
    commit: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The run of a workflow that another workflow was started by.

    Attributes:
        commit: The newest commit of the request that it ran for.
        owner: Of the repository that the commit came from; empty if it is gone.
        branch: There.
        repository_id: Of that repository.
    """

    commit: str
    owner: str
    branch: str
    repository_id: int


def read_event(environment: Mapping[str, str]) -> dict[str, Any]:
    """Read what GitHub says of the event that started a job.

    Raises:
        UsageError: If it can not be read.
    """
    path = environment.get("GITHUB_EVENT_PATH", "")
    if not path:
        return {}
    try:
        data = read_bytes(Path(), path, _MOST_BYTES)
        found = json.loads(data)
    except (StorageError, ValueError, RecursionError) as error:
        raise UsageError("GITHUB_EVENT_PATH names no event of GitHub") from error
    return found if isinstance(found, dict) else {}


def run_of(event: Mapping[str, Any]) -> Run | None:
    """The run that an event of GitHub tells of; none if it tells of none.

    Raises:
        UsageError: If that run belongs to no pull request.
    """
    run = event.get("workflow_run")
    if not isinstance(run, dict):
        return None
    if run.get("event") != "pull_request":
        raise UsageError(
            f"the run was started by {run.get('event')!r}, not by a pull request",
            hint="hold the job back: `if: github.event.workflow_run.event =="
            " 'pull_request'`",
        )
    commit = run.get("head_sha")
    if not isinstance(commit, str) or not _SHA.fullmatch(commit):
        raise UsageError("the event does not say which commit the run was for")
    repository = run.get("head_repository")
    source = repository if isinstance(repository, dict) else {}
    owner = source.get("owner")
    login = owner.get("login") if isinstance(owner, dict) else ""
    number = source.get("id")
    return Run(
        commit,
        str(login or ""),
        str(run.get("head_branch") or ""),
        number if isinstance(number, int) else 0,
    )


def token_in(environment: Mapping[str, str], *names: str) -> str:
    """The token that a job was given.

    Raises:
        UsageError: If there is none, or it can not be one.
    """
    token = next(
        (environment[name].strip() for name in names if name in environment), ""
    )
    if token.isascii() and token.isprintable() and token:
        return token
    what = "is no token" if token else "is not set"
    raise UsageError(
        f"{names[0]} {what}", hint="docs/ci.md says which token a job needs"
    )
