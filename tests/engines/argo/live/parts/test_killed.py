"""A follower that dies at any moment: the next one goes on, and does nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.opening import open_door
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.parts.driving import Driving
from couler_jupyter.engines.argo.live.parts.kept import Kept
from couler_jupyter.engines.argo.live.parts.roll import Roll
from couler_jupyter.engines.following.remote import remote_of
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.ir import PartMode, Phase, Run, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.kube import Cluster
from couler_jupyter.testing.kube.operation import Played
from couler_jupyter.testing.kube.playing import Playing
from tests.engines.argo.live.bench import kill_follower, until
from tests.engines.argo.live.followers import end_followers
from tests.engines.argo.live.parts.conftest import Script, Stage, in_parts
from tests.engines.argo.live.parts.test_runs import BAD, handled

WRITES = ("create", "end_nodes", "stop", "terminate")


class Killed(BaseException):
    """The process ends here."""


class Deadly:
    """A door behind which whoever uses it dies, at one of the things that it does.

    Attributes:
        left: writes until then.
        before: whether it dies before it is done, or just after.
    """

    def __init__(self, door: Door, left: int, *, before: bool) -> None:
        self._door = door
        self.left = left
        self.before = before

    def __getattr__(self, name: str) -> object:
        found = getattr(self._door, name)
        return self._counted(found) if name in WRITES else found

    def _counted(self, act: Callable[..., object]) -> Callable[..., object]:
        def do(*given: object) -> object:
            self.left -= 1
            if self.left == 0 and self.before:
                raise Killed
            made = act(*given)
            if self.left == 0:
                raise Killed
            return made

        return do


def quiet(stage: Stage, workflow: Workflow) -> Roll:
    """Submit a run that nobody follows."""
    engine = Unfollowed(run_store=stage.store)
    run = engine.submit(workflow, options={"cache": "none"})
    folder = stage.store.folder(run.id)
    name = remote_of(stage.store, run.id).name
    return Roll(Kept.of(folder), name, run.id, workflow)


class Unfollowed(Argo):
    """Argo without followers."""

    def _start_follower(self, run: Run) -> None:
        del run


def driven(door: Door, roll: Roll) -> str:
    """Drive a run to its end; return its phase."""
    *_, last = Driving(door, roll).states(Closing())
    return str(last["status"]["phase"])


@pytest.mark.parametrize("mode", [PartMode.WINDOW, PartMode.BARRIER])
@pytest.mark.parametrize("bad", ["", "b"])
def test_who_dies_at_any_order_is_followed_by_who_goes_on(
    stage: Stage, mode: PartMode, bad: str
) -> None:
    if bad:
        stage.script.ends[bad] = BAD
    door = open_door(LiveOptions())
    ends: set[str] = set()
    deaths = 0
    for before in (True, False):
        for at in range(1, 20):
            workflow = in_parts(handled(), "a", "b", "c d", mode=mode, live=2)
            roll = quiet(stage, workflow)
            stage.player.begun.clear()
            stage.cluster.asked.clear()
            try:
                driven(Deadly(door, at, before=before), roll)  # type: ignore[arg-type]
            except Killed:
                deaths += 1
                again = Roll(roll.kept, roll.name, roll.run_id, workflow)
                ends.add(driven(door, again))
            else:
                break
            check_once(stage, roll)
    assert deaths > 8
    assert ends == {"Failed" if bad else "Succeeded"}


def check_once(stage: Stage, roll: Roll) -> None:
    """Each pod ran once, each child is there once, and no gate was opened twice."""
    assert set(Counter(stage.player.begun).values()) == {1}
    found = roll.objects(open_door(LiveOptions()))
    assert sorted(found) == sorted(roll.names.values())
    made = [path for method, path in stage.cluster.asked if method == "POST"]
    assert len([one for one in made if one.endswith("/workflows")]) <= len(found)


def test_a_killed_follower_is_started_when_somebody_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = Script()
    script.ends["b"] = Played("Running")
    store = RunStore(tmp_path / "store")
    with Cluster() as cluster, Playing(cluster, script) as player:
        monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig(tmp_path)))
        engine = Argo(run_store=store)
        workflow = in_parts(handled(), "a", "b", "c d", live=2)
        run = engine.submit(workflow, options={"cache": "none"})
        until(lambda: engine.status(run).get("b") is Phase.RUNNING)
        kill_follower(store, run)
        (store.folder(run.id) / "follower.started").unlink()
        del script.ends["b"]
        again = Argo(run_store=RunStore(store.root))
        until(lambda: again.status(run)[""].ended, 60)
        until(lambda: not store.held(run.id))
        assert again.status(run)[""] is Phase.SUCCEEDED
        assert set(Counter(player.begun).values()) == {1}
        events = [e for _, e in store.events(run.id) if e.step == "b"]
        assert [e.phase for e in events].count(Phase.RUNNING) == 1
    store.close()
    left = RunStore(tmp_path / "store")
    end_followers(left)
    left.close()
