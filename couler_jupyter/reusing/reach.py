"""Where a cluster finds the objects of a store, in the words of a workflow.

What the cluster calls the place may differ from what it is called here, and its
credentials are its own: `cluster` in the configuration says both.

    ""                                     as the store's URL says, credentials of the pods
    repository                             in the artifact repository of the engine: keys
                                           alone are enough
    s3://bucket/prefix?endpoint=minio:9000&insecure=true&access_key=SECRET/KEY
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qsl, urlsplit

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Azure,
    Http,
    Managed,
    SecretRef,
    Storage,
    nearest,
)
from couler_jupyter.store.places import path_of

Told: TypeAlias = dict[str, str]
REPOSITORY = "repository"
_AMAZON = "s3.amazonaws.com"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "FSSPEC_S3_ENDPOINT_URL")


class OutOfReach(UsageFailed):
    """A cluster cannot read the store; says why and what would help."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Tells where objects lie."""

    place_of: Callable[[str], Storage]

    def __call__(self, digest: str) -> Storage:
        """Return where an object lies."""
        return self.place_of(path_of(digest))


def reach_of(
    url: str, cluster: str = "", *, variables: Mapping[str, str] = os.environ
) -> Reach:
    """Return where a cluster finds what lies in a store.

    Args:
        url: of the store.
        cluster: how the cluster sees it; empty for the same way.
        variables: of the environment, which may name an endpoint of S3.

    Raises:
        OutOfReach: it cannot read that.
    """
    if cluster == REPOSITORY:
        prefix = urlsplit(url).path.strip("/")
        return Reach(lambda path: Managed(key=_joined(prefix, path)))
    split = urlsplit(cluster or url)
    if split.scheme in ("", "file", "memory"):
        raise OutOfReach(
            f"{cluster or url} is on this machine, where no cluster can read files; "
            "keep the store on S3 or the like, or say in `cluster` where pods find it"
        )
    kind = _KINDS.get(split.scheme)
    if kind is None:
        raise OutOfReach(
            f"no cluster reads {split.scheme}://{nearest(split.scheme, _KINDS)}"
        )
    told = dict(parse_qsl(split.query))
    if not cluster and split.scheme == "s3":
        told |= _own_endpoint(variables)
    make = partial(kind, split, told)
    make("any")  # so that what is wrong is said at once
    return Reach(make)


def _s3(split: SplitResult, told: Told, path: str) -> Storage:
    _check(
        told, "endpoint region insecure access_key secret_key session_token role_arn"
    )
    key = _secret(told, "access_key")
    return S3(
        bucket=split.netloc,
        key=_joined(split.path, path),
        endpoint=told.get("endpoint", _AMAZON),
        region=told.get("region", ""),
        insecure=told.get("insecure") == "true",
        access_key=key,
        secret_key=_secret(told, "secret_key"),
        session_token=_secret(told, "session_token"),
        role_arn=told.get("role_arn", ""),
        use_sdk_credentials=key is None,
    )


def _gcs(split: SplitResult, told: Told, path: str) -> Storage:
    _check(told, "service_account_key")
    return GCS(
        bucket=split.netloc,
        key=_joined(split.path, path),
        service_account_key=_secret(told, "service_account_key"),
    )


def _azure(split: SplitResult, told: Told, path: str) -> Storage:
    _check(told, "endpoint account_key")
    if "endpoint" not in told:
        raise OutOfReach(
            "name the account: ?endpoint=https://NAME.blob.core.windows.net"
        )
    key = _secret(told, "account_key")
    return Azure(
        container=split.netloc,
        blob=_joined(split.path, path),
        endpoint=told["endpoint"],
        account_key=key,
        use_sdk_credentials=key is None,
    )


def _oss(split: SplitResult, told: Told, path: str) -> Storage:
    _check(told, "endpoint access_key secret_key")
    if "endpoint" not in told:
        raise OutOfReach("name the endpoint: ?endpoint=https://oss-REGION.aliyuncs.com")
    key = _secret(told, "access_key")
    return OSS(
        bucket=split.netloc,
        key=_joined(split.path, path),
        endpoint=told["endpoint"],
        access_key=key,
        secret_key=_secret(told, "secret_key"),
        use_sdk_credentials=key is None,
    )


def _hdfs(split: SplitResult, told: Told, path: str) -> Storage:
    _check(told, "user")
    return HDFS(
        path=f"/{_joined(split.path, path)}",
        addresses=(split.netloc,),
        user=told.get("user", ""),
    )


def _http(split: SplitResult, told: Told, path: str) -> Storage:
    _check(told, "")
    return Http(url=f"{split.scheme}://{split.netloc}/{_joined(split.path, path)}")


_KINDS: Mapping[str, Callable[[SplitResult, Told, str], Storage]] = MappingProxyType(
    {
        "s3": _s3,
        "s3a": _s3,
        "gs": _gcs,
        "gcs": _gcs,
        "az": _azure,
        "abfs": _azure,
        "oss": _oss,
        "hdfs": _hdfs,
        "http": _http,
        "https": _http,
    }
)


def _check(told: Told, known: str) -> None:
    for name in told:
        if name not in known.split():
            raise OutOfReach(f"no choice {name!r}{nearest(name, known.split())}")


def _secret(told: Told, name: str) -> SecretRef | None:
    """Return a reference to a secret; what is given is never the secret itself."""
    if name not in told:
        return None
    secret, _, key = told[name].partition("/")
    if not secret or not key:
        raise OutOfReach(
            f"{name}: write the secret's name and its key, as minio/{name}"
        )
    return SecretRef(secret, key)


def _own_endpoint(variables: Mapping[str, str]) -> Told:
    named = next((variables[one] for one in _ENDPOINTS if variables.get(one)), "")
    if not named:
        return {}
    split = urlsplit(named)
    told = {"endpoint": split.netloc or named}
    return told | ({"insecure": "true"} if split.scheme == "http" else {})


def _joined(prefix: str, path: str) -> str:
    return f"{prefix.strip('/')}/{path}".lstrip("/")
