"""Questions to the server of a cluster, or of an engine on it."""

from __future__ import annotations

from typing import ClassVar

from couler_jupyter.engines.kube.refusal import KubeRefused
from couler_jupyter.engines.web.client import WebClient
from couler_jupyter.engines.web.refusal import Refused

MERGE_PATCH = "application/merge-patch+json"


class Client(WebClient):
    """Asks again unless what the server says is known not to pass."""

    refused: ClassVar[type[Refused]] = KubeRefused
