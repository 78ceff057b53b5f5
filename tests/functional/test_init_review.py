"""`init --review`: CI that comments on requests, in a new project and in one that is there."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from forges import Forge, account_id, forge_at_work, pull
from scaffolding import ALL, files, git
from workflow_steps import play, runner, steps_in

from suiteloom.cli.edge import run_app

GITHUB = [
    ".github/workflows/suites-comment.yml",
    ".github/workflows/suites-review.yml",
]
GITLAB = ".gitlab/suites-review.yml"
FORK = "stranger/shop"


@pytest.fixture
def project(tmp_path):
    """A project as `init` makes it without comments."""
    folder = tmp_path / "shop"
    assert run_app(["init", str(folder)]) == 0
    return folder


def made(folder, name):
    return yaml.safe_load((folder / name).read_text("utf-8"))


@pytest.mark.parametrize(
    ("ci", "wanted"),
    [
        pytest.param("both", [*GITHUB, GITLAB], id="both"),
        pytest.param("github", GITHUB, id="github"),
        pytest.param("gitlab", [GITLAB], id="gitlab"),
        pytest.param("none", [], id="none"),
    ],
)
def test_a_new_project_takes_it_on_request(tmp_path, ci, wanted):
    plain, asked = tmp_path / "a", tmp_path / "b"
    assert run_app(["init", str(plain), "--name", "x", "--ci", ci]) == 0
    assert run_app(["init", str(asked), "--name", "x", "--ci", ci, "--review"]) == 0
    assert sorted(files(asked).keys() - files(plain).keys()) == wanted
    assert [path for path in files(plain) if "review" in path] == []


def test_the_pipeline_of_gitlab_includes_it(tmp_path):
    assert run_app(["init", str(tmp_path), "--review"]) == 0
    pipeline = made(tmp_path, ".gitlab-ci.yml")
    assert pipeline["include"] == [{"local": GITLAB}]
    assert "suites" in pipeline
    (job,) = made(tmp_path, GITLAB).values()
    assert job["variables"] == {"GIT_DEPTH": "0"}


def test_a_project_that_is_there_takes_it_and_nothing_else(project, capfd):
    (project / "specs/example.yaml").unlink()
    before = files(project)
    assert run_app(["init", str(project), "--review", "--ci", "github"]) == 0
    after = files(project)
    assert sorted(after.keys() - before.keys()) == GITHUB
    assert {path: after[path] for path in before} == before
    assert "next: " not in capfd.readouterr().err


def test_a_pipeline_that_is_there_stays_and_its_line_is_shown(project, capfd):
    before = files(project)[".gitlab-ci.yml"]
    assert run_app(["init", str(project), "--review", "--ci", "gitlab"]) == 4
    assert GITLAB not in files(project)
    capfd.readouterr()
    assert run_app(["init", str(project), "--review", "--ci", "gitlab", "--keep"]) == 0
    assert files(project)[".gitlab-ci.yml"] == before
    said = capfd.readouterr().err
    assert "    include:\n      - local: .gitlab/suites-review.yml\n" in said


def test_a_second_time_writes_nothing(project, capfd):
    arguments = ["init", str(project), "--review", "--ci", "github"]
    assert run_app(arguments) == 0
    capfd.readouterr()
    assert run_app(arguments) == 0
    assert "nothing to write: 2 files unchanged" in capfd.readouterr().out


def test_the_job_that_may_write_installs_what_this_one_is(tmp_path, monkeypatch):
    wanted = "suiteloom[all] @ git+https://forge.example/team/suiteloom@0123abc"
    monkeypatch.setattr("suiteloom.scaffold.origin.requirement", lambda: wanted)
    assert run_app(["init", str(tmp_path), "--review"]) == 0
    steps = steps_in(tmp_path / GITHUB[0])
    (install,) = [step for step in steps if "pip install" in step.get("run", "")]
    assert install["env"] == {"REQUIREMENT": wanted}
    assert install["run"] == 'python -m pip install "$REQUIREMENT"'


def test_where_this_one_came_from_is_asked_for_in_both_places(tmp_path, capfd):
    assert run_app(["init", str(tmp_path), "--review"]) == 0
    asked = f"{GITHUB[0]}, requirements-suites.txt: write where others install"
    assert asked in capfd.readouterr().err


def test_the_two_workflows_are_a_safe_pair(tmp_path):
    assert run_app(["init", str(tmp_path), "--review"]) == 0
    after, review = (made(tmp_path, name) for name in GITHUB)
    assert review[True] == "pull_request"
    assert review["permissions"] == {"contents": "read"}
    assert after[True]["workflow_run"]["workflows"] == [review["name"]]
    assert after["permissions"] == {"actions": "read", "pull-requests": "write"}
    assert "head_branch" in after["concurrency"]["group"]
    used = [step.get("uses", "") for step in steps_in(tmp_path / GITHUB[0])]
    assert not any("checkout" in name for name in used)
    scripts = [
        step.get("run", "") for name in GITHUB for step in steps_in(tmp_path / name)
    ]
    assert not any("${{" in script for script in scripts)


def test_what_the_two_workflows_do(tmp_path):
    folder, temporary = tmp_path / "shop", tmp_path / "runner"
    assert run_app(["init", str(folder), "--review"]) == 0
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "base")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    spec = folder / "specs" / "example.yaml"
    text = spec.read_text("utf-8")
    summary = re.findall(r"summary: (.*)", text)[-1]
    spec.write_text(text.replace(summary, "Another thing is asked for."), "utf-8")
    assert run_app(["generate", "--project", str(folder)]) == 0
    git(folder, "commit", "-qam", "change")
    commit = git(folder, "rev-parse", "HEAD").strip()

    def installs(steps):
        return [step for step in steps if "pip install" not in step.get("run", "")]

    environment = runner(temporary, GITHUB_BASE_REF="main")
    context = {"runner": {"temp": str(temporary)}, "github": {"token": "secret"}}
    played = play(installs(steps_in(folder / GITHUB[1])), context, environment, folder)
    assert played.code == 0, played.log
    kept = played.given["actions/upload-artifact@v4"]["path"]
    assert kept == str(temporary / "review.md")
    assert (
        (temporary / "summary.md")
        .read_text("utf-8")
        .count("### suiteloom: 1 to decide")
    )

    source = {"id": account_id(FORK), "full_name": FORK}
    run = {
        "id": 5,
        "event": "pull_request",
        "head_sha": commit,
        "head_branch": "topic",
        "head_repository": {**source, "owner": {"login": "stranger"}},
    }
    event = temporary / "event.json"
    event.write_text(json.dumps({"workflow_run": run}), "utf-8")
    with forge_at_work(Forge(pulls=[pull(3, commit, FORK)])) as forge:
        environment |= {
            "GITHUB_API_URL": forge.url,
            "GITHUB_GRAPHQL_URL": f"{forge.url}/graphql",
            "GITHUB_REPOSITORY": "team/shop",
            "GITHUB_EVENT_PATH": str(event),
            "NO_PROXY": "127.0.0.1",
        }
        steps = installs(steps_in(folder / GITHUB[0]))
        played = play(steps, context, environment, tmp_path)
        assert played.code == 0, played.log
        (body,) = forge.bodies(3)
    assert "Another thing is asked for." in body


def test_what_a_project_has_without_it_is_what_it_was(project):
    assert sorted(files(project)) == ALL
