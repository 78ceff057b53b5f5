"""What a history is asked for."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from suiteloom.model import (
    PastResult,
    PastRun,
    ResultKey,
    Revision,
    RunEnvironment,
    TestPlace,
)
from suiteloom.store.history.schema import BLOCK

if TYPE_CHECKING:
    import sqlite3

__all__ = [
    "all_places",
    "known_ids",
    "outcome_counts",
    "outcomes_of",
    "passed_durations",
    "past_runs",
    "places_of",
    "read_levels",
    "ready_for_level",
    "results_of_run",
    "results_of_test",
]

_RUNS = """
    SELECT runs.number, uid, started, took, revision, clean, branch,
        environments.name, environments.python, environments.system,
        runs.python, workers, coverage, packages, whole, tests, failed, thinned
    FROM runs JOIN environments ON environments.number = runs.environment
    ORDER BY started, runs.number
"""
_OF_TEST = f"""
    SELECT tests.variant, results.run, outcomes.name, results.duration
    FROM tests CROSS JOIN runs CROSS JOIN results ON results.test = tests.number
        AND results.run = runs.number AND results.block = runs.number / {BLOCK}
    JOIN outcomes ON outcomes.number = results.outcome WHERE tests.id = ?
"""
_OF_RUN = f"""
    SELECT tests.id, tests.variant, outcomes.name, duration
    FROM tests CROSS JOIN results ON results.test = tests.number
        AND results.run = ?1 AND results.block = ?1 / {BLOCK}
    JOIN outcomes ON outcomes.number = results.outcome ORDER BY tests.number
"""
_METRICS_OF_TEST = """
    SELECT tests.variant, metrics.run, metric_names.name, value
    FROM tests CROSS JOIN metrics ON metrics.test = tests.number
    JOIN metric_names ON metric_names.number = metrics.name
    WHERE tests.id = ?
"""
_METRICS_OF_RUN = """
    SELECT tests.id, tests.variant, metric_names.name, value
    FROM tests CROSS JOIN metric_names CROSS JOIN metrics
    ON metrics.test = tests.number AND metrics.name = metric_names.number
    WHERE metrics.run = ?
"""
_OUTCOME_COUNTS = """
    SELECT test, place, outcome, count(*)
    FROM results CROSS JOIN chosen USING (run) GROUP BY test, place, outcome
"""
_OUTCOMES_OF = f"""
    SELECT test, run, outcomes.name
    FROM json_each(?) AS tests CROSS JOIN json_each(?) AS runs CROSS JOIN results
    ON test = tests.value AND run = runs.value AND block = runs.value / {BLOCK}
    JOIN outcomes ON outcomes.number = outcome
"""
_DURATIONS = f"""
    SELECT chosen.value, tests.id, tests.variant, duration
    FROM json_each(?) AS chosen CROSS JOIN tests CROSS JOIN results
    ON results.test = tests.number AND results.run = chosen.value
        AND results.block = chosen.value / {BLOCK}
    WHERE outcome = (SELECT number FROM outcomes WHERE name = 'passed')
"""
_READY = f"""
    WITH here AS (
        SELECT number FROM runs WHERE NOT thinned
            AND environment = (SELECT environment FROM runs WHERE number = :run)),
    good AS (SELECT number FROM outcomes WHERE name = 'passed'),
    waiting AS (
        SELECT test FROM results
        WHERE block = :run / {BLOCK} AND run = :run AND outcome IN good
            AND test IN (SELECT number FROM tests WHERE NOT EXISTS (
                SELECT 1 FROM levels WHERE levels.test = tests.number
                AND environment = (SELECT environment FROM runs WHERE number = :run)))),
    passed AS (
        SELECT results.test, run FROM waiting CROSS JOIN here CROSS JOIN results
        ON block = here.number / {BLOCK} AND results.test = waiting.test
            AND run = here.number WHERE outcome IN good),
    ready AS (SELECT test FROM passed GROUP BY test HAVING count(*) >= :passes)
    SELECT number FROM runs WHERE number IN
        (SELECT run FROM passed WHERE test IN (SELECT test FROM ready))
    ORDER BY started, number
"""
_LEVELS = """
    SELECT tests.id, tests.variant, duration, spread
    FROM levels JOIN tests ON tests.number = levels.test
    JOIN environments ON environments.number = levels.environment
    WHERE environments.name = ? AND python = ? AND system = ?
"""


def past_runs(connection: sqlite3.Connection) -> list[PastRun]:
    """Every run, the oldest first."""
    return [_run(row) for row in connection.execute(_RUNS)]


def known_ids(connection: sqlite3.Connection) -> list[str]:
    """The ids that a run ever had a result of, sorted."""
    rows = connection.execute("SELECT DISTINCT id FROM tests ORDER BY id")
    return [row[0] for row in rows]


def results_of_test(
    connection: sqlite3.Connection, identity: str
) -> dict[int, dict[str, PastResult]]:
    """How one test ended: by number of the run, and by case."""
    metrics: dict[tuple[int, str], dict[str, float]] = {}
    for case, run, name, value in connection.execute(_METRICS_OF_TEST, (identity,)):
        metrics.setdefault((run, case), {})[name] = value
    found: dict[int, dict[str, PastResult]] = {}
    for case, run, outcome, duration in connection.execute(_OF_TEST, (identity,)):
        result = PastResult(outcome, duration, metrics.get((run, case), {}))
        found.setdefault(run, {})[case] = result
    return found


def results_of_run(
    connection: sqlite3.Connection, number: int
) -> dict[ResultKey, PastResult]:
    """How every test ended in one run."""
    metrics: dict[ResultKey, dict[str, float]] = {}
    for identity, case, name, value in connection.execute(_METRICS_OF_RUN, (number,)):
        metrics.setdefault(ResultKey(identity, case), {})[name] = value
    return {
        (key := ResultKey(identity, case)): PastResult(
            outcome, duration, metrics.get(key, {})
        )
        for identity, case, outcome, duration in connection.execute(_OF_RUN, (number,))
    }


def places_of(connection: sqlite3.Connection, identity: str) -> dict[int, TestPlace]:
    """Where a test stood from a run on, by number of the run."""
    rows = connection.execute(
        "SELECT run, domain, title, name FROM places WHERE id = ?", (identity,)
    )
    return {run: TestPlace(*place) for run, *place in rows}


def all_places(connection: sqlite3.Connection) -> dict[int, dict[str, TestPlace]]:
    """Where tests stood from a run on, by number of the run and id."""
    found: dict[int, dict[str, TestPlace]] = {}
    rows = connection.execute("SELECT run, id, domain, title, name FROM places")
    for run, identity, *place in rows:
        found.setdefault(run, {})[identity] = TestPlace(*place)
    return found


def outcome_counts(
    connection: sqlite3.Connection, groups: Mapping[int, int]
) -> Iterator[tuple[ResultKey, int, str, int]]:
    """How often tests ended how.

    Args:
        connection: Of a history.
        groups: The runs that count, by number, each with the group that it is of.

    Yields:
        Test, group, outcome, and how many of the group's runs it ended so in; tests are
        not mixed.
    """
    tests = _tests(connection)
    names = dict(connection.execute("SELECT number, name FROM outcomes"))
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute(
        "CREATE TEMP TABLE chosen (run INTEGER PRIMARY KEY, place INTEGER NOT NULL)"
    )
    connection.executemany("INSERT INTO chosen VALUES (?, ?)", groups.items())
    for test, group, outcome, count in connection.execute(_OUTCOME_COUNTS):
        yield tests[test], group, names[outcome], count
    connection.execute("DROP TABLE chosen")


def outcomes_of(
    connection: sqlite3.Connection, tests: Collection[ResultKey], runs: Collection[int]
) -> Iterator[tuple[ResultKey, int, str]]:
    """How tests ended in runs.

    Args:
        connection: Of a history.
        tests: The tests.
        runs: Numbers of runs.

    Yields:
        Test, run and outcome of each result that there is.
    """
    keys = {number: key for number, key in _tests(connection).items() if key in tests}
    chosen = (json.dumps(list(keys)), json.dumps(list(runs)))
    for test, run, outcome in connection.execute(_OUTCOMES_OF, chosen):
        yield keys[test], run, outcome


def passed_durations(
    connection: sqlite3.Connection, runs: Sequence[int]
) -> list[dict[ResultKey, int]]:
    """How long tests took where they passed, in microseconds.

    Args:
        connection: Of a history.
        runs: Numbers of runs.

    Returns:
        By test, for each of the runs in their order.
    """
    found: dict[int, dict[ResultKey, int]] = {run: {} for run in runs}
    rows = connection.execute(_DURATIONS, (json.dumps(list(runs)),))
    for run, identity, case, duration in rows:
        found[run][ResultKey(identity, case)] = duration
    return [found[run] for run in runs]


def ready_for_level(connection: sqlite3.Connection, run: int, passes: int) -> list[int]:
    """The runs in which tests passed that have no level yet and passed often enough.

    Args:
        connection: Of a history.
        run: The newest run; it says in which environment, and only its tests count.
        passes: How often a test has to have passed there.

    Returns:
        Numbers of runs, the oldest first; none if no test is ready.
    """
    rows = connection.execute(_READY, {"run": run, "passes": passes})
    return [row[0] for row in rows]


def read_levels(
    connection: sqlite3.Connection, environment: RunEnvironment
) -> dict[ResultKey, tuple[float, float]]:
    """The accepted durations in an environment, in microseconds, each with its spread."""
    place = (environment.name, environment.python, environment.system)
    rows = connection.execute(_LEVELS, place)
    return {
        ResultKey(name, case): (level, spread) for name, case, level, spread in rows
    }


def _tests(connection: sqlite3.Connection) -> dict[int, ResultKey]:
    rows = connection.execute("SELECT number, id, variant FROM tests")
    return {number: ResultKey(identity, case) for number, identity, case in rows}


def _run(row: tuple[Any, ...]) -> PastRun:
    """A run, as its row has it."""
    number, uid, started, took, commit, clean, branch, *rest = row
    name, short_python, system, python, workers, coverage, packages, *ends = rest
    whole, tests, failed, thinned = ends
    return PastRun(
        uid=uid,
        started_us=started,
        took_us=took,
        revision=Revision(commit, None if clean is None else bool(clean)),
        branch=branch,
        environment=RunEnvironment(name, short_python, system),
        python=python,
        workers=workers,
        coverage=coverage,
        packages=_packages(packages),
        is_whole=bool(whole),
        number=number,
        tests=tests,
        failed=failed,
        is_thinned=bool(thinned),
    )


def _packages(text: str) -> dict[str, str]:
    """Digests by package; none where they can not be read any more."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
