"""Which phases of a gate mean the same to the tasks that wait for it.

An argo-server lets a suspended node end as Succeeded, Failed or Error only. To a task that
waits for others to end well, skipped is as good as succeeded, and omitted as bad as
failed; only one that asks for more than that can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from couler_jupyter.engines.argo.live.parts.ends import (
    ERROR,
    FAILED,
    OMITTED,
    SKIPPED,
    SUCCEEDED,
)
from couler_jupyter.engines.argo.parts.children import Child, Gate
from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.depends import read_depends
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Condition,
    Ended,
    Json,
    Not,
    Outcome,
    atoms,
)

_HOW = {
    SUCCEEDED: Outcome.SUCCEEDED,
    FAILED: Outcome.FAILED,
    ERROR: Outcome.ERRORED,
    SKIPPED: Outcome.SKIPPED,
    OMITTED: Outcome.OMITTED,
}
_INSTEAD = {SKIPPED: (SUCCEEDED,), OMITTED: (FAILED, ERROR)}
_MOST_OTHERS = 5
_WELL = (Outcome.SUCCEEDED, Outcome.SKIPPED)


def phase_for(manifest: Json, task: str, phase: str, ends: frozenset[str]) -> str:
    """Return a phase that means the same to all that wait for a gate; empty if none does.

    Args:
        manifest: of the child.
        task: what the gate is called in it.
        phase: in which it should end.
        ends: the phases in which it can be made to end.
    """
    if phase in ends:
        return phase
    for other in _INSTEAD.get(phase, ()):
        if other in ends and all(
            _same(terms, task, phase, other) for terms in _waiting(manifest, task)
        ):
            return other
    return ""


def unsaid_gates(
    manifest: Json, child: Child, ends: frozenset[str]
) -> Iterator[tuple[Gate, str]]:
    """Yield gates of a child that cannot be made to end as they may have to, and how."""
    for gate in child.gates:
        for phase in (SKIPPED, OMITTED):
            if not phase_for(manifest, gate.task, phase, ends):
                yield gate, phase


def _waiting(manifest: Json, task: str) -> Iterator[tuple[Condition, ...]]:
    """Yield what each task of a Workflow wants of others, of those that name `task`."""
    for template in manifest["spec"].get("templates") or ():
        for one in (template.get("dag") or {}).get("tasks") or ():
            if task in (one.get("dependencies") or ()):
                yield (Ended(task, _WELL),)
            if f"tasks.{task}.status" in str(one) or f"'{task}'].status" in str(one):
                yield from _any_end(task)
            yield from _depends(one.get("depends") or "", task)


def _depends(text: str, task: str) -> Iterator[tuple[Condition, ...]]:
    try:
        terms = read_depends(text) if text else ()
    except Unreadable:
        yield from _any_end(task)
        return
    trees = tuple(Ended(one, _WELL) if isinstance(one, str) else one for one in terms)
    if any(task in _names(tree) for tree in trees):
        yield trees


def _any_end(task: str) -> Iterator[tuple[Condition, ...]]:
    """Yield what only one who asks for each end apart wants."""
    yield from ((Ended(task, (how,)),) for how in _HOW.values())


def _names(tree: Condition) -> set[str]:
    return {atom.step for atom in atoms(tree) if isinstance(atom, Ended)}


def _same(terms: tuple[Condition, ...], task: str, phase: str, other: str) -> bool:
    """Whether all hold for one phase of a task just when they do for another."""
    each = all(_same_tree(term, task, phase, other) for term in terms)
    return each or _same_tree(AllOf(terms), task, phase, other)


def _same_tree(tree: Condition, task: str, phase: str, other: str) -> bool:
    others = sorted(_names(tree) - {task})
    if len(others) > _MOST_OTHERS:
        return False
    for given in product(_HOW.values(), repeat=len(others)):
        known = dict(zip(others, given, strict=True))
        if _holds(tree, known | {task: _HOW[phase]}) != _holds(
            tree, known | {task: _HOW[other]}
        ):
            return False
    return True


def _holds(tree: Condition, ends: dict[str, Outcome]) -> bool:
    holds: Callable[[Condition], bool] = lambda term: _holds(term, ends)  # noqa: E731
    match tree:
        case Ended(step=step, how=how):
            return ends[step] in how
        case AllOf(terms=terms):
            return all(map(holds, terms))
        case AnyOf(terms=terms):
            return any(map(holds, terms))
        case Not(term=term):
            return not holds(term)
        case _:
            raise AssertionError("`depends` compares no values")
