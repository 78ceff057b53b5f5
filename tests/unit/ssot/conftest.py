"""Fixtures of the runtime's tests."""

import pytest

from suiteloom.ssot import get_env


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
