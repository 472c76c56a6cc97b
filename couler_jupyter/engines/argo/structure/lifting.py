"""What a template is given from outside, so that the steps in it can stand by themselves.

What a step uses of the place around it becomes an input: in the step stands an
`InputRef`, and whoever runs the template passes what it stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast, get_args

from couler_jupyter.engines.argo.names import Taken, port_name
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.ports import is_artifact_input
from couler_jupyter.engines.argo.structure.task import artifact_source
from couler_jupyter.engines.argo.terms import Term
from couler_jupyter.engines.argo.texts import LookUp, text_of
from couler_jupyter.ir import (
    Argument,
    Condition,
    Constant,
    DictOf,
    FirstOf,
    Format,
    GlobalRef,
    InputRef,
    Items,
    Json,
    Leaf,
    ListOf,
    Map,
    Over,
    Range,
    Raw,
    RunRef,
    Step,
    Storage,
    Value,
    ValueType,
    leaves,
    with_parts,
    with_values,
)
from couler_jupyter.ir.template import inputs_of

Stays: TypeAlias = Callable[[Leaf], bool]
"""Whether a reference means the same inside, and so is not passed in."""

_STORAGES = get_args(Storage)
_VALUES = get_args(Value)
_EVERYWHERE = (Constant, RunRef, GlobalRef, Raw)


@dataclass(slots=True)
class Lift:
    """The inputs of one template that stand for what is around it.

    Attributes:
        stays: which references mean the same inside.
        around: what references are around the template.
    """

    stays: Stays
    around: LookUp
    _names: dict[Value, str] = field(default_factory=dict)
    _artifacts: set[str] = field(default_factory=set)
    _taken: Taken = field(default_factory=Taken)

    def step(self, step: Step) -> Step:
        """Return a step that names inputs where it named what is around."""
        changed: dict[str, Any] = {}
        if step.arguments:
            artifacts = {
                one.name for one in inputs_of(step.template) if is_artifact_input(one)
            }
            changed["arguments"] = tuple(
                Argument(one.name, self._given(one, one.name in artifacts))
                for one in step.arguments
            )
        if step.when is not None:
            changed["when"] = self.condition(step.when)
        if step.loop is not None:
            changed["loop"] = self._map(step.loop)
        return _replaced(step, changed) if changed else step

    def condition(self, condition: Condition) -> Condition:
        """Return a condition that names inputs where it named what is around."""
        return with_values(condition, self.value)

    def value(self, value: Value, wanted: str = "") -> Value:
        """Return a value that names inputs where it named what is around."""
        used = tuple(leaves(value))
        if all(isinstance(leaf, _EVERYWHERE) for leaf in used):
            return value
        if not any(self._is_inside(leaf) for leaf in used):
            return InputRef(self.name(value, wanted))
        match value:
            case Format(parts=parts):
                return Format(
                    tuple(p if isinstance(p, str) else self.value(p) for p in parts)
                )
            case ListOf(items=items):
                return ListOf(tuple(self.value(item) for item in items))
            case DictOf(items=pairs):
                return DictOf(tuple((key, self.value(item)) for key, item in pairs))
            case FirstOf(options=options):
                return FirstOf(tuple(self.value(option) for option in options))
            case _:
                return value

    def name(self, value: Value, wanted: str = "", *, artifact: bool = False) -> str:
        """Return the name of the input that stands for `value`."""
        name = self._names.get(value)
        if name is None:
            known = {getattr(leaf, "name", "") for leaf in leaves(value)} - {""}
            plain = wanted or (known.pop() if len(known) == 1 else "value")
            name = self._names[value] = self._taken.take(port_name(plain))
            if artifact or self._is_artifact(value):
                self._artifacts.add(name)
        return name

    def take(self, name: str) -> str:
        """Take a name for an input that the template has anyway."""
        return self._taken.take(name)

    def term(self, name: str) -> Term:
        """Return what an input is inside."""
        value = next(value for value, known in self._names.items() if known == name)
        if name in self._artifacts:
            return Term(path=("inputs", "artifacts", name), artifact=True)
        kind = self.around(value).type if isinstance(value, Leaf) else ValueType.JSON
        return Term(path=("inputs", "parameters", name), type=kind)

    def inputs(self) -> tuple[list[Json], list[Json]]:
        """Return the input parameters and artifacts of the template."""
        names = self._names.values()
        return (
            [{"name": name} for name in names if name not in self._artifacts],
            [{"name": name} for name in names if name in self._artifacts],
        )

    def arguments(self) -> tuple[list[Json], list[Json]]:
        """Return what whoever runs the template passes: parameters and artifacts."""
        parameters: list[Json] = []
        artifacts: list[Json] = []
        for value, name in self._names.items():
            if name in self._artifacts:
                artifacts.append({"name": name, **artifact_source(value, self.around)})
            else:
                text = text_of(value, self.around)
                parameters.append({"name": name, "value": text})
        return parameters, artifacts

    def passed_on(self) -> tuple[list[Json], list[Json]]:
        """Return the same arguments from inside, for a template that runs itself."""
        parameters: list[Json] = []
        artifacts: list[Json] = []
        for name in self._names.values():
            if name in self._artifacts:
                source = f"{{{{inputs.artifacts.{name}}}}}"
                artifacts.append({"name": name, "from": source})
            else:
                source = f"{{{{inputs.parameters.{name}}}}}"
                parameters.append({"name": name, "value": source})
        return parameters, artifacts

    def _is_inside(self, leaf: Leaf) -> bool:
        return not isinstance(leaf, _EVERYWHERE) and self.stays(leaf)

    def _is_artifact(self, value: Value) -> bool:
        return isinstance(value, Leaf) and self.around(value).artifact

    def _given(self, argument: Argument, artifact: bool) -> Value | Storage:
        given = argument.value
        if isinstance(given, _STORAGES):
            return self._storage(cast("Storage", given))
        value = cast("Value", given)
        if artifact and not isinstance(value, Constant):
            if any(self._is_inside(leaf) for leaf in leaves(value)):
                return self.value(value)
            return InputRef(self.name(value, argument.name, artifact=True))
        return self.value(value, argument.name)

    def _storage(self, storage: Storage) -> Storage:
        def lifted(part: object) -> object:
            is_value = isinstance(part, _VALUES)
            return self.value(cast("Value", part)) if is_value else part

        return with_parts(storage, lifted)

    def _map(self, loop: Map) -> Map:
        match loop.over:
            case Over(value=value):
                return replace(loop, over=Over(self.value(value)))
            case Range(start=start, end=end):
                over = replace(loop.over, start=self.value(start), end=self.value(end))
                return replace(loop, over=over)
            case Items():
                return loop


def joined_arguments(*given: tuple[Iterable[Json], Iterable[Json]]) -> Object:
    """Return arguments (or inputs) as one object; nothing empty stands in it."""
    parameters = [one for parameters, _ in given for one in parameters]
    artifacts = [one for _, artifacts in given for one in artifacts]
    made: Object = {"parameters": parameters} if parameters else {}
    return made | ({"artifacts": artifacts} if artifacts else {})


def _replaced(step: Step, changed: dict[str, Any]) -> Step:
    return replace(step, **changed)
