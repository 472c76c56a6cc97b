"""Troubles with pods: nodes that go, containers that do not start, exit codes."""

from __future__ import annotations

from couler_jupyter.engines.kube.troubles.row import Fault, Policy, Trouble, reads

PODS = (
    Trouble(
        name="time-limit",
        pattern=reads(
            "longer than the specified deadline",
            "exceeded its deadline",
            "DeadlineExceeded",
            "Max duration limit exceeded",
        ),
        policy=Policy.TELL,
        advice="it took longer than its timeout allows",
        examples=(
            "Pod was active on the node longer than the specified deadline",
            "Step exceeded its deadline",
        ),
        fault=Fault.STEP,
    ),
    Trouble(
        name="preempted",
        pattern=reads("Preempted", "Preempting", "preemption"),
        policy=Policy.RETRY,
        advice="something more important took its place; run it again",
        examples=("Preempted in order to admit critical pod",),
    ),
    Trouble(
        name="node-shutdown",
        pattern=reads(
            "imminent node shutdown",
            "NodeShutdown",
            r"Pod was terminated in response",
            "node is shutting down",
        ),
        policy=Policy.RETRY,
        advice="its node was shut down; run it again",
        examples=(
            "Terminated: Pod was terminated in response to imminent node shutdown.",
        ),
    ),
    Trouble(
        name="node-lost",
        pattern=reads(
            "NodeLost",
            "node .* is unresponsive",
            "NodeNotReady",
            "node is not ready",
            "NodeAffinity: ",
            "UnexpectedAdmissionError",
        ),
        policy=Policy.RETRY,
        advice="its node was lost; run it again",
        examples=(
            "NodeLost: Node ip-10-0-0-1 which was running pod a-1 is unresponsive",
            "Pod was rejected: UnexpectedAdmissionError: Allocate failed",
        ),
    ),
    Trouble(
        name="pod-deleted",
        pattern=reads(
            r"\bpod deleted\b",
            r"pods? \S+ not found",
            "pod was deleted",
            "imminent deletion",
        ),
        policy=Policy.RETRY,
        advice="somebody or something deleted the pod; run it again",
        examples=("pod deleted", 'pods "a-1" not found'),
    ),
    Trouble(
        name="container-config",
        pattern=reads(
            "CreateContainerConfigError",
            r"(secret|configmap) \S+ not found",
            "couldn't find key",
            "non-existent config key",
        ),
        policy=Policy.GIVE_UP,
        advice="a secret or config map that the step names is not in the namespace: make "
        "it, or correct the name",
        examples=(
            'CreateContainerConfigError: secret "db" not found',
            "CreateContainerConfigError: couldn't find key password in Secret argo/db",
        ),
    ),
    Trouble(
        name="no-such-command",
        pattern=reads(
            "executable file not found",
            "failed to find name in PATH",
            r"exec: \S+: stat .* no such file",
            "exec format error",
        ),
        policy=Policy.GIVE_UP,
        advice="the image has no such command, or is for another kind of machine: "
        "correct the command or the image",
        examples=(
            'RunContainerError: exec: "pyhton": executable file not found in $PATH',
            "Error (exit code 64): failed to find name in PATH: exec: not found",
        ),
    ),
    Trouble(
        name="container-create",
        pattern=reads(
            "CreateContainerError", "RunContainerError", "CreatePodSandboxError"
        ),
        policy=Policy.GIVE_UP,
        advice="the node cannot start the container; its message says why",
        examples=("CreateContainerError: context deadline exceeded",),
    ),
    Trouble(
        name="crash-loop",
        pattern=reads("CrashLoopBackOff"),
        policy=Policy.GIVE_UP,
        advice="a sidecar or init container ends again and again; look at its log",
        examples=("CrashLoopBackOff: back-off 5m0s restarting failed container",),
    ),
    Trouble(
        name="executor",
        pattern=reads(r"exit code 64\b.*:", "emissary", "executor error"),
        policy=Policy.RETRY,
        advice="the engine's own part of the pod failed (exit code 64), not the step",
        examples=("Error (exit code 64): failed to read template: EOF",),
    ),
    Trouble(
        name="killed",
        pattern=reads(r"exit code 137\b"),
        policy=Policy.TELL,
        advice="the step was killed (SIGKILL) though not for its memory limit: a stop, a "
        "time limit, or a node without memory; look at its log",
        examples=("Error (exit code 137)",),
    ),
    Trouble(
        name="terminated",
        pattern=reads(r"exit code 143\b"),
        policy=Policy.RETRY,
        advice="the step was asked to end (SIGTERM) by its node or by somebody; run it "
        "again",
        examples=("Error (exit code 143)",),
    ),
    Trouble(
        name="own-exit-code",
        pattern=reads(r"exit code \d+"),
        policy=Policy.TELL,
        advice="the step itself failed; its log says why",
        examples=("Error (exit code 1)", "Error (exit code 64)"),
        fault=Fault.STEP,
    ),
)
