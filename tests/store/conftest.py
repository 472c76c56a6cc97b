"""Stores on everything they are for: folders, memory, S3; SQLite and PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from couler_jupyter.store import Store
from tests.store import postgres

MIB = 1 << 20


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """The folder of a PostgreSQL server's socket.

    Skips with the reason where there is none; fails there if `COULER_NEED_POSTGRES`
    is set, as it is in CI.
    """
    try:
        with postgres.server() as folder:
            yield folder
    except postgres.NoPostgres as reason:
        if os.environ.get("COULER_NEED_POSTGRES"):
            raise
        pytest.skip(f"no PostgreSQL here: {reason}")


@pytest.fixture
def postgres_url(postgres_folder: str) -> str:
    """The URL of a database that is new."""
    import psycopg
    from psycopg import sql

    name = f"t{uuid4().hex}"
    with psycopg.connect(
        host=postgres_folder, user="couler", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"postgresql+psycopg://couler@/{name}?host={postgres_folder}"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[dict[str, Any]]:
    """What fsspec needs to reach a server that speaks S3."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield {
        "key": "testing",
        "secret": "testing",
        "endpoint_url": f"http://{host}:{port}",
    }
    server.stop()


@pytest.fixture
def s3(s3_server: dict[str, Any]) -> dict[str, Any]:
    """The same, with no buckets but one called `bucket`."""
    import urllib.request

    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    reset = urllib.request.Request(
        f"{s3_server['endpoint_url']}/moto-api/reset", method="POST"
    )
    urllib.request.urlopen(reset).close()
    s3fs.S3FileSystem(**s3_server).call_s3("create_bucket", Bucket="bucket")
    return s3_server


Opening = Callable[..., Store]
_numbers = count()


@pytest.fixture
def folder_store(tmp_path: Path) -> Iterator[Opening]:
    """Open a store in one folder, as often as one likes."""
    yield from _opening(str(tmp_path / "store"), "", {})


@pytest.fixture(params=["folder", "memory", "s3", "postgres", "s3-postgres"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Open a store on one of the kinds of places and indexes."""
    where, _, index = f"{request.param}".partition("-")
    url, options = str(tmp_path / "store"), {}
    if where == "memory":
        url = f"memory://store{next(_numbers)}"
    elif where == "s3":
        url, options = "s3://bucket/some/prefix", request.getfixturevalue("s3")
    if "postgres" in (where, index):
        database = request.getfixturevalue("postgres_url")
    else:
        database = f"sqlite:///{tmp_path}/index.sqlite"
    yield from _opening(url, database, options)


def _opening(url: str, index: str, options: dict[str, Any]) -> Iterator[Opening]:
    opened: list[Store] = []

    def open_it(budget: int | None = 64 * MIB) -> Store:
        opened.append(Store.open(url, index=index, budget=budget, options=options))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()
