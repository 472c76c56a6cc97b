"""Step 1: a wish is taken apart into typed modules, or a question comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm import Message, Schema
from couler_jupyter.nl.asking import Talk
from couler_jupyter.nl.modules import Kind, Module
from couler_jupyter.nl.prompting import as_data, prompt
from couler_jupyter.nl.proposal import Wish

MOST_MODULES = 40
_MOST_TOKENS = 1_500
_MOST_AGAIN = 2
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """A wish taken apart.

    Attributes:
        question: what has to be known first; empty where nothing has.
        name: a name for the workflow, as the model has it.
        modules: the parts, in the order they run.
    """

    question: str = ""
    name: str = ""
    modules: tuple[Module, ...] = ()


def decompose(wish: Wish, talk: Talk) -> Decomposition:
    """Return a wish taken apart; what makes no sense goes back to the model.

    Raises:
        ModelFailed: no answer made sense, or there was none.
        SpendingLimit: the limit of the session is reached.
    """
    data = as_data([("what the notebook holds", wish.context)])
    first = (
        Message("system", prompt("decompose")),
        Message("user", f"{data}\nWish: {wish.text}".strip()),
    )
    messages: tuple[Message, ...] = first
    faults: list[str] = []
    for _ in range(1 + _MOST_AGAIN):
        found = talk.ask_json(messages, schema(), most_tokens=_MOST_TOKENS)
        made = _decomposition(found)
        faults = list(_faults(made))
        if not faults:
            return made
        wrong = Message("user", f"{'; '.join(faults)}. Answer again, with JSON only.")
        messages = (*first, wrong)
    raise ModelFailed(f"the model did not take the wish apart: {'; '.join(faults)}")


def schema() -> Schema:
    """Return what a model answers with."""
    text = {"type": "string"}
    module = {
        "name": text,
        "kind": {"type": "string", "enum": [str(kind) for kind in Kind]},
        "does": text,
        "needs": {"type": "array", "items": text},
    }
    modules = {"type": "array", "items": closed(module)}
    return closed({"question": text, "name": text, "modules": modules})


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has all of these and nothing else."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _decomposition(found: Mapping[str, Any]) -> Decomposition:
    return Decomposition(
        question=" ".join(str(found["question"]).split()),
        name=str(found["name"]),
        modules=tuple(_module(one) for one in found["modules"]),
    )


def _module(found: Mapping[str, Any]) -> Module:
    needs = tuple(dict.fromkeys(_name(one) for one in found["needs"]))
    return Module(
        name=_name(found["name"]),
        kind=Kind(found["kind"]),
        does=" ".join(str(found["does"]).split()),
        needs=needs,
    )


def _name(given: str) -> str:
    """Return a name as steps have them: `train_model` for `Train model`."""
    return re.sub(r"[^a-z0-9]+", "_", given.lower()).strip("_")


def _faults(made: Decomposition) -> Iterator[str]:
    if made.question:
        return
    if not made.modules:
        yield "there are no modules and no question; give one of them"
    if len(made.modules) > MOST_MODULES:
        yield f"there are {len(made.modules)} modules; give {MOST_MODULES} at the most"
    names = [one.name for one in made.modules]
    for name in dict.fromkeys(names):
        if _NAME.fullmatch(name) is None:
            yield f"module {name!r} has no name that a function can have"
        elif names.count(name) > 1:
            yield f"two modules are called {name!r}; call one of them otherwise"
    for one in made.modules:
        for need in one.needs:
            if need not in names:
                yield f"module {one.name!r} needs {need!r}, which is no module"
    try:
        TopologicalSorter({one.name: one.needs for one in made.modules}).prepare()
    except CycleError as error:
        yield f"modules need each other: {' -> '.join(error.args[1])}"
