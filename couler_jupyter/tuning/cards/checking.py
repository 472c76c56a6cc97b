"""Whether a Data Card says what is so: of itself, and of the data it is about."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from couler_jupyter.errors import CardFault
from couler_jupyter.ir.tuning import Classes, DataCard, Interval
from couler_jupyter.tuning.cards.data import draft_data_card
from couler_jupyter.tuning.cards.metrics import unfit

_NEAR: Final = 0.01
_SHOWN: Final = 5


def check(card: DataCard, data: object = None, target: object = None) -> None:
    """Check a Data Card, and against data if there is some.

    What the card does not say is not looked at.

    Args:
        card: what is said.
        data: what it is said of; see `draft_data_card`.
        target: its labels; as the card says if left out.

    Raises:
        CardFault: the card contradicts itself or the data; with all that does.
    """
    faults = [*_of_itself(card)]
    if data is not None:
        kind = isinstance(card.label_space, Classes)
        labels = target if target is not None else _target_of(card)
        task = "classification" if kind else "regression"
        real = draft_data_card(data, labels, task=task)
        faults += _differences(card, real)
    if faults:
        raise CardFault(f"data card {card.name!r} contradicts {'; '.join(faults)}")


def _target_of(card: DataCard) -> str | None:
    """The column of the labels, as Hugging Face has it."""
    for one in card.hub.value.get("train-eval-index") or ():
        for column, meaning in (one.get("col_mapping") or {}).items():
            if meaning == "target" and isinstance(column, str):
                return column
    return None


def _of_itself(card: DataCard) -> Iterator[str]:
    if fault := unfit(card.metric.name, card.label_space):
        yield f"itself: {fault}"
    labels = card.label_space
    if isinstance(labels, Classes) and labels.counts and card.rows is not None:
        total = sum(labels.counts)
        if total > card.rows:
            yield f"itself: its classes have {total:,} rows, it has {card.rows:,}"
    if card.types and card.features is not None:
        total = sum(count for _, count in card.types)
        if total != card.features:
            yield f"itself: its types are of {total} features, it has {card.features}"


def _differences(card: DataCard, real: DataCard) -> Iterator[str]:
    for name, word in (("rows", "rows"), ("features", "features")):
        said, is_so = getattr(card, name), getattr(real, name)
        if said is not None and said != is_so:
            yield f"the data: it says {said:,} {word}, there are {is_so:,}"
    if card.types and dict(card.types) != dict(real.types):
        said, is_so = _counted(card.types), _counted(real.types)
        yield f"the data: it says features are {said}, they are {is_so}"
    share = card.missing_fraction
    if share is not None and abs(share - (real.missing_fraction or 0)) > _NEAR / 2:
        yield (
            f"the data: it says {share:.1%} is missing, {real.missing_fraction or 0:.1%} is"
        )
    yield from _label_differences(card, real)
    if card.fingerprint and card.fingerprint != real.fingerprint:
        yield "the data: its fingerprint is of other content"


def _label_differences(card: DataCard, real: DataCard) -> Iterator[str]:
    match card.label_space, real.label_space:
        case Classes() as said, Classes() as is_so:
            if more := [name for name in is_so.names if name not in said.names]:
                yield f"the data: it has no class {_listed(more)}, which is there"
            if less := [name for name in said.names if name not in is_so.names]:
                yield f"the data: no row has class {_listed(less)}"
            counts = dict(zip(said.names, said.counts, strict=False))
            there = dict(zip(is_so.names, is_so.counts, strict=True))
            if not more and not less and counts and counts != there:
                yield "the data: its classes have other numbers of rows"
        case Interval() as said, Interval() as is_so:
            spread = is_so.high - is_so.low
            for name in ("low", "high", "mean", "std"):
                one, other = getattr(said, name), getattr(is_so, name)
                if one is not None and not math.isclose(
                    one, other, rel_tol=1e-6, abs_tol=_NEAR * spread
                ):
                    word = {"low": "least", "high": "greatest"}.get(name, name)
                    yield f"the data: it says the {word} label is {one:g}, it is {other:g}"
        case _:
            yield "the data: its labels are of another kind"


def _counted(types: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{count} {name}" for name, count in types)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(repr(name) for name in names[:_SHOWN]) + more
