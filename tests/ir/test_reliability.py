"""How long to wait before another attempt."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.ir import Backoff


def test_waits_grow_up_to_the_longest() -> None:
    backoff = Backoff(seconds=2, factor=3, longest=10)
    assert [backoff.wait(n) for n in (1, 2, 3, 4)] == [2.0, 6.0, 10.0, 10.0]


def test_without_a_factor_all_waits_are_the_same() -> None:
    assert {Backoff(seconds=5).wait(n) for n in range(1, 9)} == {5.0}


def test_a_wait_too_long_to_say_is_endless_or_the_longest() -> None:
    assert Backoff(seconds=1, factor=2).wait(10**5) == math.inf
    assert Backoff(seconds=1, factor=2, longest=60).wait(10**5) == 60


def test_no_wait_stays_none() -> None:
    assert Backoff(seconds=0, factor=2).wait(10**5) == 0


@given(st.floats(0, 1e9), st.floats(1, 1e9), st.integers(1, 10**6))
def test_waits_never_shrink(seconds: float, factor: float, attempt: int) -> None:
    backoff = Backoff(seconds=seconds, factor=factor, longest=1e12)
    assert 0 <= backoff.wait(attempt) <= backoff.wait(attempt + 1) <= 1e12
