"""What references are in the tasks of one DAG template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias, assert_never

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.structure.aggregate import aggregated, listed
from couler_jupyter.engines.argo.structure.carrying import (
    Carried,
    Ref,
    pickle_port,
)
from couler_jupyter.engines.argo.structure.crossing import WHOLE
from couler_jupyter.engines.argo.structure.facts import run_fact, step_fact
from couler_jupyter.engines.argo.structure.gathering import gathered_steps, is_gathered
from couler_jupyter.engines.argo.structure.ports import (
    is_artifact_input,
    is_artifact_output,
    is_wrapped,
    output_path,
)
from couler_jupyter.engines.argo.structure.root import Root
from couler_jupyter.engines.argo.terms import Term, expression_of, quoted, variable
from couler_jupyter.ir import (
    AttemptRef,
    Constant,
    FromStdout,
    GlobalRef,
    InputRef,
    ItemRef,
    Leaf,
    OutputParameter,
    OutputRef,
    ParameterRef,
    PathRef,
    Raw,
    RunRef,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    TurnRef,
    ValueType,
    Workflow,
    as_text,
    output_of,
)
from couler_jupyter.ir.given import given_by_output
from couler_jupyter.ir.template import Input

Exports: TypeAlias = Mapping[str, Mapping[str, str]]
"""Global names of outputs that have none of their own, by step and output."""

_NO_EXPORTS: Exports = MappingProxyType({})
TURN = "turn"
"""The input parameter in which a repeat counts."""


class Scope:
    """What references are in the tasks of a DAG template.

    Attributes:
        workflow: whose tasks they are.
        task: what its steps are called there.
        outermost: whether it is the workflow that the run runs.
        prefix: `tasks`, or `steps` where the template has steps.
        exports: global names that outputs get for exit handlers.
        gathered: mapped steps with a template around each item.
        carried: what goes as pickles.
        makers: the steps whose outputs are used, those of other parts too, by name.
    """

    def __init__(
        self,
        workflow: Workflow,
        task: Mapping[str, str],
        *,
        outermost: bool,
        root: Root,
        prefix: str = "tasks",
        carried: Carried | None = None,
    ) -> None:
        self.workflow = workflow
        self.task = task
        self.outermost = outermost
        self.root = root
        self.prefix = prefix
        self.exports = root.exports if outermost else _NO_EXPORTS
        crossing = root.crossing if outermost else WHOLE
        self.gathered = gathered_steps(workflow, crossing.plain)
        self.carried = Carried() if carried is None else carried
        ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
        self.inputs = {one.name: one for one in ports}
        self.makers: Mapping[str, Step] = workflow.by_name
        if crossing.makers:
            self.makers = {**workflow.by_name, **crossing.makers}
        self._known: dict[Leaf, Term] = {}
        self._wrapped: dict[str, bool] = {}

    def __call__(self, leaf: Leaf) -> Term:
        """Return what `leaf` is here."""
        term = self._known.get(leaf)
        if term is None:
            term = self._known[leaf] = self.term(leaf)
        return term

    def term(self, leaf: Leaf) -> Term:
        """Return what `leaf` is here, worked out anew."""
        match leaf:
            case Constant():
                return Term(literal=as_text(leaf.value))
            case OutputRef(step=step, name=name):
                return self.output(step, name)
            case ParameterRef():
                return self.parameter(leaf)
            case ItemRef(path=path):
                return item_term(path)
            case StepRef(step=step, field=field):
                return self._fact(step, field)
            case RunRef(field=field):
                return run_fact(field, self.root.workflow, self.root.crossing.told)
            case GlobalRef(name=name):
                return self.known_to_all(name)
            case Raw(text=text):
                return raw_term(text)
            case TurnRef():  # before the first turn, where it is asked whether to run
                return Term(literal="0", type=ValueType.INTEGER)
            case InputRef() | PathRef() | AttemptRef():
                raise AssertionError(f"{leaf} is known only inside a template")
            case _ as never:
                assert_never(never)

    def is_wrapped(self, step: Step) -> bool:
        """Whether the task of a step runs its template through another."""
        known = self._wrapped.get(step.name)
        if known is None:
            exported = self.exports.get(step.name, ())
            known = self._wrapped[step.name] = is_wrapped(step, exported)
        return known

    def output(self, name: str, output_name: str) -> Term:
        """Return what the output of a step is."""
        head = (self.prefix, self.task[name])
        if self.outermost and name in self.root.crossing.makers:
            maker = self.root.crossing.makers[name]
            gate = (*head, "outputs", "parameters", port_name(output_name))
            term = supplied(maker, output_name, gate)
            return _if_there(term, maker, output_name, head)
        maker = self.workflow.by_name[name]
        output = output_of(maker, output_name)
        if output is None:
            raise AssertionError(f"step {name!r} has no output {output_name!r}")
        wrapped = self.is_wrapped(maker)
        inside = wrapped or name in self.gathered
        path = (*head, *output_path(maker, output, wrapped=inside))
        if is_artifact_output(maker, output):
            return Term(path=path, artifact=True, maker=head)
        if maker.loop is not None and wrapped:
            return Term(path=path, type=ValueType.LIST, maker=head)
        if maker.loop is not None:
            return aggregated(maker, output, path)
        kind = given_by_output(maker, output_name)
        return _with_default(
            Term(
                path=path,
                type=kind if isinstance(kind, ValueType) else ValueType.JSON,
                maker=head,
            ),
            getattr(output, "default", None),
            sure=maker.when is None,
        )

    def pickle(self, ref: Ref) -> Term:
        """Return the artifact beside a value, which holds what only Python can."""
        if isinstance(ref, ParameterRef):
            path = ("inputs", "artifacts", pickle_port(ref.name))
            return Term(path=path, artifact=True)
        maker = self.workflow.by_name[ref.step]
        is_part = isinstance(maker.template, SubWorkflow)
        name = pickle_port(ref.name) if is_part else port_name(ref.name)
        head = (self.prefix, self.task[ref.step], "outputs", "artifacts")
        return Term(path=(*head, name), artifact=True)

    def known_to_all(self, name: str) -> Term:
        """Return what a global output is."""
        if name in self.root.crossing.known:
            return Term(path=("workflow", "parameters", self.root.crossing.known[name]))
        artifact = name in self.root.artifacts
        kind = "artifacts" if artifact else "parameters"
        path = ("workflow", "outputs", kind, port_name(name))
        return Term(path=path, artifact=artifact)

    def _fact(self, step: str, field: StepField) -> Term:
        term = step_fact((self.prefix, self.task[step]), field)
        name = self.root.crossing.facts.get((step, field)) if self.outermost else None
        if name is None:
            return term
        path = (self.prefix, self.task[step], "outputs", "parameters", name)
        return replace(term, path=path)

    def parameter(self, ref: ParameterRef) -> Term:
        """Return what an input of the workflow is."""
        if self.outermost or ref.of_run:
            one = self.root.parameters.get(ref.name)
            if one is not None:
                return Term(
                    path=("workflow", "parameters", port_name(ref.name)), type=one.type
                )
        port = self.inputs[ref.name]
        if is_artifact_input(port):
            return Term(
                path=("inputs", "artifacts", port_name(ref.name)), artifact=True
            )
        return Term(
            path=("inputs", "parameters", port_name(ref.name)),
            type=getattr(port, "type", ValueType.JSON),
        )


class AtEnd(Scope):
    """What references are in the tasks of exit handlers: all through global names."""

    def term(self, leaf: Leaf) -> Term:
        """Return what `leaf` is here, worked out anew."""
        if isinstance(leaf, OutputRef) and leaf in self.root.crossing.ends:
            maker = self.root.crossing.makers[leaf.step]
            path = ("workflow", "parameters", self.root.crossing.ends[leaf])
            return supplied(maker, leaf.name, path)
        if isinstance(leaf, OutputRef) and leaf.step in self.workflow.by_name:
            maker = self.workflow.by_name[leaf.step]
            output = output_of(maker, leaf.name)
            kind = given_by_output(maker, leaf.name)
            artifact = output is not None and is_artifact_output(maker, output)
            name = self.root.exports[leaf.step][leaf.name]
            which = "artifacts" if artifact else "parameters"
            return Term(
                path=("workflow", "outputs", which, name),
                type=kind if isinstance(kind, ValueType) else ValueType.JSON,
                artifact=artifact,
            )
        return super().term(leaf)


def supplied(maker: Step, name: str, path: tuple[str, ...]) -> Term:
    """Return what the output of a step of another part is, given the text of it.

    Args:
        maker: the step.
        name: of the output.
        path: of the variable that holds what Argo passes on for it.
    """
    output = output_of(maker, name)
    if maker.loop is not None and output is not None and not is_wrapped(maker):
        printed = isinstance(output, OutputParameter) and isinstance(
            output.source, FromStdout
        )
        return listed(output, path, printed=printed and not is_gathered(maker, name))
    kind = given_by_output(maker, name)
    return Term(path=path, type=kind if isinstance(kind, ValueType) else ValueType.JSON)


def _if_there(term: Term, maker: Step, name: str, head: tuple[str, str]) -> Term:
    """Return a term of a gate, as it is where the step of the gate did not run."""
    if maker.loop is None:
        default = getattr(output_of(maker, name), "default", None)
        return _with_default(
            replace(term, maker=head), default, sure=maker.when is None
        )
    if is_wrapped(maker):
        return replace(term, maker=head)
    there = f"'outputs' in {variable(head)}"
    expression = f"({there} ? {expression_of(term)} : '[]')"
    return Term(expression=expression, type=ValueType.LIST)


def item_term(path: tuple[str | int, ...]) -> Term:
    """Return what the item of a map is, or a part of it."""
    if not path:
        return Term(path=("item",))
    first, *others = path
    if isinstance(first, str) and not others:
        return Term(path=("item", first))
    whole = variable(("item", first)) if isinstance(first, str) else "item"
    rest = others if isinstance(first, str) else path
    part = f"fromJSON({whole})" + "".join(
        f"[{part}]" if isinstance(part, int) else f"[{quoted(part)}]" for part in rest
    )
    return Term(expression=f"(type({part}) == 'string' ? {part} : toJson({part}))")


def raw_term(text: str) -> Term:
    """Return what a text in Argo's own words is: a tag, or an expression."""
    inner = text.strip()
    if inner.startswith("{{") and inner.endswith("}}") and inner.count("{{") == 1:
        inner = inner[2:-2].strip()
        if inner.startswith("="):
            return Term(expression=inner[1:].strip())
        return Term(path=tuple(inner.split(".")))
    return Term(expression=inner)


def _with_default(term: Term, default: Constant | None, *, sure: bool) -> Term:
    """Return a term that is its default where its step did not run."""
    if default is None or sure:
        return term
    known = quoted(as_text(default.value))
    expression = f"({term.there} ? {variable(term.path)} : {known})"
    return Term(expression=expression, type=term.type)
