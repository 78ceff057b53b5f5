"""`init` with a template of one's own, and projects brought up to a newer one."""

from __future__ import annotations

import os
import shutil

import pytest
from scaffolding import ALL, SUITE, TEMPLATE, files, git, program

from suiteloom.cli.edge import run_app


@pytest.fixture
def project(tmp_path):
    """A project as `init` makes it."""
    folder = tmp_path / "shop"
    assert run_app(["init", str(folder)]) == 0
    return folder


def release(template, tag):
    git(template, "add", "--all")
    git(template, "commit", "-qm", tag)
    git(template, "tag", tag)


@pytest.fixture
def template(tmp_path):
    """The project template in a repository of its own, with a first version."""
    folder = tmp_path / "template"
    shutil.copytree(TEMPLATE, folder)
    git(folder, "init", "-q")
    release(folder, "v1.0.0")
    return folder


def second_version(template):
    """Release a version with a changed, a new and a moved-on file."""
    hooks = template / "template/.pre-commit-config.yaml.jinja"
    hooks.write_text(
        hooks.read_text().replace("suites follow their specs", "suites follow")
    )
    (template / "template/.editorconfig").write_text("root = true\n")
    ignored = template / "template/.gitignore.jinja"
    ignored.write_text(ignored.read_text() + ".ruff_cache/\n")
    sample = template / "template/specs/example.yaml.jinja"
    sample.write_text(sample.read_text().replace("title: Example", "title: Sample"))
    release(template, "v2.0.0")


def grow(project):
    """Local edits: of a template's file, of the sample, and files of its own."""
    git(project, "init", "-q")
    ignored = project / ".gitignore"
    ignored.write_text("node_modules/\n" + ignored.read_text())
    suite = project / SUITE
    suite.write_text(suite.read_text().replace("1+1=2", "2+2=4"))
    spec = project / "specs/example.yaml"
    spec.write_text(spec.read_text().replace("[positive, edge]", "[positive]"))
    (project / "specs/mine.md").write_text("notes\n")
    git(project, "add", "--all")
    git(project, "commit", "-qm", "ours")


def check_updated(project, before):
    after = files(project)
    ignored = before[".gitignore"].decode() + ".ruff_cache/\n"
    assert after[".gitignore"].decode() == ignored
    assert after[".editorconfig"] == b"root = true\n"
    assert b"name: suites follow\n" in after[".pre-commit-config.yaml"]
    assert b"_commit: v2.0.0" in after[".copier-answers.yml"]
    for path in (SUITE, "specs/example.yaml", "specs/mine.md", "pyproject.toml"):
        assert after[path] == before[path], path
    assert not [path for path in after if path.endswith((".rej", ".orig"))]
    assert b"<<<<<<<" not in b"".join(after.values())


def test_update_brings_a_newer_template_and_keeps_local_edits(tmp_path, template):
    project = tmp_path / "shop"
    options = ["--template", str(template), "--ref", "v1.0.0"]
    assert run_app(["init", str(project), *options]) == 0
    answers = (project / ".copier-answers.yml").read_text()
    assert "_commit: v1.0.0" in answers
    assert f"_src_path: {template}" in answers
    grow(project)
    before = files(project)
    second_version(template)
    done = program("copier", "update", "--defaults", "--skip-tasks", cwd=project)
    assert done.returncode == 0, done.stderr
    check_updated(project, before)


def test_project_of_the_built_in_template_can_be_given_a_repository(template, project):
    answers = project / ".copier-answers.yml"
    from suiteloom import __version__

    text = answers.read_text()
    assert f"_commit: v{__version__}\n" in text
    assert "_src_path" not in text
    assert str(TEMPLATE.parent) not in text
    git(template, "tag", f"v{__version__}", "v1.0.0")
    answers.write_text(f"{text}_src_path: {template}\n")
    grow(project)
    before = files(project)
    second_version(template)
    done = program("copier", "update", "--defaults", "--skip-tasks", cwd=project)
    assert done.returncode == 0, done.stderr
    check_updated(project, before)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("_tasks: [touch x]\n", "unsafe feature", id="tasks"),
        pytest.param(
            "_jinja_extensions: [os.path]\n", "unsafe feature", id="extension"
        ),
        pytest.param("x: {type: nothing}\n", "x", id="bad-question"),
        pytest.param("x: [\n", "", id="not-yaml"),
    ],
)
def test_template_that_can_not_be_used_is_refused(tmp_path, capfd, change, words):
    source = tmp_path / "template"
    shutil.copytree(TEMPLATE, source)
    with (source / "copier.yml").open("a") as stream:
        stream.write(change)
    assert run_app(["init", str(tmp_path / "x"), "--template", str(source)]) == 2
    shown = capfd.readouterr()
    assert f"error: the template {source} can not be used: " in shown.err
    assert words in shown.err
    assert shown.out == ""
    assert not (tmp_path / "x").exists()


def test_template_that_is_not_there_is_refused(tmp_path, template, capfd):
    for options in (
        ["--template", str(tmp_path / "nowhere")],
        ["--template", str(template), "--ref", "v9"],
    ):
        assert run_app(["init", str(tmp_path / "x"), *options]) == 2
        assert "can not be used: " in capfd.readouterr().err
    assert not (tmp_path / "x").exists()


def test_template_is_ejected_to_be_kept_in_a_repository(tmp_path, capfd):
    folder = tmp_path / "template"
    command = ["templates", "eject", "--kind", "project", str(folder)]
    assert run_app(command) == 0
    assert files(folder) == files(TEMPLATE)
    assert run_app(command) == 0
    assert "holds the built-in templates already" in capfd.readouterr().out
    project = tmp_path / "shop"
    assert run_app(["init", str(project), "--template", str(folder)]) == 0
    assert list(files(project)) == ALL
    (folder / "copier.yml").write_text("x: 1\n")
    (folder / "template/.gitignore.jinja").unlink()
    before = files(folder)
    assert run_app(command) == 4
    assert "copier.yml: TP101 differs" in capfd.readouterr().out
    assert files(folder) == before


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("{{ '.git' }}/config", "writes .git/config", id="git"),
        pytest.param("{{ '.suiteloom' }}/x", "writes .suiteloom/x", id="own"),
        pytest.param("{{ '.git. ' }}/config", "writes .git. /config", id="git-dots"),
        pytest.param("a/{{ '.GIT' }}/hooks/x", "writes a/.GIT/hooks/x", id="deep"),
    ],
)
def test_template_does_not_reach_where_programs_are_told_what_to_do(
    tmp_path, capfd, path, words
):
    source = tmp_path / "template"
    shutil.copytree(TEMPLATE, source)
    with (source / "copier.yml").open("a") as stream:
        stream.write('_exclude: ["copier.yml"]\n')
    (source / "template" / path).parent.mkdir(parents=True)
    (source / "template" / path).write_text("[core]\n")
    assert run_app(["init", str(tmp_path / "x"), "--template", str(source)]) == 2
    assert words in capfd.readouterr().err
    assert not (tmp_path / "x").exists()


def test_template_of_links_and_pipes_is_refused(tmp_path, capfd):
    for name in ("link", "pipe"):
        source = tmp_path / name
        shutil.copytree(TEMPLATE, source)
        if name == "link":
            (source / "template/secret").symlink_to("/etc/hostname")
        else:
            os.mkfifo(source / "template/pipe")
        assert run_app(["init", str(tmp_path / "x"), "--template", str(source)]) == 2
        assert "can not be used: template/" in capfd.readouterr().err
    assert not (tmp_path / "x").exists()


def test_settings_of_a_templates_repository_run_nothing(tmp_path, template):
    trace = tmp_path / "ran"
    git(template, "config", "core.fsmonitor", f"touch {trace};false")
    hook = template / ".git/hooks/post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {trace}\n")
    hook.chmod(0o755)
    command = ["init", str(tmp_path / "x"), "--template", str(template)]
    assert run_app([*command, "--ref", "HEAD"]) == 0
    assert not trace.exists()
    git(template, "status")
    assert trace.exists(), "the trap does not work, so that nothing was shown"
