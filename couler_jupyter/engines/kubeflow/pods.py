"""What the platform document says of a step's pod (kfp-kubernetes' executor config)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace

from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.engines.kubeflow.dag import constant
from couler_jupyter.engines.kubeflow.placing import placing_of
from couler_jupyter.ir import (
    Boxed,
    Claim,
    ConfigFiles,
    ConfigRef,
    EmptyDir,
    EnvVar,
    FieldRef,
    Mount,
    Pod,
    Resources,
    SecretFiles,
    SecretRef,
    Volume,
    bytes_text,
    cores_text,
)

_GIGA = 10**9


def pod_of(own: Pod, shared: Pod) -> Pod:
    """Return where a step runs: what it says itself, and else what its workflow says."""
    nothing = Pod()
    unsaid = {
        one.name: getattr(shared, one.name)
        for one in fields(Pod)
        if getattr(own, one.name) == getattr(nothing, one.name)
    }
    return replace(own, **unsaid)


def platform_of(
    box: Boxed, pod: Pod, volumes: Mapping[str, Volume], timeout: float | None
) -> Object:
    """Return what the platform document says of a step; whole seconds, rounded up."""
    secrets, configs, found = _variables(box.env)
    found |= {"secretAsEnv": secrets, "configMapAsEnv": configs}
    for mount in box.mounts:
        word, volume = _mounted(mount, volumes[mount.volume])
        found.setdefault(word, []).append(volume)
    found |= placing_of(pod)
    found |= {
        "nodeSelector": {"labels": dict(pod.node_selector)}
        if pod.node_selector
        else {},
        "tolerations": [_toleration(one) for one in pod.tolerations],
        "podMetadata": _filled(
            labels=dict(pod.labels), annotations=dict(pod.annotations)
        ),
        "imagePullSecret": [
            _named("secretName", name) for name in pod.image_pull_secrets
        ],
        "imagePullPolicy": str(box.pull_policy or ""),
        "activeDeadlineSeconds": 0 if timeout is None else max(1, math.ceil(timeout)),
    }
    return {word: value for word, value in found.items() if value}


def resources_of(wanted: Resources) -> Object:
    """Return `resources` of a container; a limit not given is what is asked for.

    Amounts are said twice, as texts and as the numbers of older versions (gigabytes).
    """
    cpu = wanted.cpu if wanted.cpu_limit is None else wanted.cpu_limit
    memory = wanted.memory if wanted.memory_limit is None else wanted.memory_limit
    found: Object = {}
    for word, cores in (("Limit", cpu), ("Request", wanted.cpu)):
        if cores is not None:
            found[f"cpu{word}"] = float(cores)
            found[f"resourceCpu{word}"] = cores_text(cores)
    for word, count in (("Limit", memory), ("Request", wanted.memory)):
        if count is not None:
            found[f"memory{word}"] = count / _GIGA
            found[f"resourceMemory{word}"] = bytes_text(count)
    if wanted.gpu:
        found["accelerator"] = {
            "resourceType": wanted.gpu_kind,
            "resourceCount": str(wanted.gpu),
        }
    return found


def _variables(env: tuple[EnvVar, ...]) -> tuple[list[Object], list[Object], Object]:
    secrets: list[Object] = []
    configs: list[Object] = []
    of_pod: list[Object] = []
    for one in env:
        match one.value:
            case SecretRef(name=name, key=key, optional=optional):
                pair = {"secretKey": key, "envVar": one.name}
                secrets.append(
                    {
                        **_named("secretName", name),
                        **_optional(optional),
                        "keyToEnv": [pair],
                    }
                )
            case ConfigRef(name=name, key=key, optional=optional):
                pair = {"configMapKey": key, "envVar": one.name}
                configs.append(
                    {
                        **_named("configMapName", name),
                        **_optional(optional),
                        "keyToEnv": [pair],
                    }
                )
            case FieldRef(path=path):
                of_pod.append({"name": one.name, "fieldPath": path})
            case _:
                pass
    return secrets, configs, {"fieldPathAsEnv": of_pod}


def _mounted(mount: Mount, volume: Volume) -> tuple[str, Object]:
    """Return where a volume goes in the platform document, and how."""
    path = {"mountPath": mount.path}
    match volume.source:
        case EmptyDir(size=size, in_memory=in_memory):
            found = _filled(
                volumeName=volume.name,
                **path,
                medium="Memory" if in_memory else "",
                sizeLimit="" if size is None else bytes_text(size),
            )
            return "emptyDirMounts", found
        case Claim(name=name):
            named = {"pvcNameParameter": constant(name), "constant": name}
            return "pvcMount", _filled(**named, **path, subPath=mount.sub_path)
        case SecretFiles(secret=name, optional=optional):
            named = _named("secretName", name)
            return "secretAsVolume", {**named, **path, **_optional(optional)}
        case ConfigFiles(config_map=name, optional=optional):
            named = _named("configMapName", name)
            return "configMapAsVolume", {**named, **path, **_optional(optional)}
        case _:
            raise AssertionError(volume)


def _named(word: str, name: str) -> Object:
    """Return a name in the old word and in the new one that stands beside it."""
    return {word: name, f"{word}Parameter": constant(name)}


def _optional(optional: bool) -> Object:
    return {"optional": True} if optional else {}


def _toleration(one: object) -> Object:
    words = ("key", "operator", "value", "effect")
    found = {word: getattr(one, word) for word in words if getattr(one, word)}
    seconds = getattr(one, "seconds", None)
    return found if seconds is None else {**found, "tolerationSeconds": seconds}


def _filled(**words: object) -> Object:
    return {word: value for word, value in words.items() if value}
