"""Fixtures of the runtime's tests."""

import pytest

from suiteloom.ssot import get_env

HEAD = """
import asyncio
import os
import pytest
from suiteloom.ssot import SSotAsyncTestCase, SSotBaseTestCase, get_env
LOG = []
"""

SETTINGS = """
[pytest]
filterwarnings = error
asyncio_mode = strict
asyncio_default_fixture_loop_scope = function
markers =
    spec(id): identity of a test
"""


@pytest.fixture
def process_env():
    """The environment with nothing remembered and isolation off."""
    env = get_env()
    saved = env.backup()
    env.disable_isolation()
    env.reset()
    yield env
    env.restore(saved)


@pytest.fixture
def env(process_env):
    """The environment with nothing remembered and isolation on."""
    process_env.enable_isolation()
    return process_env


@pytest.fixture
def suite(pytester):
    """Run the text of a test module in this process; returns pytester's result."""
    pytester.makefile(".ini", pytest=SETTINGS)

    def run(text, *args, head=HEAD, **kwargs):
        pytester.makepyfile(head + text)
        plugins = ("randomly", "cacheprovider", "suiteloom", "hypothesispytest")
        options = [option for name in plugins for option in ("-p", f"no:{name}")]
        return pytester.runpytest_inprocess(*options, *args, **kwargs)

    return run
