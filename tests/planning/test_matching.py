"""Which earlier runs speak for a step as it is written now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.ir import OutputRef, Phase, SubWorkflow, Workflow
from couler_jupyter.passes import Estimate
from couler_jupyter.planning.matching import past_of
from couler_jupyter.planning.records import records_of, written_in
from couler_jupyter.runs import RunStore
from couler_jupyter.store import Past, Visit
from couler_jupyter.testing.parts import flow, over, python, step
from tests.planning.histories import remember

LOAD = python("def load(n): return n")
FIT = python("def fit(data): return data")
OTHER = python("def fit(data): return data + 1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    made = RunStore(tmp_path)
    yield made
    made.close()


def chain(n: int = 1, fit: object = FIT, name: str = "fit") -> Workflow:
    return flow(
        "chain",
        step("load", LOAD, takes={"n": n}),
        step(name, fit, takes={"data": OutputRef("load")}),  # type: ignore[arg-type]
    )


def past(
    workflow: Workflow, store: RunStore, *pasts: Past, engine: str = "local"
) -> Mapping[str, Estimate]:
    written = written_in(workflow)
    records = records_of(workflow, written, store, pasts)
    return past_of(written, records, engine)


def test_of_a_workflow_that_never_ran_nothing_is_known(store: RunStore) -> None:
    assert past(chain(), store) == {}


def test_several_runs_give_a_middle_and_how_far_it_goes(store: RunStore) -> None:
    for took in (2.0, 4.0, 9.0):
        remember(store, chain(), {"load": took, "fit": 1.0}, peak=int(took) * 100)
    found = past(chain(), store)["load"]
    assert (found.runs, found.low, found.seconds, found.high) == (3, 2.0, 4.0, 9.0)
    assert (found.cpu_seconds, found.peak_memory) == (2.0, 900)
    assert found.basis == "3 runs"


def test_only_what_succeeded_says_how_long_it_takes(store: RunStore) -> None:
    remember(store, chain(), {"load": 1.0}, phase=Phase.FAILED)
    remember(store, chain(), {"load": 0.0}, phase=Phase.CACHED)
    assert past(chain(), store) == {}


def test_what_was_written_otherwise_says_nothing_and_that_is_told(
    store: RunStore,
) -> None:
    run = remember(store, chain(), {"load": 1.0, "fit": 5.0})
    found = past(chain(fit=OTHER), store)["fit"]
    assert found == Estimate(runs=0, changed=f"it was written otherwise in run {run}")


def test_a_comment_does_not_make_it_another_step(store: RunStore) -> None:
    remember(store, chain(), {"load": 1.0, "fit": 5.0})
    commented = python("def fit(data):\n    # as it is\n    return data")
    assert past(chain(fit=commented), store)["fit"].seconds == 5.0


def test_a_step_is_found_again_under_another_name(store: RunStore) -> None:
    remember(store, chain(name="train"), {"load": 1.0, "train": 5.0})
    found = past(chain(), store)["fit"]
    assert (found.seconds, found.basis) == (5.0, "1 run, as 'train'")


def test_a_name_that_another_step_has_now_does_not_speak_for_it(
    store: RunStore,
) -> None:
    """The steps swapped their names: each keeps what it took."""
    before = flow(
        "swap", step("a", LOAD, takes={"n": 1}), step("b", FIT, takes={"data": 1})
    )
    remember(store, before, {"a": 1.0, "b": 5.0})
    now = flow(
        "swap", step("b", LOAD, takes={"n": 1}), step("a", FIT, takes={"data": 1})
    )
    found = past(now, store)
    assert (found["b"].seconds, found["a"].seconds) == (1.0, 5.0)


def test_the_same_constants_speak_first(store: RunStore) -> None:
    remember(store, chain(n=1), {"load": 1.0})
    remember(store, chain(n=100), {"load": 60.0})
    assert past(chain(n=1), store)["load"].seconds == 1.0
    found = past(chain(n=7), store)["load"]
    assert (found.runs, found.basis) == (2, "2 runs, with other arguments")


def test_the_same_engine_speaks_first(store: RunStore) -> None:
    remember(store, chain(), {"load": 1.0}, engine="local")
    assert past(chain(), store, engine="argo")["load"].basis == "1 run, on local"
    remember(store, chain(), {"load": 30.0}, engine="argo")
    found = past(chain(), store, engine="argo")["load"]
    assert (found.seconds, found.basis) == (30.0, "1 run")


def test_items_are_counted_and_each_is_told(store: RunStore) -> None:
    workflow = flow("loop", step("each", FIT, takes={"data": 1}, loop=over(1, 2)))
    remember(store, workflow, {"each": 9.0, "each[0]": 2.0, "each[1]": 4.0})
    found = past(workflow, store)["each"]
    assert (found.times, found.seconds) == (2, 3.0)


def test_steps_inside_are_found_by_their_path(store: RunStore) -> None:
    inner = flow("inner", step("fit", FIT, takes={"data": 1}))
    outer = flow("outer", step("sub", SubWorkflow(workflow=inner)))
    remember(store, outer, {"sub": 3.0, "sub/fit": 2.0})
    assert past(outer, store)["sub/fit"].seconds == 2.0


def test_the_cache_knows_sizes_and_runs_that_are_deleted(store: RunStore) -> None:
    own = written_in(chain())["load"].own
    run = remember(store, chain(), {"load": 2.0})
    kept = Past(
        run=run, workflow="chain", visits=(Visit("load", own, size=70),), finished=True
    )
    gone = Past(
        run="gone",
        workflow="chain",
        visits=(
            Visit("load", own, seconds=4.0, size=90),
            Visit("fit", "other", seconds=9.0),
        ),
        finished=True,
    )
    found = past(chain(), store, gone, kept)
    assert found["load"].runs == 2
    assert found["load"].seconds == 3.0
    assert found["load"].output_bytes == 80
    assert found["fit"].changed


def test_a_reused_step_of_an_old_run_is_counted_once(store: RunStore) -> None:
    own = written_in(chain())["load"].own
    reused = Visit("load", own, seconds=4.0, reason="reused from run x")
    gone = Past(run="gone", workflow="chain", visits=(reused,), finished=True)
    assert past(chain(), store, gone) == {}


def test_a_document_that_cannot_be_read_is_passed_over(store: RunStore) -> None:
    run = store.create(workflow="chain", engine="local", document='{"version": 99}')
    store.record(run.id, [])
    remember(store, chain(), {"load": 2.0})
    assert past(chain(), store)["load"].seconds == 2.0


def test_order_is_no_part_of_what_a_step_is(store: RunStore) -> None:
    remember(store, chain(), {"load": 1.0, "fit": 5.0})
    load, fit = chain().steps
    later = replace(fit, after=("load",))
    assert past(flow("chain", load, later), store)["fit"].seconds == 5.0
