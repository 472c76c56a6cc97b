"""Where a container finds the volumes of its workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from couler_jupyter.engines.argo.templates.around import Fields, said
from couler_jupyter.ir import Mount


def mount_fields(mounts: Iterable[Mount], names: Mapping[str, str]) -> list[Fields]:
    """Return `volumeMounts`; `names` are those of volumes that differ in the manifest."""
    return [
        {
            "name": names.get(mount.volume, mount.volume),
            "mountPath": mount.path,
            **said(subPath=mount.sub_path, readOnly=mount.read_only),
        }
        for mount in mounts
    ]
