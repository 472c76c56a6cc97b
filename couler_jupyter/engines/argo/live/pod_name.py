"""The name of the pod that runs a node, as the controller makes it.

Source: Argo Workflows, workflow/util/pod_name.go: `<workflow>-<template>-<hash>`, or
for the older `v1` format the id of the node.
"""

from __future__ import annotations

from couler_jupyter.engines.kube.fnv import fnv32a
from couler_jupyter.ir import Json

_FORMAT = "workflows.argoproj.io/pod-name-format"
_LONGEST = 253 - 10 - 1  # of a name, without a hash and its hyphen


def pod_name(workflow: Json, node: Json) -> str:
    """Return the name of a node's pod.

    >>> pod_name({"metadata": {"name": "a"}}, {"name": "a", "id": "a"})
    'a'
    >>> workflow = {"metadata": {"name": "pick-x7"}}
    >>> node = {"name": "pick-x7.load", "id": "pick-x7-1", "templateName": "load"}
    >>> pod_name(workflow, node)
    'pick-x7-load-1647520436'
    """
    metadata = workflow.get("metadata", {})
    if (metadata.get("annotations") or {}).get(_FORMAT) == "v1":
        return str(node["id"])
    if node["name"] == metadata["name"]:
        return str(metadata["name"])
    template = template_of(node)
    prefix = f"{metadata['name']}-{template}" if template else metadata["name"]
    return f"{prefix[:_LONGEST]}-{fnv32a(node['name'])}"


def template_of(node: Json) -> str:
    """Return the name of the template a node runs; empty for an inline one."""
    reference = node.get("templateRef") or {}
    return str(reference.get("template") or node.get("templateName") or "")
