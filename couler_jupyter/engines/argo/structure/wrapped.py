"""A step whose template stands in a DAG template of its own.

A map with its own parallelism has its bound there, and what a step prints gets its
global name there: a task has no word for either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from couler_jupyter.engines.argo.conditions import when_text
from couler_jupyter.engines.argo.structure.book import Book, Object
from couler_jupyter.engines.argo.structure.leaving import outputs_from
from couler_jupyter.engines.argo.structure.lifting import Lift, joined_arguments
from couler_jupyter.engines.argo.structure.looping import with_item
from couler_jupyter.engines.argo.structure.made import Made
from couler_jupyter.engines.argo.structure.repeating import repeat_body
from couler_jupyter.engines.argo.structure.scope import TURN, Exports, Scope
from couler_jupyter.engines.argo.structure.task import arguments_of, task_fields
from couler_jupyter.engines.argo.structure.within import Within
from couler_jupyter.ir import (
    Constant,
    FromStdout,
    InputRef,
    ItemRef,
    Leaf,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Step,
    SubWorkflow,
    TurnRef,
    Value,
    leaves,
)
from couler_jupyter.ir.step import condition_values
from couler_jupyter.ir.template import output_names


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What it takes to put a step into a template of its own.

    Attributes:
        book: where the template goes.
        scope: where its task stands.
        made: the template that the step runs once.
        fail_fast: whether nothing more starts once something failed.
        image: of the step that fails a repeat at its limit.
        repository: kind of the artifact repository, for keys alone.
    """

    book: Book
    scope: Scope
    made: Made
    fail_fast: bool
    image: str
    repository: str

    def task(self, step: Step, name: str) -> Object:
        """Return the task of a step that runs its template through another."""
        lift = Lift(_stays(step), self.scope)
        if step.repeat is not None:
            lift.take(TURN)
        inner = self._inside(step, lift)
        within = Within(inner, name, lift, self.scope)
        if step.repeat is not None:
            run: Object = {"name": name, "template": self.made.template}
            passed = self._passed(lift)
            if given := arguments_of(inner, within, passed, repository=self.repository):
                run["arguments"] = given
            body = repeat_body(inner, within, self.book, run, self.image)
            template = self.book.add_recursive(f"{step.name}-repeated", body)
        else:
            template = self.book.add(f"{step.name}-all", self._mapped(inner, within))
        task: Object = {"name": name, "template": template}
        if arguments := joined_arguments(lift.arguments()):
            task["arguments"] = arguments
        if step.when is not None and not is_per_item(step):
            task["when"] = when_text(step.when, self.scope)
        return task

    def _inside(self, step: Step, lift: Lift) -> Step:
        """Return the step as it stands in the template, all it uses passed in."""
        per_item = is_per_item(step)
        inner = lift.step(step if per_item else replace(step, when=None))
        if step.repeat is not None:
            pause = step.repeat.pause
            repeat = replace(
                step.repeat,
                condition=lift.condition(step.repeat.condition),
                pause=pause if isinstance(pause, str) else lift.value(pause),
            )
            inner = replace(inner, repeat=repeat)
        return inner

    def _passed(self, lift: Lift) -> tuple[tuple[str, Leaf], ...]:
        """Return what the step's template is given of the workflow's own inputs."""
        return tuple(
            (port, ref if isinstance(ref, Constant) else _lifted(lift, ref))
            for port, ref in self.made.passed
        )

    def _mapped(self, step: Step, within: Within) -> Object:
        look_up = with_item(step, within)
        passed = self._passed(within.lift)
        template = self.made.template
        task = task_fields(
            within.task, template, step, look_up, passed, repository=self.repository
        )
        body: Object = {}
        if inputs := joined_arguments(within.lift.inputs()):
            body["inputs"] = inputs
        if outputs := outputs_from(left_by(step, self.scope.exports), within):
            body["outputs"] = outputs
        if step.loop is not None and step.loop.parallelism is not None:
            body["parallelism"] = step.loop.parallelism
        fast: Object = {} if self.fail_fast else {"failFast": False}
        return {**body, "dag": {**fast, "tasks": [task]}}


def _lifted(lift: Lift, ref: ParameterRef) -> InputRef:
    return InputRef(lift.name(ref, ref.name))


def left_by(step: Step, exports: Exports) -> Iterator[tuple[str, Value, str, str]]:
    """Yield what a step leaves behind: name, value, global name, description."""
    exported = exports.get(step.name, {})
    makes = () if isinstance(step.template, SubWorkflow) else step.template.outputs
    known = {
        one.name: one.global_name
        for one in makes
        if isinstance(one, OutputParameter) and isinstance(one.source, FromStdout)
    }
    for name in output_names(step.template):
        yield (
            name,
            OutputRef(step.name, name),
            known.get(name) or exported.get(name, ""),
            "",
        )


def is_per_item(step: Step) -> bool:
    """Whether the condition of a mapped step is asked of each item."""
    if step.when is None or step.loop is None:
        return False
    return any(
        isinstance(leaf, ItemRef)
        for value in condition_values(step.when)
        for leaf in leaves(value)
    )


def _stays(step: Step) -> Callable[[Leaf], bool]:
    def stays(leaf: Leaf) -> bool:
        if isinstance(leaf, ItemRef | TurnRef):
            return True
        return isinstance(leaf, OutputRef) and leaf.step == step.name

    return stays
