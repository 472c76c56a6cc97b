"""What is known before a plan is made: history, what the cache holds, prices.

Each is looked up once and nothing is written. Where one of them cannot be used, the plan
is made without it, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from couler_jupyter.engines import Engine
from couler_jupyter.engines.cache import Wish
from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Feature, Json, Workflow
from couler_jupyter.passes import Context, Stored, Tuned
from couler_jupyter.passes.tune import FillIn
from couler_jupyter.planning.parted import LastParts, last_parts
from couler_jupyter.planning.prices import Prices, load_prices
from couler_jupyter.planning.records import (
    RUNS,
    Record,
    Written,
    records_of,
    written_in,
)
from couler_jupyter.reusing import load_config, open_store
from couler_jupyter.reusing.foreseen import Foreseen
from couler_jupyter.runs import RunStore
from couler_jupyter.store import Past
from couler_jupyter.tuning.chosen import chosen_in, shelf_of

T = TypeVar("T")
_REUSE = "what is reused is not known"
_PAST = "nothing is known of earlier runs"
_PARTS = "how it was cut the last time is not known"
_SIZES = "what runs left behind is not known"
_CHOSEN = "which hyper-parameters were chosen is not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a workflow and an engine.

    Attributes:
        written: how the steps are written, by path.
        records: what earlier runs took, newest first.
        foreseen: what a run here would reuse, by path in the run.
        stored: what a run elsewhere need not run, by path of the step.
        last: how the workflow was cut the last time; None if it was not.
        reuses: whether anything that earlier runs made may stand in for running it.
        tuned: which settings were chosen, by path of the step.
        prices: what machines cost.
        troubles: what could not be looked up, one line each.
    """

    written: Mapping[str, Written] = field(default_factory=dict[str, Written])
    records: tuple[Record, ...] = ()
    foreseen: Mapping[str, Foreseen] = field(default_factory=dict[str, Foreseen])
    stored: Mapping[str, Stored] = field(default_factory=dict[str, Stored])
    last: LastParts | None = None
    reuses: bool = True
    tuned: Mapping[str, Tuned] = field(default_factory=dict[str, Tuned])
    prices: Prices = field(default_factory=Prices)
    troubles: tuple[str, ...] = ()


def facts_for(
    workflow: Workflow,
    engine: Engine,
    store: RunStore,
    *,
    arguments: Mapping[str, Json],
    folder: Path,
    tuning: bool = True,
) -> Facts:
    """Return all that is known before a plan is made.

    Args:
        workflow: what would run.
        engine: where.
        store: the runs there were.
        arguments: what the run would be given.
        folder: what relative paths are relative to.
        tuning: whether hyper-parameters that were chosen will be filled in.

    Raises:
        UsageFailed: the prices are no prices.
    """
    tries = _Tries()
    tuned = tries.tuned(workflow, store) if tuning else {}
    if tuned:  # what is kept and what was run is told by what a step is given
        workflow = FillIn().run(workflow, Context(tuned=tuned)).workflow
    written = written_in(workflow)
    records = tries.records(workflow, written, store)
    ahead: Mapping[str, Foreseen] = {}
    stored: Mapping[str, Stored] = {}
    if not tries.get(_REUSE, _has_store, False):
        pass
    elif engine.name == "local":
        ahead = tries.get(_REUSE, lambda: _ahead(workflow, arguments, folder), ahead)
    else:
        stored = tries.get(
            _REUSE, lambda: _stored(workflow, engine, arguments, folder), stored
        )
    return Facts(
        written=written,
        records=records,
        foreseen=ahead,
        stored=stored,
        last=tries.last(workflow, engine, store),
        reuses=tries.get(_REUSE, lambda: load_config().enabled, False),
        tuned=tuned,
        prices=load_prices(),
        troubles=tuple(tries.troubles),
    )


def facts_of_past(workflow: Workflow, engine: Engine, store: RunStore) -> Facts:
    """Return what earlier runs took, how they were cut and what they were tuned to."""
    tries, written = _Tries(), written_in(workflow)
    return Facts(
        written=written,
        records=tries.records(workflow, written, store),
        last=tries.last(workflow, engine, store),
        tuned=tries.tuned(workflow, store),
    )


class _Tries:
    """Looks things up; what goes wrong is told, not raised."""

    def __init__(self) -> None:
        self.troubles: list[str] = []

    def get(self, what: str, look_up: Callable[[], T], otherwise: T) -> T:
        try:
            return look_up()
        except (CoulerError, OSError, ValueError) as error:
            self.troubles.append(f"{what}: {' '.join(f'{error}'.split())}")
            return otherwise

    def records(
        self, workflow: Workflow, written: Mapping[str, Written], store: RunStore
    ) -> tuple[Record, ...]:
        past: tuple[Past, ...] = ()
        if self.get(_SIZES, _has_store, False):
            past = self.get(_SIZES, lambda: _pasts(workflow.name), past)
        none: tuple[Record, ...] = ()
        return self.get(_PAST, lambda: records_of(workflow, written, store, past), none)

    def tuned(self, workflow: Workflow, store: RunStore) -> Mapping[str, Tuned]:
        """Return what was chosen for steps that are to be tuned."""
        none: Mapping[str, Tuned] = {}
        shelf = shelf_of(store)
        return self.get(_CHOSEN, lambda: chosen_in(shelf, workflow), none)

    def last(
        self, workflow: Workflow, engine: Engine, store: RunStore
    ) -> LastParts | None:
        if Feature.PARTS not in engine.features:
            return None
        return self.get(
            _PARTS, lambda: last_parts(workflow.name, engine.name, store), None
        )


def _has_store() -> bool:
    """Whether there is a cache; opening one would make it."""
    config = load_config()
    place = config.place
    is_there = "://" in place or Path(place).expanduser().exists()
    return config.enabled and is_there


def _pasts(workflow: str) -> tuple[Past, ...]:
    with closing(open_store(load_config())) as store:
        return store.history.pasts(workflow=workflow, limit=RUNS)


def _ahead(
    workflow: Workflow, arguments: Mapping[str, Json], folder: Path
) -> Mapping[str, Foreseen]:
    from couler_jupyter.reusing.foreseeing import foreseen

    return foreseen(workflow, arguments, folder)


def _stored(
    workflow: Workflow, engine: Engine, arguments: Mapping[str, Json], folder: Path
) -> Mapping[str, Stored]:
    from couler_jupyter.engines.ahead import Errand
    from couler_jupyter.reusing.head_start import stored_for

    wish = Wish(run="plan", engine=engine.name, workflow=engine.filled(workflow))
    return stored_for(Errand(wish=wish, arguments=arguments, folder=folder))
