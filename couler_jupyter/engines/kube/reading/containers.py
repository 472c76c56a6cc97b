"""What a container of a manifest says of itself: environment, volumes, resources.

Texts are read by whoever knows what stands in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import TypeAlias

from couler_jupyter.engines.kube.quantity import quantity_of
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    objects_at,
    text_at,
    texts_at,
    whole_at,
)
from couler_jupyter.ir import (
    ConfigRef,
    EnvFrom,
    EnvSource,
    EnvVar,
    FieldRef,
    Json,
    Mount,
    PullPolicy,
    Resources,
    SecretRef,
    Text,
    Toleration,
)

ReadText: TypeAlias = Callable[[str], Text]
"""What a text of an engine is in words of the IR."""

_SPECIAL = re.compile(r"\$(?:\$|\(([^()]*)\))")
_GPUS = (".com/gpu", ".com/tpu", "/gpu")


def read_env(node: Object, read: ReadText) -> tuple[EnvVar, ...]:
    """Return the environment variables of a container.

    Raises:
        NoWord: one is taken from where the IR does not look.
    """
    names = variable_names(node)
    return tuple(
        EnvVar(text_at(one, "name"), _env_value(one, names, read))
        for one in objects_at(node, "env")
    )


def _env_value(
    node: Object, names: Collection[str] | None, read: ReadText
) -> Text | SecretRef | ConfigRef | FieldRef:
    if "valueFrom" not in node:
        return read(expanded(text_at(node, "value"), names))
    taken = object_at(node, "valueFrom")
    for key, made in (("secretKeyRef", SecretRef), ("configMapKeyRef", ConfigRef)):
        if key in taken:
            ref = object_at(taken, key)
            optional = flag_at(ref, "optional")
            return made(text_at(ref, "name"), text_at(ref, "key"), optional)
    if "fieldRef" in taken:
        return FieldRef(text_at(object_at(taken, "fieldRef"), "fieldPath"))
    raise NoWord("an environment variable is taken from elsewhere")


def variable_names(node: Object) -> Collection[str] | None:
    """Return the names of a container's variables; None if they are not all known."""
    if node.get("envFrom"):
        return None
    return {text_at(one, "name") for one in objects_at(node, "env")}


def read_words(node: Object, key: str, read: ReadText) -> tuple[Text, ...]:
    """Return the words of a command, which Kubernetes expands.

    Raises:
        NoWord: one names a variable of the container.
    """
    names = variable_names(node)
    return tuple(read(expanded(word, names)) for word in texts_at(node, key))


def expanded(text: str, names: Collection[str] | None) -> str:
    """Return what Kubernetes makes of a text in which no variable is named.

    Raises:
        NoWord: it names one; `names` are those there are, None if any may be.
    """

    def single(match: re.Match[str]) -> str:
        if match[0] == "$$":
            return "$"
        if names is None or match[1] in names:
            raise NoWord(f"{match[0]} is replaced by a variable")
        return match[0]

    return _SPECIAL.sub(single, text) if "$" in text else text


def read_env_from(node: Object) -> Iterator[EnvFrom]:
    """Yield the whole sets of environment variables of a container."""
    for one in objects_at(node, "envFrom"):
        is_secret = "secretRef" in one
        ref = object_at(one, "secretRef" if is_secret else "configMapRef")
        yield EnvFrom(
            source=EnvSource.SECRET if is_secret else EnvSource.CONFIG_MAP,
            name=text_at(ref, "name"),
            prefix=text_at(one, "prefix"),
            optional=flag_at(ref, "optional"),
        )


def read_mounts(node: Object) -> Iterator[Mount]:
    """Yield the volumes that a container mounts."""
    for one in objects_at(node, "volumeMounts"):
        yield Mount(
            volume=text_at(one, "name"),
            path=text_at(one, "mountPath"),
            sub_path=text_at(one, "subPath"),
            read_only=flag_at(one, "readOnly"),
        )


def read_resources(node: Object, key: str = "resources") -> Resources:
    """Return what a container asks for; what it does not understand is left out."""
    resources = object_at(node, key)
    most = object_at(resources, "limits")
    # what is asked for without a limit would be one too
    asked = {k: v for k, v in object_at(resources, "requests").items() if k in most}
    gpu_kind = next((kind for kind in most if kind.endswith(_GPUS)), "")
    gpus = quantity_of(most.get(gpu_kind)) if gpu_kind else None
    return Resources(
        cpu=_cores(asked.get("cpu")),
        memory=_bytes(asked.get("memory")),
        ephemeral=_bytes(asked.get("ephemeral-storage")),
        gpu=int(gpus or 0),
        **({"gpu_kind": gpu_kind} if gpus else {}),
        cpu_limit=_cores(most.get("cpu")),
        memory_limit=_bytes(most.get("memory")),
        ephemeral_limit=_bytes(most.get("ephemeral-storage")),
    )


def _cores(value: Json) -> float | None:
    number = quantity_of(value)
    return None if number is None else float(number)


def _bytes(value: Json) -> int | None:
    number = quantity_of(value)
    if number is None or number != number.to_integral_value() or number > _MOST:
        return None
    return int(number)


_MOST = Decimal(2**63)


def read_pull_policy(node: Object) -> PullPolicy | None:
    """Return when the image of a container is fetched, if it says so."""
    word = text_at(node, "imagePullPolicy")
    return PullPolicy(word) if word in set(PullPolicy) else None


def read_tolerations(node: Object) -> Iterator[Toleration]:
    """Yield the taints that a pod puts up with."""
    for one in objects_at(node, "tolerations"):
        yield Toleration(
            key=text_at(one, "key"),
            operator=text_at(one, "operator") or "Equal",
            value=text_at(one, "value"),
            effect=text_at(one, "effect"),
            seconds=whole_at(one, "tolerationSeconds"),
        )
