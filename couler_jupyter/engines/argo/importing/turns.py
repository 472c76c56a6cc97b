"""Templates that run themselves as one turn of a repeat, where that says the same.

One that does nothing after it ran itself, under a condition on what the turn has left
or on a counter, is a repeat of the turn. A counter goes up by one from turn to turn; all
else that a turn is given is what the first one was given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from couler_jupyter.engines.argo.importing.fixed_inputs import asks_for
from couler_jupyter.engines.argo.importing.loop import KEYS
from couler_jupyter.engines.argo.importing.turn_counters import counters_of, start_of
from couler_jupyter.engines.argo.importing.turn_names import BOUNDS, Anything, Between
from couler_jupyter.engines.argo.importing.turn_order import (
    excludes,
    groups_of,
    tasks_before,
    terms_of,
)
from couler_jupyter.engines.argo.names import Taken, port_name
from couler_jupyter.engines.argo.reading.when import read_when
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    text_at,
)
from couler_jupyter.ir import (
    AllOf,
    Argument,
    AtLimit,
    Compare,
    Condition,
    Constant,
    Operator,
    Raw,
    Repeat,
    Step,
    TurnRef,
    atoms,
)

_FIELDS = frozenset({"name", "inputs", "steps", "dag"})
_OF_CALL = frozenset(
    {"name", "template", "arguments", "when", "dependencies", "depends"}
)


@dataclass(frozen=True, slots=True)
class Turn:
    """A template that runs itself, taken apart.

    Attributes:
        once: the template without the task that runs it again.
        again: that task.
        outputs: what the condition asks of other tasks, by the output it has become.
        counters: inputs that are one more in the next turn.
        used: counters that the turn itself uses.
    """

    once: Object
    again: Object
    outputs: Mapping[tuple[str, ...], str]
    counters: tuple[str, ...]
    used: Collection[str]

    def repeated(self, step: Step, most: int) -> Step:
        """Return a step that runs the turn as one that repeats it.

        Args:
            step: runs the turn once.
            most: turns that Argo goes down there.

        Raises:
            NoWord: it would not be the same.
        """
        starts = {name: start_of(step, name) for name in self.counters}
        if any(starts[name] != 1 for name in self.used):
            raise NoWord("a turn is told a number that the IR does not count")
        lookup = Between(step.name, self.outputs, frozenset(self.counters))
        condition = read_when(text_at(self.again, "when"), lookup)
        if condition is None or any(isinstance(one, Raw) for one in atoms(condition)):
            raise NoWord("it runs itself under a condition of another kind")
        limit, at_limit = most, AtLimit.FAIL
        terms: list[Condition] = []
        for term in terms_of(condition):
            counted = lookup.counted(term)
            if counted is None:
                terms.append(term)
                continue
            name, operator, bound = counted
            turns = bound - starts[name] + 1 + BOUNDS[operator]
            if not 0 < turns <= limit:
                raise NoWord("it counts beyond what Argo goes down")
            limit, at_limit = turns, AtLimit.ACCEPT
        if lookup.counts(terms):
            raise NoWord("it compares a counter otherwise")
        if at_limit is AtLimit.ACCEPT:
            last = Constant.of(limit)
            terms.append(Compare(TurnRef(), Operator.SMALLER, last))
        repeat = Repeat(
            condition=terms[0] if len(terms) == 1 else AllOf(tuple(terms)),
            limit=limit,
            at_limit=at_limit,
        )
        given = {one.name: one for one in step.arguments}
        given |= {name: Argument(name, TurnRef()) for name in self.used}
        return replace(step, repeat=repeat, arguments=tuple(given.values()))


def turn_of(node: Object) -> Turn:
    """Return one turn of a template that runs itself.

    Raises:
        NoWord: it is no repeat of a turn.
    """
    if not node.keys() <= _FIELDS:
        raise NoWord("more is said of it than what it does")
    name = text_at(node, "name")
    groups = groups_of(node)
    tasks = [one for group in groups for one in group]
    calls = [one for one in tasks if one.get("template") == name]
    if len(calls) != 1 or len(tasks) < 2:
        raise NoWord("it runs itself several times, or does nothing else")
    (again,) = calls
    if not again.keys() <= _OF_CALL or not text_at(again, "when").strip():
        raise NoWord("it runs itself always, or in another way")
    others = {text_at(one, "name"): one for one in tasks if one is not again}
    sure = tasks_before(node, again, others, groups)
    for key in others.keys() - sure:
        if not excludes(others[key], again):
            raise NoWord("something may happen beside the next turn")
    counters = tuple(counters_of(node, again))
    outputs = _asked(again, others)
    once = _without(node, again, outputs)
    used = {one for one in counters if asks_for(once, one)}
    return Turn(once, again, outputs, counters, used)


def _asked(again: Object, others: Mapping[str, Object]) -> dict[tuple[str, ...], str]:
    """Return what the condition asks of other tasks, and what it is to be called."""
    asked = Anything()
    read_when(text_at(again, "when"), asked)
    taken = Taken()
    found: dict[tuple[str, ...], str] = {}
    for path in asked.seen:
        match path:
            case ("tasks" | "steps", step, "outputs", "result"):
                name = f"{step}-result"
            case ("tasks" | "steps", step, "outputs", "parameters", own):
                name = f"{step}-{own}"
            case _:
                continue
        task = others.get(step, {})
        if not task or "when" in task or any(key in task for key in KEYS):
            raise NoWord("it asks for what may not be there, or is a list")
        found[path] = taken.take(port_name(name))
    return found


def _without(
    node: Object, again: Object, outputs: Mapping[tuple[str, ...], str]
) -> Object:
    made = dict(node)
    if "dag" in node:
        dag = object_at(node, "dag")
        tasks = [one for one in dag["tasks"] if one is not again]
        made["dag"] = {**dag, "tasks": tasks}
    else:
        groups = [[one for one in g if one is not again] for g in groups_of(node)]
        made["steps"] = [group for group in groups if group]
    if outputs:
        made["outputs"] = {
            "parameters": [
                {"name": name, "valueFrom": {"parameter": f"{{{{{'.'.join(path)}}}}}"}}
                for path, name in outputs.items()
            ]
        }
    return made
