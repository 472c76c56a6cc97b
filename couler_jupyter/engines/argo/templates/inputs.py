"""What a template takes: parameters, and artifacts with the paths they are found at."""

from __future__ import annotations

from collections.abc import Iterable

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.artifacts import artifact_location
from couler_jupyter.engines.argo.templates.home import GIVEN, absolute
from couler_jupyter.ir import Input, InputArtifact, InputParameter, Json


def input_fields(
    ports: Iterable[Input],
    write: Write,
    around: Around,
    working_dir: str | None = "",
) -> Fields:
    """Return `inputs` of a template.

    Args:
        ports: what it takes.
        write: renders texts in the template.
        around: what surrounds it.
        working_dir: where it starts; None for a template that has no files.
    """
    parameters: list[Json] = []
    artifacts: list[Json] = []
    for port in ports:
        if isinstance(port, InputParameter):
            parameters.append(parameter_in(port, write))
        else:
            artifacts.append(_artifact(port, write, around, working_dir))
    return said(parameters=parameters, artifacts=artifacts)


def parameter_in(port: InputParameter, write: Write) -> Fields:
    """Return an input parameter; constants are written as text."""
    fields: Fields = {"name": port_name(port.name)}
    if port.default is not None:
        fields["default"] = write(port.default)
    if port.choices:
        fields["enum"] = [write(choice) for choice in port.choices]
    if port.description:
        fields["description"] = write(port.description)
    return fields


def given_path(port: InputArtifact, working_dir: str) -> str:
    """Return where a step finds an artifact."""
    if port.path:
        return absolute(port.path, working_dir)
    return f"{GIVEN}/{port_name(port.name)}"


def _artifact(
    port: InputArtifact, write: Write, around: Around, working_dir: str | None
) -> Fields:
    path = "" if working_dir is None else given_path(port, working_dir)
    location: Fields = {}
    if port.default is not None:
        location = artifact_location(port.default, write, around.repository)
    return {
        "name": port_name(port.name),
        **said(path=path),
        **location,
        **said(optional=port.optional, mode=port.mode, recurseMode=port.recurse_mode),
    }
