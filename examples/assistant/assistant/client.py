"""A client of the chat over WebSocket, for programs and for tests."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect

from assistant.serving import Address


class ChatClient:
    """One connection to the chat, as `async with ChatClient(address, token) as chat:`.

    Entering raises `websockets.exceptions.InvalidStatus` if the service refuses the
    handshake; every method raises `websockets.exceptions.ConnectionClosed`, which has
    the close code and its reason, once the connection has ended.

    Args:
        address: Where the service listens.
        token: An access token, sent as a bearer token; None sends none.
        answer_pings: Whether `receive` answers the service's pings, and keeps them to
            itself.
    """

    def __init__(
        self, address: Address, token: str | None, *, answer_pings: bool = True
    ) -> None:
        """Keep the parameters; nothing is opened yet."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._opening = connect(
            f"{address.ws}/ws",
            additional_headers=headers,
            max_size=None,
            ping_interval=None,
            proxy=None,
        )
        self._answer_pings = answer_pings
        self._connection: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        """Open the connection."""
        self._connection = await self._opening
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        await self.connection.close()

    @property
    def connection(self) -> ClientConnection:
        """The connection itself, for frames that this client would not send."""
        if self._connection is None:
            raise RuntimeError("the client is not connected: use `async with`")
        return self._connection

    async def send(
        self,
        text: str,
        id: str | None = None,  # noqa: A002 - the name that the frame uses
        thread: str | None = None,
    ) -> str:
        """Send a chat message.

        Args:
            text: The message.
            id: Its id; a repeated one is not worked on again. A new one when None.
            thread: The conversation to continue; the service begins one when None.

        Returns:
            The id of the message.
        """
        message_id = id or uuid.uuid4().hex
        frame = {"type": "chat", "id": message_id, "text": text}
        await self.send_frame(frame if thread is None else {**frame, "thread": thread})
        return message_id

    async def resume(self, run: str, after: int) -> None:
        """Ask for the events of a run that follow the sequence number `after`."""
        await self.send_frame({"type": "resume", "run": run, "after": after})

    async def send_frame(self, frame: Mapping[str, Any]) -> None:
        """Send any JSON object as one text frame."""
        await self.connection.send(json.dumps(frame))

    async def receive(self, timeout_s: float = 10) -> dict[str, Any]:
        """Return the next frame of the service.

        Raises:
            TimeoutError: None came within `timeout_s` seconds.
        """
        async with asyncio.timeout(timeout_s):
            while True:
                frame: dict[str, Any] = json.loads(await self.connection.recv())
                if frame["type"] != "ping" or not self._answer_pings:
                    return frame
                await self.send_frame({"type": "pong"})

    async def until(self, kind: str, timeout_s: float = 10) -> list[dict[str, Any]]:
        """Return the frames up to and including the first of a type.

        Raises:
            TimeoutError: It did not come within `timeout_s` seconds.
        """
        frames: list[dict[str, Any]] = []
        async with asyncio.timeout(timeout_s):
            while not frames or frames[-1]["type"] != kind:
                frames.append(await self.receive(timeout_s))
        return frames
