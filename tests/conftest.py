"""Settings of all tests."""

import compileall
import gc
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from campaigns import CAMPAIGN, SIZE_NAME, is_campaign
from example import Example
from forks import Forks

pytest_plugins = ["pytester"]

Popen = subprocess.Popen

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("generator", "examples/assistant")

# Importing hypothesis and trio for these takes most of the start of a pytest process.
UNUSED_PLUGINS = ("anyio", "hypothesispytest", "randomly")


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden anew"
    )


def pytest_configure(config):
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Started in the background of a shell; what tests start would never be interrupted.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # A command of its own collects no cycles at all; here they are collected seldom.
    gc.set_threshold(100_000, 50, 100)
    if config.option.markexpr == CAMPAIGN:
        os.environ.setdefault(SIZE_NAME, CAMPAIGN)
    if sys.dont_write_bytecode and not hasattr(config, "workerinput"):
        _compile_once()


def _compile_once():
    """Compile what the processes that tests start would compile each time anew.

    pytest keeps what it has rewritten under names of its own: one process of it that may
    write imports the plugin and what suites import.
    """
    for folder in SOURCES:
        compileall.compile_dir(ROOT / folder, quiet=2)
    command = [sys.executable, "-m", "pytest", "-p", "suiteloom", "--collect-only"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    for plugin in ("looking", "team"):
        command += ["-p", f"suiteloom.pytest_plugin.{plugin}"]
    look = f"--suiteloom-look={os.devnull}"
    with tempfile.TemporaryDirectory() as folder:
        record = f"--suiteloom-record={Path(folder, 'record.json')}"
        subprocess.run(
            [*command, look, record, "-p", "no:cacheprovider", "-q", "generated"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Keep the rewritten test modules: to write them anew takes longer than to import."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", False)
        return (yield)


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is marked
def pytest_collection_modifyitems(items):
    for item in items:
        if is_campaign(item.nodeid):
            item.add_marker(CAMPAIGN)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    """Keep the collector of cycles from looking through thousands of tests each time.

    Hypothesis asks it for what it must still see, while it is imported.
    """
    if "hypothesis" in sys.modules:
        gc.collect()
        gc.freeze()


def pytest_sessionfinish():
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def _children_start_quickly():
    """Keep the pytest processes that tests start from loading what none of them uses."""
    given = os.environ.get("PYTEST_ADDOPTS", "")
    left_out = " ".join(f"-p no:{name}" for name in UNUSED_PLUGINS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_ADDOPTS", f"{given} {left_out}".strip())
        yield


@pytest.fixture(scope="session", autouse=True)
def _disks_are_not_waited_for():
    """No test can see whether bytes have reached the disk; each call waits for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def forks():
    """Has processes of pytest and suiteloom forked; None where each is started anew."""
    if sys.platform != "linux":
        yield None
        return
    made = Forks()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", made.popen)
        yield made
    made.close()


@pytest.fixture
def started_anew(monkeypatch):
    """Has processes of pytest and suiteloom start as they do for everybody."""
    monkeypatch.setattr(subprocess, "Popen", Popen)


@pytest.fixture
def example(tmp_path):
    """Makes a project of the given files in a folder of its own."""

    def make(files):
        return Example(tmp_path, files)

    return make
