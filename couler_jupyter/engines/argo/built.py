"""One workflow as a manifest: an object, its text, and what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from couler_jupyter.engines.argo.braces import brace_faults
from couler_jupyter.engines.argo.extras import merge_document
from couler_jupyter.engines.argo.scripts import LARGEST, MOST_MAPS
from couler_jupyter.engines.argo.scripts.moving import json_text, size_of
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.crossing import WHOLE, Crossing
from couler_jupyter.engines.argo.structure.own import with_own_spec
from couler_jupyter.engines.argo.structure.whole import Templates, Written
from couler_jupyter.engines.argo.templates import Around
from couler_jupyter.engines.argo.whole import (
    VolumeNames,
    config_maps_kept,
    document,
    kind_of,
    runner_of,
)
from couler_jupyter.engines.kube.yaml_writing import dump_all
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Extra, Workflow

_SMALL = 8
"""Times as small as the largest a manifest is that fits whatever its run leaves."""
_STATUS_OF_TASK = 110
"""Bytes that one task takes in the status of a run, compressed, at the most."""


@dataclass(frozen=True)
class Built:
    """What is made of a workflow.

    Attributes:
        document: the manifest as an object.
        problems: what could not be said.
        maps: the ConfigMaps that hold its scripts.
        size: bytes of its JSON.
    """

    document: Object
    problems: tuple[Problem, ...]
    maps: tuple[Object, ...]
    size: int

    @cached_property
    def text(self) -> str:
        """The manifest as YAML, with the ConfigMaps before it."""
        return dump_all((*self.maps, self.document))


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a workflow is compiled for, and as which part of another.

    Attributes:
        image: of functions that name none.
        repository: kind of the artifact repository.
        crossing: what goes to and comes from other parts.
        ended: if only its exit handlers run, the tasks of the steps before them.
        dress: makes the manifest that of a part.
    """

    image: str
    repository: str
    crossing: Crossing = WHOLE
    ended: Mapping[str, str] | None = None
    dress: Callable[[Built], Built] | None = None


def build(workflow: Workflow, setting: Setting) -> Built:
    """Return what a workflow is in Argo; scripts move out of it until it fits."""
    volumes = VolumeNames(workflow)
    around = around_of(workflow, setting, volumes)
    written = Written(
        workflow, around, volumes, crossing=setting.crossing, ended=setting.ended
    )
    dress = setting.dress or _as_it_is
    made = dress(_built(workflow, around, volumes, written.templates()))
    out = lacking = _lacking(made)
    while lacking > 0:
        again = dress(_built(workflow, around, volumes, written.templates(out)))
        if again.size >= made.size:
            break
        made, lacking = again, _lacking(again)
        out += lacking
    return made


def around_of(workflow: Workflow, setting: Setting, volumes: VolumeNames) -> Around:
    """Return what is around the templates of a workflow."""
    return Around(
        pod=workflow.pod,
        image=setting.image,
        repository=setting.repository,
        volumes=volumes.of(workflow),
        runner=runner_of(workflow),
    )


def _as_it_is(built: Built) -> Built:
    return built


def _built(
    workflow: Workflow, around: Around, volumes: VolumeNames, made: Templates
) -> Built:
    problems = [*made.problems, *_map_problems(workflow, made)]
    whole: Object = document(
        workflow,
        made.entrypoint,
        made.templates,
        made.on_exit,
        made.write,
        volumes=volumes,
        repository=around.repository,
        runner=around.runner,
    )

    def report(extra: Extra, why: str) -> None:
        where = f"workflow {workflow.name!r}"
        problems.append(Problem(where, f"extra {extra.path!r}: {why}"))

    whole = merge_document(with_own_spec(whole, workflow), workflow.extras, report)
    text = json_text(whole)
    if "{{='{" in text:
        problems += _brace_problems(workflow, whole)
    maps = (*config_maps_kept(workflow), *made.maps)
    return Built(whole, tuple(problems), maps, size_of(text))


def _lacking(built: Built) -> int:
    """Return by how many bytes scripts should be shorter, so that a run has room too."""
    if built.size < LARGEST // _SMALL:
        return 0
    spec: Object = built.document["spec"]
    templates: list[Object] = spec.get("workflowSpec", spec).get("templates") or []
    if not any("script" in one for one in templates):
        return 0
    tasks = sum(len((one.get("dag") or {}).get("tasks") or ()) for one in templates)
    return built.size + tasks * _STATUS_OF_TASK - LARGEST


def _brace_problems(workflow: Workflow, whole: Object) -> Iterator[Problem]:
    spec: Object = whole["spec"].get("workflowSpec", whole["spec"])
    where = f"workflow {workflow.name!r}"
    rest = {key: one for key, one in spec.items() if key != "templates"}
    for what in brace_faults(rest, task=False):
        yield Problem(where, what)
    for template in spec.get("templates") or ():
        groups = template.get("steps") or [(template.get("dag") or {}).get("tasks")]
        tasks = [task for group in groups for task in group or ()]
        bare = {**template, "dag": None, "steps": None}
        for unit, is_task in [*((task, True) for task in tasks), (bare, False)]:
            for what in brace_faults(unit, task=is_task):
                yield Problem(f"{where}, template {template['name']!r}", what)


def _map_problems(workflow: Workflow, made: Templates) -> Iterator[Problem]:
    where = f"workflow {workflow.name!r}"
    if len(made.maps) > MOST_MAPS:
        yield Problem(
            where,
            f"its scripts take {len(made.maps)} ConfigMaps, {len(made.maps) - MOST_MAPS} "
            f"more than fit a node ({MOST_MAPS}); pass what is long as an artifact",
        )
    if made.maps and kind_of(workflow) == "ClusterWorkflowTemplate":
        yield Problem(
            where,
            "its scripts are too long for one object, and a ClusterWorkflowTemplate has "
            "no namespace for ConfigMaps; make it a WorkflowTemplate, or pass what is "
            "long as an artifact",
        )
