"""Words that only Argo has, for workflows written in Python.

    from couler_jupyter.engines.argo import words as argo

    with couler.workflow("w", extras=argo.spec(podGC={"strategy": "OnPodSuccess"})):
        couler.run_foreign("argo", "http", argo.http(url="https://example.org"))

What adds fields gives extras, what is a template gives a body. Both check the names and
types of Argo's own fields; what Kubernetes owns is handed on as it is.
"""

from couler_jupyter.engines.argo.words.adding import (
    argument_artifact,
    container,
    event,
    init_container,
    input_artifact,
    input_parameter,
    kind,
    metadata,
    output_artifact,
    output_parameter,
    schedule,
    scheduled_spec,
    script,
    sidecar,
    spec,
    submit,
    submit_parameter,
    task,
    template,
    volume_claim,
)
from couler_jupyter.engines.argo.words.bodies import (
    container_set,
    dag,
    data,
    http,
    plugin,
    resource,
    steps,
    template_ref,
    with_fields,
    workflow_template_ref,
)

__all__ = [
    "argument_artifact",
    "container",
    "container_set",
    "dag",
    "data",
    "event",
    "http",
    "init_container",
    "input_artifact",
    "input_parameter",
    "kind",
    "metadata",
    "output_artifact",
    "output_parameter",
    "plugin",
    "resource",
    "schedule",
    "scheduled_spec",
    "script",
    "sidecar",
    "spec",
    "steps",
    "submit",
    "submit_parameter",
    "task",
    "template",
    "template_ref",
    "volume_claim",
    "with_fields",
    "workflow_template_ref",
]
