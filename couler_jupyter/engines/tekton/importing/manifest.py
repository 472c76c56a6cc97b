"""Texts with objects of Tekton, one or several, as workflows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.kube.reading.fields import NoWord
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.tekton.importing.library import (
    GROUP,
    KINDS,
    Library,
    Member,
)
from couler_jupyter.engines.tekton.importing.shape import misshapen
from couler_jupyter.engines.tekton.importing.whole import workflow_of
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import Json, Workflow

VERSIONS = ("tekton.dev/v1", "tekton.dev/v1beta1")
_LOOKS_LIKE = re.compile(
    r"""(?m)(?:^|[{,])[ \t]*["']?apiVersion["']?\s*:\s*["']?tekton\.dev/"""
)
_BESIDE = frozenset({"StepAction", "CustomRun", "ClusterTask"})


class TektonImporter:
    """Reads Pipelines, PipelineRuns, Tasks and TaskRuns of Tekton."""

    def recognizes(self, text: str) -> bool:
        """Return whether a text looks like objects of Tekton."""
        return _LOOKS_LIKE.search(text) is not None

    def import_text(self, text: str, place: str) -> tuple[Workflow, ...]:
        """Return the workflows that a text holds; see `import_manifests`."""
        return import_manifest(text, place)

    def import_together(self, sources: Sequence[Source]) -> list[tuple[Workflow, ...]]:
        """Return the workflows of texts that refer to each other, text by text."""
        return import_manifests(sources)


def import_manifest(text: str, place: str) -> tuple[Workflow, ...]:
    """Return the workflows that a text of objects holds; see `import_manifests`.

    Args:
        text: YAML, of one document or several, or JSON.
        place: where the text is from, for messages.
    """
    return import_manifests([Source(place, text)])[0]


def import_manifests(sources: Sequence[Source]) -> list[tuple[Workflow, ...]]:
    """Return the workflows that texts of objects hold, each with the text it runs by.

    A run and the pipeline that it names are one workflow, as are a pipeline and the tasks
    that it names; so is a task that nothing names. Each compiles to the objects it was
    read from. What the IR has no word for is in its extras and foreign templates.

    Raises:
        InvalidDocument: a text is no YAML or JSON, or holds nothing of Tekton that
            could run; with the line.
    """
    members = [one for source in sources for one in _members(source)]
    found: dict[str, list[Workflow]] = {source.file: [] for source in sources}
    member = members[0] if members else None
    try:
        for member, bundle in Library(members).bundles():
            found[member.file].append(workflow_of(bundle))
    except (NoWord, ValueError, TypeError) as error:
        place = f"{member.file}, {member.read.place()}: " if member else ""
        raise InvalidDocument(f"{place}{error}") from None
    if members and not any(found.values()):
        raise InvalidDocument(
            f"{members[0].file}: it holds nothing of Tekton that runs; "
            f"known: {', '.join(KINDS)}"
        )
    return [tuple(found[source.file]) for source in sources]


def _members(source: Source) -> list[Member]:
    try:
        documents = read_text(source.text)
    except Unreadable as error:
        raise InvalidDocument(f"{source.file}, {error}") from None
    if not documents:
        raise InvalidDocument(f"{source.file}: it holds no manifest")
    found: list[Member] = []
    for one in documents:
        for path, fault in _faults(one.value):
            raise InvalidDocument(f"{source.file}, {one.place(path)}: {fault}")
        found.append(Member(one, source.file))
    return found


def _faults(value: Json) -> list[tuple[tuple[str | int, ...], str]]:
    """Return why something is no object of Tekton, nor of anything beside it."""
    if not isinstance(value, dict):
        return [((), "a manifest is an object with apiVersion, kind and spec")]
    version, kind = value.get("apiVersion"), value.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        return [((), "a manifest has an apiVersion and a kind, both texts")]
    if not version.startswith(GROUP):
        return []
    if kind in _BESIDE:
        return []
    if kind not in KINDS:
        return [(("kind",), f"kind {kind!r} is unknown; known: {', '.join(KINDS)}")]
    if version not in VERSIONS:
        known = ", ".join(VERSIONS)
        return [(("apiVersion",), f"{version} is unknown; known: {known}")]
    return [*misshapen(value)]
