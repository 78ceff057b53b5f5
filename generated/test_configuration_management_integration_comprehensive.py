"""Configuration Management: comprehensive integration suite.

Loading, validation, security and change of settings in every service.

BVJ: Free, Early, Mid, Enterprise - Risk Reduction
Value Impact: Settings that are checked before they are used stop the errors that cause
    60% of incidents.
Strategic Impact: Fewer incidents free the team to build, and provable control satisfies
    compliance buyers.
Revenue protected: $3,200,000 a year (against configuration errors, the cause of 60% of
    incidents)

Spec: specs/configuration_management.yaml (rev 673b25)
"""

import asyncio
import gc
import io
import json
import shutil
import sys
import threading
import time
import traceback
import tracemalloc
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack

import httpx
import pytest
from pydantic import SecretStr, ValidationError
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from assistant.auth.tokens import TokenIssuer
from assistant.clock import ManualClock
from assistant.config import (
    ConfigurationError,
    ConfigurationManager,
    Drift,
    Problem,
    UnknownVersionError,
    disagreements,
    load,
)
from assistant.identity import AuthenticationError
from assistant.logs import open_log
from assistant.serving import serve
from suiteloom.ssot import SSotAsyncTestCase, SSotBaseTestCase

GIVE_UP_S = 60
"""After this long something counts as hanging."""

GROWTH_BYTES = 300_000
"""What caches may take; a fifth of what 150 configurations would."""

SIGNING_KEY = "first-signing-key-of-40-letters-abcdefgh"
SERVICE_KEY = "other-service-key-of-40-letters-ijklmnop"
NEEDED = {
    "ASSISTANT_AUTH__JWT_SECRET": SIGNING_KEY,
    "ASSISTANT_AUTH__SERVICE_SECRET": SERVICE_KEY,
}
"""The variables without which nothing loads."""

EVERY_DEFAULT = {
    "debug": False,
    "server.host": "127.0.0.1",
    "server.port": 8400,
    "database.url": SecretStr("sqlite+aiosqlite:///assistant.db"),
    "database.connect_attempts": 3,
    "database.retry_wait_s": 0.2,
    "auth.access_lifetime_s": 900.0,
    "auth.refresh_lifetime_s": 1209600.0,
    "auth.service_lifetime_s": 60.0,
    "auth.recovery_lifetime_s": 1800.0,
    "auth.oauth_lifetime_s": 600.0,
    "auth.lockout_attempts": 5,
    "auth.lockout_s": 900.0,
    "auth.cache_s": 30.0,
    "auth.argon2_time_cost": 3,
    "auth.argon2_memory_kib": 65536,
    "chat.handshake_limit_s": 10.0,
    "chat.idle_limit_s": 600.0,
    "chat.heartbeat_interval_s": 30.0,
    "chat.heartbeat_misses": 2,
    "chat.connection_limit": 1000,
    "chat.connections_per_user": 5,
    "chat.message_bytes": 65536,
    "chat.messages_per_minute": 60,
    "chat.queue_limit": 100,
    "chat.buffer_bytes": 1048576,
    "chat.overload_wait_s": 30.0,
    "chat.resume_window_s": 300.0,
    "chat.retry_after_s": 5.0,
    "agent.name": "assistant",
    "agent.tool_timeout_s": 30.0,
    "agent.provider_attempts": 3,
    "agent.retry_wait_s": 0.2,
    "log.level": "info",
}
"""Every setting that has a default, as this release promises it."""

PAIR = ("queue_limit", "connection_limit")
"""Settings of `chat` that are always changed together."""

BROKEN_FILES = {
    b"chat: [1\n": "line 2, column 1: expected ',' or ']', but got '<stream end>'",
    b"chat: {queue_limit: 1, queue_limit: 2}": (
        "line 1, column 24: queue_limit stands here twice"
    ),
    b"agent:\n  name: !secret x": (
        "line 2, column 9: could not determine a constructor for the tag '!secret'"
    ),
    b"agent: {name: 2024-13-45}": "is not YAML",
    b"agent: {name: \x07}": "is not YAML",
    b"- 1": "holds no names and values",
    b"false": "holds no names and values",
    b"agent: {name: \xff}": "is not UTF-8",
}
"""Files that cannot be used, and what is said about each."""


UNRESOLVED = {
    "server: {port: '${server.port}'}": (
        "server.port",
        "server.port -> server.port is a circle",
    ),
    "chat: {queue_limit: '${server.port}'}\nserver: {port: '${chat.queue_limit}'}": (
        "chat.queue_limit",
        "server.port -> chat.queue_limit -> server.port is a circle",
    ),
    (
        "agent: {provider_attempts: '${chat.queue_limit}', name: '${server.port}'}\n"
        "server: {port: '${agent.provider_attempts}'}\n"
        "chat: {queue_limit: '${server.port}'}"
    ): (
        "chat.queue_limit",
        (
            "server.port -> agent.provider_attempts -> chat.queue_limit -> server.port"
            " is a circle"
        ),
    ),
    "server: {port: '${env:NONE}'}\nagent: {name: 'p${server.port}'}": (
        "server.port",
        "the variable NONE is not set",
    ),
    "server: {port: '${agent.name}'}": (
        "server.port",
        "Input should be a valid integer, unable to parse string as an integer",
    ),
}
"""Files with references that lead nowhere, and the one problem of each."""

PRESENT_NAMES = {
    "auth.access_lifetime_minutes": ("auth.access_lifetime_s", "base.yaml"),
    "auth.secret_key": ("auth.jwt_secret", "secrets/auth.secret_key"),
    "chat.idle_timeout_s": ("chat.idle_limit_s", "base.yaml"),
    "log_level": ("log.level", "ASSISTANT_LOG_LEVEL"),
}
"""Names of earlier releases: what each is now, and the source that the test uses."""

LIMITS = [
    ("server.port", 0, -1),
    ("server.port", 65535, 65536),
    ("database.connect_attempts", 1, 0),
    ("database.connect_attempts", 20, 21),
    ("database.retry_wait_s", 0, -0.5),
    ("auth.access_lifetime_s", 0.5, 0),
    ("auth.refresh_lifetime_s", 0.5, 0),
    ("auth.service_lifetime_s", 0.5, 0),
    ("auth.recovery_lifetime_s", 0.5, 0),
    ("auth.oauth_lifetime_s", 0.5, 0),
    ("auth.lockout_attempts", 1, 0),
    ("auth.lockout_s", 0.5, 0),
    ("auth.cache_s", 0, -0.5),
    ("auth.argon2_time_cost", 1, 0),
    ("auth.argon2_memory_kib", 8, 7),
    ("chat.handshake_limit_s", 0.5, 0),
    ("chat.idle_limit_s", 0.5, 0),
    ("chat.heartbeat_interval_s", 0.5, 0),
    ("chat.heartbeat_misses", 1, 0),
    ("chat.connection_limit", 1, 0),
    ("chat.connections_per_user", 1, 0),
    ("chat.message_bytes", 16, 15),
    ("chat.messages_per_minute", 1, 0),
    ("chat.queue_limit", 1, 0),
    ("chat.buffer_bytes", 1024, 1023),
    ("chat.overload_wait_s", 0.5, 0),
    ("chat.resume_window_s", 0.5, 0),
    ("chat.retry_after_s", 0.5, 0),
    ("agent.name", "a", ""),
    ("agent.tool_timeout_s", 0.5, 0),
    ("agent.provider_attempts", 1, 0),
    ("agent.retry_wait_s", 0, -0.5),
]
"""Settings, the last value that each accepts, and the first that it refuses."""


def variables(test, **more):
    """Set what is needed and some more in a test's environment.

    Args:
        test: The test, whose environment is isolated.
        **more: Variables by name; None takes one away.

    Returns:
        All variables, as `load` takes them.
    """
    for name, value in {**NEEDED, **more}.items():
        if value is None:
            test.delete_env_var(name)
        else:
            test.set_env_var(name, value)
    return dict(test.env.get_all())


def write(directory, **files):
    """Write files into a directory, each whole in one instant.

    Args:
        directory: Is made if it is missing.
        **files: Texts by name, with `__` for a slash; `.yaml` is added unless the file
            lies in `secrets`.
    """
    for name, text in files.items():
        path = directory / name.replace("__", "/")
        if path.parent.name != "secrets":
            path = path.with_name(f"{path.name}.yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        spare = directory.with_name(f"{directory.name}.spare")
        spare.write_bytes(text if isinstance(text, bytes) else text.encode())
        spare.replace(path)


def environment_of(environ):
    """Return the short name of the environment that the test runs in."""
    return load(None, environ).settings.environment


def refusal(directory, environ, overrides=None):
    """Return the problems for which `load` refuses, each as path, message, source."""
    with pytest.raises(ConfigurationError) as caught:
        load(directory, environ, overrides)
    return [(p.path, p.message, p.source) for p in caught.value.problems]


def managed(directory, environ, **options):
    """Return a new manager and the stream of its log."""
    stream = io.StringIO()
    options.setdefault("clock", ManualClock())
    log = open_log(stream, clock=options["clock"])
    return ConfigurationManager(directory, environ, log=log, **options), stream


def logged(stream, event):
    """Return the lines of a log that tell of an event, without time and level."""
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [
        {key: line[key] for key in line.keys() - {"at", "event", "level"}}
        for line in lines
        if line["event"] == event
    ]


def assert_hidden(text):
    """Assert that a text holds no part of a secret."""
    for secret in (SIGNING_KEY, SERVICE_KEY):
        assert secret[:12] not in text
        assert secret[-12:] not in text


def texts_of(error):
    """Return everything that a log or an error page could make of an error."""
    texts = [str(error), repr(error), *traceback.format_exception(error)]
    if error.__context__ is not None:
        texts += texts_of(error.__context__)
    return texts


def service(configurations, name, clock):
    """Return an application that tells its digests and accepts tokens.

    Args:
        configurations: By name of the service; looked up at each request.
        name: Which service this is.
        clock: Of its tokens.
    """

    async def digests(_):
        return JSONResponse(configurations[name].digests())

    async def accept(request):
        secret = configurations[name].settings.auth.jwt_secret.get_secret_value()
        issuer = TokenIssuer(secret, clock=clock)
        try:
            identity = issuer.verify(request.query_params["token"])
        except AuthenticationError as error:
            return JSONResponse({"error": error.code}, 401)
        return JSONResponse({"user": identity.user_id})

    return Starlette(routes=[Route("/digests", digests), Route("/accept", accept)])


async def survey(client, addresses, token):
    """Ask services over HTTP for their digests, and what they say to a token.

    Args:
        client: Asks.
        addresses: By name of the service.
        token: An access token.

    Returns:
        The digests and the answers, each by service.
    """
    digests, answers = {}, {}
    for name, address in addresses.items():
        told = await client.get(f"{address.http}/digests")
        answer = await client.get(f"{address.http}/accept", params={"token": token})
        assert_hidden(told.text + answer.text)
        digests[name], answers[name] = told.json(), answer.json()
    return digests, answers


async def stop(task):
    """Cancel a task and return whether it ended by that."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return task.cancelled()


def churn(manager, changes):
    """Change a setting many times, with a listener each time that leaves again.

    Args:
        manager: Whose setting `chat.queue_limit` is changed.
        changes: The values, each other than the one before.

    Returns:
        Weak references to the settings and to the listeners.
    """

    class Listener:
        def hear(self, old, new):
            assert old is not new

    settings, listeners = [], []
    for value in changes:
        listener = Listener()
        unsubscribe = manager.subscribe(listener.hear)
        updated = manager.update({"chat.queue_limit": value})
        if value % 10 == 0:
            refused_error(manager.update, {"chat.queue_limit": 0})
        unsubscribe()
        settings.append(weakref.ref(updated.settings))
        listeners.append(weakref.ref(listener))
    return settings, listeners


def hammer(manager, updates):
    """Read and change a pair of settings from eleven threads at once.

    Args:
        manager: Its settings `chat.queue_limit` and `chat.connection_limit` are equal.
        updates: The values that the two writers set, one list each.

    Returns:
        How often a reader saw the two apart or a version go back, and how often readers
        have read.
    """
    barrier = threading.Barrier(11, timeout=GIVE_UP_S)
    writing = threading.Semaphore(0)
    done = threading.Event()

    def read():
        barrier.wait()
        faults, reads, highest = 0, 0, 0
        while not done.is_set() or not reads:
            chat = manager.current.settings.chat
            number = manager.versions[-1].number
            faults += chat.queue_limit != chat.connection_limit
            faults += number < highest
            highest = number
            reads += 1
        return faults, reads

    def change(values):
        try:
            barrier.wait()
            for value in values:
                manager.update({"chat": dict.fromkeys(PAIR, value)})
        finally:
            writing.release()

    def reload():
        barrier.wait()
        while not done.is_set():
            manager.reload()

    with ThreadPoolExecutor(11) as pool:
        readers = [pool.submit(read) for _ in range(8)]
        others = [*(pool.submit(change, v) for v in updates), pool.submit(reload)]
        ended = [writing.acquire(timeout=GIVE_UP_S) for _ in updates]
        done.set()
        for future in others:
            future.result(GIVE_UP_S)
        seen = [future.result(GIVE_UP_S) for future in readers]
    assert ended == [True] * len(updates)
    return sum(faults for faults, _ in seen), [reads for _, reads in seen]


def ladder_of(short):
    """Return the sources from the lowest up, each with a setting of `chat` of its own."""
    return [
        ("base.yaml", "message_bytes"),
        (f"{short}.yaml", "connection_limit"),
        ("secrets/chat.queue_limit", "connections_per_user"),
        ("ASSISTANT_CHAT__QUEUE_LIMIT", "messages_per_minute"),
        ("overrides", "buffer_bytes"),
    ]


def climb(directory, environ, rungs):
    """Make sources that all set `chat.queue_limit`, and each a setting of its own.

    Args:
        directory: Where the files go.
        environ: The variables to begin with.
        rungs: As in `ladder_of`; the first sets 1 and 2001, the second 2 and 2002.

    Returns:
        The variables and the overrides for `load`.
    """
    environ, overrides = dict(environ), {}
    for number, (_, neighbor) in enumerate(rungs, start=1):
        pair = {"queue_limit": number, neighbor: 2000 + number}
        if number <= 2:
            name = rungs[number - 1][0].removesuffix(".yaml")
            write(directory, **{name: json.dumps({"chat": pair})})
        elif number == 3:
            files = {f"secrets__chat.{name}": str(v) for name, v in pair.items()}
            write(directory, **files)
        elif number == 4:
            for name, value in pair.items():
                environ[f"ASSISTANT_CHAT__{name.upper()}"] = str(value)
        else:
            overrides = {"chat": pair}
    return environ, overrides


def limits(configuration):
    """Return two settings that the files of a test change together."""
    chat = configuration.settings.chat
    return chat.queue_limit, chat.message_bytes


def refused_error(call, *arguments):
    """Return the error with which a call refuses."""
    with pytest.raises(ConfigurationError) as caught:
        call(*arguments)
    return caught.value


def unreadable(directory):
    """Make a directory whose files cannot be read, and return it."""
    (directory / "base.yaml").mkdir(parents=True)
    (directory / "secrets" / "folder").mkdir(parents=True)
    write(directory, **{"secrets__agent.name": b"\xff"})
    return directory


def provoke(manager):
    """Return the errors of updates that put secrets where they do not belong."""
    label = other_than(manager.current.settings.environment)
    attempts = (
        {"auth.jwt_secret": [SIGNING_KEY]},
        {"server.port": SIGNING_KEY},
        {SIGNING_KEY[:4]: SERVICE_KEY},
        {"auth.jwt_secret": f"{label}:{SIGNING_KEY}"},
    )
    return [refused_error(manager.update, changes) for changes in attempts]


def other_than(environment):
    """Return the name of another environment."""
    return "staging" if environment == "prod" else "prod"


async def work(manager, began, go):
    """Be an agent of two steps; return the name that each step has read.

    Args:
        manager: Read at each step.
        began: Is set after the first step.
        go: Is waited for before the second.
    """
    first = manager.current.settings.agent.name
    began.set()
    await go.wait()
    return [first, manager.current.settings.agent.name]


def update_within(manager):
    """Lower a limit to 3, at which one listener lowers it to 2.

    Returns:
        What another one hears: the limit before and after each change.
    """
    pairs = []

    def follow(_, new):
        if new.settings.chat.queue_limit == 3:
            manager.update({"chat.queue_limit": 2})

    manager.subscribe(follow)
    manager.subscribe(lambda *pair: pairs.append(tuple(limits(c)[0] for c in pair)))
    manager.update({"chat.queue_limit": 3})
    return pairs


class TestConfigurationLoading(SSotBaseTestCase):
    """Configuration Loading.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev d76d36)
    """

    @pytest.mark.spec("CM-001", rev="3b97c2.7fc31e", written="3b97c2")
    @pytest.mark.integration
    def test_configuration_loading_from_multiple_sources(self, tmp_path):
        """Files, environment and secrets form one complete configuration.

        BVJ: Platform - Risk Reduction
        Value Impact: Forget one source among several and the agents run on an outdated
            price list for models: every answer still works while the margin on it melts
            unseen.
        Strategic Impact: Unit costs stay as planned, which is what keeps the plans
            affordable.

        Given: a directory with base.yaml, a file of the environment, secrets/ and a
            hidden file in it
        Given: variables of the process and overrides, each source with a setting that
            only it has
        When: load is called with all of them, and then with no directory at all
        When: load is called with a directory that does not exist, and with one whose
            files are unreadable
        Then: every setting has the value of its source, and source_of names that source
        Then: settings that no source has keep their defaults, with defaults as their
            source
        Then: a secret file loses its line end and keeps everything else; the hidden
            file is not read
        Then: without a directory the variables and the overrides are enough
        Then: what cannot be read is a problem that names the directory or the file, and
            is never left out
        Then: a required setting that no source has is a problem that names it
        Then: source_of refuses a name that is no setting
        """
        environ = variables(
            self,
            ASSISTANT_AUTH__JWT_SECRET=None,
            ASSISTANT_LOG__LEVEL="warning",
            MY_ASSISTANT_DEBUG="not ours",
        )
        directory = tmp_path / "settings"
        short = environment_of({**environ, **NEEDED})
        write(
            directory,
            **{
                "base": "chat: {queue_limit: 11}",
                short: "chat: {idle_limit_s: 12}",
                "secrets__auth.jwt_secret": f"{SIGNING_KEY}\r\n",
                "secrets__agent.name": " two  words \n",
                "secrets__.hidden": "is not read",
            },
        )
        loaded = load(directory, environ, {"server": {"port": 0}})
        expected = {
            "chat.queue_limit": (11, "base.yaml"),
            "chat.idle_limit_s": (12.0, f"{short}.yaml"),
            "auth.jwt_secret": (SecretStr(SIGNING_KEY), "secrets/auth.jwt_secret"),
            "agent.name": (" two  words ", "secrets/agent.name"),
            "auth.service_secret": (
                SecretStr(SERVICE_KEY),
                "ASSISTANT_AUTH__SERVICE_SECRET",
            ),
            "log.level": ("warning", "ASSISTANT_LOG__LEVEL"),
            "server.port": (0, "overrides"),
            "agent.retry_wait_s": (0.2, "defaults"),
            "debug": (False, "defaults"),
        }
        found = {p: (loaded.values[p], loaded.source_of(p)) for p in expected}
        assert found == expected
        assert loaded.settings.agent.name == " two  words "
        others = loaded.values.keys() - expected.keys() - {"environment"}
        assert {loaded.source_of(path) for path in others} == {"defaults"}
        assert {p: loaded.values[p] for p in others} == {
            p: EVERY_DEFAULT[p] for p in others
        }

        bare = load(None, variables(self), {"server.port": 1})
        assert (bare.settings.server.port, bare.source_of("server.port")) == (
            1,
            "overrides",
        )
        assert load(tmp_path / "settings", variables(self)).settings.server.port == 8400

        absent = [(".", "is not a directory", str(tmp_path / "nowhere"))]
        assert refusal(tmp_path / "nowhere", variables(self)) == absent
        assert refusal(unreadable(tmp_path / "broken"), variables(self)) == [
            ("base.yaml", "cannot be read: Is a directory", "base.yaml"),
            ("secrets/agent.name", "is not UTF-8", "secrets/agent.name"),
            ("secrets/folder", "cannot be read: Is a directory", "secrets/folder"),
        ]
        assert refusal(None, {}) == [
            ("auth.jwt_secret", "has no value", "defaults"),
            ("auth.service_secret", "has no value", "defaults"),
        ]
        with pytest.raises(ConfigurationError) as caught:
            loaded.source_of("chat.queue_limits")
        message = "is not a known setting; is it chat.queue_limit?"
        assert caught.value.problems == (
            Problem("chat.queue_limits", message, "source_of"),
        )

    @pytest.mark.spec("CM-002", rev="cd77a5.f44878", written="cd77a5")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("spelled", "debug", "secret", "place", "expected", "fault"),
        [
            pytest.param(
                "test",
                True,
                "short",
                "variable",
                "test",
                None,
                id="test_with_debug",
            ),
            pytest.param(
                " Testing ",
                False,
                "short",
                "file",
                "test",
                None,
                id="testing_spelled_out",
            ),
            pytest.param(
                "dev",
                True,
                "short",
                "file",
                "dev",
                None,
                id="dev_with_debug",
            ),
            pytest.param(
                "local",
                False,
                "short",
                "variable",
                "dev",
                None,
                id="local_spelled",
            ),
            pytest.param(
                "development",
                False,
                "short",
                "variable",
                "dev",
                None,
                id="development_spelled",
            ),
            pytest.param(
                "stage",
                False,
                "x32",
                "variable",
                "staging",
                None,
                id="staging_full_secret",
            ),
            pytest.param(
                "production",
                False,
                "x32",
                "variable",
                "prod",
                None,
                id="prod_secret_of_32",
            ),
            pytest.param(
                "LIVE",
                False,
                "x32",
                "store",
                "prod",
                None,
                id="prod_secret_in_store",
            ),
            pytest.param(
                "prod",
                False,
                "x32",
                "template",
                "prod",
                None,
                id="prod_secret_by_template",
            ),
            pytest.param(
                "prod",
                False,
                "production:x32",
                "variable",
                "prod",
                None,
                id="prod_labelled_secret",
            ),
            pytest.param(
                "prod",
                True,
                "x32",
                "variable",
                None,
                ["debug", "must be off in prod", "overrides"],
                id="prod_with_debug",
            ),
            pytest.param(
                "staging",
                True,
                "x32",
                "variable",
                None,
                ["debug", "must be off in staging", "overrides"],
                id="staging_with_debug",
            ),
            pytest.param(
                "prod",
                False,
                "x31",
                "variable",
                None,
                [
                    "auth.jwt_secret",
                    "needs 32 characters or more in prod",
                    "ASSISTANT_AUTH__JWT_SECRET",
                ],
                id="prod_secret_of_31",
            ),
            pytest.param(
                "prod",
                False,
                "prod:x31",
                "variable",
                None,
                [
                    "auth.jwt_secret",
                    "needs 32 characters or more in prod",
                    "ASSISTANT_AUTH__JWT_SECRET",
                ],
                id="label_does_not_count",
            ),
            pytest.param(
                "prod",
                False,
                "staging:x32",
                "store",
                None,
                [
                    "auth.jwt_secret",
                    "is a secret of staging, not of prod",
                    "secrets/auth.jwt_secret",
                ],
                id="staging_key_in_prod",
            ),
            pytest.param(
                "dev",
                False,
                "live:short",
                "variable",
                None,
                [
                    "auth.jwt_secret",
                    "is a secret of prod, not of dev",
                    "ASSISTANT_AUTH__JWT_SECRET",
                ],
                id="prod_key_in_dev",
            ),
            pytest.param(
                "prod",
                False,
                "x32",
                "file",
                None,
                [
                    "auth.jwt_secret",
                    "belongs into secrets/ or a variable in prod, not into a file",
                    "base.yaml",
                ],
                id="prod_secret_in_file",
            ),
            pytest.param(
                "prd",
                False,
                "x32",
                "variable",
                None,
                ["environment", "is none of test, dev, staging, prod", "ENVIRONMENT"],
                id="unknown_environment",
            ),
            pytest.param(
                None,
                False,
                "short",
                "variable",
                "dev",
                None,
                id="no_environment_named",
            ),
            pytest.param(
                "",
                False,
                "x32",
                "variable",
                None,
                ["environment", "is none of test, dev, staging, prod", "ENVIRONMENT"],
                id="blank_environment",
            ),
        ],
    )
    def test_environment_specific_configuration_validation(
        self, spelled, debug, secret, place, expected, fault, tmp_path
    ):
        """Each environment accepts only settings that are right for it.

        BVJ: Enterprise - Risk Reduction
        Value Impact: A staging key in production would carry clients' prompts to a test
            account outside the data agreement, which for a regulated company is a
            reportable event.
        Strategic Impact: Data agreements that hold are the ground on which regulated
            accounts are won.

        Given: ENVIRONMENT as the case spells it, and the signing secret where the case
            puts it
        When: load is called with debug as in the case
        Then: an accepted configuration has the short name of the environment
        Then: a refused one has exactly one problem, with the path, the message and the
            source in fault
        """
        environ = variables(self, ENVIRONMENT=spelled, ASSISTANT_AUTH__JWT_SECRET=None)
        text = secret.replace("x32", "k" * 32).replace("x31", "k" * 31)
        directory = tmp_path / "settings"
        directory.mkdir()
        if place == "variable":
            environ = variables(
                self, ENVIRONMENT=spelled, ASSISTANT_AUTH__JWT_SECRET=text
            )
        elif place == "store":
            write(directory, **{"secrets__auth.jwt_secret": text})
        elif place == "file":
            write(directory, base=f"auth: {{jwt_secret: {text}}}")
        else:
            environ = variables(
                self, ENVIRONMENT=spelled, ASSISTANT_AUTH__JWT_SECRET=None, KEPT=text
            )
            write(directory, base='auth: {jwt_secret: "${env:KEPT}"}')
        overrides = {"debug": debug}
        if expected is None:
            assert refusal(directory, environ, overrides) == [tuple(fault)]
            return
        loaded = load(directory, environ, overrides)
        named_by = "defaults" if spelled is None else "ENVIRONMENT"
        assert loaded.settings.environment == expected
        assert loaded.source_of("environment") == named_by
        assert loaded.settings.debug is debug
        assert loaded.settings.auth.jwt_secret.get_secret_value() == text

    @pytest.mark.spec("CM-003", rev="c7444e.18b7ec", written="c7444e")
    @pytest.mark.integration
    def test_configuration_merging_and_override_precedence(self, tmp_path):
        """Merged settings follow the documented precedence to every depth.

        BVJ: Platform, Free - Risk Reduction
        Value Impact: Let a merge drop one nested limit and free accounts run the
            costliest agents without a cap; we get the bill and paying users get the
            queue.
        Strategic Impact: A free tier with firm limits can be kept open as a way into
            the product.

        Given: one setting that every source sets, and a neighbor of it in each source
            that only that source sets
        When: load is called once with every source, and again each time the highest one
            is taken away
        When: a source names an environment other than the one in force
        Then: each time the value is that of the highest source left, down to the
            default, and source_of agrees
        Then: each time the neighbors of all sources that are left keep their values
        Then: dotted paths and sections in overrides mean the same
        Then: an override of environment chooses the file that is read
        Then: naming another environment in a file or a variable is a problem; naming
            the same is not
        """
        environ = variables(self)
        short = environment_of(environ)
        ladder = ladder_of(short)
        for height in range(len(ladder), -1, -1):
            directory = tmp_path / str(height)
            directory.mkdir()
            rungs = ladder[:height]
            loaded = load(directory, *climb(directory, environ, rungs))
            value = height or EVERY_DEFAULT["chat.queue_limit"]
            source = rungs[-1][0] if rungs else "defaults"
            assert loaded.settings.chat.queue_limit == value
            assert loaded.source_of("chat.queue_limit") == source
            for number, (own, neighbor) in enumerate(ladder, start=1):
                there = number <= height
                default = EVERY_DEFAULT[f"chat.{neighbor}"]
                expected = 2000 + number if there else default
                assert loaded.values[f"chat.{neighbor}"] == expected
                source = own.replace("queue_limit", neighbor)
                source = source.replace("QUEUE_LIMIT", neighbor.upper())
                assert loaded.source_of(f"chat.{neighbor}") == (
                    source if there else "defaults"
                )

        dotted = load(None, environ, {"chat.queue_limit": 7, "debug": False})
        nested = load(None, environ, {"chat": {"queue_limit": 7}, "debug": False})
        assert dotted == nested
        assert dotted.settings.chat.queue_limit == 7

        other = "staging" if short == "prod" else "prod"
        directory = tmp_path / "named"
        write(
            directory, **{other: "chat: {queue_limit: 9}", "base": "agent: {name: x}"}
        )
        chosen = load(directory, environ, {"environment": other})
        assert (chosen.settings.environment, chosen.settings.chat.queue_limit) == (
            other,
            9,
        )
        assert chosen.source_of("environment") == "overrides"
        assert load(directory, environ).settings.chat.queue_limit == 100
        problem = ("environment", "is none of test, dev, staging, prod", "overrides")
        assert refusal(directory, environ, {"environment": "moon"}) == [problem]

        write(directory, base=f"environment: {short}")
        same = {**environ, "ASSISTANT_ENVIRONMENT": short}
        assert load(directory, same).settings.environment == short
        write(directory, base=f"environment: {other}")
        message = "is named by ENVIRONMENT alone"
        assert refusal(directory, environ) == [("environment", message, "base.yaml")]
        differing = {**environ, "ASSISTANT_ENVIRONMENT": other}
        problem = ("environment", message, "ASSISTANT_ENVIRONMENT")
        assert refusal(None, differing) == [problem]


class TestConfigurationValidationErrorHandling(SSotAsyncTestCase):
    """Configuration Validation & Error Handling.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev f89536)
    """

    @pytest.mark.spec("CM-004", rev="370221.d23585", written="370221")
    @pytest.mark.integration
    def test_configuration_validation_and_error_handling(self, tmp_path):
        """Invalid settings are reported together, each with place and cause.

        BVJ: Platform - Velocity
        Value Impact: A deploy check that names a single mistake at a time costs a full
            cycle for each of them, and all the while users wait for the repair that is
            queued behind.
        Strategic Impact: Changes go out at the first attempt, so more of them go out.

        Given: a file with three mistakes, a variable with one, an override with one and
            a missing secret
        Given: files that are no YAML, hold a name twice, hold a list, or are not UTF-8
        When: load is called with all mistakes together, and with each broken file
        Then: one error holds all six problems in order of path, each with its path,
            message and source
        Then: the text of the error lists every problem on a line of its own, and its
            code is invalid_configuration
        Then: a broken file is named together with the line and column of the fault
            where there is one
        Then: no problem shows a value that was given
        Then: an empty file is no mistake, and neither is one that is not there
        """
        environ = variables(
            self, ASSISTANT_AUTH__JWT_SECRET=None, ASSISTANT_DEBUG="perhaps-s3cret"
        )
        directory = tmp_path / "settings"
        write(
            directory,
            base="""
            server: {port: eighty-s3cret}
            chat: {idle_limit_s: -5, colour: red-s3cret}
            """,
        )
        overrides = {"log": {"level": "loud-s3cret"}}
        error = refused_error(load, directory, environ, overrides)
        assert error.problems == (
            Problem("auth.jwt_secret", "has no value", "defaults"),
            Problem("chat.colour", "is not a known setting", "base.yaml"),
            Problem("chat.idle_limit_s", "Input should be greater than 0", "base.yaml"),
            Problem(
                "debug",
                "Input should be a valid boolean, unable to interpret input",
                "ASSISTANT_DEBUG",
            ),
            Problem(
                "log.level",
                "Input should be 'debug', 'info', 'warning' or 'error'",
                "overrides",
            ),
            Problem("server.port", "Input should be a valid integer", "base.yaml"),
        )
        assert error.code == "invalid_configuration"
        first, *lines = str(error).split("\n")
        assert first == "the configuration cannot be used"
        assert lines == [
            f"- {p.path} ({p.source}): {p.message}" for p in error.problems
        ]
        assert not [text for text in texts_of(error) if "s3cret" in text]

        fine = variables(self, ASSISTANT_DEBUG=None)
        for number, (content, message) in enumerate(BROKEN_FILES.items()):
            broken = tmp_path / str(number)
            write(broken, base=content)
            assert refusal(broken, fine) == [("base.yaml", message, "base.yaml")]

        write(directory, base="")
        assert load(directory, fine).values == load(None, fine).values
        assert load(tmp_path, fine).values == load(None, fine).values

    @pytest.mark.spec("CM-005", rev="7f9685.4333c0", written="7f9685")
    @pytest.mark.integration
    async def test_dynamic_configuration_reload_capabilities(self, tmp_path):
        """A reload applies a valid change whole and keeps the old on error.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Instances that took only half of a reload disagree about what a
            plan includes; subscribers see a paid feature come and go, and ask for their
            money back.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.

        Given: a manager that watches its directory, and a subscriber
        When: a file is changed, then broken, then repaired with another value
        When: reload is called when nothing has changed, and when the variables are
            invalid
        Then: the valid change is in force in full, and the subscriber hears of it once
        Then: while the file is broken the old configuration stays, the same object, and
            the refusal is logged with paths only
        Then: the repaired file is in force without a restart
        Then: a reload without a change makes no version and calls nobody
        Then: a change that was made before the watch began is found when it begins
        Then: a manager without a directory is ready to be watched at once and ends when
            cancelled
        """
        directory = tmp_path / "settings"
        write(directory, base="chat: {queue_limit: 1, message_bytes: 100}")
        environ = variables(self)
        manager, stream = managed(directory, environ)
        heard = []
        manager.subscribe(lambda old, new: heard.append((limits(old), limits(new))))
        write(directory, base="chat: {queue_limit: 2, message_bytes: 200}")
        ready = asyncio.Event()
        watching = asyncio.create_task(manager.watch(ready))
        self.add_cleanup(stop, watching)
        await asyncio.wait_for(ready.wait(), GIVE_UP_S)
        assert heard == [((1, 100), (2, 200))]

        write(directory, base="chat: {queue_limit: 3, message_bytes: 300}")
        await self.wait_for_condition(lambda: len(heard) == 2, GIVE_UP_S)
        assert heard[1] == ((2, 200), (3, 300))
        assert limits(manager.current) == (3, 300)

        valid = manager.current
        write(directory, base="chat: {queue_limit: 4, message_bytes: wrong}")
        refused = "configuration_refused"
        await self.wait_for_condition(lambda: logged(stream, refused), GIVE_UP_S)
        assert logged(stream, refused)[0] == {
            "reason": "reload",
            "paths": ["chat.message_bytes"],
        }
        assert "wrong" not in stream.getvalue()
        assert manager.current is valid
        assert len(heard) == 2

        write(directory, base="chat: {queue_limit: 5, message_bytes: 500}")
        await self.wait_for_condition(lambda: len(heard) == 3, GIVE_UP_S)
        assert heard[2] == ((3, 300), (5, 500))
        assert [v.reason for v in manager.versions] == ["start"] + ["reload"] * 3
        assert logged(stream, "configuration_changed")[-1] == {
            "reason": "reload",
            "version": 4,
            "paths": ["chat.message_bytes", "chat.queue_limit"],
        }

        before = manager.current
        assert manager.reload() is before
        environ["ASSISTANT_DEBUG"] = "perhaps"
        with pytest.raises(ConfigurationError) as caught:
            manager.reload()
        assert [p.path for p in caught.value.problems] == ["debug"]
        assert manager.current is before
        assert (len(manager.versions), len(heard)) == (4, 3)

        assert await stop(watching) is True
        fileless, _ = managed(None, variables(self))
        ready.clear()
        idle = asyncio.create_task(fileless.watch(ready))
        await asyncio.wait_for(ready.wait(), GIVE_UP_S)
        assert not idle.done()
        assert await stop(idle) is True

    @pytest.mark.spec("CM-006", rev="7ac68b.80df93", written="7ac68b")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("text", "path", "value", "message"),
        [
            pytest.param("debug: true", "debug", True, None, id="bool_true"),
            pytest.param(
                'debug: "false"',
                "debug",
                None,
                "Input should be a valid boolean",
                id="bool_in_quotes",
            ),
            pytest.param(
                "debug: 1",
                "debug",
                None,
                "Input should be a valid boolean",
                id="bool_as_number",
            ),
            pytest.param(
                'server: {port: "80"}',
                "server.port",
                None,
                "Input should be a valid integer",
                id="int_in_quotes",
            ),
            pytest.param(
                "server: {port: true}",
                "server.port",
                None,
                "Input should be a valid integer",
                id="int_as_bool",
            ),
            pytest.param(
                "server: {port: 80.0}",
                "server.port",
                None,
                "Input should be a valid integer",
                id="int_with_point",
            ),
            pytest.param("server: {port: 0}", "server.port", 0, None, id="port_lowest"),
            pytest.param(
                "server: {port: 65535}",
                "server.port",
                65535,
                None,
                id="port_highest",
            ),
            pytest.param(
                "server: {port: -1}",
                "server.port",
                None,
                "Input should be greater than or equal to 0",
                id="port_below",
            ),
            pytest.param(
                "server: {port: 65536}",
                "server.port",
                None,
                "Input should be less than or equal to 65535",
                id="port_above",
            ),
            pytest.param(
                "chat: {idle_limit_s: 5}",
                "chat.idle_limit_s",
                5.0,
                None,
                id="float_from_int",
            ),
            pytest.param(
                "chat: {idle_limit_s: 0}",
                "chat.idle_limit_s",
                None,
                "Input should be greater than 0",
                id="float_zero",
            ),
            pytest.param(
                "chat: {idle_limit_s: .inf}",
                "chat.idle_limit_s",
                None,
                "Input should be a finite number",
                id="float_endless",
            ),
            pytest.param(
                "agent: {name: on}",
                "agent.name",
                None,
                "Input should be a valid string",
                id="text_from_word_on",
            ),
            pytest.param(
                'agent: {name: ""}',
                "agent.name",
                None,
                "String should have at least 1 character",
                id="text_empty",
            ),
            pytest.param(
                "log: {level: loud}",
                "log.level",
                None,
                "Input should be 'debug', 'info', 'warning' or 'error'",
                id="choice_unknown",
            ),
            pytest.param(
                "agent: {name: null}",
                "agent.name",
                None,
                "Input should be a valid string",
                id="null_for_value",
            ),
            pytest.param(
                "server: {port: [80]}",
                "server.port",
                None,
                "Input should be a valid integer",
                id="list_for_value",
            ),
            pytest.param(
                "server: {port: {number: 80}}",
                "server.port",
                None,
                "Input should be a valid integer",
                id="map_for_value",
            ),
            pytest.param(
                "server: 80",
                "server",
                None,
                "is a section: it takes names and values",
                id="value_for_section",
            ),
            pytest.param(
                "server: {prt: 80}",
                "server.prt",
                None,
                "is not a known setting; is it server.port?",
                id="unknown_name",
            ),
            pytest.param(
                "xyz: {a: 80}",
                "xyz.a",
                None,
                "is not a known setting",
                id="unknown_section",
            ),
        ],
    )
    def test_configuration_schema_validation(
        self, text, path, value, message, tmp_path
    ):
        """Values of the wrong type or structure are refused by the schema.

        BVJ: Enterprise - Risk Reduction
        Value Impact: The quoted word "false", taken for a true value, switches on a
            feature that an administrator had ruled out in writing, and a dispute over
            the contract begins.
        Strategic Impact: Administrators' decisions that always take effect make the
            product safe to approve.

        Given: a file whose one line is the text of the case
        When: load is called
        Then: an accepted text gives exactly the value of the case, of the type in the
            schema
        Then: a refused text gives one problem with the path and the message of the case
        """
        environ = variables(self)
        directory = tmp_path / "settings"
        write(directory, base=text)
        if message is not None:
            assert refusal(directory, environ) == [(path, message, "base.yaml")]
            return
        if path == "debug":  # no deployed environment accepts it
            environ = variables(self, ENVIRONMENT="dev")
        found = load(directory, environ).values[path]
        assert (found, type(found)) == (value, type(value))


class TestSecurityManagement(SSotAsyncTestCase):
    """Security & Management.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 588e1f)
    """

    @pytest.mark.spec("CM-007", rev="2d1002.6ed688", written="2d1002")
    @pytest.mark.integration
    def test_secret_management_and_secure_config(self, tmp_path):
        """Secrets load from their store and appear in no output.

        BVJ: Platform, Free, Early, Mid, Enterprise - Security
        Value Impact: A provider key that shows up on an error page lets strangers spend
            our model budget, and revoking it in haste stops the answers of every
            customer too.
        Strategic Impact: Guarded keys protect both the cost base and the supply of
            answers.

        Given: secrets in files of the store, in a variable and inside a database URL
        When: the configuration is loaded, shown, logged, compared and refused in every
            way there is
        Then: settings give the secrets to the program letter by letter
        Then: masked shows three stars for each secret and every other setting as it is
        Then: no repr, log line, drift, error text or traceback holds a secret, whole or
            in part
        Then: a refused secret is named by its path and its source
        Then: a value that is shown may not refer to a secret
        Then: a fingerprint changes with a secret and does not hold it
        """
        directory = tmp_path / "settings"
        url = f"postgresql://kim:{SIGNING_KEY}@db/chat"
        write(directory, **{"secrets__auth.jwt_secret": SIGNING_KEY})
        variables(self, ASSISTANT_DATABASE__URL=url, ASSISTANT_AUTH__JWT_SECRET=None)
        environ = variables(self, ASSISTANT_AUTH__JWT_SECRET=None)
        manager, stream = managed(directory, environ)
        first = manager.current
        settings = first.settings
        assert settings.auth.jwt_secret.get_secret_value() == SIGNING_KEY
        assert settings.auth.service_secret.get_secret_value() == SERVICE_KEY
        assert settings.database.url.get_secret_value() == url
        assert first.source_of("auth.jwt_secret") == "secrets/auth.jwt_secret"

        manager.update({"agent.name": f"http://kim:{SERVICE_KEY}@host/"})
        shown = manager.current.masked()
        hidden = {"auth.jwt_secret", "auth.service_secret", "database.url"}
        for path, value in manager.current.values.items():
            section, _, name = path.rpartition(".")
            there = shown[section][name] if section else shown[name]
            if path == "agent.name":
                assert there == "http://***@host/"
            else:
                assert there == ("***" if path in hidden else value)

        manager.update({"auth.jwt_secret": SIGNING_KEY[::-1]})
        errors = provoke(manager)
        environ["ASSISTANT_SERVER__PORT"] = SERVICE_KEY
        write(directory, base=f"auth: [jwt_secret: '{SIGNING_KEY}'")
        errors.append(refused_error(manager.reload))
        expected = [
            Problem("auth.jwt_secret", "Input should be a valid string", "update"),
            Problem("server.port", "Input should be a valid integer", "update"),
        ]
        assert [error.problems[0] for error in errors[:2]] == expected
        assert [p.path for p in errors[4].problems] == ["base.yaml", "server.port"]
        drift = manager.drift(first)
        assert Drift("auth.jwt_secret", "***", "***", "update") in drift
        outputs = [
            repr(first),
            str(settings),
            repr(settings),
            json.dumps(shown),
            repr(drift),
        ]
        outputs += [
            stream.getvalue(),
            repr(manager.versions),
            json.dumps(first.digests()),
        ]
        for error in errors:
            outputs += texts_of(error)
        for output in outputs:
            assert_hidden(output)

        write(directory, base='agent: {name: "${auth.service_secret}"}')
        message = "${auth.service_secret} is secret and this is shown"
        del environ["ASSISTANT_SERVER__PORT"]
        assert refusal(directory, environ) == [("agent.name", message, "base.yaml")]
        write(directory, base="")
        again = load(directory, environ)
        assert again.fingerprint == first.fingerprint
        assert len(first.fingerprint) == 64
        changed = load(directory, environ, {"auth.service_secret": SERVICE_KEY[::-1]})
        assert changed.fingerprint != first.fingerprint

    @pytest.mark.spec("CM-008", rev="2e5980.6e896f", written="2e5980")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("template", "expected", "message"),
        [
            pytest.param("node-${server.port}", "node-8123", None, id="setting"),
            pytest.param(
                "${server.host}",
                "127.0.0.1",
                None,
                id="default_of_a_setting",
            ),
            pytest.param("${env:PLACE}", "Berlin: Mitte", None, id="variable"),
            pytest.param(
                "${env:PLACE}/${server.port}/${env:PLACE}",
                "Berlin: Mitte/8123/Berlin: Mitte",
                None,
                id="two_in_one",
            ),
            pytest.param("debug=${debug}", "debug=false", None, id="truth_value"),
            pytest.param(
                "${auth.refresh_lifetime_s}",
                "1209600",
                None,
                id="whole_float",
            ),
            pytest.param("${agent.retry_wait_s}", "0.2", None, id="fraction"),
            pytest.param("a${env:EMPTY}b", "ab", None, id="empty_variable"),
            pytest.param("$${server.port}", "${server.port}", None, id="escaped"),
            pytest.param("5$ {x} $", "5$ {x} $", None, id="dollar_alone"),
            pytest.param(
                "${env:NESTED}",
                "${server.port}",
                None,
                id="not_filled_twice",
            ),
            pytest.param(
                "${server.prt}",
                None,
                "${server.prt} is not a known setting; is it server.port?",
                id="unknown_setting",
            ),
            pytest.param(
                "${server}",
                None,
                "${server} is a section: it takes names and values",
                id="section",
            ),
            pytest.param(
                "${env:NO_SUCH_PLACE}",
                None,
                "the variable NO_SUCH_PLACE is not set",
                id="unset_variable",
            ),
            pytest.param(
                "a-${server.port",
                None,
                "${server.port has no closing brace",
                id="no_closing_brace",
            ),
            pytest.param("${}", None, "${} is not a known setting", id="empty_name"),
            pytest.param(
                "${auth.jwt_secret}",
                None,
                "${auth.jwt_secret} is secret and this is shown",
                id="secret",
            ),
        ],
    )
    def test_configuration_templating_and_substitution(
        self, template, expected, message, tmp_path
    ):
        """Templates substitute known values and refuse unknown ones.

        BVJ: Free - Conversion
        Value Impact: An unfilled placeholder in the address for sign-up confirmations
            breaks nothing for existing users, so newcomers disappear without a single
            alarm.
        Strategic Impact: Growth does not leak away at a step which nobody inside ever
            uses.

        Given: a file whose agent name is the template of the case, a port of 8123 in a
            variable, and PLACE and EMPTY in the environment
        When: load is called
        Then: an accepted template becomes the expected text
        Then: a refused one gives one problem for agent.name with the message of the
            case
        Then: the same template in a variable, a secret file or an override stays as it
            is
        """
        environ = variables(
            self,
            ASSISTANT_SERVER__PORT="8123",
            PLACE="Berlin: Mitte",
            EMPTY="",
            NESTED="${server.port}",
        )
        directory = tmp_path / "settings"
        write(directory, base=f"agent: {{name: {json.dumps(template)}}}")
        if message is None:
            loaded = load(directory, environ)
            assert loaded.settings.agent.name == expected
            assert loaded.source_of("agent.name") == "base.yaml"
        else:
            assert refusal(directory, environ) == [("agent.name", message, "base.yaml")]

        literal = load(None, environ, {"agent.name": template})
        assert literal.settings.agent.name == template
        literal = load(None, {**environ, "ASSISTANT_AGENT__NAME": template})
        assert literal.settings.agent.name == template
        write(directory, **{"secrets__agent.name": template})
        assert load(directory, environ).settings.agent.name == template

    @pytest.mark.spec("CM-009", rev="1e59e7.7f6ab3", written="1e59e7")
    @pytest.mark.integration
    async def test_cross_service_configuration_consistency(self, tmp_path):
        """Shared settings have one value in every service.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: Let the signing key differ between auth and backend and every
            valid login bounces: a total lockout, with each service healthy by its own
            account.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.

        Given: an auth, a backend and a worker service, each with a directory of its
            own, that serve digests of their shared settings over HTTP
        When: the digests are compared while all agree
        When: the worker alone is given another signing key, and then the common one
            again
        Then: while all agree every shared setting has one digest, and a token of auth
            is accepted by the others
        Then: the settings that each service has for itself differ all the while
        Then: with the other key the digests name the setting and the service at fault,
            and its token is refused
        Then: the second signing secret still agrees
        Then: after the repair there is one digest again
        Then: what goes over HTTP holds no secret
        """
        clock = ManualClock()
        environ = variables(self)
        configurations = {}
        for number, name in enumerate(("auth", "backend", "worker")):
            write(
                tmp_path / name,
                base=f"agent: {{name: {name}}}\nserver: {{port: {number}}}",
            )
            configurations[name] = load(tmp_path / name, environ)
        token = TokenIssuer(SIGNING_KEY, clock=clock).issue("u1", "s1", ["chat:write"])
        welcome = {"user": "u1"}
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(httpx.AsyncClient())
            addresses = {}
            for name in configurations:
                app = service(configurations, name, clock)
                addresses[name] = await stack.enter_async_context(serve(app))

            digests, answers = await survey(client, addresses, token)
            shared = {"auth.jwt_secret", "auth.service_secret"}
            assert {frozenset(told) for told in digests.values()} == {frozenset(shared)}
            assert disagreements(digests) == {}
            assert answers == dict.fromkeys(configurations, welcome)
            assert len({each.fingerprint for each in configurations.values()}) == 3
            own = {
                name: c.digests(["agent.name"]) for name, c in configurations.items()
            }
            alone = (("auth",), ("backend",), ("worker",))
            assert disagreements(own) == {"agent.name": alone}

            agreed = configurations["worker"]
            write(
                tmp_path / "worker", **{"secrets__auth.jwt_secret": SIGNING_KEY[::-1]}
            )
            strayed = variables(self, ASSISTANT_AUTH__JWT_SECRET=None)
            configurations["worker"] = load(tmp_path / "worker", strayed)
            digests, answers = await survey(client, addresses, token)
            groups = (("auth", "backend"), ("worker",))
            assert disagreements(digests) == {"auth.jwt_secret": groups}
            assert answers["worker"] == {"error": "invalid_token"}
            assert (answers["auth"], answers["backend"]) == (welcome, welcome)
            lacking = disagreements({"a": {}, **digests})["auth.service_secret"]
            assert lacking == (("auth", "backend", "worker"), ("a",))

            configurations["worker"] = load(tmp_path / "worker", environ)
            digests, answers = await survey(client, addresses, token)
            assert disagreements(digests) == {}
            assert answers["worker"] == welcome
            assert configurations["worker"].fingerprint == agreed.fingerprint


class TestPerformanceMonitoring(SSotBaseTestCase):
    """Performance & Monitoring.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 05b069)
    """

    @pytest.mark.spec("CM-010", rev="f68e73.17863e", written="f68e73")
    @pytest.mark.integration
    def test_configuration_versioning_and_rollback(self, tmp_path):
        """Any kept version can be restored exactly, and history is kept.

        BVJ: Enterprise - Risk Reduction
        Value Impact: Showing which settings were in force on a disputed day answers an
            auditor within the meeting, and the renewal that hung on the question goes
            ahead.
        Strategic Impact: Traceable change is a selling point that cheaper tools cannot
            match.

        Given: a manager that keeps four versions, and a clock moved by hand
        When: settings are updated three times and the file is changed and reloaded once
        When: an early version is restored, then a number that is no longer kept, then
            version 0
        Then: versions have numbers without gaps, the times of the clock, and reasons
        Then: only the newest four are kept, the one in force last
        Then: a rollback restores the very configuration, as a new version that names
            its origin
        Then: updates made after a rollback are on top of the restored ones
        Then: a version that is not kept is refused with code unknown_version, and
            nothing changes
        Then: a rollback to what is in force makes no version
        """
        clock = ManualClock(1000.0)
        directory = tmp_path / "settings"
        write(directory, base="chat: {message_bytes: 50}")
        manager, stream = managed(directory, variables(self), clock=clock, kept=4)
        for number in (2, 3, 4):
            asyncio.run(clock.advance(10))
            manager.update({"chat.queue_limit": number})
        history = [(v.number, v.at, v.reason) for v in manager.versions]
        assert history == [
            (1, 1000.0, "start"),
            (2, 1010.0, "update"),
            (3, 1020.0, "update"),
            (4, 1030.0, "update"),
        ]
        second = manager.versions[1]
        write(directory, base="chat: {message_bytes: 60}")
        asyncio.run(clock.advance(10))
        manager.reload()
        assert [v.number for v in manager.versions] == [2, 3, 4, 5]
        assert limits(manager.versions[-1].configuration) == (4, 60)
        assert manager.versions[-1].configuration is manager.current

        asyncio.run(clock.advance(10))
        assert manager.rollback(2) is manager.current
        assert manager.current == second.configuration
        assert manager.current.fingerprint == second.configuration.fingerprint
        latest = manager.versions[-1]
        assert (latest.number, latest.at) == (6, 1050.0)
        assert latest.reason == "rollback to 2"
        assert [v.number for v in manager.versions] == [3, 4, 5, 6]
        assert manager.rollback(6) is manager.current
        assert manager.versions[-1] is latest
        manager.update({"agent.name": "after"})
        assert limits(manager.current) == (2, 50)
        assert manager.current.settings.agent.name == "after"

        before = manager.versions
        for number in (2, 0, 8):
            with pytest.raises(
                UnknownVersionError, match=f"version {number} is not"
            ) as caught:
                manager.rollback(number)
            assert caught.value.code == "unknown_version"
        assert manager.versions is before
        reasons = [line["reason"] for line in logged(stream, "configuration_changed")]
        assert reasons == ["update"] * 3 + ["reload", "rollback to 2", "update"]
        assert limits(manager.reload()) == (2, 60)

        many, _ = managed(None, variables(self))
        for number in range(2, 23):
            many.update({"chat.queue_limit": number})
        assert [v.number for v in many.versions] == list(range(3, 23))

    @pytest.mark.spec("CM-011", rev="c32c24.447641", written="c32c24")
    @pytest.mark.integration
    def test_configuration_caching_and_performance(self, tmp_path):
        """Cached settings are never stale after a change.

        BVJ: Early, Mid - Retention
        Value Impact: Going to disk at every streamed piece of text would slow each
            answer, and a stale copy would keep denying the upgrade a customer has just
            paid for.
        Strategic Impact: Upgrades that take effect at once confirm the decision to buy.

        Given: a manager with a directory, and a variable in a live mapping
        When: the settings are read many times over, also after the directory has been
            taken away
        When: the value changes by update, by reload of a file, by reload of a variable
            and by rollback
        Then: every read without a change gives the same object and needs no file
        Then: the first read after each change gives the new value, and its source is
            right
        Then: objects that were read before a change keep their old values, and nobody
            can change them
        Then: the reads per second are recorded as a metric
        """
        directory = tmp_path / "settings"
        write(directory, base="chat: {queue_limit: 1, message_bytes: 50}")
        environ = variables(self)
        manager, _ = managed(directory, environ)
        first = manager.current
        directory.rename(tmp_path / "away")
        start = time.perf_counter()
        same = sum(manager.current is first for _ in range(20_000))
        self.record_metric("reads_per_s", 20_000 / (time.perf_counter() - start))
        assert same == 20_000
        for holder, name in ((first, "settings"), (first.settings.chat, "queue_limit")):
            with pytest.raises((AttributeError, ValidationError)):
                setattr(holder, name, getattr(holder, name))
        with pytest.raises(TypeError):
            first.values["chat.queue_limit"] = 2
        (tmp_path / "away").rename(directory)

        def reading():
            now = manager.current
            return now.settings.chat.queue_limit, now.source_of("chat.queue_limit")

        assert reading() == (1, "base.yaml")
        write(directory, base="chat: {queue_limit: 2, message_bytes: 50}")
        assert reading() == (1, "base.yaml")
        manager.reload()
        assert reading() == (2, "base.yaml")
        environ["ASSISTANT_CHAT__QUEUE_LIMIT"] = "3"
        manager.reload()
        assert reading() == (3, "ASSISTANT_CHAT__QUEUE_LIMIT")
        write(directory, base="chat: {queue_limit: 3, message_bytes: 50}")
        del environ["ASSISTANT_CHAT__QUEUE_LIMIT"]
        manager.reload()
        assert reading() == (3, "base.yaml")
        manager.update({"chat.queue_limit": 4})
        assert reading() == (4, "update")
        manager.rollback(1)
        assert reading() == (1, "base.yaml")
        kept = [v.configuration.settings.chat.queue_limit for v in manager.versions]
        assert kept == [1, 2, 3, 3, 4, 1]
        assert first.settings.chat.queue_limit == 1
        shutil.rmtree(directory)
        assert reading() == (1, "base.yaml")
        self.assert_metrics_recorded("reads_per_s")

    @pytest.mark.spec("CM-012", rev="ddcf45.8617c9", written="ddcf45")
    @pytest.mark.integration
    def test_configuration_drift_detection(self, tmp_path):
        """Differences between running and approved settings are found.

        BVJ: Platform - Stability
        Value Impact: An emergency fix typed into production outlives its emergency;
            unseen, it is wiped out by the next release, and the outage it had cured
            returns to the same customers.
        Strategic Impact: Production remains what the team thinks it is, so plans made
            for it work.

        Given: an approved configuration and a manager that runs it
        When: nothing has changed; then one setting is updated, one is set by a variable
            and a secret is exchanged
        When: all of it is taken back
        Then: drift is empty while nothing has changed
        Then: then it lists exactly the three settings in order, with both values and
            the source of the running one
        Then: the values of a secret are hidden on both sides
        Then: a value that only moved to another source is no drift
        Then: drift is empty again after the way back
        """
        directory = tmp_path / "settings"
        write(directory, base="chat: {queue_limit: 5}")
        environ = variables(self)
        approved = load(directory, environ)
        manager, _ = managed(directory, environ)
        assert manager.drift(approved) == []

        manager.update({"chat.queue_limit": 6})
        environ["ASSISTANT_LOG__LEVEL"] = "error"
        environ["ASSISTANT_AUTH__JWT_SECRET"] = SIGNING_KEY[::-1]
        manager.reload()
        expected = [
            Drift("auth.jwt_secret", "***", "***", "ASSISTANT_AUTH__JWT_SECRET"),
            Drift("chat.queue_limit", 5, 6, "update"),
            Drift("log.level", "info", "error", "ASSISTANT_LOG__LEVEL"),
        ]
        assert manager.drift(approved) == expected

        environ.update(NEEDED)
        del environ["ASSISTANT_LOG__LEVEL"]
        environ["ASSISTANT_SERVER__PORT"] = "8400"
        manager.reload()
        manager.update({"chat.queue_limit": 5})
        assert manager.current.source_of("server.port") == "ASSISTANT_SERVER__PORT"
        assert manager.current.source_of("chat.queue_limit") == "update"
        assert manager.drift(approved) == []
        assert manager.current.fingerprint == approved.fingerprint


class TestAdvancedConfiguration(SSotAsyncTestCase):
    """Advanced Configuration.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 344ba1)
    """

    @pytest.mark.spec("CM-013", rev="bfb439.187382", written="bfb439")
    @pytest.mark.integration
    def test_configuration_inheritance_patterns(self, tmp_path):
        """Child settings inherit from their parents and may replace any value.

        BVJ: Enterprise - Expansion
        Value Impact: Tenants buy their own rules on top of the standard ones; if
            inheritance breaks, each needs a full copy kept by hand, and the biggest
            deals become the least profitable.
        Strategic Impact: Tailored accounts can multiply without a team to maintain each
            of them.

        Given: a tenant file that extends two parents, which extend one common file
        Given: files that extend themselves, each other, nothing, a file outside, and a
            number
        When: load is called with each
        Then: a child's value comes before its parents', the later parent's before the
            earlier, the common file's last
        Then: what nobody replaces is inherited, and source_of names the file it came
            from
        Then: base.yaml stays below all files that the environment's file inherits from
        Then: a circle of files is refused with the whole way around
        Then: a parent that is missing, outside of the directory or no name is refused
            with the file that asks for it
        """
        environ = variables(self)
        short = environment_of(environ)
        top = f"{short}.yaml"
        directory = tmp_path / "settings"
        fields = ("queue_limit", "message_bytes", "connection_limit", "buffer_bytes")
        levels = {
            "base": 1100,
            "tenants__common": 1200,
            "tenants__standard": 1300,
            "tenants__strict": 1400,
            short: 1500,
        }
        extends = {
            "tenants__standard": "tenants/common.yaml",
            "tenants__strict": ["tenants/common.yaml"],
            short: ["base.yaml", "./tenants/standard.yaml", "tenants/strict.yaml"],
        }
        reach = dict(zip(levels, (5, 4, 3, 2, 1), strict=True))
        names = ("heartbeat_misses", *fields)[::-1]
        for name, level in levels.items():
            chat = dict.fromkeys(names[: reach[name]], level)
            tree = {"chat": chat, "extends": extends.get(name, [])}
            write(directory, **{name: json.dumps(tree)})
        loaded = load(directory, environ)
        found = [
            (loaded.values[f"chat.{n}"], loaded.source_of(f"chat.{n}")) for n in names
        ]
        assert found == [
            (1500, top),
            (1400, "tenants/strict.yaml"),
            (1300, "tenants/standard.yaml"),
            (1200, "tenants/common.yaml"),
            (1100, "base.yaml"),
        ]

        outside = tmp_path / "settings2"
        write(outside, base="debug: false")
        faults = {
            top: (f"{top} -> {top} is a circle", top),
            "a.yaml": ("a.yaml -> b.yaml -> a.yaml is a circle", "b.yaml"),
            "c.yaml": ("c.yaml does not exist", top),
            "../settings2/base.yaml": (
                "../settings2/base.yaml is outside of the directory",
                top,
            ),
            5: ("takes the name of a file or a list of them", top),
            None: ("takes the name of a file or a list of them", top),
        }
        write(directory, a="extends: b.yaml", b="extends: [a.yaml]")
        for parent, (message, source) in faults.items():
            write(directory, **{short: json.dumps({"extends": parent})})
            assert refusal(directory, environ) == [("extends", message, source)]
        write(directory, **{short: json.dumps({"extends": [5, "c.yaml", "base.yaml"]})})
        messages = [message for _, message, _ in refusal(directory, environ)]
        assert messages == [faults["c.yaml"][0], faults[5][0]]

    @pytest.mark.spec("CM-014", rev="96d613.39e9cc", written="96d613")
    @pytest.mark.integration
    async def test_runtime_configuration_updates(self, tmp_path):
        """Updates at run time reach every reader, all or nothing.

        BVJ: Free, Early, Mid, Enterprise - Risk Reduction
        Value Impact: Switching off a misbehaving tool has to work on agents that are
            already running, since until then it goes on acting wrongly in customers'
            names.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.

        Given: a manager with subscribers to everything, to chat, to one setting, and
            one that raises
        When: several settings are updated together, then with one of them invalid, then
            unsubscribed, then updated again
        Then: all changes of an update arrive in one call, with the configurations
            before and after it
        Then: a subscriber hears only of its section or setting, and not of one whose
            name merely begins alike
        Then: a subscriber that raises is logged and keeps nobody else from hearing
        Then: an invalid update changes nothing, calls nobody and names its problem with
            update as the source
        Then: updates stay on top after a reload, and later ones keep earlier ones
        Then: an update cannot name another environment
        Then: an update made inside a subscriber is heard by everybody after the first
            one
        Then: agents that are running see the change at their next step
        Then: who has unsubscribed, even twice, hears nothing
        """
        directory = tmp_path / "settings"
        write(directory, base="chat: {queue_limit: 1}")
        manager, stream = managed(directory, variables(self))
        first = manager.current
        heard = {
            prefix: []
            for prefix in ("", "chat", "chat.", "chat.queue_limit", "chat.queue")
        }

        manager.subscribe(lambda *_: 1 / 0)
        leave = [
            manager.subscribe(lambda *pair, calls=calls: calls.append(pair), prefix)
            for prefix, calls in heard.items()
        ]
        began, go = asyncio.Event(), asyncio.Event()
        running = asyncio.create_task(work(manager, began, go))
        await began.wait()
        changes = {
            "chat": {"queue_limit": 4, "message_bytes": 64},
            "agent.name": "calm",
        }
        second = manager.update(changes)
        assert second is manager.current
        assert limits(second) == (4, 64)
        assert (second.source_of("agent.name"), second.settings.debug) == (
            "update",
            False,
        )
        whole = [(first, second)]
        calls = {"": whole, "chat": whole, "chat.": whole, "chat.queue_limit": whole}
        assert heard == {**calls, "chat.queue": []}
        assert logged(stream, "configuration_listener_failed") == [
            {"error": "ZeroDivisionError"}
        ]
        assert "by zero" not in stream.getvalue()
        go.set()
        assert await running == ["assistant", "calm"]

        error = refused_error(
            manager.update, {"chat.queue_limit": 0, "agent.name": "loud"}
        )
        message = "Input should be greater than or equal to 1"
        assert error.problems == (Problem("chat.queue_limit", message, "update"),)
        assert manager.current is second
        refusals = logged(stream, "configuration_refused")
        assert refusals == [{"reason": "update", "paths": ["chat.queue_limit"]}]

        stranger = other_than(first.settings.environment)
        error = refused_error(manager.update, {"environment": stranger})
        message = "is named by ENVIRONMENT alone"
        assert error.problems == (Problem("environment", message, "update"),)

        third = manager.update({"agent.name": "quick"})
        assert [len(each) for each in heard.values()] == [2, 1, 1, 1, 0]
        write(directory, base="chat: {queue_limit: 9, heartbeat_misses: 9}")
        fourth = manager.reload()
        assert limits(fourth) == (4, 64)
        assert fourth.settings.agent.name == "quick"
        assert fourth.settings.chat.heartbeat_misses == 9
        for unsubscribe in (*leave, leave[0]):
            unsubscribe()
        assert update_within(manager) == [(4, 3), (3, 2)]
        assert heard[""] == [(first, second), (second, third), (third, fourth)]

    @pytest.mark.spec("CM-015", rev="f5af0a.1fd589", written="f5af0a")
    @pytest.mark.integration
    def test_configuration_dependency_resolution(self, tmp_path):
        """Settings resolve after those they refer to; a cycle is refused.

        BVJ: Early, Mid, Enterprise - Retention
        Value Impact: A quota derived from a plan that is not loaded yet comes out as
            nothing, so subscribers are shown a limit notice in place of the agent they
            pay for.
        Strategic Impact: Entitlements that are always right give subscribers no cause
            to reconsider.

        Given: a chain of settings in which each refers to the next, written in both
            orders
        Given: a circle of two, one of three, a self-reference, and a reference to a
            broken value
        When: load is called with each
        Then: the chain gives the same values in either order, and numbers come out as
            numbers
        Then: a reference sees the final value of a setting, also one from a higher
            source
        Then: a reference to a value that is not set names it
        Then: each circle is refused once, with the whole way around
        Then: what refers to a broken value is not reported beside it
        Then: a filled template that does not fit its type is refused
        """
        environ = variables(self)
        directory = tmp_path / "settings"
        chain = [
            'server: {port: "${chat.queue_limit}"}',
            (
                "chat: {queue_limit: '${agent.provider_attempts}',"
                " idle_limit_s: '${server.port}'}"
            ),
            "agent: {provider_attempts: 70, name: 'p${server.port}-${auth.cache_s}'}",
        ]
        paths = ("server.port", "chat.queue_limit", "chat.idle_limit_s", "agent.name")
        for lines in (chain, chain[::-1]):
            write(directory, base="\n".join(lines))
            loaded = load(directory, environ)
            found = [loaded.values[path] for path in paths]
            assert found == [70, 70, 70.0, "p70-30"]
            assert [type(value) for value in found] == [int, int, float, str]
        higher = {
            **environ,
            "ASSISTANT_AGENT__PROVIDER_ATTEMPTS": "80",
            "ASSISTANT_AUTH__CACHE_S": "1234567",
        }
        loaded = load(directory, higher)
        assert [loaded.values[path] for path in paths] == [80, 80, 80.0, "p80-1234567"]

        for text, problem in UNRESOLVED.items():
            write(directory, base=text)
            assert refusal(directory, environ) == [(*problem, "base.yaml")]
        write(directory, base="database: {url: 'x${auth.jwt_secret}'}")
        unset = variables(self, ASSISTANT_AUTH__JWT_SECRET=None)
        assert refusal(directory, unset) == [
            ("auth.jwt_secret", "has no value", "defaults"),
            ("database.url", "${auth.jwt_secret} has no value", "base.yaml"),
        ]
        url = load(directory, environ).settings.database.url
        assert url.get_secret_value() == f"x{SIGNING_KEY}"
        write(directory, base="auth: {jwt_secret: '${env:NONE}'}")
        unfilled = ("auth.jwt_secret", "the variable NONE is not set", "base.yaml")
        assert refusal(directory, unset) == [unfilled]


class TestStressTestingValidation(SSotBaseTestCase):
    """Stress Testing & Validation.

    BVJ: Free, Early, Mid, Enterprise - Risk Reduction
    Value Impact: Settings that are checked before they are used stop the errors that
        cause 60% of incidents.
    Strategic Impact: Fewer incidents free the team to build, and provable control
        satisfies compliance buyers.

    Spec: specs/configuration_management.yaml (rev 09a155)
    """

    @pytest.mark.spec("CM-016", rev="168375.8eee79", written="168375")
    @pytest.mark.integration
    def test_concurrent_configuration_load_testing(self, tmp_path):
        """Many threads read and change settings without a torn value.

        BVJ: Mid, Enterprise - Stability
        Value Impact: Torn settings send the odd request to a model address that was
            retired; too rare to reproduce and too frequent for a large account to
            overlook, the fault drags on.
        Strategic Impact: Fewer incidents free the team to build, and provable control
            satisfies compliance buyers.

        Given: two settings that are always changed together, eight readers, two writers
            and one that reloads
        When: all threads start at one barrier and the writers make their updates
        Then: no reader ever sees the two settings apart
        Then: versions that a reader sees never go back
        Then: every update has made exactly one version and one call of the subscriber
        Then: the calls form one chain, each beginning where the last ended
        Then: no thread raises
        """
        directory = tmp_path / "settings"
        write(directory, base="chat: {queue_limit: 1, connection_limit: 1}")
        manager, _ = managed(directory, variables(self), kept=100)
        first = manager.current
        chain = []
        manager.subscribe(lambda *pair: chain.append(pair), "chat")
        eager = sys.getswitchinterval()
        self.add_cleanup(sys.setswitchinterval, eager)
        sys.setswitchinterval(1e-5)
        updates = [list(range(100, 120)), list(range(200, 220))]
        faults, reads = hammer(manager, updates)
        assert faults == 0
        assert len(reads) == 8
        assert min(reads) >= 1
        versions = manager.versions
        assert [v.number for v in versions] == list(range(1, 42))
        assert [v.reason for v in versions] == ["start"] + ["update"] * 40
        values = [limits(v.configuration)[0] for v in versions]
        assert sorted(values) == sorted([1, *updates[0], *updates[1]])
        assert [v for v in values if v in updates[0]] == updates[0]
        assert [v for v in values if v in updates[1]] == updates[1]
        assert len(chain) == 40
        links = [first, *(new for _, new in chain)]
        assert all(old is link for (old, _), link in zip(chain, links, strict=False))
        assert links[-1] is manager.current
        self.record_metric("reads", sum(reads))

    @pytest.mark.spec("CM-017", rev="1ce7c2.5b2e8c", written="1ce7c2")
    @pytest.mark.integration
    def test_configuration_memory_management(self):
        """Repeated loads and reloads do not let memory grow.

        BVJ: Free, Early, Mid, Enterprise - Stability
        Value Impact: A leak with each reload forces regular restarts, and whatever hour
            is chosen for them is the middle of the day for customers somewhere.
        Strategic Impact: Servers that need no restarts can serve every time zone alike.

        Given: a manager that keeps three versions
        When: it changes two hundred times, with subscribers that come and go, and with
            reloads that are refused
        Then: three versions are left, and configurations that are not kept are freed
        Then: a subscriber that has left is freed
        Then: memory after two hundred changes is not above that after the first fifty
            by more than a small limit
        Then: a manager that keeps one version works, and its rollback finds that one
            only
        Then: after the refused reloads the next valid one is in force
        """
        manager, stream = managed(None, variables(self), kept=3)
        warm = churn(manager, range(101, 151))
        stream.seek(stream.truncate(0))
        gc.collect()
        tracemalloc.start()
        self.add_cleanup(tracemalloc.stop)
        before, _ = tracemalloc.get_traced_memory()
        later = churn(manager, range(151, 301))
        stream.seek(stream.truncate(0))
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        grown_bytes = after - before
        self.record_metric("grown_bytes", grown_bytes)
        assert grown_bytes < GROWTH_BYTES
        assert [v.number for v in manager.versions] == [199, 200, 201]
        alive = [ref() for ref in (*warm[0], *later[0]) if ref() is not None]
        assert alive == [v.configuration.settings for v in manager.versions]
        assert [ref for ref in (*warm[1], *later[1]) if ref() is not None] == []

        single, _ = managed(None, variables(self), kept=1)
        single.update({"chat.queue_limit": 7})
        assert [v.number for v in single.versions] == [2]
        assert single.rollback(2).settings.chat.queue_limit == 7
        with pytest.raises(UnknownVersionError):
            single.rollback(1)

        environ = variables(self)
        reloading, _ = managed(None, environ, kept=3)
        for number in range(10):
            environ["ASSISTANT_CHAT__QUEUE_LIMIT"] = "none"
            with pytest.raises(ConfigurationError):
                reloading.reload()
            environ["ASSISTANT_CHAT__QUEUE_LIMIT"] = str(number + 1)
            assert reloading.reload().settings.chat.queue_limit == number + 1
        assert [v.number for v in reloading.versions] == [9, 10, 11]

    @pytest.mark.spec("CM-018", rev="606b4c.b768fa", written="606b4c")
    @pytest.mark.integration
    def test_configuration_regression_prevention(self, tmp_path):
        """Settings written for earlier releases still load and mean the same.

        BVJ: Enterprise - Retention
        Value Impact: Tenants keep settings from years of tuning; a key renamed without
            a bridge breaks theirs on upgrade day and teaches them to put off every
            upgrade after it.
        Strategic Impact: Accounts that upgrade willingly use new features and renew for
            them.

        Given: files, secrets and variables with the names and units of earlier releases
        When: they are loaded, alone and together with present names
        Then: every old name gives the setting of today, in today's unit, from every
            kind of source
        Then: each old name in use is listed once in warnings, with its source and its
            new name
        Then: a present name in a higher source comes before an old one below it, and
            the other way around
        Then: a reference to an old name gives the value in the old unit
        Then: both names in one source are refused, and so is an old name in overrides
            and updates
        Then: a configuration without old names has no warnings
        Then: the defaults and the limits of this release are those that are written
            down in the suite
        """
        environ = variables(self)
        directory = tmp_path / "settings"
        assert dict(load(None, environ).values) == {
            **EVERY_DEFAULT,
            "auth.jwt_secret": SecretStr(SIGNING_KEY),
            "auth.service_secret": SecretStr(SERVICE_KEY),
            "environment": environment_of(environ),
        }
        assert load(None, environ).warnings == ()
        for path, accepted, refused in LIMITS:
            assert load(None, environ, {path: accepted}).values[path] == accepted
            problems = refusal(None, environ, {path: refused})
            assert [(name, source) for name, _, source in problems] == [
                (path, "overrides")
            ]

        old = variables(
            self, ASSISTANT_AUTH__JWT_SECRET=None, ASSISTANT_LOG_LEVEL="error"
        )
        write(
            directory,
            **{
                "base": "auth: {access_lifetime_minutes: 20}\nchat: {idle_timeout_s: 33}",
                "secrets__auth.secret_key": SIGNING_KEY,
            },
        )
        loaded = load(directory, old)
        assert loaded.settings.auth.jwt_secret.get_secret_value() == SIGNING_KEY
        assert loaded.settings.auth.access_lifetime_s == 1200.0
        assert loaded.settings.chat.idle_limit_s == 33.0
        assert loaded.settings.log.level == "error"
        assert loaded.source_of("log.level") == "ASSISTANT_LOG_LEVEL"
        assert loaded.warnings == tuple(
            Problem(old_name, f"is called {name} now", source)
            for old_name, (name, source) in PRESENT_NAMES.items()
        )
        variables(self, ASSISTANT_LOG_LEVEL=None)
        above = variables(self, ASSISTANT_CHAT__IDLE_LIMIT_S="44")
        assert load(directory, above).settings.chat.idle_limit_s == 44.0
        write(directory, base="chat: {idle_limit_s: 55}\nauth: {access_lifetime_s: 1}")
        below = variables(
            self,
            ASSISTANT_CHAT__IDLE_LIMIT_S=None,
            ASSISTANT_CHAT__IDLE_TIMEOUT_S="66",
            ASSISTANT_AUTH__ACCESS_LIFETIME_MINUTES="1.5",
        )
        loaded = load(directory, below)
        assert loaded.settings.chat.idle_limit_s == 66.0
        assert loaded.settings.auth.access_lifetime_s == 90.0

        template = '"${auth.access_lifetime_minutes} min, ${chat.idle_timeout_s} s"'
        write(
            directory,
            base=f"auth: {{access_lifetime_minutes: 5}}\nagent: {{name: {template}}}",
        )
        assert load(directory, environ).settings.agent.name == "5 min, 600 s"
        write(directory, base="chat: {idle_timeout_s: 5, idle_limit_s: 5}")
        twice = ("chat.idle_limit_s", "is given twice", "base.yaml")
        assert refusal(directory, environ) == [twice]
        write(directory, base="auth: {access_lifetime_minutes: true}")
        number = "Input should be a valid number"
        assert refusal(directory, environ) == [
            ("auth.access_lifetime_s", number, "base.yaml")
        ]
        message = "is not a known setting; is it chat.idle_limit_s?"
        changes = {"chat.idle_timeout_s": 5}
        problem = ("chat.idle_timeout_s", message, "overrides")
        assert refusal(None, environ, changes) == [problem]
        manager, _ = managed(None, environ)
        error = refused_error(manager.update, changes)
        assert error.problems == (Problem("chat.idle_timeout_s", message, "update"),)
