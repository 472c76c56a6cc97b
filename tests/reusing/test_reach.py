"""Where a cluster finds what lies in a store."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Azure,
    Http,
    Managed,
    SecretRef,
)
from couler_jupyter.reusing.reach import OutOfReach, reach_of

DIGEST = "ab" + 62 * "c"
PATH = f"objects/ab/{62 * 'c'}"


@pytest.mark.parametrize(
    ("url", "cluster", "place"),
    [
        (
            "s3://b/p",
            "",
            S3(
                bucket="b",
                key=f"p/{PATH}",
                endpoint="s3.amazonaws.com",
                use_sdk_credentials=True,
            ),
        ),
        (
            "/home/me/store",
            (
                "s3://b?endpoint=minio:9000&insecure=true&region=r"
                "&access_key=minio/user&secret_key=minio/password"
            ),
            S3(
                bucket="b",
                key=PATH,
                endpoint="minio:9000",
                insecure=True,
                region="r",
                access_key=SecretRef("minio", "user"),
                secret_key=SecretRef("minio", "password"),
            ),
        ),
        ("s3://b/p/q/", "repository", Managed(key=f"p/q/{PATH}")),
        ("gs://b/p", "", GCS(bucket="b", key=f"p/{PATH}")),
        (
            "az://c/p",
            "az://c/p?endpoint=https://a.blob.core.windows.net&account_key=a/k",
            Azure(
                container="c",
                blob=f"p/{PATH}",
                endpoint="https://a.blob.core.windows.net",
                account_key=SecretRef("a", "k"),
            ),
        ),
        (
            "oss://b",
            "oss://b?endpoint=https://oss.example",
            OSS(
                bucket="b",
                key=PATH,
                endpoint="https://oss.example",
                use_sdk_credentials=True,
            ),
        ),
        (
            "hdfs://n:8020/p",
            "",
            HDFS(path=f"/p/{PATH}", addresses=("n:8020",)),
        ),
        ("https://h/p", "", Http(url=f"https://h/p/{PATH}")),
    ],
)
def test_objects_are_found(url: str, cluster: str, place: Any) -> None:
    assert reach_of(url, cluster, variables={})(DIGEST) == place


def test_an_endpoint_that_is_known_here_is_known_there() -> None:
    known = {"AWS_ENDPOINT_URL": "http://minio:9000"}
    place = reach_of("s3://b", variables=known)(DIGEST)
    assert isinstance(place, S3)
    assert (place.endpoint, place.insecure) == ("minio:9000", True)


@pytest.mark.parametrize(
    ("url", "cluster", "why"),
    [
        ("/home/me/store", "", "on this machine"),
        ("memory://x", "", "on this machine"),
        ("sftp://h/x", "", "no cluster reads sftp"),
        ("s3://b", "s3://b?endpiont=x", "did you mean 'endpoint'"),
        ("s3://b", "s3://b?access_key=AKIA", "the secret's name and its key"),
        ("az://c", "", "name the account"),
        ("oss://c", "", "name the endpoint"),
    ],
)
def test_what_is_out_of_reach_is_told(url: str, cluster: str, why: str) -> None:
    with pytest.raises(OutOfReach, match=why):
        reach_of(url, cluster, variables={})
