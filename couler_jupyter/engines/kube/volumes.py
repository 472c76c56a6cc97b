"""Volumes as Kubernetes writes them."""

from __future__ import annotations

from typing import assert_never

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.ir import (
    Claim,
    ConfigFiles,
    EmptyDir,
    HostPath,
    Labels,
    NewClaim,
    RawVolume,
    SecretFiles,
    VolumeSource,
    bytes_text,
)


def volume_source(source: VolumeSource) -> Fields:
    """Return the source of a volume that is there before the run; no new claim."""
    match source:
        case EmptyDir(size=size, in_memory=in_memory):
            limit = "" if size is None else bytes_text(size)
            medium = "Memory" if in_memory else ""
            return {"emptyDir": said(medium=medium, sizeLimit=limit)}
        case HostPath(path=path, type=kind):
            return {"hostPath": {"path": path, **said(type=kind)}}
        case Claim(name=name, read_only=read_only):
            claim = {"claimName": name, **said(readOnly=read_only)}
            return {"persistentVolumeClaim": claim}
        case SecretFiles(secret=secret):
            return {"secret": {"secretName": secret, **_files(source)}}
        case ConfigFiles(config_map=config_map):
            return {"configMap": {"name": config_map, **_files(source)}}
        case RawVolume(source=body):
            return dict(body.value)
        case NewClaim():
            raise AssertionError("a claim that is made for the run is no source")
        case _ as never:
            assert_never(never)


def _files(source: SecretFiles | ConfigFiles) -> Fields:
    return said(
        items=_items(source.items), defaultMode=source.mode, optional=source.optional
    )


def _items(items: Labels) -> list[Fields]:
    return [{"key": key, "path": path} for key, path in items]


def claim_spec(claim: NewClaim) -> Fields:
    """Return the spec of a claim that is made for the run."""
    return {
        "spec": {
            "accessModes": list(claim.access_modes),
            **said(storageClassName=claim.storage_class),
            "resources": {"requests": {"storage": bytes_text(claim.size)}},
        }
    }
