"""Secrets are found by reference, and only then."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.targets import is_reference, read_secret, secret_fault


def test_from_the_environment() -> None:
    assert read_secret("env:TOKEN", {"TOKEN": " abc\n"}) == "abc"


@pytest.mark.parametrize("variables", [{}, {"TOKEN": ""}, {"TOKEN": " "}])
def test_one_that_is_not_there(variables: dict[str, str]) -> None:
    with pytest.raises(UsageFailed, match="no secret at env:TOKEN"):
        read_secret("env:TOKEN", variables)
    assert secret_fault("env:TOKEN", variables) == "there is no secret at env:TOKEN"


def test_from_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {("couler", "a/b"): "abc"}
    _keyring(monkeypatch, lambda service, name: known.get((service, name)))
    assert read_secret("keyring:couler/a/b") == "abc"
    assert secret_fault("keyring:couler/other") is not None
    assert secret_fault("keyring:couler/a/b") is None


def test_a_keyring_that_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(service: str, name: str) -> str:
        raise sys.modules["keyring.errors"].KeyringError("it is\nlocked")

    _keyring(monkeypatch, locked)
    assert secret_fault("keyring:a/b") == "keyring:a/b cannot be read: it is locked"


def test_without_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert secret_fault("keyring:a/b") == (
        "keyring:a/b needs the package keyring; install it"
    )


@pytest.mark.parametrize(
    "text", ["abc", "env:", "env:1X", "env:A B", "keyring:a", "keyring:/a", "env:A\n"]
)
def test_what_is_no_reference_is_not_repeated(text: str) -> None:
    assert not is_reference(text)
    with pytest.raises(UsageFailed) as caught:
        read_secret(text, {"": "x"})
    assert repr(text) not in str(caught.value)
    assert "env:NAME" in str(caught.value)


def _keyring(monkeypatch: pytest.MonkeyPatch, read: object) -> None:
    keyring, errors = ModuleType("keyring"), ModuleType("keyring.errors")
    keyring.get_password = read  # type: ignore[attr-defined]
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
