from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter import __version__
from couler_jupyter.errors import StoreFailed, UnknownName, UsageFailed
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import RunRecord, RunStore
from couler_jupyter.runs import store as store_module

ODD = "quote ' \" newline\n <b>&amp; \0 nul ü \U0001f600 %_\\"
LONE = "caf\udce9"


def end(store: RunStore, run: RunRecord, phase: Phase, message: str = "") -> None:
    event = RunEvent(step="", phase=phase, time=2.0, message=message)
    store.record(run.id, [event])


def make(store: RunStore, workflow: str = "w", engine: str = "local") -> RunRecord:
    return store.create(workflow=workflow, engine=engine, document="{}")


def test_what_is_created_can_be_got(store: RunStore) -> None:
    made = store.create(
        workflow="pick-best",
        engine="local",
        document='{"big": 1}',
        arguments='{"a": 2}',
        options='{"slots": 4}',
        notebook="/home/me/n.ipynb",
    )
    assert store.get(made.id) == made
    assert (made.phase, made.attempt, made.version) == (Phase.PENDING, 0, __version__)
    assert (made.started, made.finished, made.duration) == (None, None, None)
    assert made.document == '{"big": 1}'
    assert made.arguments == '{"a": 2}'
    assert made.options == '{"slots": 4}'
    assert made.notebook == "/home/me/n.ipynb"


@pytest.mark.parametrize("text", [ODD, "", "日本" * 300, "../../etc/passwd"])
def test_any_text_comes_back_as_it_was(store: RunStore, text: str) -> None:
    made = store.create(
        workflow=text, engine=text, document=text, arguments=text, notebook=text
    )
    event = RunEvent(step=f"a{text}", phase=Phase.FAILED, time=1.0, message=text)
    store.record(made.id, [event], outputs={f"a{text}": text})
    store.command(made.id, "resume", f"a{text}", text)
    assert store.get(made.id) == made
    assert made.workflow == text
    assert store.folder(made.id).parent == store.root / "runs"
    assert store.events(made.id) == ((1, event),)
    assert store.steps(made.id)[f"a{text}"].message == text
    assert store.outputs(made.id) == {f"a{text}": text}
    assert store.take_commands(made.id)[0].payload == text


def test_what_utf8_lacks_is_spelled_out(store: RunStore) -> None:
    made = store.create(workflow="w", engine="local", document="{}", notebook=LONE)
    assert store.get(made.id).notebook == r"caf\udce9"
    event = RunEvent(step="a", phase=Phase.FAILED, time=1.0, message=LONE)
    store.record(made.id, [event], outputs={"a": f'"{LONE}"'})
    assert store.steps(made.id)["a"].message == r"caf\udce9"
    assert store.outputs(made.id) == {"a": r'"caf\udce9"'}
    assert len(store.events(made.id)) == 1
    store.command(made.id, "resume", payload=LONE)
    assert store.take_commands(made.id)[0].payload == r"caf\udce9"
    with pytest.raises(UnknownName):
        store.get(LONE)
    assert store.runs(search=LONE) == (store.runs()[0],)


def test_a_run_is_found_by_a_beginning_and_by_last(store: RunStore) -> None:
    first, second = make(store, "first"), make(store, "second")
    assert store.get("last").id == second.id
    assert store.get(first.id[:-2]).id == first.id
    with pytest.raises(UsageFailed, match=r"several runs begin with '20'.*give more"):
        store.get("20")


def test_an_unknown_run_names_the_nearest(store: RunStore) -> None:
    with pytest.raises(UnknownName, match="no run named 'last'; known: none"):
        store.get("last")
    made = make(store)
    wrong = made.id[:-1] + "_"
    with pytest.raises(UnknownName, match=f"did you mean '{made.id}'"):
        store.get(wrong)
    for name in ("", "x", "%", "20200101-000000-no-such", LONE):
        with pytest.raises(UnknownName):
            store.get(name)


@pytest.mark.parametrize(
    "name", ["last", "2026", "..", "a/b", "20260101-000000-x/../y"]
)
def test_only_a_whole_id_has_a_folder(store: RunStore, name: str) -> None:
    make(store)
    with pytest.raises(UnknownName):
        store.folder(name)


def test_calls_about_an_unknown_run_say_so(store: RunStore) -> None:
    gone = "20200101-000000-no-such-run"
    for call in (
        lambda: store.record(gone, []),
        lambda: store.steps(gone),
        lambda: store.outputs(gone),
        lambda: store.events(gone),
        lambda: store.command(gone, "cancel"),
        lambda: store.take_commands(gone),
        lambda: store.reopen(gone),
        lambda: store.delete(gone),
        lambda: store.phase(gone),
    ):
        with pytest.raises(UnknownName, match=gone):
            call()


def test_runs_are_listed_newest_first_without_documents(store: RunStore) -> None:
    made = [make(store, f"w{n}") for n in range(5)]
    assert [r.id for r in store.runs()] == [r.id for r in reversed(made)]
    assert {r.document for r in store.runs()} == {""}
    assert [r.workflow for r in store.runs(limit=2, offset=1)] == ["w3", "w2"]


def test_runs_stay_in_order_when_the_clock_is_set_back(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make(store, "first")
    monkeypatch.setattr("time.time", lambda: first.created - 86_400)
    second = make(store, "second")
    assert second.id < first.id
    assert [r.workflow for r in store.runs()] == ["second", "first"]
    assert store.get("last").workflow == "second"


def test_runs_are_chosen(store: RunStore) -> None:
    done, failed, left = make(store, "a"), make(store, "b", "argo"), make(store, "a")
    end(store, done, Phase.SUCCEEDED)
    end(store, failed, Phase.FAILED, "100% of memory_used")
    with store.hold(left.id):
        end(store, left, Phase.RUNNING)
        assert [r.id for r in store.runs(phase=Phase.RUNNING)] == [left.id]
        assert store.runs(phase=Phase.INTERRUPTED) == ()
    assert store.runs(phase=Phase.RUNNING) == ()
    assert [r.id for r in store.runs(phase=Phase.INTERRUPTED)] == [left.id]
    assert [r.id for r in store.runs(phase=Phase.FAILED)] == [failed.id]
    assert [r.id for r in store.runs(workflow="a")] == [left.id, done.id]
    assert [r.id for r in store.runs(engine="argo")] == [failed.id]
    assert [r.id for r in store.runs(workflow="a", phase=Phase.SUCCEEDED)] == [done.id]
    assert [r.id for r in store.runs(search="0% OF")] == [failed.id]
    assert [r.id for r in store.runs(search="memory_u")] == [failed.id]
    assert store.runs(search="memory%u") == ()
    assert store.runs(search="memory?used") == ()


def test_paging_counts_only_what_is_chosen(store: RunStore) -> None:
    left = [make(store) for _ in range(6)]
    for run in left[::2]:
        with store.hold(run.id):
            pass
    wanted = [r.id for r in reversed(left[::2])]
    page = store.runs(phase=Phase.INTERRUPTED, limit=2, offset=1)
    assert [r.id for r in page] == wanted[1:3]


@pytest.mark.parametrize("what", ["document", "arguments", "options"])
def test_a_text_beyond_the_bound_is_refused(
    store: RunStore, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "MOST_BYTES", 2_000_000)
    texts: dict[str, Any] = {"document": "{}", what: "ü" * 1_000_000}
    store.create(workflow="w", engine="local", **texts)
    texts[what] += "."
    told = f"workflow 'w': its {what} is 2 MB, 2 MB at the most"
    with pytest.raises(StoreFailed, match=told):
        store.create(workflow="w", engine="local", **texts)
    assert len(store.runs()) == len(list((store.root / "runs").iterdir())) == 1


def test_what_is_made_is_private(store: RunStore, run: RunRecord) -> None:
    old = os.umask(0)
    try:
        again = make(store)
    finally:
        os.umask(old)
    for path in (store.root, *store.root.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    assert store.log_path(again.id, "a", 1).parent.is_dir()


def test_the_default_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COULER_HOME", str(tmp_path / "mine"))
    assert RunStore.default_root() == tmp_path / "mine"
    monkeypatch.setenv("COULER_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert RunStore.default_root() == tmp_path / "data" / "couler"


def test_the_root_may_be_called_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = RunStore(Path("a?b#c%20 d&mode=ro"))
    made = make(store)
    monkeypatch.chdir("/")
    assert store.get(made.id) == made
    assert (tmp_path / "a?b#c%20 d&mode=ro" / "runs.sqlite").stat().st_size
    store.close()


def test_reopening_keeps_what_was_done(store: RunStore, run: RunRecord) -> None:
    done = RunEvent(step="a", phase=Phase.SUCCEEDED, time=1.0, attempt=1)
    with store.hold(run.id):
        store.record(run.id, [done], outputs={"a": "1"})
        end(store, run, Phase.FAILED, "b failed")
    store.command(run.id, "cancel")
    store.reopen(run.id)
    again = store.get(run.id)
    assert (again.phase, again.attempt, again.finished) == (Phase.PENDING, 1, None)
    assert store.outputs(run.id) == {"a": "1"}
    assert store.steps(run.id)["a"].phase is Phase.SUCCEEDED
    assert store.events(run.id)[-1][1].phase is Phase.PENDING
    assert store.take_commands(run.id) == ()


def test_reopening_an_interrupted_run(store: RunStore, run: RunRecord) -> None:
    with store.hold(run.id):
        end(store, run, Phase.RUNNING)
    assert store.phase(run.id) is Phase.INTERRUPTED
    store.reopen(run.id)
    assert store.phase(run.id) is Phase.PENDING


def test_what_has_not_ended_is_not_reopened(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("couler_jupyter.runs.lock._PATIENCE", 0.05)
    with pytest.raises(StoreFailed, match="has not ended"):
        store.reopen(run.id)
    assert store.phase(run.id) is Phase.PENDING
    with store.hold(run.id), pytest.raises(StoreFailed, match="being driven"):
        store.reopen(run.id)


def test_of_two_who_reopen_only_one_may(store: RunStore, run: RunRecord) -> None:
    end(store, run, Phase.CANCELLED)
    store.reopen(run.id)
    with pytest.raises(StoreFailed, match="has not ended"):
        store.reopen(run.id)
    assert store.get(run.id).attempt == 1


def test_changed_tells_of_every_write(store: RunStore, run: RunRecord) -> None:
    seen = store.changed()
    store.steps(run.id)
    assert store.changed() == seen
    end(store, run, Phase.RUNNING)
    assert store.changed() != seen


def test_a_closed_store_says_so(store: RunStore, run: RunRecord) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreFailed, match="the store was closed"):
        store.get(run.id)
    with pytest.raises(StoreFailed, match="the store was closed"):
        make(store)
