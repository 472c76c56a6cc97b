"""Containers on Kubernetes, by KubernetesPodOperator."""

from __future__ import annotations

from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.exceptions import AirflowException
from kubernetes.client import V1EnvVar

from couler_jupyter.engines.airflow.prelude.boxes import BoxStep
from couler_jupyter.engines.airflow.prelude.steps import StepFailed

BASE = "base"


class PodStep(BoxStep, KubernetesPodOperator):  # type: ignore[misc]
    """A container of a pod; what it prints is taken from the pod's log."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(
            **{
                "base_container_name": BASE,
                "on_finish_action": "keep_pod",
                "do_xcom_push": True,
                **kwargs,
            }
        )
        self.step = step
        self.item = item

    def run_program(self) -> None:
        """Run it by KubernetesPodOperator, keep its log and delete its pod."""
        self.cmds = [self.text(one) for one in self.step["command"]]
        self.arguments = [self.text(one) for one in self.step["args"]]
        if "source" in self.step:
            shell = 'file=$(mktemp) && printf %s "$0" > "$file" && exec "$@" "$file"'
            interpreter, source = self.cmds, self.text(self.step["source"])
            self.cmds, self.arguments = ["sh", "-c", shell, source], interpreter
        self.env_vars = [
            V1EnvVar(name=name, value=self.text(value))
            for name, value in self.step["env"]
        ]
        self.do_xcom_push = False
        self.pod = None
        try:
            KubernetesPodOperator.execute(self, self.context)
        except AirflowException as error:
            code = self._take()
            if not code:
                raise OSError(str(error)) from error
            raise StepFailed(f"exit code {code}", code) from None
        finally:
            self.do_xcom_push = True
        self._take()

    def _take(self) -> Any:
        if self.pod is None:
            return None
        name, namespace = self.pod.metadata.name, self.pod.metadata.namespace
        log = self.client.read_namespaced_pod_log(name, namespace, container=BASE)
        (self.folder / "stdout").write_text(log, encoding="utf-8")
        pod = self.client.read_namespaced_pod(name, namespace)
        self.client.delete_namespaced_pod(name, namespace)
        for one in pod.status.container_statuses or ():
            if one.name == BASE and one.state.terminated:
                return one.state.terminated.exit_code
        return None
