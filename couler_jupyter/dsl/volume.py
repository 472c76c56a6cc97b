"""Volumes and where steps find them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard, get_args

from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.dsl.values import constant
from couler_jupyter.ir import (
    Claim,
    ConfigFiles,
    EmptyDir,
    HostPath,
    Mount,
    NewClaim,
    RawVolume,
    SecretFiles,
    Volume,
    VolumeSource,
    parse_bytes,
)

Mounted: TypeAlias = Mapping[str, Volume | VolumeSource | str] | Sequence[Mount] | Mount
"""Paths and what is found there, or mounts."""

_SOURCES = get_args(VolumeSource)
_NOT_A_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class MountWish:
    """A mount whose volume may yet have to be added to the workflow."""

    mount: Mount
    volume: Volume | VolumeSource | None = None


def empty_dir(size: str | int | None = None, *, in_memory: bool = False) -> EmptyDir:
    """Return a folder that is empty when the step starts; `size` as `1Gi`."""
    return EmptyDir(None if size is None else _bytes(size), in_memory)


def host_path(path: str, type: str = "") -> HostPath:  # noqa: A002
    """Return a folder or file of the machine that the step runs on."""
    return HostPath(path, type)


def claim(name: str, *, read_only: bool = False) -> Claim:
    """Return a persistent volume that exists, by its claim."""
    return Claim(name, read_only)


def new_claim(
    size: str | int,
    *,
    access_modes: Sequence[str] = ("ReadWriteOnce",),
    storage_class: str = "",
) -> NewClaim:
    """Return a volume that is made for the run and goes with it; `size` as `10Gi`."""
    return NewClaim(
        size=_bytes(size), access_modes=tuple(access_modes), storage_class=storage_class
    )


def secret_files(
    secret: str,
    items: Mapping[str, str] | None = None,
    *,
    mode: int | None = None,
    optional: bool = False,
) -> SecretFiles:
    """Return the keys of a secret as files; `items`: keys and their file names."""
    pairs = tuple(sorted((items or {}).items()))
    return SecretFiles(secret=secret, items=pairs, mode=mode, optional=optional)


def config_files(
    config_map: str,
    items: Mapping[str, str] | None = None,
    *,
    mode: int | None = None,
    optional: bool = False,
) -> ConfigFiles:
    """Return the keys of a config map as files; `items`: keys and their file names."""
    pairs = tuple(sorted((items or {}).items()))
    return ConfigFiles(config_map=config_map, items=pairs, mode=mode, optional=optional)


def raw_volume(source: Mapping[str, object]) -> RawVolume:
    """Return any other volume, as Kubernetes writes its source."""
    return RawVolume(constant(source, "the source of a volume"))


def add_volume(volume: Volume) -> Volume:
    """Add a volume to the workflow, for steps to mount by its name.

    Raises:
        BuildFailed: another volume has this name.
    """
    _add(open_scope("add_volume"), volume)
    return volume


def wishes(given: Mounted) -> Iterator[MountWish]:
    """Yield the mounts a step asks for.

    Raises:
        BuildFailed: something is no mount and no volume.
    """
    if isinstance(given, Mount):
        yield MountWish(given)
        return
    if isinstance(given, Mapping):
        for path, volume in given.items():
            yield _wish(path, volume)
        return
    for one in given:
        yield MountWish(_mount(one))


def mounts(wished: Sequence[MountWish], scope: Scope) -> tuple[Mount, ...]:
    """Return the mounts, with their volumes added to the workflow."""
    return tuple(_granted(wish, scope) for wish in wished)


def bring_volumes(names: Sequence[str], inner: Scope) -> None:
    """Have `inner` know the volumes of the workflows around it that its steps mount."""
    around = inner.parent
    while around is not None:
        for name in names:
            if name in around.volumes:
                inner.volumes.setdefault(name, around.volumes[name])
        around = around.parent


def _mount(given: object) -> Mount:
    if not isinstance(given, Mount):
        raise misused(
            f"{given!r} is no mount; write mounts={{'/path': volume}} or couler.Mount"
        )
    return given


def _wish(path: str, volume: Volume | VolumeSource | str) -> MountWish:
    match volume:
        case str():
            return MountWish(Mount(volume=volume, path=path))
        case Volume(name=name):
            return MountWish(Mount(volume=name, path=path), volume)
        case _ if _is_source(volume):
            return MountWish(Mount(volume="", path=path), volume)
        case _:
            raise misused(f"{volume!r} is no volume; write couler.claim(NAME), for one")


def _is_source(given: object) -> TypeGuard[VolumeSource]:
    return isinstance(given, _SOURCES)


def _granted(wish: MountWish, scope: Scope) -> Mount:
    match wish.volume:
        case None:
            bring_volumes([wish.mount.volume], scope)
            return wish.mount
        case Volume() as volume:
            _add(scope, volume)
            return wish.mount
        case source:
            name = _named(source, scope)
            return Mount(volume=name, path=wish.mount.path)


def _named(source: VolumeSource, scope: Scope) -> str:
    """Return the name of the volume that `source` is, adding it if it is not there.

    What exists outside the workflow is one volume however often it is written;
    folders and claims made for the run are one where they are one Python object.
    """
    made = isinstance(source, EmptyDir | NewClaim)
    for name, volume in scope.volumes.items():
        if volume.source is source or (not made and volume.source == source):
            return name
    base, number = _base(source), 2
    name = base
    while name in scope.volumes:
        name, number = f"{base}-{number}", number + 1
    scope.volumes[name] = Volume(name=name, source=source)
    return name


def _base(source: VolumeSource) -> str:
    match source:
        case Claim(name=name) | SecretFiles(secret=name) | ConfigFiles(config_map=name):
            return name
        case HostPath(path=path):
            return _NOT_A_NAME.sub("-", path).strip("-.") or "host"
        case _:
            return "volume"


def _add(scope: Scope, volume: Volume) -> None:
    there = scope.volumes.setdefault(volume.name, volume)
    if there != volume:
        raise misused(f"there is another volume named {volume.name!r} already")


def _bytes(size: str | int) -> int:
    try:
        return parse_bytes(size)
    except ValueError as error:
        raise misused(f"size: {error}") from None
