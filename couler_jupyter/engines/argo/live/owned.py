"""ConfigMaps at the Kubernetes API: made once, and owned by all that mount them."""

from __future__ import annotations

from urllib.parse import quote

from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.pods import delete
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

_HELD = ("data", "binaryData")
_TRIES = 6


class ConfigMaps:
    """The ConfigMaps of one namespace."""

    def __init__(self, client: Client, namespace: str) -> None:
        """Use `client` for what is in `namespace`."""
        self._client = client
        self._path = f"/api/v1/namespaces/{quote(namespace, safe='')}/configmaps"

    def lay_out(self, config_map: Json, owner: Json) -> bool:
        """Have one there, owned by `owner` too; return whether it was made.

        Raises:
            SubmitFailed: one of that name holds something else.
        """
        name = name_of(config_map)
        for _ in range(_TRIES):
            there = self._fetch(name)
            if there is None:
                if self._made(_with_owner(config_map, owner)):
                    return True
            elif any(there.get(key) != config_map.get(key) for key in _HELD):
                raise SubmitFailed(
                    f"ConfigMap {name} is there and holds something else; delete it"
                )
            elif _is_owned(there, owner) or self._replaced(_with_owner(there, owner)):
                return False
        raise SubmitFailed(f"ConfigMap {name} is changed by others all the time")

    def take_away(self, name: str) -> None:
        """Delete one that nobody owns, if it is there."""
        there = self._fetch(name)
        if there is not None and not there["metadata"].get("ownerReferences"):
            delete(self._client, self._path_of(name))

    def _fetch(self, name: str) -> Json:
        try:
            return self._client.ask("GET", self._path_of(name))
        except Refused as error:
            if error.status == 404 and error.reason == "NotFound":
                return None
            raise

    def _made(self, config_map: Json) -> bool:
        return self._unless(409, "POST", self._path, config_map)

    def _replaced(self, config_map: Json) -> bool:
        path = self._path_of(name_of(config_map))
        return self._unless(409, "PUT", path, config_map)

    def _path_of(self, name: str) -> str:
        return f"{self._path}/{quote(name, safe='')}"  # an imported one is anybody's

    def _unless(self, status: int, method: str, path: str, body: Json) -> bool:
        """Ask, and return whether it was done; not where that is answered."""
        try:
            self._client.ask(method, path, body=body)
        except Refused as error:
            if error.status != status:
                raise
            return False
        return True


def _is_owned(there: Json, owner: Json) -> bool:
    owners = there["metadata"].get("ownerReferences") or ()
    return owner is None or any(one["uid"] == owner["uid"] for one in owners)


def _with_owner(config_map: Json, owner: Json) -> Json:
    if owner is None:
        return config_map
    metadata = config_map["metadata"]
    owners = [*(metadata.get("ownerReferences") or ()), owner]
    return {**config_map, "metadata": {**metadata, "ownerReferences": owners}}
