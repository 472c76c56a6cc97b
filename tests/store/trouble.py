"""What tests of trouble share: keeping bytes, and a server that knows nobody any more."""

from __future__ import annotations

from couler_jupyter.store import Object, Store


def put(store: Store, data: bytes) -> Object:
    made = store.put(data)
    assert made is not None
    return made


def require_credentials(*, after: float) -> None:
    """Have the server, which runs in this process, know no credentials any more."""
    from moto import settings
    from moto.core.authorization import ActionAuthenticatorMixin

    settings.INITIAL_NO_AUTH_ACTION_COUNT = after
    ActionAuthenticatorMixin.request_count = 0
