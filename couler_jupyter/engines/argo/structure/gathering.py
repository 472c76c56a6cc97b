"""What each item of a map printed, as a parameter of a template around it.

Argo gathers what items print only where all of it is JSON, and fails where it is not; of
parameters it gathers the texts as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.names import GATHERED, port_name
from couler_jupyter.engines.argo.structure.book import Book, Object
from couler_jupyter.engines.argo.structure.leaving import outputs_from
from couler_jupyter.engines.argo.structure.lifting import joined_arguments
from couler_jupyter.engines.argo.structure.made import Made
from couler_jupyter.engines.argo.structure.ports import (
    is_artifact_input,
    is_artifact_output,
    output_path,
)
from couler_jupyter.engines.argo.terms import Term, with_braces
from couler_jupyter.ir import (
    FromStdout,
    InputArtifact,
    Json,
    Leaf,
    OutputParameter,
    OutputRef,
    Step,
    ValueType,
    Workflow,
    as_text,
    leaves,
    output_of,
)
from couler_jupyter.ir.given import outputs_of
from couler_jupyter.ir.template import inputs_of

_MAYBE_NO_JSON = frozenset({ValueType.JSON, ValueType.STRING, ValueType.PYTHON})
_NOTHING: Mapping[str, frozenset[str]] = MappingProxyType({})
FORM = "gathered"
"""The form of a step that says `result`: what its items print is all JSON."""


def gathered_steps(
    workflow: Workflow, elsewhere: Mapping[str, frozenset[str]] = _NOTHING
) -> frozenset[str]:
    """Return the mapped steps that need a template around each item.

    Args:
        workflow: whose steps they are.
        elsewhere: outputs of its steps that others use, by step.
    """
    mapped = {one.name: one for one in workflow.steps if one.loop is not None}
    if not mapped:
        return frozenset()
    return frozenset(
        ref.step
        for ref in (*_uses(workflow), *_refs(elsewhere))
        if ref.step in mapped and is_gathered(mapped[ref.step], ref.name)
    )


def is_gathered(step: Step, name: str) -> bool:
    """Whether what the items of a mapped step print is a parameter, if it is used."""
    output = output_of(step, name)
    if not isinstance(output, OutputParameter) or form(step.extras, FORM) == "result":
        return False
    return isinstance(output.source, FromStdout) and output.type in _MAYBE_NO_JSON


def item_template(step: Step, made: Made, book: Book) -> Made:
    """Return a template around what one item runs, with the same inputs."""
    ports = inputs_of(step.template)
    parameters = [port_name(p.name) for p in ports if not is_artifact_input(p)]
    parameters += [port for port, _ in made.passed]
    artifacts = [p for p in ports if isinstance(p, InputArtifact)]
    inputs = joined_arguments(
        ([_parameter(step, name) for name in parameters], map(_artifact, artifacts))
    )
    task: Object = {"name": GATHERED, "template": made.template}
    if inputs:
        task["arguments"] = joined_arguments(
            (
                [_passed("parameters", "value", name) for name in parameters],
                [_passed("artifacts", "from", port_name(p.name)) for p in artifacts],
            )
        )
    left = ((o.name, OutputRef(step.name, o.name), "", "") for o in outputs_of(step))
    body: Object = {"inputs": inputs} if inputs else {}
    body["outputs"] = outputs_from(left, lambda leaf: _output(step, leaf))
    body["dag"] = {"tasks": [task]}
    return Made(book.add(f"{step.name}-item", body), made.passed)


def _uses(workflow: Workflow) -> Iterator[OutputRef]:
    steps = (*workflow.steps, *(one.step for one in workflow.exit_handlers))
    for step in steps:
        yield from (ref for ref in step.references() if isinstance(ref, OutputRef))
    for output in workflow.outputs:
        for leaf in leaves(output.value):
            if isinstance(leaf, OutputRef):
                yield leaf


def _refs(outputs: Mapping[str, frozenset[str]]) -> Iterator[OutputRef]:
    for step, names in outputs.items():
        yield from (OutputRef(step, name) for name in names)


def _parameter(step: Step, name: str) -> Json:
    ports = {port_name(port.name): port for port in inputs_of(step.template)}
    default = getattr(ports.get(name), "default", None)
    if default is None:
        return {"name": name}
    return {"name": name, "default": with_braces(as_text(default.value))}


def _artifact(port: InputArtifact) -> Json:
    made: Object = {"name": port_name(port.name)}
    if port.optional or port.default is not None:
        made["optional"] = True
    return made


def _passed(kind: str, field: str, name: str) -> Json:
    return {"name": name, field: f"{{{{inputs.{kind}.{name}}}}}"}


def _output(step: Step, leaf: Leaf) -> Term:
    output = output_of(step, leaf.name) if isinstance(leaf, OutputRef) else None
    if output is None:
        raise AssertionError(f"step {step.name!r} has no output {leaf!r}")
    path = ("tasks", GATHERED, *output_path(step, output, wrapped=False))
    return Term(path=path, artifact=is_artifact_output(step, output))
