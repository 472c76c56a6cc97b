"""Handing one child to the cluster, with all that has to be there before it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from couler_jupyter.engines.argo.live.config_maps import Beside
from couler_jupyter.engines.argo.live.datasets import have_datasets
from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.manifests import put_arguments
from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.parts.kept import Handed
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json


def beside(door: Door, one: Handed) -> Beside:
    """Return the ConfigMaps that a child mounts; its datasets are there by then."""
    return Beside(door, have_datasets(door, one.others))


def hand_over(door: Door, one: Handed, name: str, told: Mapping[str, str]) -> Json:
    """Have a child there, and return it as the cluster has it.

    One of this run that is there already is the right one. Nothing stays of one that is
    refused.

    Args:
        door: where it is to be.
        one: the child.
        name: of the Workflow.
        told: its parameters that nobody knew before.

    Raises:
        SubmitFailed: the cluster cannot be reached or refuses it.
    """
    maps = beside(door, one)
    maps.check()
    manifest = put_arguments(one.manifest, told)
    manifest = {**manifest, "metadata": {**manifest["metadata"], "name": name}}
    try:
        maps.lay_out()
        made = door.create(manifest)
    except BaseException:
        maps.take_away()
        raise
    try:
        maps.belong_to(made)
    except BaseException:  # its scripts would go with the next child that has them
        with suppress(SubmitFailed):
            door.delete(name_of(made))
        maps.take_away()
        raise
    return made
