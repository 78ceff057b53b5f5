"""The database: one SQLite file, sessions that are transactions, a checked schema."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Inspector, Table, event, inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import AsyncAdaptedQueuePool
from structlog.typing import FilteringBoundLogger
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential,
)

from assistant.clock import Clock
from assistant.errors import AssistantError


class Base(DeclarativeBase):
    """What every table is declared on."""


class DatabaseError(AssistantError):
    """The database cannot be used now. Code: `database_unavailable`."""

    def __init__(self, message: str) -> None:
        """Keep the message."""
        super().__init__(message, code="database_unavailable")


class SchemaError(AssistantError):
    """The tables in the database are not those that the code declares.

    Code: `schema_mismatch`.

    Attributes:
        problems: One sentence for each difference, ordered by table and column.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Join the problems to one message."""
        super().__init__("; ".join(problems), code="schema_mismatch")
        self.problems = problems


class Database:
    """The connection to one database.

    There is one connection, and sessions take turns on it. Each session is one
    transaction that holds the write lock from its beginning, so that what it read is
    still true when it writes, also with other processes on the same file. Therefore a
    session must be short, and none may be opened inside another.

    Args:
        url: For example `sqlite+aiosqlite:///assistant.db`.
        attempts: How often to try to connect.
        retry_wait_s: The wait after the first failed attempt; it doubles each time.
        clock: Waits between attempts.
        log: Gets one warning for each failed attempt.
    """

    def __init__(
        self,
        url: str,
        *,
        attempts: int = 3,
        retry_wait_s: float = 0.2,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        """Keep the parameters; nothing is opened yet."""
        self._url = url
        self._attempts = attempts
        self._retry_wait_s = retry_wait_s
        self._clock = clock
        self._log = log
        self._engine: AsyncEngine | None = None

    @property
    def connected(self) -> bool:
        """Whether sessions can be opened."""
        return self._engine is not None

    async def connect(self) -> None:
        """Open the database, create the tables that are missing, verify the others.

        Raises:
            DatabaseError: No attempt succeeded.
            SchemaError: A table differs from its declaration.
        """
        if self._engine is not None:
            return
        engine = _open(self._url)
        try:
            await self._create_tables(engine)
            await _verify(engine)
        except BaseException:
            await engine.dispose()
            raise
        self._engine = engine

    async def close(self) -> None:
        """Close the connection; closing twice is allowed."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.dispose()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open a transaction: committed at the end of the block, undone if it raises.

        Raises:
            DatabaseError: The database is not connected.
        """
        if self._engine is None:
            raise DatabaseError("the database is not connected")
        async with (
            AsyncSession(self._engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    async def verify_schema(self) -> None:
        """Compare the tables in the database with their declarations.

        Raises:
            DatabaseError: The database is not connected.
            SchemaError: They differ.
        """
        if self._engine is None:
            raise DatabaseError("the database is not connected")
        await _verify(self._engine)

    async def _create_tables(self, engine: AsyncEngine) -> None:
        def warn(state: RetryCallState) -> None:
            self._log.warning("database_retry", attempt=state.attempt_number)

        retrying = AsyncRetrying(
            stop=stop_after_attempt(self._attempts),
            wait=wait_exponential(multiplier=self._retry_wait_s),
            retry=retry_if_exception_type(OperationalError),
            sleep=self._clock.sleep,
            before_sleep=warn,
            reraise=True,
        )
        try:
            async for attempt in retrying:
                with attempt:
                    async with engine.begin() as connection:
                        await connection.run_sync(Base.metadata.create_all)
        except OperationalError as error:
            raise DatabaseError(
                f"no database after {self._attempts} attempts: {error.orig}"
            ) from error


def _open(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url, poolclass=AsyncAdaptedQueuePool, pool_size=1, max_overflow=0
    )
    _own_transactions(engine.sync_engine)
    return engine


def _own_transactions(engine: Engine) -> None:
    """Begin transactions here: the driver would begin them only at the first write.

    With the write-ahead log, readers in other processes are not held up, and a commit
    waits for the disk much less often; a crash of the machine can undo the last ones.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


async def _verify(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        problems = await connection.run_sync(_differences)
    if problems:
        raise SchemaError(problems)


def _differences(connection: Connection) -> tuple[str, ...]:
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    problems: list[str] = []
    for table in sorted(Base.metadata.tables.values(), key=lambda each: each.name):
        if table.name in present:
            problems += _column_differences(inspector, table)
        else:
            problems.append(f"{table.name}: the table is missing")
    return tuple(problems)


def _column_differences(inspector: Inspector, table: Table) -> list[str]:
    found = {column["name"]: column for column in inspector.get_columns(table.name)}
    dialect = inspector.dialect
    problems: list[str] = []
    for column in sorted(table.columns, key=lambda each: each.name):
        name = f"{table.name}.{column.name}"
        if column.name not in found:
            problems.append(f"{name}: the column is missing")
            continue
        is_type = found[column.name]["type"].compile(dialect)
        declared = column.type.compile(dialect)
        if is_type != declared:
            problems.append(f"{name}: {is_type} instead of {declared}")
        if found[column.name]["nullable"] and not column.nullable:
            problems.append(f"{name}: may be null")
    return problems
