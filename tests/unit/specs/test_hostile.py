"""Files made to hurt: each is refused or loads, within bounds of time and memory.

Each is loaded in a process of its own, so that the peak of its memory is its own. These
processes are forked from one that has imported what they need.
"""

import json
import subprocess
import sys

import pytest

CPU_LIMIT_S = 3.0
MEMORY_LIMIT_KB = 100_000
SIZE = 4_999_000

PARENT = """\
import json, os, sys, time
from pathlib import Path
from suiteloom.errors import SpecError
from suiteloom.model import Config
from suiteloom.specs.loader import load_project

def used():
    status = Path("/proc/self/status").read_text()
    peak = status.partition("VmHWM:")[2].split()[0]
    return int(peak), time.process_time()

def load(path):
    source = Path(path).read_bytes()
    memory, cpu = used()
    findings = []
    try:
        load_project("/", Config(), {"specs/a.yaml": source})
    except SpecError as error:
        findings = [[f.line, f.column, f.message, f.hint] for f in error.findings]
    after, total = used()
    found = {"kb": after - memory, "cpu_s": total - cpu, "findings": findings}
    print(json.dumps(found), flush=True)

try:
    load_project("/", Config(), {"specs/warm.yaml": b"a: b"})
except SpecError:
    pass
for line in sys.stdin:
    child = os.fork()
    if not child:
        code = 1
        try:
            load(line[:-1])
            code = 0
        except Exception as error:  # its traceback may be longer than a pipe holds
            print(type(error).__name__, file=sys.stderr)
        finally:
            os._exit(code)
    if os.waitpid(child, 0)[1]:
        print("null", flush=True)
"""

HEAD = b"""\
suiteloom: 1
domain: d
title: T
summary: S
category: unit
revenue: {annual_usd: 1, protects: x}
bvj: {segment: [All], goal: Stability, value_impact: a, strategic_impact: b}
"""
GROUP = HEAD + b"groups:\n  - title: G\n    tests:\n"
TEST = "      - {{id: A-{0}, name: test_{0}, summary: S, kinds: [edge]{1}}}\n"
CASES = GROUP + b"      - id: A-1\n        name: test_a\n        summary: S\n"
CASES += b"        kinds: [edge]\n        cases:\n"


def repeat(unit, size=SIZE):
    return unit * (size // len(unit))


def keys(count):
    return b", ".join(b"key%d: v" % number for number in range(count))


def many(extra, count, head):
    return head + "".join(TEST.format(n, extra) for n in range(count)).encode()


def full(count):
    """A valid spec with texts in each of `count` tests, in groups of a hundred."""
    extra = (
        ", async: true, bvj: {value_impact: Catches what would be dear to mend later.}"
    )
    third = ", given: [a graph of six services], when: [it starts], then: [in order]"
    lines = []
    for number in range(count):
        if number % 100 == 0:
            lines.append(f"  - title: Group {number // 100}\n    tests:\n")
        lines.append(TEST.format(number, extra + (third if number % 3 == 0 else "")))
    return HEAD + b"groups:\n" + "".join(lines).encode()


def alias_bomb():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 20):
        aliases = ", ".join([f"*a{level - 1}"] * 5)
        lines.append(f"a{level}: &a{level} [{aliases}]")
    return "\n".join(lines)[:800].rpartition("\n")[0].encode()


def merge_bomb():
    lines = ["m0: &m0 {k: v}"]
    lines += [f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}" for n in range(1, 40)]
    return "\n".join(lines).encode()


def directives():
    return b"".join(b"%%TAG !a%d! b:\n" % number for number in range(190_000))


LONG = ", ".join(f"event_{n}_of_many_with_a_name_that_is_long" for n in range(50))
NEAR = ", ".join(f"event_{n}_of_many_with_a_name_that_is_lnog" for n in range(50))

HOSTILE = {
    "alias-bomb": (alias_bomb, "refused: an anchor (&a0)"),
    "merge-bomb": (merge_bomb, "refused: an anchor (&m0)"),
    "flow-lists": (lambda: repeat(b"["), "refused: more than 12 levels deep"),
    "flow-maps": (lambda: repeat(b"{a: "), "refused: more than 12 levels deep"),
    "flow-both": (lambda: repeat(b"{a: ["), "refused: more than 12 levels deep"),
    "block-lists": (lambda: repeat(b"- "), "refused: more than 12 levels deep"),
    "question-marks": (lambda: repeat(b"? "), "refused: a key that is not a text"),
    "one-key": (lambda: repeat(b"a: b\n"), "refused: the key `a` a second time"),
    "one-line-of-keys": (lambda: repeat(b"a: b "), "not valid YAML: "),
    "entries": (lambda: repeat(b"- a\n"), "refused: more than 400,000 values"),
    "mappings": (lambda: repeat(b"- {a: b}\n"), "refused: more than 400,000 values"),
    "plain": (lambda: b"title: " + repeat(b"x"), "`groups` is missing"),
    "quoted": (lambda: b'title: "' + repeat(b"\\n") + b'"', "`groups` is missing"),
    "open-quote": (lambda: b'title: "' + repeat(b"x"), "not valid YAML: "),
    "block-text": (lambda: b"title: |\n" + repeat(b" x\n"), "`groups` is missing"),
    "unknown-keys": (
        lambda: b"".join(b"k%d: v\n" % n for n in range(450_000)),
        "refused: more than 50 keys in one mapping",
    ),
    "unknown-keys-of-groups": (
        lambda: HEAD + b"groups:\n" + repeat(b"  - {" + keys(49) + b"}\n"),
        "refused: more than 400,000 values",
    ),
    "unknown-keys-of-1000-groups": (
        lambda: HEAD + b"groups:\n" + (b"  - {" + keys(50) + b"}\n") * 1000,
        "`title` is missing",
    ),
    "unknown-keys-of-cases": (
        lambda: CASES + (b"          - {" + keys(50) + b"}\n") * 500,
        "`id` is missing",
    ),
    "empty-tests": (
        lambda: GROUP + b"      - {}\n" * 390_000,
        "more than 20,000 tests",
    ),
    "valid-tests": (lambda: many("", 45_000, GROUP), "more than 20,000 tests"),
    "20,000-tests": (lambda: many("", 20_000, GROUP), None),
    "bad-names": (
        lambda: many(", markers: [slow, x]", 20_000, GROUP),
        "'x' is not a known marker",
    ),
    "unknown-segments": (
        lambda: many(", bvj: {segment: [" + "Entrprise, " * 50 + "]}", 6_000, GROUP),
        "'Entrprise' is not a known segment",
    ),
    "unknown-coverage": (
        lambda: many(
            f", covers: [{NEAR}]",
            2_000,
            GROUP.replace(b"groups:", f"must_cover: [{LONG}]\ngroups:".encode()),
        ),
        "'event_0_of_many_with_a_name_that_is_lnog' is not a known entry of must_cover",
    ),
    "long-key": (lambda: b'? "' + repeat(b"ab") + b'"\n: x\n', "`groups` is missing"),
    "long-anchor": (lambda: b"&" + repeat(b"a"), "refused: an anchor (&aaaaaaaa"),
    "long-tag": (lambda: b"!" + repeat(b"%41"), "refused: a tag (!AAAAAAAA"),
    "long-parameter": (
        lambda: (
            CASES + b"          - id: a\n            kind: edge\n"
            b"            with:\n              ? "
            + repeat(b"ab", 4_990_000)
            + b"\n              : 1\n"
        ),
        "'ababab",
    ),
    "differing-parameters": (
        lambda: (
            CASES
            + b"".join(
                b"          - {id: c%d, kind: edge, with: {%s}}\n"
                % (row, b", ".join(b"k%d_%d: 1" % (row, n) for n in range(250)))
                for row in range(400)
            )
        ),
        "the case has k1_0, k1_1,",
    ),
    "control-characters": (lambda: repeat(b"\x07"), "control character U+0007"),
    "tabs": (lambda: repeat(b"\t"), "not valid YAML: found character that"),
    "comment": (lambda: repeat(b"#"), "the file is empty"),
    "documents": (lambda: repeat(b"---\n"), "refused: a second document"),
    "directives": (directives, "refused: a directive (%)"),
    "directives-of-the-next": (
        lambda: b"a: b\n...\n" + directives(),
        "refused: a directive (%)",
    ),
    "directives-in-between": (
        lambda: b"a: b\n" + directives(),
        "refused: a directive (%)",
    ),
    "too-large": (lambda: b"#" * 5_000_001, "the spec has over 5,000,000 bytes"),
    "wide": (
        lambda: "title: \U0001f600".encode() + repeat(b"x"),
        "`title` has more than 500 characters",
    ),
    "case-values": (
        lambda: (
            CASES
            + b"          - {id: a, kind: edge, with: {x: ["
            + b"{a: b}," * 190_000
            + b"]}}\n"
        ),
        None,
    ),
    "10,000-tests": (lambda: full(10_000), None),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """Loads a file in a process that one with everything imported makes for it."""
    path = tmp_path_factory.mktemp("hostile") / "a.yaml"
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as parent:

        def measure(source):
            assert len(source) <= 5_000_001
            path.write_bytes(source)
            parent.stdin.write(f"{path}\n")
            parent.stdin.flush()
            return json.loads(parent.stdout.readline())

        yield measure
        out, err = parent.communicate(timeout=60)
        assert (out, err, parent.returncode) == ("", "", 0)


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
@pytest.mark.parametrize("name", HOSTILE)
def test_bounded(name, measured):
    make, expected = HOSTILE[name]
    result = measured(make())
    assert result is not None, "the process that loaded it failed"
    messages = [message for _, _, message, _ in result["findings"]]
    if expected is None:
        assert messages == []
    else:
        assert expected in "\n".join(messages)
        assert len(messages) <= 100
    assert max([len(m) + len(h) for *_, m, h in result["findings"]], default=0) < 600
    assert result["kb"] < MEMORY_LIMIT_KB
    assert result["cpu_s"] < CPU_LIMIT_S


@pytest.mark.parametrize("count", [2, 1000])
def test_ids_that_two_large_specs_share(load, refuse, count):
    text = full(count).decode()
    other = text.replace("domain: d\n", "domain: e\n")
    found = refuse({"specs/a.yaml": text, "specs/b.yaml": other})
    ids = [f.message for f in found if f.code == "SP107"]
    assert ids[0] == "the id A-0 is used a second time"
    assert len(ids) == min(count, 100)
    assert load(text).suites
