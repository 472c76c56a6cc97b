"""Scenarios: shapes, habits and budgets that go together, ready to be replayed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.caching.simulate.forms import FORMS
from couler_jupyter.caching.simulate.habits import Habits
from couler_jupyter.caching.simulate.shape import GB, SHAPES
from couler_jupyter.caching.simulate.trace import Asked, trace_of

_ALL = {**SHAPES, **FORMS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Workflows that share one cache, and how they are worked on.

    Attributes:
        shapes: names of shapes; a name twice is two workflows drawn alike, and
            "copy" after a name is a copy of that very workflow.
        habits: how they are worked on.
        budgets: bytes to try.
    """

    shapes: tuple[str, ...]
    habits: Habits = Habits()  # noqa: RUF009 (frozen)
    budgets: tuple[int, ...] = (10 * GB, 20 * GB, 30 * GB)

    def trace(self, seed: int) -> tuple[Asked, ...]:
        """Return the runs of one draw."""
        rng = random.Random(seed)  # noqa: S311
        shapes = [_ALL[self.shapes[0]](rng)]
        for name in self.shapes[1:]:
            shapes.append(shapes[-1] if name == "copy" else _ALL[name](rng))
        return trace_of(shapes, self.habits, rng)


_TOGGLES = Habits(edit=0.35, hot=0.8, revert=0.45)
_FAULTS = Habits(broken=0.3)
_SHARED = ("multimodal", "image-segmentation", "layered")

SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        "image-segmentation": Scenario(shapes=("image-segmentation",)),
        "fine-tuning": Scenario(shapes=("fine-tuning",)),
        "multimodal": Scenario(shapes=("multimodal",)),
        "layered": Scenario(shapes=("layered",)),
        "shared": Scenario(shapes=_SHARED),
        "toggling": Scenario(shapes=("multimodal",), habits=_TOGGLES),
        "faults": Scenario(shapes=("multimodal",), habits=_FAULTS),
        "faults-layered": Scenario(shapes=("layered",), habits=_FAULTS),
    }
)

VARIED_SHAPES = (*FORMS, "layered", "fine-tuning", "multimodal")
VARIED_HABITS: Mapping[str, Habits] = MappingProxyType(
    {
        "usual": Habits(),
        "no reverts": Habits(revert=0),
        "many reverts": Habits(edit=0.3, revert=0.6),
        "reverts to any version": Habits(edit=0.4, revert=0.5, back=0.7),
        "Zipf edits": Habits(zipf=1.2, hot=0.1, late=0),
        "even edits": Habits(edit=0.8, hot=0, late=0, revert=0),
        "no edits": Habits(edit=0, revert=0, refresh=0, partial=0.8),
        "daily data": Habits(edit=0.15, refresh=0.7, revert=0.02),
        "steps added": Habits(edit=0.3, grow=0.4),
        "steps come and go": Habits(edit=0.3, shrink=0.5),
        "renamed": Habits(rename=0.3),
        "some targets": Habits(partial=0.9),
        "much edited": Habits(edit=1, second=0.8, hot=0.1, revert=0),
        "broken off": Habits(broken=0.3),
        "six runs": Habits(runs=6),
        "last steps edited": Habits(late=5, hot=0.7),
        "first steps edited": Habits(edit=0.4, late=-0.3, hot=0.1, refresh=0.2),
    }
)


def varied() -> dict[str, Scenario]:
    """Return every form with every habit, and some that share a cache.

    Budgets are 5, 20, 50, 100 and 250 % of what the first draw leaves in one run.
    """
    groups: list[tuple[str, ...]] = [(name,) for name in VARIED_SHAPES]
    groups += [("sweep", "copy", "copy"), ("layered", "multimodal", "even")]
    found: dict[str, Scenario] = {}
    for shapes in groups:
        plain = Scenario(shapes=shapes)
        sizes = {
            one.key: one.size for asked in plain.trace(0)[:1] for one in asked.artifacts
        }
        whole = sum(sizes.values()) * len(set(shapes) - {"copy"})
        budgets = tuple(int(whole * share) for share in (0.05, 0.2, 0.5, 1, 2.5))
        for name, habits in VARIED_HABITS.items():
            found[f"{'+'.join(shapes)}, {name}"] = Scenario(
                shapes=shapes, habits=habits, budgets=budgets
            )
    return found
