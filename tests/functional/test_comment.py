"""One comment on a pull request: written where there is a need, and never a stranger's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from forges import ACTIONS, Forge, Refusal, account_id, forge_at_work, pull

from suiteloom.cli.comparisons import comparison_markdown
from suiteloom.cli.edge import run_app
from suiteloom.model import Change, CommentFacts, Comparison, Place, Totals

ONE, TWO = "a" * 40, "b" * 40
FORK = "stranger/shop"


def markdown(*names: str, policy: str = "decisions", base: str = "origin/main") -> str:
    """What `diff` writes where tests are suspect, or merely added (with a +)."""
    spec, suite = Place("specs/shop.yaml", 3), Place("generated/test_shop.py", 9)
    changes = tuple(
        Change(
            "shop",
            name.strip("+"),
            f"test_{number}",
            "added" if "+" in name else "suspect",
            spec=spec,
            suite=suite,
        )
        for number, name in enumerate(names)
    )
    compared = Comparison(
        base, ONE, "HEAD", TWO, changes, Totals(), Totals(2), {"shop": 900_000}
    )
    return comparison_markdown(compared, policy)


@pytest.fixture
def forge():
    with forge_at_work(Forge()) as made:
        yield made


@pytest.fixture
def waited(monkeypatch):
    """How long was waited between requests; nothing is."""
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


@pytest.fixture
def job(forge, tmp_path, monkeypatch, capfd, waited):  # noqa: ARG001 - no waiting
    """Runs `comment` as a job of GitHub does, for an event."""
    for name in ("CI_API_V4_URL", "GH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("GITHUB_API_URL", forge.url)
    monkeypatch.setenv("GITHUB_GRAPHQL_URL", f"{forge.url}/graphql")
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/shop")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(tmp_path / "event.json"))

    def run(event: object, text: str, *arguments: str) -> tuple[int, str, str]:
        (tmp_path / "event.json").write_text(json.dumps(event), "utf-8")
        (tmp_path / "review.md").write_text(text, "utf-8")
        code = run_app(["comment", str(tmp_path / "review.md"), *arguments])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


def own(number: int = 1, commit: str = ONE) -> dict:
    """The event of a pull request from the repository itself."""
    return {"pull_request": pull(number, commit)}


def after_a_run(commit: str, source: str = FORK, event: str = "pull_request") -> dict:
    """The event that a run of a workflow is over."""
    repository = {"id": account_id(source), "full_name": source}
    run = {
        "event": event,
        "head_sha": commit,
        "head_branch": "topic",
        "head_repository": {**repository, "owner": {"login": source.partition("/")[0]}},
        "pull_requests": [],
    }
    return {"workflow_run": run}


def test_a_decision_is_commented_on_once(forge, job):
    forge.pulls = [pull(1, ONE)]
    code, out, err = job(own(), markdown("SH-001"))
    assert (code, err) == (0, "")
    assert out.startswith("commented on #1: https://forge.example/")
    (body,) = forge.bodies(1)
    assert "`SH-001`" in body
    assert body.endswith(f"\n\nAt `{ONE[:9]}`.\n")


def test_a_second_push_brings_the_comment_up_to_date(forge, job):
    forge.pulls = [pull(1, ONE)]
    job(own(), markdown("SH-001"))
    forge.pulls = [pull(1, TWO)]
    code, out, _ = job(own(commit=TWO), markdown("SH-002"))
    assert (code, out.split(":")[0]) == (0, "the comment is brought up to date on #1")
    (body,) = forge.bodies(1)
    assert "`SH-002`" in body
    assert "`SH-001`" not in body


def test_what_was_decided_leaves_one_line(forge, job):
    forge.pulls = [pull(1, ONE)]
    job(own(), markdown("SH-001"))
    code, _, _ = job(own(), markdown("SH-002+"))
    (body,) = forge.bodies(1)
    assert code == 0
    assert body.split("\n")[1:] == [
        f"suiteloom: nothing to decide any more, at `{ONE[:9]}`.",
        "",
    ]


def test_what_was_decided_and_is_open_again_is_commented_on_again(forge, job):
    forge.pulls = [pull(1, ONE)]
    for text in (markdown("SH-001"), markdown(), markdown("SH-003")):
        job(own(), text)
    (body,) = forge.bodies(1)
    assert "`SH-003`" in body


def test_the_same_again_writes_nothing(forge, job):
    forge.pulls = [pull(1, ONE)]
    job(own(), markdown("SH-001"))
    forge.asked.clear()
    code, out, _ = job(own(), markdown("SH-001"))
    assert (code, out) == (0, "the comment is already as it has to be on #1\n")
    assert [line for line in forge.asked if not line.startswith("GET")] == [
        "POST /graphql"
    ]


@pytest.mark.parametrize(
    ("policy", "names", "wanted"),
    [
        pytest.param("decisions", ["SH-001+"], False, id="decisions-and-a-change"),
        pytest.param("decisions", ["SH-001"], True, id="decisions-and-a-decision"),
        pytest.param("changes", [], False, id="changes-and-none"),
        pytest.param("changes", ["SH-001+"], True, id="changes-and-one"),
        pytest.param("always", [], True, id="always-and-none"),
    ],
)
def test_the_configuration_says_when_there_is_a_need(forge, job, policy, names, wanted):
    forge.pulls = [pull(1, ONE)]
    code, _, _ = job(own(), markdown(*names, policy=policy))
    assert code == 0
    assert len(forge.bodies(1)) == wanted


def test_a_run_for_a_fork_is_commented_on_by_the_job_after_it(forge, job):
    forge.pulls = [
        pull(1, ONE),
        pull(2, TWO, "other/shop"),
        pull(3, TWO, FORK),
        pull(4, ONE, FORK),
    ]
    code, _, err = job(after_a_run(TWO), markdown("SH-001"))
    assert (code, err) == (0, "")
    (body,) = forge.bodies(3)
    assert f"At `{TWO[:9]}`. A job with the code of `{FORK}` made this." in body
    assert list(forge.comments) == [3]


def test_a_run_for_an_own_branch_is_commented_on_by_the_job_after_it(forge, job):
    forge.pulls = [pull(1, ONE), pull(3, ONE, FORK)]
    assert job(after_a_run(ONE, "team/shop"), markdown("SH-001"))[0] == 0
    assert list(forge.comments) == [1]


@pytest.mark.parametrize(
    "pulls",
    [
        pytest.param([pull(3, ONE, FORK)], id="newer-commit"),
        pytest.param([pull(3, TWO, FORK, state="closed")], id="closed"),
        pytest.param([pull(3, TWO, "stranger/other")], id="another-repository"),
        pytest.param([], id="none"),
    ],
)
def test_a_run_that_is_outdated_comments_on_nothing(forge, job, pulls):
    forge.pulls = pulls
    code, out, _ = job(after_a_run(TWO), markdown("SH-001"))
    assert code == 0
    assert out.startswith(
        "no comment: GitHub knows no open request whose newest commit"
    )
    assert forge.comments == {}


def test_an_older_job_does_not_undo_what_a_newer_one_said(forge, job):
    forge.pulls = [pull(1, TWO)]
    job(own(commit=TWO), markdown("SH-002"))
    code, out, _ = job(own(commit=ONE), markdown("SH-001"))
    assert (code, out[:10]) == (0, "no comment")
    assert "`SH-002`" in forge.bodies(1)[0]


def test_of_two_requests_with_one_commit_the_base_decides(forge, job):
    forge.pulls = [pull(3, TWO, FORK), pull(4, TWO, FORK, base="release")]
    text = markdown("SH-001", base="origin/release")
    assert job(after_a_run(TWO), text)[0] == 0
    assert list(forge.comments) == [4]


def test_of_two_requests_with_one_commit_none_is_guessed(forge, job):
    forge.pulls = [pull(3, TWO, FORK), pull(4, TWO, FORK, base="release")]
    code, _, err = job(after_a_run(TWO), markdown("SH-001", base="v1"))
    assert code == 2
    assert "#3, #4 have the same newest commit" in err
    assert forge.comments == {}


def test_a_number_that_the_run_was_not_for_is_refused(forge, job):
    forge.pulls = [pull(1, ONE), pull(3, TWO, FORK)]
    code, _, err = job(after_a_run(TWO), markdown("SH-001"), "--number", "1")
    assert code == 2
    assert "the run was for #3, not for #1" in err
    assert forge.comments == {}


def test_a_number_that_the_event_contradicts_is_refused(forge, job):
    forge.pulls = [pull(1, ONE), pull(3, TWO, FORK)]
    code, _, err = job(own(), markdown("SH-001"), "--number", "3")
    assert code == 2
    assert "the job belongs to #1, not to #3" in err
    assert forge.comments == {}


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(after_a_run(TWO, event="push"), id="run-of-a-push"),
        pytest.param({}, id="push"),
    ],
)
def test_a_job_without_a_request_is_told(forge, job, event):
    forge.pulls = [pull(1, TWO)]
    code, _, err = job(event, markdown("SH-001"))
    assert code == 2
    assert "pull request" in err
    assert forge.comments == {}


def test_a_number_names_the_request_of_a_job_that_has_none(forge, job):
    forge.pulls = [pull(1, TWO)]
    assert job({}, markdown("SH-001"), "--number", "1")[0] == 0
    assert len(forge.bodies(1)) == 1


def test_a_stranger_with_our_first_line_keeps_the_comment(forge, job):
    forge.pulls = [pull(1, ONE)]
    theirs = markdown("SH-001")
    forge.comment(1, "stranger", theirs)
    assert job(own(), markdown("SH-002"))[0] == 0
    assert forge.bodies(1, "stranger") == [theirs]
    assert len(forge.bodies(1)) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("see <!-- suiteloom:diff {} -->", id="quoted"),
        pytest.param("<!-- suiteloom:diff {} -->\nours?", id="not-ours"),
        pytest.param("<!-- another tool -->\nsays so", id="another-tool"),
        pytest.param(CommentFacts("services/other").line + "\nx", id="another-project"),
    ],
)
def test_other_comments_of_the_same_account_stay(forge, job, text):
    forge.pulls = [pull(1, ONE)]
    forge.comment(1, ACTIONS, text)
    assert job(own(), markdown("SH-002"))[0] == 0
    assert forge.bodies(1)[0] == text
    assert len(forge.bodies(1)) == 2


def test_our_comment_is_found_behind_many(forge, job):
    forge.pulls = [pull(1, ONE)]
    for number in range(250):
        forge.comment(1, "stranger", f"remark {number}")
    job(own(), markdown("SH-001"))
    for number in range(250):
        forge.comment(1, "stranger", f"answer {number}")
    assert job(own(), markdown("SH-002"))[0] == 0
    (body,) = forge.bodies(1)
    assert "`SH-002`" in body


def test_two_of_ours_become_one(forge, job):
    forge.pulls = [pull(1, ONE)]
    forge.comment(1, ACTIONS, markdown("SH-001"))
    forge.comment(1, "stranger", "between")
    forge.comment(1, ACTIONS, markdown("SH-001"))
    assert job(own(), markdown("SH-002"))[0] == 0
    (body,) = forge.bodies(1)
    assert "`SH-002`" in body
    assert forge.bodies(1, "stranger") == ["between"]


def test_a_person_with_a_token_of_theirs_has_a_comment_of_theirs(
    forge, job, monkeypatch
):
    forge.tokens["mine"] = "someone"
    monkeypatch.setenv("GITHUB_TOKEN", "mine")
    forge.pulls = [pull(1, ONE)]
    forge.comment(1, ACTIONS, markdown("SH-001"))
    assert job(own(), markdown("SH-002"))[0] == 0
    assert "`SH-001`" in forge.bodies(1)[0]
    assert "`SH-002`" in forge.bodies(1, "someone")[0]


def test_the_longest_comparison_is_taken(forge, job):
    forge.pulls = [pull(1, ONE)]
    names = [f"SH-{number:05}" for number in range(2_000)]
    assert job(own(), markdown(*names))[0] == 0
    (body,) = forge.bodies(1)
    assert "changes more; `suiteloom diff` names all." in body


def test_the_outcome_is_there_as_data(forge, job):
    forge.pulls = [pull(1, ONE)]
    code, out, _ = job(own(), markdown("SH-001", "SH-002+"), "--format", "json")
    data = json.loads(out)
    assert (code, data["schema"], data["action"]) == (
        0,
        "suiteloom.comment/1",
        "created",
    )
    assert (data["facts"]["decisions"], data["facts"]["changes"]) == (1, 2)


def test_what_comes_in_may_be_the_standard_input(forge, job, monkeypatch):
    import io
    from types import SimpleNamespace

    forge.pulls = [pull(1, ONE)]
    job(own(), markdown())
    data = io.BytesIO(markdown("SH-001").encode())
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=data))
    assert run_app(["comment", "-"]) == 0
    assert len(forge.bodies(1)) == 1


REFUSED = [
    pytest.param(401, {}, 2, "GitHub does not take the token", id="401"),
    pytest.param(403, {}, 2, "pull-requests: write", id="403"),
    pytest.param(404, {}, 2, "GitHub does not find", id="404"),
    pytest.param(301, {"Location": "/elsewhere"}, 2, "has moved (301)", id="301"),
    pytest.param(422, {}, 6, "refuses a comment on #1 (422): no way", id="422"),
    pytest.param(403, {"Retry-After": "900"}, 6, "rate limit", id="secondary-limit"),
    pytest.param(
        403,
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9999999999"},
        6,
        "the rate limit of GitHub is reached until",
        id="limit",
    ),
    pytest.param(429, {}, 6, "rate limit", id="429"),
    pytest.param(502, {}, 6, "GitHub fails (502): no way", id="502"),
]


@pytest.mark.parametrize(("status", "headers", "code", "words"), REFUSED)
def test_a_refusal_is_one_message(forge, job, status, headers, code, words):
    forge.pulls = [pull(1, ONE)]
    body = {"message": "no way"}
    forge.refusals = [Refusal("POST", "/comments", status, headers, body, times=99)]
    found, out, err = job(own(), markdown("SH-001"))
    assert (found, out) == (code, "")
    assert err.startswith("error: ")
    assert words in err
    assert err.count("error: ") == 1
    assert "secret" not in err
    assert sum("POST /repos" in line for line in forge.asked) <= 3


def test_no_token_follows_to_another_address(forge, job):
    forge.pulls = [pull(1, ONE)]
    with forge_at_work(Forge()) as other:
        moved = {"Location": f"{other.url}/repos/team/shop/pulls/1"}
        forge.refusals = [Refusal("GET", "/pulls/1", 302, moved)]
        assert job(own(), markdown("SH-001"))[0] == 2
        assert other.asked == []


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param(Refusal("GET", "/comments", 502, times=2), id="read-twice-502"),
        pytest.param(Refusal("POST", "/comments", 502), id="write-502"),
        pytest.param(Refusal("POST", "/comments", 502, is_done=True), id="written-502"),
        pytest.param(Refusal("POST", "/comments", 429, {"Retry-After": "9"}), id="429"),
        pytest.param(Refusal("POST", "/graphql", 503), id="who-503"),
    ],
)
def test_what_passes_by_is_waited_for_and_one_comment_stands_there(
    forge, job, waited, refusal
):
    forge.pulls = [pull(1, ONE)]
    forge.refusals = [refusal]
    code, _, err = job(own(), markdown("SH-001"))
    assert (code, err) == (0, "")
    assert len(forge.bodies(1)) == 1
    assert 0 < sum(waited) < 30


def test_a_forge_that_is_not_there_is_one_message(job, monkeypatch):
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    code, _, err = job(own(), markdown("SH-001"))
    assert code == 6
    assert "GitHub can not be reached: " in err


def test_a_token_that_may_only_read_is_told_of_the_pair_of_workflows(forge, job):
    forge.pulls = [pull(1, ONE, FORK)]
    forge.readers = {"secret"}
    code, _, err = job({"pull_request": pull(1, ONE, FORK)}, markdown("SH-001"))
    assert code == 2
    assert "docs/ci.md has the pair of workflows for forks" in err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        pytest.param("GITHUB_TOKEN", "", "GITHUB_TOKEN is not set", id="no-token"),
        pytest.param("GITHUB_TOKEN", "a\nb", "is no token", id="token-of-two-lines"),
        pytest.param("GITHUB_REPOSITORY", "../x", "GITHUB_REPOSITORY", id="repository"),
        pytest.param("GITHUB_REPOSITORY", "", "no job of GitHub", id="nowhere"),
        pytest.param("GITHUB_API_URL", "file:///etc", "address of the API", id="file"),
        pytest.param("GITHUB_EVENT_PATH", "/nowhere", "names no event", id="event"),
    ],
)
def test_an_environment_that_is_none_is_one_message(
    forge, job, monkeypatch, name, value, words
):
    forge.pulls = [pull(1, ONE)]
    monkeypatch.setenv(name, value)
    code, _, err = job(own(), markdown("SH-001"))
    assert code == 2
    assert words in err
    assert forge.comments == {}


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"data": {"viewer": None}}, id="nobody"),
        pytest.param({"errors": [{"message": "no"}]}, id="error"),
        pytest.param([], id="list"),
    ],
)
def test_a_token_of_nobody_writes_nothing(forge, job, answer):
    forge.pulls = [pull(1, ONE)]
    forge.refusals = [Refusal("POST", "/graphql", 200, body=answer)]
    code, _, err = job(own(), markdown("SH-001"))
    assert code == 6
    assert "does not say whose the token is" in err
    assert forge.comments == {}


def test_a_file_that_is_not_there_is_one_message(tmp_path, capfd):
    assert run_app(["comment", str(Path(tmp_path, "none.md"))]) == 6
    assert "none.md: can not be read" in capfd.readouterr().err


def test_the_page_names_every_outcome_and_policy():
    from typing import get_args

    from suiteloom.model import CommentPolicy
    from suiteloom.workflows.comment.verb import CommentAction

    page = (Path(__file__).parents[2] / "docs" / "ci.md").read_text("utf-8")
    assert f"`action` is one of {', '.join(get_args(CommentAction))}." in page
    for policy in get_args(CommentPolicy):
        assert f'| `"{policy}"`' in page
