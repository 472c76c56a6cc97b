"""What Kubernetes would be told, in JSON that is written as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from posixpath import normpath
from typing import Any

from couler_jupyter.nl.gate.commands import command_finds
from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.images import image_finds
from couler_jupyter.nl.gate.places import is_sensitive
from couler_jupyter.nl.gate.secrets import sounds_secret
from couler_jupyter.nl.gate.word_list import words

_RIGHTS = words(
    """
    APIService CertificateSigningRequest ClusterRole ClusterRoleBinding
    CustomResourceDefinition DaemonSet MutatingWebhookConfiguration Namespace
    NetworkPolicy Node PersistentVolume PodSecurityPolicy PriorityClass Role RoleBinding
    Secret ServiceAccount StorageClass TokenReview ValidatingWebhookConfiguration
    """
)
_OF_SYSTEM = re.compile(
    r"/(?:(?:etc|root|home|proc|sys|dev|boot|run|usr|bin|sbin|lib\w*)(?:/.*)?"
    r"|var(?:/(?:run|lib|log|spool|cache|tmp)(?:/.*)?)?|opt|mnt|srv)?"
)
_MOST = 100


def manifest_finds(value: Any) -> Iterator[Found]:  # noqa: ANN401 (any JSON)
    """Yield what a person should see of a JSON value that Kubernetes gets."""
    stack: list[Any] = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, Mapping):
            for key, inner in one.items():
                yield from _field_finds(str(key), inner)
            yield from _object_finds(one)
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)


def host_path_finds(path: str) -> Iterator[Found]:
    """Yield what is said of a folder of the machine that is mounted."""
    plain = normpath(f"/{path.lstrip('/')}")
    is_plain = path.startswith("/") and ".." not in path.split("/")
    if not is_plain or _OF_SYSTEM.fullmatch(plain) or is_sensitive(plain):
        what = f"mounts {excerpt(path)} of the machine it runs on; use couler.claim"
        yield Found("policy-host-root", what)
    else:
        yield Found(
            "policy-host-path", f"mounts {excerpt(path)} of the machine it runs on"
        )


def _field_finds(key: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    look = _FIELDS.get(key)
    if look is not None:
        yield from look(key, value)


def _rights(key: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    if value is True or value in {"true", "Unmasked", "Unconfined"}:
        yield Found("policy-privileged", f"{key}: has the rights of the machine itself")


def _capabilities(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    added = value.get("add") if isinstance(value, Mapping) else None
    if added:
        yield Found("policy-privileged", f"adds capabilities {excerpt(str(added))}")


def _host_network(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    if value is True:
        yield Found("policy-host-network", "uses the network of the machine it runs on")


def _host_path(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    path = value.get("path") if isinstance(value, Mapping) else value
    yield from host_path_finds(str(path))


def _user(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    if value in {0, "0"} and value is not False:
        yield Found("policy-root", "runs as root")


def _account(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    yield Found("policy-account", f"runs with the rights of {excerpt(str(value))}")


def _image(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    if isinstance(value, str):
        yield from image_finds(value)


def _command(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    words = value if isinstance(value, list) else [value]
    yield from command_finds(" ".join(str(word) for word in words))


def _kind(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    if value in _RIGHTS:
        yield Found("policy-cluster-rights", f"makes or changes a {value}")


def _namespace(_: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    if str(value).startswith("kube-"):
        yield Found("policy-cluster-rights", f"works in the namespace {value}")


def _many(key: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    if isinstance(value, int) and not isinstance(value, bool) and value > _MOST:
        yield Found("policy-big", f"{key}: {value}")


def _place(key: str, value: Any) -> Iterator[Found]:  # noqa: ANN401
    text = str(value)
    if (
        key == "nodeName"
        or "control-plane" in text
        or "system-" in text
        or ("node-role.kubernetes.io/master" in text)
    ):
        yield Found("policy-placement", f"asks for {key} {excerpt(text)}")


def _object_finds(one: Mapping[str, Any]) -> Iterator[Found]:
    name, value = one.get("name"), one.get("value")
    if (
        isinstance(name, str)
        and isinstance(value, str)
        and value
        and sounds_secret(name)
    ):
        yield Found("policy-password", f"{name} is given as plain text")
    words = one.get("command"), one.get("args")
    if all(isinstance(part, list) for part in words):
        both = [str(word) for part in words for word in part or ()]
        yield from command_finds(" ".join(both))


_Look = Callable[[str, Any], Iterator[Found]]
_FIELDS: Mapping[str, _Look] = {
    "privileged": _rights,
    "allowPrivilegeEscalation": _rights,
    "hostPID": _rights,
    "hostIPC": _rights,
    "procMount": _rights,
    "seccompProfile": lambda key, value: (
        _rights(key, value.get("type")) if isinstance(value, Mapping) else iter(())
    ),
    "capabilities": _capabilities,
    "hostNetwork": _host_network,
    "hostPath": _host_path,
    "runAsUser": _user,
    "serviceAccountName": _account,
    "serviceAccount": _account,
    "image": _image,
    "command": _command,
    "args": _command,
    "source": _command,
    "kind": _kind,
    "namespace": _namespace,
    "replicas": _many,
    "parallelism": _many,
    "completions": _many,
    "parallelTrialCount": _many,
    "nodeName": _place,
    "nodeSelector": _place,
    "tolerations": _place,
    "priorityClassName": _place,
}
