"""What a person may choose about how a run is handed to Airflow, and followed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from couler_jupyter.ir import Json

_MIB = 1 << 20
_USUAL_SERVER = "http://localhost:8080"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """Options of a run; as JSON they are kept with it. No secret is one of them.

    Attributes:
        server: URL of Airflow's API server; empty for AIRFLOW__API__BASE_URL, else
            http://localhost:8080.
        dags: the folder of DAGs that Airflow reads, or a URL that fsspec knows, as
            `s3://bucket/dags`; empty for AIRFLOW__CORE__DAGS_FOLDER, else `dags` in
            AIRFLOW_HOME.
        token_from: where a token of the server's is, as `env:NAME` or
            `keyring:SERVICE/NAME`; empty for AIRFLOW_TOKEN.
        user: who logs in where there is no token; empty if anybody may.
        password_from: where the password of `user` is.
        insecure: whether the server's certificate need not be good.
        deployed: whether the DAG is in Airflow already; no file is written, and the DAG
            that is called as the workflow runs as it is.
        unpause: whether a paused DAG is unpaused; otherwise it is refused.
        discovery: seconds that Airflow may take to see the file.
        interval: seconds between two looks at a run.
        logs: whether what steps print is fetched into the run store.
        log_limit: bytes of a step's log after which the rest is left with Airflow.
        folder: what relative paths of this machine are relative to.
        compile: options of the engine that the workflow was compiled with.
    """

    server: str = ""
    dags: str = ""
    token_from: str = ""
    user: str = ""
    password_from: str = ""
    insecure: bool = False
    deployed: bool = False
    unpause: bool = True
    discovery: float = 360.0
    interval: float = 2.0
    logs: bool = True
    log_limit: int = 64 * _MIB
    folder: str = ""
    compile: Mapping[str, Json] = field(default_factory=dict[str, Json])


def server_of(options: LiveOptions, variables: Mapping[str, str] = os.environ) -> str:
    """Return the URL of the server that options mean."""
    named = options.server or variables.get("AIRFLOW__API__BASE_URL", "")
    return (named or _USUAL_SERVER).rstrip("/")


def dags_of(options: LiveOptions, variables: Mapping[str, str] = os.environ) -> str:
    """Return the folder of DAGs that options mean; a path or a URL."""
    named = options.dags or variables.get("AIRFLOW__CORE__DAGS_FOLDER", "")
    if named:
        return named if "://" in named else str(Path(options.folder) / named)
    home = variables.get("AIRFLOW_HOME") or "~/airflow"
    return str(Path(home).expanduser() / "dags")
