"""Every field of the Argo API that a user may set: what coverage is measured by.

A field counts once for each type that owns it, however many places the type stands in.
Out are deprecated fields, what only the cluster writes, and `apiVersion` and `kind` of
the five kinds, which make a document what it is.
"""

from __future__ import annotations

from tests.engines.argo.coverage.hera_models import KINDS, types
from tests.engines.argo.coverage.newer import NEWER
from tests.engines.argo.coverage.shape import Field, Pair, Types

FIGURE = (504, 331)
"""Argo's own and Kubernetes' pairs of v4.1.2, counted elsewhere and without a list."""

WRITTEN_BY_CONTROLLER = frozenset(
    {
        Pair("Artifact", "deleted"),
        Pair("ArtifactPaths", "deleted"),
        Pair("Outputs", "exitCode"),
        Pair("Outputs", "result"),
    }
)
"""What the schema takes from a user although only the controller writes it."""

_WRITTEN_BY_CLUSTER = frozenset(
    {
        *(Pair(kind, "status") for kind in KINDS),
        *(Pair(kind, "apiVersion") for kind in KINDS),
        *(Pair(kind, "kind") for kind in KINDS),
        Pair("k8s.PersistentVolumeClaim", "status"),
        Pair("k8s.ObjectMeta", "creationTimestamp"),
        Pair("k8s.ObjectMeta", "deletionGracePeriodSeconds"),
        Pair("k8s.ObjectMeta", "deletionTimestamp"),
        Pair("k8s.ObjectMeta", "generation"),
        Pair("k8s.ObjectMeta", "managedFields"),
        Pair("k8s.ObjectMeta", "resourceVersion"),
        Pair("k8s.ObjectMeta", "uid"),
    }
)


def api() -> Types:
    """Return the types that a user may write, with the fields the schema takes."""
    whole = _together()
    found: dict[str, dict[str, Field]] = {}
    waiting: list[str] = list(KINDS)
    while waiting:
        name = waiting.pop()
        if not name or name in found:
            continue
        found[name] = {
            field: given
            for field, given in sorted(whole[name].items())
            if Pair(name, field) not in _WRITTEN_BY_CLUSTER
        }
        waiting += [one.shape.object_type for one in found[name].values()]
    return found


def _together() -> Types:
    models = types()
    return {
        name: {**models.get(name, {}), **NEWER.get(name, {})}
        for name in {**models, **NEWER}
    }


def pairs(of: Types) -> list[Pair]:
    """Return all pairs, Argo's first, those that only the controller writes too."""
    found = [Pair(owner, field) for owner, fields in of.items() for field in fields]
    return sorted(found, key=lambda pair: (not pair.is_argos, pair))


def settable(of: Types) -> list[Pair]:
    """Return the pairs that a user may set."""
    return [pair for pair in pairs(of) if pair not in WRITTEN_BY_CONTROLLER]
