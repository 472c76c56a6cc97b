"""What a person may choose about how a run is run on Kubeflow Pipelines, and followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.following.options import options_json, options_of
from couler_jupyter.ir import Json

_MIB = 1 << 20
AS_WRITTEN, ON, OFF = CACHING = ("as written", "on", "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """Options of a run; as JSON they are kept with it. No secret is one of them.

    Attributes:
        server: URL of Kubeflow Pipelines, as `https://kubeflow.example.com/pipeline`;
            empty for that of KF_PIPELINES_ENDPOINT.
        token_from: where the server's token is, as `env:NAME` or
            `keyring:SERVICE/NAME`; never the token itself. Usually it is read from
            KUBEFLOW_TOKEN, or the file that KF_PIPELINES_SA_TOKEN_PATH names.
        insecure: whether the server's certificate need not be good.
        namespace: of the user, where the server has several.
        experiment: that runs are put into, made if it is not there; empty for the
            server's default one.
        run_name: what the run is called there; empty for the workflow's name.
        pipeline_root: where artifacts are kept, as `s3://bucket/folder`; empty for
            where the server keeps them.
        service_account: that the pods run as; empty for the server's own.
        caching: whether tasks need not run that ran before with the same inputs: `on`
            or `off` for all of them, `as written` for what each step says.
        cache_key: that all tasks are cached under; empty for what each step says.
        logs: whether what steps print is fetched into the run store.
        log_limit: bytes of a step's log after which the rest is left on the cluster.
        poll: seconds between two looks at a run.
        compile: options of the engine that the workflow was compiled with.
    """

    server: str = ""
    token_from: str = ""
    insecure: bool = False
    namespace: str = ""
    experiment: str = ""
    run_name: str = ""
    pipeline_root: str = ""
    service_account: str = ""
    caching: str = AS_WRITTEN
    cache_key: str = ""
    logs: bool = True
    log_limit: int = 64 * _MIB
    poll: float = 2.0
    compile: Mapping[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, given: Mapping[str, Json]) -> LiveOptions:
        """Return the options in `given`; those that are not there have their default.

        Raises:
            UsageFailed: with everything in it that is no option or has a wrong value.
        """
        return options_of(cls, given, {"caching": CACHING})

    def to_json(self) -> dict[str, Json]:
        """Return the options as plain data, those with their default left out."""
        return options_json(self)
