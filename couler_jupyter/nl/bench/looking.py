"""What there is to see of a workflow before any run counts: one run of all its steps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from couler_jupyter.ir import Workflow
from couler_jupyter.nl.bench.flat import Flat, Leaf
from couler_jupyter.nl.bench.playing import Act, play, tokens_for
from couler_jupyter.nl.bench.seen import Seen, is_wait
from couler_jupyter.nl.bench.stand_ins import bare, loosened


class Unseen(ValueError):
    """A step of a workflow cannot be reached, whatever happens."""


@dataclass(frozen=True)
class Look:
    """A workflow, its leaves, and what a run of all of them shows.

    Attributes:
        workflow: as it is.
        flat: its leaves and their order.
        seen: what is seen of each leaf, in their order.
    """

    workflow: Workflow
    flat: Flat
    seen: tuple[Seen, ...]

    @cached_property
    def loose(self) -> Workflow:
        """The workflow, ready for runs with stand-ins."""
        return loosened(self.workflow)


def look_at(workflow: Workflow, flat: Flat) -> Look:
    """Run all steps of a workflow once, with stand-ins.

    Args:
        workflow: as it is.
        flat: its leaves.

    Raises:
        Unseen: one did not run even so.
        InvalidWorkflow: it holds together by types or conditions only.
    """
    open_ = bare(workflow)
    played = play(open_, tokens_for(open_), lambda _path, _tries: Act())
    sources = Counter(map(_source, flat.leaves))
    seen: list[Seen] = []
    for leaf in flat.leaves:
        own = tuple(one for one in played.launches if leaf.is_at(one.path))
        if not own and not is_wait(leaf):
            raise Unseen(f"step {leaf.path} cannot run: {played.phase}")
        seen.append(Seen(leaf, own, sources[_source(leaf)] == 1))
    return Look(workflow, flat, tuple(seen))


def _source(leaf: Leaf) -> str:
    return str(getattr(leaf.step.template, "source", leaf.path))
