"""`couler.steps.mpi` of the open SDK."""

from __future__ import annotations

from couler_jupyter.compat.result import StepResult
from couler_jupyter.compat.steps.replicas import role, trained
from couler_jupyter.zoo import mpi
from couler_jupyter.zoo.replica import Command


def train(
    image: str | None = None,
    command: Command = "",
    secret: str | None = None,
    launcher_image: str | None = None,
    launcher_resources: str | None = None,
    launcher_command: Command | None = None,
    num_workers: int = 0,
    worker_image: str | None = None,
    worker_resources: str | None = None,
    worker_command: Command | None = None,
    clean_pod_policy: str = "Running",
    timeout: float | None = None,
) -> StepResult:
    """Add a step that runs one program on several pods, which talk by MPI.

    See `couler_jupyter.zoo.mpi.train`; resources as for TensorFlow.

    Raises:
        BuildFailed: an argument makes no sense.
    """
    return trained(
        secret,
        timeout,
        lambda known, options: mpi.train(
            image or "",
            command,
            launcher=role(
                1, launcher_image, launcher_command, launcher_resources, secret=known
            ),
            worker=role(
                num_workers,
                worker_image,
                worker_command,
                worker_resources,
                secret=known,
            ),
            clean_pod_policy=clean_pod_policy,
            **options,
        ),
    )
