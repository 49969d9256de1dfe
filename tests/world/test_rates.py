"""One rule for writing rates, everywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from triffin.scenario import parse_rate
from triffin.world import InputError


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("24%", 0.24),
        ("24 %", 0.24),
        (" 24.0% ", 0.24),
        (0.24, 0.24),
        ("0.24", 0.24),
        (".24", 0.24),
        ("+24%", 0.24),
        (1.08, 1.08),
        ("1.08", 1.08),
        ("108%", 1.08),
        (0, 0.0),
        ("0%", 0.0),
        (2.999, 2.999),
        ("300%", 3.0),
        ("1000%", 10.0),
        ("27.4%", 0.274),
        ("-10%", -0.1),
        (-0.1, -0.1),
        (np.float64(0.24), 0.24),
        (np.int64(1), 1.0),
        ("1e-2", 0.01),
    ],
)
def test_a_percentage_and_a_fraction_are_the_same_rate(written: object, rate: float) -> None:
    assert parse_rate(written) == rate


@pytest.mark.parametrize("written", [3, 3.0, "3", 24, "24", "24.5", 145, 1e300, "1e3"])
def test_a_bare_number_from_3_up_is_refused_with_advice(written: object) -> None:
    with pytest.raises(InputError, match="percent") as caught:
        parse_rate(written)
    assert "%" in str(caught.value)


@pytest.mark.parametrize(
    "written",
    [
        "1000.1%",
        "1e9%",
        -1,
        -1.5,
        "-100%",
        "-250%",
        float("nan"),
        float("inf"),
        "nan",
        "inf",
        "-inf%",
        "1e999%",
        "",
        "%",
        "abc",
        "24%%",
        "24 percent",
        "1_0%",
        "٢٤%",
        True,
        None,
        [0.1],
        {"rate": 0.1},
        1j,
        "2,5%",
        b"24%",
    ],
)
def test_what_is_no_tariff_is_refused(written: object) -> None:
    with pytest.raises(InputError):
        parse_rate(written)


def test_a_decimal_comma_is_named() -> None:
    with pytest.raises(InputError, match=r"2\.5%"):
        parse_rate("2,5%")


def test_the_error_names_file_line_and_field() -> None:
    with pytest.raises(InputError) as caught:
        parse_rate(24, file="own.csv", line=7, field="column rate")
    assert str(caught.value).startswith("own.csv, line 7, column rate: ")


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1.0, parse_rate("-0%")) == 1.0


@given(st.integers(min_value=-9999, max_value=100_000))
def test_percent_with_two_decimals_is_read_exactly(hundredths: int) -> None:
    assert parse_rate(f"{hundredths / 100:.2f}%") == float(f"{hundredths}e-4")


@given(st.floats(min_value=-0.999, max_value=2.999))
def test_a_fraction_is_itself_as_number_and_as_text(rate: float) -> None:
    assert parse_rate(rate) == rate
    assert parse_rate(repr(rate)) == rate


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary(), st.booleans()))
def test_anything_is_a_rate_in_range_or_an_input_error(written: object) -> None:
    try:
        rate = parse_rate(written)
    except InputError:
        return
    assert -1.0 < rate <= 10.0
