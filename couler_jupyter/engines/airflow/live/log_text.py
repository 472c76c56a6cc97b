"""What Airflow has of a task's log, as the text that the step printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from couler_jupyter.ir import Json

_GROUP, _END = "::group::", "::endgroup::"
_ABOUT_ITSELF = ("Log message source details", "Pre Execute", "Post Execute")
"""Groups in which Airflow tells of what it does around a task."""
_QUIET = ("debug", "info", "")


def text_of_log(lines: Iterable[Json]) -> str:
    r"""Return the text of a log; it only grows while the task runs.

    What Airflow tells of itself is left out, but for warnings and errors.

    >>> text_of_log([{"event": "hello", "level": "info"}, {"event": "there"}])
    'hello\nthere\n'
    """
    return "".join(f"{line}\n" for one in _own(lines) for line in _shown(one))


def _own(lines: Iterable[Json]) -> Iterator[Json]:
    about_itself = False
    for one in lines:
        event = str(one.get("event") or "") if isinstance(one, dict) else str(one)
        if event.startswith(_GROUP):
            about_itself = event.removeprefix(_GROUP).startswith(_ABOUT_ITSELF)
            if about_itself:
                continue
        if about_itself and event == _END:
            about_itself = False
        elif not about_itself or not _is_quiet(one):
            yield one


def _is_quiet(one: Json) -> bool:
    return not isinstance(one, dict) or (one.get("level") or "") in _QUIET


def _shown(one: Json) -> Iterator[str]:
    if not isinstance(one, dict):
        yield str(one)
        return
    yield str(one.get("event") or "")
    for error in one.get("error_detail") or ():
        yield f"{error.get('exc_type')}: {error.get('exc_value')}"
