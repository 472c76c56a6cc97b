"""The roles of a job as the open SDK's arguments have them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from couler_jupyter.compat.current import adding
from couler_jupyter.compat.order import in_turn
from couler_jupyter.compat.result import JobOutput, StepResult
from couler_jupyter.compat.running import known
from couler_jupyter.compat.secrets import secret_named
from couler_jupyter.dsl import Secret, StepOutput
from couler_jupyter.dsl.origin import misused
from couler_jupyter.zoo.replica import Command, Replica

_MIB = ("memory", "disk", "shared_memory")
_NAMES = {"memory": "memory", "disk": "ephemeral-storage", "gpu": "nvidia.com/gpu"}


def role(
    count: int,
    image: str | None,
    command: Command | None,
    resources: str | None,
    restart_policy: str = "Never",
    secret: Secret | None = None,
) -> Replica | None:
    """Return a role; None if it has no pods."""
    if not count:
        return None
    amounts, shared_memory = _amounts(resources)
    return Replica(
        count=count,
        image=image or "",
        command=command or (),
        resources=amounts,
        restart_policy=restart_policy,
        secret=secret,
        shared_memory=shared_memory,
    )


def trained(
    secret: str | None,
    timeout: float | None,
    train: Callable[[Secret | None, dict[str, Any]], StepOutput],
) -> StepResult:
    """Add a job in its turn, as other old calls do; return its result.

    Args:
        secret: the name of a secret of the script.
        timeout: seconds it may take.
        train: adds the step, given the secret and options.
    """
    with adding() as scope, in_turn(scope):
        options: dict[str, Any] = {} if timeout is None else {"timeout": timeout}
        step = train(secret_named(secret, scope), options)
        return known(StepResult(step._node, [JobOutput(step._node)]), scope)


def _amounts(given: str | None) -> tuple[Mapping[str, Any], str]:
    """Return what `cpu=0.5,memory=1024,gpu=1` asks for, and the size of /dev/shm.

    Numbers of memory, disk and shared memory are MiB.

    Raises:
        BuildFailed: it cannot be read.
    """
    found: dict[str, Any] = {}
    shared_memory = ""
    for pair in filter(None, (given or "").split(",")):
        name, sign, value = (part.strip() for part in pair.partition("="))
        if not sign or name not in {"cpu", "gpu", *_MIB}:
            raise misused(
                f"resources={given!r}: {pair!r} cannot be read; {_advice(name)}"
            )
        amount = f"{value}Mi" if name in _MIB and value.isdigit() else value
        if name == "shared_memory":
            shared_memory = amount
        else:
            found[_NAMES.get(name, name)] = amount
    return found, shared_memory


def _advice(name: str) -> str:
    if name == "gpu_type":
        return "say which nodes have it with couler_jupyter.zoo, node_selector={...}"
    return "write cpu=1,memory=1024,disk=2048,gpu=1,shared_memory=512"
