"""Tickets: random tokens that permit one thing, once, for a limited time."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.errors import AccountError
from assistant.auth.tables import Ticket
from assistant.clock import Clock


def digest_of(token: str) -> str:
    """Return what is kept of a random token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


class Tickets:
    """Issues and redeems tickets inside the caller's transaction."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def issue(
        self,
        tx: AsyncSession,
        purpose: str,
        subject: str,
        lifetime_s: float,
        payload: Mapping[str, Any],
    ) -> str:
        """Return a new token; an earlier one for the same purpose and subject ends.

        Args:
            tx: The transaction.
            purpose: What it permits.
            subject: To whom, or a value of its own when it is to nobody known.
            lifetime_s: For how long.
            payload: What redeeming returns, as JSON.
        """
        now = self._clock.now()
        replaced = (Ticket.purpose == purpose) & (Ticket.subject == subject)
        await tx.execute(delete(Ticket).where(or_(Ticket.expires_at <= now, replaced)))
        token = secrets.token_urlsafe(32)
        tx.add(
            Ticket(
                digest=digest_of(token),
                purpose=purpose,
                subject=subject,
                payload=dict(payload),
                expires_at=now + lifetime_s,
            )
        )
        return token

    async def redeem(
        self, tx: AsyncSession, purpose: str, token: str
    ) -> tuple[str, dict[str, Any]]:
        """Use a ticket up.

        Returns:
            Its subject and its payload.

        Raises:
            AccountError: It is unknown, for another purpose, used or expired
                (`invalid_ticket`).
        """
        found = await tx.get(Ticket, digest_of(token))
        now = self._clock.now()
        if found is None or found.purpose != purpose or now >= found.expires_at:
            raise AccountError(
                "this link is not valid or no longer", code="invalid_ticket"
            )
        await tx.delete(found)
        return found.subject, found.payload
