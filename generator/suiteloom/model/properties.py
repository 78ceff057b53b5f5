"""What reports for other programs say of a test besides how it ended."""

from __future__ import annotations

from collections.abc import Iterator

from suiteloom.model.spec import Group, Suite, Test

__all__ = ["spec_properties"]


def spec_properties(
    suite: Suite, group: Group, test: Test
) -> Iterator[tuple[str, str]]:
    """What the spec says of a test, by the names that every report has for it.

    Args:
        suite: The domain of the test.
        group: Its group.
        test: The test.

    Yields:
        Name and value; nothing that is empty.
    """
    bvj = test.bvj
    found = (
        ("spec_id", test.id),
        ("domain", suite.domain),
        ("group", group.title),
        ("bvj_segment", ", ".join(bvj.segment)),
        ("bvj_goal", bvj.goal),
        ("bvj_value_impact", bvj.value_impact),
        ("bvj_strategic_impact", bvj.strategic_impact),
    )
    yield from ((name, value) for name, value in found if value)
