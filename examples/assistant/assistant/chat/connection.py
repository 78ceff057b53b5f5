"""One open connection: its queue, its heartbeat, its limits and its end."""

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from starlette.websockets import WebSocket, WebSocketDisconnect

from assistant.chat.runs import Run
from assistant.chat.wire import Close, encode
from assistant.clock import Clock, within
from assistant.config.settings import ChatSettings
from assistant.identity import Identity
from assistant.metrics import Metrics

PING = encode({"type": "ping"})


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a connection has ended.

    Attributes:
        code: The close code; None if the client left.
        reason: A stable word, a colon and a sentence; at most 123 bytes.
    """

    code: Close | None
    reason: str


class _Over(Exception):  # noqa: N818 - it ends a group of tasks and is no error
    """The connection has ended."""


class Connection:
    """A connection of a user who is known.

    What is sent waits in a queue, bounded in messages and in bytes. Whoever sends waits
    while the queue is full; if no place comes free in time, the connection ends.

    Args:
        websocket: Accepted already.
        identity: Whose connection it is.
        settings: The limits.
        clock: Measures them.
        metrics: Gets `chat.buffered_bytes` (all connections), and
            `chat.connection_bytes` and `chat.connection_queue` (latest one).
    """

    def __init__(
        self,
        websocket: WebSocket,
        identity: Identity,
        settings: ChatSettings,
        *,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self.id = uuid.uuid4().hex
        self.identity = identity
        self.buffered_bytes = 0
        self._websocket = websocket
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._queue: deque[tuple[str, int]] = deque()
        self._filled = asyncio.Event()
        self._drained = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._ending: asyncio.Future[Ending] = loop.create_future()
        self._heard_at = clock.now()
        self._unanswered = 0
        self._jobs = asyncio.TaskGroup()
        self._following: dict[str, asyncio.Task[None]] = {}

    @property
    def queued(self) -> int:
        """How many messages wait to be sent."""
        return len(self._queue)

    async def serve(
        self, handle: Callable[["Connection", str | bytes], Awaitable[None]]
    ) -> Ending:
        """Work until the connection ends.

        Args:
            handle: Is given each frame of the client, one after another.

        Returns:
            Why it ended; a client that is still there has been told.
        """
        try:
            async with self._jobs:
                for job in (
                    self._read(handle),
                    self._write(),
                    self._beat(),
                    self._watch(),
                ):
                    self._jobs.create_task(job)
                self._jobs.create_task(self._await_end())
        except* _Over:
            pass
        finally:
            self._queue.clear()
            self._count(-self.buffered_bytes)
        return self._ending.result()

    def end(self, code: Close | None, reason: str) -> None:
        """End the connection; only the first call has an effect."""
        if not self._ending.done():
            self._ending.set_result(Ending(code, reason))
            self._drained.set()

    async def put(self, frame: str) -> bool:
        """Queue a frame, and wait for a place if there is none.

        Returns:
            Whether it was queued; False if the connection has ended.
        """
        if self.offer(frame):
            return True
        limit_s = self._settings.overload_wait_s
        try:
            return await within(self._clock, limit_s, self._enter(frame))
        except TimeoutError:
            self.end(Close.OVERLOAD, "overload: the client does not read")
            return False

    def offer(self, frame: str) -> bool:
        """Queue a frame if there is a place for it now; tell whether."""
        size = len(frame.encode())
        if (
            self._ending.done()
            or self.queued >= self._settings.queue_limit
            or self.buffered_bytes + size > self._settings.buffer_bytes
        ):
            return False
        self._queue.append((frame, size))
        self._count(size)
        self._filled.set()
        return True

    def follow(self, run: Run, after: int) -> None:
        """Deliver the events of a run that follow a number, as they come.

        An earlier delivery of the run to this connection ends.
        """
        if self._ending.done():
            return
        if run.id in self._following:
            self._following[run.id].cancel()
        cursor = run.attach(after)
        task = self._jobs.create_task(run.deliver(cursor, self.put))
        self._following[run.id] = task

        def done(task: asyncio.Task[None]) -> None:
            run.detach(cursor)
            if self._following[run.id] is task:
                del self._following[run.id]

        task.add_done_callback(done)

    async def _enter(self, frame: str) -> bool:
        while not self._ending.done():
            if self.offer(frame):
                return True
            self._drained.clear()
            await self._drained.wait()
        return False

    async def _await_end(self) -> None:
        await self._ending
        raise _Over

    def _count(self, change: int) -> None:
        self.buffered_bytes += change
        metrics = self._metrics
        total = metrics.level("chat.buffered_bytes") + change
        metrics.gauge("chat.buffered_bytes", total)
        metrics.gauge("chat.connection_bytes", self.buffered_bytes)
        metrics.gauge("chat.connection_queue", self.queued)

    async def _read(
        self, handle: Callable[["Connection", str | bytes], Awaitable[None]]
    ) -> None:
        while (message := await self._websocket.receive())[
            "type"
        ] == "websocket.receive":
            self._heard_at = self._clock.now()
            self._unanswered = 0
            text: str | None = message.get("text")
            await handle(self, message["bytes"] if text is None else text)
        self.end(None, "left")

    async def _write(self) -> None:
        with suppress(WebSocketDisconnect):  # the reader is told too
            while True:
                while self._queue:
                    frame, size = self._queue[0]
                    await self._websocket.send_text(frame)
                    self._queue.popleft()
                    self._count(-size)
                    self._drained.set()
                self._filled.clear()
                await self._filled.wait()

    async def _beat(self) -> None:
        while True:
            await self._clock.sleep(self._settings.heartbeat_interval_s)
            if self._unanswered >= self._settings.heartbeat_misses:
                self.end(Close.HEARTBEAT, "heartbeat: pings were not answered")
                return
            if self.offer(PING):
                self._unanswered += 1

    async def _watch(self) -> None:
        while True:
            now = self._clock.now()
            idle_at = self._heard_at + self._settings.idle_limit_s
            if now >= self.identity.expires_at:
                self.end(Close.AUTHENTICATION, "expired_token: the token has expired")
                return
            if now >= idle_at:
                self.end(Close.TIMEOUT, "idle: nothing was heard for too long")
                return
            await self._clock.sleep(min(idle_at, self.identity.expires_at) - now)
