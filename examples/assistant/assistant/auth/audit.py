"""The audit trail: every event of an account, when, whose and from where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.typing import FilteringBoundLogger

from assistant.auth.tables import AuditRecord
from assistant.clock import Clock
from assistant.core.database import Database
from assistant.masking import mask
from assistant.metrics import Metrics


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One event.

    Attributes:
        number: Its place in the trail; each event has the next one.
        at: When, in seconds since 1970.
        event: What, such as `login`, `login_refused`, `logout`, `refresh_reused`.
        user_id: Whose account; None when there is none.
        address: The network address it came from; "" when there is none.
        detail: What else is known, secrets masked.
    """

    number: int
    at: float
    event: str
    user_id: str | None
    address: str
    detail: dict[str, Any]


class AuditLog:
    """Writes events to the database, the log (`auth`) and metrics (`auth_EVENT`)."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        log: FilteringBoundLogger,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._clock = clock
        self._log = log
        self._metrics = metrics

    def add(
        self,
        tx: AsyncSession,
        event: str,
        user_id: str | None,
        address: str = "",
        **detail: Any,
    ) -> None:
        """Record an event in the transaction that makes it true."""
        masked = mask(detail)
        tx.add(
            AuditRecord(
                at=self._clock.now(),
                event=event,
                user_id=user_id,
                address=address,
                detail=masked,
            )
        )
        self._log.info("auth", action=event, user=user_id, address=address, **masked)
        self._metrics.count(f"auth_{event}")

    async def entries(self, user_id: str | None = None) -> Sequence[AuditEntry]:
        """Return the events of one account, or of all, oldest first."""
        query = select(AuditRecord).order_by(AuditRecord.id)
        if user_id is not None:
            query = query.where(AuditRecord.user_id == user_id)
        async with self._database.session() as tx:
            return [
                AuditEntry(
                    each.id,
                    each.at,
                    each.event,
                    each.user_id,
                    each.address,
                    each.detail,
                )
                for each in await tx.scalars(query)
            ]
