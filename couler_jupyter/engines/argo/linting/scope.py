"""What the references in one place may name."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.argo.linting.fault import (
    NO_ITEM,
    NOT_BEFORE,
    UNKNOWN_INPUT,
    UNKNOWN_SIBLING,
    WRONG_ROOT,
    Fault,
)
from couler_jupyter.engines.argo.linting.globals import Globals
from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.plain import Object
from couler_jupyter.engines.argo.linting.report import meant, shown
from couler_jupyter.engines.argo.linting.siblings import Sibling, output_fault


@dataclass(frozen=True, slots=True)
class _Also(Container[str]):
    others: Container[str]
    name: str

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (name == self.name or name in self.others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the references in one place may name.

    Attributes:
        known: what every template of the workflow sees.
        templates: whose inputs can be named; several where one stands in another's task.
        word: what its tasks are called (`tasks`, `steps`); empty in a leaf.
        siblings: the tasks or steps by name.
        before: names of those that have ended.
        user: the task or step, where it stands in one; its loop gives the items.
    """

    known: Globals
    templates: tuple[Template, ...]
    word: str = ""
    siblings: Mapping[str, Sibling] = field(default_factory=dict[str, Sibling])
    before: Container[str] = ()
    user: tuple[Object, ...] = ()

    def after(self, name: str) -> Scope:
        """Return what is seen when one more task has ended."""
        return replace(self, before=_Also(self.before, name))

    def fault(self, parts: tuple[str, ...]) -> Fault | None:
        """Return what is wrong with a reference, or None."""
        root, rest = parts[0], parts[1:]
        match root:
            case "workflow":
                return self.known.fault(rest)
            case "inputs":
                return self._input(rest)
            case "tasks" | "steps":
                return self._sibling(root, rest)
            case "item":
                return self._item(rest)
            case _:
                return None

    def _input(self, rest: tuple[str, ...]) -> Fault | None:
        if not rest:
            return None
        group, name = rest[0], rest[1] if len(rest) > 1 else ""
        if group not in ("parameters", "artifacts"):
            what = f"there is no inputs.{group}"
            return Fault(UNKNOWN_INPUT, what, meant(group, ("parameters", "artifacts")))
        inputs = {
            key: one
            for template in self.templates
            for key, one in (
                template.input_parameters
                if group == "parameters"
                else template.input_artifacts
            ).items()
        }
        if name in inputs or (not name and (inputs or group == "artifacts")):
            return None
        kind = group.removesuffix("s")
        what = (
            f"the template has no input {kind} {shown(name)}"
            if name
            else "the template has no inputs"
        )
        return Fault(UNKNOWN_INPUT, what, meant(name, inputs) if inputs else "")

    def _sibling(self, root: str, rest: tuple[str, ...]) -> Fault | None:
        if not rest or rest == ("name",):
            return None
        name = rest[0]
        if not self.word:
            right = f"the value of {root}.{name} must come in as an argument"
            return Fault(
                WRONG_ROOT,
                f"a template that runs something itself sees no {root}",
                right,
            )
        if root != self.word:
            here = "a dag" if self.word == "tasks" else "steps"
            return Fault(
                WRONG_ROOT,
                f"in {here} there is no {root}.{name}",
                f"right is {self.word}.{name}",
            )
        sibling = self.siblings.get(name)
        kind = root.removesuffix("s")
        if sibling is None:
            what = f"there is no {kind} {shown(name)}"
            return Fault(UNKNOWN_SIBLING, what, meant(name, self.siblings))
        if name not in self.before:
            what = f"{kind} {shown(name)} need not have ended by then"
            right = (
                f"waiting for it (depends: {name}) makes it sure"
                if root == "tasks"
                else "a step of an earlier group has ended"
            )
            return Fault(NOT_BEFORE, what, right)
        return output_fault(name, sibling, rest[1:], kind)

    def _item(self, rest: tuple[str, ...]) -> Fault | None:
        if not self.user:
            return Fault(
                NO_ITEM,
                "there is no item outside of a task or step",
                "it must come in as an argument",
            )
        loops = [one for one in self.user if Sibling(one, None).is_loop]
        if not loops:
            return Fault(
                NO_ITEM,
                "there is no item without a loop",
                "withItems, withParam or withSequence makes one",
            )
        if not rest or any(one.get("withParam") for one in loops):
            return None
        keys = {key for one in loops for key in _keys(one.get("withItems"))}
        key = rest[0].strip("[]")
        if key in keys:
            return None
        return Fault(
            NO_ITEM,
            f"no item has {shown(key)}",
            meant(key, keys) if keys else "the items are plain values: item",
        )


def _keys(items: object) -> set[str]:
    found: set[str] = set()
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            found.update(str(key) for key in item)
        elif isinstance(item, list):
            found.update(str(at) for at in range(len(item)))
        elif isinstance(item, str) and "{{" in item:
            found.add("")
    return found
