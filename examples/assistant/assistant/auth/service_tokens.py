"""Tokens between services: who calls, and whom the call is for."""

import secrets

from assistant.auth.tokens import invalid_token, open_signed, sign
from assistant.clock import Clock
from assistant.identity import AuthenticationError

SERVICE_TYPE = "service+jwt"
ISSUER = "assistant-services"


class ServiceTokens:
    """Issues and verifies tokens of services; keeps no state.

    Args:
        secret: Shared by the services; not the one of users' tokens.
        clock: Tells when a token begins and ends.
        lifetime_s: How long a token is valid.
    """

    def __init__(self, secret: str, clock: Clock, lifetime_s: float = 60) -> None:
        self._secret = secret
        self._clock = clock
        self._lifetime_s = lifetime_s

    def issue(self, service: str, audience: str) -> str:
        """Return a token with which one service calls another.

        Args:
            service: The name of the caller.
            audience: The name of the service that is called.
        """
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "sub": service,
            "exp": self._clock.now() + self._lifetime_s,
            "jti": secrets.token_hex(8),
        }
        return sign(claims, self._secret, SERVICE_TYPE)

    def verify(self, token: str | None, audience: str) -> str:
        """Return the name of the calling service.

        Args:
            token: What came with the call.
            audience: The name of the service that is called.

        Raises:
            AuthenticationError: There is none (`missing_token`), it is not a service's
                token for this audience (`invalid_token`), or its time is over
                (`expired_token`).
        """
        if not token:
            raise AuthenticationError("a service token is needed", code="missing_token")
        claims = open_signed(
            token, self._secret, SERVICE_TYPE, issuer=ISSUER, audience=audience
        )
        caller, until = claims.get("sub"), claims.get("exp")
        if not isinstance(caller, str) or not isinstance(until, int | float):
            raise invalid_token()
        if self._clock.now() >= until:
            raise AuthenticationError(
                "the service token has expired", code="expired_token"
            )
        return caller
