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
from suiteloom.render.literals import docstring_literal, literal

__all__ = ["Pack", "Page"]

TEMPLATES = ("header.py.j2", "class.py.j2", "test.py.j2")
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
    def source_lines(self) -> list[str]:
        """The literal, line by line."""
        return self.literal.split("\n")

    def docstring(self, text: str) -> str:
        """Write `text` as the page's docstring; the filter of that name."""
        lines = fold(_BLANKS.sub("\n\n", text), indent=self.indent)
        self.value = "\n".join(lines)
        if self.make_rev is not None:
            lines += ["", f"Spec: {self.spec_path} (rev)"]
            self.value = "\n".join(lines)
            lines[-1] = f"Spec: {self.spec_path} (rev {self.make_rev(self.value)})"
        self.literal = docstring_literal(lines)
        margin = " " * self.level
        indented = (f"{margin}{line}" if line else line for line in self.source_lines)
        return "\n".join(indented) + "\n" + _END


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


class Pack:
    """The compiled templates of one folder.

    Args:
        folder: Holds the three templates and whatever they include, and nothing else
            is ever loaded.

    Raises:
        UsageError: If a template is missing or is not a template.
    """

    def __init__(self, folder: Path) -> None:
        environment = _Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # Python, not HTML; docstring() escapes
            auto_reload=False,  # one run, one version of a template
        )
        environment.filters |= {
            "docstring": _docstring,
            "literal": literal,
            "usd": _usd,
        }
        self.folder = folder
        try:
            self._templates = {
                name: environment.get_template(name) for name in TEMPLATES
            }
        except _FAILURES as error:
            raise _template_error(folder, error) from error

    def error(self, name: str, message: str, hint: str, line: int = 0) -> UsageError:
        """The error that says what is wrong with one template."""
        return UsageError(message, path=str(self.folder / name), line=line, hint=hint)

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
    return UsageError(
        message,
        path=str(path),
        line=line,
        hint="docs/templates.md lists the variables and filters of each template",
    )
