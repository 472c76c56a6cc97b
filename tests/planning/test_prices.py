"""What machines cost, as a person gave it."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Resources
from couler_jupyter.planning import Prices, Rates, load_prices

GIB = 2**30
RATES = Rates(cpu_hour=0.04, memory_gib_hour=0.005, gpu_hour=2.0)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "prices.toml"
    monkeypatch.setenv("COULER_PRICES", str(path))
    return path


def test_without_a_file_there_are_no_prices(file: Path) -> None:
    assert load_prices() == Prices()
    assert load_prices().of("argo").cost(Resources(cpu=1), 3600) is None


def test_prices_are_by_engine(file: Path) -> None:
    file.write_text('currency = "EUR"\n[argo]\ncpu_hour = 0.04\n')
    prices = load_prices()
    assert prices.currency == "EUR"
    assert prices.of("argo") == Rates(cpu_hour=0.04)
    assert prices.of("local") == Rates()


@pytest.mark.parametrize(
    ("asked", "seconds", "cost"),
    [
        (Resources(cpu=2), 1800, 0.04),
        (Resources(cpu=1, memory=2 * GIB), 3600, 0.05),
        (Resources(gpu=2), 900, 1.0),
    ],
)
def test_what_is_asked_for_is_paid(
    asked: Resources, seconds: float, cost: float
) -> None:
    assert RATES.cost(asked, seconds) == pytest.approx(cost)


@pytest.mark.parametrize("asked", [Resources(), Resources(memory=GIB)])
def test_who_asks_for_no_cores_has_no_known_cost(asked: Resources) -> None:
    assert RATES.cost(asked, 3600) is None


def test_a_missing_price_is_not_made_up() -> None:
    only_cores = Rates(cpu_hour=0.04)
    assert only_cores.cost(Resources(cpu=1), 3600) == pytest.approx(0.04)
    assert only_cores.cost(Resources(cpu=1, gpu=1), 3600) is None
    assert only_cores.cost(Resources(cpu=1, memory=GIB), 3600) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[argo]\ncpu_hours = 1\n", "[argo] has no price 'cpu_hours'; did you mean"),
        ("[argo]\ncpu_hour = -1\n", "[argo]: cpu_hour is -1, no price"),
        ('[argo]\ncpu_hour = "1"\n', "[argo]: cpu_hour is '1', no price"),
        ("argo = 3\n", "[argo] is no table of prices"),
        ("currency = 3\n", "currency is 3, no text"),
        ("[argo\n", "prices.toml: "),
    ],
)
def test_what_is_no_price_is_told_in_one_line(file: Path, text: str, told: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageFailed) as raised:
        load_prices()
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
