"""Programs that are wrong: right ones with one thing changed that the wish names.

What keeps the meaning is left out where it is made: an edge that a longer way round makes
superfluous, and texts and numbers that not all three wordings of the wish have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, get_args

from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    After,
    Argument,
    AtLimit,
    Boxed,
    Compare,
    Condition,
    Constant,
    Container,
    Ended,
    EnvVar,
    ItemRef,
    Items,
    Json,
    ListOf,
    Operator,
    Outcome,
    OutputRef,
    Over,
    Overlap,
    ParameterRef,
    SecretRef,
    Step,
    Storage,
    SubWorkflow,
    Value,
    ValueType,
    Workflow,
    as_text,
    atoms,
    inputs_of,
    negate,
    output_names,
    substitute,
    with_atoms,
    with_parts,
)
from couler_jupyter.nl.bench import Task

Put = Callable[[Step | None], Workflow]
_WRONG = "wrong"
_OTHER = {
    Operator.EQUAL: Operator.NOT_EQUAL,
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.BIGGER: Operator.BIGGER_EQUAL,
    Operator.BIGGER_EQUAL: Operator.BIGGER,
    Operator.SMALLER: Operator.SMALLER_EQUAL,
    Operator.SMALLER_EQUAL: Operator.SMALLER,
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
}


@dataclass(frozen=True)
class Mutant:
    """A program that is wrong, and how it came about."""

    task: Task
    sort: str
    where: str
    make: Callable[[], Workflow]

    @cached_property
    def workflow(self) -> Workflow | None:
        """The workflow; None where the change leaves none."""
        try:
            return self.make()
        except InvalidWorkflow:
            return None


def mutants_of(task: Task, workflow: Workflow) -> Iterator[Mutant]:
    """Yield all that can be made of a right workflow."""
    for sort, where, make in _all(task, workflow):
        mutant = Mutant(task, sort, where, make)
        if mutant.workflow is not None and mutant.workflow != workflow:
            yield mutant


Made = Iterator[tuple[str, str, Callable[[], Workflow]]]


def _all(task: Task, workflow: Workflow) -> Made:
    said = Said(task)
    for holder, step, put in _places(workflow, lambda new: new):
        for change in _CHANGES:
            for what, new in change(step, said):
                yield what, step.name, partial(put, new)
        for what, make in _order_changes(holder, step, put):
            yield what, step.name, make
    for what, make in _whole_changes(workflow, said):
        yield what, workflow.name, make


class Said:
    """What all wordings of a wish have in common."""

    def __init__(self, task: Task) -> None:
        self.texts = [text.lower() for text in task.wishes]

    def has(self, value: Json) -> bool:
        """Whether all of them name a value."""
        text = as_text(value).lower()
        if not text:
            return False
        pattern = re.compile(rf"(?<![\w./]){re.escape(text)}(?!\w|[.:]\d)")
        return all(pattern.search(one) for one in self.texts)


def _places(
    workflow: Workflow, back: Callable[[Workflow], Workflow]
) -> Iterator[tuple[Workflow, Step, Put]]:
    """Yield all steps, however deep, each with how to put another in its place."""
    for at, step in enumerate(workflow.steps):

        def put(new: Step | None, at: int = at) -> Workflow:
            rest = (new,) if new is not None else ()
            steps = (*workflow.steps[:at], *rest, *workflow.steps[at + 1 :])
            return back(replace(workflow, steps=steps))

        yield workflow, step, put
        yield from _inside(step, put)
    for at, handler in enumerate(workflow.exit_handlers):

        def put_handler(new: Step | None, at: int = at) -> Workflow:
            some = list(workflow.exit_handlers)
            some[at : at + 1] = [] if new is None else [replace(some[at], step=new)]
            return back(replace(workflow, exit_handlers=tuple(some)))

        yield workflow, handler.step, put_handler
        yield from _inside(handler.step, put_handler)


def _inside(step: Step, put: Put) -> Iterator[tuple[Workflow, Step, Put]]:
    if isinstance(step.template, SubWorkflow):

        def back(inner: Workflow) -> Workflow:
            return put(replace(step, template=SubWorkflow(workflow=inner)))

        yield from _places(step.template.workflow, back)


Changed = Iterator[tuple[str, Step]]


def _template_changes(step: Step, said: Said) -> Changed:
    template: Any = step.template
    if said.has(getattr(template, "image", "")):
        new = replace(template, image="example/wrong:0")
        yield "wrong image", replace(step, template=new)
    if isinstance(template, Container):
        for part in ("command", "args"):
            words = getattr(template, part)
            for at, word in enumerate(words):
                if isinstance(word, str) and said.has(word):
                    changed: dict[str, Any] = {}
                    changed[part] = (*words[:at], _WRONG, *words[at + 1 :])
                    new = replace(template, **changed)
                    yield "wrong command", replace(step, template=new)
    if isinstance(template, Boxed):
        for what, box in _box_changes(template, said):
            yield what, replace(step, template=box)


def _box_changes(box: Any, said: Said) -> Iterator[tuple[str, Any]]:
    for at, one in enumerate(box.env):
        rest = (*box.env[:at], *box.env[at + 1 :])
        ref = one.value
        if isinstance(ref, SecretRef):
            yield "missing secret", replace(box, env=rest)
            yield (
                "secret as text",
                replace(box, env=(*rest, EnvVar(one.name, "hunter2"))),
            )
            for field in ("name", "key"):
                parts: dict[str, Any] = {field: _WRONG}
                other = EnvVar(one.name, replace(ref, **parts))
                yield f"secret of another {field}", replace(box, env=(*rest, other))
    for at, mount in enumerate(box.mounts):
        rest = (*box.mounts[:at], *box.mounts[at + 1 :])
        yield "missing mount", replace(box, mounts=rest)
        other = replace(mount, path="/wrong")
        yield "mounted elsewhere", replace(box, mounts=(*rest, other))
    for field in ("cpu", "gpu"):
        if (amount := getattr(box.resources, field)) and said.has(f"{amount:g}"):
            less = replace(box.resources, **{field: amount + 1})
            yield f"another {field}", replace(box, resources=less)
    if box.resources.memory:
        yield "no memory", replace(box, resources=replace(box.resources, memory=None))
    for name in ("sidecars", "node_selector"):
        if getattr(box.pod, name):
            yield f"no {name}", replace(box, pod=replace(box.pod, **{name: ()}))
    for at, output in enumerate(box.outputs):
        for storage in _storages(getattr(output, "storage", None), said):
            some = list(box.outputs)
            some[at] = replace(output, storage=storage)
            yield "kept elsewhere", replace(box, outputs=tuple(some))


def _storages(storage: Any, said: Said) -> Iterator[Any]:
    if storage is None:
        return
    found: list[Any] = []

    def remember(part: Any) -> Any:
        found.append(part)
        return part

    with_parts(storage, remember)
    for text in found:
        if isinstance(text, str) and said.has(text):
            yield with_parts(storage, partial(_instead, text))


def _instead(old: str, part: Any) -> Any:
    return _WRONG if part == old else part


def _argument_changes(step: Step, said: Said) -> Changed:
    for at, argument in enumerate(step.arguments):

        def given(value: Any, at: int = at, name: str = argument.name) -> Step:
            some = list(step.arguments)
            some[at] = Argument(name, value)
            return replace(step, arguments=tuple(some))

        value: Any = argument.value
        if isinstance(value, Constant) and said.has(value.value):
            yield "wrong argument", given(_another(value))
        if isinstance(value, ItemRef):
            yield "item not used", given(_nothing(step, argument.name))
        if isinstance(value, ParameterRef) and said.has(value.name):
            yield "parameter not used", given(Constant.of(5))
        if isinstance(value, OutputRef):
            lost = given(_nothing(step, argument.name))
            yield "data lost", replace(lost, after=(*lost.after, value.step))
            yield "data and edge lost", lost
        if isinstance(value, ListOf) and len(value.items) > 1:
            for item in range(len(value.items)):
                some = value.items[:item] + value.items[item + 1 :]
                yield "data and edge lost", given(ListOf(some))
        if isinstance(value, get_args(Storage)):
            for storage in _storages(value, said):
                yield "read from elsewhere", given(storage)


def _nothing(step: Step, name: str) -> Constant:
    """Return a constant that an input of a step takes."""
    port = next(one for one in inputs_of(step.template) if one.name == name)
    samples: tuple[Json, ...] = ("nothing", 0, [], {}, False)
    kind = getattr(port, "type", ValueType.STRING)
    return Constant.of(next((one for one in samples if kind.admits(one)), "nothing"))


def _loop_changes(step: Step, said: Said) -> Changed:
    if step.loop is None:
        return
    over = step.loop.over
    if isinstance(over, Items):
        first = over.items[0]
        single = _with_item(step, first)
        yield "map replaced by its first item", single
        less = replace(step.loop, over=Items(over.items[:-1]))
        yield "item missing", replace(step, loop=less)
        for at, item in enumerate(over.items):
            if said.has(item.value):
                some = (*over.items[:at], _another(item), *over.items[at + 1 :])
                yield (
                    "wrong item",
                    replace(step, loop=replace(step.loop, over=Items(some))),
                )
    if isinstance(over, Over):
        yield "map replaced by single", _with_item(step, over.value)
    if step.loop.parallelism:
        free = replace(step.loop, parallelism=None)
        more = replace(step.loop, parallelism=step.loop.parallelism + 1)
        yield "parallelism lost", replace(step, loop=free)
        yield "wrong parallelism", replace(step, loop=more)


def _with_item(step: Step, item: Value) -> Step:
    some = tuple(
        replace(one, value=substitute(one.value, {ItemRef(): item}))  # type: ignore[arg-type]
        for one in step.arguments
    )
    return replace(step, loop=None, arguments=some)


def _condition_changes(step: Step, said: Said) -> Changed:
    if step.when is not None:
        yield "condition inverted", replace(step, when=negate(step.when))
        yield (
            "condition lost",
            replace(step, when=None, after=(*step.after, *_asked(step))),
        )
        for what, other in _other_conditions(step.when, said):
            yield what, replace(step, when=other)
    for at, one in enumerate(step.after):
        if isinstance(one, str):
            continue
        after: list[After] = list(step.after)
        after[at] = with_atoms(one, _other_end)
        yield "waits for another end", replace(step, after=tuple(after))


def _other_conditions(one: Condition, said: Said) -> Iterator[tuple[str, Condition]]:
    found = [atom for atom in atoms(one) if isinstance(atom, Compare)]
    for compare in found:
        other = replace(compare, operator=_OTHER[compare.operator])
        yield "wrong operator", _with_atom(one, compare, other)
        if isinstance(compare.right, Constant) and said.has(compare.right.value):
            other = replace(compare, right=_another(compare.right))
            yield "wrong threshold", _with_atom(one, compare, other)


def _with_atom(one: Condition, old: Condition, new: Condition) -> Condition:
    return with_atoms(one, lambda atom: new if atom == old else atom)


def _other_end(atom: Any) -> Any:
    if not isinstance(atom, Ended):
        return atom
    good = Outcome.SUCCEEDED in atom.how
    return Ended(atom.step, (Outcome.FAILED if good else Outcome.SUCCEEDED,))


def _asked(step: Step) -> tuple[str, ...]:
    assert step.when is not None
    alone = replace(step, after=(), arguments=(), loop=None)
    return alone.data_dependencies


def _repeat_changes(step: Step, said: Said) -> Changed:
    repeat = step.repeat
    if repeat is None:
        return
    yield "repeat lost", replace(step, repeat=None)
    yield "wrong limit", replace(step, repeat=replace(repeat, limit=repeat.limit + 1))
    inverted = replace(repeat, condition=negate(repeat.condition))
    yield "repeated until the opposite", replace(step, repeat=inverted)
    for what, other in _other_conditions(repeat.condition, said):
        yield f"repeat: {what}", replace(step, repeat=replace(repeat, condition=other))
    if repeat.at_limit is AtLimit.ACCEPT or all("fail" in one for one in said.texts):
        ends = {AtLimit.ACCEPT: AtLimit.FAIL, AtLimit.FAIL: AtLimit.ACCEPT}
        other_end = replace(repeat, at_limit=ends[repeat.at_limit])
        yield "another end at the limit", replace(step, repeat=other_end)
    if repeat.pause != "0":
        yield "no pause", replace(step, repeat=replace(repeat, pause="0"))


def _retry_changes(step: Step, said: Said) -> Changed:
    if step.retry is not None and said.has(step.retry.limit):
        yield "not retried", replace(step, retry=None)
        more = replace(step.retry, limit=step.retry.limit + 1)
        yield "retried too often", replace(step, retry=more)


_CHANGES: tuple[Callable[[Step, Said], Changed], ...] = (
    _template_changes,
    _argument_changes,
    _loop_changes,
    _condition_changes,
    _repeat_changes,
    _retry_changes,
)


def _order_changes(
    holder: Workflow, step: Step, put: Put
) -> Iterator[tuple[str, Callable[[], Workflow]]]:
    above = _above(holder)
    names = [one.name for one in holder.steps]
    if step.name not in names:
        yield "exit handler lost", partial(put, None)
        return
    for one in step.after:
        left = replace(step, after=tuple(o for o in step.after if o != one))
        if isinstance(one, str) and not _still_waits(holder, left, one):
            yield "edge dropped", partial(put, left)
    yield from _sources(holder, step, put, above)
    for name in names:
        if name != step.name and not {name, step.name} & (
            above[step.name] & {name} | above[name] & {step.name}
        ):
            more = replace(step, after=(*step.after, name))
            yield f"edge from {name} added", partial(put, more)
    if not any(step.name in one.dependencies for one in holder.steps) and names[1:]:
        yield "step dropped", partial(put, None)
    twin = replace(step, name=f"{step.name}-again")
    yield "step doubled", lambda: _doubled(holder, step, twin, put)


def _sources(
    holder: Workflow, step: Step, put: Put, above: dict[str, set[str]]
) -> Iterator[tuple[str, Callable[[], Workflow]]]:
    """Yield changes of where data is from; those that leave a ring are no workflows."""
    for at, argument in enumerate(step.arguments):
        if not isinstance(argument.value, OutputRef):
            continue
        for other in holder.steps:
            taken = other.name in {step.name, argument.value.step}
            if taken or step.name in above[other.name]:
                continue
            for name in output_names(other.template):
                some = list(step.arguments)
                some[at] = replace(argument, value=OutputRef(other.name, name))
                new = replace(step, arguments=tuple(some))
                yield "data of another step", partial(put, new)


def _doubled(holder: Workflow, step: Step, twin: Step, put: Put) -> Workflow:
    """Put a workflow of the step and its twin where the step was."""
    del holder
    if (
        step.loop
        or step.repeat
        or step.arguments
        or isinstance(step.template, SubWorkflow)
    ):
        return put(step)
    bare = replace(step, after=(), when=None)
    inner = Workflow(name="both", steps=(bare, replace(bare, name=twin.name)))
    return put(replace(step, template=SubWorkflow(workflow=inner)))


def _above(workflow: Workflow) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for step in workflow:
        found[step.name] = set(step.dependencies).union(
            *(found[one] for one in step.dependencies)
        )
    return found


def _still_waits(holder: Workflow, step: Step, name: str) -> bool:
    above = _above(holder)
    return any(name == one or name in above[one] for one in step.dependencies)


def _whole_changes(
    workflow: Workflow, said: Said
) -> Iterator[tuple[str, Callable[[], Workflow]]]:
    for at, handler in enumerate(workflow.exit_handlers):
        for on in ((), (Outcome.SUCCEEDED,), (Outcome.FAILED,)):
            if on != handler.on:
                some = list(workflow.exit_handlers)
                some[at] = replace(handler, on=on)
                handlers = tuple(some)
                yield (
                    "exit handler for another end",
                    partial(replace, workflow, exit_handlers=handlers),
                )
    if workflow.schedule is not None:
        for what, other in _schedules(workflow.schedule, said):
            yield what, partial(replace, workflow, schedule=other)
    for at, port in enumerate(workflow.parameters):
        if port.default is not None and said.has(port.default.value):
            some_ports = list(workflow.parameters)
            some_ports[at] = replace(port, default=_another(port.default))
            ports = tuple(some_ports)
            yield "wrong default", partial(replace, workflow, parameters=ports)
    if workflow.timeout:
        yield "no time-out", partial(replace, workflow, timeout=None)
    if workflow.extras:
        yield "word of the engine lost", partial(replace, workflow, extras=())
    for name, count in (
        (s.name, len(output_names(s.template))) for s in workflow.steps
    ):
        if count > 1:
            yield "outputs swapped", partial(_swapped, workflow, name)
    for at, volume in enumerate(workflow.volumes):
        source: Any = volume.source
        for field in ("name", "size", "secret", "config_map"):
            old = getattr(source, field, None)
            if old is not None and (field == "size" or said.has(old)):
                other = _WRONG if isinstance(old, str) else old + 2**20
                some_volumes = list(workflow.volumes)
                some_volumes[at] = replace(
                    volume, source=replace(source, **{field: other})
                )
                volumes = tuple(some_volumes)
                yield "another volume", partial(replace, workflow, volumes=volumes)


def _schedules(schedule: Any, said: Said) -> Iterator[tuple[str, Any]]:
    yield "no schedule", None
    for at in range(5):
        fields = schedule.crons[0].split()
        fields[at] = "7" if fields[at] != "7" else "6"
        yield "wrong schedule", replace(schedule, crons=(" ".join(fields),))
    if said.has(schedule.timezone):
        yield "wrong time zone", replace(schedule, timezone="Asia/Tokyo")
    if schedule.overlap is not Overlap.ALLOW:
        yield "runs overlap", replace(schedule, overlap=Overlap.ALLOW)


def _swapped(workflow: Workflow, name: str) -> Workflow:
    one, other, *_ = output_names(workflow[name].template)
    known: dict[Any, Value] = {
        OutputRef(name, one): OutputRef(name, other),
        OutputRef(name, other): OutputRef(name, one),
    }
    steps = tuple(
        replace(
            step,
            arguments=tuple(
                replace(arg, value=substitute(arg.value, known))  # type: ignore[arg-type]
                for arg in step.arguments
            ),
        )
        for step in workflow.steps
    )
    return replace(workflow, steps=steps)


def _another(value: Constant) -> Constant:
    """Return a value that is not the same and not near it."""
    one: Json = value.value
    if isinstance(one, bool):
        return Constant.of(not one)
    if isinstance(one, int | float):
        return Constant.of(one * 3 + 977)
    return Constant.of(_WRONG)
