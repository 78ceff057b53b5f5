"""The edge: whatever happens below ends here as one message and one exit code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import asdict
from functools import cache
from itertools import pairwise
from typing import Any, cast

import typer
from typer.models import CommandInfo

from suiteloom.cli.output import Output, print_error, print_findings
from suiteloom.cli.plain_arguments import read_plain
from suiteloom.errors import (
    RefusedError,
    SpecError,
    StorageError,
    SuiteloomError,
    UsageError,
)
from suiteloom.model import Finding

__all__ = ["run_app", "say_failure"]

_INTERRUPTED = 130
_INTERNAL = 6
_PLAIN = frozenset({"build", "check", "generate", "status"})
"""Verbs that are called all the time, and need no parser for plain arguments."""


def run_app(arguments: Sequence[str]) -> int:
    """Run a command line.

    Args:
        arguments: Without the program's name.

    Returns:
        The exit code.
    """
    own, rest = _cut(list(arguments))
    debug = "--debug" in own
    try:
        _check_rest(own, rest)
        if own and own[0] in _PLAIN:
            function = _function(own[0])
            values = read_plain(function, own[1:])
            if values is not None:
                function(**values)
                return 0
        _parser(own[0] if own else "")(args=own, prog_name="suiteloom", obj=rest)
    except typer.Exit as error:  # how a command ends that was called without a parser
        return error.exit_code
    except SystemExit as error:  # how the parser ends a command
        if _is_interrupt(error):
            print_error("interrupted")
        return error.code if isinstance(error.code, int) else 0
    except KeyboardInterrupt:
        print_error("interrupted")
        return _INTERRUPTED
    except Exception as error:
        if debug:
            raise
        return _failed(error, as_json=_wants_json(own))
    return 0


def _function(verb: str) -> Callable[..., None]:
    """The function of a verb, whose own defaults are what its parser gives for nothing."""
    from suiteloom.cli.app import app

    functions = {_verb(each): each.callback for each in app.registered_commands}
    return cast("Callable[..., None]", functions[verb])


@cache
def _parser(first: str) -> Callable[..., Any]:
    """What parses and runs a command line, given its first argument.

    To make the parser of every verb takes longer than most verbs do; where the first
    argument is a verb, no other is asked for.
    """
    from suiteloom.cli.app import app

    for command in app.registered_commands:
        if first and _verb(command) == first:
            app = copy(app)
            app.registered_commands = [command]
            app.registered_groups = []
            break
    for group in app.registered_groups:
        if first and group.name == first:
            app = copy(app)
            app.registered_commands = []
            app.registered_groups = [group]
            break
    return typer.main.get_command(app)


def _verb(command: CommandInfo) -> str:
    """The name of a command, which is that of its function if it was given none."""
    name = command.name or getattr(command.callback, "__name__", "")
    return typer.main.get_command_name(str(name))


def _failed(error: Exception, *, as_json: bool) -> int:
    """Say why a command failed; return its exit code."""
    if isinstance(error, UnicodeEncodeError):  # of an argument or a line typed in
        error = UsageError("not valid UTF-8", hint="write every text in UTF-8")
    elif isinstance(error, OSError):
        path, reason = str(error.filename or ""), error.strerror or str(error)
        text = reason if path else f"input or output failed: {reason}"
        error = StorageError(text, path=path)
    if isinstance(error, SuiteloomError):
        return _report(error, as_json=as_json)
    print_error(
        f"internal error: {type(error).__name__}: {error}",
        hint="this is a defect of suiteloom; `--debug` shows where",
    )
    return _INTERNAL


def say_failure(error: SuiteloomError) -> None:
    """Say what stopped a part of a command that goes on."""
    _report(error, as_json=False)


def _is_interrupt(error: BaseException | None) -> bool:
    """Whether it was an interrupt that the parser turned into an exit, without a word."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _cut(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Our own arguments, and those behind ``--``, which are pytest's."""
    if "--" not in arguments:
        return arguments, []
    index = arguments.index("--")
    return arguments[:index], arguments[index + 1 :]


def _check_rest(own: list[str], rest: list[str]) -> None:
    if rest and own[:1] != ["run"]:
        raise UsageError("only `suiteloom run` takes arguments behind --")


def _wants_json(arguments: Sequence[str]) -> bool:
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _report(error: SuiteloomError, *, as_json: bool) -> int:
    """Print an error in the words of the command."""
    findings: tuple[Finding, ...] = ()
    message = error.message
    if isinstance(error, SpecError | RefusedError):
        findings = error.findings
        message = f"{_reason(error)}: nothing was written ({error})"
    if as_json:
        with suppress(OSError):  # stdout may be what can not be written to
            Output("json").json("error", _error_data(error, message, findings))
    else:
        print_findings(Output(), findings)
    print_error(message, place=error.place, hint=error.hint)
    return error.exit_code


def _error_data(
    error: SuiteloomError, message: str, findings: tuple[Finding, ...]
) -> dict[str, Any]:
    """An error as data."""
    return {
        "exit": error.exit_code,
        "message": message,
        "path": error.path,
        "line": error.line,
        "column": error.column,
        "hint": error.hint,
        "findings": [asdict(finding) for finding in findings],
    }


def _reason(error: SpecError | RefusedError) -> str:
    """What findings have in common that stopped a command."""
    if isinstance(error, RefusedError):
        return "hand-written text is at stake"
    lists = all(finding.code.startswith("LI") for finding in error.findings)
    return "the list can not be taken" if lists else "the specs are not valid"
