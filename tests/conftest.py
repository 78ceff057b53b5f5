"""Settings of all tests."""

import pytest

from example import Example

pytest_plugins = ["pytester"]


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden anew"
    )


@pytest.fixture
def example(tmp_path):
    """Makes a project of the given files in a folder of its own."""

    def make(files):
        return Example(tmp_path, files)

    return make
