"""Remote input that is read through a cache."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Unpack, cast, get_args

from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.artifact import ArtifactOptions, create_artifact
from couler_jupyter.dsl.duration import Duration, seconds
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.location import storage_at
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.ports import ArtifactSpec
from couler_jupyter.dsl.values import a_kind
from couler_jupyter.ir import Dataset as IrDataset
from couler_jupyter.ir import DatasetCache, Git, Http, Remote

_REMOTES = get_args(Remote)


def Dataset(  # noqa: N802 (it is the word for a thing, as `Artifact`)
    uri: Given,
    *,
    version: Given = "",
    max_age: Duration = 0.0,
    cache: DatasetCache | str = DatasetCache.LOCAL,
    prefetch: bool = True,
    path: str = "",
    **more: Unpack[ArtifactOptions],
) -> ArtifactSpec:
    """Return remote input that is fetched once a version and then read from a cache.

    Args:
        uri: where it lies: `s3://`, `gs://`, `oss://`, `hdfs://`, `https://`, `http://`,
            or a `couler.create_..._artifact`, which also says with which secrets.
        version: the only one to read: what the storage calls it, or `sha256:` and the
            hash of its content; empty for the latest.
        max_age: how long the version seen last is read without asking for a later one.
        cache: `local` for the machine that reads it, `shared` for all that run there
            (on Kubernetes a Fluid Dataset), `none`.
        prefetch: whether it is fetched before the step that takes it starts.
        path: where a program finds it.
        more: options of `create_artifact`.

    Raises:
        BuildFailed: it is not remote, or an option makes no sense.
    """
    source, where = _source(uri)
    if isinstance(source, Git) and not (isinstance(version, str) and version == ""):
        source, version = _at_revision(source, version), ""
    dataset = IrDataset(
        source=source,
        version=version,
        max_age=seconds(max_age, "max_age"),
        cache=_cache(cache),
        prefetch=prefetch,
    )
    return create_artifact(path or where, dataset, **more)


def _source(given: Given) -> tuple[Remote, str]:
    """Return where it lies, and where a program finds it if that is said."""
    where, found = "", given
    if isinstance(given, ArtifactSpec):
        where, found = given.path, given.storage
    elif isinstance(given, Handle):
        found = Http(url=cast("Any", given))
    elif isinstance(given, str):
        found = storage_at(given)
    if not isinstance(found, _REMOTES):
        what = repr(given) if isinstance(given, str) else a_kind(found)
        raise misused(
            f"Dataset: {what} is nothing remote; write s3://, gs://, oss://, hdfs://, "
            "https:// or couler.create_..._artifact; what lies here needs no cache"
        )
    return cast("Remote", found), where


def _at_revision(source: Git, version: Given) -> Git:
    if not (isinstance(source.revision, str) and source.revision == ""):
        raise misused(
            f"Dataset: version={version!r}, but the repository is asked for at revision "
            f"{source.revision!r}; write one of them"
        )
    return replace(source, revision=version)


def _cache(given: DatasetCache | str) -> DatasetCache:
    try:
        return DatasetCache(given)
    except ValueError:
        raise misused(
            f"Dataset: cache={given!r} must be one of {', '.join(DatasetCache)}"
        ) from None
