"""The verbs: arguments in, a workflow called, its result shown, an exit code out."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from suiteloom.cli import (
    audit_app,
    claims_app,
    comment_app,
    diff_app,
    history_app,
    merge_app,
    new_app,
    report_app,
    review_app,
    scaffold_app,
    shard_app,
    spec_app,
    templates_app,
    unit_app,
    watch_app,
)
from suiteloom.cli.besides import read_also, write_also
from suiteloom.cli.completion import (
    complete_category,
    complete_domain_or_id,
)
from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import (
    HERE,
    AllowMissingHostOption,
    AlsoOption,
    BaseOption,
    DebugOption,
    DomainsArgument,
    EnvironmentOption,
    FastFailOption,
    FormatOption,
    HistoryOption,
    JunitSplitOption,
    NoCoverageOption,
    ParallelOption,
    ProjectOption,
    ReportFolderOption,
    SelectOption,
    ShardOption,
    TxOption,
    WorkersOption,
)
from suiteloom.cli.output import Output, json_text
from suiteloom.cli.progress import progress_on, say_expected
from suiteloom.cli.selecting import selected
from suiteloom.errors import UsageError

if TYPE_CHECKING:
    from suiteloom.workflows.build import Step

__all__ = ["app"]

CheckFormat = Literal["text", "json", "sarif", "github", "gitlab"]

app = typer.Typer(
    name="suiteloom",
    help="Weave YAML specs into pytest suites and keep the two telling the same story.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.")
    ] = False,
) -> None:
    """Weave YAML specs into pytest suites and keep the two telling the same story."""


app.command()(scaffold_app.init)
app.command()(new_app.new)


@app.command()
def generate(
    domains: DomainsArgument = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if there is work.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
    restore: Annotated[
        bool,
        typer.Option("--restore", help="Undo edits of spec-owned text: the spec wins."),
    ] = False,
    keep_going: Annotated[
        bool,
        typer.Option("--keep-going", help="Write what can be written; still exit 4."),
    ] = False,
    allow_mass_orphan: Annotated[
        bool,
        typer.Option("--allow-mass-orphan", help="Let many bodies become orphans."),
    ] = False,
    break_hardlinks: Annotated[
        bool,
        typer.Option("--break-hardlinks", help="Write to files with several names."),
    ] = False,
    exit_code: Annotated[
        bool,
        typer.Option("--exit-code", help="Exit 1 if something was written."),
    ] = False,
    select: SelectOption = "",
    base: BaseOption = "",
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Write the suites that the specs describe, keeping every hand-written line.

    Example: suiteloom generate --diff
    """
    from suiteloom.cli.reports import show_changes, show_plan
    from suiteloom.workflows.generate import generate as run_generate
    from suiteloom.workflows.generate import preview

    output = Output(format)
    workspace = open_settled(project, output, writes=not (check or diff))
    chosen = selected(workspace, select, base, domains)
    names = chosen.domains if chosen else domains or ()
    options = None
    if keep_going or allow_mass_orphan or break_hardlinks:
        from suiteloom.workflows.planner import PlanOptions

        options = PlanOptions(
            allow_mass_orphan=allow_mass_orphan,
            keep_going=keep_going,
            break_hardlinks=break_hardlinks,
        )
    looks = check or diff
    work = preview if looks else run_generate
    with progress_on(output) as progress:
        plan = work(
            workspace, names, restore=restore, options=options, progress=progress
        )
    if diff and not output.is_json:
        show_changes(output, plan.changes)
    else:
        show_plan(output, plan, written=not looks)
    if plan.refusals:
        raise typer.Exit(4)
    if (check or exit_code) and plan.changes:
        raise typer.Exit(1)


@app.command()
def check(
    domains: DomainsArgument = None,
    *,
    select: SelectOption = "",
    base: BaseOption = "",
    project: ProjectOption = HERE,
    format: Annotated[
        CheckFormat, typer.Option("--format", help="How to print the result.")
    ] = "text",
    also: AlsoOption = None,
    debug: DebugOption = False,
) -> None:
    """Hold specs, suites and collection against one another; write nothing.

    Example: suiteloom check websocket_messaging
    """
    from suiteloom.cli.checks import show_check, written_check
    from suiteloom.workflows.check import check as run_check
    from suiteloom.workflows.project import open_workspace

    output = Output("json" if format == "json" else "text")
    files = read_also(also, ("json", "sarif", "github", "gitlab"))
    workspace = open_workspace(project)
    chosen = selected(workspace, select, base, domains)
    names = chosen.domains if chosen else domains or ()
    with progress_on(output) as progress:
        report = run_check(workspace, names, progress)
    if chosen:
        report = report.about({*chosen.ids, *chosen.orphans})
    write_also(files, lambda form: written_check(report, form, workspace.root))
    if format in {"text", "json"}:
        show_check(output, report)
    else:
        sys.stdout.write(written_check(report, format, workspace.root))
    if not report.passed:
        raise typer.Exit(3 if len(report.levels) == 1 else 1)


@app.command(epilog="What follows -- goes to pytest as it stands.")
def run(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="DOMAIN|ID",
            help="Domains, or ids of tests. All if none is named.",
            autocompletion=complete_domain_or_id,
        ),
    ] = None,
    *,
    category: Annotated[
        str,
        typer.Option(
            "--category",
            help="Only suites of this category.",
            autocompletion=complete_category,
        ),
    ] = "",
    pattern: Annotated[
        str,
        typer.Option("--pattern", metavar="GLOB", help="Only suites so named."),
    ] = "",
    expression: Annotated[
        str,
        typer.Option("-k", metavar="EXPR", help="Only tests that match, as in pytest."),
    ] = "",
    select: SelectOption = "",
    base: BaseOption = "",
    env: EnvironmentOption = None,
    parallel: ParallelOption = None,
    workers: WorkersOption = None,
    fast_fail: FastFailOption = False,
    no_coverage: NoCoverageOption = False,
    shard: ShardOption = "",
    tx: TxOption = None,
    allow_missing_host: AllowMissingHostOption = False,
    also: AlsoOption = None,
    junit_split: JunitSplitOption = None,
    history: HistoryOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Run the suites with pytest and compare what ran with what is specified.

    Example: suiteloom run --pattern "*comprehensive*" --parallel -- -q
    """
    from suiteloom.cli.reports import run_data, show_run
    from suiteloom.cli.run_files import read_run_files, rows_of
    from suiteloom.model.identifiers import is_id
    from suiteloom.workflows.project import open_workspace
    from suiteloom.workflows.run import RunOptions, environments
    from suiteloom.workflows.run import run as run_suites
    from suiteloom.workflows.shards import read_shard

    output = Output(format)
    files = read_run_files(also, junit_split)
    workspace = open_workspace(project)
    ids = tuple(name for name in names or () if is_id(name))
    if chosen := selected(workspace, select, base, names):
        ids = chosen.ids
        if not ids:
            raise UsageError(f"--select: {select} means orphans, which do not run")
    options = RunOptions(
        domains=tuple(name for name in names or () if name not in ids),
        ids=ids,
        expression=expression,
        category=category,
        pattern=pattern,
        environments=environments(env or ""),
        workers=str(workers) if workers else ("auto" if parallel else ""),
        fast_fail=fast_fail,
        coverage=not no_coverage,
        history=history,
        arguments=tuple(context.obj or ()),
        shard=read_shard(shard, os.environ),
        hosts=tuple(tx or ()),
        allow_missing_host=allow_missing_host,
    )
    report = run_suites(
        workspace,
        options,
        announce=output.announce,
        to_stderr=output.is_json,
        expect=lambda spent: say_expected(output, spent),
    )
    files.write(
        lambda: json_text("run", run_data(report)),
        lambda: rows_of(workspace, report.last_run, report.findings, report.project),
    )
    show_run(output, report)
    if report.interrupted:
        raise typer.Exit(130)
    if not report.passed:
        raise typer.Exit(1)


@app.command()
def build(
    domains: DomainsArgument = None,
    *,
    env: EnvironmentOption = None,
    parallel: ParallelOption = None,
    workers: WorkersOption = None,
    fast_fail: FastFailOption = False,
    no_coverage: NoCoverageOption = False,
    shard: ShardOption = "",
    also: AlsoOption = None,
    junit_split: JunitSplitOption = None,
    history: HistoryOption = None,
    report_folder: ReportFolderOption = None,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Generate, check and run the suites, then print the table of status.

    Suites run side by side where that pays off and pytest-xdist is installed.

    Example: suiteloom build --no-parallel
    """
    from suiteloom.cli.reports import build_data, show_step
    from suiteloom.cli.run_files import read_run_files, rows_of
    from suiteloom.workflows.build import build as run_build
    from suiteloom.workflows.run import SUITES, RunOptions, environments
    from suiteloom.workflows.shards import read_shard

    output = Output(format)
    files = read_run_files(also, junit_split)
    spread = SUITES if parallel is None else ("auto" if parallel else "")
    options = RunOptions(
        domains=tuple(domains or ()),
        environments=environments(env or ""),
        workers=str(workers) if workers else spread,
        fast_fail=fast_fail,
        coverage=not no_coverage,
        shard=read_shard(shard, os.environ),
        history=history,
    )
    workspace = open_settled(project, output)
    with progress_on(output) as progress:

        def tell(step: Step) -> None:
            progress.clear()
            show_step(output, step)

        report = run_build(
            workspace,
            options,
            tell=tell,
            announce=output.announce,
            to_stderr=output.is_json,
            progress=progress,
            expect=lambda spent: say_expected(output, spent),
        )
    files.write(
        lambda: json_text("build", build_data(report)),
        lambda: rows_of(
            workspace, report.run.last_run, report.run.findings, report.run.project
        ),
    )
    if report_folder is not None:
        report_app.write_reports(
            workspace, domains or (), report, report_folder, history
        )
    if output.is_json:
        output.json("build", build_data(report))
    if report.run.interrupted:
        raise typer.Exit(130)
    if not report.passed:
        raise typer.Exit(1)


@app.command()
def status(
    domains: DomainsArgument = None,
    *,
    select: SelectOption = "",
    base: BaseOption = "",
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Count per suite what is specified, written, collected and passed.

    Example: suiteloom status --format json
    """
    from suiteloom.cli.tables import show_status
    from suiteloom.workflows.project import open_workspace
    from suiteloom.workflows.status import status as run_status

    workspace = open_workspace(project)
    chosen = selected(workspace, select, base, domains)
    names = chosen.domains if chosen else domains or ()
    ids = {*chosen.ids, *chosen.orphans} if chosen else None
    report = run_status(workspace, domains=names, ids=ids)
    show_status(Output(format), report)


@app.command()
def schema(
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit 1 if it is out of date."),
    ] = False,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Write the JSON Schema of specs to schema/spec.schema.json.

    Example: suiteloom schema --check
    """
    from suiteloom.model import SCHEMA
    from suiteloom.workflows.project import open_workspace
    from suiteloom.workflows.schema import schema_change, write_schema

    workspace = open_workspace(project)
    change = schema_change(workspace) if check else write_schema(workspace)
    output = Output(format)
    if output.is_json:
        output.json("schema", {"path": SCHEMA, "changed": change is not None})
    elif change is None:
        output.line(f"{SCHEMA} is up to date")
    else:
        output.line(f"{SCHEMA} {'is out of date' if check else 'written'}")
    if check and change is not None:
        raise typer.Exit(1)


app.command("merge-driver")(merge_app.merge_driver)
app.command()(shard_app.merge)
app.command()(diff_app.diff)
app.command()(comment_app.comment)
app.command()(report_app.report)
app.command()(review_app.review)
app.command()(watch_app.watch)
app.add_typer(history_app.app, name="history")
app.command()(history_app.flaky)
app.command()(history_app.slow)
app.command()(history_app.compare)
app.command()(audit_app.audit)
app.command()(audit_app.rules)
app.command()(audit_app.explain)
app.command()(claims_app.claims)
app.command()(unit_app.rename)
app.command()(unit_app.renumber)
app.command()(unit_app.absorb)
app.command()(unit_app.accept)
app.command()(unit_app.prune)
app.add_typer(templates_app.app, name="templates")
app.command()(spec_app.ids)
app.command()(spec_app.add)
