"""The chat over WebSocket: who is connected, and what becomes of what they send."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from structlog.typing import FilteringBoundLogger

from assistant.chat.agents import Agent
from assistant.chat.book import RunBook, Threads
from assistant.chat.connection import Connection, Ending
from assistant.chat.handshake import RefusedError, identify
from assistant.chat.limits import RateLimit
from assistant.chat.wire import (
    PROTOCOL,
    TALKING,
    Chat,
    Close,
    FrameError,
    Resume,
    decode,
    encode,
)
from assistant.clock import Clock, within
from assistant.config.settings import AgentSettings, ChatSettings
from assistant.errors import AssistantError
from assistant.identity import (
    Authenticator,
    Identity,
    PermissionDeniedError,
)
from assistant.metrics import Metrics

CLOSE_GRACE_S = 5.0
"""How long a client that does not read may hold back its own close frame."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message to a user: connection ids, in the order they opened."""

    reached: tuple[str, ...]
    missed: tuple[str, ...]


class ChatService:
    """The chat service.

    Args:
        settings: Limits of connections and messages.
        agent_settings: Limits of agents, and which one answers by default.
        authenticator: Turns tokens into users, and tells when a login is revoked.
        agents: By name; a prompt may ask for one.
        clock: Measures every limit.
        log: Gets connections, runs and security events; never a token.
        metrics: Gets counters and gauges named `chat.…`.
        threads: Keeps conversations; without it none outlasts its runs.
    """

    def __init__(  # noqa: PLR0913 - its parts are injected
        self,
        settings: ChatSettings,
        agent_settings: AgentSettings,
        *,
        authenticator: Authenticator,
        agents: Mapping[str, Agent],
        clock: Clock,
        log: FilteringBoundLogger,
        metrics: Metrics,
        threads: Threads | None = None,
    ) -> None:
        self._settings = settings
        self._authenticator = authenticator
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._rates = RateLimit(settings.messages_per_minute, clock)
        self._book = RunBook(
            settings,
            agent_settings,
            agents=agents,
            threads=threads,
            clock=clock,
            log=log,
            metrics=metrics,
        )
        self._connections: dict[str, Connection] = {}
        self._places = 0
        self._stopping = False
        self._unsubscribe = authenticator.on_revoked(self._revoke)
        self.route = WebSocketRoute("/ws", self._endpoint)

    @property
    def places(self) -> int:
        """How many connections there are, those in their handshake among them."""
        return self._places

    @property
    def runs(self) -> int:
        """How many agent runs go on."""
        return self._book.running

    @property
    def remembered_runs(self) -> int:
        """How many runs are known, also ended ones."""
        return self._book.remembered

    @property
    def queued(self) -> int:
        """How many messages wait to be sent, over all connections."""
        return sum(each.queued for each in self._connections.values())

    @property
    def buffered_bytes(self) -> int:
        """How many bytes these messages have."""
        return sum(each.buffered_bytes for each in self._connections.values())

    @property
    def retained_bytes(self) -> int:
        """How many bytes of events are kept for clients that resume."""
        return self._book.retained_bytes

    def connections(self, user_id: str | None = None) -> int:
        """Return how many connections are open, of one user or of all."""
        return len(self._of(user_id))

    async def send(
        self, user_id: str, message: Mapping[str, Any], to: Sequence[str] | None = None
    ) -> Delivery:
        """Send a message to a user.

        Args:
            user_id: The user.
            message: With a `type`; see `wire.encode`.
            to: Connection ids; all open connections of the user when None.

        Returns:
            Which of them the message was queued for. Those that are closed, or not the
            user's, are missed.

        Raises:
            EncodingError: The message holds what JSON cannot express; nothing is sent.
        """
        frame = encode(message)
        theirs = {each.id: each for each in self._of(user_id)}
        reached: list[str] = []
        missed: list[str] = []
        for connection_id in theirs if to is None else to:
            connection = theirs.get(connection_id)
            arrived = connection is not None and await connection.put(frame)
            (reached if arrived else missed).append(connection_id)
        return Delivery(tuple(reached), tuple(missed))

    async def close(self) -> None:
        """End all connections and runs; no new ones are accepted."""
        if self._stopping:
            return
        self._stopping = True
        self._unsubscribe()
        for connection in self._of(None):
            connection.end(Close.GOING_AWAY, "going_away: the service stops")
        await self._book.close()

    def _of(self, user_id: str | None) -> list[Connection]:
        return [
            each
            for each in self._connections.values()
            if user_id in {None, each.identity.user_id}
        ]

    def _revoke(self, session_id: str) -> None:
        for connection in self._of(None):
            if connection.identity.session_id == session_id:
                connection.end(
                    Close.AUTHENTICATION, "revoked_token: the login has ended"
                )

    async def _endpoint(self, websocket: WebSocket) -> None:
        offered = websocket.scope["subprotocols"]
        await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
        try:
            with self._place():
                ending = await self._converse(websocket)
        except RefusedError as refused:
            self._metrics.count("chat.refused")
            self._log.warning("connection_refused", code=refused.code)
            ending = refused.ending
            with suppress(WebSocketDisconnect):
                await websocket.send_text(encode(refused.frame))
        if ending.code is not None and _is_open(websocket):
            with suppress(WebSocketDisconnect, TimeoutError):
                work = websocket.close(ending.code, ending.reason)
                await within(self._clock, CLOSE_GRACE_S, work)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if self._places >= self._settings.connection_limit:
            raise self._not_now("connection_limit", "too many are connected")
        self._places += 1
        try:
            yield
        finally:
            self._places -= 1

    def _not_now(self, code: str, why: str) -> RefusedError:
        wait_s = self._settings.retry_after_s
        why = f"{why}; try again in {wait_s:g} s"
        return RefusedError(Close.TRY_AGAIN_LATER, code, why, retry_after_s=wait_s)

    async def _converse(self, websocket: WebSocket) -> Ending:
        identity = await identify(
            websocket,
            self._authenticator,
            limit_s=self._settings.handshake_limit_s,
            clock=self._clock,
        )
        connection = self._admit(websocket, identity)
        log = self._log.bind(user=identity.user_id, connection=connection.id)
        log.info("connection_opened")
        try:
            ending = await connection.serve(self._handle)
        finally:
            del self._connections[connection.id]
            self._metrics.gauge("chat.connections", len(self._connections))
        log.info("connection_closed", code=ending.code, reason=ending.reason)
        return ending

    def _admit(self, websocket: WebSocket, identity: Identity) -> Connection:
        if self._stopping:
            raise self._not_now("stopping", "the service stops")
        limit = self._settings.connections_per_user
        if self.connections(identity.user_id) >= limit:
            raise RefusedError(
                Close.TOO_MANY_CONNECTIONS,
                "too_many_connections",
                f"a user may have {limit} connections; close another one first",
            )
        connection = Connection(
            websocket,
            identity,
            self._settings,
            clock=self._clock,
            metrics=self._metrics,
        )
        welcome = {
            "type": "welcome",
            "connection_id": connection.id,
            "user_id": identity.user_id,
            "heartbeat_interval_s": self._settings.heartbeat_interval_s,
        }
        connection.offer(encode(welcome))
        self._connections[connection.id] = connection
        self._metrics.gauge("chat.connections", len(self._connections))
        return connection

    async def _handle(self, connection: Connection, data: str | bytes) -> None:
        try:
            await self._dispatch(connection, data)
        except AssistantError as error:
            code, message = error.code, str(error)
        except Exception:  # noqa: BLE001 - one frame must not end the connection
            self._log.exception("frame_failed")
            code, message = "internal_error", "this did not work; please try again"
        else:
            return
        self._metrics.count("chat.frames_refused")
        told = {"type": "error", "code": code, "message": message}
        await connection.put(encode(told))

    async def _dispatch(self, connection: Connection, data: str | bytes) -> None:
        if isinstance(data, bytes):
            raise FrameError("a frame is text", code="invalid_json")
        if len(data.encode()) > (limit := self._settings.message_bytes):
            raise FrameError(f"a frame has at most {limit} bytes", code="too_large")
        frame = decode(data, TALKING)
        if not isinstance(frame, Chat | Resume):
            return  # a pong; that it was heard is noted already
        user_id = connection.identity.user_id
        if not self._rates.allow(user_id):
            limit = self._settings.messages_per_minute
            raise FrameError(f"only {limit} messages a minute", code="rate_limited")
        if isinstance(frame, Resume):
            await self._book.resume(connection, frame)
            return
        if frame.user_id not in {None, user_id}:
            self._log.warning("security_event", kind="false_user", user=user_id)
            raise FrameError("this is another user's id", code="wrong_user")
        if "chat:write" not in connection.identity.permissions:
            why = "you may not write here"
            raise PermissionDeniedError(why, code="permission_denied")
        await self._book.begin(connection, frame)


def _is_open(websocket: WebSocket) -> bool:
    ends = {websocket.client_state, websocket.application_state}
    return ends == {WebSocketState.CONNECTED}
