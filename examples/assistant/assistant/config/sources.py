"""Where settings come from: files that inherit, secret files and variables."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from assistant.config.problems import Problem

VARIABLES = "ASSISTANT_"
"""What the names of environment variables begin with; `__` follows the section."""

ENVIRONMENTS = {
    "test": ("test", "testing"),
    "dev": ("dev", "development", "local"),
    "staging": ("staging", "stage"),
    "prod": ("prod", "production", "live"),
}
"""The environments, each with the names that ENVIRONMENT may give it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value before it is checked.

    Attributes:
        value: As the source has it.
        source: A file's path in the directory, a variable's name, `overrides`, `update`.
        form: `template` may refer to other values, `text` is to be converted to the
            type of its setting, `plain` is neither.
        factor: What to multiply it with, for units of earlier releases.
    """

    value: Any
    source: str
    form: Literal["template", "text", "plain"]
    factor: int = 1


Layer = tuple[tuple[str, Entry], ...]
"""Paths and values of equal rank."""


@dataclass(frozen=True, slots=True)
class Sources:
    """All that was found.

    Attributes:
        environment: Its short name, or "" if it was not named well.
        layers: The lowest first.
        environ: The variables, for templates.
        problems: What could not be read.
        updates: What is above all layers, by path.
    """

    environment: str
    layers: tuple[Layer, ...]
    environ: Mapping[str, str]
    problems: tuple[Problem, ...]
    updates: Mapping[str, Entry] = field(default_factory=dict)


def gather(
    directory: Path | None, environ: Mapping[str, str], overrides: Mapping[str, Any]
) -> Sources:
    """Read every source; the arguments are those of `load`."""
    given, named_by = environ.get("ENVIRONMENT"), "ENVIRONMENT"
    if given is None:
        given, named_by = "dev", "defaults"
    if "environment" in overrides:
        given, named_by = str(overrides["environment"]), "overrides"
    problems: list[Problem] = []
    layers: list[Layer] = []
    short = short_name(given)
    if short:
        layers.append((("environment", Entry(short, named_by, "plain")),))
    else:
        names = ", ".join(ENVIRONMENTS)
        problems.append(Problem("environment", f"is none of {names}", named_by))
    if directory is not None:
        files = _Files(directory)
        layers += [*files.chain("base.yaml"), *files.chain(f"{short}.yaml")]
        layers.append(files.secrets())
        problems += files.problems
    others = {path: value for path, value in overrides.items() if path != "environment"}
    layers += [_variables(environ), layer(others, "overrides", "plain")]
    return Sources(short, tuple(layers), dict(environ), tuple(problems))


def layer(
    tree: Mapping[Any, Any], source: str, form: Literal["template", "plain"]
) -> Layer:
    """Return the paths and values of a mapping, whose sections are taken apart."""
    items: list[tuple[str, Entry]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            items += [(f"{key}.{n}", Entry(v, source, form)) for n, v in value.items()]
        else:
            items.append((str(key), Entry(value, source, form)))
    return tuple(items)


def short_name(given: str) -> str:
    """Return the short name of an environment, "" if it is none."""
    spelled = given.strip().lower()
    return next((name for name, all_ in ENVIRONMENTS.items() if spelled in all_), "")


def _variables(environ: Mapping[str, str]) -> Layer:
    return tuple(
        (
            name.removeprefix(VARIABLES).lower().replace("__", "."),
            Entry(text, name, "text"),
        )
        for name, text in sorted(environ.items())
        if name.startswith(VARIABLES)
    )


class _Loader(yaml.SafeLoader):
    """YAML in which a name stands once."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Any, Any]:
        names: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in names:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value} stands here twice", key.start_mark
                )
            names.add(str(key.value))
        return super().construct_mapping(node, deep)


class _Files:
    """The files of one directory, each of which is read once."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.resolve()
        self._read: set[str] = set()
        self.problems: list[Problem] = []
        if not self._directory.is_dir():
            self._refuse(".", "is not a directory", str(directory))

    def chain(self, name: str) -> Iterator[Layer]:
        """Yield a file's layer after those of its parents; none if it is missing."""
        if (self._directory / name).exists():
            yield from self._inherit(name, ())

    def secrets(self) -> Layer:
        """Return what the files in `secrets/` hold, without line ends at the end."""
        folder = self._directory / "secrets"
        entries: list[tuple[str, Entry]] = []
        for file in sorted(folder.iterdir()) if folder.is_dir() else ():
            source = f"secrets/{file.name}"
            text = None if file.name.startswith(".") else self._text(source)
            if text is not None:
                entries.append((file.name, Entry(text.rstrip("\r\n"), source, "text")))
        return tuple(entries)

    def _refuse(self, path: str, message: str, source: str) -> None:
        self.problems.append(Problem(path, message, source))

    def _text(self, name: str) -> str | None:
        try:
            return (self._directory / name).read_text("utf-8")
        except OSError as error:
            self._refuse(name, f"cannot be read: {error.strerror}", name)
        except UnicodeDecodeError:
            self._refuse(name, "is not UTF-8", name)
        return None

    def _inherit(self, name: str, heirs: tuple[str, ...]) -> Iterator[Layer]:
        if name in heirs:
            circle = " -> ".join((*heirs[heirs.index(name) :], name))
            self._refuse("extends", f"{circle} is a circle", heirs[-1])
        if name in self._read:
            return
        self._read.add(name)
        tree = self._tree(name)
        for parent in self._parents(name, tree.pop("extends", [])):
            yield from self._inherit(parent, (*heirs, name))
        yield layer(tree, name, "template")

    def _tree(self, name: str) -> dict[Any, Any]:
        text = self._text(name)
        try:
            tree = yaml.load(text or "", _Loader)  # noqa: S506 - a safe loader
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
            self._refuse(name, f"{place}{error.problem}", name)
        except (yaml.YAMLError, ValueError):
            self._refuse(name, "is not YAML", name)
        else:
            if isinstance(tree, dict):
                return tree
            if tree is not None:
                self._refuse(name, "holds no names and values", name)
        return {}

    def _parents(self, name: str, extends: object) -> Iterable[str]:
        for parent in extends if isinstance(extends, list) else [extends]:
            if not isinstance(parent, str):
                self._refuse(
                    "extends", "takes the name of a file or a list of them", name
                )
                continue
            path = (self._directory / parent).resolve()
            if not path.is_relative_to(self._directory):
                self._refuse("extends", f"{parent} is outside of the directory", name)
            elif not path.exists():
                self._refuse("extends", f"{parent} does not exist", name)
            else:
                yield path.relative_to(self._directory).as_posix()
