"""What a body was written against, as its marker tells it."""

from __future__ import annotations

import re

import pytest

from pending_calls import plain_calls

from .conftest import ALPHA, unit_text, written

SPEC = "specs/alpha.yaml"
CHANGE = ("About one", "Else")


def untied(text):
    return re.sub(r', written="\w+"', "", text)


def marker(project):
    return re.search(r'spec\("AL-001"(.*)\)\n', unit_text(project, ALPHA, "test_one"))[
        1
    ]


def normative(project):
    return re.search(r'rev="(\w+)\.', marker(project))[1]


def test_the_first_run_that_sees_a_body_ties_it(project):
    written(project, ALPHA, "test_one", "assert 1")
    tied = project.read(ALPHA)
    project.write(ALPHA, untied(tied))
    assert project.run("generate", "--check").code == 1
    assert [item["id"] for item in project.done().json["plan"]] == ["AL-001"]
    assert project.read(ALPHA) == tied
    assert f'written="{normative(project)}"' in marker(project)


def test_a_suite_of_the_old_form_is_brought_over_and_nothing_is_suspect(project):
    written(project, ALPHA, "test_one", "assert 1")
    now = project.read(ALPHA)
    project.write(ALPHA, plain_calls(untied(now)))
    project.done()
    assert project.read(ALPHA) == now


def test_tie_gives_way_to_reviewed_and_comes_back(project):
    written(project, ALPHA, "test_one", "assert 1")
    before, old = project.read(ALPHA), normative(project)
    project.replace(SPEC, CHANGE)
    project.done()
    assert marker(project).endswith(f', reviewed="{old}"')
    assert "written=" not in marker(project)
    project.replace(SPEC, CHANGE[::-1])
    project.done()
    assert project.read(ALPHA) == before


def test_taking_reviewed_out_ties_the_body_to_what_it_was_compared_with(project):
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(SPEC, CHANGE)
    project.done()
    project.write(ALPHA, re.sub(r', reviewed="\w+"', "", project.read(ALPHA)))
    project.done()
    assert marker(project).endswith(f', written="{normative(project)}"')


@pytest.mark.parametrize("edit", ["other-tie", "both"])
def test_tie_to_another_requirement_is_suspect(project, edit):
    """As a merge by lines can leave it."""
    written(project, ALPHA, "test_one", "assert 1")
    now = f'written="{normative(project)}"'
    other = {"other-tie": 'written="abcdef"', "both": f'{now}, reviewed="abcdef"'}
    project.replace(ALPHA, (now, other[edit]))
    project.done()
    assert marker(project).endswith(', reviewed="abcdef"')
    assert "written=" not in marker(project)


@pytest.mark.parametrize("changed", [True, False])
def test_unknown_past_under_a_body_is_suspect(project, changed):
    written(project, ALPHA, "test_one", "assert 1")
    text = re.sub(r'("AL-001"), rev="[^"]*", written="\w+"', r"\1", project.read(ALPHA))
    project.write(ALPHA, text)
    if changed:
        project.replace(SPEC, CHANGE)
    project.done("--restore")
    assert marker(project).endswith(', reviewed="unknown"')
    assert "assert 1" in project.read(ALPHA)


def test_half_written_body_is_suspect_once_it_is_whole(project):
    written(project, ALPHA, "test_one", "value = 1", "self.pending()")
    project.done()
    old = normative(project)
    project.replace(SPEC, CHANGE)
    project.done()
    assert "reviewed=" not in marker(project)
    project.replace(
        ALPHA, ("        value = 1\n        self.pending()\n", "        value = 1\n")
    )
    project.done()
    assert marker(project).endswith(f', reviewed="{old}"')


def test_pending_call_of_another_test_stays(project):
    project.replace(ALPHA, ('pending("AL-001"', 'pending("AL-002"'))
    project.done()
    assert 'self.pending("AL-002"' in unit_text(project, ALPHA, "test_one")


def test_pending_call_changes_with_its_requirement(project):
    before = unit_text(project, ALPHA, "test_one").splitlines()[-1]
    project.replace(SPEC, CHANGE)
    project.done()
    after = unit_text(project, ALPHA, "test_one").splitlines()[-1]
    assert after == f'        self.pending("AL-001", rev="{normative(project)}")'
    assert after != before
