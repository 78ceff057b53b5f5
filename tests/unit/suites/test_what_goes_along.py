"""Classes that change their names, split or join, and tests that leave what they need."""

import ast

import pytest

from .conftest import (
    ALPHA,
    BETA,
    FIRST,
    FIVE,
    FOUR,
    ONE,
    SECOND,
    SIX,
    SPECS,
    THIRD,
    THREE,
    TWO,
    spec,
    unit_text,
    written,
)

NEW = TWO.replace("AL-002", "AL-009").replace("two", "nine")
HELPER = "    def helper(self):\n        return 1\n\n"
FIRST_UNIT = '    @pytest.mark.spec("AL-001"'


def classes(project, path):
    """Names of the methods of each class."""
    return {
        node.name: [item.name for item in node.body if hasattr(item, "name")]
        for node in ast.parse(project.read(path)).body
        if isinstance(node, ast.ClassDef)
    }


def entry(outcome, identity, action):
    """The only entry of a plan for an id and action."""
    found = [
        item
        for item in outcome.json["plan"]
        if (item["id"], item["action"]) == (identity, action)
    ]
    assert len(found) == 1, outcome.json["plan"]
    return found[0]


@pytest.fixture
def helped(project):
    """``TestFirst`` has a hand-written member that no test uses."""
    written(project, ALPHA, "test_one", "assert 1")
    project.replace(ALPHA, (FIRST_UNIT, HELPER + FIRST_UNIT))
    return project


def test_class_whose_title_stays_keeps_its_members_when_most_tests_leave(helped):
    three = spec("alpha", FIRST, ONE, TWO, NEW, SECOND, THREE, FOUR)
    helped.write("specs/alpha.yaml", three)
    helped.done()
    before = helped.read(ALPHA)
    split = spec("alpha", FIRST, ONE, THIRD, TWO, NEW, SECOND, THREE, FOUR)
    helped.write("specs/alpha.yaml", split)
    helped.done()
    assert classes(helped, ALPHA) == {
        "TestFirst": ["helper", "test_one"],
        "TestThird": ["test_two", "test_nine"],
        "TestSecond": ["test_three", "test_four"],
    }
    helped.write("specs/alpha.yaml", three)
    helped.done()
    assert helped.read(ALPHA) == before


def test_class_whose_title_stays_takes_in_the_tests_of_a_larger_one(helped):
    helped.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, TWO, THREE, NEW, FOUR))
    helped.done()
    assert classes(helped, ALPHA) == {
        "TestFirst": [
            *("helper", "test_one", "test_two"),
            *("test_three", "test_nine", "test_four"),
        ]
    }


def test_class_whose_title_stays_is_no_other_one_that_its_tests_come_from(project):
    written(project, ALPHA, "test_three", "assert 1")
    written(project, ALPHA, "test_four", "assert 1")
    project.write("specs/alpha.yaml", spec("alpha", FIRST, NEW, SECOND, ONE, TWO))
    outcome = project.done("--allow-mass-orphan")
    assert classes(project, ALPHA) == {
        "TestFirst": ["test_nine"],
        "TestSecond": ["test_one", "test_two", "test_three", "test_four"],
    }
    moved = entry(outcome, "AL-001", "move")
    assert moved["detail"] == "TestFirst -> TestSecond"
    assert entry(outcome, "AL-003", "orphan")
    assert project.done().json["plan"] == []


def test_classes_that_stay_with_what_a_person_wrote_keep_their_names(project):
    three = spec("alpha", FIRST, ONE, SECOND, TWO, THIRD, THREE)
    project.write("specs/alpha.yaml", three)
    project.done()
    written(project, ALPHA, "test_three", "assert 1")
    before = project.read(ALPHA)
    project.write("specs/alpha.yaml", spec("alpha", SECOND, ONE, THIRD, TWO))
    project.done("--allow-mass-orphan")
    assert classes(project, ALPHA) == {
        "TestSecond": ["test_one"],
        "TestThird": ["test_two", "test_three"],
    }
    project.write("specs/alpha.yaml", three)
    project.done()
    assert project.read(ALPHA) == before


def test_class_of_which_nothing_stays_leaves_its_name_to_the_one_retitled(helped):
    helped.write("specs/alpha.yaml", spec("alpha", SECOND, ONE, TWO))
    outcome = helped.done()
    assert classes(helped, ALPHA) == {"TestSecond": ["helper", "test_one", "test_two"]}
    renamed = [item for item in outcome.json["plan"] if item["action"] == "rename"]
    assert [item["detail"] for item in renamed] == ["class TestFirst -> TestSecond"]


def test_member_that_a_leaving_test_uses_is_copied_with_what_it_needs(project):
    members = (
        "    LIMIT = 3\n\n    def other(self):\n        return self.LIMIT\n\n"
        "    def helper(self):\n        return self.other()\n\n"
    )
    project.replace(ALPHA, (FIRST_UNIT, members + FIRST_UNIT))
    written(project, ALPHA, "test_two", "assert self.helper() == 3")
    project.write(
        "specs/alpha.yaml", spec("alpha", FIRST, ONE, SECOND, THREE, TWO, FOUR)
    )
    moved = entry(project.done(), "AL-002", "move")
    assert sorted(moved["brings"]) == ["LIMIT", "helper", "other"]
    assert moved["lacks"] == []
    text = project.read(ALPHA)
    assert text.count("    def helper(self):\n        return self.other()\n") == 2
    assert classes(project, ALPHA)["TestFirst"] == ["other", "helper", "test_one"]
    assert project.done().json["plan"] == []


def test_member_is_copied_into_a_class_that_comes_into_being(project):
    project.replace(ALPHA, (FIRST_UNIT, HELPER + FIRST_UNIT))
    written(project, ALPHA, "test_two", "assert self.helper() == 1")
    split = spec("alpha", FIRST, ONE, THIRD, TWO, SECOND, THREE, FOUR)
    project.write("specs/alpha.yaml", split)
    project.done()
    assert classes(project, ALPHA)["TestThird"] == ["helper", "test_two"]


@pytest.mark.parametrize(
    "member",
    [
        pytest.param("    helper = make()\n\n", id="call"),
        pytest.param("    @own\n    def helper(self): ...\n\n", id="decorator"),
        pytest.param("    def helper(self, x=make()): ...\n\n", id="default"),
    ],
)
def test_member_that_can_not_be_copied_is_named(project, member):
    project.replace(ALPHA, (FIRST_UNIT, member + FIRST_UNIT))
    written(project, ALPHA, "test_two", "assert self.helper")
    project.write(
        "specs/alpha.yaml", spec("alpha", FIRST, ONE, SECOND, THREE, TWO, FOUR)
    )
    moved = entry(project.done(), "AL-002", "move")
    assert (moved["brings"], moved["lacks"]) == ([], ["self.helper"])


def test_setup_of_a_class_is_named_when_a_test_leaves_it(project):
    member = "    def setup_method(self):\n        self.x = 1\n\n"
    project.replace(ALPHA, (FIRST_UNIT, member + FIRST_UNIT))
    written(project, ALPHA, "test_two", "assert self.x")
    project.write(
        "specs/alpha.yaml", spec("alpha", FIRST, ONE, SECOND, THREE, TWO, FOUR)
    )
    assert entry(project.done(), "AL-002", "move")["lacks"] == ["self.setup_method"]


AROUND = """\
import json
from os import path as where

LIMIT = 3


@pytest.fixture
def shop():
    return inner()


def inner():
    return json.loads("1")


def helper():
    return where.join(str(LIMIT))


class Odd:
    pass


"""


def test_test_that_moves_to_another_spec_brings_what_it_needs(project):
    project.replace(ALPHA, ("\nclass TestFirst", f"\n{AROUND}class TestFirst"))
    written(project, ALPHA, "test_two", "assert helper() and Odd")
    project.replace(ALPHA, ("def test_two(self)", "def test_two(self, shop)"))
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, SECOND, THREE, FOUR))
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, TWO, SIX))
    moved = entry(project.done(), "AL-002", "move")
    assert sorted(moved["brings"]) == [
        *("LIMIT", "helper", "inner", "json", "shop", "where")
    ]
    assert moved["lacks"] == ["Odd"]
    text = project.read(BETA)
    assert "import json\n" in text
    assert "from os import path as where\n" in text
    assert "@pytest.fixture\ndef shop():\n    return inner()\n\n\n" in text
    assert AROUND in project.read(ALPHA)
    assert project.done().json["plan"] == []


def test_name_that_means_something_else_there_is_named(project):
    project.replace(ALPHA, ("\nclass TestFirst", "\nLIMIT = 3\n\n\nclass TestFirst"))
    project.replace(BETA, ("\nclass TestThird", "\nLIMIT = 4\n\n\nclass TestThird"))
    written(project, ALPHA, "test_two", "assert LIMIT == 3")
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, SECOND, THREE, FOUR))
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, TWO, SIX))
    assert entry(project.done(), "AL-002", "move")["lacks"] == ["LIMIT"]


def test_name_that_means_the_same_there_is_not_copied(project):
    for path, name in ((ALPHA, "TestFirst"), (BETA, "TestThird")):
        project.replace(path, (f"\nclass {name}", f"\nLIMIT = 3\n\n\nclass {name}"))
    written(project, ALPHA, "test_two", "assert LIMIT == 3")
    before = project.read(BETA)
    moved_text = unit_text(project, ALPHA, "test_two")
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, SECOND, THREE, FOUR))
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, TWO, SIX))
    moved = entry(project.done(), "AL-002", "move")
    assert (moved["brings"], moved["lacks"]) == ([], [])
    assert project.read(BETA).replace(moved_text.rstrip("\n") + "\n\n", "") == before


FOLLOWING = """\
__all__ = ["TestFirst", 'TestSecond']


class TestMore(TestFirst):
    def test_more(self):
        assert TestFirst.__name__


"""


def test_names_of_a_renamed_class_follow_it_and_come_back(project):
    project.replace(ALPHA, ("\nclass TestSecond", f"\n{FOLLOWING}class TestSecond"))
    written(project, ALPHA, "test_one", "assert TestFirst  # TestFirst")
    written(project, ALPHA, "test_four", "assert 'TestFirst' != TestFirst")
    before = project.read(ALPHA)
    project.replace("specs/alpha.yaml", ("title: First", "title: Better words"))
    outcome = project.done()
    renamed = [i for i in outcome.json["plan"] if i["action"] == "rename"]
    line = before[: before.index("assert 'TestFirst'")].count("\n") + 1
    assert [item["lacks"] for item in renamed] == [[f"line {line}"]]
    text = project.read(ALPHA)
    assert FOLLOWING.replace("TestFirst", "TestBetterWords") in text
    assert "assert TestBetterWords  # TestFirst" in text
    assert "assert 'TestFirst' != TestBetterWords" in text
    assert project.done().json["plan"] == []
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("CHOSEN = TestSecond", id="name"),
        pytest.param('__all__ = ["TestSecond"]', id="all"),
        pytest.param("class Other(TestSecond):\n    __test__ = False", id="subclass"),
    ],
)
def test_class_that_loses_its_tests_stays_as_long_as_something_names_it(project, line):
    text = project.read(ALPHA)
    project.write(ALPHA, f"{text}\n\n{line}\n")
    before = project.read(ALPHA)
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, TWO, THREE, FOUR))
    project.done()
    assert classes(project, ALPHA)["TestSecond"] == []
    assert project.done().json["plan"] == []
    assert project.run("check").code == 0
    joined = project.read(ALPHA)
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, TWO, THREE, FOUR))
    project.write(ALPHA, joined.replace(f"\n\n{line}\n", ""))
    assert entry(project.done(), "", "remove")["detail"] == "class TestSecond"
    assert [*classes(project, ALPHA)] == ["TestFirst"]


def test_class_that_only_its_own_test_names_goes_with_that_test(project):
    written(project, ALPHA, "test_three", "assert TestSecond.__name__")
    project.write("specs/alpha.yaml", spec("alpha", FIRST, ONE, TWO))
    project.write("specs/beta.yaml", spec("beta", THIRD, FIVE, SIX, THREE, FOUR))
    moved = entry(project.done(), "AL-003", "move")
    assert moved["lacks"] == ["TestSecond"]
    assert [*classes(project, ALPHA)] == ["TestFirst"]
    assert project.done().json["plan"] == []


def test_name_that_means_something_else_as_well_does_not_follow(project):
    line = "def mine(TestFirst):\n    return TestFirst\n\n\n"
    project.replace(ALPHA, ("\nclass TestSecond", f"\n{line}class TestSecond"))
    project.replace("specs/alpha.yaml", ("title: First", "title: Other"))
    renamed = [i for i in project.done().json["plan"] if i["action"] == "rename"]
    assert len(renamed[0]["lacks"]) == 1
    assert line in project.read(ALPHA)


def test_classes_that_swap_titles_swap_what_names_them(project):
    written(project, ALPHA, "test_one", "assert TestFirst.test_one")
    text = spec("alpha", SECOND, ONE, TWO, FIRST, THREE, FOUR)
    before = project.read(ALPHA)
    project.write("specs/alpha.yaml", text)
    project.done()
    assert "assert TestSecond.test_one" in project.read(ALPHA)
    project.write("specs/alpha.yaml", SPECS["specs/alpha.yaml"])
    project.done()
    assert project.read(ALPHA) == before
