"""The team's two command lines; their full length is run by `.ci/run`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNNER = ROOT / "tests" / "unified_test_runner.py"


def call(*arguments, cwd, python=(sys.executable,), runner=RUNNER):
    return subprocess.run(
        [*python, str(runner), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(
            ["--category", "integration", "--fast-fail", "--no-coverage"], id="serial"
        ),
        pytest.param(["--pattern", "*comprehensive*", "--parallel"], id="parallel"),
    ],
)
def test_the_teams_lines_run_the_suites_from_any_folder(options, tmp_path):
    done = call(*options, "environment_isolation", cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout + done.stderr
    assert re.search(r"ran 20 specified tests \(\d+ cases, .*\): 20 passed\n", said)


def test_what_the_run_says_no_to_is_the_exit_code(tmp_path):
    done = call("--category", "unit", cwd=tmp_path)

    assert done.returncode == 2
    assert "the options leave no suite to run" in done.stderr


def test_without_suiteloom_it_says_what_to_install(tmp_path):
    alone = tmp_path / "tests" / RUNNER.name
    alone.parent.mkdir()
    alone.write_bytes(RUNNER.read_bytes())

    bare = (sys.executable, "-I", "-S")
    done = call("--parallel", cwd=tmp_path, python=bare, runner=alone)

    assert done.returncode == 2
    assert re.search(
        r"suiteloom is not installed for .*\nhint: pip install", done.stderr
    )


def test_without_suiteloom_the_projects_environment_is_used(tmp_path):
    alone = tmp_path / "tests" / RUNNER.name
    alone.parent.mkdir()
    alone.write_bytes(RUNNER.read_bytes())
    script = tmp_path / ".venv" / "bin" / "python"
    script.parent.mkdir(parents=True)
    script.write_text('#!/bin/sh\necho "called $*"\nexit 7\n')
    script.chmod(0o755)

    bare = (sys.executable, "-I", "-S")
    done = call("--fast-fail", cwd=tmp_path, python=bare, runner=alone)

    assert done.returncode == 7
    assert done.stdout == (
        f"called -m suiteloom run --project {tmp_path} --fast-fail\n"
    )
