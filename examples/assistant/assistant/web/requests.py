"""What happens around every request: a gate, an id, numbers, and a last safety net."""

import re
import uuid
from collections.abc import Callable

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from structlog.typing import FilteringBoundLogger

from assistant.errors import AssistantError
from assistant.metrics import Metrics
from assistant.web.answers import refusal

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class RequestMiddleware:
    """Wraps an application; the outermost one.

    Until the service is ready, and when it stops, everything but its health and its
    numbers is answered with 503. Every HTTP request has an id: the client's
    `X-Request-Id` if it is well formed, else a new one. It is in the answer and in every
    log line. What the application lets escape becomes a 500 that tells nothing about it.

    Args:
        app: The application.
        ready: Whether the service takes traffic.
        log: Gets a line for each request that failed.
        metrics: Gets `http_requests`, `http_errors` (500 and above), the gauge
            `http_requests_open` and the distribution `http_request_s`.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        ready: Callable[[], bool],
        log: FilteringBoundLogger,
        metrics: Metrics,
    ) -> None:
        """Keep the parameters."""
        self._app = app
        self._ready = ready
        self._log = log
        self._metrics = metrics
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request, a WebSocket or the lifespan."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket" and not self._ready():
            await WebSocket(scope, receive, send).send_denial_response(_not_ready())
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
        status = 0

        async def tracked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        self._change_open(1)
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            self._metrics.timed("http_request_s"),
        ):
            try:
                await self._answer(scope, receive, tracked)
            except Exception:
                self._log.exception("request_failed", path=scope["path"])
                if status:
                    raise
                await _internal_error()(scope, receive, tracked)
            finally:
                self._change_open(-1)
                self._metrics.count("http_requests")
                self._metrics.count("http_errors", int(status >= 500))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._ready() or scope["path"].startswith(("/health", "/metrics")):
            await self._app(scope, receive, send)
        else:
            await _not_ready()(scope, receive, send)

    def _change_open(self, by: int) -> None:
        self._open += by
        self._metrics.gauge("http_requests_open", self._open)


def _not_ready() -> Response:
    return refusal(AssistantError("the service is not ready", code="not_ready"))


def _internal_error() -> Response:
    return refusal(AssistantError("the service has failed", code="internal_error"))
