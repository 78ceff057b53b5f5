"""What the rules need to know, gathered from configuration, pytest's settings and specs."""

from __future__ import annotations

import os
import pkgutil
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from suiteloom.audit.engine.settings import Boundary, Settings, Specified
from suiteloom.model import Config, Project, Suite
from suiteloom.store import PytestSettings, find_settings
from suiteloom.workflows.audit.ignored import ignored_by_options
from suiteloom.workflows.audit.markers import registered_in
from suiteloom.workflows.audit.tree import Left

__all__ = ["Reading", "read_settings"]

_WORDS = ("python_files", "python_classes", "python_functions", "pythonpath")
_MODES = ("asyncio_mode", "anyio_mode", "trio_mode")
_OWN_MARKERS = ("spec", "orphan", "mission_critical")
_RUNS_ASYNC = re.compile(r"pytest_pyfunc_call|add_marker\([^)]*asyncio|anyio_backend")


@dataclass(frozen=True, slots=True)
class Reading:
    """Settings for the suites of a project, and for every other test file.

    Attributes:
        suites: The folder of the suites, with a slash at the end; empty without one.
        strict: For files in it: base classes, BVJ and categories are asked for.
        plain: For all others.
        folders: Where modules of the tree are imported from, relative to its root.
        left: What pytest does not look at.
    """

    suites: str
    strict: Settings
    plain: Settings
    folders: tuple[str, ...] = ("", "src", "lib")
    left: Left = field(default_factory=Left)

    def of(self, path: str) -> Settings:
        """Return the settings for a file."""
        return self.strict if self.is_suite(path) else self.plain

    def is_suite(self, path: str) -> bool:
        """Tell whether a file is among the suites."""
        return bool(self.suites) and path.startswith(self.suites)


def read_settings(
    root: Path,
    config: Config | None,
    project: Project | None,
    asked: Path | None = None,
) -> Reading:
    """Gather the settings.

    Args:
        root: The folder that paths are relative to.
        config: The project's configuration; None if there is no project.
        project: Its specs; None if there are none, or they are not valid.
        asked: The folder above all that is asked for, from which pytest looks upwards
            for its settings; None: the root.
    """
    found = find_settings(asked or root)
    options = _pytest_options(found)
    home = found.path.parent if found else root
    home = home if root.is_relative_to(home) or home.is_relative_to(root) else root
    conftests = tuple(_conftests(root))
    plain = Settings(
        python_files=options.get("python_files") or Settings().python_files,
        python_classes=options.get("python_classes") or Settings().python_classes,
        python_functions=options.get("python_functions") or Settings().python_functions,
        warns_by_error=_warns_by_error(options),
        asyncio_auto=_runs_async(conftests, options),
        first_party=_first_party(root, home, options.get("pythonpath", ())),
        markers=_markers(conftests, options, config),
    )
    named = ("", "src", "lib", *options.get("pythonpath", ()))
    folders = tuple(
        dict.fromkeys([*named, *(_from(root, home / item) for item in named)])
    )
    left = Left(
        folders=options.get("norecursedirs", ()),
        ignored=ignored_by_options(home, options.get("addopts", ())),
    )
    if config is None:
        return Reading("", plain, plain, folders, left)
    plain = replace(
        plain,
        no_mocks=config.audit.no_mocks,
        subjects=config.audit.subjects,
        importable=_importable(),
        categories=config.categories,
        boundaries=tuple(
            Boundary(name, service.packages, service.tests)
            for name, service in config.audit.services.items()
        ),
    )
    strict = replace(
        plain,
        base_class=config.base_class,
        async_base_class=config.async_base_class,
        needs_bvj=True,
        omits_inherited=config.inherited == "omit",
        needs_category=True,
        asyncio_auto=True,
        segments=config.segments,
        goals=config.goals,
        **(_specified(project.suites) if project else {}),
    )
    left = replace(left, exclude=config.audit.exclude)
    return Reading(f"{config.suites}/", strict, plain, folders, left)


def _from(root: Path, folder: Path) -> str:
    """A folder as it is named from the root."""
    named = Path(os.path.relpath(folder, root)).as_posix()
    return "" if named == "." else named


def _specified(suites: Iterable[Suite]) -> dict[str, Any]:
    found = list(suites)
    return {
        "specified": {
            test.id: Specified(
                id=test.id,
                name=test.name,
                domain=suite.domain,
                category=suite.category,
                covers=test.covers,
                labels={
                    "BVJ": (
                        f"{', '.join(test.bvj.segment)} - {test.bvj.goal}"
                        if test.bvj.goal
                        else ""
                    ),
                    "Value Impact": test.bvj.value_impact,
                    "Strategic Impact": test.bvj.strategic_impact,
                },
            )
            for suite in found
            for test in suite.tests
        },
        "must_cover": {suite.domain: suite.must_cover for suite in found},
        "ordered": tuple(s.domain for s in found if len(s.must_cover) > 1),
    }


def _pytest_options(settings: PytestSettings | None) -> dict[str, tuple[str, ...]]:
    """Settings of pytest, lists as lists of words."""
    if settings is None:
        return {}
    keys = {*_WORDS, *_MODES, "addopts", "norecursedirs"} & settings.values.keys()
    options = {key: settings.words(key) for key in sorted(keys)}
    listed = ("markers", "filterwarnings")
    return {**options, **{key: settings.lines(key) for key in listed}}


def _warns_by_error(options: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether pytest makes errors of warnings."""
    words = options.get("addopts", ())
    given = zip(words, (*words, "")[1:], strict=True)
    filters = [*options.get("filterwarnings", ())]
    filters += [word[2:] or after for word, after in given if word.startswith("-W")]
    return any(text.strip().startswith("error") for text in filters)


def _runs_async(
    conftests: Iterable[str], options: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether something other than a mark makes async tests run."""
    if any(options.get(mode) in {("auto",), ("true",)} for mode in _MODES):
        return True
    if any(word.startswith("-p") for word in options.get("addopts", ())):
        return True
    return any(_RUNS_ASYNC.search(text) for text in conftests)


def _conftests(root: Path) -> Iterator[str]:
    """Every conftest.py of a tree, hidden folders passed over."""
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if "conftest.py" in names:
            yield Path(place, "conftest.py").read_text("utf-8", "replace")


def _markers(
    conftests: Iterable[str],
    options: Mapping[str, tuple[str, ...]],
    config: Config | None,
) -> frozenset[str] | None:
    """Markers that the project registers; None if it registers none at all."""
    declared = {
        re.split(r"[:(]", line.strip())[0].strip()
        for line in options.get("markers", ())
    } - {""}
    for text in conftests:
        declared.update(registered_in(text) or ())
    if config is not None:
        declared.update(_OWN_MARKERS, config.categories, config.markers)
    return frozenset(declared) if declared else None


def _first_party(root: Path, home: Path, pythonpath: tuple[str, ...]) -> frozenset[str]:
    """Top-level modules that the tree itself provides."""
    named = ("", "src", "lib", "tests", "test", *pythonpath)
    folders = dict.fromkeys(place / item for place in (root, home) for item in named)
    return frozenset(
        path.stem if path.suffix == ".py" else path.name
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name.isidentifier())
    )


def _importable() -> frozenset[str]:
    """Top-level modules that this interpreter can import."""
    found = set(sys.stdlib_module_names)
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - in a loop over thousands
        except NotADirectoryError:  # an archive
            names = [module.name for module in pkgutil.iter_modules([folder])]
        except OSError:
            continue
        found.update(name.partition(".")[0] for name in names)
    return frozenset(name for name in found if name.isidentifier())
