from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.local.masking import Masker, mask

texts = st.text("ab\n", max_size=60).map(str.encode)
secrets = st.lists(st.text("ab", max_size=5), max_size=4)


def _feed(masker: Masker, *pieces: bytes) -> bytes:
    return b"".join(map(masker.feed, pieces)) + masker.end()


def test_secret_across_pieces() -> None:
    assert _feed(Masker(["hunter2"]), b"x hu", b"nter", b"2 y") == b"x *** y"


def test_text_without_secrets_is_not_held_back() -> None:
    masker = Masker(["hunter2"])
    assert masker.feed(b"progress 10%") == b"progress 10%"


def test_what_only_looks_like_one_is_shown() -> None:
    assert _feed(Masker(["hunter2"]), b"hunter", b"s hunt") == b"hunters hunt"


def test_overlapping_secrets_leave_nothing_of_either() -> None:
    assert mask("xabcdefx", ["abcd", "cdef"]) == "x***x"
    assert mask("xabababx", ["abab"]) == "x***x"


def test_longer_secret_wins_over_one_it_begins_with() -> None:
    assert _feed(Masker(["abc", "abcdef"]), b"-abc", b"def-abcx") == b"-***-***x"


def test_each_longer_line_of_a_key_is_a_secret() -> None:
    key = "-----BEGIN KEY-----\r\nMIIEvQIBADANBg\nab\n"
    assert mask("MIIEvQIBADANBg, ab", [key]) == "***, ab"


def test_empty_secret_hides_nothing() -> None:
    assert mask("text", [""]) == "text"


@given(texts, secrets, st.lists(st.integers(0, 60)))
def test_it_does_not_matter_where_the_stream_is_cut(
    text: bytes, hidden: list[str], cuts: list[int]
) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert _feed(Masker(hidden), *pieces) == _feed(Masker(hidden), text)


@given(texts, secrets)
def test_what_is_not_covered_by_a_secret_stays_and_the_rest_goes(
    text: bytes, hidden: list[str]
) -> None:
    covered = [False] * len(text)
    for secret in filter(None, hidden):
        value = secret.encode()
        for start in range(len(text)):
            if text.startswith(value, start):
                covered[start : start + len(value)] = [True] * len(value)
    left = bytes(byte for byte, gone in zip(text, covered, strict=True) if not gone)
    assert _feed(Masker(hidden), text).replace(b"***", b"") == left
