"""The names of a workflow's steps: no two the same, none from a line number."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import TYPE_CHECKING

from couler_jupyter.dsl.origin import misused

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node


class Names:
    """The steps of a workflow by name.

    Attributes:
        known: the steps by name, in the order they were named.
    """

    def __init__(self) -> None:
        self.known: dict[str, Node] = {}
        self._numbers: dict[str, int] = {}
        self._contents: dict[Hashable, Node] = {}
        self._compared = 0

    def give(self, node: Node) -> None:
        """Enter a step, numbered if its name is taken by chance.

        Raises:
            BuildFailed: the user gave the name, and another step has it.
        """
        if node.name in self.known:
            if node.is_named:
                raise misused(_clash(self.known[node.name], node))
            node.name = self._numbered(node.name)
        self.known[node.name] = node

    def same(self, node: Node, nodes: Sequence[Node]) -> Node | None:
        """Return the step of `nodes` that `node` is called again, if it is one.

        Raises:
            BuildFailed: the user gave the name, and the step that has it is another.
        """
        if node.is_named:
            there = self.known.get(node.name)
            if there is not None and there.content() != node.content():
                raise misused(_clash(there, node))
            return there
        for each in nodes[self._compared :]:
            self._contents.setdefault((each.base, each.content()), each)
        self._compared = len(nodes)
        return self._contents.get((node.base, node.content()))

    def reconsider(self) -> None:
        """Forget what was worked out, as some steps have been taken back."""
        self._numbers.clear()
        self._contents.clear()
        self._compared = 0

    def _numbered(self, base: str) -> str:
        name, number = numbered(base, self.known, self._numbers.get(base, 1) + 1)
        self._numbers[base] = number
        return name


def numbered(base: str, taken: Collection[str], first: int = 2) -> tuple[str, int]:
    """Return a name that is not taken, and the number that makes it one."""
    number = first
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}", number


def free(base: str, taken: Collection[str]) -> str:
    """Return a name that is not taken: the one that is wanted, or a numbered one."""
    return base if base not in taken else numbered(base, taken)[0]


def _clash(there: Node, node: Node) -> str:
    at = "" if there.origin is None else f" at {there.origin}"
    return (
        f"there is a step {node.name!r} already{at}, and it is not the same step; "
        "give one of them another step_name"
    )
