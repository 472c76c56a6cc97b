"""What can be told of an image by its name."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.packages import (
    CLOSED,
    IMAGES,
    PUBLISHERS,
    REGISTRIES,
    lookalike,
)


def image_finds(image: str) -> Iterator[Found]:
    """Yield what a person should see of an image's name."""
    registry, path, tag = parts_of(image)
    *publishers, name = path.split("/")
    near = lookalike(name, IMAGES)
    near_publisher = lookalike(publishers[0], PUBLISHERS) if publishers else None
    near_registry = lookalike(registry, REGISTRIES) if registry else None
    if near or near_publisher or near_registry:
        meant = near or near_publisher or near_registry
        yield Found(
            "policy-image-lookalike", f"image {excerpt(image)}: {meant} is meant?"
        )
        return
    if not tag or tag == "latest":
        what = f"image {excerpt(image)} may change; give it a tag or a digest"
        yield Found("policy-image-unpinned", what)
    if not _is_known(registry, publishers, name):
        what = f"image {excerpt(image)} is of a source that is not known here"
        yield Found("policy-image-source", what)


def parts_of(image: str) -> tuple[str, str, str]:
    """Return an image's registry, path, and tag or digest, each empty if not given.

    >>> parts_of("localhost:5000/team/app:1.2"), parts_of("busybox@sha256:ab")
    (('localhost:5000', 'team/app', '1.2'), ('', 'busybox', 'sha256:ab'))
    """
    name, _, digest = image.strip().partition("@")
    first, slash, rest = name.partition("/")
    has_registry = bool(slash) and (
        "." in first or ":" in first or first == "localhost"
    )
    registry, path = (first, rest) if has_registry else ("", name)
    path, _, tag = path.partition(":")
    return registry, path, digest or tag


def _is_known(registry: str, publishers: list[str], name: str) -> bool:
    host = registry.partition(":")[0]
    if host in CLOSED:
        return True
    if host and host not in REGISTRIES:
        return False
    return publishers[0] in PUBLISHERS if publishers else name in IMAGES
