"""A step as the call that adds it: in the interface's own words, or in the IR's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum

from couler_jupyter.dsl.writing.code import (
    Code,
    Group,
    call,
    list_of,
    literal,
    numeral,
    quoted,
)
from couler_jupyter.dsl.writing.plain import source_of
from couler_jupyter.dsl.writing.ports import extras_code
from couler_jupyter.dsl.writing.templates import template_call
from couler_jupyter.dsl.writing.values import Known, NoWord
from couler_jupyter.ir import (
    AtLimit,
    Items,
    Map,
    Over,
    Range,
    Repeat,
    Retry,
    RetryPolicy,
    Step,
    TurnRef,
    condition_values,
    leaves,
)

_POLICIES = {
    RetryPolicy.ALWAYS: "always",
    RetryPolicy.ON_FAILURE: "failure",
    RetryPolicy.ON_ERROR: "error",
    RetryPolicy.ON_TRANSIENT_ERROR: "transient-error",
}


class Style(IntEnum):
    """How a step is written; each says more exactly what the IR has.

    Attributes:
        WORDS: all in the words of the interface.
        VALUES: what its inputs are given is a value of the IR.
        NAMED: the same, and the steps it waits for are named.
        IR: the whole step is a value of the IR.
    """

    WORDS = 0
    VALUES = 1
    NAMED = 2
    IR = 3


def step_code(
    step: Step, known: Known, workflows: Mapping[int, str], style: Style
) -> Code:
    """Return the call that adds a step.

    Raises:
        NoWord: this style cannot say it.
    """
    if style is Style.IR:
        return call("couler.run_step", source_of(step))
    plain = style >= Style.VALUES
    options = dict(_options(step, known, named=style is Style.NAMED))

    def made(**name: Code) -> Code:
        every = {**name, **options}
        return template_call(step, known, workflows, plain=plain, options=every)

    name = quoted(step.name)
    if step.loop is not None:
        return _mapped(step.loop, made(), known, name)
    if step.repeat is not None:
        return _repeated(step, step.repeat, made(), known, name)
    return made(step_name=name)


def _mapped(loop: Map, body: Code, known: Known, name: str) -> Code:
    more: dict[str, Code] = {"step_name": name}
    if loop.parallelism is not None:
        more = {"parallelism": repr(loop.parallelism), **more}
    return call("couler.map_", _function("item", body), _items(loop, known), **more)


def _items(loop: Map, known: Known) -> Code:
    match loop.over:
        case Items(items=items):
            return list_of(literal(one.value) for one in items)
        case Over(value=value):
            return known.value(value)
        case Range(start=start, end=end, step=by, format=form):
            more: dict[str, Code] = {"start": known.value(start)}
            if by != 1:
                more["step"] = repr(by)
            if form is not None:
                more["format"] = quoted(form)
            return call("couler.sequence", known.value(end), **more)


def _repeated(step: Step, repeat: Repeat, body: Code, known: Known, name: str) -> Code:
    values = [*condition_values(repeat.condition)]
    if any(isinstance(leaf, TurnRef) for value in values for leaf in leaves(value)):
        raise NoWord("whether it is repeated depends on the turn")
    own = known.within(step.name, "result")
    more: dict[str, Code] = {"limit": repr(repeat.limit)}
    if repeat.pause != "0":
        pause = repeat.pause
        more["pause"] = pause if isinstance(pause, str) else known.value(pause)
    if repeat.at_limit is not AtLimit.FAIL:
        more["at_limit"] = quoted(str(repeat.at_limit))
    uses = (leaf for value in step.values() for leaf in leaves(value))
    turn = "turn" if any(isinstance(leaf, TurnRef) for leaf in uses) else ""
    asked = _function("result", own.condition(repeat.condition))
    return call(
        "couler.exec_while", asked, _function(turn, body), **more, step_name=name
    )


def _function(parameter: str, body: Code) -> Code:
    head = f"lambda {parameter}: " if parameter else "lambda: "
    if isinstance(body, Group):
        return Group(f"{head}{body.head}", body.parts, body.tail, body.lone)
    return f"{head}{body}"


def handler_code(body: Code) -> Code:
    """Return a function that adds what is to run at the end."""
    return _function("", body)


def _options(step: Step, known: Known, *, named: bool) -> Iterator[tuple[str, Code]]:
    if step.after:
        yield (
            "after",
            list_of(
                (quoted(one) if named or step.loop or step.repeat else known.of(one))
                if isinstance(one, str)
                else known.condition(one)
                for one in step.after
            ),
        )
    if step.when is not None:
        yield "when", known.condition(step.when)
    if step.retry is not None:
        yield "retry", _retry(step.retry, known)
    if step.timeout is not None:
        yield "timeout", numeral(step.timeout)
    if step.cache is not None:
        yield "cache", source_of(step.cache)
    if step.daemon:
        yield "daemon", "True"
    if step.tune is not None:
        yield "tune", source_of(step.tune)
    if step.extras:
        yield "extras", extras_code(step.extras)


def _retry(retry: Retry, known: Known) -> Code:
    if retry == Retry(limit=retry.limit):
        return repr(retry.limit)
    more: dict[str, Code] = {}
    if retry.policy is not RetryPolicy.ON_FAILURE:
        more["on"] = quoted(_POLICIES[retry.policy])
    if (backoff := retry.backoff) is not None:
        more["wait"] = numeral(backoff.seconds)
        if backoff.factor != 1.0:
            more["factor"] = repr(backoff.factor)
        if backoff.longest is not None:
            more["longest"] = numeral(backoff.longest)
        if backoff.total is not None:
            more["total"] = numeral(backoff.total)
    if retry.when is not None:
        more["when"] = known.condition(retry.when)
    return call("couler.retry", repr(retry.limit), **more)
