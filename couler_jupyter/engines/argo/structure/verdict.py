"""The task that a DAG ends with where its last tasks alone would say the wrong thing.

To Argo a DAG has failed where one of its last tasks has, or was kept from running by one
that failed. To a workflow it has failed where any step has, unless another that is there
for that end ran well. Where the two differ, one more task waits for all the others to
have ended as they may; it waits no time, in no pod.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.waiting import soft_names
from couler_jupyter.ir import Condition, Ended, Outcome, Step, Workflow, atoms
from couler_jupyter.ir.validate_use import user_of

FORM = "verdict"
"""The form of a workflow that says `leaves`: it ends as its last tasks do; or `task`."""
STRICT = "strict"
"""The form of one that failed if any step has, whatever ran then."""
BODY: Object = {"suspend": {"duration": "0"}}
"""The template of the task."""

_BAD = {
    Outcome.FAILED: "Failed",
    Outcome.ERRORED: "Errored",
    Outcome.ALL_FAILED: "AllFailed",
}


def needs_verdict(workflow: Workflow) -> bool:
    """Whether the last tasks of a workflow do not say how it ended."""
    chosen = form(workflow.extras, FORM) if workflow.extras else None
    if chosen is not None:
        return chosen in ("task", STRICT)
    tolerant = _tolerant(workflow)
    if not tolerant:
        return False
    followers: dict[str, list[str]] = {name: [] for name in tolerant}
    for name, waits in workflow.dependencies.items():
        for one in waits:
            if one in followers:
                followers[one].append(name)
    return any(
        followers[name] != [who[0].name] or not _says_it_all(who[0], name)
        for name, who in tolerant.items()
    )


def verdict_depends(
    steps: Iterable[Step], workflow: Workflow, task: Mapping[str, str]
) -> str:
    """Return what must hold for some steps to have ended well together."""
    handlers: dict[str, list[str]] = {}
    strict = form(workflow.extras, FORM) == STRICT
    for step in () if strict else workflow.steps:
        for one in step.after:
            for atom in () if isinstance(one, str) else atoms(one):
                if isinstance(atom, Ended) and step.name in task:
                    handlers.setdefault(atom.step, []).extend(
                        f"({task[atom.step]}.{_BAD[how]} && {task[step.name]}.Succeeded)"
                        for how in atom.how
                        if how in _BAD and atom.step in task
                    )
    return " && ".join(
        f"({' || '.join((name, f'{name}.Omitted', *handlers.get(step.name, ())))})"
        for step in steps
        for name in (task[step.name],)
    )


def _tolerant(workflow: Workflow) -> dict[str, list[Step]]:
    """Return the steps that may fail while others that wait for them run, with those."""
    found: dict[str, list[Step]] = {}
    for step in workflow.steps:
        unsure: set[str] = set()
        for one in step.after:
            if not isinstance(one, str):
                unsure |= user_of(step).unsure | _with_bad_items(one)
        for name in sorted(unsure | soft_names(step, workflow)):
            found.setdefault(name, []).append(step)
    return found


def _with_bad_items(tree: Condition) -> set[str]:
    """Return the mapped steps of which one good item is enough."""
    return {
        atom.step
        for atom in atoms(tree)
        if isinstance(atom, Ended) and Outcome.ANY_SUCCEEDED in atom.how
    }


def _says_it_all(step: Step, name: str) -> bool:
    """Whether how `step` ended tells how `name` did, as far as anybody minds."""
    trees = [one for one in step.after if not isinstance(one, str)]
    return any(
        isinstance(one, Ended)
        and one.step == name
        and Outcome.ANY_SUCCEEDED not in one.how
        for one in trees
    )
