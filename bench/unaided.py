"""How often git without the merge driver puts a body into another test, or under another one.

Each round makes a suite of pending tests; one branch reorders, moves and respecifies them
through the spec, the other writes bodies. The suites are merged by lines, as git does, in
today's form and in the form without ids and ties. The same seed gives the same rounds.
See docs/merging.md.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from branches import (
    TOKEN,
    Round,
    Side,
    Spec,
    compiled_once,
    home_of,
    marker_of,
    units,
)
from suiteloom.workflows.merge_driver import Versions, merge_by_lines

__all__ = ["main"]

_CALL = re.compile(r"self\.pending\([^()]*\)")
_TIE = re.compile(r', written="[0-9a-f]+"')
_NAMED = re.compile(r"self\.pending\('([^']*)'")
_CHANGES = ("reorder", "move", "respec")


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print.

    Args:
        arguments: Without the program's name; those of the process by default.

    Returns:
        0, or 1 if a body of today's form came to stand where it does not belong and
        nothing tells.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=500, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    with compiled_once():
        for number in range(options.rounds):
            random = Random(options.seed * 1_000_000 + number)  # noqa: S311 - no secret
            with tempfile.TemporaryDirectory(prefix="suiteloom-unaided-") as name:
                one = Round(Path(name), [], _sides(random))
                counts.update(_judged(one, _as_it_is(one), "today"))
                counts.update(_judged(one, _without(one), "without"))
    print(f"rounds: {options.rounds}, merged by lines, without the driver")
    for form, words in (("today", "today's form"), ("without", "without ids and ties")):
        figures = [
            counts[f"{form} {key}"] for key in ("conflict", "elsewhere", "other")
        ]
        print(
            f"{words}: {figures[0]} conflicts; bodies nobody is told of: {figures[1]} "
            f"merges with one in another test, {figures[2]} under another requirement"
        )
    return bool(counts["today elsewhere"] or counts["today other"])


def _sides(random: Random) -> list[Side]:
    """One branch that changes the spec, and one that writes bodies."""
    ids = [test["id"] for test in Spec.start(3, 4).tests]
    by_spec = random.sample(ids, random.randint(1, 3))
    by_hand = random.sample(ids, random.randint(1, 3))
    return [
        Side(
            "ours",
            [(random.choice(_CHANGES), i, random.randint(0, 99)) for i in by_spec],
        ),
        Side("theirs", [("body", i, random.randint(0, 99)) for i in by_hand]),
    ]


def _as_it_is(one: Round) -> bytes | None:
    """The merged suite, or None if there is a conflict."""
    merged = merge_by_lines(one.versions)
    return None if merged.conflicts else merged.data


def _without(one: Round) -> bytes | None:
    """The same of the suites with one form of pending call, and no ties."""
    versions = one.versions
    paths = []
    for path in (versions.base, versions.ours, versions.theirs):
        text = _TIE.sub("", _CALL.sub("self.pending()", path.read_text("utf-8")))
        paths.append(path.with_name(f"{path.name}-without"))
        paths[-1].write_text(text, "utf-8")
    merged = merge_by_lines(Versions(*paths, versions.path))
    return None if merged.conflicts else merged.data


def _judged(one: Round, data: bytes | None, form: str) -> Counter[str]:
    """What became of the bodies of one merge."""
    if data is None:
        return Counter({f"{form} conflict": 1})
    text = data.decode()
    theirs = one.versions.theirs.read_text("utf-8")
    written = {identity: marker_of(node) for identity, _, node in units(theirs)}
    elsewhere = under_another = False
    for identity, _, node in units(text):
        body = "\n".join(map(ast.unparse, node.body))
        marker = marker_of(node)
        for token in TOKEN.findall(body):
            home = home_of(token)
            elsewhere = elsewhere or home != identity
            same = marker.normative == written[identity].normative
            other = home == identity and not same and not marker.reviewed
            under_another = under_another or other
    if _is_told(text):
        elsewhere = False
    return Counter(
        {f"{form} elsewhere": int(elsewhere), f"{form} other": int(under_another)}
    )


def _is_told(text: str) -> bool:
    """Whether a pending call stands in a test that it does not name."""
    return any(
        name != identity
        for identity, _, node in units(text)
        for name in _NAMED.findall("\n".join(map(ast.unparse, node.body)))
    )


if __name__ == "__main__":
    sys.exit(main())
