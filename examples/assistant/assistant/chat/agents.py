"""What an agent is, what it is asked and how it tells what it does."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from structlog.typing import FilteringBoundLogger
from tenacity import (
    AsyncRetrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_fixed,
)

from assistant.chat.events import EventError
from assistant.chat.runs import Run
from assistant.clock import Clock, within
from assistant.config.settings import AgentSettings
from assistant.errors import AssistantError

T = TypeVar("T")

OWN_EVENTS = {"agent_started", "run_error", "agent_completed"}
"""Events that the service sends for an agent."""


class AgentError(AssistantError):
    """A run has failed.

    Codes: `agent_failed`, `tool_timeout`, `events_missing`, `answer_mismatch`.
    """


class ProviderError(AssistantError):
    """A model provider cannot answer now. Code: `provider_unavailable`."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="provider_unavailable")


@dataclass(frozen=True, slots=True)
class AgentRequest:
    """What an agent is asked.

    Attributes:
        run_id: The run that answers it.
        user_id: Who asks.
        thread_id: The conversation.
        message_id: The prompt's id.
        text: The prompt.
        history: Role (`user` or `assistant`) and text of the messages before it, oldest
            first.
    """

    run_id: str
    user_id: str
    thread_id: str
    message_id: str
    text: str
    history: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tool:
    """Something that an agent can use.

    Attributes:
        name: What users see it called.
        run: Takes the arguments by name and returns a JSON value. An `AssistantError`
            is shown to the user, of anything else only that it happened.
    """

    name: str
    run: Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class ToolOutcome:
    """What came of a tool.

    Attributes:
        success: Whether there is a result.
        result: The result; None if it failed.
        error: A text that is safe to show; None if it succeeded.
    """

    success: bool
    result: Any
    error: str | None


class Agent(Protocol):
    """What answers prompts."""

    async def run(self, request: AgentRequest, emit: "Emit") -> str:
        """Return the answer.

        Args:
            request: What is asked.
            emit: Tells the user what the agent does.

        Raises:
            AssistantError: It cannot answer; the user sees the text. The user sees only
                that it failed if it raises anything else.
        """
        ...


class Emit:
    """How an agent shows its work; one for each run.

    Before its first step, `agent_thinking` is sent if the agent has not sent one.

    Args:
        run: Where the events go.
        settings: The limits of tools and of providers.
        clock: Measures them.
        log: Gets refused events and failed tools.
    """

    def __init__(
        self,
        run: Run,
        settings: AgentSettings,
        *,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._run = run
        self._settings = settings
        self._clock = clock
        self._log = log

    async def thinking(self, text: str) -> None:
        """Show a step of the reasoning."""
        await self.publish(self.draft("agent_thinking", text=text))

    async def piece(self, text: str) -> None:
        """Show the next piece of the answer; all pieces together must be the answer."""
        await self.think_first()
        await self.publish(self.draft("answer_piece", text=text))

    async def tool(self, tool: Tool, arguments: Mapping[str, Any]) -> ToolOutcome:
        """Use a tool, and show that and what came of it.

        Args:
            tool: The tool.
            arguments: By name; secrets among them are masked for the user alone.

        Returns:
            Its result, or its error if it failed.

        Raises:
            AgentError: It took longer than allowed (`tool_timeout`).
        """
        await self.think_first()
        call = {"call_id": uuid.uuid4().hex, "tool": tool.name}
        await self.publish(
            self.draft("tool_executing", **call, arguments=dict(arguments))
        )
        start = self._clock.now()
        timed_out = False
        try:
            work = tool.run(**arguments)
            result = await within(self._clock, self._settings.tool_timeout_s, work)
            duration_s = self._clock.now() - start
            outcome = ToolOutcome(True, result, None)
            event = self._completed(call, outcome, duration_s)
        except Exception as error:  # noqa: BLE001 - a tool may raise anything
            timed_out = isinstance(error, TimeoutError)
            outcome = ToolOutcome(False, None, self._explain(tool, error))
            event = self._completed(call, outcome, self._clock.now() - start)
        await self.publish(event)
        if timed_out:
            raise AgentError(f"{tool.name} took too long", code="tool_timeout")
        return outcome

    async def ask(self, provider: Callable[[], Awaitable[T]]) -> T:
        """Call a model provider, and again if it cannot answer now.

        Raises:
            ProviderError: No attempt succeeded.
        """
        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._settings.provider_attempts),
            wait=wait_fixed(self._settings.retry_wait_s),
            retry=retry_if_exception_type(ProviderError),
            sleep=self._clock.sleep,
            reraise=True,
        )
        return await retrying(provider)

    def draft(self, kind: str, **members: Any) -> dict[str, Any]:
        """Return a new event with the next number, to be published from anywhere.

        Raises:
            EventError: It is not an event that an agent may send.
            EncodingError: It holds what JSON cannot express.
        """
        try:
            self._refuse_own(kind)
            return self._run.draft(kind, **members)
        except EventError as error:
            raise self._recorded(error, kind) from None

    async def publish(self, event: Mapping[str, Any]) -> None:
        """Send an event that was drafted; it waits for those before it.

        Raises:
            EventError: It is not one, or it was published already.
            EncodingError: It holds what JSON cannot express.
        """
        kind = str(event.get("type"))
        try:
            self._refuse_own(kind)
            await self._run.publish(event)
        except EventError as error:
            raise self._recorded(error, kind) from None

    async def think_first(self) -> None:
        """Send `agent_thinking` if the run has none yet."""
        if not self._run.thought:
            await self.thinking("Working on an answer.")

    def _completed(
        self, call: Mapping[str, str], outcome: ToolOutcome, duration_s: float
    ) -> dict[str, Any]:
        return self._run.draft(
            "tool_completed",
            **call,
            success=outcome.success,
            result=outcome.result,
            error=outcome.error,
            duration_s=duration_s,
        )

    def _explain(self, tool: Tool, error: Exception) -> str:
        self._log.warning("tool_failed", tool=tool.name, error=type(error).__name__)
        if isinstance(error, AssistantError):
            return str(error)
        if isinstance(error, TimeoutError):
            return "the tool took too long"
        return "the tool failed"

    def _refuse_own(self, kind: str) -> None:
        if kind in OWN_EVENTS:
            raise EventError(f"only the service sends {kind}", code="reserved_event")

    def _recorded(self, error: EventError, kind: str) -> EventError:
        self._log.warning(
            "event_refused",
            run=self._run.id,
            type=kind,
            code=error.code,
            why=str(error),
        )
        return error
