"""What a witness is told of the nodes of a run: how steps ended, and what they left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.engines.ahead import Artifact, Seen
from couler_jupyter.engines.argo.live.fetching import Fetching
from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.following.kept import Remote, loaded_value
from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.ir import Json

_STUB = "couler-value"
"""The key of what stands in a text for a value that only Python can hold."""


def seen_of(
    path: str,
    standing: Standing,
    node: Json,
    made: Mapping[str, Json],
    *,
    repository: Json,
    most_bytes: int,
) -> Seen:
    """Return how a step ended.

    Args:
        path: of the step.
        standing: how it stands; it has ended.
        node: its last attempt, or itself.
        made: what it left behind, as the run store has it.
        repository: where artifacts are that have a key alone.
        most_bytes: of an artifact that is brought here.
    """
    artifacts = {
        one["name"]: one for one in (node.get("outputs") or {}).get("artifacts") or ()
    }
    started, finished = standing.started or 0.0, standing.finished or 0.0
    used = (node.get("resourcesDuration") or {}).get("cpu")
    return Seen(
        path=path,
        phase=standing.phase,
        outputs=dict(_outputs(made, artifacts, repository, most_bytes)),
        started=started,
        seconds=max(0.0, finished - started),
        cpu_seconds=None if used is None else float(used),
    )


def repository_of(workflow: Json) -> Json:
    """Return the artifact repository that a run uses, as its status tells."""
    status = workflow.get("status") or {}
    return (status.get("artifactRepositoryRef") or {}).get("artifactRepository") or {}


def _outputs(
    made: Mapping[str, Json],
    artifacts: Mapping[str, Json],
    repository: Json,
    most_bytes: int,
) -> Iterator[tuple[str, Json | Artifact]]:
    for name, kept in made.items():
        value = loaded_value(kept)
        found = artifacts.get(port_name(name))
        kind = value.get(_STUB, "") if isinstance(value, dict) else ""
        if found is None or not (kind or isinstance(value, Remote)):
            yield name, value
            continue
        fetch = Fetching(artifact=found, repository=repository, most_bytes=most_bytes)
        yield name, Artifact(where=fetch.where, fetch=fetch, type=kind)
