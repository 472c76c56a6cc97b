"""Runs on Argo begin with what is kept, and leave behind what later runs begin with."""

from __future__ import annotations

import io
import json
import os
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import (
    Argument,
    Constant,
    Container,
    Ended,
    ExitHandler,
    FromReturn,
    FromStdout,
    Function,
    InputArtifact,
    InputParameter,
    InputRef,
    Items,
    Map,
    Outcome,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Phase,
    RunField,
    RunRef,
    Script,
    Step,
    ValueType,
    Workflow,
)
from couler_jupyter.reusing import load_config, open_store
from couler_jupyter.reusing.why import why_lines
from couler_jupyter.runs import RunStore
from couler_jupyter.session import Session
from couler_jupyter.testing.kube import Cluster
from tests.engines.argo.live.bench import kill_follower, until
from tests.engines.argo.live.followers import end_followers
from tests.engines.local.runs.bench import Bench
from tests.reusing.on_cluster import OnCluster, Values, python_value
from tests.store.conftest import s3, s3_server

__all__ = ["s3", "s3_server"]


@pytest.fixture
def bucket(s3: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bucket of a server that speaks S3, known to fsspec here and in followers."""
    import s3fs
    from fsspec.config import conf

    monkeypatch.setitem(conf, "s3", s3)
    monkeypatch.setenv("FSSPEC_S3_ENDPOINT_URL", s3["endpoint_url"])
    monkeypatch.setenv("FSSPEC_S3_KEY", s3["key"])
    monkeypatch.setenv("FSSPEC_S3_SECRET", s3["secret"])
    return s3fs.S3FileSystem(**s3)


@pytest.fixture
def on_s3(tmp_path: Path, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache in the bucket."""
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", "s3://bucket/kept")
    monkeypatch.setenv("COULER_CACHE_INDEX", f"sqlite:///{tmp_path}/index.sqlite")
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    monkeypatch.setenv("COULER_CACHE_BUDGET", "100M")


@pytest.fixture
def argo(
    tmp_path: Path, bucket: Any, on_s3: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OnCluster]:
    with Cluster() as cluster:
        monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig(tmp_path)))
        store = RunStore(tmp_path / "runs")
        yield OnCluster(cluster, store, bucket)
        end_followers(store)
        store.close()


def printing(name: str, command: str, *given: str) -> Step:
    """A step that prints a number, made of what others printed."""
    template = Container(
        image="busybox",
        command=("sh", "-c", command),
        args=tuple(InputRef(one) for one in given),
        inputs=tuple(InputParameter(name=one) for one in given),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    arguments = tuple(Argument(one, OutputRef(one, "result")) for one in given)
    return Step(name=name, template=template, arguments=arguments)


def sums(last: str = "echo $0") -> Workflow:
    steps = (
        printing("load", "echo 2"),
        printing("double", "echo $((2 * $0))", "load"),
        printing("show", last, "double"),
    )
    return Workflow(name="sums", steps=steps)


LEFT = {"load": {"result": "2"}, "double": {"result": "4"}, "show": {"result": "4"}}


def test_a_second_run_asks_nothing_of_the_cluster(argo: OnCluster) -> None:
    first = argo.run(sums(), LEFT)
    assert argo.phases(first) == dict.fromkeys(
        ("load", "double", "show"), Phase.SUCCEEDED
    )
    again = argo.run(sums(), {})
    assert len(argo.manifests) == 1
    assert argo.engine.status(again)[""] is Phase.SUCCEEDED
    assert argo.phases(again) == dict.fromkeys(("load", "double", "show"), Phase.CACHED)
    assert argo.engine.outputs(again)["double"] == {"result": 4}
    assert argo.store.steps(again.id)["show"].message == f"reused from run {first.id}"
    with pytest.raises(SubmitFailed, match="nothing to run again"):
        argo.engine.retry(again)
    argo.engine.delete(again)


def test_what_was_edited_is_run_with_what_is_kept(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    edited = argo.run(sums("echo now $0"), {"show": {"result": "now 4"}})
    assert argo.ran() == ["show"]
    (given,) = argo.task("show")["arguments"]["parameters"]
    assert given["value"] == "4"
    assert argo.phases(edited) == {
        "load": Phase.CACHED,
        "double": Phase.CACHED,
        "show": Phase.SUCCEEDED,
    }
    last = argo.run(sums("echo now $0"), {})
    assert set(argo.phases(last).values()) == {Phase.CACHED}


def test_a_failed_run_goes_on_where_it_stopped(argo: OnCluster) -> None:
    argo.run(
        sums(),
        {k: v for k, v in LEFT.items() if k != "show"},
        phases={"show": "Failed"},
    )
    second = argo.run(sums(), LEFT)
    assert argo.ran() == ["show"]
    assert argo.engine.status(second)[""] is Phase.SUCCEEDED


def test_nothing_is_reused_where_that_is_asked(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    argo.run(sums(), LEFT, cache="none")
    assert argo.ran() == ["double", "load", "show"]
    argo.run(sums(), LEFT, refresh=["double"])
    assert argo.ran() == ["double", "show"]  # what it reads is not known before


def filing(last: str = "cat data") -> Workflow:
    made = Container(
        image="busybox",
        command=("sh", "-c", "seq 9 > out"),
        outputs=(OutputArtifact(name="out", path="out"),),
    )
    read = Container(
        image="busybox",
        command=("sh", "-c", last),
        inputs=(InputArtifact(name="data", path="data"),),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    given = (Argument("data", OutputRef("make", "out")),)
    steps = (
        Step(name="make", template=made),
        Step(name="read", template=read, arguments=given),
    )
    return Workflow(name="filing", steps=steps)


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


SOURCE = "class Point:\n    x = 3\n\ndef make():\n    return Point()\n"


def pickling(body: str = "return point.x") -> Workflow:
    make = Function(
        source=SOURCE,
        entrypoint="make",
        image="python:3.11",
        outputs=(
            OutputParameter(name="result", source=FromReturn(), type=ValueType.PYTHON),
        ),
    )
    use = Function(
        source=f"def use(point):\n    {body}\n",
        entrypoint="use",
        image="python:3.11",
        inputs=(InputParameter(name="point", type=ValueType.PYTHON),),
        outputs=(OutputParameter(name="result", source=FromReturn()),),
    )
    given = (Argument("point", OutputRef("make", "result")),)
    steps = (
        Step(name="make", template=make),
        Step(name="use", template=use, arguments=given),
    )
    return Workflow(name="pickling", steps=steps)


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


def script(name: str, source: str, **files: str) -> Step:
    """A script that both engines run, reading files of other steps."""
    template = Script(
        source=source,
        image="busybox",
        inputs=tuple(InputArtifact(name=one, path=one) for one in files),
        outputs=(OutputArtifact(name="out", path="out"),),
    )
    given = tuple(Argument(k, OutputRef(maker, "out")) for k, maker in files.items())
    return Step(name=name, template=template, arguments=given)


def scripts(last: str = "wc -c < data > out") -> Workflow:
    steps = (script("make", "printf 123 > out"), script("count", last, data="make"))
    return Workflow(name="scripts", steps=steps)


@pytest.fixture
def here(tmp_path: Path, argo: OnCluster) -> Iterator[Bench]:
    bench = Bench(tmp_path / "local")
    yield bench
    bench.close()


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


def test_exit_handlers_run_though_nothing_else_does(argo: OnCluster) -> None:
    tell = Container(image="busybox", command=("echo", RunRef(RunField.STATUS)))
    handled = replace(
        sums(), exit_handlers=(ExitHandler(step=Step(name="tell", template=tell)),)
    )
    argo.run(handled, LEFT)
    again = argo.run(handled, {})
    assert argo.ran() == ["tell"]
    assert argo.phases(again) == {
        **dict.fromkeys(("load", "double", "show"), Phase.CACHED),
        "tell": Phase.SUCCEEDED,
    }


def test_items_are_reused_together(argo: OnCluster) -> None:
    each = replace(
        printing("each", "echo $0"),
        loop=Map(over=Items((Constant("1"), Constant("2")))),
    )
    flow = Workflow(name="items", steps=(each, printing("show", "echo $0", "each")))
    argo.run(flow, {"run": {"result": "5"}, "show": {"result": "x"}})
    edited = replace(flow, steps=(each, printing("show", "wc $0", "each")))
    run = argo.run(edited, {"show": {"result": "y"}})
    assert argo.ran() == ["show"]
    (given,) = argo.task("show")["arguments"]["parameters"]
    assert json.loads(given["value"]) == [5, 5]
    assert argo.phases(run)["each[1]"] is Phase.CACHED


def test_what_happened_is_told(argo: OnCluster) -> None:
    first = argo.run(sums(), LEFT)
    argo.run(sums("echo now $0"), {"show": {"result": "now 4"}})
    with closing(open_store(load_config())) as store:
        lines = list(why_lines(store, "sums", "double", sums()["double"]))
        attempts = store.history.attempts(run=first.id)
    assert f"reused from run {first.id}" in lines[0]
    assert {one.path: one.cpu_seconds for one in attempts} == dict.fromkeys(LEFT, 7.0)
    assert {one.seconds for one in attempts} == {20.0}
    assert {one.engine for one in attempts} == {"argo"}


def test_a_follower_that_died_goes_on_where_it_was(argo: OnCluster) -> None:
    run = argo.submit(sums())
    kill_follower(argo.store, run)
    argo.play(LEFT)
    later = time.time() - 60  # nobody waits for a follower that was just started
    os.utime(argo.store.folder(run.id) / "follower.started", (later, later))
    until(lambda: argo.engine.status(run)[""].ended)
    until(lambda: not argo.store.held(run.id))
    with closing(open_store(load_config())) as store:
        told = [one.path for one in store.history.attempts(run=run.id)]
    assert sorted(told) == ["double", "load", "show"]
    assert set(argo.phases(argo.run(sums(), {})).values()) == {Phase.CACHED}


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


def test_a_session_begins_with_what_is_kept(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    session = Session(root=argo.store.root)
    handle = session.submit(sums(), engine="argo")
    assert handle.phase is Phase.SUCCEEDED
    assert len(argo.cluster.objects.list("workflows")[0]) == 1
    plan = session.plan(sums("echo now $0"), engine="argo")
    assert {row.step: f"{row.fate}" for row in plan.rows} == {
        "load": "reused",
        "double": "reused",
        "show": "run",
    }


def test_a_run_that_does_not_come_about_holds_nothing_back(argo: OnCluster) -> None:
    argo.run(filing(), {"make": {"out": b"123"}, "read": {"result": "123"}})
    argo.cluster.fail(method="POST", path="workflows", status=403, times=9)
    with pytest.raises(SubmitFailed):
        argo.submit(filing("wc data"))
    assert len(argo.store.runs()) == 1
    with closing(open_store(load_config())) as store:
        assert not store.pins()


def test_what_is_reused_stays_so_while_the_rest_runs(argo: OnCluster) -> None:
    argo.run(sums(), LEFT)
    rescue = Step(
        name="rescue",
        template=Container(image="busybox", command=("true",)),
        after=(Ended("load", (Outcome.FAILED,)),),
    )
    edited = sums("echo now $0")
    edited = replace(edited, steps=(*edited.steps, rescue))
    run = argo.submit(edited)
    argo.begin(run)
    known = {"load": Phase.CACHED, "double": Phase.CACHED, "rescue": Phase.OMITTED}
    assert argo.phases(run) == {**known, "show": Phase.RUNNING}
    argo.play({"show": {"result": "now 4"}})
    until(lambda: argo.engine.status(run)[""].ended)
    assert argo.phases(run) == {**known, "show": Phase.SUCCEEDED}


def test_a_step_that_reads_back_is_told_when_it_fails(argo: OnCluster) -> None:
    stub = json.dumps({"couler-value": "Point"})
    made = {"result": Values(stub, python_value(b"pickle", SOURCE))}
    argo.run(pickling(), {"make": made, "use": {"result": Values("3", None)}})
    run = argo.submit(pickling("return -point.x"))
    argo.begin(run)
    assert argo.phases(run)["make"] is Phase.CACHED
    argo.play({}, {"make": "Failed", "use": "Omitted"})
    until(lambda: argo.engine.status(run)[""].ended)
    assert argo.phases(run) == {"make": Phase.FAILED, "use": Phase.OMITTED}
