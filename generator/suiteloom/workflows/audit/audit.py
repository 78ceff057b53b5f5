"""The verb `audit`: rules over a tree, and what of it is new."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from suiteloom.audit.catalogue import RULES, select
from suiteloom.audit.engine.examine import examine, examine_all
from suiteloom.audit.engine.facts import FileFacts
from suiteloom.audit.engine.library import Library
from suiteloom.audit.engine.rule import Rule
from suiteloom.audit.score import WEIGHTS, Score, compute_score
from suiteloom.errors import SpecError, UsageError
from suiteloom.model import Config, External, Finding, Project, Severity, Shard
from suiteloom.model.progress import Progress, silent
from suiteloom.results import has_ruff, run_ruff
from suiteloom.store import find_root, find_settings, load_config
from suiteloom.workflows.audit.baseline import (
    Known,
    count_known,
    read_baseline,
    relocate,
    subtract,
    write_baseline,
)
from suiteloom.workflows.audit.changes import changed_since, read_at
from suiteloom.workflows.audit.pool import examine_files
from suiteloom.workflows.audit.reading import Reading, read_settings
from suiteloom.workflows.audit.remembered import Remembered
from suiteloom.workflows.audit.shelves import shelve
from suiteloom.workflows.audit.tree import find_files
from suiteloom.workflows.project import Workspace

__all__ = ["AuditOptions", "AuditReport", "audit", "look"]


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What to look at, and for what.

    Attributes:
        paths: Files and folders.
        select: Beginnings of codes; none means those of the configuration.
        ignore: Beginnings of codes to leave out, besides those of the configuration.
        extend_select: Beginnings of codes to look for besides.
        exclude: Globs of paths to leave out, besides those of the configuration.
        folder: What paths are relative to; None: the project.
        base_class: Dotted path that test classes must derive from; empty: as configured.
        baseline: File of known findings; empty: as configured.
        write_baseline: Whether to write that file: all findings if there is none yet,
            else without those that are gone.
        diff: A revision: only what came in since. Empty: everything.
        workers: Number of processes.
        shard: Which share of the files to look at; None looks at all.
        cache: Whether to ask and tell what unchanged files came to before.
    """

    paths: tuple[str, ...]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    folder: Path | None = None
    base_class: str = ""
    baseline: str = ""
    write_baseline: bool = False
    diff: str = ""
    workers: int = 2
    shard: Shard | None = None
    cache: bool = True


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit found.

    Attributes:
        root: The folder that paths are relative to.
        files: Every file, in order, with what is to be reported of it.
        rules: The rules that were run.
        score: Of everything that was found, known or not.
        known: Findings that are in the baseline, or were there before the change.
        gone: Entries of the baseline that are not found any more; 0 in a shard, which is
            not asked for all of them.
        without_ruff: Codes of rules that were asked only in part, because ruff, which
            finds the rest for them, is not installed.
        shard: Which share of the files this is; None if it is all of them.
        files_of_all: How many files all shards have together.
        over_all: Codes of rules that look at all files and are not asked of a shard.
    """

    root: Path
    files: tuple[FileFacts, ...]
    rules: tuple[Rule, ...]
    score: Score
    known: int = 0
    gone: int = 0
    without_ruff: tuple[str, ...] = ()
    shard: Shard | None = None
    files_of_all: int = 0
    over_all: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, by place."""
        return tuple(flaw.finding for file in self.files for flaw in file.flaws)

    @property
    def tests(self) -> int:
        """Number of tests seen."""
        return sum(len(file.tests) for file in self.files)

    @property
    def suppressed(self) -> int:
        """Number of findings that comments suppress."""
        return sum(file.suppressed for file in self.files)

    def passes(self, least: Severity = "warning") -> bool:
        """Whether nothing was found that is as bad as `least`, or worse."""
        bad = {"error"} if least == "error" else {"error", "warning"}
        return not any(finding.severity in bad for finding in self.findings)


def audit(
    start: Path, options: AuditOptions, progress: Progress = silent
) -> AuditReport:
    """Look at tests.

    Args:
        start: The project, or a folder in it; any folder if there is no project.
        options: What to look at, and for what.
        progress: Told how many files are judged.

    Returns:
        The report, in the order of paths. Of a shard it has what an audit of everything
        finds in its files, but for the rules that look at all files.

    Raises:
        UsageError: If a path, code, baseline or revision is wrong, or a shard is to write
            a baseline.
        StorageError: If a file can not be read, or ruff can not be run.
    """
    progress("reading")
    folder, start = _absolute(options.folder or start), _absolute(start)
    if not start.is_dir():
        raise UsageError(f"no such folder: {start}", hint="pass --project DIR")
    asked = _above([folder / path for path in options.paths])
    around = asked if start == folder else start  # a project that is named is the one
    root, config, project = _open(start, around)
    reading = read_settings(root, config if config.suites else None, project, asked)
    if options.base_class:
        reading = _with_base(reading, options.base_class)
    rules = _rules(config, options)
    every = paths = _paths(root, folder, options, reading)
    over_all: tuple[str, ...] = ()
    if options.shard is not None:
        paths, rules, over_all = _share(every, rules, options)
    kept = Remembered(root, reading, rules) if options.cache else None
    files = look(root, paths, reading, rules, options.workers, progress, kept, every)
    files = leave_out(files, config)
    score = compute_score(files, rules, {**WEIGHTS, **config.audit.weights})
    lines = Lines(root)
    fresh, gone = files, 0
    if options.diff:
        former, moved = _former(root, options.diff, files, reading, rules)
        known = count_known(leave_out(former, config), lines.at(moved))
        fresh, _ = subtract(files, known, lines)
    elif baseline := options.baseline or config.audit.baseline:
        fresh, gone = _against(root, baseline, files, options, lines)
    return AuditReport(
        root,
        tuple(fresh),
        rules,
        score,
        _flaws(files) - _flaws(fresh),
        0 if over_all else gone,  # what it is not asked it does not miss
        without_ruff(rules),
        options.shard,
        len(every),
        over_all,
    )


def _flaws(files: Iterable[FileFacts]) -> int:
    return sum(len(file.flaws) for file in files)


def _share(
    paths: tuple[str, ...], rules: tuple[Rule, ...], options: AuditOptions
) -> tuple[tuple[str, ...], tuple[Rule, ...], tuple[str, ...]]:
    """The files of a shard, the rules that it can be asked, and codes of the others."""
    shard = options.shard
    if shard is None or shard.of == 1:
        return paths, rules, ()
    if options.write_baseline:
        hint = "write it in one job, without --shard"
        raise UsageError("a shard sees a part of the findings only", hint=hint)
    asked = tuple(rule for rule in rules if rule.across is None)
    over_all = tuple(rule.code for rule in rules if rule.across is not None)
    return paths[shard.number - 1 :: shard.of], asked, over_all


def without_ruff(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Codes of the rules that ruff has a part in, if it is not installed."""
    return () if has_ruff() else tuple(rule.code for rule in rules if rule.ruff)


def look(  # noqa: PLR0913, PLR0917 - all but four have a value that fits nearly always
    root: Path,
    paths: Sequence[str],
    reading: Reading,
    rules: Sequence[Rule],
    workers: int = 2,
    progress: Progress = silent,
    remembered: Remembered | None = None,
    every: Sequence[str] = (),
) -> list[FileFacts]:
    """Run every rule over files, the rules over all files included.

    Args:
        root: The folder that the paths are relative to.
        paths: The files.
        reading: How to read them.
        rules: Which rules to run.
        workers: Number of processes.
        progress: Told how many files are judged.
        remembered: Knows files that have not changed; None: every file is judged.
        every: Files that are not judged here, but may use what the others define.

    Raises:
        StorageError: If a file can not be read, or ruff can not be run.
    """
    known = remembered.find(paths) if remembered else {}
    asked = [path for path in paths if path not in known]
    progress("ruff")
    codes = {code for rule in rules for code in rule.ruff}
    external = run_ruff(root, asked, codes)
    new = examine_files(root, asked, reading, rules, external, workers, progress)
    if remembered:
        remembered.keep(new)
    by_path = {**known, **{file.path: file for file in new}}
    facts = [by_path[path] for path in paths]
    return _across(facts, reading, rules, shelve(root, facts, reading, every))


def _across(
    files: Sequence[FileFacts],
    reading: Reading,
    rules: Sequence[Rule],
    library: Library,
) -> list[FileFacts]:
    """Rules over all files: over the suites, and over the others."""
    suites = [file for file in files if reading.is_suite(file.path)]
    others = [file for file in files if not reading.is_suite(file.path)]
    found = [
        *examine_all(suites, reading.strict, rules, library),
        *examine_all(others, reading.plain, rules, library),
    ]
    by_path = {file.path: file for file in found}
    return [by_path[file.path] for file in files]


def leave_out(files: Iterable[FileFacts], config: Config) -> list[FileFacts]:
    """Take out what the configuration ignores at some paths."""
    globs = config.audit.per_path
    result = []
    for file in files:
        codes = tuple(
            code
            for pattern, ignored in globs.items()
            if fnmatchcase(file.path, pattern)
            for code in ignored
        )
        kept = (
            f for f in file.flaws if not (f.finding.code.startswith(codes) and codes)
        )
        result.append(replace(file, flaws=tuple(kept)) if codes else file)
    return result


class Lines:
    """Lines of files, of the one that was asked for last."""

    def __init__(self, root: Path, former: Mapping[str, bytes] | None = None) -> None:
        """Take where the files are, or their former bytes."""
        self._root = root
        self._former = former
        self._path = ""
        self._lines: list[str] = []

    def __call__(self, path: str) -> list[str]:
        """Return the lines of a file, without their ends."""
        if path != self._path:
            data = self._former.get(path) if self._former else None
            if data is None:
                data = (self._root / path).read_bytes()
            self._path = path
            self._lines = data.decode("utf-8", "replace").splitlines()
        return self._lines

    def at(self, former: Mapping[str, bytes]) -> Lines:
        """Return the lines of files as they were before."""
        return Lines(self._root, former)


def _absolute(path: Path) -> Path:
    return Path(os.path.normpath(path.absolute()))


def _above(paths: Iterable[Path]) -> Path:
    """The folder above all that is asked for, as pytest determines it."""
    found = Path(os.path.commonpath([os.path.normpath(path) for path in paths]))
    return found if found.is_dir() else found.parent


def _open(start: Path, asked: Path) -> tuple[Path, Config, Project | None]:
    """The project around a folder, or around what is asked for; else no specs.

    Without a project, the root is the folder where the command is given if it holds all
    that is asked for, and else the one where pytest has its settings.
    """
    for place in (start, asked):
        try:
            root = find_root(place)
        except UsageError:
            continue
        if asked.is_relative_to(root):
            break
    else:
        settings = find_settings(asked)
        above = settings.path.parent if settings else asked
        root = start if asked.is_relative_to(start) else above
        return root, Config(suites=""), None
    config = load_config(root)
    try:
        return root, config, Workspace(root, config).load()
    except (SpecError, UsageError):
        return root, config, None  # `check` says what is wrong with them


def _with_base(reading: Reading, dotted: str) -> Reading:
    strict = replace(reading.strict, base_class=dotted, async_base_class=dotted)
    plain = replace(reading.plain, base_class=dotted, async_base_class=dotted)
    return replace(reading, strict=strict, plain=plain)


def _rules(config: Config, options: AuditOptions) -> tuple[Rule, ...]:
    for code in (*options.select, *options.ignore, *options.extend_select):
        if not any(rule.code.startswith(code) for rule in RULES):
            raise UsageError(
                f"no rule begins with {code!r}", hint="`suiteloom rules` lists them"
            )
    chosen = options.select or config.audit.select
    extended = (*options.extend_select, *config.audit.extend_select)
    ignored = (*options.ignore, *config.audit.ignore)
    return select(chosen, ignored, extended, is_project=bool(config.suites))


def _paths(
    root: Path, folder: Path, options: AuditOptions, reading: Reading
) -> tuple[str, ...]:
    patterns = (*reading.plain.python_files, "conftest.py")
    exclude = (*reading.left.exclude, *options.exclude)
    left = replace(reading.left, exclude=exclude)
    return find_files(root, folder, options.paths, patterns, left)


def _former(
    root: Path,
    base: str,
    files: Sequence[FileFacts],
    reading: Reading,
    rules: Sequence[Rule],
) -> tuple[list[FileFacts], dict[str, bytes]]:
    """The same files as they were at a revision, under their present names."""
    changed = changed_since(root, base)
    wanted = {f.path: changed[f.path] for f in files if changed.get(f.path)}
    data = read_at(root, base, wanted.values())
    moved = {path: data[former] for path, former in wanted.items()}
    external = _ruff_on(moved, rules)
    former = [
        examine(
            file.path,
            moved[file.path],
            reading.of(file.path),
            rules,
            external.get(file.path, ()),
        )
        if file.path in moved
        else file
        for file in files
        if file.path not in changed or file.path in moved
    ]
    return _across(former, reading, rules, shelve(root, former, reading)), moved


def _ruff_on(
    files: Mapping[str, bytes], rules: Sequence[Rule]
) -> dict[str, list[External]]:
    """What ruff finds in files that are no longer on disk as they were."""
    codes = {code for rule in rules for code in rule.ruff}
    with tempfile.TemporaryDirectory(prefix="suiteloom-") as folder:
        root = Path(folder).resolve()
        for path, data in files.items():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        return run_ruff(root, sorted(files), codes)


def _against(
    root: Path,
    baseline: str,
    files: Sequence[FileFacts],
    options: AuditOptions,
    lines: Lines,
) -> tuple[list[FileFacts], int]:
    """Findings that are not in the baseline, and how many of it are gone.

    It is written if that is asked for.
    """
    path = root / baseline
    if not path.is_file():
        if not options.write_baseline:
            hint = "`--write-baseline` makes it"
            raise UsageError(f"no such baseline: {baseline}", hint=hint)
        known = count_known(files, lines)
        write_baseline(root, baseline, known)
        return subtract(files, known, lines)[0], 0
    there = {file.path for file in files}
    known = relocate(
        files,
        read_baseline(path),
        lines,
        lambda path: path in there or (root / path).exists(),
    )
    fresh, gone = subtract(files, known, lines)
    seen = {file.path for file in files}
    gone = Known(
        {k: n for k, n in gone.items() if k[0] in seen or not (root / k[0]).exists()}
    )
    if options.write_baseline:
        write_baseline(root, baseline, known - gone)
        return fresh, 0
    return fresh, gone.total()
