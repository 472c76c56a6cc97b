"""Containers beside the one of a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

from couler_jupyter.dsl.box_options import BoxOptions, box_of
from couler_jupyter.dsl.boxing import plain_text
from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import (
    ConfigRef,
    EnvVar,
    FieldRef,
    SecretRef,
    Sidecar,
    nearest,
)

_REFERENCES = (SecretRef, ConfigRef, FieldRef)
_NAMES = frozenset(
    {"cpu", "memory", "gpu", "gpu_kind", "ephemeral", "cpu_limit", "memory_limit"}
    | {"ephemeral_limit", "resources", "env", "secret", "secrets", "mounts"}
)


def sidecar(
    name: str,
    image: str,
    command: str | Sequence[str] = (),
    args: str | Sequence[str] = (),
    *,
    mirror_mounts: bool = False,
    **options: Unpack[BoxOptions],
) -> Sidecar:
    """Return a container that runs beside a step's own, or before it.

    Give it to the option `sidecars` or `init` of a step.

    Args:
        name: unlike that of any other container of the step.
        image: the image.
        command: instead of the image's entry point.
        args: after the command.
        mirror_mounts: whether it has the mounts of the step's own container.
        options: resources, `env`, `secret` and `mounts` (as `couler.Mount`).

    Raises:
        BuildFailed: an option is unknown, or its value makes no sense.
    """
    for option in options:
        if option not in _NAMES:
            raise misused(f"sidecar has no option {option!r}{nearest(option, _NAMES)}")
    box = box_of(options)
    if any(wish.volume is not None for wish in box.mounts):
        raise misused(
            f"sidecar {name!r}: mount volumes by name; add them with couler.add_volume"
        )
    return Sidecar(
        name=name,
        image=image,
        command=(command,) if isinstance(command, str) else tuple(command),
        args=(args,) if isinstance(args, str) else tuple(args),
        env=tuple(
            EnvVar(key, value if isinstance(value, _REFERENCES) else plain_text(value))
            for key, value in box.env
        ),
        mounts=tuple(wish.mount for wish in box.mounts),
        resources=box.resources,
        mirror_mounts=mirror_mounts,
    )
