"""A small project, run by the pytest plugin under test."""

import json

import pytest

SETTINGS = """
[tool.suiteloom]
categories = ["integration", "smoke"]
markers = ["slow"]

[tool.pytest.ini_options]
addopts = ["--strict-markers", "--strict-config"]
filterwarnings = ["error"]
asyncio_mode = "strict"
asyncio_default_fixture_loop_scope = "function"
"""

HEAD = """
import os
import pytest
from suiteloom.ssot import SSotAsyncTestCase, SSotBaseTestCase
"""

QUIET = ("randomly", "cacheprovider", "hypothesispytest")
UNUSED = ("anyio", "hypothesispytest", "randomly")
RECORD = "out/record.json"


class Example:
    """A project in a temporary folder, and ways to run pytest there."""

    def __init__(self, pytester):
        self.pytester = pytester
        self.path = pytester.path

    def write(self, **files):
        """Write files; ``a__b`` is a/b.py, text of tests gets the usual imports."""
        for name, text in files.items():
            path = self.path / (name.replace("__", "/") + ".py")
            path.parent.mkdir(exist_ok=True)
            head = HEAD if path.name.startswith("test_") else ""
            path.write_text(head + text, "utf-8")

    def run(self, *arguments, **options):
        """Run pytest in this process, quietly, with a record."""
        off = [part for name in QUIET for part in ("-p", f"no:{name}")]
        record = f"--suiteloom-record={RECORD}"
        return self.pytester.runpytest_inprocess(*off, record, *arguments, **options)

    def run_apart(self, *arguments, every_plugin=False):
        """Run pytest in a process of its own, with a record.

        Workers load what it loads: plugins that change nothing here are left out if not
        all of them are asked for.
        """
        names = () if every_plugin else UNUSED
        off = [part for name in names for part in ("-p", f"no:{name}")]
        record = f"--suiteloom-record={RECORD}"
        return self.pytester.runpytest_subprocess(*off, record, *arguments, timeout=120)

    @property
    def record(self):
        """The record of the last run."""
        return json.loads((self.path / RECORD).read_text("utf-8"))

    @property
    def outcomes(self):
        """Outcome by function and case."""
        return {
            entry["function"] + (f"[{entry['case']}]" if entry["case"] else ""): (
                entry["outcome"]
            )
            for entry in self.record["tests"]
        }

    @property
    def collected(self):
        """Names of the collected functions, in order."""
        return [entry["function"] for entry in self.record["collected"]]


@pytest.fixture
def example(pytester):
    """A configured project without any test."""
    pytester.makepyprojecttoml(SETTINGS)
    return Example(pytester)
