"""What is remembered of steps and runs: results, parts, attempts, runs in their order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import Mock, patch

import pytest

from couler_jupyter.ir import Phase
from couler_jupyter.store import (
    Attempt,
    Made,
    Object,
    Origin,
    Past,
    Result,
    Store,
    Typical,
    Visit,
)
from couler_jupyter.store.plain import OnServer, OnSqlite


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    index = (
        request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    )
    opened = Store.open(tmp_path / "store", index=index)
    yield opened
    opened.close()


def fingerprint(number: int) -> str:
    return f"{number:064x}"


def result(number: int, made: Object | None = None, run: str = "run-1") -> Result:
    return Result(
        fingerprint=fingerprint(number),
        workflow="wf",
        step="train",
        run=run,
        outputs={
            "model": Made(kind="file", content="c", object=made),
            "score": Made(kind="json", content="d", value={"f1": [1.5, None, "ä"]}),
        },
        seconds=2.5,
        made=1e9,
    )


def test_results_come_back_whole(store: Store) -> None:
    one = result(1, Object("a" * 64, 5))
    store.results.remember(one, (("source", "x = 1", "x=1"),))
    assert store.results.recall(fingerprint(1)) == one
    assert one.objects == (Object("a" * 64, 5),)
    assert store.results.parts(fingerprint(1)) == (("source", "x = 1", "x=1"),)
    assert store.results.recall(fingerprint(2)) is None
    assert store.results.parts(fingerprint(2)) == ()


def test_a_later_result_takes_the_place_of_an_earlier_one(store: Store) -> None:
    store.results.remember(result(1, run="old"), (("a", "b", ""),))
    store.results.remember(result(1, run="new"))
    found = store.results.recall(fingerprint(1))
    assert found is not None
    assert found.run == "new"
    assert store.results.parts(fingerprint(1)) == ()


def test_the_last_result_of_a_step_is_the_last_remembered(store: Store) -> None:
    for number in (3, 1, 2):
        store.results.remember(result(number))
    found = store.results.last("wf", "train")
    assert found is not None
    assert found.fingerprint == fingerprint(2)
    assert store.results.last("wf", "other") is None


def test_many_are_recalled_by_one_question(store: Store) -> None:
    store.results.remember_many((result(number), ()) for number in range(1000))
    with _heard(OnSqlite) as on_file, _heard(OnServer) as on_server:
        found = store.results.recall_many(fingerprint(one) for one in range(1200))
    assert on_file.call_count + on_server.call_count == 1
    assert found.keys() == {fingerprint(number) for number in range(1000)}


def _heard(kind: type[OnSqlite | OnServer]) -> AbstractContextManager[Mock]:
    return patch.object(kind, "ask", autospec=True, side_effect=kind.ask)


def test_more_than_one_question_holds_are_recalled(store: Store) -> None:
    store.results.remember(result(20_001))
    found = store.results.recall_many(fingerprint(number) for number in range(20_010))
    assert list(found) == [fingerprint(20_001)]
    assert store.sizes(fingerprint(number) for number in range(20_010)) == {}


def test_what_is_forgotten_is_not_recalled_but_kept(store: Store) -> None:
    made = store.put(b"x")
    store.results.remember(result(1, made))
    store.results.forget([fingerprint(1)])
    assert store.results.recall(fingerprint(1)) is None
    assert [one.origins for one in store.kept()] == [()]


def test_what_is_kept_says_what_it_is(store: Store) -> None:
    made = store.put(b"x")
    for number in (1, 2):
        store.results.remember(result(number, made))
    origins = store.kept()[0].origins
    assert origins == tuple(
        Origin(
            fingerprint=fingerprint(number),
            workflow="wf",
            step="train",
            output="model",
            seconds=2.5,
        )
        for number in (1, 2)
    )


def test_results_outlive_their_objects_until_all_is_cleared(store: Store) -> None:
    made = store.put(b"x")
    assert made is not None
    store.results.remember(result(1, made))
    store.drop([made.digest])
    assert store.results.recall(fingerprint(1)) is not None
    store.put(b"y")
    assert store.clear() == 1
    assert store.results.recall(fingerprint(1)) is None


def attempt(seconds: float, phase: Phase = Phase.SUCCEEDED, **given: object) -> Attempt:
    return Attempt(
        run="run-1",
        workflow="wf",
        step="train",
        path="train",
        engine="local",
        phase=phase,
        seconds=seconds,
        **given,  # type: ignore[arg-type]
    )


def test_attempts_come_back_newest_first(store: Store) -> None:
    some = [attempt(1.0, fingerprint="f"), attempt(2.0, Phase.FAILED), attempt(3.0)]
    store.history.count(some)
    assert store.history.attempts() == tuple(reversed(some))
    assert store.history.attempts(limit=1, workflow="wf", step="train") == (some[2],)
    assert store.history.attempts(run="other") == ()


def test_what_is_typical_is_of_the_latest_that_succeeded(store: Store) -> None:
    store.history.count([attempt(1000.0)])
    store.history.count(attempt(float(number), output_bytes=10) for number in range(5))
    store.history.count([attempt(99.0, Phase.FAILED, cpu_seconds=9.0)])
    assert store.history.typical("wf") == {
        "train": Typical(
            seconds=2.0,
            output_bytes=10.0,
            cpu_seconds=None,
            peak_memory=None,
            attempts=5,
        )
    }
    assert store.history.typical("other") == {}


def test_how_fast_the_store_is_read_is_known_once_it_was(store: Store) -> None:
    assert store.history.read_rate() is None
    store.history.count([attempt(1.0), attempt(1.0, read_bytes=100, read_seconds=2.0)])
    store.history.count([attempt(1.0, read_bytes=50, read_seconds=1.0)])
    assert store.history.read_rate() == 50.0


def test_runs_come_back_in_their_order(store: Store) -> None:
    pasts = [
        Past(
            run=f"run-{number}",
            workflow="wf" if number != 1 else "other",
            visits=(Visit("a", f"v{number}"), Visit("b", "v", target=True)),
        )
        for number in range(3)
    ]
    for past in pasts:
        store.history.began(past)
    store.history.ended("run-1", finished=False)
    found = store.history.pasts()
    assert [past.run for past in found] == ["run-0", "run-1", "run-2"]
    assert [past.finished for past in found] == [None, False, None]
    assert store.history.pasts(workflow="wf") == (pasts[0], pasts[2])
    assert store.history.pasts(limit=1) == (pasts[2],)


def test_only_the_latest_are_left_when_the_rest_is_forgotten(store: Store) -> None:
    store.history.count(attempt(float(number)) for number in range(5))
    store.history.began(Past(run="r", workflow="wf", visits=()))
    store.history.forget(attempts=2, pasts=5)
    assert [one.seconds for one in store.history.attempts()] == [4.0, 3.0]
    assert len(store.history.pasts()) == 1
    store.history.forget()
    assert store.history.attempts() == ()
    assert store.history.pasts() == ()
