"""Requests to the API of a forge: bounded, and with one message for each way to fail."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit

from suiteloom import __version__
from suiteloom.errors import RemoteError, UsageError

__all__ = ["Answer", "Api", "Forge"]

_TRIES = 3
_LONGEST_S = 60.0
"""What is waited for a limit to pass; a job that waits longer costs more than it gives."""
_TIMEOUT_S = 30.0
_MOST_BYTES = 20_000_000
_PAGE = 100
_MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Forge:
    """What messages say of a forge.

    Attributes:
        name: Of the forge.
        permission: How a token gets what it lacks.
    """

    name: str
    permission: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, headers, and the JSON of the body, None if it has none."""

    status: int
    headers: Message
    data: Any

    @property
    def message(self) -> str:
        """What the forge says about it, cut to a line; may be empty."""
        found = self.data if isinstance(self.data, dict) else {}
        said = found.get("message") or found.get("error") or ""
        text = said if isinstance(said, str) else json.dumps(said)
        return " ".join(text.split())[:200]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a token goes to the address it was meant for, or nowhere."""

    def redirect_request(self, *_arguments: object) -> None:
        """Say that there is nothing to ask instead."""


class Api:
    """The API at one address.

    Args:
        base: Its address, without a slash at its end.
        headers: What every request carries.
        forge: Words for messages.

    Raises:
        UsageError: If the address is none of the web.
    """

    def __init__(self, base: str, headers: Mapping[str, str], forge: Forge) -> None:
        parts = urlsplit(base)
        if parts.scheme not in {"https", "http"} or not parts.netloc:
            raise UsageError(f"the address of the API can not be {base!r}")
        self._base = base.rstrip("/")
        self._headers = {"User-Agent": f"suiteloom/{__version__}", **headers}
        self._forge = forge
        self._opener = urllib.request.build_opener(_NoRedirect)

    def get(self, path: str, what: str, **query: object) -> Any:
        """Ask for something.

        Args:
            path: Below the address.
            what: Names it in messages.
            query: What stands behind the question mark.

        Returns:
            The JSON of the answer.

        Raises:
            UsageError: If the token may not, or there is no such thing.
            RemoteError: If the forge can not be reached, or does not do it.
        """
        return self._ask("GET", _with(path, query), what).data

    def pages(self, path: str, what: str, **query: object) -> Iterator[dict[str, Any]]:
        """Ask for all of a list, page by page.

        Raises:
            UsageError: As `get`.
            RemoteError: As `get`; also if there are more than 10,000.
        """
        for page in range(1, _MOST_PAGES + 1):
            place = _with(path, {**query, "per_page": _PAGE, "page": page})
            answer = self._ask("GET", place, what)
            if not isinstance(answer.data, list):
                raise self._strange(what)
            yield from (item for item in answer.data if isinstance(item, dict))
            if 'rel="next"' not in answer.headers.get("Link", ""):
                return
        raise RemoteError(f"{what}: there are more than {_PAGE * _MOST_PAGES:,}")

    def send(
        self, method: str, path: str, what: str, data: object = None, *, again: bool
    ) -> Any:
        """Ask for a change.

        Args:
            method: Of HTTP.
            path: Below the address, or an address.
            what: Names it in messages.
            data: Sent as JSON.
            again: Whether it may be asked for twice without harm.

        Raises:
            UsageError: As `get`.
            RemoteError: As `get`.
        """
        return self._ask(method, path, what, data, again=again).data

    def _ask(
        self,
        method: str,
        path: str,
        what: str,
        data: object = None,
        *,
        again: bool = True,
    ) -> Answer:
        """Ask, and ask again where that can help."""
        for attempt in range(1, _TRIES + 1):
            try:
                answer = self._once(method, path, data)
            except (OSError, HTTPException) as error:
                reason = getattr(error, "reason", "") or str(error) or repr(error)
                failure = RemoteError(
                    f"{self._forge.name} can not be reached: {reason}",
                    hint="run the job again",
                    is_passing=not again,
                )
                wait = 4.0 ** (attempt - 1) if again else None
            else:
                if answer.status < 300:
                    return answer
                failed, wait = self._failed(answer, what, attempt, again=again)
                if not isinstance(failed, RemoteError):
                    raise failed
                failure = failed
            if wait is None or attempt == _TRIES:
                raise failure
            time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def _once(self, method: str, path: str, data: object) -> Answer:
        body = None if data is None else json.dumps(data).encode()
        headers = dict(self._headers)
        if body is not None:
            headers["Content-Type"] = "application/json"
        address = path if path.startswith("http") else self._base + path
        request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
            address, body, headers, method=method
        )
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as reply:
                return self._answer(reply.status, reply.headers, reply)
        except HTTPError as error:
            with error:
                return self._answer(error.code, error.headers, error)

    def _answer(self, status: int, headers: Message, reply: Any) -> Answer:
        text = reply.read(_MOST_BYTES + 1)
        try:
            data = json.loads(text) if 0 < len(text) <= _MOST_BYTES else None
        except (ValueError, RecursionError):
            data = None
        return Answer(status, headers, data)

    def _failed(
        self, answer: Answer, what: str, attempt: int, *, again: bool
    ) -> tuple[UsageError | RemoteError, float | None]:
        """Why it was not done, and how many seconds later it may be; None if never."""
        forge, status = self._forge.name, answer.status
        said = f": {answer.message}" if answer.message else ""
        limit = self._limit_s(answer)
        if limit is not None:
            until = time.strftime("%H:%M:%S", time.gmtime(time.time() + limit))
            message = f"the rate limit of {forge} is reached until {until} UTC{said}"
            failure = RemoteError(message, hint="run the job again then")
            return failure, limit if limit <= _LONGEST_S else None
        if status >= 500:
            failure = RemoteError(
                f"{forge} fails ({status}){said}",
                hint="run the job again",
                is_passing=not again,
            )
            return failure, 4.0 ** (attempt - 1) if again else None
        if status == 401:
            hint = "it may have expired, or be one of another instance"
            return UsageError(f"{forge} does not take the token{said}", hint=hint), None
        if status == 403:
            message = f"the token may not do this on {forge}: {what}{said}"
            return UsageError(message, hint=self._forge.permission), None
        if status in {404, 410}:
            hint = (
                f"it is not there, or hidden from the token; {self._forge.permission}"
            )
            return UsageError(f"{forge} does not find {what}", hint=hint), None
        if status < 400:
            message = f"{forge} says that {what} has moved ({status})"
            return UsageError(message, hint="name where it is now"), None
        return RemoteError(f"{forge} refuses {what} ({status}){said}"), None

    def _limit_s(self, answer: Answer) -> float | None:
        """Seconds until a limit that stopped a request is over; None if none did."""
        if answer.status not in {403, 429}:
            return None
        left, reset = (
            str(answer.headers.get(f"X-RateLimit-{name}"))
            if f"X-RateLimit-{name}" in answer.headers
            else str(answer.headers.get(f"RateLimit-{name}", ""))
            for name in ("Remaining", "Reset")
        )
        after = str(answer.headers.get("Retry-After", ""))
        if after.isdecimal():
            return float(min(int(after), 86_400))
        if left == "0" and reset.isdecimal():
            return min(max(int(reset) - time.time(), 1.0), 86_400.0)
        return _LONGEST_S if answer.status == 429 else None

    def _strange(self, what: str) -> RemoteError:
        return RemoteError(f"{self._forge.name} answers in an unknown form: {what}")


def _with(path: str, query: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(query)}" if query else path
