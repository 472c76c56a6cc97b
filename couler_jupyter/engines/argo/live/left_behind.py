"""What the steps of a run on Argo left behind: texts read as their types, and places.

Argo passes texts. An output is read back by the type that the workflow gives it. An
artifact stays where it is; what is known of it is where that is.
"""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.following.kept import handle_of, kept_value, value_read
from couler_jupyter.ir import (
    Json,
    OutputArtifact,
    OutputParameter,
    Step,
    SubWorkflow,
    ValueType,
)
from couler_jupyter.ir.given import given_by_output, outputs_of

_KINDS = ("s3", "gcs", "oss", "azure", "hdfs", "artifactory", "http", "git", "raw")


def left_by(node: Json, step: Step | None) -> dict[str, Json]:
    """Return the outputs of a node as JSON for the run store.

    Without a step to say their types, values are read as JSON where they read as such.
    """
    found = node.get("outputs") or {}
    texts = {
        one["name"]: one["value"]
        for one in found.get("parameters") or ()
        if one.get("value") is not None
    }
    places = {
        one["name"]: handle_of(place_text(one)) for one in found.get("artifacts") or ()
    }
    if step is None:
        if found.get("result") is not None:
            texts.setdefault("result", found["result"])
        made = {name: value_read(text, ValueType.JSON) for name, text in texts.items()}
        return {name: kept_value(value) for name, value in made.items()} | {
            name: place for name, place in places.items() if name not in _LOGS
        }
    made = {}
    for one in outputs_of(step):
        called = port_name(one.name)
        if called in texts:
            made[one.name] = kept_value(
                value_read(texts[called], _type_of(step, one.name))
            )
        elif called in places:
            made[one.name] = places[called]
        elif found.get("result") is not None and _is_stdout(one):
            made[one.name] = kept_value(
                value_read(found["result"], _type_of(step, one.name))
            )
    return made


def _type_of(step: Step, name: str) -> ValueType:
    for one in outputs_of(step):
        if one.name == name and isinstance(one, OutputParameter):
            return one.type
    if isinstance(step.template, SubWorkflow):
        kind = given_by_output(step, name)
        if isinstance(kind, ValueType) and step.loop is None:
            return kind
    return ValueType.JSON


def _is_stdout(one: object) -> bool:
    return not isinstance(one, OutputArtifact) and (
        type(getattr(one, "source", None)).__name__ == "FromStdout"
    )


def place_text(artifact: Json) -> str:
    """Return where an artifact lies, as a URL where that is one."""
    for kind in _KINDS:
        if isinstance(found := artifact.get(kind), dict):
            return _url(kind, found)
    return str(artifact.get("path") or artifact["name"])


def _url(kind: str, place: Mapping[str, Json]) -> str:
    if kind == "git":
        return f"{place.get('repo', '')}@{place.get('revision') or 'HEAD'}"
    if "url" in place:
        return str(place["url"])
    key = place.get("key") or place.get("path") or place.get("blob") or ""
    bucket = place.get("bucket") or place.get("container") or ""
    return f"{kind}://{bucket}/{str(key).lstrip('/')}" if bucket else str(key)


_LOGS = frozenset({"main-logs"})
