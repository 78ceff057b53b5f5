"""Checks of the environment as a whole; the results are data, nothing is raised.

Pure functions over a lookup. No message holds a value that may be secret.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from suiteloom.ssot.conversion import FALSE_WORDS, TRUE_WORDS
from suiteloom.ssot.masking import mask_value
from suiteloom.ssot.names import ENVIRONMENT_VARIABLES, SPELLINGS, Lookup, detect

__all__ = [
    "OPTIONAL_VARIABLES",
    "CredentialReport",
    "ValidationResult",
    "check_database_credentials",
    "check_environment",
]

OPTIONAL_VARIABLES = ("DATABASE_URL", "JWT_SECRET_KEY", "LOG_LEVEL", "REDIS_URL")
"""What `validate_all` reports in `missing_optional` when it is not set."""

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104
_PLACEHOLDERS = frozenset(
    {
        "admin",
        "changeme",
        "dev",
        "example",
        "password",
        "postgres",
        "root",
        "secret",
        "test",
    }
)
_SHORTEST_PASSWORD = 12
_SHORTEST_SECRET = 32
_LARGEST_PORT = 65535


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """What a check of the environment found.

    Attributes:
        is_valid: True when there is no error.
        errors: What must be put right, one sentence each.
        warnings: What should be looked at.
        missing_optional: Optional variables that are not set, sorted.
    """

    is_valid: bool
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    missing_optional: tuple[str, ...] = ()


class CredentialReport(TypedDict):
    """What a check of database credentials found.

    Keys:
        valid: True when there is no issue.
        issues: What must be put right, one sentence each.
        warnings: What should be looked at.
    """

    valid: bool
    issues: list[str]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class _Connection:
    host: str
    port: str
    database: str
    user: str
    password: str


def check_environment(
    lookup: Lookup,
    required: Iterable[str] = (),
    optional: Iterable[str] = OPTIONAL_VARIABLES,
) -> ValidationResult:
    """Check the environment as a whole.

    Args:
        lookup: Gives the value of a variable, or None.
        required: Variables that must be set.
        optional: Variables to report when they are not set.

    Returns:
        Errors for required variables that are blank or missing, an unknown environment
        name, a DATABASE_URL without scheme, in staging the issues of the
        database credentials, and in staging and production a JWT_SECRET_KEY that
        is short or a placeholder, or TESTING switched on. Warnings for variables
        that name different environments, for a TESTING or DEBUG that is no bool word,
        and for DEBUG on in production.
    """
    name = detect(lookup).name
    errors = [
        f"{key} is required and not set"
        for key in sorted(set(required))
        if not _text(lookup, key)
    ]
    errors += _name_errors(lookup) + _url_errors(lookup)
    warnings = _name_warnings(lookup) + _flag_warnings(lookup)
    if name in {"staging", "production"}:
        errors += _deployed_errors(lookup, name)
    if name == "staging":
        report = check_database_credentials(lookup)
        errors += report["issues"]
        warnings += report["warnings"]
    missing = sorted(key for key in set(optional) if not _text(lookup, key))
    return ValidationResult(not errors, tuple(errors), tuple(warnings), tuple(missing))


def check_database_credentials(lookup: Lookup) -> CredentialReport:
    """Check the database credentials against what staging asks for.

    `POSTGRES_HOST`, `_PORT`, `_DB`, `_USER` and `_PASSWORD` are read; where one of
    them is not set, its part of `DATABASE_URL` stands in.

    Args:
        lookup: Gives the value of a variable, or None.

    Returns:
        Issues for a missing host, database, user or password, a host that is this
        machine, a bad port, and a password that is a placeholder, equals the user,
        is of digits alone, or is shorter than 12 characters. Warnings for the
        superuser `postgres`, the two sources naming different hosts, and an
        environment that is not staging.
    """
    connection, warnings, issues = _connection(lookup)
    issues += _connection_issues(connection) + _password_issues(connection)
    if connection.user == "postgres":
        warnings.append("the database user is the superuser postgres")
    name = detect(lookup).name
    if name != "staging":
        warnings.append(f"the environment is {name}, not staging")
    return {"valid": not issues, "issues": issues, "warnings": warnings}


def _text(lookup: Lookup, key: str) -> str:
    return (lookup(key) or "").strip()


def _name_errors(lookup: Lookup) -> list[str]:
    found = detect(lookup)
    if found.name != "unknown" or found.variable is None or found.text is None:
        return []
    shown = mask_value(found.variable, found.text)
    known = ", ".join(sorted(SPELLINGS))
    return [
        f"{found.variable} is {shown!r}, which names no environment; known: {known}"
    ]


def _name_warnings(lookup: Lookup) -> list[str]:
    found = detect(lookup)
    warnings = []
    for variable in ENVIRONMENT_VARIABLES:
        text = _text(lookup, variable)
        if text and SPELLINGS.get(text.lower(), "unknown") != found.name:
            warnings.append(
                f"{variable} names another environment than {found.variable}; "
                f"{found.variable} decides"
            )
    return warnings


def _url_errors(lookup: Lookup) -> list[str]:
    url = _text(lookup, "DATABASE_URL")
    if url and "://" not in url:
        return ["DATABASE_URL has no scheme (scheme://…)"]
    return []


def _flag_warnings(lookup: Lookup) -> list[str]:
    warnings = []
    for key in ("DEBUG", "TESTING"):
        word = _text(lookup, key).lower()
        if word and word not in TRUE_WORDS | FALSE_WORDS:
            warnings.append(f"{key} is not a bool word and counts as not set")
    if detect(lookup).name == "production" and (
        _text(lookup, "DEBUG").lower() in TRUE_WORDS
    ):
        warnings.append("DEBUG is on in production")
    return warnings


def _deployed_errors(lookup: Lookup, name: str) -> list[str]:
    errors = []
    secret = _text(lookup, "JWT_SECRET_KEY")
    if secret and (secret.lower() in _PLACEHOLDERS or len(secret) < _SHORTEST_SECRET):
        errors.append(
            f"JWT_SECRET_KEY is a placeholder or shorter than {_SHORTEST_SECRET} "
            "characters"
        )
    if _text(lookup, "TESTING").lower() in TRUE_WORDS:
        errors.append(f"TESTING is on in {name}")
    return errors


def _connection(lookup: Lookup) -> tuple[_Connection, list[str], list[str]]:
    """Read the connection; returns it with warnings and issues."""
    issues: list[str] = []
    try:
        url = urlsplit(_text(lookup, "DATABASE_URL"))
        port = "" if url.port is None else str(url.port)
    except ValueError:
        issues.append("DATABASE_URL is not a URL, or its port is not a number")
        url, port = urlsplit(""), ""
    host = _text(lookup, "POSTGRES_HOST")
    warnings = []
    if host and url.hostname and host.lower() != url.hostname:
        warnings.append("POSTGRES_HOST and DATABASE_URL name different hosts")
    connection = _Connection(
        host=host or url.hostname or "",
        port=_text(lookup, "POSTGRES_PORT") or port,
        database=_text(lookup, "POSTGRES_DB") or url.path.strip("/"),
        user=_text(lookup, "POSTGRES_USER") or unquote(url.username or ""),
        password=_text(lookup, "POSTGRES_PASSWORD") or unquote(url.password or ""),
    )
    return connection, warnings, issues


def _connection_issues(connection: _Connection) -> list[str]:
    issues = [
        f"the database {part} is not set (POSTGRES_{variable} or DATABASE_URL)"
        for part, variable, text in (
            ("host", "HOST", connection.host),
            ("name", "DB", connection.database),
            ("user", "USER", connection.user),
            ("password", "PASSWORD", connection.password),
        )
        if not text
    ]
    if connection.host.lower() in _LOCAL_HOSTS:
        issues.append("the database host is this machine, not the staging server")
    if connection.port and not _is_port(connection.port):
        issues.append(f"the database port is not a number from 1 to {_LARGEST_PORT}")
    return issues


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 1 <= int(text) <= _LARGEST_PORT


def _password_issues(connection: _Connection) -> list[str]:
    password = connection.password
    if not password:
        return []
    if password.lower() in _PLACEHOLDERS:
        return ["the database password is a placeholder"]
    issues = []
    if password == connection.user:
        issues.append("the database password equals the user")
    if password.isdecimal():
        issues.append("the database password is of digits alone")
    if len(password) < _SHORTEST_PASSWORD:
        issues.append(
            f"the database password is shorter than {_SHORTEST_PASSWORD} characters"
        )
    return issues
