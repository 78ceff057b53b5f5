"""Access tokens: JSON web tokens that say who is asking and what they may do."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from pydantic import BaseModel, ConfigDict, FiniteFloat, ValidationError

from assistant.clock import Clock
from assistant.identity import AuthenticationError, Identity

ALGORITHM = "HS256"
ACCESS_TYPE = "at+jwt"
"""Header `typ` of an access token; another kind of token is not taken for one."""


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True)

    sub: str
    sid: str
    permissions: list[str]
    exp: FiniteFloat


def sign(claims: Mapping[str, Any], secret: str, kind: str) -> str:
    """Return claims as a signed token whose header `typ` is the kind."""
    return jwt.encode(dict(claims), secret, ALGORITHM, headers={"typ": kind})


def open_signed(
    token: str, secret: str, kind: str, *, issuer: str, audience: str
) -> dict[str, Any]:
    """Return the claims of a signed token; whether it has expired is not looked at.

    Args:
        token: As `sign` made it.
        secret: The secret that it was signed with.
        kind: What its header `typ` must be.
        issuer: What its claim `iss` must be.
        audience: What its claim `aud` must be, as a text and not as a list.

    Raises:
        AuthenticationError: One of these does not hold (`invalid_token`).
    """
    # The system's clock is not asked: the caller compares `exp` with its own.
    options = {"verify_exp": False, "verify_iat": False, "strict_aud": True}
    try:
        opened = jwt.decode_complete(
            token,
            secret,
            algorithms=[ALGORITHM],
            issuer=issuer,
            audience=audience,
            options=options,  # type: ignore[arg-type]
        )
    except jwt.InvalidTokenError:
        raise invalid_token() from None
    if opened["header"].get("typ") != kind:
        raise invalid_token()
    claims: dict[str, Any] = opened["payload"]
    return claims


def invalid_token() -> AuthenticationError:
    """Return the error for a token that is not accepted; it does not say why."""
    return AuthenticationError("the token is not valid", code="invalid_token")


class TokenIssuer:
    """Issues and verifies access tokens; keeps no state.

    Args:
        secret: Signs the tokens (HMAC with SHA-256); 32 bytes or more.
        clock: Tells when a token begins and ends.
        lifetime_s: How long a token is valid.
        issuer: Claim `iss`.
        audience: Claim `aud`.
    """

    def __init__(
        self,
        secret: str,
        *,
        clock: Clock,
        lifetime_s: float = 900,
        issuer: str = "assistant",
        audience: str = "assistant",
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._issuer = issuer
        self._audience = audience
        self.lifetime_s = lifetime_s

    def issue(self, user_id: str, session_id: str, permissions: Iterable[str]) -> str:
        """Return a new token, different from every other, valid from now on."""
        now = self._clock.now()
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": user_id,
            "sid": session_id,
            "permissions": sorted(permissions),
            "iat": now,
            "exp": now + self.lifetime_s,
            "jti": secrets.token_hex(8),
        }
        return sign(claims, self._secret, ACCESS_TYPE)

    def verify(self, token: str | None) -> Identity:
        """Return whose token it is.

        Raises:
            AuthenticationError: There is none (`missing_token`), it is not one of this
                issuer's (`invalid_token`), or its time is over (`expired_token`).
        """
        if not token:
            raise AuthenticationError("a token is needed", code="missing_token")
        opened = open_signed(
            token,
            self._secret,
            ACCESS_TYPE,
            issuer=self._issuer,
            audience=self._audience,
        )
        try:
            claims = _Claims.model_validate(opened)
        except ValidationError:
            raise invalid_token() from None
        if self._clock.now() >= claims.exp:
            raise AuthenticationError("the token has expired", code="expired_token")
        return Identity(
            claims.sub, claims.sid, frozenset(claims.permissions), claims.exp
        )
