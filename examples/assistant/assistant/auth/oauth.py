"""Sign-in through a provider: OAuth 2, the code flow with PKCE."""

import secrets
import warnings
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.deprecate import (  # type: ignore[import-untyped]
    AuthlibDeprecationWarning,
)
from pydantic import BaseModel, Field, SecretStr, ValidationError

from assistant.auth.errors import AccountError, OAuthError
from assistant.auth.service import AuthService
from assistant.auth.sessions import TokenPair
from assistant.auth.tickets import digest_of

with warnings.catch_warnings():
    # Authlib prefers httpx2, which nothing else here needs.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import (  # type: ignore[import-untyped]
        AsyncOAuth2Client,
    )
    from authlib.integrations.httpx_client import OAuthError as ProviderError


@dataclass(frozen=True, slots=True)
class Provider:
    """Where users may sign in.

    Attributes:
        name: How its users are told from those of other providers.
        client_id: The service's name there.
        client_secret: The service's secret there.
        authorize_url: Where the browser is sent.
        token_url: Where a code is exchanged.
        user_url: Where the signed-in user is described (OpenID Connect `userinfo`).
        scope: What is asked for.
    """

    name: str
    client_id: str
    client_secret: SecretStr
    authorize_url: str
    token_url: str
    user_url: str
    scope: str = "openid email profile"


@dataclass(frozen=True, slots=True)
class Authorization:
    """A sign-in that has begun.

    Attributes:
        url: Where to send the browser.
        state: What the provider sends back.
        browser: A secret for the browser that began, kept in a cookie.
    """

    url: str
    state: str
    browser: str


class _ProviderUser(BaseModel):
    sub: str = Field(min_length=1)
    email: str
    email_verified: bool = False
    name: str = ""


class OAuthSignIn:
    """Signs users in through one provider.

    Args:
        auth: Gets the users.
        provider: Where they sign in.
        redirect_uri: Where the provider sends the browser back, the same every time.
    """

    def __init__(
        self, auth: AuthService, provider: Provider, redirect_uri: str
    ) -> None:
        self._auth = auth
        self._provider = provider
        self._redirect_uri = redirect_uri
        self._tls = httpx.create_ssl_context()

    async def start(self) -> Authorization:
        """Begin a sign-in; its state works once, for this browser, for a short time."""
        verifier, browser = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
        async with self._auth.database.session() as tx:
            state = await self._auth.tickets.issue(
                tx,
                "oauth",
                digest_of(browser),
                self._auth.settings.oauth_lifetime_s,
                {"verifier": verifier, "provider": self._provider.name},
            )
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                self._provider.authorize_url, state=state, code_verifier=verifier
            )
        return Authorization(url, state, browser)

    async def finish(self, state: str, code: str, browser: str) -> TokenPair:
        """Begin a session with what the provider sent back.

        Args:
            state: As `start` gave it.
            code: The provider's code.
            browser: The secret of the browser that began.

        Raises:
            OAuthError: It was refused, here or by the provider.
        """
        verifier = await self._redeem(state, browser)
        user = await self._ask(code, verifier)
        if not user.email_verified:
            raise OAuthError(
                "the provider has not confirmed the address", code="email_unverified"
            )
        return await self._auth.login_linked(
            self._provider.name, user.sub, user.email, user.name
        )

    async def _redeem(self, state: str, browser: str) -> str:
        try:
            async with self._auth.database.session() as tx:
                owner, kept = await self._auth.tickets.redeem(tx, "oauth", state)
        except AccountError:
            owner, kept = "", {}
        here = (digest_of(browser), self._provider.name)
        if here != (owner, kept.get("provider")):
            raise OAuthError(
                "this sign-in did not begin here; begin again", code="invalid_state"
            )
        verifier: str = kept["verifier"]
        return verifier

    async def _ask(self, code: str, verifier: str) -> _ProviderUser:
        try:
            async with self._client() as client:
                await client.fetch_token(
                    self._provider.token_url, code=code, code_verifier=verifier
                )
                answer = await client.get(self._provider.user_url)
                answer.raise_for_status()
                return _ProviderUser.model_validate(answer.json())
        except ProviderError:
            raise OAuthError(
                "the provider refused the sign-in", code="sign_in_refused"
            ) from None
        except (httpx.HTTPError, ValidationError, ValueError):
            raise OAuthError(
                "the provider cannot be used now", code="provider_unavailable"
            ) from None

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            self._provider.client_id,
            self._provider.client_secret.get_secret_value(),
            scope=self._provider.scope,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            verify=self._tls,
        )
