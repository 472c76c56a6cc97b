"""What a person may choose about how a run is run on Tekton, and followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from couler_jupyter.engines.following.options import options_json, options_of
from couler_jupyter.ir import Json

CANCELS = ("CancelledRunFinally", "StoppedRunFinally", "Cancelled")
"""Tekton's ways to end a run: what `spec.status` is set to."""
_MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class TektonOptions:
    """Options of a run; as JSON they are kept with it. No secret is one of them.

    Attributes:
        namespace: where it runs; empty for that of the context.
        context: of the kubeconfig; empty for its current one.
        kubeconfig: a file; empty for the usual one, or the pod's own account.
        service_account: that the pods run as; empty for what the workflow says.
        pipeline: name of a Pipeline on the cluster to run instead of sending one.
        cancel: how a cancelled run ends: CancelledRunFinally ends what runs, and exit
            handlers run; StoppedRunFinally lets what runs come to its end first;
            Cancelled ends all at once. To cancel twice is Cancelled.
        logs: whether what steps print is fetched into the run store.
        log_limit: bytes of a step's log after which the rest is left on the cluster.
        patience: seconds that a step may wait for what does not heal by itself (an
            image that is not there) before the run is stopped; 0 for ever.
        compile: options of the engine that the workflow was compiled with.
    """

    namespace: str = ""
    context: str = ""
    kubeconfig: str = ""
    service_account: str = ""
    pipeline: str = ""
    cancel: str = CANCELS[0]
    logs: bool = True
    log_limit: int = 64 * _MIB
    patience: float = 600.0
    compile: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Json]) -> TektonOptions:
        """Return the options in `given`; those that are not there have their default.

        Raises:
            UsageFailed: with everything in it that is no option or has a wrong value.
        """
        return options_of(cls, given, SOME)

    def to_json(self) -> dict[str, Json]:
        """Return the options as plain data, those with their default left out."""
        return options_json(self)


SOME: Mapping[str, tuple[str, ...]] = MappingProxyType({"cancel": CANCELS})
