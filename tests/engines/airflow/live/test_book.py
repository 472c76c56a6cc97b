"""What task instances tell, as news of steps; told once."""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.airflow.live.book import Book, News
from couler_jupyter.engines.airflow.live.server import NOTHING_THERE, NothingThere
from couler_jupyter.engines.airflow.setting import Setting
from couler_jupyter.engines.airflow.told import steps_of
from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.ir import Json, Phase
from couler_jupyter.testing.parts import flow, over, sh, step

_LEFT = {"ended": {"phase": "succeeded", "exit_code": 0}, "return_value": {"result": 1}}
_FLOW = flow("one", step("a", sh("true")), step("b", sh("true"), after=["a"]))


def _task(name: str, state: str | None, *, index: int = -1, number: int = 1) -> Json:
    begun, ended = state is not None, state not in {None, "running", "up_for_retry"}
    return {
        "task_id": name,
        "map_index": index,
        "state": state,
        "try_number": number if begun else 0,
        "start_date": "1970-01-01T00:00:10Z" if begun else None,
        "end_date": "1970-01-01T00:00:15Z" if ended else None,
    }


def _book(left: dict[str, Any] | None = None, known: Any = None) -> Book:
    def asked(_: tuple[str, int], key: str) -> Json | NothingThere:
        return NOTHING_THERE if left is None else left[key]

    return Book(steps_of(_FLOW, Setting()), known or {}, asked)


def _told(news: News) -> list[tuple[str, str, float]]:
    return [(one.step, one.phase.value, one.time) for one in news.events]


def test_a_step_that_ran_unseen_began_as_well() -> None:
    news = _book(_LEFT).update([_task("a", "success")], 99, cancelled=False)
    assert _told(news) == [("a", "running", 10.0), ("a", "succeeded", 15.0)]
    assert news.outputs == {"a": {"result": 1}}


def test_nothing_is_told_twice() -> None:
    book = _book(_LEFT)
    tasks = [_task("a", "running"), _task("b", None)]
    first = book.update(tasks, 99, cancelled=False)
    assert _told(first) == [("a", "running", 10.0), ("b", "pending", 99)]
    assert first.working
    assert book.update(tasks, 99, cancelled=False).events == ()
    ended = book.update([_task("a", "success"), tasks[1]], 99, cancelled=False)
    assert _told(ended) == [("a", "succeeded", 15.0)]
    again = book.update([_task("a", "success"), tasks[1]], 99, cancelled=False)
    assert (again.events, again.outputs) == ((), {})


def test_what_the_run_store_knows_is_not_told_again() -> None:
    known = {"a": Standing(phase=Phase.SUCCEEDED, attempt=1, exit_code=0)}
    news = _book(_LEFT, known).update([_task("a", "success")], 99, cancelled=False)
    assert news.events == ()


def test_a_task_that_told_nothing_is_lost() -> None:
    news = _book().update([_task("a", "failed")], 99, cancelled=False)
    assert news.events[-1].phase is Phase.ERRORED
    assert news.bad is not None
    assert "told nothing before it ended" in news.bad[1]


def test_a_task_that_was_stopped_is_cancelled() -> None:
    tasks = [_task("a", "failed"), _task("b", "skipped")]
    news = _book().update(tasks, 99, cancelled=True)
    phases = [one.phase for one in news.events if one.phase is not Phase.RUNNING]
    assert phases == [Phase.CANCELLED, Phase.OMITTED]


def test_a_task_that_will_be_tried_again_runs() -> None:
    news = _book().update([_task("a", "up_for_retry")], 99, cancelled=False)
    assert news.events[-1].phase in {Phase.PENDING, Phase.RUNNING}
    assert [(one.attempt, one.ended) for one in news.logs] == [(1, False)]


def test_logs_of_all_tries_are_told() -> None:
    news = _book(_LEFT).update([_task("a", "success", number=3)], 99, cancelled=False)
    assert [(one.attempt, one.ended) for one in news.logs] == [
        (1, True),
        (2, True),
        (3, True),
    ]


def test_items_that_are_not_there_yet_do_not_wait() -> None:
    inner = flow("inner", step("x", sh("true")))
    workflow = flow("outer", _mapped(inner))
    book = Book(steps_of(workflow, Setting()), {}, lambda *_: NOTHING_THERE)
    tasks = [_task(f"each.{one}", None) for one in ("begin", "x", "ending")]
    told = _told(book.update(tasks, 99, cancelled=False))
    assert "each/x" not in {path for path, _, _ in told}


def _mapped(inner: Any) -> Any:
    from couler_jupyter.ir import SubWorkflow

    return step("each", SubWorkflow(workflow=inner), loop=over(1, 2))
