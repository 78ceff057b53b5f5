"""WebSocket Messaging: comprehensive integration suite.

Real-time chat over WebSocket, from the connection to the final answer.

BVJ: Free, Early, Mid, Enterprise - Retention
Value Impact: People watch an agent work and get its answer as it happens, in their own
    chat and no other.
Strategic Impact: Real-time answers are the product; when this channel stops there is
    nothing to use or renew.
Revenue protected: $12,300,000 a year (real-time AI answers in chat)

Spec: specs/websocket_messaging.yaml (rev 5d998d)
"""

import asyncio
import hashlib
import io
import json
import math
import re
import socket
import time
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assistant.auth.tokens import TokenIssuer
from assistant.chat import (
    ChatService,
    Delivery,
    DemoAgent,
    EncodingError,
    EventError,
    ProviderError,
    Tool,
    ToolOutcome,
)
from assistant.chat.limits import RateLimit
from assistant.client import ChatClient
from assistant.clock import ManualClock
from assistant.config import load
from assistant.core.database import Database
from assistant.core.threads import ThreadStore
from assistant.errors import AssistantError
from assistant.identity import AuthenticationError
from assistant.logs import open_log
from assistant.metrics import Metrics
from assistant.serving import serve
from suiteloom.ssot import SSotAsyncTestCase, get_env

SECRET = "signs-the-tokens-of-these-tests-only"
"""Long enough for every environment."""

HEX_ID = r"[0-9a-f]{32}"
"""What ids that the service makes look like."""

FIVE_EVENTS = [
    "agent_started",
    "agent_thinking",
    "tool_executing",
    "tool_completed",
    "agent_completed",
]

EXPRESSIBLE = [
    {
        "type": "note",
        "text": "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2028",
    },
    {
        "type": "note",
        "text": "\u05e9\u05dc\u05d5\u05dd \u202b\u0645\u0631\u062d\u0628\u0627\u202c",
    },
    {"type": "note", "text": "", "nothing": None, "\U0001f600": [True, False]},
    {
        "type": "note",
        "data": {"list": [1, [-0.5, {"deep": [None, {}]}]], "big": 2**70},
    },
]
"""Messages that arrive as they are sent."""

INEXPRESSIBLE = [
    (
        {"type": "note", "rate": math.nan},
        "rate: JSON cannot express this float",
    ),
    (
        {"type": "note", "a": [0, {"b": math.inf}]},
        "a[1].b: JSON cannot express this float",
    ),
    (
        {"type": "note", "x": {"raw": b"1"}},
        "x.raw: JSON cannot express this bytes",
    ),
    ({"type": "note", "pair": (1, 2)}, "pair: JSON cannot express this tuple"),
    ({"type": "note", "half": "\ud83d"}, "half: JSON cannot express this str"),
    ({"type": "note", "x": {"y": {1: 2}}}, "x.y: a key is not a text"),
    ({"type": "note", 1: 2}, "message: a key is not a text"),
    ({"type": "note", "x": {"\ud83d": 2}}, "x: JSON cannot express this str"),
    ({"type": 5}, "type: not a text"),
    ({"text": "hi"}, "type: not a text"),
]
"""Messages that JSON cannot express, and what is said about each."""

ILLEGIBLE = [
    (
        '{"type": "chat", "id": "m", "text": "\\ud83d"}',
        "invalid_text",
        "text: ",
    ),
    (
        '{"type": "chat", "id": "m", "text": "a", "x": NaN}',
        "invalid_json",
        "the frame",
    ),
    ("[" * 60_000, "invalid_json", "the frame"),
    (b"{}", "invalid_json", "a frame is text"),
    ('{"type": "authenticate", "token": "t"}', "unknown_type", "the type of the frame"),
    *[
        (
            json.dumps({"type": kind}),
            "reserved_type",
            "only the service sends this type",
        )
        for kind in ("welcome", "ack", "resumed", "error", "ping", "answer_piece")
    ],
]
"""Frames of a client, the code for each, and how the message begins."""

SAID = {
    "invalid_json": "the frame is not JSON",
    "not_an_object": "the frame is not a JSON object",
    "missing_type": "the frame has no type",
    "unknown_type": "the type of the frame is not known",
    "reserved_type": "only the service sends this type",
    "invalid_text": "text: .{9,}",
}
"""What is said about invalid frames, by code; patterns."""

QUIET = {"idle_limit_s": 99_999, "heartbeat_interval_s": 99_999}
"""Limits for tests that move the clock on for other reasons."""

SMALL_BUFFER_BYTES = 16_384
"""What the system is asked to hold for a connection that nobody reads, on each side."""

BULK = "x" * 60_000
"""Thirty of these fill every buffer between the service and a client that stalls."""

GIVE_UP_S = 20
"""After this long nothing is waited for any more."""


class PatientClient(ChatClient):
    """A client that also waits for a busy machine."""

    async def receive(self, timeout_s=GIVE_UP_S):
        """Return the next frame."""
        return await super().receive(timeout_s)

    async def until(self, type, timeout_s=GIVE_UP_S):  # noqa: A002 - as in its base
        """Return the frames up to the first of a type."""
        return await super().until(type, timeout_s)


class Logins:
    """An authenticator: real tokens, and sessions that can be revoked."""

    def __init__(self, secret, clock):
        self.issuer = TokenIssuer(secret, clock=clock, lifetime_s=3600)
        self.listeners = []
        self.revoked = set()

    async def authenticate(self, token):
        """Return whose token it is."""
        identity = self.issuer.verify(token)
        if identity.session_id in self.revoked:
            raise AuthenticationError("the login has ended", code="revoked_token")
        return identity

    def on_revoked(self, listener):
        """Keep a listener; return what takes it away."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def revoke(self, session_id):
        """End a session."""
        self.revoked.add(session_id)
        for listener in tuple(self.listeners):
            listener(session_id)


@dataclass
class Chat:
    """A chat service that is being served, and everything around it.

    Attributes:
        service: The service under test.
        address: Where it listens.
        clock: Moves every limit of it.
        logins: Its authenticator.
        metrics: Its metrics.
        output: Its log, JSON lines.
        tokens: Every token that was issued here.
    """

    service: ChatService
    address: object
    clock: ManualClock
    logins: Logins
    metrics: Metrics
    output: io.StringIO
    tokens: list = field(default_factory=list)

    def token(self, user, session=None, permissions=("chat:read", "chat:write")):
        """Return a new token of a user; the session is named after the user."""
        issue = self.logins.issuer.issue
        self.tokens.append(issue(user, session or f"{user}-login", permissions))
        return self.tokens[-1]

    def lines(self, event):
        """Return the log lines about one kind of event."""
        lines = [json.loads(line) for line in self.output.getvalue().splitlines()]
        return [line for line in lines if line["event"] == event]

    def left(self):
        """Return what must be 0 when nobody is connected."""
        service = self.service
        counts = service.connections(), service.places, service.queued
        return (*counts, service.buffered_bytes, service.runs)

    @asynccontextmanager
    async def user(self, name, token=None, *, answer_pings=True):
        """Connect a user; the welcome is `client.welcome`."""
        client = PatientClient(
            self.address, token or self.token(name), answer_pings=answer_pings
        )
        async with client:
            client.welcome = await client.receive()
            assert client.welcome["type"] == "welcome"
            yield client

    def raw(self, token=None, subprotocols=None, **options):
        """Return a bare WebSocket connection that is still to be awaited."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return connect(
            f"{self.address.ws}/ws",
            additional_headers=headers,
            subprotocols=subprotocols,
            max_size=None,
            ping_interval=None,
            proxy=None,
            compression=None,
            **options,
        )

    @asynccontextmanager
    async def stalling(self, name):
        """Connect a user with small buffers; it stalls unless it receives."""
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER_BYTES)
        sock.connect((self.address.host, self.address.port))
        sock.setblocking(False)
        client = await self.raw(self.token(name), sock=sock, max_queue=1)
        try:
            assert json.loads(await client.recv())["type"] == "welcome"
            yield client
        finally:
            client.transport.abort()
            await client.wait_closed()


@asynccontextmanager
async def running(agents=None, *, threads=None, agent_settings=None, **limits):
    """Serve a chat service on a free port.

    Args:
        agents: What each agent does, `async (request, emit) -> answer`, by name, or an
            agent; `assistant` answers unless a message asks for another.
        threads: Where conversations are kept.
        agent_settings: Fields of AgentSettings.
        **limits: Fields of ChatSettings.
    """
    clock, metrics, output = ManualClock(), Metrics(), io.StringIO()
    environ = {
        "ENVIRONMENT": get_env().get("ENVIRONMENT", "test"),
        "ASSISTANT_AUTH__JWT_SECRET": SECRET,
        "ASSISTANT_AUTH__SERVICE_SECRET": SECRET[::-1],
    }
    overrides = {"chat": limits, "agent": agent_settings or {}}
    settings = load(None, environ, overrides).settings
    logins = Logins(settings.auth.jwt_secret.get_secret_value(), clock)
    named = {"assistant": echo, **(agents or {})}
    service = ChatService(
        settings.chat,
        settings.agent,
        authenticator=logins,
        agents={
            name: does if hasattr(does, "run") else SimpleNamespace(run=does)
            for name, does in named.items()
        },
        clock=clock,
        log=open_log(output, clock=clock),
        metrics=metrics,
        threads=threads,
    )
    app = Starlette(routes=[service.route])
    async with serve(app, send_buffer_bytes=SMALL_BUFFER_BYTES) as address:
        try:
            yield Chat(service, address, clock, logins, metrics, output)
        finally:
            await service.close()


class BrokenThreads:
    """A store of conversations whose database is gone."""

    async def create(self, user_id, title):
        """Fail in a way that nobody has foreseen."""
        raise RuntimeError(f"no database for {user_id} and {title}")


async def fail_to_store():
    """Check that a prompt which cannot be stored is refused, and may be sent again."""
    async with running(threads=BrokenThreads()) as chat, chat.user("user-1") as client:
        for _ in range(2):
            await client.send("hello", id="m1")
            error = await client.receive()
            assert error["code"] == "internal_error"
            assert error["message"] == "this did not work; please try again"
        assert chat.service.connections("user-1") == 1
        assert chat.service.remembered_runs == 0
        assert len(chat.lines("frame_failed")) == 2


async def emit_rightly_and_wrongly(emit, refused):
    """Emit known events, and between them some that must be refused.

    Args:
        emit: Of the run.
        refused: Gets code and message of each refusal, in order.

    Returns:
        The answer.
    """

    async def refuse(event):
        with pytest.raises(EventError) as caught:
            await emit.publish(event)
        refused.append((caught.value.code, str(caught.value)))

    await emit.thinking("known")
    event = emit.draft("agent_thinking", text="also known")
    await refuse({**event, "type": "agent_dreaming"})
    for name in ("run_id", "thread_id", "message_id", "seq", "text"):
        await refuse({key: value for key, value in event.items() if key != name})
    await refuse({**event, "seq": 0})
    await refuse({**event, "mood": "good"})
    await refuse({**event, "run_id": "0" * 32})
    await refuse({**event, "seq": 4})
    await emit.publish(event)
    await refuse(event)
    for own in ("agent_started", "run_error", "agent_completed"):
        await refuse({**event, "type": own})
        with pytest.raises(EventError, match=f"only the service sends {own}"):
            emit.draft(own)
    outcome = await emit.tool(Tool("echo", repeat), {"text": "hi"})
    return outcome.result


async def count_by_the_minute():
    """Check whom a rate limit lets pass, and whom it remembers."""
    clock = ManualClock()
    limit = RateLimit(2, clock)
    assert [limit.allow("user-1") for _ in range(3)] == [True, True, False]
    await clock.advance(30)
    assert [limit.allow(each) for each in ("user-1", "user-2")] == [False, True]
    assert len(limit) == 2
    await clock.advance(30)
    assert [limit.allow("user-3"), len(limit)] == [True, 2]
    await clock.advance(29)
    assert limit.allow("user-2")
    await clock.advance(1)
    assert [limit.allow("user-2"), limit.allow("user-2")] == [True, False]
    assert len(limit) == 2
    await clock.advance(30)
    assert [limit.allow("user-4"), len(limit)] == [True, 2]


@asynccontextmanager
async def stored(folder):
    """Open a new database in a folder, and the store of conversations in it."""
    url = f"sqlite+aiosqlite:///{folder / 'chat.db'}"
    clock = ManualClock()
    database = Database(url, clock=clock, log=open_log(io.StringIO()))
    await database.connect()
    try:
        yield ThreadStore(database)
    finally:
        await database.close()


async def echo(request, _):
    """Answer with the prompt, without any step."""
    return request.text


async def tell_user(request, _):
    """Answer with the id of the user who asks."""
    return request.user_id


async def complain(_, __):
    """Fail with a text that is long and not even Unicode."""
    raise AssistantError("\ud83d" + "no" * 9999, code="long_story")


def asking_model(calls):
    """Return an agent whose model provider is busy once, or always for "never".

    Args:
        calls: Counts the calls of the provider, by prompt.
    """

    async def run(request, emit):
        async def provider():
            calls[request.text] += 1
            if calls[request.text] == 1 or request.text == "never":
                raise ProviderError("the model is busy")
            return f"attempt {calls[request.text]}"

        return await emit.ask(provider)

    return run


async def repeat(text):
    """Do what a tool does that returns its argument."""
    return text


def prompt(agent, text="hello", **members):
    """Return a chat message for an agent, as a client sends it."""
    frame = {"type": "chat", "id": f"m-{time.perf_counter_ns()}", "text": text}
    return {**frame, "agent": agent, **members}


async def ask(client, text="hello", agent="assistant", **members):
    """Send a chat message; return the frames of its whole run.

    The first is the ack and the last agent_completed.
    """
    await client.send_frame(prompt(agent, text, **members))
    return await client.until("agent_completed")


async def ask_and_wait(test, chat, client, waits, frame):
    """Send a chat message whose run sleeps, and move the clock on for it.

    Args:
        test: Waits for conditions.
        chat: The service.
        client: Sends.
        waits: By how much to move the clock, in seconds, each time the run sleeps.
        frame: The message.

    Returns:
        The frames of the whole run.
    """
    awake = chat.clock.sleepers
    await client.send_frame(frame)
    for seconds in waits:
        await test.wait_for_condition(lambda: chat.clock.sleepers > awake, GIVE_UP_S)
        await chat.clock.advance(seconds)
    return await client.until("agent_completed")


async def refusal(client, timeout_s=GIVE_UP_S):
    """Return the error frame that a refused client gets, its close code and reason."""
    frame = json.loads(await asyncio.wait_for(client.recv(), timeout_s))
    assert frame["type"] == "error"
    code, reason = await closing(client)
    return frame, code, reason


async def closing(client, timeout_s=GIVE_UP_S):
    """Return close code and reason of a bare connection that gets no more frames."""
    with pytest.raises(ConnectionClosed) as closed:
        await asyncio.wait_for(client.recv(), timeout_s)
    return closed.value.rcvd.code, closed.value.rcvd.reason


async def drain(client):
    """Read a bare connection to its end; return frames, close code and reason."""
    frames = []
    try:
        while True:
            frames.append(json.loads(await asyncio.wait_for(client.recv(), GIVE_UP_S)))
    except ConnectionClosed as closed:
        return frames, closed.rcvd.code, closed.rcvd.reason


async def drop(client):
    """End the connection of a client without a close frame."""
    client.connection.transport.abort()
    await client.connection.wait_closed()


async def resume(client, run, after):
    """Ask for the events of a run after a number; return the first frame in reply."""
    await client.resume(run, after)
    return await client.receive()


async def nothing_more(chat, client):
    """Check that no frame is under way to the connection of a client."""
    note, welcome = {"type": "note", "last": True}, client.welcome
    await chat.service.send(welcome["user_id"], note, [welcome["connection_id"]])
    assert await client.receive() == note


def types(frames):
    """Return the types of frames."""
    return [frame["type"] for frame in frames]


def events(frames):
    """Return those frames that are events of runs."""
    return [frame for frame in frames if "seq" in frame]


def numbers(frames):
    """Return the sequence numbers of the events among frames."""
    return [frame["seq"] for frame in events(frames)]


def upto(last, first=1):
    """Return the sequence numbers of a run or of a part of it."""
    return list(range(first, last + 1))


class TestWebSocketConnectionManagement(SSotAsyncTestCase):
    """WebSocket Connection Management.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev 937a08)
    """

    @pytest.mark.spec("WS-001", rev="826165.9b332e", written="826165")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_establishment_success(self):
        """A connection opens and greets the client with its own id.

        BVJ: Free - Conversion
        Value Impact: A visitor who types a first prompt and meets an endless spinner
            goes on to the next tool in the search results; a trial sells nothing until
            the line is open.
        Strategic Impact: First conversations turn visitors into customers.

        Given: a running chat service and a user with a valid JWT
        When: the client opens a WebSocket to the chat endpoint
        When: the same user opens a second WebSocket
        Then: each handshake completes and its first frame is a welcome with a
            connection id
        Then: the two connection ids differ
        Then: the service counts two open connections for the user, and none after both
            close
        """
        async with running(heartbeat_interval_s=12) as chat:
            assert chat.service.connections("user-1") == 0
            async with chat.user("user-1") as first, chat.user("user-1") as second:
                ids = [each.welcome["connection_id"] for each in (first, second)]
                for client, connection_id in zip((first, second), ids, strict=True):
                    assert re.fullmatch(HEX_ID, connection_id)
                    assert client.welcome == {
                        "type": "welcome",
                        "connection_id": connection_id,
                        "user_id": "user-1",
                        "heartbeat_interval_s": 12,
                    }
                assert ids[0] != ids[1]
                assert chat.service.connections("user-1") == 2
                assert chat.service.connections() == 2
                assert chat.service.connections("user-2") == 0
                assert chat.metrics.level("chat.connections") == 2
                assert len(chat.lines("connection_opened")) == 2
            await self.wait_for_condition(
                lambda: not chat.service.connections("user-1"), GIVE_UP_S
            )
            assert chat.left() == (0, 0, 0, 0, 0)
            assert chat.metrics.level("chat.connections") == 0
            closed = chat.lines("connection_closed")
            assert {line["connection"] for line in closed} == set(ids)
            assert [(line["code"], line["reason"]) for line in closed] == [
                (None, "left")
            ] * 2

    @pytest.mark.spec("WS-002", rev="99c505.19e5c1", written="99c505")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_with_jwt_authentication(self):
        """The connection belongs to the user whom the token names.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: History, permissions and billing all hang on the name behind the
            socket; bind it loosely and people are charged for strangers and shown their
            threads.
        Strategic Impact: Everything personal in the product rests on this one binding.

        Given: a valid JWT of one user
        Given: an expired JWT, a JWT with an altered signature, and no JWT at all
        When: a client connects with each of them
        Then: the connection with the valid JWT acts as the user in its subject claim
        Then: each of the others is refused with an authentication error and gets no
            welcome
        Then: no refused attempt is counted as an open connection
        """
        who = {"whoami": tell_user}
        async with running(who) as chat:
            valid = chat.token("user-1")
            head, body, signature = valid.split(".")
            altered = (
                f"{head}.{body}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
            )
            expired = chat.token("user-1")
            await chat.clock.advance(3600)
            valid = chat.token("user-1")
            async with chat.user("user-1", valid) as client:
                assert (await ask(client, agent="whoami"))[-1]["answer"] == "user-1"
                browser = await chat.raw(
                    subprotocols=["assistant.v1", f"token.{valid}"]
                )
                late = await chat.raw(subprotocols=["assistant.v1", "authenticate"])
                await late.send(json.dumps({"type": "authenticate", "token": valid}))
                for other in (browser, late):
                    assert other.subprotocol == "assistant.v1"
                    assert json.loads(await other.recv())["user_id"] == "user-1"
                    await other.close()
                plain = await chat.raw(valid)
                assert plain.subprotocol is None
                await plain.close()
                await self.wait_for_condition(
                    lambda: chat.service.places == 1, GIVE_UP_S
                )
                for attempt, code in [
                    (chat.raw(expired), "expired_token"),
                    (chat.raw(altered), "invalid_token"),
                    (chat.raw(), "missing_token"),
                    (
                        chat.raw(subprotocols=["assistant.v1", "bearer.x"]),
                        "missing_token",
                    ),
                ]:
                    frame, close_code, reason = await refusal(await attempt)
                    assert (frame["code"], close_code) == (code, 4001)
                    assert frame["message"]
                    assert reason == f"{code}: {frame['message']}"
                for first in (
                    '{"type": "chat", "id": "m", "text": "hi"}',
                    b"\x00",
                    "{}",
                ):
                    mute = await chat.raw(subprotocols=["authenticate"])
                    await mute.send(first)
                    frame, close_code, _ = await refusal(mute)
                    assert (frame["code"], close_code) == ("missing_token", 4001)
                await self.wait_for_condition(
                    lambda: chat.service.places == 1, GIVE_UP_S
                )
                assert chat.service.connections() == 1
            assert chat.metrics.counter("chat.refused") == 7

    @pytest.mark.spec("WS-003", rev="bb2fae.0e8db1", written="bb2fae")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_failure_handling(self):
        """A refused or broken connection is explained and can be retried.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Trains, tunnels and office proxies break handshakes all day; told
            the cause and let in on the next try, mobile subscribers blame the tunnel
            and not us.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a chat service that is at its connection limit
        Given: a client whose first handshake breaks off halfway
        When: each client tries to connect, and tries again once the cause is gone
        Then: the refusal names its cause and says when to retry
        Then: a failed attempt leaves no connection, queue or agent run behind
        Then: the later attempt gets a welcome
        """
        async with running(connection_limit=2, retry_after_s=7) as chat:
            async with chat.user("user-1"), chat.user("user-1"):
                frame, code, reason = await refusal(
                    await chat.raw(chat.token("user-2"))
                )
                told = "too many are connected; try again in 7 s"
                assert frame == {
                    "type": "error",
                    "code": "connection_limit",
                    "message": told,
                    "retry_after_s": 7,
                }
                assert (code, reason) == (1013, f"connection_limit: {told}")
                assert (chat.service.connections(), chat.service.places) == (2, 2)
                assert chat.service.connections("user-2") == 0
                assert chat.service.remembered_runs == 0
            await self.wait_for_condition(lambda: chat.service.places == 0, GIVE_UP_S)
            async with chat.user("user-2"):
                assert chat.service.connections("user-2") == 1
            await self.wait_for_condition(lambda: chat.service.places == 0, GIVE_UP_S)

            reader, writer = await asyncio.open_connection(
                chat.address.host, chat.address.port
            )
            writer.write(b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: webso")
            writer.close()
            await writer.wait_closed()
            assert await reader.read() == b""
            halted = await chat.raw(subprotocols=["assistant.v1", "authenticate"])
            await self.wait_for_condition(lambda: chat.service.places == 1, GIVE_UP_S)
            assert chat.service.connections() == 0
            halted.transport.abort()
            await self.wait_for_condition(lambda: chat.service.places == 0, GIVE_UP_S)
            assert chat.left() == (0, 0, 0, 0, 0)
            async with chat.user("user-3") as client:
                assert types(await ask(client))[-1] == "agent_completed"
                between = await chat.raw(subprotocols=["authenticate"])
                await self.wait_for_condition(
                    lambda: chat.service.places == 2, GIVE_UP_S
                )
                await chat.service.close()
                token = chat.token("user-4")
                await between.send(json.dumps({"type": "authenticate", "token": token}))
                assert (await refusal(between))[0]["code"] == "stopping"
                code, reason = await closing(client.connection)
                assert (code, reason) == (1001, "going_away: the service stops")
            frame, code, reason = await refusal(await chat.raw(chat.token("user-3")))
            assert (frame["code"], frame["retry_after_s"], code) == (
                "stopping",
                7,
                1013,
            )
            assert reason == "stopping: the service stops; try again in 7 s"
            assert chat.service.places == 0
            assert chat.logins.listeners == []
            codes = [line["code"] for line in chat.lines("connection_refused")]
            assert codes[0] == "connection_limit"
            assert codes[-2:] == ["stopping", "stopping"]

    @pytest.mark.spec("WS-004", rev="ec379e.ea1a13", written="ec379e")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_timeout_handling(self):
        """Silent connections end at their limit, and active ones stay.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Ghost connections occupy places meant for people; if they never
            expire, a quiet afternoon ends with paying customers turned away from an
            idle server.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a handshake limit and an idle limit on a clock that the test moves
        Given: a client that stops halfway through the handshake
        Given: a connected client that falls silent, and one that speaks just inside the
            limit
        When: the clock passes both limits
        Then: the halted handshake and the silent client are closed with a timeout
            reason
        Then: the client that spoke just inside the limit is still connected
        Then: everything held for the closed clients is released
        Then: the user who timed out can connect again
        """
        limits = {"handshake_limit_s": 10, "idle_limit_s": 600}
        async with running(**limits, heartbeat_interval_s=9999) as chat:
            halted = await chat.raw(subprotocols=["assistant.v1", "authenticate"])
            async with chat.user("user-1") as silent, chat.user("user-2") as lively:
                await self.wait_for_condition(
                    lambda: chat.service.places == 3, GIVE_UP_S
                )
                await chat.clock.advance(9)
                assert chat.service.places == 3
                await chat.clock.advance(1)
                frame, code, reason = await refusal(halted)
                assert (frame["code"], code) == ("handshake_timeout", 4008)
                assert frame["message"] == "no valid token came within 10 s"
                assert reason == f"handshake_timeout: {frame['message']}"
                assert (chat.service.places, chat.service.connections()) == (2, 2)

                await chat.clock.advance(589)
                assert types(await ask(lively))[0] == "ack"
                assert chat.service.connections() == 2
                await chat.clock.advance(1)
                assert await closing(silent.connection) == (
                    4008,
                    "idle: nothing was heard for too long",
                )
                assert chat.service.connections("user-1") == 0
                assert chat.service.places == 1
                assert (chat.service.queued, chat.service.buffered_bytes) == (0, 0)
                await chat.clock.advance(598)
                assert types(await ask(lively))[-1] == "agent_completed"
                async with chat.user("user-1"):
                    assert chat.service.connections("user-1") == 1
                await lively.send_frame({"type": "pong"})
                await chat.clock.advance(599)
                assert chat.service.connections("user-2") == 1
                await chat.clock.advance(1)
                assert (await closing(lively.connection))[0] == 4008
            closed = [
                (line["user"], line["code"]) for line in chat.lines("connection_closed")
            ]
            assert closed == [("user-1", 4008), ("user-1", None), ("user-2", 4008)]


class TestWebSocketMessageHandling(SSotAsyncTestCase):
    """WebSocket Message Handling.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev 1fc6e8)
    """

    @pytest.mark.spec("WS-005", rev="9492a3.83f5c7", written="9492a3")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_serialization(self):
        """Messages keep their meaning through encoding and decoding.

        BVJ: Free, Early, Mid, Enterprise - Expansion
        Value Impact: Customers write in many scripts and paste in code; one mangled
            character makes the agent answer a question nobody asked, and whole language
            markets stay closed.
        Strategic Impact: The product can be sold wherever its users' own words are safe
            in it.

        Given: messages with emoji, right-to-left text, nested data, null and empty text
        Given: a message that holds a value JSON cannot express
        When: each is encoded, sent, received and decoded
        Then: every decoded message equals the one that was sent
        Then: each frame is one JSON object in UTF-8 with a type
        Then: the value that JSON cannot express gives an error naming its field, and no
            frame is sent
        """
        async with running() as chat, chat.user("user-1") as client:
            for message in EXPRESSIBLE:
                delivery = await chat.service.send("user-1", message)
                assert delivery.reached == (client.welcome["connection_id"],)
                raw = await client.connection.recv()
                assert isinstance(raw, str)
                assert (raw[0], raw[-1]) == ("{", "}")
                assert json.loads(raw) == message
                assert raw == json.dumps(
                    message, ensure_ascii=False, separators=(",", ":")
                )
                if message.get("text"):
                    assert (await ask(client, message["text"]))[-1][
                        "answer"
                    ] == message["text"]
            for message, problem in INEXPRESSIBLE:
                with pytest.raises(EncodingError) as refused:
                    await chat.service.send("user-1", message)
                assert (refused.value.code, str(refused.value)) == (
                    "not_serializable",
                    problem,
                )
            await nothing_more(chat, client)
            for frame, code, message in ILLEGIBLE:
                await client.connection.send(frame)
                error = await client.receive()
                assert error["code"] == code
                assert error["message"].startswith(message)

    @pytest.mark.spec("WS-006", rev="2dc6d9.844050", written="2dc6d9")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_sending(self):
        """A sent message reaches each of the user's connections once.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A finished answer that is never sent is pure loss: the model has
            been paid, the screen stays empty, and the person asks for the same thing
            again.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a user with two open connections, and a third that has just closed
        When: the service sends three messages to the user
        Then: each open connection receives the three messages once and in order
        Then: the closed connection is reported as not reached and raises nothing
        Then: other users receive none of them
        """
        async with (
            running() as chat,
            chat.user("user-1") as first,
            chat.user("user-1") as second,
            chat.user("user-2") as other,
        ):
            async with chat.user("user-1") as third:
                pass
            await self.wait_for_condition(
                lambda: chat.service.connections("user-1") == 2, GIVE_UP_S
            )
            one, two, gone, foreign = (
                each.welcome["connection_id"] for each in (first, second, third, other)
            )
            notes = [{"type": "note", "number": number} for number in range(3)]
            send = chat.service.send
            assert await send("user-1", notes[0], [one, two, gone]) == Delivery(
                (one, two), (gone,)
            )
            assert await send("user-1", notes[1]) == Delivery((one, two), ())
            assert await send(
                "user-1", notes[2], [gone, foreign, two, one]
            ) == Delivery((two, one), (gone, foreign))
            assert await send("user-3", notes[0]) == Delivery((), ())
            for client in (first, second):
                assert [await client.receive() for _ in notes] == notes
                await nothing_more(chat, client)
            await nothing_more(chat, other)

    @pytest.mark.spec("WS-007", rev="82aa59.d1ca6f", written="82aa59")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_receiving(self):
        """Each received prompt is acknowledged and starts one agent run.

        BVJ: Early, Mid - Retention
        Value Impact: When a prompt vanishes between click and agent, people click again
            and pay twice out of their allowance; a receipt for each prompt makes one
            click enough.
        Strategic Impact: Metered plans are accepted as fair only if nothing is counted
            twice.

        Given: a connected user
        When: the client sends four chat messages without waiting for replies
        When: the client sends the last of them again with the same message id
        Then: each of the four is acknowledged with its message id
        Then: each of the four starts exactly one agent run
        Then: the repeated message is acknowledged again and starts no run
        """
        started = []

        async def work(request, _):
            started.append(request.message_id)
            return request.text

        async with (
            running({"assistant": work}, **QUIET) as chat,
            chat.user("user-1") as client,
        ):
            for number in range(1, 5):
                await client.send(f"prompt {number}", id=f"m{number}")
            await client.send("prompt 4", id="m4")
            frames = []
            while (
                types(frames).count("agent_completed") < 4
                or types(frames).count("ack") < 5
            ):
                frames.append(await client.receive())
            acks = [frame for frame in frames if frame["type"] == "ack"]
            assert [ack["id"] for ack in acks] == ["m1", "m2", "m3", "m4", "m4"]
            assert acks[3] == acks[4]
            assert len({ack["run_id"] for ack in acks}) == 4
            for ack in acks[:4]:
                mine = [
                    each for each in events(frames) if each["run_id"] == ack["run_id"]
                ]
                assert {each["message_id"] for each in mine} == {ack["id"]}
                assert mine[-1]["answer"] == f"prompt {ack['id'][1]}"
            await nothing_more(chat, client)

            await client.send("another prompt", id="m4")
            assert await client.receive() == {
                "type": "error",
                "code": "id_in_use",
                "message": "the id is another message's",
            }
            assert started == ["m1", "m2", "m3", "m4"]
            assert chat.metrics.counter("chat.runs_started") == 4
            async with chat.user("user-2") as other:
                assert (await ask(other, "prompt 4", id="m4"))[-1][
                    "status"
                ] == "completed"
            assert started[4:] == ["m4"]
            await chat.clock.advance(300 * 11)
            assert chat.service.remembered_runs == 0
            assert chat.service.retained_bytes == 0
            again = await ask(client, "prompt 4", id="m4")
            assert again[0]["run_id"] != acks[3]["run_id"]

    @pytest.mark.spec("WS-008", rev="94a990.f84d61", written="94a990")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    @pytest.mark.parametrize(
        ("frame", "code"),
        [
            pytest.param("hello", "invalid_json", id="plain_text"),
            pytest.param('{"type": "chat"', "invalid_json", id="cut_short"),
            pytest.param("", "invalid_json", id="empty_frame"),
            pytest.param("[1, 2]", "not_an_object", id="list_at_top"),
            pytest.param("null", "not_an_object", id="null_at_top"),
            pytest.param('{"id": "m1", "text": "hi"}', "missing_type", id="no_type"),
            pytest.param(
                '{"type": 7, "id": "m1"}',
                "unknown_type",
                id="type_is_number",
            ),
            pytest.param(
                '{"type": "launch", "id": "m1"}',
                "unknown_type",
                id="unknown_type",
            ),
            pytest.param(
                '{"type": "agent_completed", "id": "m1"}',
                "reserved_type",
                id="forged_agent_event",
            ),
            pytest.param('{"type": "chat", "id": "m1"}', "invalid_text", id="no_text"),
            pytest.param(
                '{"type": "chat", "id": "m1", "text": "  "}',
                "invalid_text",
                id="blank_text",
            ),
            pytest.param(
                '{"type": "chat", "id": "m1", "text": ["hi"]}',
                "invalid_text",
                id="text_is_list",
            ),
        ],
    )
    async def test_websocket_message_validation(self, frame, code):
        """Invalid messages are refused, each for the right reason.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A faulty browser extension or a curious attacker may send anything
            at all; an odd frame must cost its sender an error and not the worker that
            serves others.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a connected user
        When: the client sends the frame of the case
        When: the client then sends a valid chat message
        Then: the reply is an error frame with the code of the case
        Then: the invalid frame starts no agent run
        Then: the connection stays open and the valid message is acknowledged
        """
        async with running() as chat, chat.user("user-1") as client:
            await client.connection.send(frame)
            reply = await client.receive()
            assert reply == {"type": "error", "code": code, "message": reply["message"]}
            assert re.fullmatch(SAID[code], reply["message"])
            assert chat.service.remembered_runs == 0
            answered = await ask(client, "hi", id="valid")
            assert (answered[0]["type"], answered[0]["id"]) == ("ack", "valid")
            assert chat.service.connections("user-1") == 1
            assert chat.metrics.counter("chat.runs_started") == 1
            assert chat.metrics.counter("chat.frames_refused") == 1


class TestAgentIntegration(SSotAsyncTestCase):
    """Agent Integration.

    BVJ: Free, Early, Mid, Enterprise - Conversion
    Value Impact: The five events let a person see an agent start, think, use tools and
        answer.
    Strategic Impact: Seeing an agent work on one's own problem is what turns a trial
        into a plan.

    Spec: specs/websocket_messaging.yaml (rev a73e84)
    """

    @pytest.mark.spec("WS-009", rev="13ccf9.1564fc", written="13ccf9")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_agent_started_event(self):
        """agent_started opens the run and names its agent.

        BVJ: Free - Conversion
        Value Impact: The moment after pressing send decides whether a newcomer believes
            that anything is happening; an early sign of life keeps the tab open until
            the agent can impress.
        Strategic Impact: Seeing an agent work on one's own problem is what turns a
            trial into a plan.

        Given: a connected user with no run in progress
        When: the user sends a chat message
        When: the user sends a message that validation refuses
        Then: agent_started arrives before every other event of the run
        Then: it carries the run id, the thread id, the id of the message and the
            agent's name
        Then: the refused message brings no agent_started
        """
        refused = [
            ({"id": ""}, "invalid_field", "id: "),
            ({"id": "i" * 101}, "invalid_field", "id: "),
            ({"id": 5}, "invalid_field", "id: "),
            ({"agent": "nobody"}, "unknown_agent", "there is no such agent"),
            ({"thread": "none"}, "thread_not_found", "there is no such conversation"),
            ({"text": ""}, "invalid_text", "text: "),
        ]
        async with running({"other": echo}, agent_settings={"name": "other"}) as chat:
            guest = chat.token("user-2", permissions=["chat:read"])
            async with (
                chat.user("user-1") as client,
                chat.user("user-2", guest) as reader,
            ):
                await client.send("hello", id="i" * 100)
                ack, *sequence = await client.until("agent_completed")
                first = sequence[0]
                assert re.fullmatch(HEX_ID, ack["run_id"])
                assert re.fullmatch(HEX_ID, first["thread_id"])
                assert first == {
                    "type": "agent_started",
                    "run_id": ack["run_id"],
                    "thread_id": first["thread_id"],
                    "message_id": "i" * 100,
                    "seq": 1,
                    "agent": "other",
                }
                assert types(sequence).count("agent_started") == 1
                named = await ask(client, agent="assistant", thread=first["thread_id"])
                assert named[1]["agent"] == "assistant"
                assert named[1]["thread_id"] == first["thread_id"]
                assert named[1]["run_id"] != first["run_id"]
                for members, code, message in refused:
                    await client.send_frame(prompt("other") | members)
                    error = await client.receive()
                    assert (error["type"], error["code"]) == ("error", code)
                    assert error["message"].startswith(message)
                await reader.send("hello")
                assert await reader.receive() == {
                    "type": "error",
                    "code": "permission_denied",
                    "message": "you may not write here",
                }
                async with chat.user("user-3") as stranger:
                    await stranger.send("hello", thread=first["thread_id"])
                    assert (await stranger.receive())["code"] == "thread_not_found"
                await nothing_more(chat, client)
                await nothing_more(chat, reader)
                assert chat.metrics.counter("chat.runs_started") == 2
                assert chat.metrics.counter("chat.frames_refused") == 8

    @pytest.mark.spec("WS-010", rev="fc6a07.40804e", written="fc6a07")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_agent_thinking_event(self):
        """agent_thinking shows the reasoning while the run goes on.

        BVJ: Free, Early - Conversion
        Value Impact: Visible reasoning turns waiting into watching: people on small
            plans see how their own problem is taken apart, and that is our best
            argument for a larger plan.
        Strategic Impact: Seeing an agent work on one's own problem is what turns a
            trial into a plan.

        Given: a connected user and an agent that reasons in three steps
        Given: an agent that answers without any intermediate step
        When: each agent handles a chat message
        Then: three agent_thinking events arrive in step order between agent_started and
            agent_completed
        Then: each carries the run id and a text that is not empty
        Then: they arrive while the agent is still running, and not in one batch at the
            end
        Then: the agent without steps still sends one agent_thinking
        """
        steps = ["read the question", "look for an answer", "check it"]
        gates = [asyncio.Event() for _ in steps]

        async def reason(_, emit):
            for step, gate in zip(steps, gates, strict=True):
                await emit.thinking(step)
                await gate.wait()
            with pytest.raises(EventError) as refused:
                await emit.thinking("")
            assert str(refused.value).startswith("text: ")
            return "done"

        async with (
            running({"reasoning": reason}) as chat,
            chat.user("user-1") as client,
        ):
            await client.send_frame(prompt("reasoning"))
            frames = await client.until("agent_started")
            for step, gate in zip(steps, gates, strict=True):
                seen = await client.receive()
                assert chat.service.runs == 1
                assert (seen["type"], seen["text"]) == ("agent_thinking", step)
                frames.append(seen)
                gate.set()
            frames.append(await client.receive())
            assert types(frames) == [
                "ack",
                "agent_started",
                *["agent_thinking"] * 3,
                "agent_completed",
            ]
            assert {frame["run_id"] for frame in frames} == {frames[0]["run_id"]}
            assert numbers(frames) == upto(5)
            assert frames[-1]["status"] == "completed"

            ack, *without = await ask(client, "42")
            assert types(without) == [
                "agent_started",
                "agent_thinking",
                "agent_completed",
            ]
            assert without[1]["run_id"] == ack["run_id"]
            assert without[1]["text"] == "Working on an answer."
            assert chat.service.runs == 0

    @pytest.mark.spec("WS-011", rev="9bff56.0a124f", written="9bff56")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_tool_executing_event(self):
        """tool_executing announces a tool before the tool does anything.

        BVJ: Mid, Enterprise - Expansion
        Value Impact: A company lets agents touch its own systems only if staff can see
            which tool acts and on what; this announcement is what their security
            officer signs off.
        Strategic Impact: Agents with access to company systems are what larger
            contracts are made of.

        Given: an agent that calls one tool with a password among its arguments
        Given: an agent that calls no tool
        When: each agent handles a chat message
        Then: tool_executing arrives before the tool starts its work
        Then: it carries the run id, a call id, the tool's name and its arguments with
            the password masked
        Then: the agent that calls no tool sends no tool_executing
        """
        used, at_start, release = [], [], asyncio.Event()
        arguments = {
            "account": "reports",
            "password": "correct-horse",
            "url": "https://me:battery@example.org",
        }

        async def act(_, emit):
            async def work(**given):
                at_start.append(chat.service.retained_bytes)
                used.append(given)
                await release.wait()
                return "found"

            await emit.tool(Tool("lookup", work), arguments)
            return "answer"

        async with running({"acting": act}) as chat, chat.user("user-1") as client:
            await client.send_frame(prompt("acting", id="m1"))
            raw = [await client.connection.recv() for _ in range(4)]
            frames = [json.loads(each) for each in raw]
            assert types(frames) == ["ack", *FIVE_EVENTS[:3]]
            announced = frames[3]
            assert re.fullmatch(HEX_ID, announced["call_id"])
            assert announced == {
                "type": "tool_executing",
                "run_id": frames[0]["run_id"],
                "thread_id": frames[1]["thread_id"],
                "message_id": "m1",
                "seq": 3,
                "call_id": announced["call_id"],
                "tool": "lookup",
                "arguments": {
                    "account": "reports",
                    "password": "***",
                    "url": "https://***@example.org",
                },
            }
            await self.wait_for_condition(lambda: used, GIVE_UP_S)
            assert at_start == [sum(len(each.encode()) for each in raw[1:])]
            assert used == [arguments]
            release.set()
            raw += [await client.connection.recv() for _ in range(2)]
            assert types([json.loads(each) for each in raw[4:]]) == FIVE_EVENTS[3:]
            assert not [each for each in raw if "horse" in each or "battery" in each]
            quiet = await ask(client)
            assert "tool_executing" not in types(quiet)
            assert used == [arguments]

    @pytest.mark.spec("WS-012", rev="d1a2b9.5b29a1", written="d1a2b9")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_tool_completed_event(self):
        """tool_completed delivers the result of the tool that was announced.

        BVJ: Early, Mid - Retention
        Value Impact: Half an answer is already worth having: analysts act on what a
            tool found while the agent is still writing, and this head start is what
            their manager pays for.
        Strategic Impact: Users who act on results early build their working day around
            the product.

        Given: an agent that calls one tool which succeeds and one which fails
        When: the agent handles a chat message
        Then: each tool_completed carries the call id of its tool_executing and follows
            it
        Then: that of the first tool has success true, a result and a duration
        Then: that of the second has success false and an error text that is safe to
            show
        Then: the run goes on after the failed tool
        """
        outcomes = []

        async def search(what):
            await chat.clock.sleep(2.5)
            return {"rows": [what], "api_key": "k-123"}

        async def broken(**_):
            raise ValueError("secret path /srv/keys")

        async def unready(**_):
            raise AssistantError("the index is being built", code="index_busy")

        async def odd(**_):
            return {"when": datetime.now(UTC)}

        tools = [Tool(each.__name__, each) for each in (search, broken, unready, odd)]

        async def act(_, emit):
            for tool in tools:
                given = {"what": "tea"} if tool.name == "search" else {}
                outcomes.append(await emit.tool(tool, given))
            return f"found {outcomes[0].result['rows'][0]}"

        async with running({"assistant": act}) as chat, chat.user("user-1") as client:
            await client.send("look", id="m1")
            announced = (await client.until("tool_executing"))[-1]
            await chat.clock.advance(2.5)
            frames = await client.until("agent_completed")
            done = [each for each in frames if each["type"] == "tool_completed"]
            assert done[0] == {
                "type": "tool_completed",
                **{
                    name: announced[name]
                    for name in ("run_id", "thread_id", "message_id")
                },
                "seq": 4,
                "call_id": announced["call_id"],
                "tool": "search",
                "success": True,
                "result": {"rows": ["tea"], "api_key": "***"},
                "error": None,
                "duration_s": 2.5,
            }
            pairs = [announced, *[each for each in frames if "call_id" in each]]
            assert types(pairs) == ["tool_executing", "tool_completed"] * 4
            assert [each["call_id"] for each in pairs[::2]] == [
                each["call_id"] for each in pairs[1::2]
            ]
            assert len({each["call_id"] for each in pairs}) == 4
            errors = ["the tool failed", "the index is being built"]
            errors.append("result.when: JSON cannot express this datetime")
            for each, tool, error in zip(done[1:], tools[1:], errors, strict=True):
                assert (each["success"], each["result"]) == (False, None)
                assert (each["tool"], each["error"]) == (tool.name, error)
                assert each["duration_s"] == 0
            assert outcomes == [
                ToolOutcome(True, {"rows": ["tea"], "api_key": "k-123"}, None),
                *[ToolOutcome(False, None, error) for error in errors],
            ]
            assert frames[-1]["answer"] == "found tea"
            failed = [
                (line["tool"], line["error"]) for line in chat.lines("tool_failed")
            ]
            kinds = ["ValueError", "AssistantError", "EncodingError"]
            assert failed == [*zip(["broken", "unready", "odd"], kinds, strict=True)]

    @pytest.mark.spec("WS-013", rev="26db40.e3d7ed", written="26db40")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_agent_completed_event(self):
        """agent_completed delivers the final answer exactly once.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: The final answer is the thing we sell: lose it, and everything the
            run has cost us and its owner has bought a blank space under a question.
        Strategic Impact: Answers that always arrive are the habit on which renewals
            rest.

        Given: one run that succeeds, one whose agent raises, and one whose client drops
            before the end
        When: all three runs end, and the dropped client resumes
        Then: agent_completed is the last event of each run and comes once
        Then: the run that succeeded carries the full answer, and the failed one has
            status failed
        Then: the resumed client receives the agent_completed that it missed
        """
        gate = asyncio.Event()

        async def fail(_, __):
            raise RuntimeError("no luck")

        async def wait(_, __):
            await gate.wait()
            return "late answer"

        agents = {"failing": fail, "waiting": wait}
        async with running(agents) as chat, chat.user("user-1") as client:
            good = await ask(client, "the whole answer")
            bad = await ask(client, agent="failing")
            async with chat.user("user-1") as dropping:
                await dropping.send_frame(prompt("waiting"))
                before = await dropping.until("agent_started")
                await drop(dropping)
            await self.wait_for_condition(
                lambda: chat.service.connections() == 1, GIVE_UP_S
            )
            gate.set()
            await self.wait_for_condition(lambda: chat.service.runs == 0, GIVE_UP_S)
            async with chat.user("user-1") as again:
                await again.resume(before[0]["run_id"], 1)
                late = [*before, *await again.until("agent_completed")]
                await nothing_more(chat, again)
            await nothing_more(chat, client)

            for frames in (good, bad, late):
                assert types(frames).count("agent_completed") == 1
                assert numbers(frames) == upto(len(events(frames)))
            for frames, answer in ((good, "the whole answer"), (late, "late answer")):
                assert frames[-1] == {
                    **{
                        name: frames[1][name]
                        for name in ("run_id", "thread_id", "message_id")
                    },
                    "type": "agent_completed",
                    "seq": 3,
                    "status": "completed",
                    "answer": answer,
                    "checksum": hashlib.sha256(answer.encode()).hexdigest(),
                    "error": None,
                }
            assert bad[-1]["status"] == "failed"
            assert (bad[-1]["answer"], bad[-1]["error"]) == ("", "agent_failed")
            assert bad[-1]["checksum"] == hashlib.sha256(b"").hexdigest()
            ended = [
                (line["status"], line["events"]) for line in chat.lines("run_ended")
            ]
            assert ended == [("completed", 3), ("failed", 4), ("completed", 3)]
            started = [
                (line["user"], line["agent"]) for line in chat.lines("run_started")
            ]
            names = ("assistant", "failing", "waiting")
            assert started == [("user-1", name) for name in names]
            assert chat.metrics.counter("chat.runs_failed") == 1

    @pytest.mark.spec("WS-014", rev="a57ba3.f3802b", written="a57ba3")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_complete_agent_event_flow(self):
        """All five events arrive in order and nothing follows the last.

        BVJ: Free, Early, Mid, Enterprise - Conversion
        Value Impact: The $12.3M a year that live answers earn rests on this rhythm;
            with one beat missing the agent looks stuck, and a prospect who is about to
            decide decides against us.
        Strategic Impact: Seeing an agent work on one's own problem is what turns a
            trial into a plan.

        Given: an agent that uses one tool and an agent that uses two tools one after
            another
        When: each handles a chat message of a connected user
        Then: agent_started, agent_thinking, tool_executing, tool_completed and
            agent_completed come in this order
        Then: with two tools each tool_executing is followed by its own tool_completed
            before the next
        Then: the sequence numbers of a run rise by one without a gap
        Then: no event of a run arrives after its agent_completed
        """
        prompts = {
            "What is 2 * (3 + 4) - 0.5?": ["calculator: 2 * (3 + 4) - 0.5 = 13.5"],
            "What time is it, and what is 6/-4?": [
                "clock: 2027-01-15 08:00:00+00:00",
                "calculator: 6/-4 = -1.5",
            ],
            "What is 3-3? Count: one two\n three": [
                "calculator: 3-3 = 0",
                "text_statistics: 3 words, 14 characters, 2 lines",
            ],
            "What is 1/0?": ["calculator: nothing can be divided by zero"],
            "And 2 ** 3?": ["calculator: this is no expression that I know"],
            "And 1 + (2?": ["calculator: this is no expression that I know"],
            "And 1 + ()?": ["calculator: this is no expression that I know"],
            "+1" * 5000: ["calculator: this is no expression that I know"],
            "9" * 400 + "*1.5": ["calculator: this is no expression that I know"],
        }
        demo = DemoAgent(ManualClock())
        async with running({"assistant": demo}) as chat, chat.user("user-1") as client:
            for prompt, said in prompts.items():
                ack, *sequence = await ask(client, prompt)
                tools = [line.partition(":")[0] for line in said]
                steps = [each for each in sequence if each["type"] != "answer_piece"]
                assert types(steps) == [
                    *FIVE_EVENTS[:2],
                    *FIVE_EVENTS[2:4] * len(tools),
                    FIVE_EVENTS[4],
                ]
                assert [each["tool"] for each in steps[2:-1:2]] == tools
                assert [each["call_id"] for each in steps[2:-1:2]] == [
                    each["call_id"] for each in steps[3:-1:2]
                ]
                assert steps[1]["text"] == f"This needs {', then '.join(tools)}."
                assert numbers(sequence) == upto(len(sequence))
                assert {each["run_id"] for each in sequence} == {ack["run_id"]}
                pieces = [
                    each["text"] for each in sequence if each["type"] == "answer_piece"
                ]
                assert len(pieces) == len("\n".join(said).split())
                assert "".join(pieces) == sequence[-1]["answer"] == "\n".join(said)
                await nothing_more(chat, client)
            helped = await ask(client, "Sing!")
            assert helped[-1]["answer"] == (
                "I can work out an expression such as 2 * (3 + 4), tell the time, and"
                " count the words of a text that you put after `count:`."
            )
            assert types(events(helped))[:3] == [*FIVE_EVENTS[:2], "answer_piece"]
            assert helped[2]["text"] == "This needs no tool."


class TestMultiUserIsolation(SSotAsyncTestCase):
    """Multi-User Isolation.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Each user's conversation stays with that user, however many are
        connected.
    Strategic Impact: Companies put confidential work into chat only where nobody else
        can read it.

    Spec: specs/websocket_messaging.yaml (rev 77fa1b)
    """

    @pytest.mark.spec("WS-015", rev="47a9ba.cd4e3b", written="47a9ba")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_multi_user_websocket_isolation(self, tmp_path):
        """Events of one user never reach another user.

        BVJ: Mid, Enterprise - Security
        Value Impact: An event that strays into a neighbor's chat shows one client's
            business to another; no company that has watched a stranger's data scroll by
            stays on.
        Strategic Impact: Companies put confidential work into chat only where nobody
            else can read it.

        Given: two connected users, each with a thread of the same title
        When: both start agent runs at the same moment
        When: one user asks to join the other's thread by its id
        When: one user disconnects in the middle of the run
        Then: each user receives events of the own run ids only
        Then: the request for the other's thread is refused and reveals nothing about it
        Then: the run of the user who stays is complete and in order
        """
        gates = {"user-1": asyncio.Event(), "user-2": asyncio.Event()}

        async def work(request, emit):
            await emit.thinking(f"for {request.user_id}")
            await gates[request.user_id].wait()
            return f"{len(request.history)} before: {request.history[-1:]}"

        async with (
            stored(tmp_path) as threads,
            running({"assistant": work}, threads=threads) as chat,
        ):
            async with chat.user("user-1") as one, chat.user("user-2") as two:
                title = (
                    "Quarterly figures of the northern and the southern sales region"
                )
                text = f" {title}"
                await asyncio.gather(*[each.send(text, id="m1") for each in (one, two)])
                heads = [await each.until("agent_thinking") for each in (one, two)]
                mine, theirs = (head[1]["thread_id"] for head in heads)
                assert mine != theirs
                for user, thread in (("user-1", mine), ("user-2", theirs)):
                    assert [
                        (each.id, each.title) for each in await threads.threads(user)
                    ] == [(thread, title[:60])]
                answers = []
                for thread in (mine, "0" * 32):
                    await two.send("show me", thread=thread)
                    answers.append(await two.receive())
                assert answers[0] == answers[1]
                assert (answers[0]["type"], answers[0]["code"]) == (
                    "error",
                    "thread_not_found",
                )
                assert title not in str(answers)
                await drop(two)
                await self.wait_for_condition(
                    lambda: not chat.service.connections("user-2"), GIVE_UP_S
                )
                for gate in gates.values():
                    gate.set()
                heads[0] += await one.until("agent_completed")
                await self.wait_for_condition(lambda: chat.service.runs == 0, GIVE_UP_S)
                await nothing_more(chat, one)
                runs = [{frame["run_id"] for frame in head} for head in heads]
                assert [len(run) for run in runs] == [1, 1]
                assert runs[0] != runs[1]
                assert types(heads[0]) == ["ack", *FIVE_EVENTS[:2], FIVE_EVENTS[4]]
                assert numbers(heads[0]) == [1, 2, 3]
                assert heads[0][2]["text"] == "for user-1"
                assert heads[1][2]["text"] == "for user-2"
                assert heads[0][-1]["answer"] == "0 before: ()"
                again = await ask(one, "and now?", thread=mine, id="m2")
                assert (
                    again[-1]["answer"] == "2 before: (('assistant', '0 before: ()'),)"
                )
            assert [
                (each.role, each.text)
                for each in await threads.messages("user-1", mine)
            ] == [
                ("user", text),
                ("assistant", "0 before: ()"),
                ("user", "and now?"),
                ("assistant", again[-1]["answer"]),
            ]
            assert len(await threads.messages("user-2", theirs)) == 2

    @pytest.mark.spec("WS-016", rev="8bb6a3.429e4e", written="8bb6a3")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_authentication_security(self):
        """Expired, revoked or false identities lose their connection.

        BVJ: Enterprise - Security
        Value Impact: Sockets outlive logins: someone who left the client's company in
            the morning must not go on reading its agents at noon through a tab that was
            never closed.
        Strategic Impact: Companies put confidential work into chat only where nobody
            else can read it.

        Given: a connection whose token expires while it is open
        Given: a connection whose token is revoked while it is open
        Given: a connected user who sends a message with another user's id in it
        When: the clock passes the expiry, the revocation takes place and the message is
            sent
        Then: the first two connections are closed with an authentication reason
        Then: an agent run of a closed connection sends it nothing more
        Then: the false id is refused and recorded as a security event
        Then: no frame and no log line contains a token
        """
        gate, seen = asyncio.Event(), []

        async def wait(request, emit):
            await emit.thinking(f"You said: {request.text}")
            await gate.wait()
            return "done"

        async with running({"waiting": wait}, **QUIET) as chat:
            old = chat.token("user-1")
            await chat.clock.advance(60)
            async with (
                chat.user("user-1", old) as expiring,
                chat.user("user-2") as revoked,
                chat.user("user-2", chat.token("user-2", "phone")) as staying,
            ):
                for client in (expiring, revoked):
                    await client.send_frame(prompt("waiting", f"my token: {old}"))
                    seen += await client.until("agent_thinking")
                    assert seen[-1]["text"] == "You said: my token: ***"
                await chat.clock.advance(3539)
                assert chat.service.connections() == 3
                await chat.clock.advance(1)
                reasons = [await closing(expiring.connection)]
                assert chat.service.connections() == 2
                chat.logins.revoke("user-2-login")
                reasons.append(await closing(revoked.connection))
                assert reasons == [
                    (4001, "expired_token: the token has expired"),
                    (4001, "revoked_token: the login has ended"),
                ]
                assert chat.service.connections("user-2") == 1
                gate.set()
                await self.wait_for_condition(lambda: chat.service.runs == 0, GIVE_UP_S)
                await nothing_more(chat, staying)
                await staying.send_frame(prompt("assistant", user_id="user-1"))
                seen.append(await staying.receive())
                assert seen[-1]["code"] == "wrong_user"
                assert seen[-1]["message"] == "this is another user's id"
                seen += await ask(staying, user_id="user-2")
                assert seen[-1]["status"] == "completed"
                frame, code, _ = await refusal(await chat.raw(chat.token("user-2")))
                assert (frame["code"], code) == ("revoked_token", 4001)
            (security,) = chat.lines("security_event")
            assert (security["kind"], security["user"]) == ("false_user", "user-2")
            assert chat.metrics.counter("chat.runs_started") == 3
            shown = [chat.output.getvalue(), json.dumps([*seen, frame, reasons])]
            secrets = [part for token in chat.tokens for part in token.split(".")[1:]]
            assert not [
                secret for secret in secrets for text in shown if secret in text
            ]

    @pytest.mark.spec("WS-017", rev="d852c7.e1b2fd", written="d852c7")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_concurrent_connections(self):
        """Many users work at once, each with a complete run.

        BVJ: Mid, Enterprise - Expansion
        Value Impact: A department that tries chat together is deciding how many
            licenses to order; the colleague who is refused or kept waiting argues for
            the smaller number.
        Strategic Impact: Large groups are won on the day they first log in together.

        Given: fifty users, and a limit of five connections for each user
        When: all connect and send one chat message at the same moment
        When: one of them opens connections beyond the limit
        Then: each user receives the complete event sequence of one run and nothing else
        Then: the connection beyond the limit is refused with a clear reason and closes
            no other
        Then: no connection or run remains after all have left
        """

        async def work(request, emit):
            await emit.tool(Tool("who", repeat), {"text": request.user_id})
            return request.user_id

        async with running({"assistant": work}, connections_per_user=5) as chat:
            users = [f"user-{number}" for number in range(50)]
            together = asyncio.Barrier(50)

            async def take_part(name):
                async with chat.user(name) as client:
                    await together.wait()
                    frames = await ask(client)
                    await nothing_more(chat, client)
                    await together.wait()
                    return frames

            start = time.perf_counter()
            runs = await asyncio.gather(*[take_part(name) for name in users])
            self.record_metric("fifty_users_s", time.perf_counter() - start)
            for name, frames in zip(users, runs, strict=True):
                assert types(frames) == ["ack", *FIVE_EVENTS]
                assert numbers(frames) == upto(5)
                assert {frame["run_id"] for frame in frames} == {frames[0]["run_id"]}
                assert (frames[4]["result"], frames[-1]["answer"]) == (name, name)
            assert len({frames[0]["run_id"] for frames in runs}) == 50
            assert chat.metrics.peak("chat.connections") == 50

            async with AsyncExitStack() as stack:
                five = [
                    await stack.enter_async_context(chat.user("user-0"))
                    for _ in upto(5)
                ]
                frame, code, reason = await refusal(
                    await chat.raw(chat.token("user-0"))
                )
                told = "a user may have 5 connections; close another one first"
                assert (frame["code"], frame["message"]) == (
                    "too_many_connections",
                    told,
                )
                assert (code, reason) == (4010, f"too_many_connections: {told}")
                assert chat.service.connections("user-0") == 5
                for client in five:
                    assert types(await ask(client)) == ["ack", *FIVE_EVENTS]
            await self.wait_for_condition(
                lambda: chat.left() == (0, 0, 0, 0, 0), GIVE_UP_S
            )


class TestPerformanceResilience(SSotAsyncTestCase):
    """Performance & Resilience.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: The channel keeps its pace and comes back by itself when load or
        networks are bad.
    Strategic Impact: Service that holds under strain can be promised in contracts.

    Spec: specs/websocket_messaging.yaml (rev 9df790)
    """

    @pytest.mark.spec("WS-018", rev="2223a8.bdd01f", written="2223a8")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_throughput(self):
        """A fast stream arrives whole while slow and greedy clients wait.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Long reports come as a flood of small pieces; a channel that
            cannot keep up makes a fast model look slow, and heavy users compare vendors
            on just that.
        Strategic Impact: Heavy users set the opinion of their whole company.

        Given: a run that streams a thousand events to a client that reads at once
        Given: a client beside it that reads slowly
        Given: a client that sends more messages than its rate limit allows
        When: all three work at the same time
        Then: the first client receives each event once and in order
        Then: the slow client does not delay the first
        Then: the third client gets a rate_limited error and stays connected
        Then: the measured rate and the longest delay are recorded as metrics
        """

        async def stream(_, emit):
            for number in range(998):
                await emit.thinking(f"{number} {time.perf_counter()}")
            return "streamed"

        async def flood(_, emit):
            for _ in range(28):
                await emit.thinking(BULK)
            return "flooded"

        limits = {"messages_per_minute": 3, "queue_limit": 5, "buffer_bytes": 1 << 24}
        limits |= {"overload_wait_s": 9999, **QUIET}
        agents = {"stream": stream, "flood": flood}
        async with running(agents, **limits) as chat, chat.stalling("user-2") as slow:
            async with chat.user("user-1") as fast, chat.user("user-3") as greedy:
                await slow.send(json.dumps(prompt("flood")))
                await self.wait_for_condition(
                    lambda: chat.service.queued == 5, GIVE_UP_S
                )
                await fast.send_frame(prompt("stream"))
                start, delays, frames = time.perf_counter(), [], []
                for _ in upto(4):
                    await greedy.send("more")
                while types(frames)[-1:] != ["agent_completed"]:
                    frames.append(await fast.receive())
                    if frames[-1]["type"] == "agent_thinking":
                        sent = float(frames[-1]["text"].split()[1])
                        delays.append(time.perf_counter() - sent)
                self.record_metric("events_per_s", 1000 / (time.perf_counter() - start))
                self.record_metric("longest_delay_s", max(delays))
                assert chat.service.runs == 1
                assert numbers(frames) == upto(1000)
                assert [each["text"].split()[0] for each in frames[2:-1]] == [
                    str(number) for number in range(998)
                ]
                told = [await greedy.receive() for _ in range(3 * 4 + 1)]
                errors = [frame for frame in told if frame["type"] == "error"]
                assert [(each["code"], each["message"]) for each in errors] == [
                    ("rate_limited", "only 3 messages a minute")
                ]
                await greedy.send_frame({"type": "pong"})
                await chat.clock.advance(59)
                await greedy.send("more")
                assert (await greedy.receive())["code"] == "rate_limited"
                await chat.clock.advance(1)
                assert types(await ask(greedy))[0] == "ack"
            flooded = [json.loads(await slow.recv()) for _ in range(31)]
            assert numbers(flooded) == upto(30)
            assert flooded[-1]["answer"] == "flooded"
        self.assert_metrics_recorded("events_per_s", "longest_delay_s")

        await count_by_the_minute()

    @pytest.mark.spec("WS-019", rev="e6fc87.230adb", written="e6fc87")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_connection_resilience(self):
        """A dropped client resumes where its stream broke off.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: Losing a long run to a moment of bad Wi-Fi means buying it again;
            a stream that picks up where it broke keeps traveling professionals on their
            plan.
        Strategic Impact: Work that survives a bad network makes chat a tool for the
            whole day.

        Given: a run in progress and a client that has received three of its events
        When: the connection drops and the client resumes with its last sequence number
        When: another user tries to resume that run
        When: the client tries to resume after the resume window has closed
        Then: the missed events arrive in order, none twice and none left out
        Then: the run went on while the client was away
        Then: the other user is refused
        Then: after the window the client is told so and gets the final state of the run
        """
        gates = [asyncio.Event(), asyncio.Event()]

        async def work(_, emit):
            for step in upto(6):
                await emit.thinking(f"step {step}")
                if step % 2 == 0 and step < 6:
                    await gates[step // 2 - 1].wait()
            return "done"

        async with running({"assistant": work}, resume_window_s=100, **QUIET) as chat:
            async with chat.user("user-1") as client:
                await client.send("go")
                received = [await client.receive() for _ in range(4)]
                run = received[0]["run_id"]
                await drop(client)
            await self.wait_for_condition(
                lambda: not chat.service.connections(), GIVE_UP_S
            )
            gates[0].set()
            async with chat.user("user-1") as client, chat.user("user-2") as other:
                assert await resume(client, run, 3) == {
                    "type": "resumed",
                    "run_id": run,
                    "status": "running",
                    "after": 3,
                }
                received += [await client.receive() for _ in range(2)]
                await client.resume(run, 1)
                repeated = [await client.receive() for _ in range(5)]
                assert numbers(repeated) == upto(5, first=2)
                for impossible in (6, -1):
                    told = await resume(client, run, impossible)
                    assert told["code"] == "invalid_field"
                await drop(client)
                gates[1].set()
                await self.wait_for_condition(lambda: chat.service.runs == 0, GIVE_UP_S)
                for name in (run, "0" * 32):
                    told = await resume(other, name, 0)
                    assert (told["code"], told["message"]) == (
                        "run_not_found",
                        "there is no such run",
                    )
                await nothing_more(chat, other)
            async with chat.user("user-1") as client:
                assert (await resume(client, run, 5))["status"] == "completed"
                received += await client.until("agent_completed")
                assert numbers(received) == upto(8)
                assert [each["text"] for each in received[2:-1]] == [
                    f"step {n}" for n in upto(6)
                ]
                assert received[-1]["answer"] == "done"
                await chat.clock.advance(99)
                await client.resume(run, 0)
                again = await client.until("agent_completed")
                assert events(again) == events(received)
                await chat.clock.advance(1)
                late = [await resume(client, run, 0), await client.receive()]
                message = "the events are no longer kept; the last one follows"
                assert late == [
                    {
                        "type": "error",
                        "code": "window_closed",
                        "message": message,
                        "run_id": run,
                    },
                    received[-1],
                ]
                await chat.clock.advance(999)
                assert (await resume(client, run, 7))["code"] == "window_closed"
                assert await client.receive() == received[-1]
                await chat.clock.advance(1)
                assert (await resume(client, run, 0))["code"] == "run_not_found"
            (security,) = chat.lines("security_event")
            assert security["kind"] == "foreign_run"
            assert (security["user"], security["run"]) == ("user-2", run)

    @pytest.mark.spec("WS-020", rev="7a5099.ae1727", written="7a5099")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_memory_usage_tracking(self):
        """Memory held for connections returns to its level when they end.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Memory kept for people who left is rented for nobody, until a
            server falls over at the busiest hour and takes every conversation on it
            along.
        Strategic Impact: Service that holds under strain can be promised in contracts.

        Given: the numbers of connections, queues and buffered bytes at the start
        When: a hundred clients connect, run an agent and leave, half of them without a
            close frame
        Then: all three numbers are back at their start once the clients are gone
        Then: no connection ever buffers more than its limit of bytes
        Then: the highest number of buffered bytes is recorded as a metric
        """

        async def work(_, emit):
            await asyncio.gather(*[emit.thinking("x" * 800) for _ in range(10)])
            return "y" * 800

        limit = 4096
        async with running({"assistant": work}, buffer_bytes=limit) as chat:
            at_start = chat.left()
            assert at_start == (0, 0, 0, 0, 0)

            async def visit(number):
                async with chat.user(f"user-{number}") as client:
                    frames = await ask(client)
                    assert numbers(frames) == upto(12)
                    if number % 2:
                        await drop(client)

            for batch in range(0, 100, 25):
                await asyncio.gather(
                    *[visit(number) for number in range(batch, batch + 25)]
                )
            await self.wait_for_condition(lambda: chat.left() == at_start, GIVE_UP_S)
            assert chat.metrics.level("chat.buffered_bytes") == 0
            assert limit - 1000 < chat.metrics.peak("chat.connection_bytes") <= limit
            highest = chat.metrics.peak("chat.buffered_bytes")
            assert highest >= chat.metrics.peak("chat.connection_bytes")
            self.record_metric("highest_buffered_bytes", highest)
            self.assert_metrics_recorded("highest_buffered_bytes")

            assert chat.service.remembered_runs == 100
            kept = chat.service.retained_bytes
            assert kept > 100 * 11 * 800
            await chat.clock.advance(300)
            assert 100 * 800 < chat.service.retained_bytes < kept / 5
            await chat.clock.advance(3000)
            assert (chat.service.remembered_runs, chat.service.retained_bytes) == (0, 0)

    @pytest.mark.spec("WS-021", rev="20b7a6.7f9bd9", written="20b7a6")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_error_handling_comprehensive(self):
        """Every failure of a run is told to its user and harms no other.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Silence is the most expensive error of all: told plainly what went
            wrong and that trying again is safe, an annoyed user is still a user.
        Strategic Impact: Honest failures are forgiven, so a bad day does not become a
            lost account.

        Given: an agent that raises, a tool that never returns and a model provider that
            fails once
        When: a connected user starts a run with each, and then a run that succeeds
        Then: the first two give an error event with a code and a text that is safe to
            show
        Then: the run with the provider that fails once is retried and succeeds
        Then: each run ends with exactly one agent_completed
        Then: the connection stays open and the last run is complete
        Then: no frame contains a stack trace or a secret
        """
        calls, stopped = Counter(), []

        async def fail(_, __):
            raise RuntimeError("password=hunter2 at /srv/agent.py")

        async def hang(**_):
            try:
                await asyncio.Event().wait()
            finally:
                stopped.append(True)

        async def use_tool(_, emit):
            await emit.tool(Tool("deep_search", hang), {})

        agents = {"failing": fail, "complaining": complain}
        agents |= {"hanging": use_tool, "model": asking_model(calls)}
        model_settings = {"retry_wait_s": 2}
        async with (
            running(agents, agent_settings=model_settings, **QUIET) as chat,
            chat.user("user-1") as client,
            chat.user("user-2") as other,
        ):
            failed = await ask(client, agent="failing")
            complained = await ask(client, agent="complaining")
            hung, retried, given_up = [
                await ask_and_wait(self, chat, client, waits, frame)
                for waits, frame in [
                    ([29, 1], prompt("hanging")),
                    ([1.5, 0.5], prompt("model", "once")),
                    ([2, 2], prompt("model", "never")),
                ]
            ]
            fine = await ask(client, "fine")
            for frames, code, message in [
                (failed, "agent_failed", "the agent has failed; please try again"),
                (complained, "long_story", ("?" + "no" * 100)[:200]),
                (hung, "tool_timeout", "deep_search took too long"),
                (given_up, "provider_unavailable", "the model is busy"),
            ]:
                error, end = frames[-2:]
                assert types(frames)[-2:] == ["run_error", "agent_completed"]
                assert (error["code"], error["message"]) == (code, message)
                assert (end["status"], end["error"]) == ("failed", code)
            assert hung[4]["error"] == "the tool took too long"
            assert (hung[4]["success"], hung[4]["duration_s"]) == (False, 30)
            assert stopped == [True]
            assert retried[-1]["answer"] == "attempt 2"
            assert calls == {"once": 2, "never": 3}
            assert fine[-1]["answer"] == "fine"
            everything = [failed, complained, hung, retried, given_up, fine]
            for frames in everything:
                assert types(frames).count("agent_completed") == 1
                assert types(frames).count("agent_thinking") == 1
                assert numbers(frames) == upto(len(events(frames)))
            await nothing_more(chat, client)
            await nothing_more(chat, other)
            assert chat.metrics.counter("chat.runs_failed") == 4
            for word in ("Traceback", "hunter2", "/srv", ".py"):
                assert word not in json.dumps(everything)
            assert len(chat.lines("agent_failed")) == 1
        await fail_to_store()


class TestEventValidation(SSotAsyncTestCase):
    """Event Validation.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev c187e4)
    """

    @pytest.mark.spec("WS-022", rev="b79ce9.027925", written="b79ce9")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_event_type_validation(self):
        """Only known and complete events reach a client.

        BVJ: Platform - Velocity
        Value Impact: The chat page is built on event names as on a contract; a
            misspelled one shows people a blank step in the middle of a run and costs an
            engineer the day to find.
        Strategic Impact: Front end and agents can be changed apart from each other, and
            so more often.

        Given: an agent that emits the five known events, an unknown type and an event
            without a run id
        When: the agent handles a chat message
        Then: the five known events reach the client
        Then: the unknown type is refused before it reaches the client and is recorded
            by name
        Then: the event without a run id is refused with an error that names the field
        """
        refused = []

        async def emit_all(_, emit):
            return await emit_rightly_and_wrongly(emit, refused)

        async def misspell(_, emit):
            emit.draft("agent_thinkin", text="oops")

        agents = {"assistant": emit_all, "misspelling": misspell}
        async with running(agents) as chat, chat.user("user-1") as client:
            frames = await ask(client)
            assert types(frames[1:]) == [*FIVE_EVENTS[:2], *FIVE_EVENTS[1:]]
            assert [each.get("text") for each in frames[2:4]] == ["known", "also known"]
            assert numbers(frames) == upto(6)
            assert frames[-1]["answer"] == "hi"
            assert refused[0] == ("unknown_event", "no event has this type")
            fields = ("run_id", "thread_id", "message_id", "seq", "text")
            assert refused[1:6] == [
                ("invalid_event", f"{name}: Field required") for name in fields
            ]
            assert [code for code, _ in refused[6:8]] == ["invalid_event"] * 2
            assert [why.split(":")[0] for _, why in refused[6:8]] == ["seq", "mood"]
            assert refused[8:] == [
                ("foreign_run", "the event is of another run"),
                *[("unknown_number", "seq: not an open number")] * 2,
                ("reserved_event", "only the service sends agent_started"),
                ("reserved_event", "only the service sends run_error"),
                ("reserved_event", "only the service sends agent_completed"),
            ]
            lines = chat.lines("event_refused")
            assert (lines[0]["type"], lines[0]["code"]) == (
                "agent_dreaming",
                "unknown_event",
            )
            assert {line["run"] for line in lines} == {frames[0]["run_id"]}
            logged = [(line["code"], line["why"]) for line in lines]
            assert logged[:-6] == refused[:-3]
            assert logged[-6::2] == logged[-5::2] == refused[-3:]
            wrong = await ask(client, agent="misspelling")
            assert types(wrong[2:]) == [
                "agent_thinking",
                "run_error",
                "agent_completed",
            ]
            assert (wrong[-2]["code"], wrong[-1]["error"]) == (
                "unknown_event",
                "unknown_event",
            )
            assert chat.lines("event_refused")[-1]["type"] == "agent_thinkin"

    @pytest.mark.spec("WS-023", rev="a4ea82.158aa0", written="a4ea82")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_integrity(self):
        """Content arrives exactly as the agent produced it.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A character lost from a contract draft or a line of code does its
            harm later, in the customer's own business, and returns to us as a canceled
            subscription.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: an answer with code blocks, control characters and text just under the
            size limit
        Given: a chat message one byte over the size limit
        When: the answer is streamed in pieces, and the client sends the long message
        Then: the assembled pieces equal the answer byte for byte
        Then: the checksum in agent_completed is that of the assembled answer
        Then: the long message gets a too_large error, starts no run and leaves the
            connection open
        """
        code = (
            "```python\nprint('\\t<b>&amp;</b>')\r\n```\x00\x1b[0m\x7f\u2028\U0001f680"
        )

        async def stream(request, emit):
            for start in range(0, len(request.text), 7):
                await emit.piece(request.text[start : start + 7])
            return request.text

        async def differ(_, emit):
            await emit.piece("one ")
            await emit.piece("two")
            return "one two three"

        async def swell(request, _):
            return "z" * int(request.text)

        agents = {"stream": stream, "differing": differ, "swelling": swell}
        limits = {"message_bytes": 5000, "buffer_bytes": 8000}
        async with running(agents, **limits) as chat, chat.user("user-1") as client:
            shell = prompt("stream", code)
            room = 5000 - len(json.dumps(shell).encode())
            longest = {**shell, "text": code + "z" * room}
            assert len(json.dumps(longest).encode()) == 5000
            await client.send_frame({**longest, "text": longest["text"] + "z"})
            assert await client.receive() == {
                "type": "error",
                "code": "too_large",
                "message": "a frame has at most 5000 bytes",
            }
            assert chat.service.remembered_runs == 0
            await client.send_frame(longest)
            frames = await client.until("agent_completed")
            assert types(frames)[:4] == ["ack", *FIVE_EVENTS[:2], "answer_piece"]
            answer = longest["text"]
            pieces = [each["text"] for each in frames if each["type"] == "answer_piece"]
            assert len(pieces) == -(-len(answer) // 7)
            assert "".join(pieces).encode() == answer.encode()
            assert frames[-1]["answer"].encode() == answer.encode()
            assembled = "".join(pieces).encode()
            assert frames[-1]["checksum"] == hashlib.sha256(assembled).hexdigest()

            small = (await ask(client, "0", "swelling", id="m1"))[-1]
            fits = 8000 - len(json.dumps(small, separators=(",", ":")))
            full = await ask(client, str(fits), "swelling", id="m2")
            assert full[-1]["answer"] == "z" * fits
            over = await ask(client, str(fits + 1), "swelling", id="m3")
            assert (over[-1]["status"], over[-1]["error"]) == ("failed", "too_large")
            wrong = await ask(client, agent="differing")
            assert (wrong[-1]["answer"], wrong[-1]["error"]) == ("", "answer_mismatch")
            assert chat.service.connections() == 1

    @pytest.mark.spec("WS-024", rev="a31ce7.c6eef9", written="a31ce7")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_event_ordering(self):
        """Events of a run are delivered in order, whatever order they came in.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: A result shown before the step that produced it makes sound work
            look invented, and users who doubt a run's story stop handing real tasks to
            the agent.
        Strategic Impact: Delegated work is the use that people pay for, and it rests on
            trust.

        Given: two parallel runs of one user
        Given: events of the first run that reach the service late and out of order
        When: both runs are delivered to the user's connection
        When: an event is published for a run that has completed
        Then: the sequence numbers of each run rise by one at the client
        Then: an early event waits until those before it have arrived
        Then: the second run is not delayed by the first
        Then: the event after completion is refused
        """
        drafts, later, gate = [], [], asyncio.Event()

        async def scatter(_, emit):
            drafts.extend(emit.draft("agent_thinking", text=str(n)) for n in upto(3))
            later.append(emit)
            await emit.publish(drafts[2])
            await emit.publish(drafts[1])
            await gate.wait()
            await emit.publish(drafts[0])
            await emit.thinking("4")
            return "scattered"

        async def forget(_, emit):
            emit.draft("agent_thinking", text="never sent")
            await emit.thinking("waits in vain")
            return "forgotten"

        agents = {"scattering": scatter, "forgetting": forget}
        async with running(agents) as chat, chat.user("user-1") as client:
            await client.send_frame(prompt("scattering"))
            first = await client.until("agent_started")
            await self.wait_for_condition(lambda: later, GIVE_UP_S)
            second = await ask(client, "b")
            assert types(second) == ["ack", *FIVE_EVENTS[:2], FIVE_EVENTS[4]]
            assert {each["run_id"] for each in second} == {second[0]["run_id"]}
            assert numbers(second) == upto(3)
            assert chat.service.runs == 1
            gate.set()
            first += await client.until("agent_completed")
            assert {each["run_id"] for each in first} == {first[0]["run_id"]}
            assert numbers(first) == upto(6)
            assert [each["text"] for each in first[2:-1]] == ["1", "2", "3", "4"]

            for late in (drafts[0], {**drafts[0], "seq": 7}):
                with pytest.raises(EventError) as refused:
                    await later[0].publish(late)
                assert refused.value.code == "run_completed"
                assert str(refused.value) == "the run has completed"
            with pytest.raises(EventError, match="the run has completed"):
                await later[0].thinking("too late")
            await nothing_more(chat, client)
            gaps = await ask(client, agent="forgetting")
            assert types(gaps[1:]) == [*FIVE_EVENTS[:2], "run_error", "agent_completed"]
            assert numbers(gaps) == upto(4)
            assert gaps[-1]["error"] == "events_missing"


class TestAdvancedWebSocketFeatures(SSotAsyncTestCase):
    """Advanced WebSocket Features.

    BVJ: Free, Early, Mid, Enterprise - Retention
    Value Impact: People watch an agent work and get its answer as it happens, in their
        own chat and no other.
    Strategic Impact: Real-time answers are the product; when this channel stops there
        is nothing to use or renew.

    Spec: specs/websocket_messaging.yaml (rev 30ae11)
    """

    @pytest.mark.spec("WS-025", rev="73f70a.b44e8f", written="73f70a")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_heartbeat_mechanism(self):
        """Heartbeats keep quiet connections open and find dead ones.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Office firewalls quietly cut lines that carry no traffic; a steady
            pulse spares people who stop to read and think from coming back to a dead
            chat.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a heartbeat interval and a number of allowed misses, on a clock that the
            test moves
        Given: a client that answers each ping without sending chat, and one that stops
            answering
        When: the clock passes more intervals than there are allowed misses
        Then: each client gets a ping at every interval while it is connected
        Then: the client that answers is still connected
        Then: the other is closed with a heartbeat reason once the misses are used up
        Then: its user can connect again and resume the run
        """
        gate = asyncio.Event()

        async def wait(_, __):
            await gate.wait()
            return "done"

        limits = {"heartbeat_interval_s": 30, "heartbeat_misses": 2}
        async with (
            running({"assistant": wait}, **limits) as chat,
            chat.user("user-1", answer_pings=False) as alive,
            chat.user("user-2", answer_pings=False) as dead,
        ):
            await dead.send("hello", id="m1")
            started = await dead.until("agent_started")
            for interval in upto(5):
                await chat.clock.advance(29)
                await nothing_more(chat, alive)
                await chat.clock.advance(1)
                assert await alive.receive() == {"type": "ping"}
                await alive.send_frame({"type": "pong"})
                if interval <= 2:
                    assert await dead.receive() == {"type": "ping"}
                    assert chat.service.connections("user-2") == 1
                elif interval == 3:
                    code, reason = await closing(dead.connection)
                    assert code == 4009
                    assert reason == "heartbeat: pings were not answered"
                    assert chat.service.connections("user-2") == 0
            assert chat.service.connections("user-1") == 1
            async with chat.user("user-2") as back:
                for _ in range(2):
                    told = await resume(back, started[0]["run_id"], 1)
                    assert told["status"] == "running"
                gate.set()
                rest = await back.until("agent_completed")
                assert numbers(rest) == [2, 3]
                assert rest[-1]["answer"] == "done"
                await nothing_more(chat, back)
            await nothing_more(chat, alive)

    @pytest.mark.spec("WS-026", rev="9dd385.78a2b4", written="9dd385")
    @pytest.mark.integration
    @pytest.mark.mission_critical
    async def test_websocket_message_queuing_system(self):
        """Queued messages survive a pause, and a full queue slows the sender.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A laptop that slept through the end of a run ought to wake to the
            whole answer; what was held in the queue need not be asked for, or computed,
            again.
        Strategic Impact: Real-time answers are the product; when this channel stops
            there is nothing to use or renew.

        Given: a queue limit of ten messages for each connection
        Given: a client that stops reading, then reads again
        Given: a client that never reads again
        When: a run emits thirty events to each
        Then: the queue never holds more than ten messages, and the run is held back
            while it is full
        Then: the client that reads again receives all thirty events in order,
            agent_completed among them
        Then: the client that never reads is closed with an overload reason after the
            allowed wait
        Then: that user's later resume delivers the events which were not received, in
            order
        """
        emitted = Counter()

        async def flood(request, emit):
            for _ in range(28):
                await emit.thinking(BULK)
                emitted[request.user_id] += 1
            return "all"

        limits = {"queue_limit": 10, "buffer_bytes": 1 << 24, "overload_wait_s": 30}
        limits |= {"heartbeat_interval_s": 10, "heartbeat_misses": 1}
        async with running({"assistant": flood, "quick": echo}, **limits) as chat:
            async with chat.stalling("user-2") as dead:
                async with chat.stalling("user-1") as pausing:
                    for client in (pausing, dead):
                        await client.send(json.dumps(prompt("assistant")))
                    await self.wait_for_condition(
                        lambda: chat.service.queued == 20, GIVE_UP_S
                    )
                    held = dict(emitted)
                    await chat.clock.advance(5)
                    assert chat.service.queued == 20
                    assert (emitted, chat.service.runs) == (held, 2)
                    assert max(held.values()) < 28
                    whole = [json.loads(await pausing.recv()) for _ in range(31)]
                    assert numbers(whole) == upto(30)
                    assert types(whole)[-1] == "agent_completed"
                second = prompt("quick", "accepted", id="m2")
                await dead.send(json.dumps(second))
                await self.wait_for_condition(
                    lambda: chat.service.remembered_runs == 3, GIVE_UP_S
                )
                await chat.clock.advance(24)
                assert chat.service.connections("user-2") == 1
                assert emitted["user-2"] == held["user-2"]
                await chat.clock.advance(1)
                assert chat.service.connections("user-2") == 0
                assert (chat.service.queued, chat.service.buffered_bytes) == (0, 0)
                await self.wait_for_condition(lambda: chat.service.runs == 0, GIVE_UP_S)
                await chat.clock.advance(4)
                received, code, reason = await drain(dead)
                assert (code, reason) == (4013, "overload: the client does not read")
                assert len(received) < 20
            async with chat.user("user-2") as back:
                await back.resume(received[0]["run_id"], numbers(received)[-1])
                received += await back.until("agent_completed")
                assert numbers(received) == upto(30)
                assert received[-1]["answer"] == "all"
                await back.send_frame(second)
                await back.resume((await back.receive())["run_id"], 0)
                accepted = await back.until("agent_completed")
                assert accepted[-1]["answer"] == "accepted"
                assert chat.metrics.counter("chat.runs_started") == 3
            assert chat.metrics.peak("chat.connection_queue") == 10
            self.record_metric("emitted_while_held", max(held.values()))
