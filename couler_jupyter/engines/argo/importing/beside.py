"""Manifests with ConfigMaps beside them, in which their longest scripts lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.argo.importing.root import form_extra
from couler_jupyter.engines.argo.scripts import brought_back, used_by
from couler_jupyter.engines.argo.whole import CONFIG_MAPS
from couler_jupyter.engines.kube.reading.fields import Object
from couler_jupyter.ir import Workflow


def with_config_maps(
    manifest: Object, maps: Sequence[Object], read: Callable[[Object], Workflow]
) -> Workflow:
    """Return the workflow that a manifest is, with the scripts that lie beside it.

    Where they would not lie as they do, all stays as it was written.

    Args:
        manifest: of any kind.
        maps: ConfigMaps with scripts, those of other manifests among them.
        read: reads a manifest that holds all of its scripts.
    """
    own = used_by(manifest, maps)
    if not own:
        return read(manifest)
    back = brought_back(manifest, own)
    found = _keeping(read(back), used_by(back, own))
    built = Argo().built(found)
    if same(built.document, manifest) and all(one in own for one in built.maps):
        return found
    return _keeping(read(manifest), own)


def _keeping(workflow: Workflow, maps: Sequence[Object]) -> Workflow:
    if not maps:
        return workflow
    kept = form_extra(CONFIG_MAPS, [*maps])
    return replace(workflow, extras=(*workflow.extras, kept))
