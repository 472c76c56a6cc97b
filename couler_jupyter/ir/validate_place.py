"""What can be wrong with where a step runs and where its files lie."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from couler_jupyter.ir.artifact import Dataset, Git, Http, Inline, Managed, Storage
from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.pod import (
    ANYWHERE,
    ConfigFiles,
    EmptyDir,
    EnvVar,
    HostPath,
    Mount,
    NewClaim,
    Pod,
    SecretFiles,
    Sidecar,
    Volume,
)
from couler_jupyter.ir.resources import Resources
from couler_jupyter.ir.template import Boxed
from couler_jupyter.ir.validate_tree import twice

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_READ_ONLY = {Git: "in Git", Inline: "inline", Dataset: "in a dataset"}
_LIMITED = ("cpu", "memory", "ephemeral")


def storage_faults(storage: Storage, *, given: bool) -> Iterator[str]:
    """Yield what is wrong with where an artifact is taken from, or put."""
    if isinstance(storage, Http):
        yield from twice("header", (name for name, _ in storage.headers))
    if not given and isinstance(storage, Git | Inline | Dataset):
        kind = _READ_ONLY[type(storage)]
        yield f"an output cannot be kept {kind}; that is for inputs"
    if isinstance(storage, Dataset):
        yield from _dataset_faults(storage)
    if given and storage == Managed():
        yield "it says not where it lies; a managed artifact needs its key"


def _dataset_faults(dataset: Dataset) -> Iterator[str]:
    yield from storage_faults(dataset.source, given=True)
    if not 0 <= dataset.max_age < math.inf:
        yield f"its max_age is {dataset.max_age} s; it must be 0 or more"
    if not dataset.version:
        return
    if isinstance(dataset.source, Git):
        yield "the version of a Git repository is its revision; write it there"
    elif isinstance(dataset.version, str) and _is_bad_hash(dataset.version):
        yield f"version {dataset.version!r} is no SHA-256; it has 64 hexadecimal digits"


def _is_bad_hash(version: str) -> bool:
    kind, colon, digits = version.partition(":")
    return bool(colon) and kind == "sha256" and _SHA256.fullmatch(digits) is None


def volume_faults(volume: Volume) -> Iterator[str]:
    """Yield what is wrong with a volume of a workflow."""
    if fault := name_fault(volume.name):
        yield f"the name of volume {volume.name!r} {fault}"
    match volume.source:
        case EmptyDir(size=size) | NewClaim(size=size) if (
            size is not None and size <= 0
        ):
            yield f"volume {volume.name!r} has {size} bytes; it must be more than 0"
        case HostPath(path=path) if not path.startswith("/"):
            yield f"volume {volume.name!r} is at {path!r}; the path must start with /"
        case SecretFiles(items=items) | ConfigFiles(items=items):
            yield from twice("item", (name for name, _ in items))
        case _:
            return


def boxed_faults(template: Boxed, volumes: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with the place a program runs in."""
    yield from _env_faults(template.env)
    yield from _resource_faults(template.resources)
    yield from _mount_faults(template.mounts, volumes)
    yield from pod_faults(template.pod, volumes)


def pod_faults(pod: Pod, volumes: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with a pod and what runs beside the step in it."""
    if pod is ANYWHERE:  # as nearly all say
        return
    yield from twice("label", (name for name, _ in pod.labels))
    yield from twice("annotation", (name for name, _ in pod.annotations))
    yield from twice("node label", (name for name, _ in pod.node_selector))
    beside = (*pod.init, *pod.sidecars)
    yield from twice("sidecar", (one.name for one in beside))
    for one in beside:
        for fault in _sidecar_faults(one, volumes):
            yield f"sidecar {one.name!r}: {fault}"


def _sidecar_faults(sidecar: Sidecar, volumes: frozenset[str]) -> Iterator[str]:
    if fault := name_fault(sidecar.name):
        yield f"its name {fault}"
    if not sidecar.image.strip():
        yield "it has no image"
    yield from _env_faults(sidecar.env)
    yield from _resource_faults(sidecar.resources)
    yield from _mount_faults(sidecar.mounts, volumes)


def _mount_faults(mounts: Iterable[Mount], volumes: frozenset[str]) -> Iterator[str]:
    for mount in mounts:
        if mount.volume not in volumes:
            hint = nearest(mount.volume, volumes)
            yield f"it mounts volume {mount.volume!r}, which the workflow has not{hint}"
        if not mount.path.startswith("/"):
            yield f"it mounts {mount.volume!r} at {mount.path!r}; the path must start with /"


def _env_faults(env: Iterable[EnvVar]) -> Iterator[str]:
    for variable in env:
        if _ENV_NAME.fullmatch(variable.name) is None:
            yield f"{variable.name!r} is no name of an environment variable"
    yield from twice("environment variable", (variable.name for variable in env))


def _resource_faults(resources: Resources) -> Iterator[str]:
    for name in _LIMITED:
        wanted = getattr(resources, name)
        limit = getattr(resources, f"{name}_limit")
        if wanted is not None and not 0 <= wanted < math.inf:
            yield f"it asks for {wanted} {name}; it must be 0 or more"
        if limit is not None and not 0 < limit < math.inf:
            yield f"its {name} limit is {limit}; it must be more than 0"
        if wanted is not None and limit is not None and wanted > limit:
            yield f"it asks for {wanted} {name} but may use only {limit}"
    if resources.gpu < 0:
        yield f"it asks for {resources.gpu} GPUs; it must be 0 or more"
    if not resources.gpu_kind:
        yield "its GPUs are of no kind; write one as nvidia.com/gpu"
