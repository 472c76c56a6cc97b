"""Metrics for Prometheus, as Argo writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict


class Metrics(TypedDict, total=False):
    """What is counted and measured."""

    prometheus: Sequence[Prometheus]


class Prometheus(TypedDict, total=False):
    """One metric: counter, gauge or histogram."""

    counter: Counter
    gauge: Gauge
    help: str
    histogram: Histogram
    labels: Sequence[MetricLabel]
    name: str
    when: str


class MetricLabel(TypedDict, total=False):
    """A label of a metric."""

    key: str
    value: str


class Counter(TypedDict, total=False):
    """What only grows."""

    value: str


class Gauge(TypedDict, total=False):
    """What goes up and down."""

    operation: str
    realtime: bool
    value: str


class Histogram(TypedDict, total=False):
    """What falls into buckets."""

    buckets: Sequence[float]
    value: str
