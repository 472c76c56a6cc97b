"""Inputs of a template that runs itself which are one more in the next turn."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from couler_jupyter.engines.argo.reading.boolean import Unreadable
from couler_jupyter.engines.argo.reading.expr import (
    Call,
    Literal,
    Name,
    Tree,
    Two,
    parse,
)
from couler_jupyter.engines.argo.reading.tags import Tag, pieces
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import Constant, Step, as_number, inputs_of

_TO_NUMBER = frozenset({"asInt", "int", "sprig.int", "asFloat", "float"})
_TO_TEXT = frozenset({"string", "toString", "sprig.toString"})


def counters_of(node: Object, again: Object) -> Iterator[str]:
    """Yield the inputs that count; all others must be given on as they are."""
    wanted = object_at(node, "inputs")
    given = object_at(again, "arguments")
    for kind, key in (("parameters", "value"), ("artifacts", "from")):
        passed = {text_at(one, "name"): one for one in objects_at(given, kind)}
        names = {text_at(one, "name") for one in objects_at(wanted, kind)}
        if passed.keys() != names:
            raise NoWord("the next turn is not given all that this one was")
        for name, one in passed.items():
            text = text_at(one, key)
            plain = text.strip().removeprefix("{{").removesuffix("}}").strip()
            if plain == f"inputs.{kind}.{name}":
                continue
            if kind == "artifacts" or not _is_one_more(text, name):
                raise NoWord("the next turn is given something else than this one")
            yield name


def _is_one_more(text: str, name: str) -> bool:
    found = [*pieces(text.strip())]
    if len(found) != 1 or not isinstance(found[0], Tag) or not found[0].expression:
        return False
    try:
        tree = parse(found[0].name)
    except Unreadable:
        return False
    match _without_call(tree, _TO_TEXT):
        case Two(word="+", left=left, right=Literal(value=1)):
            return _without_call(left, _TO_NUMBER) == Name(
                ("inputs", "parameters", name)
            )
        case _:
            return False


def _without_call(tree: Tree, names: Collection[str]) -> Tree:
    match tree:
        case Call(name=name, arguments=(inner,)) if name in names:
            return inner
        case _:
            return tree


def start_of(step: Step, name: str) -> int:
    """Return what a counter is in the first turn.

    Raises:
        NoWord: only the run will tell.
    """
    known: dict[str, object] = {
        one.name: one.default for one in inputs_of(step.template)
    }
    known |= {one.name: one.value for one in step.arguments}
    given = known.get(name)
    number = as_number(given.value) if isinstance(given, Constant) else None
    if not isinstance(number, int):
        raise NoWord("it is not known where a counter starts")
    return number
