"""Who may do what: roles and how users get them."""

from collections.abc import Callable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from assistant.auth.audit import AuditLog
from assistant.auth.errors import AccountError
from assistant.auth.tables import User
from assistant.core.database import Database
from assistant.identity import Identity, PermissionDeniedError

ROLES: Mapping[str, frozenset[str]] = {
    "guest": frozenset({"chat:read"}),
    "member": frozenset({"chat:read", "chat:write"}),
    "owner": frozenset({"chat:read", "chat:write", "audit:read", "users:manage"}),
}
"""What each role may do; `owner` has every permission that there is."""


def require(identity: Identity, permission: str) -> None:
    """Let a user pass who has a permission.

    Raises:
        PermissionDeniedError: The user has not got it.
    """
    if permission not in identity.permissions:
        raise PermissionDeniedError(
            f"this needs the permission {permission}", code="permission_denied"
        )


async def user_of(tx: AsyncSession, user_id: str) -> User:
    """Return a user by id.

    Raises:
        AccountError: There is none (`unknown_user`).
    """
    user = await tx.get(User, user_id)
    if user is None:
        raise AccountError("there is no such user", code="unknown_user")
    return user


class Roles:
    """Changes what users may do; only with `users:manage`, and never one's own.

    Args:
        database: Where users are kept.
        audit: Gets every change.
        changed: Is called with the user's id after a change.
    """

    def __init__(
        self, database: Database, audit: AuditLog, changed: Callable[[str], None]
    ) -> None:
        self._database = database
        self._audit = audit
        self._changed = changed

    async def set_role(self, actor: Identity, user_id: str, role: str) -> None:
        """Give a user another role.

        Raises:
            PermissionDeniedError: The actor may not do this.
            AccountError: `unknown_role`, `unknown_user`.
        """
        require(actor, "users:manage")
        if actor.user_id == user_id:
            raise PermissionDeniedError(
                "nobody changes their own role", code="permission_denied"
            )
        if role not in ROLES:
            raise AccountError("there is no such role", code="unknown_role")
        async with self._database.session() as tx:
            (await user_of(tx, user_id)).role = role
            self._audit.add(tx, "role_set", user_id, by=actor.user_id, role=role)
        self._changed(user_id)
