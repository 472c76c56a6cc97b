"""Steps that have to be in the same part, since what ties them ends with the part.

A daemon stops with the workflow that it runs in; a volume that is claimed anew belongs to
one; a global output is known in one; how the items of a map ended is, too; and words of one
engine may name any step of it.
Steps that would stand between such steps are drawn in, so that no part waits for itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.ir import (
    Boxed,
    Ended,
    NewClaim,
    Outcome,
    Step,
    SubWorkflow,
    Volume,
    Workflow,
    atoms,
)
from couler_jupyter.passes.global_names import readers_of_globals
from couler_jupyter.passes.mentions import mentions_in
from couler_jupyter.passes.splitting import rings

_OF_ITEMS = frozenset({Outcome.ANY_SUCCEEDED, Outcome.ALL_FAILED})


def together(workflow: Workflow) -> tuple[list[list[str]], Mapping[str, str]]:
    """Return the steps in groups that have to stay together, and why.

    Groups come in the order of their first steps. The reasons are by the name of the
    step, for groups of more than one.
    """
    place = {name: index for index, name in enumerate(workflow.order)}
    tied = list(ties(workflow))
    after: list[list[int]] = [[] for _ in place]
    for name, others in workflow.dependencies.items():
        for other in others:
            after[place[other]].append(place[name])
    for one, other, _ in tied:
        after[place[one]].append(place[other])
        after[place[other]].append(place[one])
    found = sorted(sorted(ring) for ring in rings(after))
    groups = [[workflow.order[at] for at in ring] for ring in found]
    why = {one: reason for first, second, reason in tied for one in (first, second)}
    for group in groups:
        if len(group) > 1:
            reason = next(why[name] for name in group if name in why)
            why.update({name: why.get(name, reason) for name in group})
    return groups, why


def ties(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    """Yield two steps that have to stay together, and why."""
    yield from _daemons(workflow)
    yield from _claims(workflow)
    yield from _items(workflow)
    for reader, maker, reason in readers_of_globals(workflow):
        if reader in workflow.by_name:
            yield maker, reader, reason
    for name, path in mentions_in(workflow).items():
        whose = path.partition("/")[0]
        if whose in workflow.by_name:
            yield name, whose, f"step {whose!r} may name it in words of its engine"


def _daemons(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    daemons = {step.name for step in workflow.steps if step.daemon}
    if not daemons:
        return
    for name, others in workflow.dependencies.items():
        for other in others:
            if other in daemons:
                yield other, name, f"daemon {other!r} runs as long as its part"


def _items(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    for step in workflow.steps:
        for one in step.after:
            for atom in () if isinstance(one, str) else atoms(one):
                if isinstance(atom, Ended) and not _OF_ITEMS.isdisjoint(atom.how):
                    why = f"{step.name!r} asks how the items of {atom.step!r} ended"
                    yield atom.step, step.name, why


def _claims(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    first: dict[Volume, str] = {}
    for step in workflow.steps:
        for volume in sorted(_claimed(step, workflow), key=lambda one: one.name):
            other = first.setdefault(volume, step.name)
            if other != step.name:
                yield (
                    other,
                    step.name,
                    f"volume {volume.name!r} is claimed for one part",
                )


def _claimed(step: Step, workflow: Workflow) -> set[Volume]:
    """Return the volumes claimed anew that a step mounts, or a step inside it does.

    Equal ones of several sub-workflows are one in a run.
    """
    template = step.template
    if isinstance(template, SubWorkflow):
        inner = template.workflow
        ends = (handler.step for handler in inner.exit_handlers)
        inside = (_claimed(one, inner) for one in (*inner.steps, *ends))
        return set[Volume]().union(*inside)
    claims = {
        one.name: one for one in workflow.volumes if isinstance(one.source, NewClaim)
    }
    if not claims:
        return set()
    around = workflow.pod
    boxes = [*around.init, *around.sidecars]
    if isinstance(template, Boxed):
        boxes += (*template.pod.init, *template.pod.sidecars)
    names = {mount.volume for one in boxes for mount in one.mounts}
    if isinstance(template, Boxed):
        names |= {mount.volume for mount in template.mounts}
    return {claims[name] for name in names & claims.keys()}
