"""What becomes of bodies and requirements when people resolve conflicts.

Each round changes a few tests of one suite on two branches, by hand and through the
spec, so that git stops when they are brought together, and resolves what it stopped at
in four ways. A body must not be left under a requirement that nobody compared it with,
nor in another test, unless the test is suspect or a command says so: `check` fails where
a pending call names another test, and where the docstring above a body is not what its
marker was rendered with. Where the page on merging says that nothing can tell, losses are
counted apart.
The same seed gives the same rounds; an interrupt ends them, and prints what there is.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import copy
import os
import shutil
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from branches import (
    SUITE,
    TOKEN,
    Project,
    Side,
    Spec,
    compiled_once,
    home_of,
    marker_of,
    units,
    write_body,
)
from histories import WAYS, Driver, History, Repository, memory, starting
from resolutions import RESOLUTIONS, Resolution, hunks_of, resolved
from suiteloom.errors import RefusedError
from suiteloom.levels import check_state, read_facts
from suiteloom.model import Config
from suiteloom.suites.threeway import ties
from suiteloom.workflows import planner
from suiteloom.workflows.met import Met

__all__ = ["MODES", "main", "planted"]

MODES = ("driver on", "driver off", "driver by lines")
_SCENES = (
    *(("respec",),) * 4,
    *(("respec", "review"),) * 4,
    *(("body",), ("edit",), ("edit",)),
    *(("body", "respec"), ("edit", "respec"), ("respec", "review", "edit")),
    *(("comment",), ("decorator",), ("rename",), ("justify",), ("move",), ("reorder",)),
)
_LATER = ("review", "edit")
_MOST_STOPS = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print.

    Args:
        arguments: Without the program's name; those of the process by default.

    Returns:
        0, or 1 if a body came to stand where it does not belong and nothing tells.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=500, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--plant", choices=_PLANTS, help="make suiteloom forget")
    parser.add_argument("--show", action="store_true", help="print what is lost")
    options = parser.parse_args(arguments)
    tally = Tally()
    with (
        memory("conflicts") as folder,
        compiled_once(),
        planted(options.plant or ""),
        contextlib.chdir(folder),
    ):
        table = _Table(folder, tally, show=options.show)
        try:
            for number in count(options.seed * 1_000_000):
                table.play(number)
                if tally.counts["conflict"] == options.rounds:
                    break
        except KeyboardInterrupt:
            print("interrupted")
        finally:
            os.chdir(folder)
            table.close()
    for line in tally.lines():
        print(line)
    return bool(tally.wrong)


@contextlib.contextmanager
def planted(name: str) -> Iterator[None]:
    """Let suiteloom forget something while this lasts.

    Args:
        name: `git`: the second witness is not asked; `all`: nor does the merge driver
            know what bodies were compared with. Empty: nothing is forgotten.
    """
    held = (planner.read_met, ties.merged_digest)
    if name:
        planner.read_met = _nothing_met
    if name == "all":
        ties.merged_digest = lambda _merged, _versions, normative: normative
    try:
        yield
    finally:
        planner.read_met, ties.merged_digest = held


def _nothing_met(_root: Path, _paths: Iterable[str]) -> Met:
    return Met({})


@dataclass
class Tally:
    """What came of the rounds; `ends` by way, mode, resolution and time."""

    counts: Counter[str] = field(default_factory=Counter)
    ends: defaultdict[str, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def add(self, names: Sequence[str], found: Mapping[str, int]) -> None:
        """Count something under each of the names, and in all."""
        for name in ("all", *names):
            self.ends[name].update(found)

    @property
    def wrong(self) -> int:
        """How many tests were left unmarked, or with the body of another one unsaid."""
        return sum(self.ends["all"][key] for key in ("lost", "elsewhere", "restless"))

    def lines(self) -> Iterator[str]:
        """The table, for people."""
        counts = self.counts
        yield f"merges: {counts['merge']}, with conflicts: {counts['conflict']}"
        columns = {
            "resolved": "resolved",
            "no Python": "no Python",
            "refused": "refused",
            "expected": "suspects expected",
            "lost": "lost",
            "edited": "named as edited instead",
            "limit": "lost where nothing tells",
            "unasked": "more suspects",
            "elsewhere": "bodies elsewhere, unsaid",
            "chosen": "the same, by choice in a conflict",
            "restless": "second run writes",
        }
        yield "| | " + " | ".join(columns.values()) + " |"
        yield "|---" * (len(columns) + 1) + "|"
        for name in ("all", *MODES, *WAYS, *RESOLUTIONS, *_TIMES, "clean"):
            found = self.ends[name]
            shown = " | ".join(str(found[key]) for key in columns)
            yield f"| {name} | {shown} |"


_PLANTS = ("git", "all")
_TIMES = ("generated in the conflict", "generated afterwards")


class _Table:
    """Where rounds are played, one after the other in one folder.

    Args:
        folder: An empty one.
        tally: Takes what comes of them.
        show: Whether to print every loss.
    """

    def __init__(self, folder: Path, tally: Tally, *, show: bool) -> None:
        self._folder, self._tally, self._show = folder, tally, show
        for name in ("pipes", "with", "without"):
            (folder / name).mkdir()
        self._driver = Driver(folder / "pipes")
        starting(folder / "with", self._driver)
        starting(folder / "without", None)

    def close(self) -> None:
        """End what was started."""
        self._driver.close()

    def play(self, number: int) -> None:
        """One merge, and if it has conflicts, each resolution of them."""
        random = Random(number)  # noqa: S311 - no secret
        way, mode = WAYS[number % 5], MODES[number // 5 % 3]
        start = self._folder / ("without" if mode == "driver off" else "with")
        for old in ("played", "copied"):
            shutil.rmtree(self._folder / old, ignore_errors=True)
        repository = Repository(start).copied(self._folder / "played")
        os.chdir(repository.root)
        with planted("git"):  # nothing meets while the branches are made
            story = _story(random, Project(repository.root), way, mode)
        self._tally.counts["merge"] += 1
        if not repository.begin(story.history):
            if way == "stash pop":
                repository.go_on(way)
            self._judge(story, repository, (mode, way, "clean"), set())
            return
        self._tally.counts["conflict"] += 1
        when = random.choice(_TIMES)
        for name, resolution in RESOLUTIONS.items():
            shutil.rmtree(self._folder / "copied", ignore_errors=True)
            copied = repository.copied(self._folder / "copied")
            os.chdir(copied.root)
            names = (mode, way, name, when)
            try:
                decided = _resolve(story, copied, resolution, random, when)
            except RefusedError:
                self._tally.add(names, {"refused": 1})
                continue
            if decided is None:
                self._tally.add(names, {"no Python": 1})
            else:
                self._judge(story, copied, names, decided)

    def _judge(
        self,
        story: _Story,
        repository: Repository,
        names: Sequence[str],
        decided: set[str],
    ) -> None:
        """Generate once more, and look at every body."""
        project = Project(repository.root)
        merged = repository.suite.read_text("utf-8")
        try:
            text = project.generate(story.spec)
        except RefusedError:
            self._tally.add(names, {"refused": 1})
            return
        edited = project.edited
        restless = text != merged and project.generate(story.spec) != text
        found = _looked_at(text, story.known, decided, edited)
        if not _can_tell(names):
            found["limit"], found["lost"] = found["lost"], 0
        self._tally.add(names, {"resolved": 1, "restless": int(restless), **found})
        if self._show and (found["lost"] or found["elsewhere"] or restless):
            print("-" * 30, *names, dict(found))
            for words in ("base", "ours", "theirs"):
                print("=" * 10, words)
                for part in _parts(story.history, words):
                    print(_short(part))
            print(
                "=" * 10, "merged", _short(merged), "=" * 10, "generated", _short(text)
            )


def _can_tell(names: Sequence[str]) -> bool:
    """Whether the file, the driver or git still knows of both branches.

    Git does as long as it is stopped, after a merge, and where the last thing that it did
    was a rebase, cherry-pick or revert. It forgets a stash that is popped.
    """
    if "stash pop" not in names or _TIMES[0] in names:
        return True
    return "driver off" not in names and "by hand" not in names


def _parts(history: History, word: str) -> Sequence[str]:
    part = getattr(history, word)
    return [part] if isinstance(part, str) else part


def _short(text: str) -> str:
    """Markers and bodies only."""
    lines = text.splitlines()
    kept = ("spec(", "value = ", "assert", "pending", "del value", "<<", ">>", "==")
    return "\n".join(line for line in lines if any(word in line for word in kept))


@dataclass
class _Story:
    """What two branches did, and what is known of it.

    Attributes:
        history: What git is given.
        spec: What the specs are once all is done.
        known: The digests that somebody compared the line of each token with.
    """

    history: History
    spec: Spec
    known: dict[str, set[str]]


def _story(random: Random, project: Project, way: str, mode: str) -> _Story:
    """Two branches that change the same few tests."""
    spec = Spec.start(2, 3)
    text = project.generate(spec)
    hot = random.sample([test["id"] for test in spec.tests], random.randint(1, 3))
    for identity in hot:
        if random.random() < 0.7:
            text = write_body(text, identity, Side("base", []).token(identity, 0))
    if mode == "driver by lines":
        text = text.replace("import pytest\n", "import pytest\n\nBELL = '\x01'\n", 1)
    text = project.generate(spec, text)
    numbers = count(1)
    theirs = [
        _side(random, "theirs", hot, numbers) for _ in range(random.randint(1, 2))
    ]
    ours = [_side(random, "ours", hot, numbers) for _ in range(random.randint(1, 2))]
    if way == "stash pop":
        ours = ours[:1]
    their_specs, their_texts = _grown(project, theirs, spec, text)
    if way == "revert":
        our_specs, our_texts = _grown(project, ours, their_specs[-1], their_texts[-1])
        before = [spec, *their_specs][-2]
    else:
        our_specs, our_texts = _grown(project, ours, spec, text)
        before = _both(spec, [*theirs, *ours])
    history = History(way, text, our_texts, their_texts)
    after = random.choice((before, our_specs[-1], their_specs[-1]))
    return _Story(history, after, _known(history.texts))


def _both(spec: Spec, sides: Sequence[Side]) -> Spec:
    """The spec with the changes of all."""
    spec = copy.deepcopy(spec)
    for side in sides:
        side.respecify(spec)
    return spec


def _side(
    random: Random, name: str, hot: Sequence[str], numbers: Iterator[int]
) -> Side:
    """What is done up to one commit."""
    changes, later = [], []
    for identity in random.sample(hot, random.randint(1, len(hot))):
        for kind in random.choice(_SCENES):
            is_later = kind == "review" or (kind == "edit" and later)
            (later if is_later else changes).append((kind, identity, next(numbers)))
    return Side(name, changes, later)


def _grown(
    project: Project, sides: Sequence[Side], spec: Spec, text: str
) -> tuple[list[Spec], list[str]]:
    """Specs and suites after each of some commits."""
    specs, texts = [], []
    for side in sides:
        spec, text = project.grow(side, spec, text)
        specs.append(spec)
        texts.append(text)
    return specs, texts


def _body(text: str, node: ast.FunctionDef) -> str:
    """The lines of a unit behind its docstring."""
    return "\n".join(text.split("\n")[node.body[0].end_lineno or 0 : node.end_lineno])


def _known(texts: Sequence[str]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for text in texts:
        for _, _, node in units(text):
            for token in TOKEN.findall(_body(text, node)):
                known.setdefault(token, set()).add(marker_of(node).compared)
    return known


def _resolve(
    story: _Story,
    repository: Repository,
    resolution: Resolution,
    random: Random,
    when: str,
) -> set[str] | None:
    """Resolve what git stopped at, until it is through.

    Returns:
        Every token that stood in a conflict; None if a resolution is no Python.
    """
    decided: set[str] = set()
    project = Project(repository.root)
    way = story.history.way
    for _ in range(_MOST_STOPS):
        text = repository.suite.read_text("utf-8")
        for hunk in hunks_of(text):
            decided |= {*TOKEN.findall(hunk.ours + hunk.base + hunk.theirs)}
        whole = resolved(text, resolution, random)
        if whole is None:
            return None
        repository.suite.write_text(whole, "utf-8")
        if when == _TIMES[0]:
            project.generate(story.spec)
        if not repository.go_on(way):
            return decided
    raise RuntimeError(f"{way} does not end")


def _looked_at(
    text: str, known: Mapping[str, set[str]], decided: set[str], edited: frozenset[str]
) -> Counter[str]:
    """What became of the bodies of one merge.

    Args:
        text: The suite as generated.
        known: The digests that somebody compared the line of each token with.
        decided: Tokens that stood in a conflict.
        edited: Ids of tests of whose spec-owned text `check` says that it was edited: a
            merge put the docstring of one side under the marker of the other.
    """
    found: Counter[str] = Counter()
    told = edited | {
        finding.id
        for finding in check_state(SUITE, read_facts(text.encode()), Config())
        if finding.code != "ST311"
    }
    for identity, _, node in units(text):
        marker = marker_of(node)
        tokens = TOKEN.findall(_body(text, node))
        away = [token for token in tokens if home_of(token) != identity]
        found["chosen"] += any(token in decided for token in away)
        unsaid = any(token not in decided for token in away)
        is_marked = marker.compared != marker.normative
        found["elsewhere"] += unsaid and identity not in told and not is_marked
        at_home = [token for token in tokens if home_of(token) == identity]
        expected = any(marker.normative not in known[token] for token in at_home)
        found["expected"] += expected
        found["lost"] += expected and not is_marked and identity not in told
        found["edited"] += expected and not is_marked and identity in edited
        found["unasked"] += is_marked and not expected
    return found


if __name__ == "__main__":
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, signal.default_int_handler)
    sys.exit(main())
