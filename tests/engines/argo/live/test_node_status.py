from __future__ import annotations

import base64
import builtins
import gzip
import json
from typing import Any

import pytest

from couler_jupyter.engines.argo.live import node_status
from couler_jupyter.engines.argo.live.node_status import Offloaded, nodes_of, pack
from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.engines.kube.fnv import fnv32a
from couler_jupyter.errors import SubmitFailed

NODES = {f"id-{n}": {"id": f"id-{n}", "phase": "Running"} for n in range(50)}


def of(status: Any) -> Any:
    return {"metadata": {"name": "w"}, "status": status}


def test_packed_states_are_those_that_were_packed() -> None:
    assert nodes_of(of({"compressedNodes": pack(NODES)})) == NODES
    assert nodes_of(of({"nodes": NODES})) == NODES
    assert nodes_of(of({})) == {}
    assert nodes_of({"metadata": {}}) == {}


def test_states_kept_elsewhere_are_missed() -> None:
    with pytest.raises(Offloaded, match="-o server=URL"):
        nodes_of(of({"offloadNodeStatusVersion": "fnv:1"}))


@pytest.mark.parametrize(
    "data",
    [
        "%%%",
        base64.b64encode(gzip.compress(b"[1]", mtime=0)).decode(),
        pack(NODES)[:40],
    ],
)
def test_what_cannot_be_unpacked_is_one_line(data: str) -> None:
    with pytest.raises(SubmitFailed) as caught:
        nodes_of(of({"compressedNodes": data}))
    assert "\n" not in str(caught.value)


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_status, "MOST_BYTES", 1000)
    bomb = base64.b64encode(gzip.compress(b"x" * 100_000)).decode()
    with pytest.raises(SubmitFailed, match="more than"):
        nodes_of(of({"compressedNodes": bomb}))


@pytest.mark.parametrize(
    ("start", "package"), [(b"\x28\xb5\x2f\xfd", "zstandard"), (b"\x1b", "brotli")]
)
def test_a_packing_without_a_decoder_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, start: bytes, package: str
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == package:
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    packed = base64.b64encode(start + b"rest").decode()
    with pytest.raises(SubmitFailed, match=f"pip install {package}"):
        nodes_of(of({"compressedNodes": packed}))


def test_zstd_is_read_where_its_decoder_is() -> None:
    zstandard = pytest.importorskip("zstandard")
    data = zstandard.ZstdCompressor().compress(json.dumps(NODES).encode())
    packed = base64.b64encode(data).decode()
    assert nodes_of(of({"compressedNodes": packed})) == NODES


def test_the_hash_is_fnv() -> None:
    assert fnv32a("hello") == 1335831723  # a vector of the algorithm's own
    assert fnv32a("a") == 0xE40C292C


def test_pod_names() -> None:
    workflow: Any = {"metadata": {"name": "w"}}
    fit = {"id": "w-1", "name": "w.fit", "templateName": "train"}
    end = f"-{fnv32a('w.fit')}"
    assert pod_name(workflow, fit) == f"w-train{end}"
    of_other = {**fit, "templateRef": {"name": "t", "template": "other"}}
    assert pod_name(workflow, of_other) == f"w-other{end}"
    long = {**fit, "templateName": "x" * 300}
    assert len(pod_name(workflow, long)) == 242 + len(end)
    old = {"workflows.argoproj.io/pod-name-format": "v1"}
    assert pod_name({"metadata": {"name": "w", "annotations": old}}, fit) == "w-1"
