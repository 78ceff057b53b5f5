"""What HTTP answers look like: JSON, and one shape and status for every error."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from assistant.auth.http import error_response
from assistant.core.validation import InvalidInputError
from assistant.errors import AssistantError

BODY_BYTES = 65536
"""The largest body of a request that is read."""

_STATUS = {"thread_not_found": 404, "not_ready": 503, "internal_error": 500}
"""Statuses of errors beyond those that authentication knows."""


def refusal(error: AssistantError) -> Response:
    """Return the answer for an error."""
    answer = error_response(error)
    answer.status_code = _STATUS.get(error.code, answer.status_code)
    return answer


async def refused(_: Request, error: Exception) -> Response:
    """Answer for an error, as Starlette calls its handlers."""
    if not isinstance(error, AssistantError):
        raise error
    return refusal(error)


async def read_json(request: Request) -> Any:
    """Read the JSON body of a request.

    Raises:
        InvalidInputError: It is not JSON.
        AssistantError: It has more than `BODY_BYTES` (`too_large`).
    """
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise AssistantError(
                f"a body has {BODY_BYTES} bytes at most", code="too_large"
            )
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidInputError(("input: not JSON",)) from None
