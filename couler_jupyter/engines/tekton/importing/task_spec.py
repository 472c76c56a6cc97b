"""What a task runs, as a container or a script, if the IR can say all of it.

Tasks of several steps, which share folders and follow each other in one pod, stay Tekton's.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from couler_jupyter.engines.kube.reading.containers import ReadText
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    only,
    pairs_at,
    text_at,
)
from couler_jupyter.engines.tekton.importing.boxes import (
    box_words,
    check_step,
    image_of,
    merged_step,
    program_of,
    sidecars_of,
    words_of,
)
from couler_jupyter.engines.tekton.importing.ports import read_params, result_type
from couler_jupyter.engines.tekton.importing.workspaces import (
    Folders,
    Volumes,
    volume_of,
)
from couler_jupyter.engines.tekton.references import Reference, read_text
from couler_jupyter.ir import (
    Container,
    FromFile,
    InputRef,
    Mount,
    OutputParameter,
    ParameterRef,
    PathRef,
    Pod,
    Script,
    Text,
    ValueType,
)

_FIELDS = frozenset(
    {
        *("params", "results", "steps", "workspaces", "volumes", "description"),
        *("stepTemplate", "sidecars", "displayName", "metadata"),
    }
)
_RESULT = frozenset({"name", "type", "description", "properties"})
_RESULTS = "/tekton/results"


@dataclass(frozen=True, slots=True)
class Around:
    """What a task must know of where it stands.

    Attributes:
        folders: where it finds its workspaces.
        outer: texts among the parameters of its pipeline.
        volumes: those of the workflow.
    """

    folders: Folders
    outer: Collection[str]
    volumes: Volumes


def template_of(spec: Object, around: Around) -> Container | Script:
    """Return what a task runs.

    Raises:
        NoWord: the IR cannot say all of it.
    """
    only(spec, _FIELDS)
    inputs = tuple(read_params(spec))
    outputs = tuple(_outputs(spec))
    steps = [*objects_at(spec, "steps")]
    if len(steps) != 1:
        raise NoWord(f"it has {len(steps)} steps in one pod")
    step = merged_step(steps[0], object_at(spec, "stepTemplate"))
    check_step(step)
    ports = {one.name: one.type for one in inputs}
    results = {one.name for one in outputs}

    def look_up(ref: Reference) -> Text | None:
        match ref.path:
            case ("params", str(name)):
                return _param(name, ports, around.outer)
            case ("results", str(name), "path") if name in results:
                return PathRef(name, output=True)
            case ("workspaces", str(name), "path"):
                return around.folders.paths.get(name)
            case _:
                return None

    def read(text: str) -> Text:
        return read_text(text, look_up)

    pod = _pod(spec, read)
    renamed = dict(_volumes(spec, around.volumes))
    words = box_words(step, read, around.folders.mounts)
    words["mounts"] = tuple(_mounted(words["mounts"], around.folders, renamed))
    shared: dict[str, Any] = {"inputs": inputs, "outputs": outputs, "pod": pod, **words}
    if script := text_at(step, "script"):
        only(step, frozenset(step) - {"command", "args"})
        program = program_of(script, read)
        return Script(
            image=image_of(step),
            source=program.source,
            interpreter=program.interpreter,
            **shared,
        )
    return Container(
        image=image_of(step),
        command=words_of(step, "command", read),
        args=words_of(step, "args", read),
        **shared,
    )


def _param(
    name: str, ports: dict[str, ValueType], outer: Collection[str]
) -> Text | None:
    if name in ports:
        return InputRef(name) if ports[name] is ValueType.STRING else None
    return ParameterRef(name) if name in outer else None


def _outputs(spec: Object) -> Iterator[OutputParameter]:
    """Yield the results; where nothing names their folder they may lie elsewhere."""
    named = _RESULTS in json.dumps(spec.get("steps"))
    for one in objects_at(spec, "results"):
        only(one, _RESULT)
        name = text_at(one, "name")
        folder = _RESULTS if named else "results"
        yield OutputParameter(
            name=name,
            source=FromFile(f"{folder}/{name}"),
            type=result_type(text_at(one, "type")),
            description=text_at(one, "description"),
        )


def _volumes(spec: Object, volumes: Volumes) -> Iterator[tuple[str, str]]:
    """Yield what the volumes of a task are called in the workflow."""
    for one in objects_at(spec, "volumes"):
        name = text_at(one, "name")
        yield name, volumes.take(name, volume_of(one))


def _mounted(
    mounts: tuple[Mount, ...], folders: Folders, renamed: dict[str, str]
) -> Iterator[Mount]:
    own = len(folders.mounts)
    yield from mounts[:own]
    for one in mounts[own:]:
        if one.volume not in renamed:
            raise NoWord(f"volume {one.volume!r} is none of the task")
        yield replace(one, volume=renamed[one.volume])


def _pod(spec: Object, read: ReadText) -> Pod:
    metadata = object_at(spec, "metadata")
    only(metadata, frozenset({"labels", "annotations"}))
    sidecars = tuple(sidecars_of(spec, read))
    if any(one.mounts for one in sidecars):
        raise NoWord("what runs beside it mounts volumes")
    return Pod(
        labels=pairs_at(metadata, "labels"),
        annotations=pairs_at(metadata, "annotations"),
        sidecars=sidecars,
    )
