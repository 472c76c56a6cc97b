"""The Fluid objects that runs mount: made if they are not there, and left there.

Each is named by what it stands for, so one that is there already is the right one; other
runs may use it, and what it caches is for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.fluid import API
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json


def have_datasets(door: Door, found: Iterable[Json]) -> list[Json]:
    """Have the Fluid objects among these on the cluster; return the others.

    Raises:
        SubmitFailed: the cluster has no Fluid, or the door leads to an argo-server.
    """
    others: list[Json] = []
    for one in found:
        if one.get("apiVersion") == API:
            door.have(one)
        else:
            others.append(one)
    return others


def have(client: Client, namespace: str, one: Json) -> bool:
    """Make a Fluid object, unless it is there; return whether it was made.

    Raises:
        SubmitFailed: the cluster does not know its kind.
    """
    plural = f"{str(one['kind']).lower()}s"
    place = f"/apis/{API}/namespaces/{quote(namespace, safe='')}/{plural}"
    try:
        client.ask("POST", place, body=one)
    except Refused as error:
        if error.status == 409:
            return False
        if error.status == 404:
            raise SubmitFailed(
                f"{one['kind']} {one['metadata']['name']}: the cluster has no Fluid "
                f"({API}); install it, or read the dataset with cache='local'"
            ) from None
        raise
    return True
