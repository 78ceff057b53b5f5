"""Authentication Security: comprehensive integration suite.

Login, tokens, permissions and protection of accounts against attack.

BVJ: Free, Early, Mid, Enterprise - Security
Value Impact: Only the right person reaches an account, its conversations and the agents
    that act for it.
Strategic Impact: A single breach would cost more trust than any feature can win back.
Revenue protected: $8,100,000 a year (against breaches and unauthorized access)

Spec: specs/authentication_security.yaml (rev 518506)
"""

import asyncio
import base64
import hashlib
import io
import json
import secrets
import ssl
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import jwt
import pyotp
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from assistant.auth import (
    AccountError,
    AuthService,
    LoginError,
    OAuthError,
    ServiceTokens,
    TokenIssuer,
    TokenPair,
)
from assistant.auth.http import (
    AuthenticationMiddleware,
    answering,
    bearer_token,
    identity_of,
    routes,
)
from assistant.auth.oauth import OAuthSignIn, Provider
from assistant.auth.permissions import require
from assistant.auth.tables import (
    Attempts,
    LoginSession,
    RefreshToken,
    Ticket,
    User,
)
from assistant.chat import ChatService, DemoAgent
from assistant.clock import ManualClock
from assistant.config import load
from assistant.core.database import Database, DatabaseError
from assistant.errors import AssistantError
from assistant.identity import AuthenticationError, PermissionDeniedError
from assistant.logs import open_log
from assistant.metrics import Metrics
from assistant.serving import serve
from suiteloom.ssot import SSotAsyncTestCase

GIVE_UP_S = 30
"""After this long a request or a thread counts as hanging."""

USER_SECRET = "signs-the-tokens-of-users-and-nothing-else-in-these-many-tests-64"
SERVICE_SECRET = "signs-the-tokens-of-services-and-nothing-else"

EMAIL = "first@example.com"
PASSWORD = "correct horse battery"
WRONG = "incorrect horse battery"
NEW_PASSWORD = "another stable staple"
ACCENTED = "p\u00e4ssw\u00f6rd einmal"

REDIRECT = "https://chat.example/auth/oauth/callback"

CACHE = ("hits", "misses")
HIT = {"hits": 1, "misses": 0}
MISS = {"hits": 0, "misses": 1}

PERMISSIONS = {
    "guest": {"chat:read"},
    "member": {"chat:read", "chat:write"},
    "owner": {"chat:read", "chat:write", "audit:read", "users:manage"},
}


FOURTEEN_DAYS_S = 14 * 86400

TRICKS = (
    "",
    "%",
    "' OR '1'='1",
    f"{EMAIL}' --",
    f"{EMAIL}\x00",
    "'; DROP TABLE auth_users; --",
    "\U0001f40e" * 2000,
)

WRONG_SERVICE_CLAIMS = (
    ("iss", "assistant"),
    ("iss", None),
    ("aud", ["billing"]),
    ("aud", None),
    ("sub", None),
    ("sub", 7),
    ("exp", None),
    ("exp", "tomorrow"),
)

LONGEST_DOMAIN = f"{'b' * 63}.{'c' * 63}.{'d' * 57}.com"

GOOD_EMAILS = {
    " Second+Tag@Example.COM ": "second+tag@example.com",
    "a@b.co": "a@b.co",
    f"{'a' * 64}@{LONGEST_DOMAIN}": f"{'a' * 64}@{LONGEST_DOMAIN}",
}

BAD_EMAILS = (
    "",
    "first",
    "first@",
    "@example.com",
    "first@example",
    "first@@example.com",
    "first@.com",
    "first @example.com",
    "first@example.c",
    "first@example.com\nx@example.com",
    "<first@example.com>",
    "f\u00efrst@example.com",
    "first@ex\u0430mple.com",
    "\u212aelvin@example.com",
    "\ufb01rst@example.com",
    f"{'a' * 65}@example.com",
    f"a@{'b' * 64}.com",
    f"{'a' * 64}@{LONGEST_DOMAIN.replace('.com', 'd.com')}",
)

GOOD_PASSWORDS = ("abcdeabcdeab", "abcde" * 25 + "abc", "pass word \U0001f40e \u00e4")
BAD_PASSWORDS = (
    "",
    "abcdeabcdea",
    "abcdabcdabcd",
    "abcde" * 25 + "abcd",
    f"my {EMAIL.upper()} !",
)
BAD_NAMES = ("", " \u3000", "n" * 81, "a\nb", "a\u202eb", "a\u200bb", "a\x00b")

UNUSABLE_BODIES = (
    b"",
    b"nonsense",
    b"[]",
    b"{}",
    b'{"email": "first@example.com"}',
    b'{"email": "first@example.com", "password": 7}',
    b'{"email": "first@example.com", "password": "x", "otp": 7}',
    b'{"email": "first@example.com", "password": "x", "admin": true}',
    b'{"email": "first@example.com", "password": "\\ud800"}',
    b'{"email": "first@example.com", "password": "\xff"}',
)


@dataclass(frozen=True, slots=True)
class Stage:
    """An authentication service and what it was given."""

    auth: AuthService
    database: Database
    clock: ManualClock
    metrics: Metrics
    log: io.StringIO

    async def join(self, email=EMAIL, role="member"):
        """Register a user with the usual password and return the id."""
        return await self.auth.register(email, PASSWORD, f"User of {email}", role=role)

    async def enter(self, email=EMAIL, password=PASSWORD, otp=None):
        """Log in; return the tokens and the identity that the access token gives."""
        pair = await self.auth.login(email, password, otp)
        return pair, await self.auth.authenticate(pair.access)

    async def count(self, table):
        """Return how many rows a table has."""
        async with self.database.session() as tx:
            return await tx.scalar(select(func.count()).select_from(table))

    @property
    def password_checks(self):
        """How many passwords have been verified."""
        return self.metrics.distribution("auth_password_check_s").count


async def open_stage(test, url="sqlite+aiosqlite://", database=None, **settings):
    """Start an authentication service for one test, in the environment of the run.

    Args:
        test: Closes the database in the end.
        url: Of a new database.
        database: The one to use instead of a new one.
        **settings: Of the section `auth`, beyond secrets and small costs.

    Returns:
        The stage, on a clock that stands still.
    """
    values = {
        "jwt_secret": USER_SECRET,
        "service_secret": SERVICE_SECRET,
        "argon2_time_cost": 1,
        "argon2_memory_kib": 8,
        **settings,
    }
    environ = {"ENVIRONMENT": test.get_env_var("ENVIRONMENT", "test")}
    overrides = {f"auth.{name}": value for name, value in values.items()}
    configured = load(None, environ, overrides).settings.auth
    clock, metrics, out = ManualClock(), Metrics(), io.StringIO()
    log = open_log(out, clock=clock)
    if database is None:
        database = Database(url, clock=clock, log=log)
        test.add_cleanup(database.close)
    await database.connect()
    auth = AuthService(database, configured, clock=clock, log=log, metrics=metrics)
    return Stage(auth, database, clock, metrics, out)


async def code_of(call, kind=AssistantError):
    """Return the code with which a call is refused; it is an error if it succeeds."""
    with pytest.raises(kind) as caught:
        await call
    assert str(caught.value)
    return caught.value.code


def site(auth, oauth=None):
    """Return an application with the routes, an open page and a protected one."""

    async def read(_):
        return JSONResponse({"page": "open"})

    async def who(request):
        identity = identity_of(request)
        return JSONResponse({"user": identity.user_id, "session": identity.session_id})

    return Starlette(
        routes=[
            Route("/open", read),
            Route("/who", answering(who)),
            *routes(auth, oauth),
        ],
        middleware=[Middleware(AuthenticationMiddleware, authenticator=auth)],
    )


def browser(address):
    """Return an HTTP client for a service; it keeps cookies."""
    return plain_client(base_url=address.http)


def plain_client(**options):
    """Return an HTTP client for loopback: no proxy, and no authorities to load."""
    return httpx.AsyncClient(
        timeout=GIVE_UP_S,
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        **options,
    )


def bearer(token):
    """Return the header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def challenge_of(verifier):
    """Return the S256 challenge of a PKCE verifier, as RFC 7636 defines it."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def encoded(value):
    """Return JSON as a part of a token."""
    text = json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def unsigned(token):
    """Return the claims of a token without looking at its signature."""
    return jwt.decode(token, options={"verify_signature": False})


def signed(claims, secret=USER_SECRET, kind="at+jwt", algorithm="HS256"):
    """Return a token with any claims; one that is None is left out."""
    present = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(present, secret, algorithm, headers={"typ": kind})


def forged(token):
    """Return tokens by name that resemble a good one and must not pass for it."""
    claims = unsigned(token)
    head, body, signature = token.split(".")
    changes = {
        "audience": {"aud": "other"},
        "audiences": {"aud": ["assistant"]},
        "issuer": {"iss": "other"},
        "subject number": {"sub": 7},
        "session number": {"sid": 7},
        "permissions text": {"permissions": "chat:read"},
        "permission number": {"permissions": [7]},
        "end text": {"exp": "tomorrow"},
        "endless": {"exp": float("inf")},
        **{
            f"no {name}": {name: None}
            for name in ("iss", "aud", "sub", "sid", "permissions", "exp")
        },
    }
    return {
        "secret": signed(claims, secret=SERVICE_SECRET),
        "algorithm": signed(claims, algorithm="HS512"),
        "no algorithm": jwt.encode(claims, None, "none", headers={"typ": "at+jwt"}),
        "kind": signed(claims, kind="JWT"),
        "no kind": signed(claims, kind=None),
        "subject": f"{head}.{encoded({**claims, 'sub': 'other'})}.{signature}",
        "no signature": f"{head}.{body}.",
        "cut": token[:-1],
        "no token": "token",
        "not ascii": "tökén",
        **{name: signed({**claims, **change}) for name, change in changes.items()},
    }


class StrictProvider:
    """A provider of sign-ins: OAuth 2 codes with PKCE, one client, one redirect.

    Attributes:
        person: What it tells about who signs in.
        asked: How often a code was to be exchanged.
        failure: What it answers to everything but the first step, instead of working.
    """

    def __init__(self):
        self.person = {
            "sub": "p-1",
            "email": "Person@Example.com",
            "email_verified": True,
            "name": "A person",
        }
        self.asked = 0
        self.failure = None
        self._codes = {}
        self._tokens = set()
        self.app = Starlette(
            routes=[
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/user", self._user),
            ]
        )

    def at(self, address, name="strict"):
        """Return how a service reaches this provider."""
        return Provider(
            name,
            "assistant",
            SecretStr("client secret"),
            f"{address.http}/authorize",
            f"{address.http}/token",
            f"{address.http}/user",
        )

    async def _authorize(self, request):
        query = request.query_params
        asks_well = (
            query["client_id"] == "assistant"
            and query["response_type"] == "code"
            and query["redirect_uri"] == REDIRECT
            and query["code_challenge_method"] == "S256"
            and query["scope"] == "openid email profile"
        )
        if not asks_well:
            return Response(status_code=400)
        code = secrets.token_urlsafe(16)
        self._codes[code] = query["code_challenge"]
        back = urlencode({"code": code, "state": query["state"]})
        return RedirectResponse(f"{REDIRECT}?{back}", 302)

    async def _token(self, request):
        self.asked += 1
        if self.failure is not None:
            return self.failure
        form = dict(parse_qsl((await request.body()).decode()))
        client = base64.b64encode(b"assistant:client secret").decode()
        challenge = self._codes.pop(form.get("code"), None)
        asks_well = (
            request.headers["authorization"] == f"Basic {client}"
            and form["grant_type"] == "authorization_code"
            and form["redirect_uri"] == REDIRECT
            and challenge == challenge_of(form["code_verifier"])
        )
        if not asks_well:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = secrets.token_urlsafe(16)
        self._tokens.add(f"Bearer {token}")
        return JSONResponse({"access_token": token, "token_type": "Bearer"})

    async def _user(self, request):
        if request.headers["authorization"] not in self._tokens:
            return Response(status_code=401)
        return JSONResponse(self.person)


async def sent_back(person):
    """Walk from a service to its provider in a browser.

    Returns:
        The query with which the provider sends the browser back: `code` and `state`.
    """
    begun = await person.get("/auth/oauth/start")
    assert begun.status_code == 302
    return await at_provider(begun.headers["location"])


async def at_provider(url):
    """Open the address to which a browser was sent; return what is sent back."""
    async with plain_client() as client:
        answer = await client.get(url)
    target, _, query = answer.headers["location"].partition("?")
    assert target == REDIRECT
    return dict(parse_qsl(query))


class WatchedExecutor(ThreadPoolExecutor):
    """One thread that can be held up, and a count of what was given to it."""

    def __init__(self):
        super().__init__(max_workers=1)
        self.given = 0
        self.opened = threading.Event()
        self.submit(self.opened.wait, GIVE_UP_S)

    def submit(self, *args, **options):
        """Queue a call and count it."""
        self.given += 1
        return super().submit(*args, **options)


async def sign_in(oauth):
    """Sign in without a browser's help; return the tokens."""
    begun = await oauth.start()
    back = await at_provider(begun.url)
    return await oauth.finish(back["state"], back["code"], begun.browser)


async def sign_in_twice(stage, provider, here):
    """Sign in through the pages, twice as the same person; the first time registers."""
    seen = []
    for scheme in ("http", "https"):
        async with browser(here) as person:
            head = {"X-Forwarded-Proto": scheme}
            begun = await person.get("/auth/oauth/start", headers=head)
            cookie = begun.headers["set-cookie"]
            assert {"HttpOnly", "Path=/auth/oauth", "SameSite=lax"} <= set(
                cookie.split("; ")
            )
            assert ("Secure" in cookie) == (scheme == "https")
            query = parse_qs(urlsplit(begun.headers["location"]).query)
            assert query["redirect_uri"] == [REDIRECT]
            assert query["code_challenge_method"] == ["S256"]
            assert len(query["code_challenge"][0]) == 43
            assert "verifier" not in begun.headers["location"]
            back = await sent_back(person)
            answer = await person.get("/auth/oauth/callback", params=back)
            assert answer.headers["cache-control"] == "no-store"
            assert not [each for each in person.cookies.jar if not each.secure]
            seen.append(await stage.auth.authenticate(answer.json()["access"]))
    assert seen[0].user_id == seen[1].user_id
    assert seen[0].session_id != seen[1].session_id
    profile = await stage.auth.profile(seen[0].user_id)
    assert (profile.email, profile.display_name, profile.role) == (
        "person@example.com",
        provider.person["name"],
        "member",
    )
    told = [(each.event, each.detail) for each in await stage.auth.audit.entries()]
    by = {"provider": "strict"}
    assert told[1:] == [("registered", by), ("login", by), ("login", by)]


async def refuse_on_pages(provider, here):
    """Sign in through the pages with the address of an account that has a password."""
    person, provider.person = provider.person, {**provider.person, "sub": "p-2"}
    provider.person["email"] = EMAIL
    async with browser(here) as someone:
        back = await sent_back(someone)
        answer = await someone.get("/auth/oauth/callback", params=back)
    assert outcome_of(answer) == (409, "account_exists")
    provider.person = person


async def find_provider_closed(stage, oauth):
    """Come back from a provider that is not there any more."""
    async with serve(site(stage.auth, oauth)) as here, browser(here) as someone:
        begun = await someone.get("/auth/oauth/start")
        query = dict(parse_qsl(urlsplit(begun.headers["location"]).query))
        back = {"state": query["state"], "code": "code"}
        answer = await someone.get("/auth/oauth/callback", params=back)
    assert outcome_of(answer) == (502, "provider_unavailable")


async def return_with_wrong_states(stage, provider, there, here):
    """Come back with states that are not those of this browser and this sign-in."""
    asked = provider.asked
    oauth = OAuthSignIn(stage.auth, provider.at(there), REDIRECT)
    async with browser(here) as person, browser(here) as other:
        back = await sent_back(person)
        await sent_back(other)
        for someone, query in (
            (person, {**back, "state": "unknown"}),
            (person, {"code": back["code"]}),
            (other, back),
            (person, back),
        ):
            answer = await someone.get("/auth/oauth/callback", params=query)
            assert (answer.status_code, answer.json()["error"]["code"]) == (
                400,
                "invalid_state",
            )
    begun = await oauth.start()
    elsewhere = OAuthSignIn(stage.auth, provider.at(there, "other"), REDIRECT)
    call = elsewhere.finish(begun.state, "code", begun.browser)
    assert await code_of(call, OAuthError) == "invalid_state"

    begun, late = await oauth.start(), await oauth.start()
    back, late_back = await at_provider(begun.url), await at_provider(late.url)
    await stage.clock.advance(599.5)
    await oauth.finish(back["state"], back["code"], begun.browser)
    for _ in ("used", "expired"):
        call = oauth.finish(back["state"], back["code"], begun.browser)
        assert await code_of(call, OAuthError) == "invalid_state"
        begun, back = late, late_back
        await stage.clock.advance(0.5)
    assert provider.asked == asked + 1


async def return_with_wrong_codes(stage, provider, there):
    """Come back with codes that the provider does not accept."""
    oauth = OAuthSignIn(stage.auth, provider.at(there), REDIRECT)
    elsewhere = OAuthSignIn(stage.auth, provider.at(there), f"{REDIRECT}/x")
    other = await at_provider((await oauth.start()).url)
    for service, code in (
        (oauth, "invented"),
        (oauth, other["code"]),
        (elsewhere, None),
    ):
        begun = await oauth.start()
        own = (await at_provider(begun.url))["code"]
        call = service.finish(begun.state, code or own, begun.browser)
        assert await code_of(call, OAuthError) == "sign_in_refused"


async def sign_in_as_unwelcome(stage, provider, there):
    """Sign in with addresses that are not confirmed or belong to an account."""
    oauth = OAuthSignIn(stage.auth, provider.at(there), REDIRECT)
    person = provider.person
    for changes, code in (
        ({"sub": "p-2", "email_verified": False}, "email_unverified"),
        ({"sub": "p-2", "email_verified": None}, "email_unverified"),
        ({"sub": "p-2", "email": EMAIL}, "account_exists"),
        ({"sub": "p-2", "email": "nowhere"}, "invalid_email"),
    ):
        changed = {**person, **changes}
        provider.person = {k: v for k, v in changed.items() if v is not None}
        assert await code_of(sign_in(oauth)) == code
    provider.person = {**person, "sub": "p-3", "email": "3@example.com", "name": "\n"}
    pair = await sign_in(oauth)
    profile = await stage.auth.profile(
        (await stage.auth.authenticate(pair.access)).user_id
    )
    assert profile.display_name == profile.email == "3@example.com"
    provider.person = person


async def survive_failures(stage, provider, there):
    """Meet a provider that fails in several ways, and sign in when it works again."""
    oauth = OAuthSignIn(stage.auth, provider.at(there), REDIRECT)
    for failure in (
        Response(status_code=503),
        Response("nonsense"),
        JSONResponse(["nonsense"]),
        JSONResponse({"access_token": "unknown", "token_type": "Bearer"}),
    ):
        provider.failure = failure
        assert await code_of(sign_in(oauth), OAuthError) == "provider_unavailable"
    provider.failure, person = JSONResponse({}), provider.person
    assert await code_of(sign_in(oauth), OAuthError) == "sign_in_refused"
    provider.failure = None
    for nonsense in ({"email": "p@example.com"}, {**person, "sub": ""}, ["nonsense"]):
        provider.person = nonsense
        assert await code_of(sign_in(oauth), OAuthError) == "provider_unavailable"
    provider.person = person
    identity = await stage.auth.authenticate((await sign_in(oauth)).access)
    profile = await stage.auth.profile(identity.user_id)
    assert profile.email == "person@example.com"


def rejection(issuer, token):
    """Return the code and the words with which a token is refused; None if it is not."""
    try:
        issuer.verify(token)
    except AuthenticationError as error:
        return error.code, str(error)
    return None


def refused_with(response):
    """Return the code of a 401, which the header and the body must agree on."""
    assert response.status_code == 401
    error = response.json()["error"]
    assert response.headers["www-authenticate"] == f'Bearer error="{error["code"]}"'
    assert error["message"]
    return error["code"]


async def working(auth, entered):
    """Return the keys of those logins that still work; the others must be revoked."""
    answers = await asyncio.gather(
        *(auth.authenticate(pair.access) for pair, _ in entered.values()),
        return_exceptions=True,
    )
    works = set()
    for key, answer in zip(entered, answers, strict=True):
        if isinstance(answer, AuthenticationError):
            assert answer.code == "revoked_token"
        else:
            assert answer == entered[key][1]
            works.add(key)
    return works


async def guess(stage, email, times):
    """Log in with a wrong password some times; return the codes of the refusals."""
    return [
        await code_of(stage.auth.login(email, WRONG), LoginError) for _ in range(times)
    ]


def hold_passwords():
    """Let no password be hashed or verified until `opened` is set."""
    executor = WatchedExecutor()
    asyncio.get_running_loop().set_default_executor(executor)
    return executor


def billing(tokens):
    """Return a service that tells its callers, known by service tokens, their names."""

    async def invoice(request):
        caller = tokens.verify(bearer_token(request), "billing")
        return JSONResponse({"caller": caller})

    return Starlette(routes=[Route("/invoice", answering(invoice))])


async def call_billing(client, token):
    """Call the billing service; return the caller's name or the code of the error."""
    headers = {} if token is None else bearer(token)
    answer = await client.get("/invoice", headers=headers)
    if answer.status_code == 200:
        return answer.json()["caller"]
    assert answer.status_code == 401
    return answer.json()["error"]["code"]


async def refused_for(stage, email):
    """Log in with the right password; return the code and the wait, or ("", 0)."""
    try:
        await stage.auth.login(email, PASSWORD)
    except LoginError as error:
        return error.code, error.retry_after_s
    return "", 0


async def change_profile(stage):
    """Rename the first user in good and bad ways over HTTP."""
    pair, identity = await stage.enter(EMAIL, ACCENTED)
    async with serve(site(stage.auth)) as address, browser(address) as client:
        for name, status in (("New name", 200), ("\u202ename", 400), (7, 400)):
            answer = await client.patch(
                "/auth/me", json={"display_name": name}, headers=bearer(pair.access)
            )
            assert answer.status_code == status
        me = await client.get("/auth/me", headers=bearer(pair.access))
    assert me.json() == {
        "user_id": identity.user_id,
        "email": EMAIL,
        "display_name": "New name",
        "role": "member",
        "permissions": ["chat:read", "chat:write"],
        "second_factor": False,
    }
    assert await code_of(stage.auth.rename("nobody", "N")) == "unknown_user"
    events = [each.event for each in await stage.auth.audit.entries(identity.user_id)]
    assert events[-2:] == ["login", "renamed"]


async def change_address(stage):
    """Change the address of the first user in good and bad ways."""
    auth, password = stage.auth, ACCENTED
    user_id = (await stage.enter(EMAIL, password))[1].user_id
    start = auth.start_email_change
    call = start(user_id, WRONG, "new@example.com")
    assert await code_of(call, LoginError) == "invalid_credentials"
    assert await code_of(start(user_id, password, "new")) == "invalid_email"
    contested = await start(user_id, password, "New@example.com")
    await stage.join("new@example.com")
    assert await code_of(auth.finish_email_change(contested)) == "email_taken"
    late = await start(user_id, password, "free@example.com")
    await stage.clock.advance(1800)
    assert await code_of(auth.finish_email_change(late)) == "invalid_ticket"
    assert (await auth.profile(user_id)).email == EMAIL

    token = await start(user_id, password, "Free@example.com")
    await stage.clock.advance(1799.5)
    await stage.enter(EMAIL, password)
    await auth.finish_email_change(token)
    assert (await auth.profile(user_id)).email == "free@example.com"
    assert await code_of(auth.finish_email_change(token)) == "invalid_ticket"
    assert await code_of(auth.login(EMAIL, password)) == "invalid_credentials"
    assert (await stage.enter("free@example.com", password))[1].user_id == user_id
    events = [each.event for each in await auth.audit.entries(user_id)]
    assert events[-4:] == ["email_change_started", "login", "email_changed", "login"]


async def live_through(stage, client):
    """Do what leaves an audit record, one event a second.

    Returns:
        The id of the user, and the secrets that were in use.
    """
    hidden = [PASSWORD, WRONG, NEW_PASSWORD, "nobody@example.com"]

    async def post(path, headers=None, **body):
        answer = await client.post(f"/auth/{path}", json=body, headers=headers)
        await stage.clock.advance(1)
        return answer

    joined = await post("register", email=EMAIL, password=PASSWORD, display_name="A")
    await client.post(
        "/auth/register", json={"email": EMAIL, "password": WRONG, "display_name": "B"}
    )
    await post("login", email=EMAIL, password=WRONG)
    await post("login", email="nobody@example.com", password=PASSWORD)
    first = (await post("login", email=EMAIL, password=PASSWORD)).json()
    second = (await post("refresh", refresh=first["refresh"])).json()
    await post("logout", bearer(second["access"]))
    here = "127.0.0.1"
    ticket = await stage.auth.start_recovery(EMAIL, here)
    await stage.clock.advance(1)
    await stage.auth.start_recovery("nobody@example.com", here)
    await stage.clock.advance(1)
    await stage.auth.finish_recovery(ticket, NEW_PASSWORD, here)
    await stage.clock.advance(1)
    third = (await post("login", email=EMAIL, password=NEW_PASSWORD)).json()
    for pair in (first, second, third):
        hidden += [pair["access"], pair["refresh"]]
    return joined.json()["user_id"], [*hidden, ticket]


def open_chat(test, stage):
    """Return a chat service behind the authentication of a stage."""
    environ = {"ENVIRONMENT": test.get_env_var("ENVIRONMENT", "test")}
    keys = {"auth.jwt_secret": USER_SECRET, "auth.service_secret": SERVICE_SECRET}
    settings = load(None, environ, keys).settings
    chat = ChatService(
        settings.chat,
        settings.agent,
        authenticator=stage.auth,
        agents={settings.agent.name: DemoAgent(stage.clock)},
        clock=stage.clock,
        log=open_log(io.StringIO(), clock=stage.clock),
        metrics=stage.metrics,
    )
    test.add_cleanup(chat.close)
    return chat


async def greeted(address, options):
    """Open a WebSocket; return it with its first frame."""
    opened = await connect(f"{address.ws}/ws", proxy=None, **options)
    async with asyncio.timeout(GIVE_UP_S):
        return opened, json.loads(await opened.recv())


async def turned_away(opening):
    """Open a WebSocket that is refused; return the code of the error and of the close."""
    async with opening as opened:
        async with asyncio.timeout(GIVE_UP_S):
            frame = json.loads(await opened.recv())
        assert frame["type"] == "error"
        close_code, reason = await closing_of(opened)
    assert reason == frame["code"]
    return frame["code"], close_code


async def closing_of(opened):
    """Wait for the end of a WebSocket; return its close code and the code in its reason."""
    async with asyncio.timeout(GIVE_UP_S):
        with pytest.raises(ConnectionClosed) as caught:
            await opened.recv()
    return caught.value.rcvd.code, caught.value.rcvd.reason.partition(":")[0]


async def enroll(stage, user_id):
    """Enroll a second factor over HTTP, with mistakes on the way.

    Returns:
        The authenticator application and the eight recovery codes.
    """
    auth = stage.auth
    email = (await auth.profile(user_id)).email
    call = auth.confirm_totp(user_id, "000000")
    assert await code_of(call, AccountError) == "second_factor_absent"
    given_up = pyotp.parse_uri(await auth.enroll_totp(user_id))
    headers = bearer((await stage.enter(email))[0].access)
    async with serve(site(auth)) as address, browser(address) as client:
        begun = await client.post("/auth/totp", headers=headers)
        totp = pyotp.parse_uri(begun.json()["uri"])
        assert (totp.name, totp.issuer) == (email, "Assistant")
        assert totp.secret != given_up.secret
        assert await stage.enter(email)
        for code, outcome in (
            (given_up.at(int(stage.clock.now())), (401, "invalid_otp")),
            ("\u0663", (401, "invalid_otp")),
        ):
            answer = await client.post(
                "/auth/totp/confirm", json={"code": code}, headers=headers
            )
            assert outcome_of(answer) == outcome
        right = {"code": totp.at(int(stage.clock.now()))}
        done = await client.post("/auth/totp/confirm", json=right, headers=headers)
        again = await client.post("/auth/totp/confirm", json=right, headers=headers)
        assert outcome_of(again) == (400, "second_factor_absent")
        anew = await client.post("/auth/totp", headers=headers)
        assert outcome_of(anew) == (409, "second_factor_active")
    assert (await auth.profile(user_id)).second_factor is True
    assert (await auth.audit.entries(user_id))[-1].event == "second_factor_enabled"
    spare = done.json()["recovery_codes"]
    assert len(set(spare)) == len(spare) == 8
    return totp, spare


def outcome_of(response):
    """Return the status and the code of an error."""
    error = response.json()["error"]
    assert error.keys() == {"code", "message"}
    assert error["message"]
    return response.status_code, error["code"]


def without_date(response):
    """Return the headers of an answer without its date."""
    return {k: v for k, v in response.headers.items() if k != "date"}


class TestJWTTokenManagement(SSotAsyncTestCase):
    """JWT & Token Management.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 7d8f79)
    """

    @pytest.mark.spec("AU-001", rev="c4de37.eae10d", written="c4de37")
    @pytest.mark.integration
    async def test_jwt_token_creation_and_validation_security(self):
        """Issued tokens validate; forged, altered and expired ones do not.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: A forged token accepted once opens somebody's entire archive of
            chats; disclosure letters go out to every plan and a wave of closed accounts
            comes back.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: an issuer with a secret, and a clock that is moved by hand
        When: a token is issued and verified as it is
        When: tokens are verified that were signed with another secret or algorithm or
            with none, altered, cut, meant for another audience, kind or issuer, or lack
            a claim
        When: the clock reaches the end of a token
        Then: the token names its user, session and permissions, and ends 900 seconds
            after it was issued
        Then: two tokens for one session differ
        Then: every token that was not issued so is refused with invalid_token, in the
            same words
        Then: an absent or empty token is refused with missing_token
        Then: the token is valid until just before its end, and refused with
            expired_token from then on
        """
        for start in (1_000_000_000.0, 4_000_000_000.0):
            clock = ManualClock(start)
            issuer = TokenIssuer(USER_SECRET, clock=clock)
            token = issuer.issue("u-1", "s-1", ["chat:write", "chat:read"])
            identity = issuer.verify(token)
            assert (identity.user_id, identity.session_id) == ("u-1", "s-1")
            assert identity.permissions == {"chat:read", "chat:write"}
            assert identity.expires_at == start + 900
            assert unsigned(token)["iat"] == start
            assert issuer.issue("u-1", "s-1", []) != issuer.issue("u-1", "s-1", [])

            others = forged(token)
            found = {name: rejection(issuer, other) for name, other in others.items()}
            refused = ("invalid_token", "the token is not valid")
            assert found == dict.fromkeys(others, refused)
            for absent in (None, ""):
                assert rejection(issuer, absent)[0] == "missing_token"

            await clock.advance(899.5)
            assert issuer.verify(token) == identity
            await clock.advance(0.5)
            assert rejection(issuer, token)[0] == "expired_token"
            brief = TokenIssuer(USER_SECRET, clock=clock, lifetime_s=5)
            ends = brief.verify(brief.issue("u-1", "s-1", [])).expires_at
            assert ends == clock.now() + 5

    @pytest.mark.spec("AU-002", rev="530327.1ae0e0", written="530327")
    @pytest.mark.integration
    async def test_multi_user_session_isolation_security(self):
        """No session can read or act for another user.

        BVJ: Mid, Enterprise - Security
        Value Impact: Competing firms sit side by side on the platform; one answer shown
            in the wrong session gives a rival's plans away and leaves us with the
            lawsuit.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: two users with two sessions each, and a listener for revoked sessions
        When: each access token is used
        When: a token is signed with the right secret for one user and the session of
            the other
        When: one session of the first user is ended, and then all of them
        Then: each token acts as its own user in its own session, and shows that user's
            profile alone
        Then: the mixed token is refused with invalid_token
        Then: ending one session leaves the other three working, and ending all leaves
            the second user's two
        Then: the listener hears each ended session once and none of the second user
        Then: a listener that was taken away hears nothing more
        """
        stage = await open_stage(self)
        auth, heard, other_heard = stage.auth, [], []
        emails = {"first": EMAIL, "second": "second@example.com"}
        ids = {name: await stage.join(email) for name, email in emails.items()}
        entered = {
            (name, turn): await stage.enter(emails[name])
            for name in emails
            for turn in (1, 2)
        }
        auth.on_revoked(heard.append)
        stop = auth.on_revoked(other_heard.append)
        sessions = {key: identity.session_id for key, (_, identity) in entered.items()}
        assert len(set(sessions.values())) == 4

        async with serve(site(auth)) as address, browser(address) as client:
            for (name, turn), (pair, _) in entered.items():
                who = await client.get("/who", headers=bearer(pair.access))
                expected = {"user": ids[name], "session": sessions[name, turn]}
                assert who.json() == expected
                me = await client.get("/auth/me", headers=bearer(pair.access))
                assert me.json()["email"] == emails[name]
                assert me.json()["user_id"] == ids[name]

            claims = unsigned(entered["first", 1][0].access)
            mixed = signed({**claims, "sid": sessions["second", 1]})
            for _ in ("asked", "remembered"):
                assert await code_of(auth.authenticate(mixed)) == "invalid_token"
            unknown = signed({**claims, "sid": "none"})
            assert await code_of(auth.authenticate(unknown)) == "invalid_token"

            leaving = bearer(entered["first", 1][0].access)
            answer = await client.post("/auth/logout", headers=leaving)
            assert (answer.status_code, answer.content) == (204, b"")
        works = await working(auth, entered)
        assert works == {("first", 2), ("second", 1), ("second", 2)}
        assert heard == other_heard == [sessions["first", 1]]

        stop()
        assert await auth.logout_everywhere(ids["first"]) == 1
        assert await working(auth, entered) == {("second", 1), ("second", 2)}
        await auth.logout(sessions["first", 2])
        await auth.logout("none")
        assert heard == [sessions["first", 1], sessions["first", 2]]
        assert other_heard == [sessions["first", 1]]
        third, _ = await stage.enter(EMAIL)
        await stage.enter(EMAIL)
        assert await auth.logout_everywhere(ids["first"]) == 2
        assert await code_of(auth.authenticate(third.access)) == "revoked_token"
        last = (await auth.audit.entries(ids["first"]))[-1]
        assert (last.event, last.detail) == ("logout_everywhere", {"sessions": 2})

    @pytest.mark.spec("AU-003", rev="011408.9eecd0", written="011408")
    @pytest.mark.integration
    @pytest.mark.parametrize(
        ("headers", "outcome"),
        [
            pytest.param(["Bearer TOKEN"], "accepted", id="canonical"),
            pytest.param(["bearer TOKEN"], "accepted", id="lower_case"),
            pytest.param(["BEARER TOKEN"], "accepted", id="upper_case"),
            pytest.param([], "missing_token", id="no_header"),
            pytest.param(["Basic TOKEN"], "invalid_token", id="other_scheme"),
            pytest.param(["TOKEN"], "invalid_token", id="no_scheme"),
            pytest.param(["Bearer"], "invalid_token", id="no_token"),
            pytest.param(["Bearer TOKEN TOKEN"], "invalid_token", id="two_tokens"),
            pytest.param(["Bearer  TOKEN"], "invalid_token", id="two_spaces"),
            pytest.param(
                ["Bearer TOKEN", "Bearer TOKEN"],
                "invalid_token",
                id="two_headers",
            ),
            pytest.param(["Bearer TOKENx"], "invalid_token", id="altered_token"),
        ],
    )
    async def test_authentication_headers_and_middleware_processing(
        self, headers, outcome
    ):
        """Middleware accepts well-formed credentials and rejects all others.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: A doubled header that the proxy reads one way and the service
            another lends an attacker somebody's identity, with agent tools to run at
            that person's expense.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: a service with the middleware, one open page and one page that needs a
            login
        When: both pages are asked for with the Authorization headers of the case
        When: the protected page is asked for with the token in other places, and with
            an expired and a revoked token
        Then: one header with Bearer, in any case, and one token is accepted as its user
        Then: without a header the open page answers and the protected page says
            missing_token
        Then: every other form is refused with invalid_token on both pages, also two
            good headers
        Then: a token or a user's name in the query, a cookie or another header counts
            for nothing
        Then: every refusal is a 401 that names its code in WWW-Authenticate and in the
            body
        """
        stage = await open_stage(self)
        user_id = await stage.join()
        token = (await stage.enter())[0].access
        sent = [("Authorization", each.replace("TOKEN", token)) for each in headers]
        async with serve(site(stage.auth)) as address, browser(address) as client:
            protected = await client.get("/who", headers=sent)
            opened = await client.get("/open", headers=sent)
            if outcome == "accepted":
                assert protected.status_code == opened.status_code == 200
                assert protected.json()["user"] == user_id
            else:
                assert refused_with(protected) == outcome
            if outcome == "missing_token":
                assert opened.json() == {"page": "open"}
            elif outcome == "invalid_token":
                assert refused_with(opened) == "invalid_token"

            for place in (
                {"params": {"token": token, "access_token": token, "user": user_id}},
                {"headers": {"X-User-Id": user_id, "X-Authorization": token}},
                {"headers": {"Cookie": f"token={token}; Authorization={token}"}},
            ):
                assert refused_with(await client.get("/who", **place)) == (
                    "missing_token"
                )
            await stage.clock.advance(900)
            old = await client.get("/who", headers=bearer(token))
            assert refused_with(old) == "expired_token"
            pair, identity = await stage.enter()
            await stage.auth.logout(identity.session_id)
            ended = await client.get("/who", headers=bearer(pair.access))
            assert refused_with(ended) == "revoked_token"


class TestOAuthIntegration(SSotAsyncTestCase):
    """OAuth & Integration.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 5ab9c7)
    """

    @pytest.mark.spec("AU-004", rev="c90da3.de05b9", written="c90da3")
    @pytest.mark.integration
    async def test_oauth_integration_security_patterns(self):
        """OAuth sign-in needs a matching state, code and redirect.

        BVJ: Free, Early - Security
        Value Impact: The button for signing in with an existing account is the front
            door for newcomers; a hijacked redirect there gives their identity away
            before the first chat.
        Strategic Impact: An effortless sign-in helps growth only as long as nobody has
            cause to fear it.

        Given: a provider that follows OAuth 2 with PKCE strictly, and a service that
            signs in through it, both on the network
        When: a browser goes from the service to the provider and back, twice
        When: the way back is walked with an unknown, used or expired state, in another
            browser, or with the state of another provider
        When: the code is invented or belongs to another sign-in, or the redirect is not
            the registered one
        When: the provider is down or answers nonsense, and then works again
        Then: the browser is sent off with the state, the S256 challenge and the
            registered redirect, and never with the verifier
        Then: the first sign-in opens an account with the confirmed address, and the
            second one finds it again
        Then: a wrong state is refused with invalid_state before the provider is asked
        Then: a wrong code or redirect is refused by the provider and reported as
            sign_in_refused
        Then: an address that is not confirmed, and one that has an account with a
            password, are refused
        Then: a failing provider is reported as provider_unavailable, and the next
            sign-in succeeds
        Then: no refused sign-in leaves an account or a session behind
        """
        stage, provider = await open_stage(self), StrictProvider()
        await stage.join()
        async with serve(provider.app) as there:
            oauth = OAuthSignIn(stage.auth, provider.at(there), REDIRECT)
            async with serve(site(stage.auth, oauth)) as here:
                await sign_in_twice(stage, provider, here)
                await refuse_on_pages(provider, here)
                await return_with_wrong_states(stage, provider, there, here)
            await return_with_wrong_codes(stage, provider, there)
            assert (await stage.count(User), await stage.count(LoginSession)) == (2, 3)
            await sign_in_as_unwelcome(stage, provider, there)
            assert (await stage.count(User), await stage.count(LoginSession)) == (3, 4)
            await survive_failures(stage, provider, there)
        await find_provider_closed(stage, oauth)
        assert (await stage.count(User), await stage.count(LoginSession)) == (3, 5)
        assert await stage.auth.login(EMAIL, PASSWORD)

    @pytest.mark.spec("AU-005", rev="590d60.50c3f0", written="590d60")
    @pytest.mark.integration
    async def test_user_context_creation_and_permission_management(self):
        """A user's context carries exactly the permissions that were granted.

        BVJ: Mid, Enterprise - Expansion
        Value Impact: When a guest can inherit an owner's rights and delete a
            department's agents, the account stops inviting people; dependable roles are
            what lets it add seats.
        Strategic Impact: Whole organizations can join once access is shared out safely.

        Given: an owner, a member and a guest, each with a session
        When: the permissions in each user's context are read
        When: the owner makes the guest a member and the member a guest
        When: a member, and the owner for the own account, try to change a role
        When: an unknown role, and the role of an unknown user, are asked for
        Then: each context has the permissions of its role and no others
        Then: the tokens that the users already hold carry the new permissions at the
            next check
        Then: a permission that is there lets pass, and one that is not gives
            permission_denied
        Then: both attempts without the right give permission_denied and change no role
        Then: the unknown ones give unknown_role and unknown_user
        Then: the audit trail names who gave which role to whom
        """
        stage = await open_stage(self)
        auth = stage.auth
        emails = {role: f"{role}@example.com" for role in PERMISSIONS}
        ids = {role: await stage.join(emails[role], role) for role in PERMISSIONS}
        tokens, contexts = {}, {}
        for role, email in emails.items():
            pair, contexts[role] = await stage.enter(email)
            tokens[role] = pair.access
            assert contexts[role].permissions == PERMISSIONS[role]
            assert unsigned(pair.access)["permissions"] == sorted(PERMISSIONS[role])
            profile = await auth.profile(ids[role])
            assert profile.role == role
            assert profile.permissions == tuple(sorted(PERMISSIONS[role]))
            for permission in PERMISSIONS["owner"]:
                if permission in PERMISSIONS[role]:
                    require(contexts[role], permission)
                else:
                    with pytest.raises(PermissionDeniedError) as caught:
                        require(contexts[role], permission)
                    assert caught.value.code == "permission_denied"

        owner, change = contexts["owner"], auth.roles.set_role
        for actor, target, role, code in (
            (contexts["member"], ids["guest"], "owner", "permission_denied"),
            (contexts["member"], ids["member"], "owner", "permission_denied"),
            (owner, ids["owner"], "guest", "permission_denied"),
            (owner, ids["guest"], "emperor", "unknown_role"),
            (owner, "nobody", "guest", "unknown_user"),
        ):
            assert await code_of(change(actor, target, role)) == code
        await change(owner, ids["guest"], "member")
        now = await auth.authenticate(tokens["guest"])
        assert now.permissions == PERMISSIONS["member"]
        await change(owner, ids["member"], "guest")
        found = {
            role: (await auth.authenticate(token)).permissions
            for role, token in tokens.items()
        }
        assert found == {
            "owner": PERMISSIONS["owner"],
            "guest": PERMISSIONS["member"],
            "member": PERMISSIONS["guest"],
        }
        assert (await stage.enter(emails["guest"]))[1].permissions == found["guest"]
        call = auth.register("new@example.com", PASSWORD, "New", role="emperor")
        assert await code_of(call, AccountError) == "unknown_role"
        given = [
            (each.user_id, each.detail)
            for each in await auth.audit.entries()
            if each.event == "role_set"
        ]
        assert given == [
            (ids["guest"], {"by": ids["owner"], "role": "member"}),
            (ids["member"], {"by": ids["owner"], "role": "guest"}),
        ]


class TestPerformanceSecurity(SSotAsyncTestCase):
    """Performance & Security.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 4f2d07)
    """

    @pytest.mark.spec("AU-006", rev="4ee5d7.51dcff", written="4ee5d7")
    @pytest.mark.integration
    async def test_authentication_performance_and_caching(self):
        """Cached checks are quick and forget a revoked token at once.

        BVJ: Free, Early, Mid, Enterprise - Retention
        Value Impact: Each message waits for the login check, so remembering its result
            speeds up every answer; but a dismissed employee riding on a remembered
            login could empty the workspace.
        Strategic Impact: Quick answers keep people in the product without loosening its
            locks.

        Given: a service that remembers checks for 30 seconds, and a user with two
            sessions
        When: one token is checked 51 times and the database is then closed
        When: 30 seconds pass
        When: a session that is remembered is ended
        When: sessions are no longer used
        Then: only the first check asks the database, and a remembered check works
            without it
        Then: after 30 seconds, and not before, the database is asked again
        Then: the ended session is refused with revoked_token at once, and the other one
            is still remembered
        Then: what is remembered does not outlive its time, whether it is used again or
            not
        Then: a service that remembers for 0 seconds asks the database each time
        """
        stage = await open_stage(self)
        auth, metrics = stage.auth, stage.metrics
        await stage.join()
        first, second = [await auth.login(EMAIL, PASSWORD) for _ in range(2)]

        async def ask(pair):
            before = [metrics.counter(f"auth_cache_{name}") for name in CACHE]
            await auth.authenticate(pair.access)
            after = [metrics.counter(f"auth_cache_{name}") for name in CACHE]
            return {"hits": after[0] - before[0], "misses": after[1] - before[1]}

        found = Counter()
        for _ in range(51):
            found.update(await ask(first))
        assert found == {"hits": 50, "misses": 1}
        assert await ask(second) == MISS
        await stage.clock.advance(29.999)
        assert await ask(first) == await ask(second) == HIT
        await stage.clock.advance(0.001)
        assert await ask(first) == MISS
        assert metrics.level("auth_cache_sessions") == 1
        assert await ask(second) == MISS
        assert metrics.level("auth_cache_sessions") == 2

        identity = await auth.authenticate(first.access)
        await auth.logout(identity.session_id)
        refusal = await code_of(auth.authenticate(first.access), AuthenticationError)
        assert refusal == "revoked_token"
        assert await ask(second) == HIT
        third, _ = await stage.enter()
        await stage.clock.advance(20)
        assert await ask(await auth.login(EMAIL, PASSWORD)) == MISS
        assert metrics.level("auth_cache_sessions") == 3
        await stage.clock.advance(10)
        assert await ask(third) == MISS
        assert metrics.level("auth_cache_sessions") == 2

        forgetful = await open_stage(self, cache_s=0)
        await forgetful.join()
        pair, _ = await forgetful.enter()
        await forgetful.auth.authenticate(pair.access)
        assert forgetful.metrics.counter("auth_cache_misses") == 2
        assert forgetful.metrics.counter("auth_cache_hits") == 0
        assert forgetful.metrics.level("auth_cache_sessions") == 0

        await stage.database.close()
        assert await ask(third) == HIT
        call = auth.authenticate(second.access)
        assert await code_of(call, DatabaseError) == "database_unavailable"

    @pytest.mark.spec("AU-007", rev="cc8431.396825", written="cc8431")
    @pytest.mark.integration
    async def test_security_vulnerability_prevention(self, tmp_path):
        """Known attacks on login and tokens are refused.

        BVJ: Free, Early - Security
        Value Impact: Bots guess passwords for nothing against a login that never tires;
            taken-over small accounts are then resold as cheap model access at our
            expense.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: an account, and a service that locks an address for 900 seconds after 5
            failures
        When: passwords are guessed for it and for an address without an account, one by
            one and 12 at once
        When: the time of the lock passes
        When: SQL and other trick texts are sent as addresses and passwords
        When: the database file is read by a thief
        When: the costs of hashing are raised
        Then: the sixth attempt is refused with locked, also with the right password,
            for both addresses alike
        Then: 12 guesses at once verify 5 passwords and not one more
        Then: the lock ends after 900 seconds and not before, and a successful login
            starts the count anew
        Then: an unknown address costs one password check as a known one does
        Then: every trick text is an ordinary wrong login, and the account is unharmed
        Then: the file holds no password, no token and no ticket, only Argon2id hashes
            and digests
        Then: the next login renews the hash at the new costs, and the password still
            works
        """
        stage = await open_stage(self, f"sqlite+aiosqlite:///{tmp_path}/accounts.db")
        await stage.join()
        for email, code in ((EMAIL, ""), ("nobody@example.com", "invalid_credentials")):
            checks = stage.password_checks
            assert await guess(stage, email, 5) == ["invalid_credentials"] * 5
            assert stage.password_checks == checks + 5
            assert await refused_for(stage, email) == ("locked", 900)
            await stage.clock.advance(300)
            assert await refused_for(stage, email.upper()) == ("locked", 600)
            await stage.clock.advance(599.5)
            assert await refused_for(stage, f" {email}") == ("locked", 0.5)
            assert stage.password_checks == checks + 5
            await stage.clock.advance(0.5)
            assert (await refused_for(stage, email))[0] == code
        reasons = Counter(
            each.detail["reason"]
            for each in await stage.auth.audit.entries()
            if each.event == "login_refused"
        )
        assert reasons == {"invalid_credentials": 11, "locked": 6}

        for wait_s, failures in ((0, 4), (0, 4), (900, 4), (899.5, 1)):
            await stage.clock.advance(wait_s)
            codes = await guess(stage, EMAIL, failures)
            assert codes == ["invalid_credentials"] * failures
            if wait_s == 0:
                assert await stage.enter()
        assert await guess(stage, EMAIL, 1) == ["locked"]
        await stage.clock.advance(900)
        checks = stage.password_checks
        rounds = await asyncio.gather(*(guess(stage, EMAIL, 1) for _ in range(12)))
        assert Counter(code for (code,) in rounds) == {
            "invalid_credentials": 5,
            "locked": 7,
        }
        assert stage.password_checks == checks + 5
        await stage.clock.advance(900)

        for trick in TRICKS:
            for email, password in ((trick, PASSWORD), (EMAIL, trick), (trick, trick)):
                call = stage.auth.login(email, password)
                assert await code_of(call, LoginError) == "invalid_credentials"
            pair, _ = await stage.enter()
        assert await stage.count(User) == 1

        ticket = await stage.auth.start_recovery(EMAIL)
        hidden = (PASSWORD, pair.access, pair.refresh, ticket)
        stolen = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        assert EMAIL.encode() in stolen
        assert [each for each in hidden if each.encode() in stolen] == []
        assert [each for each in hidden if each in repr(pair)] == []
        costly = await open_stage(self, database=stage.database, argon2_time_cost=2)
        for each, cost in ((stage, 1), (costly, 2), (costly, 2)):
            await each.enter()
            async with each.database.session() as tx:
                known = await tx.scalar(select(User.password_hash))
            assert known.startswith(f"$argon2id$v=19$m=8,t={cost},p=1$")

    @pytest.mark.spec("AU-008", rev="95fce4.90b732", written="95fce4")
    @pytest.mark.integration
    async def test_cross_service_authentication_communication(self):
        """Services trust each other only with a valid service token.

        BVJ: Platform, Free, Early, Mid, Enterprise - Security
        Value Impact: An attacker who lands on one forgotten internal service must gain
            nothing by it; if its peers take its word unasked, a small foothold becomes
            the theft of all customer data.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: a billing service on the network that serves only callers with a service
            token
        When: a peer calls it with a token for billing
        When: it is called without a token, with a user's token, with tokens for another
            service, from another secret, with missing claims, and with an expired one
        When: the peer takes a new token after the expired one
        Then: billing knows the caller by name
        Then: each wrong token is refused: missing_token, expired_token from the 60th
            second on, invalid_token for the rest
        Then: a service token does not pass for a user's token, even with one secret for
            both
        Then: the call with the new token succeeds
        """
        stage = await open_stage(self)
        tokens = ServiceTokens(SERVICE_SECRET, stage.clock)
        await stage.join()
        user_token = (await stage.enter())[0].access
        good = tokens.issue("chat", "billing")
        claims = unsigned(good)
        assert tokens.issue("chat", "billing") != good
        wrong = {
            "user's": user_token,
            "other service": tokens.issue("chat", "mail"),
            "other secret": ServiceTokens(USER_SECRET, stage.clock).issue(
                "chat", "billing"
            ),
            "cut": good[:-1],
            "kind": signed(claims, SERVICE_SECRET),
            **{
                f"{name} {value}": signed(
                    {**claims, name: value}, SERVICE_SECRET, "service+jwt"
                )
                for name, value in WRONG_SERVICE_CLAIMS
            },
        }
        async with serve(billing(tokens)) as address, browser(address) as client:
            assert await call_billing(client, good) == "chat"
            assert await call_billing(client, None) == "missing_token"
            for name, token in wrong.items():
                assert (name, await call_billing(client, token)) == (
                    name,
                    "invalid_token",
                )
            await stage.clock.advance(59.5)
            assert await call_billing(client, good) == "chat"
            await stage.clock.advance(0.5)
            assert await call_billing(client, good) == "expired_token"
            fresh = tokens.issue("chat", "billing")
            assert await call_billing(client, fresh) == "chat"
            whole = signed(
                {**claims, "exp": 2_000_000_000}, SERVICE_SECRET, "service+jwt"
            )
            assert await call_billing(client, whole) == "chat"
        alike = ServiceTokens(USER_SECRET, stage.clock).issue("chat", "assistant")
        assert await code_of(stage.auth.authenticate(alike)) == "invalid_token"
        brief = ServiceTokens(SERVICE_SECRET, stage.clock, lifetime_s=5)
        ends = unsigned(brief.issue("chat", "billing"))["exp"]
        assert ends == stage.clock.now() + 5


class TestUserManagement(SSotAsyncTestCase):
    """User Management.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 4eb0a6)
    """

    @pytest.mark.spec("AU-009", rev="c61b07.6f3864", written="c61b07")
    @pytest.mark.integration
    async def test_user_registration_and_profile_security(self):
        """Registration and profile changes accept only safe, verified data.

        BVJ: Early, Mid - Security
        Value Impact: Under a look-alike address a stranger could accept an invitation
            meant for a colleague and read a small company's workspace from the inside,
            unnoticed.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: tables of addresses, names and passwords that are allowed and that are
            not
        When: accounts are registered with each of them
        When: a profile is renamed, and its address is changed with a right and a wrong
            password
        When: the confirmation of the new address is used, used again, and used too late
        Then: an address is kept in lower case, and one that looks like it or is no
            address gives invalid_email
        Then: a registered address in any spelling gives email_taken and leaves the
            account as it was
        Then: weak passwords give weak_password, and names that cannot be shown give
            invalid_name
        Then: a password is the same however its accents are typed
        Then: a new address counts only after its confirmation, which works once, for
            1,800 seconds, if nobody took the address meanwhile
        Then: a refused change leaves the profile as it was
        """
        stage = await open_stage(self)
        auth = stage.auth
        for typed, kept in GOOD_EMAILS.items():
            user_id = await auth.register(typed, PASSWORD, " \uff2eame ")
            profile = await auth.profile(user_id)
            assert (profile.user_id, profile.email) == (user_id, kept)
            assert (profile.display_name, profile.role) == ("Name", "member")
            assert profile.second_factor is False
            call = auth.register(kept.upper(), NEW_PASSWORD, "Other")
            assert await code_of(call, AccountError) == "email_taken"
            assert await stage.enter(typed)
        registered = await stage.count(User)
        for email, password, name, code in (
            *((email, PASSWORD, "Name", "invalid_email") for email in BAD_EMAILS),
            *((EMAIL, password, "Name", "weak_password") for password in BAD_PASSWORDS),
            *((EMAIL, PASSWORD, name, "invalid_name") for name in BAD_NAMES),
        ):
            call = auth.register(email, password, name)
            assert (email, password, name, await code_of(call, AccountError)) == (
                email,
                password,
                name,
                code,
            )
        assert await stage.count(User) == registered
        for number, password in enumerate(GOOD_PASSWORDS):
            await auth.register(f"{number}@example.com", password, "n" * 80)
            await stage.enter(f"{number}@example.com", password)
        await auth.register(EMAIL, ACCENTED, "Name")
        await stage.enter(EMAIL, "pa\u0308sswo\u0308rd einmal")
        await change_profile(stage)
        await change_address(stage)

    @pytest.mark.spec("AU-010", rev="e97057.0ebb90", written="e97057")
    @pytest.mark.integration
    async def test_authentication_audit_logging_and_monitoring(self):
        """Every login event leaves an audit record without secrets.

        BVJ: Enterprise - Risk Reduction
        Value Impact: Procurement asks who signed in, when and from where; a trail with
            gaps, or with passwords in it, fails the client's own audit and the
            signature is put off.
        Strategic Impact: Audit trails open regulated industries, where contracts are
            large and long.

        Given: an empty audit trail, a log and counters
        When: a user registers, fails to log in, logs in, refreshes, logs out and
            recovers
        When: somebody tries an address that is unknown, and one registration is refused
        When: a member and an owner ask for the trail over HTTP
        Then: each event is there once, in order, with its time, user and network
            address, and numbers without gaps
        Then: the attempt at the unknown address is there without a user and without
            what was typed
        Then: the refused registration leaves no record
        Then: the log and the counters say the same as the trail
        Then: no password and no token is in the trail or in the log
        Then: the owner gets the trail, of all or of one user, and the member
            permission_denied
        """
        stage = await open_stage(self)
        start = stage.clock.now()
        async with serve(site(stage.auth)) as address, browser(address) as client:
            user_id, hidden = await live_through(stage, client)
            expected = [
                ("registered", user_id, {}),
                ("login_refused", user_id, {"reason": "invalid_credentials"}),
                ("login_refused", None, {"reason": "invalid_credentials"}),
                ("login", user_id, {}),
                ("refreshed", user_id, {}),
                ("logout", user_id, {}),
                ("recovery_started", user_id, {}),
                ("recovery_started", None, {}),
                ("recovered", user_id, {}),
                ("login", user_id, {}),
            ]
            trail = await stage.auth.audit.entries()
            assert [(e.event, e.user_id, e.detail) for e in trail] == expected
            assert [e.number for e in trail] == list(range(1, 11))
            assert [e.at for e in trail] == [start + step for step in range(10)]
            assert {e.address for e in trail} == {"127.0.0.1"}
            logged = [json.loads(line) for line in stage.log.getvalue().splitlines()]
            assert [
                (each["action"], each["user"], each["at"], each["address"])
                for each in logged
            ] == [(e.event, e.user_id, e.at, e.address) for e in trail]
            assert {each["event"] for each in logged} == {"auth"}
            for event, times in Counter(e.event for e in trail).items():
                assert stage.metrics.counter(f"auth_{event}") == times

            owner_id = await stage.join("owner@example.com", "owner")
            owner = bearer((await stage.enter("owner@example.com"))[0].access)
            shown = await client.get("/auth/audit", headers=owner)
            entries = shown.json()["entries"]
            assert [each["number"] for each in entries] == list(range(1, 13))
            assert entries[3] == {
                "number": 4,
                "at": start + 3,
                "event": "login",
                "user_id": user_id,
                "address": "127.0.0.1",
                "detail": {},
            }
            mine = await client.get(
                "/auth/audit", params={"user": owner_id}, headers=owner
            )
            assert [e["event"] for e in mine.json()["entries"]] == [
                "registered",
                "login",
            ]
            member = bearer((await stage.enter(EMAIL, NEW_PASSWORD))[0].access)
            denied = await client.get("/auth/audit", headers=member)
            assert (denied.status_code, denied.json()["error"]["code"]) == (
                403,
                "permission_denied",
            )
        written = stage.log.getvalue() + shown.text
        assert [each for each in hidden if each in written] == []

    @pytest.mark.spec("AU-011", rev="c45feb.898727", written="c45feb")
    @pytest.mark.integration
    async def test_token_refresh_and_rotation_security(self):
        """Refresh rotates tokens, and a reused one ends the session.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: Copied from a lost laptop, a refresh token would serve as a key
            for ever; rotation shuts the thief out while the owner works on without
            another login.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: a user with two sessions, and refresh tokens that last 14 days
        When: a refresh token is exchanged and the new one too
        When: the first one is used again, in sequence and twice at the same moment
        When: a refresh token is unknown, expired or of an ended session
        When: the user logs in again
        Then: each exchange gives two new tokens of the same session, and lasts another
            14 days
        Then: the reuse gives revoked_token and ends the session with its newest tokens,
            and a listener hears it once
        Then: of two exchanges at the same moment one succeeds, and the session is ended
        Then: unknown gives invalid_token, expired from the last second on
            expired_token, ended revoked_token
        Then: the other session goes on, and the new login works
        Then: tokens that expired long ago are removed
        """
        stage = await open_stage(self)
        auth, heard = stage.auth, []
        auth.on_revoked(heard.append)
        await stage.join()
        first, identity = await stage.enter()
        other, other_identity = await stage.enter()
        second = await auth.refresh(first.refresh)
        assert second.expires_in_s == first.expires_in_s == 900
        assert len({first.access, first.refresh, second.access, second.refresh}) == 4
        assert await auth.authenticate(second.access) == identity
        third = await auth.refresh(second.refresh)
        assert await code_of(auth.refresh(first.refresh)) == "revoked_token"
        for token in (first.access, second.access, third.access):
            assert await code_of(auth.authenticate(token)) == "revoked_token"
        for token in (first.refresh, second.refresh, third.refresh):
            assert await code_of(auth.refresh(token)) == "revoked_token"
        assert heard == [identity.session_id]
        assert await auth.authenticate(other.access) == other_identity
        assert stage.metrics.counter("auth_refresh_reused") == 1

        pair, both = await stage.enter()
        results = await asyncio.gather(
            auth.refresh(pair.refresh),
            auth.refresh(pair.refresh),
            return_exceptions=True,
        )
        won = [each for each in results if isinstance(each, TokenPair)]
        lost = [each for each in results if isinstance(each, AuthenticationError)]
        assert (len(won), [each.code for each in lost]) == (1, ["revoked_token"])
        assert await code_of(auth.authenticate(won[0].access)) == "revoked_token"
        assert heard == [identity.session_id, both.session_id]

        for unknown in ("unknown", "", other.access):
            assert await code_of(auth.refresh(unknown)) == "invalid_token"
        await stage.clock.advance(FOURTEEN_DAYS_S - 0.5)
        slid = await auth.refresh(other.refresh)
        await stage.clock.advance(FOURTEEN_DAYS_S - 0.5)
        last = await auth.refresh(slid.refresh)
        await stage.clock.advance(FOURTEEN_DAYS_S - 0.5)
        left, _ = await stage.enter()
        await stage.clock.advance(0.5)
        assert await code_of(auth.refresh(last.refresh)) == "expired_token"
        assert await code_of(auth.authenticate(left.refresh)) == "invalid_token"
        assert await stage.count(RefreshToken) == 3
        assert await auth.refresh(left.refresh)
        await stage.clock.advance(FOURTEEN_DAYS_S - 0.5)
        await stage.enter()
        assert await stage.count(RefreshToken) == 4
        await stage.clock.advance(0.5)
        assert await stage.enter()
        assert await stage.count(RefreshToken) == 4


class TestAdvancedAuthentication(SSotAsyncTestCase):
    """Advanced Authentication.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev b76657)
    """

    @pytest.mark.spec("AU-012", rev="6a19ca.821dc0", written="6a19ca")
    @pytest.mark.integration
    async def test_websocket_authentication_integration(self):
        """A WebSocket opens only for a valid, unexpired login.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: Locks on the web pages mean little if the socket behind them opens
            for anyone: an agent's private findings would play live to a stranger who
            kept an old link.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: a chat service that asks the authentication service, and a user who is
            logged in
        When: a WebSocket is opened with the user's token in the header, and in the
            subprotocol
        When: it is opened without a token, with a forged, an expired and a revoked one,
            and with a token in the URL
        When: the user logs out while a connection is open
        Then: both good connections are welcomed and act as the user
        Then: each of the others is refused as unauthenticated before any welcome, and
            counts as no connection
        Then: the logout closes the open connection of its session with code 4001 and
            leaves the other session's open
        """
        stage = await open_stage(self)
        user_id = await stage.join()
        (pair, identity), (other, _) = await stage.enter(), await stage.enter()
        chat = open_chat(self, stage)
        async with serve(Starlette(routes=[chat.route])) as address:
            by_header = await greeted(
                address, {"additional_headers": bearer(pair.access)}
            )
            protocols = ["assistant.v1", f"token.{other.access}"]
            by_protocol = await greeted(address, {"subprotocols": protocols})
            self.add_cleanup(by_header[0].close)
            self.add_cleanup(by_protocol[0].close)
            assert by_protocol[0].subprotocol == "assistant.v1"
            for _, welcome in (by_header, by_protocol):
                assert (welcome["type"], welcome["user_id"]) == ("welcome", user_id)
            assert chat.connections(user_id) == 2

            ended, gone = await stage.enter()
            await stage.auth.logout(gone.session_id)
            expired = signed({**unsigned(pair.access), "exp": stage.clock.now()})
            for token, path, code in (
                (None, "/ws", "missing_token"),
                (None, f"/ws?token={pair.access}", "missing_token"),
                (forged(pair.access)["secret"], "/ws", "invalid_token"),
                (expired, "/ws", "expired_token"),
                (ended.access, "/ws", "revoked_token"),
            ):
                headers = {} if token is None else bearer(token)
                opened = connect(
                    address.ws + path, additional_headers=headers, proxy=None
                )
                assert await turned_away(opened) == (code, 4001)
            assert chat.connections() == 2

            await stage.auth.logout(identity.session_id)
            assert await closing_of(by_header[0]) == (4001, "revoked_token")
            await self.wait_for_condition(lambda: chat.connections(user_id) == 1)
            await by_protocol[0].send('{"type": "chat", "id": "m-1", "text": "2 + 3"}')
            answer = json.loads(await by_protocol[0].recv())
            assert (answer["type"], answer["id"]) == ("ack", "m-1")

    @pytest.mark.spec("AU-013", rev="e0f665.fd5335", written="e0f665")
    @pytest.mark.integration
    async def test_authentication_recovery_mechanisms(self):
        """Account recovery works once, for the owner, for a limited time.

        BVJ: Early, Mid - Retention
        Value Impact: A subscriber who cannot get back in cancels with the bank, and one
            whose reset link a stranger could use is robbed: too strict and too lax both
            end the plan.
        Strategic Impact: Forgotten passwords are common; each of them is a decision to
            stay or go.

        Given: a user who forgot the password, is locked out and has an open session
        When: recovery is started for the user and for an unknown address
        When: the token is used with a weak password, with a good one, and again
        When: tokens are used too late, after a newer one was made, and for another
            purpose
        When: a login with the old password is being verified while recovery ends
        Then: the unknown address gives no token
        Then: the weak password does not use the token up, and the good one sets the
            password once
        Then: the lock is lifted, the open session is ended and the old password is
            refused
        Then: a late, replaced, used, invented or misused token gives invalid_ticket and
            changes nothing
        Then: the login with the old password that was under way is refused
        """
        stage = await open_stage(self)
        auth, heard = stage.auth, []
        user_id = await stage.join()
        pair, identity = await stage.enter()
        auth.on_revoked(heard.append)
        await guess(stage, EMAIL, 5)
        await stage.join("kelvin@example.com")
        for stranger in ("nobody@example.com", "\u212aelvin@example.com"):
            assert await auth.start_recovery(stranger) is None
        ticket = await auth.start_recovery(f" {EMAIL.upper()}")
        for weak in ("short", f"-{EMAIL}-"):
            call = auth.finish_recovery(ticket, weak)
            assert await code_of(call, AccountError) == "weak_password"
        assert await guess(stage, EMAIL, 1) == ["locked"]
        await auth.finish_recovery(ticket, NEW_PASSWORD)
        assert await code_of(auth.authenticate(pair.access)) == "revoked_token"
        assert heard == [identity.session_id]
        assert await code_of(auth.login(EMAIL, PASSWORD)) == "invalid_credentials"
        assert (await stage.enter(EMAIL, NEW_PASSWORD))[1].user_id == user_id

        replaced = await auth.start_recovery(EMAIL)
        await stage.join("second@example.com")
        beside = await auth.start_recovery("second@example.com")
        newest = await auth.start_recovery(EMAIL)
        moving = await auth.start_email_change(user_id, NEW_PASSWORD, "n@example.com")
        for bad in (ticket, replaced, "invented", "", moving):
            call = auth.finish_recovery(bad, PASSWORD)
            assert await code_of(call, AccountError) == "invalid_ticket"
        assert await code_of(auth.finish_email_change(newest)) == "invalid_ticket"
        await stage.clock.advance(1799.5)
        await auth.finish_recovery(beside, NEW_PASSWORD)
        await stage.clock.advance(0.5)
        call = auth.finish_recovery(newest, PASSWORD)
        assert await code_of(call, AccountError) == "invalid_ticket"
        assert await stage.enter(EMAIL, NEW_PASSWORD)
        assert (await auth.profile(user_id)).email == EMAIL

        ticket = await auth.start_recovery(EMAIL)
        assert await stage.count(Ticket) == 1
        held = hold_passwords()
        recovery = asyncio.create_task(auth.finish_recovery(ticket, PASSWORD))
        await self.wait_for_condition(lambda: held.given == 2)
        login = asyncio.create_task(auth.login(EMAIL, NEW_PASSWORD))
        await self.wait_for_condition(lambda: held.given == 3)
        held.opened.set()
        await recovery
        assert await code_of(login, LoginError) == "invalid_credentials"
        assert await stage.enter(EMAIL, PASSWORD)

    @pytest.mark.spec("AU-014", rev="dbf42a.0e37fb", written="dbf42a")
    @pytest.mark.integration
    async def test_multi_factor_authentication_patterns(self):
        """A second factor is demanded, checked and recoverable.

        BVJ: Enterprise - Conversion
        Value Impact: Many companies may not buy software without a second factor;
            enrollment and backup codes that work take this objection out of the sales
            talks.
        Strategic Impact: Opens accounts whose policy rules out passwords alone.

        Given: a user who enrolls an authenticator application
        When: the second factor is confirmed with a wrong and with a right code
        When: logins are tried without a code, with codes of now and of the steps around
            it, with used codes and with recovery codes
        When: a wrong code is given too often
        Then: until it is confirmed, a login needs no code, and afterwards otp_required
            is the answer without one
        Then: codes of the present, the last and the next 30 seconds are accepted once,
            and older and later ones never
        Then: each of the eight recovery codes works once, for its own user alone
        Then: wrong codes give invalid_otp, and the fifth failure locks the account
        Then: a second factor in force cannot be replaced by enrolling again
        Then: recovery of the password leaves the second factor in force
        """
        stage = await open_stage(self)
        auth, clock = stage.auth, stage.clock
        user_id = await stage.join()
        totp, spare = await enroll(stage, user_id)

        def code(steps=0):
            return totp.at(int(clock.now()) + 30 * steps)

        async def enter(otp):
            call = auth.login(EMAIL, PASSWORD, otp)
            try:
                return "accepted" if await call else ""
            except LoginError as error:
                return error.code

        for _ in range(6):
            assert await enter(None) == "otp_required"
        assert await enter(code()) == "invalid_otp"
        assert await enter(code(1)) == "accepted"
        await clock.advance(300)
        for steps, outcome in (
            (-2, "invalid_otp"),
            (2, "invalid_otp"),
            (-1, "accepted"),
            (-1, "invalid_otp"),
            (0, "accepted"),
            (1, "accepted"),
            (0, "invalid_otp"),
        ):
            assert (steps, await enter(code(steps))) == (steps, outcome)
        await clock.advance(60)
        call = auth.login(EMAIL, WRONG, code())
        assert await code_of(call, LoginError) == "invalid_credentials"
        assert await enter(code()) == "accepted"

        other_id = await stage.join("second@example.com")
        await enroll(stage, other_id)
        call = auth.login("second@example.com", PASSWORD, spare[0])
        assert await code_of(call, LoginError) == "invalid_otp"
        assert [await enter(each) for each in spare] == ["accepted"] * 8
        assert [await enter(each) for each in spare[:4]] == ["invalid_otp"] * 4
        assert await enter(None) == "otp_required"
        assert await enter(spare[4]) == "invalid_otp"
        await clock.advance(899.5)
        assert await enter(code()) == "locked"
        await clock.advance(0.5)
        assert await enter(code()) == "accepted"

        change = auth.start_email_change
        call = change(user_id, PASSWORD, "n@example.com")
        assert await code_of(call, LoginError) == "otp_required"
        await clock.advance(60)
        assert await change(user_id, PASSWORD, "n@example.com", code())
        await auth.finish_recovery(await auth.start_recovery(EMAIL), NEW_PASSWORD)
        call = auth.login(EMAIL, NEW_PASSWORD)
        assert await code_of(call, LoginError) == "otp_required"
        await clock.advance(60)
        assert await auth.login(EMAIL, NEW_PASSWORD, code())


class TestPerformanceErrorHandling(SSotAsyncTestCase):
    """Performance & Error Handling.

    BVJ: Free, Early, Mid, Enterprise - Security
    Value Impact: Only the right person reaches an account, its conversations and the
        agents that act for it.
    Strategic Impact: A single breach would cost more trust than any feature can win
        back.

    Spec: specs/authentication_security.yaml (rev 606051)
    """

    @pytest.mark.spec("AU-015", rev="73bad6.92c675", written="73bad6")
    @pytest.mark.integration
    async def test_concurrent_authentication_performance(self):
        """Many logins at once succeed, each with a session of its own.

        BVJ: Mid, Enterprise - Stability
        Value Impact: As the working day begins, a client's staff signs in all at once;
            a login that buckles then idles a company that pays by the seat, and the
            seats get counted again.
        Strategic Impact: Accounts with many users can be promised the same entrance as
            small ones.

        Given: 24 users, and one user with four devices
        When: all of them log in at the same moment, and a wrong password for each as
            well
        When: every token is checked and every session is refreshed at the same moment
        Then: every right login succeeds and every wrong one is refused
        Then: all sessions and tokens differ, and each names its own user
        Then: every refresh succeeds in its own session
        Then: the event loop goes on with other work while passwords are verified
        Then: the durations are recorded
        """
        stage = await open_stage(self)
        auth = stage.auth
        people = [f"u{number}@example.com" for number in range(24)]
        ids = {email: await stage.join(email) for email in [*people, EMAIL]}
        devices = [*people, *[EMAIL] * 4]
        checks = stage.password_checks
        held = hold_passwords()
        right = [asyncio.create_task(auth.login(each, PASSWORD)) for each in devices]
        wrong = [asyncio.create_task(guess(stage, each, 1)) for each in people]
        await self.wait_for_condition(lambda: held.given > len(people))
        assert await code_of(auth.profile("nobody")) == "unknown_user"
        assert not any(each.done() for each in (*right, *wrong))
        held.opened.set()
        pairs = await asyncio.gather(*right)
        assert await asyncio.gather(*wrong) == [["invalid_credentials"]] * 24
        assert stage.password_checks == checks + 28 + 24

        identities = await asyncio.gather(*(auth.authenticate(p.access) for p in pairs))
        assert [each.user_id for each in identities] == [ids[each] for each in devices]
        assert len({each.session_id for each in identities}) == 28
        renewed = await asyncio.gather(*(auth.refresh(pair.refresh) for pair in pairs))
        again = await asyncio.gather(*(auth.authenticate(p.access) for p in renewed))
        assert again == identities
        tokens = {token for p in (*pairs, *renewed) for token in (p.access, p.refresh)}
        assert len(tokens) == 4 * 28
        assert await stage.count(LoginSession) == 28
        assert await stage.count(Attempts) == 24
        durations = stage.metrics.distribution("auth_password_check_s")
        assert 0 < durations.smallest <= durations.p95 <= durations.largest
        self.record_metric("password_check_p95_s", durations.p95)

    @pytest.mark.spec("AU-016", rev="952062.90b223", written="952062")
    @pytest.mark.integration
    async def test_authentication_error_scenarios(self, tmp_path):
        """Failed logins give safe, useful errors and leave nothing half open.

        BVJ: Free, Early, Mid, Enterprise - Security
        Value Impact: Messages that reveal which addresses exist hand attackers a list
            of our customers, while vague ones fill support with honest people; the
            wording costs either way.
        Strategic Impact: A single breach would cost more trust than any feature can win
            back.

        Given: a service on the network with one account
        When: logins fail for a wrong password, an unknown address and a locked account
        When: bodies are sent that are no JSON, incomplete, of wrong types, with unknown
            fields, or too large
        When: the database is closed and opened again
        Then: a wrong password and an unknown address get the same answer to the byte
        Then: a locked account gets 429 and Retry-After
        Then: each unusable body gets 400 invalid_request, and one over 16,384 bytes 413
            too_large
        Then: without a database the answer is 503 database_unavailable, and afterwards
            the login succeeds
        Then: every error has a code and a message, and no failure has opened a session
            or an account
        """
        stage = await open_stage(self, f"sqlite+aiosqlite:///{tmp_path}/accounts.db")
        credentials = {"email": EMAIL, "password": PASSWORD}
        async with serve(site(stage.auth)) as address, browser(address) as client:

            async def login(**changes):
                return await client.post("/auth/login", json={**credentials, **changes})

            joining = {**credentials, "display_name": "First"}
            joined = await client.post("/auth/register", json=joining)
            user_id = joined.json()["user_id"]
            assert (joined.status_code, len(user_id)) == (201, 16)
            again = await client.post("/auth/register", json=joining)
            assert outcome_of(again) == (409, "email_taken")
            wrong = await login(password=WRONG)
            unknown = await login(email="nobody@example.com", password=WRONG)
            assert outcome_of(wrong) == (401, "invalid_credentials")
            assert "www-authenticate" not in wrong.headers
            assert wrong.content == unknown.content
            assert without_date(wrong) == without_date(unknown)

            for body in UNUSABLE_BODIES:
                refused = await client.post("/auth/login", content=body)
                assert (body, outcome_of(refused)) == (body, (400, "invalid_request"))
            padded = json.dumps(credentials).ljust(16384)
            assert (await client.post("/auth/login", content=padded)).is_success
            large = await client.post("/auth/login", content=f"{padded} ")
            assert outcome_of(large) == (413, "too_large")
            assert await stage.count(LoginSession) == 1

            await guess(stage, EMAIL, 5)
            await stage.clock.advance(0.25)
            locked = await login()
            assert outcome_of(locked) == (429, "locked")
            assert locked.headers["retry-after"] == "900"
            await stage.clock.advance(900)
            await stage.database.close()
            assert outcome_of(await login()) == (503, "database_unavailable")
            await stage.database.connect()
            assert (await login()).is_success
            assert await stage.count(User) == 1
            assert await stage.count(LoginSession) == 2
