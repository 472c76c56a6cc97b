"""What a template leaves behind: parameters by their source, and artifacts.

What a step printed is no parameter in Argo but its `result`, which needs no word here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.artifacts import artifact_location
from couler_jupyter.engines.argo.templates.home import absolute
from couler_jupyter.ir import (
    FromFile,
    FromManifest,
    FromPerson,
    FromReturn,
    FromStdout,
    Json,
    Managed,
    Output,
    OutputArtifact,
    OutputParameter,
)

_DELETED = {"run": "OnWorkflowCompletion", "workflow": "OnWorkflowDeletion"}


def output_fields(
    outputs: Iterable[Output], write: Write, around: Around, working_dir: str = ""
) -> Fields:
    """Return `outputs` of a template that is no function.

    Args:
        outputs: what it leaves behind.
        write: renders texts in the template.
        around: what surrounds it.
        working_dir: where it starts.
    """
    parameters: list[Json] = []
    artifacts: list[Json] = []
    for output in outputs:
        if isinstance(output, OutputArtifact):
            path = absolute(output.path, working_dir)
            artifacts.append(artifact_out(output, path, write, around))
        elif not isinstance(output.source, FromStdout):
            source = _source(output, working_dir)
            parameters.append(parameter_out(output, source, write))
    return said(parameters=parameters, artifacts=artifacts)


def parameter_out(output: OutputParameter, source: Fields, write: Write) -> Fields:
    """Return an output parameter that is taken from `source`."""
    if output.default is not None:
        source["default"] = write(output.default)
    fields: Fields = {"name": port_name(output.name), "valueFrom": source}
    if output.choices:
        fields["enum"] = [write(choice) for choice in output.choices]
    if output.description:
        fields["description"] = write(output.description)
    if output.global_name:
        fields["globalName"] = port_name(output.global_name)
    return fields


def artifact_out(
    output: OutputArtifact, path: str, write: Write, around: Around
) -> Fields:
    """Return an output artifact that is left at `path`."""
    storage = output.storage
    if storage == Managed():
        storage = around.place(output.name)
    archive: Fields = {}
    if output.archive is not None:
        archive[output.archive.value] = {}
    gone = _DELETED.get(output.delete_after)
    return {
        "name": port_name(output.name),
        "path": path,
        **artifact_location(storage, write, around.repository),
        **said(
            optional=output.optional,
            archive=archive,
            mode=output.mode,
            recurseMode=output.recurse_mode,
            globalName=port_name(output.global_name) if output.global_name else "",
            artifactGC={"strategy": gone} if gone else None,
        ),
    }


def _source(output: OutputParameter, working_dir: str) -> Fields:
    match output.source:
        case FromFile(path=path):
            return {"path": absolute(path, working_dir)}
        case FromManifest(path=path, jq=jq):
            return said(jsonPath=path, jqFilter=jq)
        case FromPerson():
            return {"supplied": {}}
        case FromReturn() | FromStdout():
            raise AssertionError("the runner and Argo itself leave these")
        case _ as never:
            assert_never(never)
