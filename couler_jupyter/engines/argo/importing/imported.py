"""A template of a manifest as the IR has it, and as Argo's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.argo.importing.attempts import StepPart
from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.importing.ports import read_artifact, read_parameter
from couler_jupyter.engines.argo.importing.wrapping import Wrapping
from couler_jupyter.engines.kube.reading.fields import NoWord, Object
from couler_jupyter.ir import (
    Constant,
    Extra,
    Foreign,
    FromManifest,
    FromStdout,
    Input,
    InputArtifact,
    InputParameter,
    Json,
    Output,
    OutputArtifact,
    OutputParameter,
    Template,
    name_fault,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What a name of a template stands for.

    Attributes:
        template: as the IR has it.
        part: what the IR says of it in the steps that run it.
        extras: of the steps that run it.
        wrapping: what our own compiler put around it, where a task runs that.
    """

    template: Template
    part: StepPart = field(default_factory=StepPart)
    extras: tuple[Extra, ...] = ()
    wrapping: Wrapping | None = None


def foreign(kind: str, body: Object, ports: Object) -> Foreign:
    """Return a template that is kept as it is.

    Args:
        kind: what Argo calls it.
        body: all of it but its name.
        ports: where its `inputs` and `outputs` stand.
    """
    return Foreign(
        engine="argo",
        kind=kind,
        body=Constant.of({**body}),
        inputs=tuple(_inputs(ports)),
        outputs=tuple(_outputs(ports)),
    )


def _inputs(node: Object) -> Iterator[Input]:
    for one in _named(node, "inputs", "parameters"):
        try:
            yield read_parameter(one)
        except NoWord:
            yield InputParameter(name=one["name"], default=Constant.of(""))
    for one in _named(node, "inputs", "artifacts"):
        try:
            yield replace(read_artifact(one, Known()), optional=True)
        except NoWord:
            yield InputArtifact(name=one["name"], optional=True)


def _outputs(node: Object) -> Iterator[Output]:
    """Yield outputs by their names; where they come from only Argo knows."""
    yield OutputParameter(name="result", source=FromStdout())
    for one in _named(node, "outputs", "parameters"):
        if one["name"] != "result":
            yield OutputParameter(name=one["name"], source=FromManifest())
    for one in _named(node, "outputs", "artifacts"):
        if one["name"] != "result":
            yield OutputArtifact(name=one["name"])


def _named(node: Object, side: str, kind: str) -> Iterator[Object]:
    """Yield what is declared with a name, each name once, whatever else stands there."""
    ports: Json = node.get(side)
    every: Json = ports.get(kind) if isinstance(ports, dict) else None
    seen: set[str] = set()
    for one in every if isinstance(every, list) else ():
        name = one.get("name") if isinstance(one, dict) else None
        if isinstance(name, str) and name not in seen and name_fault(name) is None:
            seen.add(name)
            yield one
