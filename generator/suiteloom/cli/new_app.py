"""The verb `new`: where a list of tests comes from, and who answers the questions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from suiteloom.cli.asking import can_ask
from suiteloom.cli.completion import (
    complete_category,
    complete_goal,
    complete_segment,
    complete_service,
)
from suiteloom.cli.listed import (
    confirm_listing,
    list_options,
    listing_data,
    say_listing,
)
from suiteloom.cli.opening import open_settled
from suiteloom.cli.options import HERE, DebugOption, FormatOption, ProjectOption
from suiteloom.cli.output import Output, plural, print_findings
from suiteloom.cli.progress import progress_on
from suiteloom.errors import SpecError, StorageError, UsageError

if TYPE_CHECKING:
    from suiteloom.scaffold.lists.data import Listing, ListOptions
    from suiteloom.workflows.new import NewDomain

__all__ = ["new"]

_STDIN = "-"
_MOST = 10_000_000  # bytes; the reader of lists refuses fewer


def new(
    domain: Annotated[
        str, typer.Argument(metavar="DOMAIN", help="Its name; names the spec's file.")
    ],
    *,
    from_list: Annotated[
        str,
        typer.Option(
            "--from-list",
            metavar="FILE",
            help="The tests: .xlsx, CSV, Markdown, .feature or lines; - is stdin.",
        ),
    ] = "",
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="HEADER=FIELD",
            help="What a column of the list is; repeatable.",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="HEADER", help="A column to leave out; repeatable."
        ),
    ] = None,
    group: Annotated[
        str,
        typer.Option(
            "--group", metavar="TITLE", help="Group of the tests that have none."
        ),
    ] = "",
    numbered: Annotated[
        bool, typer.Option("--numbered", help="Numbered items are tests, not steps.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what would be left out.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Write what was read without asking.")
    ] = False,
    test: Annotated[
        list[str] | None,
        typer.Option(
            "--test",
            metavar="TEXT",
            help="One test, as `Group: name - summary`; repeatable.",
        ),
    ] = None,
    title: Annotated[
        str,
        typer.Option(
            "--title", metavar="TEXT", help="Its title; else its name in words."
        ),
    ] = "",
    summary: Annotated[
        str, typer.Option("--summary", metavar="TEXT", help="What it covers.")
    ] = "",
    category: Annotated[
        str,
        typer.Option(
            "--category",
            metavar="NAME",
            autocompletion=complete_category,
            help="Of its tests; else the first configured.",
        ),
    ] = "",
    service: Annotated[
        str,
        typer.Option(
            "--service",
            metavar="NAME",
            autocompletion=complete_service,
            help="The service it belongs to.",
        ),
    ] = "",
    mission_critical: Annotated[
        bool, typer.Option("--mission-critical", help="Mark its tests as such.")
    ] = False,
    revenue: Annotated[
        int | None,
        typer.Option(
            "--revenue", min=0, metavar="USD", help="Revenue behind it, a year."
        ),
    ] = None,
    protects: Annotated[
        str,
        typer.Option(
            "--protects", metavar="TEXT", help="What that revenue depends on."
        ),
    ] = "",
    segment: Annotated[
        list[str] | None,
        typer.Option(
            "--segment",
            metavar="NAME",
            autocompletion=complete_segment,
            help="Who gains from it; repeatable.",
        ),
    ] = None,
    goal: Annotated[
        str,
        typer.Option(
            "--goal",
            metavar="NAME",
            autocompletion=complete_goal,
            help="What they gain, of the configured goals.",
        ),
    ] = "",
    strategic_impact: Annotated[
        str,
        typer.Option(
            "--strategic-impact",
            metavar="TEXT",
            help="What that means for the business.",
        ),
    ] = "",
    prefix: Annotated[
        str,
        typer.Option(
            "--prefix", metavar="TEXT", help="Of its ids, as in SU-001; else initials."
        ),
    ] = "",
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Ask nothing, on a terminal either.")
    ] = False,
    project: ProjectOption = HERE,
    format: FormatOption = "text",
    debug: DebugOption = False,
) -> None:
    """Write the spec of a new domain from a list of its tests.

    On a terminal it asks for what is not given; what is left open says TODO.

    Example: suiteloom new checkout --from-list checkout.md
    """
    from suiteloom.workflows.new import DomainOptions, check_is_new, new_domain

    output = Output(format)
    if from_list and test:
        raise UsageError("--from-list and --test exclude each other")
    workspace = open_settled(project, output)
    check_is_new(workspace, domain)
    ask = can_ask(output) and not defaults and from_list != _STDIN
    reading = list_options(
        maps or [], ignore or [], group, strict=strict, numbered=numbered
    )
    listing = _listing(output, domain, from_list, test or [], reading, ask=ask)
    if from_list and ask and not yes:
        confirm_listing(output, listing, f"{workspace.config.specs}/{domain}.yaml")
    elif from_list and not output.is_json:
        say_listing(output, listing)
    given: dict[str, Any] = {
        "title": title,
        "summary": summary,
        "category": category,
        "service": service,
        "mission_critical": mission_critical,
        "annual_usd": revenue,
        "protects": protects,
        "segment": segment,
        "goal": goal,
        "strategic_impact": strategic_impact,
    }
    answers = {
        key: value
        for key, value in given.items()
        if value is not None and value not in ("", False)
    }
    options = DomainOptions(prefix, from_list, answers, ask)
    with progress_on(output) as progress:
        if not ask:  # a line that is drawn would be in the way of questions
            progress("writing the spec")
        made = new_domain(workspace, domain, listing, options)
    _show(output, made, listing)


def _listing(
    output: Output,
    domain: str,
    source: str,
    tests: list[str],
    options: ListOptions,
    *,
    ask: bool,
) -> Listing:
    """The tests: from a file, from options, or asked for one by one."""
    from suiteloom.scaffold.lists import read_list

    if source:
        with progress_on(output) as progress:
            progress("reading the list")
            return read_list(_read(source), source, domain=domain, options=options)
    if tests:
        return read_list("\n".join(tests).encode(), "--test", options=options)
    if not ask:
        raise UsageError(
            f"{domain} has no tests yet",
            hint="`--from-list FILE` or `--test 'Group: name - summary'` names them",
        )
    output.line("Its tests, one a line as `Group: name - summary`; an empty line ends:")
    lines: list[str] = []
    while line := _ask_line(f"{len(lines) + 1:>3}  "):
        try:
            read_list("\n".join([*lines, line]).encode(), "line")
        except SpecError as error:
            print_findings(output, error.findings)
        else:
            lines.append(line)
    if not lines:
        raise UsageError("no test was named; nothing was written")
    return read_list("\n".join(lines).encode(), "line")


def _ask_line(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError as error:
        raise UsageError(
            "the input ended before every question had an answer",
            hint="nothing was written; each question is also an option, see --help",
        ) from error


def _read(source: str) -> bytes:
    if source == _STDIN:
        return sys.stdin.buffer.read(_MOST)
    try:
        with Path(source).open("rb") as stream:
            return stream.read(_MOST)
    except OSError as error:
        raise StorageError(
            f"can not be read: {error.strerror}",
            path=source,
            hint="--from-list takes a text file, or - for the standard input",
        ) from error


def _show(output: Output, made: NewDomain, listing: Listing) -> None:
    suite = made.suite
    tests = sum(len(group.tests) for group in suite.groups)
    if output.is_json:
        data = {
            "path": made.path,
            "domain": suite.domain,
            "groups": len(suite.groups),
            "tests": tests,
            "to_do": made.to_do,
            **listing_data(listing),
        }
        output.json("new", data)
        return
    counts = f"{plural(len(suite.groups), 'group')}, {plural(tests, 'test')}"
    output.line(f"created {made.path}: {counts}")
    if made.to_do:
        text = plural(made.to_do, "text")
        output.line(f"{text} to be written; each says TODO, and `check` reports it")
    output.line(f"next: `suiteloom generate {suite.domain}`", stderr=True)
