"""What can be wrong with one step, as it stands among the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from couler_jupyter.ir.artifact import InputArtifact, OutputArtifact, Storage
from couler_jupyter.ir.condition import Compare, Condition, Ended, Outcome, atoms
from couler_jupyter.ir.condition import conjuncts as conjuncts_of
from couler_jupyter.ir.loop import Items, Over, Range
from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.parameter import (
    InputParameter,
    OutputParameter,
    ValueType,
    WorkflowOutput,
    fits,
)
from couler_jupyter.ir.step import Argument, Step, condition_values
from couler_jupyter.ir.template import Input, SubWorkflow, inputs_of
from couler_jupyter.ir.value import (
    AttemptRef,
    Constant,
    DictOf,
    FirstOf,
    Format,
    InputRef,
    ItemRef,
    ListOf,
    OutputRef,
    ParameterRef,
    PathRef,
    StepField,
    StepRef,
    TurnRef,
    Value,
    leaves,
)

_STORAGES = get_args(Storage)
AnyOutput = OutputParameter | OutputArtifact | WorkflowOutput


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a step can name: the other steps, the workflow's inputs, its volumes."""

    steps: Mapping[str, Step]
    inputs: Mapping[str, Input]
    volumes: frozenset[str]


def step_faults(
    step: Step, around: Surroundings, *, at_end: bool = False
) -> Iterator[str]:
    """Yield what is wrong with a step beside its template.

    With `at_end` it is an exit handler, which may use what may not be there.
    """
    if fault := name_fault(step.name):
        yield f"its name {fault}"
    yield from _number_faults(step)
    yield from _argument_faults(step, around)
    if step.after:
        yield from _order_faults(step, around)
    if step.when is not None:
        yield from _when_faults(step.when)
    if step.loop is not None or step.repeat is not None:
        yield from _loop_faults(step, around)
    for value in step.values():
        yield from _reference_faults(value, step, around)
        if not at_end:
            yield from use_faults(value, step, around)


def use_faults(value: Value, step: Step | None, around: Surroundings) -> Iterator[str]:
    """Yield the outputs used in `value` that may not be there when they are needed.

    `step` is who uses them; None for the workflow's own outputs.
    """
    match value:
        case OutputRef():
            if step is None or value.step != step.name:
                yield from _one_use(value, step, around)
        case ListOf(items=parts):
            for part in parts:
                yield from use_faults(part, step, around)
        case DictOf(items=pairs):
            for _, part in pairs:
                yield from use_faults(part, step, around)
        case Format(parts=texts):
            for text in texts:
                if not isinstance(text, str):
                    yield from use_faults(text, step, around)
        case FirstOf(options=options):
            for leaf in (leaf for option in options for leaf in leaves(option)):
                if isinstance(leaf, OutputRef) and leaf.step not in around.steps:
                    yield _unknown_step(leaf.step, around)
        case _:
            return


def _one_use(ref: OutputRef, step: Step | None, around: Surroundings) -> Iterator[str]:
    maker = around.steps.get(ref.step)
    if maker is None:
        yield _unknown_step(ref.step, around)
        return
    output = output_of(maker, ref.name)
    if output is None:
        names = [one.name for one in _outputs(maker)]
        hint = nearest(ref.name, names)
        yield f"step {ref.step!r} has no output {ref.name!r}{hint}"
        return
    if maker.daemon:
        yield f"step {ref.step!r} is a daemon; it has no outputs while it runs"
    if getattr(output, "default", None) is not None:
        return
    if maker.when is not None and not _implies(step, maker.when):
        yield (
            f"it takes output {ref.name!r} of step {ref.step!r}, which may be skipped; "
            "give it the same condition, a default, or use first_of"
        )
    if step is not None and ref.step in _accepted_failures(step):
        yield (
            f"it takes output {ref.name!r} of step {ref.step!r} and also runs when that "
            "failed; give the output a default"
        )


def _implies(step: Step | None, condition: Condition) -> bool:
    if any(
        isinstance(leaf, ItemRef)
        for v in condition_values(condition)
        for leaf in leaves(v)
    ):
        return True
    have = conjuncts_of(step.when) if step is not None else frozenset[Condition]()
    return conjuncts_of(condition) <= have


def _accepted_failures(step: Step) -> frozenset[str]:
    fine = {Outcome.SUCCEEDED, Outcome.READY, Outcome.ANY_SUCCEEDED}
    return frozenset(
        atom.step
        for one in step.after
        if not isinstance(one, str)
        for atom in atoms(one)
        if isinstance(atom, Ended) and not fine.issuperset(atom.how)
    )


def output_of(step: Step, name: str) -> AnyOutput | None:
    """Return the output `name` of a step's template, or None."""
    return next((one for one in _outputs(step) if one.name == name), None)


def _outputs(step: Step) -> tuple[AnyOutput, ...]:
    if isinstance(step.template, SubWorkflow):
        return step.template.workflow.outputs
    return step.template.outputs


def _unknown_step(name: str, around: Surroundings) -> str:
    return (
        f"it waits for step {name!r}, which is not there{nearest(name, around.steps)}"
    )


def _number_faults(step: Step) -> Iterator[str]:
    if step.timeout is not None and step.timeout <= 0:
        yield f"its timeout is {step.timeout:g} seconds; it must be more than 0"
    if step.retry is not None:
        if step.retry.limit < 0:
            yield f"its retry limit is {step.retry.limit}; it must be 0 or more"
        backoff = step.retry.backoff
        if backoff is not None and (backoff.seconds < 0 or backoff.factor < 0):
            yield "its back-off runs backwards; seconds and factor must be 0 or more"
    if step.daemon and (step.loop is not None or step.repeat is not None):
        yield "a daemon cannot be mapped or repeated"


def _argument_faults(step: Step, around: Surroundings) -> Iterator[str]:
    inputs = {one.name: one for one in inputs_of(step.template)}
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
    value = argument.value
    if isinstance(value, _STORAGES):
        if isinstance(wanted, InputParameter):
            yield f"input {argument.name!r} is a parameter; it is given an artifact"
        return
    if isinstance(wanted, InputArtifact):
        yield from _artifact_faults(argument, around)
        return
    if isinstance(value, Constant):
        plain = value.value
        if not wanted.type.admits(plain):
            yield f"input {argument.name!r} is a {wanted.type}; it is given {value.json}"
        elif wanted.choices and value not in wanted.choices:
            some = ", ".join(choice.json for choice in wanted.choices)
            yield f"input {argument.name!r} is {value.json}; it must be one of {some}"
        return
    made = (
        _type_of(value, around) if isinstance(value, OutputRef | ParameterRef) else None
    )
    if made is not None and not fits(made, wanted.type):
        yield f"input {argument.name!r} is a {wanted.type}; it is given a {made}"


def _artifact_faults(argument: Argument, around: Surroundings) -> Iterator[str]:
    for leaf in leaves(argument.value):  # type: ignore[arg-type]
        match leaf:
            case OutputRef(step=name, name=output):
                maker = around.steps.get(name)
                made = output_of(maker, output) if maker is not None else None
                if isinstance(made, OutputParameter):
                    yield (
                        f"input {argument.name!r} is an artifact; output {output!r} of "
                        f"step {name!r} is a parameter"
                    )
            case ParameterRef(name=name):
                if isinstance(around.inputs.get(name), InputParameter):
                    yield f"input {argument.name!r} is an artifact; {name!r} is a parameter"
            case Constant():
                yield f"input {argument.name!r} is an artifact; it is given {leaf.json}"
            case _:
                pass


def _type_of(value: OutputRef | ParameterRef, around: Surroundings) -> ValueType | None:
    if isinstance(value, ParameterRef):
        one = around.inputs.get(value.name)
        return one.type if isinstance(one, InputParameter) else None
    maker = around.steps.get(value.step)
    output = output_of(maker, value.name) if maker is not None else None
    if maker is None or not isinstance(output, OutputParameter):
        return None
    return ValueType.LIST if maker.loop is not None else output.type


def _order_faults(step: Step, around: Surroundings) -> Iterator[str]:
    for name in step.order_dependencies:
        if name == step.name:
            yield "it waits for itself"
        elif name not in around.steps:
            yield _unknown_step(name, around)
    for one in step.after:
        if not isinstance(one, str) and any(isinstance(a, Compare) for a in atoms(one)):
            yield "`after` asks how steps ended; compare values in `when`"


def _when_faults(condition: Condition) -> Iterator[str]:
    if any(isinstance(atom, Ended) for atom in atoms(condition)):
        yield "`when` compares values; ask how steps ended in `after`"


def _loop_faults(step: Step, around: Surroundings) -> Iterator[str]:
    if step.loop is not None and step.repeat is not None:
        yield "it is both mapped and repeated; put one of them in a sub-workflow"
    if step.repeat is not None and step.repeat.limit < 1:
        yield f"its repeat may run {step.repeat.limit} times; the bound must be 1 or more"
    if step.loop is None:
        return
    if step.loop.parallelism is not None and step.loop.parallelism < 1:
        yield f"its map runs {step.loop.parallelism} at once; it must be 1 or more"
    match step.loop.over:
        case Items():
            pass
        case Range(step=stride):
            if stride == 0:
                yield "its range has step 0"
        case Over(value=value):
            yield from _over_faults(value, around)


def _over_faults(value: Value, around: Surroundings) -> Iterator[str]:
    if isinstance(value, Constant) and not isinstance(value.value, list):
        yield f"it maps over {value.json}, which is no list"
    if isinstance(value, OutputRef | ParameterRef):
        made = _type_of(value, around)
        loose = {ValueType.LIST, ValueType.JSON, ValueType.PYTHON, ValueType.STRING}
        if made is not None and made not in loose:
            yield f"it maps over {value.name!r}, which is a {made}, no list"


def _reference_faults(value: Value, step: Step, around: Surroundings) -> Iterator[str]:
    if isinstance(value, Constant | OutputRef):
        if isinstance(value, OutputRef) and value.step == step.name:
            yield from _self_faults(value, step)
        return
    for leaf in leaves(value):
        match leaf:
            case ParameterRef(name=name) if name not in around.inputs:
                yield f"the workflow has no input {name!r}{nearest(name, around.inputs)}"
            case ItemRef() if step.loop is None:
                yield "it uses the item of a map but is not mapped"
            case TurnRef() if step.repeat is None:
                yield "it uses the turn of a repeat but is not repeated"
            case InputRef(name=name) | PathRef(name=name):
                yield f"input {name!r} of a template is known only inside the template"
            case AttemptRef():
                yield "attempts are known only to templates and to retry conditions"
            case StepRef(step=name, field=field):
                yield from _fact_faults(name, field, step, around)
            case OutputRef(step=name) if name == step.name:
                yield from _self_faults(leaf, step)
            case _:
                pass


def _self_faults(ref: OutputRef, step: Step) -> Iterator[str]:
    if step.repeat is None or ref not in {
        leaf for v in condition_values(step.repeat.condition) for leaf in leaves(v)
    }:
        yield f"it takes its own output {ref.name!r}"
    elif output_of(step, ref.name) is None:
        yield f"its repeat asks for its output {ref.name!r}, which it has not"


def _fact_faults(
    name: str, field: StepField, step: Step, around: Surroundings
) -> Iterator[str]:
    maker = around.steps.get(name)
    if maker is None:
        yield _unknown_step(name, around)
    elif field is StepField.ADDRESS and not maker.daemon:
        yield f"step {name!r} is no daemon; it has no address"
    elif name == step.name:
        yield "it takes a fact about itself"
