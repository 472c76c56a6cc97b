"""Templates that run themselves as one turn of a repeat, where that says the same.

One that does nothing after it ran itself, under a condition on what the turn has left
or on a counter, is a repeat of the turn. A counter goes up by one from turn to turn; all
else that a turn is given is what the first one was given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from couler_jupyter.engines.argo.condition_form import form_of
from couler_jupyter.engines.argo.importing.fields import (
    NoWord,
    Object,
    list_at,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.engines.argo.importing.loop import KEYS
from couler_jupyter.engines.argo.importing.waiting import waits_of
from couler_jupyter.engines.argo.names import Taken, port_name
from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.expr import (
    Call,
    Literal,
    Name,
    Tree,
    Two,
    parse,
)
from couler_jupyter.engines.argo.reading.expressions import read_expression
from couler_jupyter.engines.argo.reading.tags import Tag, pieces
from couler_jupyter.engines.argo.reading.when import read_when
from couler_jupyter.ir import (
    AllOf,
    Argument,
    AtLimit,
    Compare,
    Condition,
    Constant,
    Ended,
    Operator,
    Outcome,
    OutputRef,
    Raw,
    Repeat,
    Step,
    TurnRef,
    Value,
    as_number,
    atoms,
    inputs_of,
    negate,
)

_FIELDS = frozenset({"name", "inputs", "steps", "dag"})
_OF_CALL = frozenset(
    {"name", "template", "arguments", "when", "dependencies", "depends"}
)
_TO_NUMBER = frozenset({"asInt", "int", "sprig.int", "asFloat", "float"})
_TO_TEXT = frozenset({"string", "toString", "sprig.toString"})
_BOUNDS = {Operator.SMALLER: 0, Operator.SMALLER_EQUAL: 1}


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
        starts = {name: _start(step, name) for name in self.counters}
        if any(starts[name] != 1 for name in self.used):
            raise NoWord("a turn is told a number that the IR does not count")
        lookup = _Between(step.name, self.outputs, frozenset(self.counters))
        condition = read_when(text_at(self.again, "when"), lookup)
        if condition is None or any(isinstance(one, Raw) for one in atoms(condition)):
            raise NoWord("it runs itself under a condition of another kind")
        limit, at_limit = most, AtLimit.FAIL
        terms: list[Condition] = []
        for term in _terms(condition):
            counted = lookup.counted(term)
            if counted is None:
                terms.append(term)
                continue
            name, operator, bound = counted
            turns = bound - starts[name] + 1 + _BOUNDS[operator]
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
    groups = _groups(node)
    tasks = [one for group in groups for one in group]
    calls = [one for one in tasks if one.get("template") == name]
    if len(calls) != 1 or len(tasks) < 2:
        raise NoWord("it runs itself several times, or does nothing else")
    (again,) = calls
    if not again.keys() <= _OF_CALL or not text_at(again, "when").strip():
        raise NoWord("it runs itself always, or in another way")
    others = {text_at(one, "name"): one for one in tasks if one is not again}
    before = _before(node, again, others, groups)
    for key in others.keys() - before:
        if not _excluded(others[key], again):
            raise NoWord("something may happen beside the next turn")
    counters = tuple(_counters(node, again))
    outputs = _asked(again, others)
    once = _without(node, again, outputs)
    text = str(once)
    used = {c for c in counters if f"inputs.parameters.{c}" in text}
    return Turn(once, again, outputs, counters, used)


def _groups(node: Object) -> list[list[Object]]:
    if "dag" in node:
        return [list(objects_at(object_at(node, "dag"), "tasks"))]
    return [
        [one for one in group if isinstance(one, dict)]
        for group in list_at(node, "steps")
    ]


def _before(
    node: Object,
    again: Object,
    others: Mapping[str, Object],
    groups: list[list[Object]],
) -> set[str]:
    """Return the tasks that have ended well, or were skipped, when it runs itself."""
    if "steps" in node:
        if again not in groups[-1]:
            raise NoWord("something comes after the next turn")
        return {text_at(one, "name") for group in groups[:-1] for one in group}
    waits = {name: _waits(one, others) for name, one in others.items()}
    if any(text_at(again, "name") in names for names in waits.values()):
        raise NoWord("something comes after the next turn")
    found: set[str] = set()
    new = {*_waits(again, others)}
    while new:
        found |= new
        new = {name for one in new for name in waits.get(one, ())} - found
    return found


def _waits(task: Object, tasks: Mapping[str, Object]) -> Iterator[str]:
    for one in waits_of(task, tasks, ()):
        if isinstance(one, str):
            yield one
        elif isinstance(one, Ended) and Outcome.FAILED not in one.how:
            yield one.step
        else:
            raise NoWord("it goes on after something that failed")


def _excluded(task: Object, again: Object) -> bool:
    """Whether a task runs only where the next turn does not."""
    lookup = _Anything()
    own = read_when(text_at(task, "when"), lookup)
    other = read_when(text_at(again, "when"), lookup)
    if own is None or other is None:
        return False
    return any(
        _contradict(one, another) for one in _terms(own) for another in _terms(other)
    )


def _contradict(one: Condition, other: Condition) -> bool:
    if form_of(one) == form_of(negate(other)):
        return True
    match one, other:
        case (
            Compare(left=left, operator=Operator.EQUAL, right=Constant() as right),
            Compare(left=again, operator=Operator.EQUAL, right=Constant() as another),
        ):
            return left == again and right != another
        case _:
            return False


def _counters(node: Object, again: Object) -> Iterator[str]:
    """Yield the inputs that count; all others must be given on as they are."""
    wanted = object_at(node, "inputs")
    given = object_at(again, "arguments")
    for kind, key in (("parameters", "value"), ("artifacts", "from")):
        passed = {text_at(one, "name"): one for one in objects_at(given, kind)}
        names = {text_at(one, "name") for one in objects_at(wanted, kind)}
        if passed.keys() != names:
            raise NoWord("the next turn is not given all that this one was")
        for name, one in passed.items():
            text = text_at(one, key)
            plain = text.strip().removeprefix("{{").removesuffix("}}").strip()
            if plain == f"inputs.{kind}.{name}":
                continue
            if kind == "artifacts" or not _is_one_more(text, name):
                raise NoWord("the next turn is given something else than this one")
            yield name


def _is_one_more(text: str, name: str) -> bool:
    found = [*pieces(text.strip())]
    if len(found) != 1 or not isinstance(found[0], Tag) or not found[0].expression:
        return False
    try:
        tree = parse(found[0].name)
    except Unreadable:
        return False
    match _without_call(tree, _TO_TEXT):
        case Two(word="+", left=left, right=Literal(value=1)):
            return _without_call(left, _TO_NUMBER) == Name(
                ("inputs", "parameters", name)
            )
        case _:
            return False


def _without_call(tree: Tree, names: Collection[str]) -> Tree:
    match tree:
        case Call(name=name, arguments=(inner,)) if name in names:
            return inner
        case _:
            return tree


def _asked(again: Object, others: Mapping[str, Object]) -> dict[tuple[str, ...], str]:
    """Return what the condition asks of other tasks, and what it is to be called."""
    asked = _Anything()
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
        groups = [[one for one in g if one is not again] for g in _groups(node)]
        made["steps"] = [group for group in groups if group]
    if outputs:
        made["outputs"] = {
            "parameters": [
                {"name": name, "valueFrom": {"parameter": f"{{{{{'.'.join(path)}}}}}"}}
                for path, name in outputs.items()
            ]
        }
    return made


def _start(step: Step, name: str) -> int:
    known: dict[str, object] = {
        one.name: one.default for one in inputs_of(step.template)
    }
    known |= {one.name: one.value for one in step.arguments}
    given = known.get(name)
    number = as_number(given.value) if isinstance(given, Constant) else None
    if not isinstance(number, int):
        raise NoWord("it is not known where a counter starts")
    return number


def _terms(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AllOf):
        for term in condition.terms:
            yield from _terms(term)
    else:
        yield condition


class _Anything:
    """Takes any tag for a value, and remembers which it was asked for."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, ...], None] = {}

    def __call__(self, tag: Tag) -> Value | None:
        if tag.expression:
            return read_expression(tag.name, self.named)
        return self.named(tuple(tag.name.split(".")))

    def named(self, path: tuple[str, ...]) -> Value | None:
        self.seen[path] = None
        return OutputRef("-".join(path))


@dataclass(frozen=True, slots=True)
class _Between:
    """What tags name between two turns of a step.

    Attributes:
        step: the step.
        outputs: what it leaves, by what that was in the turn.
        counters: inputs that count.
    """

    step: str
    outputs: Mapping[tuple[str, ...], str]
    counters: Collection[str]

    def __call__(self, tag: Tag) -> Value | None:
        if tag.expression:
            return read_expression(tag.name, self.named)
        return self.named(tuple(tag.name.split(".")))

    def named(self, path: tuple[str, ...]) -> Value | None:
        if path in self.outputs:
            return OutputRef(self.step, self.outputs[path])
        match path:
            case ("inputs", "parameters", name) if name in self.counters:
                return OutputRef(self.step, f"counter {name}")
            case _:
                return None

    def counted(self, term: Condition) -> tuple[str, Operator, int] | None:
        """Return the counter that a term bounds, how, and by what."""
        match term:
            case Compare(
                left=OutputRef(name=name), operator=operator, right=Constant() as right
            ) if name.startswith("counter ") and operator in _BOUNDS:
                bound = as_number(right.value)
                if isinstance(bound, int):
                    return name.removeprefix("counter "), operator, bound
                return None
            case _:
                return None

    def counts(self, terms: list[Condition]) -> bool:
        """Whether a counter stands in one of these."""
        return any("counter " in repr(term) for term in terms)
