"""Whatever an engine can be asked for can be written with the interface."""

from __future__ import annotations

from typing import Any

import couler_jupyter as couler
from couler_jupyter.ir import Direction, Feature, features_of
from tests.dsl.samples import join, load, number, numbers, publish, train, use


def everything() -> couler.WorkflowBlock:
    keys = couler.create_secret("keys", ["id"])
    with couler.workflow(
        "everything",
        parallelism=2,
        timeout="1h",
        fail_fast=True,
        priority=1,
        schedule="@daily",
        ttl="1d",
        labels={"a": "b"},
        service_account="sa",
        parameters={"n": 3},
        extras=couler.extra("argo", "spec.podGC", {}),
    ) as wf:
        file = couler.input_artifact(
            "file", couler.create_s3_artifact(bucket="b", key="k")
        )
        places(keys)
        storages(keys)
        flow()
        loops()
        couler.run_container("py", inputs={"file": couler.at(file, "/f", mode=0o600)})
        couler.run_job("x: 1")
        number.with_options(image="py", requirements="numpy")()
        couler.set_output("n", number(), global_name="n")
        use(couler.raw("argo", "{{x}}"))
        use(couler.this_run.parameter("n"))
        couler.run_foreign("argo", "http", {"http": {}})
        couler.run_container("py", env={"N": couler.this_attempt.number}, retry=2)
        kept = number()
        couler.set_exit_handler(
            couler.Failed, lambda: use([couler.this_run.status, kept])
        )
    return wf


def places(keys: Any) -> None:
    couler.run_container(
        "py",
        cpu=1,
        gpu=1,
        ephemeral="1Gi",
        env={
            "A": keys["id"],
            "B": couler.ConfigRef("c", "k"),
            "C": couler.FieldRef("status.podIP"),
        },
        env_from=keys,
        mounts={
            "/a": couler.empty_dir(),
            "/b": couler.host_path("/tmp"),
            "/c": couler.claim("c"),
            "/d": couler.new_claim("1Gi"),
            "/e": couler.secret_files("keys"),
            "/f": couler.config_files("c"),
            "/g": couler.raw_volume({"nfs": {}}),
        },
        working_dir="/src",
        image_pull_policy="Always",
        image_pull_secrets="pull",
        node_selector={"a": "b"},
        tolerations=[{"key": "k"}],
        affinity={},
        priority_class="p",
        scheduler="s",
        labels={"a": "b"},
        host_network=True,
        security={},
        pod_patch={"a": 1},
        sidecars=couler.sidecar("side", "s"),
        init=couler.sidecar("init", "i"),
        timeout=5,
        cache="1d",
        retry=couler.retry(
            1, on="always", wait=1, when=couler.this_attempt.exit_code > 1
        ),
    )


def storages(keys: Any) -> None:
    for spec in (
        couler.create_local_artifact("x"),
        couler.create_s3_artifact(bucket="b", key="k", accesskey_id=keys),
        couler.create_gcs_artifact(bucket="b", key="k"),
        couler.create_oss_artifact(bucket="b", key="k"),
        couler.create_azure_artifact(container="c", blob="k"),
        couler.create_hdfs_artifact("/x"),
        couler.create_git_artifact("r"),
        couler.create_http_artifact("https://x"),
        couler.Dataset("https://x", version="1"),
        couler.Dataset("s3://b/k", cache="shared"),
        couler.create_inline_artifact("x"),
    ):
        train("a", spec)
    couler.run_container(
        "py",
        output=couler.create_artifact(
            "/m", optional=True, archive="none", mode=1, delete_after="run"
        ),
        outputs={"n": couler.from_file("/n", default=1, is_global=True)},
        inputs={"maybe": couler.at(None, "/x", optional=True)},
    )


def flow() -> None:
    score = number()
    couler.run_script("sh", "sh", "true")
    couler.suspend(1)
    couler.suspend(message="fine?")
    couler.when(score > 1, publish, lambda: use(1))
    couler.after(score.failed, publish)
    use(couler.first_of(score, 1))
    use(couler.format("{}", score))
    use({"a": [score]})
    use(score.phase)
    use(couler.this_run.id)
    couler.run_container("py", daemon=True)
    tuned()


def tuned() -> None:
    labels = couler.Classes(names=("no", "yes"))
    metric = couler.Metric(name="accuracy", direction=Direction.MAXIMIZE)
    couler.tune(
        couler.run_container("py", couler.input_value("rate"), inputs={"rate": 1}),
        {"rate": couler.Float(low=0.1, high=1.0)},
        data_card=couler.DataCard(
            name="d", input_type="text", label_space=labels, metric=metric
        ),
        model_card=couler.ModelCard(
            name="m", library="", structure="s", description="d"
        ),
    )


def loops() -> None:
    couler.map_(use, [1], parallelism=1)
    couler.map_(use, range(3))
    mapped = couler.map_(use, numbers())
    couler.after(mapped.any_succeeded, publish)
    use(mapped)
    join(couler.map_(lambda _: load(), [1]))
    couler.map_(lambda x: couler.when(x > 1, lambda: use(x)), [1])
    couler.map_(lambda xs: couler.map_(use, xs), [[1]])
    couler.exec_while(couler.equal(1), use, limit=2)


def test_every_feature_can_be_written() -> None:
    missing = {*Feature} - features_of(everything().workflow)
    assert missing == {Feature.PARTS}  # a pass cuts them; nobody writes them
