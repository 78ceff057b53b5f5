"""Bodies that git brought under a requirement which nobody compared them with.

The second witness of a merge: what lies in the suite does not tell where its marker is
of one branch and its body of the other, git's history does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from suiteloom.store import Versions, read_versions
from suiteloom.suites import SuiteText, UnreadableError, last_compared, read_suite

__all__ = ["Met", "read_met"]


class Met:
    """What two branches that were just brought together have of each suite.

    Args:
        versions: Of the suites that both changed, by path.
    """

    def __init__(self, versions: Mapping[str, Versions]) -> None:
        self._versions = versions

    def is_about(self, path: str) -> bool:
        """Whether both branches changed a suite."""
        return path in self._versions

    def compared(
        self, suite: SuiteText, normative: Mapping[str, str]
    ) -> dict[str, str]:
        """What the bodies of a suite were last compared with, where that has to be said.

        Args:
            suite: As it is on disk.
            normative: The digest of what each test must do now, by id.

        Returns:
            See `last_compared`; nothing for a suite of which a version can not be read.
        """
        path = suite.source.path
        found = self._versions.get(path)
        if found is None:
            return {}
        sides = [found.base, found.ours, found.theirs, *filter(None, [found.merged])]
        newline = suite.source.newline.encode()
        try:
            versions = [
                read_suite(data.replace(b"\r\n", b"\n").replace(b"\n", newline), path)
                for data in sides
            ]
        except UnreadableError:
            return {}
        return last_compared(suite, versions, normative)


def read_met(root: Path, paths: Iterable[str]) -> Met:
    """Ask git which suites two branches have just been brought together in.

    Args:
        root: The project's folder.
        paths: Suites, relative to it.
    """
    return Met(read_versions(root, paths))
