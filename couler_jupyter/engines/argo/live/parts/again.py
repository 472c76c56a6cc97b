"""Running a run in parts again: the children that failed, and what waited for them.

Children that succeeded stay as they are and are not handed over again. A child that was
kept from its work by a failure in another one is looked at again, too: its gates that
were omitted wait anew. That of the exit handlers is handed over once more, at the end.
"""

from __future__ import annotations

from dataclasses import replace
from time import time

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.parts.ends import BAD, OMITTED
from couler_jupyter.engines.argo.live.parts.kept import Seen
from couler_jupyter.engines.argo.live.parts.reading import Version
from couler_jupyter.engines.argo.live.parts.roll import Roll
from couler_jupyter.engines.argo.live.surgery import is_over
from couler_jupyter.engines.argo.parts.children import AT_END


def run_again(door: Door, roll: Roll) -> None:
    """Have the cluster run again what did not succeed.

    It may be asked for again if it was cut short: what goes on already is left alone.

    Raises:
        SubmitFailed: the cluster cannot be reached or refuses.
    """
    there = roll.objects(door)
    known: dict[str, str] = {}
    for part, version in roll.versions(door).items():
        name = name_of(version.found)
        is_there = name in there
        if part == AT_END:
            if is_there:
                door.delete(name)
            roll.kept.forget_end(part)
            continue
        again = is_over(version.found) and _wants_more(version)
        if again and is_there:
            door.retry(name, omitted=_has_omitted_gates(version))
        if again:
            roll.kept.forget_end(part)
        if is_there or not again:
            known[str(part)] = name
    roll.kept.see(Seen(known=known))
    wanted = roll.kept.wanted
    again_now = replace(wanted, shutdown="", suspended=False, deleted=False)
    roll.kept.want(replace(again_now, since=time(), tries=wanted.tries + 1))


def _wants_more(version: Version) -> bool:
    bad = version.found["status"]["phase"] in BAD
    return bad or _has_omitted_gates(version)


def _has_omitted_gates(version: Version) -> bool:
    return any(
        version.own[key].get("phase") == OMITTED for key in version.gates.values()
    )
