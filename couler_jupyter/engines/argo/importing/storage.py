"""Where an artifact lies, by the kind of storage that Argo names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from couler_jupyter.engines.argo.reading.tags import Lookup, read_text
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    objects_at,
    text_at,
    texts_at,
    whole_at,
)
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Azure,
    Git,
    Http,
    Inline,
    Managed,
    SecretRef,
    Storage,
    Text,
)


def read_storage(artifact: Object, lookup: Lookup) -> Storage | None:
    """Return where an artifact lies; None where it says nothing of that.

    Raises:
        NoWord: it lies in a kind of place that the IR does not have.
    """
    named = [kind for kind in _READERS if kind in artifact]
    if len(named) > 1:
        raise NoWord("an artifact lies in two places")
    if not named:
        return None
    return _READERS[named[0]](object_at(artifact, named[0]), lookup)


def secret(node: Object, key: str) -> SecretRef | None:
    """Return the reference to a key of a secret in a field."""
    if key not in node:
        return None
    one = object_at(node, key)
    optional = flag_at(one, "optional")
    return SecretRef(text_at(one, "name"), text_at(one, "key"), optional)


def _text(node: Object, key: str, lookup: Lookup) -> Text:
    return read_text(text_at(node, key), lookup)


def _s3(node: Object, lookup: Lookup) -> Storage:
    if set(node) == {"key"}:
        return Managed(key=_text(node, "key", lookup))
    return S3(
        bucket=_text(node, "bucket", lookup),
        key=_text(node, "key", lookup),
        endpoint=text_at(node, "endpoint"),
        region=text_at(node, "region"),
        insecure=flag_at(node, "insecure"),
        access_key=secret(node, "accessKeySecret"),
        secret_key=secret(node, "secretKeySecret"),
        session_token=secret(node, "sessionTokenSecret"),
        role_arn=text_at(node, "roleARN"),
        use_sdk_credentials=flag_at(node, "useSDKCreds"),
    )


def _gcs(node: Object, lookup: Lookup) -> Storage:
    return GCS(
        bucket=_text(node, "bucket", lookup),
        key=_text(node, "key", lookup),
        service_account_key=secret(node, "serviceAccountKeySecret"),
    )


def _oss(node: Object, lookup: Lookup) -> Storage:
    return OSS(
        bucket=_text(node, "bucket", lookup),
        key=_text(node, "key", lookup),
        endpoint=text_at(node, "endpoint"),
        access_key=secret(node, "accessKeySecret"),
        secret_key=secret(node, "secretKeySecret"),
        security_token=text_at(node, "securityToken"),
        use_sdk_credentials=flag_at(node, "useSDKCreds"),
    )


def _azure(node: Object, lookup: Lookup) -> Storage:
    return Azure(
        container=_text(node, "container", lookup),
        blob=_text(node, "blob", lookup),
        endpoint=text_at(node, "endpoint"),
        account_key=secret(node, "accountKeySecret"),
        use_sdk_credentials=flag_at(node, "useSDKCreds"),
    )


def _hdfs(node: Object, lookup: Lookup) -> Storage:
    return HDFS(
        path=_text(node, "path", lookup),
        addresses=texts_at(node, "addresses"),
        user=text_at(node, "hdfsUser"),
        force=flag_at(node, "force"),
    )


def _git(node: Object, lookup: Lookup) -> Storage:
    return Git(
        repository=_text(node, "repo", lookup),
        revision=_text(node, "revision", lookup),
        branch=text_at(node, "branch"),
        depth=whole_at(node, "depth"),
        single_branch=flag_at(node, "singleBranch"),
        disable_submodules=flag_at(node, "disableSubmodules"),
        fetch=texts_at(node, "fetch"),
        username=secret(node, "usernameSecret"),
        password=secret(node, "passwordSecret"),
        ssh_key=secret(node, "sshPrivateKeySecret"),
    )


def _http(node: Object, lookup: Lookup) -> Storage:
    headers = [
        (text_at(one, "name"), text_at(one, "value"))
        for one in objects_at(node, "headers")
    ]
    basic = object_at(object_at(node, "auth"), "basicAuth")
    return Http(
        url=_text(node, "url", lookup),
        headers=tuple(headers),
        username=secret(basic, "usernameSecret"),
        password=secret(basic, "passwordSecret"),
    )


def _raw(node: Object, lookup: Lookup) -> Storage:
    return Inline(_text(node, "data", lookup))


_READERS: Mapping[str, Callable[[Object, Lookup], Storage]] = MappingProxyType(
    {
        "s3": _s3,
        "gcs": _gcs,
        "oss": _oss,
        "azure": _azure,
        "hdfs": _hdfs,
        "git": _git,
        "http": _http,
        "raw": _raw,
    }
)
