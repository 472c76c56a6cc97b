"""Object stores as the prelude opens them: a URL, words of fsspec, and secrets by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

from couler_jupyter.engines.airflow.trees import Trees
from couler_jupyter.ir import GCS, S3, Azure, SecretRef, Text

Store: TypeAlias = S3 | GCS | Azure


def store_said(store: Store, trees: Trees) -> tuple[Any, ...]:
    """Return where an object lies and how its store is opened."""
    match store:
        case S3(bucket=bucket, key=key):
            protocol = "s3"
        case GCS(bucket=bucket, key=key):
            protocol = "gs"
        case Azure(container=bucket, blob=key):
            protocol = "abfs"
    rest = key.lstrip("/") if isinstance(key, str) else key
    url = ("text", f"{protocol}://", trees.text(bucket), "/", trees.text(rest))
    return ("store", url, _words(store), _secrets(store))


def store_faults(store: Store) -> Iterator[str]:
    """Yield why an object cannot be reached."""
    bucket: Text = store.container if isinstance(store, Azure) else store.bucket
    if bucket == "":
        yield "names no bucket; Airflow has no usual one"
    if isinstance(store, S3) and store.role_arn:
        yield "is reached by a role; name keys, or let the worker have the role"


def _words(store: Store) -> dict[str, Any]:
    match store:
        case S3():
            words = _s3_words(store)
        case GCS():
            return {}
        case Azure(endpoint=endpoint):
            host = endpoint.rpartition("//")[2].rstrip("/")
            account = host.partition(".")[0]
            words = {"account_name": account, "account_host": host} if host else {}
    return {**words, **({"anon": False} if store.use_sdk_credentials else {})}


def _s3_words(store: S3) -> dict[str, Any]:
    words: dict[str, Any] = {}
    if store.endpoint:
        scheme = "http" if store.insecure else "https"
        named = store.endpoint
        words["endpoint_url"] = named if "://" in named else f"{scheme}://{named}"
    if store.insecure:
        words["use_ssl"] = False
    if store.region:
        words["client_kwargs"] = {"region_name": store.region}
    return words


def _secrets(store: Store) -> dict[str, tuple[str, str, bool]]:
    match store:
        case S3():
            named = {
                "key": store.access_key,
                "secret": store.secret_key,
                "token": store.session_token,
            }
        case GCS():
            named = {"token": store.service_account_key}
        case Azure():
            named = {"account_key": store.account_key}
    return {word: _named(one) for word, one in named.items() if one is not None}


def _named(one: SecretRef) -> tuple[str, str, bool]:
    return one.name, one.key, one.optional
