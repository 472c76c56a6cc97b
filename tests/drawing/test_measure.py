from __future__ import annotations

import pytest

from couler_jupyter.drawing import duration_text, memory_text
from couler_jupyter.drawing.measure import (
    columns,
    fitted,
    fitted_columns,
    text_width,
)


def test_wider_text_is_wider() -> None:
    assert text_width("ill", 13) < text_width("mmm", 13)
    assert text_width("a" * 10, 13) == pytest.approx(10 * text_width("a", 13))
    assert text_width("模型", 13) > text_width("ab", 13)


@pytest.mark.parametrize(
    "text", ["short", "a longer text than fits", "模型" * 20, "🎉" * 9]
)
@pytest.mark.parametrize("width", [20.0, 60.0, 400.0])
def test_what_is_fitted_fits(text: str, width: float) -> None:
    shown = fitted(text, 11, width)
    assert text_width(shown, 11) <= width
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))


def test_columns_of_a_terminal() -> None:
    assert columns("模型 a") == 6
    assert fitted_columns("模型模型", 5) == "模型…"
    assert fitted_columns("abc", 3) == "abc"
    assert fitted_columns("abcd", 3) == "ab…"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0.00 s"),
        (0, "0.00 s"),
        (0.999, "1.00 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (86_400 * 3, "3 d 0 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (0, "0 B"),
        (1000, "1000 B"),
        (1024, "1 KiB"),
        (3 * 2**40, "3 TiB"),
        (2**60, "1048576 TiB"),
    ],
)
def test_sizes(size: int, text: str) -> None:
    assert memory_text(size) == text
