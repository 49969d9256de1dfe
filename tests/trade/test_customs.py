"""Revenue as paid and consumer prices: arrival, coverage, content, and what they were known by."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.world.sector_sources import SHARED

from triffin.evidence.backtests import backtest
from triffin.trade import solve
from triffin.trade.customs import as_paid, prices
from triffin.world import InputError
from triffin.world.data.us_law.law import law_on
from triffin.world.registry.parameter_set import in_place

PARAMETERS = in_place()
RULES = as_paid.Rules(52, 0.76, "2024")


def test_an_increase_arrives_over_the_voyage_and_a_cut_at_once() -> None:
    # 7 August 2025 raised most rates and left 145 % on China long gone.
    law, paid = as_paid.entered(date(2025, 8, 7), RULES)
    later_law, later = as_paid.entered(date(2025, 10, 8), RULES)
    imports = as_paid.cells().imports
    assert np.all(paid <= law + 1e-12)
    assert imports @ paid < 0.9 * (imports @ law)
    assert imports @ later == pytest.approx(imports @ later_law, rel=0.01)
    # 14 May 2025 took China from 145 to 30 %.
    china = as_paid.cells().partner == "CHN"
    for day in (date(2025, 5, 13), date(2025, 5, 14)):
        law, paid = as_paid.entered(day, RULES)
    assert imports[china] @ paid[china] == pytest.approx(imports[china] @ law[china], rel=0.05)


def test_buyers_turn_away_from_what_is_taxed_more() -> None:
    days = [date(2025, 10, 20)]
    stays = as_paid.mean_rates(days, as_paid.Rules(52, 0.0, "2024"))[1]
    leaves = as_paid.mean_rates(days, RULES)[1]
    assert leaves < stays


def test_nothing_later_than_the_information_enters() -> None:
    known = as_paid.as_paid(date(2025, 7, 31), "2025-08", "2025-10", PARAMETERS)
    assert known.coverage.last_entry == as_paid.customs_months()["2025-05"].entered_pct
    assert as_paid.Rules.known_on(date(2025, 7, 31), PARAMETERS).usmca == "2024"
    later = as_paid.as_paid(date(2025, 12, 31), "2026-01", "2026-03", PARAMETERS)
    assert later.coverage.cash != known.coverage.cash
    with pytest.raises(InputError, match="nothing is known"):
        as_paid.as_paid(date(2025, 4, 2), "2025-08", "2025-10", PARAMETERS)
    with pytest.raises(InputError, match="no duties from"):
        as_paid.as_paid(date(2025, 7, 31), "2026-08", "2026-12", PARAMETERS)


def test_revenue_of_2025_and_2026_beats_its_naive_rivals() -> None:
    (episode,) = backtest("revenue", draws=100)["episodes"]
    month, total, entry = episode["rivals"]
    assert total["largest_error_pct"] < 7
    assert month["largest_error_pct"] < 15
    assert entry["mean_error_pct"]["ours"] < 5
    for found in (month, total, entry):
        ours, *rivals = found["mean_error_pct"].values()
        assert ours < min(rivals)


def test_content_is_about_five_per_cent_directly_and_five_through_inputs() -> None:
    content = prices.import_content()
    assert sum(row.direct_pct for row in content) == pytest.approx(5.0, abs=0.2)
    assert sum(row.through_inputs_pct for row in content) == pytest.approx(5.2, abs=0.2)
    # Margins out of the price of goods leave less of imported inputs behind consumption.
    assert 3 < sum(row.through_inputs_producers_pct for row in content) < 4


def test_a_uniform_tariff_adds_content_times_rate() -> None:
    rates = {code: (1.0, 10.0) for row in prices.import_content() for code in row.icio.split("+")}
    found = prices.consumer_prices(rates, None, PARAMETERS)
    assert found.before_substitution == pytest.approx(0.1 * found.content_pct)
    assert found.long_run.median == pytest.approx(0.94 * found.before_substitution)
    assert found.first_year is None
    followed = found.long_run.conventions["domestic firms follow"]
    assert followed == pytest.approx(1.326 * found.long_run.median)
    # A convention that moves the answer out of its interval widens it.
    assert found.long_run.high >= followed
    assert found.long_run.low <= found.long_run.conventions["content at producers' prices"]


@pytest.mark.parametrize(
    ("day", "published"),
    [(date(2025, 4, 11), 2.9), (date(2025, 5, 14), 1.7), (date(2026, 7, 24), 0.81)],
)
def test_prices_beside_the_budget_lab(day: date, published: float) -> None:
    """The Budget Lab at Yale, State of Tariffs, before substitution: theirs lie between full
    pass-through alone and with domestic firms that follow, give or take a quarter."""
    full = prices.of_law(day, PARAMETERS).before_substitution
    assert full - 0.25 < published < 1.326 * full + 0.35


def test_the_first_year_is_below_the_long_run_because_less_is_paid() -> None:
    found = prices.of_law(date(2025, 9, 4), PARAMETERS)
    assert found.first_year is not None
    assert found.first_year.median < found.long_run.median
    year = as_paid.first_year(date(2025, 9, 4), PARAMETERS)
    assert year.law_bn == pytest.approx(law_on(date(2025, 9, 4)).average / 100 * 3300, rel=0.25)
    assert year.low_bn < year.paid_bn < year.high_bn < year.law_bn


def test_rates_of_a_world_are_those_of_its_imports() -> None:
    found = solve("world-2022", {"USA": {"*": 0.2}})
    rates = prices.rates_on_world(found.world, found.tariffs, found.world.tariff)
    assert {"C29", "C10T12"} <= set(rates)
    assert prices.rates_on_world(found.world, found.world.tariff, found.world.tariff) == {}
    nafta = solve("nafta-1993", {"USA": {"*": 0.2}})
    assert prices.rates_on_world(nafta.world, nafta.tariffs, nafta.world.tariff) == {}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the sources are not at hand")
def test_the_shipped_tables_are_what_the_script_builds(tmp_path: Path) -> None:
    from tools.build_data import customs

    customs.duties(SHARED, tmp_path)
    customs.content(SHARED, tmp_path)
    for path in tmp_path.glob("*.csv"):
        assert path.read_bytes() == (customs.DATASETS / path.name).read_bytes()
