"""Startup Sequence: comprehensive integration suite.

Startup behavior, initialization order, recovery and readiness.

BVJ: Platform, Free, Early, Mid, Enterprise - Stability
Value Impact: Services that start in a known order, or refuse to start, keep chat
    reachable through every deploy.
Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
    whenever they are ready.
Revenue protected: $1,800,000 a year (deployment velocity; no extended downtime)

Spec: specs/startup_sequence.yaml (rev 53aeb6)
"""

import asyncio
import hashlib
import io
import itertools
import json
import socket
import sys
from collections import Counter

import httpx
import jwt
import pytest
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from assistant.clock import ManualClock, SystemClock
from assistant.config import ConfigurationError, ConfigurationManager, load
from assistant.core.database import Database, DatabaseError
from assistant.core.registry import ServiceRegistry
from assistant.errors import AssistantError
from assistant.logs import open_log
from assistant.metrics import Metrics
from assistant.serving import serve
from assistant.startup import (
    BackgroundTask,
    Component,
    CycleError,
    GraphError,
    MissingDependencyError,
    Saved,
    Startup,
    StartupError,
    State,
    StateFile,
)
from assistant.startup import levels as order_of
from assistant.startup.state import DamagedStateError
from suiteloom.ssot import SSotAsyncTestCase

GIVE_UP_S = 60
"""After this long something counts as hanging."""

CLIENTS = 25
"""How many ask at the same time for a service that starts."""

KILLED = """
import asyncio, io, os, signal, sys
from pathlib import Path
from assistant.clock import SystemClock
from assistant.logs import open_log
from assistant.metrics import Metrics
from assistant.startup import Component, Startup

def part(folder, killed_in, name, *needs):
    async def start(values):
        (folder / f"{name}.lock").touch(exist_ok=False)
        if name == killed_in:
            os.kill(os.getpid(), signal.SIGKILL)
    return Component(name, start, depends_on=needs)

async def serve(folder, killed_in):
    parts = (("store",), ("index", "store"), ("cache",), ("web", "index"))
    await Startup(
        [part(folder, killed_in, *each) for each in parts],
        clock=SystemClock(), log=open_log(io.StringIO()), metrics=Metrics(),
        state_path=folder / "state",
    ).start()
    os.kill(os.getpid(), signal.SIGKILL)

for folder, killed_in in zip(sys.argv[1::2], sys.argv[2::2]):
    child = os.fork()
    if not child:
        asyncio.run(serve(Path(folder), killed_in))
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
"""
"""Services whose parts lock a folder, and that are killed: in a part's start, or when up."""


class Stage:
    """A clock, a log, metrics, and components that write down what happens to them.

    Attributes:
        events: `begin NAME`, `up NAME`, `cancel NAME`, `stop NAME`, in order.
        broken: What the start of a component raises, or its stop (`stop NAME`).
        gates: What the start of a component waits for, or its stop (`stop NAME`).
        takes_s: How long the start of a component takes on the clock.
        seen: The values that each component got last.
        given_back: The values that were stopped, in order.
    """

    def __init__(self, clock=None):
        self.clock = clock or ManualClock()
        self.stream = io.StringIO()
        self.log = open_log(self.stream, clock=self.clock)
        self.metrics = Metrics()
        self.events = []
        self.broken = {}
        self.gates = {}
        self.takes_s = {}
        self.seen = {}
        self.given_back = []
        self._starts = Counter()
        self._noted = asyncio.Event()

    def part(self, name, *needs, **more):
        """Return a component whose value is `NAME.1`, after a restart `NAME.2`."""

        async def start(values):
            self.note(f"begin {name}")
            self.seen[name] = values
            self._starts[name] += 1
            number = self._starts[name]
            try:
                await self.pass_gate(name)
                await self.clock.sleep(self.takes_s.get(name, 0))
            except asyncio.CancelledError:
                self.note(f"cancel {name}")
                raise
            if name in self.broken:
                raise self.broken[name]
            self.note(f"up {name}")
            return f"{name}.{number}"

        async def stop(value):
            self.note(f"stop {name}")
            self.given_back.append(value)
            await self.pass_gate(f"stop {name}")
            if f"stop {name}" in self.broken:
                raise self.broken[f"stop {name}"]

        return Component(name, start, stop, needs, **more)

    async def pass_gate(self, name):
        """Wait until the test opens the gate of that name, if there is one."""
        if name in self.gates:
            await self.gates[name].wait()

    def note(self, event):
        """Write down that something happens."""
        self.events.append(event)
        self._noted.set()

    async def until(self, event):
        """Wait until something has happened."""
        while event not in self.events:
            self._noted.clear()
            await asyncio.wait_for(self._noted.wait(), GIVE_UP_S)

    def startup(self, *parts, **more):
        """Return a startup of these parts with this clock, log and metrics."""
        basis = {"clock": self.clock, "log": self.log, "metrics": self.metrics}
        return Startup(parts, **basis, **more)

    def order(self, word):
        """Return the names to which something happened, in order."""
        return [e.split()[1] for e in self.events if e.split()[0] == word]

    def forget(self):
        """Start the events anew and return those until now."""
        past, self.events = self.events, []
        return past

    def lines(self):
        """Return what was logged, without the times."""
        lines = [json.loads(line) for line in self.stream.getvalue().splitlines()]
        return [{k: v for k, v in line.items() if k != "at"} for line in lines]

    def logged(self, event):
        """Return the lines of one event."""
        return [line for line in self.lines() if line["event"] == event]


def states(startup):
    """Return the state of each component by name."""
    return {name: each.state for name, each in startup.report.components.items()}


def errors(startup):
    """Return the error of each component that has one."""
    found = startup.report.components.items()
    return {name: each.error for name, each in found if each.error}


async def failure(startup):
    """Start a service that cannot start, and return why."""
    with pytest.raises(StartupError) as caught:
        await startup.start()
    assert startup.state is State.FAILED
    assert startup.ready is False
    return caught.value


async def fail_while_starting(stage, startup, cancel):
    """Start a service until `last` begins, and let it fail or be canceled there."""
    stage.gates["last"] = asyncio.Event()
    stage.broken["last"] = ValueError()
    starting = asyncio.create_task(startup.start())
    await stage.until("begin last")
    if cancel:
        starting.cancel()
    stage.gates["last"].set()
    with pytest.raises(asyncio.CancelledError if cancel else StartupError):
        await asyncio.wait_for(starting, GIVE_UP_S)
    assert stage.order("cancel") == (["last"] if cancel else [])
    assert startup.state is State.FAILED


def configuration(directory, environ, overrides=None):
    """Return a component that loads the configuration."""

    async def start(_values):
        return load(directory, environ, overrides)

    return Component("configuration", start)


def use_secrets(test):
    """Give a test the variables that the service cannot do without."""
    for name in ("JWT_SECRET", "SERVICE_SECRET"):
        test.set_env_var(
            f"ASSISTANT_AUTH__{name}", f"{name}-of-forty-or-more-characters"
        )


def short_environment(test):
    """Return the name of the environment as files and settings have it."""
    return load(None, test.env.get_all()).settings.environment


def readiness(startup):
    """Return an application that answers 200 if the service is ready, 503 if not."""

    async def answer(_request):
        if not startup.ready:
            return Response(status_code=503, headers={"retry-after": "1"})
        return PlainTextResponse(startup.value("model"))

    return Starlette(routes=[Route("/", answer)])


def started(name, seconds):
    """Return the line that is logged when a component is up."""
    line = {"event": "component_started", "level": "info"}
    return {**line, "component": name, "duration_s": seconds}


async def kill_services(killed_in):
    """Run `KILLED`: one service for each folder, killed in the start of that part."""
    arguments = [str(each) for pair in killed_in.items() for each in pair]
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, *arguments
    )
    assert await asyncio.wait_for(child.wait(), GIVE_UP_S) == 0


def release(stage, name, need, error=None):
    """Return another release of a component, which may be broken."""

    async def start(_values):
        stage.note(f"begin new {name}")
        if error:
            raise error
        return f"new {name}"

    return Component(name, start, depends_on=(need,))


async def exchange_releases(stage, startup):
    """Replace `c` of SU-015 by releases that are broken, good, and unfit."""
    stage.forget()
    broken = release(stage, "c", "b", AssistantError("no such model"))
    with pytest.raises(StartupError, match=r"^c: no such model$") as caught:
        await startup.replace(broken)
    assert str(caught.value.__cause__) == "no such model"
    assert stage.events[:5] == [*(f"stop {name}" for name in "fedc"), "begin new c"]
    assert sorted(stage.order("up")) == list("cdef")
    assert startup.state is State.READY
    assert startup.value("c") == "c.3"
    rolled_back = {"event": "component_rolled_back", "level": "error", "component": "c"}
    assert stage.logged("component_rolled_back") == [rolled_back]

    stage.forget()
    await startup.replace(release(stage, "c", "b"))
    assert startup.state is State.READY
    assert startup.value("c") == stage.seen["d"]["c"] == "new c"
    assert stage.order("stop") == list("fedc")
    assert sorted(stage.order("up")) == list("def")
    with pytest.raises(GraphError, match=r"^c has other dependencies$") as unfit:
        await startup.replace(release(stage, "c", "a"))
    assert unfit.value.code == "other_dependencies"
    assert startup.value("c") == "new c"


async def restart_parts(stage, startup):
    """Restart components of SU-015: one that works, none, and one that fails."""
    stage.forget()
    stage.gates["d"] = asyncio.Event()
    restarting = asyncio.create_task(startup.restart("d"))
    await stage.until("begin d")
    assert startup.state is State.STARTING
    assert not startup.ready
    stage.gates.pop("d").set()
    await asyncio.wait_for(restarting, GIVE_UP_S)
    assert startup.ready
    assert stage.order("stop") == ["f", "d"]
    assert stage.order("up") == ["d", "f"]
    with pytest.raises(StartupError, match=r"^nobody: is not up$") as caught:
        await startup.restart("nobody")
    assert caught.value.code == "not_up"
    with pytest.raises(StartupError, match=r"^nobody: is not up$"):
        await startup.replace(release(stage, "nobody", "a"))
    assert startup.state is State.READY
    stage.broken["f"] = ValueError()
    with pytest.raises(StartupError, match=r"^f: ValueError$"):
        await startup.restart("d")
    assert startup.state is State.FAILED
    assert stage.order("stop") == ["f", "d", "f", "d", "e", "d", "b", "a"]
    assert states(startup)["f"] is State.FAILED
    with pytest.raises(StartupError, match=r"^d: is not up$"):
        await startup.restart("d")


async def fail_together():
    """Start a service of which two parts fail at the same moment; part of SU-015."""
    stage = Stage()
    stage.broken = {"x": ValueError(), "y": KeyError()}
    startup = stage.startup(stage.part("x"), stage.part("y"))
    assert str(await failure(startup)) == "x: ValueError"
    assert errors(startup) == {"x": "ValueError", "y": "KeyError"}


async def fail_to_roll_back(stage, startup):
    """Replace `b` of SU-015 when the component before does not start any more either."""
    stage.broken.clear()
    await startup.start()
    stage.forget()
    stage.broken["b"] = ValueError()
    with pytest.raises(StartupError, match=r"^b: ValueError$"):
        await startup.replace(release(stage, "b", "a", AssistantError("no such model")))
    assert startup.state is State.FAILED
    assert stage.order("stop") == ["f", "e", "d", "b", "a"]
    assert len(stage.logged("component_rolled_back")) == 1
    assert stage.logged("startup_failed")[-1]["error"] == "b: ValueError"


def background_tasks(stage, metered, attempts):
    """Return the tasks of SU-008; they note in the lists when they were at work."""

    async def meter(values):
        while True:
            metered.append((stage.clock.now(), values["store"]))
            await stage.clock.sleep(1)

    async def fail_twice(_values):
        attempts.append(stage.clock.now())
        if len(attempts) < 3:
            raise ValueError
        await asyncio.Event().wait()

    async def synchronise(_values):
        if "sync" in stage.broken:
            raise stage.broken["sync"]
        stage.note("synced")
        await asyncio.Event().wait()

    async def end(_values):
        stage.note("ended")

    return (
        BackgroundTask("meter", meter, depends_on=("store",)),
        BackgroundTask("flaky", fail_twice, restarts=2, restart_wait_s=5),
        BackgroundTask("sync", synchronise, restarts=1),
        BackgroundTask("once", end),
    )


async def count_attempts(**restarts):
    """Return how often a task that always fails is tried; part of SU-008."""
    stage = Stage()

    async def fail(_values):
        stage.note("try task")
        raise ValueError

    startup = stage.startup(BackgroundTask("task", fail, **restarts))
    await startup.start()
    await stage.clock.advance(1000)
    assert errors(startup) == {"task": "ValueError"}
    assert startup.ready
    return len(stage.events)


async def cancel_recovery(stage, startup):
    """Cancel a recovery of SU-010 while the search starts."""
    stage.gates["search"] = asyncio.Event()
    recovering = asyncio.create_task(startup.recover())
    await stage.until("begin search")
    assert startup.ready
    recovering.cancel()
    await asyncio.wait([recovering], timeout=GIVE_UP_S)
    assert recovering.cancelled()
    assert startup.state is State.DEGRADED
    stage.gates.clear()
    assert stage.forget() == ["begin search", "cancel search"]


async def restart_optional(stage, startup):
    """Restart the ranking of SU-010: the service is ready all the time."""
    stage.gates["ranking"] = asyncio.Event()
    restarting = asyncio.create_task(startup.restart("ranking"))
    await stage.until("begin ranking")
    assert startup.ready
    stage.gates["ranking"].set()
    await asyncio.wait_for(restarting, GIVE_UP_S)
    assert startup.state is State.READY
    assert startup.value("ranking") == "ranking.2"
    assert stage.forget() == ["stop ranking", "begin ranking", "up ranking"]


async def stop_slowly():
    """Stop a service of two parts, one of which takes too long; part of SU-011."""
    stage = Stage()
    stage.gates["stop slow"] = asyncio.Event()
    startup = stage.startup(stage.part("quick"), stage.part("slow", timeout_s=3))
    await startup.start()
    stopping = asyncio.create_task(startup.stop())
    await stage.clock.advance(2.999)
    assert not stopping.done()
    await stage.clock.advance(0.001)
    assert stopping.done()
    assert startup.state is State.STOPPED
    assert errors(startup) == {"slow": "takes longer than 3 s"}
    assert stage.order("stop") == ["slow", "quick"]

    await startup.start()
    stage.forget()
    stopping = asyncio.create_task(startup.stop())
    await stage.until("stop slow")
    stopping.cancel()
    await asyncio.wait([stopping], timeout=GIVE_UP_S)
    assert stopping.cancelled()
    await startup.start()
    assert stage.events[:2] == ["stop slow", "stop quick"]
    assert sorted(stage.order("up")) == ["quick", "slow"]
    assert startup.state is State.READY


def watching_parts(file, seen, cleaned):
    """Return the parts of SU-016, which look into the state file at every step.

    Args:
        file: The file.
        seen: Gets the name of the part, and state and holdings in the file.
        cleaned: Gets the names of the parts that clean up.
    """

    def part(name, *needs):
        async def look(_value):
            saved = file.read()
            seen.append((name, saved.state, saved.held))
            return name

        async def clean():
            cleaned.append(name)

        return Component(name, look, look, needs, clean=clean)

    return part("a"), part("b", "a")


async def start_without_file(folder):
    """Start the service of SU-016 where its state cannot be read, and not be written."""
    stage = Stage()
    startup = stage.startup(stage.part("a"), state_path=folder)
    await startup.start()
    assert startup.state is State.READY
    refused = [line["error"] for line in stage.logged("state_refused")]
    assert refused == [f"{folder.name} is damaged"]

    stage = Stage()
    startup = stage.startup(stage.part("a"), state_path=folder / "no-folder" / "state")
    await startup.start()
    assert startup.previous is None
    assert startup.state is State.READY
    lines = stage.logged("state_not_saved")
    assert {line["level"] for line in lines} == {"error"}
    assert {line["error"] for line in lines} == {
        "FileNotFoundError: No such file or directory"
    }


def damaged_copies(good):
    """Return copies of a state file in which each byte in turn is another, and more."""
    copies = [
        good[:at] + bytes([byte ^ 1]) + good[at + 1 :] for at, byte in enumerate(good)
    ]
    bodies = (b"null", b'{"run": 1}', b"\xff")
    sealed = (hashlib.sha256(b).hexdigest().encode() + b"\n" + b for b in bodies)
    return [*copies, b"", good[: len(good) // 2], good + b" ", *sealed]


async def migrate_together(stage, path):
    """Let four components connect to one database and fill one table.

    Returns:
        The rows of the table.
    """

    def part(number):
        url = f"sqlite+aiosqlite:///{path}"
        database = Database(url, clock=stage.clock, log=stage.log)

        async def start(_values):
            await database.connect()
            async with database.session() as session:
                await session.execute(
                    text("CREATE TABLE IF NOT EXISTS done (what TEXT)")
                )
                if await session.scalar(text("SELECT count(*) FROM done")) == 0:
                    await session.execute(text("INSERT INTO done VALUES ('columns')"))
            return database

        return Component(f"migration{number}", start, Database.close)

    startup = stage.startup(*(part(number) for number in range(4)))
    await asyncio.wait_for(startup.start(), GIVE_UP_S)
    assert startup.state is State.READY
    rows = text("SELECT what, count(*) FROM done GROUP BY what")
    async with startup.value("migration3").session() as session:
        found = [tuple(row) for row in await session.execute(rows)]
    await startup.stop()
    return found


async def open_echo(_values):
    """Start a server that answers each line with the same line."""

    async def answer(reader, writer):
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


async def close_echo(server):
    """Stop that server."""
    server.close()
    await server.wait_closed()


async def echo(connection, word):
    """Send a word over a connection and return the answer."""
    reader, writer = connection
    writer.write(word + b"\n")
    return (await asyncio.wait_for(reader.readline(), GIVE_UP_S)).strip()


def can_open(port):
    """Tell whether a port of this machine can be opened; it is closed again."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


class TestServiceStartupSequence(SSotAsyncTestCase):
    """Service Startup Sequence.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev 7b9477)
    """

    @pytest.mark.spec("SU-001", rev="b8a93a.4e6841", written="b8a93a")
    @pytest.mark.integration
    async def test_service_startup_dependency_order(self):
        """Services start only after everything they depend on.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: If the agent service comes up a moment before its database, the
            first prompts after each deploy are dropped and customers learn our release
            times by heart.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: five components with a diamond among them, each of which records its
            start and its stop
        Given: the same five in every order in which they can be listed, and with a
            failing one in the middle
        When: the service starts and stops
        Then: each component begins only when all that it depends on are up, in whatever
            order they are listed
        Then: each gets the values of its own dependencies and of nothing else
        Then: they stop in the opposite order, each with its own value
        Then: nothing that depends on the failing one begins
        """
        graph = {
            "web": ("chat", "auth"),
            "chat": ("store",),
            "auth": ("store",),
            "store": ("settings",),
            "settings": (),
        }
        for listed in itertools.permutations(graph):
            stage = Stage()
            startup = stage.startup(
                *(stage.part(name, *graph[name]) for name in listed)
            )
            await startup.start()
            for name, needs in graph.items():
                begun = stage.events.index(f"begin {name}")
                assert all(stage.events.index(f"up {each}") < begun for each in needs)
                assert dict(stage.seen[name]) == {each: f"{each}.1" for each in needs}
                assert len(stage.seen[name]) == len(needs)
                with pytest.raises(KeyError):
                    stage.seen[name]["web"]
            assert startup.state is State.READY
            await startup.stop()
            started, stopped = stage.order("up"), stage.order("stop")
            assert sorted(started) == sorted(graph)
            assert stopped == started[::-1]
            assert stage.given_back == [f"{name}.1" for name in stopped]
            assert len(stage.events) == 3 * len(graph)

        stage = Stage()
        stage.broken["auth"] = ValueError()
        startup = stage.startup(*(stage.part(name, *graph[name]) for name in graph))
        error = await failure(startup)
        assert error.component == "auth"
        assert stage.order("begin") == ["settings", "store", "chat", "auth"]
        assert stage.order("stop") == ["chat", "store", "settings"]
        assert states(startup)["web"] is State.NEW

    @pytest.mark.spec("SU-002", rev="65d136.64cf51", written="65d136")
    @pytest.mark.integration
    async def test_configuration_loading_during_startup(self, tmp_path):
        """Startup reads its configuration once, before anything uses it.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: A service that opens with half of its settings may talk to the
            wrong model; its answers look fine and are worse, which users forgive less
            than an error page.
        Strategic Impact: Trust in the answers, once lost, is not won back by uptime.

        Given: a folder with a base file and a file of the environment, and a component
            that loads them
        Given: two components that use the configuration, the second after both files
            have been changed
        When: the service starts
        When: a service starts from a base file with a mistake in its second line
        Then: both components get one and the same configuration, with the values that
            were there at first
        Then: the files are read once, and no component begins before that
        Then: from the file with the mistake no component starts; the error names the
            component, file and line
        """
        use_secrets(self)
        environment = short_environment(self)
        base, special = tmp_path / "base.yaml", tmp_path / f"{environment}.yaml"
        base.write_text("server: {port: 8401}\nagent: {name: first}\n")
        special.write_text("chat: {queue_limit: 7}\n")
        found = []

        async def use_and_change(values):
            found.append(values["configuration"])
            base.write_text("server: {port: 9999}\nagent: {name: second}\n")
            special.write_text("chat: {queue_limit: 999}\n")

        async def use(values):
            found.append(values["configuration"])

        stage = Stage()
        loader = configuration(tmp_path, self.env.get_all())
        startup = stage.startup(
            Component("late", use, depends_on=("configuration", "early")),
            Component("early", use_and_change, depends_on=("configuration",)),
            loader,
        )
        assert found == []
        await startup.start()
        assert startup.levels == (("configuration",), ("early",), ("late",))
        assert found[0] is found[1] is startup.value("configuration")
        settings = found[1].settings
        assert settings.server.port == 8401
        assert settings.agent.name == "first"
        assert settings.chat.queue_limit == 7
        assert settings.environment == environment
        started = [line["component"] for line in stage.logged("component_started")]
        assert started == ["configuration", "early", "late"]
        await startup.stop()

        base.write_text("agent:\n  name: !secret x\n")
        broken = stage.startup(loader, stage.part("web", "configuration"))
        error = await failure(broken)
        assert error.component == "configuration"
        assert "base.yaml (base.yaml): line 2, column 9" in str(error)
        assert isinstance(error.__cause__, ConfigurationError)
        assert stage.order("begin") == []
        with pytest.raises(StartupError, match=r"^configuration: is not up$"):
            broken.value("configuration")

    @pytest.mark.spec("SU-003", rev="f75906.fa9b3d", written="f75906")
    @pytest.mark.integration
    async def test_database_connection_initialization(self, tmp_path):
        """The database pool opens, retries and reports a lasting failure.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Databases fail over at night; a pool that tries again brings the
            product back by itself, where one that gives up leaves it dark until
            somebody wakes.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: a database in a folder that does not exist yet, with three attempts to
            connect
        Given: a component that depends on the database
        When: the service starts, and the folder appears after the first attempt
        When: a service starts whose folder does not appear, and starts again when it is
            there
        Then: the service is not ready before an attempt has succeeded
        Then: the second attempt connects, and one session reads what another has
            written
        Then: without the folder the start fails after three attempts, with waits of one
            and two seconds
        Then: the error names the database and the number of attempts, and the dependent
            component never starts
        Then: the log has a warning for each attempt that is repeated
        Then: once the folder is there the same service starts, and the stop closes the
            database
        """

        def service(stage, folder):
            database = Database(
                f"sqlite+aiosqlite:///{folder}/chat.db",
                attempts=3,
                retry_wait_s=1,
                clock=stage.clock,
                log=stage.log,
            )

            async def connect(_values):
                await database.connect()
                return database

            part = Component("database", connect, Database.close)
            return database, stage.startup(part, stage.part("threads", "database"))

        stage = Stage()
        database, startup = service(stage, tmp_path / "late")
        starting = asyncio.create_task(startup.start())
        await self.wait_for_condition(lambda: stage.clock.sleepers == 1, GIVE_UP_S)
        assert startup.state is State.STARTING
        assert not startup.ready
        assert not database.connected
        (tmp_path / "late").mkdir()
        await stage.clock.advance(1)
        await self.run_with_timeout(starting, GIVE_UP_S)
        assert startup.ready
        assert stage.seen["threads"]["database"] is database
        async with database.session() as session:
            await session.execute(text("CREATE TABLE notes (words TEXT)"))
            await session.execute(text("INSERT INTO notes VALUES ('kept')"))
        async with database.session() as session:
            assert await session.scalar(text("SELECT words FROM notes")) == "kept"
        assert [line["attempt"] for line in stage.logged("database_retry")] == [1]
        await startup.stop()
        assert not database.connected

        stage = Stage()
        database, startup = service(stage, tmp_path / "never")
        starting = asyncio.create_task(failure(startup))
        for wait_s in (1, 2):
            await self.wait_for_condition(lambda: stage.clock.sleepers == 1, GIVE_UP_S)
            assert len(stage.logged("database_retry")) == wait_s
            await stage.clock.advance(wait_s - 0.001)
            assert stage.clock.sleepers == 1
            await stage.clock.advance(0.001)
        error = await self.run_with_timeout(starting, GIVE_UP_S)
        assert str(error).startswith("database: no database after 3 attempts: ")
        assert error.component == "database"
        assert isinstance(error.__cause__, DatabaseError)
        assert len(stage.logged("database_retry")) == 2
        assert stage.order("begin") == []
        (tmp_path / "never").mkdir()
        await startup.start()
        assert database.connected
        assert startup.ready
        await startup.stop()
        assert not database.connected

    @pytest.mark.spec("SU-004", rev="a1d003.9b144b", written="a1d003")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("variable", "value", "wrong"),
        [
            pytest.param("ASSISTANT_SERVER__PORT", "8499", None, id="all_good"),
            pytest.param("ASSISTANT_SERVER__PORT", "65535", None, id="highest_port"),
            pytest.param(
                "ASSISTANT_AUTH__JWT_SECRET",
                None,
                "auth.jwt_secret",
                id="required_is_missing",
            ),
            pytest.param(
                "ASSISTANT_SERVER__PORT",
                "eighty-eighty",
                "server.port",
                id="not_a_number",
            ),
            pytest.param(
                "ASSISTANT_SERVER__PORT",
                "65536",
                "server.port",
                id="above_the_limit",
            ),
            pytest.param(
                "ASSISTANT_SERVER__PROT",
                "84990",
                "server.prot",
                id="not_a_setting",
            ),
            pytest.param(
                "ENVIRONMENT",
                "moonbase",
                "environment",
                id="no_such_environment",
            ),
        ],
    )
    async def test_environment_variable_validation_at_startup(
        self, variable, value, wrong
    ):
        """Startup stops when a required variable is missing or malformed.

        BVJ: Platform - Velocity
        Value Impact: A forgotten variable costs a developer one clear line at boot,
            against an afternoon of tracing why the agents in staging cannot reach their
            tools.
        Strategic Impact: Hours not lost to environments go into the product.

        Given: the variables that the service needs, with one of them changed as the
            case says
        Given: a component that loads the configuration, and one that depends on it
        When: the service starts
        Then: with good variables both components start and the setting has the value of
            its variable
        Then: with a bad variable the start fails, and nothing but the configuration was
            tried
        Then: the error names the setting that is wrong and where its value comes from
        Then: no error, report or log line shows the bad value
        """
        use_secrets(self)
        if value is None:
            self.delete_env_var(variable)
        else:
            self.set_env_var(variable, value)
        stage = Stage()
        startup = stage.startup(
            configuration(None, self.env.get_all()), stage.part("web", "configuration")
        )
        if wrong is None:
            await startup.start()
            settings = startup.value("configuration").settings
            assert settings.server.port == int(value)
            assert stage.order("up") == ["web"]
            await startup.stop()
            return
        error = await failure(startup)
        assert error.component == "configuration"
        problems = error.__cause__.problems
        assert [problem.path for problem in problems] == [wrong]
        assert problems[0].source == (variable if value else "defaults")
        assert wrong in str(error)
        assert problems[0].source in str(error)
        assert stage.events == []
        assert states(startup) == {"configuration": State.FAILED, "web": State.NEW}
        shown = f"{error}{startup.report}{stage.stream.getvalue()}"
        assert value is None or value not in shown
        assert "of-forty-or-more" not in shown


class TestServiceRegistrationDiscovery(SSotAsyncTestCase):
    """Service Registration & Discovery.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev ec73f4)
    """

    @pytest.mark.spec("SU-005", rev="57dab3.13954a", written="57dab3")
    @pytest.mark.integration
    async def test_service_registration_patterns(self):
        """Services register on start and leave the registry on stop.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Stale registry entries send some chats to instances that are gone;
            to those users the product seems broken at random, a complaint that support
            cannot reproduce.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: a registry with leases of 30 seconds, on a clock that the test moves
        Given: two instances of one service; each registers its address and renews it
            every 10 seconds
        When: both start, time passes, one restarts its registration and stops, the
            other vanishes
        Then: nobody is found before the start, and both addresses after it
        Then: both are still found when several leases have passed
        Then: a restart leaves one entry for its address
        Then: the one that stopped is gone at once
        Then: the one that vanished is found until the end of its lease and not after it
        """
        stage = Stage()
        registry = ServiceRegistry(stage.clock, lease_s=30)

        def instance(address):
            async def register(_values):
                registry.register("chat", address)
                return address

            async def deregister(value):
                assert registry.deregister("chat", value)

            async def renew(values):
                while True:
                    await stage.clock.sleep(10)
                    registry.heartbeat("chat", values["registration"])

            return stage.startup(
                Component("registration", register, deregister),
                BackgroundTask("renewal", renew, depends_on=("registration",)),
            )

        def found():
            return [each.address for each in registry.discover("chat")]

        first, second = instance("http://10.0.0.1"), instance("http://10.0.0.2")
        assert found() == []
        await first.start()
        await second.start()
        assert found() == ["http://10.0.0.1", "http://10.0.0.2"]
        await stage.clock.advance(100)
        assert found() == ["http://10.0.0.1", "http://10.0.0.2"]
        assert first.state is second.state is State.READY

        await first.restart("registration")
        assert sorted(found()) == ["http://10.0.0.1", "http://10.0.0.2"]
        await stage.clock.advance(100)
        assert sorted(found()) == ["http://10.0.0.1", "http://10.0.0.2"]
        await first.stop()
        assert found() == ["http://10.0.0.2"]

        second.value("renewal").cancel()
        await stage.clock.advance(29.999)
        assert found() == ["http://10.0.0.2"]
        await stage.clock.advance(0.001)
        assert found() == []

    @pytest.mark.spec("SU-006", rev="b30d4d.6a551c", written="b30d4d")
    @pytest.mark.integration
    async def test_startup_health_checks_and_readiness(self):
        """Readiness turns true only when the service can really serve.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Rolling deploys believe the readiness probe: one premature yes
            swaps healthy instances for deaf ones across the fleet, and a small update
            becomes an outage.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: a service whose last component needs time to start and is checked before
            it counts as up
        Given: an HTTP probe that tells whether the service is ready
        Given: a second service whose component starts but does not pass its check
        When: the probe asks before, during and after the start, and during and after
            the stop
        Then: the probe says 503 until the check of the last component has passed, and
            200 after it
        Then: it says 503 again from the moment in which the stop begins
        Then: the state goes from new over starting, ready and stopping to stopped
        Then: the service whose check fails never becomes ready and stops what it has
            started
        Then: its error names the component and the reason of the check
        """
        stage = Stage()
        for name in ("model", "check", "stop store"):
            stage.gates[name] = asyncio.Event()
        checked = []

        async def check(value):
            checked.append(value)
            await stage.pass_gate("check")

        startup = stage.startup(
            stage.part("model", "store", check=check), stage.part("store")
        )
        history = []

        async def probe():
            history.append(startup.state)
            transport = httpx.ASGITransport(readiness(startup))
            async with httpx.AsyncClient(
                transport=transport, base_url="http://x"
            ) as client:
                return (await client.get("/")).status_code

        assert await probe() == 503
        starting = asyncio.create_task(startup.start())
        await stage.until("begin model")
        assert await probe() == 503
        stage.gates["model"].set()
        await self.wait_for_condition(lambda: checked == ["model.1"], GIVE_UP_S)
        assert states(startup) == {"store": State.READY, "model": State.STARTING}
        with pytest.raises(StartupError, match=r"^model: is not up$"):
            startup.value("model")
        assert await probe() == 503
        stage.gates["check"].set()
        await self.run_with_timeout(starting, GIVE_UP_S)
        assert await probe() == 200
        stopping = asyncio.create_task(startup.stop())
        await stage.until("stop store")
        assert await probe() == 503
        stage.gates["stop store"].set()
        await self.run_with_timeout(stopping, GIVE_UP_S)
        assert await probe() == 503
        assert history == [
            "new",
            "starting",
            "starting",
            "ready",
            "stopping",
            "stopped",
        ]
        assert checked == ["model.1"]

        async def refuse(value):
            raise AssistantError(f"{value} has no weights")

        stage.forget()
        startup = stage.startup(
            stage.part("store"), stage.part("model", "store", check=refuse)
        )
        error = await failure(startup)
        assert str(error) == "model: model.2 has no weights"
        assert (error.component, error.code) == ("model", "startup_failed")
        assert stage.order("stop") == ["model", "store"]
        assert states(startup) == {"store": State.STOPPED, "model": State.FAILED}
        assert errors(startup) == {"model": "model.2 has no weights"}
        assert await probe() == 503

    @pytest.mark.spec("SU-007", rev="e5b1e0.f52771", written="e5b1e0")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("graph", "levels", "refusal"),
        [
            pytest.param({}, [], None, id="nothing"),
            pytest.param(
                {"web": [], "auth": [], "chat": []},
                [["web", "auth", "chat"]],
                None,
                id="independent",
            ),
            pytest.param(
                {"web": ["auth"], "auth": ["store"], "store": []},
                [["store"], ["auth"], ["web"]],
                None,
                id="chain_listed_backwards",
            ),
            pytest.param(
                {
                    "web": ["chat", "auth"],
                    "chat": ["store"],
                    "auth": ["store"],
                    "store": [],
                },
                [["store"], ["chat", "auth"], ["web"]],
                None,
                id="diamond",
            ),
            pytest.param(
                {"web": ["store", "store"], "store": []},
                [["store"], ["web"]],
                None,
                id="named_twice_as_dependency",
            ),
            pytest.param(
                {"web": [], "chat": ["chat"]},
                None,
                "chat -> chat is a circle",
                id="waits_for_itself",
            ),
            pytest.param(
                {
                    "store": [],
                    "web": ["chat"],
                    "auth": ["web", "store"],
                    "chat": ["auth"],
                    "page": ["web"],
                },
                None,
                "auth -> web -> chat -> auth is a circle",
                id="circle_of_three",
            ),
            pytest.param(
                {"web": ["store", "auth"], "auth": ["cache", "store"], "store": []},
                None,
                "missing: auth needs cache",
                id="two_are_missing",
            ),
            pytest.param(
                {"web": ["auth", "queue"], "auth": ["web", "cache"]},
                None,
                "missing: auth needs cache, web needs queue",
                id="missing_before_circle",
            ),
        ],
    )
    def test_service_dependency_resolution(self, graph, levels, refusal):
        """The dependency graph resolves, and a cycle is refused by name.

        BVJ: Platform - Velocity
        Value Impact: Someone who splits a service should read about a cycle in the
            build log, members and all; met only at release, it holds up every fix that
            customers were promised.
        Strategic Impact: Services can be split and joined freely, which keeps the
            architecture able to change.

        Given: a set of components as in the case
        When: a service is made of them
        Then: a set that resolves has the levels of the case, in the order in which it
            is listed
        Then: another is refused with the message of the case, which names every member
            that is at fault
        Then: no component starts in either case
        """
        stage = Stage()
        parts = [stage.part(name, *needs) for name, needs in graph.items()]
        if refusal is None:
            startup = stage.startup(*parts)
            assert startup.levels == tuple(map(tuple, levels))
            assert order_of(parts) == startup.levels
            assert list(startup.report.components) == [
                n for level in levels for n in level
            ]
            assert set(states(startup).values()) <= {State.NEW}
            assert startup.state is State.NEW
            assert startup.report.duration_s == 0
        else:
            with pytest.raises(GraphError) as caught:
                stage.startup(*parts)
            error = caught.value
            assert str(error) == refusal
            if isinstance(error, CycleError):
                assert error.code == "cycle"
                assert f"{' -> '.join(error.members)} is a circle" == refusal
            else:
                assert error.code == "missing_dependency"
                pairs = (f"{name} needs {lacks}" for name, lacks in error.missing)
                assert f"missing: {', '.join(pairs)}" == refusal
        assert stage.events == []
        assert stage.lines() == []

    @pytest.mark.spec("SU-008", rev="19a93c.210c6f", written="19a93c")
    @pytest.mark.integration
    async def test_background_task_initialization(self):
        """Background tasks start with the service, and one may fail alone.

        BVJ: Platform - Risk Reduction
        Value Impact: Usage metering is a background task; should it quietly fail to
            start, agent runs go unbilled until finance wonders where the income went.
        Strategic Impact: Revenue that was earned is also collected.

        Given: a task that meters usage every second and uses a component
        Given: a task that fails twice and has two restarts, and one that fails always
            and has one
        Given: a task that ends by itself
        When: the service starts and time passes
        When: the cause of the lasting failure is removed and the service recovers
        When: the service stops
        Then: each task is under way when the service is ready, with the values of what
            it depends on
        Then: the first restart comes after the wait of the task, the second after twice
            that wait
        Then: the task that failed twice works on, and the one that ended by itself is
            no failure
        Then: the one that fails always is given up after its restart; the service is
            degraded, stays ready and says why
        Then: the other tasks do not notice; recovery starts the failed task alone, and
            the service is ready
        Then: after the stop no task works any more
        """
        stage = Stage()
        metered, attempts = [], []
        stage.broken["sync"] = ConnectionRefusedError(111, "Connection refused")
        startup = stage.startup(
            stage.part("store"), *background_tasks(stage, metered, attempts)
        )
        began = stage.clock.now()
        await startup.start()
        assert startup.state is State.READY
        assert startup.value("meter").get_name() == "meter"
        await stage.clock.advance(0)
        assert metered == [(began, "store.1")]
        assert stage.metrics.counter("startup.task_restarts") == 2
        await stage.clock.advance(0.999)
        assert startup.state is State.READY
        await stage.clock.advance(0.001)
        assert startup.state is State.DEGRADED
        assert startup.ready
        assert errors(startup) == {"sync": "ConnectionRefusedError: Connection refused"}
        await stage.clock.advance(19)
        assert attempts == [began, began + 5, began + 15]
        assert metered == [(began + second, "store.1") for second in range(21)]
        assert states(startup) == {
            "store": State.READY,
            "meter": State.READY,
            "flaky": State.READY,
            "sync": State.FAILED,
            "once": State.READY,
        }
        restarts = [
            (e["component"], e["failures"]) for e in stage.logged("task_restarts")
        ]
        assert restarts == [("flaky", 1), ("sync", 1), ("flaky", 2)]
        assert {line["level"] for line in stage.logged("task_restarts")} == {"warning"}

        stage.broken.clear()
        await startup.recover()
        await stage.clock.advance(0)
        assert startup.state is State.READY
        assert stage.events == ["begin store", "up store", "ended", "synced"]
        assert len(metered) == 21
        tasks = [startup.value(name) for name in ("meter", "flaky", "sync", "once")]
        await startup.stop()
        await stage.clock.advance(100)
        assert len(metered) == 21
        assert all(task.done() for task in tasks)
        assert stage.clock.sleepers == 0
        assert await count_attempts() == 1
        assert await count_attempts(restarts=3) == 4


class TestStartupPerformanceMetrics(SSotAsyncTestCase):
    """Startup Performance & Metrics.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev 4c906d)
    """

    @pytest.mark.spec("SU-009", rev="86e5ef.8326c3", written="86e5ef")
    @pytest.mark.integration
    async def test_startup_timing_and_performance(self):
        """Startup keeps within its time budget and reports each phase.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Extra instances help only if they join before the queue has done
            its harm; slow boots make a busy morning feel like downtime to teams with
            many users.
        Strategic Impact: Large accounts stay where their peak hours are handled without
            a call to support.

        Given: components that take one to four seconds on a clock that the test moves,
            two of them side by side
        Given: limits for one component and for the whole start, that are just met or
            missed by a moment
        When: the service starts
        Then: the start takes as long as its longest path and not the sum of its
            components
        Then: the report and the metrics have the duration of each component and of the
            whole
        Then: a component that takes exactly as long as it may is in time, and so is a
            whole that takes a moment less
        Then: a moment more fails the start; the error names the component and its limit
        Then: when the whole is too slow the error names what was still starting, and
            everything is stopped
        """
        takes_s = {"settings": 1, "store": 4, "search": 2, "web": 2.5}
        needs = {
            "store": ["settings"],
            "search": ["settings"],
            "web": ["store", "search"],
        }

        async def run(budget_s=None, **limits_s):
            stage = Stage()
            stage.takes_s = takes_s
            parts = (
                stage.part(name, *needs.get(name, ()), timeout_s=limits_s.get(name))
                for name in takes_s
            )
            startup = stage.startup(*parts, budget_s=budget_s)
            starting = asyncio.create_task(startup.start())
            await stage.clock.advance(20)
            assert starting.done()
            return stage, startup, starting.exception()

        stage, startup, error = await run()
        assert error is None
        assert startup.report.duration_s == 7.5
        took_s = {n: each.duration_s for n, each in startup.report.components.items()}
        assert took_s == takes_s
        for name, seconds in takes_s.items():
            assert stage.metrics.distribution(f"startup.{name}_s").total == seconds
        assert stage.metrics.distribution("startup_s").total == 7.5
        logged = {
            e["component"]: e["duration_s"] for e in stage.logged("component_started")
        }
        assert logged == takes_s
        assert [line["duration_s"] for line in stage.logged("startup_finished")] == [
            7.5
        ]
        self.record_metric("startup_s", startup.report.duration_s)

        _, startup, error = await run(budget_s=7.501, store=4, web=2.5)
        assert error is None
        assert startup.state is State.READY

        stage, startup, error = await run(store=3.999)
        assert str(error) == "store: takes longer than 3.999 s"
        assert (error.component, error.code) == ("store", "startup_timeout")
        assert stage.order("cancel") == ["store"]
        assert stage.order("stop") == ["search", "settings"]
        assert startup.report.duration_s == 0
        assert stage.metrics.distribution("startup_s").count == 0

        stage, startup, error = await run(budget_s=2.999)
        assert str(error) == "store, search: the whole start takes longer than 2.999 s"
        assert error.code == "startup_timeout"
        assert startup.state is State.FAILED
        assert stage.order("stop") == ["settings"]
        assert sorted(stage.order("cancel")) == ["search", "store"]
        assert states(startup)["store"] is State.STOPPED
        assert states(startup)["web"] is State.NEW

    @pytest.mark.spec("SU-010", rev="49919c.c65d2d", written="49919c")
    @pytest.mark.integration
    async def test_graceful_degradation_on_dependency_failure(self):
        """A failed optional dependency costs a feature, not the service.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: With the search tool down, an assistant that says so and answers
            from what it knows keeps a subscriber in the conversation; a refusal to boot
            sends them elsewhere.
        Strategic Impact: Partial service is what separates a bad hour from a canceled
            plan.

        Given: an optional search that is down, an optional ranking that needs it, and a
            chat that can do without
        When: the service starts, and tries to recover while the search is still down
            and again when it is back
        Then: the service is ready and degraded; the report says that the search failed
            and that the ranking needs it
        Then: the chat answers without the search, and asking for the search says that
            it is not up
        Then: a recovery in vain changes nothing and leaves the chat alone
        Then: after the search is back the service is ready, and the chat that was never
            restarted uses it
        Then: recovering a healthy service starts nothing
        """
        stage = Stage()
        stage.broken["search"] = AssistantError("the index is rebuilt")
        startup = stage.startup(
            stage.part("store"),
            stage.part("search", "store", optional=True),
            stage.part("ranking", "search", optional=True),
            stage.part("chat", "store", "search"),
        )

        def answer():
            return f"found by {stage.seen['chat'].get('search', 'heart')}"

        await startup.start()
        assert startup.state is State.DEGRADED
        assert startup.ready
        assert stage.metrics.level("startup.ready") == 1
        assert states(startup) == {
            "store": State.READY,
            "search": State.FAILED,
            "ranking": State.SKIPPED,
            "chat": State.READY,
        }
        assert errors(startup) == {
            "search": "the index is rebuilt",
            "ranking": "needs search",
        }
        assert answer() == "found by heart"
        assert dict(stage.seen["chat"]) == {"store": "store.1"}
        with pytest.raises(StartupError, match=r"^search: is not up$") as caught:
            startup.value("search")
        assert caught.value.code == "not_up"

        stage.forget()
        await startup.recover()
        assert stage.forget() == ["begin search"]
        assert startup.state is State.DEGRADED
        assert startup.ready
        assert stage.metrics.counter("startup.failures") == 2

        stage.broken.clear()
        await cancel_recovery(stage, startup)
        await startup.recover()
        assert startup.state is State.READY
        assert stage.forget() == [
            "begin search",
            "up search",
            "begin ranking",
            "up ranking",
        ]
        assert errors(startup) == {}
        assert answer() == "found by search.4"
        assert startup.value("ranking") == "ranking.1"
        await startup.recover()
        assert stage.events == []
        await restart_optional(stage, startup)
        await startup.stop()
        assert stage.order("stop") == ["chat", "ranking", "search", "store"]

    @pytest.mark.spec("SU-011", rev="7b4d19.a3aaa1", written="7b4d19")
    @pytest.mark.integration
    async def test_resource_allocation_during_startup(self):
        """Startup claims resources once and gives them back when it fails.

        BVJ: Platform - Risk Reduction
        Value Impact: Booting instances that hoard memory and connections push up the
            hosting bill and slow their neighbors, and not one more user is served for
            the money.
        Strategic Impact: Infrastructure cost follows customers and not restarts.

        Given: components that each open a port of this machine
        Given: one that fails after the others have opened theirs, one that never ends,
            and one whose stop fails
        When: ten callers start the service at the same moment, and one does so again
            later
        When: services with the failing component start, and one is canceled while it
            starts
        Then: each port is opened once, and the service is started once
        Then: after the failure and after the cancellation every port is free to be
            opened by others
        Then: ports are given back in the opposite order of opening, each once
        Then: the component whose stop fails is reported, and the others are stopped all
            the same
        Then: a stop that takes longer than the limit of its component is given up
        """
        opened, released = {}, []

        def port_of(name, *needs):
            async def start(_values):
                listener = socket.create_server(("127.0.0.1", 0))
                opened.setdefault(name, []).append(listener.getsockname()[1])
                return listener

            async def stop(listener):
                released.append(name)
                listener.close()
                if name == "stubborn":
                    raise OSError(5, "Input/output error")

            return Component(name, start, stop, needs)

        def free():
            return all(can_open(port) for ports in opened.values() for port in ports)

        stage = Stage()
        chain = [
            port_of("a"),
            port_of("b", "a"),
            port_of("stubborn", "b"),
            port_of("c", "a"),
        ]
        startup = stage.startup(*chain)
        await asyncio.gather(*(startup.start() for _ in range(10)))
        await startup.start()
        assert {name: len(ports) for name, ports in opened.items()} == {
            "a": 1,
            "b": 1,
            "stubborn": 1,
            "c": 1,
        }
        assert len(stage.logged("startup_began")) == 1
        assert not free()
        await startup.stop()
        await startup.stop()
        assert free()
        assert released == ["stubborn", "c", "b", "a"]
        assert startup.state is State.STOPPED
        assert errors(startup) == {"stubborn": "OSError: Input/output error"}
        assert states(startup)["stubborn"] is State.FAILED
        assert stage.metrics.counter("startup.failures") == 1

        for cancel in (False, True):
            opened.clear()
            released.clear()
            stage = Stage()
            startup = stage.startup(*chain, stage.part("last", "c", "b", "stubborn"))
            await fail_while_starting(stage, startup, cancel)
            assert sorted(opened) == ["a", "b", "c", "stubborn"]
            assert free()
            assert released == ["stubborn", "c", "b", "a"]
        await stop_slowly()

    @pytest.mark.spec("SU-012", rev="47e792.9e1b58", written="47e792")
    @pytest.mark.integration
    async def test_startup_logging_and_monitoring(self):
        """Each startup phase is logged, and no secret reaches the log.

        BVJ: Enterprise - Security
        Value Impact: A connection password printed while booting lands in a log store
            that many can read; an Enterprise auditor calls that a breach, whoever was
            looking.
        Strategic Impact: Clean logs keep certificates, and the deals that depend on
            them, within reach.

        Given: a service that logs as JSON on a clock that the test moves
        Given: components that fail with passwords and tokens in their errors: an own
            error, a system error, another
        When: the service starts and stops
        When: a service starts in which one of them is required, after optional ones
        Then: the log has a line for each step in order, with component, duration and
            level
        Then: the metrics have readiness, durations and the number of failures
        Then: an own error is shown without what is secret in it, a system error by what
            the system says, another by its type
        Then: no secret is in the log, the report or the text of the error, and the
            error still has its cause
        """
        stage = Stage()
        stage.takes_s = {"store": 2, "web": 0.5}
        startup = stage.startup(stage.part("store"), stage.part("web", "store"))
        starting = asyncio.create_task(startup.start())
        await stage.clock.advance(5)
        await starting
        assert stage.metrics.level("startup.ready") == 1
        await startup.stop()
        assert stage.lines() == [
            {"event": "startup_began", "level": "info", "run": 1},
            started("store", 2.0),
            started("web", 0.5),
            {
                "event": "startup_finished",
                "level": "info",
                "state": "ready",
                "duration_s": 2.5,
            },
            {"event": "component_stopped", "level": "info", "component": "web"},
            {"event": "component_stopped", "level": "info", "component": "store"},
            {"event": "startup_stopped", "level": "info"},
        ]
        times = [
            json.loads(line)["at"] for line in stage.stream.getvalue().splitlines()
        ]
        assert times == sorted(times)
        assert stage.metrics.level("startup.ready") == 0
        assert stage.metrics.peak("startup.ready") == 1
        assert stage.metrics.snapshot() == {
            "startup.ready": 0,
            "startup.store_s.count": 1,
            "startup.web_s.count": 1,
            "startup_s.count": 1,
        }

        token = jwt.encode({"sub": "u1"}, "k" * 32)
        stage = Stage()
        stage.broken = {
            "own": AssistantError(
                f"refused by postgres://bob:hunter22@db with {token}"
            ),
            "system": PermissionError(13, "Permission denied", "/keys/hunter22.pem"),
            "other": ValueError(f"password hunter22 and {token}"),
            "last": AssistantError("no answer from redis://bob:hunter22@cache"),
        }
        parts = (stage.part(name, optional=name != "last") for name in stage.broken)
        startup = stage.startup(*parts)
        error = await failure(startup)
        assert errors(startup) == {
            "own": "refused by postgres://***@db with ***",
            "system": "PermissionError: Permission denied",
            "other": "ValueError",
            "last": "no answer from redis://***@cache",
        }
        assert str(error) == "last: no answer from redis://***@cache"
        assert error.__cause__ is stage.broken["last"]
        failed = stage.logged("component_failed")
        assert {line["component"]: line["error"] for line in failed} == errors(startup)
        assert {line["level"] for line in failed} == {"error"}
        assert stage.lines()[-1] == {
            "event": "startup_failed",
            "level": "error",
            "error": str(error),
        }
        shown = f"{stage.stream.getvalue()}{startup.report}{error}"
        assert "hunter22" not in shown
        assert token not in shown
        assert stage.metrics.counter("startup.failures") == 4
        assert stage.metrics.peak("startup.ready") == 0
        assert stage.metrics.distribution("startup.own_s").count == 0


class TestConfigurationRecovery(SSotAsyncTestCase):
    """Configuration & Recovery.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev c9b919)
    """

    @pytest.mark.spec("SU-013", rev="29fed0.4f797a", written="29fed0")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("given", "port", "source"),
        [
            pytest.param([], 8400, "defaults", id="nothing_given"),
            pytest.param(["base"], 8401, "base.yaml", id="base_file"),
            pytest.param(
                ["base", "environment"],
                8402,
                "{environment}.yaml",
                id="environment_over_base",
            ),
            pytest.param(
                ["secret", "environment"],
                8403,
                "secrets/server.port",
                id="secret_over_environment",
            ),
            pytest.param(
                ["secret", "variable"],
                8404,
                "ASSISTANT_SERVER__PORT",
                id="variable_over_secret",
            ),
            pytest.param(
                ["variable", "override"],
                8405,
                "overrides",
                id="override_over_variable",
            ),
            pytest.param(
                ["override", "base"],
                8405,
                "overrides",
                id="override_over_base_alone",
            ),
            pytest.param(
                ["override", "variable", "secret", "environment", "base"],
                8405,
                "overrides",
                id="all_at_once",
            ),
        ],
    )
    async def test_configuration_override_behavior(self, given, port, source, tmp_path):
        """Overrides beat defaults at startup in the documented order.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: In an incident the operator's override is the quickest lever; if a
            default in a file wins instead, the harmful feature stays live in front of
            customers.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: the same setting in the sources of the case, each with a value of its own
        Given: a component that loads the configuration, and one that uses the setting
        When: the service starts
        Then: the setting has the value of the highest source, in the order defaults,
            base file, environment file, secret file, variable, override
        Then: the configuration tells that source by name
        Then: the component that uses the setting sees that value
        """
        use_secrets(self)
        environment = short_environment(self)
        (tmp_path / "secrets").mkdir()
        overrides = {}
        for name in given:
            if name == "base":
                (tmp_path / "base.yaml").write_text("server: {port: 8401}\n")
            elif name == "environment":
                (tmp_path / f"{environment}.yaml").write_text("server: {port: 8402}\n")
            elif name == "secret":
                (tmp_path / "secrets" / "server.port").write_text("8403\n")
            elif name == "variable":
                self.set_env_var("ASSISTANT_SERVER__PORT", "8404")
            else:
                overrides = {"server.port": 8405}
        used = []

        async def listen(values):
            used.append(values["configuration"].settings.server.port)

        stage = Stage()
        startup = stage.startup(
            Component("web", listen, depends_on=("configuration",)),
            configuration(tmp_path, self.env.get_all(), overrides),
        )
        await startup.start()
        found = startup.value("configuration")
        assert used == [port]
        assert found.settings.server.port == port
        assert found.source_of("server.port") == source.format(environment=environment)
        assert found.settings.environment == environment
        await startup.stop()
        assert startup.state is State.STOPPED

    @pytest.mark.spec("SU-014", rev="2848a9.1c586a", written="2848a9")
    @pytest.mark.integration
    async def test_startup_recovery_from_previous_failures(self, tmp_path):
        """A start after a crash cleans up what the crash left behind.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: A lock left by a crash can hold the service down long after the
            cause is gone, so customers sit through a second outage that nothing real
            explains.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: an index that locks its folder with a file, refuses a locked folder, and
            knows how to clean up
        Given: a child process that is killed when the service is up, and one that is
            killed while the index starts
        When: the service starts in a new process on what the killed one has left
        When: a clean-up fails once
        When: the service stops and starts again
        Then: without the state file the lock keeps the service down
        Then: with it the start cleans up what was held, in the opposite order, and the
            service is ready
        Then: what was never begun is not cleaned, and what is not part of the service
            any more is only logged
        Then: a clean-up that fails stops the start by name, and is tried again with the
            next
        Then: after an orderly stop nothing is cleaned
        """
        stage = Stage()
        cleaned, failing = [], []

        def part(folder, name, *needs, cleans=True):
            lock = folder / f"{name}.lock"

            async def start(_values):
                lock.touch(exist_ok=False)

            async def stop(_value):
                lock.unlink()

            async def clean():
                if name in failing:
                    raise PermissionError(13, "Permission denied")
                cleaned.append(name)
                lock.unlink()

            return Component(name, start, stop, needs, clean=clean if cleans else None)

        def service(folder, state_path):
            return stage.startup(
                part(folder, "store"),
                part(folder, "index", "store"),
                part(folder, "web", "index"),
                state_path=state_path,
            )

        up, halfway = tmp_path / "up", tmp_path / "halfway"
        up.mkdir()
        halfway.mkdir()
        await kill_services({up: "nothing", halfway: "index"})

        assert (up / "cache.lock").exists()
        error = await failure(service(up, None))
        assert str(error) == "store: FileExistsError: File exists"
        failing.append("index")
        startup = service(up, up / "state")
        assert (
            str(await failure(startup)) == "index: PermissionError: Permission denied"
        )
        assert cleaned == ["web"]
        assert states(startup)["store"] is State.NEW
        failing.clear()
        await startup.start()
        assert cleaned == ["web", "index", "store"]
        assert (up / "cache.lock").exists()
        assert startup.state is State.READY
        found = [line["components"] for line in stage.logged("left_behind")]
        assert found == [["cache", "index", "store", "web"], ["index", "store"]]
        logged = [line["component"] for line in stage.logged("component_cleaned")]
        assert logged == cleaned

        cleaned.clear()
        startup = service(halfway, halfway / "state")
        await startup.start()
        assert startup.state is State.READY
        assert cleaned == ["index", "store"]
        cleaned.clear()
        await startup.stop()
        startup = service(halfway, halfway / "state")
        await startup.start()
        assert cleaned == []
        assert startup.state is State.READY
        assert len(stage.logged("left_behind")) == 3
        await startup.stop()

    @pytest.mark.spec("SU-015", rev="b4e739.704f3c", written="b4e739")
    @pytest.mark.integration
    async def test_startup_rollback_mechanisms(self):
        """A failed start rolls back to the last state that worked.

        BVJ: Platform - Velocity
        Value Impact: Teams ship boldly when a bad release undoes itself; without that,
            every risky improvement to the agents waits for a quiet Sunday that never
            comes.
        Strategic Impact: Cheap mistakes make for frequent releases and a product that
            moves faster than its rivals.

        Given: components of which the fourth fails while a fifth is starting, and the
            stop of the second fails too
        Given: a running service, and a broken and a good new release of one of its
            components
        When: the service starts, and again when the fourth works
        When: the component is replaced by the broken release and then by the good one
        When: a component and one that does not exist are restarted
        Then: what was up is stopped in the opposite order, what was starting is
            canceled, and the rest never starts
        Then: the first failure is raised with its cause; the service has failed and is
            not ready
        Then: when the fourth works the same service starts, and starts everything anew
        Then: after the broken release the former one is back with all that depends on
            it, and the failure is raised
        Then: the good release is in use afterwards, and what does not depend on it was
            left alone
        Then: a restart that fails stops everything; one of an unknown component or of a
            stopped service is refused
        """
        stage = Stage()
        stage.gates = {"d": asyncio.Event(), "e": asyncio.Event()}
        stage.broken = {
            "d": OSError(28, "No space left on device"),
            "stop b": ValueError(),
        }
        needs = {"a": "", "b": "a", "c": "b", "d": "c", "e": "c", "f": "d"}
        startup = stage.startup(*(stage.part(name, *needs[name]) for name in needs))
        starting = asyncio.create_task(failure(startup))
        await stage.until("begin e")
        assert stage.order("begin") == list("abcde")
        assert startup.state is State.STARTING
        stage.gates["d"].set()
        error = await self.run_with_timeout(starting, GIVE_UP_S)
        assert str(error) == "d: OSError: No space left on device"
        assert error.__cause__ is stage.broken["d"]
        assert stage.order("cancel") == ["e"]
        assert stage.order("stop") == ["c", "b", "a"]
        assert states(startup) == {
            "a": State.STOPPED,
            "b": State.FAILED,
            "c": State.STOPPED,
            "d": State.FAILED,
            "e": State.STOPPED,
            "f": State.NEW,
        }
        assert errors(startup) == {
            "b": "ValueError",
            "d": "OSError: No space left on device",
        }
        assert stage.metrics.counter("startup.failures") == 2
        stage.forget()
        await startup.stop()
        assert stage.events == []
        assert startup.state is State.FAILED

        stage.broken.clear()
        stage.gates.clear()
        await startup.start()
        assert sorted(stage.order("up")) == list("abcdef")
        assert startup.state is State.READY
        assert errors(startup) == {}
        left = {"event": "left_behind", "level": "warning", "components": ["b"]}
        assert stage.logged("left_behind") == [left]
        await exchange_releases(stage, startup)
        await restart_parts(stage, startup)
        await fail_to_roll_back(stage, startup)
        await fail_together()

    @pytest.mark.spec("SU-016", rev="f17042.753233", written="f17042")
    @pytest.mark.integration
    async def test_startup_state_persistence(self, tmp_path):
        """Startup state survives a restart, and a damaged copy is refused.

        BVJ: Mid, Enterprise - Retention
        Value Impact: Long research runs that were under way pick up from saved state,
            so an analyst keeps the work done so far and the budget it has used.
        Strategic Impact: Long tasks are the heaviest use of the product and the
            strongest habit it forms.

        Given: a service with a state file, and an other one in a place that cannot be
            written
        Given: copies of the file that are cut, changed, empty or no file, or that hold
            something else
        When: the service starts and stops, and a new one starts on the same file
        When: services start on the damaged copies
        Then: the new run knows number, state and holdings of the run before, and has
            the next number
        Then: at every step the file is complete and names what is held, from before a
            start until after the stop
        Then: a damaged copy is refused and logged, nothing of it is used, and
            everything is cleaned as after a crash
        Then: the service starts all the same, and its file is whole again
        Then: where nothing can be written the service starts and logs that
        """
        path = tmp_path / "state"
        file = StateFile(path)
        stage = Stage()
        seen, cleaned = [], []

        def service(state_path):
            parts = watching_parts(StateFile(path), seen, cleaned)
            return stage.startup(*parts, state_path=state_path)

        first = service(path)
        await first.start()
        assert first.previous is None
        running = path.read_bytes()
        await first.stop()
        stopped = path.read_bytes()
        assert seen == [
            ("a", "starting", ("a",)),
            ("b", "starting", ("a", "b")),
            ("b", "stopping", ("a", "b")),
            ("a", "stopping", ("a",)),
        ]
        second = service(path)
        await second.start()
        assert second.previous == Saved(run=1, state=State.STOPPED, held=())
        assert file.read() == Saved(run=2, state=State.READY, held=("a", "b"))
        third = service(path)
        await third.start()
        assert third.previous == Saved(run=2, state=State.READY, held=("a", "b"))
        assert file.read().run == 3
        assert cleaned == ["b", "a"]
        await third.stop()
        assert file.read() == Saved(run=3, state=State.STOPPED, held=())

        copies = damaged_copies(running)
        for copy in copies:
            path.write_bytes(copy)
            with pytest.raises(DamagedStateError, match=r"^state is damaged$") as error:
                file.read()
            assert error.value.code == "damaged_state"
        for copy in (b"", stopped[:-1], *copies[-3:]):
            cleaned.clear()
            path.write_bytes(copy)
            startup = service(path)
            await startup.start()
            assert startup.previous is None
            assert startup.state is State.READY
            assert cleaned == ["b", "a"]
            assert file.read() == Saved(run=1, state=State.READY, held=("a", "b"))
        refused = stage.logged("state_refused")
        assert [line["error"] for line in refused] == ["state is damaged"] * 5
        assert {line["level"] for line in refused} == {"error"}
        (tmp_path / "folder").mkdir()
        await start_without_file(tmp_path / "folder")


class TestAdvancedStartupScenarios(SSotAsyncTestCase):
    """Advanced Startup Scenarios.

    BVJ: Platform, Free, Early, Mid, Enterprise - Stability
    Value Impact: Services that start in a known order, or refuse to start, keep chat
        reachable through every deploy.
    Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
        whenever they are ready.

    Spec: specs/startup_sequence.yaml (rev 5b6ad0)
    """

    @pytest.mark.spec("SU-017", rev="b7d5e0.ef7012", written="b7d5e0")
    @pytest.mark.integration
    async def test_concurrent_service_startup(self, tmp_path):
        """Independent services start in parallel without racing each other.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Two services that migrate one table together can corrupt data
            which no restart repairs; the way back is an older backup, minus every
            conversation since.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: twenty components that depend on one, and each of which waits until all
            twenty have begun
        Given: a slow component beside a chain of quick ones
        Given: four components that connect to one database file and create and fill the
            same table
        When: the services start
        Then: all twenty are under way at the same time, and what they share is started
            once
        Then: the chain is up while the slow one is still starting
        Then: the database has each table once, filled once, and every component is up
        Then: starts and stops at the same moment do not mix: afterwards everything is
            up or nothing is
        """
        stage = Stage()
        everybody = asyncio.Barrier(20)

        async def meet(values):
            stage.note("meet " + values["store"])
            await everybody.wait()

        workers = [Component(f"w{n}", meet, depends_on=("store",)) for n in range(20)]
        startup = stage.startup(*workers, stage.part("store"))
        await self.run_with_timeout(startup.start(), GIVE_UP_S)
        assert stage.events == ["begin store", "up store", *["meet store.1"] * 20]
        assert startup.state is State.READY
        await startup.stop()

        stage = Stage()
        stage.gates["slow"] = asyncio.Event()
        startup = stage.startup(
            stage.part("slow"),
            stage.part("a"),
            stage.part("b", "a"),
            stage.part("last", "slow", "b"),
        )
        starting = asyncio.create_task(startup.start())
        await stage.until("up b")
        assert states(startup)["slow"] is State.STARTING
        assert states(startup)["b"] is State.READY
        assert startup.value("b") == "b.1"
        stage.gates["slow"].set()
        await self.run_with_timeout(starting, GIVE_UP_S)
        assert stage.order("up") == ["a", "b", "slow", "last"]
        stage.forget()
        calls = [startup.stop, startup.start] * 5
        await asyncio.gather(*(call() for call in calls))
        assert startup.state is State.READY
        blocks = [stage.events[at : at + 12] for at in range(0, len(stage.events), 12)]
        for block in blocks:
            assert {event.split()[0] for event in block[:4]} == {"stop"}
            assert {event.split()[0] for event in block[4:]} == {"begin", "up"}
        assert len(blocks) == 5

        stage = Stage()
        found = await migrate_together(stage, tmp_path / "chat.db")
        assert found == [("columns", 1)]
        assert stage.logged("database_retry") == []

    @pytest.mark.spec("SU-018", rev="2d3509.aa4e97", written="2d3509")
    @pytest.mark.integration
    async def test_startup_with_missing_dependencies(self):
        """A missing required part stops the start; an optional one does not.

        BVJ: Enterprise - Expansion
        Value Impact: Some big clients forbid certain add-ons by policy; telling needed
            parts from welcome ones lets us serve them from the standard build and still
            earn on the deal.
        Strategic Impact: One product for all installations keeps large deals
            profitable.

        Given: required components that need others which are not there
        Given: an optional add-on that needs something which is not there, and an
            optional part that needs the add-on
        Given: a required server whose port is taken
        When: services are made of them and start
        Then: the set with the required ones is refused before anything starts, with
            every missing part by name
        Then: the optional ones are skipped with what they need, and the service is
            ready and degraded
        Then: the taken port stops the start; the error says so with the words of the
            system
        Then: two components of one name are refused
        Then: asking for what was skipped says that it is not up
        """
        stage = Stage()
        with pytest.raises(MissingDependencyError) as caught:
            stage.startup(
                stage.part("web", "auth", "store", "queue"),
                stage.part("auth", "keys"),
                stage.part("store"),
            )
        assert caught.value.missing == (("auth", "keys"), ("web", "queue"))
        assert str(caught.value) == "missing: auth needs keys, web needs queue"
        with pytest.raises(
            GraphError, match=r"^two components are called auth$"
        ) as twice:
            stage.startup(stage.part("auth"), stage.part("web"), stage.part("auth"))
        assert twice.value.code == "same_name"
        assert stage.events == []

        startup = stage.startup(
            stage.part("export", "addon", optional=True),
            stage.part("addon", "license", "billing", optional=True),
            BackgroundTask("export-daily", stage.until, depends_on=("addon",)),
            stage.part("web"),
        )
        await startup.start()
        assert startup.state is State.DEGRADED
        assert startup.ready
        assert stage.events == ["begin web", "up web"]
        assert errors(startup) == {
            "export": "needs addon",
            "addon": "needs license, billing",
            "export-daily": "needs addon",
        }
        skipped = stage.logged("component_skipped")
        assert [(e["component"], e["level"]) for e in skipped] == [
            ("addon", "warning"),
            ("export", "warning"),
            ("export-daily", "warning"),
        ]
        assert {e["component"]: e["error"] for e in skipped} == errors(startup)
        with pytest.raises(StartupError, match=r"^addon: is not up$"):
            startup.value("addon")
        with pytest.raises(StartupError, match=r"^license: is not up$"):
            startup.value("license")
        await startup.recover()
        assert startup.state is State.DEGRADED
        assert stage.metrics.counter("startup.failures") == 0
        await startup.stop()
        assert states(startup)["web"] is State.STOPPED

        async def listen(_values):
            return await asyncio.start_server(print, "127.0.0.1", port)

        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            server = Component("web", listen, depends_on=("store",))
            error = await failure(stage.startup(stage.part("store"), server))
        assert error.component == "web"
        assert error.reason.startswith("OSError: ")
        assert "address already in use" in error.reason
        assert isinstance(error.__cause__, OSError)
        assert stage.events[-1] == "stop store"

    @pytest.mark.spec("SU-019", rev="36da22.070744", written="36da22")
    @pytest.mark.integration
    async def test_startup_configuration_hot_reload(self, tmp_path):
        """Changed settings load without a restart, and bad ones are refused.

        BVJ: Platform, Free, Early, Mid, Enterprise - Stability
        Value Impact: Raising a limit for one customer in trouble must not disconnect
            everybody else: a reload in place leaves their chats open while support does
            its work.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: a running service that watches its files, and a limit that follows the
            configuration
        Given: a connection of a user that is open all the time
        When: the file gets a new limit, then one that is refused, then a good one again
        Then: the new limit is in force without any component being started again
        Then: the refused one changes nothing, is logged with the name of the setting,
            and the service stays ready
        Then: the good one after it is taken
        Then: the connection still answers after each change
        Then: after the stop changes of the file are not read any more
        """
        use_secrets(self)
        file = tmp_path / "base.yaml"
        file.write_text("chat: {queue_limit: 10}\n")
        stage = Stage(SystemClock())
        manager = ConfigurationManager(
            tmp_path, self.env.get_all(), log=stage.log, clock=stage.clock
        )
        watching = asyncio.Event()
        limits = []

        async def limit(_values):
            def follow(_old, new):
                limits.append(new.settings.chat.queue_limit)

            limits.append(manager.current.settings.chat.queue_limit)
            stage.note("limit starts")
            return manager.subscribe(follow, "chat")

        async def unfollow(unsubscribe):
            unsubscribe()

        startup = stage.startup(
            Component("limit", limit, unfollow),
            BackgroundTask("watch", lambda _values: manager.watch(watching)),
            Component("echo", open_echo, close_echo),
        )
        await startup.start()
        await asyncio.wait_for(watching.wait(), GIVE_UP_S)
        host, port = startup.value("echo").sockets[0].getsockname()
        connection = await asyncio.open_connection(host, port)
        assert await echo(connection, b"before") == b"before"

        file.write_text("chat: {queue_limit: 20}\n")
        await self.wait_for_condition(lambda: limits == [10, 20], GIVE_UP_S)
        assert await echo(connection, b"changed") == b"changed"
        file.write_text("chat: {queue_limit: none}\n")
        await self.wait_for_condition(
            lambda: stage.logged("configuration_refused"), GIVE_UP_S
        )
        assert stage.logged("configuration_refused")[0]["paths"] == ["chat.queue_limit"]
        assert await echo(connection, b"refused") == b"refused"
        assert manager.current.settings.chat.queue_limit == 20
        assert startup.state is State.READY
        file.write_text("chat: {queue_limit: 30}\n")
        await self.wait_for_condition(lambda: limits == [10, 20, 30], GIVE_UP_S)
        assert await echo(connection, b"after") == b"after"
        assert stage.events == ["limit starts"]
        started = [line["component"] for line in stage.logged("component_started")]
        assert started == ["limit", "watch", "echo"]

        watch = startup.value("watch")
        connection[1].close()
        await connection[1].wait_closed()
        await startup.stop()
        assert watch.done()
        manager.update({"chat.queue_limit": 40})
        assert limits == [10, 20, 30]

    @pytest.mark.spec("SU-020", rev="ae72b6.ccd102", written="ae72b6")
    @pytest.mark.integration
    async def test_startup_performance_under_load(self):
        """Startup completes while requests are already arriving.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: After an outage everyone comes back together; an instance that
            breaks down under this welcome stretches a short incident into one with
            service credits to pay.
        Strategic Impact: Deploys stop being a risk to uptime, so the team can make them
            whenever they are ready.

        Given: a real server that takes requests from its first moment, and says 503 and
            when to retry until the service is ready
        Given: twenty-five clients that ask again until they are served
        When: the service starts under their requests, fails, and starts again
        Then: every request is answered, with 200 or 503
        Then: no client is served before the service is ready, and every client is
            served after it
        Then: the components of the failed start are stopped while requests go on
            arriving
        Then: each component is started once a start, however many requests arrive
        Then: once it is ready no request is refused any more, until the stop begins
        """
        stage = Stage(SystemClock())
        statuses, served = Counter(), []

        async def under_load(values):
            stage.note(f"begin model with {values['store']}")
            enough = statuses[503] + 2 * CLIENTS
            await self.wait_for_condition(lambda: statuses[503] >= enough, GIVE_UP_S)
            if "model" in stage.broken:
                raise stage.broken["model"]
            return "model for " + values["store"]

        startup = stage.startup(
            stage.part("store"), Component("model", under_load, depends_on=("store",))
        )

        async def client(http, gone):
            while not gone.is_set():
                response = await http.get("/")
                statuses[response.status_code] += 1
                if response.status_code == 200:
                    served.append((startup.ready, response.text))
                    return
                assert response.headers["retry-after"] == "1"

        stage.broken["model"] = AssistantError("no memory")
        gone = asyncio.Event()
        self.add_cleanup(gone.set)
        async with (
            serve(readiness(startup)) as address,
            httpx.AsyncClient(base_url=address.http, timeout=GIVE_UP_S) as http,
            asyncio.TaskGroup() as clients,
        ):
            for _ in range(CLIENTS):
                clients.create_task(client(http, gone))
            error = await self.run_with_timeout(failure(startup), GIVE_UP_S)
            assert str(error) == "model: no memory"
            assert served == []
            assert stage.forget()[-1] == "stop store"
            refused = statuses[503]
            await self.wait_for_condition(lambda: statuses[503] > refused, GIVE_UP_S)
            stage.broken.clear()
            with stage.metrics.timed("start_s"):
                await self.run_with_timeout(startup.start(), GIVE_UP_S)
            await self.wait_for_condition(lambda: len(served) == CLIENTS, GIVE_UP_S)
            answers = await asyncio.gather(*(http.get("/") for _ in range(CLIENTS)))
            assert {answer.status_code for answer in answers} == {200}
            await startup.stop()
            assert (await http.get("/")).status_code == 503
        assert set(served) == {(True, "model for store.2")}
        assert set(statuses) == {200, 503}
        assert statuses[200] == CLIENTS
        started = [line["component"] for line in stage.logged("component_started")]
        assert started == ["store", "store", "model"]
        self.record_metric("start_s", stage.metrics.distribution("start_s").largest)
        self.record_metric("refused", statuses[503])
