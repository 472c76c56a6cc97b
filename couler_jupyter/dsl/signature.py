"""A function's parameters as inputs, and its calls as arguments, checked as Python does."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from inspect import Parameter

from couler_jupyter.dsl.annotations import PYTHON, Kind, hints_of, kind_of
from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import Constant, Input, InputArtifact, InputParameter, ValueType

_POSITIONAL = {Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD}
_VARIADIC = {Parameter.VAR_POSITIONAL: "[]", Parameter.VAR_KEYWORD: "{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a function takes.

    Attributes:
        name: the function's name, for messages.
        python: its signature as Python has it.
        inputs: its parameters, in order.
        hidden: parameters whose default is no JSON: inputs only where they are given.
        needs_call: whether it cannot be called with its inputs by keyword.
    """

    name: str
    python: inspect.Signature
    inputs: Mapping[str, Input]
    hidden: frozenset[str]
    needs_call: bool
    _order: tuple[str, ...]
    _required: frozenset[str]

    def bind(
        self,
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        *,
        partly: bool = False,
    ) -> dict[str, object]:
        """Return what each input is given by a call; `partly` lets some be missing.

        Raises:
            BuildFailed: the call does not fit, said as Python would.
        """
        if not (self.needs_call or partly) and len(args) <= len(self._order):
            bound = dict(zip(self._order, args, strict=False))
            if not kwargs or self._fits(bound, kwargs):
                bound.update(kwargs)
                if self._required <= bound.keys():
                    return bound
        bind = self.python.bind_partial if partly else self.python.bind
        try:
            return dict(bind(*args, **kwargs).arguments)
        except TypeError as error:
            takes = ", ".join(self.inputs)
            what = f"{self.name}() {_said(error)}; it takes ({takes})"
            raise misused(what) from None

    def _fits(self, bound: Mapping[str, object], kwargs: Mapping[str, object]) -> bool:
        return all(name in self.inputs and name not in bound for name in kwargs)


def signature_of(function: Callable[..., object], name: str) -> Signature:
    """Return what `function` takes.

    Raises:
        BuildFailed: Python cannot tell.
    """
    try:
        python = inspect.signature(function)
    except (ValueError, TypeError):
        raise misused(
            f"{name}: what it takes cannot be told; wrap it in a def"
        ) from None
    hints = hints_of(function)
    parameters = python.parameters.values()
    inputs = {one.name: input_of(one, hints.get(one.name)) for one in parameters}
    hidden = {one.name for one in parameters if _is_hidden(one, inputs[one.name])}
    return Signature(
        name=name,
        python=python,
        inputs=inputs,
        hidden=frozenset(hidden),
        needs_call=any(
            one.kind in _VARIADIC or one.kind is Parameter.POSITIONAL_ONLY
            for one in parameters
        ),
        _order=tuple(one.name for one in parameters if one.kind in _POSITIONAL),
        _required=frozenset(
            one.name for one in parameters if one.default is Parameter.empty
        ),
    )


def input_of(one: Parameter, hint: object) -> Input:
    """Return the input that a parameter with this annotation, or None, is."""
    if one.kind in _VARIADIC:
        is_list = one.kind is Parameter.VAR_POSITIONAL
        kind = ValueType.LIST if is_list else ValueType.OBJECT
        return InputParameter(
            name=one.name, type=kind, default=Constant(_VARIADIC[one.kind])
        )
    kind_here = PYTHON if hint is None else kind_of(hint)
    if kind_here.type is None:
        return InputArtifact(name=one.name, optional=one.default is None)
    default = _default(one)
    return InputParameter(
        name=one.name,
        type=_type_with(kind_here.type, default),
        default=default,
        choices=_choices(kind_here, default),
    )


def call_source(
    entrypoint: str, signature: Signature, but: Collection[str]
) -> tuple[str, str]:
    """Return a function that takes all inputs by keyword, and its name.

    It stands for one that has `*args`, `**kwargs` or positional-only parameters; it
    leaves out those in `but`.
    """
    name = f"{entrypoint}_by_name"
    every = signature.python.parameters.values()
    parameters = [one for one in every if one.name not in but]
    given = ", ".join(_given(one) for one in parameters)
    names = ", ".join(one.name for one in parameters)
    return f"\n\ndef {name}({names}):\n    return {entrypoint}({given})\n", name


def _given(one: Parameter) -> str:
    match one.kind:
        case Parameter.VAR_POSITIONAL:
            return f"*{one.name}"
        case Parameter.VAR_KEYWORD:
            return f"**{one.name}"
        case Parameter.KEYWORD_ONLY:
            return f"{one.name}={one.name}"
        case _:
            return one.name


def _default(one: Parameter) -> Constant | None:
    if one.default is Parameter.empty:
        return None
    try:
        return Constant.of(one.default)
    except (TypeError, ValueError):
        return None


def _is_hidden(one: Parameter, there: Input) -> bool:
    if one.default is Parameter.empty or one.kind in _VARIADIC:
        return False
    if isinstance(there, InputArtifact):
        return True
    return there.default is None


def _type_with(kind: ValueType, default: Constant | None) -> ValueType:
    """Return the type; any JSON where the default is of another, as None often is."""
    if default is None or kind.admits(default.value):
        return kind
    return ValueType.JSON


def _choices(kind: Kind, default: Constant | None) -> tuple[Constant, ...]:
    if not kind.choices or default is None or default in kind.choices:
        return kind.choices
    return (*kind.choices, default)


def _said(error: TypeError) -> str:
    text = str(error)
    if text.startswith(("missing", "got", "takes")):
        return text
    return f"is called wrongly: {text}"
