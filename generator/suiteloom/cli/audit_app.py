"""The verbs `audit` and `rules`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from suiteloom.cli.options import HERE, DebugOption, ProjectOption
from suiteloom.cli.output import Output

if TYPE_CHECKING:
    from suiteloom.workflows.audit import AuditReport

__all__ = ["audit", "rules"]

AuditFormat = Literal["text", "json", "sarif", "github", "junit"]
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
    project: ProjectOption = HERE,
    format: Annotated[
        AuditFormat, typer.Option("--format", help="How to print the result.")
    ] = "text",
    debug: DebugOption = False,
) -> None:
    """Judge any pytest tests by the rules, with or without specs.

    Example: suiteloom audit tests --diff main
    """
    from suiteloom.workflows.audit import AuditOptions
    from suiteloom.workflows.audit import audit as run_audit

    options = AuditOptions(
        paths=tuple(paths),
        select=_codes(select),
        ignore=_codes(ignore),
        base_class=base_class,
        baseline=baseline,
        write_baseline=write_baseline,
        diff=diff,
        workers=workers,
    )
    report = run_audit(project, options)
    _show(report, format, statistics=statistics)
    if not (report.passed or exit_zero or write_baseline):
        raise typer.Exit(1)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(",") if code.strip())


def _show(report: AuditReport, format: AuditFormat, *, statistics: bool) -> None:
    from suiteloom.cli import audits, machine

    output = Output("json" if format == "json" else "text")
    if format == "json":
        output.json("audit", audits.audit_data(report))
    elif format == "text" and statistics:
        audits.show_statistics(output, report)
    elif format == "text":
        audits.show_audit(output, report)
    elif format == "github":
        sys.stdout.write(machine.github_annotations(report.findings))
    elif format == "junit":
        paths = [file.path for file in report.files]
        sys.stdout.write(machine.junit(paths, report.findings))
    else:
        import json

        rules = [(r.code, r.name, r.summary, r.reason) for r in report.rules]
        log = machine.sarif(report.findings, rules)
        sys.stdout.write(json.dumps(log, indent=2) + "\n")


def rules(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="One rule; all if none is named.")
    ] = "",
    *,
    format: Annotated[
        RulesFormat, typer.Option("--format", help="How to print the result.")
    ] = "text",
    debug: DebugOption = False,
) -> None:
    """Print the rules of compliance, or one of them with its examples.

    Example: suiteloom rules SL601
    """
    from difflib import get_close_matches

    from suiteloom.cli.audits import rules_markdown, show_rule, show_rules
    from suiteloom.errors import UsageError
    from suiteloom.rules.compliance.catalogue import RULES

    output = Output("json" if format == "json" else "text")
    if not code and format != "markdown":
        show_rules(output, RULES)
        return
    by_name = {name: rule for rule in RULES for name in (rule.code, rule.name)}
    rule = by_name.get(code.upper()) or by_name.get(code.lower())
    if format == "markdown" and (rule or not code):
        sys.stdout.write(rules_markdown((rule,) if rule else RULES))
        return
    if rule is None:
        close = get_close_matches(code.upper(), by_name, n=1)
        hint = f"did you mean {close[0]}?" if close else "`suiteloom rules` lists them"
        raise UsageError(f"no rule is called {code!r}", hint=hint)
    show_rule(output, rule)
