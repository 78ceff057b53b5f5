"""Whatever different tests two branches change, they merge and lose nothing."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import sized
from suiteloom.workflows.merge_driver import merge_by_units

IDS = [f"SH-{number:03}" for number in range(1, 13)]
KINDS = (
    "body",
    "comment",
    "decorator",
    "method",
    "function",
    "import",
    "rename",
    "respec",
    "justify",
    "add",
    "remove",
    "move",
    "reorder",
)
_CHANGES = st.dictionaries(
    st.sampled_from(IDS),
    st.tuples(st.booleans(), st.sampled_from(KINDS), st.integers(0, 9)),
    min_size=2,
)


def placed(text, merging):
    """The id of the unit that each token stands in, for those that stand in one."""
    lines = text.split("\n")
    found = {}
    for identity, _, node in merging.units(text):
        first = min(item.lineno for item in node.decorator_list) - 1
        while lines[first - 1].startswith("    #"):
            first -= 1
        for token in merging.TOKEN.findall("\n".join(lines[first : node.end_lineno])):
            found[token] = identity
    return found


@given(written=st.sets(st.sampled_from(IDS)), changes=_CHANGES)
@settings(
    max_examples=sized(12, 40),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_branches_that_change_different_tests(merging, written, changes):
    sides = [
        merging.Side(
            name,
            [
                (kind, identity, number)
                for identity, (is_ours, kind, number) in sorted(changes.items())
                if is_ours is wanted
            ],
        )
        for name, wanted in (("ours", True), ("theirs", False))
    ]
    with tempfile.TemporaryDirectory() as folder:
        one = merging.Round(Path(folder), sorted(written), sides)
        merged = merge_by_units(one.versions)
        assert (merged.conflicts, merged.note) == (0, "")
        text = merged.data.decode()
        again = one.regenerate(text)
        for each in (text, again):
            ids = [identity for identity, _, _ in merging.units(each)]
            assert len(ids) == len(set(ids))
            assert Counter(merging.TOKEN.findall(each)) == one.tokens()
            for token, identity in placed(each, merging).items():
                assert f"_{identity.replace('-', '')}_" in token
        present = {identity for identity, _, _ in merging.units(again)}
        assert present >= one.specified
        for side in sides:
            for kind, identity, number in side.changes:
                if kind in {"body", "comment", "decorator"}:
                    token = side.token(identity, number)
                    assert placed(again, merging)[token] == identity
        assert one.regenerate(again) == again
