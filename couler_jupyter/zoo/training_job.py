"""Jobs of Kubeflow's training operator, which have much in common.

Source: https://www.kubeflow.org/docs/components/trainer/legacy-v1/, kubeflow.org/v1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from couler_jupyter.dsl import StepOutput, run_job
from couler_jupyter.dsl.origin import misused
from couler_jupyter.zoo.options import RunOptions, how_to_run
from couler_jupyter.zoo.replica import Command, Replica, RestartPolicy, replica_spec

_CLEAN = ("All", "Running", "None")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class JobOptions(RunOptions, total=False):
    """Options of every training job.

    Attributes:
        clean_pod_policy: which pods go when the job ends: All, Running or None.
        name: how the object is called; the cluster adds some letters.
    """

    clean_pod_policy: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of job.

    Attributes:
        name: as Kubernetes calls it.
        replicas: the field its roles stand in.
        container: the name of the container that the operator looks for.
        leader: the role whose end is the job's; without it that of all workers.
        restarts: whether its roles have a restart policy.
    """

    name: str
    replicas: str
    container: str
    leader: str
    restarts: bool = True


def training_job(
    kind: Kind,
    roles: Mapping[str, Replica | None],
    *,
    image: str,
    command: Command,
    options: JobOptions,
    more: Mapping[str, Any] = _NOTHING,
) -> StepOutput:
    """Add a step that hands a job to its operator and waits until it is done.

    Args:
        kind: what kind of job.
        roles: its roles; None for those it does not have.
        image: what roles run in that do not say so.
        command: what roles run that do not say so.
        options: see `JobOptions`.
        more: further fields of the object's spec.

    Raises:
        BuildFailed: it has no role, or one of them makes no sense.
    """
    there = {role: one for role, one in roles.items() if one is not None}
    if not there:
        known = ", ".join(roles)
        raise misused(f"a {kind.name} has at least one of {known}")
    name = options.get("name", f"{kind.container}-train")
    manifest = {
        "apiVersion": "kubeflow.org/v1",
        "kind": kind.name,
        "metadata": {"generateName": f"{name}-"},
        "spec": {
            "runPolicy": {"cleanPodPolicy": _clean(options)},
            **more,
            kind.replicas: {
                role: _role(kind, role, one, image, command)
                for role, one in there.items()
            },
        },
    }
    return run_job(
        manifest,
        _success(kind, there),
        ", ".join(_failures(there)),
        **how_to_run(options),
    )


def _role(
    kind: Kind, role: str, replica: Replica, image: str, command: Command
) -> dict[str, Any]:
    if role == kind.leader and replica.count != 1:
        raise misused(f"there is one {role} in a {kind.name}, not {replica.count}")
    spec = replica_spec(replica, role, kind.container, image, command)
    policy = {"restartPolicy": str(replica.restart_policy)} if kind.restarts else {}
    return {**spec, **policy}


def _success(kind: Kind, roles: Mapping[str, Replica]) -> str:
    """Return when a job has ended well: its leader has, or else all workers have."""
    for role in (kind.leader, "Worker"):
        if role in roles:
            return f"status.replicaStatuses.{role}.succeeded == {roles[role].count}"
    raise misused(f"a {kind.name} without {kind.leader} has at least one Worker")


def _failures(roles: Mapping[str, Replica]) -> list[str]:
    """Return when it has failed; where exit codes decide, a bad end may be made good."""
    decided = {
        role: one
        for role, one in roles.items()
        if one.restart_policy != RestartPolicy.EXIT_CODE
    }
    return [f"status.replicaStatuses.{role}.failed > 0" for role in decided]


def _clean(options: Mapping[str, Any]) -> str:
    policy = options.get("clean_pod_policy", "Running")
    if policy not in _CLEAN:
        known = ", ".join(_CLEAN)
        raise misused(f"clean_pod_policy={policy!r} must be one of {known}")
    return str(policy)
