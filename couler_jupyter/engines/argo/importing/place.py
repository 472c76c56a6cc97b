"""What only Argo's templates say of where a step runs: its tags, boxes and labels."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.reading.tags import Lookup, read_text
from couler_jupyter.engines.kube.reading import containers
from couler_jupyter.engines.kube.reading.fields import (
    Object,
    flag_at,
    object_at,
    objects_at,
    pairs_at,
    text_at,
)
from couler_jupyter.ir import EnvVar, Sidecar, Text


def read_env(node: Object, lookup: Lookup) -> tuple[EnvVar, ...]:
    """Return the environment variables of a container.

    Raises:
        NoWord: one is taken from where the IR does not look.
    """
    return containers.read_env(node, lambda text: read_text(text, lookup))


def read_words(node: Object, key: str, lookup: Lookup) -> tuple[Text, ...]:
    """Return the words of a command, which Kubernetes expands.

    Raises:
        NoWord: one names a variable of the container.
    """
    return containers.read_words(node, key, lambda text: read_text(text, lookup))


def read_sidecars(node: Object, key: str, lookup: Lookup) -> Iterator[Sidecar]:
    """Yield the containers that run beside or before the main one."""
    for one in objects_at(node, key):
        yield Sidecar(
            name=text_at(one, "name"),
            image=text_at(one, "image"),
            command=read_words(one, "command", lookup),
            args=read_words(one, "args", lookup),
            env=read_env(one, lookup),
            mounts=tuple(containers.read_mounts(one)),
            resources=containers.read_resources(one),
            mirror_mounts=flag_at(one, "mirrorVolumeMounts"),
        )


def read_labels(node: Object, key: str) -> tuple[tuple[str, str], ...]:
    """Return labels or annotations, in the metadata of a template."""
    return pairs_at(object_at(node, "metadata"), key)
