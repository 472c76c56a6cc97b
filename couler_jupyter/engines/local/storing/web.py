"""Artifacts on web servers: `GET` to read, `PUT` to write."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import BinaryIO, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import Http

_PATIENCE = 60.0  # seconds without a byte


def download(storage: Http, target: Path, secrets: Secrets) -> None:
    """Write what the URL answers to `target`, whole or not at all."""
    partial = target.with_name(f".{target.name}.part")
    try:
        with _asked(_request(storage, secrets), storage) as answer:
            length = answer.headers.get("Content-Length")
            with partial.open("wb") as file:
                shutil.copyfileobj(answer, file, 1 << 20)
                size = file.tell()
        if length is not None and size != int(length):
            what = f"{shown(storage)} broke off after {size} of {length} bytes"
            raise StorageTrouble(what, transient=True)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def upload(source: Path, storage: Http, secrets: Secrets) -> str:
    """Put a file to the URL; return the URL without credentials."""
    request = _request(storage, secrets)
    request.method = "PUT"
    if not request.has_header("Content-type"):
        request.add_header("Content-type", "application/octet-stream")
    with source.open("rb") as file:
        request.data = cast("BinaryIO", file)
        request.add_header("Content-Length", str(source.stat().st_size))
        with _asked(request, storage) as answer:
            answer.read()
    return shown(storage)


def shown(storage: Http) -> str:
    """Return the URL without what may be secret in it: user, password, query."""
    parts = urlsplit(str(storage.url))
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _request(storage: Http, secrets: Secrets) -> Request:
    url = str(storage.url)
    if urlsplit(url).scheme not in ("http", "https"):
        raise StorageTrouble(f"{shown(storage)} is no http or https URL")
    request = Request(url, headers=dict(storage.headers))  # noqa: S310 (checked above)
    if storage.username is not None and storage.password is not None:
        user = secrets.value(storage.username) or ""
        password = secrets.value(storage.password) or ""
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {word}")
    return request


@contextmanager
def _asked(request: Request, storage: Http) -> Generator[HTTPResponse]:
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            yield answer
    except HTTPError as error:
        what = f"{shown(storage)} answers {error.code} {error.reason}"
        raise StorageTrouble(what, transient=error.code >= 500) from None
    except (URLError, HTTPException, TimeoutError, ConnectionError) as error:
        why = getattr(error, "reason", "") or error
        what = f"{shown(storage)} cannot be reached: {why}"
        raise StorageTrouble(what, transient=True) from None
