"""A small project, and the command line in process as a person would use it there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pending_calls import found, replaced
from suiteloom.cli.edge import run_app

__all__ = ["ROOT", "SPEC", "SUITE", "Cli", "Result", "commit", "git"]

ROOT = Path(__file__).resolve().parents[2]

SPEC = """\
suiteloom: 1
domain: shop
title: Shop
summary: From cart to paid order.
category: integration
revenue: {annual_usd: 900000, protects: card payments}
bvj:
  segment: [All]
  goal: Retention
  strategic_impact: A safe checkout brings buyers back.
groups:
  - title: Payment
    tests:
      - id: SH-001
        name: test_charged_once
        summary: A repeated request does not charge a card again.
        kinds: [positive, edge]
        bvj: {value_impact: Nobody pays twice for one order.}

      - id: SH-002
        name: test_refund
        summary: A refund reaches the card.
        kinds: [positive]
        async: true
        bvj: {value_impact: Buyers get their money back without a call.}

  - title: Cart
    tests:
      - id: SH-003
        name: test_cart_total
        summary: The total is the sum of the lines.
        kinds: [positive, negative]
        bvj: {value_impact: The price that was shown is the price that is paid.}
        cases:
          - {id: empty, kind: edge, with: {prices: [], total: 0}}
          - {id: two, kind: positive, with: {prices: [1, 2], total: 3}}
"""

SUITE = "generated/test_shop_integration_comprehensive.py"


@dataclass(frozen=True, slots=True)
class Result:
    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        return [finding["code"] for finding in self.json["findings"]]


@dataclass(frozen=True, slots=True)
class Cli:
    """One project and the command line for it."""

    root: Path
    _capture: Callable[[], tuple[str, str]]

    def __call__(self, *arguments: str) -> Result:
        self._capture()
        is_audit = arguments[:1] == ("audit",)
        with chdir(self.root if is_audit else Path()):  # what PATH is relative to
            code = run_app(
                [*arguments[:1], "--project", str(self.root), *arguments[1:]]
            )
        return Result(code, *self._capture())

    def read(self, path: str = SUITE) -> str:
        return (self.root / path).read_text("utf-8")

    def write(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def replace(self, old: str, new: str, path: str = SUITE, count: int = -1) -> None:
        """Replace a text; ``self.pending()`` in it stands for any pending call."""
        text = self.read(path)
        assert found(text, old)
        self.write(path, replaced(text, old, new, count))

    def tree(self) -> dict[str, bytes]:
        """Every file but what is in .suiteloom and caches."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file()
            and not {".suiteloom", "__pycache__", ".pytest_cache"} & set(path.parts)
        }


def git(root: Path, *arguments: str) -> str:
    """Run git in a folder, as nobody in particular; gives what it printed."""
    identity = ("-c", "user.name=someone", "-c", "user.email=someone@example.org")
    quiet = ("-c", "core.autocrlf=false", "-c", "init.defaultBranch=main")
    return subprocess.run(
        ["git", *identity, *quiet, *arguments],  # noqa: S607 - from PATH
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def commit(root: Path) -> None:
    """Commit everything that is in a folder."""
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "change")
