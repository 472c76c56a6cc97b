"""What tasks of a DAG and groups of steps wait for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from couler_jupyter.engines.argo.importing.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    text_at,
    texts_at,
)
from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.depends import ended_well, read_depends
from couler_jupyter.ir import After, Ended, Outcome


def waits_of(
    task: Object, tasks: Mapping[str, Object], daemons: Collection[str]
) -> tuple[After, ...]:
    """Return what a task of a DAG waits for.

    Raises:
        NoWord: it says so in a way that is not understood.
    """
    if text := text_at(task, "depends").strip():
        try:
            return read_depends(text, daemons)
        except Unreadable as error:
            raise NoWord(f"depends: {error}") from None
    return tuple(after_all(texts_at(task, "dependencies"), tasks, daemons))


def after_all(
    names: Collection[str], tasks: Mapping[str, Object], daemons: Collection[str]
) -> Iterator[After]:
    """Yield that each of these ended well, or in a way that it lets others go on."""
    for name in names:
        goes_on = object_at(tasks.get(name, {}), "continueOn")
        failed, errored = flag_at(goes_on, "failed"), flag_at(goes_on, "error")
        if not failed and not errored:
            yield name
            continue
        ways = [*ended_well(name, daemons).how]
        ways += [Outcome.FAILED] * failed + [Outcome.ERRORED] * errored
        yield Ended(name, tuple(ways))
