"""Tasks that reckon what Tekton itself cannot, each for one value or condition.

Tekton compares texts and puts texts together. Numbers, order, lists and objects are left
to a small program, whose result the tasks that need it wait for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.engines.tekton.drafts import IN_FILES, Draft
from couler_jupyter.engines.tekton.filing import MOST, program_step
from couler_jupyter.engines.tekton.names import Names
from couler_jupyter.engines.tekton.texts import Unsayable
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    DictOf,
    FirstOf,
    Format,
    Json,
    Leaf,
    ListOf,
    Not,
    OutputRef,
    Range,
    Value,
    ValueType,
    as_text,
    leaves,
)

_PROGRAM = "reckon"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an output is kept that may be missing: the task that leaves it, and a path."""

    task: str
    path: str


@dataclass(slots=True)
class _Told:
    """What one reckoning task is told: texts of references, by number."""

    look_up: Callable[[Leaf], str]
    type_of: Callable[[Leaf], ValueType]
    kept: Callable[[OutputRef], Kept | None]
    texts: list[str] = field(default_factory=list[str])
    after: dict[str, None] = field(default_factory=dict[str, None])

    def value(self, value: Value) -> Json:
        match value:
            case Constant():
                return {"is": value.value}
            case Format(parts=parts):
                return {"text": [self._part(part) for part in parts]}
            case ListOf(items=items):
                return {"list": [self.value(item) for item in items]}
            case DictOf(items=pairs):
                return {"object": [[key, self.value(one)] for key, one in pairs]}
            case FirstOf(options=options):
                return {"first": [self._option(one) for one in options]}
            case _:
                return {"at": self.at(self.look_up(value)), "type": self.type_of(value)}

    def _option(self, value: Value) -> Json:
        """Return a value of which it shows in the run only whether it is there."""
        kept = self.kept(value) if isinstance(value, OutputRef) else None
        if kept is None:
            _check_option(value)
            return self.value(value)
        assert isinstance(value, OutputRef)
        self.after[kept.task] = None
        return {"file": self.at(kept.path), "type": self.type_of(value)}

    def condition(self, condition: Condition) -> Json:
        match condition:
            case AllOf(terms=terms):
                return {"all": [self.condition(term) for term in terms]}
            case AnyOf(terms=terms):
                return {"any": [self.condition(term) for term in terms]}
            case Not(term=term):
                return {"not": self.condition(term)}
            case Compare(left=left, operator=operator, right=right):
                both = [self.value(left), self.value(right)]
                return {"compare": str(operator), "values": both}
            case _:
                raise Unsayable("its condition is not on values")

    def at(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)

    def _part(self, part: str | Value) -> Json:
        return {"is": part} if isinstance(part, str) else self.value(part)


def _check_option(value: Value) -> None:
    """Refuse what nobody can look for: texts and lists of outputs that may be missing."""
    if isinstance(value, OutputRef):
        return
    if any(isinstance(leaf, OutputRef) for leaf in leaves(value)):
        raise Unsayable(
            "one of several values is put together of outputs; let each of them be an "
            "output itself"
        )


@dataclass(slots=True)
class Reckoner:
    """Makes the reckoning tasks of one pipeline, one for each thing to reckon.

    Attributes:
        names: of its tasks.
        image: that has Python.
        look_up: what a reference is in the pipeline.
        type_of: what kind of value a reference gives.
        kept: where an output is kept that may be missing; None for one that is not.
        closed: whether no more can be made, since only exit handlers come now.
    """

    names: Names
    image: str
    look_up: Callable[[Leaf], str]
    type_of: Callable[[Leaf], ValueType]
    kept: Callable[[OutputRef], Kept | None]
    closed: bool = False
    drafts: list[Draft] = field(default_factory=list[Draft])
    _known: dict[str, str] = field(default_factory=dict[str, str])

    def value(self, value: Value) -> str:
        """Return what a value is called that is put together of others."""
        told = self._told()
        return self._task("value", {"value": told.value(value)}, told)

    def holds(self, condition: Condition) -> str:
        """Return what is `true` in the run if a condition holds."""
        told = self._told()
        return self._task("when", {"holds": told.condition(condition)}, told)

    def items(
        self, over: Value | Range, path: tuple[str | int, ...], json: bool
    ) -> str:
        """Return what the texts of the items of a list are called, or of a range.

        Args:
            over: the list, or the range.
            path: which part of each item is wanted.
            json: whether the items are wanted as JSON.
        """
        told = self._told()
        if isinstance(over, Range):
            ends = [told.value(over.start), told.value(over.end)]
            source = said(range=ends, step=over.step, format=over.format)
        else:
            source = {"list": told.value(over)}
        plan = {"items": source, **said(path=list(path), json=json)}
        return self._task("items", plan, told, kind="array")

    def gather(self, texts: str, kind: ValueType) -> str:
        """Return what the list of the results of all items is called, as JSON."""
        told = self._told()
        told.at(texts)
        return self._task("list", {"gather": str(kind)}, told, given="array")

    def _told(self) -> _Told:
        return _Told(self.look_up, self.type_of, self.kept)

    def _task(
        self,
        what: str,
        plan: Fields,
        told: _Told,
        kind: str = "string",
        given: str = "string",
    ) -> str:
        key = as_text([what, plan, told.texts, kind])
        if key not in self._known:
            if self.closed:
                raise Unsayable(
                    "an exit handler needs what a task would have to reckon first, and "
                    "Tekton runs those all at once; let a step give it as an output"
                )
            self._known[key] = self._made(what, plan, told, kind, given)
        return self._known[key]

    def _made(self, what: str, plan: Fields, told: _Told, kind: str, given: str) -> str:
        draft = Draft(name=self.names.take(f"couler-{what}"))
        result = draft.leave(what, kind)
        end = "[*])" if given == "array" else ")"
        args = [result]
        for number, text in enumerate(told.texts):
            if text.startswith(IN_FILES):
                draft.files = True
                args.append(text)
                continue
            taken = draft.take(f"given-{number}", text, given)
            args.append(f"{taken[:-1]}{end}")
        if told.after:
            draft.beside["runAfter"] = list(told.after)
        whole = {**plan, "most": MOST}
        draft.steps.append(program_step(draft, _PROGRAM, whole, args, self.image))
        self.drafts.append(draft)
        star = "[*]" if kind == "array" else ""
        return f"$(tasks.{draft.name}.results.{what}{star})"
