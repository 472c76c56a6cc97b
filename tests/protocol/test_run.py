from __future__ import annotations

import json

import pytest

from couler_jupyter.protocol import node_of
from tests.protocol import golden
from tests.protocol.cases import running


def test_view_is_what_it_was() -> None:
    text = json.dumps(running(), indent=1, ensure_ascii=False) + "\n"
    golden.check("protocol/run_pick_best.json", text)


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ("train", "train"),
        ("train[2]", "train"),
        ("train[2][0]", "train"),
        ("flip#3", "flip"),
        ("tune[1]#2/fit[0]", "tune/fit"),
        ("größe-1.5[0]", "größe-1.5"),
    ],
)
def test_items_and_turns_are_dropped(path: str, node: str) -> None:
    assert node_of(path) == node


def test_the_nearest_box_around_it_stands_for_a_step() -> None:
    assert node_of("a/b/c[1]", {"a", "a/b"}) == "a/b"
    assert node_of("a/b/c[1]", {"a"}) == "a"
    assert node_of("a/b/c[1]", {"z"}) == "a/b/c"
