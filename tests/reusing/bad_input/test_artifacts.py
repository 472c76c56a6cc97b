"""Artifacts that are empty, gone, links, or lead elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    OutputArtifact,
    Phase,
    Script,
    Step,
    Workflow,
)
from couler_jupyter.store import Store
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line


def leaving(tally: Tally, command: str, path: str = "out") -> Workflow:
    """Return a workflow of one step that leaves what lies at a path."""
    template = Script(
        source=f"echo one >> {tally.path}; {command}",
        outputs=(OutputArtifact(name="out", path=path),),
    )
    return Workflow(name="one", steps=(Step(name="one", template=template),))


def used(folder: Path) -> int:
    store = Store.open(folder / "cache")
    size = store.used
    store.close()
    return size


@pytest.mark.parametrize("last", ["wc -c < data > out", ": > out"])
def test_an_artifact_of_no_bytes_is_one_like_any_other(
    bench: Bench, tally: Tally, last: str
) -> None:
    flow = line(tally, ": > out", last)
    bench.run(flow)
    assert tally.taken() == ["s0", "s1"]
    ended = bench.run(flow)
    assert tally.taken() == []
    assert Path(str(ended.outputs["s0"]["o0"])).read_bytes() == b""
    # what reads it finds it
    again = bench.run(line(tally, ": > out", f"{last}; echo more >> out"))
    assert tally.taken() == ["s1"]
    assert again.phase is Phase.SUCCEEDED


def test_an_empty_folder_is_one_like_any_other(bench: Bench, tally: Tally) -> None:
    flow = leaving(tally, "mkdir out")
    bench.run(flow)
    ended = bench.run(flow)
    assert tally.taken() == ["one"]
    assert list(Path(str(ended.outputs["one"]["out"])).iterdir()) == []


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("echo x > out; rm out", "left no out"),
        ("ln -s /etc/passwd out", "outside the step's own folder"),
        ("mkdir out; ln -s /etc/passwd out/link", "symbolic link out of its folder"),
        ("mkdir out; ln -s ../../.. out/link", "symbolic link out of its folder"),
        ("echo x > real; ln -s real out", "symbolic link"),
        ("mkfifo out", "neither a file nor a folder"),
        ("mkdir out; mkfifo out/pipe", ""),
        ("ln -s nowhere out", ""),
    ],
)
def test_what_cannot_be_kept_fails_the_step_in_one_line_and_is_not_kept(
    bench: Bench, tally: Tally, tmp_path: Path, command: str, says: str
) -> None:
    flow = leaving(tally, command)
    ended = bench.run(flow)
    assert ended.phase is Phase.FAILED
    assert says in ended.said("one")
    assert "\n" not in ended.said("one")
    assert used(tmp_path) == 0
    tally.taken()
    assert bench.run(flow).phase is Phase.FAILED
    assert tally.taken() == ["one"]


@pytest.mark.parametrize("path", ["../out", "a/../../out", "a/../out"])
def test_a_path_that_leads_out_of_the_step_is_refused_before_anything_runs(
    tally: Tally, path: str
) -> None:
    with pytest.raises(InvalidWorkflow, match=f"of 'out' leaves its folder: '{path}'"):
        leaving(tally, f"echo theirs > {path}", path)


def test_links_inside_a_folder_come_back_as_links(bench: Bench, tally: Tally) -> None:
    flow = leaving(tally, "mkdir out; echo x > out/real; ln -s real out/link")
    bench.run(flow)
    ended = bench.run(flow)
    assert tally.taken() == ["one"]
    link = Path(str(ended.outputs["one"]["out"])) / "link"
    assert (link.is_symlink(), link.read_text()) == (True, "x\n")


def test_a_step_that_spoils_what_it_was_given_spoils_it_for_nobody(
    bench: Bench, tally: Tally
) -> None:
    spoil = "chmod u+w data; echo spoilt > data; rm data; echo done > out"
    bench.run(line(tally, "seq 3 > out", spoil))
    tally.taken()
    ended = bench.run(line(tally, "seq 3 > out", "cat data > out"))
    assert tally.taken() == ["s1"]
    assert Path(str(ended.outputs["s1"]["o1"])).read_text() == "1\n2\n3\n"


def test_a_result_that_names_other_outputs_is_not_taken(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    """As if somebody had written to the index what the step never leaves."""
    flow = leaving(tally, "echo x > out")
    bench.run(flow)
    tally.taken()
    store = Store.open(tmp_path / "cache")
    ((one,),) = [kept.origins for kept in store.kept()]
    found = store.results.recall(one.fingerprint)
    assert found is not None
    (made,) = found.outputs.values()
    store.results.remember(replace(found, outputs={"../../../../escaped": made}))
    store.close()
    ended = bench.run(flow)
    assert ended.phase is Phase.SUCCEEDED
    assert tally.taken() == ["one"]
    assert not list(tmp_path.rglob("escaped"))


def test_a_name_in_a_result_leads_nowhere_else(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    flow = leaving(tally, "echo x > out")
    bench.run(flow)
    store = Store.open(tmp_path / "cache")
    ((one,),) = [kept.origins for kept in store.kept()]
    found = store.results.recall(one.fingerprint)
    assert found is not None
    for name in ("..", "../../../../escaped", "/escaped", "."):
        made = found.outputs["out"]
        told = {**made.value, "name": name}
        other = replace(made, value=told)
        store.results.remember(replace(found, outputs={"out": other}))
        ended = bench.run(flow)
        assert ended.phase is Phase.SUCCEEDED
        left = Path(str(ended.outputs["one"]["out"]))
        assert left.read_text() == "x\n"
        assert ended.folder.resolve() in left.resolve().parents
        escaped = [path.resolve() for path in tmp_path.rglob("escaped")]
        assert all(bench.store.root.resolve() in path.parents for path in escaped)
    store.close()
    assert not Path("/escaped").exists()
