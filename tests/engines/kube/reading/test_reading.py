"""Kubernetes' own objects in words of the IR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from couler_jupyter.engines.kube.reading.containers import (
    expanded,
    read_env,
    read_env_from,
    read_mounts,
    read_resources,
    read_words,
)
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    flag_at,
    list_at,
    object_at,
    only,
    pairs_at,
    text_at,
    texts_at,
    whole_at,
)
from couler_jupyter.engines.kube.reading.volumes import read_volumes
from couler_jupyter.ir import (
    Claim,
    ConfigRef,
    EmptyDir,
    EnvFrom,
    EnvSource,
    EnvVar,
    FieldRef,
    Mount,
    RawVolume,
    Resources,
    SecretRef,
    Volume,
)


@pytest.mark.parametrize(
    ("take", "nothing"),
    [
        (object_at, {}),
        (list_at, []),
        (text_at, ""),
        (texts_at, ()),
        (flag_at, False),
        (whole_at, None),
        (pairs_at, ()),
    ],
)
def test_what_is_not_there_is_nothing(
    take: Callable[[Any, str], Any], nothing: object
) -> None:
    assert take({}, "x") == nothing
    for wrong in ({"y": 1}, ["x", {}], 1.5, "words"):
        if not _fits(take, wrong):
            with pytest.raises(NoWord):
                take({"x": wrong}, "x")


def _fits(take: Callable[[Any, str], Any], value: object) -> bool:
    kinds: dict[Any, Any] = {object_at: dict, list_at: list, text_at: str}
    return isinstance(value, kinds.get(take, ())) or (take, value) == (whole_at, 1.5)


def test_what_is_not_known_has_no_word() -> None:
    only({"a": 1, "b": None, "c": []}, {"a"})
    with pytest.raises(NoWord, match="b has no word"):
        only({"a": 1, "b": 0}, {"a"})


def test_variables_are_by_value_or_by_reference() -> None:
    node = {
        "env": [
            {"name": "A", "value": "$$5"},
            {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
            {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "k"}}},
            {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
        ],
        "envFrom": [{"secretRef": {"name": "s"}, "prefix": "P_"}],
    }
    assert read_env({"env": node["env"]}, str) == (
        EnvVar("A", "$5"),
        EnvVar("B", SecretRef("s", "k")),
        EnvVar("C", ConfigRef("c", "k")),
        EnvVar("D", FieldRef("spec.nodeName")),
    )
    assert [*read_env_from(node)] == [
        EnvFrom(source=EnvSource.SECRET, name="s", prefix="P_")
    ]


def test_words_name_no_variables() -> None:
    assert expanded("$(date) $$(A)", {"A"}) == "$(date) $(A)"
    with pytest.raises(NoWord):
        expanded("$(A)", {"A"})
    with pytest.raises(NoWord):
        read_words({"args": ["$(A)"], "envFrom": [{}]}, "args", str)


def test_resources_and_volumes() -> None:
    limits = {"cpu": "500m", "memory": "1Gi", "nvidia.com/gpu": 2}
    assert read_resources({"resources": {"limits": limits}}) == Resources(
        cpu_limit=0.5, memory_limit=2**30, gpu=2
    )
    assert [*read_mounts({"volumeMounts": [{"name": "v", "mountPath": "/v"}]})] == [
        Mount(volume="v", path="/v")
    ]
    volumes = [
        {"name": "a", "emptyDir": {}},
        {"name": "b", "persistentVolumeClaim": {"claimName": "c"}},
        {"name": "c", "nfs": {"server": "s"}},
    ]
    empty, claim, raw = read_volumes({"volumes": volumes})
    assert (empty, claim) == (
        Volume(name="a", source=EmptyDir()),
        Volume(name="b", source=Claim("c")),
    )
    assert isinstance(raw.source, RawVolume)
