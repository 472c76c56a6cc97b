"""Of a log, what the step printed is kept."""

from __future__ import annotations

from couler_jupyter.engines.airflow.live.log_text import text_of_log
from couler_jupyter.ir import Json


def _lines(*events: str, level: str = "info") -> list[Json]:
    return [{"event": one, "level": level} for one in events]


def test_what_airflow_tells_of_itself_is_left_out() -> None:
    around = ("::group::Pre Execute", "DAG bundles loaded: dags-folder", "::endgroup::")
    head = (
        "::group::Log message source details sources=['a']",
        "/a.log",
        "::endgroup::",
    )
    assert text_of_log(_lines(*head, *around, "hello")) == "hello\n"


def test_its_warnings_and_errors_stay() -> None:
    lines = [
        *_lines("::group::Pre Execute", "loading"),
        *_lines("cannot load", level="error"),
    ]
    assert text_of_log(lines) == "cannot load\n"


def test_groups_of_the_step_itself_stay() -> None:
    own = ("::group::mine", "1", "::endgroup::", "2")
    assert text_of_log(_lines(*own)) == "".join(f"{one}\n" for one in own)


def test_an_error_is_told_without_frames() -> None:
    detail = [{"exc_type": "ValueError", "exc_value": "3", "frames": [{"name": "f"}]}]
    lines: list[Json] = [{"event": "Task failed", "error_detail": detail}, "plain"]
    assert text_of_log(lines) == "Task failed\nValueError: 3\nplain\n"
