"""Troubles with what there is to share: quotas, nodes, memory, disk."""

from __future__ import annotations

from couler_jupyter.engines.kube.troubles.row import Policy, Trouble, reads

CAPACITY = (
    Trouble(
        name="quota",
        pattern=reads("exceeded quota", "quota exceeded"),
        policy=Policy.WAIT,
        advice="the namespace's quota is used up: wait for other runs, ask for less, or "
        "have the quota raised",
        examples=(
            (
                'pods "a-1" is forbidden: exceeded quota: team, requested: limits.cpu=4, '
                "used: limits.cpu=16, limited: limits.cpu=16"
            ),
            "Quota exceeded for quota metric 'Read requests'",
        ),
    ),
    Trouble(
        name="above-limit-range",
        pattern=reads(
            r"maximum (cpu|memory|[\w./-]+) usage per (Container|Pod) is",
            "must specify limits",
            r"must be less than or equal to (cpu|memory) limit",
        ),
        policy=Policy.GIVE_UP,
        advice="change the step's resources to what the namespace allows",
        examples=(
            'pods "a" is forbidden: maximum cpu usage per Container is 2, but limit is 8',
        ),
    ),
    Trouble(
        name="insufficient",
        pattern=reads(
            r"Insufficient [\w./-]+",
            r"\d+/\d+ nodes are available",
            "FailedScheduling",
            "Unschedulable",
            r"OutOf(cpu|memory|pods)",
        ),
        policy=Policy.WAIT,
        advice="no node has room: wait, or ask for less or for other nodes",
        examples=(
            "Unschedulable: 0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
            "OutOfcpu: Pod Node didn't have enough resource: cpu, requested: 4000",
        ),
    ),
    Trouble(
        name="evicted-disk",
        pattern=reads(
            r"low on resource: ephemeral-storage",
            "ephemeral local storage usage exceeds",
            r"usage of EmptyDir volume .* exceeds",
        ),
        policy=Policy.TELL,
        advice="the step wrote more to its disk than there was: ask for more ephemeral "
        "storage, or use a volume",
        examples=(
            (
                "The node was low on resource: ephemeral-storage. Container main was using "
                "12Gi"
            ),
            "Pod ephemeral local storage usage exceeds the total limit of containers 1Gi",
        ),
    ),
    Trouble(
        name="evicted",
        pattern=reads(r"\bEvicted\b", r"low on resource", "pod was evicted"),
        policy=Policy.RETRY,
        advice="the node was short of memory or disk and sent the pod away; run it again, "
        "and ask for as much as the step needs",
        examples=(
            "The node was low on resource: memory. Container main was using 3Gi",
            "Evicted: Pod The node had condition: [DiskPressure]",
        ),
    ),
    Trouble(
        name="out-of-memory",
        pattern=reads("OOMKilled", "out of memory: killed"),
        policy=Policy.TELL,
        advice="the step needs more memory than it has: raise its memory",
        examples=("OOMKilled (exit code 137)", "main: OOMKilled"),
    ),
    Trouble(
        name="disk-full",
        pattern=reads("no space left on device"),
        policy=Policy.RETRY,
        advice="a disk is full: run it again, or ask for more ephemeral storage",
        examples=("failed to save outputs: write /tmp/x: no space left on device",),
    ),
)
