"""What values and conditions come to, given what each reference stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, assert_never

from couler_jupyter.engines.local.scheduling.data import Data, handle_in, told
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    AttemptRef,
    Compare,
    Condition,
    Constant,
    DictOf,
    Ended,
    FirstOf,
    Format,
    GlobalRef,
    InputRef,
    ItemRef,
    Json,
    Leaf,
    ListOf,
    Not,
    OutputRef,
    ParameterRef,
    PathRef,
    Raw,
    RunRef,
    StepRef,
    Text,
    TurnRef,
    Value,
    as_text,
    compare,
)


class Unknown(ValueError):
    """What a reference stands for is not there."""


class Unfit(ValueError):
    """A value is there but cannot be used so."""


LookUp: TypeAlias = Callable[[Leaf], Data]
"""What a reference stands for; raises `Unknown` where that is not there."""


def evaluate(value: Value, look_up: LookUp) -> Data:
    """Return what `value` comes to.

    Raises:
        Unknown: something it needs is not there.
        Unfit: it makes a text of something that has none.
    """
    match value:
        case Constant():
            return value.value
        case Format(parts=parts):
            return "".join(text_of(part, look_up) for part in parts)
        case ListOf(items=items):
            return [evaluate(item, look_up) for item in items]
        case DictOf(items=pairs):
            return {key: evaluate(item, look_up) for key, item in pairs}
        case FirstOf(options=options):
            return _first(options, look_up)
        case (
            OutputRef()
            | ParameterRef()
            | InputRef()
            | PathRef()
            | ItemRef()
            | TurnRef()
            | StepRef()
            | RunRef()
            | AttemptRef()
            | GlobalRef()
            | Raw()
        ):
            return look_up(value)
        case _ as never:
            assert_never(never)


def text_of(text: Text, look_up: LookUp) -> str:
    """Return a text with all its references rendered.

    Raises:
        Unknown, Unfit: as `evaluate`.
    """
    if isinstance(text, str):
        return text
    return as_text(plain(text, look_up, "puts {} into a text"))


def plain(value: Value, look_up: LookUp, use: str) -> Json:
    """Return what `value` comes to, which must be JSON.

    Args:
        value: what to evaluate.
        look_up: what references stand for.
        use: what is done with it, `{}` for what it is.

    Raises:
        Unknown: something it needs is not there.
        Unfit: it is, or holds, something that is no JSON.
    """
    known = evaluate(value, look_up)
    if (handle := handle_in(known)) is not None:
        what = f"{name_of(value)}, {told(handle)},"
        raise Unfit(f"{use.format(what)} which is no JSON value")
    return known


def holds(condition: Condition, look_up: LookUp) -> bool:
    """Return whether a condition on values holds; later terms only if they matter.

    Raises:
        Unknown: a value it compares is not there.
        Unfit: it compares what has no order, or is no JSON.
    """
    match condition:
        case AllOf(terms=terms):
            return all(holds(term, look_up) for term in terms)
        case AnyOf(terms=terms):
            return any(holds(term, look_up) for term in terms)
        case Not(term=term):
            return not holds(term, look_up)
        case Compare(left=left, operator=operator, right=right):
            one = plain(left, look_up, "compares {}")
            other = plain(right, look_up, "compares {}")
            try:
                return compare(one, operator, other)
            except TypeError as error:
                raise Unfit(str(error)) from None
        case Raw(engine=engine):
            raise Unfit(f"an expression for {engine} means nothing here")
        case Ended(step=step):
            raise Unfit(f"how step {step!r} ended is no value")
        case _ as never:
            assert_never(never)


def name_of(value: Value) -> str:
    """Return a value as messages call it.

    >>> name_of(OutputRef("train", "model")), name_of(ItemRef())
    ("output 'model' of step 'train'", 'the item')
    """
    match value:
        case OutputRef(step=step, name=name):
            return f"output {name!r} of step {step!r}"
        case ParameterRef(name=name, of_run=True):
            return f"input {name!r} of the run"
        case ParameterRef(name=name) | InputRef(name=name):
            return f"input {name!r}"
        case ItemRef():
            return "the item"
        case GlobalRef(name=name):
            return f"global output {name!r}"
        case ListOf():
            return "a list"
        case _:
            return "a value"


def drill(value: Data, path: tuple[str | int, ...], what: str) -> Data:
    """Return the part of a JSON value at `path`, outermost key first.

    Raises:
        Unknown: nothing stands there.
    """
    for key in path:
        try:
            value = _part_of(value, key)
        except LookupError:
            raise Unknown(f"{what} has no {key!r}") from None
    return value


def _part_of(value: Data, key: str | int) -> Data:
    if isinstance(value, dict):
        return value[key]
    if isinstance(value, list) and isinstance(key, int):
        return value[key]
    raise LookupError(key)


def _first(options: tuple[Value, ...], look_up: LookUp) -> Data:
    missing: list[str] = []
    for option in options:
        try:
            return evaluate(option, look_up)
        except Unknown as error:
            missing.append(str(error))
    raise Unknown(", ".join(missing) or "there is nothing to choose from")
