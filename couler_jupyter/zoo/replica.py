"""One role of a distributed job: how many pods, and what each runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from couler_jupyter.dsl import Secret
from couler_jupyter.dsl.origin import misused

Command: TypeAlias = str | Sequence[object]
"""A list of words, or a text that `sh -c` runs; values known later may stand in it."""

_SHARED_MEMORY = "shared-memory"


class RestartPolicy(StrEnum):
    """What happens when a pod of a job ends badly."""

    NEVER = "Never"
    ON_FAILURE = "OnFailure"
    ALWAYS = "Always"
    EXIT_CODE = "ExitCode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """One role of a distributed job; what it does not say is the job's.

    Attributes:
        count: how many pods.
        image: what they run in.
        command: what they run.
        resources: what each asks for and may use at the most, as Kubernetes writes it.
        restart_policy: what happens when one ends badly.
        env: variables; values may be known later, or keys of secrets.
        secret: a secret whose keys become variables.
        node_selector: labels of the nodes they may run on.
        shared_memory: size of /dev/shm, as `2Gi`; empty for the usual 64 MiB.
    """

    count: int = 1
    image: str = ""
    command: Command = ()
    resources: Mapping[str, Any] = field(default_factory=dict[str, Any])
    restart_policy: RestartPolicy | str = RestartPolicy.NEVER
    env: Mapping[str, Any] = field(default_factory=dict[str, Any])
    secret: Secret | None = None
    node_selector: Mapping[str, str] = field(default_factory=dict[str, str])
    shared_memory: str = ""

    def __post_init__(self) -> None:
        """Check the number and the policy.

        Raises:
            BuildFailed: one of them makes no sense.
        """
        if isinstance(self.count, bool) or self.count < 1:
            raise misused(f"count={self.count!r} of a replica must be 1 or more")
        if self.restart_policy not in {*RestartPolicy}:
            known = ", ".join(RestartPolicy)
            raise misused(
                f"restart_policy={self.restart_policy!r} must be one of {known}"
            )


def replica_spec(
    replica: Replica, role: str, container: str, image: str, command: Command
) -> dict[str, Any]:
    """Return a role as its operator reads it, without the restart policy.

    Args:
        replica: the role.
        role: how the operator calls it, for messages.
        container: the container's name; operators know theirs by it.
        image: the job's.
        command: the job's.

    Raises:
        BuildFailed: it has no image.
    """
    if not (replica.image or image):
        raise misused(f"{role} has no image; give the job one, or the replica its own")
    main: dict[str, Any] = {"name": container, "image": replica.image or image}
    if words := words_of(replica.command or command):
        main["command"] = words
    if env := _variables(replica):
        main["env"] = env
    if replica.resources:
        amounts = dict(replica.resources)
        main["resources"] = {"requests": amounts, "limits": dict(amounts)}
    spec: dict[str, Any] = {"containers": [main]}
    if replica.shared_memory:
        main["volumeMounts"] = [{"name": _SHARED_MEMORY, "mountPath": "/dev/shm"}]  # noqa: S108
        folder = {"medium": "Memory", "sizeLimit": replica.shared_memory}
        spec["volumes"] = [{"name": _SHARED_MEMORY, "emptyDir": folder}]
    if replica.node_selector:
        spec["nodeSelector"] = dict(replica.node_selector)
    return {"replicas": replica.count, "template": {"spec": spec}}


def words_of(command: Command) -> list[object]:
    """Return a command as words; a text is run by the image's shell."""
    if isinstance(command, str):
        return ["sh", "-c", command] if command else []
    return list(command)


def _variables(replica: Replica) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "value": value} for name, value in replica.env.items()
    ]
    secret = replica.secret
    for key in secret.keys if secret is not None else ():
        ref = {"secretKeyRef": {"name": secret.name if secret else "", "key": key}}
        found.append({"name": key, "valueFrom": ref})
    return found
