"""Retries, memory of what was done, and locks, as Argo writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes


class RetryStrategy(TypedDict, total=False):
    """How often something is tried again, and after which ends."""

    affinity: RetryAffinity
    backoff: Backoff
    expression: str
    limit: str | int
    retryPolicy: str


class Backoff(TypedDict, total=False):
    """How long it waits in between."""

    cap: str
    duration: str
    factor: str | int
    maxDuration: str


class RetryAffinity(TypedDict, total=False):
    """Where it is tried again."""

    nodeAntiAffinity: RetryNodeAntiAffinity


class RetryNodeAntiAffinity(TypedDict, total=False):
    """On another node."""


class Memoize(TypedDict, total=False):
    """What was done under this key is not done again."""

    cache: Cache
    key: str
    maxAge: str


class Cache(TypedDict, total=False):
    """Where it is kept."""

    configMap: Kubernetes


class Synchronization(TypedDict, total=False):
    """What it waits for before it runs."""

    mutexes: Sequence[Mutex]
    semaphores: Sequence[SemaphoreRef]


class Mutex(TypedDict, total=False):
    """One at a time has it."""

    database: bool
    name: str
    namespace: str


class SemaphoreRef(TypedDict, total=False):
    """So many at a time have it."""

    configMapKeyRef: Kubernetes
    database: SyncDatabaseRef
    namespace: str


class SyncDatabaseRef(TypedDict, total=False):
    """A lock that several clusters share."""

    key: str
