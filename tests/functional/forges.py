"""A stand-in for the APIs of GitHub and GitLab that holds to their limits."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["ACTIONS", "Forge", "Refusal", "forge_at_work", "pull"]

ACTIONS = "github-actions[bot]"
REPOSITORY = "team/shop"
_LONGEST_COMMENT = 65_536
_LONGEST_NOTE = 1_000_000


@dataclass
class Refusal:
    """An answer that is given in place of the right one, once or more often."""

    method: str
    path: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: object = None
    times: int = 1
    is_done: bool = False
    """Whether the forge does what it was asked for, and fails afterwards."""


@dataclass
class Forge:
    """What a forge knows.

    Attributes:
        tokens: The account of each token; one that ends in ``[bot]`` may not ask who
            it is by REST.
        readers: Tokens that may not write.
        pulls: As the API shows them.
        comments: By request, oldest first.
        refusals: What goes wrong.
        asked: Method and path of every request, without its query.
    """

    tokens: dict[str, str] = field(default_factory=lambda: {"secret": ACTIONS})
    readers: set[str] = field(default_factory=set)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def comment(self, number: int, account: str, body: str) -> dict[str, Any]:
        """Let an account comment on a request."""
        count = sum(map(len, self.comments.values()))
        made = {
            "id": 1_000 + count,
            "body": body,
            "user": {"login": account},
            "author": {"id": account_id(account), "username": account},
            "system": False,
            "html_url": f"https://forge.example/{REPOSITORY}/pull/{number}#{count}",
        }
        self.comments.setdefault(number, []).append(made)
        return made

    def bodies(self, number: int, account: str = ACTIONS) -> list[str]:
        """The texts of an account's comments on a request."""
        found = self.comments.get(number, [])
        return [item["body"] for item in found if item["user"]["login"] == account]


def account_id(account: str) -> int:
    return sum(map(ord, account))


def pull(
    number: int,
    commit: str,
    source: str = REPOSITORY,
    branch: str = "topic",
    base: str = "main",
    state: str = "open",
) -> dict[str, Any]:
    """A pull request, and a merge request, as the APIs show them."""
    repository = {"id": account_id(source), "full_name": source}
    return {
        "number": number,
        "iid": number,
        "sha": commit,
        "state": state,
        "head": {"sha": commit, "ref": branch, "repo": repository},
        "base": {"ref": base, "repo": {"full_name": REPOSITORY}},
    }


@contextmanager
def forge_at_work(forge: Forge) -> Iterator[Forge]:
    """A forge that answers at its ``url``."""

    class Handler(_Handler):
        knows = forge

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    forge.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    knows: Forge

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method of HTTP is answered in one place."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        data = json.loads(self.rfile.read(size)) if size else None
        path = urlsplit(self.path).path
        self.knows.asked.append(f"{self.command} {path}")
        for refusal in self.knows.refusals:
            is_it = refusal.method == self.command and re.search(refusal.path, path)
            if is_it and refusal.times:
                refusal.times -= 1
                if refusal.is_done:
                    self._right(path, data)
                self._send(refusal.status, refusal.body, refusal.headers)
                return
        self._send(*self._right(path, data))

    def _send(
        self, status: int, body: object, headers: dict[str, str] | None = None
    ) -> None:
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _right(self, path: str, data: Any) -> tuple[int, object, dict[str, str]]:
        token = self.headers.get("PRIVATE-TOKEN") or self.headers.get(
            "Authorization", ""
        ).removeprefix("Bearer ")
        account = self.knows.tokens.get(token)
        if account is None:
            return 401, {"message": "Bad credentials"}, {}
        if self.command != "GET" and token in self.knows.readers and path != "/graphql":
            return 403, {"message": "Resource not accessible by integration"}, {}
        for pattern, name in _ROUTES:
            if found := re.fullmatch(pattern, path):
                return getattr(self, name)(account, data, *map(int, found.groups()))
        return 404, {"message": "Not Found"}, {}

    def _viewer(self, account, _data):
        return 200, {"data": {"viewer": {"login": account}}}, {}

    def _user(self, account, _data):
        if account.endswith("[bot]") and "PRIVATE-TOKEN" not in self.headers:
            return 403, {"message": "Resource not accessible by integration"}, {}
        return 200, {"login": account, "id": account_id(account)}, {}

    def _pulls(self, _account, _data):
        query = parse_qs(urlsplit(self.path).query)
        found = [p for p in self.knows.pulls if p["state"] == "open"]
        if head := query.get("head", [""])[0]:
            owner, _, branch = head.partition(":")
            found = [
                pull
                for pull in found
                if pull["head"]["ref"] == branch
                and pull["head"]["repo"]["full_name"].partition("/")[0] == owner
            ]
        return self._paged(found)

    def _pull(self, _account, _data, number):
        for known in self.knows.pulls:
            if known["number"] == number:
                return 200, known, {}
        return 404, {"message": "Not Found"}, {}

    def _comments(self, account, data, number):
        if not any(known["number"] == number for known in self.knows.pulls):
            return 404, {"message": "Not Found"}, {}
        if self.command == "GET":
            return self._paged(self.knows.comments.get(number, []))
        if self._is_wrong(data["body"]):
            return 422, {"message": "Validation Failed"}, {}
        return 201, self.knows.comment(number, account, data["body"]), {}

    def _one(self, _account, data, *numbers):
        for listed in self.knows.comments.values():
            for item in listed:
                if item["id"] != numbers[-1]:
                    continue
                if self.command == "DELETE":
                    listed.remove(item)
                    return 204, None, {}
                if self._is_wrong(data["body"]):
                    return 422, {"message": "Validation Failed"}, {}
                item["body"] = data["body"]
                return 200, item, {}
        return 404, {"message": "Not Found"}, {}

    def _is_wrong(self, body: str) -> bool:
        most = _LONGEST_NOTE if "PRIVATE-TOKEN" in self.headers else _LONGEST_COMMENT
        return not 0 < len(body.strip()) <= most

    def _paged(self, items):
        query = parse_qs(urlsplit(self.path).query)
        is_gitlab = "PRIVATE-TOKEN" in self.headers
        asked = int(query.get("per_page", [20 if is_gitlab else 30])[0])
        size, page = min(asked, 100), int(query.get("page", [1])[0])
        shown = items[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(items):
            address = f"{self.knows.url}/next?page={page + 1}"
            headers["Link"] = f'<{address}>; rel="next", <{address}>; rel="last"'
        return 200, shown, headers


_NOTES = r"/projects/7/merge_requests/(\d+)/notes"
_ROUTES = (
    (r"/graphql", "_viewer"),
    (r"/user", "_user"),
    (rf"/repos/{REPOSITORY}/pulls", "_pulls"),
    (rf"/repos/{REPOSITORY}/pulls/(\d+)", "_pull"),
    (rf"/repos/{REPOSITORY}/issues/(\d+)/comments", "_comments"),
    (rf"/repos/{REPOSITORY}/issues/comments/(\d+)", "_one"),
    (r"/projects/7/merge_requests/(\d+)", "_pull"),
    (_NOTES, "_comments"),
    (rf"{_NOTES}/(\d+)", "_one"),
)
