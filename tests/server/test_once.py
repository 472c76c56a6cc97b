"""The same request is done once, whoever asks it again, and however it went."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed, SubmitFailed
from couler_jupyter.server.once import Once


def test_the_second_waits_for_the_first(tmp_path: Path) -> None:
    begun, done = threading.Event(), []

    def act() -> int:
        begun.set()
        time.sleep(0.05)
        done.append(1)
        return len(done)

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(Once(tmp_path / "r").do, "same", act) for _ in range(4)]
        assert begun.wait(60)
        answers = [one.result() for one in asked]
    assert done == [1]
    assert sorted(answers) == [(1, False), (1, True), (1, True), (1, True)]


def test_another_request_is_another(tmp_path: Path) -> None:
    once = Once(tmp_path)
    assert once.do("one", lambda: 1) == (1, False)
    assert once.do("two", lambda: 2) == (2, False)


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    once = Once(tmp_path)

    def refuse() -> None:
        raise SubmitFailed("no")

    with pytest.raises(SubmitFailed):
        once.do("same", refuse)
    assert once.do("same", lambda: 1) == (1, False)


def test_old_answers_are_forgotten(tmp_path: Path) -> None:
    once = Once(tmp_path)
    once.do("same", lambda: 1)
    (kept,) = tmp_path.iterdir()
    os.utime(kept, (0, 0))
    assert once.do("same", lambda: 2) == (2, False)


def test_an_answer_is_that_of_the_same_request_only_so_long(tmp_path: Path) -> None:
    once = Once(tmp_path)
    assert once.do("same", lambda: "a long answer", seconds=60) == (
        "a long answer",
        False,
    )
    assert once.do("same", lambda: 2, seconds=60) == ("a long answer", True)
    (kept,) = tmp_path.iterdir()
    os.utime(kept, (time.time(), time.time() - 61))
    assert once.do("same", lambda: 2, seconds=60) == (2, False)
    assert once.do("same", lambda: 3, seconds=60) == (2, True)


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "r").touch()
    with pytest.raises(StoreFailed, match="cannot be used"):
        Once(tmp_path / "r").do("same", lambda: 1)
