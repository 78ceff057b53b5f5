"""What the Markdown of a comparison says about itself, for the one who posts it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from suiteloom.model.config import COMMENT_POLICIES, CommentPolicy

__all__ = ["CommentFacts", "facts_in"]

_BEGIN = "<!-- suiteloom:diff "
_END = " -->"
_MOST = 2_000
"""Characters that the first line of such a Markdown may have."""


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """What is known of a comparison without reading its Markdown.

    Attributes:
        project: Folder of the project in its repository, POSIX; empty if that is the
            root. There is one comment for each.
        base: What the older side is called, as ``origin/main``.
        decisions: How many changes ask for something: a decision, a test that is lost,
            a suite that was not generated.
        changes: How many there are.
        comment: When the project wants a comment.
    """

    project: str = ""
    base: str = ""
    decisions: int = 0
    changes: int = 0
    comment: CommentPolicy = "decisions"

    @property
    def is_wanted(self) -> bool:
        """Whether the project wants to be told of this comparison."""
        if self.comment == "always":
            return True
        return (self.changes if self.comment == "changes" else self.decisions) > 0

    @property
    def line(self) -> str:
        """The facts as the first line of a Markdown, which shows nothing of them."""
        text = json.dumps(asdict(self))
        for sign, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("--", "-\\u002d")):
            text = text.replace(sign, escaped)
        return f"{_BEGIN}{text}{_END}"


def facts_in(text: str) -> CommentFacts | None:
    """The facts in the first line of a Markdown; none if it has no such line."""
    line, _, _ = text.partition("\n")
    line = line.rstrip("\r")
    if len(line) > _MOST or not (line.startswith(_BEGIN) and line.endswith(_END)):
        return None
    try:
        data = json.loads(line[len(_BEGIN) : -len(_END)])
        facts = CommentFacts(**data)
    except (ValueError, TypeError, RecursionError):
        return None
    texts = (facts.project, facts.base, facts.comment)
    counts = (facts.decisions, facts.changes)
    right = (
        all(type(value) is str for value in texts)
        and all(type(value) is int and value >= 0 for value in counts)
        and facts.comment in COMMENT_POLICIES
        and facts.line == line
    )
    return facts if right else None
