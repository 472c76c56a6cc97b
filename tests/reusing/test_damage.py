"""Bytes that turn out to be damaged when they are brought: all they are made of is made again."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.ir import (
    Argument,
    InputArtifact,
    OutputArtifact,
    OutputRef,
    Phase,
    Script,
    Step,
    Workflow,
)
from couler_jupyter.store import Store
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path)


COMMANDS = ("echo 1 > out", "cat data > out; echo 2 >> out", "sort -r data > out")


def spoil(folder: Path, output: str, *, drop: bool = False) -> None:
    """Change the bytes of an output where they are kept, or give them up."""
    store = Store.open(folder / "cache")
    (found,) = [
        one.digest
        for one in store.kept()
        if output in {origin.output for origin in one.origins}
    ]
    if drop:
        store.drop([found])
    else:
        path = folder / "cache" / "objects" / found[:2] / found[2:]
        path.chmod(0o600)
        path.write_bytes(b"?" * path.stat().st_size)
    store.close()


def test_what_it_is_made_of_is_made_again_in_turn(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(line(tally, *COMMANDS))
    tally.taken()
    spoil(tmp_path, "o0", drop=True)
    spoil(tmp_path, "o1", drop=True)
    spoil(tmp_path, "o2")
    ended = bench.run(line(tally, *COMMANDS))
    assert ended.phase is Phase.SUCCEEDED
    assert tally.taken() == ["s0", "s1", "s2"]
    assert ended.message.count("object") == ended.message.count("damaged") == 1
    assert Path(str(ended.outputs["s2"]["o2"])).read_text() == "2\n1\n"
    assert Path(str(ended.outputs["s0"]["o0"])).read_text() == "1\n"
    assert {one.phase for one in ended.steps.values()} == {Phase.SUCCEEDED}
    # all of it is kept again
    bench.run(line(tally, *COMMANDS))
    assert tally.taken() == []


def test_two_that_are_damaged_have_what_they_read_made_again_once(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    flow = line(tally, *COMMANDS)
    twin = Step(
        name="s3",
        template=Script(
            source=f"echo s3 >> {tally.path}; cat data data > out",
            inputs=(InputArtifact(name="data", path="data"),),
            outputs=(OutputArtifact(name="o3", path="out"),),
        ),
        arguments=(Argument("data", OutputRef("s1", "o1")),),
    )
    flow = Workflow(name="twins", steps=(*flow.steps, twin))
    bench.run(flow)
    tally.taken()
    spoil(tmp_path, "o0", drop=True)
    spoil(tmp_path, "o1", drop=True)
    spoil(tmp_path, "o2")
    spoil(tmp_path, "o3")
    ended = bench.run(flow)
    assert ended.phase is Phase.SUCCEEDED
    assert tally.taken() == ["s0", "s1", "s2", "s3"]
    assert Path(str(ended.outputs["s3"]["o3"])).read_text() == "1\n2\n1\n2\n"


def test_what_cannot_be_made_again_is_told(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    once = f"test ! -e {tmp_path}/gone && echo 1 > out"
    bench.run(line(tally, once, "cat data > out; echo 2 >> out"))
    spoil(tmp_path, "o0", drop=True)
    spoil(tmp_path, "o1")
    (tmp_path / "gone").touch()
    ended = bench.run(line(tally, once, "cat data > out; echo 2 >> out"))
    assert ended.phase is Phase.ERRORED
    assert ended.steps["s0"].phase is Phase.FAILED
    assert "could not be made again" in ended.said("s1")


def test_what_comes_out_otherwise_is_not_taken_for_what_it_was(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    """A step that does not do the same twice: nothing is kept under a wrong name."""
    (tmp_path / "number").write_text("1\n")
    commands = (f"cat {tmp_path}/number > out", "cat data data > out")
    bench.run(line(tally, *commands))
    tally.taken()
    spoil(tmp_path, "o0", drop=True)
    spoil(tmp_path, "o1")
    (tmp_path / "number").write_text("2\n")
    ended = bench.run(line(tally, *commands))
    assert tally.taken() == ["s0", "s1"]
    assert Path(str(ended.outputs["s1"]["o1"])).read_text() == "2\n2\n"
    again = bench.run(line(tally, *commands))
    assert tally.taken() == []
    assert Path(str(again.outputs["s1"]["o1"])).read_text() == "2\n2\n"
