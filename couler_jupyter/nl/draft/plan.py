"""What a wish comes to before it is written: activities, and what waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from couler_jupyter.nl.modules import Kind

Item: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Activities that are done once for each of some items.

    Attributes:
        name: of the map.
        items: the items that are named.
        over: otherwise, the activity that gives them.
        parameter: otherwise, the list that a run is given.
        needs: activities or loops it comes after.
        parallelism: at the most so many at once; 0 for no limit.
    """

    name: str
    items: tuple[Item, ...] = ()
    over: str = ""
    parameter: str = ""
    needs: tuple[str, ...] = ()
    parallelism: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One thing that is done.

    Attributes:
        name: of the step, unlike that of any other.
        verb: what is done, as a bare verb; empty where the wish only has a name.
        kind: what it is for.
        does: the part of the wish, in its words.
        needs: activities or loops it comes after.
        loop: the map it is done in; empty for none.
        about: the one of several objects that it is for, as `a forest`.
        image: of a container; empty for none.
        command: that is run in it, or in a shell.
        named: files, addresses and SQL that the part names.
    """

    name: str
    kind: Kind
    does: str
    verb: str = ""
    needs: tuple[str, ...] = ()
    loop: str = ""
    about: str = ""
    image: str = ""
    command: str = ""
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """What is done when a run has ended.

    Attributes:
        on: for which end: Succeeded, Failed or Always.
        activity: that is done then.
    """

    on: str
    activity: Activity


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All of it, in an order in which nothing waits for what comes later.

    Attributes:
        activities: what is done.
        loops: the maps.
        cron: when it runs by itself; empty for never.
        parallelism: steps at the same time at the most; 0 for no limit.
        exits: what is done when a run has ended.
    """

    activities: tuple[Activity, ...] = ()
    loops: tuple[Loop, ...] = ()
    cron: str = ""
    parallelism: int = 0
    exits: tuple[Exit, ...] = ()
