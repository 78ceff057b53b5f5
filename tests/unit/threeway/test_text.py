"""Orders, gaps around keys, and line merges."""

import pytest

from suiteloom.suites.threeway.text import (
    Conflict,
    Slots,
    align,
    join,
    merge_text,
    merged_order,
    split_lines,
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a\n"]),
        ("a\n\nb", ["a\n", "\n", "b"]),
        ("a\r\nb\x0cc\u2028d\n", ["a\r\n", "b\x0cc\u2028d\n"]),
    ],
)
def test_lines(text, lines):
    assert split_lines(text) == lines


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        pytest.param("a", "a", "a", "a", id="nothing"),
        pytest.param("a", "a", "b", "b", id="theirs"),
        pytest.param("a", "b", "a", "b", id="ours"),
        pytest.param("a", "b", "b", "b", id="the-same"),
        pytest.param("a", "", "a", "", id="removed"),
    ],
)
def test_text_that_one_side_left_alone(base, ours, theirs, merged, never):
    assert merge_text(base, ours, theirs, never) == [merged]


def test_text_that_both_sides_changed(lines):
    old = "a\nb\nc\nd\ne\n"
    ours, theirs = old.replace("a", "A"), old.replace("e", "E")
    assert join(merge_text(old, ours, theirs, lines)) == ["A\nb\nc\nd\nE\n"]
    assert merge_text("a\n", "b\n", "c\n", lines) == [
        "",
        Conflict("b\n", "a\n", "c\n"),
        "",
    ]


def test_lines_that_look_like_markers(lines):
    old = f"{'=' * 80}\n<<<<<<< x\n=======\n>>>>>>> y\n|||||||\nend\n"
    ours, theirs = old.replace("end", "ours"), old.replace("end", "theirs")
    head = old.removesuffix("end\n")
    assert join(merge_text(old, ours, theirs, lines)) == [
        head,
        Conflict("ours\n", "end\n", "theirs\n"),
    ]


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "kept", "merged"),
    [
        pytest.param("abc", "abc", "abc", "abc", "abc", id="nothing"),
        pytest.param("abc", "abxc", "abyc", "abcxy", "abxyc", id="added-in-one-place"),
        pytest.param("abc", "xabc", "yabc", "abcxy", "xyabc", id="added-at-the-start"),
        pytest.param("abc", "abcxz", "abcy", "abcxyz", "abcxzy", id="added-at-the-end"),
        pytest.param("abc", "ac", "abyc", "acy", "ayc", id="added-behind-a-removed"),
        pytest.param("abc", "cba", "abyc", "abcy", "cbya", id="reordered-here"),
        pytest.param("abc", "cbxa", "abyc", "abcxy", "cbxya", id="reordered-and-both"),
        pytest.param("abc", "abxc", "cba", "abcx", "cbxa", id="reordered-there"),
        pytest.param("abc", "cba", "bca", "abc", "cba", id="reordered-twice"),
        pytest.param("abc", "ac", "abc", "abc", "abc", id="kept-though-removed"),
        pytest.param("", "ab", "bc", "abc", "abc", id="without-base"),
    ],
)
def test_order(base, ours, theirs, kept, merged):
    assert "".join(merged_order(base, ours, theirs, set(kept))) == merged


def slots(text):
    """``"1 a 2 b 3"``: keys are letters, gaps are lines of digits."""
    keys, gaps = [], [""]
    for word in text.split():
        if word.isdigit():
            gaps[-1] += f"{word}\n"
        else:
            keys.append(word)
            gaps.append("")
    return Slots(tuple(keys), tuple(gaps))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "order", "aligned"),
    [
        pytest.param(
            "1 a 2 b", "1 a 2 b", "1 a 2 b", "ab", ["1 a 2 b"] * 3, id="nothing"
        ),
        pytest.param(
            "a 1 2 b", "b 1 2 a", "a 1 2 b", "ba", ["b 1 2 a"] * 3, id="gaps-stay"
        ),
        pytest.param(
            "a 1 b 2 c", "a 1 2 c", "a 1 b 2 c", "ac", ["a 1 2 c"] * 3, id="gone"
        ),
        pytest.param(
            "a 1 2 b",
            "a 1 x 2 b",
            "a 1 2 y b",
            "axyb",
            ["a 1 x 2 y b"] * 3,
            id="inside",
        ),
        pytest.param(
            "a 1 2 b",
            "a 1 3 x 2 b",
            "a 1 2 b",
            "axb",
            ["a 1 x 2 b", "a 1 3 x 2 b", "a 1 x 2 b"],
            id="beside-new-lines",
        ),
        pytest.param(
            "a 1 2 b",
            "a 1 2 y b",
            "a x 1 2 b",
            "ayxb",
            ["a 1 2 y x b", "a 1 2 y x b", "a y x 1 2 b"],
            id="order-wins",
        ),
        pytest.param("", "1 x 2", "", "x", ["x", "1 x 2", "x"], id="new-class"),
    ],
)
def test_align(base, ours, theirs, order, aligned):
    versions = (slots(text) for text in (base, ours, theirs))
    assert align(*versions, order) == tuple(slots(text) for text in aligned)
