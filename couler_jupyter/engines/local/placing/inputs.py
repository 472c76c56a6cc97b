"""The artifacts a step takes, placed where it will find them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from couler_jupyter.engines.local.datasets.given import dataset_in
from couler_jupyter.engines.local.placing.copying import (
    Misplaced,
    copy,
    protect,
    set_mode,
)
from couler_jupyter.engines.local.placing.site import Site
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Located
from couler_jupyter.engines.local.storing.place import base_name
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import InputArtifact


def name_of(value: Data) -> str:
    """Return what the file or folder of an artifact is called; empty if unknown."""
    match value:
        case Kept(path=path):
            return PurePosixPath(path).name
        case Located(storage=storage):
            return base_name(storage)
        case _:
            return ""


def place(port: InputArtifact, value: Data, target: Path, site: Site) -> Path:
    """Place an artifact at `target`, read-only unless the port has a mode.

    Several become a folder, in which each is named by its number and its ending.

    Raises:
        StorageTrouble, NoSecret: it cannot be had from where it lies.
        OSError: the disk is full.
    """
    if isinstance(value, list):
        target.mkdir(parents=True)
        for index, part in enumerate(value):
            suffix = PurePosixPath(name_of(part)).suffix
            place(port, part, target / f"{index}{suffix}", site)
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    _bring(value, target, site, link=port.mode is None)
    if port.mode is not None:
        set_mode(target, port.mode, recurse=port.recurse_mode)
    else:
        protect(target)
    return target


def _bring(value: Kept | Located, target: Path, site: Site, *, link: bool) -> None:
    dataset = dataset_in(value)
    if dataset is not None and site.datasets is not None:
        copy(site.datasets.path(dataset), target, link=link)
        return
    if isinstance(value, Located):
        from couler_jupyter.engines.local.storing.fetch import fetch

        fetch(
            value.storage,
            target,
            secrets=site.secrets,
            repository=site.folder.repository,
            folder=site.user_folder,
        )
        return
    try:
        copy(site.folder.at(value.path), target, link=link)
    except FileNotFoundError:
        raise StorageTrouble(f"the artifact {value.path} of this run is gone") from None
    except Misplaced as error:
        raise StorageTrouble(f"the artifact {value.path}: {error}") from None
