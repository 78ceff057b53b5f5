"""The events of a run: what they are called and what belongs into each."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import AssistantError
from assistant.masking import mask


class EventError(AssistantError):
    """An event may not go out.

    Codes: `unknown_event`, `invalid_event`, `reserved_event`, `foreign_run`,
    `unknown_number`, `run_completed`, `too_large`.
    """


class Event(BaseModel):
    """What every event has.

    Attributes:
        run_id: The run.
        thread_id: The conversation.
        message_id: The prompt that the run answers.
        seq: Its place in the run; the first is 1.
        MASKED: Members in which secrets are masked.
    """

    MASKED: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(strict=True, extra="forbid")

    type: str
    run_id: str
    thread_id: str
    message_id: str
    seq: int = Field(ge=1)


class AgentStarted(Event):
    """An agent has begun; always the first event."""

    agent: str


class AgentThinking(Event):
    """A step of the agent's reasoning."""

    MASKED = ("text",)
    text: str = Field(min_length=1)


class ToolExecuting(Event):
    """A tool is about to be used."""

    MASKED = ("arguments",)
    call_id: str
    tool: str
    arguments: dict[str, Any]


class ToolCompleted(Event):
    """What came of it: a result, or an error that is safe to show."""

    MASKED = ("result", "error")
    call_id: str
    tool: str
    success: bool
    result: Any
    error: str | None
    duration_s: float = Field(ge=0)


class AnswerPiece(Event):
    """The next piece of the answer."""

    text: str


class RunError(Event):
    """The run has failed; `agent_completed` follows."""

    MASKED = ("message",)
    code: str
    message: str


class AgentCompleted(Event):
    """The end: always the last event, and always there.

    Attributes:
        answer: The whole answer; empty if the run failed.
        checksum: SHA-256 of the answer in UTF-8, in hexadecimal digits.
        error: The code of the failure, or None.
    """

    status: Literal["completed", "failed"]
    answer: str
    checksum: str
    error: str | None


EVENTS: Mapping[str, type[Event]] = {
    "agent_started": AgentStarted,
    "agent_thinking": AgentThinking,
    "tool_executing": ToolExecuting,
    "tool_completed": ToolCompleted,
    "answer_piece": AnswerPiece,
    "run_error": RunError,
    "agent_completed": AgentCompleted,
}


def checked(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event that is fit to be sent.

    Args:
        event: Its members; it is not changed.

    Returns:
        A copy with secrets masked where the event's model says so.

    Raises:
        EventError: The type is unknown, or a member is missing or wrong.
    """
    model = EVENTS.get(str(event.get("type")))
    if model is None:
        raise EventError("no event has this type", code="unknown_event")
    try:
        model.model_validate(event)
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"])
        raise EventError(f"{field}: {problem['msg']}", code="invalid_event") from None
    return {
        name: mask(value) if name in model.MASKED else value
        for name, value in event.items()
    }
