"""Single figures, studies and records: values, grades and what is refused."""

from __future__ import annotations

from typing import get_args

import pytest

from triffin.world.base.errors import InputError
from triffin.world.data import shipped_rows
from triffin.world.data.facts import (
    TABLES,
    Family,
    fact,
    facts,
    maturities,
    price_impact,
    yield_channel,
)
from triffin.world.data.market_events import (
    auctions,
    cover_history,
    currency_layers,
    interventions,
    reserve_share_series,
    reserve_shares,
)
from triffin.world.data.shipped import DATASETS


def test_two_trillion_matured_in_june_2025_of_which_176_bn_notes() -> None:
    # facts/holdings_and_debt.csv: actual_june_2025_maturities_as_of_may31, june_2025_maturing_notes
    june = maturities()["2025-06"]
    assert june.total_usd_bn == 2010
    assert june.notes_and_bonds_usd_bn == 175.7
    assert june.bills_usd_bn == pytest.approx(1834.3)
    assert june.grade == "published"


def test_only_months_with_data_have_maturities() -> None:
    schedule = maturities()
    assert list(schedule) == ["2025-03", "2025-04", "2025-06"]
    for month in ("2025-03", "2025-04"):
        assert schedule[month].grade == "judgement"
        assert schedule[month].bills_usd_bn is None
    # June was no peak
    assert schedule["2025-04"].total_usd_bn > schedule["2025-06"].total_usd_bn


# facts/fx.csv, Ministry of Finance, end of March 2025
@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("fx", "japan_reserves_deposits_2025_03", 159.7),
        ("fx", "japan_reserves_securities_2025_03", 943),
        ("holdings-and-debt", "marketable_debt_2025_05", 28.95),
        ("holdings-and-debt", "avg_rate_marketable_2025_05", 3.362),
        ("holdings-and-debt", "fed_treasury_holdings_2025_07_02", 4208.3),
        ("dollar-system", "bis_fx_usd_2025", 89.2),
        ("dollar-system", "kvj_convenience", 73),
        ("price-impact", "vj2021_10y_rise", 64),
    ],
)
def test_facts_have_the_figure_of_their_source(table: str, key: str, value: float) -> None:
    assert fact(table, key).number == value


@pytest.mark.parametrize("table", TABLES)
def test_every_fact_has_a_source_a_date_and_a_grade(table: str) -> None:
    rows = facts(table)
    assert len(rows) > 40
    for row in rows:
        assert row.source
        assert row.date
        assert row.unit
        assert not row.source.startswith("idem")
        assert "data/" not in row.source + row.note
        if "unsourced" in row.source or row.confidence == "low":
            assert row.grade == "judgement"


def test_a_fact_in_words_is_no_number() -> None:
    with pytest.raises(InputError, match="not a number"):
        _ = fact("fx", "chaboud_humpage2005").number


def test_unknown_tables_and_facts_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'fx'"):
        facts("fxx")
    with pytest.raises(InputError, match="Did you mean 'kvj_convenience'"):
        fact("dollar-system", "kvj_convenence")


def test_price_impact_differs_by_family() -> None:
    scaled = [s for s in price_impact() if s.bp_per_100bn_2025_low is not None]
    assert len(scaled) == 9
    low = {
        family: min(s.bp_per_100bn_2025_low or 0 for s in scaled if s.family == family)
        for family in get_args(Family)
    }
    high = {
        family: max(s.bp_per_100bn_2025_high or 0 for s in scaled if s.family == family)
        for family in get_args(Family)
    }
    assert low == {"flow-based": 3, "stock-based": 0.65, "stress": 32}
    assert high == {"flow-based": 72, "stock-based": 1.5, "stress": 32}
    # stock estimates lie below every flow estimate: a pooled median alone would hide it
    assert high["stock-based"] < low["flow-based"]


def test_studies_that_cannot_be_converted_stay_without_a_figure() -> None:
    unscaled = [s for s in price_impact() if s.bp_per_100bn_2025_low is None]
    assert {"Warnock and Warnock", "Laubach"} <= {s.study for s in unscaled}
    open_above = next(s for s in price_impact() if s.study == "Ahmed and Rebucci")
    assert (open_above.low, open_above.high) == (100, None)
    assert open_above.bp_per_100bn_2025_high is None


def test_what_rests_on_general_knowledge_is_judgement() -> None:
    grade = {(s.study, s.horizon): s.grade for s in price_impact()}
    assert grade["Bonis, Ihrig and Wei", "stock"] == "derived"
    assert grade["Ahmed and Rebucci", "impact"] == "judgement"
    assert grade["D'Amico and King", "days of operations"] == "judgement"


def channel(sample: str, days: int, regressors: str, coefficient: str) -> tuple[float, float]:
    (found,) = [
        e
        for e in yield_channel()
        if (e.sample, e.horizon_days, e.regressors, e.coefficient)
        == (sample, days, regressors, coefficient)
    ]
    return found.estimate, found.t


def test_a_steeper_curve_weakened_the_dollar_in_2025() -> None:
    # -0.06 % per basis point over five days beside the 10-year; a third of that over one day alone
    estimate, t = channel("2025", 5, "slope and 10-year", "slope")
    assert estimate == pytest.approx(-0.0606, abs=1e-4)
    assert t < -2
    estimate, t = channel("2025", 1, "slope", "slope")
    assert estimate == pytest.approx(-0.0206, abs=1e-4)
    assert t > -1.96
    assert channel("2025 April to June", 5, "slope", "slope")[0] == pytest.approx(-0.103, abs=1e-3)


def test_the_sign_of_the_yield_channel_depends_on_what_moves_yields() -> None:
    assert channel("2000-2025", 5, "slope and 10-year", "10-year")[1] > 10
    assert channel("2000-2025", 5, "slope and 10-year", "slope")[1] < -5
    by_year = [e for e in yield_channel() if len(e.sample) == 4 and e.horizon_days == 1]
    alone = [e.estimate for e in by_year if e.regressors == "slope"]
    assert len(alone) == 26
    assert 5 < sum(value < 0 for value in alone) < 21


def test_no_weak_auction_in_june_2025() -> None:
    june, year = cover_history("2025-06"), cover_history("2025")
    assert (june.auctions, june.lowest) == (37, 2.36)
    assert (year.auctions, year.lowest, round(year.mean, 2)) == (358, 2.20, 2.86)
    assert cover_history("2025-04-09", ("Note",)).mean == 2.67


def test_auctions_have_the_term_they_are_named_after() -> None:
    ten = [a for a in auctions() if a.term == "9-Year 10-Month"]
    assert {round(a.term_years, 2) for a in ten} == {9.83}
    # the market yield beside a reopened security was taken at a wrong maturity: left out
    assert all(a.market_yield is None for a in ten)
    others = [a for a in auctions() if a.market_yield is not None and a.type != "Bill"]
    assert max(abs((a.high_yield or 0) - (a.market_yield or 0)) for a in others) < 0.2


def test_auctions_of_other_periods_are_refused() -> None:
    with pytest.raises(InputError, match="no auctions of 2031"):
        cover_history("2031")
    with pytest.raises(InputError, match="not a type of security"):
        cover_history("2025", ("Equity",))


def test_japan_bought_9_trillion_yen_in_2022() -> None:
    rows = interventions()
    confirmed = [r for r in rows if r.grade == "published"]
    in_2022 = [r.jpy_tn or 0 for r in confirmed if r.date.startswith("2022")]
    assert sum(in_2022) == pytest.approx(9.188, abs=1e-3)
    spring = [r.jpy_tn or 0 for r in confirmed if "2024-04" <= r.date < "2024-06"]
    assert sum(spring) == pytest.approx(9.79)
    first = rows[0]
    assert (first.rates["day_before"], first.rates["same_day"]) == (144.14, 142.16)
    assert {r.direction for r in rows if r.jpy_tn is None} == {"none"}


def test_the_dollar_in_reserves_and_the_change_of_basis() -> None:
    # reserves/cofer_shares_annual.csv
    old, new = reserve_share_series("USD"), reserve_share_series("USD", "revised")
    assert old.on("2016-12-31") == 65.4
    assert old.on("2024-12-31") == 57.8
    assert new.on("2025-12-31") == 56.77
    # the second quarter of 2025 has both: the revision adds what the fall would seem to be
    assert (old.on("2025-06-30"), new.on("2025-06-30")) == (56.32, 57.08)
    assert {r.basis for r in reserve_shares() if r.date > "2025-07"} == {"revised"}
    with pytest.raises(InputError, match="no value on 2025-12-31"):
        old.on("2025-12-31")
    with pytest.raises(InputError, match="no shares of 'XAU'"):
        reserve_share_series("XAU")


def test_shares_without_a_source_are_judgement() -> None:
    grades = {r.period: (r.grade_usd, r.grade_others) for r in reserve_shares()}
    assert grades["2022Q4"] == ("published", "published")
    assert grades["2023Q4"] == ("judgement", "judgement")
    assert grades["2024Q4"] == ("published", "judgement")


def test_layers_of_the_dollar_system() -> None:
    layers = currency_layers()
    assert layers["turnover"].shares["USD"] == 89.2
    assert layers["turnover"].total == 200
    assert layers["payments"].shares["USD"] == 47.19
    assert layers["reserves-with-gold"].shares == {"USD": 46, "gold": 20, "EUR": 16}
    assert all(0 < layer.rest < layer.total for layer in layers.values())


def test_a_table_with_another_header_or_a_bad_cell_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def shipped(text: str) -> None:
        monkeypatch.setattr(shipped_rows, "verified_bytes", lambda name: text.encode())

    shipped("a,b\n1,2\n")
    with pytest.raises(InputError, match="not that of the table"):
        shipped_rows.read_rows("facts-fx", ("a", "c"))
    shipped("a,b\n1\n")
    with pytest.raises(InputError, match="line 2: 1 cells"):
        shipped_rows.read_rows("facts-fx", ("a", "b"))

    def row(cell: str) -> shipped_rows.Row:
        return shipped_rows.Row({"x": cell}, "own.csv", 3)

    with pytest.raises(InputError, match=r"own\.csv, line 3, x: 'much'"):
        row("much").number("x")
    with pytest.raises(InputError, match=r"own\.csv, line 3, x: '-1'"):
        row("-1").number("x", positive=True)
    with pytest.raises(InputError, match="Valid: a, b"):
        row("c").choice("x", ("a", "b"))


def test_no_dataset_cites_a_working_file() -> None:
    tables = list(DATASETS.glob("facts-*.csv"))
    assert len(tables) == 6
    for path in tables:
        text = path.read_text(encoding="utf-8")
        assert "data/fred" not in text
        assert "tic_mfh_tidy" not in text
