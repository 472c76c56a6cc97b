"""Texts with one manifest of Argo or several, as workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from couler_jupyter.engines.argo.importing.beside import with_config_maps
from couler_jupyter.engines.argo.importing.joining import Shelf
from couler_jupyter.engines.argo.importing.locating import located
from couler_jupyter.engines.argo.importing.resolving import resolved
from couler_jupyter.engines.argo.importing.shape import misshapen
from couler_jupyter.engines.argo.scripts import is_config_map
from couler_jupyter.engines.argo.whole.bindings import BINDING
from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.reading.fields import NoWord
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
    """Return the workflows that a text of manifests holds; see `import_manifests`.

    Args:
        text: YAML, of one document or several, or JSON.
        place: where the text is from, for messages.
    """
    return import_manifests([Source(place, text)])[0]


def import_manifests(sources: Sequence[Source]) -> list[tuple[Workflow, ...]]:
    """Return the workflows that texts of manifests hold, one for each manifest.

    Each compiles to a manifest that is equal to its own. What the IR has no word for is
    in its extras and foreign templates. Templates that one manifest refers to are looked
    for in all of them.

    Raises:
        InvalidDocument: a text is no YAML or JSON, or holds something else than
            workflows; with the line.
    """
    read = [(source.file, *_documents(source)) for source in sources]
    shelf = Shelf(one.value for _, documents, _ in read for one in documents)
    maps = [one for _, _, beside in read for one in beside]
    return [
        tuple(_imported(one, place, shelf, maps) for one in documents)
        for place, documents, _ in read
    ]


def _documents(source: Source) -> tuple[list[Read], list[Json]]:
    """Return the manifests of a text, and the ConfigMaps beside them."""
    try:
        documents = read_text(source.text)
    except Unreadable as error:
        raise InvalidDocument(f"{source.file}, {error}") from None
    found = [one for one in documents if not is_config_map(one.value)]
    if not found:
        raise InvalidDocument(f"{source.file}: it holds no manifest")
    for one in found:
        for path, fault in _faults(one.value):
            raise InvalidDocument(f"{source.file}, {one.place(path)}: {fault}")
    return found, [one.value for one in documents if is_config_map(one.value)]


class ArgoImporter:
    """Reads manifests of Argo Workflows."""

    def recognizes(self, text: str) -> bool:
        """Return whether a text looks like manifests of Argo."""
        return is_manifest(text)

    def import_text(self, text: str, place: str) -> tuple[Workflow, ...]:
        """Return the workflows that a text holds; see `import_manifest`."""
        return import_manifest(text, place)

    def import_together(self, sources: Sequence[Source]) -> list[tuple[Workflow, ...]]:
        """Return the workflows of texts that refer to each other, text by text."""
        return import_manifests(sources)


def _imported(read: Read, place: str, shelf: Shelf, maps: list[Json]) -> Workflow:
    try:
        made = with_config_maps(read.value, maps, lambda one: resolved(one, shelf))
        return located(made, read, place)
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
