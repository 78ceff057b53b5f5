"""pytest's own JUnit XML: each specified test says its id, place and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from suiteloom.model import Config
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
        """Add ``spec_id``, and what else `spec_properties` says where a spec has it."""
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
        known = self._known()
        for item, identity in specified:
            item.user_properties += known.get(identity, [("spec_id", identity)])

    def _known(self) -> dict[str, list[tuple[str, object]]]:
        """What the specs say by id; empty if they can not be read."""
        from suiteloom.errors import SuiteloomError
        from suiteloom.model.properties import spec_properties
        from suiteloom.specs.loader import load_project
        from suiteloom.store import read_specs

        settings, root = self._settings, self._root
        try:
            project = load_project(
                str(root), settings, read_specs(root, settings.specs)
            )
        except SuiteloomError:  # a run does not depend on these properties
            return {}
        return {
            test.id: list(spec_properties(suite, group, test))
            for suite in project.suites
            for group in suite.groups
            for test in group.tests
        }
