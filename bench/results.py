"""What the benchmark found, as rows with ratios, as aims, as Markdown and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from measure import Sample

__all__ = [
    "AIM_HEAD",
    "COLD",
    "EDITED",
    "IDLE",
    "IMPORTS",
    "PLAIN",
    "ROW_HEAD",
    "SECOND",
    "TYPER",
    "VERSION",
    "Aim",
    "Row",
    "aims",
    "markdown",
    "report",
]

PLAIN = "plain script"
COLD = "generate, no suites yet"
SECOND = "generate, second time"
IDLE = "generate, nothing to do"
EDITED = "generate, one spec edited"
VERSION = "--version"
IMPORTS = "import yaml, jinja2, pydantic, typer"
TYPER = "import typer"
ROW_HEAD = (
    "domains",
    "program",
    "wall s",
    "CPU s",
    "peak MB",
    "ratio to",
    "wall",
    "CPU",
    "memory",
)
AIM_HEAD = ("aim", "wall", "CPU", "met")

_BASES = {
    COLD: PLAIN,
    SECOND: PLAIN,
    IDLE: PLAIN,
    EDITED: PLAIN,
    VERSION: TYPER,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One program on one size of project; `domains` is 0 where there is no project."""

    domains: int
    program: str
    figures: Sample
    runs: int


@dataclass(frozen=True, slots=True)
class Aim:
    """A limit, and the figures that are to keep it; a limit from below if `at_least`.

    On a machine that others use wall time says little; so CPU time has to keep the same
    limit.
    """

    text: str
    wall: float
    cpu: float
    limit: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether both figures keep the limit."""
        if self.at_least:
            return min(self.wall, self.cpu) >= self.limit
        return max(self.wall, self.cpu) <= self.limit


def aims(rows: Iterable[Row]) -> Iterator[Aim]:
    """The aims that these rows can tell about."""
    known = {(row.program, row.domains): row.figures for row in rows}
    for domains, limit in ((100, 12), (1000, 25)):
        if (COLD, domains) in known:
            text = f"no suites yet, {domains:,} domains: at least {limit} times faster"
            wall, cpu = _quotients(known[PLAIN, domains], known[COLD, domains])
            text += " than the plain script"
            yield Aim(text, wall, cpu, limit, "times", at_least=True)
    if {(COLD, 100), (COLD, 1000)} <= known.keys():
        wall, cpu = _quotients(known[COLD, 1000], known[COLD, 100])
        text = "no suites yet: 1,000 domains take at most 11 times what 100 take"
        yield Aim(text, wall, cpu, 11, "times")
    if idle := known.get((IDLE, 1000)):
        text = "nothing to do, 1,000 domains: at most 2 s"
        yield Aim(text, idle.wall_s, idle.cpu_s, 2, "s")
    if idle := known.get((IDLE, 6)):
        text = f"nothing to do, 6 domains: at most 1.3 times `{IMPORTS}`"
        yield Aim(text, *_quotients(idle, known[IMPORTS, 0]), 1.3, "times")
    text = f"`{VERSION}`: at most 1.3 times `{TYPER}`"
    yield Aim(text, *_quotients(known[VERSION, 0], known[TYPER, 0]), 1.3, "times")


def _quotients(figures: Sample, base: Sample) -> tuple[float, float]:
    """Wall and CPU time, those of `base` being 1."""
    return figures.wall_s / base.wall_s, figures.cpu_s / base.cpu_s


def markdown(rows: Sequence[Row]) -> str:
    """Two tables: what each program took, and which aims are met."""
    lines = [*_head(ROW_HEAD), *(_line(_row_cells(row, rows)) for row in rows)]
    lines += ["", *_head(AIM_HEAD)]
    lines += [_line(_aim_cells(aim)) for aim in aims(rows)]
    return "\n".join(lines)


def report(rows: Sequence[Row]) -> dict[str, Any]:
    """The same as JSON data, with what the figures depend on."""
    from importlib.metadata import version

    return {
        "schema": "suiteloom.bench/1",
        "python": platform.python_version(),
        "black": version("black"),
        "cores": os.cpu_count(),
        "rows": [_row_data(row, rows) for row in rows],
        "aims": [{**asdict(aim), "met": aim.met} for aim in aims(rows)],
    }


def _base(row: Row, rows: Iterable[Row]) -> Row | None:
    """The row that this one is compared with."""
    wanted = (_BASES.get(row.program), row.domains)
    return next(
        (other for other in rows if (other.program, other.domains) == wanted), None
    )


def _ratios(row: Row, base: Row) -> dict[str, float | None]:
    """Wall time, CPU time and memory of a row, those of its base being 1."""
    own, other = row.figures, base.figures
    wall, cpu = _quotients(own, other)
    known = own.memory_bytes and other.memory_bytes
    return {
        "wall": wall,
        "cpu": cpu,
        "memory": own.memory_bytes / other.memory_bytes if known else None,
    }


def _row_data(row: Row, rows: Iterable[Row]) -> dict[str, Any]:
    data = {"domains": row.domains, "program": row.program, "runs": row.runs}
    data |= asdict(row.figures)
    if base := _base(row, rows):
        data |= {"ratio_to": base.program, "ratios": _ratios(row, base)}
    return data


def _row_cells(row: Row, rows: Iterable[Row]) -> list[str]:
    figures, base = row.figures, _base(row, rows)
    ratios = _ratios(row, base).values() if base else [None] * 3
    memory = figures.memory_bytes
    return [
        f"{row.domains:,}" if row.domains else "",
        row.program,
        f"{figures.wall_s:.3f}",
        f"{figures.cpu_s:.3f}",
        f"{memory / 1e6:.1f}" if memory else "",
        base.program if base else "",
        *(_times(ratio) for ratio in ratios),
    ]


def _aim_cells(aim: Aim) -> list[str]:
    figures = [f"{figure:.2f} {aim.unit}" for figure in (aim.wall, aim.cpu)]
    return [aim.text, *figures, "yes" if aim.met else "no"]


def _times(ratio: float | None) -> str:
    """A ratio as people say it: 1/12.3, or 1.05; nothing if it is not known."""
    if ratio is None:
        return ""
    return f"1/{1 / ratio:.1f}" if ratio < 2 / 3 else f"{ratio:.2f}"


def _head(names: Sequence[str]) -> list[str]:
    return [_line(names), "|---" * len(names) + "|"]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
