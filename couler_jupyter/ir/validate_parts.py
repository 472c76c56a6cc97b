"""What can be wrong with the parts that a workflow is cut into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from couler_jupyter.ir.name import nearest

if TYPE_CHECKING:
    from couler_jupyter.ir.workflow import Workflow

_MOST_TOLD = 5


def parts_faults(workflow: Workflow) -> Iterator[str]:
    """Yield what is wrong with the parts of a workflow; nothing if it has none."""
    parts = workflow.parts
    if parts is None:
        return
    if not parts.members:
        yield "its parts are none; it must be one or more"
        return
    if parts.live < 1:
        yield f"{parts.live} live parts; it must be 1 or more"
    yield from _told(_empty_faults(parts.members))
    waits = workflow.dependencies
    handlers = {handler.step.name for handler in workflow.exit_handlers}
    yield from _told(_member_faults(parts.members, waits, handlers))
    yield from _told(_order_faults(parts.numbers(), waits))


def _told(faults: Iterator[str]) -> Iterator[str]:
    """Yield the first few; a big workflow may have as many faults as steps."""
    found = list(faults)
    yield from found[:_MOST_TOLD]
    if len(found) > _MOST_TOLD:
        yield f"parts: {len(found) - _MOST_TOLD} more like the last"


def _empty_faults(members: Sequence[Sequence[str]]) -> Iterator[str]:
    for number, names in enumerate(members, 1):
        if not names:
            yield f"part {number} has no steps"


def _member_faults(
    members: Sequence[Sequence[str]],
    steps: Collection[str],
    handlers: Collection[str],
) -> Iterator[str]:
    counts = Counter(name for names in members for name in names)
    for number, names in enumerate(members, 1):
        for name in names:
            if name in handlers and name not in steps:
                yield f"part {number} has {name!r}, an exit handler; they are in no part"
            elif name not in steps:
                yield f"part {number} has {name!r}, which is no step{nearest(name, steps)}"
    for name, count in counts.items():
        if count > 1:
            yield f"step {name!r} is in {count} parts; it must be in one"
    for name in steps:
        if name not in counts:
            yield f"step {name!r} is in no part; it must be in one"


def _order_faults(
    numbers: Mapping[str, int], waits: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    for name, others in waits.items():
        mine = numbers.get(name)
        for other in others:
            if mine is not None and numbers.get(other, 0) > mine:
                yield (
                    f"step {name!r} of part {mine + 1} waits for {other!r} of part "
                    f"{numbers[other] + 1}; it must be of the same or an earlier part"
                )
