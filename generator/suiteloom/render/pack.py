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
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from suiteloom.errors import UsageError
from suiteloom.render.docstrings import fold
from suiteloom.render.literals import docstring_literal, literal

__all__ = ["Pack", "Page"]

TEMPLATES = ("header.py.j2", "class.py.j2", "test.py.j2")
_END = "\1"  # follows the docstring until the page is cut; no spec text can hold it
_BLANKS = re.compile(r"\n{3,}")


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


class Pack:
    """The compiled templates of one folder.

    Args:
        folder: Holds the three templates and whatever they include, and nothing else
            is ever loaded.

    Raises:
        UsageError: If a template is missing or is not a template.
    """

    def __init__(self, folder: Path) -> None:
        environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # Python, not HTML; docstring() escapes
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
        except TemplateError as error:
            raise _template_error(folder, error) from error

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
        except TemplateError as error:
            raise _template_error(self.folder, error, name) from error
        parts = source.lstrip("\n").split(_END)
        if len(parts) != 2:
            raise UsageError(
                f"the template writes {len(parts) - 1} docstrings, not 1",
                path=str(self.folder / name),
                hint="put its text between {% filter docstring %} and {% endfilter %}",
            )
        head, tail = parts
        tail = tail.rstrip("\n")
        return head, f"{tail}\n" if tail else ""


def _template_error(folder: Path, error: TemplateError, name: str = "") -> UsageError:
    where = getattr(error, "name", None) or name or str(error)
    return UsageError(
        error.message or type(error).__name__,
        path=str(folder / where),
        line=getattr(error, "lineno", 0) or 0,
        hint="docs/templates.md lists the variables and filters of each template",
    )
