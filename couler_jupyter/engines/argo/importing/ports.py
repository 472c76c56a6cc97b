"""What a template takes and leaves behind: parameters and artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from couler_jupyter.engines.argo.importing.storage import read_storage
from couler_jupyter.engines.argo.reading.constants import constant_of
from couler_jupyter.engines.argo.reading.tags import Lookup
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    list_at,
    object_at,
    objects_at,
    text_at,
    whole_at,
)
from couler_jupyter.ir import (
    Archive,
    Constant,
    FromFile,
    FromManifest,
    FromPerson,
    Input,
    InputArtifact,
    InputParameter,
    Managed,
    Output,
    OutputArtifact,
    OutputParameter,
    ParameterSource,
)

_ELSEWHERE = frozenset({"from", "fromExpression", "subPath", "artifactory", "plugin"})
_DELETED = MappingProxyType(
    {"OnWorkflowCompletion": "run", "OnWorkflowDeletion": "workflow"}
)


def read_inputs(node: Object, lookup: Lookup) -> tuple[Input, ...]:
    """Return the inputs that `inputs` or `arguments` declares."""
    return (
        *(read_parameter(one) for one in objects_at(node, "parameters")),
        *(read_artifact(one, lookup) for one in objects_at(node, "artifacts")),
    )


def read_parameter(node: Object) -> InputParameter:
    """Return an input parameter with its default and its choices."""
    given = node.get("value", node.get("default"))
    if given is None:
        given = object_at(node, "valueFrom").get("default")
    return InputParameter(
        name=text_at(node, "name"),
        default=None if given is None else constant_of(given),
        choices=_choices(node),
        description=text_at(node, "description"),
    )


def read_artifact(node: Object, lookup: Lookup) -> InputArtifact:
    """Return an input artifact and where it lies by itself."""
    if not _ELSEWHERE.isdisjoint(node):
        raise NoWord("an input of a template takes from elsewhere")
    return InputArtifact(
        name=text_at(node, "name"),
        path=text_at(node, "path"),
        default=read_storage(node, lookup),
        optional=flag_at(node, "optional"),
        mode=whole_at(node, "mode"),
        recurse_mode=flag_at(node, "recurseMode"),
    )


def read_outputs(node: Object, lookup: Lookup) -> Iterator[Output]:
    """Yield the outputs that a template's `outputs` declares."""
    for one in objects_at(node, "parameters"):
        yield _output_parameter(one)
    for one in objects_at(node, "artifacts"):
        yield _output_artifact(one, lookup)


def _output_parameter(node: Object) -> OutputParameter:
    taken = object_at(node, "valueFrom")
    given = taken.get("default", node.get("default"))
    return OutputParameter(
        name=text_at(node, "name"),
        source=_source(taken),
        default=None if given is None else constant_of(given),
        choices=_choices(node),
        global_name=text_at(node, "globalName"),
        description=text_at(node, "description"),
    )


def _source(node: Object) -> ParameterSource:
    if "path" in node:
        return FromFile(text_at(node, "path"))
    if "jsonPath" in node or "jqFilter" in node:
        return FromManifest(
            path=text_at(node, "jsonPath"), jq=text_at(node, "jqFilter")
        )
    if "supplied" in node:
        return FromPerson()
    raise NoWord(f"an output is taken from {', '.join(map(str, node)) or 'nowhere'}")


def _output_artifact(node: Object, lookup: Lookup) -> OutputArtifact:
    if not _ELSEWHERE.isdisjoint(node):
        raise NoWord("an output of a template goes elsewhere")
    strategy = text_at(object_at(node, "artifactGC"), "strategy")
    return OutputArtifact(
        name=text_at(node, "name"),
        path=text_at(node, "path"),
        storage=read_storage(node, lookup) or Managed(),
        optional=flag_at(node, "optional"),
        archive=_archive(object_at(node, "archive")),
        mode=whole_at(node, "mode"),
        recurse_mode=flag_at(node, "recurseMode"),
        global_name=text_at(node, "globalName"),
        delete_after=_DELETED.get(strategy, ""),
    )


def _archive(node: Object) -> Archive | None:
    return next((kind for kind in Archive if kind.value in node), None)


def _choices(node: Object) -> tuple[Constant, ...]:
    return tuple(constant_of(one) for one in list_at(node, "enum"))
