"""Names of a package whose modules are imported when they are asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["late_names"]


def late_names(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Give what is to be a package's ``__getattr__``.

    Args:
        package: Its name.
        modules: Names, parted by spaces, by the module of the package that has them.

    Returns:
        Imports the module of a name, and gives what is so called there, which is from
        then on an attribute of the package; raises an `AttributeError` for a name that
        no module has.
    """
    places = {
        name: module for module, names in modules.items() for name in names.split()
    }

    def find(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        found = getattr(import_module(f"{package}.{places[name]}"), name)
        setattr(sys.modules[package], name, found)
        return found

    return find
