"""What things may be called, and what is suggested instead."""

from __future__ import annotations

import pytest

from couler_jupyter.ir import name_fault, nearest

GOOD = ["a", "_", "0", "train-2", "a.b", "größe", "训练", "x" * 253, "A_b-C.d"]
BAD = [
    "",
    "-a",
    ".a",
    "a b",
    "a/b",
    "a[0]",
    "a#1",
    "a\n",
    "\na",
    "a\0",
    "<b>",
    "'",
    "a\ud800",
]
BAD_TOO = ["x" * 254, "é".encode().decode("latin-1") + " ", "a\u200bb", "../a"]


@pytest.mark.parametrize("name", GOOD)
def test_good_names(name: str) -> None:
    assert name_fault(name) is None


@pytest.mark.parametrize("name", [*BAD, *BAD_TOO])
def test_bad_names(name: str) -> None:
    assert name_fault(name)


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("trian", {"train", "test"}, "; did you mean 'train'?"),
        ("x", set[str](), "; there is none"),
        ("x", {"bb", "aa"}, "; there is aa, bb"),
        (
            "x",
            {f"n{i}" for i in range(9)},
            "; there is n0, n1, n2, n3, n4, n5, n6, n7 and more",
        ),
        ("n0x", {f"n{i}" for i in range(301)}, "; there are 301 others"),
    ],
)
def test_nearest(name: str, known: set[str], said: str) -> None:
    assert nearest(name, known) == said
