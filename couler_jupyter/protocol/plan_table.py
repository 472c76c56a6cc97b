"""A plan as a browser lists it: numbers to sort by, beside the words that are shown."""

from __future__ import annotations

from typing import Literal, TypedDict

from couler_jupyter.protocol.plan import FateWord


class PlanRowView(TypedDict):
    """One step.

    Attributes:
        id: its path.
        fate: what becomes of it; `told`: the same for people, with where from and which
            part.
        seconds: that all its times take one after the other; `time`: for people.
        bytes: what it leaves behind; `leaves`: for people.
        amount: what it costs; `cost`: for people.
        basis: what the numbers are from.
        why: the reason of its fate.
        critical: whether the run cannot end sooner unless this step does.
    """

    id: str
    fate: FateWord
    told: str
    seconds: float | None
    time: str
    bytes: int | None
    leaves: str
    amount: float | None
    cost: str
    basis: str
    why: str
    critical: bool


class PlanTableView(TypedDict):
    """A plan.

    Attributes:
        heading: of all of it, in one line.
        rows: of steps, in the plan's order; `hidden`: how many more there are.
        whole: what there is to say of the whole run, as pairs of name and text.
        refused: why the engine cannot take it; empty if it can.
        notes: what has no effect there, and what could not be looked up.
        decisions: of passes, a line each.
        picture: URL of an image of the DAG with marks; empty for none; `alt` in words.
    """

    type: Literal["plan_table"]
    version: int
    heading: str
    rows: list[PlanRowView]
    hidden: int
    whole: list[list[str]]
    refused: list[str]
    notes: list[str]
    decisions: list[str]
    picture: str
    alt: str
