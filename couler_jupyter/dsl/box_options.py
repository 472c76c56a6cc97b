"""Options that say what a program finds: environment, volumes, share of the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, cast

from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.pod_options import PodOptions, pod_of
from couler_jupyter.dsl.secret import Secret
from couler_jupyter.dsl.volume import Mounted, MountWish, wishes
from couler_jupyter.ir import (
    EnvFrom,
    EnvSource,
    EnvVar,
    Pod,
    PullPolicy,
    Resources,
    SecretRef,
    nearest,
    parse_bytes,
    parse_cores,
)

Env: TypeAlias = Mapping[str, object] | Sequence[EnvVar]
"""Names and values; a value may be a handle, or a reference to a secret's key."""

_RESOURCES = Resources()
_POD = Pod()


class BoxOptions(PodOptions, total=False):
    """What a program finds where it runs."""

    cpu: str | float
    memory: str | int
    gpu: int
    gpu_kind: str
    ephemeral: str | int
    cpu_limit: str | float
    memory_limit: str | int
    ephemeral_limit: str | int
    resources: Resources | Mapping[str, Any]
    env: Env
    env_from: EnvFrom | Secret | Sequence[EnvFrom | Secret]
    secret: Secret | str
    secrets: Sequence[Secret]
    mounts: Mounted
    volume_mounts: Mounted
    working_dir: str
    image_pull_policy: PullPolicy | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What a program finds where it runs; `env` and `mounts` as the user wrote them."""

    env: tuple[tuple[str, object], ...] = ()
    env_from: tuple[EnvFrom, ...] = ()
    mounts: tuple[MountWish, ...] = ()
    working_dir: str = ""
    resources: Resources = _RESOURCES
    pull_policy: PullPolicy | None = None
    pod: Pod = _POD


PLAIN_BOX = Box()


def box_of(given: Mapping[str, Any]) -> Box:
    """Return what options say of where a program runs.

    Raises:
        BuildFailed: an option has a value that makes no sense.
    """
    if not given:
        return PLAIN_BOX
    return Box(
        env=(*_env(given.get("env", {})), *_secret_env(given)),
        env_from=_env_from(given.get("env_from", ())),
        mounts=tuple(
            wish
            for name in ("mounts", "volume_mounts")
            for wish in wishes(given.get(name, {}))
        ),
        working_dir=str(given.get("working_dir") or ""),
        resources=resources_of(given),
        pull_policy=_pull_policy(given.get("image_pull_policy")),
        pod=pod_of(given),
    )


def resources_of(given: Mapping[str, Any]) -> Resources:
    """Return what options ask of the machine.

    Raises:
        BuildFailed: an amount is no amount.
    """
    whole = given.get("resources", _RESOURCES)
    wanted = {name: given[name] for name in _AMOUNTS if given.get(name) is not None}
    if isinstance(whole, Mapping):
        wanted = {**{_WORDS.get(str(n), str(n)): v for n, v in whole.items()}, **wanted}
        whole = _RESOURCES
    if not isinstance(whole, Resources):
        raise misused(f"resources={whole!r} is no mapping such as {{'cpu': 1}}")
    return replace(whole, **{name: _amount(name, wanted[name]) for name in wanted})


def _amount(name: str, given: Given) -> Given:
    reader = _AMOUNTS.get(name)
    if reader is None:
        raise misused(f"resources has no {name!r}{nearest(name, _AMOUNTS)}")
    try:
        return reader(given)
    except (ValueError, TypeError, AttributeError) as error:
        raise misused(f"{name}={given!r}: {error}") from None


def _gpus(given: Given) -> int:
    if isinstance(given, bool) or int(given) != float(given):
        raise ValueError("write a whole number of accelerators")
    return int(given)


def _env(given: object) -> tuple[tuple[str, object], ...]:
    if isinstance(given, Mapping):
        return tuple((str(name), _env_value(str(name), v)) for name, v in given.items())
    if isinstance(given, Sequence) and all(isinstance(one, EnvVar) for one in given):
        return tuple((one.name, one.value) for one in cast("Sequence[EnvVar]", given))
    raise misused(f"env={given!r} is no mapping of names to values")


def _env_value(name: str, value: object) -> object:
    if isinstance(value, Secret):
        if len(value.keys) != 1:
            raise misused(f"env {name!r} is one key of a secret; write secret['key']")
        return value[value.keys[0]]
    return value


def _secret_env(given: Mapping[str, Any]) -> list[tuple[str, SecretRef]]:
    found: list[tuple[str, SecretRef]] = []
    secret = given.get("secret")
    for one in (*([] if secret is None else [secret]), *given.get("secrets", ())):
        if not isinstance(one, Secret):
            raise misused(
                f"secret={one!r} is no secret; write couler.create_secret('name', ['key'])"
            )
        if not one.keys:
            raise misused(
                f"secret {one.name!r} has no keys named; use env_from for all"
            )
        found.extend((key, one[key]) for key in one.keys)
    return found


def _env_from(given: object) -> tuple[EnvFrom, ...]:
    many = [given] if isinstance(given, EnvFrom | Secret) else given
    found: list[EnvFrom] = []
    for one in cast("Sequence[object]", many):
        match one:
            case EnvFrom():
                found.append(one)
            case Secret(name=name):
                found.append(EnvFrom(source=EnvSource.SECRET, name=name))
            case _:
                raise misused(
                    f"env_from: {one!r} is neither couler.EnvFrom nor a secret"
                )
    return tuple(found)


def _pull_policy(given: object) -> PullPolicy | None:
    if given is None:
        return None
    for policy in PullPolicy:
        if str(given).lower() == policy.lower():
            return policy
    known = ", ".join(PullPolicy)
    raise misused(f"image_pull_policy={given!r} must be one of {known}")


_WORDS = {
    "ephemeral-storage": "ephemeral",
    "ephemeral_storage": "ephemeral",
    "nvidia.com/gpu": "gpu",
}
_AMOUNTS: dict[str, Callable[[Any], Any]] = {
    "cpu": parse_cores,
    "memory": parse_bytes,
    "gpu": _gpus,
    "gpu_kind": str,
    "ephemeral": parse_bytes,
    "cpu_limit": parse_cores,
    "memory_limit": parse_bytes,
    "ephemeral_limit": parse_bytes,
}
