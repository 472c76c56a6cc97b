"""Whether a file is a program is kept, and counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.ir import Phase, Workflow
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path)


PLAIN, PROGRAM = "echo 'echo hello' > out", "echo 'echo hello' > out; chmod 755 out"
RUN = "if test -x data; then ./data; else echo none; fi > out"


def test_a_program_stays_one(bench: Bench, tally: Tally) -> None:
    bench.run(line(tally, PROGRAM, RUN))
    tally.taken()
    ended = bench.run(line(tally, PROGRAM, RUN))
    assert tally.taken() == []
    assert Path(str(ended.outputs["s0"]["o0"])).stat().st_mode & 0o777 == 0o755
    ended = bench.run(line(tally, PROGRAM, f"{RUN}; echo >> out"))
    assert tally.taken() == ["s1"]
    assert ended.phase is Phase.SUCCEEDED


@pytest.mark.parametrize("folder", [False, True])
def test_who_reads_a_program_reads_something_else_than_a_file(
    bench: Bench, tally: Tally, folder: bool
) -> None:
    first, then, run = PLAIN, PROGRAM, RUN
    if folder:
        first = f"mkdir in; cd in; {PLAIN}; cd ..; mv in out"
        then = f"mkdir in; cd in; {PROGRAM}; cd ..; mv in out"
        run = RUN.replace("data", "data/out")
    assert text(bench, line(tally, first, run)) == "none\n"
    tally.taken()
    assert text(bench, line(tally, then, run)) == "hello\n"
    assert tally.taken() == ["s0", "s1"]


def text(bench: Bench, workflow: Workflow) -> str:
    return Path(str(bench.run(workflow).outputs["s1"]["o1"])).read_text()
