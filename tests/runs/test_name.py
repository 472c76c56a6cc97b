from __future__ import annotations

import re
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from couler_jupyter.runs import RunRecord, RunStore
from couler_jupyter.runs.name import is_id, log_name, new_id

NAMES = st.text("aA0_.-ß~+@= ", min_size=1, max_size=4) | st.text(max_size=4)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join) | st.builds(
    "{}[{}]#{}/{}".format, NAMES, st.integers(0, 12), st.integers(1, 3), NAMES
)


@given(path=PATHS, attempt=st.integers(0, 10**6))
@example("../../etc/passwd", 1)
@example("x" * 5000, 1)
@example("con", 1)
@example("\udce9", 1)
def test_a_log_name_is_safe(path: str, attempt: int) -> None:
    name = log_name(path, attempt)
    assert re.fullmatch(r"[a-z0-9_~+@=-][a-z0-9_.~+@=-]*\.log", name)
    assert len(name) <= 120
    assert name.endswith(f".{attempt}.log")


@given(paths=st.sets(PATHS, min_size=2, max_size=20))
@example({"train", "Train", "TRAIN"})
@example({"a/b", "a+b", "a[0]", "a@0", "a[0", "a#0", "a=0", "a 0"})
@example({"a.1", "a"})
@example({"\udce8", "?", "\\udce9"})
@example({"ß", "SS", "ss", "ſs", "K", "k", "e\u0301", "é"})
@example({"x" * 100, "x" * 101, "x" * 102})
def test_no_two_paths_share_a_log(paths: set[str]) -> None:
    names = {log_name(path, attempt) for path in paths for attempt in (1, 2, 11)}
    assert len(names) == 3 * len(paths)
    assert {name.lower() for name in names} == names


@given(path=PATHS)
def test_no_path_can_take_the_log_of_another(path: str) -> None:
    name = log_name(path, 1)
    taken = name.removesuffix(".1.log")
    assert taken == path or log_name(taken, 1) != name


def test_usual_paths_stay_readable() -> None:
    assert log_name("train", 1) == "train.1.log"
    assert log_name("outer[1]/inner[0]#2", 3) == "outer@1+inner@0=2.3.log"


def test_a_log_is_in_the_folder_of_its_run(store: RunStore, run: RunRecord) -> None:
    for path in ("a", "../a", "/etc/passwd", "", ".", "..", "a\0b", "x" * 999):
        log = store.log_path(run.id, path, 1)
        assert log.resolve().parent == (store.folder(run.id) / "logs").resolve()
        log.write_text(path)
        assert log.read_text() == path


@given(workflow=st.text(max_size=200), now=st.floats(0, 4e9))
def test_an_id_is_a_safe_folder_name(workflow: str, now: float) -> None:
    made = new_id(workflow, now)
    assert is_id(made)
    assert re.fullmatch(r"[a-z0-9-]{1,61}", made)
    assert Path(made).name == made


def test_ids_sort_by_time_and_tell_the_name() -> None:
    made = new_id("Pick Best!", 1_795_317_302.7)
    assert re.fullmatch(r"20261122-031502-pick-best-[a-z2-9]{4}", made)
    assert made < new_id("a", 1_795_317_303)
    assert "-run-" in new_id("日本", 0)
