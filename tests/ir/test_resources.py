"""Quantities as Kubernetes writes them, exactly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.ir import bytes_text, cores_text, parse_bytes, parse_cores


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("0", 0),
        ("1500", 1500),
        ("1k", 1000),
        ("1Ki", 1024),
        ("1.5Gi", 1610612736),
        (" 2 Mi ", 2097152),
        ("1e3", 1000),
        ("1E", 10**18),
        ("2Ei", 2 * 2**60),
        ("9007199254740993", 9007199254740993),
        ("0.1Ki", 102),
        (4096, 4096),
        (1.5e9, 1500000000),
    ],
)
def test_bytes(text: str | float, count: int) -> None:
    assert parse_bytes(text) == count


@pytest.mark.parametrize(
    "text",
    ["", "Gi", "-1", "1GB", "1 G i", "1m", "one", "1,5Gi", "0x10", "٣Gi", "1e999"],
)
def test_what_is_no_amount_of_bytes(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no amount of bytes; write 512Mi \(units"):
        parse_bytes(text)


@pytest.mark.parametrize("count", [float("nan"), float("inf"), True])
def test_what_is_no_number_of_bytes(count: float) -> None:
    with pytest.raises(ValueError, match="is no amount of bytes"):
        parse_bytes(count)


@pytest.mark.parametrize(
    ("text", "cores"),
    [("1", 1.0), ("250m", 0.25), ("0.5", 0.5), (2, 2.0), (0.1, 0.1), ("1500 m", 1.5)],
)
def test_cores(text: str | float, cores: float) -> None:
    assert parse_cores(text) == cores


@pytest.mark.parametrize("text", ["", "m", "1k", "-1", "1Gi", "half"])
def test_what_is_no_amount_of_cpu(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no amount of CPU; write 0\.5 or 500m"):
        parse_cores(text)


@given(st.integers(0, 2**70))
def test_bytes_read_back(count: int) -> None:
    assert parse_bytes(bytes_text(count)) == count


@given(st.floats(0, 1e6))
def test_cores_read_back(cores: float) -> None:
    assert parse_cores(cores_text(cores)) == cores


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_different_cores_are_written_differently(one: float, other: float) -> None:
    assert (one == other) == (cores_text(one) == cores_text(other))
