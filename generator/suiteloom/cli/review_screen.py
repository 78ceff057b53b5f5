"""The screen of `review`: one unit at a time, and a key for each decision."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from suiteloom.cli.output import Output, plain, plural, print_error
from suiteloom.errors import SuiteloomError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from suiteloom.model import FieldChange
    from suiteloom.workflows.project import Workspace
    from suiteloom.workflows.review import Decision, Settled, Undecided, View

__all__ = ["DONE", "Session"]

_WORD = re.compile(r"\w+|\W")
_WIDE = 120
"""Columns from which on requirement and body stand side by side."""
_MOST_LINES = 60
"""Lines of a body that are shown."""
_MANY = {
    "suspect": "suspects",
    "orphan": "orphans",
    "edited": "edited units",
}
DONE = {"accept": "accepted", "restore": "restored", "prune": "pruned"}


class Session:
    """Asks about each unit in turn; every decision is in the files at once.

    Args:
        workspace: The project.
        output: On a terminal.
        found: The units.
        domains: Which were asked for; none means all.
    """

    def __init__(
        self,
        workspace: Workspace,
        output: Output,
        found: Sequence[Undecided],
        domains: Iterable[str],
    ) -> None:
        self._workspace = workspace
        self._output = output
        self._left = list(found)
        self._domains = tuple(domains)
        self._at = 0
        self._done: list[Settled] = []

    def run(self) -> int:
        """Ask until everything is decided or passed by.

        Returns:
            The exit code: 0 if nothing is left to decide, else 1.

        Raises:
            KeyboardInterrupt: If it was interrupted; what was decided stays decided.
        """
        from suiteloom.workflows.review import look

        gc.enable()  # it was switched off for commands that are short
        while self._at < len(self._left) or self._goes_back():
            one = self._left[self._at]
            views = look(self._workspace, [one])
            if not views:  # somebody took it out of its suite meanwhile
                self._look_again()
                continue
            self._show(views[0])
            if not self._answer(views[0]):
                break
        decided = sum(len(settled.units) for settled in self._done)
        left = len(self._left)
        self._output.line(f"decided: {decided:,}, left to decide: {left:,}", "bold")
        return 1 if left else 0

    def _goes_back(self) -> bool:
        """Ask, at the end, whether the last decision is to be taken back."""
        while self._done:
            self._output.line()
            self._output.console().print(_question({"u": "undo", "q": "quit"}))
            key = ""
            while key not in {"u", "q"}:
                key = _pressed()
            if key == "q":
                return False
            self._take_back()
            if self._at < len(self._left):
                return True
        return False

    def _answer(self, view: View) -> bool:
        """Take keys until one moves on; whether to go on."""
        keys = self._keys(view)
        while True:
            key = _pressed()
            if key not in keys:
                self._output.console().print(_question(keys))
                continue
            self._output.line(keys[key])
            if key == "q":
                return False
            if key == "s":
                self._at += 1
            elif key == "u":
                self._take_back()
            elif key == "e":
                self._edit(view)
            else:
                self._decide(view, key)
            return True

    def _keys(self, view: View) -> dict[str, str]:
        """What each key does now."""
        keys: dict[str, str] = {name[0]: name for name in view.decisions}
        rest = self._rest(view)
        if len(rest) > 1:
            for name in view.decisions:
                what = f"{name} all {len(rest)} {_MANY[view.one.kind]}"
                keys[name[0].upper()] = what
        keys |= {"e": "edit", "s": "skip"}
        if self._done:
            keys["u"] = "undo"
        return keys | {"q": "quit"}

    def _rest(self, view: View) -> list[Undecided]:
        """The units of a kind that are not decided, skipped ones included."""
        return [one for one in self._left if one.kind == view.one.kind]

    def _decide(self, view: View, key: str) -> None:
        from suiteloom.workflows.review import settle

        decision: Decision = next(
            name for name in view.decisions if name[0] == key.lower()
        )
        units = self._rest(view) if key.isupper() else [view.one]
        if not key.isupper() and not self._is_as_shown(view):
            self._output.line("changed meanwhile: look again", "yellow")
            self._look_again(at=view.one.id)
            return
        try:
            for settled in settle(self._workspace, decision, units):
                self._done.append(settled)
                ids = ", ".join(one.id for one in settled.units)
                self._output.line(f"{DONE[decision]} {ids}", "green")
                gone = {one.id for one in settled.units}
                before = sum(one.id in gone for one in self._left[: self._at])
                self._left = [one for one in self._left if one.id not in gone]
                self._at -= before
        except SuiteloomError as error:
            _say(error)
            self._look_again(at=view.one.id)
        if view.one.kind == "edited":  # what a test must do may be another thing now
            self._look_again()

    def _is_as_shown(self, view: View) -> bool:
        """Whether a unit and what it must do are still what the person looked at."""
        from suiteloom.workflows.review import look

        found = look(self._workspace, [view.one])
        return bool(found) and (found[0].text, found[0].asks) == (view.text, view.asks)

    def _take_back(self) -> None:
        from suiteloom.workflows.review import take_back

        settled = self._done[-1]
        try:
            take_back(self._workspace, settled)
        except SuiteloomError as error:
            _say(error)
            return
        self._done.pop()
        ids = [one.id for one in settled.units]
        self._output.line(f"{', '.join(ids)}: to be decided again", "green")
        self._look_again(at=ids[0])

    def _edit(self, view: View) -> None:
        """Open the suite in the person's editor."""
        import click

        self._output.line(f"{view.suite}")
        try:
            click.edit(filename=str(self._workspace.root / view.suite.path))
        except click.ClickException as error:
            print_error(error.format_message(), hint="EDITOR names the editor")
        self._look_again(at=view.one.id)

    def _look_again(self, at: str = "") -> None:
        """Find again what is to be decided; go on at a unit, or where we are."""
        from suiteloom.workflows.review import find_undecided

        passed = [one.id for one in self._left[: self._at]]
        try:
            found = list(find_undecided(self._workspace, self._domains))
        except SuiteloomError as error:
            _say(error)
            self._at = len(self._left)
            return
        ids = [one.id for one in found]
        skipped = [one for one in found if one.id in passed and one.id != at]
        self._left = skipped + [one for one in found if one not in skipped]
        self._at = len(skipped)
        if at in ids and at not in passed:
            ahead = next(one for one in found if one.id == at)
            self._left.remove(ahead)
            self._left.insert(self._at, ahead)

    def _show(self, view: View) -> None:
        """Show one unit."""
        from rich.text import Text

        from suiteloom.workflows.review import KINDS

        one, console = view.one, self._output.console()
        money = f", ${one.revenue_usd:,} a year" if one.revenue_usd else ""
        self._output.line()
        console.rule(
            Text(f"{self._at + 1} of {len(self._left)}: {KINDS[one.kind]}"),
            style="yellow",
        )
        head = Text(f"{plain(one.id)} {plain(one.name)}", style="bold")
        console.print(head, Text(f"  {plain(one.domain)}{money}"), sep="")
        places = [str(place) for place in (one.spec, view.suite) if place.path]
        console.print(Text("  ".join(places), style="dim"))
        left, right = _requirement(view), _body(view)
        if console.width >= _WIDE and left:
            from rich.table import Table

            grid = Table.grid(padding=(0, 2), expand=True)
            grid.add_column(ratio=1)
            grid.add_column(ratio=1)
            grid.add_row(_group(left), _group(right))
            console.print()
            console.print(grid)
        else:
            for part in ([*left, Text()] if left else []) + right:
                console.print(part)
        if view.obstacle:
            said = f"can not be accepted: {plain(view.obstacle)}"
            console.print(Text(said, style="yellow"))
        console.print()
        console.print(_question(self._keys(view)))


def _pressed() -> str:
    """The next key; `q` at the end of the input.

    Raises:
        KeyboardInterrupt: If it was interrupted.
    """
    import click

    try:
        return click.getchar()
    except EOFError:
        return "q"


def _say(error: SuiteloomError) -> None:
    """Say why a decision was not carried out."""
    print_error(error.message, place=error.place, hint=error.hint)


def _question(keys: dict[str, str]) -> Text:
    """The keys and what they do, in one line or two."""
    from rich.text import Text

    line = Text()
    for key, what in keys.items():
        line.append("  " if line else "")
        line.append(f"[{key}]", style="bold cyan")
        line.append(what[1:] if what.startswith(key) else f" {what}")
    return line


def _group(parts: Sequence[RenderableType]) -> RenderableType:
    from rich.console import Group

    return Group(*parts)


def _requirement(view: View) -> list[RenderableType]:
    """What the test must do: what changed word by word, then what stayed."""
    from rich.text import Text

    if view.one.kind == "orphan":
        return [Text("no spec names it any more")]
    if view.one.kind == "edited":
        styles = {"+": "green", "-": "red"}
        lines: list[RenderableType] = [Text("from the spec (-) to what was edited (+)")]
        return lines + [
            Text(f"  {plain(line)}".rstrip(), style=styles.get(line[:1], ""))
            for line in view.edit
        ]
    found: list[RenderableType] = []
    if view.is_known:
        found.append(Text("what it must do, and what changed"))
    else:
        said = (
            "what it must do; what its body was compared with is not in git's history"
        )
        found.append(Text(said))
    changed = {field.name for field in view.fields}
    for field in view.fields:
        found += _changed(field)
    for field in view.asks:
        if field.name not in changed:
            found.append(Text(f"  {field.name}", style="dim"))
            found += [Text(f"    {plain(text)}") for text in field.new]
    return found


def _changed(field: FieldChange) -> Iterator[Text]:
    """A field that changed, the words that did made plain."""
    from rich.text import Text

    yield Text(f"  {field.name}", style="dim")
    old = [text for text in field.old if text not in field.new]
    new = [text for text in field.new if text not in field.old]
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else ""
        after = new[index] if index < len(new) else ""
        gone, come = _apart(plain(before), plain(after))
        if before:
            yield Text.assemble(("  - ", "red"), gone)
        if after:
            yield Text.assemble(("  + ", "green"), come)


def _apart(before: str, after: str) -> tuple[Text, Text]:
    """Two texts; in each, the words that the other has not stand out."""
    from rich.text import Text

    one, other = _WORD.findall(before), _WORD.findall(after)
    gone, come = Text(), Text()
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        differs = tag != "equal"
        gone.append(
            "".join(one[i1:i2]), style="bold underline red" if differs else "red"
        )
        style = "bold underline green" if differs else "green"
        come.append("".join(other[j1:j2]), style=style)
    return gone, come


def _body(view: View) -> list[RenderableType]:
    """The body as it stands in its suite; decorators and docstring say what the spec says."""
    from rich.syntax import Syntax
    from rich.text import Text

    lines = plain(view.body).rstrip().splitlines()
    shown = "\n".join(lines[:_MOST_LINES])
    code = Syntax(
        shown,
        "python",
        theme="ansi_dark",
        background_color="default",
        line_numbers=True,
        start_line=view.body_line,
        word_wrap=True,
        dedent=True,
    )
    if len(lines) <= _MOST_LINES:
        return [code]
    more = plural(len(lines) - _MOST_LINES, "line")
    return [code, Text(f"and {more} more; [e] opens it", style="dim")]
