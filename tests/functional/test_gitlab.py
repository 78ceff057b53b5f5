"""The note on a merge request, and the component of GitLab that writes it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from forges import Forge, Refusal, forge_at_work, pull
from shop_project import ROOT, SPEC, Cli

from suiteloom.cli.edge import run_app
from suiteloom.model import CommentFacts

COMPONENT = ROOT / "templates" / "suites.yml"
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
BOT = "project_7_bot"
ONE, TWO = "a" * 40, "b" * 40
DECISION = f"{CommentFacts(decisions=1, changes=1).line}\n### suiteloom: 1 to decide\n"
NOTHING = f"{CommentFacts(changes=1).line}\n### suiteloom: nothing to decide\n"
INPUT = re.compile(r"\$\[\[ inputs\.([a-z-]+) \]\]")


@pytest.fixture
def forge():
    with forge_at_work(Forge(tokens={"secret": BOT})) as made:
        made.pulls = [pull(1, ONE)]
        yield made


@pytest.fixture
def pipeline(forge):
    """The environment of a pipeline of merge request 1."""
    return {
        "CI_API_V4_URL": forge.url,
        "CI_PROJECT_ID": "7",
        "CI_COMMIT_SHA": ONE,
        "CI_MERGE_REQUEST_IID": "1",
        "CI_MERGE_REQUEST_PROJECT_ID": "7",
        "CI_MERGE_REQUEST_PROJECT_PATH": "team/shop",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "team/shop",
        "GITLAB_TOKEN": "secret",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def job(pipeline, tmp_path, monkeypatch, capfd):
    """Runs `comment` as a job of GitLab does."""
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.delenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", raising=False)

    def run(text: str, *arguments: str, **changed: str) -> tuple[int, str, str]:
        for name, value in {**pipeline, **changed}.items():
            monkeypatch.setenv(name, value)
        (tmp_path / "review.md").write_text(text, "utf-8")
        code = run_app(["comment", str(tmp_path / "review.md"), *arguments])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def test_a_note_is_written_brought_up_to_date_and_reduced(forge, job):
    assert job(DECISION)[:2] == (0, "commented on !1\n")
    forge.pulls = [pull(1, TWO)]
    assert job(DECISION, CI_COMMIT_SHA=TWO)[0] == 0
    (body,) = forge.bodies(1, BOT)
    assert body.endswith(f"At `{TWO[:9]}`.\n")
    assert job(NOTHING, CI_COMMIT_SHA=TWO)[0] == 0
    (body,) = forge.bodies(1, BOT)
    assert body.split("\n")[1] == (
        f"suiteloom: nothing to decide any more, at `{TWO[:9]}`."
    )


def test_a_merged_result_is_known_by_its_source(forge, job):
    sides = {"CI_COMMIT_SHA": TWO, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ONE}
    assert job(DECISION, **sides)[0] == 0
    assert f"At `{ONE[:9]}`." in forge.bodies(1, BOT)[0]


def test_an_older_pipeline_writes_nothing(forge, job):
    code, out, _ = job(DECISION, CI_COMMIT_SHA=TWO)
    assert (code, out[:10]) == (0, "no comment")
    assert forge.comments == {}


def test_notes_of_others_and_of_the_system_stay(forge, job):
    theirs = forge.comment(1, "someone", DECISION)
    forge.comment(1, BOT, DECISION)["system"] = True
    assert job(DECISION)[0] == 0
    assert forge.bodies(1, "someone") == [theirs["body"]] == [DECISION]
    assert forge.bodies(1, BOT)[0] == DECISION
    assert len(forge.bodies(1, BOT)) == 2


def test_our_note_is_found_behind_many(forge, job):
    for number in range(150):
        forge.comment(1, "someone", f"remark {number}")
    job(DECISION)
    assert job(DECISION)[1] == "the comment is already as it has to be on !1\n"
    assert len(forge.bodies(1, BOT)) == 1


def test_two_notes_of_ours_become_one(forge, job):
    forge.comment(1, BOT, DECISION)
    forge.comment(1, BOT, DECISION)
    assert job(DECISION)[0] == 0
    assert len(forge.bodies(1, BOT)) == 1


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        pytest.param(
            {"GITLAB_TOKEN": "wrong"}, 2, "does not take the token", id="token"
        ),
        pytest.param({"CI_MERGE_REQUEST_IID": ""}, 2, "no merge request", id="branch"),
        pytest.param({"CI_MERGE_REQUEST_IID": "9"}, 2, "does not find", id="gone"),
        pytest.param(
            {"CI_MERGE_REQUEST_PROJECT_ID": "x"}, 2, "no project", id="project"
        ),
    ],
)
def test_a_job_that_can_not_is_one_message(forge, job, changed, code, words):
    found, _, err = job(DECISION, **changed)
    assert found == code
    assert words in err
    assert forge.comments == {}


def test_a_number_names_the_request_of_a_branch(forge, job):
    assert job(DECISION, "--number", "1", CI_MERGE_REQUEST_IID="")[0] == 0
    assert len(forge.bodies(1, BOT)) == 1
    assert job(DECISION, "--number", "2")[0] == 2


def test_a_limit_says_until_when(forge, job):
    headers = {"RateLimit-Remaining": "0", "RateLimit-Reset": "9999999999"}
    forge.refusals = [Refusal("GET", "/user", 429, headers)]
    code, _, err = job(DECISION)
    assert code == 6
    assert "the rate limit of GitLab is reached until" in err


def test_a_token_that_may_not_is_told_what_it_lacks(forge, job):
    forge.readers = {"secret"}
    code, _, err = job(DECISION)
    assert code == 2
    assert "the token needs the scope api and the role Reporter" in err


def component(**inputs: str) -> dict:
    """The jobs of the component as GitLab makes them of its inputs."""
    head, body = COMPONENT.read_text("utf-8").split("\n---\n")
    declared = yaml.safe_load(head)["spec"]["inputs"]
    values = {name: item.get("default") for name, item in declared.items()}
    values |= inputs
    missing = [name for name, value in values.items() if value is None]
    assert not missing
    return yaml.safe_load(INPUT.sub(lambda found: values[found[1]], body))


@pytest.fixture
def request_of(shop: Cli, forge, pipeline, tmp_path_factory):
    """Runs jobs of the component in a shop whose last commit makes a test suspect."""
    shop.write(".gitignore", ".suiteloom/\n__pycache__/\n*.json\nreview.md\n")
    shop.replace("self.pending()", "assert charge() == 1", count=1)
    shop.replace("import pytest\n", "import pytest\n\ncharge = int\n", count=1)
    assert shop("generate").exit == 0
    run_git(shop.root, "init", "-q")
    run_git(shop.root, "add", "-A")
    run_git(shop.root, "commit", "-q", "-m", "base")
    base = run_git(shop.root, "rev-parse", "HEAD")
    shop.write(
        "specs/shop.yaml", SPEC.replace("does not charge a card again", "is once")
    )
    assert shop("generate").exit == 0
    run_git(shop.root, "commit", "-q", "-a", "-m", "change")
    commit = run_git(shop.root, "rev-parse", "HEAD")
    forge.pulls = [pull(1, commit)]
    tools = tmp_path_factory.mktemp("tools")
    python = tools / "python"
    python.write_text('#!/bin/sh\necho "python $*"\n', "utf-8")
    python.chmod(0o755)

    def run(name: str, token: str = "secret", **inputs: str):  # noqa: S107
        job = component(requirement="suiteloom @ x", **inputs)[name]
        path = (str(tools), str(Path(sys.executable).parent), os.environ["PATH"])
        environment = {
            **pipeline,
            **job["variables"],
            "CI_COMMIT_SHA": commit,
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
            "GITLAB_TOKEN": token,
            "PATH": os.pathsep.join(path),
        }
        return subprocess.run(
            [
                str(shutil.which("bash")),
                "-eo",
                "pipefail",
                "-c",
                "\n".join(job["script"]),
            ],
            cwd=shop.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def run_git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    return subprocess.run(
        [str(shutil.which("git")), *identity, *arguments],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_the_component_reviews(forge, request_of, shop):
    done = request_of("suites-review")
    assert done.returncode == 0, done.stderr
    assert "install --quiet --disable-pip-version-check suiteloom @ x" in done.stdout
    assert done.stdout.endswith("commented on !1\n")
    (body,) = forge.bodies(1, BOT)
    assert body.startswith(shop.read("review.md").rstrip())
    assert "1 to decide" in body


def test_the_component_without_a_token_says_so_and_passes(forge, request_of, shop):
    done = request_of("suites-review", token="")
    assert done.returncode == 0, done.stderr
    assert "no comment: GITLAB_TOKEN is not set here" in done.stdout
    assert "1 to decide" in shop.read("review.md")
    assert forge.asked == []


def test_the_component_checks(request_of, shop):
    inputs = {"job-prefix": "shop", "requirements": "needed.txt"}
    done = request_of("shop-check", **inputs)
    assert done.returncode == 1
    assert "-r needed.txt" in done.stdout
    assert '"description": "SH-001 test_charged_once is suspect' in shop.read(
        "gl-code-quality-report.json"
    )


def test_the_component_puts_no_input_into_a_script():
    body = COMPONENT.read_text("utf-8").split("\n---\n")[1]
    scripts = [job["script"] for job in yaml.safe_load(body).values()]
    assert len(scripts) == 2
    assert "inputs" not in str(scripts)


def test_the_page_names_every_input_of_the_component():
    head = COMPONENT.read_text("utf-8").split("\n---\n")[0]
    section = PAGE.partition("## GitLab")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \|", section, re.MULTILINE)
    shown = {name: default.strip("`") for name, default in rows}
    assert shown == {
        name: item.get("default", "to be given") or "none"
        for name, item in yaml.safe_load(head)["spec"]["inputs"].items()
    }
