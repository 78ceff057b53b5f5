"""What a rule is called, why it is there and how it looks: files beside the rules."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from suiteloom.model import Severity

__all__ = ["RuleText", "parse_text", "read_text"]

_FORM = re.compile(
    r"---\n(?P<front>.+?)---\n\n"
    r"# (?P<summary>[^\n]+)\n\n"
    r"(?P<reason>.+?)\n\n"
    r"## Remedy\n\n(?P<hint>.+?)\.\n\n"
    r"## Bad\n\n```python\n(?P<bad>.+?)```\n\n"
    r"## Good\n\n```python\n(?P<good>.+?)```\n",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RuleText:
    """The file of one rule, `texts/CODE.md`.

    Attributes:
        name: In kebab case.
        severity: Of its findings.
        summary: What is wrong, in general.
        reason: Why it matters, one paragraph.
        hint: What to do.
        bad: A file in which the rule is broken on every line that ends in `# <-`.
        good: A file in which it is not. Both may hold several files, each after a line
            `# file: PATH`.
        critical: Whether one finding caps the score.
        void: Whether a test with such a finding proves nothing, and so scores nothing.
        options: Settings that the examples are read with, by field name, as YAML has them.
    """

    name: str
    severity: Severity
    summary: str
    reason: str
    hint: str
    bad: str
    good: str
    critical: bool = False
    void: bool = False
    options: dict[str, Any] = field(default_factory=dict)


@cache
def read_text(code: str) -> RuleText:
    """Read the text of a rule.

    Args:
        code: Such as `SL601`.

    Raises:
        OSError: If there is none.
        ValueError: If it has not the form of one.
    """
    page = resources.files("suiteloom.audit") / "texts" / f"{code}.md"
    return parse_text(page.read_text("utf-8"))


def parse_text(page: str) -> RuleText:
    """Take the text of a rule apart: front matter, title, reason, remedy, two examples.

    Raises:
        ValueError: If it has not that form, or the front matter has other fields.
    """
    import yaml

    parts = _FORM.fullmatch(page)
    if parts is None:
        raise ValueError("no front matter, title, reason, remedy, bad and good example")
    front = yaml.load(parts["front"], yaml.CSafeLoader)
    told: dict[str, Any] = {name: parts[name] for name in ("bad", "good")}
    for name in ("summary", "reason", "hint"):
        told[name] = " ".join(parts[name].split("\n"))
    for name in ("summary", "hint"):
        told[name] = told[name][:1].lower() + told[name][1:]
    try:
        return RuleText(**front, **told)
    except TypeError as error:
        raise ValueError(f"the front matter has other fields: {error}") from None
