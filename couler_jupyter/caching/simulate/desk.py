"""One workflow as somebody works on it: its versions, and what is done to them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace

from couler_jupyter.caching.artifact import Artifact
from couler_jupyter.caching.simulate.habits import Habits
from couler_jupyter.caching.simulate.shape import Node, Shape


class Desk:
    """A workflow and its edits.

    Attributes:
        name: of the workflow as it is now.
    """

    def __init__(
        self,
        shape: Shape,
        name: str,
        rng: random.Random,
        *,
        seed: float,
        origin: str | None = None,
    ) -> None:
        """Begin with a shape as it is.

        Args:
            shape: the steps.
            name: of the workflow.
            rng: where choices come from.
            seed: what seconds and bytes of a version are drawn from; copies share it.
            origin: what it was copied from; unedited steps of copies are the same.
        """
        self.name = name
        self._first, self._origin = name, origin or name
        self._rng = rng
        self._nodes = list(shape.nodes)
        self._absent: list[str] = []
        self._versions = {node.name: 0 for node in shape.nodes}
        self._newest = dict(self._versions)
        self._earlier: list[tuple[str, int]] = []
        self._hot = shape.nodes[-1].name
        order = [node.name for node in shape.nodes]
        rng.shuffle(order)
        self._rank = {step: rank for rank, step in enumerate(order, 1)}
        self._seed = seed

    def change(self, habits: Habits) -> None:
        """Do what is done between two runs."""
        draw = self._rng.random()
        for share, act in (
            (habits.edit, self._edit_some),
            (habits.revert, self._revert),
            (habits.refresh, self._refresh),
            (habits.grow, self._grow),
            (habits.shrink, self._shrink),
        ):
            if draw < share:
                act(habits)
                break
            draw -= share
        if self._rng.random() < habits.rename:
            self.name = f"{self._first}-{self._rng.randrange(10**6)}"

    def artifacts(self) -> tuple[Artifact, ...]:
        """Return what the steps leave behind as they are now."""
        keys: dict[str, str] = {}
        made: list[Artifact] = []
        for node in self.present():
            one = self._artifact(node, tuple(keys[parent] for parent in node.parents))
            keys[node.name] = one.key
            made.append(one)
        return tuple(made)

    def present(self) -> list[Node]:
        """Return the steps that are not left out just now."""
        if not self._absent:
            return self._nodes
        gone = set(self._absent)
        return [
            replace(node, parents=tuple(p for p in node.parents if p not in gone))
            for node in self._nodes
            if node.name not in gone
        ]

    def _artifact(self, node: Node, parents: tuple[str, ...]) -> Artifact:
        version = self._versions[node.name]
        who = self._first if version else self._origin
        own = f"{who}/{node.name}@{version}"
        digest = hashlib.blake2b(digest_size=12)
        digest.update("\0".join((own, *parents)).encode())
        drawn = random.Random(f"{self._seed}/{own}").lognormvariate  # noqa: S311
        return Artifact(
            key=digest.hexdigest(),
            workflow=self.name,
            step=node.name,
            own=own,
            parents=parents,
            seconds=node.seconds * drawn(0, 0.15),
            size=max(int(node.size * drawn(0, 0.1)), 1),
        )

    def _edit_some(self, habits: Habits) -> None:
        self._edit(self._choose(habits))
        if self._rng.random() < habits.second:
            self._edit(self._choose(habits))

    def _revert(self, habits: Habits) -> None:
        if not self._earlier:
            return
        place = -1
        if self._rng.random() < habits.back:
            place = self._rng.randrange(len(self._earlier))
        name, version = self._earlier.pop(place)
        if habits.back:
            self._earlier.append((name, self._versions[name]))
        self._versions[name] = version

    def _refresh(self, _: Habits) -> None:
        self._edit(
            self._rng.choice([one.name for one in self.present() if not one.parents])
        )

    def _grow(self, _: Habits) -> None:
        """Add a copy of a step that others read, or of any, beside it."""
        place = self._rng.randrange(len(self._nodes))
        like = self._nodes[place]
        name = f"{like.name}+{len(self._nodes)}"
        self._nodes.insert(place + 1, replace(like, name=name))
        for i, node in enumerate(self._nodes):
            if like.name in node.parents:
                self._nodes[i] = replace(node, parents=(*node.parents, name))
        self._versions[name] = self._newest[name] = 0
        self._rank[name] = len(self._nodes)

    def _shrink(self, _: Habits) -> None:
        """Have the step that is left out come back, or leave one out."""
        if self._absent:
            self._absent.pop()
        elif len(self._nodes) > 2:
            self._absent.append(self._rng.choice(self._nodes[1:]).name)

    def _choose(self, habits: Habits) -> str:
        nodes = self.present()
        if self._rng.random() < habits.hot and self._hot not in self._absent:
            return self._hot
        weights = [
            (1 + habits.late * 3 * i / len(nodes))
            / self._rank[node.name] ** habits.zipf
            for i, node in enumerate(nodes)
        ]
        return self._rng.choices(nodes, weights)[0].name

    def _edit(self, name: str) -> None:
        self._earlier.append((name, self._versions[name]))
        self._newest[name] += 1
        self._versions[name] = self._newest[name]
        self._hot = name


def desks_of(shapes: Sequence[Shape], rng: random.Random) -> list[Desk]:
    """Return a desk for each shape; the same shape again is a copy of the workflow."""
    seed = rng.random()
    origins: dict[int, str] = {}
    desks: list[Desk] = []
    for place, shape in enumerate(shapes):
        name = f"w{place}-{shape.name}"
        desks.append(Desk(shape, name, rng, seed=seed, origin=origins.get(id(shape))))
        origins.setdefault(id(shape), name)
    return desks
