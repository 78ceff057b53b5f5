"""Pull requests of GitHub, and their comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from suiteloom.errors import RemoteError, UsageError
from suiteloom.workflows.comment.api import Api, Forge
from suiteloom.workflows.comment.request import (
    Request,
    Run,
    read_event,
    run_of,
    token_in,
)

__all__ = ["GitHub"]

_FORGE = Forge(
    "GitHub",
    "the job needs `permissions: pull-requests: write`, which no job of a pull request"
    " from a fork has; docs/ci.md has the pair of workflows for forks",
)
_REPOSITORY = re.compile(r"(?!\.)[\w.-]+/(?!\.\.?$)[\w.-]+", re.ASCII)


class GitHub:
    """The repository that a job of GitHub runs for.

    Args:
        environment: Of the job.

    Raises:
        UsageError: If the environment is not that of such a job, or has no token.
    """

    name = _FORGE.name

    def __init__(self, environment: Mapping[str, str]) -> None:
        repository = environment.get("GITHUB_REPOSITORY", "")
        if not _REPOSITORY.fullmatch(repository):
            raise UsageError(f"GITHUB_REPOSITORY can not be {repository!r}")
        base = environment.get("GITHUB_API_URL") or "https://api.github.com"
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token_in(environment, 'GITHUB_TOKEN', 'GH_TOKEN')}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        self._api = Api(base, headers, _FORGE)
        self._repository = repository
        self._graph = environment.get("GITHUB_GRAPHQL_URL") or (
            f"{base.rstrip('/').removesuffix('/v3')}/graphql"
        )
        self._event = read_event(environment)

    def request(self, number: int, base: str) -> Request | None:
        """The pull request that a comparison belongs to.

        Args:
            number: As a person gave it, or 0. A number that the event contradicts is
                refused.
            base: What the older side of the comparison is called.

        Returns:
            The request; none if it has newer commits by now, or is closed.

        Raises:
            UsageError: If the job belongs to no pull request, or to several.
            RemoteError: If GitHub does not say.
        """
        if run := run_of(self._event):
            return self._of_run(run, number, base)
        pull = self._event.get("pull_request")
        own = pull if isinstance(pull, dict) else {}
        known = own.get("number")
        if number and known and number != known:
            raise UsageError(f"the job belongs to #{known}, not to #{number}")
        number = number or (known if isinstance(known, int) else 0)
        if not number:
            raise UsageError(
                "the job belongs to no pull request",
                hint="`--number N` names one; on: pull_request starts jobs that do",
            )
        now = self._api.get(self._path(f"pulls/{number}"), f"pull request #{number}")
        if not isinstance(now, dict):
            raise RemoteError(f"GitHub answers in an unknown form: #{number}")
        was, is_now = _commit(own), _commit(now)
        if was and was != is_now:
            return None
        return Request(number, is_now, self._source(now))

    def _of_run(self, run: Run, number: int, base: str) -> Request | None:
        """The open request whose newest commit a run was for; the event names the commit."""
        query = {"state": "open"}
        if run.owner and run.branch:
            query["head"] = f"{run.owner}:{run.branch}"
        found = {
            pull["number"]: pull
            for pull in self._api.pages(self._path("pulls"), "pull requests", **query)
            if isinstance(pull.get("number"), int)
            and _commit(pull) == run.commit
            and _repository_id(pull) == run.repository_id
        }
        if number and number not in found and found:
            numbers = ", ".join(f"#{known}" for known in found)
            raise UsageError(f"the run was for {numbers}, not for #{number}")
        chosen = [number] if number in found else list(found)
        if len(chosen) > 1:
            branch = base.removeprefix("origin/")
            chosen = [n for n in chosen if _base_branch(found[n]) == branch]
        if not found:
            return None
        if len(chosen) != 1:
            numbers = ", ".join(f"#{known}" for known in found)
            raise UsageError(
                f"{numbers} have the same newest commit", hint="`--number N` names one"
            )
        return Request(chosen[0], run.commit, self._source(found[chosen[0]]))

    def account(self) -> str:
        """The login of the account that the token belongs to.

        Raises:
            UsageError: If the token is not taken.
            RemoteError: If GitHub does not say.
        """
        question = {"query": "query { viewer { login } }"}
        data = self._api.send(
            "POST", self._graph, "whose the token is", question, again=True
        )
        try:
            login = data["data"]["viewer"]["login"]
        except (KeyError, TypeError):
            login = None
        if not isinstance(login, str) or not login:
            raise RemoteError("GitHub does not say whose the token is")
        return login

    def comments(self, number: int, account: str) -> Iterator[tuple[int, str]]:
        """The comments of an account on a request: id and text, oldest first."""
        path = self._path(f"issues/{number}/comments")
        for item in self._api.pages(path, f"comments on #{number}"):
            user = item.get("user")
            login = user.get("login") if isinstance(user, dict) else None
            if login == account and isinstance(item.get("id"), int):
                yield item["id"], str(item.get("body") or "")

    def create(self, number: int, text: str) -> str:
        """Write a new comment; return its address."""
        path = self._path(f"issues/{number}/comments")
        what = f"a comment on #{number}"
        return _address(self._api.send("POST", path, what, {"body": text}, again=False))

    def update(self, number: int, comment: int, text: str) -> str:
        """Write a comment anew; return its address."""
        path = self._path(f"issues/comments/{comment}")
        what = f"the comment on #{number}"
        return _address(self._api.send("PATCH", path, what, {"body": text}, again=True))

    def delete(self, number: int, comment: int) -> None:
        """Remove a comment."""
        path = self._path(f"issues/comments/{comment}")
        self._api.send("DELETE", path, f"a comment on #{number}", again=False)

    def _path(self, rest: str) -> str:
        return f"/repos/{quote(self._repository)}/{rest}"

    def _source(self, pull: Mapping[str, Any]) -> str:
        """The repository that a request comes from, if it is another one."""
        head = pull.get("head")
        repository = head.get("repo") if isinstance(head, dict) else None
        name = repository.get("full_name") if isinstance(repository, dict) else None
        source = name if isinstance(name, str) else "a repository that is gone"
        return "" if source == self._repository else source


def _commit(pull: Mapping[str, Any]) -> str:
    head = pull.get("head")
    found = head.get("sha") if isinstance(head, dict) else None
    return found if isinstance(found, str) else ""


def _repository_id(pull: Mapping[str, Any]) -> int:
    repository = pull["head"].get("repo")
    found = repository.get("id") if isinstance(repository, dict) else None
    return found if isinstance(found, int) else 0


def _base_branch(pull: Mapping[str, Any]) -> object:
    base = pull.get("base")
    return base.get("ref") if isinstance(base, dict) else None


def _address(data: Any) -> str:
    found = data.get("html_url") if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""
