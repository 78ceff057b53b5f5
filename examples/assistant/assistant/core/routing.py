"""Messages to their handlers, each exactly once."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from assistant.core.validation import Input, Key, parse
from assistant.errors import AssistantError

Body = TypeVar("Body", bound=BaseModel)


class RoutingError(AssistantError):
    """A message has no handler, or a type has one already.

    Codes: `unknown_type`, `duplicate_handler`.
    """


class Envelope(Input):
    """What every message has: an id of its own, a type, and what the type needs."""

    id: Key
    type: str
    body: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was not handled, and the code of the reason."""

    message: Mapping[str, Any]
    reason: str


class Router:
    """Handlers by message type.

    A message whose id was handled for the same sender is not handled again: whoever
    sends it once more, also at the same moment, gets the first result. After a failure
    it may be sent again.

    Args:
        remembered: How many handled messages, and how many dead letters, are kept.
    """

    def __init__(self, *, remembered: int = 1000) -> None:
        """Begin without handlers."""
        self._remembered = remembered
        self._routes: dict[str, Callable[[str, dict[str, Any]], Awaitable[Any]]] = {}
        self._running: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._results: OrderedDict[tuple[str, str], Any] = OrderedDict()
        self._dead: deque[DeadLetter] = deque(maxlen=remembered)

    @property
    def dead_letters(self) -> tuple[DeadLetter, ...]:
        """The latest messages that were not handled, oldest first."""
        return tuple(self._dead)

    def handle(
        self,
        kind: str,
        model: type[Body],
        handler: Callable[[str, Body], Awaitable[Any]],
    ) -> None:
        """Name the handler of a message type.

        Args:
            kind: The type.
            model: What the body of such a message must be.
            handler: Takes the sender and the valid body.

        Raises:
            RoutingError: The type has a handler.
        """
        if kind in self._routes:
            raise RoutingError(f"{kind} has a handler", code="duplicate_handler")
        self._routes[kind] = lambda sender, body: handler(sender, parse(model, body))

    async def dispatch(self, sender: str, message: Any) -> Any:
        """Hand a message to the handler of its type.

        Args:
            sender: Who sends it; ids of different senders do not meet.
            message: As it arrived; see `Envelope`.

        Returns:
            What the handler returned for the first message with this id.

        Raises:
            InvalidInputError: The message or its body is not as it must be.
            RoutingError: Nothing handles the type.
            Exception: Whatever the handler raised.
        """
        envelope = parse(Envelope, message)
        key = (sender, envelope.id)
        if key in self._results:
            return self._results[key]
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._run(key, envelope))
        return await asyncio.shield(self._running[key])

    async def _run(self, key: tuple[str, str], envelope: Envelope) -> Any:
        try:
            result = await self._route(envelope.type)(key[0], envelope.body)
        except Exception as error:
            reason = error.code if isinstance(error, AssistantError) else "failed"
            self._dead.append(DeadLetter(envelope.model_dump(), reason))
            raise
        else:
            self._results[key] = result
            if len(self._results) > self._remembered:
                self._results.popitem(last=False)
            return result
        finally:
            del self._running[key]

    def _route(self, kind: str) -> Callable[[str, dict[str, Any]], Awaitable[Any]]:
        if kind not in self._routes:
            raise RoutingError(f"nothing handles {kind}", code="unknown_type")
        return self._routes[kind]
