"""What a server of Kubernetes, or of what runs on it, says when it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from couler_jupyter.engines.kube.troubles import Policy, trouble_in
from couler_jupyter.engines.web.refusal import Refused

_ADVICE: Mapping[int, str] = MappingProxyType(
    {
        302: "the server wants a login; set ARGO_TOKEN to a token",
        401: "the credentials are not accepted; log in again or renew the token",
        403: "ask for the right to do this in this namespace",
        404: "there is none of that name, or this server does not know the kind",
        409: "there is one of that name already, or it was changed meanwhile",
        413: "the document is too big for the server; split the workflow",
        429: "the server has too much to do; try again later",
    }
)


class KubeRefused(Refused):
    """A cluster's server said no; what it says is held against the known troubles."""

    advice_by_status: ClassVar[Mapping[int, str]] = _ADVICE

    def advice(self) -> str:
        """Return what to do about it; empty where nobody knows."""
        trouble = trouble_in(self.said)
        return trouble.advice if trouble else super().advice()

    def may_pass(self) -> bool:
        """Whether the same question may be answered in a while."""
        trouble = trouble_in(self.said)
        passes = trouble is None or trouble.policy is Policy.RETRY
        return passes and super().may_pass()
