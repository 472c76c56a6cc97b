"""Values of which the first that exists is taken: how far Kubeflow joins what may not be.

A task starts only if all it waits for succeeded. So what was skipped can be done without,
and what failed cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.ir import (
    DictOf,
    FirstOf,
    Format,
    ListOf,
    OutputRef,
    Step,
    Value,
    Workflow,
)


def joining_faults(user: str, value: Value, workflow: Workflow) -> Iterator[str]:
    """Yield what a value takes that would have to have failed for it to go on."""
    for one in _choices(value):
        for option in one.options[:-1]:
            if isinstance(option, OutputRef) and _always_runs(option, workflow):
                yield (
                    f"{user} does without an output of {option.step!r} only where that "
                    "fails, and nothing starts after a task that failed"
                )


def _always_runs(ref: OutputRef, workflow: Workflow) -> bool:
    """Whether a step leaves an output in each run, unless something fails."""
    seen: set[str] = set()
    waiting = [ref.step]
    while waiting:
        name = waiting.pop()
        step: Step = workflow.by_name[name]
        if step.when is not None:
            return False
        if name not in seen:
            seen.add(name)
            waiting += (*step.order_dependencies, *step.data_dependencies)
    return True


def _choices(value: Value) -> Iterator[FirstOf]:
    match value:
        case FirstOf(options=inner):
            yield value
        case Format(parts=parts):
            inner = tuple(one for one in parts if not isinstance(one, str))
        case ListOf(items=inner):
            pass
        case DictOf(items=pairs):
            inner = tuple(one for _, one in pairs)
        case _:
            return
    for one in inner:
        yield from _choices(one)
