"""From a function or class to the text that makes it again."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType, MappingProxyType

from couler_jupyter.dsl.capture.class_source import class_source, methods_of
from couler_jupyter.dsl.capture.closures import Member, cells_of
from couler_jupyter.dsl.capture.excerpt import excerpt, renamed
from couler_jupyter.dsl.capture.identity import module_of
from couler_jupyter.dsl.capture.imports import is_installed
from couler_jupyter.dsl.capture.layers import (
    kept_from,
    plain,
    unwrapped,
    wrapped_by,
)
from couler_jupyter.dsl.capture.reasons import made_by_library
from couler_jupyter.dsl.capture.settled import Express, class_values, default_values
from couler_jupyter.dsl.capture.source_of import (
    Definition,
    Node,
    NoSource,
    first_line,
    function_source,
)


def is_defined(value: object) -> bool:
    """Tell whether `value` is a function or a class, decorated or not."""
    return isinstance(value, type) or unwrapped(value)[0] is not None


def source_owner(value: object, *, is_new: bool) -> tuple[FunctionType, int]:
    """Return the function whose text makes `value` and the line to begin at.

    That is the innermost function when its decorators account for all that is
    around it, and else the outermost, which then holds the inner ones.

    Args:
        value: a function, decorated or not.
        is_new: it is just being decorated, so its name does not mean it yet.

    Raises:
        NoSource: the text cannot be had, or a library made the outermost layer.
    """
    raw, layers = unwrapped(value)
    if raw is None:
        raise NoSource("is not written in Python")
    if is_installed(raw.__code__.co_filename):
        raise NoSource(made_by_library(raw))
    node = function_source(raw).node
    if isinstance(node, ast.Lambda | ast.ClassDef):
        line = None if layers else node.lineno
    else:
        bound = plain(raw.__globals__.get(node.name))
        if "." in raw.__qualname__ or (is_new and bound is not raw):
            bound = None
        line = kept_from(node, value, bound=bound, scope=raw.__globals__)
    if line is not None:
        return raw, line
    if isinstance(value, FunctionType) and not is_installed(value.__code__.co_filename):
        return value, function_source(value).node.lineno
    raise NoSource(
        f"is {raw.__name__} wrapped by {module_of(value)} in a way "
        "that its decorators do not show: wrap it with @ where it is defined"
    )


def functions_in(
    value: object, scope: dict[str, object], *, is_new: bool
) -> Sequence[FunctionType]:
    """Return the functions in the text of `value`, which may hold names around it.

    Raises:
        NoSource: the text cannot be had.
    """
    if isinstance(value, type):
        return tuple(_written_in(class_source(value, scope), value))
    return (source_owner(value, is_new=is_new)[0],)


def class_member(cls: type, name: str, scope: dict[str, object]) -> Member:
    """Return `cls` with its text.

    Args:
        cls: a class defined in a cell or in the user's file.
        name: the name it is to have if its own will not do.
        scope: where it is used; its methods know better where it was defined.

    Raises:
        NoSource: its text cannot be had.
    """
    definition = class_source(cls, scope)
    node = definition.node
    if not isinstance(node, ast.ClassDef):
        raise NoSource("is not defined by a class statement")
    functions = tuple(_written_in(definition, cls))
    replaced = dict(class_values(cls, node, functions))
    text = excerpt(definition, first_line=first_line(node), replaced=replaced)
    is_renamed = _needs_name(node, node.name, name, functions)
    if is_renamed:
        text = renamed(text, node.name, name, restore=True)
    return Member(
        value=cls,
        functions=functions,
        name=name if is_renamed else node.name,
        text=text,
        definition=definition,
        scope=functions[0].__globals__ if functions else scope,
        is_decorated=True,
    )


def _written_in(definition: Definition, cls: type) -> Iterator[FunctionType]:
    """Yield the methods that are in the text, not those that dataclass and co. made."""
    node = definition.node
    lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    for method in methods_of(cls):
        code = method.__code__
        if code.co_filename == definition.filename and code.co_firstlineno in lines:
            yield method


def function_member(
    value: object, owner: FunctionType, line: int, name: str, express: Express
) -> Member:
    """Return a function with its text, defaults put in.

    Args:
        value: the function, with all that is wrapped around it.
        owner: the function whose text is taken, and the line it begins at.
        line: see `owner`.
        name: the name to give a lambda, or a function whose own will not do.
        express: writes a value, or raises CannotWrite.
    """
    definition = function_source(owner)
    node, own = definition.node, owner.__code__.co_name
    replaced = dict(default_values(owner, node, express))
    text = excerpt(definition, first_line=line, replaced=replaced)
    if isinstance(node, ast.Lambda):
        own, text = name, f"{name} = {text}"
    elif _needs_name(node, own, name, (owner,)):
        own, text = name, renamed(text, own, name, restore=line == node.lineno)
    return Member(
        value=value,
        functions=(owner,),
        name=own,
        text=text,
        definition=definition,
        scope=owner.__globals__,
        is_decorated=line < node.lineno,
    )


def _needs_name(
    node: Node, own: str, name: str, functions: Sequence[FunctionType]
) -> bool:
    """Tell whether a definition must be called `name`, and not `own` as in its text.

    It must if it reads its own name as that of something in the module: what is
    around it, a decorated form of it perhaps, is meant.
    """
    is_read = any(
        isinstance(each, ast.Name) and each.id == own for each in ast.walk(node)
    )
    return name != own and is_read and own not in cells_of(functions)


def attributes_of(member: Member) -> Mapping[str, object]:
    """Return what was set on a function and its text does not set."""
    value = member.value
    if member.is_decorated or not isinstance(value, FunctionType):
        return {}
    inner = getattr(wrapped_by(value), "__dict__", {})
    return {
        name: each
        for name, each in vars(value).items()
        if name == "__wrapped__" or (name.isidentifier() and name not in inner)
    }


def implementations_of(value: object) -> Mapping[type, object]:
    """Return what was registered with a `functools.singledispatch` function."""
    registry: object = inspect.getattr_static(value, "registry", None)
    if not isinstance(registry, MappingProxyType):
        return {}
    return {kind: each for kind, each in registry.items() if kind is not object}
