"""The page that says field by field how much of the Argo API is covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from tests.engines.argo.coverage.api import (
    FIGURE,
    WRITTEN_BY_CONTROLLER,
    api,
    settable,
)
from tests.engines.argo.coverage.authoring import Shown, Way, authored
from tests.engines.argo.coverage.hera_models import VERSION
from tests.engines.argo.coverage.keeping import keeps
from tests.engines.argo.coverage.newer import NEWER
from tests.engines.argo.coverage.shape import Pair

_HEAD = """# How much of the Argo API is covered

Made by `scripts/argo_coverage.py`; do not edit. `tests/engines/argo/coverage/` holds it to what
is there.

## What is counted

The pairs of a type and a field that a user may set in Workflow, WorkflowTemplate,
ClusterWorkflowTemplate, CronWorkflow and WorkflowEventBinding of Argo {target}: {argos} pairs
of Argo's own types, and {kubes} of Kubernetes' types that Argo hands on. A pair counts once,
however many places its type stands in. Deprecated fields are out, what only the cluster writes,
and `apiVersion` and `kind` of the five kinds.

The list is derived at test time from the models of Hera 7.1.0, which are made of Argo
{version}'s OpenAPI document, and from a short list of what they lack (below). A count of v4.1.2
made elsewhere comes to {figure} and {figure_kubes} and gives no list. Ours has the {kubes} of
Kubernetes; of Argo's own it has one fewer, or up to three more if the {beside} are counted that
the schema takes from users although only the controller writes them: {written}. Import and
export keep those, too.

## How much

| | Argo's own | Kubernetes' |
|---|---|---|
| import and export keep | {kept} of {argos} | {kept_kubes} of {kubes} |
| can be written in Python | {shown} of {argos} | {shown_kubes} of {kubes} |
| … with {word} | {words} | |
| … with {argo_word} | {argo_words} | |
| {imported} | {left} | |

A field counts as kept where a manifest that sets it comes out of import and export as it went
in, beside all that it needs to be valid.

A field counts as written in Python where the manifest of some workflow of the corpus shows it;
the workflow is named. `{argo_word}` is a function of `couler_jupyter.engines.argo.words`, whose
fields and types are checked against the same list. What Kubernetes owns, those functions hand
on as it is, all of it; the figure says only what the corpus shows.

## What Hera's models lack

{lack}

Typed otherwise there: `HTTPGetAction.port` is a number only, where Kubernetes takes a name,
too. `Plugin` has no fields: it is one name and whatever the plugin takes.

## Field by field
"""


def page() -> str:
    """Return the page."""
    types = api()
    counted = settable(types)
    found = authored(types)
    lost = [pair for pair in counted if not keeps(pair, types)]
    argos = [pair for pair in counted if pair.is_argos]
    return "\n".join([_head(counted, found, lost), *_tables(argos, found), ""])


def _head(
    counted: Sequence[Pair], found: Mapping[Pair, Shown], lost: Sequence[Pair]
) -> str:
    argos = [pair for pair in counted if pair.is_argos]
    kubes = [pair for pair in counted if not pair.is_argos]
    ways = Counter(_way(pair, found) for pair in argos)
    return _HEAD.format(
        target="4.1.2",
        version=VERSION,
        argos=len(argos),
        kubes=len(kubes),
        figure=FIGURE[0],
        figure_kubes=FIGURE[1],
        beside=len(WRITTEN_BY_CONTROLLER),
        written=", ".join(f"`{pair}`" for pair in sorted(WRITTEN_BY_CONTROLLER)),
        kept=len(argos) - sum(pair.is_argos for pair in lost),
        kept_kubes=len(kubes) - sum(not pair.is_argos for pair in lost),
        shown=len(argos) - ways[Way.IMPORT],
        shown_kubes=sum(pair in found for pair in kubes),
        word=Way.WORD,
        words=ways[Way.WORD],
        argo_word=Way.ARGO_WORD,
        argo_words=ways[Way.ARGO_WORD],
        imported=Way.IMPORT,
        left=ways[Way.IMPORT],
        lack="\n".join(_lack()),
    )


def _lack() -> Iterator[str]:
    for owner, fields in NEWER.items():
        named = ", ".join(f"`{field}`" for field in fields)
        yield f"* `{owner.removeprefix('k8s.')}`: {named}"


def _tables(argos: Sequence[Pair], found: Mapping[Pair, Shown]) -> Iterator[str]:
    for owner, pairs in groupby(argos, key=lambda pair: pair.owner):
        yield f"\n### {owner}\n"
        yield "| field | written with | shown by |"
        yield "|---|---|---|"
        for pair in pairs:
            case = f"`{found[pair].case}`" if pair in found else ""
            yield f"| `{pair.field}` | {_way(pair, found)} | {case} |"


def _way(pair: Pair, found: Mapping[Pair, Shown]) -> Way:
    return found[pair].way if pair in found else Way.IMPORT
