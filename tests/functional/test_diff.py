"""`diff`: what a change means, by the ids of the tests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import get_args

import pytest
from shop_project import ROOT, SPEC, SUITE, Cli, commit, git

from suiteloom.model import ChangeName, CommentFacts, CommentPolicy, facts_in

PAGE = (ROOT / "docs" / "review.md").read_text("utf-8")
SPEC_PATH = "specs/shop.yaml"
PENDING_1 = 'self.pending("SH-001")'
BODY = "assert charge() == 1"
OLDER = "its body was written against an older requirement"


def changes(cli: Cli, *revisions: str) -> list[tuple[str, str]]:
    """Ids and changes, as data."""
    result = cli("diff", *revisions, "--format", "json")
    assert result.exit == 0, result.err
    return [(item["id"], item["change"]) for item in result.json["changes"]]


def spec_edit(old: str, new: str) -> Callable[[Cli], None]:
    """A change of the spec that is generated."""

    def edit(cli: Cli) -> None:
        cli.replace(old, new, SPEC_PATH, 1)
        assert cli("generate", "--allow-mass-orphan").exit == 0

    return edit


def suite_edit(old: str, new: str) -> Callable[[Cli], None]:
    return lambda cli: cli.replace(old, new)


def remove_written(cli: Cli) -> None:
    start, end = SPEC.index("      - id: SH-001"), SPEC.index("      - id: SH-002")
    spec_edit(SPEC[start:end], "")(cli)


REFUND = "        summary: A refund reaches the card.\n"
ADDED = (
    "      - {id: SH-004, name: test_add, summary: It is added., kinds: [edge],\n"
    "         bvj: {value_impact: More is sold.}}\n"
)
CART = "\n  - title: Cart\n    tests:\n      - id: SH-003"
MOVED = "\n      - id: SH-003"
EMPTY = "          - {id: empty, kind: edge, with: {prices: [], total: 0}}\n"


EDITS = [
    pytest.param(
        spec_edit(
            "    tests:\n      - id: SH-003",
            f"    tests:\n{ADDED}      - id: SH-003",
        ),
        [("SH-004", "added")],
        id="added",
    ),
    pytest.param(
        remove_written,
        [("SH-001", "removed"), ("SH-001", "orphaned")],
        id="removed-with-body",
    ),
    pytest.param(
        spec_edit("name: test_refund", "name: test_money_back"),
        [("SH-002", "renamed")],
        id="renamed",
    ),
    pytest.param(spec_edit(CART, MOVED), [("SH-003", "moved")], id="moved"),
    pytest.param(
        spec_edit("title: Cart", "title: Basket"), [("", "renamed")], id="retitled"
    ),
    pytest.param(
        spec_edit(REFUND, "        summary: A refund is paid out.\n"),
        [("SH-002", "respecified")],
        id="respecified-pending",
    ),
    pytest.param(
        spec_edit("does not charge a card again", "charges once"),
        [("SH-001", "respecified"), ("SH-001", "suspect")],
        id="respecified-written",
    ),
    pytest.param(
        spec_edit("Nobody pays twice for one order", "Nobody pays twice"),
        [("SH-001", "justified")],
        id="justified",
    ),
    pytest.param(
        spec_edit("goal: Retention", "goal: Conversion"),
        [("", "justified")],
        id="justified-domain",
    ),
    pytest.param(
        spec_edit(EMPTY, EMPTY.replace("total: 0", "total: 1")),
        [("SH-003", "recased")],
        id="recased",
    ),
    pytest.param(
        spec_edit("async: true", "async: false"),
        [("SH-002", "changed")],
        id="async",
    ),
    pytest.param(
        spec_edit("annual_usd: 900000", "annual_usd: 800000"),
        [("", "changed")],
        id="revenue",
    ),
    pytest.param(
        suite_edit(BODY, "assert charge() == 2"),
        [("SH-001", "body-changed")],
        id="body-changed",
    ),
    pytest.param(
        suite_edit(
            '    @pytest.mark.spec("SH-001"',
            '    @pytest.mark.skip\n    @pytest.mark.spec("SH-001"',
        ),
        [("SH-001", "body-changed")],
        id="decorator-by-hand",
    ),
    pytest.param(
        suite_edit(BODY, PENDING_1), [("SH-001", "body-removed")], id="body-removed"
    ),
    pytest.param(
        suite_edit("A refund reaches the card.", "A refund does."),
        [("SH-002", "edited")],
        id="edited",
    ),
    pytest.param(
        lambda cli: cli.replace("test_refund", "test_refund", SPEC_PATH),
        [],
        id="nothing",
    ),
]
"""One commit for each change, with the ids and changes that it must be."""


@pytest.mark.parametrize(("edit", "expected"), EDITS)
def test_each_change_is_named_and_nothing_else(
    repo: Cli, edit: Callable[[Cli], None], expected: list[tuple[str, str]]
) -> None:
    edit(repo)
    assert changes(repo, "HEAD") == expected
    if expected:
        commit(repo.root)
        assert changes(repo, "HEAD~1..HEAD") == expected


def test_body_that_is_written_is_named(shop: Cli) -> None:
    git(shop.root, "init", "-q")
    shop.write(".gitignore", ".suiteloom/\n")
    commit(shop.root)
    shop.replace("self.pending()", BODY, count=1)
    assert changes(shop, "HEAD") == [("SH-001", "body-written")]


def test_review_revival_and_pruning_are_named(repo: Cli) -> None:
    spec_edit("does not charge a card again", "charges once")(repo)
    commit(repo.root)
    assert repo("accept", "SH-001").exit == 0
    assert changes(repo, "HEAD") == [("SH-001", "reviewed")]
    remove_written_from(repo)
    commit(repo.root)
    assert repo("prune", "SH-001").exit == 0
    assert changes(repo, "HEAD") == [("SH-001", "pruned")]
    git(repo.root, "checkout", "-q", "--", ".")
    git(repo.root, "checkout", "-q", "HEAD~1", "--", SPEC_PATH)
    assert repo("generate").exit == 0
    assert changes(repo, "HEAD") == [("SH-001", "added"), ("SH-001", "revived")]


def remove_written_from(cli: Cli) -> None:
    text = cli.read(SPEC_PATH)
    start, end = text.index("      - id: SH-001"), text.index("      - id: SH-002")
    spec_edit(text[start:end], "")(cli)


def test_spec_that_was_not_generated_is_said(repo: Cli) -> None:
    repo.replace("name: test_refund", "name: test_money_back", SPEC_PATH)
    result = repo("diff", "HEAD")
    assert "not generated; `suiteloom generate` writes the suites: 1" in result.out


def test_line_ends_of_windows_are_no_change(repo: Cli) -> None:
    for path in (SPEC_PATH, SUITE):
        data = (repo.root / path).read_bytes().replace(b"\n", b"\r\n")
        (repo.root / path).write_bytes(data)
    assert changes(repo, "HEAD") == []


def test_moved_spec_and_renamed_suite_are_one_change(repo: Cli) -> None:
    git(repo.root, "mv", SPEC_PATH, "specs/store.yaml")
    assert repo("generate").exit == 0
    assert changes(repo, "HEAD") == [("", "renamed")]


def test_submodule_among_the_suites_is_no_suite(repo: Cli) -> None:
    head = git(repo.root, "rev-parse", "HEAD").strip()
    git(
        repo.root,
        "update-index",
        "--add",
        "--cacheinfo",
        f"160000,{head},generated/sub",
    )
    git(repo.root, "commit", "-q", "-m", "submodule")
    assert changes(repo, "HEAD~1..HEAD") == []


def test_names_with_quotes_and_line_ends_are_read(repo: Cli) -> None:
    name = 'specs/it\'s\n"x".yaml'
    repo.write(
        name, SPEC.replace("SH-", "SI-").replace("domain: shop", "domain: other")
    )
    commit(repo.root)
    found = changes(repo, "HEAD~1..HEAD")
    assert [change for change in found if change[0]] == [
        (f"SI-00{number}", "added") for number in (1, 2, 3)
    ]


def test_merge_base_is_what_three_dots_and_one_name_mean(repo: Cli) -> None:
    git(repo.root, "checkout", "-q", "-b", "side")
    suite_edit(BODY, "assert charge() == 2")(repo)
    commit(repo.root)
    git(repo.root, "checkout", "-q", "-")
    spec_edit(REFUND, "        summary: A refund is paid out.\n")(repo)
    commit(repo.root)
    git(repo.root, "checkout", "-q", "side")
    main = git(repo.root, "for-each-ref", "--format=%(refname:short)").split()
    (other,) = [name for name in main if name != "side"]
    body = [("SH-001", "body-changed")]
    assert changes(repo, other) == changes(repo, f"{other}...side") == body
    assert ("SH-002", "respecified") in changes(repo, f"{other}..side")


@pytest.mark.parametrize(
    ("revisions", "words"),
    [
        pytest.param("nowhere", "no commit is called 'nowhere'", id="unknown"),
        pytest.param("HEAD...no\nwhere", "no commit is called", id="line-end"),
        pytest.param("", "there is no remote", id="no-remote"),
    ],
)
def test_base_that_is_not_there_is_a_usage_error(
    repo: Cli, revisions: str, words: str
) -> None:
    result = repo("diff", *filter(None, [revisions]))
    assert result.exit == 2
    assert words in result.err
    assert "hint: " in result.err


def test_shallow_clone_names_the_command_that_helps(
    repo: Cli, tmp_path_factory
) -> None:
    suite_edit(BODY, "assert charge() == 2")(repo)
    commit(repo.root)
    clone = tmp_path_factory.mktemp("clone") / "shop"
    git(repo.root, "clone", "-q", "--depth", "1", repo.root.as_uri(), str(clone))
    shallow = Cli(clone, repo._capture)
    result = shallow("diff", "HEAD~1..HEAD")
    assert result.exit == 2
    assert "`git fetch --unshallow`" in result.err
    git(clone, "fetch", "-q", "--unshallow")
    assert changes(shallow, "HEAD~1..HEAD") == [("SH-001", "body-changed")]


def test_default_base_is_the_branch_of_the_remote(repo: Cli, tmp_path_factory) -> None:
    clone = tmp_path_factory.mktemp("clone") / "shop"
    git(repo.root, "clone", "-q", repo.root.as_uri(), str(clone))
    work = Cli(clone, repo._capture)
    work.replace(BODY, "assert charge() == 2")
    assert changes(work) == [("SH-001", "body-changed")]


def test_blobs_that_are_not_here_are_fetched(repo: Cli, tmp_path_factory) -> None:
    suite_edit(BODY, "assert charge() == 2")(repo)
    commit(repo.root)
    git(repo.root, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path_factory.mktemp("clone") / "shop"
    options = ("--filter=blob:none", "--no-checkout")
    git(repo.root, "clone", "-q", *options, repo.root.as_uri(), str(clone))
    git(clone, "checkout", "-q", "HEAD")
    partial = Cli(clone, repo._capture)
    assert changes(partial, "HEAD~1..HEAD") == [("SH-001", "body-changed")]


def test_linked_work_tree_is_compared(repo: Cli, tmp_path_factory) -> None:
    place = tmp_path_factory.mktemp("linked") / "shop"
    git(repo.root, "worktree", "add", "-q", str(place), "-b", "side")
    work = Cli(place, repo._capture)
    work.replace(BODY, "assert charge() == 2")
    assert changes(work, "HEAD") == [("SH-001", "body-changed")]


def test_project_in_a_folder_of_its_repository(repo: Cli, tmp_path_factory) -> None:
    outer = tmp_path_factory.mktemp("outer")
    (repo.root / ".git").rename(outer / ".git")
    repo.root.rename(outer / "inner")
    inner = Cli(outer / "inner", repo._capture)
    commit(outer)
    inner.replace(BODY, "assert charge() == 2")
    assert changes(inner, "HEAD") == [("SH-001", "body-changed")]


@pytest.mark.parametrize("side", ["base", "head"])
@pytest.mark.parametrize("path", [SPEC_PATH, SUITE])
def test_side_that_can_not_be_read_is_named(repo: Cli, side: str, path: str) -> None:
    whole = repo.read(path)
    repo.write(path, whole + "\n  : : (\n")
    if side == "base":
        commit(repo.root)
        repo.write(path, whole)
    result = repo("diff", "HEAD", "--format", "json")
    assert result.exit == 3
    wanted = f"HEAD:{path}" if side == "base" else path
    assert {finding["path"] for finding in result.json["findings"]} == {wanted}


def test_no_repository_is_a_usage_error(shop: Cli) -> None:
    result = shop("diff", "HEAD")
    assert result.exit == 2
    assert "no git repository" in result.err


def test_exit_code_says_whether_something_is_to_be_decided(repo: Cli) -> None:
    spec_edit("name: test_refund", "name: test_money_back")(repo)
    assert repo("diff", "HEAD", "--exit-code").exit == 0
    spec_edit("does not charge a card again", "charges once")(repo)
    assert repo("diff", "HEAD", "--exit-code").exit == 1


def test_text_names_decisions_first_with_both_requirements(repo: Cli) -> None:
    spec_edit("does not charge a card again", "charges once")(repo)
    lines = repo("diff", "HEAD").out.splitlines()
    commit_name = git(repo.root, "rev-parse", "HEAD")[:9]
    line = 1 + repo.read().splitlines().index("    def test_charged_once(self):")
    assert lines == [
        f"HEAD ({commit_name}) to the work tree",
        "",
        "to decide: 1",
        f"  SH-001 test_charged_once: suspect: {OLDER}",
        "    summary",
        "      - A repeated request does not charge a card again.",
        "      + A repeated request charges once.",
        "    specs/shop.yaml:14",
        f"    {SUITE}:{line}",
        "",
        "asked for something else: 1",
        "  SH-001 test_charged_once: asked for something else: its body did not change",
        "    summary",
        "      - A repeated request does not charge a card again.",
        "      + A repeated request charges once.",
        "",
        "in the domains that changed: suspect 0 -> 1",
        "at stake: $900,000 of revenue a year: shop",
    ]


def test_no_change_is_said_when_both_sides_were_read(repo: Cli) -> None:
    assert repo("diff", "HEAD").out.splitlines()[1:] == [
        "no change: both sides were read"
    ]


def test_the_page_lists_every_change() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(get_args(ChangeName))


def test_the_page_shows_the_text_and_the_data(repo: Cli) -> None:
    spec_edit("does not charge a card again", "charges once")(repo)
    (shown,) = re.findall(r"\$ suiteloom diff HEAD\n(.*?)\n```", PAGE, re.DOTALL)
    head, *rest = repo("diff", "HEAD").out.splitlines()
    assert head.split(")")[1] == shown.splitlines()[0].split(")")[1]
    assert [line for line in shown.splitlines()[1:] if line != "…"] == [
        line for number, line in enumerate(rest) if number < 8 or number > 14
    ]
    (example,) = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    data = repo("diff", "HEAD", "--format", "json").json
    wanted = json.loads(example)
    assert wanted.keys() == data.keys()
    assert wanted["changes"][0].keys() == data["changes"][0].keys()
    assert (
        wanted["changes"][0]["fields"][0].keys()
        == data["changes"][0]["fields"][0].keys()
    )
    assert wanted["changes"][0]["suite"] == data["changes"][0]["suite"]


def test_orphan_with_cases_has_the_body_it_had(repo: Cli) -> None:
    repo.replace('self.pending("SH-003"', 'assert sum(prices) == total  # ("SH-003"')
    assert repo("generate").exit == 0
    commit(repo.root)
    text = repo.read(SPEC_PATH)
    spec_edit(text[text.index("\n  - title: Cart") :], "\n")(repo)
    assert [found for found in changes(repo, "HEAD") if found[0] == "SH-003"] == [
        ("SH-003", "removed"),
        ("SH-003", "orphaned"),
    ]


def facts_of(cli: Cli, *arguments: str) -> CommentFacts | None:
    """What the Markdown of a comparison says of itself."""
    return facts_in(cli("diff", "HEAD", "--format", "markdown", *arguments).out)


@pytest.mark.parametrize("policy", get_args(CommentPolicy))
def test_markdown_says_when_the_project_wants_a_comment(repo, policy):
    repo.replace(
        "[tool.suiteloom]", f'[tool.suiteloom]\ncomment = "{policy}"', "pyproject.toml"
    )
    spec_edit("charge a card again", "charge twice")(repo)
    assert facts_of(repo) == CommentFacts("", "HEAD", 1, 2, policy)


def test_markdown_says_which_project_of_a_repository_it_is_about(repo):
    inner = repo.root / "services" / "shop"
    inner.mkdir(parents=True)
    for name in ("pyproject.toml", "specs", "generated"):
        git(repo.root, "mv", name, f"services/shop/{name}")
    commit(repo.root)
    found = facts_of(repo, "--project", str(inner))
    assert found == CommentFacts("services/shop", "HEAD", 0, 0, "decisions")


def test_a_need_for_comments_that_is_none_is_refused_with_its_place(repo):
    repo.replace(
        "[tool.suiteloom]", '[tool.suiteloom]\ncomment = "never"', "pyproject.toml"
    )
    result = repo("diff", "HEAD")
    assert result.exit == 2
    assert "pyproject.toml:2: `comment` can not be 'never'" in result.err
    assert "use one of decisions, changes, always" in result.err


def test_a_comparison_is_written_to_files_besides(repo, tmp_path):
    spec_edit("charge a card again", "charge twice")(repo)
    files = {form: tmp_path / f"out.{form}" for form in ("json", "markdown", "github")}
    also = [part for form in files for part in ("--also", f"{form}={files[form]}")]
    assert repo("diff", "HEAD", *also).exit == 0
    for form, file in files.items():
        assert file.read_text("utf-8") == repo("diff", "HEAD", "--format", form).out
    assert repo("diff", "HEAD", "--also", "gitlab=x").exit == 2
