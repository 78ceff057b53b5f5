"""The edge: whatever happens below ends here as one message and one exit code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from suiteloom.cli.output import Output, print_error, print_findings
from suiteloom.errors import RefusedError, SpecError, SuiteloomError, UsageError

__all__ = ["run_app"]

_INTERRUPTED = 130
_INTERNAL = 6


def run_app(arguments: Sequence[str]) -> int:
    """Run a command line.

    Args:
        arguments: Without the program's name.

    Returns:
        The exit code.
    """
    from suiteloom.cli.app import app

    own, rest = _cut(list(arguments))
    debug = "--debug" in own
    try:
        _check_rest(own, rest)
        app(args=own, prog_name="suiteloom", obj=rest)
    except SystemExit as error:  # how the parser ends a command
        if _is_interrupt(error):
            print_error("interrupted")
        return error.code if isinstance(error.code, int) else 0
    except SuiteloomError as error:
        if debug:
            raise
        return _report(error, as_json=_wants_json(own))
    except KeyboardInterrupt:
        print_error("interrupted")
        return _INTERRUPTED
    except Exception as error:
        if debug:
            raise
        print_error(
            f"internal error: {type(error).__name__}: {error}",
            hint="this is a defect of suiteloom; `--debug` shows where",
        )
        return _INTERNAL
    return 0


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
    if isinstance(error, SpecError | RefusedError):
        output = Output("json" if as_json else "text")
        print_findings(output, error.findings)
        print_error(f"{_reason(error)}: nothing was written ({error})")
    else:
        print_error(error.message, place=error.place, hint=error.hint)
    return error.exit_code


def _reason(error: SpecError | RefusedError) -> str:
    """What findings have in common that stopped a command."""
    if isinstance(error, RefusedError):
        return "hand-written text is at stake"
    lists = all(finding.code.startswith("LI") for finding in error.findings)
    return "the list can not be taken" if lists else "the specs are not valid"
