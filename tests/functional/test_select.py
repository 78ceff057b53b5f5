"""``--select``: which tests a verb is about."""

from __future__ import annotations

import pytest
from shop_project import SUITE, Cli, commit, git
from test_diff import spec_edit

SPEC_PATH = "specs/shop.yaml"


def specified(cli: Cli, *arguments: str) -> int:
    result = cli("status", "--format", "json", *arguments)
    assert result.exit == 0, result.err
    return result.json["totals"]["specified"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("domain:shop", 3, id="domain"),
        pytest.param("group:Payment", 2, id="group"),
        pytest.param("id:SH-002", 1, id="id"),
        pytest.param("kind:negative", 1, id="kind"),
        pytest.param("segment:Enterprise", 3, id="segment"),
        pytest.param("goal:retention and not kind:edge", 2, id="goal"),
        pytest.param("state:pending", 1, id="pending"),
        pytest.param("state:suspect", 1, id="suspect"),
        pytest.param("state:orphan or id:SH-001", 1, id="orphan"),
    ],
)
def test_status_counts_what_is_selected(waiting: Cli, text: str, count: int) -> None:
    text_of_suite = waiting.read()
    waiting.write(SUITE, text_of_suite.replace("assert self.env", "self.pending()", 1))
    assert specified(waiting, "--select", text) == count


@pytest.fixture
def changed(repo: Cli) -> Cli:
    """The shop with SH-001 respecified, SH-002 written, SH-003 moved, SH-004 new."""
    spec_edit("does not charge a card again", "charges once")(repo)
    spec_edit(
        "\n  - title: Cart\n    tests:\n      - id: SH-003", "\n      - id: SH-003"
    )(repo)
    added = "\n      - id: SH-004\n        name: test_add\n        kinds: [edge]\n"
    added += (
        "        summary: It is added.\n        bvj: {value_impact: More is sold.}\n"
    )
    repo.write(SPEC_PATH, repo.read(SPEC_PATH).rstrip() + added)
    assert repo("generate").exit == 0
    repo.replace("self.pending()", "assert refund()", count=1)
    return repo


@pytest.mark.parametrize(
    ("state", "ids"),
    [
        pytest.param("new", {"SH-004"}, id="new"),
        pytest.param("respecified", {"SH-001"}, id="respecified"),
        pytest.param("body", {"SH-002"}, id="body"),
        pytest.param("moved", {"SH-003"}, id="moved"),
    ],
)
def test_states_against_a_revision_are_those_of_diff(
    changed: Cli, state: str, ids: set[str]
) -> None:
    text = f"state:{state}"
    selected = changed("status", "--format", "json", "--select", text, "--base", "HEAD")
    assert selected.json["totals"]["specified"] == len(ids)
    (name,) = ids
    both = f"{text} and id:{name}"
    assert specified(changed, "--select", both, "--base", "HEAD") == 1


def test_unchanged_is_what_differs_in_nothing(changed: Cli) -> None:
    commit(changed.root)
    changed.replace("assert refund()", "assert refund() == 1")
    assert specified(changed, "--select", "state:unchanged", "--base", "HEAD") == 3


def test_without_a_base_the_default_branch_of_the_remote_counts(
    changed: Cli, tmp_path_factory
) -> None:
    lacking = changed("status", "--select", "state:new")
    assert (lacking.exit, "there is no remote" in lacking.err) == (2, True)
    origin = tmp_path_factory.mktemp("origin") / "shop.git"
    git(changed.root, "clone", "-q", "--bare", str(changed.root), str(origin))
    git(changed.root, "remote", "add", "origin", origin.as_uri())
    git(changed.root, "fetch", "-q", "origin")
    git(changed.root, "remote", "set-head", "origin", "--auto")
    assert specified(changed, "--select", "state:new") == 1


def test_run_runs_only_what_is_selected(changed: Cli) -> None:
    result = changed(
        *("run", "--no-coverage", "--format", "json"),
        *("--select", "state:new or state:moved", "--base", "HEAD"),
    )
    assert set(result.json["outcomes"]) == {"SH-003", "SH-004"}


def test_check_names_what_is_wrong_with_what_is_selected(waiting: Cli) -> None:
    def ids(*arguments: str) -> set[str]:
        result = waiting("check", "--format", "json", *arguments)
        return {finding["id"] for finding in result.json["findings"]} - {""}

    assert ids() == {"SH-002", "SH-003", "SH-004"}
    assert ids("--select", "state:suspect") == {"SH-002"}
    assert ids("--select", "state:orphan") == {"SH-004"}


def test_generate_writes_the_suites_that_hold_what_is_selected(waiting: Cli) -> None:
    spec = waiting.read(SPEC_PATH).replace("SH-", "XY-").replace(": shop\n", ": xy\n")
    waiting.write("specs/xy.yaml", spec)
    before = waiting.read()
    waiting.replace("does not charge", "never charges", SPEC_PATH)
    assert waiting("generate", "--select", "domain:xy and kind:edge").exit == 0
    assert waiting.read() == before
    assert (waiting.root / "generated/test_xy_integration_comprehensive.py").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("--select", "kind:edge and id:SH-002"), "no test is", id="none"),
        pytest.param(("--select", "domain:shpo"), "did you mean 'shop'?", id="domain"),
        pytest.param(
            ("--select", "id:SH-001 or domain:shpo"),
            "no test has domain:shpo",
            id="slip",
        ),
        pytest.param(("--select", "stat:new"), "did you mean state?", id="key"),
        pytest.param(
            ("--select", "state:suspekt"), "did you mean suspect?", id="state"
        ),
        pytest.param(("--select", "(id:SH-001"), "where a bracket closes", id="syntax"),
        pytest.param(("--base", "HEAD"), "--base is of no use", id="base-alone"),
        pytest.param(
            ("--select", "id:SH-001", "--base", "HEAD"), "none here is", id="no-state"
        ),
        pytest.param(
            ("--select", "state:new", "--base", "nowhere"), "no commit", id="no-commit"
        ),
        pytest.param(("shop", "--select", "id:SH-001"), "one is enough", id="both"),
    ],
)
@pytest.mark.parametrize("verb", ["status", "check", "run", "generate"])
def test_a_selection_of_nothing_is_refused_and_said(
    waiting: Cli, verb: str, arguments: tuple[str, ...], words: str
) -> None:
    before = waiting.tree()
    result = waiting(verb, *arguments)
    assert result.exit == 2
    assert words in result.err
    assert waiting.tree() == before


def test_orphans_do_not_run(waiting: Cli) -> None:
    result = waiting("run", "--select", "state:orphan")
    assert result.exit == 2
    assert "orphans, which do not run" in result.err


def test_revenue_is_covered_only_by_all_tests_of_a_domain(waiting: Cli) -> None:
    waiting.replace("assert self.env  # mine", "assert False", count=1)
    waiting("run", "--no-coverage")
    passed = waiting("status", "--format", "json", "--select", "id:SH-002").json[
        "totals"
    ]
    assert (passed["specified"], passed["passed"], passed["covered_usd"]) == (1, 1, 0)
