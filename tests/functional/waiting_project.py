"""A repository in which a unit of each kind waits for a decision."""

from __future__ import annotations

from shop_project import Cli, commit, git

__all__ = ["EDIT", "NEWER", "OLDER", "SPEC_PATH", "let_wait"]

SPEC_PATH = "specs/shop.yaml"
_COUPON = """\
      - id: SH-004
        name: test_coupon
        summary: A coupon that has run out is refused.
        kinds: [negative]
        bvj: {value_impact: Nobody sells below cost.}
"""
OLDER = "A refund reaches the card."
NEWER = "A refund reaches the card within three days."
EDIT = ("The total is the sum of the lines.", "The total is the sum of all lines.")


def let_wait(shop: Cli) -> Cli:
    """Make SH-002 of the shop suspect, SH-003 edited by hand, and SH-004 an orphan."""
    shop.write(".gitignore", ".suiteloom/\n__pycache__/\n")
    shop.write(SPEC_PATH, shop.read(SPEC_PATH) + _COUPON)
    assert shop("generate").exit == 0
    shop.replace("self.pending()", "assert self.env  # mine")
    assert shop("generate").exit == 0
    git(shop.root, "init", "-q")
    commit(shop.root)
    shop.write(SPEC_PATH, shop.read(SPEC_PATH).replace(_COUPON, ""))
    shop.replace(OLDER, NEWER, SPEC_PATH)
    assert shop("generate").exit == 0
    shop.replace(*EDIT)
    return shop
