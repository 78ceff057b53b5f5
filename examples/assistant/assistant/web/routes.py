"""The pages and the HTTP interface beside authentication: conversations and numbers."""

import dataclasses
import secrets
from collections.abc import Callable
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from assistant.auth.http import bearer_token, identity_of
from assistant.auth.service_tokens import ServiceTokens
from assistant.core.health import Health, HealthMonitor
from assistant.core.routing import Router
from assistant.core.threads import ThreadStore
from assistant.core.validation import Input, Key, Title, parse
from assistant.identity import AuthenticationError, Authenticator
from assistant.metrics import Metrics
from assistant.web.answers import read_json

POLICY = (
    "default-src 'none'; connect-src 'self'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none';"
    " script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'"
)
"""What the page may load and run: its own two blocks and this service."""


class RenameThread(Input):
    """The body of `thread.rename`."""

    thread: Key
    title: Title


class DeleteThread(Input):
    """The body of `thread.delete`."""

    thread: Key


class Introspection(Input):
    """The body of `/peers/introspect`."""

    token: str


def commands(threads: ThreadStore) -> Router:
    """Return what handles the commands of users; the sender is the user's id."""

    async def rename(user_id: str, body: RenameThread) -> dict[str, str]:
        await threads.rename(user_id, body.thread, body.title)
        return {"thread": body.thread, "title": body.title}

    async def delete(user_id: str, body: DeleteThread) -> dict[str, str]:
        await threads.delete(user_id, body.thread)
        return {"thread": body.thread}

    router = Router()
    router.handle("thread.rename", RenameThread, rename)
    router.handle("thread.delete", DeleteThread, delete)
    return router


def user_routes(threads: ThreadStore) -> list[Route]:
    """Return `/threads`, `/threads/ID` and `/commands`, for behind the authentication."""
    router = commands(threads)

    async def listed(request: Request) -> Response:
        who = identity_of(request)
        found = await threads.threads(who.user_id)
        return JSONResponse({"threads": [dataclasses.asdict(each) for each in found]})

    async def shown(request: Request) -> Response:
        who = identity_of(request)
        found = await threads.messages(who.user_id, request.path_params["thread"])
        return JSONResponse({"messages": [dataclasses.asdict(each) for each in found]})

    async def commanded(request: Request) -> Response:
        who = identity_of(request)
        result = await router.dispatch(who.user_id, await read_json(request))
        return JSONResponse({"result": result})

    return [
        Route("/threads", listed),
        Route("/threads/{thread}", shown),
        Route("/commands", commanded, methods=["POST"]),
    ]


def page_route() -> Route:
    """Return `/`, the page on which people chat."""
    text = files("assistant.web").joinpath("chat.html").read_text("utf-8")

    async def page(_: Request) -> Response:
        nonce = secrets.token_urlsafe(16)
        policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
        return HTMLResponse(text.replace("{nonce}", nonce), headers=policy)

    return Route("/", page)


def peer_routes(tokens: ServiceTokens, authenticator: Authenticator) -> list[Route]:
    """Return `/peers/introspect`: it tells other services whose token they were shown.

    Args:
        tokens: Verifies the callers, who need a token for the audience `assistant`.
        authenticator: Verifies the tokens that they ask about.
    """

    async def introspect(request: Request) -> Response:
        tokens.verify(bearer_token(request), "assistant")
        question = parse(Introspection, await read_json(request))
        try:
            found = await authenticator.authenticate(question.token)
        except AuthenticationError as error:
            return JSONResponse({"active": False, "code": error.code})
        allowed = sorted(found.permissions)
        return JSONResponse(
            {"active": True, "user_id": found.user_id, "permissions": allowed}
        )

    return [Route("/peers/introspect", introspect, methods=["POST"])]


def operator_routes(
    health: HealthMonitor, metrics: Metrics, ready: Callable[[], bool]
) -> list[Route]:
    """Return `/health/live`, `/health/ready`, `/health` and `/metrics`.

    Args:
        health: The checks of the parts.
        metrics: The numbers.
        ready: Whether the service takes traffic.
    """

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readiness(_: Request) -> Response:
        well = ready() and (await health.report()).health != Health.UNHEALTHY
        status = "ready" if well else "not_ready"
        return JSONResponse({"status": status}, 200 if well else 503)

    async def overall(_: Request) -> Response:
        report = await health.report()
        parts = {
            name: {**dataclasses.asdict(each), "health": each.health.word}
            for name, each in report.parts.items()
        }
        status = 503 if report.health == Health.UNHEALTHY else 200
        return JSONResponse({"status": report.health.word, "parts": parts}, status)

    async def numbers(_: Request) -> Response:
        lines = (
            f"assistant_{name.replace('.', '_')} {value}\n"
            for name, value in metrics.snapshot().items()
        )
        return PlainTextResponse("".join(lines))

    return [
        Route("/health", overall),
        Route("/health/live", live),
        Route("/health/ready", readiness),
        Route("/metrics", numbers),
    ]
