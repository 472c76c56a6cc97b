"""What the outermost workflow takes, with the values it has if nothing is given."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates import (
    Fields,
    Write,
    artifact_location,
    parameter_in,
    said,
)
from couler_jupyter.engines.kube.runner import whole_program
from couler_jupyter.ir import InputArtifact, Json, Workflow


def argument_fields(
    workflow: Workflow, write: Write, repository: str, runner: str
) -> Fields:
    """Return `arguments` of a manifest's spec.

    Args:
        workflow: the outermost workflow.
        write: renders texts of the spec.
        repository: kind of the artifact repository, for keys alone.
        runner: the parameter that holds what functions run in; empty for none.
    """
    parameters: list[Json] = []
    for port in workflow.parameters:
        fields = parameter_in(port, write)
        if "default" in fields:
            name, value = fields.pop("name"), fields.pop("default")
            fields = {"name": name, "value": value, **fields}
        parameters.append(fields)
    if runner:
        parameters.append({"name": runner, "value": whole_program()})
    artifacts = [*_artifacts(workflow, write, repository)]
    return said(arguments=said(parameters=parameters, artifacts=artifacts))


def _artifacts(workflow: Workflow, write: Write, repository: str) -> Iterator[Fields]:
    """Yield artifacts; an optional one that is not given has no place there."""
    for port in workflow.artifacts:
        if port.default is None and port.optional:
            continue
        yield _artifact(port, write, repository)


def _artifact(port: InputArtifact, write: Write, repository: str) -> Fields:
    default = port.default
    place = {} if default is None else artifact_location(default, write, repository)
    return {
        "name": port_name(port.name),
        **said(path=port.path),
        **place,
        **said(optional=port.optional, mode=port.mode, recurseMode=port.recurse_mode),
    }
