"""Runs of a whole WorkflowTemplate by its name, by hand and by an event."""

from __future__ import annotations

import pytest

import couler_jupyter as couler
from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo import words as argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.live.manifests import to_run
from couler_jupyter.engines.argo.live.objects import BINDING
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Foreign, Workflow

_BINDING = """\
apiVersion: argoproj.io/v1alpha1
kind: WorkflowEventBinding
metadata:
  name: on-push
  labels: {team: ml}
spec:
  event: {selector: payload.branch == "main"}
  submit:
    workflowTemplateRef: {name: build}
    metadata: {generateName: pushed-}
    arguments:
      parameters:
      - {name: depth, value: "1"}
      - {name: commit, valueFrom: {event: payload.commit}}
"""


def _read() -> Workflow:
    (workflow,) = import_manifest(_BINDING, "binding.yaml")
    return workflow


def test_a_binding_is_a_step_that_refers_to_its_template() -> None:
    workflow = _read()
    (step,) = workflow.steps
    assert isinstance(step.template, Foreign)
    assert (step.name, step.template.kind) == ("build", "workflowTemplateRef")
    assert [one.name for one in workflow.parameters] == ["depth", "commit"]
    kept = {one.path for one in workflow.extras if not one.ignorable}
    assert "spec.event.selector" in kept
    assert "spec.submit.metadata" in kept


def test_a_binding_can_be_run_at_once() -> None:
    workflow = _read()
    found = Argo().built(workflow).document
    made = to_run(workflow, found, LiveOptions(), "20261122-031502-build-k3f9")
    assert made["kind"] == "Workflow"
    assert made["spec"]["workflowTemplateRef"] == {"name": "build"}
    assert made["metadata"]["name"].startswith("pushed-")


def test_an_argo_server_takes_no_binding() -> None:
    assert BINDING.api_path("ml", "a").endswith("/ml/workfloweventbindings/a")
    with pytest.raises(SubmitFailed, match="takes no WorkflowEventBinding"):
        BINDING.server_path("ml")


def test_a_reference_stands_alone() -> None:
    body = argo.workflow_template_ref(name="build")
    with couler.workflow("two") as built:
        couler.run_foreign("argo", "workflowTemplateRef", body, step_name="a")
        couler.run_container("busybox:1", "true", step_name="b")
    (problem,) = Argo().problems(built.workflow)
    assert "must be the one step of the outermost workflow" in problem.what


def test_a_binding_says_what_it_listens_for() -> None:
    body = argo.workflow_template_ref(name="build")
    extras = argo.kind("WorkflowEventBinding")
    with couler.workflow("deaf", extras=extras, timeout=5) as built:
        couler.run_foreign("argo", "workflowTemplateRef", body)
    found = [one.what for one in Argo().problems(built.workflow)]
    assert any("no word for its timeout" in one for one in found)
    assert any("must say what it listens for" in one for one in found)
