"""JUnit XML: each specified test says its id and why it is worth having."""

from __future__ import annotations

from pathlib import Path

import pytest

from suiteloom.model import Bvj, Config
from suiteloom.pytest_plugin.identity import marked_id

__all__ = ["JunitProperties"]


class JunitProperties:
    """Adds properties to the tests before the first of them runs.

    Args:
        settings: The project's configuration.
        root: Its folder.
    """

    def __init__(self, settings: Config, root: Path) -> None:
        self._settings = settings
        self._root = root

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Add ``spec_id``, and the four ``bvj_…`` properties where a spec has them."""
        if session.config.getoption("collectonly"):
            return
        tests = [(item, *marked_id(item)) for item in session.items]
        specified = [
            (item, identity)
            for item, identity, is_orphan in tests
            if identity and not is_orphan
        ]
        if not specified:
            return
        reasons = self._reasons()
        for item, identity in specified:
            item.user_properties.append(("spec_id", identity))
            bvj = reasons.get(identity)
            if bvj is not None:
                item.user_properties += _properties(bvj)

    def _reasons(self) -> dict[str, Bvj]:
        """The BVJ of each test by id; empty if the specs can not be read."""
        from suiteloom.errors import SuiteloomError
        from suiteloom.specs.loader import load_project
        from suiteloom.store import read_specs

        settings, root = self._settings, self._root
        try:
            project = load_project(
                str(root), settings, read_specs(root, settings.specs)
            )
        except SuiteloomError:  # a run does not depend on these properties
            return {}
        return {test.id: test.bvj for _, test in project.tests}


def _properties(bvj: Bvj) -> list[tuple[str, object]]:
    return [
        ("bvj_segment", ", ".join(bvj.segment)),
        ("bvj_goal", bvj.goal),
        ("bvj_value_impact", bvj.value_impact),
        ("bvj_strategic_impact", bvj.strategic_impact),
    ]
