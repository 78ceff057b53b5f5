"""System Core: comprehensive integration suite.

Core services, their reliability and the behavior of the whole platform.

BVJ: Free, Early, Mid, Enterprise - Stability
Value Impact: A sound core keeps chat, login and agents available together, whatever
    part has a bad day.
Strategic Impact: A platform that does not go dark as a whole can be sold with a promise
    of availability.
Revenue protected: $2,400,000 a year (against complete service outages)

Spec: specs/system_core.yaml (rev da8132)
"""

import asyncio
import errno
import io
import json
import math
import re
import signal
import socket
import sqlite3
import sys
import uuid
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial

import httpx
import jwt
import psutil
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from websockets.exceptions import ConnectionClosed, InvalidStatus

from assistant.auth import ServiceTokens
from assistant.auth.tables import User
from assistant.client import ChatClient
from assistant.clock import ManualClock, SystemClock
from assistant.config import ConfigurationError, load
from assistant.core.database import Database, DatabaseError, SchemaError
from assistant.core.health import DegradedError, Finding, Health, HealthMonitor
from assistant.core.peers import PeerClient, PeerError, PeerUnreachableError
from assistant.core.registry import RegistryError, ServiceRegistry
from assistant.core.routing import DeadLetter, Router, RoutingError
from assistant.core.threads import (
    Message,
    MessageRow,
    Thread,
    ThreadNotFoundError,
    ThreadRow,
    ThreadStore,
)
from assistant.core.validation import Input, InvalidInputError
from assistant.logs import open_log
from assistant.metrics import Distribution, Metrics
from assistant.platform import Platform
from assistant.serving import Address, serve
from assistant.startup import Component, MissingDependencyError, StartupError
from suiteloom.ssot import SSotAsyncTestCase

GIVE_UP_S = 30
"""After this long something counts as hanging."""

PASSWORD = "four words or more"

EVENTS = [
    "agent_started",
    "agent_thinking",
    "tool_executing",
    "tool_completed",
    "agent_completed",
]

DEPENDENCIES = {
    "database": set(),
    "auth": {"database"},
    "threads": {"database"},
    "chat": {"auth", "threads"},
    "health": {"database"},
    "web": {"auth", "threads", "chat"},
}
"""What each part of the platform needs."""


def configured(env, folder, **settings):
    """Load a configuration for the environment of the run, with cheap passwords.

    Args:
        env: Names the environment.
        folder: Where the database is to be.
        **settings: Values by path, `__` instead of the dot; None leaves one out.
    """
    values = {
        "database.url": f"sqlite+aiosqlite:///{folder / 'assistant.db'}",
        "auth.jwt_secret": "j" * 40,
        "auth.service_secret": "s" * 40,
        "auth.argon2_time_cost": 1,
        "auth.argon2_memory_kib": 8,
    }
    values.update({name.replace("__", "."): each for name, each in settings.items()})
    kept = {name: each for name, each in values.items() if each is not None}
    return load(None, env.get_all(), kept)


@dataclass
class Stand:
    """A platform under test.

    Attributes:
        platform: The platform.
        stream: Its log.
        http: A client.
        address: Where it is served, if it is.
    """

    platform: Platform
    stream: io.StringIO
    http: httpx.AsyncClient
    address: Address | None = None

    def lines(self, event):
        """Return the log lines of one kind, oldest first."""
        found = map(json.loads, self.stream.getvalue().splitlines())
        return [line for line in found if line["event"] == event]

    def value(self, name):
        """Return what a part's start has returned."""
        return self.platform.startup.value(name)

    def states(self):
        """Return the state of each part by name."""
        parts = self.platform.startup.report.components
        return {name: part.state.value for name, part in parts.items()}

    async def sign_in(self, name):
        """Open an account, log in and return the access token."""
        account = {"email": f"{name}@example.com", "password": PASSWORD}
        await self.post("/auth/register", {**account, "display_name": name}, status=201)
        return (await self.post("/auth/login", account))["access"]

    async def get(self, path, token=None, status=200):
        """Return the JSON answer to a GET, which must have the status."""
        answer = await self.http.get(path, headers=bearer(token))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path, body, token=None, status=200):
        """Return the JSON answer to a POST, which must have the status."""
        answer = await self.http.post(path, json=body, headers=bearer(token))
        assert answer.status_code == status, answer.text
        return answer.json()

    async def command(self, token, kind, status=200, **body):
        """Send a command with an id of its own."""
        envelope = {"id": uuid.uuid4().hex, "type": kind, "body": body}
        return await self.post("/commands", envelope, token, status)


def bearer(token):
    """Return the headers that carry a token, if there is one."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def user_of(token):
    """Return the id of the user whose access token it is."""
    return jwt.decode(token, options={"verify_signature": False})["sub"]


def stand_on(configuration, **parts):
    """Put a platform together, with a client that needs no port."""
    stream = io.StringIO()
    platform = Platform(configuration, log=open_log(stream), **parts)
    transport = httpx.ASGITransport(platform.app)
    http = httpx.AsyncClient(transport=transport, base_url="http://test")
    return Stand(platform, stream, http)


@asynccontextmanager
async def started(configuration, **parts):
    """Start a platform without a port, and stop it at the end."""
    stand = stand_on(configuration, **parts)
    async with stand.http:
        await stand.platform.startup.start()
        try:
            yield stand
        finally:
            await stand.platform.startup.stop()


@asynccontextmanager
async def served(configuration, **parts):
    """Serve a platform on a free port, with a client that uses it."""
    stand = stand_on(configuration, **parts)
    async with serve(stand.platform.app) as address:
        stand.address = address
        stand.http = httpx.AsyncClient(
            base_url=address.http, timeout=GIVE_UP_S, trust_env=False
        )
        async with stand.http:
            yield stand


def change(folder, *statements):
    """Change a database file as another program would."""
    with closing(sqlite3.connect(folder / "assistant.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def select(folder, query):
    """Return the rows of a query, as another program sees them."""
    with closing(sqlite3.connect(folder / "assistant.db")) as connection:
        return connection.execute(query).fetchall()


BREAK = "ALTER TABLE threads RENAME TO elsewhere"
REPAIR = "ALTER TABLE elsewhere RENAME TO threads"


def open_database(folder, **options):
    """Return a database, not connected yet, and the stream of its log."""
    stream = io.StringIO()
    options = {"clock": SystemClock(), "log": open_log(stream), **options}
    name = options.pop("name", "assistant.db")
    return Database(f"sqlite+aiosqlite:///{folder / name}", **options), stream


def log_lines(stream, event):
    """Return the lines of one kind in a log."""
    lines = map(json.loads, stream.getvalue().splitlines())
    return [line for line in lines if line["event"] == event]


def open_files(folder):
    """Return the files below a folder that this process has open."""
    paths = (each.path for each in psutil.Process().open_files())
    return [path for path in paths if path.startswith(str(folder))]


class EchoAgent:
    """Answers with the prompt; fails or waits for a signal if the prompt says so."""

    def __init__(self):
        """Begin with the signal not given."""
        self.signal = asyncio.Event()
        self.waiting = 0

    async def run(self, request, emit):
        """Answer a prompt."""
        if request.text == "fail":
            raise RuntimeError("the key is hunter2")
        if request.text == "wait":
            self.waiting += 1
            await self.signal.wait()
        await emit.piece(request.text)
        return request.text


def agents(agent):
    """Return agents of which the given one answers by default."""
    return {"assistant": agent}


async def endless():
    """Yield the body of a request that never ends."""
    yield b"{"
    await asyncio.Event().wait()


async def held_back(end):
    """Yield the body of a request that ends after a signal."""
    yield b"{"
    await end.wait()
    yield b"}"


async def append_and_raise(database, thread_id):
    """Begin to add a message to a conversation, and raise when all is written."""
    async with database.session() as session:
        row = await session.get(ThreadRow, thread_id)
        row.length += 1
        told = {"role": "user", "text": "lost", "key": "lost"}
        session.add(MessageRow(thread_id=thread_id, number=row.length, **told))
        await session.flush()
        raise ZeroDivisionError


class Note(Input):
    """The body of one kind of message."""

    text: str


class Pause(Input):
    """The body of another kind of message."""

    seconds: int


class Peer:
    """A service that answers in the ways that services do.

    Attributes:
        app: The service.
        seen: Method, token and request id of each request to a path that fails.
        release: Ends the slow answers.
    """

    def __init__(self):
        """Begin with nothing seen."""
        self.seen, self.release = [], asyncio.Event()
        paths = {
            "/failing": self.fail,
            "/refusing": self.refuse,
            "/slow": self.delay,
            "/well": self.answer,
        }
        methods = ["GET", "POST"]
        self.app = Starlette(
            routes=[Route(path, work, methods=methods) for path, work in paths.items()]
        )

    def note(self, request):
        """Keep what a request came with."""
        token = request.headers["authorization"].removeprefix("Bearer ")
        request_id = request.headers["x-request-id"]
        self.seen.append((request.method, token, request_id))

    async def fail(self, request):
        """Fail twice, then answer."""
        self.note(request)
        attempt = len(self.seen)
        return JSONResponse({"attempt": attempt}, 200 if attempt == 3 else 503)

    async def refuse(self, request):
        """Refuse."""
        self.note(request)
        return JSONResponse({}, 403)

    async def delay(self, _):
        """Answer after a signal."""
        await self.release.wait()
        return JSONResponse({})

    async def answer(self, _):
        """Answer at once."""
        return JSONResponse({"well": True})


class Desk:
    """What a service has for calls to its peers.

    Attributes:
        clock: Stands still until it is moved.
        stream: The log.
        registry: Where peers are.
        tokens: The service's own tokens.
        http: Makes the requests.
    """

    def __init__(self):
        """Begin without peers."""
        self.clock, self.stream = ManualClock(), io.StringIO()
        self.registry = ServiceRegistry(self.clock, lease_s=60)
        self.tokens = ServiceTokens("s" * 40, SystemClock())
        self.http = httpx.AsyncClient(timeout=GIVE_UP_S, trust_env=False)

    def client(self, audience=None, attempts=3, timeout_s=GIVE_UP_S):
        """Return a client; its tokens are for the peer if no audience is given."""
        self.http.timeout = timeout_s
        return PeerClient(
            self.http,
            self.registry,
            lambda name: self.tokens.issue("worker", audience or name),
            clock=self.clock,
            log=open_log(self.stream),
            attempts=attempts,
            retry_wait_s=0.5,
        )

    async def call(self, peer, path, body=None, **options):
        """Call a peer with a client that has these options, for a limited time."""
        work = self.client(**options).call(peer, path, body)
        return await asyncio.wait_for(work, GIVE_UP_S)


async def check_introspection(stand, desk):
    """Ask a platform as a peer whose tokens these are."""
    desk.registry.register("assistant", stand.address.http)
    token = await stand.sign_in("ada")
    question, path = {"token": token}, "/peers/introspect"
    about = await desk.call("assistant", path, question)
    allowed = ["chat:read", "chat:write"]
    expected = {"active": True, "user_id": user_of(token), "permissions": allowed}
    assert about == expected
    about = await desk.call("assistant", path, {"token": token[:-4]})
    assert about == {"active": False, "code": "invalid_token"}
    with pytest.raises(PeerError, match=r"answered 401$") as refused:
        await desk.call("assistant", path, question, audience="mail")
    assert refused.value.code == "peer_refused"
    told = await stand.post(path, question, status=401)
    assert told["error"]["code"] == "missing_token"
    with pytest.raises(PeerUnreachableError, match=r"^no ledger is registered$"):
        await desk.call("ledger", "/", attempts=1)
    with pytest.raises(RegistryError, match=r"^ledger at here is not reg") as unknown:
        desk.registry.heartbeat("ledger", "here")
    assert unknown.value.code == "not_registered"
    assert desk.registry.deregister("assistant", stand.address.http) is True
    assert desk.registry.deregister("assistant", stand.address.http) is False


async def check_transactions(database, store):
    """Let a transaction succeed, one fail and one be cancelled, and look each time."""
    halfway = asyncio.Event()

    async def write(thread_id, end):
        async with database.session() as session:
            session.add(ThreadRow(id=thread_id, user_id="u", title=thread_id))
            await session.flush()
            await end()

    async def fail():
        raise ZeroDivisionError

    async def hang():
        halfway.set()
        await asyncio.Event().wait()

    async def kept():
        found = await asyncio.wait_for(store.threads("u"), GIVE_UP_S)
        return [each.id for each in found]

    await write("kept", partial(asyncio.sleep, 0))
    with pytest.raises(ZeroDivisionError):
        await write("raised", fail)
    assert await kept() == ["kept"]
    writing = asyncio.create_task(write("cancelled", hang))
    await asyncio.wait_for(halfway.wait(), GIVE_UP_S)
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await kept() == ["kept"]


def check_metrics_by_hand(by_hand):
    """Count, set and observe values, the latest hundred of which are kept."""
    by_hand.count("runs")
    by_hand.count("runs", 0)
    by_hand.count("runs", 4)
    by_hand.gauge("open", 7)
    by_hand.gauge("open", 3)
    assert (by_hand.counter("runs"), by_hand.counter("none")) == (5, 0)
    assert (by_hand.level("open"), by_hand.peak("open")) == (3, 7)
    assert (by_hand.level("none"), by_hand.peak("none")) == (0, 0)
    assert by_hand.distribution("wait_s") == Distribution(0, 0.0, 0.0, 0.0, 0.0)
    by_hand.observe("wait_s", 2.5)
    assert by_hand.distribution("wait_s") == Distribution(1, 2.5, 2.5, 2.5, 2.5)
    for value in range(200, 0, -1):
        by_hand.observe("wait_s", value)
    assert by_hand.distribution("wait_s") == Distribution(100, 5050, 1, 100, 95)
    with pytest.raises(ZeroDivisionError), by_hand.timed("failed_s"):
        raise ZeroDivisionError
    assert by_hand.distribution("failed_s").count == 1
    with pytest.raises(ValueError, match=r"^runs: a counter only rises$"):
        by_hand.count("runs", -1)
    for wrong in (math.nan, math.inf):
        with pytest.raises(ValueError, match=r"is not a finite number$"):
            by_hand.observe("wait_s", wrong)
    kept = {"runs": 5, "open": 3, "wait_s.count": 100, "failed_s.count": 1}
    assert by_hand.snapshot() == dict(sorted(kept.items()))


async def check_private(stand, path, stranger):
    """Try to get at a conversation as another user and as nobody."""
    assert await stand.get("/threads", stranger) == {"threads": []}
    hidden = await stand.get(path, stranger, status=404)
    assert hidden["error"]["code"] == "thread_not_found"
    thread_id = path.rpartition("/")[2]
    command = partial(stand.command, stranger, thread=thread_id, status=404)
    assert await command("thread.rename", title="Mine") == hidden
    assert await command("thread.delete") == hidden
    for closed in ("/threads", path, "/auth/me", "/auth/audit"):
        refused = await stand.get(closed, status=401)
        assert refused["error"]["code"] == "missing_token"
    refused = await stand.post("/commands", {}, status=401)
    assert refused["error"]["code"] == "missing_token"
    with pytest.raises(ConnectionClosed) as gone:
        async with ChatClient(stand.address, None) as chat:
            await chat.until("welcome")
    assert gone.value.rcvd.code == 4001


async def check_page(stand):
    """Look at what is for everybody: the health and the page, which runs its own code."""
    assert (await stand.get("/health"))["status"] == "healthy"
    page = await stand.http.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; connect-src 'self';")
    nonce = re.search("script-src 'nonce-([^']{20,})'", policy)[1]
    assert page.text.count(f'nonce="{nonce}"') == 2
    assert nonce not in (await stand.http.get("/")).text


async def out_of_room(_):
    """Start like a part that finds its disk full."""
    raise OSError(errno.ENOSPC, "no room")


async def check_required(configuration, folder):
    """Serve a platform that lacks a required part."""
    required = Component("models", out_of_room, depends_on=("auth",))
    stand = stand_on(configuration, extra=[required])
    with pytest.raises(RuntimeError, match=r"did not start"):
        async with stand.http, serve(stand.platform.app):
            pytest.fail("it is served")
    assert stand.platform.startup.state == "failed"
    assert stand.states()["models"] == "failed"
    assert stand.lines("startup_failed")[0]["error"] == "models: OSError: no room"
    assert open_files(folder) == []


async def check_optional(configuration):
    """Start a platform that lacks an optional part, and recover it."""
    room = []

    async def find_room(_):
        if not room:
            await out_of_room(_)

    optional = Component("search", find_room, optional=True)
    async with started(configuration, extra=[optional]) as stand:
        assert (await stand.http.get("/")).status_code == 200
        assert await stand.get("/health/ready") == {"status": "ready"}
        health = await stand.get("/health")
        assert health["status"] == "degraded"
        told = {"health": "degraded", "critical": False, "error": "not running: search"}
        assert health["parts"]["startup"] == told
        room.append("enough")
        await stand.platform.startup.recover()
        assert (await stand.get("/health"))["status"] == "healthy"


@asynccontextmanager
async def program(case, folder, *options, **variables):
    """Run `python -m assistant` in a folder; its standard error can be read."""
    names = {key: None for key in case.env.get_all() if key.startswith("ASSISTANT_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "assistant",
        *options,
        cwd=folder,
        env=case.env.get_subprocess_env({**names, **variables}),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def read_until(process, event):
    """Return the log lines of a program up to the one of an event, by event."""
    lines = {}
    while event not in lines:
        line = await asyncio.wait_for(process.stderr.readline(), GIVE_UP_S)
        assert line, f"ended before {event}: {lines}"
        entry = json.loads(line)
        lines[entry["event"]] = entry
    return lines


async def ended(process):
    """Return how a program ended, and what it said on standard error."""
    said = await asyncio.wait_for(process.stderr.read(), GIVE_UP_S)
    return await process.wait(), said.decode()


async def check_program(case, tmp_path):
    """The program says where it listens, stops on a signal, and fails with a reason."""
    folder, secret = tmp_path / "program", "s" * 40
    (folder / "config").mkdir(parents=True)
    base = folder / "config" / "base.yaml"
    base.write_text("server: {port: 1}\nchat: {queue_limit: 7}\n", "utf-8")
    async with program(case, folder, "--port", "0", ENVIRONMENT="dev") as process:
        lines = await read_until(process, "listening")
        assert "development_secrets" in lines
        assert lines["listening"]["environment"] == "dev"
        address = lines["listening"]["address"]
        async with httpx.AsyncClient(base_url=address) as http:
            assert (await http.get("/health/ready")).json() == {"status": "ready"}
        port = address.rpartition(":")[2]
        async with program(case, folder, "--port", port, ENVIRONMENT="dev") as second:
            code, said = await ended(second)
            assert code == 1
            assert "the service could not start: " in said
        process.send_signal(signal.SIGTERM)
        code, said = await ended(process)
        assert code == 0
        assert json.loads(said.splitlines()[-1])["event"] == "stopped"

    async with program(case, folder, ENVIRONMENT="prod") as process:
        code, said = await ended(process)
        assert code == 2
        assert "auth.jwt_secret" in said
        assert "auth.service_secret" in said
    faulty = {"ENVIRONMENT": "dev", "ASSISTANT_CHAT__QUEUE_LIMIT": "none"}
    async with program(case, folder, **faulty) as process:
        code, said = await ended(process)
        assert code == 2
        assert "chat.queue_limit" in said

    other = folder / "other"
    other.mkdir()
    (other / "base.yaml").write_text("server: {port: 0}\n", "utf-8")
    secrets = {
        "ASSISTANT_AUTH__JWT_SECRET": secret,
        "ASSISTANT_AUTH__SERVICE_SECRET": secret[::-1] + "t",
    }
    options = ("--config", "other", "--host", "localhost")
    async with program(case, folder, *options, **secrets) as process:
        lines = await read_until(process, "listening")
        assert "development_secrets" not in lines
        assert lines["listening"]["address"].startswith("http://localhost:")
        process.send_signal(signal.SIGINT)
        assert (await ended(process))[0] == 0


class TestCoreSystemInfrastructure(SSotAsyncTestCase):
    """Core System Infrastructure.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev 10b88e)
    """

    @pytest.mark.spec("SC-001", rev="655106.f62321", written="655106")
    @pytest.mark.integration
    async def test_service_initialization_and_dependency_injection(self, tmp_path):
        """Services start with every dependency that they declare.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A chat backend that came up half wired takes prompts it can never
            answer, so a deploy meant as routine strands everyone who happened to be
            writing at the time.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a platform whose parts are a database, accounts, conversations, chat,
            health and web
        Given: a further part that needs three of them, and one that needs a part which
            nobody provides
        When: the platform starts with the first further part
        When: another platform is put together with the second
        Then: every part is ready, and none started before a part that it depends on
        Then: the further part got the values of exactly the parts that it declares
        Then: the conversations and the accounts work on the database that was started
        Then: the other platform is refused with an error that names the part and what
            it lacks, and creates no file
        """
        seen = {}

        async def start(parts):
            seen.update(parts)
            return "reports"

        def needs(*names):
            return Component("reports", start, depends_on=names)

        names = ("auth", "threads", "web")
        configuration = configured(self.env, tmp_path)
        async with started(configuration, extra=[needs(*names)]) as stand:
            expected = {**DEPENDENCIES, "reports": set(names)}
            assert stand.states() == dict.fromkeys(expected, "ready")
            assert stand.platform.startup.state == "ready"
            order = [line["component"] for line in stand.lines("component_started")]
            assert sorted(order) == sorted(expected)
            for name, lower in expected.items():
                assert lower <= set(order[: order.index(name)])
            assert seen == {name: stand.value(name) for name in names}
            assert stand.value("reports") == "reports"

            database = stand.value("database")
            user_id = await seen["auth"].register("ada@example.com", PASSWORD, "Ada")
            thread_id = await seen["threads"].create(user_id, "First")
            async with database.session() as session:
                row = await session.get(ThreadRow, thread_id)
                assert (row.user_id, row.title, row.length) == (user_id, "First", 0)
                assert (await session.get(User, user_id)).email == "ada@example.com"
            assert stand.value("health") is stand.platform.health
            assert set((await stand.platform.health.report()).parts) == {
                "database",
                "startup",
            }

        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        with pytest.raises(MissingDependencyError) as refused:
            stand_on(configured(self.env, elsewhere), extra=[needs("auth", "ledger")])
        assert refused.value.missing == (("reports", "ledger"),)
        assert list(elsewhere.iterdir()) == []

    @pytest.mark.spec("SC-002", rev="cce8df.e8d9e3", written="cce8df")
    @pytest.mark.integration
    async def test_configuration_loading_and_validation(self, tmp_path):
        """Configuration is complete and valid before any service uses it.

        BVJ: Free, Early, Mid, Enterprise - Risk Reduction
        Value Impact: One bad setting found under traffic takes chat down for every plan
            at once; found while loading, the same mistake is merely a deploy that did
            not happen.
        Strategic Impact: Mistakes stop in the pipeline, where they cost minutes of ours
            and none of a customer's.

        Given: a configuration that is complete for the environment of the run
        Given: one that lacks a secret, one with a port out of range, and one with four
            faults at once
        When: each is loaded, and a platform is put together from what is valid
        Then: the typed values of the valid one are those that chat and database go by
        Then: each of the others is refused with the path and the source of every fault,
            all four at once
        Then: no message shows a secret, and no database file is created by what was
            refused
        """
        secret = "this-text-is-secret-and-long-enough"
        faulty = {
            "lacks": {"auth__jwt_secret": None},
            "range": {"server__port": 65536},
            "several": {
                "server__port": -1,
                "auth__service_secret": None,
                "chat__idle_limit_s": "soon",
                "auth__jwt_key": secret,
            },
        }
        expected = {
            "lacks": {("auth.jwt_secret", "defaults")},
            "range": {("server.port", "overrides")},
            "several": {
                ("server.port", "overrides"),
                ("auth.service_secret", "defaults"),
                ("chat.idle_limit_s", "overrides"),
                ("auth.jwt_key", "overrides"),
            },
        }
        for name, settings in faulty.items():
            with pytest.raises(ConfigurationError) as refused:
                configured(self.env, tmp_path, **settings)
            found = refused.value.problems
            assert {(each.path, each.source) for each in found} == expected[name]
            assert len(found) == len(expected[name])
            shown = str(refused.value)
            assert all(each.path in shown for each in found)
            assert not any(each in shown for each in (secret, "j" * 40, "s" * 40))
            assert list(tmp_path.iterdir()) == []

        limits = {"chat__message_bytes": 80, "chat__heartbeat_interval_s": 7}
        configuration = configured(self.env, tmp_path, server__port=65535, **limits)
        assert configuration.settings.server.port == 65535
        async with served(configuration) as stand:
            assert (tmp_path / "assistant.db").exists()
            token = await stand.sign_in("ada")
            async with ChatClient(stand.address, token) as chat:
                assert (await chat.receive())["heartbeat_interval_s"] == 7
                frame = '{"type": "chat", "id": "1", "text": "%s"}'
                room = 80 - len(frame % "")
                await chat.connection.send(frame % ("x" * (room + 1)))
                assert (await chat.receive())["code"] == "too_large"
                await chat.connection.send(frame % ("x" * room))
                assert (await chat.receive())["type"] == "ack"

        missing, clock = tmp_path / "missing", ManualClock()
        tries = {"database__connect_attempts": 2, "database__retry_wait_s": 0.5}
        stand = stand_on(configured(self.env, missing, **tries), clock=clock)
        starting = asyncio.create_task(stand.platform.startup.start())
        await self.wait_for_condition(lambda: clock.sleepers, GIVE_UP_S)
        await clock.advance(0.25)
        assert clock.sleepers == 1
        await clock.advance(0.25)
        with pytest.raises(
            StartupError, match=r"^database: no database after 2 attempts"
        ):
            await self.run_with_timeout(starting, GIVE_UP_S)

    @pytest.mark.spec("SC-003", rev="ba7fab.ac8cb1", written="ba7fab")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("changes", "problems"),
        [
            pytest.param([], [], id="intact"),
            pytest.param(["DROP TABLE thread_messages"], [], id="table_missing"),
            pytest.param(
                ["ALTER TABLE threads DROP COLUMN title"],
                ["threads.title: the column is missing"],
                id="column_missing",
            ),
            pytest.param(
                [
                    "ALTER TABLE threads DROP COLUMN length",
                    "ALTER TABLE threads ADD COLUMN length VARCHAR(8) NOT NULL DEFAULT ''",
                ],
                ["threads.length: VARCHAR(8) instead of INTEGER"],
                id="other_type",
            ),
            pytest.param(
                [
                    "ALTER TABLE threads DROP COLUMN length",
                    "ALTER TABLE threads ADD COLUMN length INTEGER",
                ],
                ["threads.length: may be null"],
                id="may_be_null",
            ),
            pytest.param(
                [
                    "ALTER TABLE threads DROP COLUMN title",
                    "ALTER TABLE threads DROP COLUMN length",
                    "ALTER TABLE thread_messages DROP COLUMN role",
                ],
                [
                    "thread_messages.role: the column is missing",
                    "threads.length: the column is missing",
                    "threads.title: the column is missing",
                ],
                id="several",
            ),
            pytest.param(
                ["ALTER TABLE threads ADD COLUMN color TEXT"],
                [],
                id="newer_column",
            ),
            pytest.param(
                ["CREATE TABLE reactions (id INTEGER PRIMARY KEY)"],
                [],
                id="newer_table",
            ),
        ],
    )
    async def test_database_schema_validation_patterns(
        self, changes, problems, tmp_path
    ):
        """Stored tables match the schema that the services expect.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: A column that code expects and the database lacks swallows
            conversation history, the very thing that paying teams come back to read.
        Strategic Impact: Accumulated history is a reason to stay that no competitor can
            copy.

        Given: a database file with one stored conversation, created by the service
            itself
        Given: the changes of the case, made to the file by another program
        When: the service connects to the file again
        Then: the problems of the case are reported, each with its table and column, and
            no other
        Then: a file with a problem is not used, and one without a problem is
        Then: the conversation that was stored is still in the file
        """
        database, _ = open_database(tmp_path)
        await database.connect()
        await ThreadStore(database).create("user", "First")
        await database.close()
        change(tmp_path, *changes)

        if problems:
            with pytest.raises(SchemaError) as refused:
                await database.connect()
            assert refused.value.problems == tuple(problems)
            assert str(refused.value) == "; ".join(problems)
            assert refused.value.code == "schema_mismatch"
            assert database.connected is False
            assert open_files(tmp_path) == []
            with pytest.raises(DatabaseError, match="the database is not connected"):
                await database.verify_schema()
        else:
            await database.connect()
            await database.connect()
            assert database.connected is True
            await database.verify_schema()
            thread = (await ThreadStore(database).threads("user"))[0]
            assert (thread.title, thread.length) == ("First", 0)
            assert await ThreadStore(database).messages("user", thread.id) == ()
            change(tmp_path, "DROP TABLE thread_messages")
            with pytest.raises(
                SchemaError, match=r"^thread_messages: the table is missing$"
            ):
                await database.verify_schema()
            await database.close()
            assert open_files(tmp_path) == []
        assert select(tmp_path, "SELECT user_id FROM threads") == [("user",)]

    @pytest.mark.spec("SC-004", rev="016847.47672e", written="016847")
    @pytest.mark.integration
    async def test_inter_service_communication_patterns(self, tmp_path):
        """Services exchange requests and report an unreachable peer clearly.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: When the backend cannot tell a slow auth service from a dead one,
            people are logged out in the middle of an agent run and the model cost
            already spent is written off.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a running platform that tells other services whose token it is shown
        Given: a peer that fails twice before it answers, one that refuses, one that is
            slow and one that is gone
        Given: a clock that the test moves
        When: a service calls each of them by its name
        Then: the platform names the user behind a valid user token, and tells that an
            altered one is not active
        Then: the platform answers a service token only if it is meant for the platform
        Then: the failing peer answers at the third attempt, after waits that double,
            and saw one request id
        Then: the refusal is reported at once and is not repeated
        Then: the slow peer is reported as slow, and the one that is gone as
            unreachable, each by its name
        Then: once the peer that was gone is registered at another address, the next
            attempt succeeds there
        """
        desk, peer = Desk(), Peer()
        async with (
            served(configured(self.env, tmp_path)) as stand,
            serve(peer.app) as address,
            desk.http,
        ):
            await check_introspection(stand, desk)
            desk.registry.register("mail", address.http)
            call = asyncio.create_task(desk.client().call("mail", "/failing"))
            for waited, wait_s in enumerate((0.5, 1.0), 1):
                await self.wait_for_condition(lambda: desk.clock.sleepers, GIVE_UP_S)
                await desk.clock.advance(wait_s - 0.25)
                assert len(peer.seen) == waited
                await desk.clock.advance(0.25)
            assert await self.run_with_timeout(call, GIVE_UP_S) == {"attempt": 3}
            ids = {request_id for _, _, request_id in peer.seen}
            callers = {desk.tokens.verify(each, "mail") for _, each, _ in peer.seen}
            assert (len(ids), callers) == (1, {"worker"})
            assert [method for method, _, _ in peer.seen] == ["GET"] * 3
            found = log_lines(desk.stream, "peer_retry")
            retries = [(each["attempt"], each["code"]) for each in found]
            assert retries == [(1, "peer_failed"), (2, "peer_failed")]

            refusal = rf"^mail at {address.http} answered 403$"
            with pytest.raises(PeerError, match=refusal) as refused:
                await desk.call("mail", "/refusing", {})
            assert (refused.value.code, len(peer.seen)) == ("peer_refused", 4)
            assert peer.seen[3][0] == "POST"
            assert peer.seen[3][2] not in ids
            with pytest.raises(
                PeerError, match=r"^mail at .* did not answer in time$"
            ) as slow:
                await desk.call("mail", "/slow", attempts=1, timeout_s=0.05)
            assert slow.value.code == "peer_timeout"
            peer.release.set()

            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                gone = f"http://127.0.0.1:{taken.getsockname()[1]}"
                desk.registry.register("search", gone)
                lost = f"^search at {gone} cannot be reached$"
                with pytest.raises(PeerUnreachableError, match=lost) as dead:
                    await desk.call("search", "/well", attempts=1)
                assert dead.value.code == "peer_unreachable"
                retrying = desk.client(attempts=2)
                call = asyncio.create_task(retrying.call("search", "/well"))
                await self.wait_for_condition(lambda: desk.clock.sleepers, GIVE_UP_S)
                desk.registry.register("search", address.http)
                await desk.clock.advance(0.5)
                assert await self.run_with_timeout(call, GIVE_UP_S) == {"well": True}


class TestSystemReliability(SSotAsyncTestCase):
    """System Reliability.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev aa63a7)
    """

    @pytest.mark.spec("SC-005", rev="634e65.ac7d8d", written="634e65")
    @pytest.mark.integration
    async def test_error_handling_and_recovery_mechanisms(self, tmp_path):
        """Failures are contained and the service recovers by itself.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: An outage at a model provider ought to cost a user one retried
            answer; uncontained, it spreads through shared workers and becomes
            everybody's outage.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a platform with a user, whose table of conversations is broken while it
            runs
        Given: an agent that raises for one prompt
        Given: a database whose folder appears only after the first attempt to connect,
            and one whose folder never appears
        When: requests need the broken table, which is then repaired
        When: both databases connect
        Then: a request that needs the broken table gets a 500 that tells nothing about
            the cause, and the log has it
        Then: requests that do not need it are answered meanwhile, and after the repair
            all are, without a restart
        Then: the failed run ends with one agent_completed of status failed, and the
            next prompt is answered
        Then: the first database connects at its second attempt, and each failed attempt
            is logged
        Then: the second gives up after its attempts, with waits that double and an
            error that says how many there were
        """
        configuration = configured(self.env, tmp_path)
        async with served(configuration, agents=agents(EchoAgent())) as stand:
            token = await stand.sign_in("ada")
            change(tmp_path, BREAK)
            answer = await stand.get("/threads", token, status=500)
            expected = {"code": "internal_error", "message": "the service has failed"}
            assert answer == {"error": expected}
            line = stand.lines("request_failed")[0]
            assert (line["level"], line["path"]) == ("error", "/threads")
            assert "no such table: threads" in line["exception"]
            assert (await stand.get("/auth/me", token))["display_name"] == "ada"
            change(tmp_path, REPAIR)
            assert await stand.get("/threads", token) == {"threads": []}

            async with ChatClient(stand.address, token) as chat:
                assert (await chat.receive())["type"] == "welcome"
                for text, status, answer in (
                    ("fail", "failed", ""),
                    ("hi", "completed", "hi"),
                ):
                    await chat.send(text)
                    frames = await chat.until("agent_completed")
                    assert (frames[-1]["status"], frames[-1]["answer"]) == (
                        status,
                        answer,
                    )
                    assert "hunter2" not in json.dumps(frames)
                with pytest.raises(TimeoutError):
                    await chat.until("agent_completed", timeout_s=0.05)

        clock, folder = ManualClock(), tmp_path / "later"
        name = "later/assistant.db"
        database, stream = open_database(
            tmp_path, name=name, clock=clock, retry_wait_s=0.5
        )
        self.add_cleanup(database.close)
        connecting = asyncio.create_task(database.connect())
        await self.wait_for_condition(lambda: clock.sleepers == 1, GIVE_UP_S)
        assert not database.connected
        folder.mkdir()
        await clock.advance(0.5)
        await self.run_with_timeout(connecting, GIVE_UP_S)
        assert database.connected
        assert [each["attempt"] for each in log_lines(stream, "database_retry")] == [1]

        database, stream = open_database(
            tmp_path, name="no/x.db", clock=clock, retry_wait_s=0.5
        )
        connecting = asyncio.create_task(database.connect())
        for attempt, wait_s in ((1, 0.5), (2, 1.0)):
            await self.wait_for_condition(lambda: clock.sleepers == 1, GIVE_UP_S)
            found = [each["attempt"] for each in log_lines(stream, "database_retry")]
            assert found == list(range(1, attempt + 1))
            await clock.advance(wait_s - 0.25)
            assert clock.sleepers == 1
            await clock.advance(0.25)
        with pytest.raises(
            DatabaseError, match=r"^no database after 3 attempts: "
        ) as refused:
            await self.run_with_timeout(connecting, GIVE_UP_S)
        assert refused.value.code == "database_unavailable"
        assert not database.connected

    @pytest.mark.spec("SC-006", rev="39184d.b1e08b", written="39184d")
    @pytest.mark.integration
    async def test_resource_management_and_cleanup(self, tmp_path):
        """Resources are released after success, failure and cancellation.

        BVJ: Mid, Enterprise - Stability
        Value Impact: Leaks never spoil a short trial; they spoil the day of the account
            that runs agents from morning on, whose answers crawl as memory and
            connections run out beneath them.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a platform with a connected user and a database file
        Given: a transaction that succeeds, one that raises and one that is cancelled
            halfway
        When: the three transactions run one after another
        When: a run is completed, one fails and one is left by its client
        When: the platform stops
        Then: what the first wrote is there, and what the other two wrote is not
        Then: after each of the three the next transaction begins at once
        Then: no connection, no run and no open request is counted once the clients have
            left
        Then: after the stop no task of the platform is left and the database file is
            closed
        Then: a database that is closed refuses sessions, and closing it once more
            changes nothing
        """
        before, agent = asyncio.all_tasks(), EchoAgent()
        configuration = configured(self.env, tmp_path)
        async with served(configuration, agents=agents(agent)) as stand:
            database, chat = stand.value("database"), stand.value("chat")
            store = stand.value("threads")
            await check_transactions(database, store)
            token = await stand.sign_in("ada")
            for text in ("hello", "fail", "wait"):
                async with ChatClient(stand.address, token) as client:
                    await client.send(text)
                    last = "agent_started" if text == "wait" else "agent_completed"
                    await client.until(last)
                    assert chat.connections(user_of(token)) == 1
            await self.wait_for_condition(lambda: chat.connections() == 0, GIVE_UP_S)
            assert chat.runs == 1
            agent.signal.set()
            await self.wait_for_condition(lambda: chat.runs == 0, GIVE_UP_S)
            assert chat.buffered_bytes == 0

            metrics = stand.platform.metrics
            upload = partial(stand.http.post, "/commands", headers=bearer(token))
            asked = asyncio.create_task(upload(content=endless()))
            level = "http_requests_open"
            await self.wait_for_condition(lambda: metrics.level(level) == 1, GIVE_UP_S)
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
            await self.wait_for_condition(lambda: metrics.level(level) == 0, GIVE_UP_S)
            assert open_files(tmp_path) != []

        assert asyncio.all_tasks() == before
        assert open_files(tmp_path) == []
        with pytest.raises(DatabaseError, match=r"^the database is not connected$"):
            await store.threads("u")
        await database.close()
        assert not database.connected

    @pytest.mark.spec("SC-007", rev="125bdf.187ee8", written="125bdf")
    @pytest.mark.integration
    async def test_system_health_checks_and_monitoring(self, tmp_path):
        """Health endpoints report the true state of the service.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Green probes over a broken agent worker keep the load balancer
            sending customers into silence, and on-call hears of it from support
            tickets.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a running platform whose database can be broken and repaired from outside
        When: the four endpoints for operators are asked before, during and after the
            fault
        Then: before it, liveness, readiness and health are 200 and every part is
            healthy
        Then: during it, health is 503 and names the database and what it lacks, and
            readiness is 503
        Then: during it, liveness stays 200 and every other part stays healthy
        Then: after the repair all are 200 again
        Then: the log has one line for each of the two changes, and the numbers are
            served as plain text
        """
        async with started(configured(self.env, tmp_path)) as stand:
            well = {"health": "healthy", "critical": True, "error": ""}
            parts = {"database": well, "startup": {**well, "critical": False}}

            async def check_all(status):
                assert await stand.get("/health/live") == {"status": "alive"}
                ready = {200: "ready", 503: "not_ready"}[status]
                assert await stand.get("/health/ready", status=status) == {
                    "status": ready
                }
                return await stand.get("/health", status=status)

            assert await check_all(200) == {"status": "healthy", "parts": parts}
            change(tmp_path, "ALTER TABLE thread_messages DROP COLUMN role")
            lacking = "thread_messages.role: the column is missing"
            broken = {**well, "health": "unhealthy", "error": lacking}
            expected = {"status": "unhealthy", "parts": {**parts, "database": broken}}
            assert await check_all(503) == expected
            assert await check_all(503) == expected
            added = "ADD COLUMN role VARCHAR(16) NOT NULL DEFAULT ''"
            change(tmp_path, f"ALTER TABLE thread_messages {added}")
            assert await check_all(200) == {"status": "healthy", "parts": parts}

            changes = stand.lines("health_changed")
            assert [(each["old"], each["new"]) for each in changes] == [
                ("healthy", "unhealthy"),
                ("unhealthy", "healthy"),
            ]
            numbers = await stand.http.get("/metrics")
            assert numbers.status_code == 200
            assert numbers.headers["content-type"] == "text/plain; charset=utf-8"
            assert "assistant_http_errors 4\n" in numbers.text
            assert "assistant_startup_ready 1.0\n" in numbers.text

    @pytest.mark.spec("SC-008", rev="0d63ae.106046", written="0d63ae")
    @pytest.mark.integration
    async def test_component_lifecycle_management(self, tmp_path):
        """Components start and stop in order, and a stopped one can start again.

        BVJ: Platform - Velocity
        Value Impact: Engineers who know that a stop lets running agents finish can ship
            in working hours, so a customer's bug is fixed the day it is reported and
            not at the weekend.
        Strategic Impact: Releases become routine, so improvements reach customers
            sooner.

        Given: a platform with two further parts, one on top of the other, that write
            down what happens to them
        Given: a stored conversation
        When: the platform starts, stops twice and starts again
        Then: the lower part starts before the upper one and stops after it
        Then: between the stop and the second start requests are refused with not_ready
        Then: the second stop changes nothing
        Then: after the second start both parts have started twice, and the conversation
            is still there
        """
        happened = []

        def recording(name, *depends_on):
            async def start(_):
                happened.append(f"{name} up")
                return name

            async def stop(value):
                happened.append(f"{value} down")

            return Component(name, start, stop=stop, depends_on=depends_on)

        extra = [recording("upper", "lower"), recording("lower", "database")]
        stand = stand_on(configured(self.env, tmp_path), extra=extra)
        startup = stand.platform.startup
        cycle = ["lower up", "upper up", "upper down", "lower down"]
        async with stand.http:
            await startup.start()
            token = await stand.sign_in("ada")
            thread_id = await stand.value("threads").create(user_of(token), "First")
            database = stand.value("database")
            await startup.stop()
            assert happened == cycle
            assert set(stand.states().values()) == {"stopped"}
            assert not database.connected
            stopped = [each["component"] for each in stand.lines("component_stopped")]
            for name, lower in {**DEPENDENCIES, "upper": {"lower"}}.items():
                assert not lower & set(stopped[: stopped.index(name)])

            answer = await stand.get("/threads", token, status=503)
            expected = {"code": "not_ready", "message": "the service is not ready"}
            assert answer == {"error": expected}
            await stand.get("/health/ready", status=503)
            assert (
                "assistant_startup_ready 0.0\n"
                in (await stand.http.get("/metrics")).text
            )
            await startup.stop()
            assert happened == cycle

            await startup.start()
            self.add_cleanup(startup.stop)
            assert happened == cycle + cycle[:2]
            assert set(stand.states().values()) == {"ready"}
            found = await stand.get("/threads", token)
            assert found == {
                "threads": [{"id": thread_id, "title": "First", "length": 0}]
            }


class TestCoreFunctionality(SSotAsyncTestCase):
    """Core Functionality.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev f2eb7f)
    """

    @pytest.mark.spec("SC-009", rev="b98098.e104f6", written="b98098")
    @pytest.mark.integration
    async def test_message_routing_and_dispatching(self):
        """Each message reaches the right handler exactly once.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A cancel order that lands at the wrong handler leaves the agent
            running: it goes on sending mail and spending a budget that its owner tried
            to stop.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a router with handlers for two message types, one of which waits for a
            signal
        Given: a message of an unknown type, one with a wrong body and one whose handler
            fails the first time
        When: each message is sent
        When: the waiting message is sent three more times, by the same sender and
            before the signal
        When: the message of the same id is sent by another sender
        Then: each valid message reaches the handler of its type, with its sender and
            its typed body
        Then: the repeated message is handled once, and all four calls get the same
            result
        Then: the other sender's message is handled by itself
        Then: the unknown type, the wrong body and the failure are dead letters, in
            order, each with its reason
        Then: the message that failed is handled when it is sent again
        Then: a second handler for a type is refused, and only the latest results and
            dead letters are kept
        """
        router, signal, handled = Router(remembered=3), asyncio.Event(), []

        async def note(sender, body):
            handled.append((sender, body))
            if body == Note(text="fail") and handled.count((sender, body)) == 1:
                raise ZeroDivisionError
            return f"noted {body.text}"

        async def wait(sender, body):
            handled.append((sender, body))
            await signal.wait()
            return len(handled)

        router.handle("note", Note, note)
        router.handle("wait", Pause, wait)

        def message(number, kind, **body):
            return {"id": str(number), "type": kind, "body": body}

        assert await router.dispatch("ada", message(1, "note", text="hi")) == "noted hi"
        slow = message(2, "wait", seconds=3)
        calls = [asyncio.create_task(router.dispatch("ada", slow)) for _ in range(4)]
        calls.append(asyncio.create_task(router.dispatch("grace", slow)))
        await self.wait_for_condition(lambda: len(handled) == 3, GIVE_UP_S)
        calls[0].cancel()
        signal.set()
        done = self.run_with_timeout(asyncio.gather(*calls[1:]), GIVE_UP_S)
        assert await done == [3, 3, 3, 3]
        assert await router.dispatch("ada", slow) == 3
        assert handled == [
            ("ada", Note(text="hi")),
            ("ada", Pause(seconds=3)),
            ("grace", Pause(seconds=3)),
        ]

        unknown, wrong = message(3, "fly"), message(4, "wait", seconds="4")
        failing = message(5, "note", text="fail")
        with pytest.raises(RoutingError, match=r"^nothing handles fly$") as refused:
            await router.dispatch("ada", unknown)
        assert refused.value.code == "unknown_type"
        with pytest.raises(InvalidInputError, match=r"^seconds: "):
            await router.dispatch("ada", wrong)
        with pytest.raises(ZeroDivisionError):
            await router.dispatch("ada", failing)
        reasons = ("unknown_type", "invalid_input", "failed")
        expected = tuple(map(DeadLetter, (unknown, wrong, failing), reasons))
        assert await router.dispatch("ada", failing) == "noted fail"
        for faulty, place in (
            ({"type": "note"}, "id"),
            ({**slow, "id": ""}, "id"),
            ({**slow, "id": "x" * 65}, "id"),
            ({**slow, "more": 1}, "more"),
            ([], "input"),
        ):
            with pytest.raises(InvalidInputError, match=f"^{place}: "):
                await router.dispatch("ada", faulty)
        assert router.dead_letters == expected

        with pytest.raises(RoutingError, match=r"^note has a handler$") as refused:
            router.handle("note", Note, note)
        assert refused.value.code == "duplicate_handler"
        with pytest.raises(RoutingError):
            await router.dispatch("ada", unknown)
        assert router.dead_letters == (*expected[1:], expected[0])
        before = len(handled)
        assert await router.dispatch("ada", slow) == 3
        assert await router.dispatch("grace", slow) == 3
        assert len(handled) == before
        assert (
            await router.dispatch("ada", message(1, "note", text="again"))
            == "noted again"
        )
        assert await router.dispatch("ada", slow) == before + 2

    @pytest.mark.spec("SC-010", rev="ce7c86.88b99f", written="ce7c86")
    @pytest.mark.integration
    async def test_system_state_consistency(self, tmp_path):
        """State stays consistent across components after every change.

        BVJ: Early, Mid - Retention
        Value Impact: If the thread and the usage record disagree about whether a run
            has finished, customers on metered plans are charged for answers they never
            got, and refunds follow.
        Strategic Impact: Bills that match what people saw keep small accounts from
            quarreling and leaving.

        Given: one database file that two services have open
        Given: a conversation of one user
        When: both append messages at the same moment, some of them with the same key
        When: a change raises in the middle
        When: the conversation is renamed and deleted
        Then: the messages are numbered from 1 without a gap, and the length of the
            conversation equals their number
        Then: a key that comes twice gives the same number twice and one message
        Then: after the change that raised, conversation and messages are as before it
        Then: both services see the same state after each step, and the latest
            conversation comes first
        Then: a deleted conversation leaves no message behind, and another user could
            neither see nor change it
        """
        databases = [open_database(tmp_path)[0] for _ in range(2)]
        for database in databases:
            await database.connect()
            self.add_cleanup(database.close)
        first, second = map(ThreadStore, databases)
        thread_id = await first.create("ada", "Sums")
        quiet = await second.create("ada", "Quiet")
        said = [
            store.append("ada", thread_id, "user", f"text {key}", f"key {key}")
            for key in range(10)
            for store in (first, second)
        ]
        numbers = await asyncio.gather(*said)
        assert numbers[::2] == numbers[1::2]
        assert sorted(numbers[::2]) == list(range(1, 11))

        async def both(user_id="ada"):
            seen = [
                (await store.threads(user_id), await store.messages("ada", thread_id))
                for store in (first, second)
            ]
            assert seen[0] == seen[1]
            return seen[0]

        threads, messages = await both()
        assert threads == (Thread(thread_id, "Sums", 10), Thread(quiet, "Quiet", 0))
        assert [each.number for each in messages] == list(range(1, 11))
        text_by_number = dict(zip(numbers[::2], range(10), strict=True))
        expected = [f"text {text_by_number[n]}" for n in range(1, 11)]
        assert [each.text for each in messages] == expected
        assert {each.role for each in messages} == {"user"}

        with pytest.raises(ZeroDivisionError):
            await append_and_raise(databases[0], thread_id)
        assert await both() == (threads, messages)
        assert await second.append("ada", thread_id, "assistant", "42", "end") == 11
        assert await first.append("ada", quiet, "user", "?", "end") == 1
        threads, messages = await both()
        assert threads == (Thread(quiet, "Quiet", 1), Thread(thread_id, "Sums", 11))
        assert messages[10:] == (Message(11, "assistant", "42"),)
        await second.append("ada", thread_id, "user", "thanks", "last")
        await first.rename("ada", thread_id, "Answers")
        threads, messages = await both()
        assert threads == (Thread(thread_id, "Answers", 12), Thread(quiet, "Quiet", 1))

        assert (await both("grace"))[0] == ()
        empty = sorted([await first.create("hopper", "Empty") for _ in range(5)])
        assert [each.id for each in await second.threads("hopper")] == empty
        for attempt in (
            second.messages("grace", thread_id),
            second.append("grace", thread_id, "user", "mine", "end"),
            second.rename("grace", thread_id, "Mine"),
            second.delete("grace", thread_id),
        ):
            with pytest.raises(ThreadNotFoundError) as refused:
                await attempt
            assert refused.value.code == "thread_not_found"
        assert await both() == (threads, messages)
        await second.delete("ada", thread_id)
        assert await first.threads("ada") == (Thread(quiet, "Quiet", 1),)
        with pytest.raises(ThreadNotFoundError):
            await first.messages("ada", thread_id)
        assert select(tmp_path, "SELECT thread_id FROM thread_messages") == [(quiet,)]
        assert select(tmp_path, "PRAGMA journal_mode") == [("wal",)]

    @pytest.mark.spec("SC-011", rev="7d85d4.83c6ea", written="7d85d4")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("sent", "times", "body", "answer", "stored"),
        [
            pytest.param(
                {"title": "<script>alert(1)</script>"},
                1,
                "plain",
                [200],
                "<script>alert(1)</script>",
                id="markup_stays_text",
            ),
            pytest.param(
                {"title": "x'); DROP TABLE threads;--"},
                1,
                "plain",
                [200],
                "x'); DROP TABLE threads;--",
                id="sql_stays_text",
            ),
            pytest.param(
                {"title": "a\x00b\x1b[31mc"},
                1,
                "plain",
                [200],
                "ab[31mc",
                id="control_characters_go",
            ),
            pytest.param(
                {"title": "gpj\u202eexe."},
                1,
                "plain",
                [200],
                "gpjexe.",
                id="direction_marks_go",
            ),
            pytest.param(
                {"title": "می\u200cشود\u200d"},
                1,
                "plain",
                [200],
                "می\u200cشود\u200d",
                id="joiners_stay",
            ),
            pytest.param(
                {"title": "  two\r\n\tlines \xa0 here "},
                1,
                "plain",
                [200],
                "two lines here",
                id="one_line",
            ),
            pytest.param(
                {"title": "one\rtwo\u2028three"},
                1,
                "plain",
                [200],
                "one two three",
                id="every_line_end",
            ),
            pytest.param(
                {"title": "a\ue000b\u0378c"},
                1,
                "plain",
                [200],
                "abc",
                id="unassigned_characters_go",
            ),
            pytest.param(
                {"title": "ﬁne ①"},
                1,
                "plain",
                [200],
                "ﬁne ①",
                id="look_alikes_stay",
            ),
            pytest.param(
                {"title": "Café"},
                1,
                "plain",
                [200],
                "Café",
                id="composed",
            ),
            pytest.param(
                {"title": " \u200b\u202e "},
                1,
                "plain",
                [400, "invalid_input", "title: "],
                "first",
                id="nothing_visible",
            ),
            pytest.param({"title": "x"}, 200, "plain", [200], "x", id="longest"),
            pytest.param(
                {"title": "x"},
                201,
                "plain",
                [400, "invalid_input", "title: "],
                "first",
                id="too_long",
            ),
            pytest.param(
                {"title": 17},
                1,
                "plain",
                [400, "invalid_input", "title: "],
                "first",
                id="a_number",
            ),
            pytest.param(
                {"title": "other", "owner": "someone-else"},
                1,
                "plain",
                [400, "invalid_input", "owner: "],
                "first",
                id="unknown_member",
            ),
            pytest.param(
                {"title": "other", "thread": "../../etc/passwd"},
                1,
                "plain",
                [400, "invalid_input", "thread: "],
                "first",
                id="path_as_id",
            ),
            pytest.param(
                {"title": "other", "thread": "0123456789abcdef"},
                1,
                "plain",
                [404, "thread_not_found", "there is no such conversation"],
                "first",
                id="unknown_id",
            ),
            pytest.param(
                {"title": "second"},
                1,
                "of 65536 bytes",
                [200],
                "second",
                id="largest_body",
            ),
            pytest.param(
                {"title": "other"},
                1,
                "of 65537 bytes",
                [413, "too_large", "a body has 65536 bytes at most"],
                "first",
                id="body_too_large",
            ),
            pytest.param(
                {"title": "other"},
                1,
                "cut off",
                [400, "invalid_input", "input: not JSON"],
                "first",
                id="not_json",
            ),
            pytest.param(
                {"title": "other"},
                1,
                "of brackets",
                [400, "invalid_input", "input: not JSON"],
                "first",
                id="nested_too_deep",
            ),
        ],
    )
    async def test_input_validation_and_sanitization(
        self, sent, answer, times, body, stored, tmp_path
    ):
        """Hostile input is rejected or made harmless before it is used.

        BVJ: Enterprise - Security
        Value Impact: Script smuggled in through a prompt and shown to a colleague would
            end an Enterprise security review on the spot and stall the contracts behind
            it.
        Strategic Impact: Passing security reviews is the entry ticket to regulated
            accounts.

        Given: a running platform and a user with a conversation
        When: the user sends the body of the case as a command
        Then: the answer has the status of the case, and its error code and the
            beginning of its message
        Then: the answer to a refused body does not repeat what was sent
        Then: "the title of the conversation is the one of the case: cleaned if
            accepted, unchanged if refused"
        """
        async with started(configured(self.env, tmp_path)) as stand:
            token = await stand.sign_in("ada")
            thread_id = await stand.value("threads").create(user_of(token), "first")
            sent = {"thread": thread_id, **sent, "title": sent["title"] * times}
            command = json.dumps({"id": "1", "type": "thread.rename", "body": sent})
            content = {
                "plain": command,
                "of 65536 bytes": command.ljust(65536),
                "of 65537 bytes": command.ljust(65537),
                "cut off": command[:-1],
                "of brackets": "[" * 60000,
            }[body]
            got = await stand.http.post(
                "/commands", content=content, headers=bearer(token)
            )
            assert got.status_code == answer[0]
            assert got.headers["content-type"] == "application/json"
            assert got.headers["x-content-type-options"] == "nosniff"
            if got.status_code == 200:
                stored *= times
                assert got.json()["result"] == {"thread": thread_id, "title": stored}
            else:
                error = got.json()["error"]
                assert error["code"] == answer[1]
                assert error["message"].startswith(answer[2])
                assert not any(str(each) in got.text for each in sent.values())
            found = (await stand.get("/threads", token))["threads"]
            assert found == [{"id": thread_id, "title": stored, "length": 0}]

    @pytest.mark.spec("SC-012", rev="0b8d15.60fc43", written="0b8d15")
    @pytest.mark.integration
    async def test_performance_monitoring_and_metrics(self, tmp_path):
        """Recorded metrics match the work that was really done.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Averages that leave out failed runs report a fast product while
            subscribers wait; the slow tool then stays as it is until cancellations
            reveal it.
        Strategic Impact: Speed that is measured truly can be kept as usage grows.

        Given: a running platform and a user
        Given: numbers kept by hand beside it: a counter, a gauge and a distribution
        When: a known number of requests succeeds, is refused and fails
        When: values are counted, set and observed by hand
        Then: http_requests and http_errors are exactly the requests that were made and
            those that failed
        Then: the duration of every request was observed, also of those that failed
        Then: no request is counted as open afterwards, and the peak shows that some
            were open at once
        Then: the page of numbers shows the same numbers, each on a line of its own
        Then: total, smallest, largest, 95th percentile and the kept number of a
            distribution are exact
        Then: a negative count and a value that is not finite are refused and change
            nothing
        """
        async with started(configured(self.env, tmp_path)) as stand:
            token, metrics = await stand.sign_in("ada"), stand.platform.metrics

            def measured():
                seconds = metrics.distribution("http_request_s")
                counters = ("http_requests", "http_errors")
                return (*map(metrics.counter, counters), seconds.count)

            assert measured() == (2, 0, 2)
            for _ in range(6):
                await stand.get("/auth/me", token)
            for _ in range(3):
                await stand.get("/threads", status=401)
            change(tmp_path, BREAK)
            for _ in range(2):
                await stand.get("/threads", token, status=500)
            change(tmp_path, REPAIR)
            assert measured() == (13, 2, 13)
            assert metrics.distribution("http_request_s").smallest > 0

            assert metrics.level("http_requests_open") == 0
            end = asyncio.Event()
            upload = partial(stand.http.post, "/commands", headers=bearer(token))
            uploads = [
                asyncio.create_task(upload(content=held_back(end))) for _ in range(3)
            ]
            opened = "http_requests_open"
            await self.wait_for_condition(lambda: metrics.level(opened) == 3, GIVE_UP_S)
            end.set()
            answers = await self.run_with_timeout(asyncio.gather(*uploads), GIVE_UP_S)
            assert [each.status_code for each in answers] == [400] * 3
            assert (metrics.level(opened), metrics.peak(opened)) == (0, 3)

            page = (await stand.http.get("/metrics")).text
            shown = dict(line.split() for line in page.splitlines())
            assert shown["assistant_http_requests"] == "16"
            assert shown["assistant_http_errors"] == "2"
            assert shown["assistant_http_request_s_count"] == "16"
            assert shown["assistant_http_requests_open"] == "1"
            self.record_metric("http_requests", metrics.counter("http_requests"))

        check_metrics_by_hand(Metrics(kept=100))

    @pytest.mark.spec("SC-013", rev="16149b.21460c", written="16149b")
    @pytest.mark.integration
    async def test_concurrent_request_handling(self, tmp_path):
        """Concurrent requests finish without mixing or blocking one another.

        BVJ: Early, Mid - Expansion
        Value Impact: Slow requests that hold up quick ones make a shared workspace feel
            overloaded with only a few colleagues in it, and the extra seats are never
            bought.
        Strategic Impact: Accounts grow by seats only when the whole team can work at
            the same time.

        Given: a running platform with twenty users, each with conversations and a
            request id of their own
        Given: a run of another user that waits for a signal
        When: all users send five requests at the same moment, while the run is waiting
        Then: every answer has the request id and the data of its own user and of nobody
            else
        Then: all hundred requests are answered before the waiting run is
        Then: the log line of a request that fails has the id of that request
        Then: a request id that is not well formed is replaced by a new one
        Then: the waiting run completes after its signal
        """
        agent = EchoAgent()
        async with served(
            configured(self.env, tmp_path), agents=agents(agent)
        ) as stand:
            names = [f"user{number}" for number in range(20)]
            tokens = dict(
                zip(
                    names, await asyncio.gather(*map(stand.sign_in, names)), strict=True
                )
            )
            for name, token in tokens.items():
                await stand.value("threads").create(user_of(token), f"of {name}")
            waiting = await stand.sign_in("waiting")
            async with ChatClient(stand.address, waiting) as chat:
                await chat.send("wait")
                await chat.until("agent_started")
                await self.wait_for_condition(lambda: agent.waiting == 1, GIVE_UP_S)

                async def ask(name, number):
                    request_id = f"{name}-{number}"
                    headers = {**bearer(tokens[name]), "X-Request-Id": request_id}
                    answer = await stand.http.get("/threads", headers=headers)
                    assert answer.headers["x-request-id"] == request_id
                    titles = [each["title"] for each in answer.json()["threads"]]
                    assert titles == [f"of {name}"]

                await asyncio.gather(
                    *(ask(name, n) for n in range(5) for name in names)
                )
                assert stand.value("chat").runs == 1
                agent.signal.set()
                frames = await chat.until("agent_completed")
                assert frames[-1]["answer"] == "wait"

            change(tmp_path, BREAK)
            failing = [f"failing-{number}" for number in range(4)] + ["x" * 64]

            async def fail(request_id):
                headers = {**bearer(tokens["user0"]), "X-Request-Id": request_id}
                answer = await stand.http.get("/threads", headers=headers)
                assert answer.status_code == 500
                return answer.headers["x-request-id"]

            assert await asyncio.gather(*map(fail, failing)) == failing
            logged = [line["request_id"] for line in stand.lines("request_failed")]
            assert sorted(logged) == sorted(failing)
            replaced = [
                await fail(wrong) for wrong in ("two words", "x" * 65, "", "a/b")
            ]
            assert all(re.fullmatch("[0-9a-f]{32}", each) for each in replaced)
            assert len(set(replaced)) == 4
            logged = [line["request_id"] for line in stand.lines("request_failed")]
            assert logged[-4:] == replaced


class TestSystemIntegration(SSotAsyncTestCase):
    """System Integration.

    BVJ: Free, Early, Mid, Enterprise - Stability
    Value Impact: A sound core keeps chat, login and agents available together, whatever
        part has a bad day.
    Strategic Impact: A platform that does not go dark as a whole can be sold with a
        promise of availability.

    Spec: specs/system_core.yaml (rev 837e18)
    """

    @pytest.mark.spec("SC-014", rev="f16755.0eb65e", written="f16755")
    @pytest.mark.integration
    async def test_comprehensive_system_integration(self, tmp_path):
        """A request travels from login to stored answer through every service.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Parts that pass alone still fail at their seams; this is the last
            stop for a release in which each service is well and nobody, on any plan,
            can hold a chat.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a running platform on a free port and two people
        When: the first registers, logs in, sends a message and sends another in the
            same conversation
        When: the second asks for the first one's conversation
        When: the platform stops and starts again on the same database
        Then: the five events of the first run arrive in order, and the pieces of the
            answer make up the answer
        Then: the conversation has all four messages in order, each exactly as it was
            sent and answered
        Then: its title is the beginning of the first message
        Then: the second person's list is empty, and the conversation is not found for
            them, by reading, renaming or deleting
        Then: without a token nothing but the page and the health is answered
        Then: after the restart the token still works and the conversation goes on where
            it was
        """
        configuration = configured(self.env, tmp_path)
        asked = "What is 6 * (3 + 4)? " + "Please. " * 8
        async with served(configuration) as stand:
            ada, grace = await stand.sign_in("ada"), await stand.sign_in("grace")
            async with ChatClient(stand.address, ada) as chat:
                assert (await chat.receive())["user_id"] == user_of(ada)
                sent = await chat.send(asked)
                frames = await chat.until("agent_completed")
                assert (frames[0]["type"], frames[0]["id"]) == ("ack", sent)
                assert [
                    each["type"] for each in frames if each["type"] in EVENTS
                ] == EVENTS
                pieces = [
                    each["text"] for each in frames if each["type"] == "answer_piece"
                ]
                answer = frames[-1]["answer"]
                assert len(pieces) > 1
                assert "".join(pieces) == answer == "calculator: 6 * (3 + 4) = 42"
                thread_id = frames[-1]["thread_id"]
                await chat.send("What is 1 + 1?", thread=thread_id)
                assert (await chat.until("agent_completed"))[-1][
                    "thread_id"
                ] == thread_id

            path = f"/threads/{thread_id}"
            texts = [asked, answer, "What is 1 + 1?", "calculator: 1 + 1 = 2"]
            roles = ["user", "assistant"] * 2
            expected = [
                {"number": n, "role": role, "text": text}
                for n, role, text in zip(range(1, 5), roles, texts, strict=True)
            ]
            assert await stand.get(path, ada) == {"messages": expected}
            listed = {"id": thread_id, "title": asked[:60], "length": 4}
            assert await stand.get("/threads", ada) == {"threads": [listed]}

            await check_private(stand, path, grace)
            await check_page(stand)

        async with served(configuration) as stand:
            async with ChatClient(stand.address, ada) as chat:
                await chat.send("What is 2 + 2?", thread=thread_id)
                frames = await chat.until("agent_completed")
                assert frames[-1]["answer"] == "calculator: 2 + 2 = 4"
            kept = (await stand.get(path, ada))["messages"]
            assert kept[:4] == expected
            assert [each["number"] for each in kept] == list(range(1, 7))
            await stand.command(ada, "thread.rename", thread=thread_id, title="Sums")
            assert (await stand.get("/threads", ada))["threads"][0]["title"] == "Sums"
            deleted = await stand.command(ada, "thread.delete", thread=thread_id)
            assert deleted == {"result": {"thread": thread_id}}
            assert await stand.get("/threads", ada) == {"threads": []}

    @pytest.mark.spec("SC-015", rev="fdc1b4.3b4969", written="fdc1b4")
    @pytest.mark.integration
    async def test_system_startup_sequence_validation(self, tmp_path):
        """The assembled system takes traffic only once its core is ready.

        BVJ: Free - Conversion
        Value Impact: Opening the door before the agent runtime is there greets the next
            visitors with errors, and someone who is only trying the product seldom
            tries it twice.
        Strategic Impact: First visits are the widest part of the sales funnel.

        Given: a platform with a further part that starts only after a signal
        Given: one whose required part cannot start, and one whose optional part cannot
            start
        When: each of them starts and is asked for its readiness and for the page
        Then: before the signal the page is refused with not_ready, readiness is 503 and
            liveness is 200
        Then: a chat client that connects before the signal is refused
        Then: after the signal the page is served and readiness is 200
        Then: the platform without the required part refuses to start, names it and
            leaves nothing open
        Then: the platform without the optional part takes traffic, and its health is
            degraded and names the part
        Then: once the optional part can start, recovering it makes the health healthy
        Then: run as a program, it says where it listens once it takes traffic and ends
            with 0 after a signal; with a bad configuration it ends with 2, and with a
            port in use with 1
        """
        signal, reached = asyncio.Event(), asyncio.Event()

        async def wait(_):
            reached.set()
            await signal.wait()

        signal.set()
        gated = Component("models", wait, depends_on=("database",))
        async with served(configured(self.env, tmp_path), extra=[gated]) as stand:
            token = await stand.sign_in("ada")
            startup = stand.platform.startup
            await startup.stop()
            signal.clear()
            reached.clear()
            starting = asyncio.create_task(startup.start())
            await asyncio.wait_for(reached.wait(), GIVE_UP_S)
            refused = await stand.get("/", status=503)
            assert refused["error"]["code"] == "not_ready"
            assert await stand.get("/health/ready", status=503) == {
                "status": "not_ready"
            }
            assert await stand.get("/health/live") == {"status": "alive"}
            with pytest.raises(InvalidStatus) as closed:
                async with ChatClient(stand.address, token):
                    pass
            assert closed.value.response.status_code == 503
            assert json.loads(closed.value.response.body) == refused

            signal.set()
            await self.run_with_timeout(starting, GIVE_UP_S)
            assert (await stand.http.get("/")).status_code == 200
            assert await stand.get("/health/ready") == {"status": "ready"}
            async with ChatClient(stand.address, token) as chat:
                assert (await chat.receive())["type"] == "welcome"

        await check_required(configured(self.env, tmp_path), tmp_path)
        await check_optional(configured(self.env, tmp_path))
        await check_program(self, tmp_path)

    @pytest.mark.spec("SC-016", rev="d3e8c2.13e0ff", written="d3e8c2")
    @pytest.mark.integration
    async def test_system_configuration_cascade(self, tmp_path):
        """Settings cascade from defaults to service, and the nearest one wins.

        BVJ: Enterprise - Risk Reduction
        Value Impact: A default that silently beats an agreed limit either throttles a
            large account below its contract or gives away capacity that others pay for.
        Strategic Impact: What was sold is what runs, without anybody checking by hand.

        Given: defaults, a base file, a file of the environment, a secret file,
            variables and overrides that disagree about settings
        When: the configuration is loaded with one source more each time, and the
            platform runs on the last
        Then: each time the nearest source wins, and the configuration names it
        Then: a setting that no source names keeps its default, also beside others of
            its section
        Then: a file of another environment has no influence
        Then: the limit that won is the one that a connected client meets
        """
        path, folder = "chat.message_bytes", tmp_path / "config"
        (folder / "secrets").mkdir(parents=True)
        secrets = {"auth.jwt_secret": "j" * 40, "auth.service_secret": "s" * 40}
        url = f"sqlite+aiosqlite:///{tmp_path / 'assistant.db'}"
        cheap = {"auth.argon2_time_cost": 1, "auth.argon2_memory_kib": 8}
        environ = dict(self.env.get_all())
        overrides = {"database.url": url, **secrets, **cheap}

        def check(value, source):
            configuration = load(folder, environ, overrides)
            assert configuration.settings.chat.message_bytes == value
            assert configuration.source_of(path) == source
            assert configuration.settings.chat.queue_limit == 100
            assert configuration.source_of("chat.queue_limit") == "defaults"
            return configuration

        here = check(65536, "defaults").settings.environment
        (folder / "base.yaml").write_text(
            "chat: {message_bytes: 900, idle_limit_s: 70}\n"
        )
        check(900, "base.yaml")
        for name in {"test", "dev", "staging", "prod"} - {here}:
            (folder / f"{name}.yaml").write_text(
                "chat: {message_bytes: 17, queue_limit: 1}\n"
            )
        check(900, "base.yaml")
        (folder / f"{here}.yaml").write_text("chat: {message_bytes: 800}\n")
        check(800, f"{here}.yaml")
        (folder / "secrets" / path).write_text("700\n")
        check(700, f"secrets/{path}")
        environ["ASSISTANT_CHAT__MESSAGE_BYTES"] = "600"
        check(600, "ASSISTANT_CHAT__MESSAGE_BYTES")
        overrides[path] = 500
        configuration = check(500, "overrides")
        assert configuration.settings.chat.idle_limit_s == 70
        assert configuration.source_of("chat.idle_limit_s") == "base.yaml"

        async with served(configuration) as stand:
            token = await stand.sign_in("ada")
            async with ChatClient(stand.address, token) as chat:
                assert (await chat.receive())["type"] == "welcome"
                frame = '{"type": "chat", "id": "1", "text": "%s"}'
                await chat.connection.send(frame % ("x" * (501 - len(frame % ""))))
                refused = await chat.receive()
                assert refused["code"] == "too_large"
                assert "500 bytes" in refused["message"]
                await chat.connection.send(frame % ("x" * (500 - len(frame % ""))))
                assert (await chat.receive())["type"] == "ack"

    @pytest.mark.spec("SC-017", rev="438ee9.c8cb3d", written="438ee9")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("critical", "optional", "whole"),
        [
            pytest.param([], [], "healthy", id="no_parts"),
            pytest.param(["well", "well"], ["well"], "healthy", id="all_well"),
            pytest.param(
                ["well", "limping"],
                ["well"],
                "degraded",
                id="critical_limps",
            ),
            pytest.param(
                ["well", "failing"],
                ["well"],
                "unhealthy",
                id="critical_fails",
            ),
            pytest.param(["silent"], ["well"], "unhealthy", id="critical_silent"),
            pytest.param(["limping", "failing"], [], "unhealthy", id="limps_and_fails"),
            pytest.param(["well"], ["limping"], "degraded", id="optional_limps"),
            pytest.param(
                ["well"],
                ["failing", "well"],
                "degraded",
                id="optional_fails",
            ),
            pytest.param([], ["silent"], "degraded", id="only_optional_silent"),
            pytest.param(
                ["failing", "silent"],
                ["failing", "limping"],
                "unhealthy",
                id="everything_fails",
            ),
        ],
    )
    async def test_system_health_aggregation(self, critical, optional, whole):
        """Overall health is never better than that of its critical parts.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: On-call spends the first stretch of an incident hunting for the
            sick component; an honest roll-up gives that time back to the users who are
            waiting.
        Strategic Impact: A platform that does not go dark as a whole can be sold with a
            promise of availability.

        Given: a monitor with the parts of the case, each critical or not, well,
            limping, failing or silent
        Given: a clock that the test moves
        When: the health is asked for
        When: every part gets well and the health is asked for again
        Then: the whole is as the case says, never better than its worst critical part
        Then: each part is reported as it is, with a reason that is safe to show if it
            is not healthy
        Then: a silent part counts as failed after the time limit and does not hold up
            the other checks
        Then: once every part is well the whole is healthy again, and each change of the
            whole is logged once
        """
        clock, stream, ran = ManualClock(), io.StringIO(), []
        monitor = HealthMonitor(clock=clock, log=open_log(stream), timeout_s=4)
        modes = {f"critical{n}": mode for n, mode in enumerate(critical)}
        modes |= {f"optional{n}": mode for n, mode in enumerate(optional)}
        reasons = {
            "well": ("HEALTHY", ""),
            "limping": ("DEGRADED", "only the small model answers"),
            "failing": ("UNHEALTHY", "RuntimeError"),
            "silent": ("UNHEALTHY", "no answer within 4 s"),
        }

        async def check(name):
            ran.append(name)
            if modes[name] == "limping":
                raise DegradedError("only the small model answers")
            if modes[name] == "failing":
                raise RuntimeError("the key is hunter2")
            if modes[name] == "silent":
                await asyncio.Event().wait()

        for name in modes:
            monitor.add(
                name, partial(check, name), critical=name.startswith("critical")
            )
        silent = list(modes.values()).count("silent")
        asked = asyncio.create_task(monitor.report())
        await self.wait_for_condition(lambda: clock.sleepers == silent, GIVE_UP_S)
        await clock.advance(3)
        assert asked.done() is (silent == 0)
        assert sorted(ran) == sorted(modes)
        await clock.advance(1)
        report = await self.run_with_timeout(asked, GIVE_UP_S)
        assert report.health.word == whole
        expected = {
            name: Finding(
                Health[reasons[mode][0]], name.startswith("critical"), reasons[mode][1]
            )
            for name, mode in modes.items()
        }
        assert report.parts == expected
        worst = max(
            (each.health for each in expected.values() if each.critical), default=0
        )
        assert report.health >= worst

        modes = dict.fromkeys(modes, "well")
        for _ in range(2):
            report = await monitor.report()
            assert report.health is Health.HEALTHY
            assert {each.error for each in report.parts.values()} <= {""}
        changes = log_lines(stream, "health_changed")
        seen = [(each["old"], each["new"]) for each in changes]
        expected = (
            [("healthy", whole), (whole, "healthy")] if whole != "healthy" else []
        )
        assert seen == expected
