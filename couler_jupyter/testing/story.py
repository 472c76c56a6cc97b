"""What a run comes to, worked out step by step by the rules, without any engine.

A second opinion on what a workflow means, to hold engines to. It knows only the parts
that `runnable` draws.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from couler_jupyter.ir import (
    After,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Ended,
    FirstOf,
    Operator,
    Outcome,
    OutputRef,
    Phase,
    Step,
    Value,
)

COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        Operator.EQUAL: operator.eq,
        Operator.NOT_EQUAL: operator.ne,
        Operator.SMALLER: operator.lt,
        Operator.BIGGER_EQUAL: operator.ge,
    }
)
NOT_THERE = object()
"""Stands for the output of a step that did not succeed."""
Made = Callable[[Mapping[str, Any]], Any]


@dataclass
class Story:
    """Steps in the order they were added, and how each of them ends.

    Attributes:
        steps: the steps.
        phases: how each ends; `inner`: the same of items, turns and nested steps.
        values: the `result` of each that succeeds.
        items: how the items of each mapped step end.
        rescuers: who waits for the failure of a step.
    """

    steps: list[Step] = field(default_factory=list)
    phases: dict[str, Phase] = field(default_factory=dict)
    inner: dict[str, Phase] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    items: dict[str, list[Phase]] = field(default_factory=dict)
    rescuers: dict[str, list[str]] = field(default_factory=dict)

    def add(self, step: Step, made: Made) -> Phase:
        """Add a step; `made` gives its result from its arguments, None if it fails."""
        takes: dict[str, Any] = {one.name: one.value for one in step.arguments}
        phase = self._start(step, takes.values())
        if phase is Phase.SUCCEEDED:
            value = made({name: self.read(one) for name, one in takes.items()})
            phase = Phase.FAILED if value is None else Phase.SUCCEEDED
            self._end(step, phase, value)
        else:
            self._end(step, phase, None)
        return phase

    def add_map(self, step: Step, items: Any, bad: Callable[[Any], bool]) -> None:
        """Add a step that gives back each of `items`, and fails for the bad ones."""
        if items is NOT_THERE:
            self._end(step, Phase.OMITTED, None)
            return
        ends = [Phase.FAILED if bad(one) else Phase.SUCCEEDED for one in items]
        self.items[step.name] = ends
        self.inner |= {f"{step.name}[{index}]": end for index, end in enumerate(ends)}
        failed = Phase.FAILED in ends
        phase = Phase.FAILED if failed else Phase.SUCCEEDED
        self._end(step, phase, None if failed else items)

    def add_count(self, step: Step, wanted: int, limit: int) -> None:
        """Add a step that is repeated until its turn is `wanted`."""
        turns = min(wanted, limit)
        self.inner |= {f"{step.name}#{n + 1}": Phase.SUCCEEDED for n in range(turns)}
        enough = wanted <= limit
        phase = Phase.SUCCEEDED if enough else Phase.FAILED
        self._end(step, phase, wanted if enough else None)

    def add_inside(self, name: str, inner: Story) -> None:
        """Tell of the steps of a workflow that ran as step `name`."""
        ends = {**inner.phases, **inner.inner}
        self.inner |= {f"{name}/{path}": phase for path, phase in ends.items()}

    def read(self, value: Value) -> Any:
        """Return what a value is, or `NOT_THERE`."""
        match value:
            case Constant():
                return value.value
            case OutputRef(step=name):
                return self.values.get(name, NOT_THERE)
            case FirstOf(options=options):
                found = map(self.read, options)
                return next((one for one in found if one is not NOT_THERE), NOT_THERE)
            case _:
                raise TypeError(f"no story has {value}")

    def run(self) -> Phase:
        """Return how the whole run ends: failures that somebody is there for count not."""
        bad = [name for name, phase in self.phases.items() if phase is Phase.FAILED]
        for name in bad:
            rescuers = self.rescuers.get(name, [])
            if not any(self.phases[one] is Phase.SUCCEEDED for one in rescuers):
                return Phase.FAILED
        return Phase.SUCCEEDED

    def _start(self, step: Step, takes: Iterable[Value]) -> Phase:
        when = step.when
        needed = [*takes, *([when.left] if isinstance(when, Compare) else [])]
        if any(self.read(one) is NOT_THERE for one in needed):
            return Phase.OMITTED
        if not all(map(self._holds, step.after)):
            return Phase.OMITTED
        if isinstance(when, Compare):
            known = COMPARE[when.operator](self.read(when.left), self.read(when.right))
            return Phase.SUCCEEDED if known else Phase.SKIPPED
        return Phase.SUCCEEDED

    def _end(self, step: Step, phase: Phase, value: Any) -> None:
        self.steps.append(step)
        self.phases[step.name] = phase
        if phase is Phase.SUCCEEDED:
            self.values[step.name] = value
        for tree in step.after:
            for ended in _ended_in(tree):
                if self._waits_for_failure(ended):
                    self.rescuers.setdefault(ended.step, []).append(step.name)

    def _waits_for_failure(self, ended: Ended) -> bool:
        if Outcome.FAILED in ended.how:
            return True
        items = self.items.get(ended.step, [])
        return Outcome.ALL_FAILED in ended.how and set(items) == {Phase.FAILED}

    def _holds(self, one: After) -> bool:
        if isinstance(one, str):
            return self.phases[one] in (Phase.SUCCEEDED, Phase.SKIPPED)
        return any(self._ended(ended) for ended in _ended_in(one))

    def _ended(self, ended: Ended) -> bool:
        items = self.items.get(ended.step, [])
        if Outcome.ANY_SUCCEEDED in ended.how and Phase.SUCCEEDED in items:
            return True
        if Outcome.ALL_FAILED in ended.how and set(items) == {Phase.FAILED}:
            return True
        return self.phases[ended.step].value in ended.how


def _ended_in(tree: str | Condition) -> tuple[Ended, ...]:
    """Return the terms of a tree, which is one `Ended` or an `AnyOf` of some."""
    terms = tree.terms if isinstance(tree, AnyOf) else (tree,)
    return tuple(one for one in terms if isinstance(one, Ended))
