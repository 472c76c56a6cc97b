"""Sub-workflows put into the one pipeline: their steps stand beside all others.

A step of a sub-workflow waits for what the sub-workflow waits for, and what comes behind
the sub-workflow waits for the last of its steps. What it was given, and what it leaves,
stands where it was named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast, get_args

from couler_jupyter.engines.tekton.extras import ENGINE
from couler_jupyter.engines.tekton.names import Names
from couler_jupyter.engines.tekton.substituting import (
    argument_with,
    step_with,
    template_with,
)
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Constant,
    Leaf,
    OutputRef,
    ParameterRef,
    Pod,
    RunRef,
    Step,
    SubWorkflow,
    Template,
    Value,
    Workflow,
    output_names,
    substitute,
)

_VALUES = get_args(Value)
_IN_TEMPLATES = (Constant, ParameterRef, RunRef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A step that was a sub-workflow.

    Attributes:
        path: of it.
        members: paths of the steps in it, those of sub-workflows in it not among them.
        outputs: what it leaves, by name, of steps as they are called in the flat
            workflow.
    """

    path: str
    members: tuple[str, ...]
    outputs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """A workflow without sub-workflows, and what it was.

    Attributes:
        workflow: all steps in one.
        paths: those of the steps that were in sub-workflows, by their present names.
        groups: what sub-workflows were, inner ones first.
        problems: why it means something else.
    """

    workflow: Workflow
    paths: Mapping[str, str] = field(default_factory=dict[str, str])
    groups: tuple[Group, ...] = ()
    problems: tuple[Problem, ...] = ()


def flat(workflow: Workflow) -> Flat:
    """Return a workflow with the steps of its sub-workflows beside its own."""
    if not any(isinstance(one.template, SubWorkflow) for one in workflow.steps):
        return Flat(workflow=workflow)
    return _Flattening(workflow).flat()


@dataclass(slots=True)
class _Flattening:
    workflow: Workflow
    names: Names = field(default_factory=Names)
    steps: list[Step] = field(default_factory=list[Step])
    paths: dict[str, str] = field(default_factory=dict[str, str])
    groups: list[Group] = field(default_factory=list[Group])
    problems: list[Problem] = field(default_factory=list[Problem])

    def flat(self) -> Flat:
        workflow = self.workflow
        handlers = workflow.exit_handlers
        for one in (*workflow.steps, *(handler.step for handler in handlers)):
            self.names.take(one.name)
        whole = _Level(self, workflow, "", {}, ())
        outputs = (
            replace(one, value=substitute(one.value, whole.known))
            for one in workflow.outputs
        )
        ends = (replace(one, step=step_with(one.step, whole.known)) for one in handlers)
        made = replace(
            workflow,
            steps=tuple(self.steps),
            outputs=tuple(outputs),
            exit_handlers=tuple(ends),
            parts=None,
        )
        return Flat(
            workflow=made,
            paths=self.paths,
            groups=tuple(self.groups),
            problems=tuple(self.problems),
        )

    def refuse(self, path: str, step: Step, what: str) -> None:
        place = "" if step.origin is None else str(step.origin)
        self.problems.append(Problem(f"step {path!r}", what, place))


@dataclass(slots=True)
class _Level:
    """One workflow, of whatever depth.

    Attributes:
        whole: where its steps go.
        workflow: the workflow; `path`: what those of its steps begin with.
        known: what stands for its parameters, and for the outputs of its steps.
        before: what all of its steps wait for.
        last: for each of its steps, those of the flat workflow that end it.
    """

    whole: _Flattening
    workflow: Workflow
    path: str
    known: dict[Leaf, Value]
    before: tuple[str, ...]
    last: dict[str, tuple[str, ...]] = field(
        default_factory=dict[str, "tuple[str, ...]"]
    )

    def __post_init__(self) -> None:
        """Add all steps."""
        for step in self.workflow:
            if isinstance(step.template, SubWorkflow):
                self._add_group(step, step.template.workflow)
            else:
                self._add(step)

    @property
    def ends(self) -> tuple[str, ...]:
        """The steps that all others come before."""
        waited_for = {one for step in self.workflow.steps for one in step.dependencies}
        return _once(
            name
            for step, last in self.last.items()
            if step not in waited_for
            for name in last
        )

    def _add(self, step: Step) -> None:
        name = self.whole.names.take(_joined(self.path, step)) if self.path else ""
        name = name or step.name
        # nothing is reused on Tekton, and the key may name what is no more
        made = replace(
            step_with(step, self.known),
            name=name,
            template=self._template(step),
            after=self._after(step),
            cache=None,
        )
        if self.path:
            self.whole.paths[name] = f"{self.path}{step.name}"
        for output in output_names(step.template):
            self.known[OutputRef(step.name, output)] = OutputRef(name, output)
        self.last[step.name] = (name,)
        self.whole.steps.append(made)

    def _add_group(self, step: Step, inner: Workflow) -> None:
        path = f"{self.path}{step.name}"
        for what in _refused(step, inner):
            self.whole.refuse(path, step, what)
        given = {
            one.name: argument_with(one.value, self.known) for one in step.arguments
        }
        known: dict[Leaf, Value] = {
            ParameterRef(one.name): one.default
            for one in inner.parameters
            if one.default is not None
        }
        values = {
            n: cast("Value", v) for n, v in given.items() if isinstance(v, _VALUES)
        }
        known |= {ParameterRef(name): value for name, value in values.items()}
        before = self._waits(step)
        level = _Level(self.whole, inner, f"{path}/", known, before)
        outputs = tuple(
            (one.name, substitute(one.value, level.known)) for one in inner.outputs
        )
        for name, value in outputs:
            self.known[OutputRef(step.name, name)] = value
        self.last[step.name] = level.ends
        self.whole.groups.append(
            Group(
                path=path,
                members=tuple(f"{path}/{one.name}" for one in inner.steps),
                outputs=outputs,
            )
        )

    def _template(self, step: Step) -> Template:
        """Return the template of a step with what parameters are that it names itself."""
        own = {k: one for k, one in self.known.items() if isinstance(k, ParameterRef)}
        simple = {k: one for k, one in own.items() if isinstance(one, _IN_TEMPLATES)}
        made = template_with(step.template, simple)
        if template_with(made, own) != made:
            self.whole.refuse(
                f"{self.path}{step.name}",
                step,
                "its template names a parameter of its sub-workflow that other steps "
                "give; give that to an input",
            )
        return made

    def _waits(self, step: Step) -> tuple[str, ...]:
        """Return all steps of the flat workflow that end what a step waits for."""
        if not step.dependencies:
            return self.before
        return _once(name for one in step.dependencies for name in self.last[one])

    def _after(self, step: Step) -> tuple[str, ...]:
        """Return the steps that one waits for, beside those whose outputs it takes."""
        if not step.dependencies:
            return self.before
        ordered = dict.fromkeys(step.order_dependencies)
        ordered |= {
            one: None
            for one in step.data_dependencies
            if isinstance(self.workflow.by_name[one].template, SubWorkflow)
        }
        return _once(name for one in ordered for name in self.last[one])


def _refused(step: Step, inner: Workflow) -> Iterable[str]:
    """Yield what a sub-workflow has that its steps alone would not."""
    asked = (
        (step.when is not None, "it has a condition"),
        (step.loop is not None, "it runs once per item"),
        (step.retry is not None, "it is tried again as a whole"),
        (step.timeout is not None, "it has a timeout"),
        (inner.timeout is not None, "its workflow has a timeout"),
        (bool(inner.exit_handlers), "its workflow has exit handlers"),
        (bool(inner.volumes), "its workflow has volumes of its own"),
        (inner.pod != Pod(), "its workflow says where its pods run"),
        (bool(inner.labels or inner.annotations), "its workflow has labels of its own"),
        (
            any(one.global_name for one in inner.outputs),
            "its workflow makes outputs known to the whole run",
        ),
        (
            any(one.engine == ENGINE for one in (*step.extras, *inner.extras)),
            "it has extras",
        ),
    )
    for there, what in asked:
        if there:
            yield (
                f"{what}, and a sub-workflow is no more than its steps in the one "
                "pipeline; give that to the steps in it"
            )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _joined(path: str, step: Step) -> str:
    return f"{path}{step.name}".replace("/", "-")
