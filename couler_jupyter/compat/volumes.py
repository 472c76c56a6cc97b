"""Volumes of a workflow and where old scripts mount them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from couler_jupyter import ir
from couler_jupyter.compat.current import adding, root_of
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope

_ACCESS = ("ReadWriteOnce",)


@dataclass(frozen=True, slots=True)
class Volume:
    """A persistent volume that exists, by its claim."""

    name: str
    claim_name: str


@dataclass(frozen=True, slots=True)
class VolumeMount:
    """Where a step finds a volume."""

    name: str
    mount_path: str


@dataclass(frozen=True, slots=True)
class VolumeClaimTemplate:
    """A volume that is made for a run and goes with it."""

    claim_name: str
    access_modes: Sequence[str] = _ACCESS
    size: str = "1Gi"


def add_volume(volume: Volume | ir.Volume) -> None:
    """Add a volume that exists, for steps to mount by its name.

    Raises:
        BuildFailed: another volume has this name.
    """
    if isinstance(volume, Volume):
        volume = ir.Volume(name=volume.name, source=ir.Claim(volume.claim_name))
    _add(volume)


def create_workflow_volume(volume_claim_template: VolumeClaimTemplate) -> None:
    """Add a volume that is made for each run, for steps to mount by its name.

    Raises:
        BuildFailed: another volume has this name, or its size is none.
    """
    wanted = volume_claim_template
    try:
        size = ir.parse_bytes(wanted.size)
    except ValueError as error:
        raise misused(f"volume {wanted.claim_name!r}: size: {error}") from None
    source = ir.NewClaim(size=size, access_modes=tuple(wanted.access_modes))
    _add(ir.Volume(name=wanted.claim_name, source=source))


def mounts_of(
    given: Sequence[VolumeMount | ir.Mount] | None,
    outputs: Sequence[str],
    scope: Scope,
) -> list[ir.Mount]:
    """Return the mounts of a step: those it asks for, and folders for what it leaves.

    A volume that nobody has added yet is an empty folder until somebody does.

    Args:
        given: as the script has them.
        outputs: paths at which the program leaves files.
        scope: where the step stands.
    """
    found = [_mount(one) for one in given or ()]
    covered = [PurePosixPath(mount.path) for mount in found]
    for folder in _folders(outputs):
        if not any(folder.is_relative_to(path) for path in covered):
            name = f"couler-out-dir-{len(found)}"
            found.append(ir.Mount(volume=name, path=str(folder)))
    volumes = root_of(scope).volumes
    for mount in found:
        empty = ir.Volume(name=mount.volume, source=ir.EmptyDir())
        volumes.setdefault(mount.volume, empty)
    return found


def _folders(outputs: Sequence[str]) -> Iterator[PurePosixPath]:
    """Yield the folders that a program's image may not have; those of /tmp are there."""
    folders = dict.fromkeys(PurePosixPath(path).parent for path in outputs)
    for folder in folders:
        is_own = folder.is_absolute() and folder != PurePosixPath("/")
        if is_own and not folder.is_relative_to("/tmp"):  # noqa: S108
            yield folder


def _mount(given: object) -> ir.Mount:
    if isinstance(given, ir.Mount):
        return given
    if not isinstance(given, VolumeMount):
        raise misused(f"{given!r} is no mount; write couler.VolumeMount(NAME, PATH)")
    return ir.Mount(volume=given.name, path=given.mount_path)


def _add(volume: ir.Volume) -> None:
    with adding() as scope:
        for each in _scopes(root_of(scope)):
            there = each.volumes.get(volume.name)
            if there is None:
                continue
            if there != volume and there.source != ir.EmptyDir():
                raise misused(f"there is another volume named {volume.name!r} already")
            each.volumes[volume.name] = volume
        root_of(scope).volumes.setdefault(volume.name, volume)


def _scopes(scope: Scope) -> Iterator[Scope]:
    """Yield a workflow and the bodies in it."""
    yield scope
    for node in (*scope.nodes, *(handler for handler, _ in scope.handlers)):
        if node.body is not None:
            yield from _scopes(node.body)
