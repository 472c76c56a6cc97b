"""The machine against clusters on paper: any DAG, any order of events, lost at any time."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.argo.live.parts.ends import End
from couler_jupyter.engines.argo.live.parts.events import (
    Asked,
    ChildGone,
    ChildOver,
    ChildRefused,
    Finish,
    GateOpen,
    Late,
    Order,
    Present,
    Resume,
    ShutDown,
    Shutdown,
    StepOver,
    Submit,
    Supply,
    Suspend,
)
from couler_jupyter.engines.argo.parts.children import AT_END
from couler_jupyter.ir import PartMode
from tests.engines.argo.live.parts.world import Plan, World, overview

PHASES = ("Succeeded", "Succeeded", "Succeeded", "Skipped", "Failed", "Error")


@st.composite
def plans(draw: st.DrawFn, *, fail_fast: bool = False) -> Plan:
    """DAGs cut into parts of which none waits for a later one."""
    parts = sorted(draw(st.lists(st.integers(1, 4), min_size=1, max_size=9)))
    numbers = {old: new + 1 for new, old in enumerate(dict.fromkeys(parts))}
    names = [f"s{n}" for n in range(len(parts))]
    waits = {
        name: tuple(draw(st.sets(st.sampled_from(names[:at]))) if at else ())
        for at, name in enumerate(names)
    }
    return Plan(
        waits=waits,
        part={name: numbers[old] for name, old in zip(names, parts, strict=True)},
        script={name: draw(st.sampled_from(PHASES)) for name in names},
        overview=overview(
            len(numbers),
            draw(st.sampled_from(PartMode)),
            live=draw(st.integers(1, 3)),
            at_end=draw(st.booleans()),
            fail_fast=fail_fast,
        ),
    )


def played(plan: Plan, rng: Random, *, crashes: int, asks: str = "") -> World:
    """Let a run go on to its end, with events in any order and a machine that dies."""
    world = World(plan)
    waiting = list(world.machine.take())
    for _ in range(10_000):
        if world.finish is not None:
            return world
        if crashes and rng.random() < 0.1:
            crashes -= 1
            waiting = list(world.begin_anew())
        elif asks and rng.random() < 0.1:
            world.asked = Asked(Shutdown(asks))
            asks = ""
            waiting += world.tell(world.asked)
        else:
            waiting = moved(world, waiting, rng)
    raise AssertionError("it does not end")


def moved(world: World, waiting: list[Order], rng: Random) -> list[Order]:
    """Let one thing happen, whichever; return the orders that wait then."""
    obey = [lambda: world.obey(waiting.pop(0))] if waiting else []
    hear = [lambda part=part: waiting.extend(world.hear(part)) for part in world.news]
    moves = [*obey, *hear, *world.moves()]
    assert moves, "nothing can go on, and it is not over"
    rng.choice(moves)()
    return waiting


def check_once(world: World) -> None:
    live = world.plan.overview.live
    assert len(world.submitted) == len(set(world.submitted))
    assert len(world.supplied) == len(set(world.supplied))
    assert world.most_live <= live


def phases(world: World) -> dict[str, str]:
    return {
        step: end
        for part, sim in world.there.items()
        if part != AT_END
        for step, end in sim.steps.items()
    }


@given(plans(), st.randoms(use_true_random=False), st.integers(0, 3))
def test_runs_in_parts_end_as_in_one_piece(
    plan: Plan, rng: Random, crashes: int
) -> None:
    world = played(plan, rng, crashes=crashes)
    expected = plan.expected()
    check_once(world)
    assert phases(world) == expected
    gates = {(c.part, g.task) for c in plan.children.children for g in c.gates}
    assert set(world.supplied) == gates
    for part, task in world.supplied:
        assert world.there[part].gates[task] == expected[task]
    assert world.finish is not None
    bad = {"Failed", "Error"}.intersection(expected.values())
    assert (world.finish.phase in bad) if bad else world.finish.phase == "Succeeded"
    if plan.overview.at_end:
        assert world.submitted[-1] == AT_END
        assert all(one.phase for one in world.there.values())


@given(
    plans(),
    st.randoms(use_true_random=False),
    st.integers(0, 3),
    st.sampled_from([Shutdown.STOP, Shutdown.TERMINATE]),
)
def test_runs_that_are_ended_end(
    plan: Plan, rng: Random, crashes: int, how: Shutdown
) -> None:
    world = played(plan, rng, crashes=crashes, asks=how.value)
    check_once(world)
    assert world.finish is not None
    if world.asked is None:
        return
    assert world.finish.cancelled or not any(s.shutdown for s in world.there.values())
    handled = AT_END in world.submitted
    if plan.overview.at_end and how is Shutdown.STOP:
        assert handled
        assert world.there[AT_END].shutdown is Shutdown.NO


@given(plans(fail_fast=True), st.randoms(use_true_random=False), st.integers(0, 3))
def test_the_first_failure_ends_all_where_that_is_wanted(
    plan: Plan, rng: Random, crashes: int
) -> None:
    world = played(plan, rng, crashes=crashes)
    check_once(world)
    assert world.finish is not None
    assert not world.finish.cancelled
    bad = [one for one in phases(world).values() if one in ("Failed", "Error")]
    assert (world.finish.phase != "Succeeded") == bool(bad)
    if plan.overview.at_end:
        assert world.submitted[-1] == AT_END


def chain(mode: PartMode = PartMode.WINDOW, **more: object) -> Plan:
    """Three steps in three parts, each after the one before it."""
    names = ("a", "b", "c")
    return Plan(
        waits={"a": (), "b": ("a",), "c": ("b",)},
        part={"a": 1, "b": 2, "c": 3},
        script=dict.fromkeys(names, "Succeeded"),
        overview=overview(3, mode, **more),
    )


def test_a_window_is_filled_in_order() -> None:
    world = World(chain())
    assert world.machine.take() == (Submit(1), Submit(2))


def test_a_barrier_waits() -> None:
    world = World(chain(PartMode.BARRIER))
    assert world.machine.take() == (Submit(1),)


def test_gates_get_what_their_step_left() -> None:
    machine = World(chain()).machine
    machine.take()
    machine.take(Present(1), Present(2), GateOpen(2, "a"))
    (supply,) = machine.take(
        StepOver("a", End(phase="Succeeded", values={"result": "x"}))
    )
    assert isinstance(supply, Supply)
    (end,) = supply.ends
    assert (end.task, end.phase) == ("a", "Succeeded")
    assert end.values == {"result": "x"}
    assert end.message == "as step 'a' of part 1"


def test_who_ends_one_child_ends_all() -> None:
    world = World(chain(at_end=True))
    world.machine.take()
    made = world.machine.take(Present(1, Shutdown.STOP), Present(2))
    assert made == (ShutDown(2, Shutdown.STOP),)


def test_a_second_request_ends_exit_handlers_too() -> None:
    world = World(chain(at_end=True))
    world.machine.take()
    world.machine.take(Present(1), Present(2))
    stop, terminate = Shutdown.STOP, Shutdown.TERMINATE
    made = world.machine.take(Asked(stop))
    assert made == (ShutDown(1, stop), ShutDown(2, stop))
    made = world.machine.take(Asked(terminate))
    assert made == (ShutDown(1, terminate), ShutDown(2, terminate))


def test_a_child_that_is_gone_ends_the_run() -> None:
    world = World(chain())
    world.machine.take()
    world.machine.take(Present(1), Present(2))
    made = world.machine.take(ChildGone(1, "w-p1"))
    assert made == (ShutDown(2, Shutdown.STOP),)
    assert world.machine.verdict().message == "workflow w-p1, part 1, was deleted"


def test_a_child_that_is_refused_ends_the_run_after_the_exit_handlers() -> None:
    world = World(chain(PartMode.BARRIER, at_end=True))
    world.machine.take()
    assert world.machine.take(ChildRefused(1, "no")) == (Submit(AT_END),)
    (end,) = world.machine.take(ChildRefused(AT_END, "no"))
    assert end == Finish("Error", "part 1 cannot be handed over: no")


def test_a_run_that_takes_too_long_is_ended() -> None:
    world = World(chain(timeout=5.0))
    world.machine.take()
    made = world.machine.take(Present(1), Present(2), Late())
    assert made == (ShutDown(1, Shutdown.STOP), ShutDown(2, Shutdown.STOP))
    assert world.machine.verdict().message == "the workflow took longer than 5 s"


def test_nothing_is_started_while_the_run_is_suspended() -> None:
    world = World(chain())
    world.machine.take()
    made = world.machine.take(Present(1), Present(2), Asked(suspended=True))
    assert made == (Suspend(1), Suspend(2))
    made = world.machine.take(Asked())
    assert made == (Resume(1), Resume(2))


@pytest.mark.parametrize("suspended", [False, True])
def test_who_suspends_one_child_may_resume_it(suspended: bool) -> None:
    world = World(chain())
    world.machine.take()
    assert world.machine.take(Present(1, suspended=suspended)) == ()


def test_nothing_is_handed_over_while_a_child_is_suspended() -> None:
    machine = World(chain()).machine
    machine.take()
    machine.take(Present(1), Present(2, suspended=True))
    assert machine.take(ChildOver(1, "Succeeded")) == ()
    assert machine.take(Present(2)) == (Submit(3),)
