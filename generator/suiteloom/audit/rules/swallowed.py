"""SL6: assertions that are swallowed or never reached. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from suiteloom.audit.engine.assertions import (
    Proof,
    inside,
    is_hard,
    is_skip,
    read_proof,
    terminal,
)
from suiteloom.audit.engine.rule import Hit, Rule, hit
from suiteloom.audit.engine.testfile import Function, TestFile, TestNode
from suiteloom.audit.rules.unrun import find_unrun, uses_of

__all__ = ["RULES"]

_FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_WITH = (ast.With, ast.AsyncWith)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_BASE = frozenset({"BaseException"})
_BROAD = _BASE | {"AssertionError", "Exception"}
_LOGGED = re.compile(r"(?:print|pprint|debug|info|warning|warn|error|exception|log)$")
_TELLS = frozenset({"value", "exception", "type", "match", "message", "excinfo"})


def _swallowed(file: TestFile) -> Iterator[Hit]:
    proof = read_proof(file)
    for test in proof.tests():
        for node in proof.hard.get(test, ()):
            if (cause := _swallower(file, proof, node, test)) is not None:
                message = f"its failure is swallowed at line {cause.lineno}"
                yield hit(node, message, test)  # type: ignore[arg-type]


def _swallower(
    file: TestFile, proof: Proof, node: ast.AST, test: TestNode
) -> ast.ExceptHandler | ast.expr | ast.stmt | None:
    """What catches the failure of an assertion and lets the test pass."""
    broad = _catching(file, node)
    child = node
    for outer in inside(file, node, test.node):
        if isinstance(outer, _FRAMES):
            return _thread(file, outer, test)
        if isinstance(outer, ast.Try) and child not in outer.finalbody:
            if (left := _leaving(file, outer)) is not None:
                return left
            if child not in outer.body or not outer.handlers:
                child = outer
                continue
            handler = _first_handler(outer, broad)
            if handler and not _can_still_fail(file, outer, handler, proof, test):
                return handler
            return None
        if isinstance(outer, _WITH) and child in outer.body:
            for item in outer.items:
                if _suppresses(file, item.context_expr, broad):
                    return item.context_expr
        child = outer
    return None


def _leaving(file: TestFile, node: ast.Try) -> ast.stmt | None:
    """What leaves a `finally`, and with it whatever was raised; None if nothing does."""
    for statement in node.finalbody:
        for part in ast.walk(statement):
            if isinstance(part, ast.Return | ast.Break | ast.Continue):
                frames = (*_FRAMES, *_LOOPS, ast.Try)
                if next(n for n in file.around(part) if isinstance(n, frames)) is node:
                    return part
    return None


def _thread(file: TestFile, node: ast.AST, test: TestNode) -> ast.expr | None:
    """The thread that an assertion fails in, and not the test; None if there is none."""
    if file.settings.warns_by_error or any(
        n == "filterwarnings" for n, _ in test.marks
    ):
        marks = [mark for name, mark in test.marks if name == "filterwarnings"]
        if file.settings.warns_by_error or any(
            "error" in ast.unparse(m) for m in marks
        ):
            return None  # pytest warns of what is raised in a thread
    if not isinstance(node, Function) or node.decorator_list:
        return None
    calls = [_thread_of(file, name) for name in uses_of(file, node, test)]
    found = [call for call in calls if call is not None]
    return found[0] if found and len(found) == len(calls) else None


def _thread_of(file: TestFile, name: ast.Name) -> ast.Call | None:
    """The call that makes a thread of a function, if that is what is done with it."""
    keyword = file.parent(name)
    call = file.parent(keyword) if isinstance(keyword, ast.keyword) else None
    if isinstance(call, ast.Call) and file.resolve(call.func) == "threading.Thread":
        return call
    return None


def _catching(file: TestFile, node: ast.AST) -> frozenset[str]:
    """The exceptions that catch the failure of an assertion.

    That of pytest's own functions is no `Exception`.
    """
    if isinstance(node, ast.Call) and file.resolve(node.func).startswith("pytest."):
        return _BASE
    return _BROAD


def _first_handler(node: ast.Try, broad: frozenset[str]) -> ast.ExceptHandler | None:
    """The handler that catches a failure; None if none does."""
    for handler in node.handlers:
        if handler.type is None or broad & {terminal(t) for t in _types(handler)}:
            return handler
    return None


def _can_still_fail(
    file: TestFile,
    node: ast.Try,
    handler: ast.ExceptHandler,
    proof: Proof,
    test: TestNode,
) -> bool:
    """Whether a test may fail for what a handler has caught.

    It may if the handler fails, if what follows `try` in the statement itself does, if
    anything reads later what the handler has kept, or if another attempt follows and
    something fails after the last one.
    """
    if _may_fail([*handler.body, *node.orelse, *node.finalbody], proof):
        return True
    later = list(_later(file, node, test))
    kept = _kept(file, handler)
    own = {n.id for n in ast.walk(test.node) if _is_bound(n)}
    if kept - own:
        return True  # it belongs to a fixture, an object or a module: out of sight
    if any(isinstance(n, ast.Name) and n.id in kept for n in _reads(later)):
        return True
    loop = next(
        (n for n in inside(file, node, test.node) if isinstance(n, _LOOPS)), None
    )
    after = _after(file, node, handler)
    if loop is None or not _leaves([*node.body, *node.orelse, *after]):
        return False
    return isinstance(loop, ast.While) or _may_fail(later, proof)


def _may_fail(statements: Iterable[ast.stmt], proof: Proof) -> bool:
    """Whether statements assert, raise, or call what may do so out of sight."""
    return any(
        is_hard(node, proof.aliases)
        or isinstance(node, ast.Raise)
        or (isinstance(node, ast.Call) and proof.is_out_of_sight(node))
        for statement in statements
        for node in ast.walk(statement)
    )


def _later(file: TestFile, node: ast.AST, test: TestNode) -> Iterator[ast.stmt]:
    """The statements of a test that run after one, those of a loop around it included."""
    child = node
    for outer in (*inside(file, node, test.node), test.node):
        if isinstance(outer, _LOOPS):
            yield from (item for item in outer.body if item is not child)
            yield from outer.orelse
        else:
            for block in _blocks(outer):
                if child in block:
                    yield from block[block.index(child) + 1 :]
        child = outer


def _is_bound(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _kept(file: TestFile, handler: ast.ExceptHandler) -> set[str]:
    """Names whose values a handler sets or may change, but by a log."""
    names: set[str] = set()
    for statement in handler.body:
        match statement:
            case ast.Expr(value=ast.Call(func=func)) if _LOGGED.match(terminal(func)):
                continue
        for node in ast.walk(statement):
            if _is_bound(node):
                names.add(node.id)
            elif isinstance(node, ast.Attribute | ast.Subscript):
                root: ast.expr = node
                while isinstance(root, ast.Attribute | ast.Subscript):
                    root = root.value
                if isinstance(root, ast.Name) and not file.resolve(root):
                    names.add(root.id)
    return names - {handler.name}


def _reads(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """What statements read, but for what they only print or log."""
    for statement in statements:
        match statement:
            case ast.Expr(value=ast.Call(func=func)) if _LOGGED.match(terminal(func)):
                continue
        yield from ast.walk(statement)


def _after(file: TestFile, node: ast.Try, handler: ast.ExceptHandler) -> list[ast.stmt]:
    """What follows in the block only where nothing was caught."""
    if not isinstance(handler.body[-1], ast.Continue):
        return []
    blocks = _blocks(file.parent(node) or node)
    for block in blocks:
        if node in block:
            return block[block.index(node) + 1 :]
    return []


def _leaves(statements: Iterable[ast.stmt]) -> bool:
    """Whether a loop ends where nothing was caught."""
    return any(
        isinstance(item, ast.Break | ast.Return)
        for statement in statements
        for item in ast.walk(statement)
    )


def _types(handler: ast.ExceptHandler) -> list[ast.expr]:
    if isinstance(handler.type, ast.Tuple):
        return handler.type.elts
    return [handler.type] if handler.type is not None else []


def _suppresses(file: TestFile, node: ast.expr, broad: frozenset[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if file.resolve(node.func) == "contextlib.suppress":
        return any(terminal(argument) in broad for argument in node.args)
    return isinstance(node.func, ast.Name) and _is_quiet(file, node.func, broad)


def _is_quiet(file: TestFile, node: ast.Name, broad: frozenset[str]) -> bool:
    """Whether a context manager of the file itself lets nothing out."""
    for made in file.tree.body:
        if isinstance(made, ast.ClassDef) and made.name == node.id:
            return any(map(_says_true, made.body))
        if not isinstance(made, ast.FunctionDef) or made.name != node.id:
            continue
        if [file.resolve(d) for d in made.decorator_list] == [
            "contextlib.contextmanager"
        ]:
            return any(
                _holds_back(t, broad) for t in made.body if isinstance(t, ast.Try)
            )
    return False


def _says_true(node: ast.stmt) -> bool:
    """Whether it is an `__exit__` that always returns True."""
    if not isinstance(node, Function) or node.name not in {"__exit__", "__aexit__"}:
        return False
    returned = [part for part in ast.walk(node) if isinstance(part, ast.Return)]
    is_last = bool(returned) and node.body[-1] in returned
    return is_last and all(
        isinstance(part.value, ast.Constant) and part.value.value is True
        for part in returned
    )


def _holds_back(node: ast.Try, broad: frozenset[str]) -> bool:
    """Whether what is raised where a generator yields ends in a handler."""
    yields = any(isinstance(n, ast.Yield) for s in node.body for n in ast.walk(s))
    handler = _first_handler(node, broad) if yields else None
    return handler is not None and not any(
        isinstance(n, ast.Raise | ast.Call) and not _is_shown(n)
        for s in handler.body
        for n in ast.walk(s)
    )


def _is_shown(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and bool(_LOGGED.match(terminal(node.func)))


def _unreachable(file: TestFile) -> Iterator[Hit]:
    proof = read_proof(file)
    for node, message, test in find_unrun(file):
        yield hit(node, message, test)  # type: ignore[arg-type]
    cut = {file.test_of(statement) for statement in _early_ends(file)}
    raising = {file.test_of(block) for block in _raising(file)}
    for test in proof.tests():
        seen: set[ast.AST] = set()
        for node in proof.hard.get(test, ()) if test in cut else ():
            ended = _ended_before(file, node, test)
            if ended is not None and ended not in seen:
                seen.add(ended)
                message = (
                    f"is never reached: line {ended.lineno} ends the block before it"
                )
                yield hit(node, message, test)  # type: ignore[arg-type]
        if test in raising:
            yield from _after_raise(file, proof, test)


def _early_ends(file: TestFile) -> Iterator[ast.stmt]:
    """Statements that end a block and are not its last one."""
    statements: list[ast.stmt] = [
        *file.nodes(ast.Return),
        *file.nodes(ast.Continue),
        *file.nodes(ast.Break),
        *file.nodes(ast.Raise),
        *file.nodes(ast.Assert),
    ]
    calls = (file.parent(call) for call in file.calls_of(["fail"]))
    statements += [around for around in calls if isinstance(around, ast.Expr)]
    for statement in filter(_ends, statements):
        around = file.parent(statement)
        blocks = _blocks(around) if around is not None else ()
        if any(item is statement for block in blocks for item in block[:-1]):
            yield statement


def _raising(file: TestFile) -> Iterator[ast.With | ast.AsyncWith]:
    """Blocks that keep what is raised in them under a name."""
    blocks: list[ast.With | ast.AsyncWith] = [*file.nodes(ast.With)]
    for block in (*blocks, *file.nodes(ast.AsyncWith)):
        if _kept_names(block):
            yield block


def _kept_names(block: ast.With | ast.AsyncWith) -> set[str]:
    return {
        item.optional_vars.id
        for item in block.items
        if isinstance(item.optional_vars, ast.Name)
        and "raises" in terminal(_called(item.context_expr)).lower()
    }


def _ended_before(file: TestFile, node: ast.AST, test: TestNode) -> ast.stmt | None:
    """What ends a block before an assertion or what it stands in, if anything."""
    child = node
    for outer in file.around(node):
        for block in _blocks(outer):
            places = [i for i, statement in enumerate(block) if statement is child]
            for earlier in block[: places[0]] if places else ():
                if _ends(earlier):
                    return earlier
        if outer is test.node:
            break
        child = outer
    return None


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block


def _ends(statement: ast.stmt) -> bool:
    match statement:
        case ast.Return() | ast.Continue() | ast.Break():
            return True
        case ast.Raise(exc=raised):
            return raised is None or not is_skip(raised)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="fail"))):
            return terminal(owner) in {"self", "pytest"}
        case ast.Assert(test=ast.Constant(value=False)):
            return True
    return False


def _after_raise(file: TestFile, proof: Proof, test: TestNode) -> Iterator[Hit]:
    """Assertions about an exception, inside the block that it leaves."""
    for node in proof.hard.get(test, ()):
        statement = _statement(file, node)
        block = file.parent(statement)
        if not isinstance(block, _WITH) or statement not in block.body[1:]:
            continue
        names = _kept_names(block)
        if names and _tells(node, names) and not _tells_before(block, node, names):
            message = "is never reached: what is raised leaves the block before it"
            yield hit(node, message, test)  # type: ignore[arg-type]


def _statement(file: TestFile, node: ast.AST) -> ast.AST:
    """The statement that a node is, or stands in."""
    if isinstance(node, ast.stmt):
        return node
    return next(n for n in file.around(node) if isinstance(n, ast.stmt))


def _called(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _tells(node: ast.AST, names: set[str]) -> bool:
    return any(
        isinstance(part, ast.Attribute)
        and part.attr in _TELLS
        and terminal(part.value) in names
        for part in ast.walk(node)
    )


def _tells_before(block: ast.AST, node: ast.AST, names: set[str]) -> bool:
    """Whether only the last of several is the one to report."""
    line = getattr(node, "lineno", 0)
    body = getattr(block, "body", [])
    return any(s.lineno < line and _tells(s, names) for s in body)


RULES = (
    Rule("SL604", check=_swallowed),
    Rule("SL605", check=_unreachable),
)
