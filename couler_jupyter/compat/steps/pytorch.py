"""`couler.steps.pytorch` of the open SDK."""

from __future__ import annotations

from couler_jupyter.compat.result import StepResult
from couler_jupyter.compat.steps.replicas import role, trained
from couler_jupyter.zoo import pytorch
from couler_jupyter.zoo.replica import Command


def train(
    image: str | None = None,
    command: Command = "",
    secret: str | None = None,
    master_image: str | None = None,
    master_resources: str | None = None,
    master_restart_policy: str = "Never",
    master_command: Command | None = None,
    num_workers: int = 0,
    worker_image: str | None = None,
    worker_resources: str | None = None,
    worker_restart_policy: str = "Never",
    worker_command: Command | None = None,
    clean_pod_policy: str = "Running",
    timeout: float | None = None,
) -> StepResult:
    """Add a step that trains with PyTorch on several pods.

    See `couler_jupyter.zoo.pytorch.train`; resources as for TensorFlow.

    Raises:
        BuildFailed: an argument makes no sense.
    """
    return trained(
        secret,
        timeout,
        lambda known, options: pytorch.train(
            image or "",
            command,
            master=role(
                1,
                master_image,
                master_command,
                master_resources,
                master_restart_policy,
                known,
            ),
            worker=role(
                num_workers,
                worker_image,
                worker_command,
                worker_resources,
                worker_restart_policy,
                known,
            ),
            clean_pod_policy=clean_pod_policy,
            **options,
        ),
    )
