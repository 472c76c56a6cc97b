"""fold: a map in place of many equal steps, so that what is too big gets smaller.

Steps are folded that run the same template with the same settings after the same steps,
and whose arguments differ in constants only: those become the items. Their names are then
not in the run, so nothing is folded that is asked for by name. Who waited for all of them
waits for the map, and who took a list of all their outputs takes the list that a map
gives. A step that reads one of them, or waits for some of them, keeps all as they are: it
would have to wait for all items.

Steps that share a template are written once by every engine that can; folding goes
further. Unless `always`, it is done only where the workflow would be cut into parts
otherwise: it is above the budget, and its engine takes parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Argument,
    Constant,
    Container,
    Feature,
    Function,
    ItemRef,
    Items,
    Map,
    RunField,
    RunRef,
    Script,
    Step,
    Template,
    Workflow,
    leaves_in,
)
from couler_jupyter.passes.base import Decision, Passed, Word
from couler_jupyter.passes.facts import Context
from couler_jupyter.passes.fold_readers import Folds, rewritten, whole_readers
from couler_jupyter.passes.mentions import mentions_in
from couler_jupyter.passes.weighing import guessed, weights_of

_Key: TypeAlias = tuple[object, ...]
_BOXED = (Container, Script, Function)
_MAPS = frozenset({Feature.MAP_ITEMS, Feature.MAP_FAN_IN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Fold equal steps into maps.

    Attributes:
        least: how many steps are folded into one at the least.
        always: whether to fold also where the workflow is within the budget.
    """

    name: ClassVar[str] = "fold"
    least: int = 8
    always: bool = False

    def __post_init__(self) -> None:
        """Reject options that make no sense."""
        if self.least < 2:
            raise UsageFailed(f"pass fold: least is {self.least}; it must be 2 or more")

    def run(self, workflow: Workflow, context: Context) -> Passed:
        """Return the workflow with maps in place of equal steps."""
        decisions: list[Decision] = []
        if workflow.parts is not None or not self._is_wanted(workflow, context):
            return Passed(workflow)
        most = context.budget.max_pods
        while folds := self._folds(workflow, context, most):
            decisions += self._said(folds)
            workflow = rewritten(workflow, folds)
        return Passed(workflow, tuple(decisions))

    def _is_wanted(self, workflow: Workflow, context: Context) -> bool:
        features = (
            frozenset(Feature) if context.engine is None else context.engine.features
        )
        if not features >= _MAPS:
            return False
        if not self.always and Feature.PARTS not in features:
            return False
        if self.always or len(workflow.steps) > context.budget.max_steps:
            return True
        most = context.budget.max_bytes
        if guessed(workflow).total <= most:
            return False
        weights = weights_of(workflow, context, most)
        return weights.base + sum(weights.bytes.values()) > most

    def _folds(self, workflow: Workflow, context: Context, most: int) -> Folds:
        """Return the maps to make, each by the names of the steps it stands for."""
        taken = {one.step.name for one in workflow.exit_handlers} | {*workflow.by_name}
        found: Folds = {}
        for names in self._alike(workflow, context):
            if len(names) <= most:
                made = _mapped([workflow.by_name[name] for name in names], taken)
                taken.add(made.name)
                found[names] = made
        return found

    def _alike(self, workflow: Workflow, context: Context) -> Iterator[tuple[str, ...]]:
        """Yield the names of steps that may be folded together."""
        kept = {*mentions_in(workflow), *context.targets}
        if _tells_failures(workflow):
            return
        numbers: dict[Template, int] = {}
        groups: dict[_Key, list[str]] = {}
        for step in workflow.steps:
            if step.name not in kept and _is_plain(step):
                number = numbers.setdefault(step.template, len(numbers))
                groups.setdefault(_key(step, number), []).append(step.name)
        large = [tuple(one) for one in groups.values() if len(one) >= self.least]
        yield from whole_readers(workflow, large)

    def _said(self, folds: Folds) -> Iterator[Decision]:
        for names, made in folds.items():
            reason = (
                f"{len(names)} steps run the same and differ in constants only; "
                "they are items of one map"
            )
            for name in names:
                yield Decision(
                    pass_name=self.name,
                    word=Word.FOLDED,
                    reason=reason,
                    step=name,
                    to=made.name,
                )


def _is_plain(step: Step) -> bool:
    """Whether a step can be an item of a map and means the same."""
    template = step.template
    return (
        isinstance(template, _BOXED)
        and step.when is None
        and step.loop is None
        and step.repeat is None
        and not step.daemon
        and not step.extras
        and not any(one.global_name for one in template.outputs)
    )


def _key(step: Step, template: int) -> _Key:
    """Return what is the same for steps that can be items of one map."""
    given = {
        one.name: None if isinstance(one.value, Constant) else one.value
        for one in step.arguments
    }
    after = frozenset(step.after)
    rest = after, step.retry, step.timeout, step.cache
    return template, frozenset(given.items()), *rest


def _mapped(steps: Sequence[Step], taken: set[str]) -> Step:
    """Return one step that runs once for each of some."""
    first = steps[0]
    given = [{one.name: one.value for one in step.arguments} for step in steps]
    varied = [
        one.name
        for one in first.arguments
        if len({each[one.name] for each in given}) > 1
    ]
    items = tuple(_item(each, varied, place) for place, each in enumerate(given))
    path = (lambda name: (name,)) if len(varied) > 1 else (lambda _: ())
    arguments = tuple(
        Argument(one.name, ItemRef(path(one.name))) if one.name in varied else one
        for one in first.arguments
    )
    return replace(
        first,
        name=_name([step.name for step in steps], taken),
        arguments=arguments,
        loop=Map(over=Items(items)),
    )


def _item(given: Mapping[str, object], varied: Sequence[str], place: int) -> Constant:
    """Return what differs: one value, several by name, or else a number."""
    values = {name: given[name] for name in varied}
    found = {
        name: value.value
        for name, value in values.items()
        if isinstance(value, Constant)
    }
    if not found:
        return Constant.of(place)
    return Constant.of(found if len(varied) > 1 else found[varied[0]])


def _name(names: Sequence[str], taken: set[str]) -> str:
    """Return what the names have in common, or another that is free."""
    stem = _common(names) or names[0]
    tries = Counter[str]()
    free = stem
    while free in taken:
        tries[stem] += 1
        free = f"{stem}-all" if tries[stem] == 1 else f"{stem}-all-{tries[stem]}"
    return free


def _common(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    length = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return first[:length].rstrip("0123456789").rstrip("-_.")


def _tells_failures(workflow: Workflow) -> bool:
    """Whether somebody reads which steps failed, by their names."""
    names = {RunField.FAILURES, RunField.KUBE_FAILURES}
    return any(
        isinstance(leaf, RunRef) and leaf.field in names
        for leaf, _ in leaves_in(workflow)
    )
