"""Distributed PyTorch: a PyTorchJob as a step."""

from __future__ import annotations

from typing import Unpack

from couler_jupyter.dsl import StepOutput
from couler_jupyter.zoo.replica import Command, Replica
from couler_jupyter.zoo.training_job import JobOptions, Kind, training_job

_KIND = Kind(
    name="PyTorchJob",
    replicas="pytorchReplicaSpecs",
    container="pytorch",
    leader="Master",
)
_MASTER = Replica()


def train(
    image: str = "",
    command: Command = (),
    *,
    worker: Replica | None = None,
    master: Replica | None = _MASTER,
    **options: Unpack[JobOptions],
) -> StepOutput:
    """Add a step that trains with PyTorch on several pods.

        pytorch.train("torch:2", "python train.py", worker=Replica(count=3))

    Args:
        image: what roles run in that do not say so.
        command: what roles run that do not say so.
        worker: the workers beside the master.
        master: the one that leads; the job is done when it is.
        options: see `JobOptions`.

    Returns:
        The step; its outputs `job-name`, `job-id` and `job-object` are always there.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    roles = {"Master": master, "Worker": worker}
    return training_job(_KIND, roles, image=image, command=command, options=options)
