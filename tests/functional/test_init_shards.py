"""The CI that `init` writes shares the tests over jobs, and joins them again."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import yaml
from scaffolding import files, git
from workflow_steps import play, runner

from suiteloom.cli.edge import run_app
from suiteloom.cli.report_app import FORMS

GITHUB = ".github/workflows/suites.yml"
GITLAB = ".gitlab-ci.yml"
RECORDS = "shard-*.json"


@pytest.fixture
def project(tmp_path):
    """A project as `init` makes it, under git."""
    folder = tmp_path / "shop"
    assert run_app(["init", str(folder)]) == 0
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    return folder


def made(folder, name):
    return yaml.safe_load((folder / name).read_text("utf-8"))


def at_work(steps):
    """The steps but for the one that installs."""
    return [step for step in steps if "pip install" not in step.get("run", "")]


def play_shards(project, temporary):
    """Play the jobs of the matrix; keep what they keep. Gives names of artifacts."""
    job = made(project, GITHUB)["jobs"]["shard"]
    kept, names = temporary / "shards", []
    kept.mkdir(parents=True)
    for index, shard in enumerate(job["strategy"]["matrix"]["shard"]):
        clone = temporary / f"job-{index}"
        git(temporary, "clone", "-q", str(project), str(clone))
        context = {"matrix": {"shard": shard}, "strategy": {"job-index": index}}
        played = play(at_work(job["steps"]), context, runner(temporary), clone)
        assert played.code == 0, played.log
        given = played.given["actions/upload-artifact@v4"]
        assert given["include-hidden-files"] == "True"
        names.append(given["name"])
        (path,) = clone.glob(given["path"])
        shutil.copy(path, kept)
    return names


def play_joining(project, temporary):
    job = made(project, GITHUB)["jobs"]["suites"]
    context = {"runner": {"temp": str(temporary)}}
    return play(at_work(job["steps"]), context, runner(temporary), project)


def test_jobs_of_github_share_the_tests_and_one_joins_them(project, tmp_path):
    temporary = tmp_path / "runner"
    names = play_shards(project, temporary)
    played = play_joining(project, temporary)
    assert played.code == 0, played.log
    assert "joined 2 shards of commit" in played.log
    assert "ran 1 specified test" in played.log
    given = played.given["actions/download-artifact@v4"]
    assert given["path"] == str(temporary / "shards")
    assert len(set(names)) == 2
    assert (
        (temporary / "summary.md").read_text("utf-8").startswith("# shop: test report")
    )
    kept = project / played.given["actions/upload-artifact@v4"]["path"]
    assert {path.name for path in kept.iterdir()} == set(FORMS.values())
    assert all(name.startswith(given["pattern"].rstrip("*")) for name in names)


def test_without_the_artifact_of_one_job_the_last_one_fails(project, tmp_path):
    temporary = tmp_path / "runner"
    play_shards(project, temporary)
    next(iter((temporary / "shards").glob("shard-2-*"))).unlink()
    played = play_joining(project, temporary)
    assert played.code == 1
    assert "RU512 shard 2/2 is missing" in played.log


def test_without_any_artifact_the_last_job_fails(project, tmp_path):
    played = play_joining(project, tmp_path / "runner")
    assert played.code == 2
    assert "no such file" in played.log


def scripted(lines, folder, environment):
    """Run the lines of a job of GitLab; gives exit code and output."""
    lines = [line for line in lines if "pip install" not in line]
    done = subprocess.run(
        ["bash", "-ec", "\n".join(lines)],  # noqa: S607 - from PATH
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_jobs_of_gitlab_share_the_tests_and_one_joins_them(project, tmp_path):
    jobs = made(project, GITLAB)
    share, join = jobs["suites-shard"], jobs["suites"]
    for number in range(1, share["parallel"] + 1):
        clone = tmp_path / f"job-{number}"
        git(tmp_path, "clone", "-q", str(project), str(clone))
        job = {"CI_NODE_INDEX": str(number), "CI_NODE_TOTAL": str(share["parallel"])}
        environment = runner(tmp_path / "runner", **job)
        code, log = scripted(share["script"], clone, environment)
        assert code == 0, log
        (project / ".suiteloom").mkdir(exist_ok=True)
        (pattern,) = share["artifacts"]["paths"]
        for path in clone.glob(pattern):
            shutil.copy(path, project / ".suiteloom")
    code, log = scripted(join["script"], project, runner(tmp_path / "runner"))
    assert code == 0, log
    assert "joined 2 shards of commit" in log
    code, log = scripted(join["after_script"], project, runner(tmp_path / "runner"))
    assert code == 0, log
    (kept,) = join["artifacts"]["paths"]
    assert {path.name for path in (project / kept).iterdir()} == set(FORMS.values())
    code, log = scripted(jobs["pages"]["script"], project, runner(tmp_path / "runner"))
    assert code == 0, log
    assert (
        (project / "public/index.html").read_text("utf-8").startswith("<!doctype html>")
    )


def test_a_page_is_made_only_of_the_default_branch_and_where_it_is_asked_for(project):
    page = made(project, GITHUB)["jobs"]["page"]
    assert page["permissions"] == {"pages": "write", "id-token": "write"}
    assert "vars.SUITELOOM_PAGE == 'true'" in page["if"]
    assert "github.ref_name == github.event.repository.default_branch" in page["if"]
    (rule,) = made(project, GITLAB)["pages"]["rules"]
    assert rule["if"] == (
        '$SUITELOOM_PAGE == "true" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH'
    )


def test_the_page_is_the_report_that_was_kept(project, tmp_path):
    temporary = tmp_path / "runner"
    play_shards(project, temporary)
    given = play_joining(project, temporary).given["actions/upload-artifact@v4"]
    steps = made(project, GITHUB)["jobs"]["page"]["steps"]
    assert steps[0]["with"]["name"] == given["name"]
    site = tmp_path / "site"
    shutil.copytree(project / given["path"], site / steps[0]["with"]["path"])
    played = play(steps, {}, runner(temporary), site)
    assert played.code == 0, played.log
    page = site / played.given["actions/upload-pages-artifact@v3"]["path"]
    assert [path.name for path in page.iterdir()] == ["index.html"]


def test_the_joining_jobs_run_whatever_became_of_the_others(project):
    github, gitlab = made(project, GITHUB)["jobs"], made(project, GITLAB)
    assert github["suites"]["needs"] == "shard"
    assert github["suites"]["if"] == "${{ !cancelled() }}"
    assert github["shard"]["strategy"]["fail-fast"] is False
    assert (gitlab["suites"]["needs"], gitlab["suites"]["when"]) == (
        ["suites-shard"],
        "always",
    )
    assert gitlab["suites-shard"]["artifacts"]["when"] == "always"


def test_no_script_holds_an_expression_and_no_job_may_write(project):
    workflow = made(project, GITHUB)
    assert workflow["permissions"] == {"contents": "read"}
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert not any("${{" in step.get("run", "") for step in steps)
    checkouts = [s for s in steps if s.get("uses", "").startswith("actions/checkout")]
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)


def test_the_number_of_shards_can_be_chosen(tmp_path):
    assert run_app(["init", str(tmp_path), "--shards", "3"]) == 0
    matrix = made(tmp_path, GITHUB)["jobs"]["shard"]["strategy"]["matrix"]
    assert matrix == {"shard": ["1/3", "2/3", "3/3"]}
    assert made(tmp_path, GITLAB)["suites-shard"]["parallel"] == 3


def test_one_shard_is_one_job_for_everything(tmp_path):
    assert run_app(["init", str(tmp_path), "--shards", "1"]) == 0
    assert list(made(tmp_path, GITHUB)["jobs"]) == ["suites", "page"]
    assert list(made(tmp_path, GITLAB)) == ["suites", "pages"]
    build = "suiteloom build --report .suiteloom/report"
    assert build in made(tmp_path, GITLAB)["suites"]["script"]


def test_a_number_that_no_ci_takes_is_refused(tmp_path, capfd):
    assert run_app(["init", str(tmp_path / "x"), "--shards", "201"]) == 2
    assert "Invalid value for '--shards'" in capfd.readouterr().err
    assert not (tmp_path / "x").exists()


def test_pipelines_with_and_without_shards_differ_in_nothing_else(tmp_path):
    one, two = tmp_path / "a", tmp_path / "b"
    assert run_app(["init", str(one), "--name", "x", "--shards", "1"]) == 0
    assert run_app(["init", str(two), "--name", "x"]) == 0
    plain, shared = files(one), files(two)
    changed = sorted(path for path in shared if shared[path] != plain.get(path))
    assert changed == [".copier-answers.yml", GITHUB, GITLAB]
    assert plain.keys() == shared.keys()
