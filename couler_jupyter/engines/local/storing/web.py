"""Artifacts on web servers: `GET` to read, `PUT` to write."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from email.message import Message
from email.utils import parsedate_to_datetime
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
_OUT_OF_REACH = (URLError, HTTPException, TimeoutError, ConnectionError)
_ETAG = "etag:"
_AS_BEFORE, _NOT_DONE_HERE = 304, 501


def download(storage: Http, target: Path, secrets: Secrets) -> str:
    """Write what the URL answers to `target`, whole or not at all.

    Returns:
        Which version it is, as `version` tells it.
    """
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
        return _version_in(answer.headers)
    finally:
        partial.unlink(missing_ok=True)


def version(storage: Http, secrets: Secrets, known: str = "") -> str:
    """Return which version a server has, without reading it.

    A server that does not answer HEAD is asked for the whole, and not listened to; if
    it may, it says instead that it has the `known` version still.

    Returns:
        `etag:` and the ETag, or `modified:` with when and the length; empty where the
        server tells neither.

    Raises:
        StorageTrouble: it cannot be asked.
    """
    request = _request(storage, secrets)
    request.method = "HEAD"
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            return _version_in(answer.headers)
    except HTTPError as error:
        trouble = _refused(storage, error)
        if error.code >= 500 and error.code != _NOT_DONE_HERE:
            raise trouble from None
    except _OUT_OF_REACH as error:
        raise _out_of_reach(storage, error) from None
    return _version_of_whole(storage, secrets, known)


def _version_of_whole(storage: Http, secrets: Secrets, known: str) -> str:
    request = _request(storage, secrets)
    if known.startswith(_ETAG):
        request.add_header("If-None-Match", known.removeprefix(_ETAG))
    try:
        with urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            return _version_in(answer.headers)
    except HTTPError as error:
        trouble = _refused(storage, error)
        if error.code == _AS_BEFORE:
            return known
        raise trouble from None
    except _OUT_OF_REACH as error:
        raise _out_of_reach(storage, error) from None


def _version_in(headers: Message) -> str:
    if etag := (headers.get("ETag") or "").strip():
        return f"{_ETAG}{etag}"
    modified, date = headers.get("Last-Modified"), headers.get("Date")
    if not modified or not _is_settled(modified, date):
        return ""
    return f"modified:{modified};{headers.get('Content-Length', '')}"


def _is_settled(modified: str, date: str | None) -> bool:
    """Whether a change since would show: times of HTTP are in whole seconds."""
    try:
        then = parsedate_to_datetime(modified)
        return date is None or (parsedate_to_datetime(date) - then).total_seconds() >= 2
    except (ValueError, TypeError):  # no times, or one of them in no zone
        return False


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
        raise _refused(storage, error) from None
    except _OUT_OF_REACH as error:
        raise _out_of_reach(storage, error) from None


def _refused(storage: Http, error: HTTPError) -> StorageTrouble:
    error.close()
    what = f"{shown(storage)} answers {error.code} {error.reason}"
    return StorageTrouble(what, transient=error.code >= 500)


def _out_of_reach(storage: Http, error: Exception) -> StorageTrouble:
    why = getattr(error, "reason", "") or error
    return StorageTrouble(f"{shown(storage)} cannot be reached: {why}", transient=True)
