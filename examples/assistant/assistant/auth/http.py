"""Authentication over HTTP: routes, the middleware and errors as JSON."""

import math
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import wraps
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.auth.errors import LoginError
from assistant.auth.oauth import OAuthSignIn
from assistant.auth.permissions import require
from assistant.auth.service import AuthService
from assistant.auth.sessions import TokenPair
from assistant.auth.tokens import invalid_token
from assistant.errors import AssistantError
from assistant.identity import (
    AuthenticationError,
    Authenticator,
    Identity,
    PermissionDeniedError,
)

BODY_BYTES = 16384
BROWSER_COOKIE = "oauth_browser"

_STATUS = {
    "email_taken": 409,
    "account_exists": 409,
    "second_factor_active": 409,
    "locked": 429,
    "too_large": 413,
    "provider_unavailable": 502,
    "database_unavailable": 503,
}

Endpoint = Callable[[Request], Awaitable[Response]]
B = TypeVar("B", bound=BaseModel)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Registration(_Body):
    email: str
    password: str
    display_name: str


class _Login(_Body):
    email: str
    password: str
    otp: str | None = None


class _Refresh(_Body):
    refresh: str


class _Name(_Body):
    display_name: str


class _Code(_Body):
    code: str


def error_response(error: AssistantError) -> JSONResponse:
    """Return an error as `{"error": {"code", "message"}}` with a fitting status."""
    headers = {}
    if isinstance(error, AuthenticationError):
        status = 401
        if not isinstance(error, LoginError):
            headers["WWW-Authenticate"] = f'Bearer error="{error.code}"'
        elif error.retry_after_s:
            headers["Retry-After"] = str(math.ceil(error.retry_after_s))
    else:
        status = 403 if isinstance(error, PermissionDeniedError) else 400
    return JSONResponse(
        {"error": {"code": error.code, "message": str(error)}},
        _STATUS.get(error.code, status),
        headers,
    )


def bearer_token(connection: HTTPConnection) -> str | None:
    """Return the token of the one `Authorization` header, or None without a header.

    Raises:
        AuthenticationError: There are two, or it is not `Bearer` and a token
            (`invalid_token`).
    """
    headers = connection.headers.getlist("authorization")
    if not headers:
        return None
    scheme, _, token = headers[0].partition(" ")
    if len(headers) > 1 or scheme.lower() != "bearer" or not token or " " in token:
        raise invalid_token()
    return token


class AuthenticationMiddleware:
    """Says who is asking: `identity_of(request)` answers behind it.

    A request without credentials passes as nobody's; one with credentials that are not
    accepted ends here.

    Args:
        app: What is behind it.
        authenticator: Turns tokens into identities.
    """

    def __init__(self, app: ASGIApp, authenticator: Authenticator) -> None:
        self._app = app
        self._authenticator = authenticator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; what is not HTTP passes untouched."""
        if scope["type"] == "http":
            identity = None
            try:
                token = bearer_token(HTTPConnection(scope))
                if token is not None:
                    identity = await self._authenticator.authenticate(token)
            except AssistantError as error:
                await error_response(error)(scope, receive, send)
                return
            scope.setdefault("state", {})["identity"] = identity
        await self._app(scope, receive, send)


def identity_of(request: Request) -> Identity:
    """Return who is asking, as the middleware found out.

    Raises:
        AuthenticationError: Nobody known (`missing_token`).
    """
    identity = getattr(request.state, "identity", None)
    if not isinstance(identity, Identity):
        raise AuthenticationError("a login is needed", code="missing_token")
    return identity


def answering(endpoint: Endpoint) -> Endpoint:
    """Wrap an endpoint so that errors of the service are answered as JSON."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except AssistantError as error:
            return error_response(error)

    return answer


def routes(auth: AuthService, oauth: OAuthSignIn | None = None) -> list[Route]:
    """Return the routes under `/auth`; they stand behind the middleware.

    Args:
        auth: Does the work.
        oauth: Adds `/auth/oauth/start` and `/auth/oauth/callback`.
    """
    pages = _Pages(auth)
    table: list[tuple[str, str, Endpoint]] = [
        ("POST", "/auth/register", pages.register),
        ("POST", "/auth/login", pages.login),
        ("POST", "/auth/refresh", pages.refresh),
        ("POST", "/auth/logout", pages.logout),
        ("GET", "/auth/me", pages.me),
        ("PATCH", "/auth/me", pages.rename),
        ("POST", "/auth/totp", pages.enroll),
        ("POST", "/auth/totp/confirm", pages.confirm),
        ("GET", "/auth/audit", pages.audit),
    ]
    if oauth is not None:
        provider = _ProviderPages(oauth)
        table += [
            ("GET", "/auth/oauth/start", provider.start),
            ("GET", "/auth/oauth/callback", provider.callback),
        ]
    return [Route(path, answering(page), methods=[verb]) for verb, path, page in table]


class _Pages:
    def __init__(self, auth: AuthService) -> None:
        self._auth = auth

    async def register(self, request: Request) -> Response:
        body = await _read(request, _Registration)
        user_id = await self._auth.register(
            body.email, body.password, body.display_name, address=_address(request)
        )
        return JSONResponse({"user_id": user_id}, 201)

    async def login(self, request: Request) -> Response:
        body = await _read(request, _Login)
        pair = await self._auth.login(
            body.email, body.password, body.otp, _address(request)
        )
        return _tokens(pair)

    async def refresh(self, request: Request) -> Response:
        body = await _read(request, _Refresh)
        return _tokens(await self._auth.refresh(body.refresh, _address(request)))

    async def logout(self, request: Request) -> Response:
        await self._auth.logout(identity_of(request).session_id, _address(request))
        return Response(status_code=204)

    async def me(self, request: Request) -> Response:
        return JSONResponse(
            asdict(await self._auth.profile(identity_of(request).user_id))
        )

    async def rename(self, request: Request) -> Response:
        user_id = identity_of(request).user_id
        await self._auth.rename(user_id, (await _read(request, _Name)).display_name)
        return JSONResponse(asdict(await self._auth.profile(user_id)))

    async def enroll(self, request: Request) -> Response:
        uri = await self._auth.enroll_totp(identity_of(request).user_id)
        return JSONResponse({"uri": uri})

    async def confirm(self, request: Request) -> Response:
        user_id = identity_of(request).user_id
        code = (await _read(request, _Code)).code
        codes = await self._auth.confirm_totp(user_id, code)
        return JSONResponse({"recovery_codes": codes})

    async def audit(self, request: Request) -> Response:
        require(identity_of(request), "audit:read")
        entries = await self._auth.audit.entries(request.query_params.get("user"))
        return JSONResponse({"entries": [asdict(each) for each in entries]})


class _ProviderPages:
    def __init__(self, oauth: OAuthSignIn) -> None:
        self._oauth = oauth

    async def start(self, request: Request) -> Response:
        begun = await self._oauth.start()
        response = RedirectResponse(begun.url, 302)
        response.set_cookie(
            BROWSER_COOKIE,
            begun.browser,
            path="/auth/oauth",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
        return response

    async def callback(self, request: Request) -> Response:
        query = request.query_params
        pair = await self._oauth.finish(
            query.get("state", ""),
            query.get("code", ""),
            request.cookies.get(BROWSER_COOKIE, ""),
        )
        response = _tokens(pair)
        response.delete_cookie(BROWSER_COOKIE, path="/auth/oauth")
        return response


async def _read(request: Request, model: type[B]) -> B:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES:
            raise AssistantError("the request is too large", code="too_large")
    try:
        return model.model_validate_json(body)
    except ValidationError:
        raise AssistantError(
            f"the body is not JSON with {', '.join(model.model_fields)}",
            code="invalid_request",
        ) from None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _tokens(pair: TokenPair) -> JSONResponse:
    return JSONResponse(asdict(pair), headers={"Cache-Control": "no-store"})
