"""`status`: one honest table from specs, suites and the last run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from suiteloom.model import (
    CodeAge,
    Project,
    Revision,
    Suite,
    count_of,
    is_protecting,
    shares,
)
from suiteloom.store import present_revision
from suiteloom.workflows.audit import ComplianceReport, compliance
from suiteloom.workflows.disk import Disk
from suiteloom.workflows.evidence import Change, Known, gather
from suiteloom.workflows.project import Workspace, check_domains
from suiteloom.workflows.quarantines import Held, held_tests

__all__ = ["StatusReport", "SuiteStatus", "status"]


@dataclass(frozen=True, slots=True)
class SuiteStatus:
    """The numbers of one suite. Those of the run are None if it has no valid run.

    Attributes:
        domain: Its domain.
        specified: Tests in the spec.
        written: Specified tests on disk whose body is not pending.
        pending: Specified tests whose body is pending, or that are not on disk yet.
        suspect: Specified tests to be reviewed.
        orphaned: Units whose id no spec names.
        collected: Specified tests that pytest collected in the last run.
        unspecified: Tests that pytest collected from the suite and no spec names.
        passed: Tests all of whose cases passed in every environment of the last run.
        failed: Tests any of which failed.
        skipped: Written tests that ran and neither passed nor failed.
        rerun: Tests that passed only when they were run again.
        quarantined: Specified tests in quarantine; none of them is among those that passed,
            failed or were run again.
        unjustified: Specified tests whose BVJ lacks a field.
        revenue_usd: US dollars a year that the domain protects; None if its spec has no
            figure.
        covered_usd: The same if every specified test passed and nothing speaks against
            it, else 0.
        protected_usd: The part of it that belongs to the tests that did, each standing for
            an equal part.
        stale: Whether the suite was run, but it or the code under test changed since.
        stale_because: Which of the two did; ``suite`` if both. Empty if neither.
        stale_tests: Specified tests whose result is stale, so that it counts for nothing.
        score: Its compliance, 0 to 100; None if there is no suite on disk.
    """

    domain: str
    specified: int
    written: int
    pending: int
    suspect: int
    orphaned: int
    collected: int | None
    unspecified: int | None
    passed: int | None
    failed: int | None
    skipped: int | None
    rerun: int | None
    quarantined: int
    unjustified: int
    revenue_usd: int | None
    covered_usd: int | None
    protected_usd: int | None
    stale: bool
    stale_because: Change
    stale_tests: int | None
    score: float | None


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The status of every suite, and what the last run says of itself.

    Attributes:
        suites: In spec order, then files that no spec claims.
        environments: Those of the last run.
        coverage: Of the last run, in percent, if it was measured.
        score: The compliance of the project, 0 to 100; None without tests.
        ran_at: What the work tree was at the last run; None if there is none.
        present: What it is now; nothing is known of it if there was no run.
        age: How the results of the last run stand to the code under test; None if there
            is none.
        held: The tests in quarantine.
    """

    suites: tuple[SuiteStatus, ...]
    environments: tuple[str, ...]
    coverage: float | None
    score: float | None
    ran_at: Revision | None = None
    present: Revision = field(default_factory=Revision)
    age: CodeAge | None = None
    held: tuple[Held, ...] = ()

    @property
    def totals(self) -> dict[str, int | float | None]:
        """Sums by column, None where no suite has a number, and the project's score."""
        return {**{name: self._sum(name) for name in COLUMNS}, "score": self.score}

    def _sum(self, name: str) -> int | None:
        values = [getattr(suite, name) for suite in self.suites]
        known = [value for value in values if value is not None]
        return sum(known) if known else None


COLUMNS = (
    "specified",
    "written",
    "pending",
    "suspect",
    "orphaned",
    "collected",
    "unspecified",
    "passed",
    "failed",
    "skipped",
    "rerun",
    "quarantined",
    "stale_tests",
    "unjustified",
    "revenue_usd",
    "covered_usd",
    "protected_usd",
)


def status(
    workspace: Workspace,
    project: Project | None = None,
    judged: ComplianceReport | None = None,
    *,
    domains: Iterable[str] = (),
    ids: Collection[str] | None = None,
    known: Known | None = None,
) -> StatusReport:
    """Count what is specified, written, collected and passed.

    Args:
        workspace: The project.
        project: Its specs, if they have been read already.
        judged: The compliance of these suites, if it is known already.
        domains: Which to count; none means all.
        ids: Of the tests and orphans to count; None means all. What is of a whole suite
            stays: its revenue, which is covered if all of its tests passed, and its score.
        known: What is known besides the specs, if it has been gathered already; else of
            the run that is kept as the last, and the project's own history.

    Returns:
        The report, suites in spec order, then, if no domain is named, files that no
        spec claims.

    Raises:
        UsageError: If a domain is unknown.
        SpecError: If a spec is wrong.
        StorageError: If a file can not be read.
    """
    project = project or workspace.load()
    names = tuple(domains)
    wanted = check_domains(project, names)
    chosen = [suite for suite in project.suites if suite.domain in wanted]
    judged = judged or compliance(workspace, project, [suite.path for suite in chosen])
    known = known or gather(workspace, project, chosen)
    last = known.last
    shown = [
        test
        for test in held_tests(workspace, chosen, known.outcomes, known.history)
        if ids is None or test.id in ids
    ]
    suites = [_suite_status(suite, known, judged, ids) for suite in chosen]
    stale = {suite.domain for suite in suites if suite.stale}
    held = [replace(t, outcome="") if t.domain in stale else t for t in shown]
    if not names:
        suites += _unclaimed(project, known.disk)
    return StatusReport(
        suites=tuple(suites),
        environments=last.environments if last else (),
        coverage=last.coverage if last else None,
        score=judged.score.value if judged.score.tests else None,
        ran_at=last.revision if last else None,
        present=present_revision(workspace.root) if last else Revision(),
        age=known.age,
        held=tuple(held),
    )


def _suite_status(
    suite: Suite,
    known: Known,
    judged: ComplianceReport,
    wanted: Collection[str] | None,
) -> SuiteStatus:
    here = known.of(suite)
    ids = [name for name in here.tests if wanted is None or name in wanted]
    counted = set(ids)
    written = sum(not here.tests[name].is_pending for name in ids)
    specified = _known_in(known.disk, suite)
    run = here.run
    ended = [name for name in ids if name in known.outcomes]
    stale = None if run is None else len(ended) if here.changed else 0
    collected = unspecified = passed = failed = skipped = rerun = None
    if run is not None and not here.changed:
        collected = len(run.collected & counted)
        unspecified = None if wanted else run.unspecified.get(suite.path, 0)
        counts = Counter(
            count_of(known.outcomes[name], quarantined=name in known.held)
            for name in ended
        )
        passed, failed = counts["passed"], counts["failed"]
        skipped, rerun = counts["skipped"], counts["rerun"]
    revenue = suite.revenue.annual_usd if suite.revenue else None
    protecting = [is_protecting(evidence) for evidence in here.tests.values()]
    covered = protected = None
    if revenue is not None:
        parts = zip(shares(revenue, len(protecting)), protecting, strict=True)
        protected = sum(usd for usd, is_safe in parts if is_safe)
        covered = revenue if protecting and all(protecting) else 0
    return SuiteStatus(
        domain=suite.domain,
        specified=len(ids),
        written=written,
        pending=len(ids) - written,
        suspect=sum(here.tests[name].is_suspect for name in ids),
        orphaned=sum(
            name not in specified and (wanted is None or name in wanted)
            for name in here.units
        ),
        collected=collected,
        unspecified=unspecified,
        passed=passed,
        failed=failed,
        skipped=skipped,
        rerun=rerun,
        quarantined=sum(name in known.held for name in ids),
        unjustified=sum(bool(t.bvj.missing) for t in suite.tests if t.id in counted),
        revenue_usd=revenue,
        covered_usd=covered,
        protected_usd=protected,
        stale=bool(here.changed),
        stale_because=here.changed,
        stale_tests=stale,
        score=scored.value if (scored := judged.by_path.get(suite.path)) else None,
    )


def _known_in(disk: Disk, suite: Suite) -> set[str]:
    """Ids in a suite file that are specified there or move elsewhere."""
    found = disk.suites.get(suite.path)
    live = {unit.id for unit in found.units if not unit.is_orphan} if found else set()
    return live | {test.id for test in suite.tests}


def _unclaimed(project: Project, disk: Disk) -> Iterator[SuiteStatus]:
    """Suites whose spec is gone: nothing but orphans."""
    for path in disk.unclaimed(suite.path for suite in project.suites):
        count = len(disk.suites[path].units)
        name = path.rpartition("/")[2]
        yield SuiteStatus(
            domain=name,
            specified=0,
            written=0,
            pending=0,
            suspect=0,
            orphaned=count,
            collected=None,
            unspecified=None,
            passed=None,
            failed=None,
            skipped=None,
            rerun=None,
            quarantined=0,
            unjustified=0,
            revenue_usd=None,
            covered_usd=None,
            protected_usd=None,
            stale=False,
            stale_because="",
            stale_tests=None,
            score=None,
        )
