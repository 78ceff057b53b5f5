"""Who is asking: what authentication hands to everything else."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import AssistantError


class AuthenticationError(AssistantError):
    """Nobody, or nobody known, stands behind a request.

    Codes: `missing_token`, `invalid_token`, `expired_token`, `revoked_token`.
    """


class PermissionDeniedError(AssistantError):
    """A known user may not do this. Code: `permission_denied`."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A user as a valid access token describes one.

    Attributes:
        user_id: Whose token it is.
        session_id: The login that the token belongs to.
        permissions: What the user may do, such as `chat:write`.
        expires_at: When the token ends, in seconds since 1970.
    """

    user_id: str
    session_id: str
    permissions: frozenset[str]
    expires_at: float


class Authenticator(Protocol):
    """What turns tokens into identities and tells when a session ends early."""

    async def authenticate(self, token: str | None) -> Identity:
        """Return whose token it is.

        Raises:
            AuthenticationError: It is missing, invalid, expired or revoked.
        """
        ...

    def on_revoked(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call the listener with the id of each session that is revoked.

        Returns:
            What takes the listener away again.
        """
        ...
