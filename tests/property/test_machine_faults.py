"""What the machines see to would be seen if it broke: faults planted, and played."""

from importlib import import_module
from random import Random

import pytest
from hand_machine import HandEdits
from spec_machine import Tally
from trouble_machine import Troubled

from bench_modules import load_bench
from suiteloom.suites.needs import Luggage
from suiteloom.suites.ties import Tie

edits, merging = (
    import_module(f"suiteloom.suites.{name}") for name in ("edits", "merge")
)
branches = load_bench("branches")
conflicts = load_bench("conflicts")
histories = load_bench("histories")
RESOLUTIONS = ("ours", "theirs", "both", "by hand")


class Told:
    """Stands for what hypothesis draws: what it was told, in order."""

    def __init__(self, *drawn):
        self._drawn = iter(drawn)

    def draw(self, _strategy):
        return next(self._drawn)


@pytest.fixture(autouse=True)
def _templates_are_compiled_once():
    with branches.compiled_once():
        yield


@pytest.fixture
def hand():
    machine = HandEdits(Tally())
    machine.start(count=2)
    yield machine
    machine.teardown()


@pytest.fixture
def team(tmp_path):
    driver = histories.Driver(tmp_path)
    machine = Troubled(Tally(), driver)
    machine.start(count=2)
    yield machine
    machine.teardown()
    driver.close()


def respecified(machine):
    """A body is written, then its requirement changes."""
    machine.write_body(pick=0, which=0, kind="plain")
    machine.generate()
    machine.respecify(pick=0, what="summary")
    machine.generate()


def reviewed(machine):
    respecified(machine)
    machine.review(pick=0, which=0)
    machine.generate()


def joined(machine):
    """A class that the module names loses its tests to another."""
    machine.write_reference(pick=0, which=2, kind="subclass")
    machine.generate()
    machine.join(pick=0, first=0, second=1)
    machine.generate()


def retitled(machine):
    machine.write_reference(pick=0, which=0, kind="all")
    machine.generate()
    machine.retitle(pick=0)
    machine.generate()


def moved(machine):
    """A test leaves the class whose member it uses."""
    machine.write_with_help(pick=0, which=0, kind="member")
    machine.generate()
    machine.move(pick=0, goal=1, place=0, again=False)
    machine.generate()


def parametrised(machine):
    """Columns go in front of what a person takes by name only."""
    machine.write_parameter(pick=0, which=0, form=", *, {}=''):")
    machine.generate()
    machine.recase(pick=0, names=["p"])
    machine.generate()


def forget_suspects(patch):
    tie = edits.tie_of
    patch.setattr(edits, "tie_of", lambda *given: Tie("written", tie(*given).digest))


def forget_reviews(patch):
    known = edits.known_tie
    patch.setattr(
        edits,
        "known_tie",
        lambda unit, now: "abcdef" if unit.tied else known(unit, now),
    )


def forget_names_used(patch):
    patch.setattr(merging, "names_used", lambda *_given: frozenset())


def forget_references(patch):
    patch.setattr(merging, "find_references", lambda *_given: [])


def forget_luggage(patch):
    patch.setattr(Luggage, "texts", lambda *_given: [])


def forget_parameters(patch):
    patch.setattr(edits, "parameter_splices", lambda *_given: iter(()))


FAULTS = [
    pytest.param(respecified, forget_suspects, id="suspect-forgotten"),
    pytest.param(reviewed, forget_reviews, id="review-forgotten"),
    pytest.param(joined, forget_names_used, id="named-class-removed"),
    pytest.param(retitled, forget_references, id="name-does-not-follow"),
    pytest.param(moved, forget_luggage, id="member-left-behind"),
    pytest.param(parametrised, forget_parameters, id="parameter-of-a-column"),
]


@pytest.mark.parametrize(("story", "plant"), FAULTS)
def test_machine_of_hand_edits_sees_a_planted_fault(hand, monkeypatch, story, plant):
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        story(hand)


@pytest.mark.parametrize("story", [fault.values[0] for fault in FAULTS])
def test_machine_of_hand_edits_finds_nothing_without_a_fault(hand, story):
    story(hand)


def merged(machine, how):
    """One branch writes what the other respecifies; git stops at their comments."""
    theirs, ours = ["respecify", "above"], ["body", "above"]
    data = Told(theirs, ours, Random(1))  # noqa: S311 - no secret
    machine.merge_one_test(data=data, side="theirs", how=how, pick=0)
    assert machine.tally.ends[f"resolution: {how}"] == 1


@pytest.mark.parametrize("how", RESOLUTIONS)
def test_machine_of_branches_sees_a_suspect_lost_in_a_conflict(team, how):
    with (
        conflicts.planted("all"),
        pytest.raises(AssertionError, match="nobody compared"),
    ):
        merged(team, how)


@pytest.mark.parametrize("how", RESOLUTIONS)
def test_machine_of_branches_finds_nothing_without_a_fault(team, how):
    merged(team, how)
    marker = "".join(
        path.read_text("utf-8") for path in team.root.glob("generated/*.py")
    )
    assert marker.count("reviewed=") == 1
