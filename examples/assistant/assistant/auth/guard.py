"""The guard at the password: failed attempts are counted, known address or not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.audit import AuditLog
from assistant.auth.credentials import Passwords, fold_email
from assistant.auth.errors import LoginError
from assistant.auth.second_factor import SecondFactor
from assistant.auth.tables import Attempts, User
from assistant.clock import Clock
from assistant.config.settings import AuthSettings
from assistant.core.database import Database

T = TypeVar("T")

REFUSALS = {
    "invalid_credentials": "the e-mail address or the password is wrong",
    "otp_required": "a code of the second factor is needed",
    "invalid_otp": "the code is wrong or was used before",
    "locked": "too many failed attempts; try again later",
}


class Guard:
    """Lets pass who knows the password and, when asked for, has the second factor.

    Attempts for one address take turns, so that many at once are not more than the
    limit. After `lockout_attempts` failures within `lockout_s` the address is locked
    for `lockout_s`, also for the right password.

    Args:
        database: Where users and attempts are kept.
        settings: The limits.
        passwords: Verifies hashes.
        factor: Checks second factors.
        audit: Gets every refusal.
        clock: Tells when a lock ends.
    """

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        *,
        passwords: Passwords,
        factor: SecondFactor,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._database = database
        self._settings = settings
        self._passwords = passwords
        self._factor = factor
        self._audit = audit
        self._clock = clock
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def prove(
        self,
        email: str,
        password: str,
        otp: str | None,
        address: str,
        then: Callable[[AsyncSession, User], Awaitable[T]],
    ) -> T:
        """Check who is there, and do what is to be done in the same transaction.

        Args:
            email: As it was typed.
            password: As it was typed.
            otp: A code of the second factor, where one is in force.
            address: The network address, for the audit trail.
            then: Gets the transaction and the user who was proven.

        Returns:
            What `then` returned.

        Raises:
            LoginError: Somebody else is there, or too many attempts have failed.
        """
        email = fold_email(email)
        async with self._turns.setdefault(email, asyncio.Lock()):
            known = await self._admit(email, address)
            fits = await self._passwords.verify(known, password)
            renewed = None
            if fits and known is not None and self._passwords.outdated(known):
                renewed = await self._passwords.hash(password)
            async with self._database.session() as tx:
                user = await _by_email(tx, email)
                # The password may have been changed while it was verified.
                if not fits or user is None or user.password_hash != known:
                    code = "invalid_credentials"
                else:
                    code = await self._factor_missing(tx, user, otp)
                    if not code:
                        user.password_hash = renewed or known
                        await self.pardon(tx, email)
                        return await then(tx, user)
                await self._note(tx, email, user, code, address)
            raise LoginError(REFUSALS[code], code=code)

    async def pardon(self, tx: AsyncSession, email: str) -> None:
        """Forget the failed attempts for an address."""
        await tx.execute(delete(Attempts).where(Attempts.email == email))

    async def _admit(self, email: str, address: str) -> str | None:
        """Return the hash of the password of an account, unless it is locked."""
        async with self._database.session() as tx:
            now = self._clock.now()
            await tx.execute(delete(Attempts).where(Attempts.until <= now))
            user = await _by_email(tx, email)
            failed = await tx.get(Attempts, email)
            if failed is None or failed.failures < self._settings.lockout_attempts:
                return user.password_hash if user else None
            await self._note(tx, email, user, "locked", address)
        raise LoginError(
            REFUSALS["locked"], code="locked", retry_after_s=failed.until - now
        )

    async def _factor_missing(
        self, tx: AsyncSession, user: User, otp: str | None
    ) -> str:
        if not user.totp_confirmed:
            return ""
        if otp is None:
            return "otp_required"
        return "" if await self._factor.check(tx, user, otp) else "invalid_otp"

    async def _note(
        self, tx: AsyncSession, email: str, user: User | None, code: str, address: str
    ) -> None:
        user_id = user.id if user else None
        self._audit.add(tx, "login_refused", user_id, address, reason=code)
        if code in {"otp_required", "locked"}:
            return
        failed = await tx.get(Attempts, email)
        if failed is None:
            failed = Attempts(email=email, failures=0, until=0.0)
            tx.add(failed)
        failed.failures += 1
        failed.until = self._clock.now() + self._settings.lockout_s


async def _by_email(tx: AsyncSession, email: str) -> User | None:
    return await tx.scalar(select(User).filter_by(email=email))
