from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.local.scheduling.admission import Admission, Ask, Bound


@dataclass(eq=False)
class Waiter:
    priority: tuple[int, ...]
    ask: Ask = Ask(cpu=1)  # noqa: RUF009
    bounds: tuple[Bound, ...] = ()
    queued: bool = True


def room(cpu: float = 2, memory: int = 10, gpu: int = 0) -> Admission[Waiter]:
    return Admission(cpu=cpu, memory=memory, gpu=gpu)


def test_the_best_goes_first_and_the_small_pass_the_big() -> None:
    admission = room()
    big = Waiter((0,), Ask(cpu=3))
    ones = [Waiter((n,)) for n in (3, 1, 2)]
    for one in (big, *ones):
        admission.push(one)
    assert list(admission.admit()) == [ones[1], ones[2]]
    assert admission.waiting() == [big, ones[0]]
    admission.release(ones[1])
    assert list(admission.admit()) == [ones[0]]


def test_fractions_of_a_core_add_up() -> None:
    admission = room(cpu=1)
    tenths = [Waiter((n,), Ask(cpu=0.1)) for n in range(11)]
    for one in tenths:
        admission.push(one)
    assert list(admission.admit()) == tenths[:10]


def test_what_no_longer_waits_is_passed_over() -> None:
    admission = room(cpu=1)
    gone, other = Waiter((0,)), Waiter((1,))
    admission.push(gone)
    admission.push(other)
    gone.queued = False
    assert list(admission.admit()) == [other]
    assert admission.waiting() == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.5, 1.0, 2.0]),
            st.sampled_from([0, 0, 4]),
            st.sets(st.integers(0, 2)),
        ),
        min_size=1,
        max_size=25,
    ),
    st.randoms(use_true_random=False),
)
def test_nothing_is_over_its_bound_and_all_come_in(
    wanted: list[tuple[float, int, set[int]]], dice: object
) -> None:
    admission = room(cpu=2, memory=5)
    bounds = (Bound(1), Bound(2), Bound(None))
    waiters = [
        Waiter(
            (n,), Ask(cpu=cpu, memory=memory), tuple(bounds[g] for g in sorted(groups))
        )
        for n, (cpu, memory, groups) in enumerate(wanted)
    ]
    left = list(waiters)
    running: list[Waiter] = []
    done: list[Waiter] = []
    while len(done) < len(waiters):
        for _ in range(min(3, len(left))):
            admission.push(left.pop(0))
        for one in admission.admit():
            one.queued = False
            running.append(one)
        assert sum(one.ask.cpu for one in running) <= 2
        assert sum(one.ask.memory for one in running) <= 5
        for bound in bounds[:2]:
            assert sum(bound in one.bounds for one in running) <= (bound.most or 0)
        fits = [
            one
            for one in admission.waiting()
            if not any(bound.full for bound in one.bounds)
            and one.ask.cpu <= 2 - sum(r.ask.cpu for r in running)
            and one.ask.memory <= 5 - sum(r.ask.memory for r in running)
        ]
        assert not fits, "somebody waits for whom there is room"
        if running:
            ended = running.pop(dice.randrange(len(running)))  # type: ignore[attr-defined]
            admission.release(ended)
            done.append(ended)
