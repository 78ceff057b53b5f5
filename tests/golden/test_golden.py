"""Specs and the suites they render, byte for byte.

``pytest tests/golden --update-golden`` writes the suites anew; read the diff.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from pending_calls import PENDING_CALL
from suiteloom.model import Config
from suiteloom.render.pack_check.load import load_pack
from suiteloom.render.suite import render_suite
from suiteloom.render.templates import templates_folder
from suiteloom.specs.loader import load_project

HERE = Path(__file__).resolve().parent
CASES = sorted(path.parent.name for path in HERE.glob("*/spec.yaml"))


def rendered(case: str) -> str:
    config = Config()
    source = (HERE / case / "spec.yaml").read_bytes()
    project = load_project(str(HERE), config, {"specs/spec.yaml": source})
    pack = load_pack(templates_folder(HERE, config))
    return render_suite(project.suites[0], config, pack).source


@pytest.mark.parametrize("case", CASES)
def test_rendered_as_before(case, request):
    golden = HERE / case / "suite.golden"
    if request.config.getoption("--update-golden"):
        golden.write_text(rendered(case), encoding="utf-8", newline="\n")
    assert rendered(case).encode() == golden.read_bytes()


@pytest.mark.parametrize("case", CASES)
def test_golden_is_a_fixed_point_of_black(case):
    black = pytest.importorskip("black")
    text = (HERE / case / "suite.golden").read_text("utf-8")
    assert black.format_str(text, mode=black.Mode()) == text


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param("assert items and flag is not None", "passed", id="right"),
        pytest.param("assert items == text", "failed", id="wrong"),
        pytest.param("self.pending()", "skipped", id="pending"),
    ],
)
def test_golden_runs_and_tells_right_from_wrong(tmp_path, body, outcome):
    text = (HERE / "full" / "suite.golden").read_text("utf-8")
    head, tail = text.rsplit(PENDING_CALL.findall(text)[-1], 1)
    suite = tmp_path / "test_golden_e2e_comprehensive.py"
    suite.write_text(f"{head}{body}{tail}", encoding="utf-8")
    assert ast.parse(suite.read_text("utf-8"))
    (tmp_path / "suiteloom.toml").write_text("", encoding="utf-8")
    ini = "[pytest]\nasyncio_default_fixture_loop_scope = function\n"
    (tmp_path / "pytest.ini").write_text(ini, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-k", "test_tables", str(suite)]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert f"2 {outcome}, 2 deselected" in done.stdout
