"""What machine this is."""

from __future__ import annotations

import os
import platform

__all__ = ["present_cores", "present_python", "present_system"]


def present_cores() -> int:
    """How many processes can work at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def present_system() -> str:
    """The operating system and the processor, as in ``Linux x86_64``."""
    return f"{platform.system()} {platform.machine()}".strip()


def present_python() -> str:
    """The version of Python without its last part, as in ``3.12``."""
    return ".".join(platform.python_version_tuple()[:2])
