"""Places elsewhere that stop working in the middle of a run."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Phase
from couler_jupyter.store import Store, object_of
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line
from tests.store.conftest import s3, s3_server
from tests.store.trouble import require_credentials

__all__ = ["s3", "s3_server"]


@pytest.fixture
def bucket(
    s3: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A store's URL on a server that speaks S3, as the environment tells of it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3["key"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", s3["secret"])
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3["endpoint_url"])
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("COULER_CACHE_URL", "s3://bucket/store")
    monkeypatch.setenv("COULER_CACHE_INDEX", f"sqlite:///{tmp_path}/index.sqlite")
    yield "s3://bucket/store"
    require_credentials(after=float("inf"))


def lying(url: str, tmp_path: Path) -> tuple[int, int]:
    """Return bytes that are counted, and that lie there, after a sweep."""
    store = Store.open(url, index=f"sqlite:///{tmp_path}/index.sqlite")
    store.sweep()
    found = store.used, sum(one.size for one in store.place.objects())
    store.close()
    return found


def test_credentials_that_expire_during_a_run_fail_nothing(
    bench: Bench, tally: Tally, bucket: str, tmp_path: Path
) -> None:
    commands = ("seq 1000 > out", "sort -r data > out", "wc -l < data > out")
    gate = tmp_path / "gate"
    waiting = f"while [ ! -e {gate} ]; do sleep 0.02; done; {commands[2]}"
    run = bench.submit(line(tally, *commands[:2], waiting))
    bench.wait(run, "s2", Phase.RUNNING)
    require_credentials(after=0)
    gate.touch()
    ended = bench.ended(run)
    assert ended.phase is Phase.SUCCEEDED
    assert ended.message.startswith(f"cache: {bucket}: ")
    assert "\n" not in ended.message
    require_credentials(after=float("inf"))
    used, there = lying(bucket, tmp_path)
    assert used == there
    tally.taken()
    again = bench.run(line(tally, *commands[:2], waiting))
    assert again.phase is Phase.SUCCEEDED
    assert Path(str(again.outputs["s2"]["o2"])).read_text() == "1000\n"
    assert "s2" in tally.taken()


def test_a_place_that_is_full_leaves_nothing_half(tmp_path: Path) -> None:
    """A file system of fsspec that takes so many bytes and then no more."""
    import fsspec
    from fsspec.implementations import memory

    known: Any = memory
    file_kind: Any = known.MemoryFile
    system_kind: Any = known.MemoryFileSystem

    class Full(file_kind):  # type: ignore[misc]
        def write(self, data: Any) -> Any:
            if self.tell() + len(data) > 1_000_000:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(data)

    class SmallSystem(system_kind):  # type: ignore[misc]
        protocol = "small"
        store: dict[str, Any] = {}  # noqa: RUF012 (as in its parent)
        pseudo_dirs = [""]  # noqa: RUF012

        def _open(self, path: str, mode: str = "rb", **more: Any) -> Any:
            if mode == "rb":
                return super()._open(path, mode, **more)
            file = Full(self, path, more.get("data"))
            if not self._intrans:
                file.commit()
            return file

        @classmethod
        def _strip_protocol(cls, path: str) -> Any:
            return super()._strip_protocol(path.replace("small://", "memory://"))

    fsspec.register_implementation("small", SmallSystem, clobber=True)
    url = f"small://{uuid4().hex}"
    store = Store.open(url, index=f"sqlite:///{tmp_path}/index.sqlite", budget=10**8)
    small = store.put(b"x" * 1000)
    large = os.urandom(3_000_000)
    with pytest.raises(StoreFailed, match="it is full; make room there"):
        store.put(large)
    store.sweep()
    assert store.used == 1000
    assert [one.size for one in store.place.objects()] == [1000]
    assert not store.holds([object_of(large)])
    assert small is not None
    assert store.read(small) == b"x" * 1000
    assert store.put(b"y" * 1000) is not None
    store.close()
