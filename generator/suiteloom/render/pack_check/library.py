"""The templates of a folder as syntax trees, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jinja2 import Environment, TemplateSyntaxError, nodes

from suiteloom.errors import SuiteloomError
from suiteloom.store import find_root

__all__ = [
    "LISTED",
    "NO_PYTHON",
    "Fault",
    "Library",
    "Reference",
    "find_line",
    "shown_folder",
    "syntax_fault",
]

LISTED = "docs/templates.md lists what each template may use"

NO_PYTHON = "spec text belongs into the docstring block, or through `literal`"
_SHOWN = 60
_FILLED = re.compile(r"\{[{%#]")
Reference = nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a pack; `template` is named relative to its folder."""

    template: str
    line: int
    message: str
    hint: str = LISTED

    @property
    def sort_key(self) -> tuple[str, int, str]:
        """Orders faults by place, then message."""
        return (self.template, self.line, self.message)


def shown_folder(folder: Path) -> str:
    """A folder as messages name it: relative to its project, if it is in one."""
    folder = folder.absolute()
    try:
        return folder.relative_to(find_root(folder)).as_posix()
    except (SuiteloomError, ValueError):
        return folder.as_posix()


def syntax_fault(error: SyntaxError) -> tuple[str, str]:
    """What to say of output that is no Python, and the line of output it is about."""
    text = (error.text or "").strip()
    short = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    where = f" in {short!r}" if text else ""
    return f"the template writes no Python: {error.msg}{where}", text


def find_line(source: str, text: str) -> int:
    """The line of a template that wrote a line of output, as far as can be told.

    Args:
        source: The template.
        text: The line, or a part of it.

    Returns:
        The first line that holds `text`, else that whose beginning, up to what Jinja
        fills in, `text` begins with; 1 if there is none.
    """
    wanted = text.strip()
    best, line = 0, 1
    for number, given in enumerate(source.split("\n"), 1):
        if wanted and wanted in given:
            return number
        fixed = _FILLED.split(given.strip())[0].strip()
        if len(fixed) > best and wanted.startswith(fixed):
            best, line = len(fixed), number
    return line


class Library:
    """Parses templates once and gathers the faults of all that read them.

    Args:
        environment: Parses; knows the filters and tests.
        folder: Where the templates are.
    """

    def __init__(self, environment: Environment, folder: Path) -> None:
        self.environment = environment
        self.folder = folder
        self.faults: dict[Fault, None] = {}
        self.sources: dict[str, str] = {}
        self._trees: dict[str, nodes.Template | None] = {}

    def add(self, template: str, line: int, message: str, hint: str = LISTED) -> None:
        """Note a fault; one that is known already counts once."""
        self.faults[Fault(template, line, message, hint)] = None

    @property
    def loaded(self) -> tuple[str, ...]:
        """The templates that were read, sorted."""
        return tuple(sorted(name for name, tree in self._trees.items() if tree))

    def tree(self, name: str) -> nodes.Template | None:
        """The syntax tree of a template; None if it can not be read, which is noted."""
        if name not in self._trees:
            self._trees[name] = None
            self._trees[name] = self._parsed(name)
        return self._trees[name]

    def _parsed(self, name: str) -> nodes.Template | None:
        path = self.folder / name
        try:
            self.sources[name] = path.read_text("utf-8")
            return self.environment.parse(self.sources[name], name, str(path))
        except FileNotFoundError:
            hint = (
                "copy it from a new pack: `suiteloom templates eject FOLDER` writes one"
            )
            self.add(name, 0, f"there is no template {name}", hint)
        except OSError as error:
            self.add(name, 0, f"can not be read: {error.strerror}", "mend the file")
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            self.add(name, line, "the template is not UTF-8", "save it as UTF-8")
        except TemplateSyntaxError as error:
            self.add(name, error.lineno, error.message or "wrong syntax")
        return None

    def named(self, template: str, node: Reference) -> Iterator[str]:
        """The templates that a tag of `template` loads; faults are noted instead."""
        value = node.template
        many = isinstance(value, nodes.List | nodes.Tuple)
        items = value.items if isinstance(value, nodes.List | nodes.Tuple) else [value]
        optional = many or getattr(node, "ignore_missing", False)
        for item in items:
            if not (isinstance(item, nodes.Const) and isinstance(item.value, str)):
                message = "the name of a template to load must be a text"
                self.add(template, node.lineno, message, 'as in {% include "x.j2" %}')
            elif self._is_outside(item.value):
                message = f"{item.value} is outside of the pack's folder"
                hint = "copy it into the folder"
                self.add(template, node.lineno, message, hint)
            elif (self.folder / item.value).is_file():
                yield item.value
            elif not optional:
                here = ", ".join(sorted(p.name for p in self.folder.glob("*.j2")))
                message = f"there is no template {item.value}"
                self.add(template, node.lineno, message, f"the folder has {here}")

    def _is_outside(self, name: str) -> bool:
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or "\\" in name:
            return True
        inside = self.folder.resolve()
        return not (self.folder / name).resolve().is_relative_to(inside)

    def line_of_name(self, template: str, name: str) -> int:
        """The first line of a template that uses a variable or a filter, else 1."""
        tree = self.tree(template)
        if tree is None:
            return 1
        names = [item.lineno for item in tree.find_all(nodes.Name) if item.name == name]
        filters = (item for item in tree.find_all(nodes.Filter) if item.name == name)
        return min([*names, *(item.lineno for item in filters)], default=1)

    def line_of(self, template: str, text: str) -> int:
        """The line of a template that wrote `text`, else its first."""
        return find_line(self.sources.get(template, ""), text)
