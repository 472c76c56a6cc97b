"""What a person may choose about how a run is run on Argo, and followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from couler_jupyter.engines.following.options import fault_of
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, nearest

_MIB = 1 << 20
HERE, CLUSTER = FOLLOWERS = ("here", "cluster")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """Options of a run; as JSON they are kept with it. No secret is one of them.

    Attributes:
        namespace: where it runs; empty for that of the context (or of ARGO_NAMESPACE).
        context: of the kubeconfig; empty for its current one.
        kubeconfig: a file; empty for the usual one, or the pod's own account.
        server: URL of an argo-server; empty to ask the cluster directly. Its token is
            read from ARGO_TOKEN, or the keyring's `couler` entry for this URL.
        token_from: where else the server's token is, as `env:NAME` or
            `keyring:SERVICE/NAME`; never the token itself.
        insecure: whether the server's certificate need not be good.
        service_account: that the pods run as; empty for what the workflow says.
        template: name of a WorkflowTemplate on the cluster to run instead of sending
            the workflow itself; with `cluster:` before it, of a ClusterWorkflowTemplate.
        logs: whether what steps print is fetched into the run store.
        log_limit: bytes of a step's log after which the rest is left on the cluster.
        patience: seconds that a step may wait for what does not heal by itself (an
            image that is not there) before the run is stopped; 0 for ever.
        restarts: how often the run is retried by itself after a trouble that passes.
        cache: the name of what is asked which steps need not run, and told what the
            others made; `none` for nothing.
        refresh: names or paths of steps that are run whatever the cache has.
        copy_limit: bytes of an artifact that is copied from the cluster to be kept.
        copy_patience: seconds that the end of a run waits for copies; 0 for ever.
        follower: who keeps what steps make: `here`, the follower on this machine; or
            `cluster`, one in the cluster, so that nobody has to look on.
        follower_image: that it runs; this package is installed in it.
        follower_account: service account that it runs as; empty for the usual one.
        follower_env: its variables from secrets: `NAME=SECRET/KEY`, or `SECRET` for all
            that is in one.
        folder: what relative paths of this machine are relative to.
        compile: options of the engine that the workflow was compiled with.
    """

    namespace: str = ""
    context: str = ""
    kubeconfig: str = ""
    server: str = ""
    token_from: str = ""
    insecure: bool = False
    service_account: str = ""
    template: str = ""
    logs: bool = True
    log_limit: int = 64 * _MIB
    patience: float = 600.0
    restarts: int = 0
    cache: str = "store"
    refresh: tuple[str, ...] = ()
    copy_limit: int = 1 << 30
    copy_patience: float = 300.0
    follower: str = HERE
    follower_image: str = ""
    follower_account: str = ""
    follower_env: tuple[str, ...] = ()
    folder: str = ""
    compile: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Json]) -> LiveOptions:
        """Return the options in `given`; those that are not there have their default.

        Raises:
            UsageFailed: with everything in it that is no option or has a wrong value.
        """
        known = {one.name: getattr(_DEFAULT, one.name) for one in fields(cls)}
        faults = [
            _unknown(name, known) if name not in known else _fault(name, value, known)
            for name, value in given.items()
        ]
        if faults := [one for one in faults if one]:
            raise UsageFailed("; ".join(faults))
        values: dict[str, Any] = {
            name: tuple(value or ()) if isinstance(known[name], tuple) else value
            for name, value in given.items()
        }
        return cls(**values)

    def to_json(self) -> dict[str, Json]:
        """Return the options as plain data, those with their default left out."""
        return {
            name: value
            for name, value in asdict(self).items()
            if value != getattr(_DEFAULT, name)
        }


_DEFAULT = LiveOptions()


def _unknown(name: str, known: Mapping[str, object]) -> str:
    if "token" in name or "password" in name:
        return f"no option {name!r}: set ARGO_TOKEN or token_from, secrets are never options"
    return f"no option {name!r}{nearest(name, known)}"


def _fault(name: str, value: Json, known: Mapping[str, object]) -> str:
    """Return what would be right for an option; empty if `value` is."""
    default = known[name]
    of = "steps" if name == "refresh" else "texts"
    some = FOLLOWERS if name == "follower" else ()
    return fault_of(name, value, default, some, of)
