"""`ArgoSubmitter`: where a workflow is submitted to, and secrets are made."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from couler_jupyter.compat.constants import WorkflowCRD
from couler_jupyter.compat.secrets import Secret
from couler_jupyter.dsl.origin import misused
from couler_jupyter.engines.argo.live.cluster_door import ClusterDoor
from couler_jupyter.engines.argo.live.objects import CRON, WORKFLOW, kind_of
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.engines.kube.refusal import Refused
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import Json

_OURS = {"app.kubernetes.io/managed-by": "couler-jupyter"}
_CONFLICT = 409


class ArgoSubmitter:
    """Submits to Argo through the Kubernetes API; nothing is asked before that.

    Attributes:
        namespace: where runs are.
    """

    def __init__(
        self,
        namespace: str = "default",
        config_file: str | None = None,
        context: str | None = None,
        client_configuration: object = None,
        persist_config: bool = True,
    ) -> None:
        """Name a cluster.

        Args:
            namespace: where runs are.
            config_file: a kubeconfig; None for the usual one, or the pod's own account.
            context: one of the file; None for its current one.
            client_configuration: refused; say it in the kubeconfig.
            persist_config: without effect; nothing is written.

        Raises:
            BuildFailed: `client_configuration` is given.
        """
        del persist_config
        _refuse(client_configuration)
        self.namespace = namespace
        self.config_file = config_file or ""
        self.context = context or ""

    @staticmethod
    def check_name(name: str) -> None:
        """Check the name of a Workflow.

        Raises:
            UsageFailed: Argo would refuse it, or what it makes of it.
        """
        most = WorkflowCRD.NAME_MAX_LENGTH
        if len(name) > most:
            raise UsageFailed(
                f"name {name!r} is {len(name)} characters long; {most} at the most"
            )
        if re.fullmatch(f"{WorkflowCRD.NAME_PATTERN}-?", name) is None:
            raise UsageFailed(
                f"name {name!r} may only have a-z, 0-9 and -, and starts with a letter"
            )

    def get_custom_object_api_client(self) -> Any:  # noqa: ANN401 (the client's own)
        """Return the kubernetes client's `CustomObjectsApi` for this cluster."""
        from kubernetes import client

        return client.CustomObjectsApi(self._api_client())

    def get_core_api_client(self) -> Any:  # noqa: ANN401 (the client's own)
        """Return the kubernetes client's `CoreV1Api` for this cluster."""
        from kubernetes import client

        return client.CoreV1Api(self._api_client())

    def submit(
        self, workflow_yaml: Json, secrets: Iterable[Secret] | None = None
    ) -> Json:
        """Make a Workflow, or a CronWorkflow, and before it the secrets it needs.

        Returns:
            The object as the server has it; `metadata.name` is the run's name.

        Raises:
            SubmitFailed: the cluster cannot be reached or refuses something.
        """
        kind = kind_of(workflow_yaml)
        client = self._client()
        for secret in secrets or ():
            _make_secret(client, self.namespace, secret)
        if kind is CRON:
            return self._renew(client, workflow_yaml)
        return client.ask("POST", kind.api_path(self.namespace), body=workflow_yaml)

    def delete(
        self, name: str, *, grace_period_seconds: int, propagation_policy: str
    ) -> Json:
        """Delete a Workflow.

        Raises:
            SubmitFailed: there is none, or the cluster cannot be reached.
        """
        query = {
            "gracePeriodSeconds": str(grace_period_seconds),
            "propagationPolicy": propagation_policy,
        }
        path = WORKFLOW.api_path(self.namespace, name)
        return self._client().ask("DELETE", path, query=query)

    def _client(self) -> Client:
        return Client(KubeWire(kubeconfig=self.config_file, context=self.context))

    def _api_client(self) -> Any:  # noqa: ANN401 (the client's own)
        from kubernetes import config

        file, context = self.config_file or None, self.context or None
        load: Any = config.new_client_from_config
        return load(file, context)

    def _renew(self, client: Client, manifest: Json) -> Json:
        """Make a CronWorkflow, or bring the one of that name up to date."""
        return ClusterDoor(client, self.namespace).put(manifest)


def _make_secret(client: Client, namespace: str, secret: Secret) -> None:
    """Make a secret, or bring one that was made here up to date.

    Raises:
        SubmitFailed: there is one of that name that was not made here.
    """
    if secret.namespace not in {"default", namespace}:
        raise SubmitFailed(
            f"secret {secret.name!r} is for namespace {secret.namespace!r}, and the run is "
            f"in {namespace!r}; a run sees the secrets of its own namespace only"
        )
    path = f"/api/v1/namespaces/{quote(namespace, safe='')}/secrets"
    one = f"{path}/{quote(secret.name, safe='')}"
    body = _secret_object(secret)
    if _is_made(client, path, body):
        return
    labels = client.ask("GET", one)["metadata"].get("labels") or {}
    if not _OURS.items() <= labels.items():
        raise SubmitFailed(
            f"there is a secret {secret.name!r} in {namespace!r} that was not made by a "
            "script; use it with couler.obtain_secret, or give create_secret another name"
        )
    client.ask("PUT", one, body=body)


def _is_made(client: Client, path: str, body: Json) -> bool:
    """Make an object; return False if there is one of its name."""
    try:
        client.ask("POST", path, body=body)
    except Refused as error:
        if error.status != _CONFLICT:
            raise
        return False
    return True


def _secret_object(secret: Secret) -> dict[str, Any]:
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


def _refuse(client_configuration: object) -> None:
    if client_configuration is not None:
        raise misused(
            "client_configuration is an object of the kubernetes client and cannot be kept "
            "with a run; say the same in a kubeconfig and give config_file and context"
        )
