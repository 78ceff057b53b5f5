"""The platform: every part, put together out of one configuration."""

import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.typing import FilteringBoundLogger

from assistant.auth import AuthService, ServiceTokens
from assistant.auth.http import AuthenticationMiddleware
from assistant.auth.http import routes as auth_routes
from assistant.chat import Agent, ChatService, DemoAgent
from assistant.clock import Clock, SystemClock
from assistant.config import Configuration
from assistant.core.database import Database
from assistant.core.health import DegradedError, HealthMonitor
from assistant.core.threads import ThreadStore
from assistant.errors import AssistantError
from assistant.logs import open_log
from assistant.metrics import Metrics
from assistant.startup import Component, Startup
from assistant.web.answers import refused
from assistant.web.requests import RequestMiddleware
from assistant.web.routes import operator_routes, page_route, peer_routes, user_routes


class Platform:
    """The service as one ASGI application.

    Nothing is opened before the application's lifespan begins; after its end everything
    is closed, and it can begin again.

    Args:
        configuration: What every part goes by.
        agents: Who answers, by name; the demonstration agent when None.
        clock: The time of every part; the system's when None.
        log: Gets the lines of every part; standard error when None.
        extra: Further parts; they may depend on `database`, `auth`, `threads`, `chat`,
            `health` and `web`.

    Attributes:
        app: The application.
        startup: The parts, and how far each has come.
        health: The checks; more can be added.
        metrics: The numbers.
    """

    def __init__(
        self,
        configuration: Configuration,
        *,
        agents: Mapping[str, Agent] | None = None,
        clock: Clock | None = None,
        log: FilteringBoundLogger | None = None,
        extra: Sequence[Component] = (),
    ) -> None:
        """Put the parts together."""
        self._settings = configuration.settings
        self._clock = clock or SystemClock()
        self._log = log or open_log(sys.stderr, level=self._settings.log.level)
        self._agents = agents or {self._settings.agent.name: DemoAgent(self._clock)}
        self.metrics = Metrics()
        self.health = HealthMonitor(clock=self._clock, log=self._log)
        self.startup = Startup(
            (*self._components(), *extra),
            clock=self._clock,
            log=self._log,
            metrics=self.metrics,
        )
        self.app: ASGIApp = RequestMiddleware(
            Router(
                [
                    *operator_routes(self.health, self.metrics, self._is_ready),
                    Mount("/", app=self._web),
                ],
                lifespan=self._lifespan,
            ),
            ready=self._is_ready,
            log=self._log,
            metrics=self.metrics,
        )

    def _is_ready(self) -> bool:
        return self.startup.ready

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[None]:
        await self.startup.start()
        try:
            yield
        finally:
            await self.startup.stop()

    async def _web(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.startup.value("web")(scope, receive, send)

    def _components(self) -> tuple[Component, ...]:
        return (
            Component("database", self._start_database, stop=Database.close),
            Component("auth", self._start_auth, depends_on=("database",)),
            Component("threads", self._start_threads, depends_on=("database",)),
            Component(
                "chat",
                self._start_chat,
                stop=ChatService.close,
                depends_on=("auth", "threads"),
            ),
            Component("health", self._start_health, depends_on=("database",)),
            Component("web", self._start_web, depends_on=("auth", "threads", "chat")),
        )

    async def _start_database(self, _: Mapping[str, Any]) -> Database:
        settings = self._settings.database
        database = Database(
            settings.url.get_secret_value(),
            attempts=settings.connect_attempts,
            retry_wait_s=settings.retry_wait_s,
            clock=self._clock,
            log=self._log,
        )
        await database.connect()
        return database

    async def _start_auth(self, parts: Mapping[str, Any]) -> AuthService:
        return AuthService(
            parts["database"],
            self._settings.auth,
            clock=self._clock,
            log=self._log,
            metrics=self.metrics,
        )

    async def _start_threads(self, parts: Mapping[str, Any]) -> ThreadStore:
        return ThreadStore(parts["database"])

    async def _start_chat(self, parts: Mapping[str, Any]) -> ChatService:
        return ChatService(
            self._settings.chat,
            self._settings.agent,
            authenticator=parts["auth"],
            agents=self._agents,
            clock=self._clock,
            log=self._log,
            metrics=self.metrics,
            threads=parts["threads"],
        )

    async def _start_health(self, parts: Mapping[str, Any]) -> HealthMonitor:
        self.health.add("database", parts["database"].verify_schema)
        self.health.add("startup", self._check_startup, critical=False)
        return self.health

    async def _start_web(self, parts: Mapping[str, Any]) -> ASGIApp:
        auth, threads = parts["auth"], parts["threads"]
        secret = self._settings.auth.service_secret.get_secret_value()
        tokens = ServiceTokens(secret, self._clock)
        users = Router([*auth_routes(auth), *user_routes(threads), parts["chat"].route])
        everything = Router(
            [
                page_route(),
                *peer_routes(tokens, auth),
                Mount("/", app=AuthenticationMiddleware(users, auth)),
            ]
        )
        return ExceptionMiddleware(everything, handlers={AssistantError: refused})

    async def _check_startup(self) -> None:
        missing = [
            name
            for name, part in self.startup.report.components.items()
            if part.state != "ready"
        ]
        if missing:
            raise DegradedError(f"not running: {', '.join(sorted(missing))}")
