"""A real server that speaks OpenAI's chat completions, and what is made of its answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.errors import ModelFailed
from couler_jupyter.llm import Message, Settings
from couler_jupyter.llm.openai_model import OpenAIModel
from couler_jupyter.testing.model_server import ModelServer, Said
from tests.llm.conftest import Serve

pytest.importorskip("openai")

ASK = [Message("system", "be short"), Message("user", "say hello")]
KEY = "sk-proj-0123456789abcdefghij"
NUMBER: dict[str, Any] = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
QUICK = {"retry-after-ms": "1"}


def settings(server: ModelServer, **more: Any) -> Settings:
    return replace(Settings(model="small", base_url=server.url), **more)


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_WORD", KEY)


def refused(model: OpenAIModel, **how: Any) -> str:
    with pytest.raises(ModelFailed) as caught:
        model.complete(ASK, **how)
    line = str(caught.value)
    assert KEY not in line
    assert "\n" not in line
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return line


def test_an_answer_comes_piece_by_piece_and_is_counted(serve: Serve) -> None:
    server = serve(Said(pieces=("hel", "lo"), usage=(9, 2)))
    pieces: list[str] = []
    answer = OpenAIModel(settings(server)).complete(ASK, on_text=pieces.append)
    assert (answer.text, pieces) == ("hello", ["hel", "lo"])
    assert (answer.spent.prompt_tokens, answer.spent.answer_tokens) == (9, 2)
    assert (answer.spent.calls, answer.spent.reckoned) == (1, False)
    assert answer.model == "served-model"
    [asked] = server.asked
    assert asked["messages"] == [
        {"role": "system", "content": "be short"},
        {"role": "user", "content": "say hello"},
    ]
    assert server.paths == ["/v1/chat/completions"]


def test_tokens_are_reckoned_where_the_endpoint_does_not_count(serve: Serve) -> None:
    server = serve(Said(pieces=("x" * 40,), usage=None))
    spent = OpenAIModel(settings(server)).complete(ASK).spent
    assert (spent.answer_tokens, spent.reckoned) == (10, True)
    assert spent.prompt_tokens > 0


def test_most_tokens_and_temperature_are_sent_only_if_given(serve: Serve) -> None:
    server = serve()
    model = OpenAIModel(settings(server))
    model.complete(ASK)
    model.complete(ASK, most_tokens=5, temperature=0.0)
    assert not {"max_tokens", "temperature"} & set(server.asked[0])
    assert (server.asked[1]["max_tokens"], server.asked[1]["temperature"]) == (5, 0.0)


def test_an_answer_that_was_cut_says_so(serve: Serve) -> None:
    assert OpenAIModel(settings(serve(Said(finish="length")))).complete(ASK).cut


def test_a_flood_beyond_the_most_tokens_is_not_read(serve: Serve) -> None:
    server = serve(Said(pieces=("word " * 100,) * 100))
    answer = OpenAIModel(settings(server)).complete(ASK, most_tokens=10)
    assert answer.cut
    assert len(answer.text) < 1000


def test_the_key_goes_to_the_endpoint_alone(serve: Serve) -> None:
    server = serve()
    model = OpenAIModel(settings(server, key="env:THE_WORD"))
    answer = model.complete(ASK)
    assert server.keys == [KEY]
    assert KEY not in json.dumps(server.asked) + repr(model) + repr(answer)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "refuses the key (401), which comes from env:THE_WORD"),
        (403, "does not let this key use small (403)"),
        (404, "has no model 'small' at this address (404)"),
        (400, "does not take the question (400)"),
        (413, "too long"),
    ],
)
def test_a_refusal_is_one_line_without_the_key(
    serve: Serve, status: int, words: str
) -> None:
    said = Said(status=status, error={"message": f"bad key {KEY}\nsee Bearer {KEY}"})
    server = serve(said)
    line = refused(OpenAIModel(settings(server, key="env:THE_WORD")))
    assert words in line
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_what_may_pass_is_tried_again(serve: Serve, status: int) -> None:
    busy = Said(status=status, error={"message": "busy"}, headers=QUICK)
    server = serve(busy, busy, Said(pieces=("there",)))
    assert OpenAIModel(settings(server)).complete(ASK).text == "there"
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "words"), [(429, "takes no more for now (429)"), (503, "failed (503)")]
)
def test_what_does_not_pass_is_told(serve: Serve, status: int, words: str) -> None:
    server = serve(Said(status=status, error={"message": "quota"}, headers=QUICK))
    line = refused(OpenAIModel(settings(server, retries=1)))
    assert words in line
    assert "quota" in line
    assert len(server.asked) == 2


def test_an_endpoint_that_is_not_there_is_named() -> None:
    gone = Settings(model="small", base_url="http://127.0.0.1:9/v1", retries=0)
    assert "127.0.0.1:9 cannot be reached" in refused(OpenAIModel(gone))


def test_an_endpoint_that_says_nothing_is_given_up(serve: Serve) -> None:
    server = serve(Said(stall=True))
    line = refused(OpenAIModel(settings(server, seconds=0.3, retries=0)))
    assert "did not answer within 0.3 s" in line


def test_an_endless_answer_is_given_up() -> None:
    from couler_jupyter.llm.openai_answer import Heard

    chunk = type("Chunk", (), {"choices": ()})()
    with pytest.raises(ModelFailed, match="did not come to an end in time"):
        Heard("small").stream(iter(lambda: chunk, None), until=0.0)


@pytest.mark.parametrize("breaks", ["lost", "garbled", "error"])
def test_a_stream_that_breaks_is_told(serve: Serve, breaks: Any) -> None:
    server = serve(Said(breaks=breaks, error={"message": f"gone with {KEY}"}))
    line = refused(OpenAIModel(settings(server, key="env:THE_WORD")))
    assert "127.0.0.1" in line


def test_a_page_that_is_no_endpoint_is_told(serve: Serve) -> None:
    server = serve(Said(body=b"<html><h1>welcome</h1></html>"))
    assert "base URLs mostly end in /v1" in refused(OpenAIModel(settings(server)))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(pieces=()), "said nothing"),
        (Said(pieces=(), finish="length"), "allow more"),
        (Said(finish="content_filter"), "held back"),
        (Said(pieces=(), refusal="that is\nnot for me"), "that is not for me"),
    ],
    ids=["empty", "thinking", "filter", "refusal"],
)
def test_no_answer_is_told(serve: Serve, said: Said, words: str) -> None:
    assert words in refused(OpenAIModel(settings(serve(said))))


def test_a_schema_is_asked_for_and_checked(serve: Serve) -> None:
    server = serve(Said(pieces=('{"n": ', "3}")))
    answer = OpenAIModel(settings(server)).complete(ASK, schema=NUMBER)
    assert json.loads(answer.text) == {"n": 3}
    form = server.asked[0]["response_format"]
    assert form["json_schema"] == {"name": "answer", "schema": NUMBER, "strict": True}


def test_an_open_schema_is_not_called_strict(serve: Serve) -> None:
    server = serve(Said(pieces=("{}",)))
    OpenAIModel(settings(server)).complete(ASK, schema={"type": "object"})
    assert server.asked[0]["response_format"]["json_schema"]["strict"] is False


@pytest.mark.parametrize(
    ("refuses", "shapes"),
    [
        ({"json_schema"}, ["json_schema", "json_object"]),
        ({"json_schema", "json_object"}, ["json_schema", "json_object", ""]),
        ({"response_format"}, ["json_schema", "json_object", ""]),
    ],
    ids=["no-schema", "no-object", "none"],
)
def test_an_endpoint_without_schemas_is_told_in_words(
    serve: Serve, refuses: set[str], shapes: list[str]
) -> None:
    server = serve(Said(pieces=('{"n": 3}',)), refuses=frozenset(refuses))
    model = OpenAIModel(settings(server))
    assert json.loads(model.complete(ASK, schema=NUMBER).text) == {"n": 3}
    kinds = [one.get("response_format", {}).get("type", "") for one in server.asked]
    assert kinds == shapes
    assert '"additionalProperties"' in server.asked[-1]["messages"][0]["content"]
    model.complete(ASK, schema=NUMBER)  # it has learned
    assert len(server.asked) == len(shapes) + 1


def test_an_endpoint_that_fails_over_schemas_is_told_in_words(serve: Serve) -> None:
    """As the server of llama-cpp-python does: 500, in place of 400."""
    why = {"message": "1 validation error: body, response_format, type"}
    failed = Said(status=500, error=why, headers=QUICK)
    server = serve(failed, Said(pieces=('{"n": 3}',)))
    model = OpenAIModel(settings(server, retries=0))
    assert json.loads(model.complete(ASK, schema=NUMBER).text) == {"n": 3}


def test_an_endpoint_that_does_not_hold_to_the_schema_is_asked_otherwise(
    serve: Serve,
) -> None:
    good = Said(pieces=("```json\n{'n': 3,}\n```",), usage=(5, 5))
    server = serve(Said(pieces=("three!",), usage=(5, 5)), good)
    answer = OpenAIModel(settings(server)).complete(ASK, schema=NUMBER)
    assert json.loads(answer.text) == {"n": 3}
    assert (answer.spent.calls, answer.spent.tokens) == (2, 20)


def test_what_never_fits_comes_as_it_is(serve: Serve) -> None:
    server = serve(Said(pieces=('{"n": "three"}',), usage=(5, 4)))
    answer = OpenAIModel(settings(server)).complete(ASK, schema=NUMBER)
    assert answer.text == '{"n": "three"}'
    assert (answer.spent.calls, answer.spent.tokens, len(server.asked)) == (3, 27, 3)


def test_json_that_was_cut_is_not_made_up(serve: Serve) -> None:
    server = serve(Said(pieces=('{"n": 3',), finish="length"))
    answer = OpenAIModel(settings(server)).complete(ASK, schema=NUMBER)
    assert (answer.text, answer.cut, len(server.asked)) == ('{"n": 3', True, 1)


@pytest.mark.parametrize("name", ["stream_options", "temperature", "stream"])
def test_what_an_endpoint_does_not_take_is_left_out(serve: Serve, name: str) -> None:
    server = serve(Said(pieces=("there",)), refuses=frozenset({name}))
    model = OpenAIModel(settings(server))
    assert model.complete(ASK, temperature=0.5).text == "there"
    assert name not in server.asked[-1]


def test_the_most_tokens_are_sent_by_the_name_that_is_known(serve: Serve) -> None:
    server = serve(refuses=frozenset({"max_tokens"}))
    OpenAIModel(settings(server)).complete(ASK, most_tokens=9)
    assert server.asked[-1]["max_completion_tokens"] == 9


def test_a_question_that_is_too_long_is_not_asked_otherwise(serve: Serve) -> None:
    why = {
        "message": "maximum context length is 2048",
        "code": "context_length_exceeded",
    }
    server = serve(Said(status=400, error=why))
    assert "2048" in refused(OpenAIModel(settings(server)), schema=NUMBER)
    assert len(server.asked) == 1


def test_azure_is_asked_by_deployment(serve: Serve) -> None:
    server = serve()
    azure = settings(
        server,
        base_url=server.url.removesuffix("/v1"),
        key="env:THE_WORD",
        api_version="2024-10-21",
        deployment="mine",
    )
    assert OpenAIModel(azure).complete(ASK).text == "hello"
    want = "/openai/deployments/mine/chat/completions?api-version=2024-10-21"
    assert server.paths == [want]
    assert server.keys == [KEY]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Settings(model="m"), "m needs a key; set COULER_LLM_API_KEY"),
        (
            Settings(model="m", key="env:NOT_THERE"),
            "there is no secret at env:NOT_THERE",
        ),
    ],
    ids=["none", "unset"],
)
def test_a_missing_key_is_told_before_anything_is_sent(
    chosen: Settings, words: str
) -> None:
    assert words in refused(OpenAIModel(chosen))
