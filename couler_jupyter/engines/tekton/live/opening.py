"""Opening the door that a run's options name."""

from __future__ import annotations

from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.engines.tekton.live.door import TektonDoor
from couler_jupyter.engines.tekton.live.options import TektonOptions


def open_door(options: TektonOptions, *, namespace: str = "") -> TektonDoor:
    """Return the door that the options name; nothing is asked of it yet.

    Args:
        options: of a run.
        namespace: where it is known to be; empty to go by the options.

    Raises:
        SubmitFailed: there is no such cluster.
    """
    wire = KubeWire(kubeconfig=options.kubeconfig, context=options.context)
    namespace = namespace or options.namespace or wire.namespace
    return TektonDoor(Client(wire), namespace)
