"""What is run again after an edit, a failure, damage; and what never is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.ir import (
    Argument,
    Cache,
    Constant,
    Function,
    InputArtifact,
    InputParameter,
    OutputArtifact,
    OutputRef,
    ParameterRef,
    Phase,
    Script,
    Step,
    Workflow,
)
from couler_jupyter.ir.loop import Items, Map
from couler_jupyter.store import Store
from tests.engines.local.runs.bench import Bench, Ended, wait_for
from tests.reusing.flows import Tally, line


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path)


def chain(
    tally: Tally,
    load: str = "return 1",
    middle: str = "return load + 1",
    last: str = "return middle * 2",
) -> Workflow:
    steps = (
        tally.step("load", load),
        tally.step("middle", middle, "load"),
        tally.step("last", last, "middle"),
    )
    return Workflow(name="chain", steps=steps)


def files(tally: Tally, count: int = 1, last: str = "sort -r data > sum") -> Workflow:
    make = Script(
        source=f"echo make >> {tally.path}; for i in $(seq {count}); do echo $i; done > rows",
        outputs=(OutputArtifact(name="rows", path="rows"),),
    )
    take = Script(
        source=f"echo take >> {tally.path}; {last}",
        inputs=(InputArtifact(name="data", path="data"),),
        outputs=(OutputArtifact(name="sum", path="sum"),),
    )
    steps = (
        Step(name="make", template=make),
        Step(
            name="take",
            template=take,
            arguments=(Argument("data", OutputRef("make", "rows")),),
        ),
    )
    return Workflow(name="files", steps=steps)


def text_of(ended: Ended) -> str:
    """Return what the last step of `files` left behind."""
    return Path(str(ended.outputs["take"]["sum"])).read_text()


def objects(folder: Path) -> list[Path]:
    """Return the files in which the cache keeps bytes."""
    return [one for one in (folder / "cache" / "objects").rglob("*") if one.is_file()]


def test_only_what_an_edit_changes(bench: Bench, tally: Tally) -> None:
    bench.run(chain(tally))
    tally.taken()
    ended = bench.run(chain(tally, middle="return load + 2"))
    assert tally.taken() == ["last", "middle"]
    assert ended["last"] == 6
    assert ended.steps["load"].phase is Phase.CACHED


def test_comments_and_formatting_are_no_edits(bench: Bench, tally: Tally) -> None:
    bench.run(chain(tally))
    tally.taken()
    bench.run(chain(tally, middle="return (load+1)  # one more"))
    assert tally.taken() == []


def test_the_same_output_ends_it_early(bench: Bench, tally: Tally) -> None:
    bench.run(chain(tally))
    tally.taken()
    ended = bench.run(chain(tally, middle="return 1 + load"))
    assert tally.taken() == ["middle"]
    assert ended["last"] == 4


def test_an_edit_that_is_taken_back(bench: Bench, tally: Tally) -> None:
    bench.run(chain(tally))
    bench.run(chain(tally, load="return 5"))
    tally.taken()
    assert bench.run(chain(tally))["last"] == 4
    assert tally.taken() == []


def test_a_run_that_failed_goes_on_where_it_stopped(bench: Bench, tally: Tally) -> None:
    failed = bench.run(chain(tally, last="raise ValueError(middle)"))
    assert failed.phase is Phase.FAILED
    tally.taken()
    bench.run(chain(tally))
    assert tally.taken() == ["last"]


def test_other_inputs_of_the_run(bench: Bench, tally: Tally) -> None:
    step = tally.step("square", "return n * n", n=ParameterRef("n"))
    flow = Workflow(
        name="square", steps=(step,), parameters=(InputParameter(name="n"),)
    )
    assert bench.run(flow, arguments={"n": 2})["square"] == 4
    assert bench.run(flow, arguments={"n": 3})["square"] == 9
    assert tally.taken() == ["square", "square"]
    assert bench.run(flow, arguments={"n": 2})["square"] == 4
    assert tally.taken() == []


def test_files_are_brought(bench: Bench, tally: Tally) -> None:
    bench.run(files(tally, 3))
    tally.taken()
    ended = bench.run(files(tally, 3))
    assert tally.taken() == []
    assert text_of(ended) == "3\n2\n1\n"
    assert Path(str(ended.outputs["make"]["rows"])).read_text() == "1\n2\n3\n"


def wait_until_written_down(bench: Bench, ended: Ended) -> None:
    """Wait until the supervisor is gone: the last it does is to tell the cache."""
    wait_for(lambda: not bench.store.held(ended.run.id))


def drop(folder: Path, output: str) -> None:
    """Give up the bytes of an output of this name."""
    store = Store.open(folder / "cache")
    wanted = [
        one.digest
        for one in store.kept()
        if output in {origin.output for origin in one.origins}
    ]
    assert wanted
    store.drop(wanted)
    store.close()


def test_bytes_that_nobody_reads_are_not_made_again(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(files(tally, 3))
    tally.taken()
    drop(tmp_path, "rows")
    ended = bench.run(files(tally, 3))
    assert tally.taken() == []
    assert ended.steps["make"].phase is Phase.CACHED
    assert "given up" in ended.said("make")
    wait_until_written_down(bench, ended)
    assert (ended.folder / "supervisor.log").read_text() == ""
    store = Store.open(tmp_path / "cache")
    met = [[visit.step for visit in past.visits] for past in store.history.pasts()]
    store.close()
    assert met == [["make", "take"], ["make", "take"]]


def test_bytes_that_somebody_reads_are_made_again(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(files(tally, 3))
    tally.taken()
    drop(tmp_path, "rows")
    ended = bench.run(files(tally, 3, last="sort data > sum; echo 4 >> sum"))
    assert tally.taken() == ["make", "take"]
    assert text_of(ended) == "1\n2\n3\n4\n"


def test_what_is_damaged_is_made_again(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(files(tally, 3))
    tally.taken()
    for path in objects(tmp_path):
        path.chmod(0o600)
        path.write_bytes(b"7\n" * 3)
    ended = bench.run(files(tally, 3))
    assert ended.phase is Phase.SUCCEEDED
    assert "make" in tally.taken()
    assert text_of(ended) == "3\n2\n1\n"


def test_a_step_can_refuse(bench: Bench, tally: Tally) -> None:
    step = tally.step("now", "return 1", cache=Cache(enabled=False))
    flow = Workflow(name="now", steps=(step,))
    bench.run(flow)
    bench.run(flow)
    assert tally.taken() == ["now", "now"]


def test_a_run_can_refuse_and_a_step_can_be_made_anew(
    bench: Bench, tally: Tally
) -> None:
    bench.run(chain(tally))
    tally.taken()
    bench.run(chain(tally), options={"cache": "none"})
    assert tally.taken() == ["last", "load", "middle"]
    bench.run(chain(tally), options={"refresh": ["middle"]})
    assert tally.taken() == ["middle"]


def test_what_is_too_old(bench: Bench, tally: Tally) -> None:
    old = tally.step("old", "return 1", cache=Cache(max_age=1e-6))
    young = tally.step("young", "return 1", cache=Cache(max_age=3600))
    flow = Workflow(name="ages", steps=(old, young))
    bench.run(flow)
    tally.taken()
    bench.run(flow)
    assert tally.taken() == ["old"]


def test_a_key_of_ones_own(bench: Bench, tally: Tally) -> None:
    first = tally.step("keyed", "return 1", cache=Cache(key="monday"))
    second = tally.step("keyed", "return 2", cache=Cache(key="monday"))
    third = tally.step("keyed", "return 3", cache=Cache(key="tuesday"))
    results = [
        bench.run(Workflow(name="keyed", steps=(step,)))["keyed"]
        for step in (first, second, third)
    ]
    assert results == [1, 1, 3]


def test_items_of_a_map_are_reused_one_by_one(bench: Bench, tally: Tally) -> None:
    def flow(items: list[int]) -> Workflow:

        from couler_jupyter.ir import ItemRef

        step = tally.step("square", "return n * n", n=ItemRef())
        return Workflow(
            name="squares",
            steps=(
                replace(step, loop=Map(over=Items(tuple(map(Constant.of, items))))),
            ),
        )

    bench.run(flow([1, 2, 3]))
    tally.taken()
    assert bench.run(flow([3, 1, 4]))["square"] == [9, 1, 16]
    assert tally.taken() == ["square"]


def test_objects_of_classes_of_the_step(bench: Bench, tally: Tally) -> None:
    source = (
        "class Model:\n    def __init__(self, size): self.size = size\n"
        "def model():\n    return Model(3)\n"
    )
    template = Function(
        source=source,
        entrypoint="model",
        outputs=tally.step("x", "return 1").template.outputs,  # type: ignore[union-attr]
    )
    make = Step(name="model", template=template)

    def flow(body: str) -> Workflow:
        return Workflow(name="models", steps=(make, tally.step("size", body, "model")))

    first = bench.run(flow("return model.size"))
    second = bench.run(flow("return model.size + 1"))
    assert (first["size"], second["size"]) == (3, 4)
    assert second.steps["model"].phase is Phase.CACHED
    assert second["model"].size == 3


def test_a_store_that_cannot_be_used_fails_no_run(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("x")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "a file" / "store"))
    assert bench.run(chain(tally))["last"] == 4
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    monkeypatch.setenv("COULER_CACHE_POLICY", "worst")
    assert bench.run(chain(tally))["last"] == 4


def test_an_index_that_is_damaged_fails_no_run(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(chain(tally))
    for path in (tmp_path / "cache").glob("index.sqlite*"):
        path.write_bytes(os.urandom(4096))
    assert bench.run(chain(tally))["last"] == 4


def test_switched_off(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE", "off")
    bench.run(chain(tally))
    bench.run(chain(tally))
    assert len(tally.taken()) == 6
    assert not (tmp_path / "cache").exists()


def test_two_runs_at_once(bench: Bench, tally: Tally) -> None:
    runs = [bench.submit(files(tally, 3)), bench.submit(files(tally, 3))]
    for run in runs:
        ended = bench.ended(run)
        assert ended.phase is Phase.SUCCEEDED
        assert text_of(ended) == "3\n2\n1\n"
    tally.taken()
    bench.run(files(tally, 3))
    assert tally.taken() == []


def test_what_had_no_room_while_the_run_went_on_is_offered_at_its_end(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is dear comes while what is cheap is leased, and takes its place after."""
    monkeypatch.setenv("COULER_CACHE_BUDGET", "5500")
    cheap = "seq 1000 > out"
    flow = line(tally, cheap, "sleep 2; seq 1001 2000 > out")
    first = bench.run(flow)
    assert first.phase is Phase.SUCCEEDED
    wait_until_written_down(bench, first)
    store = Store.open(tmp_path / "cache")
    ((one,),) = [kept.origins for kept in store.kept()]
    (past,) = store.history.pasts()
    store.close()
    assert one.step == "s1", past.visits
    reasons = {visit.step: visit.reason for visit in past.visits}
    assert "; kept: when the run was over, " in reasons["s1"]
    tally.taken()
    again = bench.run(flow)
    assert tally.taken() == []
    assert Path(str(again.outputs["s1"]["o1"])).read_text().startswith("1001\n")


def test_what_a_run_gives_up_itself_and_nobody_reads_is_not_made_again(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One step is edited; room for it is made with what comes later and is only shown."""
    monkeypatch.setenv("COULER_CACHE_POLICY", "fifo")
    monkeypatch.setenv("COULER_CACHE_BUDGET", "8K")

    def flow(edit: str) -> Workflow:
        first = files(tally, 1000)
        late = line(tally, "seq 2000 2500 > out", "sort data > out; seq 9 >> out")
        make = replace(first.steps[0], name="make")
        slow = replace(
            make,
            template=Script(
                source=f"echo slow >> {tally.path}; seq {edit} > rows",
                outputs=(OutputArtifact(name="rows", path="rows"),),
            ),
            name="slow",
        )
        wait = tuple(replace(step, after=("slow",)) for step in late.steps)
        return Workflow(name="much", steps=(slow, *wait))

    bench.run(flow("10"))
    tally.taken()
    ended = bench.run(flow("1100"))
    assert ended.phase is Phase.SUCCEEDED
    assert ended.message == ""
    assert tally.taken() == ["slow"]
