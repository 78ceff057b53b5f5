"""What the files of the packages under test are: found without importing any of them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from suiteloom.model import CodeState
from suiteloom.store.pytest_settings import settings_in

__all__ = ["present_code"]

MAX_FILES = 50_000
"""Files of one package; of a larger one it is not known what it is."""

_COMPILED = (".pyc", ".pyo")


class _UnknownError(Exception):
    """What a package is can not be told; the message says why."""


def present_code(
    root: Path, names: Sequence[str], besides: Sequence[str] = ()
) -> CodeState:
    """Digest the files of packages as they are.

    Of a package these are all of its files, of another folder those of the packages in
    it and its other Python files; hidden ones and caches are left out.

    Args:
        root: The project's folder.
        names: Importable packages and modules, or folders relative to `root`.
        besides: Folders of the project that are no code under test.

    Returns:
        The digests; a package that is not found or can not be read is told as unknown.
    """
    files: dict[str, dict[str, str]] = {}
    unknown: dict[str, str] = {}
    left_out = {root / folder for folder in besides}
    for name in names:
        try:
            files[name] = dict(_digests(root, name, left_out))
        except _UnknownError as error:
            unknown[name] = str(error)
        except OSError as error:
            unknown[name] = f"can not be read: {error.strerror or error}"
    return CodeState(files, unknown)


def _digests(root: Path, name: str, left_out: set[Path]) -> Iterator[tuple[str, str]]:
    """Path and digest of each file of a package, by path.

    Raises:
        _UnknownError: If it is not found, or what it is can not be told.
        OSError: If a file can not be read.
    """
    places = _places(root, name)
    if not places:
        raise _UnknownError("is not found")
    inside = root.resolve()
    count = 0
    for place in places:
        real = place.resolve()
        is_inside = real.is_relative_to(inside)
        head = real.relative_to(inside) if is_inside else Path(place.name)
        for path in _files(place, left_out):
            count += 1
            if count > MAX_FILES:
                raise _UnknownError(f"has more than {MAX_FILES:,} files")
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield (head / path.relative_to(place)).as_posix(), digest
    if not count:
        raise _UnknownError("has no files")


def _places(root: Path, name: str) -> list[Path]:
    """Where a package is: folders and files, each once."""
    found = [root / name] if (root / name).is_dir() else []
    parts = name.split(".")
    if all(part.isidentifier() for part in parts):
        modules = _below(_source_folders(root), parts)
        found += modules or _below(_installed(parts[0]), parts[1:])
    by_file = {os.path.realpath(place): place for place in reversed(found)}
    return list(reversed(by_file.values()))


def _source_folders(root: Path) -> list[Path]:
    """Where a project keeps modules: its root, ``src``, ``lib``, pytest's `pythonpath`."""
    settings = settings_in(root)
    named = settings.words("pythonpath") if settings else ()
    return [root, root / "src", root / "lib", *(root / folder for folder in named)]


def _installed(module: str) -> list[Path]:
    """Where this interpreter would import a top-level module from; nothing is imported."""
    try:
        spec = find_spec(module)
    except (ImportError, ValueError):
        return []
    if spec is None:
        return []
    if spec.submodule_search_locations is not None:
        return [Path(place) for place in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.has_location and spec.origin else []


def _below(folders: list[Path], parts: Sequence[str]) -> list[Path]:
    """Where a dotted name leads to from some folders; the first one that has it counts."""
    if not parts:
        return [place for place in folders if place.exists()]
    for folder in folders:
        place = folder.joinpath(*parts)
        if place.is_dir():
            return [place]
        module = place.with_name(f"{place.name}.py")
        if module.is_file():
            return [module]
    return []


def _files(place: Path, left_out: set[Path]) -> Iterator[Path]:
    """The files of a package, module or folder, in order.

    Raises:
        _UnknownError: If a part of it is a link to a folder, or something else than a
            file.
        OSError: If a folder can not be listed.
    """
    if place.is_file():
        yield place
        return
    packages = {str(place)} if (place / "__init__.py").is_file() else set()

    def fail(error: OSError) -> None:
        raise error

    for at, folders, names in os.walk(place, onerror=fail):
        in_package = at in packages or "__init__.py" in names
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name != "__pycache__"
            and Path(at, name) not in left_out
        )
        for name in folders:
            if os.path.islink(os.path.join(at, name)):  # noqa: PTH114, PTH118 - many
                raise _UnknownError(f"holds a link to a folder, {name}")
            if in_package:
                packages.add(os.path.join(at, name))  # noqa: PTH118 - many
        for name in sorted(names):
            is_code = in_package or name.endswith(".py")
            if not is_code or name.startswith(".") or name.endswith(_COMPILED):
                continue
            path = Path(at, name)
            if not stat.S_ISREG(path.stat().st_mode):
                raise _UnknownError(f"holds something that is no file, {name}")
            yield path
