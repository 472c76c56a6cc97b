"""Texts with a PipelineSpec, and the platform document behind it, as workflows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.reading.fields import NoWord, Object, object_at
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.engines.kube.yaml_reading import Read, read_text
from couler_jupyter.engines.kubeflow.importing.spec import Spec
from couler_jupyter.engines.kubeflow.importing.whole import workflow_of
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import Json, Origin, Workflow

_VERSION = re.compile(r"""(?m)(?:^|[{,])[ \t]*["']?schemaVersion["']?\s*:\s*["']?2\.""")
_ROOT = re.compile(r"""(?m)(?:^|[{,])[ \t]*["']?(?:root|deploymentSpec)["']?\s*:""")
_OBJECTS = ("pipelineInfo", "root", "components", "deploymentSpec")


class KubeflowImporter:
    """Reads PipelineSpecs of Kubeflow Pipelines 2."""

    def recognizes(self, text: str) -> bool:
        """Return whether a text looks like a PipelineSpec."""
        return _VERSION.search(text) is not None and _ROOT.search(text) is not None

    def import_text(self, text: str, place: str) -> tuple[Workflow, ...]:
        """Return the workflow that a text holds; see `import_manifests`."""
        return import_manifest(text, place)

    def import_together(self, sources: Sequence[Source]) -> list[tuple[Workflow, ...]]:
        """Return the workflows of texts, text by text."""
        return import_manifests(sources)


def import_manifests(sources: Sequence[Source]) -> list[tuple[Workflow, ...]]:
    """Return the workflows of texts; see `import_manifest`."""
    return [import_manifest(one.text, one.file) for one in sources]


def import_manifest(text: str, place: str) -> tuple[Workflow, ...]:
    """Return the workflow that a PipelineSpec is, with the platform document behind it.

    It compiles to the documents it was read from. What the IR has no word for is in its
    extras and foreign templates.

    Args:
        text: YAML, of one document or two, or JSON.
        place: where the text is from, for messages.

    Raises:
        InvalidDocument: it is no YAML or JSON, or holds no PipelineSpec; with the line.
    """
    try:
        documents = read_text(text, letters=True)
    except Unreadable as error:
        raise InvalidDocument(f"{place}, {error}") from None
    if not documents:
        raise InvalidDocument(f"{place}: it holds no pipeline")
    first, *more = documents
    _check(first, _spec_faults(first.value), place)
    for one in more:
        _check(one, _platform_faults(one.value), place)
    if len(more) > 1:
        raise InvalidDocument(
            f"{place}, {more[1].place()}: a pipeline is a PipelineSpec and one "
            "platform document at the most"
        )
    origins = dict(_origins(first, place))
    body = first.value
    spec = Spec(body, _kubernetes(documents), lambda _, node: origins.get(id(node)))
    try:
        made = workflow_of(spec, tuple(dict(one.value) for one in documents))
    except (NoWord, ValueError, TypeError) as error:
        raise InvalidDocument(f"{place}, {first.place()}: {error}") from None
    return (made,)


def _check(read: Read, faults: Iterator[tuple[Path, str]], place: str) -> None:
    for path, fault in faults:
        raise InvalidDocument(f"{place}, {read.place(path)}: {fault}")


def _kubernetes(documents: Sequence[Read]) -> Object:
    if len(documents) < 2:
        return {}
    platforms = object_at(documents[1].value, "platforms")
    return object_at(platforms, "kubernetes")


def _spec_faults(value: Json) -> Iterator[tuple[Path, str]]:
    """Yield why something is no PipelineSpec, and where."""
    if not isinstance(value, dict):
        yield (), "a PipelineSpec is an object with pipelineInfo, root and components"
        return
    version = value.get("schemaVersion")
    if not isinstance(version, str) or not version.startswith("2."):
        yield ("schemaVersion",), "schemaVersion must be text that begins with 2."
    for key in _OBJECTS:
        if not isinstance(value.get(key, {}), dict):
            yield (key,), f"{key} must be an object"
            return
    if "root" not in value:
        yield (), "root is missing; it holds the tasks"
        return
    yield from _dag_faults(value["root"], ("root",))
    for name, one in (value.get("components") or {}).items():
        yield from _dag_faults(one, ("components", name))


def _dag_faults(component: Json, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(component, dict):
        yield path, "a component must be an object"
        return
    if "dag" not in component:
        if path == ("root",):
            yield path, "root has no dag; it holds the tasks"
        return
    dag = component["dag"]
    tasks = dag.get("tasks") if isinstance(dag, dict) else None
    if not isinstance(tasks, dict) or not tasks:
        yield (*path, "dag", "tasks"), "a dag has tasks, by their names"
        return
    for name, task in tasks.items():
        here = (*path, "dag", "tasks", name)
        if not isinstance(task, dict):
            yield here, f"task {name!r} must be an object"
        elif not isinstance(task.get("componentRef"), dict):
            yield here, f"task {name!r} has no componentRef"


def _platform_faults(value: Json) -> Iterator[tuple[Path, str]]:
    platforms = value.get("platforms") if isinstance(value, dict) else None
    if not isinstance(platforms, dict) or set(value) != {"platforms"}:
        yield (), "behind a PipelineSpec stands a platform document, or nothing"
    elif not all(isinstance(one, dict) for one in platforms.values()):
        yield ("platforms",), "what is said of a platform must be an object"
    elif set(platforms) - {"kubernetes"}:
        yield ("platforms",), "kubernetes is the only platform that is known"


def _origins(read: Read, place: str) -> Iterator[tuple[int, Origin]]:
    """Yield where tasks were written, by what they are."""
    body = read.value
    heads: list[tuple[Path, Json]] = [(("root",), body["root"])]
    for name, one in (body.get("components") or {}).items():
        heads.append((("components", name), one))
    for path, one in heads:
        for name, task in (one.get("dag") or {}).get("tasks", {}).items():
            line = read.key_place((*path, "dag", "tasks", name)).line
            yield id(task), Origin(place, line)
