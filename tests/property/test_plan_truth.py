"""What a plan says is what is done; and what sees to that would see if it were not."""

from importlib import import_module

import pytest
from plan_truth import untrue
from spec_machine import run
from spec_model import Group, Specs

from example import Example
from pending_calls import replaced

merging = import_module("suiteloom.suites.merge")
PATH = "generated/test_domain0_integration_comprehensive.py"


@pytest.fixture
def project(tmp_path):
    """Two domains with two groups of two tests each, generated."""
    made = Example(tmp_path, {"suiteloom.toml": "", **Specs.start(2).files()})
    assert run(tmp_path).code == 0
    return made


def edited(project, change):
    """Carry out an edit of the specs; what is untrue about the plan of it."""
    specs = Specs.start(2)
    change(specs)
    for path in project.root.glob("specs/*.yaml"):
        path.unlink()
    for path, text in specs.files().items():
        project.write(path, text)
    before = project.tree()
    outcome = run(project.root)
    assert outcome.code == 0, outcome.findings
    after = project.tree()
    assert after != before
    assert outcome.plan
    return untrue(before, after, outcome.plan)


def _rename(specs):
    specs.tests[0][2].name = "test_other"


def _respecify(specs):
    specs.tests[0][2].summary = "Something else."


def _async(specs):
    for _, _, test in specs.tests[:4]:
        test.is_async = True


def _reorder(specs):
    specs.domains[0].groups[0].tests.reverse()


def _classes(specs):
    specs.domains[0].groups.reverse()


def _title(specs):
    specs.domains[0].groups[0].title = "Other words"


def _move(specs):
    specs.domains[1].groups[0].tests.append(specs.domains[0].groups[0].tests.pop())


def _regroup(specs):
    groups = specs.domains[0].groups
    groups[1].tests.append(groups[0].tests.pop())


def _split(specs):
    groups = specs.domains[0].groups
    groups.append(Group("Third", [groups[0].tests.pop()]))


def _join(specs):
    groups = specs.domains[0].groups
    groups[0].tests += groups.pop().tests


def _domain(specs):
    specs.domains[0].name = "elsewhere"


def _swap(specs):
    one, two = specs.domains
    one.name, two.name = two.name, one.name


def _add(specs):
    specs.domains[0].groups[0].tests.append(Specs.new_test(90))


def _remove(specs):
    specs.domains[0].groups[0].tests.pop()


def _drop(specs):
    del specs.domains[1]


CHANGES = [
    pytest.param(change, id=change.__name__[1:])
    for change in (
        *(_rename, _respecify, _async, _reorder, _classes, _title, _move, _regroup),
        *(_split, _join, _domain, _swap, _add, _remove, _drop),
    )
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("written", [False, True], ids=["pending", "written"])
def test_plan_says_what_is_done_and_nothing_else(project, change, written):
    if written:
        text = replaced(project.read(PATH), "self.pending()", "assert 1", 1)
        project.write(PATH, text)
    assert edited(project, change) == []


def test_change_that_nothing_says_is_seen(project, monkeypatch):
    act = merging._Merge._act

    def silent(self, identity, action, detail="", line=0, **more):
        if detail != "imports":
            act(self, identity, action, detail, line, **more)

    monkeypatch.setattr(merging._Merge, "_act", silent)
    assert edited(project, _async) == [f"{PATH}: nothing says that imports changed"]


def test_entry_for_which_nothing_changes_is_seen(project, monkeypatch):
    prepare = merging._Merge._prepare

    def talking(self, rendered, block, group):
        prepare(self, rendered, block, group)
        if rendered.text.id == "XY-002":
            self._act("XY-002", "rename", "test_number_2 -> test_two")

    monkeypatch.setattr(merging._Merge, "_prepare", talking)
    found = edited(project, _rename)
    assert found == ["XY-002: says rename (test_number_2 -> test_two), not done"]
