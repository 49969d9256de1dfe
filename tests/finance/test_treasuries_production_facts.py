"""The wall of June 2025, the holders, interest and the debt loop against the record."""

from __future__ import annotations

from datetime import date

import pytest

from triffin.finance.reference.treasuries import rollover_pass_through
from triffin.finance.treasuries import market, wall
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import shipped


def test_about_two_trillion_matured_in_june_2025_and_little_of_it_was_notes() -> None:
    june = wall.maturing("2025-06")
    assert june.total_usd_bn == pytest.approx(2010)
    assert june.notes_and_bonds_usd_bn == 175.7
    assert june.bills_usd_bn == pytest.approx(1834.3)


def test_notes_and_bonds_of_24_months_are_known_and_bills_are_not() -> None:
    """Monthly Statement of the Public Debt, September 2023, by security: June 2025 is
    46.586 + 53.428 + 33.736 + 41.994 bn, confirmed by four securities."""
    june = wall.maturing_in("2025-06")
    assert june.notes_and_bonds_usd_bn == pytest.approx(175.7443)
    assert june.bills_usd_bn == pytest.approx(2010 - 175.7443)
    may = wall.maturing_in("2024-05")
    assert (may.total_usd_bn, may.bills_usd_bn) == (None, None)
    assert may.notes_and_bonds_usd_bn == pytest.approx(285.5, abs=80)
    assert "incomplete" in wall.maturing_in("2025-09").source
    assert "incomplete" not in wall.maturing_in("2025-08").source
    months = wall.months_with_data()
    assert (months[0], months[-1], len(months)) == ("2023-10", "2025-09", 24)
    for month in ("2023-09", "2025-10", "June"):
        with pytest.raises(InputError, match="2023-10, 2023-11"):
            wall.maturing_in(month)


@pytest.mark.parametrize("month", ["2025-05", "2030-01", "June", ""])
def test_a_month_without_data_is_refused_with_the_months_there_are(month: str) -> None:
    with pytest.raises(InputError, match="2025-03, 2025-04, 2025-06"):
        wall.maturing(month)


def test_no_auction_of_june_2025_was_weak() -> None:
    june = wall.cover("2025-06")
    assert june is not None
    assert (june.auctions, june.lowest) == (37, 2.36)
    everything = wall.cover("")
    assert everything is not None
    assert everything.lowest < june.lowest
    assert wall.cover("1999") is None


def test_six_and_a_half_trillion_is_three_times_what_matured() -> None:
    found = wall.claim_against("2025-06", 6.5, shipped())
    assert found["ratio"] == pytest.approx(3.23, abs=0.01)
    assert found["half_year_from_calendar_usd_trn"] == pytest.approx(5.29, abs=0.01)
    with pytest.raises(InputError, match="above zero"):
        wall.claim_against("2025-06", -1, shipped())


def test_rolling_over_is_not_selling() -> None:
    new = wall.sold_anew("2025-06", shipped())
    assert new["deficit_bn"] == pytest.approx(150)
    assert float(new["if_no_foreigner_rolls_bn"]) < wall.maturing("2025-06").total_usd_bn


def test_the_interest_bill_is_about_a_trillion() -> None:
    bill = wall.interest_bill(shipped())
    assert bill["average_rate_pct"] == 3.362
    assert bill["interest_bn_per_year"] == pytest.approx(973.3, abs=0.1)


def test_a_hundred_basis_points_cost_what_falls_due_and_not_what_one_hazard_says() -> None:
    # Maturity structure of June 2025, brought to the Monthly Statement (markets: 61.5, 167.6, 638).
    rise = wall.permanent_rise(100.0, date(2025, 6, 30))
    assert rise["date"] == "2025-06-30"
    assert rise["rate_bp"][0] == pytest.approx(31.48, abs=0.01)
    costs = rise["cumulative_interest_bn"]
    assert costs[:3] == pytest.approx([61.5, 167.6, 638.3], abs=0.15)
    hazard = rollover_pass_through(0.33, 0.01, 28.95, [1, 5])["cumulative_interest_bn"]
    assert hazard[0] < 0.75 * costs[0]
    assert hazard[1] > 1.1 * costs[2]


def test_higher_yields_bring_more_debt_and_an_earlier_end_of_the_slow_loop() -> None:
    now, later = (
        wall.debt_outlook(0.0, parameters=shipped()),
        wall.debt_outlook(100.0, parameters=shipped()),
    )
    assert not now["steady_state_exists"]
    assert later["b_t"][0] > now["b_t"][0]
    assert later["blowup_years"] < now["blowup_years"]
    assert later["d_max"] < now["d_max"]


def test_the_backstop_ends_the_crisis_zone_and_own_currency_debt_never_defaults_outright() -> None:
    alone = wall.crisis_zone(0.04, parameters=shipped())
    helped = wall.crisis_zone(0.04, backstop=0.3, parameters=shipped())
    assert (alone["zone"], helped["zone"]) == ("crisis", "safe")
    assert "never outright default" in alone["meaning"]
    # At 3.4 % interest and 4 % growth no surplus is needed to keep debt from growing.
    assert alone["b_solvency"] is None
    slow = shipped().with_changes({"nominal_growth": {"value": 0.03}})
    beyond = wall.crisis_zone(0.003, parameters=slow)
    assert beyond["zone"] == "insolvent"
    assert "inflation" in beyond["meaning"]


def test_japan_is_the_largest_holder_in_march_2025_and_sectors_add_up_to_the_debt() -> None:
    found = wall.foreign_holders(market.START_MONTH)
    first = found["holders"][0]
    assert (first["holder"], first["usd_bn"]) == ("Japan", 1130.8)
    assert found["total_usd_bn"] == 9054.2
    assert found["official_share"] == pytest.approx(3935.6 / 9054.2)
    assert sum(row["share_of_foreign"] for row in found["holders"]) == pytest.approx(1, abs=1e-3)
    assert sum(market.sector_holdings(shipped()).values()) == pytest.approx(28_950)


def test_an_unknown_month_is_refused_with_the_range() -> None:
    with pytest.raises(InputError, match="2000-03 to 2026-02"):
        wall.foreign_holders("1999-01")
