"""Conditions and values as one line of text for people; nothing parses these."""

from __future__ import annotations

from typing import assert_never

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
)


def condition_text(condition: Condition) -> str:
    """Return `condition` as people would write it.

    >>> from couler_jupyter.ir import Outcome
    >>> condition_text(Ended("train", (Outcome.FAILED, Outcome.ERRORED)))
    'train failed or errored'
    """
    match condition:
        case Compare(left=left, operator=operator, right=right):
            return f"{value_text(left)} {operator.value} {value_text(right)}"
        case Ended(step=step, how=how):
            return f"{step} {' or '.join(one.value for one in how)}"
        case AllOf(terms=terms):
            return " and ".join(_inner(term) for term in terms)
        case AnyOf(terms=terms):
            return " or ".join(_inner(term) for term in terms)
        case Not(term=term):
            return f"not {_inner(term)}"
        case Raw(text=text):
            return text
        case _ as never:
            assert_never(never)


def _inner(term: Condition) -> str:
    text = condition_text(term)
    several = isinstance(term, Ended) and len(term.how) > 1
    return f"({text})" if several or isinstance(term, AllOf | AnyOf) else text


def _name(ref: ParameterRef | InputRef | GlobalRef) -> str:
    of_run = isinstance(ref, ParameterRef) and ref.of_run
    return f"run.{ref.name}" if of_run else ref.name


def value_text(value: Text) -> str:
    """Return `value` as people would write it; `train.result`, not its wrapping."""
    match value:
        case str():
            return value
        case Constant(json=json):
            return json
        case OutputRef(step=step, name=name):
            return f"{step}.{name}"
        case StepRef(step=step, field=field):
            return f"{step}.{field.value}"
        case ParameterRef() | InputRef() | GlobalRef():
            return _name(value)
        case PathRef(name=name):
            return f"path of {name}"
        case ItemRef(path=path):
            return "item" + "".join(f"[{part!r}]" for part in path)
        case TurnRef():
            return "turn"
        case RunRef(field=field) | AttemptRef(field=field):
            return field.value
        case Raw(text=text):
            return text
        case Format(parts=parts):
            return "".join(
                part if isinstance(part, str) else f"{{{value_text(part)}}}"
                for part in parts
            )
        case ListOf(items=items):
            return f"[{', '.join(value_text(item) for item in items)}]"
        case DictOf(items=pairs):
            inner = ", ".join(f"{key}: {value_text(part)}" for key, part in pairs)
            return f"{{{inner}}}"
        case FirstOf(options=options):
            return " or ".join(value_text(option) for option in options)
        case _ as never:
            assert_never(never)
