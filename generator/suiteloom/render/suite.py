"""One suite from the model to the text of its file. Pure.

Decorators, signatures and imports are written here; everything else comes from the
template pack. Whatever is written is stable under black: what stands here and in the
built-in pack by construction, what a user's own pack adds by running black on it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from suiteloom.model import (
    Bvj,
    Case,
    ClassText,
    Config,
    Decorator,
    Group,
    ModuleText,
    RenderedGroup,
    RenderedSuite,
    RenderedUnit,
    Suite,
    Test,
    UnitText,
    body_digest,
    named_by_pending,
    normative_digest,
    pending_body,
    unit_rev,
)
from suiteloom.model.digest import DIGITS
from suiteloom.render.formatted import format_body, format_head, format_source
from suiteloom.render.literals import LINE_LENGTH, exploded, literal, width
from suiteloom.render.pack import Pack, Page

__all__ = ["import_lines", "render_suite"]

_PENDING = "self.pending("
_REV = "\0"  # stands for the rev until it is known; no spec text can hold it


def render_suite(suite: Suite, config: Config, pack: Pack) -> RenderedSuite:
    """Render a suite as if its file did not exist.

    Args:
        suite: One resolved spec.
        config: Names the base classes.
        pack: The templates.

    Returns:
        Every spec-owned text of the suite, as values and as source.

    Raises:
        UsageError: If a template can not render it.
    """
    if config.inherited == "omit":
        suite = _without_inherited(suite)
    groups = tuple(_render_group(suite, group, config, pack) for group in suite.groups)
    bases = tuple(sorted({_base(config, group) for group in suite.groups}))
    page = Page(0, 0, suite.spec_path, lambda text: ModuleText(text).digest)
    imports = "\n".join(import_lines(bases, config.own))
    header = "".join(pack.render("header.py.j2", page, suite=suite, imports=imports))
    if pack.is_own and header != f"{page.block}\n{imports}\n":
        header = pack.formatted("header.py.j2", header, format_source)
    return RenderedSuite(
        domain=suite.domain,
        path=suite.path,
        spec_path=suite.spec_path,
        text=ModuleText(page.value),
        docstring=page.literal,
        header=header,
        bases=bases,
        groups=groups,
        source="\n\n".join([header, *(_class_source(group) for group in groups)]),
    )


def import_lines(bases: tuple[str, ...], own: tuple[str, ...] = ()) -> list[str]:
    """The imports that spec-owned text needs, in the order isort would give.

    Args:
        bases: Dotted paths of base classes, sorted.
        own: Modules that are part of the project itself; their imports come last.

    Returns:
        Lines, with a blank one above the project's own modules.
    """
    modules: dict[str, list[str]] = {}
    for base in bases:
        module, _, name = base.rpartition(".")
        modules.setdefault(module, []).append(name)
    theirs = [name for name in modules if name not in own]
    ours = [name for name in modules if name in own]
    lines = ["import pytest", *_from_lines(theirs, modules)]
    return [*lines, "", *_from_lines(ours, modules)] if ours else lines


def _from_lines(order: list[str], modules: dict[str, list[str]]) -> list[str]:
    """One import of each module, in the given order."""
    lines = []
    for module in order:
        names = modules[module]
        line = f"from {module} import {', '.join(names)}"
        if len(line) > LINE_LENGTH:
            inner = "".join(f"    {name},\n" for name in names)
            line = f"from {module} import (\n{inner})"
        lines.append(line)
    return lines


def _without_inherited(suite: Suite) -> Suite:
    """The suite with each field of a BVJ only where it is written."""
    groups = tuple(
        replace(
            group,
            bvj=_written(group.bvj, group.own_bvj),
            tests=tuple(
                replace(test, bvj=_written(test.bvj, test.own_bvj))
                for test in group.tests
            ),
        )
        for group in suite.groups
    )
    return replace(suite, groups=groups)


def _written(bvj: Bvj, own: Bvj) -> Bvj:
    """Of a BVJ what is written in one place; segment and goal stand on one line."""
    has_line = bool(own.segment or own.goal)
    return Bvj(
        bvj.segment if has_line else (),
        bvj.goal if has_line else "",
        own.value_impact,
        own.strategic_impact,
    )


def _base(config: Config, group: Group) -> str:
    return config.async_base_class if group.is_async else config.base_class


def _class_source(group: RenderedGroup) -> str:
    units = (_indent(unit.source) for unit in group.units)
    return "\n".join([group.header, *units])


def _indent(source: str) -> str:
    """Indent by four columns every line that is not empty."""
    lines = source.split("\n")
    return "\n".join(f"    {line}" if line else line for line in lines)


def _render_group(
    suite: Suite, group: Group, config: Config, pack: Pack
) -> RenderedGroup:
    base = _base(config, group)
    base_name = base.rpartition(".")[2]

    def rev(text: str) -> str:
        return ClassText(group.class_name, base_name, text).digest

    page = Page(4, 4, suite.spec_path, rev)
    class_line = f"class {group.class_name}({base_name}):"
    if len(class_line) > LINE_LENGTH:
        class_line = f"class {group.class_name}(\n    {base_name}\n):"
    header = "".join(
        pack.render(
            "class.py.j2", page, suite=suite, group=group, class_line=class_line
        )
    )
    if pack.is_own and header != f"{class_line}\n{page.block}":
        header = pack.formatted("class.py.j2", header, format_source)
    return RenderedGroup(
        text=ClassText(group.class_name, base_name, page.value),
        docstring=page.literal,
        header=header,
        units=tuple(_render_unit(suite, group, test, pack) for test in group.tests),
    )


def _render_unit(suite: Suite, group: Group, test: Test, pack: Pack) -> RenderedUnit:
    decorators = tuple(_decorators(suite, test))
    parameters = tuple(name for name, _ in test.cases[0].values) if test.cases else ()
    keyword = "async def" if test.is_async else "def"
    page = Page(8, 4)
    source = _decorator_source(test, decorators)
    normative = normative_digest(test)
    pending = pending_body(test.id, normative)
    signature = _signature(f"{keyword} {test.name}", ("self", *parameters))
    head, body = pack.render(
        "test.py.j2",
        page,
        suite=suite,
        group=group,
        test=test,
        decorators=source,
        signature=signature,
        body=pending,
    )
    if pack.is_own and body != f"    {pending}\n":
        body = pack.formatted("test.py.j2", body, format_body)
    plain = "\n".join(
        line.removeprefix("    ") for line in body.strip("\n").split("\n")
    )
    rendered = ""
    if plain == pending or (plain.startswith(_PENDING) and _is_pending(plain, test.id)):
        plain = pending
        body = f"    {pending}\n"
    else:
        rendered = _body_digest(plain, pack)
    if pack.is_own and head != f"{source}\n{signature}\n{page.block}":
        head = _formatted_head(head, pack, has_body=bool(rendered))
    values = tuple(decorator.value for decorator in decorators)
    text = UnitText(test.id, test.is_async, test.name, page.value, values)
    rev = unit_rev(normative, text.digest, rendered)
    return RenderedUnit(
        text=text,
        normative=normative,
        body_digest=rendered,
        decorators=decorators,
        parameters=parameters,
        docstring=page.literal,
        body=plain,
        source=head.replace(_REV, literal(rev)) + body,
    )


def _is_pending(body: str, identity: str) -> bool:
    """Whether a template wrote a pending call and nothing else, in whatever form."""
    try:
        statements = ast.parse(body).body
    except SyntaxError:
        return False
    return named_by_pending(statements) in {"", identity} and "#" not in body


def _decorator_source(test: Test, decorators: tuple[Decorator, ...]) -> str:
    """Every decorator of a test, the rev not yet known."""
    own = f"@pytest.mark.spec({literal(test.id)}, rev={_REV})"
    return "\n".join([own, *(f"@{decorator.source}" for decorator in decorators)])


def _formatted_head(head: str, pack: Pack, *, has_body: bool) -> str:
    """Format a unit up to its docstring, its rev not yet known."""
    parts = 3 if has_body else 2
    unknown = literal(".".join(["?" * DIGITS] * parts))  # as long as the rev will be
    source = head.replace(_REV, unknown)
    source = pack.formatted("test.py.j2", source, format_head)
    return source.replace(unknown, _REV, 1)


def _body_digest(body: str, pack: Pack) -> str:
    """Digest a body that the template wrote itself."""
    try:
        if ast.parse(body).body:
            return body_digest(body)
    except SyntaxError as error:
        raise pack.no_python("test.py.j2", error) from error
    hint = "write statements, or {{ body }}, below the docstring"
    line = pack.line_of("test.py.j2", "endfilter")
    raise pack.error("test.py.j2", "the template writes no body", hint, line)


def _signature(head: str, names: tuple[str, ...]) -> str:
    """A def line as black would break it four columns further right."""
    inner = ", ".join(names)
    line = f"{head}({inner}):"
    if len(line) + 4 <= LINE_LENGTH:
        return line
    if len(names) > 1 and len(inner) + 8 <= LINE_LENGTH:
        return f"{head}(\n    {inner}\n):"
    return "\n".join([f"{head}(", *(f"    {name}," for name in names), "):"])


def _decorators(suite: Suite, test: Test) -> Iterator[Decorator]:
    """The decorators below ``spec``: category, mission critical, extra, cases."""
    names = [suite.category]
    if suite.mission_critical:
        names.append("mission_critical")
    for name in (*names, *test.markers):
        yield Decorator(("mark", name), f"pytest.mark.{name}")
    if test.cases:
        yield _parametrize(test.cases)


def _parametrize(cases: tuple[Case, ...]) -> Decorator:
    """The table of a test's cases; written at its column in the file, then dedented."""
    names = [name for name, _ in cases[0].values]
    lines = ["    pytest.mark.parametrize(", *_names(names), "        ["]
    for case in cases:
        lines += _row(case)
    lines += ["        ],", "    )"]
    rows = [[case.id, *(value for _, value in case.values)] for case in cases]
    source = "\n".join(line[4:] for line in lines)
    return Decorator(("cases", names, rows), source)


def _names(names: list[str]) -> list[str]:
    if len(names) == 1:
        return [f"        {literal(names[0])},"]
    line = f"        ({', '.join(literal(name) for name in names)}),"
    if len(line) <= LINE_LENGTH:
        return [line]
    return [
        "        (",
        *(f"            {literal(name)}," for name in names),
        "        ),",
    ]


def _row(case: Case) -> list[str]:
    values = [value for _, value in case.values]
    arguments = [*(literal(value) for value in values), f"id={literal(case.id)}"]
    line = f"            pytest.param({', '.join(arguments)}),"
    if width(line) <= LINE_LENGTH:
        return [line]
    inner = [line for value in values for line in exploded(value, indent=16)]
    last = f"                id={literal(case.id)},"
    return ["            pytest.param(", *inner, last, "            ),"]
