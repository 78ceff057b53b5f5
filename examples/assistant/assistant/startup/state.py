"""What one run tells the next: its number, and what it may have left behind."""

import hashlib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from assistant.errors import AssistantError
from assistant.startup.components import State


class DamagedStateError(AssistantError):
    """A state file is not as it was written. Code: `damaged_state`."""


class Saved(BaseModel):
    """The state that is kept.

    Attributes:
        run: How many starts there were, this one included.
        state: How the whole was.
        held: Components that may hold something, in the order of their start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: int
    state: State
    held: tuple[str, ...]


class StateFile:
    """Two lines, a checksum and JSON, that are replaced together at each change.

    Args:
        path: Belongs to one running service alone; its folder exists.
    """

    def __init__(self, path: Path) -> None:
        """Keep the path; nothing is read yet."""
        self._path = path

    def read(self) -> Saved | None:
        """Return what was written last; None if there is no file.

        Raises:
            DamagedStateError: It is not as it was written, or cannot be read.
        """
        damaged = DamagedStateError(
            f"{self._path.name} is damaged", code="damaged_state"
        )
        try:
            checksum, _, body = self._path.read_bytes().partition(b"\n")
            saved = Saved.model_validate_json(body)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise damaged from error
        if checksum != _checksum(body):
            raise damaged
        return saved

    def write(self, saved: Saved) -> None:
        """Replace the file; who reads it meanwhile finds all of the old or of the new.

        Raises:
            OSError: It cannot be written.
        """
        body = saved.model_dump_json().encode()
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.write_bytes(_checksum(body) + b"\n" + body)
        fresh.replace(self._path)


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
