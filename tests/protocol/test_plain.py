from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.protocol import one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\after", "after"),
        ("two\r\n\tlines", "two lines"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("nul\x00 \ud800", "nul"),
        ("\x1b", ""),
        ("Größe 🎉 שלום", "Größe 🎉 שלום"),
        ("<b>\"quoted\" & 'so'</b>", "<b>\"quoted\" & 'so'</b>"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_long_text_ends_in_an_ellipsis() -> None:
    assert one_line("x" * 10, most=10) == "x" * 10
    assert one_line("x" * 11, most=10) == "x" * 9 + "…"


@given(st.text(alphabet=st.characters() | st.sampled_from("\x1b[]\x07;m\\")))
def test_never_a_control_character(text: str) -> None:
    shown = one_line(text)
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert one_line(shown) == shown
