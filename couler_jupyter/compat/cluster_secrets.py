"""Secrets whose values a script gave, made in the cluster before what uses them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from couler_jupyter.compat.secrets import Secret
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.errors import SubmitFailed

_OURS: Mapping[str, str] = MappingProxyType(
    {"app.kubernetes.io/managed-by": "couler-jupyter"}
)
_CONFLICT = 409


def make_secrets(client: Client, namespace: str, secrets: Iterable[Secret]) -> None:
    """Make secrets, or bring those that were made here up to date.

    Raises:
        SubmitFailed: there is one of that name that was not made here, or the cluster
            cannot be reached.
    """
    for secret in secrets:
        if not secret.dry_run:
            _make(client, namespace, secret)


def _make(client: Client, namespace: str, secret: Secret) -> None:
    if secret.namespace not in {"default", namespace}:
        raise SubmitFailed(
            f"secret {secret.name!r} is for namespace {secret.namespace!r}, and the run is "
            f"in {namespace!r}; a run sees the secrets of its own namespace only"
        )
    path = f"/api/v1/namespaces/{quote(namespace, safe='')}/secrets"
    found = _object(secret)
    try:
        client.ask("POST", path, body=found)
    except Refused as error:
        if error.status != _CONFLICT:
            raise
        _renew(client, f"{path}/{quote(secret.name, safe='')}", found)


def _renew(client: Client, path: str, found: dict[str, Any]) -> None:
    there = client.ask("GET", path)["metadata"]
    name = found["metadata"]["name"]
    if not _OURS.items() <= (there.get("labels") or {}).items():
        raise SubmitFailed(
            f"there is a secret {name!r} already that no script made; use it with "
            "couler.obtain_secret, or give create_secret another name"
        )
    version = {"resourceVersion": there["resourceVersion"]}
    client.ask("PUT", path, body={**found, "metadata": found["metadata"] | version})


def _object(secret: Secret) -> dict[str, Any]:
    data = {
        key: base64.b64encode(value.encode()).decode()
        for key, value in secret.values().items()
    }
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": secret.name, "labels": dict(_OURS)},
        "type": "Opaque",
        "data": data,
    }
