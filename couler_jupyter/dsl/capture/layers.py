"""What is wrapped around a function, and which decorators did it.

The text of a function names its decorators, the function object shows what they
made. Neither alone is enough: Couler's own decorators must stay behind, and what
`f2 = timed(f)` wraps is in no decorator.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, MemberDescriptorType, ModuleType

from couler_jupyter.dsl.capture.imports import is_installed
from couler_jupyter.dsl.capture.source_of import Def

_COULER = "couler_jupyter"


def plain(value: object) -> object:
    """Return the function behind a step of Couler, and any other value as it is."""
    while is_couler(value) and not isinstance(value, type):
        inner = wrapped_by(value)
        is_ours = isinstance(inner, type | FunctionType) and is_couler(inner)
        if inner is None or is_ours:
            return value
        value = inner
    return value


def unwrapped(value: object) -> tuple[FunctionType | None, int]:
    """Return the innermost function of `value` that is the user's, and its depth.

    What a library wrote counts only if there is no other; the function is None when
    there is none at all that is written in Python.
    """
    chain = [value]
    while (inner := wrapped_by(chain[-1])) is not None and len(chain) < 100:
        chain.append(plain(inner))
    functions = [
        (each, depth)
        for depth, each in enumerate(chain)
        if isinstance(each, FunctionType)
    ]
    theirs = [
        (each, depth)
        for each, depth in functions
        if not is_installed(each.__code__.co_filename)
    ]
    return (theirs or functions)[-1] if functions else (None, 0)


def wrapped_by(value: object) -> object:
    """Return what `functools.wraps` says `value` wraps, running no user code."""
    if isinstance(value, type):
        return None
    inner: object = inspect.getattr_static(value, "__wrapped__", None)
    if isinstance(inner, MemberDescriptorType):
        inner = getattr(value, "__wrapped__", None)
    return inner if callable(inner) else None


def kept_from(
    node: Def, value: object, *, bound: object, scope: Mapping[str, object]
) -> int | None:
    """Return the line from which the text of `node` makes `value`.

    Args:
        node: the definition of the innermost function of `value`.
        value: the function, perhaps with layers around it.
        bound: what the name of the definition means now, None if nothing yet.
        scope: where the names of the decorators are looked up.

    Returns:
        The line of the `def` if nothing is around the function, that of the first
        decorator below Couler's if the decorators account for all that is, and
        None if something else wrapped it.
    """
    raw, layers = unwrapped(value)
    if not layers:
        return node.lineno
    below = _below_couler(node, scope)
    is_its_result = bound is None or (bound is not raw and bound is value)
    if is_its_result and 0 < layers <= len(below):
        return below[0].lineno
    return None


def _below_couler(node: Def, scope: Mapping[str, object]) -> list[ast.expr]:
    ours = [
        position
        for position, decorator in enumerate(node.decorator_list)
        if _makes_steps(decorator, scope)
    ]
    return node.decorator_list[ours[-1] + 1 if ours else 0 :]


def _makes_steps(decorator: ast.expr, scope: Mapping[str, object]) -> bool:
    """Tell whether a decorator is Couler's own or a function that uses one.

    Of a function that returns the decorator, what is defined in it counts too.
    """
    expression = decorator.func if isinstance(decorator, ast.Call) else decorator
    value, is_call = named(expression, scope), expression is not decorator
    while isinstance(value, functools.partial):
        value = value.func
    if is_couler(value):
        return True
    return isinstance(value, FunctionType) and any(
        is_couler(value.__globals__.get(name))
        for name in _names(value.__code__, deep=is_call)
    )


def named(expression: ast.expr, scope: Mapping[str, object]) -> object:
    """Return what a name or dotted name means, looking into modules only."""
    match expression:
        case ast.Name(id=name):
            return scope.get(name)
        case ast.Attribute(value=inner, attr=attribute):
            owner = named(inner, scope)
            if is_couler(owner):
                return owner
            return vars(owner).get(attribute) if isinstance(owner, ModuleType) else None
        case _:
            return None


def is_couler(value: object) -> bool:
    """Tell whether `value` is Couler's: its module, a thing in it or made of it."""
    if isinstance(value, ModuleType):
        module = value.__name__
    elif isinstance(value, FunctionType):
        module = str(value.__globals__.get("__name__"))  # `wraps` changes __module__
    elif isinstance(value, type):
        module = value.__module__
    else:
        module = type(value).__module__
    return module == _COULER or module.startswith(f"{_COULER}.")


def _names(code: CodeType, *, deep: bool) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts if deep else ():
        if isinstance(constant, CodeType):
            yield from constant.co_names
