"""Small projects in which one thing is wrong, each by the code of its finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from example import Example
from pending_calls import replaced

__all__ = [
    "BODY",
    "CASES",
    "FILES",
    "NOT_MADE_HERE",
    "OTHER",
    "OTHER_SUITE",
    "SPEC",
    "SUITE",
    "Case",
]

SPEC = "specs/shop.yaml"
SUITE = "generated/test_shop_unit_comprehensive.py"
OTHER = "specs/depot.yaml"
BODY = ("        self.pending()", "        assert self.env")
"""What stands in a suite, and what the first test of each is written as."""

OTHER_SUITE = "generated/test_depot_unit_comprehensive.py"
_HEAD = """\
suiteloom: 1
domain: {domain}
title: {title}
summary: From cart to paid order.
category: unit
revenue: {{annual_usd: 900000, protects: card payments}}
bvj:
  segment: [All]
  goal: Retention
  value_impact: Nobody pays twice.
  strategic_impact: Buyers come back.
groups:
"""
_TEST = """\
      - id: {id}
        name: test_{name}
        summary: The {name} is right.
        kinds: [positive]
"""
_CASES = """\
        cases:
          - {id: none, kind: edge, with: {price: 0}}
          - {id: some, kind: positive, with: {price: 3}}
"""


def _spec(domain: str, prefix: str, groups: dict[str, list[str]]) -> str:
    text = _HEAD.format(domain=domain, title=domain.title())
    number = 0
    for title, names in groups.items():
        text += f"  - title: {title}\n    tests:\n"
        for name in names:
            number += 1
            text += _TEST.format(id=f"{prefix}-{number:03d}", name=name)
    return text


FILES = {
    "pyproject.toml": '[tool.suiteloom]\npending = "report"\n\n'
    "[tool.pytest.ini_options]\n"
    'asyncio_default_fixture_loop_scope = "function"\n',
    SPEC: _spec("shop", "SH", {"Payment": ["charge", "refund"], "Cart": ["total"]})
    + _CASES,
    OTHER: _spec("depot", "DE", {"Stock": ["count", "order", "place", "pick", "send"]}),
}
"""A project of two domains; in the suites the first test of each is written."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to go wrong.

    Attributes:
        code: Of a finding that it leads to.
        make: Makes it of a project in order.
        verb: What meets the finding.
        name: Tells it from others of its code; else that of the function.
    """

    code: str
    make: Callable[[Example], None]
    verb: tuple[str, ...] = ("check",)
    name: str = ""

    @property
    def id(self) -> str:
        """What the case is called in a report."""
        return f"{self.code}-{self.name or self.make.__name__.strip('_')}"


def _in_suite(*changes: tuple[str, str]) -> Callable[[Example], None]:
    def make(project: Example) -> None:
        project.replace(SUITE, *changes)

    return make


def _in_spec(*changes: tuple[str, str]) -> Callable[[Example], None]:
    def make(project: Example) -> None:
        project.replace(SPEC, *changes)

    return make


def _both(*makes: Callable[[Example], None]) -> Callable[[Example], None]:
    def make(project: Example) -> None:
        for one in makes:
            one(project)

    return make


def _generated(project: Example) -> None:
    project.done()


def _unit(project: Example, identity: str, path: str = SUITE) -> str:
    """The text of a unit, from its marker to the blank line behind it."""
    text = project.read(path)
    start = text.index(f'    @pytest.mark.spec("{identity}"')
    rest = text[start:]
    ends = [rest.find(mark, 1) for mark in ("\n    @pytest.mark.spec", "\n\nclass ")]
    return rest[: min((end for end in ends if end > 0), default=len(rest))]


def _without_unit(identity: str) -> Callable[[Example], None]:
    def make(project: Example) -> None:
        text = project.read(SUITE)
        project.write(SUITE, text.replace(_unit(project, identity), ""))

    return make


def _copied(project: Example) -> None:
    project.write(SUITE, project.read(SUITE) + "\n" + _unit(project, "SH-003"))


def _swapped(project: Example) -> None:
    text = project.read(SPEC)
    start, middle = text.index("      - id: SH-001"), text.index("      - id: SH-002")
    end = text.index("  - title: Cart")
    swapped = text[middle:end] + text[start:middle]
    project.write(SPEC, text[:start] + swapped + text[end:])


def _name_of_a_helper(project: Example) -> None:
    text = project.read(SUITE)
    project.write(SUITE, text + "\n    def test_sum(self):\n        assert self.env\n")
    project.replace(SPEC, ("name: test_total", "name: test_sum"))


def _unspecified(project: Example) -> None:
    text = project.read(SUITE)
    project.write(
        SUITE, text + "\n    def test_extra(self):\n        assert self.env\n"
    )


def _hidden(project: Example) -> None:
    text = project.read(SUITE)
    project.write(
        SUITE, text + "\n    def test_total(self):\n        assert self.env\n"
    )


def _without_test(identity: str, path: str = SPEC) -> Callable[[Example], None]:
    def make(project: Example) -> None:
        text = project.read(path)
        start = text.index(f"      - id: {identity}\n")
        end = text.find("      - id: ", start + 1)
        project.write(path, text[:start] + (text[end:] if end > 0 else ""))

    return make


def _all_written_and_gone(project: Example) -> None:
    text = project.read(OTHER_SUITE)
    project.write(OTHER_SUITE, replaced(text, "self.pending()", "assert self.env"))
    text = project.read(OTHER)
    project.write(OTHER, text[: text.index("groups:")] + _spec_of_one())


def _spec_of_one() -> str:
    return "groups:\n  - title: Stock\n    tests:\n" + _TEST.format(
        id="DE-009", name="new"
    )


def _moved_to_the_other(project: Example) -> None:
    _without_test("SH-002")(project)
    text = project.read(OTHER)
    project.write(OTHER, text + _TEST.format(id="SH-002", name="refund"))


def _async_body(project: Example) -> None:
    project.replace(
        SPEC, ("name: test_charge\n", "name: test_charge\n        async: true\n")
    )
    project.done()
    project.replace(SUITE, ("assert self.env", "assert await self.stop()"))
    project.replace(SPEC, ("        async: true\n", ""))


def _file_renamed(project: Example) -> None:
    (project.root / SUITE).rename(project.root / "generated" / "test_moved.py")


def _unreadable_beside(project: Example) -> None:
    project.write("generated/more/test_more.py", "def test_a(:\n")


def _foreign(project: Example) -> None:
    project.write(SUITE, "import shop\n")


def _latin(project: Example) -> None:
    text = project.read(SUITE)
    project.write(SUITE, f"# coding: latin-1\n{text}".encode("latin-1"))
    project.replace(SPEC, ("The charge is right.", "The charge is 5 €."))


def _tabs(project: Example) -> None:
    text = project.read(SUITE)
    head, mark, rest = text.partition("class TestCart")
    project.write(SUITE, head + mark + rest.replace("    ", "\t"))
    text = project.read(SPEC)
    part = text[text.index("      - id: SH-002") : text.index("  - title: Cart")]
    text = text.replace(part, "").replace(
        "tests:\n      - id: SH-003", f"tests:\n{part}      - id: SH-003"
    )
    project.write(SPEC, text)


def _templates(project: Example) -> None:
    """A pack that writes one class text differently for one title."""
    assert project.run("templates", "eject").code == 0
    project.replace(
        "suite_templates/class.py.j2",
        (
            "{{ group.title }}.",
            "{{ group.title }}{% if suite.domain == 'shop' %}!{% endif %}.",
        ),
    )
    project.done()


_EDITED = ("The charge is right.", "The charge is never wrong.")
_SUSPECT = _both(_in_spec(_EDITED), _generated)

CASES = [
    Case("DR201", _in_suite(("assert self.env", "assert (")), name="syntax"),
    Case("DR201", _async_body),
    Case(
        "DR202",
        _in_suite(
            (
                "class TestCart",
                '@pytest.mark.spec("X-1")\ndef test_x(): ...\n\n\nclass TestCart',
            )
        ),
        name="stray",
    ),
    Case("DR203", _copied),
    Case(
        "DR204",
        _both(_in_suite(_EDITED), _in_spec((_EDITED[0], "It is right."))),
        ("generate",),
        "restore-helps",
    ),
    Case(
        "DR204",
        _both(
            _in_suite(_EDITED),
            _in_spec((_EDITED[0], "It is right.")),
            _hidden,
            _in_suite(
                (
                    "        self.pending()\n\n\nclass",
                    "        self.pending()\n\n\nclass",
                )
            ),
        ),
        name="beside-another",
    ),
    Case("DR205", _tabs),
    Case("DR206", _moved_to_the_other, ("generate", "shop")),
    Case("DR207", _foreign),
    Case("DR208", _latin),
    Case("DR210", _without_unit("SH-002"), name="unit-gone"),
    Case("DR211", _in_spec(_EDITED), name="spec-changed"),
    Case("DR211", _in_spec(("name: test_refund", "name: test_back")), name="renamed"),
    Case("DR212", _in_suite(_EDITED), name="summary"),
    Case("DR212", _in_suite(("def test_charge(", "def test_paid(")), name="name"),
    Case(
        "DR212", _in_suite(("def test_refund(", "async def test_refund(")), name="async"
    ),
    Case(
        "DR212",
        _in_suite(
            (
                '    def test_charge(self):\n        """The charge',
                '    def test_charge(self):\n        """More.\n\n        The charge',
            )
        ),
        name="not-absorbable",
    ),
    Case("DR212", _in_suite(('"""Payment.', '"""Money.')), name="class"),
    Case("DR214", _name_of_a_helper),
    Case("DR214", _in_spec(("id: SH-001", "id: SH-009")), name="id-changed"),
    Case("DR215", _all_written_and_gone, ("generate",)),
    Case("ST301", _in_suite(("class TestCart(", "class TestBasket(")), name="renamed"),
    Case("ST302", _without_unit("SH-002"), name="unit-gone"),
    Case("ST303", _unspecified),
    Case("ST304", _in_suite(("def test_charge(", "def test_paid(")), name="name"),
    Case("ST304", _templates),
    Case("ST305", _swapped),
    Case(
        "ST306",
        _in_suite(
            ("    @pytest.mark.unit\n    def test_refund", "    def test_refund")
        ),
        name="marker-gone",
    ),
    Case(
        "ST307",
        _in_suite(("Revenue protected: $900,000", "Revenue protected: $1")),
        name="revenue",
    ),
    Case(
        "ST308",
        _in_suite(('pytest.param(3, id="some")', 'pytest.param(4, id="some")')),
        name="value",
    ),
    Case("ST309", _hidden),
    Case(
        "ST310",
        lambda p: p.replace("pyproject.toml", ('"report"', '"fail"')),
        name="pending",
    ),
    Case("ST311", _SUSPECT, name="suspect"),
    Case("ST312", _both(_without_test("SH-001"), _generated), name="orphan"),
    Case("ST313", _file_renamed),
    Case("ST314", _unreadable_beside),
    Case(
        "ST316",
        _in_suite(('pending("SH-002"', 'pending("SH-003"')),
        name="pending-elsewhere",
    ),
]

NOT_MADE_HERE = {
    "DR216": "tests/functional/test_suite_places.py",
    "ST315": "tests/functional/test_suite_places.py",
    "DR209": "an internal proof that fails is a defect of suiteloom itself",
    "DR213": "absorb alone meets it, and its hint names an edit",
}
"""Codes of drift and structure that no project here leads to, with the reason."""
