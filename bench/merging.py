"""How often two branches conflict in a suite, with the merge driver and without it.

Each round makes a suite, changes different tests of it on two branches, by hand and
through the spec, and merges the branches once by lines, as git does, and once by units.
The same seed gives the same rounds. See docs/merging.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from branches import BY_HAND, BY_SPEC, TOKEN, Round, Side, Spec, units
from suiteloom.workflows.merge_driver import merge_by_lines, merge_by_units

__all__ = ["main", "random_sides"]


def random_sides(random: Random, most: int) -> tuple[list[str], list[Side]]:
    """Written tests, and two branches with up to `most` changes each."""
    ids = [test["id"] for test in Spec.start(3, 4).tests]
    written = [identity for identity in ids if random.random() < 0.7]
    random.shuffle(ids)
    kinds = [*BY_HAND, *BY_SPEC]
    sides = []
    for name, own in (("ours", ids[:6]), ("theirs", ids[6:])):
        count = random.randint(1, most)
        changed = random.sample(own, count)
        sides.append(
            Side(
                name,
                [(random.choice(kinds), i, random.randint(0, 99)) for i in changed],
            )
        )
    return written, sides


def main(arguments: Sequence[str] | None = None) -> int:
    """Count and print.

    Args:
        arguments: Without the program's name; those of the process by default.

    Returns:
        0, or 1 if the driver lost or doubled a line or a test without a conflict.
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=500, metavar="N")
    parser.add_argument("--changes", type=int, default=6, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    options = parser.parse_args(arguments)
    counts: Counter[str] = Counter()
    for number in range(options.rounds):
        random = Random(options.seed * 1_000_000 + number)  # noqa: S311 - no secret
        with tempfile.TemporaryDirectory(prefix="suiteloom-merging-") as name:
            one = Round(Path(name), *random_sides(random, options.changes))
            for way, merge in (("lines", merge_by_lines), ("units", merge_by_units)):
                merged = merge(one.versions)
                counts[f"{way} conflict"] += bool(merged.conflicts)
                wrong = not merged.conflicts and not _is_right(one, merged.data)
                counts[f"{way} wrong"] += wrong
    print(f"rounds: {options.rounds}, up to {options.changes} changes on a branch")
    for way, words in (("lines", "without the driver"), ("units", "with the driver")):
        conflicts, wrong = counts[f"{way} conflict"], counts[f"{way} wrong"]
        print(f"{words}: {conflicts} conflicts, {wrong} wrong merges")
    return bool(counts["units wrong"])


def _is_right(one: Round, data: bytes) -> bool:
    """Whether a merge has each id and each hand-written line once."""
    text = data.decode()
    ids = [identity for identity, _, _ in units(text)]
    return Counter(TOKEN.findall(text)) == one.tokens() and len(ids) == len(set(ids))


if __name__ == "__main__":
    sys.exit(main())
