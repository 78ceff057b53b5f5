"""From validated shapes to the model: inheritance, expansion, checks of one spec."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Protocol

from suiteloom.model import Bvj, Case, Config, Group, Quarantine, Revenue, Suite, Test
from suiteloom.model.identifiers import (
    class_name,
    closest,
    comparable,
    domain_problem,
    identifier_problem,
    sentence,
    short,
    suggestion,
    test_name_problem,
)
from suiteloom.model.quarantine import MAX_DAYS, latest_end
from suiteloom.model.words import TO_DO
from suiteloom.specs.places import Path
from suiteloom.specs.schema import (
    BvjShape,
    CaseShape,
    GroupShape,
    QuarantineShape,
    RevenueShape,
    SpecShape,
    TestShape,
)

__all__ = ["Report", "resolve"]


class Report(Protocol):
    """Takes one problem; raises once there are enough."""

    def __call__(
        self, code: str, place: Path, message: str, hint: str, first: Path | None = None
    ) -> None:
        """Take code, path of the value, message, hint and path of what it repeats."""


_RESERVED_PARAMETERS = frozenset({"self", "request"})


def resolve(
    shape: SpecShape,
    tests: Sequence[Sequence[TestShape | None]],
    config: Config,
    spec_path: str,
    report: Report,
    today: date | None = None,
) -> Suite:
    """Build the suite of one spec.

    Args:
        shape: The validated spec.
        tests: The validated tests of each group, None where one did not validate.
        config: What categories, segments, goals and markers there are.
        spec_path: POSIX, relative to the project root.
        report: Called for every problem.
        today: The day from which a quarantine may reach so far; None asks for no bound.

    Returns:
        The suite; not to be used if anything was reported.
    """
    resolver = _Resolver(config, report, today)
    bvj = resolver.bvj(Bvj(), shape.bvj, ("bvj",))
    groups = tuple(
        resolver.group(group, members, bvj, ("groups", index))
        for index, (group, members) in enumerate(zip(shape.groups, tests, strict=True))
    )
    domain = shape.domain or PurePosixPath(spec_path).stem
    category = shape.category or next(iter(config.categories), "")
    file_name = config.file_name.format(domain=domain, category=category)
    suite = Suite(
        domain=domain,
        title=shape.title,
        summary=shape.summary or "",
        category=category,
        service=shape.service or "",
        mission_critical=shape.mission_critical,
        environments=tuple(shape.environments),
        revenue=_revenue(shape.revenue),
        must_cover=tuple(shape.must_cover),
        bvj=bvj,
        groups=groups,
        spec_path=spec_path,
        path=f"{config.suites}/{file_name}",
    )
    resolver.suite(suite, shape)
    if all(test is not None for members in tests for test in members):
        resolver.coverage(suite)
    return suite


def _revenue(shape: RevenueShape | None) -> Revenue | None:
    return Revenue(shape.annual_usd, shape.protects) if shape else None


_NO_BVJ = Bvj()


def _own(shape: BvjShape, resolved: Bvj) -> Bvj:
    """The fields of a resolved BVJ that are written in one place."""
    if not shape.model_fields_set:
        return _NO_BVJ
    return Bvj(
        resolved.segment if shape.segment is not None else (),
        shape.goal or "",
        shape.value_impact or "",
        shape.strategic_impact or "",
    )


class _Resolver:
    """Resolves one spec and reports what does not fit the configuration."""

    def __init__(self, config: Config, report: Report, today: date | None) -> None:
        self._config = config
        self._report = report
        self._today = today

    def suite(self, suite: Suite, shape: SpecShape) -> None:
        """Check what concerns the spec as a whole."""
        if problem := domain_problem(suite.domain):
            self._bad_name(("domain",), suite.domain, problem, suggestion(suite.domain))
        self._known(("category",), suite.category, self._config.categories, "category")
        if suite.service:
            services = self._config.services or (suite.service,)
            self._known(("service",), suite.service, services, "service")
        self._expect(shape, suite)
        named = [(i, group) for i, group in enumerate(suite.groups) if group.class_name]
        self._unique(
            [("groups", i, "title") for i, group in named],
            [group.class_name for _, group in named],
            "class name",
        )

    def group(
        self,
        shape: GroupShape,
        tests: Sequence[TestShape | None],
        inherited: Bvj,
        path: Path,
    ) -> Group:
        """Resolve a group and its tests."""
        bvj = self.bvj(inherited, shape.bvj, (*path, "bvj"))
        name = class_name(shape.title)
        if not name:
            hint = "use letters and digits, for a name of under 100 characters"
            message = f"no class name can be made from {shape.title!r}"
            self._report("SP106", (*path, "title"), message, hint)
        resolved = tuple(
            self.test(test, bvj, (*path, "tests", index))
            for index, test in enumerate(tests)
            if test is not None
        )
        self._unique(
            [(*path, "tests", i, "name") for i, test in enumerate(tests) if test],
            [test.name for test in resolved],
            "test name in its class",
        )
        if shape.expect is not None and shape.expect.tests != len(tests):
            self._count(
                (*path, "expect", "tests"), shape.expect.tests, len(tests), "tests"
            )
        return Group(shape.title, name, bvj, resolved, _own(shape.bvj, bvj))

    def test(self, shape: TestShape, inherited: Bvj, path: Path) -> Test:
        """Resolve a test."""
        if problem := test_name_problem(shape.name):
            nearest = suggestion(shape.name, "test_")
            self._bad_name((*path, "name"), shape.name, problem, nearest)
        for index, marker in enumerate(shape.markers):
            place = (*path, "markers", index)
            self._known(place, marker, self._config.markers, "marker")
        bvj = self.bvj(inherited, shape.bvj, (*path, "bvj"))
        if bvj.missing and self._config.bvj == "fail":
            message = f"the BVJ of {shape.id} has no {', '.join(bvj.missing)}"
            hint = (
                "write it here, at the group or at the top of the file, or set"
                ' `bvj = "report"` in the configuration'
            )
            self._report("SP109", path, message, hint)
        return Test(
            id=shape.id,
            name=shape.name,
            summary=shape.summary or f"{sentence(shape.name)}.",
            kinds=tuple(shape.kinds or ()),
            is_async=shape.is_async,
            given=tuple(shape.given),
            when=tuple(shape.when),
            then=tuple(shape.then),
            covers=tuple(shape.covers),
            markers=tuple(shape.markers),
            origin=shape.origin,
            bvj=bvj,
            cases=self._cases(shape.cases, (*path, "cases")) if shape.cases else (),
            is_named=shape.summary is None,
            own_bvj=_own(shape.bvj, bvj),
            quarantine=self._quarantine(shape.quarantine, (*path, "quarantine")),
        )

    def _quarantine(
        self, shape: QuarantineShape | None, path: Path
    ) -> Quarantine | None:
        """Resolve a quarantine, whose last day may not be too far ahead."""
        if shape is None:
            return None
        place = (*path, "until")
        try:
            until = date.fromisoformat(shape.until)
        except ValueError:
            message = f"`until` is no day of the calendar: {shape.until}"
            self._report("SP105", place, message, "write it like 2027-01-15")
            return None
        if self._today is not None and until > (latest := latest_end(self._today)):
            message = f"the quarantine ends on {until}, over {MAX_DAYS} days from today"
            hint = (
                f"{latest} is the latest today (UTC); it can be extended before it ends"
            )
            self._report("SP112", place, message, hint)
        return Quarantine(until, shape.owner, shape.reason, shape.link or "")

    def bvj(self, inherited: Bvj, shape: BvjShape, path: Path) -> Bvj:
        """Override an inherited BVJ field by field."""
        if not shape.model_fields_set:
            return inherited
        segment = inherited.segment
        if shape.segment is not None:
            segment = self._segments(shape.segment, (*path, "segment"))
        if shape.goal not in (None, TO_DO):
            self._known((*path, "goal"), shape.goal, self._config.goals, "goal")
        return Bvj(
            segment,
            shape.goal or inherited.goal,
            shape.value_impact or inherited.value_impact,
            shape.strategic_impact or inherited.strategic_impact,
        )

    def _segments(self, names: list[str], path: Path) -> tuple[str, ...]:
        """Expand "All" and drop repetitions, keeping the order of the spec."""
        expanded: list[str] = []
        for index, name in enumerate(names):
            if name == "All":
                expanded += self._config.customer_segments
            else:
                if name != TO_DO:
                    known = ("All", *self._config.segments)
                    self._known((*path, index), name, known, "segment")
                expanded.append(name)
        return tuple(dict.fromkeys(expanded))

    def _cases(self, shapes: list[CaseShape], path: Path) -> tuple[Case, ...]:
        names = list(shapes[0].values)
        for name in names:
            problem = identifier_problem(name)
            if name in _RESERVED_PARAMETERS:
                problem = "has a meaning of its own in pytest"
            if problem:
                place = (*path, 0, "with", "#key", name)
                nearest = suggestion(name, suffix="value")
                self._bad_name(place, name, problem, nearest)
        for index, shape in enumerate(shapes):
            if set(shape.values) != set(names):
                message = (
                    f"the case has {_list(shape.values)}, the first {_list(names)}"
                )
                hint = "give every case the same parameters"
                self._report("SP105", (*path, index, "with"), message, hint)
        ids = [shape.id for shape in shapes]
        self._unique([(*path, i, "id") for i in range(len(ids))], ids, "case id")
        return tuple(
            Case(
                shape.id,
                shape.kind or "",
                tuple((name, shape.values.get(name)) for name in names),
            )
            for shape in shapes
        )

    def coverage(self, suite: Suite) -> None:
        """Check that covers and must_cover agree."""
        covered: set[str] = set()
        for group_index, group in enumerate(suite.groups):
            for index, test in enumerate(group.tests):
                covered.update(test.covers)
                for entry_index, entry in enumerate(test.covers):
                    path = (
                        "groups",
                        group_index,
                        "tests",
                        index,
                        "covers",
                        entry_index,
                    )
                    self._known(path, entry, suite.must_cover, "entry of must_cover")
        for index, entry in enumerate(suite.must_cover):
            if entry not in covered:
                message = f"no test covers {entry!r}"
                hint = "name it in the `covers` of the test that shows it"
                self._report("SP110", ("must_cover", index), message, hint)

    def _expect(self, shape: SpecShape, suite: Suite) -> None:
        tests = sum(len(group.tests) for group in shape.groups)
        if shape.expect.tests is not None and shape.expect.tests != tests:
            self._count(("expect", "tests"), shape.expect.tests, tests, "tests")
        groups = len(suite.groups)
        if shape.expect.groups is not None and shape.expect.groups != groups:
            self._count(("expect", "groups"), shape.expect.groups, groups, "groups")

    def _count(self, path: Path, expected: int, found: int, what: str) -> None:
        message = f"{expected} {what} expected, {found} found"
        hint = "write what is missing, or correct the number"
        self._report("SP108", path, message, hint)

    def _unique(self, paths: list[Path], names: list[str], what: str) -> None:
        seen: dict[str, Path] = {}
        for path, name in zip(paths, names, strict=True):
            first = seen.setdefault(comparable(name), path)
            if first != path:
                message = f"{name!r} is used a second time as a {what}"
                hint = "names must differ in more than case or character form"
                self._report("SP107", path, message, hint, first)

    def _known(self, path: Path, name: str, known: tuple[str, ...], what: str) -> None:
        if name not in known:
            close = closest(name, known)
            hint = f"did you mean {close!r}?" if close else f"known: {_list(known)}"
            self._report("SP104", path, f"{short(name)!r} is not a known {what}", hint)

    def _bad_name(self, path: Path, name: str, problem: str, nearest: str) -> None:
        hint = f"try {nearest!r}" if nearest and nearest != name else ""
        self._report("SP106", path, f"'{short(name)}' {problem}", hint)


def _list(names: Iterable[str]) -> str:
    return short(", ".join(names), 200) or "none"
