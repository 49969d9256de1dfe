"""Caliendo and Parro (2015): what NAFTA's tariff cuts did, to the printed digits."""

from __future__ import annotations

import numpy as np
import pytest

from triffin.trade.many import SectorEquilibrium, sector_baseline, solve_sectors
from triffin.world.base.errors import InputError
from triffin.world.loading import load_sector_world

MEMBERS = ("MEX", "CAN", "USA")


@pytest.fixture(scope="module")
def nafta() -> SectorEquilibrium:
    """Deficits purged, then tariffs among the members go from 1993 to 2005."""
    found = load_sector_world("nafta-1993")
    base = sector_baseline(found.world, found.sectors, deficits="balanced")
    rates = base.tariff.copy()
    members = [base.economies.index(code) for code in MEMBERS]
    for o in members:
        for d in members:
            if o != d:
                rates[:, o, d] = found.schedules["2005"][:, o, d]
    return solve_sectors(base, rates, deficits="balanced")


@pytest.mark.parametrize(
    ("code", "first_order", "exact", "terms", "volume", "real_wage", "bloc"),
    [
        ("MEX", 1.312, 0.0073, -0.41, 1.72, 1.72, 118.3),
        ("CAN", -0.064, -0.1101, -0.11, 0.04, 0.32, 11.1),
        ("USA", 0.085, 0.0741, 0.04, 0.04, 0.11, 40.5),
    ],
)
def test_nafta_reproduces_the_published_table(
    nafta: SectorEquilibrium,
    code: str,
    first_order: float,
    exact: float,
    terms: float,
    volume: float,
    real_wage: float,
    bloc: float,
) -> None:
    got = nafta.of(code)
    assert round(got["welfare_first_order"], 3) == first_order
    assert round(got["welfare"], 4) == exact
    assert round(got["real_income"], 4) == exact
    assert round(got["terms_of_trade"], 2) == terms
    assert round(got["volume_of_trade"], 2) == volume
    assert round(got["real_wage"], 2) == real_wage
    assert round(nafta.bloc_trade_change(MEMBERS)[code], 1) == bloc


def test_nafta_is_solved_to_the_last_digits(nafta: SectorEquilibrium) -> None:
    assert nafta.residual <= 1e-10
    assert nafta.wage_error <= 1e-10
    assert max(nafta.accounting.values()) <= 1e-10
    assert nafta.status == "converged"


def test_nafta_data_carry_what_was_done_to_them() -> None:
    found = load_sector_world("nafta-1993")
    base = sector_baseline(found.world, found.sectors)
    assert any("26 of 1240" in note for note in base.notes)
    assert any("185 of 1240" in note for note in base.notes)
    no_inputs = found.sectors.input_share.sum(axis=0) == 0
    assert no_inputs.sum() == 32
    assert (base.value_added_share[no_inputs] == 1).all()
    assert found.world.provenance["licence"]


def test_results_by_economy_and_sector_are_labelled(nafta: SectorEquilibrium) -> None:
    data = nafta.data
    assert data["welfare"].sel(economy="USA").item() == pytest.approx(0.0741, abs=5e-5)
    assert data["sector_output"].sel(economy="MEX", sector="Auto").item() > 0
    assert data["trade"].dims == ("sector", "exporter", "importer")
    assert set(SectorEquilibrium.SECTOR_VARIABLES) <= set(data.data_vars)


def test_employment_moves_between_sectors_and_adds_up(nafta: SectorEquilibrium) -> None:
    wages_by_sector = nafta.baseline.value_added_share * nafta.baseline.output
    change = (wages_by_sector * nafta.sector_employment / 100).sum(axis=0)
    np.testing.assert_allclose(change / nafta.baseline.value_added, 0.0, atol=1e-9)


def test_all_tariffs_at_500_percent_are_solved() -> None:
    found = load_sector_world("nafta-1993")
    base = sector_baseline(found.world, found.sectors, deficits="balanced")
    rates = np.full_like(base.tariff, 5.0)
    rates[:, range(31), range(31)] = 0.0
    result = solve_sectors(base, rates, deficits="balanced")
    assert result.residual <= 1e-10
    assert max(result.accounting.values()) <= 1e-10
    assert result.welfare.max() < 0


def test_an_unknown_world_names_the_nearest() -> None:
    with pytest.raises(InputError, match="nafta-1993"):
        load_sector_world("nafta-1994")
