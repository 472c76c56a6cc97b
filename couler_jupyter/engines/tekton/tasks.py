"""Each step as a task of the pipeline: what it is given, when and how often it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.arrivals import Pickled, json_inputs, text_inputs
from couler_jupyter.engines.tekton.conditions import when_fields
from couler_jupyter.engines.tekton.drafts import Draft, about_input
from couler_jupyter.engines.tekton.durations import duration_text
from couler_jupyter.engines.tekton.foreign import own_values
from couler_jupyter.engines.tekton.inside import Inside
from couler_jupyter.engines.tekton.leaves import Around, add_leaf
from couler_jupyter.engines.tekton.matrices import ITEM, Matrix, matrix_of, uses_item
from couler_jupyter.engines.tekton.names import port_names
from couler_jupyter.engines.tekton.scope import Scope
from couler_jupyter.engines.tekton.texts import Unsayable, known_value, literal
from couler_jupyter.engines.tekton.volumes import VolumeNames
from couler_jupyter.ir import (
    Boxed,
    Constant,
    Foreign,
    Inline,
    InputArtifact,
    InputParameter,
    OutputRef,
    RetryPolicy,
    Step,
    Suspend,
    Value,
    as_text,
    inputs_of,
)
from couler_jupyter.ir.step import storage_values

_SLEEP = "import sys, time; time.sleep(float(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class TaskMaker:
    """Makes the tasks of one pipeline.

    Attributes:
        scope: what can be referred to.
        pickled: which values pass as files.
        volumes: those of the workflow.
    """

    scope: Scope
    pickled: Pickled
    volumes: VolumeNames

    def made(self, step: Step, name: str) -> Draft:
        """Return the task of a step.

        Raises:
            Unsayable: Tekton has no words for it.
        """
        draft = Draft(name=name)
        given = _Given(step, self.scope)
        matrix = given.matrix()
        if isinstance(step.template, Foreign):
            draft.given |= own_values(step, step.template, self.scope)
            draft.own = dict(step.template.body.value)
        else:
            self._declare(draft, step, given, matrix)
            self._add_steps(draft, step, given, matrix)
        draft.beside |= self._order(step)
        if matrix is not None:
            draft.beside["matrix"] = matrix.fields
        if step.retry is not None:
            if step.retry.policy not in (RetryPolicy.ON_FAILURE, RetryPolicy.ALWAYS):
                raise Unsayable(
                    "Tekton tries again after every bad end, not after some"
                )
            draft.beside["retries"] = step.retry.limit
        if step.timeout is not None:
            draft.beside["timeout"] = duration_text(step.timeout)
        return draft

    def _order(self, step: Step) -> Fields:
        fields: Fields = {}
        for name in step.order_dependencies:
            self.scope.check_order(name)
        if before := dict.fromkeys((*step.order_dependencies, *self._makers(step))):
            fields["runAfter"] = [self.scope.tasks[name] for name in before]
        if step.when is not None:
            when = when_fields(step.when, self.scope.text, self.scope.reckoner)
            if when:
                fields["when"] = when
        return fields

    def _makers(self, step: Step) -> list[str]:
        """Return the steps whose files a step takes: no result refers to those."""
        if self.scope.reckoner.closed:  # an exit handler is behind everything
            return []
        values = (one.value for one in step.arguments)
        refs = [one for one in values if isinstance(one, OutputRef)]
        return [ref.step for ref in refs if self.scope.is_artifact(ref)]

    def _declare(
        self, draft: Draft, step: Step, given: _Given, matrix: Matrix | None
    ) -> None:
        """Declare the parameters of a task, and say what they are given."""
        columns = matrix.columns if matrix is not None else ()
        inlined = matrix.inlined if matrix is not None else {}
        for port in inputs_of(step.template):
            if not isinstance(port, InputParameter) or port.name in inlined:
                continue
            name = given.ports[port.name]
            known: Fields = {"name": name, "type": "string"}
            if about := about_input(port):
                known["description"] = about
            if port.default is not None:
                known["default"] = given.constant(port.default, port.name)
            draft.params[name] = known
            if name not in columns and port.name in given.values:
                text = given.text(given.values[port.name], port.name)
                draft.given[name] = text
        if ITEM in columns:
            draft.params[ITEM] = {"name": ITEM, "type": "string"}

    def _add_steps(
        self, draft: Draft, step: Step, given: _Given, matrix: Matrix | None
    ) -> None:
        template = step.template
        if not isinstance(template, Boxed | Suspend):
            raise Unsayable(f"it is a {type(template).__name__}")
        inlined = matrix.inlined if matrix is not None else {}
        inside = Inside(template, draft, given.ports, inlined, self.scope.look_up)
        if isinstance(template, Suspend):
            _add_wait(draft, template, inside, self.scope.image)
            return
        artifacts, inline = given.files()
        around = Around(
            image=self.scope.image,
            pod=self.scope.workflow.pod,
            volumes=self.volumes.of_task(draft, template, self.scope.workflow.pod),
            artifacts=artifacts,
            inline=inline,
            pickles=self.pickled.inputs(step, self.scope),
            pickled=self.pickled.outputs.get(step.name, frozenset()),
            texts=text_inputs(step, self.scope),
            results=self.scope.results(step),
            looked_for=frozenset(
                one.name for one in self.scope.choosing.kept if one.step == step.name
            ),
            mapped=step.loop is not None,
        )
        add_leaf(draft, template, inside, around)


@dataclass(slots=True)
class _Given:
    """What a step's inputs are given."""

    step: Step
    scope: Scope
    ports: Mapping[str, str] = field(init=False)
    values: dict[str, Value] = field(default_factory=dict[str, "Value"])
    as_json: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Tell values from files."""
        inputs = inputs_of(self.step.template)
        outer = self.scope.params.values()
        self.ports = port_names((one.name for one in inputs), outer)
        self.as_json = json_inputs(self.step)
        parameters = {one.name for one in inputs if isinstance(one, InputParameter)}
        for argument in self.step.arguments:
            if argument.name in parameters:
                (self.values[argument.name],) = storage_values(argument.value)

    def matrix(self) -> Matrix | None:
        """Return how the step runs once per item; None if it is not mapped."""
        if self.step.loop is None:
            return None
        differing = {
            name: value for name, value in self.values.items() if uses_item(value)
        }
        return matrix_of(
            self.step.loop,
            differing,
            self.ports,
            self.text,
            reckoner=self.scope.reckoner,
            as_json=self.as_json,
        )

    def text(self, value: Value, name: str) -> str:
        """Return what the input of a name is given."""
        known = known_value(value)
        return self.scope.text(value) if known is None else self.constant(known, name)

    def constant(self, known: Constant, name: str) -> str:
        """Return a known value as the input of a name takes it."""
        as_json = name in self.as_json
        return literal(known.json if as_json else as_text(known.value))

    def files(self) -> tuple[dict[str, str], dict[str, Value | str]]:
        """Return where files lie on the run's volume, and what others hold."""
        placed: dict[str, str] = {}
        inline: dict[str, Value | str] = {}
        arguments = {one.name: one.value for one in self.step.arguments}
        for port in inputs_of(self.step.template):
            if not isinstance(port, InputArtifact):
                continue
            match arguments.get(port.name, port.default):
                case None:
                    continue
                case OutputRef() as ref if self.scope.is_artifact(ref):
                    placed[port.name] = self._placed(ref)
                case Inline(data=data):
                    inline[port.name] = data
                case _:
                    raise Unsayable(
                        f"input {port.name!r} is no file of another step; "
                        "nothing here fetches it"
                    )
        return placed, inline

    def _placed(self, ref: OutputRef) -> str:
        if self.scope.workflow.by_name[ref.step].loop is not None:
            raise Unsayable(f"the files of all items of {ref.step!r} have no one place")
        return self.scope.artifact(ref)


def _add_wait(draft: Draft, template: Suspend, inside: Inside, image: str) -> None:
    """Add the step that waits for some seconds."""
    assert template.seconds is not None
    if template.outputs:
        raise Unsayable("it waits for some time, so nobody gives its outputs")
    draft.description = template.message
    seconds = inside.write(template.seconds)
    command = ["python3", "-c", _SLEEP]
    one: Fields = {"name": "wait", "image": image, "command": command}
    draft.steps.append({**one, "args": [seconds]})
