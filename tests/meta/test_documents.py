"""What README and docs show is what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pending_calls import PENDING_CALL
from suiteloom.audit.score import CAP, WEIGHTS
from suiteloom.cli.edge import run_app
from suiteloom.model import AuditConfig, Config, HistoryConfig

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
SCAFFOLD = (ROOT / "docs" / "scaffold.md").read_text("utf-8")
COMPLIANCE = (ROOT / "docs" / "compliance.md").read_text("utf-8")
HISTORY = (ROOT / "docs" / "history.md").read_text("utf-8")
VERBS = (
    "init",
    "new",
    "ids",
    "add",
    "generate",
    "check",
    "diff",
    "comment",
    "report",
    "review",
    "watch",
    "history show",
    "history accept",
    "history export",
    "history import",
    "flaky",
    "slow",
    "compare",
    "run",
    "build",
    "merge",
    "status",
    "schema",
    "rename",
    "renumber",
    "absorb",
    "accept",
    "prune",
    "merge-driver",
    "audit",
    "rules",
    "explain",
    "claims",
    "templates eject",
    "templates check",
)
PAGES = COMMANDS + COMPLIANCE + SCAFFOLD + HISTORY


def shown(language: str) -> list[str]:
    """The code blocks of README in a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def help_of(verb: str, capfd: pytest.CaptureFixture[str]) -> str:
    assert run_app([*verb.split(), "--help"]) == 0
    return capfd.readouterr().out


def test_readme_is_short():
    assert len(README.splitlines()) < 150


def test_readme_walk_through(tmp_path, capfd):
    assert sum(len(b.splitlines()) for b in shown("yaml") + shown("python")) <= 25
    (tmp_path / "specs").mkdir()
    spec = tmp_path / "specs" / "checkout.yaml"
    spec.write_text(shown("yaml")[0], encoding="utf-8")
    project = ["--project", str(tmp_path)]
    suite = tmp_path / "generated" / "test_checkout_integration_comprehensive.py"
    body = "assert pay(order).charges == 1"
    first, second = shown("python")

    assert run_app(["generate", *project]) == 0
    text = PENDING_CALL.sub(body, suite.read_text("utf-8"))
    suite.write_text(text, encoding="utf-8")
    assert outline(text) == first

    summary = re.search("make the summary `(.*?)`", README)[1]
    changed = spec.read_text("utf-8").replace("A card is charged once.", summary)
    changed = changed.replace("test_charged_once", "test_repeated_request")
    spec.write_text(changed, encoding="utf-8")
    assert run_app(["generate", *project]) == 0
    assert outline(suite.read_text("utf-8")) == second
    capfd.readouterr()
    assert run_app(["check", *project]) == 1
    assert "ST311 CH-001" in capfd.readouterr().out
    assert (
        run_app([*re.search("`suiteloom (accept .*?)`", README)[1].split(), *project])
        == 0
    )
    run_app(["check", *project])
    assert "ST311" not in capfd.readouterr().out


def outline(suite: str) -> str:
    """A suite's one test as README shows it: the docstring cut after its first line."""
    test = suite[suite.index("    @pytest.mark.spec") :]
    return re.sub(r'("""[^\n]+)\n.*?"""', r'\1 …"""', test, flags=re.DOTALL)


def test_the_figures_of_readme_and_docs_are_true(capfd):
    code = run_app(["claims", "--project", str(ROOT), "--format", "json"])
    data = json.loads(capfd.readouterr().out)
    assert (code, data["findings"]) == (0, [])
    assert {"README.md", "docs/mutation.md", "docs/performance.md"} <= {
        claim["path"] for claim in data["claims"]
    }


def test_ci_runs_the_command_of_the_readme():
    commands = re.findall(r"```console\n(.*?)\n```", README, re.DOTALL)
    assert len(commands) == 2
    assert commands[0].endswith("uv run suiteloom build")
    assert "uv run pytest" in commands[1]
    assert "grep -m1 'uv run pytest' README.md" in (ROOT / ".ci" / "run").read_text(
        "utf-8"
    )


def test_links_lead_somewhere():
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    for page in pages:
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


@pytest.mark.parametrize("verb", VERBS)
def test_options_of_a_verb_are_documented(verb, capfd):
    text = help_of(verb, capfd)
    options = set(re.findall(r"(--[a-z-]+)", text)) - {"--help"}
    assert "Example: suiteloom" in text
    assert verb.partition(" ")[0] in README
    missing = {option for option in options if option not in PAGES}
    assert not missing


def test_every_verb_is_known_here():
    names = {str(command.name or command.callback.__name__) for command in commands()}
    assert names == {verb.partition(" ")[0] for verb in VERBS} - {
        "templates",
        "history",
    }


def commands():
    from suiteloom.cli.app import app

    return app.registered_commands


def test_documented_options_exist(capfd):
    known = set()
    for verb in VERBS:
        known |= set(re.findall(r"(--[a-z-]+)", help_of(verb, capfd)))
    shown = set(re.findall(r"`(--[a-z-]+)", PAGES + README))
    assert shown <= known


def test_configuration_table_is_complete():
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*?) \|", COMMANDS, re.MULTILINE)
    names = [name for name in Config.__slots__ if name not in {"source", "own"}]
    assert [name for name, _ in rows] == names
    for name, shown in rows:
        default = getattr(Config(), name)
        if name in {"audit", "history"}:
            continue
        if isinstance(default, str):
            assert shown == f'`"{default}"`'
        elif isinstance(default, int):
            assert shown == f"`{default}`"
        else:
            assert shown == (", ".join(default) or "none")


def test_audit_configuration_table_is_complete():
    table = COMPLIANCE.partition("## Configuration")[2]
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \|", table, re.MULTILINE)
    names = [name for row in rows for name in re.findall(r"`([a-z_]+)`", row)]
    assert sorted(names) == sorted(AuditConfig.__slots__)


def test_history_configuration_table_is_complete():
    rows = re.findall(r"^\| `([a-z_]+)` \| `?(\w+)`? \|", HISTORY, re.MULTILINE)
    defaults = HistoryConfig()
    assert dict(rows) == {
        name: str(getattr(defaults, name)).lower() for name in HistoryConfig.__slots__
    }


def test_weights_and_cap_are_documented():
    shown = dict(re.findall(r"(SL\d) (\d+)", COMPLIANCE.partition("| weights |")[2]))
    assert {family: float(weight) for family, weight in shown.items()} == WEIGHTS
    assert f"the score is no more than {CAP:.0f}" in COMPLIANCE


def test_the_page_of_rules_is_up_to_date(capfd):
    assert run_app(["rules", "--format", "markdown"]) == 0
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == capfd.readouterr().out


def test_no_page_speaks_of_what_is_not_there():
    known = {verb.partition(" ")[0] for verb in VERBS}
    for verb in re.findall(r"`suiteloom ([a-z-]+)", PAGES + README):
        assert verb in known
