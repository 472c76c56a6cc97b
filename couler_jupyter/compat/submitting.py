"""The end of an old script: its YAML, submitting it, deleting what was submitted."""

from __future__ import annotations

from typing import Any, TypeAlias

from couler_jupyter.compat.current import (
    adding,
    ended,
    is_collected,
    remembered,
    written,
)
from couler_jupyter.compat.secrets import Secrets
from couler_jupyter.compat.submitter import ArgoSubmitter
from couler_jupyter.dsl.origin import misused
from couler_jupyter.engines import ENGINES
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.ir import Json, Workflow

Manifest: TypeAlias = dict[str, Any]


def workflow_yaml() -> Manifest:
    """Return the workflow so far as Argo's manifest, an object; it can go on.

    Raises:
        BuildFailed: there is no step yet.
        InvalidWorkflow: it is not well formed.
        Unsupported: Argo has no words for it.
    """
    return manifest_of(written())


def run(submitter: object = ArgoSubmitter) -> Json:
    """Submit the workflow; what follows is another one.

    Where `couler run`, `couler export` or a `%%couler` cell collect the workflow, nothing
    is submitted here: they do with it what they are asked to.

    Args:
        submitter: an `ArgoSubmitter`, the class itself for the cluster of the usual
            kubeconfig, or anything with a method `submit` that takes the manifest.

    Returns:
        Which object on the cluster it is: `["metadata"]["name"]` is the run's name.

    Raises:
        BuildFailed: there is no step, or this submits nothing.
        InvalidWorkflow: it is not well formed.
        Unsupported: Argo has no words for it.
        SubmitFailed: the cluster cannot be reached or refuses it.
    """
    made: Any = submitter() if isinstance(submitter, type) else submitter
    if not callable(getattr(made, "submit", None)):
        raise misused(f"run(submitter={submitter!r}): it has no method submit")
    if is_collected():
        name = ended(Secrets).name
        return {"metadata": {"name": name, "namespace": getattr(made, "namespace", "")}}
    with adding() as scope:
        secrets = remembered(scope, Secrets).to_make()
    workflow = ended(Secrets)
    if isinstance(made, ArgoSubmitter):
        return made.hand_over(workflow, secrets)
    return made.submit(manifest_of(workflow))


def delete(
    name: str,
    namespace: str = "default",
    config_file: str | None = None,
    context: str | None = None,
    client_configuration: object = None,
    persist_config: bool = True,
    grace_period_seconds: int = 5,
    propagation_policy: str = "Background",
) -> Json:
    """Delete a Workflow from the cluster.

    Raises:
        SubmitFailed: there is none of that name, or the cluster cannot be reached.
    """
    where = ArgoSubmitter(
        namespace, config_file, context, client_configuration, persist_config
    )
    return where.delete(
        name,
        grace_period_seconds=grace_period_seconds,
        propagation_policy=propagation_policy,
    )


def manifest_of(workflow: Workflow) -> Manifest:
    """Return what Argo is handed for a workflow."""
    [found] = read_text(yaml_of(workflow))
    manifest: Manifest = found.value
    return manifest


def yaml_of(workflow: Workflow) -> str:
    """Return what Argo is handed for a workflow, as text."""
    [document] = ENGINES.get("argo")().compile(workflow).documents
    return document.text
