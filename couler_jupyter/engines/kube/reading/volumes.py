"""The volumes that a manifest declares for its steps."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.kube.quantity import quantity_of
from couler_jupyter.engines.kube.reading.fields import (
    Object,
    flag_at,
    object_at,
    objects_at,
    text_at,
    texts_at,
    whole_at,
)
from couler_jupyter.ir import (
    Claim,
    ConfigFiles,
    Constant,
    EmptyDir,
    HostPath,
    NewClaim,
    RawVolume,
    SecretFiles,
    Volume,
    VolumeSource,
)


def read_volumes(spec: Object) -> Iterator[Volume]:
    """Yield the volumes of a spec, those that are made for a run among them."""
    for one in objects_at(spec, "volumes"):
        yield Volume(name=text_at(one, "name"), source=_source(one))
    for one in objects_at(spec, "volumeClaimTemplates"):
        yield from _new_claim(one)


def _source(node: Object) -> VolumeSource:
    if "emptyDir" in node:
        body = object_at(node, "emptyDir")
        size = quantity_of(body.get("sizeLimit"))
        in_memory = body.get("medium") == "Memory"
        return EmptyDir(size=None if size is None else int(size), in_memory=in_memory)
    if "hostPath" in node:
        body = object_at(node, "hostPath")
        return HostPath(text_at(body, "path"), text_at(body, "type"))
    if "persistentVolumeClaim" in node:
        body = object_at(node, "persistentVolumeClaim")
        return Claim(text_at(body, "claimName"), flag_at(body, "readOnly"))
    if "secret" in node:
        body = object_at(node, "secret")
        return SecretFiles(
            secret=text_at(body, "secretName"),
            items=_items(body),
            mode=whole_at(body, "defaultMode"),
            optional=flag_at(body, "optional"),
        )
    if "configMap" in node:
        body = object_at(node, "configMap")
        return ConfigFiles(
            config_map=text_at(body, "name"),
            items=_items(body),
            mode=whole_at(body, "defaultMode"),
            optional=flag_at(body, "optional"),
        )
    rest = {key: value for key, value in node.items() if key != "name"}
    return RawVolume(Constant.of(rest))


def _items(body: Object) -> tuple[tuple[str, str], ...]:
    pairs = (
        (text_at(one, "key"), text_at(one, "path")) for one in objects_at(body, "items")
    )
    return tuple(sorted(pairs))


def _new_claim(node: Object) -> Iterator[Volume]:
    spec = object_at(node, "spec")
    asked = object_at(object_at(spec, "resources"), "requests")
    size = quantity_of(asked.get("storage"))
    if size is None:
        return
    yield Volume(
        name=text_at(object_at(node, "metadata"), "name"),
        source=NewClaim(
            size=int(size),
            access_modes=texts_at(spec, "accessModes"),
            storage_class=text_at(spec, "storageClassName"),
        ),
    )
