"""Datasets of Fluid: a cache on the nodes of a cluster, mounted as a volume.

Two objects of one name: a Dataset says where the data lies, a runtime of what the cache
is made; a DataLoad fills it ahead. Fluid makes a claim of the Dataset's name.

Source: https://fluid-cloudnative.github.io/docs and the CRDs of data.fluid.io/v1alpha1.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import get_args

from couler_jupyter.engines.kube.quantity import is_quantity
from couler_jupyter.ir import (
    GCS,
    HDFS,
    OSS,
    S3,
    Dataset,
    Json,
    Remote,
    SecretRef,
    Value,
)

API = "data.fluid.io/v1alpha1"
RUNTIMES = MappingProxyType({"alluxio": "AlluxioRuntime", "jindo": "JindoRuntime"})
"""What a cache may be made of, and the kind of object that says so."""
_NO_NAME = re.compile(r"[^a-z0-9]+")
_VALUES = get_args(Value)
_READABLE = {"alluxio": (S3, OSS, GCS, HDFS), "jindo": (S3, OSS, HDFS)}
_KEYS: Mapping[tuple[str, type], tuple[str, str]] = {
    ("alluxio", S3): ("aws.accessKeyId", "aws.secretKey"),
    ("alluxio", OSS): ("fs.oss.accessKeyId", "fs.oss.accessKeySecret"),
    ("jindo", S3): ("fs.s3.accessKeyId", "fs.s3.accessKeySecret"),
    ("jindo", OSS): ("fs.oss.accessKeyId", "fs.oss.accessKeySecret"),
}
_UNSAID = ("session_token", "role_arn", "security_token", "service_account_key", "user")


@dataclass(frozen=True, slots=True)
class Fluid:
    """How caches are made.

    Attributes:
        runtime: what of: a key of `RUNTIMES`.
        quota: how much a node keeps in memory, as Kubernetes writes amounts.
    """

    runtime: str = "alluxio"
    quota: str = "2Gi"

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with this."""
        if self.runtime not in RUNTIMES:
            known = ", ".join(RUNTIMES)
            yield f"Fluid runtime {self.runtime!r} must be one of {known}"
        if not is_quantity(self.quota):
            yield f"Fluid quota {self.quota!r} is no amount; write it as 2Gi"


@dataclass(frozen=True, slots=True)
class Mounted:
    """Where a dataset is found in the volume of its Fluid Dataset.

    Attributes:
        name: of the Dataset and of its claim.
        within: the file or folder in the volume; empty for all of it.
    """

    name: str
    within: str


def dataset_faults(one: Dataset, fluid: Fluid) -> Iterator[str]:
    """Yield why a dataset cannot be one of Fluid's."""
    source = one.source
    kind = type(source).__name__
    if not isinstance(source, _READABLE.get(fluid.runtime, ())):
        readable = _READABLE.get(fluid.runtime, ())
        known = ", ".join(each.__name__ for each in readable)
        yield f"Fluid with {fluid.runtime} reads {known}, not {kind}; use cache='local'"
        return
    if any(isinstance(getattr(source, f.name), _VALUES) for f in fields(source)):
        yield (
            "where a shared dataset lies must be known when the workflow is compiled; "
            "use cache='local'"
        )
    for name in _UNSAID:
        if getattr(source, name, None):
            yield f"Fluid with {fluid.runtime} has no word for its {name}"
    if isinstance(source, S3 | OSS | GCS) and not source.bucket:
        yield f"{kind} key {source.key!r} has no bucket; name one"
    keys = [getattr(source, name, None) for name in ("access_key", "secret_key")]
    if any(key is not None and key.optional for key in keys):
        yield "the keys that Fluid reads it with cannot be optional"


def mounted_at(one: Dataset, fluid: Fluid) -> Mounted:
    """Return where a dataset without faults is found."""
    root, within = _root(one.source)
    told = json.dumps(
        [root, _options(one.source, fluid), fluid.runtime], sort_keys=True
    )
    keys = repr(_secrets(one.source))
    digest = hashlib.sha256(f"{told}{keys}".encode()).hexdigest()[:10]
    stem = _NO_NAME.sub("-", PurePosixPath(root).name.lower())[:40].rstrip("-")
    # Fluid refuses names that do not begin with a letter
    return Mounted(f"{stem.lstrip('-0123456789') or 'data'}-{digest}", within)


def objects_of(datasets: tuple[Dataset, ...], fluid: Fluid) -> tuple[Json, ...]:
    """Return the objects for these datasets, each once, in the order they are needed."""
    found: dict[str, Json] = {}
    ahead: dict[str, dict[str, None]] = {}
    for one in datasets:
        at = mounted_at(one, fluid)
        found.setdefault(at.name, _dataset(one, at, fluid))
        if one.prefetch:
            ahead.setdefault(at.name, {})[f"/{at.within}"] = None
    made: list[Json] = []
    for name, dataset in found.items():
        made += [dataset, _runtime(name, fluid)]
        if name in ahead:
            made.append(_load(name, tuple(ahead[name])))
    return tuple(made)


def _dataset(one: Dataset, at: Mounted, fluid: Fluid) -> Json:
    root, _ = _root(one.source)
    mount: Json = {"mountPoint": root, "name": at.name, "path": "/", "readOnly": True}
    if options := _options(one.source, fluid):
        mount["options"] = options
    names = _KEYS.get((fluid.runtime, type(one.source)), ())
    secrets = [
        {
            "name": name,
            "valueFrom": {"secretKeyRef": {"name": ref.name, "key": ref.key}},
        }
        for name, ref in zip(names, _secrets(one.source), strict=False)
        if ref is not None
    ]
    if secrets:
        mount["encryptOptions"] = secrets
    return _object("Dataset", at.name, {"mounts": [mount]})


def _runtime(name: str, fluid: Fluid) -> Json:
    level: Json = {
        "mediumtype": "MEM",
        "path": "/dev/shm",  # noqa: S108 (memory of the node, as Fluid names it)
        "quota": fluid.quota,
        "high": "0.95",
        "low": "0.7",
    }
    spec = {"replicas": 1, "tieredstore": {"levels": [level]}}
    return _object(RUNTIMES[fluid.runtime], name, spec)


def _load(name: str, paths: tuple[str, ...]) -> Json:
    target = [{"path": path, "replicas": 1} for path in paths]
    spec = {"dataset": {"name": name}, "loadMetadata": True, "target": target}
    which = hashlib.sha256("\0".join(paths).encode()).hexdigest()[:6]
    return _object("DataLoad", f"{name}-{which}", spec)


def _object(kind: str, name: str, spec: Json) -> Json:
    return {"apiVersion": API, "kind": kind, "metadata": {"name": name}, "spec": spec}


def _root(source: Remote) -> tuple[str, str]:
    """Return what is mounted, a folder, and what in it is meant."""
    match source:
        case HDFS(path=path, addresses=addresses):
            host, key = (addresses or ("default",))[0], str(path)
            scheme = "hdfs"
        case S3(bucket=bucket, key=path) | OSS(bucket=bucket, key=path):
            host, key = str(bucket), str(path)
            scheme = type(source).__name__.lower()
        case GCS(bucket=bucket, key=path):
            host, key, scheme = str(bucket), str(path), "gs"
        case _:
            raise ValueError(f"{type(source).__name__} cannot be mounted")
    folder, _, name = key.strip("/").rpartition("/")
    if key.endswith("/"):
        folder, name = key.strip("/"), ""
    return f"{scheme}://{host}/{folder}".rstrip("/") + "/", name


def _options(source: Remote, fluid: Fluid) -> dict[str, str]:
    match source:
        case S3(endpoint=endpoint) if fluid.runtime == "alluxio":
            return _s3_of_alluxio(source) if endpoint or source.region else {}
        case S3(endpoint=endpoint) if endpoint:
            return {"fs.s3.endpoint": endpoint}
        case OSS(endpoint=endpoint) if endpoint:
            return {"fs.oss.endpoint": endpoint}
        case _:
            return {}


def _s3_of_alluxio(source: S3) -> dict[str, str]:
    options: dict[str, str] = {}
    if source.endpoint:
        scheme = "http" if source.insecure else "https"
        whole = "://" in source.endpoint
        url = source.endpoint if whole else f"{scheme}://{source.endpoint}"
        options["alluxio.underfs.s3.endpoint"] = url
        options["alluxio.underfs.s3.disable.dns.buckets"] = "true"
    if source.region:
        options["alluxio.underfs.s3.region"] = source.region
    return options


def _secrets(source: Remote) -> tuple[SecretRef | None, ...]:
    names = ("access_key", "secret_key")
    return tuple(getattr(source, name, None) for name in names)
