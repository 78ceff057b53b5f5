"""Which shard a command runs: as it is told, or as the CI that it runs in counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from suiteloom.errors import StorageError, UsageError
from suiteloom.model import Shard
from suiteloom.model.identifiers import short

__all__ = ["AUTO", "VARIABLES", "read_shard"]

AUTO = "auto"
"""Of ``--shard``: the environment says which."""

VARIABLES = (
    ("CI_NODE_INDEX", "CI_NODE_TOTAL", 1),
    ("TEST_SHARD_INDEX", "TEST_TOTAL_SHARDS", 0),
    ("BUILDKITE_PARALLEL_JOB", "BUILDKITE_PARALLEL_JOB_COUNT", 0),
    ("CIRCLE_NODE_INDEX", "CIRCLE_NODE_TOTAL", 0),
)
"""Number and count of a job, and the number of the first: GitLab, Bazel, Buildkite,
CircleCI."""

_STATUS_FILE = "TEST_SHARD_STATUS_FILE"
"""Bazel takes a file that was touched for the word that its tests heed shards."""

_NUMBER = re.compile(r"[0-9]{1,6}")
_FORM = "as in --shard 2/5, the second of five; or --shard auto in a CI that counts"


def read_shard(text: str, environment: Mapping[str, str]) -> Shard | None:
    """Read ``--shard``.

    Args:
        text: ``K/N`` with K from 1 to N, `AUTO`, or empty.
        environment: Asked for `AUTO` only, so that no job runs a part of the tests
            unless its command says so.

    Returns:
        The shard; None if none is asked for.

    Raises:
        UsageError: If it is something else, or the environment does not say which.
        StorageError: If Bazel's file can not be touched.
    """
    if not text:
        return None
    if text == AUTO:
        return _of_job(environment)
    number, _, count = text.partition("/")
    shard = _shard(number, count, 1)
    if shard is None:
        raise UsageError(f"--shard can not be {short(text)!r}", hint=_FORM)
    return shard


def _of_job(environment: Mapping[str, str]) -> Shard:
    """The shard that the variables of a CI name; all that are set have to agree."""
    found: dict[Shard, str] = {}
    for index, count, first in VARIABLES:
        of, number = environment.get(count, ""), environment.get(index, "")
        if not of and not number:
            continue
        if of == "1" and not number:  # GitLab, in a job that is not one of several
            number = str(first)
        shard = _shard(number, of, first)
        if shard is None:
            said = f"{index}={short(number)!r}, {count}={short(of)!r}"
            hint = f"the first is {first} there; --shard K/N says it without them"
            raise UsageError(f"--shard auto: {said} name no shard", hint=hint)
        found[shard] = f"{index} and {count}"
    if not found:
        known = ", ".join(count for _, count, _ in VARIABLES)
        raise UsageError(
            f"--shard auto: none of {known} is set", hint="--shard K/N says which it is"
        )
    if len(found) > 1:
        said = "; ".join(f"{names} say {shard}" for shard, names in found.items())
        raise UsageError(f"--shard auto: {said}", hint="--shard K/N says which it is")
    _tell_bazel(environment)
    return next(iter(found))


def _shard(number: str, count: str, first: int) -> Shard | None:
    if not (_NUMBER.fullmatch(number) and _NUMBER.fullmatch(count)):
        return None
    shard = Shard(int(number) + 1 - first, int(count))
    return shard if 1 <= shard.number <= shard.of else None


def _tell_bazel(environment: Mapping[str, str]) -> None:
    path = environment.get(_STATUS_FILE)
    if not path:
        return
    try:
        Path(path).touch()
    except OSError as error:
        message = f"{_STATUS_FILE} can not be touched: {error.strerror}"
        raise StorageError(message, path=path) from error
