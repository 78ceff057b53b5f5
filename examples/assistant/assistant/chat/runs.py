"""One agent run: its events in order, kept for those who receive them late."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from assistant.chat.events import EventError, checked
from assistant.chat.wire import encode


class Run:
    """The events of one run.

    Events are numbered when they are drafted and kept in the order of their numbers,
    whatever order they are published in. Every connection that follows the run reads
    them at its own pace; who publishes waits until all of these have queued the event.

    Args:
        user_id: Whose run it is.
        ids: `run_id`, `thread_id` and `message_id`, which every event has.
        frame_bytes: The largest event, as a frame.
    """

    def __init__(self, user_id: str, ids: Mapping[str, str], frame_bytes: int) -> None:
        self.user_id = user_id
        self.id = ids["run_id"]
        self.thread_id = ids["thread_id"]
        self.final: str | None = None
        self.status = "running"
        self.retained_bytes = 0
        self.thought = False
        self.streamed: list[str] = []
        self._ids = dict(ids)
        self._frame_bytes = frame_bytes
        self._log: list[str] = []
        self._last = 0
        self._open: dict[int, tuple[dict[str, Any], str]] = {}
        self._early: dict[int, tuple[Mapping[str, Any], str]] = {}
        self._changed = asyncio.Event()
        self._keys = itertools.count()
        self._cursors: dict[int, int] = {}

    @property
    def delivered(self) -> int:
        """The number of the last event that nothing is missing before."""
        return len(self._log)

    @property
    def complete(self) -> bool:
        """Whether every event that was drafted has been published."""
        return not self._open

    @property
    def window_closed(self) -> bool:
        """Whether only the last event is left."""
        return self.final is not None and not self._log

    def draft(self, kind: str, **members: Any) -> dict[str, Any]:
        """Return a new event with the next number; it has to be published.

        Raises:
            EventError: It is not a valid event; no number is used.
            EncodingError: It holds what JSON cannot express; no number is used.
        """
        self._refuse_late()
        event = {"type": kind, **self._ids, "seq": self._last + 1, **members}
        frame = self._seal(event)
        self._last += 1
        self._open[self._last] = event, frame
        return dict(event)

    async def publish(self, event: Mapping[str, Any]) -> None:
        """Put an event in its place, and wait until every follower has queued it.

        An event that is early is kept until those before it are there; then its
        publisher does not wait.

        Raises:
            EventError: It is not a valid event that this run has drafted, it was
                published before, or the run has ended.
            EncodingError: It holds what JSON cannot express.
        """
        seq = event.get("seq")
        drafted = self._open.get(seq) if isinstance(seq, int) else None
        if drafted is not None and drafted[0] == event:
            frame = drafted[1]
        else:
            frame = self._seal(event)
        if any(event[name] != value for name, value in self._ids.items()):
            raise EventError("the event is of another run", code="foreign_run")
        self._refuse_late()
        if drafted is None:
            raise EventError("seq: not an open number", code="unknown_number")
        del self._open[event["seq"]]
        self._early[event["seq"]] = event, frame
        while (ready := self._early.pop(self.delivered + 1, None)) is not None:
            self._append(*ready)
        target = self.delivered
        self._notify()
        while any(position < target for position in self._cursors.values()):
            await self._changed.wait()

    def finish(self, status: str, **members: Any) -> None:
        """Send the last event; there must be none missing before it.

        Raises:
            EventError: The event is too large or not valid; the run goes on.
            EncodingError: It holds what JSON cannot express; the run goes on.
        """
        event = self.draft("agent_completed", status=status, **members)
        _, self.final = self._open.pop(self._last)
        self.status = status
        self._append(event, self.final)
        self._notify()

    def give_up(self) -> None:
        """Forget the events that are drafted or early and cannot be sent in order."""
        self._open.clear()
        self._early.clear()
        self._last = self.delivered

    def close_window(self) -> None:
        """Forget all events but the last."""
        self._log = []
        self.streamed = []
        self.retained_bytes = len((self.final or "").encode())

    def attach(self, after: int) -> int:
        """Add a follower that has the events up to a number; return its cursor."""
        cursor = next(self._keys)
        self._cursors[cursor] = after
        return cursor

    def detach(self, cursor: int) -> None:
        """Take a follower away; nobody waits for it any more."""
        self._cursors.pop(cursor, None)
        self._notify()

    async def deliver(self, cursor: int, put: Callable[[str], Awaitable[bool]]) -> None:
        """Give a follower its events, until the last one or until it takes no more.

        Args:
            cursor: From `attach`.
            put: Takes a frame; returns False when it takes no more.
        """
        log = self._log
        position = self._cursors[cursor]
        while position < len(log) or self.final is None:
            if position == len(log):
                await self._changed.wait()
            elif await put(log[position]):
                position += 1
                self._cursors[cursor] = position
                self._notify()
            else:
                return

    def _append(self, event: Mapping[str, Any], frame: str) -> None:
        self.thought = self.thought or event["type"] == "agent_thinking"
        if event["type"] == "answer_piece":
            self.streamed.append(event["text"])
        self._log.append(frame)
        self.retained_bytes += len(frame.encode())

    def _seal(self, event: Mapping[str, Any]) -> str:
        frame = encode(checked(event))
        if len(frame.encode()) > self._frame_bytes:
            raise EventError("the event is too large to be sent", code="too_large")
        return frame

    def _refuse_late(self) -> None:
        if self.final is not None:
            raise EventError("the run has completed", code="run_completed")

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
