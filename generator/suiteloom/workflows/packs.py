"""Loading a pack of templates: what it writes has to pass `check`, or it is refused."""

from __future__ import annotations

from pathlib import Path

from suiteloom.errors import UsageError
from suiteloom.levels import check_structure, read_facts
from suiteloom.model import Config, Finding
from suiteloom.render.pack import Pack
from suiteloom.render.pack_check.load import load_pack
from suiteloom.render.pack_check.trial import probe_suites
from suiteloom.render.suite import render_suite

__all__ = ["load_checked_pack"]


def load_checked_pack(folder: Path, *, check: bool = False) -> Pack:
    """Load a pack, and make sure that suites rendered from it can pass `check`.

    Args:
        folder: Holds the three templates and whatever they include.
        check: Whether to check the built-in pack as well.

    Raises:
        UsageError: If a template is missing, can not do what a template has to, or writes
            what the structure level of `check` could never read back.
    """
    pack = load_pack(folder, check=check)
    if pack.library is None:
        return pack
    config = Config()
    for suite in probe_suites():
        rendered = render_suite(suite, config, pack)
        facts = read_facts(rendered.source.encode())
        for finding in check_structure(suite, facts, config):
            raise UsageError(
                f"no suite of this pack can pass `check`: {finding.message}",
                path=f"{folder.name}/{_template(finding)}",
                hint="docs/templates.md lists the lines of docstrings that are read back",
            )
    return pack


def _template(finding: Finding) -> str:
    """The template that wrote what a finding is about."""
    if finding.id:
        return "test.py.j2"
    return "header.py.j2" if finding.line <= 1 else "class.py.j2"
