"""Extras of Tekton: what the IR has no word for, put into what is made of a workflow.

Paths of a workflow's extras begin with `pipeline.` or `run.`, those of a step's with
`task.` (its task in the pipeline). They add and never override: what stands there already
is a problem, or, where the extra is ignorable, stays.

The extra `beside` holds other objects that stand in the same file as the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from couler_jupyter.engines.as_read import FORM
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.path import parse_path
from couler_jupyter.engines.kube.placing import Clash, add
from couler_jupyter.ir import Extra, Json, Workflow

ENGINE = "tekton"
BESIDE = "beside"
_CHOICES = frozenset({FORM, BESIDE})


class Refused(Exception):
    """An extra cannot be put where it says; the message is why."""


def merged(whole: Mapping[str, Json], extras: Iterable[Extra]) -> Mapping[str, Json]:
    """Return objects with extras put into them; they stay as they are.

    Args:
        whole: the objects, by what paths that lead into them begin with.
        extras: of any engine.

    Raises:
        Refused: one cannot be had there.
    """
    made: Json = dict(whole)
    for extra in extras:
        if extra.engine != ENGINE or extra.path in _CHOICES:
            continue
        try:
            path = parse_path(extra.path)
            if path[0] not in whole or len(path) < 2:
                heads = " or ".join(f"{one}." for one in whole)
                raise Refused(f"extra {extra.path!r} must begin with {heads}")
            made = add(made, path, extra.value.value)
        except (Clash, ValueError) as why:
            if not extra.ignorable:
                raise Refused(f"extra: {why}") from None
    return cast("Mapping[str, Json]", made)


def beside(workflow: Workflow) -> Iterator[Fields]:
    """Yield the other objects that stand beside a pipeline."""
    for extra in workflow.extras:
        if extra.engine == ENGINE and extra.path == BESIDE:
            yield from (dict(one) for one in extra.value.value)
