from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.errors import ModelFailed, SpendingLimit, UnknownName
from couler_jupyter.llm import (
    HOW_TO_CONFIGURE,
    Message,
    Provider,
    Settings,
    make_providers,
    open_model,
    spending_of,
)
from couler_jupyter.registry import Registry
from couler_jupyter.testing.models import QueueModel

KEY = "plain-word-of-a-key-99"


def providers(queue: QueueModel) -> Registry[Provider]:
    table = make_providers()
    table.register("queue", lambda _: queue)
    return table


def test_a_model_hears_no_secret_and_is_counted_and_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_WORD", KEY)
    queue = QueueModel([f"{KEY} it is"], "m")
    chosen = Settings(model="m", provider="queue", key="env:SOME_WORD")
    spending = spending_of(chosen)
    model = open_model(
        chosen, spending, providers=providers(queue), record_folder=tmp_path
    )
    assert model.name == "m"
    model.complete([Message("user", f"is it {KEY}?")])
    assert queue.asked[0].text == "is it [secret]?"
    [file] = tmp_path.iterdir()
    assert KEY not in file.read_text(encoding="utf-8")
    assert spending.spent.calls == 1


def test_nothing_is_written_down_where_somebody_opted_out(tmp_path: Path) -> None:
    chosen = Settings(model="m", provider="queue", record=False)
    model = open_model(
        chosen,
        spending_of(chosen),
        providers=providers(QueueModel(["yes"])),
        record_folder=tmp_path,
    )
    model.complete([Message("user", "hello")])
    assert list(tmp_path.iterdir()) == []


def test_limits_of_the_settings_hold() -> None:
    chosen = Settings(model="m", provider="queue", record=False, most_tokens=10)
    queue = QueueModel(["yes"])
    model = open_model(chosen, spending_of(chosen), providers=providers(queue))
    with pytest.raises(SpendingLimit):
        model.complete([Message("user", "hello")])


def test_answers_are_replayed_from_a_transcript(tmp_path: Path) -> None:
    path = str(tmp_path / "t.jsonl")
    live = Settings(model="queue", provider="queue", record=False, transcript=path)
    ask = [Message("user", "hello")]
    queue = providers(QueueModel(["yes"]))
    open_model(live, spending_of(live), providers=queue).complete(ask)
    later = Settings(model="queue", provider="replay", record=False, transcript=path)
    assert open_model(later, spending_of(later)).complete(ask).text == "yes"
    bare = Settings(model="queue", provider="replay")
    with pytest.raises(ModelFailed, match="COULER_LLM_TRANSCRIPT"):
        open_model(bare, spending_of(bare))


def test_without_a_model_it_is_said_how_to_choose_one() -> None:
    with pytest.raises(ModelFailed) as caught:
        open_model(Settings(), spending_of(Settings()))
    assert HOW_TO_CONFIGURE in str(caught.value)


def test_a_provider_that_is_not_there_is_named() -> None:
    chosen = Settings(model="m", provider="opnai")
    with pytest.raises(
        UnknownName, match="no llm named 'opnai'; did you mean 'openai'"
    ):
        open_model(chosen, spending_of(chosen))
