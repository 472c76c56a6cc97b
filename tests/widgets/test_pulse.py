from __future__ import annotations

from collections.abc import Callable
from threading import Timer

from couler_jupyter.widgets.pulse import Pulse


class Clock:
    """Time that passes when told to, with its timers."""

    def __init__(self) -> None:
        self.now = 100.0
        self.due: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def timer(self, wait: float, then: Callable[[], None]) -> Timer:
        clock = self
        due = (self.now + wait, then)

        class Waiting(Timer):
            def start(self) -> None:
                clock.due.append(due)

            def cancel(self) -> None:
                if due in clock.due:
                    clock.due.remove(due)

        return Waiting(wait, then)

    def pass_(self, seconds: float) -> None:
        self.now += seconds
        for due in [one for one in self.due if one[0] <= self.now + 1e-9]:
            self.due.remove(due)
            due[1]()


def pulse() -> tuple[Pulse[int], list[int], Clock]:
    sent: list[int] = []
    clock = Clock()
    return Pulse(sent.append, clock=clock, timer=clock.timer), sent, clock


def test_the_first_goes_at_once_and_then_the_latest_when_it_is_time() -> None:
    beat, sent, clock = pulse()
    for value in range(5):
        beat.put(value)
    assert sent == [0]
    clock.pass_(0.05)
    assert sent == [0]
    clock.pass_(0.05)
    assert sent == [0, 4]
    assert clock.due == []


def test_no_more_than_ten_a_second_and_none_is_late() -> None:
    beat, sent, clock = pulse()
    for value in range(1000):
        beat.put(value)
        clock.pass_(0.001)
    assert len(sent) <= 11
    clock.pass_(0.1)
    assert sent[-1] == 999


def test_flush_sends_now_and_only_once() -> None:
    beat, sent, clock = pulse()
    beat.put(1)
    beat.put(2)
    beat.flush()
    assert sent == [1, 2]
    clock.pass_(1)
    beat.flush()
    assert sent == [1, 2]


def test_after_a_pause_it_goes_at_once_again() -> None:
    beat, sent, clock = pulse()
    beat.put(1)
    clock.pass_(5)
    beat.put(2)
    assert sent == [1, 2]
