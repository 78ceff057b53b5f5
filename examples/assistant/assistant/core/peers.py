"""Calls to other services: found by name, with a service token, with retries."""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
from structlog.typing import FilteringBoundLogger
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
)

from assistant.clock import Clock
from assistant.core.registry import ServiceRegistry
from assistant.errors import AssistantError


class PeerError(AssistantError):
    """A call to another service failed.

    Codes: `peer_timeout` (it is there but slow), `peer_failed` (it answered with a
    server error), `peer_refused` (it answered with another error).
    """


class PeerUnreachableError(PeerError):
    """Nothing answers under the name of a service. Code: `peer_unreachable`."""


class PeerClient:
    """Calls services by name.

    Calls that found nobody, were too slow or met a server error are repeated at the next
    registered address. All attempts of a call have the same `X-Request-Id`.

    Args:
        client: Makes the requests; its timeout is the limit of one attempt.
        registry: Knows the addresses.
        issue_token: Returns a token for the service of the given name.
        clock: Waits between attempts.
        log: Gets a warning for each attempt that is repeated.
        attempts: How often to try.
        retry_wait_s: The wait after the first failed attempt; it doubles each time.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        registry: ServiceRegistry,
        issue_token: Callable[[str], str],
        *,
        clock: Clock,
        log: FilteringBoundLogger,
        attempts: int,
        retry_wait_s: float,
    ) -> None:
        """Keep the parameters."""
        self._client = client
        self._registry = registry
        self._issue_token = issue_token
        self._clock = clock
        self._log = log
        self._attempts = attempts
        self._retry_wait_s = retry_wait_s

    async def call(self, peer: str, path: str, body: Any = None) -> Any:
        """Send a request and return its JSON answer.

        Args:
            peer: The name of the service.
            path: With a slash at the beginning.
            body: JSON for a POST; a GET when None.

        Raises:
            PeerUnreachableError: It is not registered, or refuses connections.
            PeerError: It is too slow, or answered with an error.
        """
        request_id = uuid.uuid4().hex

        def warn(state: RetryCallState) -> None:
            code = getattr(state.outcome and state.outcome.exception(), "code", "")
            self._log.warning(
                "peer_retry", peer=peer, attempt=state.attempt_number, code=code
            )

        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._attempts),
            wait=wait_exponential(multiplier=self._retry_wait_s),
            retry=retry_if_exception(_worth_repeating),
            sleep=self._clock.sleep,
            before_sleep=warn,
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                number = attempt.retry_state.attempt_number
                return await self._attempt(peer, number, path, body, request_id)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _attempt(
        self, peer: str, number: int, path: str, body: Any, request_id: str
    ) -> Any:
        found = self._registry.discover(peer)
        if not found:
            raise _unreachable(f"no {peer} is registered")
        address = found[(number - 1) % len(found)].address
        headers = {
            "Authorization": f"Bearer {self._issue_token(peer)}",
            "X-Request-Id": request_id,
        }
        method = "GET" if body is None else "POST"
        try:
            response = await self._client.request(
                method, address + path, json=body, headers=headers
            )
        except httpx.TimeoutException:
            message = f"{peer} at {address} did not answer in time"
            raise PeerError(message, code="peer_timeout") from None
        except httpx.TransportError:
            raise _unreachable(f"{peer} at {address} cannot be reached") from None
        if response.is_error:
            code = "peer_failed" if response.is_server_error else "peer_refused"
            message = f"{peer} at {address} answered {response.status_code}"
            raise PeerError(message, code=code)
        return response.json()


def _unreachable(message: str) -> PeerUnreachableError:
    return PeerUnreachableError(message, code="peer_unreachable")


def _worth_repeating(error: BaseException) -> bool:
    return isinstance(error, PeerError) and error.code != "peer_refused"
