"""uvicorn inside the running event loop, on a free port if none is given."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str
    port: int

    @property
    def http(self) -> str:
        """The base URL of its pages, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    @property
    def ws(self) -> str:
        """The base URL of its WebSockets, without a slash at the end."""
        return f"ws://{self.host}:{self.port}"


class _Embedded(uvicorn.Server):
    """A server that leaves the signals to the program around it."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().serve(sockets)
        except SystemExit as error:  # how uvicorn says that the lifespan has failed
            raise RuntimeError("the application did not start") from error


@asynccontextmanager
async def serve(
    app: ASGIApp,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    message_bytes: int = 1 << 20,
    send_buffer_bytes: int | None = None,
) -> AsyncIterator[Address]:
    """Serve an application while the block runs.

    Args:
        app: Its lifespan is run too.
        host: The address to listen on.
        port: 0 takes a free one.
        message_bytes: The largest WebSocket message that is read at all.
        send_buffer_bytes: How much the system may hold for each client that does not
            read; None leaves it to the system.

    Yields:
        Where it listens; connections are accepted already.

    Raises:
        OSError: The port is taken.
        RuntimeError: The application refused to start.
    """
    listener = socket.create_server((host, port))
    # Inherited by every connection. Small frames must not wait for acknowledgements.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if send_buffer_bytes is not None:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer_bytes)
    config = uvicorn.Config(
        app,
        lifespan="on",
        log_config=None,
        ws="websockets-sansio",
        ws_max_size=message_bytes,
        ws_ping_interval=None,
        timeout_graceful_shutdown=5,
    )
    server = _Embedded(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if task.done():
                raise RuntimeError("the application did not start")
            await asyncio.sleep(0.001)
        yield Address(host, listener.getsockname()[1])
    finally:
        server.should_exit = True
        try:
            await task
        finally:
            listener.close()
