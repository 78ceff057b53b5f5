"""What can be wrong with a set of components, and with one that starts."""

from assistant.errors import AssistantError
from assistant.masking import mask_text


class GraphError(AssistantError):
    """Components do not fit together. Codes: `same_name`, `other_dependencies`."""


class MissingDependencyError(GraphError):
    """Required components need others that are not there. Code: `missing_dependency`.

    Attributes:
        missing: Pairs of a component and what it lacks, in alphabetical order.
    """

    def __init__(self, missing: tuple[tuple[str, str], ...]) -> None:
        """Name every pair in the message."""
        text = ", ".join(f"{name} needs {lacks}" for name, lacks in missing)
        super().__init__(f"missing: {text}", code="missing_dependency")
        self.missing = missing


class CycleError(GraphError):
    """Components wait for each other. Code: `cycle`.

    Attributes:
        members: Each needs the next; the last is the first again, in alphabetical order.
    """

    def __init__(self, members: tuple[str, ...]) -> None:
        """Show the circle in the message."""
        super().__init__(f"{' -> '.join(members)} is a circle", code="cycle")
        self.members = members


class StartupError(AssistantError):
    """A component is not up. Codes: `startup_failed`, `startup_timeout`, `not_up`.

    What its own code has raised is the `__cause__`.

    Attributes:
        component: Its name.
        reason: Why, fit to show.
    """

    def __init__(
        self, component: str, reason: str, *, code: str = "startup_failed"
    ) -> None:
        """Put name and reason together."""
        super().__init__(f"{component}: {reason}", code=code)
        self.component = component
        self.reason = reason


def describe(error: BaseException) -> str:
    """Return why something failed, fit to show.

    Of errors that are not ours the type is shown, and what the operating system says:
    their texts may hold anything.
    """
    if isinstance(error, AssistantError):
        return mask_text(str(error))
    name = type(error).__name__
    says = error.strerror if isinstance(error, OSError) else None
    return f"{name}: {says}" if says else name
