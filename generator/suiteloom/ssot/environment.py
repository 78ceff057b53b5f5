"""The environment: one object for the process, and the only way to its variables."""

import threading
from collections.abc import Iterable
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, final, overload

from suiteloom.ssot.dotenv_file import read_env_file
from suiteloom.ssot.masking import mask_value
from suiteloom.ssot.names import (
    ENVIRONMENT_VARIABLES,
    TEST_DEFAULTS,
    TEST_DEFAULTS_SOURCE,
    EnvironmentName,
    detect,
    in_test_context,
)
from suiteloom.ssot.namespaced import NamespacedAccess
from suiteloom.ssot.validation import (
    OPTIONAL_VARIABLES,
    CredentialReport,
    ValidationResult,
    check_database_credentials,
    check_environment,
)

__all__ = [
    "IsolatedEnvironment",
    "delenv",
    "get_env",
    "getenv",
    "setenv",
]


@final
class IsolatedEnvironment(NamespacedAccess):
    """The environment of this process, isolated or not.

    There is one object: constructing it again, copying or unpickling it gives the
    same one, from any thread. Every operation is atomic under one lock. Isolation
    is state of the process: all threads and asyncio tasks see the same variables, and
    a change by one is seen by all. Work that needs variables of its own at the
    same time needs a process of its own.
    """

    _instance: ClassVar["IsolatedEnvironment | None"] = None
    _construction: ClassVar[threading.Lock] = threading.Lock()

    def __new__(cls) -> "IsolatedEnvironment":
        """Return the one object, made on first use."""
        with cls._construction:
            if cls._instance is None:
                instance = super().__new__(cls)
                instance._prepare()
                cls._instance = instance
            return cls._instance

    def __reduce__(self) -> tuple[type["IsolatedEnvironment"], tuple[()]]:
        """Copy and unpickle to the one object."""
        return IsolatedEnvironment, ()

    def __repr__(self) -> str:
        """Show the mode and the number of variables, never a value."""
        with self._lock:
            mode = "isolated" if self._state.isolated else "process"
            count = len(self._state.visible())
        return f"<IsolatedEnvironment {mode}: {count} variables>"

    def load_from_file(
        self,
        path: str | PathLike[str],
        source: str = "env_file",
        override_existing: bool = True,
    ) -> tuple[int, list[str]]:
        """Set the variables of a `.env` file (UTF-8, `export` and quotes allowed).

        `${NAME}` and `${NAME:-default}` are filled in from earlier lines, then from
        this environment.

        Args:
            path: The file.
            source: Who sets them.
            override_existing: Replace variables that are there already; with False
                they are left as they are, which is no error.

        Returns:
            (count, errors): how many variables were set, and a message for each
            problem: "PATH: …" (missing, a directory, not UTF-8; nothing was set),
            "PATH:LINE: …" for a bad line or a protected variable (the rest was
            set). No message holds a value.
        """
        variables, errors = read_env_file(Path(path), self._visible_value)
        wanted = {
            v.key: v for v in variables if override_existing or not self.exists(v.key)
        }
        results = self.update({k: v.value for k, v in wanted.items()}, source)
        errors += [
            f"{path}:{wanted[key].line}: {key} is protected"
            for key, was_set in results.items()
            if not was_set
        ]
        return sum(results.values()), errors

    def get_environment_name(self) -> EnvironmentName:
        """Return the environment's name.

        The first of ENVIRONMENT, ENV and APP_ENV that is not blank decides. Accepted
        spellings, in any case: production, prod, live; staging, stage, stg;
        development, develop, dev, local; test, tests, testing.

        Returns:
            "production", "staging", "development" or "test"; "development" when none
            of the variables is set, in an isolated test "test"; "unknown" for any other
            spelling: then all of `is_production()` and its like are False, and
            `validate_all` says so.
        """
        with self._lock:
            return detect(self._state.read).name

    def is_production(self) -> bool:
        """Tell whether the environment's name is "production"."""
        return self.get_environment_name() == "production"

    def is_staging(self) -> bool:
        """Tell whether the environment's name is "staging"."""
        return self.get_environment_name() == "staging"

    def is_development(self) -> bool:
        """Tell whether the environment's name is "development"."""
        return self.get_environment_name() == "development"

    def is_test(self) -> bool:
        """Tell whether the environment's name is "test"."""
        return self.get_environment_name() == "test"

    def is_test_context(self) -> bool:
        """Tell whether a test is running, whatever the environment's name.

        Returns:
            What TESTING says when it is a bool word; otherwise True when
            PYTEST_CURRENT_TEST is visible here or the environment is "test".
        """
        with self._lock:
            return in_test_context(self._state.lookup)

    def test_defaults(self, apply: bool = False) -> dict[str, str]:
        """Return, and set if asked, defaults for variables that tests need.

        In an isolated test `get` gives them without that; setting them lets child
        processes, `get_all` and `validate_all` see them as well.

        Args:
            apply: Also set them, with the source "test_defaults".

        Returns:
            The entries of `TEST_DEFAULTS` for variables that are not there; empty
            outside a test context. ENVIRONMENT is among them only when no variable
            names an environment. Setting follows the mode: in isolation, the
            copy; protected variables are left alone.
        """
        with self._lock:
            if not in_test_context(self._state.lookup):
                return {}
            named = detect(self._state.lookup).variable is not None
            defaults = {
                key: value
                for key, value in TEST_DEFAULTS.items()
                if self._state.lookup(key) is None
                and not (named and key in ENVIRONMENT_VARIABLES)
            }
        if apply:
            self.update(defaults, TEST_DEFAULTS_SOURCE)
        return defaults

    def validate_all(
        self, required: Iterable[str] = (), optional: Iterable[str] = OPTIONAL_VARIABLES
    ) -> ValidationResult:
        """Check the environment as a whole; see `ValidationResult`.

        Args:
            required: Variables that must be set; a missing or blank one is an error.
            optional: Variables to list in `missing_optional` when they are not set.

        Returns:
            Errors: missing required variables, an unknown environment name,
            a DATABASE_URL without scheme; in staging, issues of the database
            credentials; in staging and production, a weak JWT_SECRET_KEY or TESTING on.
            Warnings do not make it invalid. No message holds a secret.
        """
        variables = self.get_all()
        return check_environment(variables.get, required, optional)

    def validate_staging_database_credentials(self) -> CredentialReport:
        """Check the database credentials against what staging asks for.

        POSTGRES_HOST, _PORT, _DB, _USER and _PASSWORD, each with its part of
        DATABASE_URL standing in, are checked in every environment; outside
        staging a warning says so.

        Returns:
            {"valid": bool, "issues": [str], "warnings": [str]}; valid when there are
            no issues. No message holds a value.
        """
        variables = self.get_all()
        return check_database_credentials(variables.get)

    def get_debug_info(self) -> dict[str, Any]:
        """Return what a person needs to see, secrets masked.

        Returns:
            JSON-able: isolated, environment, test_context, has_backup (bools and the
            name), variables {key: masked value}, sources {key: source} of those
            set here, protected [key], namespaces {name: prefix}, history_length,
            callbacks (how many), callback_errors [text], cache {hits, misses, entries}.
        """
        with self._lock:
            state = self._state
            visible = state.visible()
            return {
                "isolated": state.isolated,
                "environment": detect(state.read).name,
                "test_context": in_test_context(state.lookup),
                "has_backup": state.original is not None,
                "variables": {k: mask_value(k, v) for k, v in visible.items()},
                "sources": {
                    k: v for k, v in sorted(state.sources.items()) if k in visible
                },
                "protected": sorted(state.protected),
                "namespaces": dict(sorted(state.namespaces.items())),
                "history_length": len(state.history),
                "callbacks": len(state.callbacks),
                "callback_errors": list(state.callback_errors),
                "cache": asdict(self.get_cache_info()),
            }

    def _visible_value(self, key: str) -> str | None:
        with self._lock:
            return self._state.read(key)


def get_env() -> IsolatedEnvironment:
    """Return the environment of this process."""
    return IsolatedEnvironment()


@overload
def getenv(key: str) -> str | None: ...
@overload
def getenv(key: str, default: str) -> str: ...
@overload
def getenv(key: str, default: None) -> str | None: ...
def getenv(key: str, default: str | None = None) -> str | None:
    """Return the value of a variable, or the default; as `IsolatedEnvironment.get`."""
    value = get_env().get(key)
    return default if value is None else value


def setenv(key: str, value: str, source: str = "unknown") -> bool:
    """Set a variable; False if it is protected; as `IsolatedEnvironment.set`."""
    return get_env().set(key, value, source)


def delenv(key: str, source: str = "unknown") -> bool:
    """Delete a variable; False if not there or protected."""
    return get_env().delete(key, source)
