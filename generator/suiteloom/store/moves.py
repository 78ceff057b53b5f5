"""The moves that a commit is made of, on every system and file system.

None of them writes over a file that its caller has not named, and each leaves what stood
in a place under another name, so that it can be looked at and put back.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

__all__ = ["create", "exchange", "sync_folder", "trade"]

_CURRENT_FOLDER = -100
_EXCHANGE = 2
_NOT_HERE = frozenset(
    {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
)


def trade(content: Path, target: Path, aside: Path) -> Path:
    """Put a file into the place of another one, which is kept whatever it holds.

    In one step where the system has one, so that there is a file at any time. Elsewhere
    the place is empty for a moment, for only a file that was moved away is surely the
    one that stood there last.

    Args:
        content: What is put there; its name is gone or taken afterwards.
        target: The place, which is not empty.
        aside: A free name for what stands there.

    Returns:
        The name of what stood there: `content` or `aside`.

    Raises:
        FileNotFoundError: If the place is empty.
        FileExistsError: If another file has come into the place meanwhile; what stood
            there before is at `aside`.
        OSError: If the files can not be moved.
    """
    if exchange(content, target):
        return content
    target.replace(aside)
    create(content, target)
    return aside


def create(content: Path, target: Path) -> None:
    """Give a file another name that is free.

    Raises:
        FileExistsError: If it is not.
        OSError: If the file can not be moved.
    """
    try:
        target.hardlink_to(content)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError) as error:  # no links there
        if isinstance(error, OSError) and error.errno == errno.EXDEV:
            raise
        if os.path.lexists(target):
            raise FileExistsError(
                errno.EEXIST, os.strerror(errno.EEXIST), str(target)
            ) from None
        content.rename(target)  # Windows refuses this, too, where the name is taken
    else:
        content.unlink()


def exchange(first: Path, second: Path) -> bool:
    """Let two files trade their names in one step.

    Returns:
        False if this system or file system knows no such step; nothing happened then.

    Raises:
        OSError: If there is no such file, or they can not be moved.
    """
    call = _exchange_call()
    if call is None:
        return False
    number = call(os.fsencode(first), os.fsencode(second))
    if number in _NOT_HERE:
        return False
    if number:
        raise OSError(number, os.strerror(number), str(first), None, str(second))
    return True


@cache
def _exchange_call() -> Callable[[bytes, bytes], int] | None:
    """What exchanges two files and returns 0 or an error number, if there is such."""
    if sys.platform not in {"linux", "darwin"}:
        return None
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        is_linux = sys.platform == "linux"
        rename = library.renameat2 if is_linux else library.renamex_np
    except (ImportError, OSError, AttributeError):
        return None
    flag = ctypes.c_uint(_EXCHANGE)

    def call(first: bytes, second: bytes) -> int:
        if is_linux:
            failed = rename(_CURRENT_FOLDER, first, _CURRENT_FOLDER, second, flag)
        else:
            failed = rename(first, second, flag)
        return ctypes.get_errno() if failed else 0

    return call


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last, where the system can be asked to."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:  # a system that opens no folders
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NOT_HERE:
            raise
    finally:
        os.close(descriptor)
