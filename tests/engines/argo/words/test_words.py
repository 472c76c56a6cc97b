"""Words make extras and bodies, and refuse what Argo has no field for."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo import words as argo
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import Constant, Extra


def _paths(extras: tuple[Extra, ...]) -> dict[str, object]:
    assert {one.engine for one in extras} == {"argo"}
    return {one.path: one.value.value for one in extras}


def test_adds_each_field_at_its_place() -> None:
    made = argo.spec(podGC={"strategy": "OnPodSuccess"}, archiveLogs=True)
    assert _paths(made) == {
        "spec.podGC.strategy": "OnPodSuccess",
        "spec.archiveLogs": True,
    }


def test_lists_and_empty_objects_stay_whole() -> None:
    made = argo.template(
        synchronization={"mutexes": [{"name": "one"}]},
        retryStrategy={"affinity": {"nodeAntiAffinity": {}}},
    )
    assert _paths(made) == {
        "template.synchronization.mutexes": [{"name": "one"}],
        "template.retryStrategy.affinity.nodeAntiAffinity": {},
    }


def test_every_word_has_its_place() -> None:
    found = [
        argo.metadata(namespace="ml"),
        argo.scheduled_spec(suspend=True),
        argo.schedule(when="true"),
        argo.task(depends="a"),
        argo.container(tty=True),
        argo.script(tty=True),
        argo.sidecar(0, tty=True),
        argo.init_container(1, tty=True),
        argo.input_artifact(0, subPath="a"),
        argo.output_artifact(2, subPath="a"),
        argo.argument_artifact(0, subPath="a"),
        argo.input_parameter(0, value="a"),
        argo.output_parameter(0, value="a"),
        argo.volume_claim(0, spec={"volumeMode": "Block"}),
    ]
    assert [one.path for (one,) in found] == [
        "metadata.namespace",
        "spec.workflowSpec.suspend",
        "spec.when",
        "task.depends",
        "template.container.tty",
        "template.script.tty",
        "template.sidecars[0].tty",
        "template.initContainers[1].tty",
        "template.inputs.artifacts[0].subPath",
        "template.outputs.artifacts[2].subPath",
        "task.arguments.artifacts[0].subPath",
        "template.inputs.parameters[0].value",
        "template.outputs.parameters[0].value",
        "spec.volumeClaimTemplates[0].spec.volumeMode",
    ]


def test_a_kind() -> None:
    assert argo.kind("WorkflowTemplate").value == Constant.of("WorkflowTemplate")
    with pytest.raises(BuildFailed, match="kind 'Flow' must be one of Workflow, "):
        argo.kind("Flow")


def test_bodies() -> None:
    assert argo.http(url="u") == {"http": {"url": "u"}}
    assert argo.plugin("hello", {"a": 1}) == {"plugin": {"hello": {"a": 1}}}
    assert argo.steps([[{"name": "a", "template": "b"}]]) == {
        "steps": [[{"name": "a", "template": "b"}]]
    }
    assert argo.template_ref(name="a", template="b") == {
        "templateRef": {"name": "a", "template": "b"}
    }
    assert argo.with_fields(argo.http(url="u"), timeout="5s") == {
        "http": {"url": "u"},
        "timeout": "5s",
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"urll": "u"}, "http has no field 'urll'; did you mean 'url'"),
        ({"method": "GET"}, "http needs url"),
        ({"url": 5}, "http.url is 5; it must be text"),
        ({"url": "u", "timeoutSeconds": True}, "is True; it must be a whole number"),
        ({"url": "u", "headers": {}}, "http.headers is {}, which is no list"),
        ({"url": "u", "headers": "a"}, "http.headers is 'a', which is no list"),
        ({"url": "u", "headers": ["a"]}, r"headers\[0\] is 'a', which is no object"),
        ({"url": "u", "headers": [{}]}, r"http.headers\[0\] needs name"),
        ({"url": "u", "bodyFrom": {1: 2}}, "bodyFrom is {1: 2}, which is no object"),
    ],
)
def test_refuses(given: dict[str, object], told: str) -> None:
    with pytest.raises(BuildFailed, match=told):
        argo.http(**given)  # type: ignore[arg-type]


def test_a_part_needs_no_more_than_it_says() -> None:
    assert argo.template(memoize={"maxAge": "1h"})
    with pytest.raises(BuildFailed, match=r"prometheus\[0\] needs help and name"):
        argo.template(metrics={"prometheus": [{}]})
    with pytest.raises(BuildFailed, match="it must be text or a whole number"):
        argo.template(retryStrategy={"limit": 0.5})  # type: ignore[typeddict-item]
    assert argo.template(
        metrics={
            "prometheus": [
                {
                    "name": "a",
                    "help": "b",
                    "histogram": {"buckets": [1, 2.5], "value": "3"},
                }
            ]
        }
    )


def test_a_reference_names_both() -> None:
    with pytest.raises(BuildFailed, match="template_ref needs template"):
        argo.template_ref(name="a")
