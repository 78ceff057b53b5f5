"""The Action: its scripts run as a runner runs them, against a stand-in for GitHub."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from forges import Forge, account_id, forge_at_work, pull
from shop_project import ROOT, SPEC, SUITE, Cli
from workflow_steps import Played, play, runner, steps_in

ACTION = ROOT / "action.yml"
COMMENT = ROOT / "action" / "comment" / "action.yml"
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
BASE_BRANCH = "main"
FORK = "stranger/shop"
WORKFLOWS = [
    yaml.safe_load(text)
    for text in re.findall(r"```yaml\n(on:.*?)```", PAGE, re.DOTALL)
]
REVIEWS = "      - uses: OWNER/suiteloom@REF"


@dataclass
class Request:
    """A pull request of a shop: its repository as a job has it, and what GitHub knows."""

    shop: Cli
    forge: Forge
    temporary: Path
    base: str = BASE_BRANCH
    source: str = "team/shop"

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        return subprocess.run(
            [str(shutil.which("git")), *identity, *arguments],
            cwd=self.shop.root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def begin(self) -> None:
        """Put the shop under git, with one body."""
        self.shop.write(".gitignore", ".suiteloom/\n__pycache__/\n")
        self.shop.replace("self.pending()", "assert charge() == 1", count=1)
        self.shop.replace("import pytest\n", "import pytest\n\ncharge = int\n", count=1)
        assert self.shop("generate").exit == 0
        self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "base")
        self.git("update-ref", f"refs/remotes/origin/{self.base}", "HEAD")
        self.git("checkout", "-q", "-b", "topic")

    def push(self, spec: str) -> str:
        """Change the spec and generate; check out the merge, as GitHub makes it."""
        self.git("checkout", "-q", "topic")
        self.shop.write("specs/shop.yaml", spec)
        assert self.shop("generate").exit == 0
        self.git("commit", "-q", "--allow-empty", "-a", "-m", "change")
        commit = self.git("rev-parse", "HEAD")
        self.git("checkout", "-q", "--detach", f"refs/remotes/origin/{self.base}")
        self.git("merge", "-q", "--no-ff", "-m", "merge", "topic")
        self.forge.pulls = [pull(1, commit, self.source, base=self.base)]
        return commit

    @property
    def event(self) -> dict:
        return {
            "pull_request": {
                **self.forge.pulls[0],
                "title": "$(touch pwned)`touch pwned`",
                "body": "'; touch pwned #",
            }
        }

    def review(self, until: str = "Check", **inputs: str) -> Played:
        """The job of the pull request, up to its check or to the end."""
        return self._play(ACTION, "pull_request", self.event, inputs, until)

    def push_job(self, **inputs: str) -> Played:
        """The job of a push."""
        return self._play(ACTION, "push", {}, inputs, "")

    def after(self, commit: str, *, kept: bool = True) -> Played:
        """The job after the run for a commit."""
        source = {"id": account_id(self.source), "full_name": self.source}
        run = {
            "id": 77,
            "event": "pull_request",
            "head_sha": commit,
            "head_branch": "topic",
            "head_repository": {
                **source,
                "owner": {"login": self.source.split("/")[0]},
            },
            "pull_requests": [],
        }
        steps = {"kept": {"outcome": "success" if kept else "failure"}}
        event = {"workflow_run": run}
        return self._play(COMMENT, "workflow_run", event, {}, "", steps=steps)

    def _play(self, action, name, event, inputs, until, **known) -> Played:
        file = self.temporary / "event.json"
        environment = runner(
            self.temporary,
            GITHUB_ACTION_PATH=str(action.parent),
            GITHUB_API_URL=self.forge.url,
            GITHUB_BASE_REF=self.base if name == "pull_request" else "",
            GITHUB_EVENT_NAME=name,
            GITHUB_EVENT_PATH=str(file),
            GITHUB_GRAPHQL_URL=f"{self.forge.url}/graphql",
            GITHUB_REPOSITORY="team/shop",
            NO_PROXY="127.0.0.1",
        )
        file.write_text(json.dumps(event), "utf-8")
        tools = self.temporary / "bin"
        tools.mkdir(exist_ok=True)
        python = tools / "python"
        python.write_text('#!/bin/sh\necho "python $*"\n', "utf-8")
        python.chmod(0o755)
        own = Path(sys.executable).parent
        environment["PATH"] = os.pathsep.join(
            (str(tools), str(own), environment["PATH"])
        )
        defaults = {
            key: str(item.get("default", ""))
            for key, item in yaml.safe_load(action.read_text("utf-8"))["inputs"].items()
        }
        context = {
            "inputs": {**defaults, "token": "secret", **inputs},
            "github": {"event_name": name, "event": event, "repository": "team/shop"},
            "runner": {"temp": str(self.temporary)},
            **known,
        }
        folder = self.temporary if action == COMMENT else self.shop.root
        steps = steps_in(action)
        names = [step.get("name") for step in steps]
        steps = steps[: names.index(until) if until else None]
        return play(steps, context, environment, folder)


SUSPECT = SPEC.replace("does not charge a card again", "charges once")
OTHER = SPEC.replace(
    "does not charge a card again", "charges a card once, `$(x)` @team"
)


@pytest.fixture
def request_of(shop, tmp_path_factory):
    """Makes a pull request of the shop."""
    with forge_at_work(Forge()) as forge:

        def make(**own: str) -> Request:
            made = Request(shop, forge, tmp_path_factory.mktemp("runner"), **own)
            made.begin()
            return made

        yield make


def test_a_request_of_the_repository_itself(request_of):
    request = request_of()
    commit = request.push(SUSPECT)
    played = request.review("", comment="post")
    assert played.code == 1
    assert played.ran == [
        "actions/setup-python@v5",
        "Install",
        "What the pull request means",
        "Comment",
        "Check",
        "Verdict",
    ]
    (body,) = request.forge.bodies(1)
    assert "1 to decide" in body
    assert body.endswith(f"At `{commit[:9]}`.\n")
    summary = (request.temporary / "summary.md").read_text("utf-8")
    assert body.startswith(summary.rstrip())
    assert f"::warning file={SUITE}," in played.log
    assert f"::error file={SUITE}," in played.log
    assert "drift       ok" in played.log
    log = json.loads(
        (request.temporary / "suiteloom" / "check.sarif").read_text("utf-8")
    )
    assert log["version"] == "2.1.0"


def test_a_push_passes_and_sends_its_findings(request_of):
    request = request_of()
    played = request.push_job(sarif="true", comment="post")
    assert played.code == 0, played.log
    given = played.given["github/codeql-action/upload-sarif@v3"]
    assert given["sarif_file"] == str(request.temporary / "suiteloom" / "check.sarif")
    assert played.ran[-3:] == ["Check", "Code scanning", "Verdict"]
    assert "Comment" not in played.ran
    assert "What the pull request means" not in played.ran


def test_a_request_of_a_fork_does_not_try_to_comment(request_of):
    request = request_of(source=FORK)
    request.push(SUSPECT)
    played = request.review(comment="post")
    assert "No comment" in played.ran
    assert "Comment" not in played.ran
    assert "::notice::No job of a pull request from a fork may comment." in played.log
    assert request.forge.asked == []


def test_a_request_of_a_fork_is_commented_on_after_its_run(request_of):
    request = request_of(source=FORK)
    comments = []
    for spec in (SUSPECT, OTHER, SPEC):
        commit = request.push(spec)
        played = request.review(comment="keep")
        kept = request.temporary / "suiteloom" / "review.md"
        assert played.given["actions/upload-artifact@v4"]["path"] == str(kept)
        assert request.after(commit).code == 0
        comments.append(request.forge.bodies(1))
    (first,), (second,), (third,) = comments
    assert "+" not in first
    assert "charges once." in first
    assert "charges a card once, `$(x)` @team" in second
    assert third.split("\n")[1].startswith("suiteloom: nothing to decide any more, at ")
    assert f"A job with the code of `{FORK}` made this." in first


def test_what_a_fork_forged_is_not_posted(request_of):
    request = request_of(source=FORK)
    commit = request.push(SUSPECT)
    request.review(comment="keep")
    kept = request.temporary / "suiteloom" / "review.md"
    kept.write_text(kept.read_text("utf-8") + "[free](https://a.example)\n", "utf-8")
    played = request.after(commit)
    assert played.code == 2
    assert "is not what `suiteloom diff` writes" in played.log
    assert request.forge.comments == {}


def test_a_run_that_kept_nothing_is_a_notice(request_of):
    request = request_of(source=FORK)
    commit = request.push(SUSPECT)
    played = request.after(commit, kept=False)
    assert played.code == 0
    assert "::notice::The run kept nothing to post" in played.log
    assert request.forge.asked == []


def test_nothing_of_a_request_is_run_by_a_shell(request_of):
    request = request_of(base="m$(touch${IFS}pwned)`touch${IFS}pwned`;a")
    request.push(OTHER)
    played = request.review(comment="post")
    assert "Comment" in played.ran
    assert "`$(x)` @team" in request.forge.bodies(1)[0]
    places = (request.shop.root, request.temporary)
    assert [path for place in places for path in place.rglob("pwned*")] == []


def test_a_checkout_without_its_base_is_told_so_and_fails(request_of):
    request = request_of()
    request.push(SPEC)
    request.git("update-ref", "-d", "refs/remotes/origin/main")
    played = request.review("", comment="post")
    assert played.code == 2
    assert "no commit is called 'origin/main'" in played.log
    assert "structure   ok" in played.log
    assert request.forge.asked == []
    assert not (request.temporary / "summary.md").exists()


def test_a_spec_that_is_not_valid_is_shown_at_its_line_and_fails(request_of):
    request = request_of()
    request.push(SPEC)
    request.shop.write("specs/shop.yaml", "suiteloom: 1\n")
    request.git("commit", "-q", "-a", "-m", "broken")
    played = request.review("", comment="post")
    assert played.code == 3
    assert "::error file=specs/shop.yaml," in played.log
    assert request.forge.asked == []


def test_what_is_installed(request_of):
    request = request_of()
    request.push(SPEC)
    pip = "python -m pip install --quiet --disable-pip-version-check"
    meaning = "What the pull request means"
    assert f"{pip} {ROOT}[all]\n" in request.review(meaning).log
    named = request.review(meaning, requirements="requirements.txt").log
    assert f"{pip} -r requirements.txt\n" in named
    assert (
        f"{pip} {ROOT}/action/comment/../..\n"
        in request.after("a" * 40, kept=False).log
    )


@pytest.mark.parametrize("path", [ACTION, COMMENT], ids=["action", "comment"])
def test_no_expression_stands_in_a_script(path):
    scripts = [step["run"] for step in steps_in(path) if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_the_workflows_of_the_page_have_the_permissions_they_need_and_no_more():
    review, after = WORKFLOWS
    assert review[True] == "pull_request"
    assert review["permissions"] == {"contents": "read"}
    assert after[True]["workflow_run"]["workflows"] == [review["name"]]
    assert after["permissions"] == {"actions": "read", "pull-requests": "write"}
    (job,) = after["jobs"].values()
    assert job["if"] == "github.event.workflow_run.event == 'pull_request'"


def test_the_job_that_may_write_checks_out_nothing():
    (job,) = WORKFLOWS[1]["jobs"].values()
    assert [step.get("uses") for step in job["steps"]] == [
        "OWNER/suiteloom/action/comment@REF"
    ]
    used = [step.get("uses", "") for step in steps_in(COMMENT)]
    assert not any("checkout" in name for name in used)


def test_the_page_names_every_input():
    inputs = yaml.safe_load(ACTION.read_text("utf-8"))["inputs"]
    rows = re.findall(r"^\| `([a-z-]+)` \| `?(.*?)`? \|", PAGE, re.MULTILINE)
    shown = dict(rows)
    defaults = {name: str(item["default"]) for name, item in inputs.items()}
    words = {"${{ github.token }}": "the job's", "": "none"}
    assert {name: shown[name] for name in inputs} == {
        name: words.get(default, default) for name, default in defaults.items()
    }
