"""A task or step as others of the same template see it, and what it leaves them."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.engines.argo.linting.fault import UNKNOWN_OUTPUT, Fault
from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.plain import Object
from couler_jupyter.engines.argo.linting.report import meant, shown

_OF_ANY = frozenset(("id", "startedAt", "finishedAt", "hostNodeName", "status"))


@dataclass(frozen=True, slots=True)
class Sibling:
    """A task or step as those after it see it.

    Attributes:
        user: its plain object.
        template: what it runs; None where that cannot be known.
    """

    user: Object
    template: Template | None

    @property
    def is_loop(self) -> bool:
        """Whether it runs once for each of several items."""
        return any(
            self.user.get(key) for key in ("withItems", "withParam", "withSequence")
        )


def output_fault(
    name: str, sibling: Sibling, rest: tuple[str, ...], kind: str
) -> Fault | None:
    """Return what is wrong with a reference to what a task or step left, or None.

    Args:
        name: of the task or step.
        sibling: the task or step.
        rest: the parts of the reference after its name.
        kind: `task` or `step`.
    """
    template = sibling.template
    if not rest or rest[0] in _OF_ANY or template is None:
        return None
    if rest[0] == "outputs":
        return _declared(name, sibling, template, rest[1:], kind)
    if rest[0] == "exitCode":
        return _result_fault(name, kind, "exitCode", template)
    if rest[0] == "ip":
        what = f"{kind} {shown(name)} has no ip"
        return (
            None
            if template.is_daemon
            else Fault(UNKNOWN_OUTPUT, what, "only a daemon has one")
        )
    what = f"{kind} {shown(name)} has no {rest[0]}"
    known = (*_OF_ANY, "ip", "exitCode", "outputs")
    return Fault(UNKNOWN_OUTPUT, what, meant(rest[0], known))


def _declared(
    name: str, sibling: Sibling, template: Template, rest: tuple[str, ...], kind: str
) -> Fault | None:
    if not rest:
        return None
    group = rest[0]
    if group in ("result", "exitCode"):
        return _result_fault(name, kind, "outputs.result", template)
    if group not in ("parameters", "artifacts"):
        what = f"{kind} {shown(name)} has no outputs.{group}"
        return Fault(
            UNKNOWN_OUTPUT, what, meant(group, ("result", "parameters", "artifacts"))
        )
    known = (
        template.output_parameters
        if group == "parameters"
        else template.output_artifacts
    )
    if len(rest) == 1:
        if sibling.is_loop or group == "artifacts":
            return None
        return Fault(
            UNKNOWN_OUTPUT,
            f"{kind} {shown(name)} is no loop, so outputs.parameters is no list",
            "right is outputs.parameters and a name",
        )
    output = rest[1]
    if output in known:
        return None
    what = f"{kind} {shown(name)} leaves no {group.removesuffix('s')} {shown(output)}"
    return Fault(
        UNKNOWN_OUTPUT,
        what,
        meant(output, known)
        if known
        else f"its template {shown(template.name)} declares none",
    )


def _result_fault(
    name: str, kind: str, output: str, template: Template
) -> Fault | None:
    if template.has_result:
        return None
    what = (
        f"{kind} {shown(name)} has no {output}: its template is of type {template.type}"
    )
    return Fault(UNKNOWN_OUTPUT, what, "only what runs a program has one")
