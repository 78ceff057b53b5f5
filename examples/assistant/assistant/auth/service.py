"""Logins: how sessions begin, go on and end, on top of accounts."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.accounts import Accounts, add_user
from assistant.auth.credentials import (
    check_password,
    clean_email,
    clean_name,
    fold_email,
)
from assistant.auth.errors import AccountError, OAuthError
from assistant.auth.permissions import user_of
from assistant.auth.sessions import TokenPair
from assistant.auth.tables import Link, LoginSession, User
from assistant.identity import Identity


class AuthService(Accounts):
    """Accounts and their logins; an `Authenticator`."""

    async def login(
        self, email: str, password: str, otp: str | None = None, address: str = ""
    ) -> TokenPair:
        """Begin a session.

        Args:
            email: The address of the account.
            password: Its password.
            otp: A code of the second factor, where one is in force.
            address: The network address, for the audit trail.

        Raises:
            LoginError: It was refused.
        """

        async def enter(tx: AsyncSession, user: User) -> TokenPair:
            self.audit.add(tx, "login", user.id, address)
            return await self.sessions.open(tx, user)

        return await self.guard.prove(email, password, otp, address, enter)

    async def refresh(self, refresh: str, address: str = "") -> TokenPair:
        """Exchange a refresh token for a new pair; using it twice ends the session.

        Raises:
            AuthenticationError: `invalid_token`, `expired_token`, `revoked_token`.
        """
        return await self.sessions.rotate(refresh, address)

    async def authenticate(self, token: str | None) -> Identity:
        """Return whose access token it is, with the permissions of now.

        Raises:
            AuthenticationError: It is missing, invalid, expired or revoked.
        """
        return await self.sessions.check(token)

    def on_revoked(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call the listener with the id of each session that is revoked.

        Returns:
            What takes the listener away again.
        """
        return self.sessions.on_revoked(listener)

    async def logout(self, session_id: str, address: str = "") -> None:
        """End a session; one that has ended or never was changes nothing."""
        async with self.database.session() as tx:
            session = await tx.get(LoginSession, session_id)
            if session is None:
                return
            ended = await self.sessions.revoke(tx, session.user_id, session_id)
            if ended:
                self.audit.add(tx, "logout", session.user_id, address)
        self.sessions.announce(ended)

    async def logout_everywhere(self, user_id: str) -> int:
        """End every session of a user.

        Returns:
            How many were open.
        """
        async with self.database.session() as tx:
            ended = await self.sessions.revoke(tx, user_id)
            self.audit.add(tx, "logout_everywhere", user_id, sessions=len(ended))
        self.sessions.announce(ended)
        return len(ended)

    async def start_recovery(self, email: str, address: str = "") -> str | None:
        """Return a one-time token for setting a new password.

        It is for a mail to the owner of the address, never for who asks.

        Returns:
            The token; None when nobody has this address.
        """
        async with self.database.session() as tx:
            user = await tx.scalar(select(User).filter_by(email=fold_email(email)))
            self.audit.add(tx, "recovery_started", user.id if user else None, address)
            if user is None:
                return None
            lifetime_s = self.settings.recovery_lifetime_s
            return await self.tickets.issue(tx, "recovery", user.id, lifetime_s, {})

    async def finish_recovery(
        self, token: str, new_password: str, address: str = ""
    ) -> None:
        """Set a new password, end every session and lift a lock.

        A second factor stays in force. A weak password does not use the token up.

        Raises:
            AccountError: `weak_password`, `invalid_ticket`.
        """
        hashed = await self.passwords.hash(new_password)
        async with self.database.session() as tx:
            user_id, _ = await self.tickets.redeem(tx, "recovery", token)
            user = await user_of(tx, user_id)
            check_password(new_password, user.email)
            user.password_hash = hashed
            await self.guard.pardon(tx, user.email)
            ended = await self.sessions.revoke(tx, user_id)
            self.audit.add(tx, "recovered", user_id, address)
        self.sessions.announce(ended)

    async def login_linked(
        self, provider: str, subject: str, email: str, display_name: str
    ) -> TokenPair:
        """Begin a session for who signed in at a provider; the first time, register.

        An account that exists under the address is not taken over.

        Args:
            provider: The name of the provider.
            subject: The user's id there.
            email: The address that the provider has confirmed.
            display_name: The name there; when it cannot be shown, the address.

        Raises:
            AccountError: The address is none (`invalid_email`).
            OAuthError: The address belongs to an account that is not linked
                (`account_exists`).
        """
        email = clean_email(email)
        async with self.database.session() as tx:
            link = await tx.get(Link, (provider, subject))
            if link is None:
                user = await self._linked(tx, provider, subject, email, display_name)
            else:
                user = await user_of(tx, link.user_id)
            self.audit.add(tx, "login", user.id, provider=provider)
            return await self.sessions.open(tx, user)

    async def _linked(
        self, tx: AsyncSession, provider: str, subject: str, email: str, name: str
    ) -> User:
        try:
            name = clean_name(name)
        except AccountError:
            name = email
        try:
            user = await add_user(tx, email, name, None, "member")
        except AccountError:
            raise OAuthError(
                "an account with this address exists; log in with its password",
                code="account_exists",
            ) from None
        tx.add(Link(provider=provider, subject=subject, user_id=user.id))
        self.audit.add(tx, "registered", user.id, provider=provider)
        return user
