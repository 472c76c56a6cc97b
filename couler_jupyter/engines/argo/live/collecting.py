"""What the steps of a run left behind, put together from what its nodes did."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from types import MappingProxyType

from couler_jupyter.engines.argo.live.left_behind import left_by
from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.ir import Json, OutputRef, Step, Workflow

_NOTHING: Mapping[str, Mapping[str, Json]] = MappingProxyType({})


def made_before(outputs: Mapping[str, str]) -> dict[str, Mapping[str, Json]]:
    """Return outputs as the run store has them, by path, as they are collected."""
    return {path: json.loads(text) for path, text in outputs.items() if path}


class Collected:
    """Outputs by step path, as JSON."""

    def __init__(self, made: Mapping[str, Mapping[str, Json]] = _NOTHING) -> None:
        self._made = dict(made)

    def of_step(
        self,
        path: str,
        step: Step | None,
        nodes: Mapping[int, Json],
        known: Container[str],
    ) -> Mapping[str, Json]:
        """Return what a step left behind, and remember it.

        Args:
            path: of the step.
            step: what the workflow says of it.
            nodes: its own node (0) and those of its attempts.
            known: the paths there are.
        """
        made: Mapping[str, Json] = {}
        for number in (0, max(nodes)):
            if not made and number in nodes:
                made = left_by(nodes[number], step)
        if not made and step is not None and not path.endswith("]"):
            if step.loop is not None:
                made = self._of_items(path, known)
            elif step.repeat is not None:
                made = self._of_last_turn(path)
        if made:
            self._made[path] = made
        return made

    def of_run(self, workflow: Workflow, root: Json) -> dict[str, Json]:
        """Return what the workflow as a whole left behind; `root` is its own node."""
        plain = left_by(root, None) if root is not None else {}
        found: dict[str, Json] = {}
        for one in workflow.outputs:
            value = one.value
            if isinstance(value, OutputRef) and value.name in self._of(value.step):
                found[one.name] = self._of(value.step)[value.name]
            elif port_name(one.name) in plain:
                found[one.name] = plain[port_name(one.name)]
        return found

    def _of(self, path: str) -> Mapping[str, Json]:
        return self._made.get(path, {})

    def _of_items(self, path: str, known: Container[str]) -> dict[str, Json]:
        """Return lists of what the items of a mapped step left behind."""
        found: dict[str, list[Json]] = {}
        number = 0
        while (item := f"{path}[{number}]") in known:
            for name, value in self._of(item).items():
                found.setdefault(name, []).append(value)
            number += 1
        return dict(found)

    def _of_last_turn(self, path: str) -> Mapping[str, Json]:
        head = f"{path}#"
        ends = (key[len(head) :] for key in self._made if key.startswith(head))
        last = max((int(end) for end in ends if end.isdecimal()), default=0)
        return self._of(f"{head}{last}")
