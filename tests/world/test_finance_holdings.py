"""Who holds US Treasuries: the figures of March 2025, and what the table cannot say."""

from __future__ import annotations

import numpy as np
import pytest
from tools.build_data.finance_tic import ISO3

from triffin.world.base.errors import InputError
from triffin.world.data.holdings import (
    AGGREGATES,
    OFFICIAL,
    OFFICIAL_BILLS,
    OFFICIAL_BONDS,
    TOTAL,
    holdings_arrays,
    tic_codes,
    tic_holdings,
)


# Rows of tic_holders_monthly.csv (TIC, mfhhis01.txt, release of 18 March 2026).
@pytest.mark.parametrize(
    ("holder", "month", "usd_bn"),
    [
        ("JPN", "2025-03", 1130.8),
        ("JPN", "2025-02", 1125.9),
        ("JPN", "2025-04", 1134.5),
        ("GBR", "2025-03", 779.3),
        ("CHN", "2025-03", 765.4),
        (TOTAL, "2025-03", 9054.2),
        (OFFICIAL, "2025-03", 3935.6),
        ("CHN", "2015-06", 1271.2),
        ("CHN", "2016-11", 1049.3),
        ("JPN", "2026-02", 1239.3),
    ],
)
def test_holdings_are_those_of_the_treasury(holder: str, month: str, usd_bn: float) -> None:
    assert tic_holdings().of(holder, month) == usd_bn


def test_foreigners_sold_276_bn_in_march_2020_and_japan_bought_in_april_2025() -> None:
    tic = tic_holdings()
    assert tic.change(TOTAL, "2020-03") == pytest.approx(-276.5)
    assert tic.change(OFFICIAL, "2020-03") == pytest.approx(-147.0)
    assert tic.change("JPN", "2025-04") == pytest.approx(3.7)
    changes = np.diff(tic.series(TOTAL).values)
    assert changes.min() == pytest.approx(-276.5)


def test_the_series_before_a_new_survey_is_left_out() -> None:
    # two columns of June 2011: 1,307.0 after the survey, 1,165.5 before it
    assert tic_holdings().of("CHN", "2011-06") == 1307.0
    assert tic_holdings().of("CHN", "2011-05") == 1159.8


def test_the_holders_of_a_month_add_up_to_the_total() -> None:
    tic = tic_holdings()
    assert tic.months[0] == "2000-03"
    assert len(tic.months) == 312
    incomplete = [month for month in tic.months if not tic.complete(month)]
    # the source table has a short list for these two
    assert incomplete == ["2026-01", "2026-02"]


def test_official_holdings_are_bills_and_bonds() -> None:
    tic = tic_holdings()
    parts = tic.series(OFFICIAL_BILLS).values + tic.series(OFFICIAL_BONDS).values
    assert np.abs(parts - tic.series(OFFICIAL).values).max() < 0.15
    assert np.all(tic.series(OFFICIAL).values < tic.series(TOTAL).values)


def test_one_month_has_the_shape_of_all() -> None:
    march = tic_holdings("2025-03")
    assert march.months == ("2025-03",)
    assert march.usd_bn.shape == (len(march.holders), 1)
    assert list(march.by_holder())[:3] == ["Japan", "United Kingdom", "China, Mainland"]
    assert sum(march.by_holder().values()) == pytest.approx(9054.2, abs=0.65)
    with pytest.raises(InputError, match="no month before"):
        march.change("JPN", "2025-03")


def test_a_holder_that_is_not_listed_is_not_zero() -> None:
    with pytest.raises(InputError, match='part of "All Other"') as caught:
        tic_holdings().of("RUS", "2025-03")
    assert "2007-01 to 2018-12" in str(caught.value)


def test_unknown_holders_and_months_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'Japan'"):
        tic_holdings().of("Japn")
    with pytest.raises(InputError, match="no holdings of 2031-01"):
        tic_holdings("2031-01")


def test_every_country_has_its_code() -> None:
    tic = tic_holdings()
    regions = {"All Other", "Belgium-Luxembourg", "Carib Bnkng Ctrs", "Oil Exporters"}
    without = {n for n, c in zip(tic.holders, tic.codes, strict=True) if not c}
    assert without == regions | set(AGGREGATES)
    assert tic_codes() == ISO3
    assert len(set(ISO3.values())) == len(ISO3)


def month(name: str, **changes: float) -> dict[tuple[str, str], float]:
    figures = {"Japan": 6.0, "All Other": 4.0, TOTAL: 10.0}
    figures |= {OFFICIAL: 5.0, OFFICIAL_BILLS: 1.0, OFFICIAL_BONDS: 4.0, **changes}
    return {(holder, name): value for holder, value in figures.items()}


def test_a_table_with_a_hole_is_refused() -> None:
    assert holdings_arrays(month("2025-01") | month("2025-02"))["usd_bn"].shape == (6, 2)
    with pytest.raises(InputError, match="month before 2025-03 is missing"):
        holdings_arrays(month("2025-01") | month("2025-03"))
    broken = month("2025-01") | month("2025-02")
    del broken[TOTAL, "2025-02"]
    with pytest.raises(InputError, match="Grand Total is missing in 2025-02"):
        holdings_arrays(broken)
    with pytest.raises(InputError, match="do not add up in 2025-01"):
        holdings_arrays(month("2025-01", **{OFFICIAL_BILLS: 2.0}))


def test_a_country_new_to_the_table_gets_its_code() -> None:
    arrays = holdings_arrays(month("2025-01", Bahrain=0.0, Atlantis=0.0))
    codes = dict(zip(arrays["holders"].tolist(), arrays["codes"].tolist(), strict=True))
    assert codes["Bahrain"] == "BHR"
    assert codes["Atlantis"] == ""
