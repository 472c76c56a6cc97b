"""Submitting old scripts to a cluster, against a server that speaks as one."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import couler_jupyter.compat.argo as couler
from couler_jupyter.compat.secrets import Secret
from couler_jupyter.compat.submitter import ArgoSubmitter
from couler_jupyter.errors import BuildFailed, SubmitFailed, UsageFailed
from couler_jupyter.testing.kube import Cluster

HELLO: dict[str, Any] = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "Workflow",
    "metadata": {"generateName": "hello-"},
    "spec": {"entrypoint": "hello"},
}
CRON: dict[str, Any] = {
    **HELLO,
    "kind": "CronWorkflow",
    "metadata": {"name": "nightly"},
    "spec": {"schedules": ["* * * * *"], "workflowSpec": HELLO["spec"]},
}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    with Cluster() as made:
        monkeypatch.setenv("KUBECONFIG", str(made.kubeconfig(tmp_path)))
        yield made


@pytest.fixture
def submitter(cluster: Cluster) -> ArgoSubmitter:
    return ArgoSubmitter(namespace="argo")


def test_a_manifest_is_made(cluster: Cluster, submitter: ArgoSubmitter) -> None:
    answer = submitter.submit(HELLO)
    assert answer["metadata"]["name"] == cluster.workflow()["metadata"]["name"]
    assert ("POST", "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows") in (
        cluster.asked
    )


def test_a_schedule_is_brought_up_to_date(
    cluster: Cluster, submitter: ArgoSubmitter
) -> None:
    submitter.submit(CRON)
    submitter.submit({**CRON, "spec": {**CRON["spec"], "schedules": ["@daily"]}})
    [found] = cluster.objects.list("cronworkflows")[0]
    assert found["spec"]["schedules"] == ["@daily"]


def test_secrets_are_made_first(cluster: Cluster, submitter: ArgoSubmitter) -> None:
    submitter.submit(HELLO, secrets=[Secret("default", {"password": "hunter2"})])
    made = [path.rpartition("/")[2] for _, path in cluster.asked]
    assert made == ["secrets", "workflows"]
    found = cluster.objects.get("secrets", "couler-password")
    assert base64.b64decode(found["data"]["password"]) == b"hunter2"


def test_secrets_of_a_script_are_renewed(
    cluster: Cluster, submitter: ArgoSubmitter
) -> None:
    for value in ("old", "new"):
        submitter.submit(HELLO, secrets=[Secret("default", {"password": value})])
    found = cluster.objects.get("secrets", "couler-password")
    assert base64.b64decode(found["data"]["password"]) == b"new"


def test_secrets_of_others_are_left_alone(
    cluster: Cluster, submitter: ArgoSubmitter
) -> None:
    cluster.objects.create("secrets", {"metadata": {"name": "theirs"}})
    with pytest.raises(SubmitFailed, match="'theirs' already"):
        submitter.submit(HELLO, secrets=[Secret("argo", {"a": "b"}, name="theirs")])
    assert cluster.objects.list("workflows")[0] == []


def test_secrets_that_are_there_are_not_made(
    cluster: Cluster, submitter: ArgoSubmitter
) -> None:
    submitter.submit(HELLO, secrets=[Secret("argo", {"a": "b"}, dry_run=True)])
    assert cluster.objects.list("secrets")[0] == []


def test_a_secret_of_another_namespace_is_of_no_use(submitter: ArgoSubmitter) -> None:
    with pytest.raises(SubmitFailed, match="its own namespace only"):
        submitter.submit(HELLO, secrets=[Secret("other", {"a": "b"})])


def test_values_of_secrets_are_shown_nowhere() -> None:
    assert "hunter2" not in repr(Secret("default", {"password": "hunter2"}))
    assert "hunter2" not in str(Secret("default", {"password": "hunter2"}).name)


def test_a_workflow_is_deleted(cluster: Cluster, submitter: ArgoSubmitter) -> None:
    name = submitter.submit(HELLO)["metadata"]["name"]
    couler.delete(name, namespace="argo", grace_period_seconds=7)
    assert cluster.objects.list("workflows")[0] == []
    assert "gracePeriodSeconds=7" in cluster.asked[-1][1]
    with pytest.raises(SubmitFailed, match="not found"):
        couler.delete(name, namespace="argo")


def test_without_a_cluster_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "none"))
    made = ArgoSubmitter()
    with pytest.raises(SubmitFailed, match="no cluster"):
        made.submit(HELLO)


def test_clients_are_for_the_same_cluster(
    cluster: Cluster, submitter: ArgoSubmitter
) -> None:
    for client in (
        submitter.get_custom_object_api_client(),
        submitter.get_core_api_client(),
    ):
        assert client.api_client.configuration.host == cluster.url


@pytest.mark.parametrize("name", ["Hello", "a_b", "a.b", "x" * 46, "1a", ""])
def test_names_that_argo_refuses(name: str) -> None:
    with pytest.raises(UsageFailed):
        ArgoSubmitter.check_name(name)


@pytest.mark.parametrize("name", ["hello", "hello-1", "hello-"])
def test_names_that_are_fine(name: str) -> None:
    ArgoSubmitter.check_name(name)


def test_something_else_that_submits_is_given_the_manifest() -> None:
    with pytest.raises(BuildFailed, match="no method submit"):
        couler.run(submitter=object())


def test_a_program_submits_and_is_followed(
    cluster: Cluster, submitter: ArgoSubmitter
) -> None:
    secret = couler.create_secret({"token": "t0k3n"})
    couler.run_container("alpine", "ls", secret=secret)
    answer: Any = couler.run(submitter=submitter)
    made = cluster.workflow()
    assert made["metadata"]["name"] == answer["metadata"]["name"]
    assert "t0k3n" not in str(made)
    assert cluster.objects.get("secrets", "couler-token")


def test_a_program_sets_its_schedule(
    cluster: Cluster, submitter: ArgoSubmitter
) -> None:
    couler.config_workflow(name="nightly", cron_config={"schedule": "0 3 * * *"})
    couler.run_container("alpine", "ls")
    answer: Any = couler.run(submitter=submitter)
    [found] = cluster.objects.list("cronworkflows")[0]
    assert found["metadata"]["name"] == answer["metadata"]["name"] == "nightly"


def test_the_manifest_is_an_object() -> None:
    couler._cleanup()
    couler.run_container("alpine", ["echo"], args=["hi"])
    first = couler.workflow_yaml()
    assert first["kind"] == "Workflow"
    assert couler.workflow_yaml() == first
    couler._cleanup()
