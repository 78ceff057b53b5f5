"""The configuration of a project, as read from pyproject.toml or suiteloom.toml."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from suiteloom.model.audit_config import AuditConfig
from suiteloom.model.history_config import HistoryConfig

__all__ = [
    "COMMENT_POLICIES",
    "ENVIRONMENTS",
    "KINDS",
    "MAX_SPEC_BYTES",
    "SCHEMA",
    "CommentPolicy",
    "Config",
    "Inherited",
    "Parallel",
    "Policy",
]

Policy = Literal["report", "fail"]

CommentPolicy = Literal["decisions", "changes", "always"]
"""When a comparison is worth a comment."""

COMMENT_POLICIES = ("decisions", "changes", "always")

Inherited = Literal["repeat", "omit"]
"""Whether docstrings repeat the fields of a BVJ that stand above them."""

Parallel = Literal["auto", "never"]
"""Whether `build` runs suites side by side where that pays off."""

ENVIRONMENTS = ("test", "dev", "staging", "prod")
"""The environments that a suite can run in, in the order of ``--env all``."""

KINDS = ("positive", "negative", "edge", "recovery")
"""What a test or a case shows of its subject."""

SCHEMA = "schema/spec.schema.json"
"""The JSON Schema of specs, relative to the root of a project."""

MAX_SPEC_BYTES = 5_000_000
"""The size of a spec; of a larger file nothing behind that is read."""


@dataclass(frozen=True, slots=True)
class Config:
    """What ``[tool.suiteloom]`` says, with defaults for what it leaves out.

    Folders are POSIX paths relative to the project root. `source` is the file that the
    configuration stands in, relative to the root, or empty if there is none. `own` are the
    modules of base classes that are part of the project, sorted: their imports stand apart
    from those of packages.
    """

    source: str = ""
    own: tuple[str, ...] = ()
    specs: str = "specs"
    suites: str = "generated"
    templates: str = ""
    file_name: str = "test_{domain}_{category}_comprehensive.py"
    base_class: str = "suiteloom.ssot.SSotBaseTestCase"
    async_base_class: str = "suiteloom.ssot.SSotAsyncTestCase"
    customer_segments: tuple[str, ...] = ("Free", "Early", "Mid", "Enterprise")
    internal_segments: tuple[str, ...] = ("Platform",)
    goals: tuple[str, ...] = (
        "Conversion",
        "Retention",
        "Expansion",
        "Stability",
        "Security",
        "Velocity",
        "Risk Reduction",
    )
    categories: tuple[str, ...] = ("unit", "integration", "e2e")
    services: tuple[str, ...] = ()
    markers: tuple[str, ...] = ("slow",)
    coverage: tuple[str, ...] = ()
    parallel: Parallel = "auto"
    bvj: Policy = "fail"
    inherited: Inherited = "repeat"
    pending: Policy = "report"
    suspect: Policy = "fail"
    orphan: Policy = "fail"
    comment: CommentPolicy = "decisions"
    quarantine_max: int = 10
    claims: tuple[str, ...] = ("README.md", "docs/**/*.md")
    history: HistoryConfig = field(default_factory=HistoryConfig)
    audit: AuditConfig = field(default_factory=AuditConfig)

    @property
    def bases(self) -> tuple[str, ...]:
        """Dotted paths of the classes that the suites are based on."""
        return (self.base_class, self.async_base_class)

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages under test, each once.

        Those that are measured, that must not be mocked, and that services have.
        """
        services = self.audit.services.values()
        of_services = (name for service in services for name in service.packages)
        every = (*self.coverage, *self.audit.subjects, *of_services)
        return tuple(dict.fromkeys(every))

    @property
    def segments(self) -> tuple[str, ...]:
        """Every segment that a BVJ may name, "All" left out."""
        return (*self.internal_segments, *self.customer_segments)
