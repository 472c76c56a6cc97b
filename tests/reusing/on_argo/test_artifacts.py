"""What pods leave is kept, and read by later runs from where it lies."""

from __future__ import annotations

import io
import json
import tarfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Phase, Workflow
from couler_jupyter.reusing import load_config, open_store
from tests.engines.argo.live.bench import until
from tests.engines.local.runs.bench import Bench
from tests.reusing.on_argo.flows import (
    LEFT,
    SOURCE,
    filing,
    pickling,
    script,
    scripts,
    sums,
)
from tests.reusing.on_cluster import OnCluster, Values, python_value


def test_files_are_kept_and_read_from_where_they_are(
    argo: OnCluster, bucket: Any
) -> None:
    argo.run(filing(), {"make": {"out": b"123"}, "read": {"result": "123"}})
    kept = list(bucket.find("bucket/kept/objects"))
    assert [bucket.cat_file(one) for one in kept] == [b"123"]
    argo.run(filing("wc data"), {"read": {"result": "3"}})
    assert argo.ran() == ["read"]
    (given,) = argo.task("read")["arguments"]["artifacts"]
    assert f"bucket/{given['s3']['key']}" == kept[0]
    assert given["s3"]["bucket"] == "bucket"


def test_values_of_python_are_read_back_by_a_step(argo: OnCluster, bucket: Any) -> None:
    stub = json.dumps({"couler-value": "Point"})
    folder = python_value(b"pickle", SOURCE)
    made = {"result": Values(stub, folder)}
    first = argo.run(pickling(), {"make": made, "use": {"result": Values("3", None)}})
    assert set(argo.phases(first).values()) == {Phase.SUCCEEDED}
    (kept,) = bucket.find("bucket/kept/objects")
    line, _, rest = bucket.cat_file(kept).partition(b"\n")
    assert json.loads(line) == {"type": "Point", "length": None, "sources": [SOURCE]}
    assert rest == b"pickle"
    again = argo.run(
        pickling("return -point.x"), {"use": {"result": Values("-3", None)}}
    )
    assert argo.ran() == ["make", "use"]
    (given,) = argo.task("make")["arguments"]["artifacts"]
    assert f"bucket/{given['s3']['key']}" == kept
    assert argo.phases(again) == {"make": Phase.CACHED, "use": Phase.SUCCEEDED}


def test_what_was_run_here_is_reused_there(argo: OnCluster, here: Bench) -> None:
    here.run(scripts())
    assert set(argo.phases(argo.run(scripts(), {})).values()) == {Phase.CACHED}
    argo.run(scripts("cat data > out"), {"count": {"out": b"123"}})
    assert argo.ran() == ["count"]


def test_what_was_run_there_is_reused_here(argo: OnCluster, here: Bench) -> None:
    argo.run(scripts(), {"make": {"out": b"123"}, "count": {"out": b"3\n"}})
    ended = here.run(scripts())
    assert {k: v for k, v in ended.phases.items() if k} == {
        "make": Phase.CACHED,
        "count": Phase.CACHED,
    }
    edited = here.run(scripts("cat data data > out"))
    assert edited.phases["make"] == Phase.CACHED
    assert edited.phases["count"] == Phase.SUCCEEDED


def test_a_folder_is_wrapped_once_for_a_cluster(argo: OnCluster, bucket: Any) -> None:
    folder = {"a": b"1", "b/c": b"2"}
    argo.run(scripts(), {"make": {"out": folder}, "count": {"out": b"2"}})
    argo.run(scripts("ls data > out"), {"count": {"out": b"a b"}})
    (given,) = argo.task("count")["arguments"]["artifacts"]
    data = bucket.cat_file(f"bucket/{given['s3']['key']}")
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        names = tar.getnames()
    assert {"artifact/a", "artifact/b/c"} <= set(names)
    assert {one.partition("/")[0] for one in names} == {"artifact"}
    argo.run(scripts("ls -l data > out"), {"count": {"out": b"a b c"}})
    (same,) = argo.task("count")["arguments"]["artifacts"]
    assert same == given


def test_bytes_that_are_gone_are_made_again(argo: OnCluster, bucket: Any) -> None:
    argo.run(filing(), {"make": {"out": b"123"}, "read": {"result": "123"}})
    for one in bucket.find("bucket/kept/objects"):
        bucket.rm_file(one)
    argo.run(filing("wc data"), {"make": {"out": b"123"}, "read": {"result": "3"}})
    assert argo.ran() == ["make", "read"]


def test_damaged_bytes_are_never_read_there(argo: OnCluster, bucket: Any) -> None:
    argo.run(filing(), {"make": {"out": b"123"}, "read": {"result": "123"}})
    (kept,) = bucket.find("bucket/kept/objects")
    bucket.pipe_file(kept, b"124")
    argo.run(filing("wc data"), {"make": {"out": b"123"}, "read": {"result": "3"}})
    assert argo.ran() == ["make", "read"]
    (kept,) = bucket.find("bucket/kept/objects")
    assert bucket.cat_file(kept) == b"123"


def test_nothing_that_a_run_will_read_is_given_up_meanwhile(argo: OnCluster) -> None:
    argo.run(filing(), {"make": {"out": b"123"}, "read": {"result": "123"}})
    run = argo.submit(filing("wc data"))
    with closing(open_store(load_config())) as store:
        (digest,) = store.sizes()
        assert digest in store.pins()
        assert store.drop([digest]) == 0
    argo.play({"read": {"result": "3"}})
    until(lambda: argo.engine.status(run)[""].ended)
    with closing(open_store(load_config())) as store:
        assert not store.pins()
        assert store.drop([digest]) == 3


def test_what_is_given_up_is_deleted(
    argo: OnCluster, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE_BUDGET", "1000")
    monkeypatch.setenv("COULER_CACHE_POLICY", "fifo")
    for letter in (b"a", b"b"):
        steps = (script("make", f"echo {letter!r} > out"),)
        argo.run(Workflow(name="one", steps=steps), {"make": {"out": 600 * letter}})
    (left,) = bucket.find("bucket/kept/objects")
    assert bucket.cat_file(left) == 600 * b"b"


def test_a_store_in_a_folder_gives_a_cluster_values_alone(
    argo: OnCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "kept"))
    monkeypatch.delenv("COULER_CACHE_INDEX")
    both = Workflow(name="both", steps=(*filing().steps, *sums().steps))
    left: dict[str, Any] = {"make": {"out": b"123"}, "read": {"result": "123"}}
    left |= LEFT
    argo.run(both, left)
    edited = replace(both, steps=(*filing("wc data").steps, *sums("echo $0 $0").steps))
    run = argo.submit(edited)
    assert "where no cluster can read files" in argo.store.get(run.id).message
    argo.play({**left, "read": {"result": "3"}, "show": {"result": "4 4"}})
    assert argo.ran() == ["make", "read", "show"]


def test_what_cannot_be_fetched_is_not_kept_and_stops_nothing(argo: OnCluster) -> None:
    left: dict[str, Any] = {"make": {"out": b"123"}, "read": {"result": "123"}}
    argo.loses = True
    run = argo.run(filing(), left)
    assert argo.engine.status(run)[""] is Phase.SUCCEEDED
    argo.loses = False
    argo.run(filing(), left)
    assert argo.ran() == ["make", "read"]
    argo.run(filing("wc data"), {"read": {"result": "3"}})
    assert argo.ran() == ["read"]


def test_a_run_that_does_not_come_about_holds_nothing_back(argo: OnCluster) -> None:
    argo.run(filing(), {"make": {"out": b"123"}, "read": {"result": "123"}})
    argo.cluster.fail(method="POST", path="workflows", status=403, times=9)
    with pytest.raises(SubmitFailed):
        argo.submit(filing("wc data"))
    assert len(argo.store.runs()) == 1
    with closing(open_store(load_config())) as store:
        assert not store.pins()
