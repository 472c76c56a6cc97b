"""The volumes of a workflow, as containers on this machine see them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import assert_never

from couler_jupyter.engines.local.attempt import Mount as Seen
from couler_jupyter.engines.local.placing.copying import Misplaced
from couler_jupyter.engines.local.placing.environment import Environment
from couler_jupyter.engines.local.placing.run_folder import write_whole
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import (
    Claim,
    ConfigFiles,
    ConfigRef,
    EmptyDir,
    HostPath,
    Mount,
    NewClaim,
    SecretFiles,
    SecretRef,
    Volume,
)
from couler_jupyter.ir.pod import RawVolume

_OPEN = 0o777


def mounts_of(
    mounts: Iterable[Mount], launch: Launch, site: Site, environment: Environment
) -> list[Seen]:
    """Return what a container sees where it mounts volumes.

    Raises:
        Unfit, Misplaced, NoSecret: a volume cannot be had.
    """
    volumes = {volume.name: volume for volume in launch.workflow.volumes}
    seen: list[Seen] = []
    for mount in mounts:
        source, read_only = _source(volumes[mount.volume], launch, site, environment)
        if mount.sub_path:
            source = _below(source, mount.sub_path)
        seen.append(
            Seen(
                source=source,
                target=mount.path,
                read_only=mount.read_only or read_only,
            )
        )
    return seen


def _source(
    volume: Volume, launch: Launch, site: Site, environment: Environment
) -> tuple[Path, bool]:
    match volume.source:
        case EmptyDir():
            work = site.folder.make_private(launch.path, launch.attempt)
            return _opened(work / f"empty-{volume.name}"), False
        case HostPath(path=path, type=kind):
            return _host_path(Path(path), kind), False
        case Claim(name=name, read_only=read_only):
            return site.folder.claim(name), read_only
        case NewClaim():
            return _opened(site.folder.volume(volume.name)), False
        case SecretFiles() | ConfigFiles():
            return _files(volume.source, volume.name, launch, site, environment), True
        case RawVolume():
            raise Unfit(f"volume {volume.name!r} is of a kind only Kubernetes has")
        case _ as never:
            assert_never(never)


def _host_path(path: Path, kind: str) -> Path:
    if kind in ("DirectoryOrCreate", ""):
        if not path.exists():
            path.mkdir(parents=True)
    elif kind == "FileOrCreate":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    elif not path.exists():
        raise Unfit(f"there is no {path} on this machine to mount")
    return path


def _files(
    source: SecretFiles | ConfigFiles,
    name: str,
    launch: Launch,
    site: Site,
    environment: Environment,
) -> Path:
    folder = _opened(
        site.folder.make_private(launch.path, launch.attempt) / f"files-{name}"
    )
    for file, value in _values(source, site, environment).items():
        if "/" in file or file in ("", ".", ".."):
            raise Unfit(f"volume {name!r} names a file {file!r}; write a plain name")
        write_whole(folder / file, value.encode(), mode=0o600)
        (folder / file).chmod(0o644 if source.mode is None else source.mode)
    return folder


def _values(
    source: SecretFiles | ConfigFiles, site: Site, environment: Environment
) -> dict[str, str]:
    """Return the content of each file by its name."""
    is_config = isinstance(source, ConfigFiles)
    name = source.config_map if isinstance(source, ConfigFiles) else source.secret
    if not source.items:
        found = site.secrets.all_of(name, config=is_config, optional=source.optional)
        if not is_config:
            environment.secrets += [value for value in found.values() if value]
        return found
    values: dict[str, str] = {}
    for key, file in source.items:
        if is_config:
            value = site.secrets.config(ConfigRef(name, key, source.optional))
        else:
            value = environment.secret(SecretRef(name, key, source.optional))
        if value is not None:
            values[file] = value
    return values


def _below(folder: Path, sub_path: str) -> Path:
    whole = folder / sub_path
    if not whole.resolve().is_relative_to(folder.resolve()):
        raise Misplaced(f"sub-path {sub_path!r} leaves its volume")
    if not whole.exists():
        whole.mkdir(parents=True)
    return whole


def _opened(folder: Path) -> Path:
    """Make a folder that any user of a container may write to."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(_OPEN)
    return folder
