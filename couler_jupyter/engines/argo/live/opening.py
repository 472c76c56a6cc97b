"""Opening the door that a run's options name, with credentials from outside of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from couler_jupyter.engines.argo.live.cluster_door import ClusterDoor
from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.server_door import ServerDoor
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.engines.web.url_wire import WebWire
from couler_jupyter.targets import read_secret

_KEYRING = "couler"


def open_door(
    options: LiveOptions,
    *,
    namespace: str = "",
    variables: Mapping[str, str] = os.environ,
) -> Door:
    """Return the door that the options name; nothing is asked of it yet.

    Args:
        options: of a run.
        namespace: where it is known to be; empty to go by the options.
        variables: of the environment.

    Raises:
        SubmitFailed: there is no such cluster.
        UsageFailed: the server's URL is none.
    """
    namespace = namespace or options.namespace or variables.get("ARGO_NAMESPACE", "")
    if options.server:
        read = token_reader(options.server, variables, options.token_from)
        wire = WebWire(options.server, read, verify=not options.insecure)
        return ServerDoor(Client(wire), namespace or "default")
    direct = KubeWire(kubeconfig=options.kubeconfig, context=options.context)
    return ClusterDoor(Client(direct), namespace or direct.namespace)


def token_reader(
    server: str, variables: Mapping[str, str], reference: str = ""
) -> Callable[[], str]:
    """Return what reads the token of a server: `reference`, ARGO_TOKEN or the keyring.

    Args:
        server: its URL.
        variables: of the environment.
        reference: where the token is; empty for where it usually is.
    """

    def read() -> str:
        if reference:
            found = read_secret(reference, variables)
        else:
            found = variables.get("ARGO_TOKEN", "").strip() or _from_keyring(server)
        if (
            not found or " " in found
        ):  # `Bearer x`, `Basic x`, as Argo's own tool has it
            return found
        return f"Bearer {found}"

    return read


def _from_keyring(server: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(_KEYRING, server) or ""
    except KeyringError:
        return ""
