"""What exit handlers ask of single steps, as far as Argo tells them: which have failed.

`workflow.failures` lists what failed by the name that a task has in its DAG, and says
whether it failed or was in error. Of what succeeded, was skipped or left out, of exit
codes and times it tells nothing (https://argo-workflows.readthedocs.io/en/latest/variables/).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from couler_jupyter.engines.argo.names import task_name
from couler_jupyter.engines.argo.terms import quoted
from couler_jupyter.engines.argo.whole.walk import all_steps
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Atom,
    Compare,
    Condition,
    Constant,
    Ended,
    Not,
    Operator,
    Outcome,
    Raw,
    Step,
    StepField,
    StepRef,
    Workflow,
    leaves,
    with_atoms,
)
from couler_jupyter.ir.step import condition_values

_PHASES = {Outcome.FAILED: "Failed", Outcome.ERRORED: "Error"}
_OWN = frozenset({"again", "body", "limit-reached", "pause", "run", "verdict"})
"""What tasks are called that no step is."""
_TOLD = (
    "Argo tells exit handlers only which steps have failed or were in error; ask the "
    "run's status, or make it a step that is run after that one"
)


def with_failures(
    condition: Condition, task: Mapping[str, str], failures: str
) -> Condition:
    """Return a condition in which what is asked of steps is asked of the failures.

    Args:
        condition: of an exit handler; it has no `condition_faults`.
        task: what the steps are called.
        failures: an expression that gives the JSON of all failures.
    """

    def told(atom: Atom) -> Condition:
        match atom:
            case Ended(step=step, how=how):
                return _among(task[step], how, failures)
            case Compare() if (asked := _asked(atom)) is not None:
                step, how = asked
                found = _among(task[step], how, failures)
                negated = {Operator.NOT_EQUAL, Operator.NOT_IN}
                return Not(found) if atom.operator in negated else found
            case _:
                return atom

    return with_atoms(condition, told)


def handler_condition_faults(step: Step, workflow: Workflow) -> Iterator[str]:
    """Yield what an exit handler asks of steps that Argo does not tell it."""
    for one in step.after:
        if isinstance(one, str):
            yield f"it asks whether step {one!r} ended well; {_TOLD}"
        else:
            yield from _faults(one, workflow)
    if step.when is not None:
        yield from _faults(step.when, workflow)


def _faults(condition: Condition, workflow: Workflow) -> Iterator[str]:
    match condition:
        case Ended(step=step, how=how):
            yield from _ends_faults(step, how, workflow)
        case Compare():
            asked = _asked(condition)
            if asked is not None:
                yield from _ends_faults(*asked, workflow)
                return
            for value in condition_values(condition):
                for leaf in leaves(value):
                    if isinstance(leaf, StepRef):
                        what = f"the {leaf.field} of step {leaf.step!r}"
                        yield f"it compares {what}; {_TOLD}"
        case AllOf(terms=terms) | AnyOf(terms=terms):
            for term in terms:
                yield from _faults(term, workflow)
        case Not(term=term):
            yield from _faults(term, workflow)
        case Raw():
            return


def _ends_faults(
    step: str, how: tuple[Outcome, ...], workflow: Workflow
) -> Iterator[str]:
    others = [one for one in how if one not in _PHASES]
    if others:
        asked = " or ".join(others)
        yield f"it asks whether step {step!r} ended as {asked}; {_TOLD}"
    name = task_name(step)
    named = Counter(task_name(one.name) for _, one in all_steps(workflow))
    if named[name] > 1 or name in _OWN or name.startswith("part-"):
        yield (
            f"it asks how step {step!r} ended, and others are called {name!r} too; Argo "
            "lists failures by that name, so give it another"
        )


def _among(name: str, how: tuple[Outcome, ...], failures: str) -> Raw:
    phases = ", ".join(quoted(_PHASES[one]) for one in how if one in _PHASES)
    test = f"#.displayName == {quoted(name)} && #.phase in [{phases}]"
    return Raw("argo", f"{{{{=any(fromJSON({failures}), {{{test}}})}}}}")


def _asked(one: Compare) -> tuple[str, tuple[Outcome, ...]] | None:
    """Return the step and the ends that a comparison of its phase asks for."""
    fact = one.left
    if not isinstance(fact, StepRef) or fact.field is not StepField.PHASE:
        return None
    if not isinstance(one.right, Constant):
        return None
    right = one.right.value
    many = one.operator in {Operator.IN, Operator.NOT_IN}
    if not many and one.operator not in {Operator.EQUAL, Operator.NOT_EQUAL}:
        return None
    words = right if many and isinstance(right, list) else [right]
    known = {outcome.value: outcome for outcome in Outcome}
    ends = [known.get(str(word)) for word in words]
    return (fact.step, tuple(end for end in ends if end)) if all(ends) else None
