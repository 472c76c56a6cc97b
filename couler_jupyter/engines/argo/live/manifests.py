"""From what the compiler writes to the one Workflow object that a run is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from couler_jupyter.engines.argo.live.objects import (
    BINDING,
    CRON,
    RUN_LABEL,
    TEMPLATE,
    WORKFLOW,
)
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.kube.names import fresh_name
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Manifest, Workflow, as_text

_MOST_RAW = 128 * 1024
API = "argoproj.io/v1alpha1"
_AUTHORS = ("name", "generateName", "labels", "annotations")


def objects_in(manifest: Manifest) -> list[Json]:
    """Return the objects of a manifest that our own compiler wrote."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[Json] = []
    for document in manifest.documents:
        parts = yaml.load_all(document.text, Loader=loader)
        found += [part for part in parts if part]
    return found


def to_run(workflow: Workflow, found: Json, options: LiveOptions, run_id: str) -> Json:
    """Return the Workflow that runs what an object of any kind describes.

    Args:
        workflow: what it was compiled from.
        found: a Workflow, a template or a CronWorkflow.
        options: of the run.
        run_id: its id here.
    """
    metadata = dict(found.get("metadata") or {})
    spec = dict(found["spec"])
    own = spec
    if found["kind"] == CRON.name:
        own = dict(spec["workflowSpec"])
        metadata = {**metadata, **(spec.get("workflowMetadata") or {})}
    elif found["kind"] == BINDING.name:
        own = {key: one for key, one in spec["submit"].items() if key != "metadata"}
        metadata = {**metadata, **(spec["submit"].get("metadata") or {})}
    elif found["kind"] != WORKFLOW.name:
        own = {key: one for key, one in spec.items() if key != "workflowMetadata"}
        metadata = {**metadata, **(spec.get("workflowMetadata") or {})}
    if options.template:
        own = _reference(options.template)
    if options.service_account:
        own["serviceAccountName"] = options.service_account
    fixed = any(one.path == "metadata.name" for one in workflow.extras)
    base = metadata.pop("generateName", "") or metadata.get("name") or workflow.name
    if not fixed or found["kind"] != WORKFLOW.name:
        metadata["name"] = fresh_name(base, run_id)
    metadata.pop("namespace", None)
    metadata["labels"] = {**(metadata.get("labels") or {}), RUN_LABEL: run_id}
    return {"apiVersion": API, "kind": "Workflow", "metadata": metadata, "spec": own}


def to_publish(found: Json) -> Json:
    """Return an object as it is put on a cluster to be run by name or by schedule."""
    if found["kind"] != WORKFLOW.name:
        return found
    metadata = dict(found.get("metadata") or {})
    base = metadata.pop("generateName", "") or metadata.get("name", "")
    metadata["name"] = str(base).rstrip("-")
    return {**found, "kind": TEMPLATE.name, "metadata": metadata}


def with_arguments(
    manifest: Json, workflow: Workflow, given: Mapping[str, Json]
) -> Json:
    """Return a Workflow with the arguments that a run is given.

    Raises:
        SubmitFailed: one is missing, unknown, or cannot be sent along.
    """
    parameters = {one.name: one for one in workflow.parameters}
    artifacts = {one.name for one in workflow.artifacts}
    if unknown := given.keys() - parameters.keys() - artifacts:
        raise SubmitFailed(f"{workflow.name} takes no {sorted(unknown)[0]!r}")
    for name, one in parameters.items():
        if one.default is None and name not in given:
            raise SubmitFailed(f"{workflow.name}: parameter {name!r} must be given")
    arguments = dict(manifest["spec"].get("arguments") or {})
    texts = {port_name(k): as_text(v) for k, v in given.items() if k in parameters}
    files = {port_name(k): _raw(k, v) for k, v in given.items() if k in artifacts}
    _put(arguments, "parameters", {k: {"value": text} for k, text in texts.items()})
    _put(arguments, "artifacts", {k: {"raw": {"data": d}} for k, d in files.items()})
    if not arguments:
        return manifest
    return {**manifest, "spec": {**manifest["spec"], "arguments": arguments}}


def put_arguments(manifest: Json, texts: Mapping[str, str]) -> Json:
    """Return a Workflow with these texts as parameters."""
    if not texts:
        return manifest
    arguments = dict(manifest["spec"].get("arguments") or {})
    _put(arguments, "parameters", {k: {"value": text} for k, text in texts.items()})
    return {**manifest, "spec": {**manifest["spec"], "arguments": arguments}}


def as_written(found: Json) -> Json:
    """Return an object of a cluster without what the cluster itself put into it."""
    kept = {
        key: one for key, one in found["metadata"].items() if key in _AUTHORS and one
    }
    notes = kept.get("annotations") or {}
    if kept.pop("annotations", None):
        own = {key: one for key, one in notes.items() if "last-applied" not in key}
        kept |= {"annotations": own} if own else {}
    return {"metadata": kept, "spec": found["spec"]}


def _reference(template: str) -> Json:
    scope, _, name = template.rpartition(":")
    if scope not in ("", "cluster") or not name:
        raise SubmitFailed(f"template {template!r} must be NAME or cluster:NAME")
    reference: Json = {"name": name}
    if scope:
        reference["clusterScope"] = True
    return {"workflowTemplateRef": reference}


def _put(arguments: Json, kind: str, changes: Mapping[str, Json]) -> None:
    if not changes:
        return
    kept = [one for one in arguments.get(kind) or () if one["name"] not in changes]
    arguments[kind] = [*kept, *({"name": k, **one} for k, one in changes.items())]


def _raw(name: str, value: Json) -> str:
    """Return the content of a file that is sent along in the object itself."""
    path = Path(value) if isinstance(value, str) else None
    if path is None or not path.is_file():
        raise SubmitFailed(f"artifact {name!r}: {value!r} is no file here")
    if path.stat().st_size > _MOST_RAW:
        raise SubmitFailed(
            f"artifact {name!r}: {path} is more than {_MOST_RAW // 1024} KiB; put it "
            "into a storage and name that in the workflow"
        )
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        raise SubmitFailed(
            f"artifact {name!r}: {path} is no text; put it into a storage"
        ) from None
