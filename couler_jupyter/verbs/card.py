"""card: a Data Card or a Model Card, drafted from what is here, or checked against it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from couler_jupyter.errors import UsageFailed
from couler_jupyter.verbs.base import Console, Parser

if TYPE_CHECKING:
    from couler_jupyter.ir.tuning import DataCard, ModelCard
    from couler_jupyter.session import Session


class Card:
    """Draft a card of data or of a model: what it is, with none of its rows."""

    name: ClassVar[str] = "card"
    help: ClassVar[str] = "draft a card of data or of a model, or check one"

    def declare(self, parser: Parser) -> None:
        """Add what the card is of."""
        parser.add_argument("kind", choices=("data", "model"), metavar="data|model")
        parser.add_argument(
            "what", metavar="NAME|FILE", help="a variable of the notebook, or a file"
        )
        parser.add_argument(
            "--target",
            default="",
            metavar="Y",
            help="of data: the column of the labels, or a variable that holds them",
        )
        parser.add_argument("--name", default="", help="what it is called")
        parser.add_argument(
            "--task", default="", metavar="TASK", help="classification or regression"
        )
        parser.add_argument(
            "--metric", default="", metavar="NAME", help="what training is judged by"
        )
        parser.add_argument(
            "--direction", default="", help="of a metric: maximize or minimize"
        )
        parser.add_argument(
            "--tuned",
            default="",
            metavar="A,B",
            help="of a model: hyper-parameters that are not fixed",
        )
        parser.add_argument(
            "--into", default="", metavar="README.md", help="write it there"
        )
        parser.add_argument(
            "--check",
            default="",
            metavar="CARD",
            help="of data: a variable or a README.md that is to say what is so",
        )
        parser.add_argument(
            "--as",
            default="",
            dest="variable",
            metavar="NAME",
            help="the variable that holds it; data_card or model_card if left out",
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Draft it, and show it."""
        from couler_jupyter.tuning.cards import card_text, write_card

        names = session.names
        _check(given)
        if given.check:
            return _checked(names, given, console)
        draft = _data if given.kind == "data" else _model
        card = draft(names, given)
        console.say(card_text(card).rpartition("---\n")[0] + "---")
        if given.into:
            write_card(card, Path(given.into))
            console.say(f"written into {given.into}")
        if isinstance(names, MutableMapping):
            variable = given.variable or f"{given.kind}_card"
            names[variable] = card
            console.say(f"it is in the variable {variable}")
        return 0


def _check(given: argparse.Namespace) -> None:
    """Refuse what says nothing to the kind of card.

    Raises:
        UsageFailed: so it is.
    """
    of_data = ("target", "task", "metric", "direction", "check")
    wrong = ("tuned",) if given.kind == "data" else of_data
    for option in wrong:
        if getattr(given, option):
            raise UsageFailed(f"card {given.kind} takes no --{option}")
    if given.variable and not given.variable.isidentifier():
        raise UsageFailed(f"--as {given.variable!r} is no name of a variable")
    if given.check and (given.into or given.variable):
        raise UsageFailed("--check drafts nothing that could be kept")


def _data(names: Mapping[str, object], given: argparse.Namespace) -> DataCard:
    from couler_jupyter.tuning.cards import draft_data_card

    return draft_data_card(
        _found(names, given.what),
        _target(names, given.target),
        name=given.name or Path(given.what).stem,
        task=given.task,
        metric=given.metric,
        direction=given.direction,
    )


def _model(names: Mapping[str, object], given: argparse.Namespace) -> ModelCard:
    from couler_jupyter.tuning.cards import draft_model_card

    if given.what not in names:
        raise UsageFailed(f"no variable {given.what!r} holds a model")
    tuned = [one.strip() for one in given.tuned.split(",") if one.strip()]
    return draft_model_card(names[given.what], name=given.name, tuned=tuned)


def _checked(
    names: Mapping[str, object], given: argparse.Namespace, console: Console
) -> int:
    from couler_jupyter.ir.tuning import DataCard
    from couler_jupyter.tuning.cards import check, read_data_card

    card = names.get(given.check)
    if card is None:
        card = read_data_card(Path(given.check))
    if not isinstance(card, DataCard):
        raise UsageFailed(f"{given.check!r} is a {type(card).__name__}, no data card")
    check(card, _found(names, given.what), _target(names, given.target))
    console.say(f"{card.name}: the card says what is so")
    return 0


def _found(names: Mapping[str, object], what: str) -> object:
    if what in names:
        return names[what]
    if not Path(what).suffix:
        raise UsageFailed(f"no variable {what!r} holds data, nor is it a file")
    return Path(what)


def _target(names: Mapping[str, object], target: str) -> object:
    """The labels that a variable holds, or the name of their column; None for neither."""
    held = names.get(target)
    is_array = hasattr(held, "shape") and len(getattr(held, "shape", ())) == 1
    return held if is_array else target or None
