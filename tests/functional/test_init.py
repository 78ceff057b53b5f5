"""`init`: a project from nothing, beside what exists, and brought up to date later."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest
import yaml
from scaffolding import ALL, SUITE, everything, files, git, program
from terminal import on_terminal

from suiteloom.cli.edge import run_app


@pytest.fixture
def project(tmp_path):
    """A project as `init` makes it."""
    folder = tmp_path / "shop"
    assert run_app(["init", str(folder)]) == 0
    return folder


def test_empty_folder_becomes_a_project_that_builds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = program("suiteloom", "init")
    assert done.returncode == 0
    assert done.stderr.endswith("next: `suiteloom build`\n")
    assert done.stdout.splitlines() == [f"created {path}" for path in ALL]
    assert list(files(tmp_path)) == ALL
    built = program("suiteloom", "build")
    assert built.returncode == 0, built.stdout + built.stderr
    assert "ran 1 specified test" in built.stdout
    assert "score 100.0 of 100" in built.stdout
    assert list(files(tmp_path)) == ALL


def test_sample_is_as_its_spec_renders_it(project):
    assert run_app(["generate", "--check", "--project", str(project)]) == 0
    assert run_app(["schema", "--check", "--project", str(project)]) == 0


def test_second_run_writes_nothing(project, capfd):
    before = files(project)
    assert run_app(["init", str(project)]) == 0
    assert "nothing to write: 12 files unchanged" in capfd.readouterr().out
    assert files(project) == before


def test_project_that_has_grown_is_left_alone(project, capfd):
    (project / "specs/example.yaml").unlink()
    before = files(project)
    assert run_app(["init", str(project), "--keep"]) == 2
    assert "suiteloom new DOMAIN" in capfd.readouterr().err
    assert files(project) == before


def test_name_is_that_of_the_folder(tmp_path):
    folder = tmp_path / "Größe & Co_"
    assert run_app(["init", str(folder)]) == 0
    data = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    assert data["project"]["name"] == "Gr-e-Co"


def test_name_that_no_package_can_have_is_refused(tmp_path, capfd):
    assert run_app(["init", str(tmp_path / "x"), "--name", "a b"]) == 2
    assert "use ASCII letters, digits" in capfd.readouterr().err
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("ci", "present"),
    [
        pytest.param("github", [".github/workflows/suites.yml"], id="github"),
        pytest.param("gitlab", [".gitlab-ci.yml"], id="gitlab"),
        pytest.param("none", [], id="none"),
    ],
)
def test_ci_can_be_chosen(tmp_path, ci, present):
    assert run_app(["init", str(tmp_path), "--ci", ci]) == 0
    found = [path for path in files(tmp_path) if "gitlab" in path or "github" in path]
    assert found == present


def test_commands_of_ci_and_hooks_pass(project):
    """What the configuration of CI and of pre-commit runs is run, installing aside."""
    workflow = yaml.safe_load((project / ".github/workflows/suites.yml").read_text())
    steps = [step.get("run", "") for step in workflow["jobs"]["check"]["steps"]]
    gitlab = yaml.safe_load((project / ".gitlab-ci.yml").read_text())["suites-check"][
        "script"
    ]
    hooks = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"]
    entries = [hook["entry"] for hook in hooks[0]["hooks"]]
    lines = {line for line in [*steps, *gitlab, *entries] if "pip install" not in line}
    lines.discard("")
    assert lines == {
        "suiteloom generate --exit-code",
        "suiteloom generate --check",
        "suiteloom check",
    }
    for line in sorted(lines):
        done = program(*shlex.split(line), cwd=project)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"


def test_merge_driver_is_named_by_the_attributes(project):
    git(project, "init", "-q")
    shown = git(project, "check-attr", "merge", "linguist-generated", "--", SUITE)
    assert f"{SUITE}: merge: suiteloom" in shown
    assert f"{SUITE}: linguist-generated: unspecified" in shown


@pytest.fixture
def repository(tmp_path):
    """A folder with a life of its own: three files that the template has as well."""
    folder = tmp_path / "old"
    (folder / ".vscode").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[project]\nname = "old"\nversion = "1"\n')
    (folder / ".gitignore").write_text("*.log\n")
    (folder / ".vscode/settings.json").write_text("{}\n")
    return folder


KEPT = [".gitignore", ".vscode/settings.json"]


def test_existing_files_are_a_refusal_without_a_terminal(repository, capfd):
    before = everything(repository)
    assert run_app(["init", str(repository)]) == 4
    shown = capfd.readouterr()
    for path in KEPT:
        assert f"{path}: SF101 exists and is not as the template has it" in shown.out
    assert "pyproject.toml" not in shown.out
    assert "`--keep` leaves it as it is and writes the rest" in shown.out
    assert everything(repository) == before


def test_existing_files_stay_and_the_rest_is_written(repository, capfd):
    before = files(repository)
    assert run_app(["init", str(repository), "--keep"]) == 0
    after = files(repository)
    assert {path: after[path] for path in before} == before
    assert set(after) - set(before) == {*ALL, "suiteloom.toml"} - set(before)
    shown = capfd.readouterr()
    for path in KEPT:
        assert f"kept    {path}, which is not as the template has it" in shown.out
    assert "lines of the template that .gitignore lacks:\n    .venv/\n" in shown.err
    assert run_app(["build", "--project", str(repository)]) == 0


def test_diff_shows_what_the_kept_files_lack(repository, capfd):
    before = everything(repository)
    assert run_app(["init", str(repository), "--diff"]) == 0
    shown = capfd.readouterr()
    assert "lines of the template that .gitignore lacks:\n    .venv/\n" in shown.err
    assert "*.log" not in shown.err  # nobody is told to remove a line of their own
    assert "would create suiteloom.toml\n" in shown.out
    assert everything(repository) == before


def test_plan_as_json(repository, capfd):
    assert run_app(["init", str(repository), "--keep", "--format", "json"]) == 0
    data = yaml.safe_load(capfd.readouterr().out)
    assert data["schema"] == "suiteloom.init/1"
    assert data["kept"] == KEPT
    assert data["unchanged"] == []
    assert "suiteloom.toml" in data["created"]


def test_specs_that_exist_get_no_sample(repository):
    (repository / "specs").mkdir()
    (repository / "specs/mine.yaml").write_text("suiteloom: 1\n")
    assert run_app(["init", str(repository), "--keep"]) == 0
    assert "specs/example.yaml" not in files(repository)
    assert SUITE not in files(repository)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        pytest.param(b"n\n", 2, id="no"),
        pytest.param(b"\n", 2, id="nothing"),
        pytest.param(b"\x04", 2, id="end-of-input"),
        pytest.param(b"\x03", 130, id="interrupt"),
    ],
)
def test_answer_other_than_yes_writes_nothing(repository, keys, code):
    before = everything(repository)
    found, shown = on_terminal(["init"], [("[y/N]", keys)], repository)
    assert found == code, shown
    assert "stay as they are: .gitignore, .vscode/settings.json" in shown
    assert everything(repository) == before


def test_answer_yes_writes_the_rest(repository):
    before = files(repository)
    code, shown = on_terminal(["init"], [("[y/N]", b"y\n")], repository)
    assert code == 0, shown
    after = files(repository)
    assert {path: after[path] for path in before} == before
    assert "suiteloom.toml" in after


def test_file_in_the_way_leaves_nothing_behind(tmp_path, capfd):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/generated").write_text("a file where a folder is to be\n")
    before = everything(tmp_path)
    assert run_app(["init", str(tmp_path / "x")]) == 6
    assert "generated/test_example_unit_comprehensive.py" in capfd.readouterr().err
    assert everything(tmp_path) == before


def test_folder_that_is_a_file_is_refused(tmp_path, capfd):
    (tmp_path / "x").write_text("")
    assert run_app(["init", str(tmp_path / "x")]) == 2
    assert "x is not a folder" in capfd.readouterr().err


READ_ONLY = """
import os, sys
from suiteloom.cli.edge import run_app

project, closed = sys.argv[1:]
new = ["new", "--test", "Group: test_a", "--project", project]
assert run_app(["init", project]) == 0  # from here on everything is imported
assert run_app([*new, "first"]) == 0
for folder, _, _ in [*os.walk(project), *os.walk(closed)]:
    os.chmod(folder, 0o555)
if os.geteuid() == 0:  # the superuser may write anywhere
    os.seteuid(65534)
codes = [run_app(["init", closed]), run_app(["init", f"{closed}/new"])]
codes.append(run_app([*new, "second"]))
print(codes, os.listdir(closed), sorted(os.listdir(f"{project}/specs")))
"""


def test_read_only_folder_is_refused():
    with tempfile.TemporaryDirectory(prefix="closed-") as name:
        Path(name).chmod(0o755)
        folder = Path(name, "closed")
        folder.mkdir()
        arguments = [sys.executable, "-c", READ_ONLY, f"{name}/project", str(folder)]
        done = subprocess.run(
            arguments,
            capture_output=True,
            text=True,
            check=False,
            cwd=name,
            env={**os.environ, "HOME": name},  # git reads its settings there
        )
        folder.chmod(0o755)
    assert done.stdout.splitlines()[-1:] == [
        "[6, 6, 6] [] ['example.yaml', 'first.yaml']"
    ], done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error")]
    assert [line.endswith("Permission denied") for line in errors] == [True] * 3


def test_interrupted_write_is_finished_first(tmp_path, monkeypatch, capfd):
    project = tmp_path / "shop"
    original = os.link
    placed = []

    def killed(source, target, *arguments, **options):
        placed.append(target)
        if len(placed) > 5:
            raise KeyboardInterrupt
        return original(source, target, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", killed)
        assert run_app(["init", str(project)]) == 130
    assert 0 < len([path for path in ALL if (project / path).exists()]) < len(ALL)
    assert run_app(["init", str(project)]) == 0
    shown = capfd.readouterr()
    assert "finished an interrupted write of 12 files" in shown.err
    assert "nothing to write: 12 files unchanged" in shown.out
    assert [path for path in files(project) if "suiteloom~" in path] == []


def test_ignored_suites_are_pointed_out(repository, capfd):
    git(repository, "init", "-q")
    (repository / ".gitignore").write_text("/generated/\n")
    assert run_app(["init", str(repository), "--keep"]) == 0
    assert "git ignores generated/, but suites hold people's code" in (
        capfd.readouterr().err
    )


def test_kept_files_can_be_looked_at_afterwards(repository, capfd):
    assert run_app(["init", str(repository), "--keep"]) == 0
    before = files(repository)
    assert run_app(["init", str(repository), "--diff"]) == 0
    assert "that .gitignore lacks:\n    .venv/\n" in capfd.readouterr().err
    assert files(repository) == before


def test_folder_that_is_gone_is_said(tmp_path):
    code = (
        "import os, sys; from suiteloom.cli.edge import run_app;"
        "os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone');"
        "sys.exit(run_app(['init']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 6
    assert done.stderr == "error: input or output failed: No such file or directory\n"
