"""Datasets in real runs: read once a version, kept, read ahead, and what may go wrong."""

from __future__ import annotations

import hashlib
import subprocess
import time
from pathlib import Path

import pytest

from couler_jupyter.caching import POLICIES
from couler_jupyter.ir import Dataset, DatasetCache, Http, Phase, SecretRef
from couler_jupyter.reusing import load_config, open_store
from couler_jupyter.reusing.overview import Overview
from couler_jupyter.testing.parts import flow, python, step
from couler_jupyter.testing.slow_server import Page, SlowServer, serving
from tests.datasets.flows import left_in, reader, reads, web
from tests.engines.local.runs.bench import Bench, wait_for


def test_a_version_is_read_once(bench: Bench, server: SlowServer) -> None:
    server.pages["/t.csv"] = Page(b"one")
    flow_ = reads(web(server.url("/t.csv")), "return [table.name, table.read_text()]")
    first = bench.run(flow_)
    assert first["read"] == ["t.csv", "one"], first.said("read")
    assert bench.run(flow_)["read"] == ["t.csv", "one"]
    assert server.reads("/t.csv") == 1
    wait_for(lambda: not left_in(first.folder))


def test_a_later_version_is_seen(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one")
    flow_ = reads(web(server.url("/t")))
    assert bench.run(flow_)["read"] == "one"
    server.pages["/t"] = Page(b"two")
    assert bench.run(flow_)["read"] == "two"
    server.pages["/t"] = Page(b"one")  # what was, is known
    assert bench.run(flow_)["read"] == "one"
    assert server.reads("/t") == 2


def test_a_step_is_reused_as_long_as_the_content_is_the_same(
    bench: Bench, server: SlowServer
) -> None:
    server.pages["/t"] = Page(b"one", modified="Mon, 01 Jan 2024 00:00:00 GMT")
    flow_ = reads(web(server.url("/t")), cache=None)
    assert bench.run(flow_).phases == {"read": "succeeded"}
    assert bench.run(flow_).phases == {"read": "cached"}
    server.pages["/t"].etag = False  # another version, but the same bytes
    assert bench.run(flow_).phases == {"read": "cached"}
    server.pages["/t"].data = b"three"
    assert bench.run(flow_)["read"] == "three"


def test_steps_of_one_run_read_it_once(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one")
    one = web(server.url("/t"))
    ended = bench.run(flow("many", *(reader(f"r{n}", one) for n in range(4))))
    assert [ended[f"r{n}"] for n in range(4)] == ["one"] * 4
    assert server.reads("/t") == 1


@pytest.mark.parametrize("cached", ["on", "off"])
def test_without_a_cache_it_is_read_once_a_run(
    bench: Bench, server: SlowServer, monkeypatch: pytest.MonkeyPatch, cached: str
) -> None:
    monkeypatch.setenv("COULER_CACHE", cached)
    server.pages["/t"] = Page(b"one")
    one = web(server.url("/t"))
    two = flow("two", reader("a", one), reader("b", one, after=["a"]))
    for _ in range(2):
        assert bench.run(two)["b"] == "one"
    assert server.reads("/t") == (1 if cached == "on" else 2)


def test_a_dataset_that_is_not_to_be_kept(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one")
    flow_ = reads(web(server.url("/t"), cache=DatasetCache.NONE))
    assert [bench.run(flow_)["read"] for _ in range(2)] == ["one", "one"]
    assert server.reads("/t") == 2


def test_two_runs_at_once_read_it_once(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"x" * 100_000)
    server.gate.clear()
    flow_ = reads(web(server.url("/t")), "return len(table.read_text())")
    runs = [bench.submit(flow_) for _ in range(2)]
    heads = [("HEAD", "/t", 0)] * 2
    wait_for(lambda: [one for one in server.asked if one in heads] == heads)
    server.gate.set()
    assert [bench.ended(run)["read"] for run in runs] == [100_000] * 2
    assert server.reads("/t") == 1


def test_it_is_read_while_earlier_steps_run(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one")
    ahead = flow(
        "ahead",
        step("first", python("def wait(): import time; time.sleep(60)")),
        reader("read", web(server.url("/t")), after=["first"]),
        reader("later", web(server.url("/u"), prefetch=False), after=["first"]),
    )
    server.pages["/u"] = Page(b"two")
    run = bench.submit(ahead)
    wait_for(lambda: server.reads("/t"))
    assert bench.store.steps(run.id)["first"].phase in (Phase.RUNNING, Phase.PENDING)
    assert server.reads("/u") == 0
    bench.local.cancel(run)
    bench.ended(run)


def test_nothing_is_read_ahead_for_steps_that_are_known(
    bench: Bench, server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages["/t"] = Page(b"one")
    flow_ = reads(web(server.url("/t")), cache=None)
    bench.run(flow_)
    drop_datasets()
    assert bench.run(flow_).phases == {"read": "cached"}
    assert server.reads("/t") == 1


def drop_datasets() -> None:
    store = open_store(load_config())
    store.drop([one.digest for one in store.kept()])
    store.close()


def test_what_was_given_up_is_read_again(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one")
    flow_ = reads(web(server.url("/t")))
    bench.run(flow_)
    drop_datasets()
    assert bench.run(flow_)["read"] == "one"
    assert server.reads("/t") == 2


def test_what_was_damaged_is_read_again(
    bench: Bench, server: SlowServer, tmp_path: Path
) -> None:
    server.pages["/t"] = Page(b"one")
    flow_ = reads(web(server.url("/t")))
    bench.run(flow_)
    (kept,) = (one for one in (tmp_path / "cache/objects").rglob("*") if one.is_file())
    kept.chmod(0o644)
    kept.write_bytes(b"two")
    assert bench.run(flow_)["read"] == "one"
    assert bench.run(flow_)["read"] == "one"
    assert server.reads("/t") == 2


def test_a_step_cannot_change_what_others_read(
    bench: Bench, server: SlowServer
) -> None:
    server.pages["/t"] = Page(b"one")
    one = web(server.url("/t"))
    spoil = "table.chmod(0o644); table.write_text('bad')"
    two = flow("two", reader("a", one, spoil), reader("b", one, after=["a"]))
    for _ in range(2):
        assert bench.run(two)["b"] == "one"


def test_a_budget_smaller_than_the_dataset(
    bench: Bench, server: SlowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE_BUDGET", "10K")
    server.pages["/t"] = Page(b"x" * 20_000)
    flow_ = reads(web(server.url("/t")), "return len(table.read_text())")
    for _ in range(2):
        assert bench.run(flow_)["read"] == 20_000
    assert server.reads("/t") == 2
    store = open_store(load_config())
    assert store.used <= 10_000
    store.close()


def test_it_stands_in_the_table(bench: Bench, server: SlowServer) -> None:
    server.pages["/t.csv?token=secret"] = Page(b"one")
    bench.run(reads(web(server.url("/t.csv?token=secret"))))
    config = load_config()
    store = open_store(config)
    (row,) = Overview(store, POLICIES.get(config.policy)()).artifacts()
    assert (row.workflow, row.step) == ("reads", server.url("/t.csv"))
    assert (row.size, row.kept) == (3, True)
    assert "new here; kept" in row.reason
    store.close()


def test_a_version_by_its_content(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one", etag=False, head=False)
    version = f"sha256:{hashlib.sha256(b'one').hexdigest()}"
    flow_ = reads(web(server.url("/t"), version=version))
    assert bench.run(flow_)["read"] == "one"
    server.pages["/t"].data = b"two"
    assert bench.run(flow_)["read"] == "one"  # it is known, and nobody is asked
    assert (
        server.reads("/t") == 1 + 1
    )  # what is not answered by HEAD is begun to be read
    other = f"sha256:{hashlib.sha256(b'three').hexdigest()}"
    ended = bench.run(reads(web(server.url("/t"), version=other)))
    assert ended.phases == {"read": "errored"}
    assert f"has version sha256:{hashlib.sha256(b'two').hexdigest()}" in ended.said(
        "read"
    )


def test_a_version_that_is_gone(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one")
    tag = server.pages["/t"].tag
    server.pages["/t"].data = b"two"
    ended = bench.run(reads(web(server.url("/t"), version=tag.strip('"'))))
    assert ended.phases == {"read": "errored"}
    now = server.pages["/t"].tag
    assert f"has version etag:{now} now, not {tag.strip(chr(34))}" in ended.said("read")


def test_a_version_that_nothing_tells(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one", etag=False)
    ended = bench.run(reads(web(server.url("/t"), version="v1")))
    assert ended.phases == {"read": "errored"}
    now = f"sha256:{hashlib.sha256(b'one').hexdigest()}"
    assert f"has version {now} now, not v1" in ended.said("read")


def test_a_server_that_tells_no_version(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one", etag=False)
    for _ in range(2):
        assert bench.run(reads(web(server.url("/t"))))["read"] == "one"
    assert server.reads("/t") == 2
    trusting = reads(web(server.url("/t"), max_age=3600.0))
    for _ in range(2):
        assert bench.run(trusting)["read"] == "one"
    assert server.reads("/t") == 3


def test_a_place_that_is_out_of_date(bench: Bench, server: SlowServer) -> None:
    server.pages["/t"] = Page(b"one")
    young = reads(web(server.url("/t"), max_age=3600.0))
    old = reads(web(server.url("/t"), max_age=1e-9))
    assert bench.run(young)["read"] == "one"
    server.pages["/t"].data = b"two"
    assert bench.run(young)["read"] == "one"
    assert bench.run(old)["read"] == "two"
    assert bench.run(young)["read"] == "two"


def test_a_store_that_cannot_be_used(
    bench: Bench, server: SlowServer, tmp_path: Path
) -> None:
    server.pages["/t"] = Page(b"one")
    (tmp_path / "cache").write_text("no folder")
    ended = bench.run(reads(web(server.url("/t"))))
    assert ended["read"] == "one"


def test_the_server_is_gone(bench: Bench, tmp_path: Path) -> None:
    with serving(SlowServer()) as server:
        server.pages["/t"] = Page(b"one")
        tag = server.pages["/t"].tag.strip('"')
        bench.run(reads(web(server.url("/t"))))
    ended = bench.run(reads(web(server.url("/t"))))
    assert ended.phases == {"read": "errored"}
    assert "cannot be reached" in ended.said("read")
    assert f'version etag:"{tag}"' in ended.said("read")
    assert "version= or max_age=" in ended.said("read")
    assert bench.run(reads(web(server.url("/t"), version=tag)))["read"] == "one"
    assert bench.run(reads(web(server.url("/t"), max_age=3600.0)))["read"] == "one"
    old = bench.run(reads(web(server.url("/t"), version="other")))
    assert old.phases == {"read": "errored"}


def test_a_transfer_that_breaks_off_leaves_nothing(
    bench: Bench, server: SlowServer, tmp_path: Path
) -> None:
    server.pages["/t"] = Page(b"x" * 100_000, breaks_after=50_000)
    flow_ = reads(web(server.url("/t"), prefetch=False), "return table.stat().st_size")
    ended = bench.run(flow_)
    assert ended.phases == {"read": "errored"}
    assert "broke off after 50000 of 100000 bytes" in ended.said("read")
    wait_for(lambda: not left_in(ended.folder))
    store = open_store(load_config())
    assert (store.used, store.kept()) == (0, ())
    store.close()
    assert bench.run(flow_)["read"] == 100_000


def test_a_killed_supervisor_leaves_nothing_in_the_store(
    bench: Bench, server: SlowServer
) -> None:
    server.pages["/t"] = Page(b"one")
    server.gate.clear()
    flow_ = reads(web(server.url("/t")))
    run = bench.submit(flow_)
    bench.supervisor(run)
    wait_for(lambda: ("HEAD", "/t", 0) in server.asked)
    bench.kill(run)
    server.gate.set()
    assert bench.run(flow_)["read"] == "one"
    store = open_store(load_config())
    assert store.used == 3
    store.close()
    bench.local.retry(run)
    ended = bench.ended(run)
    assert ended["read"] == "one"
    wait_for(lambda: not left_in(ended.folder))


def test_reading_counts_for_the_time_a_step_has(
    bench: Bench, server: SlowServer
) -> None:
    server.pages["/t"] = Page(b"one")
    server.gate.clear()
    one = web(server.url("/t"), prefetch=False)
    ended = bench.run(reads(one, timeout=0.3))
    server.gate.set()
    assert ended.phases == {"read": "failed"}
    assert "its inputs were not there yet" in ended.said("read")


def test_a_run_that_is_cancelled_while_it_reads(
    bench: Bench, server: SlowServer
) -> None:
    server.pages["/t"] = Page(b"one")
    server.gate.clear()
    run = bench.submit(reads(web(server.url("/t"))))
    wait_for(lambda: ("HEAD", "/t", 0) in server.asked)
    started = time.monotonic()
    bench.local.cancel(run)
    ended = bench.ended(run)
    server.gate.set()
    assert ended.phase is Phase.CANCELLED
    assert time.monotonic() - started < 30
    wait_for(lambda: not left_in(ended.folder))


def test_credentials_come_from_secrets(
    bench: Bench, server: SlowServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COULER_SECRET_WEB_USER", "me")
    monkeypatch.setenv("COULER_SECRET_WEB_WORD", "open sesame")
    server.pages["/t"] = Page(b"one", user=("me", "open sesame"))
    source = Http(
        url=server.url("/t"),
        username=SecretRef("web", "user"),
        password=SecretRef("web", "word"),
    )
    flow_ = reads(Dataset(source=source))
    assert bench.run(flow_)["read"] == "one"
    # in another process: closing a database here would take its locks away
    search = ("grep", "-r", "sesame", str(tmp_path))
    assert subprocess.run(search, capture_output=True, check=False).stdout == b""
    monkeypatch.setenv("COULER_SECRET_WEB_WORD", "wrong")
    ended = bench.run(flow_)
    assert ended.phases == {"read": "errored"}
    assert "answers 401" in ended.said("read")
