"""Frames as they go over the line: JSON objects with a type, in UTF-8.

A client sends `authenticate`, `chat`, `resume` and `pong`. The service sends `welcome`,
`ack`, `resumed`, `error`, `ping` and the events of runs.
"""

import json
import math
from collections.abc import Mapping
from enum import IntEnum
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assistant.chat.events import EVENTS
from assistant.errors import AssistantError

PROTOCOL = "assistant.v1"
"""The subprotocol that the service answers with when a client offers it."""

RESERVED = {"welcome", "ack", "resumed", "error", "ping", *EVENTS}
"""Types of frames that only the service sends."""


class Close(IntEnum):
    """Why the service closes a connection."""

    GOING_AWAY = 1001
    TRY_AGAIN_LATER = 1013
    AUTHENTICATION = 4001
    TIMEOUT = 4008
    HEARTBEAT = 4009
    TOO_MANY_CONNECTIONS = 4010
    OVERLOAD = 4013


class FrameError(AssistantError):
    """A frame of a client is refused.

    Codes: `invalid_json`, `not_an_object`, `missing_type`, `unknown_type`,
    `reserved_type`, `invalid_text`, `invalid_field`, `too_large`, `rate_limited`.
    """


class EncodingError(AssistantError):
    """A message has a value that JSON cannot express. Code: `not_serializable`."""


def _unicode(text: str) -> str:
    text.encode()  # half a surrogate pair is no text; UnicodeError is a ValueError
    return text


def _spoken(text: str) -> str:
    if not text.strip():
        raise ValueError("the text is blank")
    return text


Text = Annotated[str, AfterValidator(_unicode)]
Id = Annotated[Text, Field(min_length=1, max_length=100)]


class ClientFrame(BaseModel):
    """What a client may send; members that nobody knows are ignored."""

    model_config = ConfigDict(strict=True, frozen=True)


class Authenticate(ClientFrame):
    """The token, from a client that cannot send it with the handshake."""

    token: str


class Chat(ClientFrame):
    """A prompt.

    Attributes:
        id: Chosen by the client, another one for each prompt of a user.
        text: The prompt.
        thread: The conversation that it continues; None begins one.
        agent: Who is to answer; None leaves it to the service.
        user_id: May be there if it is the user's own.
    """

    id: Id
    text: Annotated[Text, AfterValidator(_spoken)]
    thread: Id | None = None
    agent: Id | None = None
    user_id: Id | None = None


class Resume(ClientFrame):
    """A request for the events of a run that follow a sequence number."""

    run: Id
    after: int = Field(ge=0)


class Pong(ClientFrame):
    """The answer to a ping."""


OPENING: Mapping[str, type[ClientFrame]] = {"authenticate": Authenticate}
TALKING: Mapping[str, type[ClientFrame]] = {
    "chat": Chat,
    "resume": Resume,
    "pong": Pong,
}


def decode(text: str, expected: Mapping[str, type[ClientFrame]]) -> ClientFrame:
    """Read a frame of a client.

    Args:
        text: The frame.
        expected: The types that are welcome now, each with its model.

    Raises:
        FrameError: It is not one of them, or a member is missing or wrong.
    """
    try:
        frame = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise FrameError("the frame is not JSON", code="invalid_json") from None
    if not isinstance(frame, dict):
        raise FrameError("the frame is not a JSON object", code="not_an_object")
    if "type" not in frame:
        raise FrameError("the frame has no type", code="missing_type")
    kind = frame["type"]
    if not isinstance(kind, str) or kind not in RESERVED | expected.keys():
        raise FrameError("the type of the frame is not known", code="unknown_type")
    if kind not in expected:
        raise FrameError("only the service sends this type", code="reserved_type")
    try:
        return expected[kind].model_validate(frame)
    except ValidationError as error:
        problem = error.errors()[0]
        field = str(problem["loc"][0])
        code = "invalid_text" if field == "text" else "invalid_field"
        raise FrameError(f"{field}: {problem['msg']}", code=code) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def encode(message: Mapping[str, Any]) -> str:
    """Write a message as a frame.

    Args:
        message: Nested dicts with text keys, lists, texts, finite numbers, bools and
            None; `type` is a text.

    Returns:
        The JSON object; decoding it gives an equal message.

    Raises:
        EncodingError: A value is none of these; the message names its place.
    """
    if not isinstance(message.get("type"), str):
        raise EncodingError("type: not a text", code="not_serializable")
    _check(dict(message), "")
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _check(value: Any, place: str) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise EncodingError(
                    f"{place or 'message'}: a key is not a text",
                    code="not_serializable",
                )
            _check(key, place)
            _check(item, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{place}[{index}]")
    elif not _expressible(value):
        name = type(value).__name__
        raise EncodingError(
            f"{place}: JSON cannot express this {name}", code="not_serializable"
        )


def _expressible(value: Any) -> bool:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
        return True
    return isinstance(value, bool | int | None) or (
        isinstance(value, float) and math.isfinite(value)
    )
