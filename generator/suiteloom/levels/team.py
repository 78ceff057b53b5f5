"""Level 4: whether the team's own pytest collects the suites, and with the plugin. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from suiteloom.model import Config, Finding, PassedOver, Record, TeamCollection
from suiteloom.model.words import plural

__all__ = ["check_above", "check_others", "check_path", "check_start", "check_team"]

_LISTED = 3
_WITHOUT = "without it orphans and pending tests run, and markers are unknown"


def check_team(team: TeamCollection, config: Config) -> Iterator[Finding]:
    """Find what keeps a plain call of pytest from collecting the suites as they are meant.

    Args:
        team: What it collected, started in the project's root.
        config: Names the suites folder.

    Yields:
        A finding if the plugin was not at work, and one for each setting that keeps
        suites out; each names the setting and who makes it.
    """
    if team.plugin != "active":
        yield _without_plugin(team)
    groups: dict[tuple[str, str, str], list[PassedOver]] = {}
    for item in team.passed_over:
        groups.setdefault((item.setting, item.value, item.source), []).append(item)
    for items in groups.values():
        yield _passed_over(items, config.suites)


def check_above(team: TeamCollection, suites: Sequence[str]) -> Iterator[Finding]:
    """Find suites that pytest collects when it is started above the project.

    Args:
        team: What it collected there.
        suites: Paths of the suites.

    Yields:
        A finding if it collects any without the plugin at work for the project.
    """
    if team.record.problem or team.plugin == "active" or not team.settings_file:
        return
    paths = frozenset(suites)
    tests = [item for item in team.record.collected if item.path in paths]
    errors = [item for item in team.record.errors if item.path in paths]
    if not (tests or errors):
        return
    count = len({item.path for item in tests} | {item.path for item in errors})
    said = f"can not collect them: {errors[0].message}" if errors else _WITHOUT
    message = (
        f"pytest started in {team.folder} also comes to {plural(count, 'suite')}; its"
        f" root folder is {team.root}, where suiteloom's plugin is not at work: {said}"
    )
    hint = (
        f"leave the project's folder out there, with --ignore in {team.settings_file}"
    )
    yield Finding("CO406", "error", message, team.settings_file, 0, 0, hint)


def check_others(team: TeamCollection, suites: str) -> Iterator[Finding]:
    """Note that pytest can not collect something that is no suite.

    Args:
        team: What it collected.
        suites: The suites folder.

    Yields:
        One note at most: what is not in the suites folder is not ours to judge.
    """
    others = [e for e in team.record.errors if not e.path.startswith(f"{suites}/")]
    if not others:
        return
    first = others[0]
    files = plural(len({error.path for error in others}), "other file")
    message = f"pytest can not collect {files}, first {first.path}: {first.message}"
    hint = "a run of all tests stops there; `suiteloom run` does not"
    yield Finding("CO408", "note", message, first.path, first.line, 0, hint)


def check_path(
    team: TeamCollection, named: Record, suites: Sequence[str]
) -> Iterator[Finding]:
    """Find suites that can be imported only with the project's folder on the path.

    Args:
        team: What the team's own call collected.
        named: What was collected of `suites` with that folder first on the path.
        suites: Paths of suites.

    Yields:
        One warning at most.
    """
    if named.problem:
        return
    broken = {error.path for error in named.errors}
    errors = {
        error.path: error
        for error in reversed(team.record.errors)
        if error.path in suites and error.path not in broken
    }
    if not errors:
        return
    first = errors[min(errors)]
    what = "this suite" if len(errors) == 1 else plural(len(errors), "suite")
    message = f"`pytest` can not import {what}, `python -m pytest` can: {first.message}"
    hint = _on_the_path(team)
    yield Finding("CO410", "warning", message, first.path, first.line, 0, hint)


def check_start(plain: Record, team: TeamCollection) -> Iterator[Finding]:
    """Say that pytest can be started only with the project's folder on the path.

    Args:
        plain: What came of a start without it: no record.
        team: What came of one with it.

    Yields:
        One warning at most.
    """
    if team.record.problem:
        return
    said = f": {plain.output[-1]}" if plain.output else ""
    message = f"`pytest` can not be started here, `python -m pytest` can{said}"
    yield Finding("CO410", "warning", message, hint=_on_the_path(team))


def _on_the_path(team: TeamCollection) -> str:
    """How the project's folder comes onto the path of pytest."""
    if team.settings_file.endswith((".ini", ".cfg")):
        return f"add pythonpath = . to pytest's settings in {team.settings_file}"
    where = team.settings_file or "pyproject.toml"
    return f'add pythonpath = ["."] to [tool.pytest.ini_options] in {where}'


def _without_plugin(team: TeamCollection) -> Finding:
    cause = team.cause
    if team.plugin == "elsewhere" and team.root == ".":
        message = f"suiteloom's plugin knows a project by its configuration: {_WITHOUT}"
        hint = "write a suiteloom.toml; an empty one is enough"
    elif team.plugin == "elsewhere":
        message = (
            f"pytest's root folder is {team.root}, because of"
            f" {team.settings_file or 'where it was started'}; suiteloom's plugin works"
            f" for a project in that folder only: {_WITHOUT}"
        )
        hint = "give the project settings of its own: [tool.pytest.ini_options] in its"
        hint += " pyproject.toml, or a pytest.ini"
    elif team.plugin == "blocked":
        message = f"-p no:suiteloom in {cause} switches suiteloom's plugin off: "
        message += _WITHOUT
        hint = f"take it out of {cause}"
    else:
        message = f"{cause} keeps pytest from loading suiteloom's plugin: {_WITHOUT}"
        where = team.settings_file or "pytest's settings"
        hint = f"add -p suiteloom to addopts in {where}"
    path = "" if cause.isupper() else cause.rpartition(" ")[2]
    return Finding("CO406", "error", message, path, 0, 0, hint)


def _passed_over(items: Sequence[PassedOver], suites: str) -> Finding:
    first = items[0]
    reason, hint = _reason(first, suites)
    names = ", ".join(item.path for item in items[:_LISTED])
    more = f" and {len(items) - _LISTED} more" if len(items) > _LISTED else ""
    message = f"{reason}, so pytest does not collect {names}{more}"
    path = first.source if first.source and not first.source.isupper() else first.path
    return Finding("CO407", "error", message, path, 0, 0, hint)


def _reason(item: PassedOver, suites: str) -> tuple[str, str]:
    """The setting with its place, and what to change in it."""
    setting, value, source = item.setting, item.value, item.source
    place = f" in {source}" if source else ""
    if setting == "testpaths":
        return f"{setting}{place} does not contain {suites}", f"add {suites} to it"
    if setting == "python_files":
        name = item.path.rpartition("/")[2]
        by = (
            f"{setting}{place} ({value})"
            if source
            else f"{setting} (by default {value})"
        )
        return f"{by} does not match {name}", f"add a pattern that does to {setting}"
    if setting == "norecursedirs":
        by = f"{setting}{place}" if source else f"{setting} by default"
        return f"{by} leaves out {value}", f"take it out of {setting}"
    if setting.startswith("--ignore"):
        where = f"addopts of {source}" if source and not source.isupper() else source
        return f"{setting}={value} in {where or 'addopts'}", "take it out"
    if setting.startswith("collect_ignore"):
        return f"{setting}{place} names {value}", f"take it out of {setting}"
    if setting == "arguments":
        by = f"addopts{place} names what to collect ({value}) and not {suites}"
        return by, f"add {suites} to it"
    hint = "look for pytest_ignore_collect and pytest_collect_file in conftest files"
    return "a hook of a conftest or plugin leaves it out", hint
