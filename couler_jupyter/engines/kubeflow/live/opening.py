"""Opening the server that a run's options name, with credentials from outside of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from couler_jupyter.engines.kubeflow.live.options import LiveOptions
from couler_jupyter.engines.kubeflow.live.server import Asking, Server
from couler_jupyter.engines.web.url_wire import WebWire
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.targets import read_secret

ENDPOINT, TOKEN = "KF_PIPELINES_ENDPOINT", "KUBEFLOW_TOKEN"
TOKEN_PATH = "KF_PIPELINES_SA_TOKEN_PATH"  # noqa: S105 (where it is, not what)


def open_server(
    options: LiveOptions, *, variables: Mapping[str, str] = os.environ
) -> Server:
    """Return the server that the options name; nothing is asked of it yet.

    Args:
        options: of a run.
        variables: of the environment.

    Raises:
        UsageFailed: its URL is none, or nobody says it.
    """
    url = options.server or variables.get(ENDPOINT, "").strip()
    if not url:
        raise UsageFailed(
            "no Kubeflow Pipelines: give its URL in option server, or in "
            f"{ENDPOINT}; `kubectl port-forward svc/ml-pipeline-ui 8080:80` makes it "
            "http://localhost:8080"
        )
    read = token_reader(variables, options.token_from)
    wire = WebWire(url, read, verify=not options.insecure)
    return Server(Asking(wire), options.namespace)


def token_reader(variables: Mapping[str, str], reference: str) -> Callable[[], str]:
    """Return what reads the token: `reference`, KUBEFLOW_TOKEN or the pod's own file."""

    def read() -> str:
        if reference:
            found = read_secret(reference, variables)
        else:
            found = variables.get(TOKEN, "").strip() or _from_file(variables)
        return f"Bearer {found}" if found and " " not in found else found

    return read


def _from_file(variables: Mapping[str, str]) -> str:
    path = variables.get(TOKEN_PATH, "")
    if not path:
        return ""
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise SubmitFailed(f"{TOKEN_PATH}: {path}: {error.strerror}") from None
