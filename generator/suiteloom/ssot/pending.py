"""The outcome of a test whose body is still to be written."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.outcomes import Skipped
else:
    Skipped = pytest.skip.Exception  # its public name, which mypy cannot follow

__all__ = ["PendingTest"]


class PendingTest(Skipped):
    """Raised by `pending()`; pytest reports the test as skipped.

    As all of pytest's outcomes it is no `Exception`: `except Exception` does not
    catch it.

    Attributes:
        test: The id of the test, or its name when it has none.
    """

    # As pytest does for its own outcome: reports then strip "Skipped: " and show the
    # bare reason, not a dotted class name before it.
    __module__ = "builtins"
    __qualname__ = "Skipped"

    def __init__(self, test: str, named: str = "") -> None:
        """Build the reason, "pending: TEST".

        Args:
            test: The id of the test, or its name.
            named: The id that the call names; another one than `test` is told.
        """
        other = f" (the call names {named})" if named not in {"", test} else ""
        super().__init__(f"pending: {test}{other}")
        self.test = test
        # pytest then points at the test itself, not at the line that raised.
        self._use_item_location = True
