"""Files that no step made.

What lies in a store comes in by an importer, what stands in the workflow is written by a
small task. An importer takes an address that is known, or an input of its DAG, and reads with the
credentials that Kubeflow has for the store, not with others.

Source: backend/src/v2/component/importer_launcher.go of https://github.com/kubeflow/pipelines
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import cast, get_args

from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.engines.kubeflow.dag import (
    ARTIFACT,
    Dag,
    Known,
    constant,
    output_of,
    ports_of,
)
from couler_jupyter.engines.kubeflow.values import given
from couler_jupyter.ir import (
    GCS,
    S3,
    Constant,
    Dataset,
    Inline,
    Leaf,
    Managed,
    Storage,
    Text,
    Value,
    as_text,
    substitute,
    with_parts,
)

_FILE, _TEXT, _URI = "file", "text", "uri"
_WRITE = 'mkdir -p "$(dirname "$2")" && printf %s "$1" > "$2"'
_SCHEMES: Mapping[type, str] = {S3: "s3", GCS: "gs"}
_ADDRESS = frozenset({"bucket", "key"})
_VALUES = get_args(Value)


def brought(dag: Dag, storage: Storage, *, near: str, image: str) -> Known:
    """Return a file that no step made, as a task of `dag` is given it.

    Args:
        dag: where the task stands.
        storage: where the file is; there are no `storage_faults`.
        near: name of the task that brings it, if that is free.
        image: what that runs in, where it is written.
    """
    match storage:
        case Dataset(source=source):
            return brought(dag, source, near=near, image=image)
        case Inline(data=data):
            text = given(dag, _value(data), near=near, image=image).given
            return _added(dag, near, _writer(dag, image), _TEXT, text)
        case S3() | GCS():
            uri = _uri(storage)
            return _added(dag, near, _importer(dag, uri), _URI, constant(uri))
        case _:
            raise AssertionError(storage)


def filled_in(storage: Storage, known: dict[Leaf, Value]) -> Storage:
    """Return a storage with values instead of the references to them."""

    def change(part: object) -> object:
        if isinstance(part, _VALUES):
            return substitute(cast("Value", part), known)
        return part

    return with_parts(storage, change)


def storage_faults(storage: Storage) -> Iterator[str]:
    """Yield why what lies there cannot be brought; stores not known here are gaps."""
    match storage:
        case Managed():
            yield "Kubeflow alone knows where its files are"
        case Dataset(source=source):
            yield from storage_faults(source)
        case S3() | GCS():
            if not storage.bucket or not storage.key:
                yield "an importer needs the bucket and the key; say both"
            elif any(_known(one) is None for one in (storage.bucket, storage.key)):
                yield "an importer takes an address that is known before the run"
            for field in fields(storage):
                if field.name not in _ADDRESS and getattr(storage, field.name):
                    yield (
                        f"an importer is told no {field.name}; the provider of the "
                        "pipeline root is where that is said"
                    )
        case _:
            return


def _uri(storage: S3 | GCS) -> str:
    bucket, key = _known(storage.bucket), _known(storage.key) or ""
    return f"{_SCHEMES[type(storage)]}://{bucket}/{key.lstrip('/')}"


def _known(text: Text) -> str | None:
    if isinstance(text, Constant):
        return as_text(text.value)
    return text if isinstance(text, str) else None


def _value(text: Text) -> Value:
    return Constant.of(text) if isinstance(text, str) else text


def _writer(dag: Dag, image: str) -> str:
    place = f"{{{{$.outputs.artifacts['{_FILE}'].path}}}}"
    container: Object = {
        "image": image,
        "command": ["sh", "-c", _WRITE, "couler"],
        "args": [f"{{{{$.inputs.parameters['{_TEXT}']}}}}", place],
    }
    return dag.book.container("write-file", _ports(_TEXT), container, {})


def _importer(dag: Dag, uri: str) -> str:
    spec: Object = {
        "artifactUri": {"constant": uri},
        "typeSchema": ARTIFACT["artifactType"],
    }
    return dag.book.own("import-file", _ports(_URI), {"importer": spec}, {})


def _ports(name: str) -> Object:
    inputs: Object = {"parameters": {name: {"parameterType": "STRING"}}}
    return ports_of(inputs, {"artifacts": {_FILE: dict(ARTIFACT)}})


def _added(dag: Dag, near: str, component: str, name: str, value: Object) -> Known:
    task = dag.add(near, component, given={"parameters": {name: value}})
    return output_of(task, _FILE, "artifact")
