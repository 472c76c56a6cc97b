"""What a pass is, and how a list of them is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeAlias

from couler_jupyter.ir import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How big one submitted workflow may be.

    Attributes:
        max_steps: steps in it.
        max_bytes: bytes of its manifest.
    """

    max_steps: int = 200
    max_bytes: int = 900_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a pass may know beside the workflow; nothing is global."""

    budget: Budget = field(default_factory=Budget)


class Pass(Protocol):
    """A named, pure function from workflow to workflow.

    Implementations are frozen dataclasses; their fields are their options.
    """

    name: ClassVar[str]

    def run(self, workflow: Workflow, context: Context) -> Workflow:
        """Return a new workflow, or `workflow` itself where nothing changed."""
        ...


Listener: TypeAlias = Callable[[Pass, Workflow, Workflow], None]


def optimize(
    workflow: Workflow,
    passes: Iterable[Pass],
    context: Context,
    *,
    on_pass: Listener | None = None,
) -> Workflow:
    """Run `passes` in order, telling `on_pass` of each before and after."""
    for one in passes:
        before, workflow = workflow, one.run(workflow, context)
        if on_pass is not None:
            on_pass(one, before, workflow)
    return workflow
