"""`watch`: a saved spec is generated, and the table shown anew."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata

import pytest
from shop_project import SUITE, Cli

from suiteloom.cli import watch_app

GIVE_UP_S = 60
SPEC_PATH = "specs/shop.yaml"
WAITING = "an interrupt (Ctrl-C) ends it"


class Watched:
    """A running `watch`, and the lines that it prints."""

    def __init__(self, cli: Cli) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "suiteloom", "watch"],
            cwd=cli.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def until(self, words: str) -> str:
        """Everything up to the line that holds some words."""
        seen = ""
        while words not in seen:
            try:
                line = self._lines.get(timeout=GIVE_UP_S)
            except queue.Empty:
                pytest.fail(f"never shown: {words!r}; after:\n{seen}")
            assert line, f"ended before {words!r}:\n{seen}"
            seen += line
        return seen

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(GIVE_UP_S)
        self._reader.join(GIVE_UP_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def watching(cli: Cli) -> Iterator[Watched]:
    watched = Watched(cli)
    try:
        yield watched
    finally:
        if watched.process.poll() is None:
            watched.interrupt()


def test_saved_specs_are_generated_until_an_interrupt(shop: Cli) -> None:
    with watching(shop) as watched:
        watched.until(WAITING)
        shop.replace("does not charge", "never charges", SPEC_PATH)
        shown = watched.until(WAITING)
        assert f"saved: {SPEC_PATH}\n" in shown
        assert f"updated {SUITE}\n" in shown
        assert "never charges" in shop.read()
        shop.write(SPEC_PATH, shop.read(SPEC_PATH) + "  - nonsense\n")
        assert "error: " in watched.until(WAITING)
        shop.replace("  - nonsense\n", "", SPEC_PATH)
        shop.replace("self.pending()", "assert self.env", count=1)
        assert re.search(r"shop +3 +1 +2 ", watched.until(WAITING))
        assert watched.interrupt() == 0


def test_what_watch_wrote_itself_is_nothing_that_was_saved(shop: Cli) -> None:
    with watching(shop) as watched:
        watched.until(WAITING)
        shop.replace("does not charge", "never charges", SPEC_PATH)
        watched.until(WAITING)
        shop.replace("never charges", "at no time charges", SPEC_PATH)
        shown = watched.until(WAITING)
        assert shown.count("saved: ") == 1
        assert f"saved: {SPEC_PATH}" in shown


def test_watch_without_watchfiles_names_the_extra(shop: Cli, monkeypatch) -> None:
    monkeypatch.setattr(watch_app, "find_spec", lambda _: None)
    result = shop("watch")
    assert result.exit == 2
    assert 'pip install "suiteloom[watch]"' in result.err
    extras = metadata.metadata("suiteloom").get_all("Provides-Extra")
    assert "watch" in extras


@pytest.mark.parametrize("path", ["specs", SPEC_PATH])
def test_a_project_without_specs_is_refused(shop: Cli, path: str) -> None:
    (shop.root / SPEC_PATH).unlink()
    if path == "specs":
        (shop.root / path).rmdir()
    result = shop("watch")
    assert (result.exit, "no spec in specs/" in result.err) == (2, True)
