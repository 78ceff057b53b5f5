"""All runs: started, resumed, and forgotten when their time is over."""

import asyncio
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Protocol

from structlog.typing import FilteringBoundLogger

from assistant.chat.agents import Agent, AgentError, AgentRequest, Emit
from assistant.chat.connection import Connection
from assistant.chat.runs import Run
from assistant.chat.wire import Chat, FrameError, Resume, encode
from assistant.clock import Clock
from assistant.config.settings import AgentSettings, ChatSettings
from assistant.errors import AssistantError
from assistant.metrics import Metrics

TITLE_CHARACTERS = 60
"""How much of the first prompt becomes the title of its conversation."""

MESSAGE_CHARACTERS = 200
"""How much is told of what an agent says about its failure."""

FINAL_WINDOWS = 10
"""For how many resume windows the last event of a run is kept."""


class Said(Protocol):
    """A message of a conversation."""

    @property
    def role(self) -> str:
        """Who said it, `user` or `assistant`."""
        ...

    @property
    def text(self) -> str:
        """What was said."""
        ...


class Threads(Protocol):
    """Where conversations are kept; another user's conversation is not found."""

    async def create(self, user_id: str, title: str) -> str:
        """Begin a conversation and return its id."""
        ...

    async def append(
        self, user_id: str, thread_id: str, role: str, text: str, key: str
    ) -> int:
        """Add a message, once for each key; return its number."""
        ...

    async def messages(self, user_id: str, thread_id: str) -> Sequence[Said]:
        """Return the messages, oldest first."""
        ...


class RunBook:
    """The runs that go on, and those that can still be resumed.

    Args:
        settings: The limits of events and of the resume window.
        agent_settings: Who answers by default, and the limits of agents.
        agents: By name.
        threads: Keeps conversations; when None, one lasts as long as a run of it is
            remembered.
        clock: Measures the windows.
        log: Gets a line when a run starts, ends or fails.
        metrics: Gets `chat.runs_started`, `chat.runs_failed`.
    """

    def __init__(
        self,
        settings: ChatSettings,
        agent_settings: AgentSettings,
        *,
        agents: Mapping[str, Agent],
        threads: Threads | None,
        clock: Clock,
        log: FilteringBoundLogger,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._agent_settings = agent_settings
        self._agents = agents
        self._threads = threads
        self._clock = clock
        self._log = log
        self._metrics = metrics
        self._runs: dict[str, Run] = {}
        self._prompts: dict[tuple[str, str], tuple[Chat, str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> int:
        """How many runs go on."""
        return sum(run.final is None for run in self._runs.values())

    @property
    def remembered(self) -> int:
        """How many runs are known, also ended ones."""
        return len(self._runs)

    @property
    def retained_bytes(self) -> int:
        """How many bytes of events are kept for those who resume."""
        return sum(run.retained_bytes for run in self._runs.values())

    async def begin(self, connection: Connection, chat: Chat) -> None:
        """Acknowledge a prompt, and start its run if it is a new one.

        Raises:
            FrameError: Its id belongs to another prompt (`id_in_use`), or nobody has
                the name of the agent (`unknown_agent`).
            AssistantError: The user has no such conversation (`thread_not_found`).
        """
        user_id = connection.identity.user_id
        key = user_id, chat.id
        known, run_id = self._prompts.get(key, (chat, uuid.uuid4().hex))
        if known != chat:
            raise FrameError("the id is another message's", code="id_in_use")
        ack = encode({"type": "ack", "id": chat.id, "run_id": run_id})
        if key in self._prompts:
            await connection.put(ack)
            return
        name = chat.agent or self._agent_settings.name
        if name not in self._agents:
            raise FrameError("there is no such agent", code="unknown_agent")
        self._prompts[key] = known, run_id  # before the first await
        try:
            thread_id, history = await self._join(user_id, chat)
        except BaseException:
            del self._prompts[key]
            raise
        request = AgentRequest(run_id, user_id, thread_id, chat.id, chat.text, history)
        ids = {"run_id": run_id, "thread_id": thread_id, "message_id": chat.id}
        run = Run(user_id, ids, self._settings.buffer_bytes)
        self._runs[run_id] = run
        try:
            await connection.put(ack)
        finally:  # the prompt is taken, also if the connection has just ended
            connection.follow(run, 0)
            task = asyncio.create_task(self._live(run, request, name))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def resume(self, connection: Connection, frame: Resume) -> None:
        """Deliver the events of a run that a connection has not received.

        Raises:
            FrameError: The user has no such run (`run_not_found`), or it has not come
                that far (`invalid_field`).
        """
        run = self._runs.get(frame.run)
        if run is None or run.user_id != connection.identity.user_id:
            if run is not None:
                self._log.warning(
                    "security_event",
                    kind="foreign_run",
                    user=connection.identity.user_id,
                    run=run.id,
                )
            raise FrameError("there is no such run", code="run_not_found")
        if run.final is not None and run.window_closed:
            message = "the events are no longer kept; the last one follows"
            told = {"type": "error", "code": "window_closed", "message": message}
            await connection.put(encode({**told, "run_id": run.id}))
            await connection.put(run.final)
            return
        if frame.after > run.delivered:
            raise FrameError("after: the run is not there yet", code="invalid_field")
        told = {"type": "resumed", "run_id": run.id, "status": run.status}
        await connection.put(encode({**told, "after": frame.after}))
        connection.follow(run, frame.after)

    async def close(self) -> None:
        """Stop all runs."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _join(
        self, user_id: str, chat: Chat
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Return the id of the prompt's conversation and what was said in it before."""
        if self._threads is None:
            mine = (run for run in self._runs.values() if run.user_id == user_id)
            if chat.thread and all(run.thread_id != chat.thread for run in mine):
                raise FrameError(
                    "there is no such conversation", code="thread_not_found"
                )
            return chat.thread or uuid.uuid4().hex, ()
        thread_id = chat.thread
        if thread_id is None:
            title = chat.text.strip()[:TITLE_CHARACTERS]
            thread_id = await self._threads.create(user_id, title)
        said = await self._threads.messages(user_id, thread_id)
        await self._threads.append(user_id, thread_id, "user", chat.text, chat.id)
        return thread_id, tuple((each.role, each.text) for each in said)

    async def _live(self, run: Run, request: AgentRequest, name: str) -> None:
        """Let an agent work, keep its events for the window, then forget the run."""
        log = self._log.bind(run=run.id, user=run.user_id, agent=name)
        self._metrics.count("chat.runs_started")
        log.info("run_started")
        emit = Emit(run, self._agent_settings, clock=self._clock, log=log)
        await run.publish(run.draft("agent_started", agent=name))
        try:
            await self._answer(run, request, emit, self._agents[name])
        except AssistantError as error:
            await self._fail(run, emit, error)
        except Exception:
            log.exception("agent_failed")
            told = AgentError(
                "the agent has failed; please try again", code="agent_failed"
            )
            await self._fail(run, emit, told)
        log.info("run_ended", status=run.status, events=run.delivered)
        await self._clock.sleep(self._settings.resume_window_s)
        run.close_window()
        await self._clock.sleep(self._settings.resume_window_s * FINAL_WINDOWS)
        del self._runs[run.id]
        del self._prompts[run.user_id, request.message_id]

    async def _answer(
        self, run: Run, request: AgentRequest, emit: Emit, agent: Agent
    ) -> None:
        answer = await agent.run(request, emit)
        await emit.think_first()
        if not run.complete:
            raise AgentError("some events were never sent", code="events_missing")
        if run.streamed and "".join(run.streamed) != answer:
            raise AgentError("the pieces are not the answer", code="answer_mismatch")
        if self._threads is not None:
            await self._threads.append(
                run.user_id, request.thread_id, "assistant", answer, run.id
            )
        checksum = hashlib.sha256(answer.encode()).hexdigest()
        run.finish("completed", answer=answer, checksum=checksum, error=None)

    async def _fail(self, run: Run, emit: Emit, error: AssistantError) -> None:
        self._metrics.count("chat.runs_failed")
        run.give_up()
        await emit.think_first()
        message = str(error).encode(errors="replace").decode()[:MESSAGE_CHARACTERS]
        told = run.draft("run_error", code=error.code, message=message)
        await run.publish(told)
        checksum = hashlib.sha256(b"").hexdigest()
        run.finish("failed", answer="", checksum=checksum, error=error.code)
