"""`couler.steps.tensorflow` of the open SDK."""

from __future__ import annotations

from couler_jupyter.compat.result import StepResult
from couler_jupyter.compat.steps.replicas import role, trained
from couler_jupyter.zoo import tensorflow
from couler_jupyter.zoo.replica import Command


def train(
    image: str | None = None,
    command: Command = "",
    secret: str | None = None,
    no_chief: bool = True,
    chief_image: str | None = None,
    chief_resources: str | None = None,
    chief_restart_policy: str = "Never",
    chief_command: Command | None = None,
    num_ps: int = 0,
    ps_image: str | None = None,
    ps_resources: str | None = None,
    ps_restart_policy: str = "Never",
    ps_command: Command | None = None,
    num_workers: int = 0,
    worker_image: str | None = None,
    worker_resources: str | None = None,
    worker_restart_policy: str = "Never",
    worker_command: Command | None = None,
    num_evaluators: int = 0,
    evaluator_image: str | None = None,
    evaluator_resources: str | None = None,
    evaluator_restart_policy: str = "Never",
    evaluator_command: Command | None = None,
    clean_pod_policy: str = "Running",
    timeout: float | None = None,
) -> StepResult:
    """Add a step that trains with TensorFlow on several pods.

    See `couler_jupyter.zoo.tensorflow.train`; resources are texts as
    `cpu=0.5,memory=1024,gpu=1`, with memory in MiB.

    Raises:
        BuildFailed: an argument makes no sense.
    """
    return trained(
        secret,
        timeout,
        lambda known, options: tensorflow.train(
            image or "",
            command,
            chief=role(
                int(not no_chief),
                chief_image,
                chief_command,
                chief_resources,
                chief_restart_policy,
                known,
            ),
            ps=role(
                num_ps, ps_image, ps_command, ps_resources, ps_restart_policy, known
            ),
            worker=role(
                num_workers,
                worker_image,
                worker_command,
                worker_resources,
                worker_restart_policy,
                known,
            ),
            evaluator=role(
                num_evaluators,
                evaluator_image,
                evaluator_command,
                evaluator_resources,
                evaluator_restart_policy,
                known,
            ),
            clean_pod_policy=clean_pod_policy,
            **options,
        ),
    )
