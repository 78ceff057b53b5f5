"""Holds every entry of a plan against a change of the tree, and every change against one.

It reads both trees with the syntax tree alone and knows nothing of how plans are made.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

__all__ = ["untrue"]

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class _Unit:
    path: str
    owner: str
    name: str
    orphan: bool
    suspect: bool
    text: str


@dataclass
class _File:
    docstring: str = ""
    imports: list = field(default_factory=list)
    headers: dict = field(default_factory=dict)
    order: dict = field(default_factory=dict)


def untrue(before, after, plan):
    """What a plan says and was not done, or was done and it does not say.

    Args:
        before: Bytes of each file by path, as the plan found them.
        after: The same once it has been carried out.
        plan: Its actions.

    Returns:
        One sentence each; none if the plan is true.
    """
    old, new = _read(before), _read(after)
    suites = {path for path in before.keys() | after.keys() if path.endswith(".py")}
    changed = {path for path in suites if before.get(path) != after.get(path)}
    return [
        *_units(old, new, plan),
        *_said(old, new, plan),
        *_files(old, new, plan, changed),
    ]


def _read(tree):
    units, files = {}, {}
    for path, data in tree.items():
        if path.endswith(".py"):
            text = data.decode().lstrip("\ufeff")
            files[path] = _file(path, text, ast.parse(text), units)
    return units, files


def _file(path, text, module, units):
    file = _File(ast.get_docstring(module) or "")
    lines = text.replace("\r\n", "\n").split("\n")
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            file.imports.append(ast.unparse(node))
        if not isinstance(node, ast.ClassDef):
            continue
        ids = []
        for item in node.body:
            if isinstance(item, _FUNCTIONS) and (found := _marker(item)):
                ids.append(found[0])
                first = min(part.lineno for part in item.decorator_list)
                shown = "\n".join(lines[first - 1 : item.end_lineno])
                units[found[0]] = _Unit(path, node.name, item.name, *found[1:], shown)
        if ids:
            file.order[node.name] = ids
            bases = [ast.unparse(base) for base in node.bases]
            file.headers[node.name] = (bases, ast.get_docstring(node))
    return file


def _marker(node):
    """Id of a marked function, whether it is an orphan, and whether it is suspect."""
    for item in node.decorator_list:
        shown = ast.unparse(item)
        if shown.startswith(("pytest.mark.spec(", "pytest.mark.orphan(")):
            words = {word.arg for word in item.keywords}
            orphan = shown.startswith("pytest.mark.orphan(")
            return item.args[0].value, orphan, "reviewed" in words
    return None


def _renamed(plan):
    """The classes that a plan renames, per path: new name by old one."""
    found = {}
    for action in plan:
        if not action.id and action.action == "rename" and action.part == "class":
            found.setdefault(action.path, {})[action.old] = action.new
    return found


def _differences(one, two, renames):
    """Names of the actions that two states of a unit ask for."""
    owner = renames.get(one.path, {}).get(one.owner, one.owner)
    if two.owner not in {owner, one.owner}:
        yield "move"
    if one.name != two.name:
        yield "rename"
    if one.orphan != two.orphan:
        yield "orphan" if two.orphan else "revive"
    if two.suspect and not one.suspect:
        yield "suspect"


def _units(old, new, plan):
    """What was done to units and is not said."""
    said = {(action.id, action.action) for action in plan}
    about = {action.id for action in plan if action.action != "edited"}
    lines = {action.path for action in plan if action.part == "names"}
    renames = _renamed(plan)
    moved = {action.old: action.new for action in plan if action.action == "rename"}
    for identity in sorted(old[0].keys() | new[0].keys()):
        one, two = old[0].get(identity), new[0].get(identity)
        if one is None or two is None:
            wanted = ["create" if one is None else "remove"]
        else:
            wanted = list(_differences(one, two, renames))
            if one.path != two.path and moved.get(one.path) != two.path:
                wanted.append("move")
            is_other = one.text != two.text and identity not in about
            if is_other and one.path not in lines:
                wanted.append("update")
        for action in wanted:
            if (identity, action) not in said:
                yield f"{identity}: nothing says {action}"


def _said(old, new, plan):
    """What is said of units and was not done."""
    renames = _renamed(plan)
    for action in plan:
        one, two = old[0].get(action.id), new[0].get(action.id)
        if not action.id or action.action == "edited" or action.lacks:
            continue
        if action.action in {"create", "remove"}:
            done = (one is None) == (action.action == "create") and (one is None) != (
                two is None
            )
        elif one is None or two is None:
            done = False
        elif action.action == "update":
            done = one.text != two.text
        elif action.action == "move":
            done = (one.path, one.owner) != (two.path, two.owner)
        else:
            done = action.action in set(_differences(one, two, renames))
        if not done:
            yield f"{action.id}: says {action.action} ({action.detail}), not done"


def _files(old, new, plan, changed):
    """What was done to files and the text around units, or is only said."""
    around = [a for a in plan if not a.id and a.action != "edited"]
    for action in around:
        if action.path not in changed:
            yield f"{action.path}: says {action.action} ({action.detail}), not done"
    renamed = {a.old: a.new for a in around if a.action == "rename"}
    units = [held[0].get(action.id) for action in plan for held in (old, new)]
    about = {action.path for action in plan} | {unit.path for unit in units if unit}
    about |= {renamed[path] for path in about & renamed.keys()}
    own = {(action.path, action.part) for action in around}
    for path in sorted(changed):
        if path not in about:
            yield f"{path}: changed, and nothing says so"
        one, two = old[1].get(path), new[1].get(renamed.get(path, path))
        if one is not None and two is not None:
            parts = {part for home, part in own if home == path}
            parts |= {"imports"} if any(action.brings for action in plan) else set()
            yield from _silent(path, one, two, parts)


def _silent(path, one, two, parts):
    """Changes around the units of a file of which nothing is said."""
    if one.docstring != two.docstring and "module" not in parts:
        yield f"{path}: nothing says that the module docstring changed"
    if sorted(one.imports) != sorted(two.imports) and "imports" not in parts:
        yield f"{path}: nothing says that imports changed"
    for name in one.headers.keys() & two.headers.keys():
        if one.headers[name] != two.headers[name] and not parts & {"class", "names"}:
            yield f"{path}: nothing says that {name} changed"
    for name in one.order.keys() & two.order.keys():
        stay = [i for i in one.order[name] if i in two.order[name]]
        moved = stay != [i for i in two.order[name] if i in stay]
        if moved and not parts & {"order", "class"}:
            yield f"{path}: nothing says that the units of {name} changed places"
