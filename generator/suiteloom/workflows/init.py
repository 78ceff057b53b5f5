"""`init`: a project for suites, beside whatever is in the folder already."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from suiteloom import __version__
from suiteloom.errors import StorageError, SuiteloomError, UsageError
from suiteloom.model import SCHEMA, FileChange
from suiteloom.store import (
    FOLDER,
    SPEC_SUFFIXES,
    check_untracked,
    commit,
    has_config,
    has_journal,
    list_files,
    packaged_templates,
    recover,
    settings_in,
)
from suiteloom.store.config_source import read_source
from suiteloom.workflows.pytest_lines import SettingsLine, lines_for_suites
from suiteloom.workflows.schema import schema_bytes

__all__ = [
    "InitOptions",
    "InitPlan",
    "plan_init",
    "plan_template",
    "write_init",
]

_ANSWERS = ".copier-answers.yml"
_SAMPLE = ("specs/example.yaml", "generated/test_example_unit_comprehensive.py")
_REVIEW = (
    ".github/workflows/suites-review.yml",
    ".github/workflows/suites-comment.yml",
    ".gitlab/suites-review.yml",
    ".gitlab-ci.yml",
)
"""What brings comments on requests to a project that is there."""
_OF_PYTHON = ("setup.py", "setup.cfg", "tox.ini", "requirements.txt")
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+|^[._-]+|[._-]+$")


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What a person decides about a new project; empty means the default.

    Attributes:
        name: As packages are named; by default that of the folder.
        ci: ``both``, ``github``, ``gitlab`` or ``none``.
        template: A Copier template other than the built-in one.
        ref: Which version of that template.
        review: Whether CI is to comment on pull and merge requests.
        shards: How many jobs of CI share the tests.
    """

    name: str = ""
    ci: str = ""
    template: str = ""
    ref: str = ""
    review: bool = False
    shards: int = 0


@dataclass(frozen=True, slots=True)
class InitPlan:
    """What `init` would do in a folder, which need not exist.

    Attributes:
        root: The folder, absolute.
        created: Files that would be written, sorted by path.
        kept: Files that exist and differ from the template's (`after`); they stay as
            they are.
        unchanged: Files that exist as the template has them.
        recovered: What was done about a write that had been interrupted; may be empty.
        ignored: Whether git would leave out the suites, which hold people's code.
        settings: Lines that a file of settings which stays as it is should have, by path:
            those that keep `ruff --fix` from editing docstrings of suites.
        requirement: The requirement by which CI installs suiteloom; empty if it is not
            known and a marked place asks for it.
        pytest_lines: What settings of pytest that stay as they are would have to say, so that
            pytest comes to the suites.
        is_new: Whether it makes a project, and does not add to one that is there.
    """

    root: Path
    created: tuple[FileChange, ...]
    kept: tuple[FileChange, ...]
    unchanged: tuple[str, ...]
    recovered: str = ""
    ignored: bool = False
    settings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    requirement: str = ""
    pytest_lines: tuple[SettingsLine, ...] = ()
    is_new: bool = True


def plan_init(folder: Path, options: InitOptions, *, looks: bool = False) -> InitPlan:
    """Say what `init` would do; nothing is written.

    Args:
        folder: Where the project is to be.
        options: What a person decided.
        looks: Whether a person only wants to see it, where there is a project as well.
            A project that is there can take comments on requests afterwards.

    Raises:
        UsageError: If the folder holds a project already, is no folder, or the template
            can not be used.
        StorageError: If the folder or a file in it can not be read.
    """
    from suiteloom.scaffold.copying import copy_template
    from suiteloom.scaffold.origin import UNKNOWN, requirement

    root = _root(folder)
    check_untracked(root)
    recovered = "" if looks else recover(root)
    origin = requirement()
    answers: dict[str, str | bool | int] = {
        "project_name": options.name,
        "ci": options.ci,
        "review": options.review,
        "shards": options.shards,
    }
    if not options.template:
        answers["requirement"] = origin or UNKNOWN
    files = copy_template(
        options.template or str(packaged_templates("project")),
        {key: value for key, value in answers.items() if value},
        ask=False,
        ref=options.ref,
        defaults={
            "project_name": _package_name(root.name),
            "config_file": _config_file(root),
        },
    )
    if not options.template and _ANSWERS in files:
        files[_ANSWERS] = _without_place(files[_ANSWERS])
    files.setdefault(SCHEMA, schema_bytes())
    if list_files(root, "specs", SPEC_SUFFIXES) not in ([], [_SAMPLE[0]]):
        files = {path: data for path, data in files.items() if path not in _SAMPLE}
    is_project = root.is_dir() and has_config(root)
    if is_project and options.review:
        files = {path: data for path, data in files.items() if path in _REVIEW}
        plan = _compare(root, files)
        return replace(plan, recovered=recovered, requirement=origin, is_new=False)
    plan = _compare(root, files)
    if is_project and (plan.created or plan.kept) and not looks:
        raise UsageError(
            f"{folder} holds a suiteloom project already",
            hint="`suiteloom new DOMAIN` adds a domain, `copier update` what is new in"
            " a template",
        )
    made = {change.path for change in plan.created}
    return replace(
        plan,
        recovered=recovered,
        ignored=_is_ignored(root),
        settings=tuple(_ruff_settings(root)),
        requirement=origin,
        pytest_lines=() if "pyproject.toml" in made else lines_for_suites(root),
    )


def plan_template(folder: Path) -> InitPlan:
    """Say what a copy of the project template would be; nothing is written.

    Args:
        folder: Where it is to be; it need not exist.

    Raises:
        UsageError: If that is no folder, or git tracks what suiteloom keeps in it.
        StorageError: If a file in it can not be read.
    """
    root = _root(folder)
    check_untracked(root)
    recovered = recover(root)
    source = packaged_templates("project")
    files = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in source.rglob("*")
        if path.is_file()
    }
    return replace(_compare(root, files), recovered=recovered)


def _ruff_settings(root: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the ruff settings of a folder lack, by path, where it has any."""
    places = (
        ("ruff.toml", ()),
        (".ruff.toml", ()),
        ("pyproject.toml", ("tool", "ruff")),
    )
    for path, prefix in places:
        try:
            source = read_source(root / path)
        except SuiteloomError:  # ruff itself says what is wrong with it
            continue
        if source is None or not isinstance(source.below(*prefix).table, dict):
            continue
        folder = _SAMPLE[1].partition("/")[0]
        for key in ("per-file-ignores", "extend-per-file-ignores"):
            table = source.below(*prefix, "lint", key).table
            if isinstance(table, dict) and any(
                name.startswith(folder) for name in table
            ):
                return
            if table is None:
                header = ".".join((*prefix, "lint", key))
                yield path, (f"[{header}]", f'"{folder}/*" = ["D"]')
                return


def _is_ignored(root: Path) -> bool:
    """Whether git ignores the sample's suite; no if there is no git or repository."""
    git = shutil.which("git")
    if git is None or not root.is_dir():
        return False
    command = [git, "check-ignore", "--quiet", _SAMPLE[1]]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    return done.returncode == 0


def _root(folder: Path) -> Path:
    root = folder.absolute()
    nearest = next(path for path in (root, *root.parents) if path.exists())
    if not nearest.is_dir():
        shown = folder if nearest == root else nearest
        raise UsageError(f"{shown} is not a folder", hint="name another one")
    return root


def write_init(plan: InitPlan) -> None:
    """Write the files of a plan, all or none.

    Raises:
        StorageError: If a file can not be written; nothing is left behind.
        ConflictError: If a file appeared meanwhile.
    """
    missing = [path for path in (plan.root, *plan.root.parents) if not path.exists()]
    own = plan.root / FOLDER
    is_new = not own.exists()
    try:
        plan.root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{plan.root} can not be made: {error.strerror}",
            hint="name a folder that you may write to",
        ) from error
    try:
        commit(plan.root, plan.created)
    except BaseException:
        if is_new and not has_journal(plan.root):
            shutil.rmtree(own, ignore_errors=True)
        with suppress(OSError):
            for folder in missing:
                folder.rmdir()
        raise


def _compare(root: Path, files: dict[str, bytes]) -> InitPlan:
    """Hold what the template has against what is there."""
    created: list[FileChange] = []
    kept: list[FileChange] = []
    unchanged: list[str] = []
    for path, data in sorted(files.items()):
        before = _read(root, path)
        if before is None:
            created.append(FileChange(path, None, data))
        elif before == data:
            unchanged.append(path)
        else:
            kept.append(FileChange(path, before, data))
    return InitPlan(root, tuple(created), tuple(kept), tuple(unchanged))


def _read(root: Path, path: str) -> bytes | None:
    try:
        return (root / path).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"can not be read: {error.strerror}", path=path) from error


def _config_file(root: Path) -> str:
    """Where the configuration goes.

    Never into a pyproject.toml of somebody else; and where there is Python already, no
    pyproject.toml appears: it would make a package of the folder, and pytest would read
    its settings there.
    """
    if os.path.lexists(root / "suiteloom.toml"):
        return "suiteloom.toml"
    if os.path.lexists(root / "pyproject.toml"):
        return "pyproject.toml" if has_config(root) else "suiteloom.toml"
    return "suiteloom.toml" if _has_python(root) else "pyproject.toml"


def _has_python(root: Path) -> bool:
    """Whether something of Python stands in a folder or one level below."""
    if not root.is_dir():
        return False
    if settings_in(root) or any((root / name).is_file() for name in _OF_PYTHON):
        return True
    found = chain(root.glob("*.py"), root.glob("*/*.py"))
    return any(path.relative_to(root).as_posix() != _SAMPLE[1] for path in found)


def _package_name(folder: str) -> str:
    """A folder's name as packages are named."""
    return _NO_NAME.sub("-", folder).strip("._-") or "suites"


def _without_place(answers: bytes) -> bytes:
    """The answers without the folder of this installation, but with its version.

    Copier takes the version for that of the template. Where the template is kept in a
    repository, people name it in this file as ``_src_path``.
    """
    lines = answers.decode().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("_src_path:", "_commit:"))]
    index = next((i for i, line in enumerate(kept) if not line.startswith("#")), 0)
    return "".join(
        [*kept[:index], f"_commit: v{__version__}\n", *kept[index:]]
    ).encode()
