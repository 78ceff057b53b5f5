"""Streams that are full or that nobody reads, and interrupts before anything is done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
COMMAND = [sys.executable, "-m", "suiteloom"]
pytestmark = pytest.mark.usefixtures("started_anew")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is full")
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--version"], id="version"),
        pytest.param(["--help"], id="help"),
        pytest.param(["rules"], id="rules"),
        pytest.param(["rules", "--format", "json"], id="rules-json"),
        pytest.param(["explain", "DR212"], id="explain"),
    ],
)
def test_a_full_output_is_an_error_of_output(arguments):
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 6
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is full")
def test_both_streams_full_is_still_the_right_exit_code():
    with FULL.open("wb") as full:
        done = subprocess.run(
            [*COMMAND, "rules", "--format", "json"],
            stdout=full,
            stderr=full,
            check=False,
        )
    assert done.returncode == 6


def run_for_a_reader_who_leaves(arguments, cwd=None):
    """Run a command whose stdout is closed by its reader before anything is written."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        return subprocess.run(
            [*COMMAND, *arguments],
            stdout=pipe,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            check=False,
        )


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--version"], id="version"),
        pytest.param(["rules"], id="rules"),
        pytest.param(["rules", "--format", "json"], id="rules-json"),
    ],
)
def test_a_reader_who_leaves_is_no_failure(arguments):
    done = run_for_a_reader_who_leaves(arguments)
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_verdict_does_not_hang_on_its_reader(shop):
    shop.replace("A refund reaches", "Each refund reaches", "specs/shop.yaml")
    arguments = ["generate", "--check"]
    done = run_for_a_reader_who_leaves(arguments, cwd=shop.root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "module", ["suiteloom.cli.edge", "suiteloom.cli.app", "typer", "suiteloom.store"]
)
def test_an_interrupt_while_modules_are_imported(module):
    program = f"""
import os, signal, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
from suiteloom.__main__ import main
sys.argv = ["suiteloom", "status"]
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 128 + signal.SIGINT
    assert done.stderr == "error: interrupted\n"
