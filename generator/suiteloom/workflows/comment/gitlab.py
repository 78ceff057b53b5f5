"""Merge requests of GitLab, and their notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from suiteloom.errors import RemoteError, UsageError
from suiteloom.workflows.comment.api import Api, Forge
from suiteloom.workflows.comment.request import Request, token_in

__all__ = ["GitLab"]

_FORGE = Forge(
    "GitLab",
    "the token needs the scope api and the role Reporter in the project that the merge"
    " request is made to",
)


class GitLab:
    """The project that a job of GitLab runs for.

    Args:
        environment: Of the job.

    Raises:
        UsageError: If the environment is not that of such a job, or has no token.
    """

    name = _FORGE.name

    def __init__(self, environment: Mapping[str, str]) -> None:
        token = token_in(environment, "GITLAB_TOKEN")
        base = environment["CI_API_V4_URL"]
        self._api = Api(base, {"PRIVATE-TOKEN": token}, _FORGE)
        self._environment = environment
        own = environment.get("CI_PROJECT_ID", "")
        self._project = environment.get("CI_MERGE_REQUEST_PROJECT_ID") or own
        if not self._project.isdecimal():
            raise UsageError("CI_PROJECT_ID names no project of GitLab")

    def request(self, number: int, base: str) -> Request | None:
        """The merge request that a comparison belongs to.

        Args:
            number: As a person gave it, or 0.
            base: Not asked for: a pipeline belongs to one merge request.

        Returns:
            The request; none if it has newer commits by now.

        Raises:
            UsageError: If the job belongs to no merge request.
            RemoteError: If GitLab does not say.
        """
        del base
        known = self._environment.get("CI_MERGE_REQUEST_IID", "")
        own = int(known) if known.isdecimal() else 0
        if number and own and number != own:
            raise UsageError(f"the job belongs to !{own}, not to !{number}")
        number = number or own
        if not number:
            raise UsageError(
                "the job belongs to no merge request",
                hint="`--number N` names one; in pipelines of merge requests it is known",
            )
        now = self._api.get(self._path(number), f"merge request !{number}")
        commit = now.get("sha") if isinstance(now, dict) else None
        if not isinstance(commit, str):
            raise RemoteError(f"GitLab answers in an unknown form: !{number}")
        was = self._environment.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or (
            self._environment.get("CI_COMMIT_SHA", "")
        )
        if own and was and was != commit:
            return None
        return Request(number, commit, self._source())

    def account(self) -> str:
        """The id of the account that the token belongs to.

        Raises:
            UsageError: If the token is not taken.
            RemoteError: If GitLab does not say.
        """
        data = self._api.get("/user", "whose the token is")
        found = data.get("id") if isinstance(data, dict) else None
        if not isinstance(found, int):
            raise RemoteError("GitLab does not say whose the token is")
        return str(found)

    def comments(self, number: int, account: str) -> Iterator[tuple[int, str]]:
        """The notes of an account on a request: id and text, oldest first."""
        what = f"notes on !{number}"
        order = {"order_by": "created_at", "sort": "asc"}
        for item in self._api.pages(self._path(number, "/notes"), what, **order):
            author = item.get("author")
            writer = author.get("id") if isinstance(author, dict) else None
            is_own = str(writer) == account and not item.get("system")
            if is_own and isinstance(item.get("id"), int):
                yield item["id"], str(item.get("body") or "")

    def create(self, number: int, text: str) -> str:
        """Write a new note; return where it stands."""
        path, what = self._path(number, "/notes"), f"a note on !{number}"
        self._api.send("POST", path, what, {"body": text}, again=False)
        return f"!{number}"

    def update(self, number: int, comment: int, text: str) -> str:
        """Write a note anew; return where it stands."""
        path, what = self._path(number, f"/notes/{comment}"), f"the note on !{number}"
        self._api.send("PUT", path, what, {"body": text}, again=True)
        return f"!{number}"

    def delete(self, number: int, comment: int) -> None:
        """Remove a note."""
        path = self._path(number, f"/notes/{comment}")
        self._api.send("DELETE", path, f"a note on !{number}", again=False)

    def _path(self, number: int, rest: str = "") -> str:
        return f"/projects/{self._project}/merge_requests/{number}{rest}"

    def _source(self) -> str:
        """The project that a request comes from, if it is another one."""
        known = self._environment
        source = known.get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", "")
        target = known.get("CI_MERGE_REQUEST_PROJECT_PATH", "")
        return "" if source == target else source
