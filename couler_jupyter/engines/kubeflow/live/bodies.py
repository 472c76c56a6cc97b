"""What is sent to have a pipeline run: the pipeline itself, and what this run is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from couler_jupyter.engines.kubeflow.live.options import AS_WRITTEN, ON, LiveOptions
from couler_jupyter.engines.kubeflow.names import port_name
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Workflow, as_text

Object: TypeAlias = dict[str, Json]


def run_body(
    documents: tuple[Object, ...],
    workflow: Workflow,
    arguments: Mapping[str, Json],
    options: LiveOptions,
    experiment: str,
) -> Object:
    """Return the body that starts a run.

    Args:
        documents: the PipelineSpec, and behind it the platform document if there is one.
        workflow: what they were compiled from.
        arguments: what the run is given.
        options: of the run.
        experiment: id of the one it belongs to; empty for the server's own.

    Raises:
        SubmitFailed: an argument is missing or unknown.
    """
    spec, *platform = documents
    spec = _with_caching(spec, options)
    whole = {"pipeline_spec": spec, "platform_spec": platform[0]} if platform else spec
    config: Object = {"parameters": _texts(workflow, arguments)}
    if options.pipeline_root:
        config["pipeline_root"] = options.pipeline_root
    found: Object = {
        "display_name": options.run_name or workflow.name,
        "description": workflow.description,
        "pipeline_spec": whole,
        "runtime_config": config,
        "experiment_id": experiment,
        "service_account": options.service_account,
    }
    return {key: value for key, value in found.items() if value}


def _texts(workflow: Workflow, given: Mapping[str, Json]) -> dict[str, str]:
    parameters = {one.name: one for one in workflow.parameters}
    if unknown := given.keys() - parameters.keys():
        raise SubmitFailed(f"{workflow.name} takes no {sorted(unknown)[0]!r}")
    for name, one in parameters.items():
        if one.default is None and name not in given:
            raise SubmitFailed(f"{workflow.name}: parameter {name!r} must be given")
        allowed = [as_text(choice.value) for choice in one.choices]
        if name in given and allowed and as_text(given[name]) not in allowed:
            raise SubmitFailed(
                f"{workflow.name}: parameter {name!r} is {given[name]!r}; write "
                f"{' or '.join(allowed)}"
            )
    return {port_name(name): as_text(value) for name, value in given.items()}


def _with_caching(spec: Object, options: LiveOptions) -> Object:
    """Return a PipelineSpec whose tasks are cached as the options of a run say."""
    if options.caching == AS_WRITTEN and not options.cache_key:
        return spec
    made: Object = json.loads(json.dumps(spec))
    for task in _tasks(made):
        caching = task.setdefault("cachingOptions", {})
        if options.caching != AS_WRITTEN:
            caching["enableCache"] = options.caching == ON
        if options.cache_key:
            caching["cacheKey"] = options.cache_key
    return made


def _tasks(spec: Object) -> Iterator[Object]:
    for component in (spec["root"], *spec["components"].values()):
        yield from (component.get("dag") or {}).get("tasks", {}).values()
