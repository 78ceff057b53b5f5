"""SL501 and SL502: the marker that says which kind of test it is. Pure."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from suiteloom.audit.engine.ancestry import Classes, classes_of, marks_of
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.settings import Specified
from suiteloom.audit.engine.testfile import TestFile, TestNode

__all__ = ["KNOWN", "RULES"]


def _categories(file: TestFile, test: TestNode, classes: Classes) -> list[str]:
    """The categories that a test is marked with, nearest first."""
    wanted = file.settings.categories
    return [name for name, _ in marks_of(file, test, classes) if name in wanted]


def _missing(file: TestFile) -> Iterator[Hit]:
    if not file.settings.needs_category:
        return
    classes = classes_of(file)
    for test in file.tests:
        if (
            not test.is_orphan
            and not _categories(file, test, classes)
            and not _may_be_marked(file, test)
        ):
            shown = ", ".join(file.settings.categories)
            message = f"{test.node.name} has no category"
            yield hit(test.node, message, test, f"mark it with one of {shown}")


def _may_be_marked(file: TestFile, test: TestNode) -> bool:
    """Whether a decorator of the project's own may add the mark, or make it a fixture."""
    decorators = [*test.node.decorator_list]
    if test.owner is not None:
        decorators += test.owner.decorator_list
    for item in decorators:
        dotted = file.resolve(item.func if isinstance(item, ast.Call) else item)
        top = dotted.partition(".")[0]
        if dotted.endswith("fixture") or not top or top in file.settings.first_party:
            return True
    return False


def _other(file: TestFile) -> Iterator[Hit]:
    if not file.settings.specified:
        return
    classes = classes_of(file)
    for test in file.tests:
        spec = file.settings.specified.get(test.id)
        if spec is None or test.is_orphan:
            continue
        found = _categories(file, test, classes)
        if found and spec.category not in found:
            message = f"{test.node.name} is marked {found[0]}; {_says(spec)}"
            yield hit(test.node, message, test, f"mark it with {spec.category}")


def _says(spec: Specified) -> str:
    return f"the spec of {spec.domain} says {spec.category}"


KNOWN: dict[str, object] = {
    "markers": frozenset({"slow"}),
    "categories": ("unit", "integration", "e2e"),
}
"""Settings for the examples of this family."""

RULES = (
    Rule("SL501", check=_missing),
    Rule("SL502", check=_other),
)
