"""What every test may ask for: a run store of the tests' own, real containers, a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import Phase, settings

from tests.browser.jupyter import CHROMIUM, FLAGS
from tests.containers import podman

# A busy machine is no reason for a property to fail. What explains a failure traces every
# line, which takes minutes under Python 3.11: a time-out would hide the failure itself.
settings.register_profile(
    "untimed",
    parent=settings.default,
    deadline=None,
    phases=tuple(one for one in Phase if one is not Phase.explain),
)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def _own_run_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the runs of the tests out of the user's run store, and reuse nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COULER_CACHE", "off")
        cache = tmp_path_factory.mktemp("couler-cache")
        patch.setenv("COULER_CACHE_URL", str(cache))
        patch.setenv("COULER_CACHE_CONFIG", str(cache / "cache.toml"))
        patch.setenv("COULER_TARGETS", str(cache / "targets.toml"))
        patch.setenv("COULER_HOME", str(tmp_path_factory.mktemp("couler-home")))
        yield


@pytest.fixture(scope="session")
def container_socket() -> Iterator[str]:
    """The URL of a Docker API, as `DOCKER_HOST` wants it: `unix:///...`.

    Skips with the reason where containers cannot run; fails there if
    `COULER_NEED_CONTAINERS` is set, as it is in CI.
    """
    try:
        with podman.service() as url:
            yield url
    except podman.NoContainers as reason:
        if os.environ.get("COULER_NEED_CONTAINERS"):
            raise
        pytest.skip(f"no containers here: {reason}")


@pytest.fixture(scope="session")
def busybox_image(container_socket: str) -> str:
    """The name of an image that the service of `container_socket` has."""
    return podman.IMAGE


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real Chromium; its absence skips, but fails where it must be there.

    Its driver keeps an event loop running in this thread, so it must not outlive the
    module: tests that use asyncio themselves come later.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    if not CHROMIUM:
        if os.environ.get("COULER_NEED_BROWSER"):
            pytest.fail("no chromium, and COULER_NEED_BROWSER is set")
        pytest.skip("no chromium on the PATH")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield browser
        browser.close()
