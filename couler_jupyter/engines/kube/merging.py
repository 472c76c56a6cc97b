"""Extras of one engine put into the objects that were made of a workflow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from couler_jupyter.engines.as_read import FORM
from couler_jupyter.engines.kube.path import parse_path
from couler_jupyter.engines.kube.placing import Clash, add
from couler_jupyter.ir import Extra, Json

BESIDE = "beside"
"""The extra of a workflow that holds other objects of the same file."""
_CHOICES = frozenset({FORM, BESIDE})


class Refused(Exception):
    """An extra cannot be put where it says; the message is why."""


def merged(
    whole: Mapping[str, Json], extras: Iterable[Extra], engine: str
) -> Mapping[str, Json]:
    """Return objects with extras put into them; they stay as they are.

    Extras add and never override: what stands there already is refused, or, where the
    extra is ignorable, stays.

    Args:
        whole: the objects, by what paths that lead into them begin with.
        extras: of any engine.
        engine: whose extras are put in.

    Raises:
        Refused: one cannot be had there.
    """
    made: Json = dict(whole)
    for extra in extras:
        if extra.engine != engine or extra.path in _CHOICES:
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
