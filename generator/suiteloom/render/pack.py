"""A template pack: the Jinja templates that a suite is rendered from.

A pack is a folder with ``header.py.j2``, ``class.py.j2`` and ``test.py.j2``. Spec text
gets into a suite in one place only, the ``docstring`` filter block, which writes one
literal whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from traceback import walk_tb
from typing import Any

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    pass_context,
)
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from suiteloom.errors import UsageError
from suiteloom.model import Bvj, Case, Group, Revenue, Suite, Test
from suiteloom.render.docstrings import fold
from suiteloom.render.formatted import MisplacedError
from suiteloom.render.literals import docstring_literal, literal
from suiteloom.render.pack_check.library import (
    LISTED,
    NO_PYTHON,
    Library,
    find_line,
    shown_folder,
    syntax_fault,
)
from suiteloom.render.templates import TEMPLATES
from suiteloom.store import packaged_templates

__all__ = ["Pack", "Page"]

_END = "\1"  # follows the docstring until the page is cut; no spec text can hold it
_BLANKS = re.compile(r"\n{3,}")
_BLOCK = re.compile(r"\{%[-+]?\s*filter\s+docstring\b")
_FIELDS = {
    kind: frozenset(kind.__slots__) for kind in (Bvj, Case, Group, Revenue, Suite, Test)
}
_FAILURES = (  # what an expression of a template can raise
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(slots=True)
class Page:
    """One rendering of one template: what goes in, and the docstring that came out.

    Attributes:
        indent: Columns that the docstring stands indented by in the finished file.
        level: Columns that it is indented by in this template's output.
        spec_path: Named by the last line of the docstring.
        make_rev: From the docstring's value to its rev; without it there is no such
            line.
        value: After rendering, the docstring's value, dedented, without that line.
        literal: After rendering, the source of the literal, unindented.
    """

    indent: int
    level: int
    spec_path: str = ""
    make_rev: Callable[[str], str] | None = None
    value: str = field(default="", init=False)
    literal: str = field(default="", init=False)

    @property
    def block(self) -> str:
        """The literal as it stands in the template's output, with a newline."""
        margin = " " * self.level
        lines = self.literal.split("\n")
        return "".join(f"{margin}{line}\n" if line else "\n" for line in lines)

    def docstring(self, text: str) -> str:
        """Write `text` as the page's docstring; the filter of that name.

        Raises:
            ValueError: If there is no text.
        """
        lines = fold(_BLANKS.sub("\n\n", text), indent=self.indent)
        lines[0] = lines[0].lstrip()
        if not lines[0]:
            raise ValueError("the docstring is empty")
        if self.make_rev is None:
            lines[1:] = _dedented(lines[1:])
        self.value = "\n".join(lines)
        if self.make_rev is not None:
            lines += ["", f"Spec: {self.spec_path} (rev)"]
            self.value = "\n".join(lines)
            lines[-1] = f"Spec: {self.spec_path} (rev {self.make_rev(self.value)})"
        self.literal = docstring_literal(lines)
        if len(lines) == 1:  # as black writes it; two lines would read back as three
            text = self.literal.removeprefix('"""').removesuffix('\n"""')
            end = " " if text.endswith('"') else ""
            self.literal = f'"""{text}{end}"""'
            self.value = f"{self.value}{end}"
        return self.block + _END


def _dedented(lines: list[str]) -> list[str]:
    """Lines without a margin that all of them share; Python reads them back so."""
    margins = [len(line) - len(line.lstrip(" ")) for line in lines if line]
    return [line[min(margins) :] for line in lines] if margins else lines


@pass_context
def _docstring(context: Context, text: str) -> str:
    page: Page = context["page"]
    return page.docstring(text)


def _usd(amount: int) -> str:
    return f"${amount:,}"


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox, with a short way to the fields of our own frozen dataclasses."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Read a field directly; anything else as the sandbox allows."""
        if attribute in _FIELDS.get(type(obj), ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


def _environment(folder: Path) -> _Environment:
    """The sandbox that the templates of a folder run in."""
    environment = _Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Python, not HTML; docstring() escapes
        auto_reload=False,  # one run, one version of a template
    )
    environment.filters |= {"docstring": _docstring, "literal": literal, "usd": _usd}
    del environment.filters["random"]  # the same spec gives the same suite
    del environment.globals["lipsum"]
    return environment


class Pack:
    """The compiled templates of one folder.

    The syntax trees of a pack that is not the built-in one are checked first: every name
    in it, and how often it writes each slot.

    Args:
        folder: Holds the three templates and whatever they include, and nothing else
            is ever loaded.
        check: Whether to check the built-in pack as well.

    Attributes:
        is_own: Whether it is a user's own: then black runs on what it writes.
        loaded: The templates that were read.
        library: Their syntax trees, if it was checked.
        used: For each of the three, the variables and fields it uses, if it was checked.

    Raises:
        UsageError: If a template is missing or can not do what a template has to.
    """

    def __init__(self, folder: Path, *, check: bool = False) -> None:
        environment = _environment(folder)
        self.folder = folder
        self.is_own = folder.resolve() != packaged_templates("suite")
        self.used: dict[str, tuple[str, ...]] = {}
        self.loaded: tuple[str, ...] = TEMPLATES
        self.library: Library | None = None
        if self.is_own or check:
            from suiteloom.render.pack_check.check import read_sources

            self.library, self.used = read_sources(environment, folder)
            self.loaded = self.library.loaded
        try:
            self._templates = {
                name: environment.get_template(name) for name in TEMPLATES
            }
        except _FAILURES as error:
            raise _template_error(folder, error) from error

    def error(self, name: str, message: str, hint: str, line: int = 0) -> UsageError:
        """The error that says what is wrong with one template."""
        path = f"{shown_folder(self.folder)}/{name}"
        return UsageError(message, path=path, line=line, hint=hint)

    def formatted(self, name: str, source: str, form: Callable[[str], str]) -> str:
        """Format what a template of a user's own wrote.

        Args:
            name: The template.
            source: What it wrote.
            form: One of the functions of `suiteloom.render.formatted`.

        Raises:
            UsageError: If it is no Python.
        """
        try:
            return form(source)
        except SyntaxError as error:
            raise self.no_python(name, error) from error
        except MisplacedError as error:
            line = self.line_of(name, error.text)
            raise self.error(name, str(error), LISTED, line) from error

    def no_python(self, name: str, error: SyntaxError) -> UsageError:
        """The error that says that a template writes what Python can not read."""
        message, line = syntax_fault(error)
        place = self.line_of(name, line)
        return self.error(name, message, NO_PYTHON, place)

    def line_of(self, name: str, text: str) -> int:
        """The line of a template that wrote `text`, else its first."""
        return find_line((self.folder / name).read_text("utf-8"), text)

    def render(self, name: str, page: Page, **variables: Any) -> tuple[str, str]:
        """Render one template.

        Args:
            name: One of the three templates.
            page: Receives the docstring.
            **variables: What the template may name.

        Returns:
            Source up to the end of the docstring, and source after it; together they
            end in exactly one newline.

        Raises:
            UsageError: If the template fails, or does not write exactly one docstring.
        """
        try:
            source = self._templates[name].render(page=page, **variables)
        except _FAILURES as error:
            raise _template_error(self.folder, error, name) from error
        parts = source.lstrip("\n").split(_END)
        if len(parts) != 2:
            message = f"the template writes {len(parts) - 1} docstrings, not 1"
            hint = "put its text between {% filter docstring %} and {% endfilter %}"
            line = _second_block(self.folder / name)
            raise self.error(name, message, hint, line)
        head, tail = parts
        tail = tail.rstrip("\n")
        return head, f"{tail}\n" if tail else ""


def _second_block(template: Path) -> int:
    """The line of a template's second docstring block, or 1 if there is none."""
    source = template.read_text("utf-8")
    starts = [match.start() for match in _BLOCK.finditer(source)]
    return source.count("\n", 0, starts[1]) + 1 if len(starts) > 1 else 1


def _template_error(folder: Path, error: Exception, name: str = "") -> UsageError:
    """Say which template failed, and on which line of it."""
    path = folder / name
    line = 0
    if isinstance(error, TemplateNotFound):
        path = path if name else folder / str(error.name)
        message = f"there is no template {error.name}"
    else:
        message = str(error) or type(error).__name__
    if isinstance(error, TemplateSyntaxError):
        path, line = folder / (error.name or name), error.lineno
        message = error.message or message
    for frame, number in walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file.endswith(".j2") and Path(file).is_relative_to(folder):
            path, line = Path(file), number
    shown = f"{shown_folder(folder)}/{path.relative_to(folder).as_posix()}"
    return UsageError(message, path=shown.rstrip("/."), line=line, hint=LISTED)
