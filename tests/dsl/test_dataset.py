"""Remote input that is read through a cache, as users write it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import couler_jupyter as couler
from couler_jupyter.dsl.ports import ArtifactSpec
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Argument,
    Dataset,
    DatasetCache,
    Git,
    Http,
    InputArtifact,
    ParameterRef,
    Remote,
    SecretRef,
    from_json,
    inputs_of,
    to_json,
)
from couler_jupyter.ir.step import storage_values

KEYS = couler.create_secret("keys", ["id", "secret"])


@couler.step
def count(table: couler.Artifact) -> int:
    return len(Path(table).read_text().splitlines())


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("https://x/t.csv", Http(url="https://x/t.csv")),
        ("s3://b/t.csv", S3(bucket="b", key="t.csv")),
        ("gs://b/t.csv", GCS(bucket="b", key="t.csv")),
        ("oss://b/t.csv", OSS(bucket="b", key="t.csv")),
        ("hdfs://n:1/t.csv", HDFS(path="/t.csv", addresses=("n:1",))),
        (
            couler.create_s3_artifact("", "b", KEYS["id"], KEYS["secret"], "k"),
            S3(
                bucket="b",
                key="k",
                access_key=SecretRef("keys", "id"),
                secret_key=SecretRef("keys", "secret"),
            ),
        ),
        (couler.create_git_artifact("r"), Git(repository="r")),
        (S3(bucket="b", key="k"), S3(bucket="b", key="k")),
    ],
)
def test_where_it_lies(uri: str | ArtifactSpec, source: Remote) -> None:
    with couler.workflow("w") as wf:
        count(couler.Dataset(uri))
        couler.run_container("py", inputs={"t": couler.Dataset(uri, path="/in")})
    given = wf.workflow["count"].arguments[0].value
    assert given == Dataset(source=source)
    assert wf.workflow["py"].arguments == (Argument("t", given),)
    (taken,) = inputs_of(wf.workflow["py"].template)
    assert isinstance(taken, InputArtifact)
    assert taken.path == "/in"
    assert from_json(to_json(wf.workflow)) == wf.workflow


def test_all_that_can_be_said() -> None:
    spec = couler.Dataset(
        "https://x/t.csv",
        version="abc",
        max_age="1d",
        cache="shared",
        prefetch=False,
        path="/in/t.csv",
    )
    assert spec.path == "/in/t.csv"
    assert spec.storage == Dataset(
        source=Http(url="https://x/t.csv"),
        version="abc",
        max_age=86400.0,
        cache=DatasetCache.SHARED,
        prefetch=False,
    )
    hour = couler.Dataset("https://x/t.csv", max_age=timedelta(hours=1)).storage
    assert isinstance(hour, Dataset)
    assert hour.max_age == 3600


def test_the_version_of_a_repository_is_its_revision() -> None:
    spec = couler.Dataset(couler.create_git_artifact("r"), version="v1")
    assert spec.storage == Dataset(source=Git(repository="r", revision="v1"))
    both = couler.create_git_artifact("r", revision="v2")
    with pytest.raises(couler.BuildFailed, match=r"version='v1'.* at revision 'v2'"):
        couler.Dataset(both, version="v1")


def test_values_may_stand_in_it() -> None:
    with couler.workflow("w") as wf:
        day, which = couler.parameter("day", "mon"), couler.parameter("which", "")
        key = couler.format("days/{}", day)
        lake = couler.create_s3_artifact("", "lake", key=key)
        count(couler.Dataset(lake, version=which))
        count(couler.Dataset(couler.parameter("url", "https://x")), step_name="web")
    given = wf.workflow["count"].arguments[0].value
    assert isinstance(given, Dataset)
    assert ParameterRef("which") in set(storage_values(given))
    assert wf.workflow["web"].arguments[0].value == Dataset(
        source=Http(url=ParameterRef("url"))
    )


def test_in_a_map_and_as_a_workflows_input() -> None:
    with couler.workflow("w") as wf:
        couler.map_(
            lambda day: count(
                couler.Dataset(
                    couler.create_http_artifact(couler.format("https://x/{}", day))
                )
            ),
            ["mon", "tue"],
        )
        count(couler.input_artifact("t", couler.Dataset("https://x/t")), step_name="t")
    assert wf.workflow.artifacts[0].default == Dataset(source=Http(url="https://x/t"))


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("data/t.csv", "'data/t.csv' is nothing remote"),
        ("ftp://x/y", "no storage for ftp://"),
        (couler.create_inline_artifact("x"), "an Inline is nothing remote"),
        (3, "an int is nothing remote"),
    ],
)
def test_what_is_no_dataset(uri: object, message: str) -> None:
    with pytest.raises(couler.BuildFailed, match=message):
        couler.Dataset(uri)


def test_no_such_cache() -> None:
    with pytest.raises(couler.BuildFailed, match="one of none, local, shared"):
        couler.Dataset("https://x", cache="global")
