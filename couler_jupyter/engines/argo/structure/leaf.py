"""The template that a step runs, written once for all steps that run the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from couler_jupyter.engines.argo.braces import without_stray
from couler_jupyter.engines.argo.conditions import condition_expression
from couler_jupyter.engines.argo.extras import form, merge_template
from couler_jupyter.engines.argo.names import Taken, free_name, port_name, task_name
from couler_jupyter.engines.argo.structure.arrivals import with_arrivals
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.facts import attempt_fact
from couler_jupyter.engines.argo.structure.made import Made
from couler_jupyter.engines.argo.structure.scope import Scope
from couler_jupyter.engines.argo.templates import Around, leaf_fields, step_fields
from couler_jupyter.engines.argo.terms import Term
from couler_jupyter.engines.argo.texts import text_of
from couler_jupyter.ir import (
    AttemptRef,
    Condition,
    Constant,
    Foreign,
    Format,
    InputParameter,
    InputRef,
    Leaf,
    OutputParameter,
    ParameterRef,
    PathRef,
    Step,
    SubWorkflow,
    Template,
    Text,
    ValueType,
)
from couler_jupyter.ir.template import inputs_of

Plain: TypeAlias = Template
_Key: TypeAlias = tuple[object, ...]
HOME_PORT = "couler-step"
"""The input that tells a step under which name others look for what it leaves."""


@dataclass(slots=True)
class Leaves:
    """The leaf templates of one scope; each is written once.

    Attributes:
        building: the manifest they go into.
        scope: where their tasks stand.
        around: what surrounds them.
    """

    building: Building
    scope: Scope
    around: Around
    _made: dict[_Key, Made] = field(default_factory=dict)
    _kept: list[Template] = field(default_factory=list)

    def made_for(self, step: Step) -> Made:
        """Return the template that `step` runs, which is no sub-workflow."""
        around = with_arrivals(
            self.around, step, self.scope.workflow, self.scope.carried
        )
        around, port = self._with_home(around, step)
        key = (
            id(step.template),
            around.texts,
            around.pickles,
            around.plain,
            around.kept,
            step.retry,
            step.timeout,
            step.cache,
            step.daemon,
            step.extras,
            step.name if step.name in self.scope.exports else "",
        )
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(step, around, port)
            self._kept.append(step.template)
        if port:
            own = Constant.of(task_name(step.name))
            return replace(made, passed=(*made.passed, (port, own)))
        return made

    def _with_home(self, around: Around, step: Step) -> tuple[Around, str]:
        """Return what surrounds a step others take from, and what tells it its home."""
        crossing = self.scope.root.crossing
        kept = crossing.kept.get(step.name) if self.scope.outermost else None
        if not kept:
            return around, ""
        taken = {port_name(one.name) for one in inputs_of(step.template)}
        port = free_name(HOME_PORT, taken)
        home = Format((ParameterRef(crossing.run), "/", InputRef(port)))
        return replace(around, kept=kept, home=home), port

    def _make(self, step: Step, around: Around, port: str) -> Made:
        template = step.template
        inside = Inside(step, self.scope, port)
        write = inside.write
        match template:
            case SubWorkflow():
                raise AssertionError("a sub-workflow is no leaf")
            case Foreign():
                body: Object = template.body.value
            case _:
                body = dict(leaf_fields(template, write, around))
        body |= step_fields(step, write, inside.condition)
        if exported := self.scope.exports.get(step.name):
            body = _with_global_names(body, exported)
        ports = [name for name, _ in inside.passed] + [port] * bool(port)
        if ports:
            body = _with_inputs(body, ports)
        plain = not isinstance(template, Foreign)
        if step.extras:
            body = self._with_extras(step, without_stray(body) if plain else body)
        chosen = form(step.extras, "template") if step.extras else None
        name = chosen if isinstance(chosen, str) else step.name
        named = isinstance(chosen, str)
        plain = plain and not step.extras
        made = self.building.book.add(name, body, named=named, plain=plain)
        return Made(made, tuple(inside.passed))

    def _with_extras(self, step: Step, body: Object) -> Object:
        where = f"step {step.name!r}"
        return merge_template(
            body,
            step.extras,
            lambda extra, why: self.building.report(where, extra, why),
        )


class Inside:
    """What references are inside the template of a step."""

    def __init__(self, step: Step, scope: Scope, home: str = "") -> None:
        self._step = step
        self._scope = scope
        self._home = home
        template = step.template
        ports = () if isinstance(template, SubWorkflow) else template.inputs
        self._inputs = {one.name: one for one in ports}
        outputs = () if isinstance(template, SubWorkflow) else template.outputs
        self._outputs = {one.name: one for one in outputs}
        self._taken = Taken()
        for port in ports:
            self._taken.take(port_name(port.name))
        self.passed: list[tuple[str, ParameterRef]] = []
        self._known: dict[Leaf, Term] = {}

    def write(self, text: Text) -> str:
        """Return a text of the template as Argo writes it."""
        return text_of(text, self.look_up)

    def condition(self, condition: Condition) -> str:
        """Return a condition on attempts in expr-lang."""
        return condition_expression(condition, self.look_up)

    def look_up(self, leaf: Leaf) -> Term:
        """Return what `leaf` is inside the template."""
        term = self._known.get(leaf)
        if term is None:
            term = self._known[leaf] = self._term(leaf)
        return term

    def _term(self, leaf: Leaf) -> Term:
        match leaf:
            case InputRef(name=name) if name == self._home:
                path = ("inputs", "parameters", name)
                return Term(path=path, type=ValueType.STRING)
            case InputRef(name=name):
                port = self._inputs[name]
                kind = port.type if isinstance(port, InputParameter) else ValueType.JSON
                return Term(path=("inputs", "parameters", port_name(name)), type=kind)
            case PathRef(name=name, output=True):
                is_parameter = isinstance(self._outputs[name], OutputParameter)
                which = "parameters" if is_parameter else "artifacts"
                return Term(path=("outputs", which, port_name(name), "path"))
            case PathRef(name=name):
                return Term(path=("inputs", "artifacts", port_name(name), "path"))
            case AttemptRef(field=fact):
                return attempt_fact(fact, retried=self._step.retry is not None)
            case ParameterRef():
                return self._parameter(leaf)
            case _:
                return self._scope(leaf)

    def _parameter(self, ref: ParameterRef) -> Term:
        outer = self._scope(ref)
        if outer.path[:1] == ("workflow",):
            return outer
        port = self._taken.take(port_name(f"workflow-{ref.name}"))
        self.passed.append((port, ref))
        return Term(path=("inputs", "parameters", port), type=outer.type)


def _with_inputs(body: Object, ports: list[str]) -> Object:
    inputs = body.get("inputs", {})
    more = [{"name": port} for port in ports]
    inputs = {**inputs, "parameters": [*inputs.get("parameters", ()), *more]}
    return {"inputs": inputs, **{k: v for k, v in body.items() if k != "inputs"}}


def _with_global_names(body: Object, exported: Mapping[str, str]) -> Object:
    """Return a template some of whose outputs the whole run is to know."""
    names = {port_name(name): known for name, known in exported.items()}
    outputs: Object = {
        kind: [
            {**one, "globalName": names[one["name"]]}
            if one["name"] in names and "globalName" not in one
            else one
            for one in made
        ]
        for kind, made in body.get("outputs", {}).items()
    }
    return {**body, "outputs": outputs} if outputs else body
