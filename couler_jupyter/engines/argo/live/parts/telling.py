"""What the child of the exit handlers is told of the run that ended before it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from couler_jupyter.engines.argo.live.parts.ends import BAD, End
from couler_jupyter.engines.argo.live.parts.reading import Version
from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.engines.argo.parts.children import Asked, What
from couler_jupyter.ir import Json

_KNOWN = (What.RUN, What.ID, What.STARTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A run up to the end of its parts.

    Attributes:
        phase: in Argo's words.
        seconds: it took.
        ends: how steps ended.
        versions: of the children.
    """

    phase: str
    seconds: float
    ends: Mapping[str, End]
    versions: tuple[Version, ...]


def told(asked: Iterable[Asked], story: Story) -> dict[str, str]:
    """Return the parameters that only the end of a run gives.

    What a step did not leave is empty: Argo takes no Workflow with a parameter that is
    missing.
    """
    return {
        one.parameter: _text(one, story) or ""
        for one in asked
        if one.what not in _KNOWN
    }


def _text(asked: Asked, story: Story) -> str | None:
    match asked.what:
        case What.STATUS:
            return story.phase
        case What.DURATION:
            return f"{story.seconds:f}"
        case What.FAILURES:
            return json.dumps([*_failures(story.versions)])
        case What.OUTPUT:
            end = story.ends.get(asked.step)
            return None if end is None else end.values.get(asked.name)
        case What.GLOBAL:
            return _global(asked.name, story.versions)
        case What.RUN | What.ID | What.STARTED:
            raise AssertionError("this was known before the run")
        case _ as never:
            assert_never(never)


def _failures(versions: Iterable[Version]) -> Iterator[Json]:
    """Yield the nodes that failed as Argo lists them; groups are among them."""
    for version in versions:
        for node in version.nodes.values():
            if node.get("phase") in BAD:
                own = version.own[node["id"]]
                yield {
                    "displayName": own.get("displayName", ""),
                    "message": own.get("message") or "",
                    "templateName": own.get("templateName") or "",
                    "phase": own["phase"],
                    "podName": pod_name(version.found, own),
                    "finishedAt": own.get("finishedAt"),
                }


def _global(name: str, versions: Iterable[Version]) -> str | None:
    for version in versions:
        outputs = (version.found.get("status") or {}).get("outputs") or {}
        for one in outputs.get("parameters") or ():
            if one["name"] == name and one.get("value") is not None:
                return str(one["value"])
    return None
