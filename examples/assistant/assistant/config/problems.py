"""What can be wrong with a configuration, as data."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.errors import AssistantError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong; it never shows a value.

    Attributes:
        path: The setting, such as `chat.idle_limit_s`, or the file that is at fault.
        message: What is wrong.
        source: Where it comes from: a file, a variable, `overrides` or `defaults`.
    """

    path: str
    message: str
    source: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.path} ({self.source}): {self.message}"


class ConfigurationError(AssistantError):
    """The settings cannot be used. Code: `invalid_configuration`.

    Attributes:
        problems: All that is wrong, in order of path; never empty.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep every problem once and list them in the message."""
        self.problems = tuple(sorted(set(problems)))
        lines = "\n".join(f"- {problem}" for problem in self.problems)
        super().__init__(
            f"the configuration cannot be used\n{lines}", code="invalid_configuration"
        )


class UnknownVersionError(AssistantError):
    """A version is not kept, or never was. Code: `unknown_version`."""
