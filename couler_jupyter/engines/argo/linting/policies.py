"""What templates and whole workflows have in common: locks, memory, metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.engines.argo.linting.names import object_fault
from couler_jupyter.engines.argo.linting.plain import (
    Object,
    entries,
    has_tag,
    inside,
    text,
)
from couler_jupyter.engines.argo.linting.references import check_when
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path

BAD_LOCK = Rule("ARGO611", "bad-lock", "a mutex has a name, a semaphore a limit")
_MEMO_KEY = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
BAD_MEMO = Rule("ARGO612", "bad-memoize", "what is memoized has a key and a cache")
NO_MAX_AGE = Rule(
    "ARGO613",
    "memoize-without-age",
    "maxAge is said, since kubectl refuses memoize without it",
    Severity.WARNING,
)
BAD_METRIC = Rule(
    "ARGO614", "bad-metric", "a metric has a name, a help text and a value"
)
MANY_METRICS = Rule("ARGO615", "too-many-metrics", "there are up to 100 metrics")
MANY_PARAMETERS = Rule(
    "ARGO616", "too-many-parameters", "there are up to 500 parameters"
)

_METRIC = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_METRIC_KINDS = ("gauge", "counter", "histogram")


def check_policies(body: Object, path: Path, report: Report) -> None:
    """Look at the locks, the cache and the metrics of a template or a spec."""
    _check_locks(inside(body, "synchronization"), (*path, "synchronization"), report)
    if isinstance(body.get("memoize"), dict):
        _check_memo(inside(body, "memoize"), (*path, "memoize"), report)
    metrics = list(entries(inside(body, "metrics"), "prometheus"))
    where = (*path, "metrics", "prometheus")
    if len(metrics) > 100:
        report.add(
            MANY_METRICS,
            where,
            f"there are {len(metrics)} metrics",
            "the cluster takes 100",
            key=True,
        )
    for at, metric in metrics:
        _check_metric(metric, (*where, at), report)
    for key in ("inputs", "outputs", "arguments"):
        number = sum(1 for _ in entries(inside(body, key), "parameters"))
        if number > 500:
            where = (*path, key, "parameters")
            report.add(
                MANY_PARAMETERS,
                where,
                f"there are {number} parameters",
                "the cluster takes 500",
                key=True,
            )


def _check_locks(body: Object, path: Path, report: Report) -> None:
    for where, mutex in _locks(body, "mutex", "mutexes", path):
        if not text(mutex, "name"):
            report.add(BAD_LOCK, (*where, "name"), "this mutex has no name")
    for where, semaphore in _locks(body, "semaphore", "semaphores", path):
        said = [
            key
            for key in ("configMapKeyRef", "database")
            if semaphore.get(key) is not None
        ]
        if len(said) != 1:
            what = f"this semaphore has {' and '.join(said) or 'no limit'}"
            report.add(
                BAD_LOCK, where, what, "right is one of configMapKeyRef and database"
            )


def _locks(
    body: Object, one: str, many: str, path: Path
) -> Iterator[tuple[Path, Object]]:
    """Yield locks with their paths; Argo before 4.0 has one alone, too."""
    if isinstance(body.get(one), dict):
        yield (*path, one), inside(body, one)
    for at, lock in entries(body, many):
        yield (*path, many, at), lock


def _check_memo(body: Object, path: Path, report: Report) -> None:
    key = text(body, "key")
    if not key:
        report.add(BAD_MEMO, (*path, "key"), "memoize has no key")
    elif not has_tag(key) and not _MEMO_KEY.fullmatch(key):
        report.add(
            BAD_MEMO,
            (*path, "key"),
            f"{shown(key)} is no key",
            "letters, digits and dashes are, a dash not first",
        )
    name = text(inside(body, "cache", "configMap"), "name")
    if not name:
        report.add(
            BAD_MEMO,
            (*path, "cache"),
            "memoize has no cache",
            "it needs cache.configMap.name",
        )
    elif not has_tag(name) and (fault := object_fault(name, 253)):
        report.add(
            BAD_MEMO,
            (*path, "cache", "configMap", "name"),
            f"{shown(name)} is no good name",
            fault,
        )
    if body.get("maxAge") is None:
        report.add(
            NO_MAX_AGE,
            (*path, "maxAge"),
            "memoize has no maxAge",
            "right is a length of time, as 24h, or an empty text",
        )


def _check_metric(metric: Object, path: Path, report: Report) -> None:
    name = text(metric, "name")
    if _METRIC.fullmatch(name) is None:
        what = (
            f"{shown(name)} is no name of a metric"
            if name
            else "this metric has no name"
        )
        report.add(
            BAD_METRIC, (*path, "name"), what, "letters, digits and '_' make one"
        )
    if not text(metric, "help"):
        report.add(
            BAD_METRIC, (*path, "help"), f"metric {shown(name)} has no help text"
        )
    said = [key for key in _METRIC_KINDS if isinstance(metric.get(key), dict)]
    if len(said) != 1:
        what = f"metric {shown(name)} has {' and '.join(said) or 'no value'}"
        report.add(
            BAD_METRIC, path, what, f"right is one of {', '.join(_METRIC_KINDS)}"
        )
    for kind in said:
        value = metric[kind]
        if not text(value, "value"):
            report.add(
                BAD_METRIC,
                (*path, kind, "value"),
                f"{kind} of metric {shown(name)} has no value",
            )
        if kind == "histogram" and not inside(metric, kind).get("buckets"):
            report.add(
                BAD_METRIC,
                (*path, kind, "buckets"),
                f"histogram {shown(name)} has no buckets",
            )
    for at, label in entries(metric, "labels"):
        if _METRIC.fullmatch(text(label, "key")) is None:
            report.add(
                BAD_METRIC,
                (*path, "labels", at, "key"),
                f"{shown(text(label, 'key'))} is no name of a label",
            )
    if when := text(metric, "when"):
        check_when(when, (*path, "when"), report)
