"""What can be wrong with one step, as it stands among the others."""

from __future__ import annotations

import math
from collections.abc import Iterator

from couler_jupyter.ir.artifact import InputArtifact, Storage
from couler_jupyter.ir.condition import Compare, Condition, Ended, Outcome, atoms
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.given import AnyOutput, given_by, output_of
from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.parameter import InputParameter, fits
from couler_jupyter.ir.reliability import Backoff, Retry
from couler_jupyter.ir.step import Argument, Step, condition_values
from couler_jupyter.ir.template import Input
from couler_jupyter.ir.validate_loop import loop_faults
from couler_jupyter.ir.validate_place import storage_faults
from couler_jupyter.ir.validate_tree import condition_faults, value_faults
from couler_jupyter.ir.validate_tune import tune_faults
from couler_jupyter.ir.validate_use import (
    Surroundings,
    User,
    ref_faults,
    unknown_step,
    use_faults,
    user_of,
)
from couler_jupyter.ir.value import (
    AttemptRef,
    InputRef,
    ItemRef,
    Leaf,
    OutputRef,
    ParameterRef,
    PathRef,
    Raw,
    RunRef,
    StepField,
    StepRef,
    TurnRef,
    Value,
    leaves,
)

__all__ = ["AnyOutput", "output_of", "step_faults"]

_OF_ITEMS = frozenset({Outcome.ANY_SUCCEEDED, Outcome.ALL_FAILED})


def step_faults(
    step: Step, around: Surroundings, *, at_end: bool = False
) -> Iterator[str]:
    """Yield what is wrong with a step beside its template.

    With `at_end` it is an exit handler, which may use what may not be there.
    """
    if fault := name_fault(step.name):
        yield f"its name {fault}"
    if step.timeout is not None or step.cache is not None or step.daemon:
        yield from _number_faults(step)
    yield from _argument_faults(step, around)
    if step.tune is not None:
        yield from tune_faults(step, step.tune, around.ports[id(step.template)])
    for condition in step.conditions():
        yield from condition_faults(condition)
    if step.after:
        yield from _order_faults(step, around)
    if step.when is not None and _asks_ends(step.when):
        yield "`when` compares values; ask how steps ended in `after`"
    if step.loop is not None or step.repeat is not None:
        yield from loop_faults(step, around)
    if step.retry is not None:
        yield from _retry_faults(step.retry, around)
    user: User | None = None
    for value in step.values():
        user = user or user_of(step, at_end=at_end)
        if type(value) is OutputRef and value.step != step.name:  # what most give
            yield from ref_faults(value, user, around, spared=at_end)
            continue
        yield from value_faults(value)
        yield from use_faults(value, user, around)
        for leaf in leaves(value):
            yield from _leaf_faults(leaf, step, around, at_end=at_end)


def positive_fault(what: str, number: float | None) -> str | None:
    """Return what is wrong with a number of seconds, cores or the like."""
    if number is None or 0 < number < math.inf:
        return None
    return f"its {what} is {number:g}; it must be more than 0"


def _number_faults(step: Step) -> Iterator[str]:
    cache_age = None if step.cache is None else step.cache.max_age
    for what, number in (("timeout", step.timeout), ("cache's max_age", cache_age)):
        if fault := positive_fault(what, number):
            yield fault
    if step.daemon and (step.loop is not None or step.repeat is not None):
        yield "a daemon cannot be mapped or repeated"


def _retry_faults(retry: Retry, around: Surroundings) -> Iterator[str]:
    if retry.limit < 0:
        yield f"its retry limit is {retry.limit}; it must be 0 or more"
    if retry.backoff is not None:
        yield from _backoff_faults(retry.backoff)
    if retry.when is None:
        return
    if _asks_ends(retry.when):
        yield "a retry condition asks about the attempt, not how steps ended"
    for value in condition_values(retry.when):
        yield from value_faults(value)
        for leaf in leaves(value):
            match leaf:
                case ParameterRef(name=name, of_run=False) if name not in around.inputs:
                    yield _no_input(name, around)
                case Constant() | AttemptRef() | ParameterRef() | Raw():
                    pass
                case RunRef(field=field) if not field.at_end:
                    pass
                case _:
                    yield "a retry condition knows only the attempt and the run"


def _backoff_faults(backoff: Backoff) -> Iterator[str]:
    numbers = (backoff.seconds, backoff.factor, backoff.longest, backoff.total)
    if not all(number is None or 0 <= number < math.inf for number in numbers):
        yield "its back-off has a number that is not 0 or more"


def _argument_faults(step: Step, around: Surroundings) -> Iterator[str]:
    inputs = around.ports[id(step.template)]
    given: set[str] = set()
    for argument in step.arguments:
        if argument.name in given:
            yield f"argument {argument.name!r} is given twice"
        given.add(argument.name)
        wanted = inputs.get(argument.name)
        if wanted is None:
            yield f"it has no input {argument.name!r}{nearest(argument.name, inputs)}"
        else:
            yield from _binding_faults(argument, wanted, around)
    for name, one in inputs.items():
        if name not in given and _required(one):
            yield f"input {name!r} is not given and has no default"


def _required(one: Input) -> bool:
    if isinstance(one, InputArtifact):
        return one.default is None and not one.optional
    return one.default is None


def _binding_faults(
    argument: Argument, wanted: Input, around: Surroundings
) -> Iterator[str]:
    value, name = argument.value, argument.name
    if isinstance(value, Storage):
        if isinstance(wanted, InputParameter):
            yield f"input {name!r} is a parameter; it is given an artifact"
        for fault in storage_faults(value, given=True):
            yield f"what input {name!r} is given: {fault}"
    elif isinstance(wanted, InputArtifact):
        yield from _artifact_faults(name, value, around)
    elif isinstance(value, Constant):
        if not wanted.type.admits(value.value):
            yield f"input {name!r} is {wanted.type.with_article}; it is given {value.json}"
        elif wanted.choices and value not in wanted.choices:
            some = ", ".join(choice.json for choice in wanted.choices)
            yield f"input {name!r} is {value.json}; it must be one of {some}"
    else:
        kind = given_by(value, around.steps, around.inputs)
        if kind == "artifact":
            yield f"input {name!r} is a parameter; it is given an artifact"
        elif kind is not None and not fits(kind, wanted.type):
            a = wanted.type.with_article
            yield f"input {name!r} is {a}; it is given {kind.with_article}"


def _artifact_faults(name: str, value: Value, around: Surroundings) -> Iterator[str]:
    wanted = f"input {name!r} is an artifact"
    for leaf in leaves(value):
        if isinstance(leaf, Constant):
            yield f"{wanted}; it is given {leaf.json}"
            continue
        kind = given_by(leaf, around.steps, around.inputs)
        if kind is None or kind == "artifact":
            continue
        if isinstance(leaf, OutputRef):
            yield f"{wanted}; output {leaf.name!r} of step {leaf.step!r} is a parameter"
        elif isinstance(leaf, ParameterRef):
            yield f"{wanted}; {leaf.name!r} is a parameter"


def _order_faults(step: Step, around: Surroundings) -> Iterator[str]:
    for one in step.after:
        if isinstance(one, str):
            if one == step.name or one not in around.steps:
                yield from _waiting_faults(one, step, around)
            continue
        for atom in atoms(one):
            if isinstance(atom, Compare):
                yield "`after` asks how steps ended; compare values in `when`"
            elif isinstance(atom, Ended):
                yield from _waiting_faults(atom.step, step, around)
                yield from _ended_faults(atom, around)


def _waiting_faults(name: str, step: Step, around: Surroundings) -> Iterator[str]:
    if name == step.name:
        yield "it waits for itself"
    elif name not in around.steps:
        yield unknown_step(name, around)


def _ended_faults(ended: Ended, around: Surroundings) -> Iterator[str]:
    if not ended.how:
        yield f"it waits for step {ended.step!r} to end in no way at all"
    maker = around.steps.get(ended.step)
    if maker is None:
        return
    if maker.loop is None and not _OF_ITEMS.isdisjoint(ended.how):
        yield f"it asks about the items of step {ended.step!r}, which is not mapped"
    if not maker.daemon and Outcome.READY in ended.how:
        yield f"it waits for step {ended.step!r} to be ready, which is no daemon"


def _asks_ends(condition: Condition) -> bool:
    return any(isinstance(atom, Ended) for atom in atoms(condition))


def _leaf_faults(
    leaf: Leaf, step: Step, around: Surroundings, *, at_end: bool
) -> Iterator[str]:
    match leaf:
        case ParameterRef(name=name, of_run=False) if name not in around.inputs:
            yield _no_input(name, around)
        case ItemRef() if step.loop is None:
            yield "it uses the item of a map but is not mapped"
        case TurnRef() if step.repeat is None:
            yield "it uses the turn of a repeat but is not repeated"
        case InputRef(name=name) | PathRef(name=name):
            yield f"input {name!r} of a template is known only inside the template"
        case AttemptRef():
            yield "attempts are known only to templates and to retry conditions"
        case RunRef(field=field) if field.at_end and not at_end:
            yield f"the run's {field} is known only to exit handlers"
        case StepRef(step=name) if name == step.name:
            yield "it takes a fact about itself"
        case StepRef(step=name, field=fact):
            if fault := fact_fault(name, fact, around):
                yield fault
        case OutputRef(step=name) if name == step.name:
            yield from _self_faults(leaf, step)
        case _:
            pass


def _no_input(name: str, around: Surroundings) -> str:
    return f"the workflow has no input {name!r}{nearest(name, around.inputs)}"


def _self_faults(ref: OutputRef, step: Step) -> Iterator[str]:
    if step.repeat is None or not any(
        ref == leaf
        for value in condition_values(step.repeat.condition)
        for leaf in leaves(value)
    ):
        yield f"it takes its own output {ref.name!r}"
    elif output_of(step, ref.name) is None:
        yield f"its repeat asks for its output {ref.name!r}, which it has not"


def fact_fault(name: str, fact: StepField, around: Surroundings) -> str | None:
    """Return what is wrong with asking for a fact about step `name`."""
    maker = around.steps.get(name)
    if maker is None:
        return unknown_step(name, around)
    if fact is StepField.ADDRESS and not maker.daemon:
        return f"step {name!r} is no daemon; it has no address"
    return None
