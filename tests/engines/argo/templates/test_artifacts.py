"""Where artifacts lie, one word for each kind of storage, with all it can say."""

from __future__ import annotations

from typing import get_args

import pytest

from couler_jupyter.engines.argo.templates import Fields, artifact_location
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Azure,
    Dataset,
    Git,
    Http,
    Inline,
    InputRef,
    LocalPath,
    Managed,
    SecretRef,
    Storage,
)
from tests.engines.argo.templates.words import write

_ONE = SecretRef("s", "one")
_TWO = SecretRef("s", "two", optional=True)
ONE = {"name": "s", "key": "one"}
TWO = {"name": "s", "key": "two", "optional": True}

LOCATIONS: list[tuple[Storage, Fields]] = [
    (Managed(), {}),
    (Managed(key=InputRef("k")), {"s3": {"key": "{{inputs.parameters.k}}"}}),
    (S3(key="k"), {"s3": {"key": "k"}}),
    (
        S3(
            bucket="b",
            key="k",
            endpoint="e",
            region="r",
            insecure=True,
            access_key=_ONE,
            secret_key=_TWO,
            session_token=_ONE,
            role_arn="arn",
            use_sdk_credentials=True,
        ),
        {
            "s3": {
                "endpoint": "e",
                "bucket": "b",
                "key": "k",
                "region": "r",
                "insecure": True,
                "accessKeySecret": ONE,
                "secretKeySecret": TWO,
                "sessionTokenSecret": ONE,
                "roleARN": "arn",
                "useSDKCreds": True,
            }
        },
    ),
    (
        GCS(bucket="b", key="k", service_account_key=_ONE),
        {"gcs": {"bucket": "b", "key": "k", "serviceAccountKeySecret": ONE}},
    ),
    (
        OSS(
            bucket="b",
            key="k",
            endpoint="e",
            access_key=_ONE,
            secret_key=_TWO,
            security_token="t",
            use_sdk_credentials=True,
        ),
        {
            "oss": {
                "endpoint": "e",
                "bucket": "b",
                "key": "k",
                "accessKeySecret": ONE,
                "secretKeySecret": TWO,
                "securityToken": "t",
                "useSDKCreds": True,
            }
        },
    ),
    (
        Azure(
            container="c",
            blob="b",
            endpoint="e",
            account_key=_ONE,
            use_sdk_credentials=True,
        ),
        {
            "azure": {
                "endpoint": "e",
                "container": "c",
                "blob": "b",
                "accountKeySecret": ONE,
                "useSDKCreds": True,
            }
        },
    ),
    (
        HDFS(path="/a", addresses=("n:1", "m:2"), user="u", force=True),
        {
            "hdfs": {
                "addresses": ["n:1", "m:2"],
                "path": "/a",
                "hdfsUser": "u",
                "force": True,
            }
        },
    ),
    (
        Git(
            repository="r",
            revision="v1",
            branch="b",
            depth=1,
            single_branch=True,
            disable_submodules=True,
            fetch=("refs/a",),
            username=_ONE,
            password=_TWO,
            ssh_key=_ONE,
        ),
        {
            "git": {
                "repo": "r",
                "revision": "v1",
                "branch": "b",
                "depth": 1,
                "singleBranch": True,
                "disableSubmodules": True,
                "fetch": ["refs/a"],
                "usernameSecret": ONE,
                "passwordSecret": TWO,
                "sshPrivateKeySecret": ONE,
            }
        },
    ),
    (
        Http(url="u", headers=(("A", "1"), ("B", "")), username=_ONE, password=_TWO),
        {
            "http": {
                "url": "u",
                "headers": [{"name": "A", "value": "1"}, {"name": "B", "value": ""}],
                "auth": {"basicAuth": {"usernameSecret": ONE, "passwordSecret": TWO}},
            }
        },
    ),
    (Http(url="u"), {"http": {"url": "u"}}),
    (Dataset(source=Http(url="u"), version="1"), {"http": {"url": "u"}}),
    (Dataset(source=Http(url="u")), {"http": {"url": "u"}}),
    (Inline(""), {"raw": {"data": ""}}),
    (Inline("a\nb"), {"raw": {"data": "a\nb"}}),
]


@pytest.mark.parametrize(("storage", "fields"), LOCATIONS)
def test_each_storage_has_its_word(storage: Storage, fields: Fields) -> None:
    assert artifact_location(storage, write) == fields


def test_all_storages_are_here() -> None:
    assert {type(one) for one, _ in LOCATIONS} | {LocalPath} == set(get_args(Storage))


@pytest.mark.parametrize(
    ("repository", "fields"),
    [
        ("gcs", {"gcs": {"key": "k"}}),
        ("oss", {"oss": {"key": "k"}}),
        ("azure", {"azure": {"blob": "k"}}),
        ("hdfs", {"hdfs": {"path": "k"}}),
    ],
)
def test_a_key_alone_names_the_kind_of_the_repository(
    repository: str, fields: Fields
) -> None:
    assert artifact_location(Managed(key="k"), write, repository) == fields
