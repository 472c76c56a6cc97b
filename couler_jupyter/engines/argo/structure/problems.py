"""What of a workflow's structure Argo cannot run as it is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from couler_jupyter.engines.argo.structure.ending import exports_of, handler_faults
from couler_jupyter.engines.argo.structure.grouping import MOST_TASKS, too_close
from couler_jupyter.engines.argo.structure.inner_ending import inner_handler_faults
from couler_jupyter.engines.argo.structure.looping import parts_used
from couler_jupyter.engines.argo.structure.own import own_faults
from couler_jupyter.engines.argo.structure.ports import is_wrapped
from couler_jupyter.engines.argo.structure.repeating import MOST_TURNS
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Ended,
    ItemRef,
    Items,
    Json,
    Outcome,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
    atoms,
    leaves,
)

_OF_ITEMS = frozenset({Outcome.ANY_SUCCEEDED, Outcome.ALL_FAILED})


def structure_problems(workflow: Workflow, path: str = "") -> Iterator[Problem]:
    """Yield what cannot be said, of the workflow and of all inside it."""
    where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
    for name, what in handler_faults(workflow, outermost=not path):
        yield Problem(_step(path, name), what)
    for name, what in own_faults(workflow, outermost=not path):
        yield Problem(_step(path, name), what)
    if path:
        for name, what in inner_handler_faults(workflow):
            yield Problem(_step(path, name), what)
    if len(workflow.steps) > MOST_TASKS:
        for unit in too_close(workflow):
            yield Problem(
                where,
                f"{len(unit)} steps, with {unit[0]!r} among them, ask how each other "
                f"end and so must stand in one DAG, which takes {MOST_TASKS}: "
                f"{len(unit) - MOST_TASKS} too many",
            )
    for name, asked in _bounded_and_asked(workflow):
        yield Problem(
            _step(path, name),
            f"it asks how the items of step {asked!r} ended, which runs with a bound of "
            "its own or is used by an exit handler; Argo tells that only without",
        )
    handlers = (handler.step for handler in workflow.exit_handlers)
    yield from _problems_of((*workflow.steps, *handlers), path)


def ending_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what cannot be said of the exit handlers of an outermost workflow."""
    for name, what in handler_faults(workflow, outermost=True):
        yield Problem(_step("", name), what)
    yield from _problems_of((one.step for one in workflow.exit_handlers), "")


def _problems_of(steps: Iterable[Step], path: str) -> Iterator[Problem]:
    for step in steps:
        own = f"{path}/{step.name}" if path else step.name
        yield from (Problem(f"step {own!r}", what) for what in _faults(step))
        if isinstance(step.template, SubWorkflow):
            yield from structure_problems(step.template.workflow, own)


def _bounded_and_asked(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """Yield who asks about items of a step whose map stands in a template of its own."""
    exports = exports_of(workflow)
    for step in workflow.steps:
        for one in step.after:
            for atom in () if isinstance(one, str) else atoms(one):
                if isinstance(atom, Ended) and not _OF_ITEMS.isdisjoint(atom.how):
                    maker = workflow[atom.step]
                    if is_wrapped(maker, exports.get(maker.name, {})):
                        yield step.name, atom.step


def _step(path: str, name: str) -> str:
    own = f"{path}/{name}" if path else name
    return f"step {own!r}"


def _faults(step: Step) -> Iterator[str]:
    if step.repeat is not None and step.repeat.limit > MOST_TURNS:
        yield (
            f"it may run {step.repeat.limit} turns; each is a level of recursion in "
            f"Argo, which goes {MOST_TURNS} deep: {step.repeat.limit - MOST_TURNS} too many"
        )
    if step.loop is not None:
        for value in step.values():
            for leaf in leaves(value):
                if isinstance(leaf, ItemRef) and not all(map(_is_nameable, leaf.path)):
                    yield f"it takes {leaf.path} of an item; Argo's tags cannot name braces"
        if isinstance(step.loop.over, Items):
            for path in parts_used(step):
                for number, item in enumerate(step.loop.over.items):
                    if not _has(item.value, path):
                        yield f"item {number} has no {path}, which the step takes of each"
    if step.daemon and isinstance(step.template, SubWorkflow | Suspend):
        yield "only what runs in a pod can be a daemon in Argo"


def _has(item: Json, path: tuple[str | int, ...]) -> bool:
    try:
        for key in path:
            item = item[key]
    except (LookupError, TypeError):
        return False
    return True


def _is_nameable(key: str | int) -> bool:
    return isinstance(key, int) or ("{{" not in key and "}}" not in key)
