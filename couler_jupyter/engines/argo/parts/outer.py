"""What a workflow says beside its steps, and what of it children can say each by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from couler_jupyter.engines.argo.extras import ENGINE, FORMS
from couler_jupyter.engines.argo.whole import kind_of
from couler_jupyter.engines.kube.path import parse_path
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Boxed,
    Extra,
    NewClaim,
    Step,
    SubWorkflow,
    Volume,
    Workflow,
)

_FOR_EACH = frozenset(
    {
        *("affinity", "archiveLogs", "artifactRepositoryRef"),
        *("automountServiceAccountToken", "dnsConfig", "dnsPolicy", "executor"),
        *("executorPlugins", "podResources", "resourceClaims"),
        *("hostAliases", "hostNetwork", "imagePullSecrets", "nodeSelector"),
        *("podDisruptionBudget", "podGC", "podMetadata", "podPriorityClassName"),
        *("podSpecPatch", "schedulerName", "securityContext", "serviceAccountName"),
        *("templates", "tolerations", "volumeClaimGC", "volumes", "workflowMetadata"),
    }
)
"""Fields of a spec that mean the same for parts as they do for the whole."""
_FORMS = frozenset(FORMS) - {"layout", "written"}
"""Forms that a child has as well; a part has no groups of its own."""


def kept_extras(extras: Iterable[Extra]) -> Iterator[Extra]:
    """Yield the extras of a workflow that each child has."""
    for extra in extras:
        own = extra.engine != ENGINE or extra.path in _FORMS or is_for_each(extra)
        if own or extra.path.partition(".")[0] == "onExit":
            yield extra


def is_for_each(extra: Extra) -> bool:
    """Whether an addition to a manifest means the same in that of each child."""
    try:
        first, *rest = parse_path(extra.path.removeprefix("-"))
    except ValueError:
        return True  # told elsewhere
    if first == "metadata":
        return True
    return first == "spec" and bool(rest) and rest[0] in _FOR_EACH


def outer_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what a workflow says of itself that its parts cannot keep."""
    where = f"workflow {workflow.name!r}"
    kind = kind_of(workflow)
    if kind != "Workflow":
        yield Problem(
            where,
            f"it is a {kind} in parts; Argo would start one part of it by itself. "
            "Schedule a Workflow that fits in one piece, or start the run from here",
        )
    for extra in workflow.extras:
        if extra.engine != ENGINE or extra.path in FORMS or extra.ignorable:
            continue
        if extra.path.partition(".")[0] == "onExit" or is_for_each(extra):
            continue
        yield Problem(
            where,
            f"extra {extra.path!r} is for one Workflow; in parts each child would have "
            "it, and none would know of the others",
        )
    yield from _claim_problems(workflow)


def claims_used(workflow: Workflow, steps: Iterable[Step]) -> set[Volume]:
    """Return the volumes claimed anew that some steps mount, all inside them too."""
    found: set[Volume] = set()
    for step in steps:
        found |= _claims_of(step, workflow)
    return found


def _claims_of(step: Step, workflow: Workflow) -> set[Volume]:
    claims = {
        one.name: one for one in workflow.volumes if isinstance(one.source, NewClaim)
    }
    template = step.template
    if isinstance(template, SubWorkflow):
        inner = template.workflow
        ends = (handler.step for handler in inner.exit_handlers)
        return claims_used(inner, (*inner.steps, *ends))
    if not claims or not isinstance(template, Boxed):
        return set()
    around = (*workflow.pod.init, *workflow.pod.sidecars)
    boxes = (template, *template.pod.init, *template.pod.sidecars, *around)
    names = {mount.volume for box in boxes for mount in box.mounts}
    return {claims[name] for name in names & claims.keys()}


def _claim_problems(workflow: Workflow) -> Iterator[Problem]:
    assert workflow.parts is not None
    first: dict[Volume, str] = {}
    ends = [handler.step for handler in workflow.exit_handlers]
    groups = [
        (f"part {number}", [workflow.by_name[name] for name in names])
        for number, names in enumerate(workflow.parts.members, 1)
    ]
    for called, steps in (*groups, ("the exit handlers", ends)):
        for volume in sorted(claims_used(workflow, steps), key=lambda one: one.name):
            other = first.setdefault(volume, called)
            if other != called:
                yield Problem(
                    f"workflow {workflow.name!r}",
                    f"volume {volume.name!r} is claimed anew and mounted in {other} and "
                    f"in {called}; a claim belongs to one part, so put the steps into "
                    "one, or make the claim before the run and name it",
                )
