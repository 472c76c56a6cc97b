"""Remote input that is read through a cache."""

from __future__ import annotations

from couler_jupyter.ir import (
    OSS,
    S3,
    Dataset,
    DatasetCache,
    Format,
    Git,
    Http,
    InputArtifact,
    OutputRef,
    SecretRef,
    Workflow,
)
from couler_jupyter.testing.case import compiles
from couler_jupyter.testing.parts import flow, sh, step

_DIGITS = Http(url="https://example.org/digits.csv")
_FILE = InputArtifact(name="file")


def _taken(**datasets: Dataset) -> Workflow:
    """A workflow whose steps each take one of these."""
    read = sh("true", inputs=(_FILE,))
    steps = (step(name, read, takes={"file": one}) for name, one in datasets.items())
    return flow("reads", *steps)


@compiles
def dataset() -> Workflow:
    """What a URL answers is read once a version."""
    return _taken(read=Dataset(source=_DIGITS))


@compiles
def dataset_not_kept() -> Workflow:
    """Remote input that says it is not to be kept."""
    return _taken(read=Dataset(source=_DIGITS, cache=DatasetCache.NONE, prefetch=False))


@compiles
def dataset_version() -> Workflow:
    """Only one version is read: by its ETag, by its content."""
    return _taken(
        etag=Dataset(source=_DIGITS, version="5f3a"),
        content=Dataset(source=_DIGITS, version=f"sha256:{'0' * 64}"),
    )


@compiles
def dataset_seldom_asked_for() -> Workflow:
    """A checkout of one revision, and input that need not be looked at every time."""
    return _taken(
        revision=Dataset(source=Git(repository="https://example.org/a", revision="v1")),
        age=Dataset(source=_DIGITS, max_age=86400.0),
    )


@compiles
def dataset_found_out() -> Workflow:
    """Which object is read is known only when an earlier step has ended."""
    key = Format(("days/", OutputRef("day"), ".csv"))
    read = sh("true", inputs=(_FILE,))
    return flow(
        "found-out",
        step("day", sh("echo monday")),
        step("read", read, takes={"file": Dataset(source=S3(bucket="data", key=key))}),
    )


@compiles
def dataset_shared() -> Workflow:
    """Input that all steps, wherever they run, read through one cache."""
    digits = Dataset(
        source=S3(
            bucket="data",
            key="digits/train.csv",
            endpoint="s3.example.org",
            access_key=SecretRef("s3", "access"),
            secret_key=SecretRef("s3", "secret"),
        ),
        cache=DatasetCache.SHARED,
    )
    folder = Dataset(
        source=OSS(bucket="data", key="images/", endpoint="oss.example.org"),
        cache=DatasetCache.SHARED,
        prefetch=False,
    )
    return _taken(train=digits, again=digits, images=folder)
