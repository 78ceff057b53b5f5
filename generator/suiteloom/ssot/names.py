"""Which environment this is, and whether a test is running.

Pure functions over a lookup; they know nothing of isolation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from suiteloom.ssot.conversion import FALSE_WORDS, TRUE_WORDS

__all__ = [
    "ENVIRONMENT_VARIABLES",
    "SPELLINGS",
    "TEST_DEFAULTS",
    "TEST_DEFAULTS_SOURCE",
    "Detection",
    "EnvironmentName",
    "Lookup",
    "default_for_tests",
    "detect",
    "in_test_context",
    "testing_flag",
]

EnvironmentName = Literal["production", "staging", "development", "test", "unknown"]
Lookup = Callable[[str], str | None]

ENVIRONMENT_VARIABLES = ("ENVIRONMENT", "ENV", "APP_ENV")
"""The variables that name the environment; the first that is set decides."""

SPELLINGS: dict[str, EnvironmentName] = {
    "production": "production",
    "prod": "production",
    "live": "production",
    "staging": "staging",
    "stage": "staging",
    "stg": "staging",
    "development": "development",
    "develop": "development",
    "dev": "development",
    "local": "development",
    "test": "test",
    "testing": "test",
    "tests": "test",
}
"""Accepted spellings, in lower case, and the name each stands for."""

TEST_DEFAULTS = {
    "DATABASE_URL": "sqlite:///:memory:",
    "ENVIRONMENT": "test",
    "JWT_SECRET_KEY": "for-tests-only-not-a-secret-0123456789",
    "LOG_LEVEL": "WARNING",
    "TESTING": "true",
}
"""What a test reads where nothing sets a variable."""

TEST_DEFAULTS_SOURCE = "test_defaults"
"""What is said to have set such a variable."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How the environment's name was found.

    Attributes:
        name: One of the four names, or "unknown" for a spelling nobody knows.
        variable: The variable that decided; None when none is set.
        text: Its value as found; None when none is set.
    """

    name: EnvironmentName
    variable: str | None
    text: str | None


def detect(lookup: Lookup) -> Detection:
    """Find the environment's name.

    Args:
        lookup: Gives the value of a variable, or None.

    Returns:
        What the first set variable of `ENVIRONMENT_VARIABLES` says, blank values
        counting as not set, case and surrounding space ignored. An unknown spelling
        is "unknown". With none set: "development".
    """
    for variable in ENVIRONMENT_VARIABLES:
        text = (lookup(variable) or "").strip()
        if text:
            return Detection(SPELLINGS.get(text.lower(), "unknown"), variable, text)
    return Detection("development", None, None)


def testing_flag(lookup: Lookup) -> bool | None:
    """Read `TESTING`: True, False, or None when it is not set or not a bool word."""
    word = (lookup("TESTING") or "").strip().lower()
    if word in TRUE_WORDS:
        return True
    return False if word in FALSE_WORDS else None


def in_test_context(lookup: Lookup) -> bool:
    """Tell whether a test is running.

    Args:
        lookup: Gives the value of a variable, or None.

    Returns:
        What `TESTING` says when it is a bool word; otherwise True when
        `PYTEST_CURRENT_TEST` is set or the environment's name is "test".
    """
    flag = testing_flag(lookup)
    if flag is not None:
        return flag
    return lookup("PYTEST_CURRENT_TEST") is not None or detect(lookup).name == "test"


def default_for_tests(key: str, lookup: Lookup) -> str | None:
    """Return what a test reads for a variable that is not there.

    Args:
        key: The variable.
        lookup: Gives the value of a variable, or None.

    Returns:
        The entry of `TEST_DEFAULTS`; None if there is none, if no test is running, or
        if it would name an environment that another variable names already.
    """
    default = TEST_DEFAULTS.get(key)
    if default is None or not in_test_context(lookup):
        return None
    if key in ENVIRONMENT_VARIABLES and detect(lookup).variable is not None:
        return None
    return default
