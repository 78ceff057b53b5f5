"""What rules need to know of a project. Pure data that can go to another process."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Boundary", "Settings", "Specified"]


@dataclass(frozen=True, slots=True)
class Specified:
    """What a spec says of one test, as far as rules ask.

    Attributes:
        id: The test's id.
        name: The test function.
        domain: The spec's domain.
        category: Its category marker.
        covers: The `must_cover` entries it is to show.
        labels: The BVJ lines of its docstring by label: `BVJ`, `Value Impact`,
            `Strategic Impact`; empty where the spec has none.
    """

    id: str
    name: str
    domain: str
    category: str
    covers: tuple[str, ...]
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Boundary:
    """What belongs to one service: importable packages and folders of tests."""

    service: str
    packages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """How the rules read a tree.

    Attributes:
        base_class: Dotted path that sync test classes must derive from; empty: any.
        async_base_class: Dotted path for classes with async tests; empty: any.
        needs_bvj: Whether each test must have a Business Value Justification.
        omits_inherited: Whether what a test's docstring does not say of it stands in the
            docstring of its class, or of the module.
        needs_category: Whether each test must have a category marker.
        python_files: Patterns of test files, as pytest's setting.
        python_classes: Prefixes or patterns of test classes, as pytest's setting.
        python_functions: Prefixes or patterns of test functions, as pytest's setting.
        warns_by_error: Whether pytest makes errors of warnings.
        asyncio_auto: Whether async tests run without a marker.
        segments: Names that a BVJ may use, "All" left out.
        goals: Names that a BVJ may use.
        categories: Category markers.
        markers: Registered markers besides pytest's own; None: not known, any passes.
        no_mocks: Categories that forbid mocks of what is under test.
        subjects: Packages under test, as dotted prefixes; empty: every first-party one.
        first_party: Top-level modules found in the project.
        importable: Other top-level modules that can be imported; None: not known.
        boundaries: The services.
        specified: Specified tests by id.
        must_cover: For each domain the entries that its tests must cover, in order.
        ordered: Domains in which one test must show all entries in order.
    """

    base_class: str = ""
    async_base_class: str = ""
    needs_bvj: bool = False
    omits_inherited: bool = False
    needs_category: bool = False
    python_files: tuple[str, ...] = ("test_*.py", "*_test.py")
    python_classes: tuple[str, ...] = ("Test",)
    python_functions: tuple[str, ...] = ("test",)
    warns_by_error: bool = False
    asyncio_auto: bool = False
    segments: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    markers: frozenset[str] | None = None
    no_mocks: tuple[str, ...] = ("integration", "e2e")
    subjects: tuple[str, ...] = ()
    first_party: frozenset[str] = frozenset()
    importable: frozenset[str] | None = None
    boundaries: tuple[Boundary, ...] = ()
    specified: dict[str, Specified] = field(default_factory=dict)
    must_cover: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ordered: tuple[str, ...] = ()
