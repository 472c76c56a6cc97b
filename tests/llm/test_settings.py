from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.llm import Settings, load_settings
from couler_jupyter.llm.prices import Price
from couler_jupyter.llm.settings import settings_path

WORD = "plain-text-of-a-key-0123456789"


def file(folder: Path, text: str) -> dict[str, str]:
    path = folder / "llm.toml"
    path.write_text(text, encoding="utf-8")
    return {"COULER_LLM_CONFIG": str(path)}


def nothing(folder: Path) -> dict[str, str]:
    return {"COULER_LLM_CONFIG": str(folder / "none.toml")}


def test_without_a_file_and_variables_no_model_is_chosen(tmp_path: Path) -> None:
    assert load_settings(nothing(tmp_path)) == Settings()
    assert not Settings().model


def test_a_file_says_all_there_is_to_choose(tmp_path: Path) -> None:
    text = """
    model = "small"
    base_url = "http://localhost:8000/v1"
    key = "keyring:couler/llm"
    provider = "openai"
    api_version = "2024-10-21"
    deployment = "mine"
    most_tokens = 1000
    most_dollars = 2
    seconds = 30
    retries = 1
    record = false
    transcript = "t.jsonl"
    [prices."small"]
    prompt = 1
    answer = 2
    """
    assert load_settings(file(tmp_path, text)) == Settings(
        model="small",
        base_url="http://localhost:8000/v1",
        key="keyring:couler/llm",
        api_version="2024-10-21",
        deployment="mine",
        most_tokens=1000,
        most_dollars=2.0,
        seconds=30.0,
        retries=1,
        record=False,
        transcript="t.jsonl",
        prices={"small": Price(prompt=1.0, answer=2.0)},
    )


def test_variables_go_before_the_file(tmp_path: Path) -> None:
    variables = file(tmp_path, 'model = "small"\nmost_tokens = 5\n') | {
        "COULER_LLM_MODEL": "big",
        "COULER_LLM_MOST_DOLLARS": "1.5",
        "COULER_LLM_RECORD": "off",
        "COULER_LLM_PRICES": "big=1/2",
    }
    chosen = load_settings(variables)
    assert (chosen.model, chosen.most_tokens, chosen.most_dollars) == ("big", 5, 1.5)
    assert not chosen.record
    assert chosen.prices == {"big": Price(prompt=1.0, answer=2.0)}


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        (WORD, "env:COULER_LLM_API_KEY"),
        ("keyring:couler/llm", "keyring:couler/llm"),
        ("env:MY_KEY", "env:MY_KEY"),
    ],
)
def test_the_variable_has_the_key_or_says_where_it_is(
    tmp_path: Path, value: str, reference: str
) -> None:
    chosen = load_settings(nothing(tmp_path) | {"COULER_LLM_API_KEY": value})
    assert chosen.key == reference
    assert WORD not in repr(chosen)


def test_openais_key_goes_to_openai_alone(tmp_path: Path) -> None:
    openai = nothing(tmp_path) | {"OPENAI_API_KEY": WORD}
    assert load_settings(openai).key == "env:OPENAI_API_KEY"
    beside = load_settings(openai | {"OPENAI_BASE_URL": "https://proxy.example/v1"})
    assert (beside.key, beside.host) == ("env:OPENAI_API_KEY", "proxy.example")
    other = load_settings(openai | {"COULER_LLM_BASE_URL": "http://localhost:1/v1"})
    assert (other.key, other.host) == ("", "localhost:1")


@pytest.mark.parametrize(
    "text",
    [
        f'key = "{WORD}"',
        f'{WORD} = "x"',
        f'base_url = "https://me:{WORD}@host/v1"',
        f'base_url = "ftp://{WORD}"',
    ],
    ids=["key", "name", "url", "scheme"],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(UsageFailed) as caught:
        load_settings(file(tmp_path, text))
    assert WORD not in str(caught.value)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "most_tokens = -1", 'most_tokens = "many"', "retries = true", 'record = "maybe"',
        "model = 3", "prices = 3", "[prices.m]\nprompt = 1", "[prices.m]\nprompt=1\nanswer='x'",
        "model = [", 'seconds = "inf"\nretries = "inf"',
    ],
)  # fmt: skip
def test_what_is_no_choice_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageFailed, match=r"llm\.toml"):
        load_settings(file(tmp_path, text))


def test_the_file_is_in_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    assert settings_path({}) == Path("/somewhere/couler/llm.toml")
