"""Secrets of a run, through real processes: who sees them, and who does not."""

from __future__ import annotations

import pytest

from couler_jupyter.ir import EnvVar, Phase, SecretRef
from couler_jupyter.testing.parts import flow, python, sh, step
from tests.engines.local.runs.bench import Bench

SEEN = "def seen():\n    import os\n    return 'open sesame' in os.environ.values()\n"
TOKEN = (EnvVar("TOKEN", SecretRef("hub", "token")),)


@pytest.fixture(autouse=True)
def _in_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_SECRET_HUB_TOKEN", "open sesame")


def test_a_step_sees_the_secrets_that_it_asks_for_alone(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "secrets",
            step("asks", python(SEEN, env=TOKEN)),
            step("does-not", python(SEEN)),
            step("script", sh("env | grep -c 'open sesame' || true")),
        )
    )
    assert (ended["asks"], ended["does-not"], ended["script"]) == (True, False, 0)


def test_a_secret_is_hidden_in_the_log_and_in_no_record(bench: Bench) -> None:
    ended = bench.run(
        flow("secrets", step("tells", sh('echo "it is $TOKEN" >&2', env=TOKEN)))
    )
    assert ended.phase is Phase.SUCCEEDED
    assert ended.log("tells") == "it is ***\n"
    files = [path for path in bench.store.root.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"open sesame" in path.read_bytes()]
