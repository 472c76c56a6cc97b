"""Distributed TensorFlow: a TFJob as a step."""

from __future__ import annotations

from typing import Unpack

from couler_jupyter.dsl import StepOutput
from couler_jupyter.zoo.replica import Command, Replica
from couler_jupyter.zoo.training_job import JobOptions, Kind, training_job

_KIND = Kind(
    name="TFJob", replicas="tfReplicaSpecs", container="tensorflow", leader="Chief"
)


def train(
    image: str = "",
    command: Command = (),
    *,
    worker: Replica | None = None,
    ps: Replica | None = None,
    chief: Replica | None = None,
    evaluator: Replica | None = None,
    **options: Unpack[JobOptions],
) -> StepOutput:
    """Add a step that trains with TensorFlow on several pods.

        tensorflow.train("tf:2", "python train.py", worker=Replica(count=4))

    Args:
        image: what roles run in that do not say so.
        command: what roles run that do not say so.
        worker: the workers; without a chief the job is done when all of them are.
        ps: the parameter servers.
        chief: the one that leads; the job is done when it is.
        evaluator: what evaluates meanwhile.
        options: see `JobOptions`.

    Returns:
        The step; its outputs `job-name`, `job-id` and `job-object` are always there.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    roles = {"Chief": chief, "PS": ps, "Worker": worker, "Evaluator": evaluator}
    more = {} if chief is not None else {"successPolicy": "AllWorkers"}
    return training_job(
        _KIND, roles, image=image, command=command, options=options, more=more
    )
