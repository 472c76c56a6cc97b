"""`ArgoSubmitter`: where a workflow is submitted to, and secrets are made."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from couler_jupyter.compat.cluster_secrets import make_secrets
from couler_jupyter.compat.constants import WorkflowCRD
from couler_jupyter.compat.secrets import Secret
from couler_jupyter.dsl.origin import misused
from couler_jupyter.engines.argo.live.cluster_door import ClusterDoor
from couler_jupyter.engines.argo.live.objects import CRON, WORKFLOW, kind_of
from couler_jupyter.engines.argo.live.submitting import Submitting
from couler_jupyter.engines.following.remote import remote_of
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import Json, Workflow
from couler_jupyter.session import Session


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
        client = self._client()
        make_secrets(client, self.namespace, secrets or ())
        door = ClusterDoor(client, self.namespace)
        if kind_of(workflow_yaml) is CRON:
            return door.put(workflow_yaml)
        return door.create(workflow_yaml)

    def hand_over(self, workflow: Workflow, secrets: Sequence[Secret]) -> Json:
        """Start a run that `couler status` and `couler logs` know; or set its schedule.

        Returns:
            What tells the object on the cluster: its kind, name, namespace and uid.

        Raises:
            SubmitFailed: the cluster cannot be reached or refuses something.
            Unsupported: Argo has no words for the workflow.
        """
        if secrets:
            make_secrets(self._client(), self.namespace, secrets)
        session = Session()
        options: dict[str, Json] = {
            "namespace": self.namespace,
            "kubeconfig": self.config_file,
            "context": self.context,
        }
        if workflow.schedule is None:
            run = session.submit(workflow, engine="argo", options=options)
            told = asdict(remote_of(session.store, run.id))
            names = {name: told[name] for name in ("name", "namespace", "uid")}
            return {"kind": WORKFLOW.name, "metadata": names}
        engine = session.engine_named("argo")
        if not isinstance(engine, Submitting):
            raise SubmitFailed(f"{engine.name} only compiles")
        [name] = engine.publish(workflow, options=options)
        names = {"name": name.partition(" ")[2], "namespace": self.namespace}
        return {"kind": CRON.name, "metadata": names}

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

        file = self.config_file or os.environ.get("KUBECONFIG") or None
        load: Any = config.new_client_from_config
        return load(file, self.context or None)


def _refuse(client_configuration: object) -> None:
    if client_configuration is not None:
        raise misused(
            "client_configuration is an object of the kubernetes client and cannot be kept "
            "with a run; say the same in a kubeconfig and give config_file and context"
        )
