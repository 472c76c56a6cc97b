from __future__ import annotations

import pytest

from couler_jupyter.engines.kube.troubles import (
    TROUBLES,
    Fault,
    Policy,
    Trouble,
    trouble_in,
)

EXAMPLES = [(one, text) for one in TROUBLES for text in one.examples]
ASKED_FOR = {
    "exceeded quota: team, requested: pods=1": ("quota", Policy.WAIT),
    "Too many requests, please try again later.": ("too-many-requests", Policy.RETRY),
    "ImagePullBackOff: Back-off pulling image": ("image-pull", Policy.GIVE_UP),
    "ErrImagePull: rpc error": ("image-pull", Policy.GIVE_UP),
    "NodeLost: Node n1 which was running pod": ("node-lost", Policy.RETRY),
    "Evicted": ("evicted", Policy.RETRY),
    "OOMKilled (exit code 137)": ("out-of-memory", Policy.TELL),
    "failed calling webhook: context deadline exceeded": (
        "webhook-timeout",
        Policy.RETRY,
    ),
    "0/9 nodes are available: 9 Insufficient cpu": ("insufficient", Policy.WAIT),
    "pod deleted": ("pod-deleted", Policy.RETRY),
    "etcdserver: request is too large": ("too-large", Policy.GIVE_UP),
    "CreateContainerConfigError: configmap x not found": (
        "container-config",
        Policy.GIVE_UP,
    ),
}


@pytest.mark.parametrize(("trouble", "text"), EXAMPLES)
def test_each_row_knows_its_examples(trouble: Trouble, text: str) -> None:
    assert trouble_in(text) is trouble


@pytest.mark.parametrize("text", ASKED_FOR)
def test_what_clusters_say_is_known(text: str) -> None:
    found = trouble_in(text)
    assert found is not None
    assert (found.name, found.policy) == ASKED_FOR[text]
    assert found.fault is Fault.ENVIRONMENT


@pytest.mark.parametrize("trouble", TROUBLES)
def test_advice_ends_a_line(trouble: Trouble) -> None:
    assert trouble.advice == trouble.advice.strip()
    assert not trouble.advice.endswith(".")
    assert "\n" not in trouble.advice
    assert trouble.examples


def test_there_are_enough_and_each_has_a_name() -> None:
    names = [one.name for one in TROUBLES]
    assert len(set(names)) == len(names) >= 20


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Error (exit code 1)", Fault.STEP),
        ("Error (exit code 64)", Fault.STEP),
        ("Error (exit code 64): failed to read template", Fault.ENVIRONMENT),
        ("Error (exit code 137)", Fault.ENVIRONMENT),
        ("Error (exit code 143)", Fault.ENVIRONMENT),
        ("Pod was active on the node longer than the specified deadline", Fault.STEP),
    ],
)
def test_exit_codes_tell_whose_fault_it_is(text: str, fault: Fault) -> None:
    found = trouble_in(text)
    assert found is not None
    assert found.fault is fault


@pytest.mark.parametrize("text", ["", "ValueError: no such column", "all is well"])
def test_what_is_no_trouble_is_none(text: str) -> None:
    assert trouble_in(text) is None


def test_a_long_message_takes_no_long_time() -> None:
    text = "exit code 64 " + "artifact failed pull " * 20_000
    assert trouble_in(text) is not None
