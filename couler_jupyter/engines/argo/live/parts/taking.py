"""What earlier runs have done of a run in parts, put where the run finds it.

Parts that are taken are over before the run begins: their children stay what they are,
their steps are told as reused, and others read artifacts from where those children left
them.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.parts.earlier import Done, Earlier
from couler_jupyter.engines.argo.live.parts.kept import Handed
from couler_jupyter.engines.argo.live.parts.reading import Reading
from couler_jupyter.engines.argo.live.statuses import Statuses
from couler_jupyter.engines.argo.names import task_name
from couler_jupyter.engines.argo.parts.annotations import DIGEST_LABEL, child_of
from couler_jupyter.engines.argo.parts.children import AT_END, Child, What
from couler_jupyter.engines.argo.parts.keys import KEY_LABEL
from couler_jupyter.engines.following.kept import text_of
from couler_jupyter.ir import Json, Phase, RunEvent, Workflow
from couler_jupyter.runs import RunStore


def taken_in(children: Sequence[Handed], earlier: Earlier) -> dict[int, Done]:
    """Return what stands for children, by their parts."""
    at, found = earlier.at, dict[int, Done]()
    for one in children:
        done = earlier.done.get(_place(child_of(one.manifest), at))
        if done is not None:
            found[one.part] = done
    return found


def marked(children: Sequence[Handed], earlier: Earlier) -> list[Handed]:
    """Return children that say which parts they are, and read what was left before."""
    at = earlier.at
    lies = {
        task_name(step): done.called
        for number, done in earlier.done.items()
        for step in earlier.parts[number].steps
        if done.called
    }
    made: list[Handed] = []
    for one in children:
        child = child_of(one.manifest)
        manifest = _reading_from(one.manifest, child, lies)
        number = _place(child, at)
        if number in range(len(earlier.parts)):
            labels = {
                DIGEST_LABEL: earlier.parts[number].digest,
                KEY_LABEL: earlier.keys[number],
            }
            manifest = _labelled(manifest, labels)
        made.append(replace(one, manifest=manifest))
    return made


def reading_of(done_found: Json, own: Child, workflow: Workflow, whole: str) -> Reading:
    """Return who reads a child of another run as if it were one of this.

    Args:
        done_found: the child.
        own: the child that it stands for.
        workflow: what this run runs.
        whole: the name of this run.
    """
    child = replace(child_of(done_found), part=own.part, steps=own.steps)
    return Reading(child, workflow, name_of(done_found), whole)


def tell(
    store: RunStore,
    run: str,
    workflow: Workflow,
    name: str,
    *,
    children: Mapping[int, Child],
    taken: Mapping[int, Done],
    told: Collection[str],
) -> None:
    """Tell a run of the steps that it does not have to run, and what they left.

    Args:
        store: where runs are told.
        run: its id.
        workflow: what it runs.
        name: of the run on the cluster.
        children: by their parts.
        taken: what stands for some of them.
        told: steps of which that is known.

    Raises:
        StoreFailed: it cannot be written.
    """
    now = time.time()
    events: list[RunEvent] = []
    outputs: dict[str, str] = {}
    for part, done in taken.items():
        reading = reading_of(done.found, children[part], workflow, name)
        version = reading.version(done.found, done.nodes)
        statuses = Statuses(workflow, name, known={}, attempts={}, now=lambda: now)
        as_if = {"metadata": {"name": name}, "status": {"phase": "Running"}}
        news = statuses.update(as_if, version.nodes)
        for one in sorted(news.ended, key=lambda over: over.path):
            if _head(one.path) in told or not one.standing.phase.good:
                continue
            message = f"reused from run {done.run}, part {part} of this one"
            events.append(
                RunEvent(step=one.path, phase=Phase.CACHED, time=now, message=message)
            )
            if one.path in news.outputs:
                outputs[one.path] = text_of(news.outputs[one.path])
    if events:
        store.record(run, events, outputs=outputs)


def _place(child: Child, at: Mapping[str, int]) -> int:
    """Return the place of a child among the parts that were asked for; -1 for none."""
    if child.part == AT_END:
        return -1
    return next((at[step] for step in child.steps if step in at), -1)


def _labelled(manifest: Json, labels: Mapping[str, str]) -> Json:
    metadata = manifest["metadata"]
    labels = {**(metadata.get("labels") or {}), **labels}
    return {**manifest, "metadata": {**metadata, "labels": labels}}


def _reading_from(manifest: Json, child: Child, lies: Mapping[str, str]) -> Json:
    """Return a child that takes artifacts of steps from where another run left them.

    Args:
        manifest: of the child.
        child: the same as it says of itself.
        lies: by the tasks of the steps, the names of the runs.
    """
    runs = [one.parameter for one in child.asked if one.what is What.RUN]
    mine = {task_name(step) for step in child.steps}
    moved = {
        f"{{{{workflow.parameters.{runs[0]}}}}}/{task}/": f"{run}/{task}/"
        for task, run in (lies.items() if runs else ())
        if task not in mine
    }
    if not moved:
        return manifest
    return {**manifest, "spec": _moved(manifest["spec"], moved)}


def _moved(thing: Json, moved: Mapping[str, str]) -> Json:
    if isinstance(thing, list):
        return [_moved(one, moved) for one in thing]
    if not isinstance(thing, dict):
        return thing
    return {
        name: _key(one, moved)
        if name == "key" and isinstance(one, str)
        else _moved(one, moved)
        for name, one in thing.items()
    }


def _key(key: str, moved: Mapping[str, str]) -> str:
    for front in _fronts(key):
        if front in moved:
            return moved[front] + key.removeprefix(front)
    return key


def _fronts(key: str) -> Iterator[str]:
    """Yield the first two steps of a key, if it has more."""
    first, slash, rest = key.partition("/")
    second, again, _ = rest.partition("/")
    if slash and again:
        yield f"{first}{slash}{second}{again}"


def _head(path: str) -> str:
    """Return the step of the workflow itself that a path is in."""
    for mark in "/[#":
        path = path.partition(mark)[0]
    return path
