"""Texts with one manifest of Argo or several, as workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.engines.argo.importing.completing import workflow_of
from couler_jupyter.engines.argo.importing.fields import NoWord
from couler_jupyter.engines.argo.importing.shape import misshapen
from couler_jupyter.engines.argo.whole.bindings import BINDING
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.engines.kube.yaml_reading import Read, read_text
from couler_jupyter.errors import InvalidDocument, InvalidWorkflow
from couler_jupyter.ir import Json, Workflow

GROUP = "argoproj.io/"
VERSION = "argoproj.io/v1alpha1"
KINDS = (
    *("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"),
    BINDING,
)
_LOOKS_LIKE = re.compile(
    r"""(?m)(?:^|[{,])[ \t]*["']?apiVersion["']?\s*:\s*["']?argoproj\.io/"""
)


def is_manifest(text: str) -> bool:
    """Return whether a text looks like a manifest of Argo, read or not."""
    return _LOOKS_LIKE.search(text) is not None


def import_manifest(text: str, place: str) -> tuple[Workflow, ...]:
    """Return the workflows that a text of manifests holds, one for each.

    Each compiles to a manifest that is equal to its own. What the IR has no word for is
    in its extras and foreign templates.

    Args:
        text: YAML, of one document or several, or JSON.
        place: where the text is from, for messages.

    Raises:
        InvalidDocument: it is no YAML or JSON, or holds something else than workflows;
            with the line.
    """
    try:
        documents = read_text(text)
    except Unreadable as error:
        raise InvalidDocument(f"{place}, {error}") from None
    if not documents:
        raise InvalidDocument(f"{place}: it holds no manifest")
    return tuple(_imported(one, place) for one in documents)


class ArgoImporter:
    """Reads manifests of Argo Workflows."""

    def recognizes(self, text: str) -> bool:
        """Return whether a text looks like manifests of Argo."""
        return is_manifest(text)

    def import_text(self, text: str, place: str) -> tuple[Workflow, ...]:
        """Return the workflows that a text holds; see `import_manifest`."""
        return import_manifest(text, place)


def _imported(read: Read, place: str) -> Workflow:
    for path, fault in _faults(read.value):
        raise InvalidDocument(f"{place}, {read.place(path)}: {fault}")
    try:
        return workflow_of(read.value)
    except (NoWord, InvalidWorkflow, ValueError, TypeError) as error:
        raise InvalidDocument(f"{place}, {read.place()}: {error}") from None


def _faults(manifest: Json) -> Iterator[tuple[Path, str]]:
    """Yield why something is no manifest of a workflow at all, and where."""
    if not isinstance(manifest, dict):
        yield (), "a manifest is an object with apiVersion, kind and spec"
        return
    version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if not isinstance(version, str):
        yield ("apiVersion",), f"apiVersion must be {VERSION}"
    elif not version.startswith(GROUP):
        yield ("apiVersion",), f"{version} is nothing of Argo; write {VERSION}"
    elif version != VERSION:
        yield ("apiVersion",), f"{version} is unknown; known: {VERSION}"
    if kind not in KINDS:
        yield ("kind",), f"kind {kind!r} is no workflow; known: {', '.join(KINDS)}"
    spec = manifest.get("spec")
    if not isinstance(spec, dict):
        yield ("spec",), "spec must be an object"
    elif kind == "CronWorkflow" and not isinstance(spec.get("workflowSpec"), dict):
        yield ("spec", "workflowSpec"), "spec.workflowSpec must be an object"
    else:
        yield from misshapen(manifest, str(kind))
