"""What suites import at run time: the environment and the base classes of tests.

Stands alone: imports nothing else of suiteloom. The base classes need pytest and
pytest-asyncio, so they are imported when they are first asked for; the environment
needs neither.
"""

from typing import TYPE_CHECKING, Any

from suiteloom.ssot.environment import (
    IsolatedEnvironment,
    delenv,
    get_env,
    getenv,
    setenv,
)
from suiteloom.ssot.errors import (
    ConversionError,
    EnvironmentVariableError,
    InvalidVariableError,
    IsolationStateError,
    NamespaceCollisionError,
    ProtectedVariableError,
)
from suiteloom.ssot.masking import MASK, is_sensitive_key, mask_text, mask_value
from suiteloom.ssot.names import TEST_DEFAULTS
from suiteloom.ssot.state import EnvironmentBackup, EnvironmentChange
from suiteloom.ssot.typed import CacheInfo
from suiteloom.ssot.validation import CredentialReport, ValidationResult
from suiteloom.ssot.views import NamespaceCollision, NamespaceView, PrefixView

if TYPE_CHECKING:
    from suiteloom.ssot.async_testcase import SSotAsyncTestCase
    from suiteloom.ssot.pending import PendingTest
    from suiteloom.ssot.testcase import SSotBaseTestCase

__all__ = [
    "MASK",
    "TEST_DEFAULTS",
    "CacheInfo",
    "ConversionError",
    "CredentialReport",
    "EnvironmentBackup",
    "EnvironmentChange",
    "EnvironmentVariableError",
    "InvalidVariableError",
    "IsolatedEnvironment",
    "IsolationStateError",
    "NamespaceCollision",
    "NamespaceCollisionError",
    "NamespaceView",
    "PendingTest",
    "PrefixView",
    "ProtectedVariableError",
    "SSotAsyncTestCase",
    "SSotBaseTestCase",
    "ValidationResult",
    "delenv",
    "get_env",
    "getenv",
    "is_sensitive_key",
    "mask_text",
    "mask_value",
    "setenv",
]

_LATE = {
    "PendingTest": "pending",
    "SSotAsyncTestCase": "async_testcase",
    "SSotBaseTestCase": "testcase",
}


def __getattr__(name: str) -> Any:
    """Import what needs pytest, when it is asked for.

    Args:
        name: What is asked for.

    Raises:
        AttributeError: There is no such name.
    """
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LATE[name]}"), name)


def __dir__() -> list[str]:
    """List the public names, those not yet imported too."""
    return sorted(__all__)
