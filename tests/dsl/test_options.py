"""Every option of a step and of a workflow, and what is said of wrong ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.dsl.duration import seconds
from couler_jupyter.dsl.options import STEP_OPTIONS
from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    Backoff,
    Cache,
    Compare,
    Constant,
    Container,
    EnvFrom,
    EnvSource,
    EnvVar,
    FieldRef,
    InputRef,
    Mount,
    Operator,
    OutputRef,
    Overlap,
    ParameterRef,
    Pod,
    PullPolicy,
    Resources,
    Retry,
    RetryPolicy,
    Schedule,
    SecretRef,
    Sidecar,
    Step,
    TimeToLive,
    Toleration,
    Volume,
    Workflow,
)
from tests.dsl.samples import number, use

GI = 2**30


def step_with(**options: Any) -> tuple[Step, Container]:
    with couler.workflow(
        "w", volumes=[Volume(name="v", source=couler.claim("c"))]
    ) as wf:
        couler.run_container("py", **options)
    template = wf.workflow.steps[0].template
    assert isinstance(template, Container)
    return wf.workflow.steps[0], template


BOX: list[tuple[dict[str, Any], str, object]] = [
    ({"cpu": "250m", "memory": "1Gi"}, "resources", Resources(cpu=0.25, memory=GI)),
    ({"cpu": 2, "cpu_limit": 4.0}, "resources", Resources(cpu=2.0, cpu_limit=4.0)),
    (
        {"memory": 1024, "memory_limit": "2Ki"},
        "resources",
        Resources(memory=1024, memory_limit=2048),
    ),
    (
        {"gpu": 1, "gpu_kind": "amd.com/gpu"},
        "resources",
        Resources(gpu=1, gpu_kind="amd.com/gpu"),
    ),
    (
        {"ephemeral": "1k", "ephemeral_limit": "2k"},
        "resources",
        Resources(ephemeral=1000, ephemeral_limit=2000),
    ),
    (
        {"resources": {"cpu": 1, "memory": "1Gi", "nvidia.com/gpu": 2}},
        "resources",
        Resources(cpu=1.0, memory=GI, gpu=2),
    ),
    (
        {"resources": Resources(cpu=1.0), "memory": GI},
        "resources",
        Resources(cpu=1.0, memory=GI),
    ),
    (
        {"env": {"A": "x", "B": 1.5, "C": True}},
        "env",
        (EnvVar("A", "x"), EnvVar("B", "1.5"), EnvVar("C", "true")),
    ),
    (
        {"env": [EnvVar("A", FieldRef("status.hostIP"))]},
        "env",
        (EnvVar("A", FieldRef("status.hostIP")),),
    ),
    (
        {"env": {"A": couler.create_secret("s", ["k"])}},
        "env",
        (EnvVar("A", SecretRef("s", "k")),),
    ),
    (
        {"env": {"A": couler.ConfigRef("c", "k")}},
        "env",
        (EnvVar("A", couler.ConfigRef("c", "k")),),
    ),
    (
        {"secret": couler.create_secret("s", ["a", "b"])},
        "env",
        (EnvVar("a", SecretRef("s", "a")), EnvVar("b", SecretRef("s", "b"))),
    ),
    (
        {"secrets": [couler.obtain_secret(["a"], "s")]},
        "env",
        (EnvVar("a", SecretRef("s", "a")),),
    ),
    (
        {"env_from": couler.create_secret("s")},
        "env_from",
        (EnvFrom(source=EnvSource.SECRET, name="s"),),
    ),
    (
        {"env_from": [EnvFrom(source=EnvSource.CONFIG_MAP, name="c")]},
        "env_from",
        (EnvFrom(source=EnvSource.CONFIG_MAP, name="c"),),
    ),
    ({"mounts": {"/a": "v"}}, "mounts", (Mount(volume="v", path="/a"),)),
    (
        {"volume_mounts": [Mount(volume="v", path="/a", sub_path="b")]},
        "mounts",
        (Mount(volume="v", path="/a", sub_path="b"),),
    ),
    ({"working_dir": "/src"}, "working_dir", "/src"),
    ({"image_pull_policy": "IfNotPresent"}, "pull_policy", PullPolicy.IF_NOT_PRESENT),
    ({"image_pull_policy": PullPolicy.NEVER}, "pull_policy", PullPolicy.NEVER),
    ({"service_account": "sa"}, "pod", Pod(service_account="sa")),
    ({"image_pull_secrets": "a"}, "pod", Pod(image_pull_secrets=("a",))),
    ({"image_pull_secrets": ["a", "b"]}, "pod", Pod(image_pull_secrets=("a", "b"))),
    (
        {"node_selector": {"z": 1, "a": "b"}},
        "pod",
        Pod(node_selector=(("a", "b"), ("z", "1"))),
    ),
    (
        {"tolerations": [{"key": "k", "tolerationSeconds": 5}]},
        "pod",
        Pod(tolerations=(Toleration(key="k", seconds=5),)),
    ),
    (
        {"tolerations": Toleration(key="k")},
        "pod",
        Pod(tolerations=(Toleration(key="k"),)),
    ),
    (
        {"affinity": {"nodeAffinity": {}}},
        "pod",
        Pod(affinity=Constant('{"nodeAffinity":{}}')),
    ),
    (
        {"priority_class": "high", "scheduler": "volcano"},
        "pod",
        Pod(priority_class="high", scheduler="volcano"),
    ),
    (
        {"labels": {"b": "1", "a": 2}, "annotations": {"x": "y"}},
        "pod",
        Pod(labels=(("a", "2"), ("b", "1")), annotations=(("x", "y"),)),
    ),
    (
        {"host_network": True, "security": {"runAsUser": 1}},
        "pod",
        Pod(host_network=True, security=Constant('{"runAsUser":1}')),
    ),
    ({"pod_patch": {"hostname": "x"}}, "pod", Pod(patch=Constant('{"hostname":"x"}'))),
    (
        {"pod": Pod(scheduler="x"), "service_account": "sa"},
        "pod",
        Pod(scheduler="x", service_account="sa"),
    ),
    (
        {"sidecars": couler.sidecar("db", "redis", env={"A": 1}, cpu=1)},
        "pod",
        Pod(
            sidecars=(
                Sidecar(
                    name="db",
                    image="redis",
                    env=(EnvVar("A", "1"),),
                    resources=Resources(cpu=1.0),
                ),
            )
        ),
    ),
    (
        {
            "init": [
                couler.sidecar(
                    "prepare",
                    "alpine",
                    "sh",
                    ["-c", "true"],
                    mounts=[Mount(volume="v", path="/v")],
                    mirror_mounts=True,
                )
            ]
        },
        "pod",
        Pod(
            init=(
                Sidecar(
                    name="prepare",
                    image="alpine",
                    command=("sh",),
                    args=("-c", "true"),
                    mounts=(Mount(volume="v", path="/v"),),
                    mirror_mounts=True,
                ),
            )
        ),
    ),
]

STEP: list[tuple[dict[str, Any], str, object]] = [
    ({"retry": 2}, "retry", Retry(limit=2)),
    (
        {"retry": Retry(limit=1, policy=RetryPolicy.ALWAYS)},
        "retry",
        Retry(limit=1, policy=RetryPolicy.ALWAYS),
    ),
    (
        {
            "retry": couler.retry(
                3, on="error", wait="10s", factor=2, longest="1m", total="1h"
            )
        },
        "retry",
        Retry(
            limit=3,
            policy=RetryPolicy.ON_ERROR,
            backoff=Backoff(seconds=10, factor=2, longest=60, total=3600),
        ),
    ),
    (
        {"retry": couler.retry(1, on=RetryPolicy.ALWAYS)},
        "retry",
        Retry(limit=1, policy=RetryPolicy.ALWAYS),
    ),
    (
        {"retry": couler.retry(1, when=couler.this_attempt.exit_code == 137)},
        "retry",
        Retry(
            limit=1,
            when=Compare(
                AttemptRef(AttemptField.EXIT_CODE), Operator.EQUAL, Constant("137")
            ),
        ),
    ),
    ({"timeout": "1h30m"}, "timeout", 5400.0),
    ({"cache": False}, "cache", Cache(enabled=False)),
    ({"cache": "7d"}, "cache", Cache(max_age=604800)),
    ({"cache": Cache(key="x")}, "cache", Cache(key="x")),
    ({"cache": couler.reuse("1h", key="k")}, "cache", Cache(key="k", max_age=3600)),
    ({"cache": couler.reuse(key=5)}, "cache", Cache(key="5")),
    ({"daemon": True}, "daemon", True),
    (
        {"extras": couler.extra("argo", "spec.podGC", {"a": 1}, ignorable=True)},
        "extras",
        (
            couler.Extra(
                engine="argo",
                path="spec.podGC",
                value=Constant('{"a":1}'),
                ignorable=True,
            ),
        ),
    ),
    ({"step_name": "s"}, "name", "s"),
]


@pytest.mark.parametrize(("options", "field", "wanted"), BOX)
def test_what_a_program_finds(
    options: dict[str, Any], field: str, wanted: object
) -> None:
    assert getattr(step_with(**options)[1], field) == wanted


@pytest.mark.parametrize(("options", "field", "wanted"), STEP)
def test_how_a_step_runs(options: dict[str, Any], field: str, wanted: object) -> None:
    assert getattr(step_with(**options)[0], field) == wanted


def test_every_option_is_tested() -> None:
    tested = {name for options, _, _ in (*BOX, *STEP) for name in options}
    elsewhere = {"inputs", "outputs", "when", "after", "tune"}
    assert tested | elsewhere == STEP_OPTIONS


def test_functions_take_the_same_options() -> None:
    @couler.step(cpu=1, env={"A": "x"}, mounts={"/a": couler.empty_dir("1Gi")}, gpu=1)
    def f() -> None: ...

    with couler.workflow("w") as wf:
        f()
        couler.map_(lambda x: [f(), use(x)], [1])
    template: Any = wf.workflow["f"].template
    assert template.resources == Resources(cpu=1.0, gpu=1)
    assert template.mounts == (Mount(volume="volume", path="/a"),)
    assert wf.workflow.volumes == (Volume(name="volume", source=couler.EmptyDir(GI)),)
    inner: Any = wf.workflow["map"].template
    assert inner.workflow.volumes == wf.workflow.volumes


def test_values_in_options() -> None:
    with couler.workflow("w", parameters={"version": "1"}) as wf:
        couler.run_container(
            "py",
            env={"N": number()},
            cache=couler.reuse(key=couler.format("v{}", couler.parameter("version"))),
        )
        use.with_options(cache=couler.reuse(key=number()))(1)
    step = wf.workflow["py"]
    template: Any = step.template
    assert template.env == (EnvVar("N", InputRef("para-0")),)
    assert step.arguments[0].value == OutputRef("number")
    assert step.cache is not None
    assert getattr(step.cache.key, "parts", ()) == ("v", ParameterRef("version"))


def test_none_is_not_given() -> None:
    assert step_with(cpu=None, env=None, retry=None, mounts=None) == step_with()


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"memroy": 1}, "run_container has no option 'memroy'; did you mean 'memory'"),
        ({"cpu": "lots"}, "cpu='lots': 'lots' is no amount of CPU; write 0.5 or 500m"),
        ({"memory": "1GB"}, "memory='1GB': '1GB' is no amount of bytes; write 512Mi"),
        ({"memory": []}, "memory="),
        ({"gpu": 1.5}, "write a whole number of accelerators"),
        ({"gpu": True}, "write a whole number of accelerators"),
        ({"resources": {"ram": 1}}, "resources has no 'ram'"),
        ({"resources": 3}, "resources=3 is no mapping such as"),
        ({"env": "A=1"}, "env='A=1' is no mapping of names to values"),
        ({"env": {"A": couler.create_secret("s", ["a", "b"])}}, "one key of a secret"),
        ({"env_from": "s"}, "env_from: 's' is neither"),
        ({"secret": "s"}, "secret='s' is no secret; write couler.create_secret"),
        ({"secret": couler.create_secret("s")}, "has no keys named; use env_from"),
        ({"mounts": {"/a": 3}}, "3 is no volume; write couler.claim"),
        ({"mounts": ["v"]}, "'v' is no mount; write mounts="),
        (
            {"image_pull_policy": "Sometimes"},
            "must be one of Always, IfNotPresent, Never",
        ),
        ({"node_selector": "a=b"}, "node_selector='a=b' is no mapping"),
        ({"image_pull_secrets": [1]}, "is no text and no list of texts"),
        ({"tolerations": [{"taint": 1}]}, "is no toleration; write couler.Toleration"),
        ({"tolerations": ["a"]}, "'a' is no toleration"),
        ({"sidecars": ["redis"]}, "'redis' is no sidecar; write couler.sidecar"),
        ({"pod": {"a": 1}}, "is no couler.Pod"),
        ({"affinity": {1}}, "cannot be written into a workflow"),
        ({"retry": "twice"}, "retry='twice' must be a number of attempts"),
        ({"retry": True}, "retry=True must be a number of attempts"),
        ({"timeout": "soon"}, "timeout='soon' is no duration; write seconds or"),
        ({"cache": "for ever"}, "cache='for ever' is no duration"),
        ({"extras": {"a": 1}}, "extras: 'a' is none; write couler.extra"),
        ({"step_name": ""}, "step_name='' is no name"),
        ({"step_name": 3}, "step_name=3 is no name"),
    ],
)
def test_wrong_options(options: dict[str, Any], what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what) as caught:
        step_with(**options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (
            lambda: couler.retry(1, on="never"),
            "on='never' must be one of always, failure",
        ),
        (lambda: couler.retry(1, factor=2), "factor says how waits grow; give wait"),
        (lambda: couler.sidecar("a", "b", retry=2), "sidecar has no option 'retry'"),  # type: ignore[call-arg]
        (
            lambda: couler.sidecar("a", "b", mounts={"/a": couler.claim("c")}),
            "mount volumes by name",
        ),
        (lambda: couler.empty_dir("big"), "size: 'big' is no amount of bytes"),
        (
            lambda: couler.extra("argo", "spec", object()),
            "cannot be written into a workflow",
        ),
    ],
)
def test_wrong_parts(make: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what):
        make()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (3, 3.0),
        (0.5, 0.5),
        ("90", 90.0),
        ("1.5h", 5400.0),
        ("1h 30m", 5400.0),
        ("7d", 604800.0),
        ("2w", 1209600.0),
        ("500ms", 0.5),
        (timedelta(minutes=1), 60.0),
    ],
)
def test_durations(text: Any, number: float) -> None:
    assert seconds(text, "timeout") == number


@pytest.mark.parametrize("text", ["", "h", "1x", "1h-", "-5", None, True, [1]])
def test_what_is_no_duration(text: Any) -> None:
    with pytest.raises(couler.BuildFailed, match="is no duration"):
        seconds(text, "timeout")


def configured(**options: Any) -> Workflow:
    with couler.workflow("w", **options) as wf:
        number()
    with couler.workflow("other") as again:
        couler.config_workflow("w", **options)
        number()
    assert wf.workflow == again.workflow
    return wf.workflow


@pytest.mark.parametrize(
    ("options", "field", "wanted"),
    [
        ({"parallelism": 3}, "parallelism", 3),
        ({"fail_fast": True}, "fail_fast", True),
        ({"timeout": "2h"}, "timeout", 7200.0),
        ({"priority": 5}, "priority", 5),
        ({"ttl": "1d"}, "ttl", TimeToLive(after_end=86400)),
        ({"time_to_clean": 60}, "ttl", TimeToLive(after_end=60)),
        (
            {"ttl": couler.time_to_live(after_success=1, after_failure="1h")},
            "ttl",
            TimeToLive(after_success=1, after_failure=3600),
        ),
        ({"schedule": "0 3 * * *"}, "schedule", Schedule(crons=("0 3 * * *",))),
        (
            {"schedule": ["@daily"], "timezone": "Europe/Berlin"},
            "schedule",
            Schedule(crons=("@daily",), timezone="Europe/Berlin"),
        ),
        (
            {
                "schedule": couler.cron(
                    "0 3 * * *",
                    overlap="forbid",
                    deadline="1m",
                    keep_failed=2,
                    keep_succeeded=1,
                    suspended=True,
                )
            },
            "schedule",
            Schedule(
                crons=("0 3 * * *",),
                overlap=Overlap.FORBID,
                deadline=60,
                keep_failed=2,
                keep_succeeded=1,
                suspended=True,
            ),
        ),
        (
            {
                "cron_config": {
                    "schedule": "0 3 * * *",
                    "suspend": "true",
                    "concurrency_policy": "Replace",
                    "starting_deadline_seconds": 5,
                }
            },
            "schedule",
            Schedule(
                crons=("0 3 * * *",),
                suspended=True,
                overlap=Overlap.REPLACE,
                deadline=5,
            ),
        ),
        ({"labels": {"b": "c"}}, "labels", (("b", "c"),)),
        ({"annotations": {"b": "c"}}, "annotations", (("b", "c"),)),
        ({"description": "what it is"}, "description", "what it is"),
        (
            {"service_account": "sa", "scheduler": "x"},
            "pod",
            Pod(service_account="sa", scheduler="x"),
        ),
        (
            {"extras": [couler.extra("argo", "spec.podGC", 1)]},
            "extras",
            (couler.Extra(engine="argo", path="spec.podGC", value=Constant("1")),),
        ),
        (
            {"volumes": [Volume(name="v", source=couler.claim("c"))]},
            "volumes",
            (Volume(name="v", source=couler.Claim("c")),),
        ),
    ],
)
def test_options_of_a_workflow(
    options: dict[str, Any], field: str, wanted: object
) -> None:
    assert getattr(configured(**options), field) == wanted


def test_config_adds_up() -> None:
    with couler.workflow("w", service_account="sa", timeout=5) as wf:
        couler.config_workflow(scheduler="x", timeout=6)
        number()
    assert wf.workflow.pod == Pod(service_account="sa", scheduler="x")
    assert wf.workflow.timeout == 6


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (
            {"paralelism": 3},
            "workflow has no option 'paralelism'; did you mean 'parallelism'",
        ),
        ({"parallelism": 1.5}, "parallelism=1.5 is no whole number"),
        ({"timezone": "UTC"}, "timezone is of a schedule"),
        (
            {"schedule": couler.Schedule(crons=()), "cron_config": {"when": 1}},
            "its schedule has no cron",
        ),
        ({"cron_config": {"when": 1}}, "cron_config has no 'when'"),
        ({"cron_config": {}}, "cron_config has no 'schedule'"),
        ({"ttl": 0.5}, "ttl=0.5 is no whole number of seconds"),
        ({"timeout": "x"}, "timeout='x' is no duration"),
    ],
)
def test_wrong_options_of_a_workflow(options: dict[str, Any], what: str) -> None:
    with pytest.raises((couler.BuildFailed, couler.InvalidWorkflow), match=what):
        configured(**options)


def test_a_schedule_that_overlaps_in_no_known_way() -> None:
    with pytest.raises(couler.BuildFailed, match="overlap='x' must be one of Allow"):
        couler.cron("@daily", overlap="x")
