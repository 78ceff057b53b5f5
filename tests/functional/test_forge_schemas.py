"""What forges read is what their schemas describe: nothing else here can ask a forge."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from scaffolding import ROOT

from suiteloom.cli.edge import run_app

ACTIONS = [ROOT / "action.yml", ROOT / "action" / "comment" / "action.yml"]


def held(schema: str, *paths: Path) -> subprocess.CompletedProcess[str]:
    """Hold files against a schema that comes with check-jsonschema."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    transform = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    return subprocess.run(
        [*command, schema, *transform, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path):
    """A project with everything for forges that `init` writes."""
    assert run_app(["init", str(tmp_path), "--review"]) == 0
    return tmp_path


def test_the_actions_are_actions():
    done = held("vendor.github-actions", *ACTIONS)
    assert done.returncode == 0, done.stdout


def test_the_workflows_are_workflows(project, tmp_path):
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    shown = re.findall(r"```yaml\n(on:.*?)```", page, re.DOTALL)
    paths = sorted((project / ".github" / "workflows").iterdir())
    assert (len(shown), len(paths)) == (2, 3)
    for number, text in enumerate(shown):
        paths.append(tmp_path / f"shown-{number}.yml")
        paths[-1].write_text(text, "utf-8")
    done = held("vendor.github-workflows", *paths)
    assert done.returncode == 0, done.stdout


def test_the_pipelines_are_pipelines(project, tmp_path):
    text = (ROOT / "templates" / "suites.yml").read_text("utf-8").split("\n---\n")[1]
    body = tmp_path / "component.yml"
    body.write_text(re.sub(r"\$\[\[ inputs\.[a-z-]+ \]\]", "x", text), "utf-8")
    paths = (
        project / ".gitlab-ci.yml",
        project / ".gitlab" / "suites-review.yml",
        body,
    )
    done = held("vendor.gitlab-ci", *paths)
    assert done.returncode == 0, done.stdout


def test_the_schemas_refuse_what_is_wrong(tmp_path):
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(
        ACTIONS[0].read_text("utf-8").replace("shell: bash", "shel: b"), "utf-8"
    )
    assert held("vendor.github-actions", wrong).returncode == 1
