"""The verbs `audit`, `rules` and `explain`."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from suiteloom.cli.besides import written_findings
from suiteloom.cli.completion import complete_code
from suiteloom.cli.options import (
    HERE,
    DebugOption,
    FormatOption,
    ProjectOption,
    ShardOption,
)
from suiteloom.cli.output import Output
from suiteloom.cli.progress import progress_on

if TYPE_CHECKING:
    from suiteloom.audit.engine.rule import Rule
    from suiteloom.workflows.audit import AuditReport
    from suiteloom.workflows.explain import Explanation

__all__ = ["audit", "explain", "rules"]

AuditFormat = Literal["text", "concise", "json", "sarif", "github", "gitlab", "junit"]
_MANY = 50
"""Findings above which each has one line, if no format is named."""

RulesFormat = Literal["text", "json", "markdown"]


def audit(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Test files and folders.")
    ],
    *,
    select: Annotated[
        str, typer.Option(metavar="CODES", help="Only these: SL6,SL201.")
    ] = "",
    ignore: Annotated[str, typer.Option(metavar="CODES", help="Leave these out.")] = "",
    extend_select: Annotated[
        str, typer.Option(metavar="CODES", help="These besides.")
    ] = "",
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="GLOB", help="Leave out files and folders."),
    ] = None,
    base_class: Annotated[
        str, typer.Option(metavar="DOTTED", help="What test classes must derive from.")
    ] = "",
    baseline: Annotated[
        str, typer.Option(metavar="FILE", help="Known findings of old code.")
    ] = "",
    write_baseline: Annotated[
        bool,
        typer.Option(
            "--write-baseline", help="Make that file, or take out of it what is gone."
        ),
    ] = False,
    diff: Annotated[
        str, typer.Option(metavar="BASE", help="Only what came in since a revision.")
    ] = "",
    statistics: Annotated[
        bool, typer.Option("--statistics", help="Show counts by rule.")
    ] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 even with findings.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=1, metavar="N", help="Number of processes.")
    ] = 2,
    shard: ShardOption = "",
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Judge unchanged files anew.")
    ] = False,
    project: ProjectOption = HERE,
    fail_on: Annotated[
        Literal["error", "warning"],
        typer.Option(help="The least severity that makes the exit code 1."),
    ] = "warning",
    format: Annotated[
        AuditFormat | None,
        typer.Option(
            "--format",
            help="How to print the result; text, and concise above 50 findings.",
        ),
    ] = None,
    debug: DebugOption = False,
) -> None:
    """Judge any pytest tests by the rules, with or without specs.

    Example: suiteloom audit tests --diff main
    """
    from suiteloom.workflows.audit import AuditOptions
    from suiteloom.workflows.audit import audit as run_audit
    from suiteloom.workflows.shards import read_shard

    options = AuditOptions(
        paths=tuple(paths),
        select=_codes(select),
        ignore=_codes(ignore),
        extend_select=_codes(extend_select),
        exclude=tuple(exclude or ()),
        folder=Path.cwd(),
        base_class=base_class,
        baseline=baseline,
        write_baseline=write_baseline,
        diff=diff,
        workers=workers,
        shard=read_shard(shard, os.environ),
        cache=not no_cache,
    )
    output = Output("text" if format in {None, "text", "concise"} else "json")
    with progress_on(output) as progress:
        report = run_audit(project, options, progress)
    by_count: AuditFormat = "concise" if len(report.findings) > _MANY else "text"
    _show(report, format or by_count, statistics=statistics)
    if not (report.passes(fail_on) or exit_zero or write_baseline):
        raise typer.Exit(1)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _show(report: AuditReport, format: AuditFormat, *, statistics: bool) -> None:
    from suiteloom.cli import audits, machine

    output = Output("json" if format == "json" else "text")
    if format == "json":
        output.json("audit", audits.audit_data(report))
    elif format in {"text", "concise"} and statistics:
        audits.show_statistics(output, report)
    elif format in {"text", "concise"}:
        audits.show_audit(output, report, concise=format == "concise")
    elif format == "junit":
        paths = [file.path for file in report.files]
        sys.stdout.write(machine.junit(paths, report.findings))
    else:
        rules = [audits.told(rule) for rule in report.rules]
        ends = [flaw.end for file in report.files for flaw in file.flaws]
        shown = written_findings(
            report.findings, format, report.root, "suiteloom audit", rules, ends
        )
        sys.stdout.write(shown)


def rules(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help="One rule or finding; all rules if none is named.",
            autocompletion=complete_code,
        ),
    ] = "",
    *,
    format: Annotated[
        RulesFormat, typer.Option("--format", help="How to print the result.")
    ] = "text",
    debug: DebugOption = False,
) -> None:
    """Print the rules of compliance, or what one code means.

    Example: suiteloom rules SL601
    """
    from suiteloom.audit.catalogue import RULES
    from suiteloom.audit.engine.rule import Rule
    from suiteloom.cli.audits import rules_markdown, show_rules
    from suiteloom.workflows.explain import explain as explain_code

    output = Output("json" if format == "json" else "text")
    found = explain_code(code) if code else None
    if format == "markdown" and (found is None or isinstance(found, Rule)):
        sys.stdout.write(rules_markdown((found,) if found else RULES))
    elif found is None:
        show_rules(output, RULES)
    else:
        _show_explanation(output, found)


def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help="A code of a finding or rule, or a rule's name.",
            autocompletion=complete_code,
        ),
    ],
    *,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Say what a code means: of a finding, or of a rule with its examples.

    Example: suiteloom explain DR212
    """
    from suiteloom.workflows.explain import explain as explain_code

    _show_explanation(Output(format), explain_code(code))


def _show_explanation(output: Output, found: Explanation | Rule) -> None:
    from suiteloom.cli.audits import show_rule
    from suiteloom.workflows.explain import Explanation

    if not isinstance(found, Explanation):
        show_rule(output, found)
    elif output.is_json:
        output.json("explain", asdict(found))
    else:
        output.line(f"{found.code} ({found.section.lower()})", "bold")
        output.line(f"What is wrong: {found.meaning}.")
        output.line(f"What to do: {found.remedy}.")
