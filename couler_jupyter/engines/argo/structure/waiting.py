"""What a task waits for: `dependencies`, or `depends` for all tasks of the DAG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from couler_jupyter.engines.argo.conditions import depends_text
from couler_jupyter.ir import (
    Constant,
    DictOf,
    Ended,
    FirstOf,
    Format,
    ListOf,
    OutputRef,
    ParameterRef,
    Step,
    StepRef,
    Value,
    Workflow,
    atoms,
    output_of,
)
from couler_jupyter.ir.given import outputs_of

ANY_END = ("Succeeded", "Skipped", "Daemoned", "Failed", "Errored", "Omitted")

_PLAIN = frozenset({Constant, OutputRef, ParameterRef})
_NAME = frozenset({str})
_NONE: frozenset[str] = frozenset()


def needs_depends(workflow: Workflow) -> bool:
    """Whether some step waits in a way that a plain list of names cannot say."""
    return not waits_plainly(workflow) and any(
        any(not isinstance(one, str) for one in step.after)
        or bool(soft_names(step, workflow))
        for step in workflow.steps
    )


def waits_plainly(workflow: Workflow) -> bool:
    """Whether a look at the steps shows that all wait for others to end well.

    If not, they may do so all the same.
    """
    sure: set[int] = set()
    for step in workflow.steps:
        if step.when or step.loop or step.repeat or step.cache:
            return False
        if not _NAME.issuperset(map(type, step.after)):
            return False
        for argument in step.arguments:
            if type(argument.value) not in _PLAIN:
                return False
        if id(step.template) not in sure:
            if any(getattr(one, "default", None) for one in outputs_of(step)):
                return False
            sure.add(id(step.template))
    return True


def soft_names(step: Step, workflow: Workflow) -> frozenset[str]:
    """Return the steps that `step` waits for by data and can do without."""
    waits = workflow.dependencies.get(step.name, ())
    others = set(waits).difference(one for one in step.after if isinstance(one, str))
    if not others:
        return _NONE
    for argument in step.arguments:
        value = argument.value
        if isinstance(value, OutputRef) and _is_sure(value, workflow.by_name):
            others.discard(value.step)
    if not others:
        return _NONE
    return frozenset(others - hard_names(step, workflow.by_name) - ended_names(step))


def depends_of(step: Step, workflow: Workflow, task: Mapping[str, str]) -> str:
    """Return all that a step waits for as the text of `depends`; empty for nothing.

    Args:
        step: the step.
        workflow: whose step it is.
        task: what the steps of its DAG are called; others are waited for elsewhere.
    """
    soft = soft_names(step, workflow)
    plain = {one for one in step.after if isinstance(one, str)}
    trees = ended_names(step) - plain
    terms: dict[str, None] = {}
    for name in workflow.dependencies[step.name]:
        if name not in task:
            continue
        if name in soft:
            terms[f"({' || '.join(f'{task[name]}.{end}' for end in ANY_END)})"] = None
        elif name not in trees:
            terms[task[name]] = None
    for one in step.after:
        if not isinstance(one, str):
            terms[depends_text(one, task)] = None
    return " && ".join(terms)


def hard_names(step: Step, steps: Mapping[str, Step]) -> set[str]:
    """Return the steps of which `step` uses something that only success gives."""
    return set(_hard_uses(step.values(), steps))


def ended_names(step: Step) -> frozenset[str]:
    """Return the steps that the trees in `after` ask about."""
    return frozenset(
        atom.step
        for one in step.after
        if not isinstance(one, str)
        for atom in atoms(one)
        if isinstance(atom, Ended)
    )


def _hard_uses(values: Iterable[Value], steps: Mapping[str, Step]) -> Iterator[str]:
    for value in values:
        match value:
            case OutputRef(step=name):
                if _is_sure(value, steps):
                    yield name
            case StepRef(step=name):
                yield name
            case Format(parts=parts):
                inner = (part for part in parts if not isinstance(part, str))
                yield from _hard_uses(inner, steps)
            case ListOf(items=items):
                yield from _hard_uses(items, steps)
            case DictOf(items=pairs):
                yield from _hard_uses((item for _, item in pairs), steps)
            case FirstOf() | _:
                continue


def _is_sure(ref: OutputRef, steps: Mapping[str, Step]) -> bool:
    """Whether an output is there only if its step succeeded: it has no default."""
    maker = steps.get(ref.step)
    made = None if maker is None else output_of(maker, ref.name)
    return getattr(made, "default", None) is None
