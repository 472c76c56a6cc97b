"""From what is compiled to the two objects that a run is."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.names import fresh_name
from couler_jupyter.engines.tekton.built import Built
from couler_jupyter.engines.tekton.live.objects import RUN_LABEL
from couler_jupyter.engines.tekton.live.options import TektonOptions
from couler_jupyter.engines.tekton.names import port_names
from couler_jupyter.engines.tekton.sharing import renamed
from couler_jupyter.engines.tekton.texts import Unsayable, literal
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Workflow, as_text

_ROOM = 6
"""Characters by which the name of a run grows where it is run again, or for a Task."""


def to_run(
    workflow: Workflow,
    built: Built,
    options: TektonOptions,
    run_id: str,
    arguments: Mapping[str, Json],
) -> tuple[list[Fields], Fields]:
    """Return what is made for a run before it, and its PipelineRun.

    That is a Pipeline, last, behind the Tasks that it names.

    Args:
        workflow: what runs.
        built: what was made of it.
        options: of the run.
        run_id: its id here.
        arguments: what it is given.

    Raises:
        SubmitFailed: an argument is missing, unknown, or cannot be said.
    """
    base = str(built.pipeline["metadata"]["name"])
    name = fresh_name(f"{base}-", run_id, room=_ROOM)
    spec = dict(built.run["spec"])
    spec["pipelineRef"] = {"name": options.pipeline or name}
    if params := _params(workflow, arguments):
        spec["params"] = params
    if options.service_account:
        template = dict(spec.get("taskRunTemplate") or {})
        template["serviceAccountName"] = options.service_account
        spec["taskRunTemplate"] = template
    run = {**built.run, "metadata": _metadata(built.run, name, run_id), "spec": spec}
    pipeline, tasks = renamed(built.pipeline, list(built.tasks), name)
    found = [
        *(
            {**one, "metadata": _metadata(one, one["metadata"]["name"], run_id)}
            for one in tasks
        ),
        {**pipeline, "metadata": _metadata(pipeline, name, run_id)},
    ]
    return [] if options.pipeline else found, run


def _metadata(found: Fields, name: str, run_id: str) -> Fields:
    metadata = {k: one for k, one in found["metadata"].items() if k != "generateName"}
    labels = {**(metadata.get("labels") or {}), RUN_LABEL: run_id}
    return {**metadata, "name": name, "labels": labels}


def _params(workflow: Workflow, given: Mapping[str, Json]) -> list[Fields]:
    known = {one.name: one for one in workflow.parameters}
    if unknown := given.keys() - known.keys():
        raise SubmitFailed(f"{workflow.name} takes no {sorted(unknown)[0]!r}")
    for name, one in known.items():
        if one.default is None and name not in given:
            raise SubmitFailed(f"{workflow.name}: parameter {name!r} must be given")
    ports = port_names(known)
    found: list[Fields] = []
    for name, value in given.items():
        try:
            found.append({"name": ports[name], "value": literal(as_text(value))})
        except Unsayable as why:
            raise SubmitFailed(f"argument {name!r}: {why}") from None
    return found
