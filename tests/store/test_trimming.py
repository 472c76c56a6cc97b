"""What is remembered has an end, and what is still of use is not what goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.ir import Phase
from couler_jupyter.store import Attempt, Made, Object, Past, Result, Store, Visit


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    index = (
        request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    )
    opened = Store.open(tmp_path / "store", index=index)
    yield opened
    opened.close()


def name(number: int) -> str:
    return f"{number:064x}"


def remember(store: Store, numbers: range, made: Object | None = None) -> None:
    output = Made(kind="file", content="x", object=made)
    store.results.remember_many(
        (
            Result(
                fingerprint=name(number),
                workflow="w",
                step="s",
                run="r",
                outputs={"out": output},
                seconds=1.0,
                made=0.0,
            ),
            (("source", "x", ""),),
        )
        for number in numbers
    )


def meet(store: Store, run: str, *numbers: int) -> None:
    visits = tuple(Visit("s", "own", fingerprint=name(one)) for one in numbers)
    store.history.began(Past(run=run, workflow="w", visits=visits, finished=True))


def known(store: Store, numbers: range) -> list[int]:
    found = store.results.recall_many(map(name, numbers))
    return [number for number in numbers if name(number) in found]


def test_nothing_goes_before_there_is_too_much(store: Store) -> None:
    remember(store, range(10))
    assert store._trimming.trim(results=10) == 0
    assert known(store, range(10)) == list(range(10))


def test_the_oldest_go_first_and_room_is_made_for_more(store: Store) -> None:
    remember(store, range(11))
    assert store._trimming.trim(results=10) == 3
    assert known(store, range(11)) == list(range(3, 11))
    assert store.results.parts(name(0)) == ()
    assert store.results.parts(name(10)) == (("source", "x", ""),)


def test_what_runs_have_met_goes_last_and_what_is_kept_before_that(
    store: Store,
) -> None:
    made = store.put(b"kept")
    assert made is not None
    remember(store, range(2))
    remember(store, range(2, 4), made)
    remember(store, range(4, 11))
    meet(store, "run", 0)
    assert store._trimming.trim(results=10) == 3
    assert known(store, range(11)) == [0, 2, 3, *range(6, 11)]
    assert store._trimming.trim(results=2) == 6
    assert known(store, range(11)) == [0, 3]
    assert store.holds((made,))


def test_what_only_forgotten_runs_have_met_counts_as_met_by_none(store: Store) -> None:
    remember(store, range(11))
    meet(store, "long ago", 0, 1)
    meet(store, "lately", 2)
    assert store._trimming.trim(results=10, runs=1) == 3
    assert known(store, range(11)) == [2, *range(4, 11)]
    assert [past.run for past in store.history.pasts()] == ["lately"]


def test_attempts_have_an_end_too(store: Store) -> None:
    store.history.count(
        Attempt(
            run=f"r{number}",
            workflow="w",
            step="s",
            path="s",
            engine="local",
            phase=Phase.SUCCEEDED,
        )
        for number in range(5)
    )
    store._trimming.trim(attempts=2)
    assert [one.run for one in store.history.attempts()] == ["r4", "r3"]
