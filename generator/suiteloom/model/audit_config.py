"""What ``[tool.suiteloom.audit]`` says about compliance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["AuditConfig", "ServiceConfig"]


@dataclass(frozen=True, slots=True)
class ServiceConfig:
    """What belongs to one service.

    Attributes:
        packages: Importable packages, as dotted prefixes.
        tests: Folders of its tests, relative to the project root.
    """

    packages: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditConfig:
    """How compliance is judged.

    Attributes:
        select: Beginnings of the codes to look for; none means all.
        ignore: Beginnings of the codes to leave out.
        extend_select: Beginnings of the codes to look for besides.
        exclude: Globs of paths that are not looked at, files or folders.
        threshold: The score that `check` asks for; 0 asks for none.
        baseline: File with the findings of old code; empty means none.
        subjects: Packages under test, which must not be mocked; none means every package
            of the project.
        no_mocks: Categories whose tests must not mock what is under test.
        weights: How much each family counts in the score, by family.
        per_path: Beginnings of codes to leave out, by a glob of paths.
        services: The services, by name.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    threshold: float = 0
    baseline: str = ""
    subjects: tuple[str, ...] = ()
    no_mocks: tuple[str, ...] = ("integration", "e2e")
    weights: Mapping[str, float] = field(default_factory=dict)
    per_path: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    services: Mapping[str, ServiceConfig] = field(default_factory=dict)
