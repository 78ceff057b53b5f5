"""`diff` against random edits whose meaning is known."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from repository import Repository
from spec_model import Specs, Test

from campaigns import sized
from example import Example

Truth = set[tuple[str, str]]

EDITS = sized(25, 1_000)


class Editor:
    """A project whose tests are edited at random, each at most once between commits.

    Args:
        root: An empty folder.
        store: A folder for git's own files.
        seed: Of the edits.
    """

    def __init__(self, root: Path, store: Path, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - for edits
        self.specs = Specs.start(3)
        self.numbers = iter(range(100, 10_000))
        self.written: set[str] = set()
        self.suspect: set[str] = set()
        self.project = Example(root, {"suiteloom.toml": "", **self.specs.files()})
        self.project.done()
        self.repository = Repository(root, store)
        self.repository.commit()

    def change(self, count: int) -> Truth:
        """Make some edits, generate, and tell what they mean."""
        truth = self._edit(count)
        self.project.done("--allow-mass-orphan")
        return truth

    def _edit(self, count: int) -> Truth:
        truth: Truth = set()
        tests = [test for _, _, test in self.specs.tests]
        for test in self.random.sample(tests, min(count, len(tests))):
            names = ["rename", "respecify", "justify", "recase", "take", "move", "body"]
            edit = getattr(self, f"_{self.random.choice(names)}")
            truth |= set(edit(test))
        if self.random.random() < 0.5:
            truth |= set(self._swap_names(tests))
        if self.random.random() < 0.5:
            truth |= set(self._add())
        if self.random.random() < 0.3:
            self._reorder()
        for path, text in self.specs.files().items():
            self.project.write(path, text)
        return truth

    def _rename(self, test: Test) -> Iterator[tuple[str, str]]:
        test.name = f"test_number_{next(self.numbers)}"
        yield test.id, "renamed"

    def _swap_names(self, tests: list[Test]) -> Iterator[tuple[str, str]]:
        """Let two tests that nothing else happened to take each other's names."""
        here = [t for _, _, t in self.specs.tests if t in tests]
        if len(here) < 2:
            return
        one, other = self.random.sample(here, 2)
        one.name, other.name = other.name, one.name
        yield one.id, "renamed"
        yield other.id, "renamed"

    def _respecify(self, test: Test) -> Iterator[tuple[str, str]]:
        test.summary = f"It holds {next(self.numbers)} times."
        yield test.id, "respecified"
        yield from self._asked(test)

    def _recase(self, test: Test) -> Iterator[tuple[str, str]]:
        test.cases = [("one", [("count", next(self.numbers))])]
        yield test.id, "recased"
        yield from self._asked(test)

    def _asked(self, test: Test) -> Iterator[tuple[str, str]]:
        if test.id in self.written - self.suspect:
            self.suspect.add(test.id)
            yield test.id, "suspect"

    def _justify(self, test: Test) -> Iterator[tuple[str, str]]:
        test.value = f"It gains {next(self.numbers)}."
        yield test.id, "justified"

    def _take(self, test: Test) -> Iterator[tuple[str, str]]:
        group = next(g for _, g, other in self.specs.tests if other is test)
        if len(group.tests) == 1:
            return
        self.specs.take(test)
        yield test.id, "removed"
        if test.id in self.written:
            yield test.id, "orphaned"

    def _move(self, test: Test) -> Iterator[tuple[str, str]]:
        here = next(g for _, g, other in self.specs.tests if other is test)
        groups = [group for _, group in self.specs.groups if group is not here]
        if len(here.tests) == 1:
            return
        here.tests.remove(test)
        self.random.choice(groups).tests.append(test)
        yield test.id, "moved"

    def _body(self, test: Test) -> Iterator[tuple[str, str]]:
        path = next(d.path for d, _, other in self.specs.tests if other is test)
        text = self.project.read(path)
        body = f"assert {next(self.numbers)}  # {test.id}"
        if test.id in self.written:
            new = re.sub(rf"assert \d+  # {test.id}\b", body, text)
            yield test.id, "body-changed"
        else:
            new = re.sub(rf'self\.pending\("{test.id}"[^)]*\)', body, text)
            self.written.add(test.id)
            yield test.id, "body-written"
        assert new != text
        self.project.write(path, new)

    def _add(self) -> Iterator[tuple[str, str]]:
        """Add a test that looks like the others."""
        _, group = self.random.choice(self.specs.groups)
        test = Specs.new_test(next(self.numbers))
        group.tests.insert(0, test)
        yield test.id, "added"

    def _reorder(self) -> None:
        _, group = self.random.choice(self.specs.groups)
        self.random.shuffle(group.tests)


def said(project: Example, revisions: str) -> Truth:
    outcome = project.run("diff", revisions, "--format", "json")
    assert outcome.code == 0, outcome.err
    return {(item["id"], item["change"]) for item in outcome.json["changes"]}


def test_every_edit_is_named_and_no_other(tmp_path: Path) -> None:
    root, store = tmp_path / "project", tmp_path / "store"
    root.mkdir()
    editor = Editor(root, store, seed=1)
    done = 0
    while done < EDITS:
        truth = editor.change(editor.random.randint(1, 6))
        assert said(editor.project, "HEAD") == truth
        editor.repository.commit()
        assert said(editor.project, "HEAD~1..HEAD") == truth
        done += len(truth)
