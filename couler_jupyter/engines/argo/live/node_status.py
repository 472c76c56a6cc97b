"""The states of a workflow's nodes: plain, packed into one text, or kept elsewhere."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Callable, Mapping

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

MOST_BYTES = 256 << 20
"""Of unpacked states; more is no workflow but an attack."""
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"


class Offloaded(SubmitFailed):
    """The states are in the controller's own database."""


def nodes_of(workflow: Json) -> Mapping[str, Json]:
    """Return the states of all nodes by id.

    Raises:
        Offloaded: they are not in the object.
        SubmitFailed: they are packed in a way that cannot be unpacked here.
    """
    status = workflow.get("status") or {}
    if packed := status.get("compressedNodes"):
        return unpack(packed)
    if nodes := status.get("nodes"):
        return dict(nodes)
    if status.get("offloadNodeStatusVersion"):
        raise Offloaded(
            "the states of the steps are in the controller's database; give -o "
            "server=URL of an argo-server, which reads it"
        )
    return {}


def unpack(packed: str) -> Mapping[str, Json]:
    """Return the states in `status.compressedNodes`.

    Raises:
        SubmitFailed: what is there cannot be unpacked.
    """
    try:
        data = base64.b64decode(packed, validate=True)
        found = json.loads(_unpacked(data))
    except (binascii.Error, ValueError, OSError, zlib.error, EOFError) as error:
        raise SubmitFailed(
            f"status.compressedNodes cannot be unpacked: {error}"
        ) from None
    if not isinstance(found, dict):
        raise SubmitFailed("status.compressedNodes holds no states of nodes")
    return found


def pack(nodes: Mapping[str, Json]) -> str:
    """Return states as `status.compressedNodes` has them; gzip is always understood."""
    data = json.dumps(nodes, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(data, 6, mtime=0)).decode("ascii")


def with_nodes(workflow: Json, nodes: Mapping[str, Json]) -> Json:
    """Return the workflow with other states, kept in the way they were kept."""
    status = {**(workflow.get("status") or {})}
    if status.pop("compressedNodes", ""):
        status["compressedNodes"] = pack(nodes)
        status.pop("nodes", None)
    else:
        status["nodes"] = dict(nodes)
    return {**workflow, "status": status}


def _unpacked(data: bytes) -> bytes:
    if data.startswith(_GZIP):
        made = zlib.decompressobj(zlib.MAX_WBITS | 16)
        found = made.decompress(data, MOST_BYTES)
        if made.unconsumed_tail:
            raise ValueError(f"more than {MOST_BYTES >> 20} MiB")
        if not made.eof:
            raise ValueError("its end is missing")
        return found
    if data.startswith(_ZSTD):
        return _zstd()(data)
    return _brotli()(data)  # brotli has no magic bytes: what is none of the others


def _zstd() -> Callable[[bytes], bytes]:
    try:
        import zstandard
    except ImportError:
        raise _missing("zstd", "zstandard") from None

    def read(data: bytes) -> bytes:
        try:
            made = zstandard.ZstdDecompressor().stream_reader(data)
            found = made.read(MOST_BYTES + 1)
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from None
        if len(found) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES >> 20} MiB")
        return bytes(found)

    return read


def _brotli() -> Callable[[bytes], bytes]:
    try:
        import brotli
    except ImportError:
        raise _missing("brotli", "brotli") from None

    def read(data: bytes) -> bytes:
        made, found = brotli.Decompressor(), bytearray()
        try:
            for start in range(0, len(data), 1 << 16):
                found += made.process(data[start : start + (1 << 16)])
                if len(found) > MOST_BYTES:
                    raise ValueError(f"more than {MOST_BYTES >> 20} MiB")
        except brotli.error as error:
            raise ValueError(f"neither gzip, zstd nor brotli: {error}") from None
        return bytes(found)

    return read


def _missing(packing: str, package: str) -> SubmitFailed:
    return SubmitFailed(
        f"the states of the steps are packed with {packing}; pip install {package}, or "
        "give -o server=URL of an argo-server"
    )
