"""Two suites that hold whatever a spec can hold, rendered once from a new pack.

What comes out must be Python, and must say what regeneration reads back from a suite:
class lines, signatures, decorators, docstrings, bodies, and one test a template.
"""

from __future__ import annotations

import ast
import inspect
import io
import tokenize
from collections.abc import Iterator
from dataclasses import replace

from suiteloom.model import (
    Bvj,
    Case,
    Config,
    Group,
    RenderedGroup,
    RenderedSuite,
    RenderedUnit,
    Revenue,
    Suite,
    Test,
    body_digest,
)
from suiteloom.render.pack import Pack
from suiteloom.render.pack_check.check import refuse
from suiteloom.render.pack_check.library import NO_PYTHON, Fault, Library, syntax_fault
from suiteloom.render.suite import render_suite

__all__ = ["probe", "probe_suites"]

_HEADER, _CLASS, _TEST = "header.py.j2", "class.py.j2", "test.py.j2"
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_HOSTILE = 'Says "x" \'y\' """z""" \\ {{ 7 * 7 }} {% raw %} {# c #} # %s $x é \\"'
_LONG = "a long text that has to be folded " * 8 + "here"
_SLOTS = {"docstring", "imports", "class_line", "decorators", "signature"}
_READS = "regeneration reads it back from the suite"


def probe(pack: Pack, library: Library) -> None:
    """Render two suites and read them.

    Args:
        pack: Compiled.
        library: Its templates.

    Raises:
        UsageError: If a template fails, or writes what can not be regenerated.
    """
    config = Config()
    for suite in probe_suites():
        rendered = render_suite(suite, config, pack)
        refuse(pack.folder, list(_Reader(library, rendered).faults()))


def probe_suites() -> tuple[Suite, Suite]:
    """A suite in which nothing is empty, and one in which all is that may be."""
    return _full(), _plain()


def _full() -> Suite:
    """A suite in which nothing is empty."""
    bvj = Bvj(("Free", "Enterprise"), _HOSTILE, _LONG, _HOSTILE)
    steps = (_HOSTILE, _LONG)
    cases = tuple(
        Case(f"case-{kind}", kind, (("value", [1, None, "x"]), ("text", _HOSTILE)))
        for kind in ("edge", "negative")
    )
    test = Test(
        id="PB-001",
        name="test_first",
        summary=_HOSTILE,
        kinds=("positive", "negative", "edge", "recovery"),
        is_async=True,
        given=steps,
        when=steps,
        then=steps,
        covers=("first_event", _HOSTILE),
        markers=("slow",),
        origin="reconstructed",
        bvj=bvj,
        cases=cases,
    )
    other = replace(
        test, id="PB-002", name="test_second", is_async=False, summary=_LONG
    )
    groups = (
        Group("First & Last", "TestFirstLast", bvj, (test, other)),
        Group("Second", "TestSecond", bvj, (replace(other, id="PB-003"),)),
    )
    return Suite(
        domain="probe",
        title="A Probe",
        summary=_HOSTILE,
        category="integration",
        service="backend",
        mission_critical=True,
        environments=("test", "dev", "staging", "prod"),
        revenue=Revenue(1_800_000, _HOSTILE),
        must_cover=("first_event", _HOSTILE),
        bvj=bvj,
        groups=groups,
        spec_path="specs/probe.yaml",
        path="generated/test_probe_integration_comprehensive.py",
    )


def _plain() -> Suite:
    """A suite in which everything is empty that may be."""
    full = _full()
    bvj = Bvj(("Free",), "Stability", "It works.", "It lasts.")
    test = Test(
        id="PB-001",
        name="test_only",
        summary="Works.",
        kinds=("positive",),
        is_async=False,
        given=(),
        when=(),
        then=(),
        covers=(),
        markers=(),
        origin="",
        bvj=bvj,
        cases=(),
    )
    return replace(
        full,
        summary="Works.",
        service="",
        mission_critical=False,
        environments=("test",),
        revenue=Revenue(0, "work"),
        must_cover=(),
        bvj=Bvj(),
        groups=(Group("Only", "TestOnly", Bvj(), (test,)),),
    )


class _Reader:
    """Reads what was rendered from one suite."""

    def __init__(self, library: Library, rendered: RenderedSuite) -> None:
        self._library = library
        self._rendered = rendered

    def faults(self) -> Iterator[Fault]:
        """What regeneration could not read, as one fault for each way to lose it."""
        found = [*self._header()]
        for group in self._rendered.groups:
            found += self._class(group)
            for unit in group.units:
                found += self._unit(unit)
        yield from dict.fromkeys(found)

    def _fault(
        self, template: str, message: str, at: str = "", hint: str = _READS
    ) -> Fault:
        line = self._library.line_of(template, at)
        if at in _SLOTS:
            line = self._library.line_of_name(template, at)
        return Fault(template, line, message, hint)

    def _tree(self, template: str, source: str) -> list[ast.stmt] | Fault:
        try:
            return ast.parse(source).body
        except SyntaxError as error:
            message, line = syntax_fault(error)
            return self._fault(template, message, line, NO_PYTHON)

    def _header(self) -> Iterator[Fault]:
        body = self._tree(_HEADER, self._rendered.header)
        if isinstance(body, Fault):
            yield body
            return
        if _docstring(body) != _with_rev(self._rendered.docstring):
            message = "something stands before the docstring of the module"
            yield self._fault(_HEADER, message, "docstring")
        names = {
            alias.name
            for node in body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        bases = {base.rpartition(".")[2] for base in self._rendered.bases}
        if not {"pytest", *bases} <= names:
            yield self._fault(_HEADER, "the imports are lost", "imports")
        for node in body:
            if isinstance(node, _FUNCTION | ast.ClassDef) and _is_test(node.name):
                message = f"the header writes a test of its own: {node.name}"
                yield self._fault(_HEADER, message, node.name, "a spec lists the tests")

    def _class(self, group: RenderedGroup) -> Iterator[Fault]:
        body = self._tree(_CLASS, group.header)
        if isinstance(body, Fault):
            yield body
            return
        text = group.text
        classes = [node for node in body if isinstance(node, ast.ClassDef)]
        if len(body) != 1 or len(classes) != 1:
            message = "the template writes more than one class"
            if len(classes) < 2:
                message = "the template writes something beside its class"
            yield self._fault(_CLASS, message)
            return
        node = classes[0]
        bases = [ast.unparse(base) for base in node.bases]
        if node.name != text.name or bases[:1] != [text.base]:
            yield self._fault(_CLASS, "the class line is lost", "class_line")
        if _docstring(node.body) != _with_rev(group.docstring):
            message = "something stands before the docstring of the class"
            yield self._fault(_CLASS, message, "docstring")
        for member in node.body:
            if isinstance(member, _FUNCTION) and _is_test(member.name):
                message = f"the class writes a test of its own: {member.name}"
                yield self._fault(
                    _CLASS, message, member.name, "a spec lists the tests"
                )

    def _unit(self, unit: RenderedUnit) -> Iterator[Fault]:
        lines = unit.source.split("\n")
        source = "\n".join(["class _:", *(line and f"    {line}" for line in lines)])
        body = self._tree(_TEST, source)
        if isinstance(body, Fault):
            yield body
            return
        owner = body[0]
        members = owner.body if isinstance(owner, ast.ClassDef) else []
        tests = [node for node in members if isinstance(node, _FUNCTION)]
        if len(tests) != 1 or len(members) != 1 or len(body) != 1:
            yield self._fault(_TEST, "the template writes more than one test")
            return
        yield from self._test(unit, tests[0])
        yield from self._body(unit, tests[0], source)

    def _test(
        self, unit: RenderedUnit, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> Iterator[Fault]:
        text = unit.text
        names = ", ".join(["self", *unit.parameters])
        if (
            node.name != text.name
            or isinstance(node, ast.AsyncFunctionDef) is not text.is_async
            or ast.unparse(node.args) != names
        ):
            yield self._fault(_TEST, "the signature is lost", "signature")
        own = f"pytest.mark.spec({text.id!r}, rev={unit.rev!r})"
        wanted = [own, *(_plainly(item.source) for item in unit.decorators)]
        found = [ast.unparse(item) for item in node.decorator_list]
        start = found.index(own) if own in found else 0
        if found[start : start + len(wanted)] != wanted:
            yield self._fault(_TEST, "the decorators are lost", "decorators")
        if _docstring(node.body) != text.docstring:
            message = "something stands before the docstring of the test"
            yield self._fault(_TEST, message, "docstring")

    def _body(
        self,
        unit: RenderedUnit,
        node: ast.FunctionDef | ast.AsyncFunctionDef,
        source: str,
    ) -> Iterator[Fault]:
        """What the body of a new test may not hold, if it is to be known again."""
        if len(node.body) < 2:
            return
        lines = source.split("\n")
        first, last = node.body[1], node.body[-1]
        hint = "put it between statements, or into a block: a body is replaced from "
        hint += "its first statement to its last"
        for line, text in _comments(source):
            before = node.lineno <= line < first.lineno
            if before or line >= (last.end_lineno or 0):
                where = "above the first" if before else "behind the last"
                message = f"a comment stands {where} statement of the body"
                yield self._fault(_TEST, message, text, hint)
                return
        body = "\n".join(lines[first.lineno - 1 :])
        if unit.body_digest and body_digest(body) != unit.body_digest:
            message = "the body has a text over several lines"
            hint = (
                "indenting would change it: write it with \\n, or put it into a helper"
            )
            yield self._fault(_TEST, message, _long_text(body), hint)


def _is_test(name: str) -> bool:
    return name.startswith(("test", "Test"))


def _docstring(body: list[ast.stmt]) -> str | None:
    """The docstring of a body, dedented."""
    first = body[0] if body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        value = first.value.value
        return inspect.cleandoc(value) if isinstance(value, str) else None
    return None


def _with_rev(source: str) -> str:
    """The value of a docstring literal, dedented, the rev in it included."""
    return inspect.cleandoc(ast.literal_eval(source))


def _plainly(source: str) -> str:
    return ast.unparse(ast.parse(source, mode="eval"))


def _comments(source: str) -> list[tuple[int, str]]:
    """The comments of Python source with their lines."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [
        (token.start[0], token.string)
        for token in tokens
        if token.type == tokenize.COMMENT
    ]


def _long_text(body: str) -> str:
    """The first line of the first string that goes over several lines."""
    block = f"if 1:\n{body}\n"
    for token in tokenize.generate_tokens(io.StringIO(block).readline):
        if token.type == tokenize.STRING and token.start[0] < token.end[0]:
            lines = token.string.strip("rRbBuUfF\"'").split("\n")
            return max(lines, key=lambda line: len(line.strip()))
    return ""
