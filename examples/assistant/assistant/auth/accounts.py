"""Accounts: registration, profile, address and second factor of users."""

import secrets
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from assistant.auth.audit import AuditLog
from assistant.auth.credentials import (
    Passwords,
    check_password,
    clean_email,
    clean_name,
)
from assistant.auth.errors import AccountError
from assistant.auth.guard import Guard
from assistant.auth.permissions import ROLES, Roles, user_of
from assistant.auth.second_factor import SecondFactor
from assistant.auth.sessions import Sessions
from assistant.auth.tables import User
from assistant.auth.tickets import Tickets
from assistant.clock import Clock
from assistant.config.settings import AuthSettings
from assistant.core.database import Database
from assistant.metrics import Metrics


@dataclass(frozen=True, slots=True)
class Profile:
    """What a user sees of the own account.

    Attributes:
        user_id: Who it is.
        email: The confirmed address.
        display_name: The name that others see.
        role: One of `permissions.ROLES`.
        permissions: What the user may do, sorted.
        second_factor: Whether a login needs one.
    """

    user_id: str
    email: str
    display_name: str
    role: str
    permissions: tuple[str, ...]
    second_factor: bool


class Accounts:
    """Users: who they are, what they may do, and how they prove themselves.

    Args:
        database: Is connected by the time of the first call.
        settings: Secrets, lifetimes and limits.
        clock: The time that everything here goes by.
        log: Gets the audit trail too.
        metrics: Gets counts and durations.

    Attributes:
        audit: The audit trail.
        roles: Changes what users may do.
        settings: As given.
        sessions: What logins have begun.
        tickets: One-time tokens.
        passwords: Hashes passwords.
        factor: Checks second factors.
        guard: Stands before everything that needs the password.
        database: As given.
    """

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        *,
        clock: Clock,
        log: FilteringBoundLogger,
        metrics: Metrics,
    ) -> None:
        self.database = database
        self.settings = settings
        self.tickets = Tickets(clock)
        self.audit = AuditLog(database, clock=clock, log=log, metrics=metrics)
        self.sessions = Sessions(
            database, settings, audit=self.audit, clock=clock, metrics=metrics
        )
        self.roles = Roles(database, self.audit, self.sessions.forget)
        self.passwords = Passwords(settings, metrics)
        self.factor = SecondFactor(clock)
        self.guard = Guard(
            database,
            settings,
            passwords=self.passwords,
            factor=self.factor,
            audit=self.audit,
            clock=clock,
        )

    async def register(
        self,
        email: str,
        password: str,
        display_name: str,
        *,
        role: str = "member",
        address: str = "",
    ) -> str:
        """Open an account.

        Args:
            email: Becomes the address of the account, in lower case.
            password: What to log in with.
            display_name: The name that others see.
            role: One of `permissions.ROLES`.
            address: The network address, for the audit trail.

        Returns:
            The id of the new user.

        Raises:
            AccountError: `invalid_email`, `invalid_name`, `weak_password`,
                `unknown_role`, `email_taken`.
        """
        email, name = clean_email(email), clean_name(display_name)
        check_password(password, email)
        if role not in ROLES:
            raise AccountError("there is no such role", code="unknown_role")
        hashed = await self.passwords.hash(password)
        async with self.database.session() as tx:
            user = await add_user(tx, email, name, hashed, role)
            self.audit.add(tx, "registered", user.id, address)
        return user.id

    async def profile(self, user_id: str) -> Profile:
        """Return the account of a user.

        Raises:
            AccountError: `unknown_user`.
        """
        async with self.database.session() as tx:
            user = await user_of(tx, user_id)
            return Profile(
                user.id,
                user.email,
                user.display_name,
                user.role,
                tuple(sorted(ROLES[user.role])),
                user.totp_confirmed,
            )

    async def enroll_totp(self, user_id: str) -> str:
        """Give a user a secret for one-time codes; it counts once it is confirmed.

        Returns:
            The `otpauth://` address for an authenticator application.

        Raises:
            AccountError: `second_factor_active`, `unknown_user`.
        """
        async with self.database.session() as tx:
            return self.factor.enroll(await user_of(tx, user_id))

    async def confirm_totp(self, user_id: str, code: str) -> tuple[str, ...]:
        """Put the second factor in force with a first code.

        Returns:
            Eight recovery codes; they are not shown again.

        Raises:
            AccountError: `second_factor_absent`, `unknown_user`.
            LoginError: `invalid_otp`.
        """
        async with self.database.session() as tx:
            codes = self.factor.confirm(tx, await user_of(tx, user_id), code)
            self.audit.add(tx, "second_factor_enabled", user_id)
        return codes

    async def rename(self, user_id: str, display_name: str) -> None:
        """Change the name that others see.

        Raises:
            AccountError: `invalid_name`, `unknown_user`.
        """
        name = clean_name(display_name)
        async with self.database.session() as tx:
            (await user_of(tx, user_id)).display_name = name
            self.audit.add(tx, "renamed", user_id)

    async def start_email_change(
        self, user_id: str, password: str, email: str, otp: str | None = None
    ) -> str:
        """Ask for another address; nothing changes until it is confirmed.

        Returns:
            A one-time token, for a mail to the new address.

        Raises:
            AccountError: `invalid_email`, `unknown_user`.
            LoginError: The password is wrong, or the account is locked.
        """
        wanted = clean_email(email)
        current = (await self.profile(user_id)).email

        async def issue(tx: AsyncSession, user: User) -> str:
            self.audit.add(tx, "email_change_started", user.id)
            lifetime_s = self.settings.recovery_lifetime_s
            payload = {"email": wanted}
            return await self.tickets.issue(tx, "email", user.id, lifetime_s, payload)

        return await self.guard.prove(current, password, otp, "", issue)

    async def finish_email_change(self, token: str) -> None:
        """Take the new address, now that its owner has shown to get mail there.

        Raises:
            AccountError: `invalid_ticket`, `email_taken`.
        """
        async with self.database.session() as tx:
            user_id, payload = await self.tickets.redeem(tx, "email", token)
            user = await user_of(tx, user_id)
            user.email = payload["email"]
            await flush_user(tx)
            self.audit.add(tx, "email_changed", user_id)


async def add_user(
    tx: AsyncSession, email: str, display_name: str, hashed: str | None, role: str
) -> User:
    """Add a user without a second factor.

    Raises:
        AccountError: `email_taken`.
    """
    user = User(
        id=secrets.token_hex(8),
        email=email,
        display_name=display_name,
        role=role,
        password_hash=hashed,
    )
    tx.add(user)
    await flush_user(tx)
    return user


async def flush_user(tx: AsyncSession) -> None:
    """Write a new or changed user.

    Raises:
        AccountError: Another user has the address (`email_taken`).
    """
    try:
        await tx.flush()
    except IntegrityError:
        raise AccountError("this address is taken", code="email_taken") from None
