"""`comment`: from a Markdown to one comment that is right."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from suiteloom.errors import RemoteError, UsageError
from suiteloom.model import CommentFacts, facts_in
from suiteloom.workflows.comment.own import read_own
from suiteloom.workflows.comment.request import Request

__all__ = ["CommentReport", "comment"]

_ROUNDS = 3

CommentAction = Literal[
    "created", "updated", "reduced", "unchanged", "not-wanted", "outdated"
]


@dataclass(frozen=True, slots=True)
class CommentReport:
    """What became of a comment.

    Attributes:
        action: What was done, or why nothing was.
        forge: Where.
        number: Of the request; 0 if it is outdated.
        address: Of the comment; empty if nothing was written.
        facts: What the Markdown says of itself.
    """

    action: CommentAction
    forge: str
    number: int
    address: str
    facts: CommentFacts


class _Forge(Protocol):
    """What both forges can do."""

    name: str

    def request(self, number: int, base: str) -> Request | None: ...
    def account(self) -> str: ...
    def comments(self, number: int, account: str) -> Iterator[tuple[int, str]]: ...
    def create(self, number: int, text: str) -> str: ...
    def update(self, number: int, comment: int, text: str) -> str: ...
    def delete(self, number: int, comment: int) -> None: ...


def comment(
    text: str,
    name: str,
    environment: Mapping[str, str],
    number: int = 0,
) -> CommentReport:
    """Write the one comment about a comparison, bring it up to date, or leave it out.

    A comment is ours if the account of the token wrote it and its first line names this
    project; nothing else is ever touched.

    Args:
        text: The Markdown, as `diff` writes it.
        name: Where it came from, for messages.
        environment: Of the job: tells the forge, the request and the token.
        number: Of the request, where the environment does not tell; else 0.

    Raises:
        UsageError: If the Markdown is none of `diff`, the job belongs to no request, or
            the token may not do it.
        RemoteError: If the forge can not be reached, or refuses.
    """
    facts = read_own(text, name)
    forge = _forge(environment)
    request = forge.request(number, facts.base)
    if request is None:
        return CommentReport("outdated", forge.name, 0, "", facts)
    account = forge.account()
    for attempt in range(1, _ROUNDS + 1):
        try:
            return _write(forge, request, account, text, facts)
        except RemoteError as error:
            if not error.is_passing or attempt == _ROUNDS:
                raise
        time.sleep(2.0**attempt)
    raise AssertionError("the last round returns or raises")


def _write(
    forge: _Forge, request: Request, account: str, text: str, facts: CommentFacts
) -> CommentReport:
    """Find what stands there, and make one comment of it."""
    number = request.number
    first, *others = _own(forge, number, account, facts) or [(0, "")]
    for other, _ in others:  # two jobs at once may each have written one
        forge.delete(number, other)
    found, before = first
    if not (found or facts.is_wanted):
        return CommentReport("not-wanted", forge.name, number, "", facts)
    after = _full(text, request) if facts.is_wanted else _reduced(facts, request)
    if _plain(before) == _plain(after):
        return CommentReport("unchanged", forge.name, number, "", facts)
    if found:
        action: CommentAction = "updated" if facts.is_wanted else "reduced"
        address = forge.update(number, found, after)
    else:
        action, address = "created", forge.create(number, after)
    return CommentReport(action, forge.name, number, address, facts)


def _own(
    forge: _Forge, number: int, account: str, facts: CommentFacts
) -> list[tuple[int, str]]:
    """The comments of the account about this project, oldest first."""
    return [
        (found, text)
        for found, text in forge.comments(number, account)
        if (known := facts_in(text)) and known.project == facts.project
    ]


def _full(text: str, request: Request) -> str:
    """The comment: the Markdown, and which commit it is about."""
    said = f"At `{request.commit[:9]}`."
    if request.source:
        said += f" A job with the code of `{request.source}` made this."
    return f"{text.rstrip()}\n\n{said}\n"


def _reduced(facts: CommentFacts, request: Request) -> str:
    """What is left of a comment that is not needed any more."""
    what = "no change" if facts.comment == "changes" else "nothing to decide"
    return f"{facts.line}\nsuiteloom: {what} any more, at `{request.commit[:9]}`.\n"


def _plain(text: str) -> str:
    """A text as it is, whatever a forge makes of its line ends."""
    return text.replace("\r\n", "\n").rstrip()


def _forge(environment: Mapping[str, str]) -> _Forge:
    """The forge whose job this is."""
    if environment.get("CI_API_V4_URL"):
        from suiteloom.workflows.comment.gitlab import GitLab

        return GitLab(environment)
    if environment.get("GITHUB_REPOSITORY"):
        from suiteloom.workflows.comment.github import GitHub

        return GitHub(environment)
    raise UsageError(
        "this is no job of GitHub or GitLab: neither GITHUB_REPOSITORY nor CI_API_V4_URL"
        " is set",
        hint="`suiteloom diff` shows the same here",
    )
