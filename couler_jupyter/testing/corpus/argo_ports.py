"""Workflows written in Python with what only Argo says of files and values."""

from __future__ import annotations

import couler_jupyter as couler
from couler_jupyter.engines.argo import words as argo
from couler_jupyter.engines.argo.words.fields import Artifact
from couler_jupyter.ir import Workflow
from couler_jupyter.testing.case import compiles

_IMAGE = "busybox:1"
_KEY = {"name": "store", "key": "one"}


def _takes(*files: Artifact) -> Workflow:
    """A workflow whose one step takes these files."""
    body = argo.with_fields(
        {"container": {"image": _IMAGE, "command": ["ls"], "args": ["/in"]}},
        inputs={"artifacts": files},
    )
    with couler.workflow("takes") as built:
        couler.run_foreign("argo", "container", body, step_name="look")
    return built.workflow


@compiles
def argo_object_stores_in_full() -> Workflow:
    """Files of object stores, with everything that Argo knows of those."""
    return _takes(
        {
            "name": "s3",
            "path": "/in/s3",
            "s3": {
                "bucket": "data",
                "key": "a.csv",
                "addressingStyle": "virtual-hosted",
                "caSecret": _KEY,
                "createBucketIfNotPresent": {"objectLocking": True},
                "encryptionOptions": {
                    "enableEncryption": True,
                    "kmsKeyId": "key",
                    "kmsEncryptionContext": '{"of": "ml"}',
                    "serverSideCustomerKeySecret": _KEY,
                },
                "roleARN": "arn:aws:iam::123456789012:role/reader",
                "sessionTokenSecret": _KEY,
            },
        },
        {
            "name": "oss",
            "path": "/in/oss",
            "oss": {
                "bucket": "data",
                "key": "a.csv",
                "endpoint": "oss.example.org",
                "createBucketIfNotPresent": True,
                "lifecycleRule": {
                    "markDeletionAfterDays": 30,
                    "markInfrequentAccessAfterDays": 10,
                },
                "securityToken": "token",
                "useSDKCreds": True,
            },
        },
        {
            "name": "azure",
            "path": "/in/azure",
            "azure": {
                "container": "data",
                "blob": "a.csv",
                "endpoint": "https://store.example.org",
                "useSDKCreds": True,
            },
        },
    )


@compiles
def argo_other_stores_in_full() -> Workflow:
    """Files of other places, with everything that Argo knows of those."""
    return _takes(
        {
            "name": "hdfs",
            "path": "/in/hdfs",
            "hdfs": {
                "addresses": ["name.example.org:8020"],
                "path": "/a.csv",
                "dataTransferProtection": "integrity",
                "krbConfigConfigMap": {"name": "krb", "key": "conf"},
                "krbKeytabSecret": _KEY,
                "krbRealm": "EXAMPLE.ORG",
                "krbServicePrincipalName": "hdfs/_HOST",
                "krbUsername": "ml",
            },
        },
        {
            "name": "hdfs-too",
            "path": "/in/hdfs-too",
            "hdfs": {
                "addresses": ["name.example.org:8020"],
                "path": "/b.csv",
                "krbCCacheSecret": _KEY,
                "krbServicePrincipalName": "hdfs/_HOST",
            },
        },
        {
            "name": "git",
            "path": "/in/git",
            "git": {
                "repo": "https://example.org/data.git",
                "insecureIgnoreHostKey": True,
                "insecureSkipTLS": True,
            },
        },
        {
            "name": "web",
            "path": "/in/web",
            "http": {
                "url": "https://example.org/a.csv",
                "saveStreamViaFile": True,
                "auth": {
                    "oauth2": {
                        "clientIDSecret": _KEY,
                        "clientSecretSecret": _KEY,
                        "tokenURLSecret": _KEY,
                        "scopes": ["read"],
                        "endpointParams": [{"key": "for", "value": "ml"}],
                    }
                },
            },
        },
        {
            "name": "certified",
            "path": "/in/certified",
            "http": {
                "url": "https://example.org/a.csv",
                "auth": {
                    "clientCert": {"clientCertSecret": _KEY, "clientKeySecret": _KEY}
                },
            },
        },
        {
            "name": "artifactory",
            "path": "/in/artifactory",
            "artifactory": {
                "url": "https://example.org/artifactory/a.csv",
                "usernameSecret": _KEY,
                "passwordSecret": _KEY,
            },
        },
        {
            "name": "own",
            "path": "/in/own",
            "plugin": {
                "name": "store",
                "key": "a.csv",
                "configuration": "{}",
                "connectionTimeoutSeconds": 5,
            },
        },
    )


@compiles
def argo_files_in_full() -> Workflow:
    """How files go in and come out, and where logs are kept."""
    made: list[Artifact] = [
        {
            "name": "packed",
            "path": "/out/packed",
            "archive": {"tar": {"compressionLevel": 3}},
            "artifactGC": {
                "strategy": "OnWorkflowDeletion",
                "serviceAccountName": "cleaner",
                "podMetadata": {"labels": {"team": "ml"}},
            },
            "archiveLogs": True,
        },
        {"name": "zipped", "path": "/out/zipped", "archive": {"zip": {}}},
    ]
    body = argo.with_fields(
        {"container": {"image": _IMAGE, "command": ["ls"]}},
        inputs={
            "artifacts": [
                {
                    "name": "part",
                    "path": "/in/part",
                    "raw": {"data": "hi"},
                    "subPath": "a",
                }
            ]
        },
        outputs={"artifacts": made},
        archiveLocation={"archiveLogs": True, "s3": {"bucket": "logs", "key": "say"}},
    )
    with couler.workflow("keeps") as built:
        couler.run_foreign("argo", "container", body, step_name="make")
    return built.workflow


@compiles
def argo_where_logs_are_kept() -> Workflow:
    """Every place that the logs of a step can be kept in."""
    places = {
        "gcs": {"bucket": "logs", "key": "say"},
        "oss": {"bucket": "logs", "key": "say", "endpoint": "oss.example.org"},
        "azure": {
            "container": "logs",
            "blob": "say",
            "endpoint": "https://store.example.org",
        },
        "hdfs": {"addresses": ["name.example.org:8020"], "path": "/say"},
        "http": {"url": "https://example.org/say"},
        "git": {"repo": "https://example.org/say.git"},
        "raw": {"data": ""},
        "artifactory": {"url": "https://example.org/say"},
        "plugin": {"name": "store", "key": "say"},
    }
    with couler.workflow("logs") as built:
        for name, place in places.items():
            couler.run_container(
                _IMAGE,
                "echo",
                ["hi"],
                step_name=name,
                extras=argo.template(archiveLocation={name: place}),  # type: ignore[misc]
            )
    return built.workflow


@compiles
def argo_values_in_full() -> Workflow:
    """Where values come from that no other engine knows."""
    body = argo.with_fields(
        {"container": {"image": _IMAGE, "command": ["true"]}},
        inputs={
            "parameters": [
                {
                    "name": "level",
                    "description": "how loud",
                    "valueFrom": {
                        "configMapKeyRef": {"name": "levels", "key": "loud"},
                        "default": "3",
                    },
                },
                {"name": "pace", "value": "fast", "enum": ["fast", "slow"]},
            ]
        },
    )
    choose = argo.dag(
        tasks=[
            {
                "name": "one",
                "inline": {
                    "container": {"image": _IMAGE, "command": ["true"]},
                    "outputs": {
                        "parameters": [{"name": "x", "valueFrom": {"path": "/x"}}],
                        "artifacts": [{"name": "file", "path": "/file"}],
                    },
                },
            }
        ]
    )
    chosen = argo.with_fields(
        choose,
        outputs={
            "parameters": [
                {
                    "name": "x",
                    "valueFrom": {"expression": "tasks.one.outputs.parameters.x"},
                },
                {
                    "name": "y",
                    "valueFrom": {"parameter": "{{tasks.one.outputs.parameters.x}}"},
                },
            ],
            "artifacts": [
                {
                    "name": "file",
                    "fromExpression": "tasks.one.outputs.artifacts.file",
                },
                {"name": "same", "from": "{{tasks.one.outputs.artifacts.file}}"},
            ],
        },
    )
    with couler.workflow("values") as built:
        couler.run_foreign("argo", "container", body, step_name="read")
        couler.run_foreign("argo", "dag", chosen, step_name="choose")
    return built.workflow
