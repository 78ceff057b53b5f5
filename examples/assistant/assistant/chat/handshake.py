"""Who opens a connection, and why it may be refused."""

from typing import Any

from starlette.websockets import WebSocket

from assistant.chat.connection import Ending
from assistant.chat.wire import OPENING, Authenticate, Close, FrameError, decode
from assistant.clock import Clock, within
from assistant.errors import AssistantError
from assistant.identity import AuthenticationError, Authenticator, Identity

FIRST_FRAME = "authenticate"
"""A subprotocol that says: the token comes in the first frame."""


class RefusedError(AssistantError):
    """A handshake does not become a connection.

    Codes: `connection_limit`, `handshake_timeout`, `too_many_connections`, `stopping` and
    those of authentication.

    Attributes:
        ending: Close code and reason.
        frame: The error frame that comes before.
    """

    def __init__(self, close: Close, code: str, message: str, **more: Any) -> None:
        super().__init__(message, code=code)
        self.ending = Ending(close, f"{code}: {message}")
        self.frame = {"type": "error", "code": code, "message": message, **more}


async def identify(
    websocket: WebSocket, authenticator: Authenticator, *, limit_s: float, clock: Clock
) -> Identity:
    """Return whose connection it is.

    The token comes in the header `Authorization: Bearer …`, in a subprotocol `token.…`,
    or, if the client offers the subprotocol `authenticate`, in its first frame.

    Raises:
        RefusedError: No valid token came, not in time, or the client has left.
    """
    try:
        work = _authenticate(websocket, authenticator)
        return await within(clock, limit_s, work)
    except TimeoutError:
        message = f"no valid token came within {limit_s:g} s"
        raise RefusedError(Close.TIMEOUT, "handshake_timeout", message) from None
    except AuthenticationError as error:
        raise RefusedError(Close.AUTHENTICATION, error.code, str(error)) from None


async def _authenticate(websocket: WebSocket, authenticator: Authenticator) -> Identity:
    token = _offered_token(websocket)
    if token is None and FIRST_FRAME in websocket.scope["subprotocols"]:
        token = await _first_token(websocket)
    return await authenticator.authenticate(token)


def _offered_token(websocket: WebSocket) -> str | None:
    scheme, _, token = websocket.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token
    for offered in websocket.scope["subprotocols"]:
        kind, _, token = offered.partition(".")
        if kind == "token":
            return str(token)
    return None


async def _first_token(websocket: WebSocket) -> str | None:
    message = await websocket.receive()
    try:
        frame = decode(message.get("text") or "", OPENING)
    except FrameError:
        return None
    return frame.token if isinstance(frame, Authenticate) else None
