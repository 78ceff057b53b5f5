"""Damaged specs, suites and state: an answer with an exit code, and no harm done.

Files are made of arbitrary bytes, or of real ones that are cut, flipped, repeated and
spliced. Whatever a command then says, it says it in its own words; what it refuses, it
leaves alone; what it writes still holds every word of a person.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from campaigns import sized
from example import Example
from pending_calls import PENDING_CALL, replaced

ROOT = Path(__file__).resolve().parents[2]
SHOP = "specs/shop.yaml"
SUITE = "generated/test_shop_integration_comprehensive.py"
GOLDEN = "generated/test_golden_e2e_comprehensive.py"
JOURNAL = ".suiteloom/journal.json"
KEPT = b"kept"
CODES = {0, 1, 2, 3, 4, 5, 6}

_LONG = os.environ.get("SUITELOOM_PROPERTY") == "long"
_USUAL = sized(12, 150)
_EXAMPLES = int(os.environ.get("SUITELOOM_EXAMPLES", "20000" if _LONG else _USUAL))
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not _LONG,
    print_blob=True,
)

SPEC = """\
suiteloom: 1
domain: shop  # a comment
title: Shop
summary: From cart to paid order.
category: integration
revenue: {annual_usd: 900000, protects: card payments}
bvj: {segment: [All], goal: Retention, strategic_impact: "A safe checkout."}
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
        summary: >-
          A refund reaches the card, the naïve one
          of the buyer.
        kinds: [positive]
        async: true
        bvj: {value_impact: Buyers get their money back.}
  - title: Cart
    tests:
      - id: SH-003
        name: test_cart_total
        summary: The total is the sum of the lines.
        kinds: [positive, negative]
        markers: [slow]
        bvj: {value_impact: "The price that was shown is paid."}
        cases:
          - {id: empty, kind: edge, with: {prices: [], total: 0}}
          - {id: two, kind: positive, with: {prices: [1, 2], total: 3}}
      - {id: SH-004, name: test_empty, summary: An empty cart costs nothing.,
         kinds: [edge], bvj: {value_impact: No surprises.}}
"""

SPEC_EDITS = {
    "none": (),
    "renamed": (("name: test_refund", "name: test_money_back"),),
    "swapped": (
        ("test_charged_once", "test_x"),
        ("test_cart_total", "test_charged_once"),
        ("test_x", "test_cart_total"),
    ),
    "respecified": (("charge a card again", "charge anything again"),),
    "removed": ((re.compile(r"      - id: SH-002.*?(?=  - title)", re.DOTALL), ""),),
    "pending-removed": ((re.compile(r"      - \{id: SH-004.*", re.DOTALL), ""),),
    "synchronous": (("        async: true\n", ""),),
    "retitled": (("title: Cart", "title: Basket"),),
    "recased": (("with: {prices: [1, 2], total: 3}", "with: {prices: [], total: 9}"),),
    "renamed-domain": (("domain: shop", "domain: store"),),
    "joined": (("  - title: Cart\n    tests:\n", ""),),
}

WORDS = [
    b"\n", b"\r", b"\r\n", b"\t", b"\f", b"\0", b"\xff", b"\xef\xbb\xbf", b"\x1b[31m",
    b"'", b'"', b'"""', b"\\", b"\\\n", b"#", b"(", b")", b"[", b"]", b"{", b"}", b":",
    b";", b",", b"@", b"-", b"- ", b"---\n", b"...\n", b"&a ", b"*a", b"<<: ", b"!!str ",
    b"|\n", b">-\n", b"? ", b"null", b"1.10", b"on", b"%YAML 1.1\n", b"\xe2\x80\xa8",
    b"\xc2\x85", b"# coding: latin-1\n", b"# -*- coding: utf-16 -*-\n", b"# coding: x\n",
    b"../", b"/etc/x", b"SH-001", b"SH-003", b"GO-001", b"SH-777", b"rev=", b'rev=""',
    b'reviewed="abcdef"', b"self.pending()", b"pass\n", b"pytest.mark.", b"def ",
    b"async ", b"await x\n", b"yield\n", b"lambda: ", b"class TestX:\n", b"if 1:\n",
    b'    @pytest.mark.spec("SH-001")\n', b'@pytest.mark.orphan("SH-002")\n', b"import x\n",
    b"\n\nclass TestPayment(object):\n    pass\n", b"    # comment\n", b"<<<<<<< ours\n",
    b"from __future__ import annotations\n", b'"\\N{BULLET}"', b'"\\d"', b"1if 1else 2",
]  # fmt: skip
_NUMBER = st.integers(0, 1 << 16)
_BYTES = st.sampled_from(WORDS) | st.binary(max_size=6)
_KINDS = ("cut", "flip", "delete", "copy", "insert", "splice", "line", "lines", "dent")
MUTATIONS = st.lists(
    st.tuples(st.sampled_from(_KINDS), _NUMBER, _NUMBER, _BYTES), min_size=1, max_size=4
)


def mutated(data: bytes, other: bytes, steps) -> bytes:
    """`data` after every step; positions wrap, so that any number is one."""
    for kind, first, second, text in steps:
        start = first % (len(data) + 1)
        end = start + second % 64
        if kind == "cut":
            data = data[:start]
        elif kind == "flip":
            flipped = bytes(
                byte ^ (1 << second % 8) for byte in data[start : start + 1]
            )
            data = data[:start] + flipped + data[start + 1 :]
        elif kind == "delete":
            data = data[:start] + data[end:]
        elif kind == "copy":
            data = data[:end] + data[start:end] + data[end:]
        elif kind == "insert":
            data = data[:start] + text + data[start:]
        elif kind == "splice":
            data = data[:start] + other[second % (len(other) + 1) :]
        else:
            data = _relined(
                data.splitlines(keepends=True) or [b""], kind, first, second
            )
    return data


def _relined(lines: list[bytes], kind: str, first: int, second: int) -> bytes:
    """Move, copy, remove or indent whole lines."""
    row, to = first % len(lines), second % len(lines)
    if kind == "line":
        lines.insert(to, lines[row] if second % 2 else lines.pop(row))
    elif kind == "lines":
        del lines[row : row + 1 + second % 5]
    else:
        line = lines[row]
        lines[row] = b"    " + line if second % 2 else line.removeprefix(b"    ")
    return b"".join(lines)


@functools.cache
def base(shop: str = SPEC) -> dict[str, bytes]:
    """A project of two domains into which a person has written all over."""
    with tempfile.TemporaryDirectory() as folder:
        spec = (ROOT / "tests/golden/full/spec.yaml").read_bytes()
        files = {"suiteloom.toml": "", SHOP: shop, "specs/golden.yaml": spec}
        made = Example(Path(folder), files)
        made.done()
        for path, word in ((SUITE, "shop"), (GOLDEN, "golden")):
            made.write(path, _written(made.read(path), word))
        made.done()
        return made.tree()


def _written(text: str, word: str) -> str:
    """A suite with a word of a person in every kind of place; the last test is pending."""
    count = iter(range(1000))

    def token(match: re.Match[str]) -> str:
        return match[0].replace("%", f"tok_{word}_{next(count)}_end")

    head, pending, tail = text.rpartition(PENDING_CALL.findall(text)[-1])
    body = 'found = "%"  # %\n        assert found\n\n        # %'
    text = replaced(head, "self.pending()", body) + pending + tail
    text = text.replace("    @pytest.mark.spec", "    # %\n    @pytest.mark.spec")
    text = text.replace(
        "    @pytest.mark.slow",
        '    @pytest.mark.xfail(reason="%")\n    @pytest.mark.slow',
    )
    text = text.replace("\nclass ", '\nHELPER = "%"\n\n\n# %\nclass ', 1)
    return re.sub("%", token, text + "\n\ndef helper():\n    return '%'\n")


@functools.cache
def others(folder: str, suffix: str) -> list[bytes]:
    """Real files to splice from."""
    mine = [data for path, data in sorted(base().items()) if path.endswith(suffix)]
    return [
        *mine,
        *(p.read_bytes() for p in sorted((ROOT / folder).glob(f"*{suffix}"))),
    ]


def tokens(tree: dict[str, bytes]) -> Counter[bytes]:
    """The words of a person in the suites, those left out that revs have swallowed."""
    text = b"\n".join(data for path, data in tree.items() if path.endswith(".py"))
    plain = re.sub(rb"rev(iewed)?\s*=\s*(['\"]).*?\2", b"", text, flags=re.DOTALL)
    return Counter(re.findall(rb"tok_[a-z]+_[0-9]+_end", plain))


def judge(files: dict[str, bytes], ends: tuple[bytes, bytes] = (b"", b"")) -> int:
    """Run the verbs on a project, with a folder beside it; the code of `generate`.

    The suite that is damaged begins and ends with `ends`, before and after.
    """
    with tempfile.TemporaryDirectory() as folder:
        outer = Example(Path(folder), {"beside/keep.txt": KEPT})
        root = outer.root / "project"
        project = Example(root, files)
        before = project.tree()
        status = _run(project, "status")
        check = _run(project, "generate", "--check")
        assert project.tree() == before, "looking wrote"
        code = _run(project, "generate")
        after = project.tree()
        again = _run(project, "generate")
        assert project.tree() == after, "the second run wrote"
        beside = {p: d for p, d in outer.tree().items() if not p.startswith("project/")}
        assert beside == {"beside/keep.txt": KEPT}
        if code:
            assert after == before
        else:
            assert again == 0
            assert (status, check) == (0, int(after != before)) or JOURNAL in files
            assert not tokens(before) - tokens(after)
            assert SUITE not in after or after[SUITE].startswith(ends[0])
            assert SUITE not in after or after[SUITE].endswith(ends[1])
            assert _run(project, "generate", "--check") == 0
        return code


def _run(project: Example, *arguments: str) -> int:
    outcome = project.run(*arguments)
    if outcome.code == 130:
        raise KeyboardInterrupt  # of whoever runs the tests, caught by the command
    assert outcome.code in CODES
    assert "internal error" not in outcome.err, outcome.err
    assert "internal check" not in outcome.out, outcome.out
    assert "Traceback" not in outcome.err
    assert outcome.code == 0 or outcome.out + outcome.err
    return outcome.code


def edited(name: str) -> bytes:
    """The spec after one of the edits."""
    text = SPEC
    for old, new in SPEC_EDITS[name]:
        changed = re.sub(old, new, text) if isinstance(old, re.Pattern) else text
        changed = changed if isinstance(old, re.Pattern) else text.replace(old, new)
        assert changed != text
        text = changed
    return text.encode()


@pytest.mark.parametrize("name", SPEC_EDITS)
def test_undamaged_projects_are_generated(name):
    assert sum(tokens(base()).values()) > 20
    assert judge({**base(), SHOP: edited(name)}) == 0


_CODECS = (
    "big5 cp037 cp1252 hz idna iso2022_jp latin-1 punycode raw_unicode_escape rot13 "
    "shift_jis undefined unicode_escape utf-16 utf-7 utf-8-sig x zlib"
)
ENCODED = {
    **{
        f"codec-{name}": (f"# coding: {name}\n".encode(), b"")
        for name in _CODECS.split()
    },
    "codec-and-bytes": (b"# coding: cp1252\n", b"# \x81\n"),
    "codec-far-east": (b"# coding: shift_jis\n", b"# \x81\n"),
    "codec-idle-escape": (b"# coding: iso2022_jp\n", b"# \x1b(B\n"),
    "codec-idle-shift": (b"# coding: utf-7\n", b"# +AGE-\n"),
    "codec-second-line": (b"#\n# coding: utf-16-le\n", b""),
    "bom": (b"\xef\xbb\xbf", b""),
    "bom-twice": (b"\xef\xbb\xbf" * 2, b""),
    "bom-and-codec": (b"\xef\xbb\xbf# coding: latin-1\n", b""),
    "bom-at-the-end": (b"", b"# \xef\xbb\xbf\n"),
    "utf-16": (b"\xff\xfe#\0", b""),
    "byte": (b"", b"# \xff\n"),
    "cut-character": (b"", b"# \xe2\x82"),
    "overlong": (b"", b"# \xc0\xaf\n"),
    "surrogate": (b"", b"# \xed\xa0\x80\n"),
    "nul": (b"", b"# \0\n"),
    "carriage-return": (b"", b"# x\ry = 1\n"),
    "mixed-ends": (b"#\r\n", b"# x\r\n\r\n"),
    "form-feed": (b"\f\n", b"# \f\n\f\n"),
    "next-line": (b"", b"# \xc2\x85x\n"),
    "line-separator": (b"", b"# \xe2\x80\xa8x\n"),
    "end-of-file": (b"", b"# \x1a\n\x1a"),
}
"""What a decoder may stumble over: bytes put in front of a file, and behind it."""


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("path", [SHOP, SUITE])
def test_encodings(name, path):
    """The project is plain ASCII but for the damage, so that a codec goes on to it."""
    plain = SPEC.replace("\u00ef", "i")
    spec = plain.replace("name: test_refund", "name: test_money_back")
    files = {**base(plain), SHOP: spec.encode()}
    before, behind = ENCODED[name]
    ends = ENCODED[name] if path == SUITE else (b"", b"")
    judge({**files, path: before + files[path] + behind}, ends)


@_SETTINGS
@given(data=st.binary(max_size=300), path=st.sampled_from([SHOP, SUITE]))
def test_arbitrary_bytes(data, path):
    event(f"exit {judge({**base(), path: data})}")


@_SETTINGS
@given(steps=MUTATIONS, pick=_NUMBER, whole=st.booleans())
def test_damaged_specs(steps, pick, whole):
    real = others("specs", ".yaml")
    data = real[pick % len(real)] if whole else SPEC.encode()
    damaged = mutated(data, real[(pick >> 8) % len(real)], steps)
    event(f"exit {judge({**base(), SHOP: damaged})}")


@_SETTINGS
@given(steps=MUTATIONS, pick=_NUMBER, name=st.sampled_from(sorted(SPEC_EDITS)))
def test_damaged_suites(steps, pick, name):
    real = others("generated", ".py")
    damaged = mutated(base()[SUITE], real[pick % len(real)], steps)
    event(f"exit {judge({**base(), SHOP: edited(name), SUITE: damaged})}")


STATE = {
    "suiteloom.toml": b'specs = "specs"\nfile_name = "test_{domain}_{category}_x.py"\n'
    b'segments = ["Free", "All"]\npending = "report"\ntemplates = ""\n',
    ".suiteloom/in-sync.json": b'{"schema": "suiteloom.in-sync/4", "settings": "",'
    b' "specs": [], "others": {}, "suites": {}}',
    JOURNAL: json.dumps(
        {
            "entries": [
                {
                    "path": "../beside/keep.txt",
                    "new": "../beside/keep.txt",
                    "old": "specs/golden.yaml",
                    "before": hashlib.sha256(KEPT).hexdigest(),
                    "after": "",
                }
            ]
        }
    ).encode(),
}
"""Settings and state; the journal is one that wants to remove a file outside."""


@_SETTINGS
@given(
    steps=MUTATIONS, path=st.sampled_from(sorted(STATE)), data=st.binary(max_size=90)
)
def test_damaged_configuration_and_state(steps, path, data):
    damaged = mutated(STATE[path], data, steps)
    event(f"exit {judge({**base(), path: damaged})}")
