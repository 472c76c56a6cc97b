from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from couler_jupyter.engines.local.loop import Loop


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_readable_descriptor_is_served(loop: Loop, pipe: tuple[int, int]) -> None:
    read, write = pipe
    found: list[bytes] = []
    loop.on_readable(read, lambda: found.append(os.read(read, 10)))
    loop.run_once(0)
    assert found == []
    os.write(write, b"x")
    loop.run_once()
    assert found == [b"x"]


def test_forgotten_descriptor_is_not_served(loop: Loop, pipe: tuple[int, int]) -> None:
    read, write = pipe
    loop.on_readable(read, pytest.fail)
    loop.forget(read)
    os.write(write, b"x")
    loop.run_once(0)


def test_callback_may_forget_others_that_are_ready_too(loop: Loop) -> None:
    ends = [os.pipe() for _ in range(2)]
    served: list[int] = []

    def serve(own: int, other: int) -> None:
        served.append(own)
        loop.forget(other)

    (a, a_write), (b, b_write) = ends
    loop.on_readable(a, lambda: serve(a, b))
    loop.on_readable(b, lambda: serve(b, a))
    os.write(a_write, b"x")
    os.write(b_write, b"x")
    loop.run_once()
    assert len(served) == 1
    for end in (a, a_write, b, b_write):
        os.close(end)


def test_timers_come_in_order_of_time_then_of_asking(loop: Loop) -> None:
    found: list[str] = []
    loop.call_later(0.02, lambda: found.append("late"))
    loop.call_later(0, lambda: found.append("first"))
    loop.call_later(0, lambda: found.append("second"))
    loop.call_later(0.03, loop.stop)
    loop.run()
    assert found == ["first", "second", "late"]


def test_cancelled_timer_does_nothing(loop: Loop) -> None:
    loop.call_later(0, pytest.fail).cancel()
    loop.call_later(0, loop.stop)
    loop.run()


def test_call_from_another_thread_wakes_the_loop(loop: Loop) -> None:
    served_by: list[int] = []

    def serve() -> None:
        served_by.append(threading.get_ident())
        loop.stop()

    thread = threading.Thread(target=loop.call_from_thread, args=(serve,))
    thread.start()
    loop.run()
    thread.join()
    assert served_by == [threading.get_ident()]


def test_many_calls_from_threads_are_all_served(loop: Loop) -> None:
    count = [0]

    def add() -> None:
        count[0] += 1
        if count[0] == 100_000:
            loop.stop()

    def hand() -> None:
        for _ in range(25_000):
            loop.call_from_thread(add)

    threads = [threading.Thread(target=hand) for _ in range(4)]
    for thread in threads:
        thread.start()
    loop.run()
    for thread in threads:
        thread.join()
    assert count == [100_000]


def test_call_after_the_end_goes_nowhere() -> None:
    """Not into a file, either, that has got the loop's descriptor since."""
    loop = Loop()
    loop.close()
    others = [os.pipe() for _ in range(4)]
    loop.call_from_thread(pytest.fail)
    for read, write in others:
        os.set_blocking(read, False)
        with pytest.raises(BlockingIOError):
            os.read(read, 1)
        os.close(read)
        os.close(write)


def test_error_in_a_callback_reaches_whoever_runs_the_loop(loop: Loop) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    loop.call_later(0, fail)
    with pytest.raises(ZeroDivisionError):
        loop.run()
