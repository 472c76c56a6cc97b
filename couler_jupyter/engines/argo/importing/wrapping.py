"""Templates that our own compiler puts around one step: a repeat, a map with a bound."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.engines.argo.importing.loop import KEYS
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
from couler_jupyter.engines.argo.structure.scope import TURN
from couler_jupyter.engines.kube.reading.fields import Object
from couler_jupyter.ir import Json

_FIELDS = frozenset({"name", "inputs", "outputs", "dag", "parallelism"})
_TURN = Call("int", (Name(("inputs", "parameters", TURN)),))


@dataclass(frozen=True, slots=True)
class Again:
    """How a template runs itself.

    Attributes:
        condition: of another turn.
        limit: turns at the most.
        fails: whether it fails when the condition holds after the last.
        pause: what it waits between turns; None for no time.
    """

    condition: Tree
    limit: int
    fails: bool
    pause: Json


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A template around one step.

    Attributes:
        task: the task that runs the step's own template.
        again: how it is repeated, if it is.
        parallelism: items at once at the most, if it is mapped.
    """

    task: Object
    again: Again | None = None
    parallelism: int | None = None


def wrapping_of(task: str, node: Object) -> Wrapping | None:
    """Return what a template is around the step of a task, if it is one of ours."""
    dag: Json = node.get("dag")
    name = node.get("name")
    if (
        not isinstance(dag, dict)
        or not isinstance(name, str)
        or not node.keys() <= _FIELDS
    ):
        return None
    tasks: list[Object] = dag.get("tasks") or []
    if not tasks or tasks[0].get("name") != task:
        return None
    if name.startswith(f"{task}-all") and len(tasks) == 1:
        bound: Json = node.get("parallelism")
        mapped = any(key in tasks[0] for key in KEYS)
        return Wrapping(tasks[0], None, bound) if mapped and bound else None
    if name.startswith(f"{task}-repeated"):
        again = _again(name, tasks)
        return None if again is None else Wrapping(tasks[0], again)
    return None


def _again(name: str, tasks: list[Object]) -> Again | None:
    by_name = {str(one.get("name")): one for one in tasks[1:]}
    following = next(
        (one for one in by_name.values() if one.get("template") == name), None
    )
    if following is None:
        return None
    try:
        (tag,) = pieces(str(following.get("when", "")))
        tree = parse(tag.name) if isinstance(tag, Tag) else None
    except (Unreadable, ValueError):
        return None
    match tree:
        case Two(
            word="&&",
            left=Two(word="<", left=turn, right=Literal(value=int() as limit)),
            right=condition,
        ) if turn == _TURN:
            fails = any(one.startswith("limit-reached") for one in by_name)
            return Again(condition, limit, fails, _pause(by_name))
        case _:
            return None


def _pause(by_name: dict[str, Object]) -> Json:
    task = next((one for name, one in by_name.items() if name.startswith("pause")), {})
    given = (task.get("arguments") or {}).get("parameters") or [{}]
    return given[0].get("value")
