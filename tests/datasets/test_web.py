"""Which version a web server has, told or not."""

from __future__ import annotations

from email.utils import formatdate
from pathlib import Path

import pytest

from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing import web
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import Http
from couler_jupyter.testing.slow_server import Page, SlowServer

LONG_AGO = "Mon, 01 Jan 2024 00:00:00 GMT"


@pytest.fixture
def secrets(tmp_path: Path) -> Secrets:
    return Secrets(tmp_path, {})


def test_by_its_etag(server: SlowServer, secrets: Secrets, tmp_path: Path) -> None:
    page = server.pages["/t"] = Page(b"one", modified=LONG_AGO)
    source = Http(url=server.url("/t"))
    assert web.version(source, secrets) == f"etag:{page.tag}"
    assert server.asked == [("HEAD", "/t", 0)]
    assert web.download(source, tmp_path / "t", secrets) == f"etag:{page.tag}"


def test_by_when_it_changed(server: SlowServer, secrets: Secrets) -> None:
    server.pages["/t"] = Page(b"one", etag=False, modified=LONG_AGO)
    source = Http(url=server.url("/t"))
    assert web.version(source, secrets) == f"modified:{LONG_AGO};3"


def test_what_changed_just_now_may_change_again(
    server: SlowServer, secrets: Secrets
) -> None:
    just_now = formatdate(usegmt=True)
    server.pages["/t"] = Page(b"one", etag=False, modified=just_now)
    assert web.version(Http(url=server.url("/t")), secrets) == ""


@pytest.mark.parametrize("modified", ["", "yesterday", "Mon, 01 Jan 2024"])
def test_a_server_that_tells_nothing(
    server: SlowServer, secrets: Secrets, modified: str
) -> None:
    server.pages["/t"] = Page(b"one", etag=False, modified=modified)
    assert web.version(Http(url=server.url("/t")), secrets) == ""


@pytest.mark.parametrize("conditional", [True, False])
def test_a_server_without_head(
    server: SlowServer, secrets: Secrets, conditional: bool
) -> None:
    page = server.pages["/t"] = Page(
        b"x" * (64 << 20), head=False, conditional=conditional
    )
    source = Http(url=server.url("/t"))
    known = f"etag:{page.tag}"
    assert web.version(source, secrets, known) == known
    page.data = b"y" * (64 << 20)
    assert web.version(source, secrets, known) == f"etag:{page.tag}" != known
    assert server.sent("/t") < 2 * (32 << 20)  # nobody listens to the end


@pytest.mark.parametrize(
    ("path", "message"), [("/none", "answers 404"), ("/t", "answers 401")]
)
def test_a_server_that_refuses(
    server: SlowServer, secrets: Secrets, path: str, message: str
) -> None:
    server.pages["/t"] = Page(b"one", user=("me", "word"))
    with pytest.raises(StorageTrouble, match=message) as caught:
        web.version(Http(url=server.url(path)), secrets)
    assert not caught.value.transient


def test_no_server(secrets: Secrets) -> None:
    with pytest.raises(StorageTrouble, match="cannot be reached") as caught:
        web.version(Http(url="http://127.0.0.1:9/t"), secrets)
    assert caught.value.transient
