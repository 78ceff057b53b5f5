"""Tables of accounts and sessions; times are in seconds since 1970.

Secrets that only need to be recognised (passwords, refresh tokens, tickets, recovery
codes) are kept as hashes.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from assistant.core.database import Base


class User(Base):
    """A person with an account; `password_hash` is None after a provider's sign-in."""

    __tablename__ = "auth_users"

    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    role: Mapped[str]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    totp_step: Mapped[int] = mapped_column(default=0)


class Link(Base):
    """A provider's account that signs a user in."""

    __tablename__ = "auth_links"

    provider: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(User.id))


class LoginSession(Base):
    """One login; it lives until it is revoked or its refresh token ends."""

    __tablename__ = "auth_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(User.id), index=True)
    revoked: Mapped[bool] = mapped_column(default=False)


class RefreshToken(Base):
    """A refresh token; a used one is kept so that its reuse is noticed."""

    __tablename__ = "auth_refresh_tokens"

    digest: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey(LoginSession.id))
    expires_at: Mapped[float]
    used: Mapped[bool] = mapped_column(default=False)


class Ticket(Base):
    """A token that permits one thing once, such as setting a new password."""

    __tablename__ = "auth_tickets"

    digest: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    subject: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[float]


class RecoveryCode(Base):
    """A code that stands in for the second factor once."""

    __tablename__ = "auth_recovery_codes"

    digest: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey(User.id))


class Attempts(Base):
    """Failed logins for an address, known or not; forgotten after `until`."""

    __tablename__ = "auth_attempts"

    email: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    until: Mapped[float]


class AuditRecord(Base):
    """One event; ids are given in order and never again."""

    __tablename__ = "auth_audit"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[float]
    event: Mapped[str]
    user_id: Mapped[str | None]
    address: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
