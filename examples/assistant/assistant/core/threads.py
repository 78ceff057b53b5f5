"""The conversations of users, each visible to its owner alone."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from assistant.core.database import Base, Database
from assistant.errors import AssistantError


class ThreadRow(Base):
    """A conversation."""

    __tablename__ = "threads"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str] = mapped_column(String(200))
    length: Mapped[int] = mapped_column(default=0)


class MessageRow(Base):
    """One message of a conversation; `number` counts from 1 in each."""

    __tablename__ = "thread_messages"
    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        UniqueConstraint("thread_id", "key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[str] = mapped_column(
        ForeignKey("threads.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    role: Mapped[str] = mapped_column(String(16))
    text: Mapped[str]
    key: Mapped[str] = mapped_column(String(128))


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation: its id, its title, and how many messages it has."""

    id: str
    title: str
    length: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation.

    Attributes:
        number: Its place, from 1, without gaps.
        role: Who said it, `user` or `assistant`.
        text: What was said.
    """

    number: int
    role: str
    text: str


class ThreadNotFoundError(AssistantError):
    """A user has no such conversation. Code: `thread_not_found`."""

    def __init__(self) -> None:
        """Say no more than that: others' conversations look like missing ones."""
        super().__init__("there is no such conversation", code="thread_not_found")


class ThreadStore:
    """Conversations in the database; every method is one transaction."""

    def __init__(self, database: Database) -> None:
        """Keep the database; it must be connected when a method is called."""
        self._database = database

    async def create(self, user_id: str, title: str) -> str:
        """Begin a conversation and return its id."""
        thread_id = uuid.uuid4().hex
        async with self._database.session() as session:
            session.add(ThreadRow(id=thread_id, user_id=user_id, title=title))
        return thread_id

    async def append(
        self, user_id: str, thread_id: str, role: str, text: str, key: str
    ) -> int:
        """Add a message, or find the one that was added with the same key.

        Returns:
            The number of the message.

        Raises:
            ThreadNotFoundError: The user has no such conversation.
        """
        async with self._database.session() as session:
            thread = await _owned(session, user_id, thread_id)
            known = await session.scalar(
                select(MessageRow.number).filter_by(thread_id=thread_id, key=key)
            )
            if known is not None:
                return known
            thread.length += 1
            session.add(
                MessageRow(
                    thread_id=thread_id,
                    number=thread.length,
                    role=role,
                    text=text,
                    key=key,
                )
            )
            return thread.length

    async def messages(self, user_id: str, thread_id: str) -> tuple[Message, ...]:
        """Return the messages of a conversation, oldest first.

        Raises:
            ThreadNotFoundError: The user has no such conversation.
        """
        async with self._database.session() as session:
            await _owned(session, user_id, thread_id)
            rows = await session.scalars(
                select(MessageRow)
                .filter_by(thread_id=thread_id)
                .order_by(MessageRow.number)
            )
            return tuple(Message(row.number, row.role, row.text) for row in rows)

    async def threads(self, user_id: str) -> tuple[Thread, ...]:
        """Return a user's conversations, the one with the latest message first."""
        latest = (
            select(func.max(MessageRow.id))
            .where(MessageRow.thread_id == ThreadRow.id)
            .scalar_subquery()
        )
        async with self._database.session() as session:
            rows = await session.scalars(
                select(ThreadRow)
                .filter_by(user_id=user_id)
                .order_by(latest.desc(), ThreadRow.id)
            )
            return tuple(Thread(row.id, row.title, row.length) for row in rows)

    async def rename(self, user_id: str, thread_id: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            ThreadNotFoundError: The user has no such conversation.
        """
        async with self._database.session() as session:
            (await _owned(session, user_id, thread_id)).title = title

    async def delete(self, user_id: str, thread_id: str) -> None:
        """Remove a conversation and its messages.

        Raises:
            ThreadNotFoundError: The user has no such conversation.
        """
        async with self._database.session() as session:
            await session.delete(await _owned(session, user_id, thread_id))


async def _owned(session: AsyncSession, user_id: str, thread_id: str) -> ThreadRow:
    thread = await session.get(ThreadRow, thread_id)
    if thread is None or thread.user_id != user_id:
        raise ThreadNotFoundError
    return thread
