"""What tasks of a DAG and groups of steps wait for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.depends import ended_well, read_depends
from couler_jupyter.engines.argo.structure.waiting import hard_names
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    text_at,
    texts_at,
)
from couler_jupyter.ir import After, Ended, Outcome, Step


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


_ANY_END = frozenset(Outcome) - {
    Outcome.READY,
    Outcome.ANY_SUCCEEDED,
    Outcome.ALL_FAILED,
}


def without_any_end(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return steps that wait for no step to end in any way, if they can do without it.

    What they use of it and can do without makes them wait so.
    """
    by_name = {step.name: step for step in steps}
    return tuple(
        replace(step, after=kept)
        if len(kept := _kept(step, by_name)) < len(step.after)
        else step
        for step in steps
    )


def _kept(step: Step, by_name: Mapping[str, Step]) -> tuple[After, ...]:
    used = step.data_dependencies if step.after else ()
    return tuple(
        one
        for one in step.after
        if not isinstance(one, Ended)
        or not _ANY_END.issubset(one.how)
        or one.step not in used
        or one.step in hard_names(step, by_name)
    )
