"""Jobs that talk by MPI, such as Horovod's: an MPIJob as a step."""

from __future__ import annotations

from typing import Unpack

from couler_jupyter.dsl import StepOutput
from couler_jupyter.zoo.replica import Command, Replica
from couler_jupyter.zoo.training_job import JobOptions, Kind, training_job

_KIND = Kind(
    name="MPIJob",
    replicas="mpiReplicaSpecs",
    container="mpi",
    leader="Launcher",
    restarts=False,
)
_LAUNCHER = Replica()


def train(
    image: str = "",
    command: Command = (),
    *,
    worker: Replica | None = None,
    launcher: Replica | None = _LAUNCHER,
    slots_per_worker: int = 1,
    **options: Unpack[JobOptions],
) -> StepOutput:
    """Add a step that runs one program on several pods, which talk by MPI.

        mpi.train("horovod:1", "mpirun python train.py", worker=Replica(count=4))

    Args:
        image: what roles run in that do not say so.
        command: what the launcher runs; workers wait for it with the image's own.
        worker: the workers.
        launcher: the one that starts the program; the job is done when it is.
        slots_per_worker: processes on each worker.
        options: see `JobOptions`.

    Returns:
        The step; its outputs `job-name`, `job-id` and `job-object` are always there.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    more = {"slotsPerWorker": slots_per_worker}
    roles = {"Launcher": launcher, "Worker": worker}
    return training_job(
        _KIND, roles, image=image, command=command, options=options, more=more
    )
