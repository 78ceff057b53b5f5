"""For each promise a fault that breaks it, planted in a copy, and the test that fails."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
FUNCTIONAL, UNIT = "tests/functional", "tests/unit"
OUTSIDE_COPY = 7

GUARD = f"""\
import importlib, os, pytest

def pytest_sessionstart():
    for name in ("suiteloom", "suiteloom.pytest_plugin", "suiteloom.cli.edge"):
        file = importlib.import_module(name).__file__
        if not file.startswith(os.environ["PLANTED_ROOT"]):
            pytest.exit(f"{{name}} is not the copy: {{file}}", {OUTSIDE_COPY})
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One small change that breaks a promise.

    Attributes:
        promise: P1 to P22.
        words: What the change does, one sentence as in docs/reliability.md.
        path: The file, relative to the repository; under generator/ or templates/.
        old: Text that stands in it once.
        new: What it becomes.
        test: Node id of the test that has to fail.
    """

    promise: str
    words: str
    path: str
    old: str
    new: str
    test: str


_SUITES, _STORE = "generator/suiteloom/suites", "generator/suiteloom/store"
_WORKFLOWS, _SPECS = "generator/suiteloom/workflows", "generator/suiteloom/specs"

FAULTS = (
    Fault(
        "P1",
        "A decorator that is replaced takes the comments in it along.",
        f"{_SUITES}/edits.py",
        'Splice(line_start, end, "".join([*kept, *lines]))',
        'Splice(line_start, end, "".join(lines))',
        f"{UNIT}/suites/test_hand_edits.py"
        "::test_comments_in_a_table_of_cases_outlive_the_table",
    ),
    Fault(
        "P2",
        "The byte order mark is left out when a suite is written back.",
        f"{_SUITES}/source.py",
        "return self.bom + text.encode(self.encoding)",
        "return text.encode(self.encoding)",
        f"{UNIT}/suites/test_file_forms.py::test_rename_changes_no_other_byte[bom]",
    ),
    Fault(
        "P3",
        "A test is looked for by its name before it is looked for by its id.",
        f"{_SUITES}/merge.py",
        "origin = self._around.incoming.get(identity) or self._own.get(identity)",
        "named = {o.unit.node.name: o for o in self._own.values()}\n"
        "        origin = self._around.incoming.get(identity) or named.get(\n"
        "            rendered.text.name, self._own.get(identity)\n        )",
        f"{UNIT}/suites/test_spec_edits.py"
        "::test_two_tests_swap_names_and_keep_their_bodies",
    ),
    Fault(
        "P4",
        "A suite is written even if its new bytes are the old ones.",
        f"{_WORKFLOWS}/planner.py",
        "if same and not around.fresh:",
        "if same and around.fresh:",
        f"{UNIT}/suites/test_spec_edits.py::test_nothing_changed_opens_no_file[False]",
    ),
    Fault(
        "P5",
        "A suspect test that changes again forgets what it was reviewed against.",
        f"{_SUITES}/ties.py",
        "told = [digest for digest in (unit.reviewed, unit.tied) if digest]",
        "told = [digest for digest in (unit.tied,) if digest]",
        f"{FUNCTIONAL}/test_promises.py::test_a_detour_leaves_no_trace[respecified]",
    ),
    Fault(
        "P6",
        "The import of a base class stays when the last class that needed it is gone.",
        f"{_SUITES}/imports.py",
        "left = {block.base for block in ours} - _used(disk, ours) if ours else set()",
        "left: set[str] = set()",
        f"{UNIT}/suites/test_spec_edits.py"
        "::test_async_changes_def_base_and_imports_and_back",
    ),
    Fault(
        "P7",
        "Naming a domain chooses every domain whose name begins with it.",
        f"{_WORKFLOWS}/planner.py",
        "for suite in project.suites if suite.domain in chosen]",
        "for suite in project.suites if suite.domain.startswith(tuple(chosen))]",
        f"{FUNCTIONAL}/test_promises.py::test_one_domain_never_touches_another[revenue]",
    ),
    Fault(
        "P8",
        "Segments go through a set, whose order hangs on the hash seed.",
        f"{_SPECS}/resolve.py",
        "return tuple(dict.fromkeys(expanded))",
        "return tuple(set(expanded))",
        f"{UNIT}/render/test_suite.py"
        "::test_the_same_bytes_whatever_seed_locale_zone_and_folder",
    ),
    Fault(
        "P9",
        "The journal is written after the files instead of before them.",
        f"{_STORE}/committing.py",
        "journal.open_journal(root, entries)\n        journal.apply(root, entries)",
        "journal.apply(root, entries)\n        journal.open_journal(root, entries)",
        f"{FUNCTIONAL}/test_faults.py::test_killed_at_any_call_is_finished_or_undone",
    ),
    Fault(
        "P10",
        "The lock is a file of each writer's own, so that two can hold one.",
        f"{_STORE}/lock.py",
        "lock = FileLock(folder / name, timeout=0)",
        'lock = FileLock(folder / f"{name}{os.urandom(4).hex()}", timeout=0)',
        f"{FUNCTIONAL}/test_promises.py::test_only_one_writer_at_a_time",
    ),
    Fault(
        "P11",
        "`generate --check` goes by the actions of a plan instead of its changes.",
        "generator/suiteloom/cli/app.py",
        "if (check or exit_code) and plan.changes:",
        "if (check or exit_code) and plan.actions:",
        f"{FUNCTIONAL}/test_promises.py"
        "::test_check_says_what_generate_does[edited-docstring-stamped]",
    ),
    Fault(
        "P12",
        "A suite with an edit that is still to be decided counts as settled.",
        f"{_WORKFLOWS}/stamp.py",
        "if suite.domain not in edited and suite.path in suites:",
        "if suite.path in suites:",
        f"{FUNCTIONAL}/test_promises.py"
        "::test_what_a_person_must_decide_is_said_until_decided[edited]",
    ),
    Fault(
        "P13",
        "The proof of a merged suite is not made.",
        f"{_WORKFLOWS}/proof.py",
        "findings = tuple(_faults(disk, rendered, around, after, follow))",
        "findings = ()",
        f"{UNIT}/suites/test_spec_edits.py"
        "::test_awaiting_body_is_not_made_synchronous",
    ),
    Fault(
        "P14",
        "A backslash of a spec reaches the docstring unescaped.",
        "generator/suiteloom/render/literals.py",
        'text = "\\n".join(lines).replace("\\\\", "\\\\\\\\")',
        'text = "\\n".join(lines)',
        f"{UNIT}/render/test_literals.py::test_docstring_literal",
    ),
    Fault(
        "P15",
        "A mapping does not count as a level, so that nothing ends the descent.",
        f"{_SPECS}/yaml_data.py",
        "return self._mapping(depth + 1, ",
        "return self._mapping(depth, ",
        f"{UNIT}/specs/test_hostile.py::test_bounded[flow-maps]",
    ),
    Fault(
        "P16",
        "Where a file stands is judged by its name, links unresolved.",
        f"{_STORE}/files.py",
        "resolved = target.resolve()",
        "resolved = target.absolute()",
        f"{UNIT}/store/test_commit.py::test_link_that_leads_out_is_refused",
    ),
    Fault(
        "P17",
        "A comment does not make a pending test a person's.",
        f"{_SUITES}/ownership.py",
        "        and not comments(source.text[unit.span[0] : unit.span[1]])\n",
        "",
        f"{UNIT}/suites/test_hand_edits.py"
        "::test_pending_test_with_anything_of_a_person_is_not_removed",
    ),
    Fault(
        "P18",
        "A test that is renamed is no longer suspect.",
        f"{_SUITES}/edits.py",
        "tie = Tie() if is_untouched else ",
        "is_renamed = unit.node.name != rendered.text.name\n"
        "    tie = Tie() if is_untouched or is_renamed else ",
        f"{FUNCTIONAL}/test_promises.py::test_suspect_through_renames_and_moves",
    ),
    Fault(
        "P19",
        "The origin of a test counts as normative, so that every rev changes.",
        "generator/suiteloom/model/digest.py",
        "return digest([*parts, cases])",
        "return digest([*parts, cases, test.origin])",
        "tests/golden/test_golden.py::test_rendered_as_before",
    ),
    Fault(
        "P20",
        "A body is digested as text and not as syntax.",
        "generator/suiteloom/model/digest.py",
        "return digest([_canonical(tree), comments])",
        "return digest([source, comments])",
        f"{FUNCTIONAL}/test_promises.py::test_formatters_are_no_drift[black]",
    ),
    Fault(
        "P21",
        "Spec-owned text that both branches rendered anew is merged line by line.",
        f"{_SUITES}/threeway/owned.py",
        "if not all(item.is_proven for item in versions) or len(counts) > 1:",
        "if any(item.is_proven for item in versions) or len(counts) > 1:",
        f"{FUNCTIONAL}/test_merge_driver.py"
        "::test_spec_owned_text_changed_on_both_sides",
    ),
    Fault(
        "P22",
        "What is shown is planned without the options of the command.",
        f"{_WORKFLOWS}/generate.py",
        "restore=restore,\n        options=options,",
        "restore=False,\n        options=options,",
        f"{FUNCTIONAL}/test_promises.py::test_what_diff_shows_is_what_is_written[restore]",
    ),
)  # fmt: skip
_IDS = [fault.promise for fault in FAULTS]


@pytest.fixture
def run(tmp_path, started_anew):  # noqa: ARG001 - a copy is not what was imported
    """Runs tests of this repository over a copy of suiteloom in `tmp_path`.

    What is compiled is copied along: it holds for a file of the same size and time.
    """
    for folder in ("generator", "templates"):
        begun = shutil.ignore_patterns("*.pyc.*")  # by another process
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=begun)
    (tmp_path / "planted_guard.py").write_text(GUARD, "utf-8")
    kept = {name: os.environ[name] for name in os.environ if name[:6] != "PYTEST"}
    environment = kept | {
        "PLANTED_ROOT": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "generator"), str(tmp_path)]),
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def pytest_run(*tests):
        options = ["-q", "-x", "-m", "", "-p", "no:randomly", "-p", "no:cacheprovider"]
        command = [sys.executable, "-m", "pytest", *options, "-p", "planted_guard"]
        temporary = f"--basetemp={tmp_path / 'pytest'}"
        return subprocess.run(
            [*command, temporary, *tests],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return pytest_run


def test_every_promise_has_its_fault():
    assert [f"P{number}" for number in range(1, 23)] == _IDS


def test_without_a_fault_every_test_passes(run):
    done = run(*(fault.test for fault in FAULTS))
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed in ", done.stdout, re.MULTILINE), done.stdout


@pytest.mark.parametrize("fault", FAULTS, ids=_IDS)
def test_planted_fault_is_caught(run, tmp_path, fault):
    path = tmp_path / fault.path
    text = path.read_text("utf-8")
    assert text.count(fault.old) == 1
    path.write_text(text.replace(fault.old, fault.new), "utf-8")
    done = run(fault.test)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.search(r"^1 failed", done.stdout, re.MULTILINE), done.stdout


def test_a_copy_that_is_not_imported_is_noticed(run, tmp_path):
    shutil.rmtree(tmp_path / "generator")
    assert run(FAULTS[0].test).returncode == OUTSIDE_COPY


def test_the_page_names_each_fault_and_its_test():
    rows = re.findall(r"^\| (P\d+) \| (.+) \| `(tests/.+)` \|$", PAGE, re.MULTILINE)
    assert rows == [(fault.promise, fault.words, fault.test) for fault in FAULTS]


def test_the_page_lists_every_promise_once():
    section = PAGE.partition("## Promises")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (P\d+) \|", section, re.MULTILINE) == _IDS


def test_every_test_on_the_page_exists():
    named = re.findall(r"`((?:tests|bench)/[\w/]+\.py)(?:::(\w+))?", PAGE)
    assert len(named) > len(FAULTS)
    for path, name in named:
        text = (ROOT / path).read_text("utf-8")
        assert not name or f"def {name}(" in text, f"{path}::{name}"
