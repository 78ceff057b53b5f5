"""Sessions: opened by a login, kept alive by refresh tokens, ended by revocation."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.audit import AuditLog
from assistant.auth.permissions import ROLES, user_of
from assistant.auth.tables import LoginSession, RefreshToken, User
from assistant.auth.tickets import digest_of
from assistant.auth.tokens import TokenIssuer, invalid_token
from assistant.clock import Clock
from assistant.config.settings import AuthSettings
from assistant.core.database import Database
from assistant.identity import AuthenticationError, Identity
from assistant.metrics import Metrics


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a login gives.

    Attributes:
        access: The token for requests.
        refresh: The token for the next pair; it works once.
        expires_in_s: How long the access token is valid.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in_s: float


@dataclass(frozen=True, slots=True)
class _Standing:
    user_id: str
    permissions: frozenset[str]
    until: float


class Sessions:
    """Opens, refreshes, checks and revokes sessions.

    What a check found is remembered for `cache_s`, and forgotten at once when the
    session is revoked or the permissions of its user change.

    Args:
        database: Where sessions are kept.
        settings: Lifetimes.
        audit: Gets every event.
        clock: Tells what has expired.
        metrics: Counts `auth_cache_hits` and `auth_cache_misses`; the gauge
            `auth_cache_sessions` says how many are remembered.
    """

    def __init__(
        self,
        database: Database,
        settings: AuthSettings,
        *,
        audit: AuditLog,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._settings = settings
        self._audit = audit
        self._clock = clock
        self._metrics = metrics
        self._issuer = TokenIssuer(
            settings.jwt_secret.get_secret_value(),
            clock=clock,
            lifetime_s=settings.access_lifetime_s,
        )
        self._known: dict[str, _Standing] = {}
        self._listeners: list[Callable[[str], None]] = []

    async def open(self, tx: AsyncSession, user: User) -> TokenPair:
        """Begin a session in the caller's transaction."""
        session_id = secrets.token_hex(16)
        tx.add(LoginSession(id=session_id, user_id=user.id))
        await tx.flush()
        return await self._pair(tx, user, session_id)

    async def rotate(self, refresh: str, address: str) -> TokenPair:
        """Exchange a refresh token; one that was exchanged before ends its session.

        Raises:
            AuthenticationError: `invalid_token`, `expired_token`, or `revoked_token`
                when the session has ended or ends by this.
        """
        async with self._database.session() as tx:
            token = await tx.get(RefreshToken, digest_of(refresh))
            if token is None:
                raise invalid_token()
            session = await tx.get_one(LoginSession, token.session_id)
            if not (token.used or session.revoked):
                return await self._renew(tx, token, session, address)
            ended = await self.revoke(tx, session.user_id, session.id)
            if ended:
                self._audit.add(tx, "refresh_reused", session.user_id, address)
        self.announce(ended)
        raise _revoked()

    async def check(self, token: str | None) -> Identity:
        """Return whose access token it is, with the permissions of now.

        Raises:
            AuthenticationError: It is missing, invalid, expired or revoked.
        """
        identity = self._issuer.verify(token)
        standing = self._known.get(identity.session_id)
        if standing is None or self._clock.now() >= standing.until:
            self._metrics.count("auth_cache_misses")
            standing = await self._look_up(identity.session_id)
        else:
            self._metrics.count("auth_cache_hits")
        if standing.user_id != identity.user_id:
            raise invalid_token()
        return replace(identity, permissions=standing.permissions)

    async def revoke(
        self, tx: AsyncSession, user_id: str, session_id: str | None = None
    ) -> list[str]:
        """End one session of a user, or all, in the caller's transaction.

        Returns:
            Ids of those that were open, for `announce` after the transaction.
        """
        query = (
            update(LoginSession)
            .where(LoginSession.user_id == user_id, LoginSession.revoked.is_(False))
            .values(revoked=True)
            .returning(LoginSession.id)
        )
        if session_id is not None:
            query = query.where(LoginSession.id == session_id)
        return list(await tx.scalars(query))

    def announce(self, ended: Iterable[str]) -> None:
        """Forget sessions that have ended, and tell the listeners."""
        for session_id in ended:
            self._known.pop(session_id, None)
            for listener in tuple(self._listeners):
                listener(session_id)

    def on_revoked(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call the listener with the id of each session that is revoked.

        Returns:
            What takes the listener away again.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def forget(self, user_id: str) -> None:
        """Look up the permissions of a user anew at the next check."""
        self._known = {k: v for k, v in self._known.items() if v.user_id != user_id}

    async def _renew(
        self,
        tx: AsyncSession,
        token: RefreshToken,
        session: LoginSession,
        address: str,
    ) -> TokenPair:
        if self._clock.now() >= token.expires_at:
            raise AuthenticationError("the login has expired", code="expired_token")
        token.used = True
        self._audit.add(tx, "refreshed", session.user_id, address)
        user = await user_of(tx, session.user_id)
        return await self._pair(tx, user, session.id)

    async def _pair(self, tx: AsyncSession, user: User, session_id: str) -> TokenPair:
        now, lifetime_s = self._clock.now(), self._settings.refresh_lifetime_s
        # Kept for one more lifetime, so that an expired token is still told apart.
        old = RefreshToken.expires_at <= now - lifetime_s
        await tx.execute(delete(RefreshToken).where(old))
        refresh = secrets.token_urlsafe(32)
        tx.add(
            RefreshToken(
                digest=digest_of(refresh),
                session_id=session_id,
                expires_at=now + lifetime_s,
            )
        )
        access = self._issuer.issue(user.id, session_id, ROLES[user.role])
        return TokenPair(access, refresh, self._issuer.lifetime_s)

    async def _look_up(self, session_id: str) -> _Standing:
        async with self._database.session() as tx:
            session = await tx.get(LoginSession, session_id)
            if session is None:
                raise invalid_token()
            if session.revoked:
                raise _revoked()
            user = await user_of(tx, session.user_id)
            # A revocation waits for its turn at the database, so it comes after this.
            now = self._clock.now()
            until = now + self._settings.cache_s
            standing = _Standing(user.id, ROLES[user.role], until)
            self._remember(session_id, standing, now)
        return standing

    def _remember(self, session_id: str, standing: _Standing, now: float) -> None:
        self._known.pop(session_id, None)
        self._known[session_id] = standing
        # The oldest comes first, since each is remembered for the same time.
        while self._known and next(iter(self._known.values())).until <= now:
            del self._known[next(iter(self._known))]
        self._metrics.gauge("auth_cache_sessions", len(self._known))


def _revoked() -> AuthenticationError:
    return AuthenticationError("the login has ended", code="revoked_token")
