"""Which steps never run, since they would only if a reused one had ended otherwise."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.ir import (
    DictOf,
    FirstOf,
    Format,
    ListOf,
    Outcome,
    OutputRef,
    Step,
    StepRef,
    Value,
    Workflow,
    leaves,
)
from couler_jupyter.ir.given import output_of
from couler_jupyter.passes.fates import LeftOut, Reason, ends_of, named_in, users_of
from couler_jupyter.passes.known_ends import settled

_NEVER = frozenset({Outcome.OMITTED})


def find_never(workflow: Workflow, found: LeftOut) -> set[str]:
    """Note the steps that never run; return those whose end must be open after all."""
    found.never = {}
    ends = ends_of(found, workflow)
    why: dict[str, frozenset[str]] = {}
    open_: set[str] = set()
    for step in users_of(workflow):
        if step.name in found.reused:
            continue
        cause, causes = _obstacle(step, found, ends, why)
        if causes:
            found.never[step.name], why[step.name] = cause, causes
            ends[step.name] = _NEVER
        elif why:
            for ref in step.references():
                if ref.step in why and _is_lost(step, ref, workflow):
                    open_ |= why[ref.step]
    for output in workflow.outputs:
        for leaf in leaves(output.value):
            if isinstance(leaf, OutputRef | StepRef) and leaf.step in why:
                open_ |= why[leaf.step]
    return open_


def _obstacle(
    step: Step,
    found: LeftOut,
    ends: Mapping[str, frozenset[Outcome]],
    why: Mapping[str, frozenset[str]],
) -> tuple[Reason, frozenset[str]]:
    """Return why a step never runs, and the reused ones that this comes from."""
    asked: set[str] = set()
    for one in step.after:
        if isinstance(one, str):
            if one in why:
                return f"{one} does not run", why[one]
            continue
        named = named_in(one)
        asked |= named
        if settled(one, ends) is False:
            known = sorted(named & ends.keys())
            causes = frozenset().union(
                *({name} if name in found.reused else why[name] for name in known)
            )
            ended = " and ".join(
                f"{name} {'is reused' if name in found.reused else 'does not run'}"
                for name in known
            )
            return f"it runs only if that ends otherwise: {ended}", causes
    for name in step.data_dependencies:
        if name in why and name not in asked and _needs(step, name):
            return f"{name} does not run", why[name]
    return "", frozenset()


def _needs(step: Step, name: str) -> bool:
    return any(_hard_use(value, name) for value in step.values())


def _hard_use(value: Value, name: str) -> bool:
    match value:
        case OutputRef(step=step) | StepRef(step=step):
            return step == name
        case Format(parts=parts):
            return any(not isinstance(p, str) and _hard_use(p, name) for p in parts)
        case ListOf(items=items):
            return any(_hard_use(item, name) for item in items)
        case DictOf(items=pairs):
            return any(_hard_use(item, name) for _, item in pairs)
        case _:
            return False


def _is_lost(step: Step, ref: OutputRef | StepRef, workflow: Workflow) -> bool:
    """Whether a step runs and may need what a step that never runs would have left.

    Only a choice of which something else is left does without.
    """
    if isinstance(ref, StepRef):
        return True
    maker = workflow[ref.step]
    if getattr(output_of(maker, ref.name), "default", None) is not None:
        return True
    return not all(_does_without(value, ref) for value in step.values())


def _does_without(value: Value, ref: OutputRef) -> bool:
    if isinstance(value, FirstOf):
        return any(ref not in leaves(option) for option in value.options)
    return ref not in leaves(value)
