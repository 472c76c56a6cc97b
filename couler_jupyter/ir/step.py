"""One node of a workflow: a template, its arguments, and its place in the order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias, cast, get_args

from couler_jupyter.ir.artifact import Remote, Storage
from couler_jupyter.ir.condition import Compare, Condition, Ended, atoms
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.loop import Items, Map, Over, Range, Repeat
from couler_jupyter.ir.reliability import Cache, Retry
from couler_jupyter.ir.template import Template
from couler_jupyter.ir.tuning.tune import Tune
from couler_jupyter.ir.value import OutputRef, StepRef, Value, leaves


@dataclass(frozen=True, slots=True)
class Argument:
    """What one input of a step's template is given."""

    name: str
    value: Value | Storage


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a step was written: a cell or file as shown to people, and the line."""

    place: str
    line: int

    def __str__(self) -> str:
        return f"{self.place}, line {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Something only one engine has a word for.

    Other engines refuse it unless it is `ignorable`, and say so even then.

    Attributes:
        engine: whose word it is.
        path: where it stands in that engine's manifest, as `spec.podGC`.
        value: what stands there.
        ignorable: whether the workflow means the same without it.
    """

    engine: str
    path: str
    value: Constant
    ignorable: bool = False


After: TypeAlias = str | Condition
"""A step's name (it ended well or was skipped), or a tree of `Ended`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One node: what it runs, with what, after what, how often.

    Attributes:
        name: unique in its workflow.
        template: what it runs.
        arguments: what the template's inputs are given.
        after: explicit order; every one of these must hold before it runs.
        when: run only if this holds, otherwise the step is skipped.
        loop: run once per item.
        repeat: run again while a condition holds.
        retry: try again after a bad end.
        timeout: seconds one attempt may take.
        cache: whether its outputs may be reused.
        daemon: whether it goes on in the background until the workflow ends.
        tune: which of its inputs are hyper-parameters that are to be chosen.
        extras: what only one engine has a word for.
        origin: where it was written; no part of what the step means.
    """

    name: str
    template: Template
    arguments: tuple[Argument, ...] = ()
    after: tuple[After, ...] = ()
    when: Condition | None = None
    loop: Map | None = None
    repeat: Repeat | None = None
    retry: Retry | None = None
    timeout: float | None = None
    cache: Cache | None = None
    daemon: bool = False
    tune: Tune | None = None
    extras: tuple[Extra, ...] = ()
    origin: Origin | None = field(default=None, compare=False)

    @property
    def data_dependencies(self) -> tuple[str, ...]:
        """Steps whose outputs or facts this one uses, in order of first use."""
        used: dict[str, None] = {}
        for ref in self.references():
            used[ref.step] = None
        used.pop(self.name, None)
        return tuple(used)

    @property
    def order_dependencies(self) -> tuple[str, ...]:
        """Steps named in `after`, in order of first mention."""
        if not self.after:
            return ()
        if _NAME.issuperset(map(type, self.after)):
            return cast("tuple[str, ...]", tuple(dict.fromkeys(self.after)))
        named: dict[str, None] = {}
        for one in self.after:
            if isinstance(one, str):
                named[one] = None
            else:
                named |= {a.step: None for a in atoms(one) if isinstance(a, Ended)}
        return tuple(named)

    @property
    def dependencies(self) -> tuple[str, ...]:
        """Names of all the steps this one waits for, by data or by order."""
        if not self.after:
            return self.data_dependencies
        return tuple(dict.fromkeys((*self.data_dependencies, *self.order_dependencies)))

    def conditions(self) -> Iterator[Condition]:
        """Yield every condition the step holds, those of its retry included."""
        if self.after and not _NAME.issuperset(map(type, self.after)):
            yield from (one for one in self.after if not isinstance(one, str))
        if self.when is not None:
            yield self.when
        if self.repeat is not None:
            yield self.repeat.condition
        if self.retry is not None and self.retry.when is not None:
            yield self.retry.when

    def references(self) -> Iterator[OutputRef | StepRef]:
        """Yield every use of another step's output or fact (or of its own)."""
        for value in self.values():
            if isinstance(value, OutputRef):
                yield value
                continue
            for leaf in leaves(value):
                if isinstance(leaf, OutputRef | StepRef):
                    yield leaf

    def values(self) -> Iterator[Value]:
        """Yield every value the step itself holds: arguments, conditions, loops."""
        for argument in self.arguments:
            if type(argument.value) in _VALUE_TYPES:
                yield cast("Value", argument.value)
            else:
                yield from storage_values(argument.value)
        if self.when is not None:
            yield from condition_values(self.when)
        if self.loop is not None:
            match self.loop.over:
                case Over(value=value):
                    yield value
                case Range(start=start, end=end):
                    yield start
                    yield end
                case Items():
                    pass
        if self.repeat is not None:
            yield from condition_values(self.repeat.condition)
            if not isinstance(self.repeat.pause, str):
                yield self.repeat.pause
        if self.cache is not None and not isinstance(self.cache.key, str):
            yield self.cache.key


def condition_values(condition: Condition) -> Iterator[Value]:
    """Yield the values a condition compares."""
    for atom in atoms(condition):
        if isinstance(atom, Compare):
            yield atom.left
            yield atom.right


_NAME = frozenset({str})
"""What `after` holds for nearly every step; asked of all of them at once."""
_VALUES = get_args(Value)
_REMOTES = get_args(Remote)
_VALUE_TYPES = frozenset(_VALUES)


def storage_values(given: Value | Storage) -> Iterator[Value]:
    """Yield the values in an argument: itself, or those that say where it lies."""
    if isinstance(given, _VALUES):
        yield cast("Value", given)
        return
    for name in type(given).__slots__:
        part = getattr(given, name)
        if isinstance(part, _VALUES):
            yield cast("Value", part)
        elif isinstance(part, _REMOTES):
            yield from storage_values(part)
