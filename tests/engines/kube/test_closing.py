from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kube.kubeconfig import KubeWire
from couler_jupyter.engines.web.url_wire import WebWire
from couler_jupyter.engines.web.wire import ConnectionLost, Wire
from couler_jupyter.testing.kube import Cluster

LOG = "/api/v1/namespaces/argo/pods/p/log"
PATIENCE = 60.0


def test_what_waits_is_interrupted() -> None:
    closing, acts = Closing(), list[str]()
    with closing.interrupting(lambda: acts.append("inside")):
        assert not closing.wait(0.0)
        closing.close()
    assert closing.wait(PATIENCE)
    assert closing.closed
    assert acts == ["inside"]


def test_what_is_over_is_left_alone() -> None:
    closing, acts = Closing(), list[str]()
    with closing.interrupting(lambda: acts.append("before")):
        pass
    closing.close()
    assert acts == []


def test_what_begins_after_the_end_is_interrupted_at_once() -> None:
    closing, acts = Closing(), list[str]()
    closing.close()
    with closing.interrupting(lambda: acts.append("late")):
        assert acts == ["late"]


@pytest.mark.parametrize("way", ["kubeconfig", "url"])
def test_a_silent_answer_is_hung_up(tmp_path: Path, way: str) -> None:
    closing, seen = Closing(), list[object]()
    with Cluster() as cluster:
        cluster.print("p", "one\n")
        wire: Wire = (
            KubeWire(kubeconfig=str(cluster.kubeconfig(tmp_path)))
            if way == "kubeconfig"
            else WebWire(cluster.url, str)
        )

        def listen() -> None:
            try:
                with (
                    Client(wire).stream(LOG, query={"follow": "true"}) as stream,
                    closing.interrupting(stream.hang_up),
                ):
                    for chunk in stream.chunks():
                        seen.append(chunk)
                        closer.start()
            except ConnectionLost as lost:
                seen.append(type(lost))

        closer = Thread(target=closing.close)
        listener = Thread(target=listen)
        listener.start()
        listener.join(PATIENCE)
        assert not listener.is_alive()
        closer.join()
    assert seen[0] == b"one\n"
    assert seen[1:] in ([], [ConnectionLost])


def test_an_answer_that_was_read_can_be_hung_up(tmp_path: Path) -> None:
    with Cluster() as cluster:
        cluster.print("p", "one\n", ended=True)
        for wire in (
            KubeWire(kubeconfig=str(cluster.kubeconfig(tmp_path))),
            WebWire(cluster.url, str),
        ):
            with Client(wire).stream(LOG) as stream:
                assert stream.whole().body == b"one\n"
                stream.hang_up()
            with Client(wire).stream(LOG) as stream:
                assert stream.whole().body == b"one\n"
