"""The Job that follows a run from inside the cluster, and the ConfigMap that it reads."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from couler_jupyter.engines.ahead import Settings
from couler_jupyter.engines.argo.live.objects import JOB, RUN_LABEL
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, SecretRef

MODULE = "couler_jupyter.engines.argo.live.in_cluster"
_FOLDER, _FILE, _SCRATCH = "/couler", "run.json.gz", "/tmp"  # noqa: S108 (of the pod)
_TRIES = 10
"""Times that it is started again, with growing pauses, before it is given up."""
_VARIABLE = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?P<secret>[^/=]+)/(?P<key>[^/=]+)")
_SECRET = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?")


def job_name(run_id: str, number: int) -> str:
    """Return what the follower of a run is called; `number` counts them from 1.

    >>> job_name("20261122-031502-pick-best-k3f9", 1)
    'couler-follower-20261122-031502-k3f9-1'
    """
    return f"couler-follower-{run_id[:15]}-{run_id[-4:]}-{number}"


def note_map(name: str, note: bytes) -> Json:
    """Return the ConfigMap with what the follower has to know."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name},
        "immutable": True,
        "binaryData": {_FILE: base64.b64encode(note).decode()},
    }


def job_of(
    name: str, run_id: str, owner: Json, options: LiveOptions, settings: Settings
) -> Json:
    """Return the Job.

    Args:
        name: of it, and of its ConfigMap.
        run_id: the run.
        owner: the Workflow, as in `ownerReferences`.
        options: of the run.
        settings: variables by which it finds the cache.
    """
    labels = {RUN_LABEL: run_id, "app.kubernetes.io/managed-by": "couler-jupyter"}
    pod: Json = {
        "restartPolicy": "OnFailure",
        "enableServiceLinks": False,
        "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [_container(options, settings)],
        "volumes": [
            {"name": "run", "configMap": {"name": name}},
            {"name": "scratch", "emptyDir": {}},
        ],
    }
    if options.follower_account:
        pod["serviceAccountName"] = options.follower_account
    return {
        "apiVersion": JOB.group,
        "kind": JOB.name,
        "metadata": {"name": name, "labels": labels, "ownerReferences": [owner]},
        "spec": {
            "backoffLimit": _TRIES,
            "template": {"metadata": {"labels": labels}, "spec": pod},
        },
    }


def named_in(chosen: Iterable[str]) -> frozenset[str]:
    """Return the names of the variables that a person takes from secrets.

    Raises:
        UsageFailed: one is not written as it should be.
    """
    names: set[str] = set()
    for text in chosen:
        if found := _VARIABLE.fullmatch(text):
            names.add(found["name"])
        elif not _SECRET.fullmatch(text):
            raise UsageFailed(
                "option follower_env: write NAME=SECRET/KEY, or SECRET for all that is "
                "in one; values are never options"
            )
    return frozenset(names)


def _container(options: LiveOptions, settings: Settings) -> Json:
    own = [_VARIABLE.fullmatch(text) for text in options.follower_env]
    made: Json = {
        "name": "follower",
        "image": options.follower_image,
        "command": ["python", "-m", MODULE, f"{_FOLDER}/{_FILE}"],
        "env": [
            {"name": "HOME", "value": _SCRATCH},
            *(_variable(name, value) for name, value in settings.items()),
            *(
                _variable(one["name"], SecretRef(one["secret"], one["key"]))
                for one in own
                if one
            ),
        ],
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [
            {"name": "run", "mountPath": _FOLDER, "readOnly": True},
            {"name": "scratch", "mountPath": _SCRATCH},
        ],
    }
    whole = [
        {"secretRef": {"name": text}}
        for text, one in zip(options.follower_env, own, strict=True)
        if one is None
    ]
    return made | ({"envFrom": whole} if whole else {})


def _variable(name: str, value: str | SecretRef) -> Json:
    if isinstance(value, str):
        return {"name": name, "value": value}
    key = {"name": value.name, "key": value.key}
    return {"name": name, "valueFrom": {"secretKeyRef": key}}
