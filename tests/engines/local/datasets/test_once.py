"""What several threads ask for is done once."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from couler_jupyter.engines.local.datasets.once import Once


def test_others_wait_for_the_first() -> None:
    once: Once[str, int] = Once()
    made: list[int] = []
    found: list[int] = []
    start = Barrier(4)

    def make() -> int:
        made.append(1)
        return len(made)

    def ask() -> None:
        start.wait()
        found.append(once.get("a", make))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, found) == ([1], [1] * 4)
    assert once.done("a") == 1
    assert once.done("b") is None


def test_what_failed_is_tried_again() -> None:
    once: Once[str, int] = Once()

    def fail() -> int:
        raise OSError("no luck")

    with pytest.raises(OSError, match="no luck"):
        once.get("a", fail)
    assert once.done("a") is None
    assert once.get("a", lambda: 2) == 2
    once.forget("a")
    assert once.get("a", lambda: 3) == 3
    once.put("a", 4)
    assert once.get("a", fail) == 4
