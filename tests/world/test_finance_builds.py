"""The build scripts give the bytes that ship, and stop where a source is not as it should be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sector_sources import SHARED, same_bytes_as_shipped
from tools.build_data import (
    finance_common,
    finance_debt,
    finance_facts,
    finance_price_impact,
    finance_series,
    finance_tables,
    finance_tic,
    finance_yield_channel,
    published_estimates,
)
from tools.build_data.finance_yield_channel import newey_west


@pytest.fixture
def source() -> Path:
    """The folder of public tables beside the repository; skips where it is absent."""
    if not (SHARED / "treasuries").is_dir():
        pytest.skip("the source tables of finance are not beside the repository")
    return SHARED


def test_the_shipped_datasets_are_what_the_scripts_build(source: Path, tmp_path: Path) -> None:
    built = [
        *finance_series.build(source, tmp_path),
        *finance_tables.build(source, tmp_path),
        *finance_facts.build(source, tmp_path),
        *finance_debt.build(source, tmp_path),
        finance_tic.build(source, tmp_path),
        finance_price_impact.build(source, tmp_path),
    ]
    assert len(built) == 19
    for path in built:
        assert same_bytes_as_shipped(path), path.name


def test_the_yield_channel_is_estimated_again_from_the_shipped_series(tmp_path: Path) -> None:
    assert same_bytes_as_shipped(finance_yield_channel.build(tmp_path))


def test_least_squares_recovers_its_coefficients() -> None:
    draws = np.random.default_rng(1)
    x = draws.normal(size=(500, 2))
    exact = newey_west(1 + x @ np.array([2.0, -3.0]), x, 4)
    assert exact.slopes == pytest.approx([2, -3])
    assert exact.r_squared == pytest.approx(1)
    noisy = newey_west(1 + x @ np.array([2.0, -3.0]) + draws.normal(size=500), x, 4)
    # independent errors of variance one: the standard error is 1/sqrt(T)
    assert noisy.standard_errors == pytest.approx(500**-0.5, rel=0.2)


def test_overlapping_changes_need_wider_errors() -> None:
    draws = np.random.default_rng(2)
    x, y = draws.normal(size=(2, 4000))
    sums = [np.convolve(v, np.ones(5), "valid") for v in (x, y)]
    white = newey_west(sums[1], sums[0][:, None], 0).standard_errors[0]
    corrected = newey_west(sums[1], sums[0][:, None], 8).standard_errors[0]
    assert corrected > 1.3 * white


def test_white_errors_are_those_of_the_textbook() -> None:
    y, x = np.array([1.0, 2.0, 4.0]), np.array([[0.0], [1.0], [2.0]])
    fit = newey_west(y, x, 0)
    # slope 1.5, residuals 1/6, -1/3, 1/6; variance sum (x - 1)^2 e^2 / 2^2
    assert fit.slopes[0] == pytest.approx(1.5)
    assert fit.standard_errors[0] == pytest.approx(np.sqrt((1 / 36 + 1 / 36) / 4))


def test_a_row_with_six_cells_has_its_date_before_the_source(tmp_path: Path) -> None:
    path = tmp_path / "facts.csv"
    head = "key,value,unit,date,source,note,confidence\n"
    path.write_text(head + 'a,-9.5,"percent (9-10)",2025 a post,,medium\n', encoding="utf-8")
    (row,) = finance_facts.cleaned(finance_facts.read_facts(path))
    assert (row["date"], row["source"], row["unit"], row["note"]) == (
        "2025",
        "a post",
        "percent",
        "9-10",
    )
    path.write_text(head + "a,1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="row 2: 2 cells"):
        finance_facts.read_facts(path)


def row(source: str, confidence: str = "high", note: str = "") -> dict[str, str]:
    return {
        "key": "k",
        "value": "1",
        "unit": "ratio",
        "date": "2025",
        "source": source,
        "note": note,
        "confidence": confidence,
    }


@pytest.mark.parametrize(
    ("fact", "grade"),
    [
        (row("H.4.1"), "published"),
        (row("unsourced: general knowledge"), "judgement"),
        (row("a paper / unsourced: general knowledge", "medium"), "judgement"),
        (row("a blog", "low"), "judgement"),
        (row("the article"), "judgement"),
        (row("a blog", note="a claim, itself unverified"), "judgement"),
        (row("computed 4.21/28.95"), "derived"),
        (row("residual 2.01 - 0.176"), "derived"),
        (row("0.76*0.75+0.24*0.19"), "derived"),
    ],
)
def test_the_grade_of_a_fact_follows_from_its_source(fact: dict[str, str], grade: str) -> None:
    assert finance_facts.grade(fact) == grade


def test_idem_is_written_out() -> None:
    rows = [row("H.10"), row("idem"), row("idem; checked twice"), row("GitHub none")]
    sources = [r["source"] for r in finance_facts.cleaned(rows)]
    assert sources == ["H.10", "H.10", "H.10; checked twice", "GitHub none"]


def test_a_fact_that_contradicts_the_holdings_stops_the_build() -> None:
    level = row("TIC") | {"key": "tic_japan_2025-03", "value": "1130.8"}
    table = {("Japan", "2025-03"): 1130.8}
    assert finance_facts.without_levels([level, row("H.10")], table) == [row("H.10")]
    with pytest.raises(ValueError, match="TIC has another figure"):
        finance_facts.without_levels([level | {"value": "1270"}], table)


@pytest.mark.parametrize(
    ("term", "years"), [("13-Week", 0.25), ("73-Day", 0.2), ("9-Year 10-Month", 9 + 10 / 12)]
)
def test_terms_are_years(term: str, years: float) -> None:
    assert finance_tables.years_of(term) == pytest.approx(years)


def test_a_holder_that_stands_twice_stops_the_build(tmp_path: Path) -> None:
    path = tmp_path / "tic.csv"
    head = "holder,month,usd_bn,flag,source\n"
    double = "Japan,2011-06,881.5,,TIC\nJapan,2011-06,911.1,{},TIC\n"
    path.write_text(head + double.format("second_column"), encoding="utf-8")
    assert finance_tic.read_table(path) == {("Japan", "2011-06"): 881.5}
    path.write_text(head + double.format(""), encoding="utf-8")
    with pytest.raises(ValueError, match="stands twice"):
        finance_tic.read_table(path)
    path.write_text(head + double.format("third"), encoding="utf-8")
    with pytest.raises(ValueError, match="unknown flag"):
        finance_tic.read_table(path)
    path.write_text(head + "Japan,2011-06\n", encoding="utf-8")
    with pytest.raises(ValueError, match="not as many cells"):
        finance_common.read_rows(path)


def test_a_basis_that_cannot_be_told_from_its_source_stops_the_build(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    head = "period,usd,eur,gbp,jpy,cny,other,basis,source,confidence\n"
    path.write_text(head + "2025Q1,57.79,,,,,,share of allocated a page,high\n", encoding="utf-8")
    (found,) = finance_tables.read_shares(path)
    assert (found["basis"], found["source"]) == ("share of allocated", "a page")
    path.write_text(head + "2025Q1,57.79,,,,,,a page,high\n", encoding="utf-8")
    with pytest.raises(ValueError, match="cannot be told apart"):
        finance_tables.read_shares(path)


def test_the_published_estimates_are_what_the_script_builds(source: Path, tmp_path: Path) -> None:
    assert same_bytes_as_shipped(published_estimates.build(source, tmp_path))
