"""Where a step runs and what it finds there: environment, volumes, placement.

The words are those of Kubernetes (https://kubernetes.io/docs/reference/).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from couler_jupyter.ir.artifact import SecretRef
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.resources import Resources
from couler_jupyter.ir.value import Text

Labels: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values, sorted by name."""


@dataclass(frozen=True, slots=True)
class ConfigRef:
    """A key of a config map, by reference."""

    name: str
    key: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of the pod itself, such as `status.hostIP`."""

    path: str


@dataclass(frozen=True, slots=True)
class EnvVar:
    """An environment variable: plain text, or by reference."""

    name: str
    value: Text | SecretRef | ConfigRef | FieldRef


class EnvSource(StrEnum):
    """What a whole set of environment variables comes from."""

    SECRET = "secret"  # noqa: S105 (a kind, not a password)
    CONFIG_MAP = "config-map"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvFrom:
    """All keys of a secret or a config map as environment variables."""

    source: EnvSource
    name: str
    prefix: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class EmptyDir:
    """A folder that is empty when the step starts and gone when it ends."""

    size: int | None = None
    in_memory: bool = False


@dataclass(frozen=True, slots=True)
class HostPath:
    """A folder or file of the machine that the step runs on."""

    path: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A persistent volume that exists, by its claim."""

    name: str
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A volume that is made for the run and goes with it; `size` in bytes."""

    size: int
    access_modes: tuple[str, ...] = ("ReadWriteOnce",)
    storage_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFiles:
    """The keys of a secret as files."""

    secret: str
    items: Labels = ()
    mode: int | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFiles:
    """The keys of a config map as files."""

    config_map: str
    items: Labels = ()
    mode: int | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class RawVolume:
    """Any other volume source, as Kubernetes writes it."""

    source: Constant


VolumeSource: TypeAlias = (
    EmptyDir | HostPath | Claim | NewClaim | SecretFiles | ConfigFiles | RawVolume
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume that the steps of a workflow can mount."""

    name: str
    source: VolumeSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """Where a step finds a volume of its workflow."""

    volume: str
    path: str
    sub_path: str = ""
    read_only: bool = False


class PullPolicy(StrEnum):
    """When an image is fetched."""

    ALWAYS = "Always"
    IF_NOT_PRESENT = "IfNotPresent"
    NEVER = "Never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toleration:
    """A taint that the step puts up with; `seconds` bounds how long."""

    key: str = ""
    operator: str = "Equal"
    value: str = ""
    effect: str = ""
    seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """A container that runs beside (or, as `init`, before) the main one."""

    name: str
    image: str
    command: tuple[Text, ...] = ()
    args: tuple[Text, ...] = ()
    env: tuple[EnvVar, ...] = ()
    mounts: tuple[Mount, ...] = ()
    resources: Resources = Resources()
    mirror_mounts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pod:
    """Where a step runs; as a workflow's `pod`, the default of all its steps.

    Attributes:
        affinity: as Kubernetes writes it.
        security: the pod's security context, as Kubernetes writes it.
        patch: merged into the pod's spec as it is written.
    """

    service_account: str = ""
    image_pull_secrets: tuple[str, ...] = ()
    node_selector: Labels = ()
    tolerations: tuple[Toleration, ...] = ()
    affinity: Constant | None = None
    priority_class: str = ""
    scheduler: str = ""
    labels: Labels = ()
    annotations: Labels = ()
    host_network: bool = False
    security: Constant | None = None
    patch: Constant | None = None
    init: tuple[Sidecar, ...] = ()
    sidecars: tuple[Sidecar, ...] = ()


ANYWHERE = Pod()
"""A pod of which nothing is said."""
