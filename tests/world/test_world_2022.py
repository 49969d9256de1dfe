"""The world of 2022 adds up, meets its sources, and taxes goods alone."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from sector_sources import SHARED, source_of
from tools.build_data import world_2022
from tools.build_data.world_2022_balance import LEAST_FINAL, balance
from tools.build_data.world_2022_tables import read_sources

from triffin.scenario.tariffs import tariff_schedule
from triffin.trade.many.solve import sector_baseline, solve_sectors
from triffin.world.base.array_archive import read_arrays
from triffin.world.data.blocs import EU
from triffin.world.data.shipped import DATASETS, provenance
from triffin.world.loading import load_sector_world

FOUND = load_sector_world("world-2022")
WORLD, DATA = FOUND.world, FOUND.sectors
GOODS, SERVICES = list(WORLD.goods), WORLD.n_sectors - 1
USA, CHN, TWN = (WORLD.index(code) for code in ("USA", "CHN", "TWN"))
OWN = np.arange(WORLD.n_economies)


def test_totals_are_those_of_the_oecd_tables() -> None:
    assert WORLD.trade.sum() == pytest.approx(199.69e12, abs=0.005e12)
    assert WORLD.exports.sum() == pytest.approx(27.11e12, abs=0.005e12)
    assert WORLD.gdp.sum() == pytest.approx(93.81e12, abs=0.005e12)
    assert WORLD.trade[GOODS, TWN, USA].sum() == pytest.approx(54.3e9, abs=0.1e9)
    goods = WORLD.trade[GOODS][:, :, USA]
    assert goods.sum() - goods[:, USA].sum() == pytest.approx(2500.4e9, abs=0.1e9)


def test_uses_equal_output_in_every_sector_of_every_economy() -> None:
    paid = ((1 + WORLD.tariff) * WORLD.trade).sum(axis=1)
    spent = (1 - DATA.value_added_share) * DATA.gross_output
    used = np.einsum("ksn,sn->kn", DATA.input_share.astype(float), spent)
    final = paid - used
    duty = (WORLD.tariff * WORLD.trade).sum(axis=1)
    net_exports = WORLD.trade.sum(axis=2) - WORLD.trade.sum(axis=1)
    uses = used + final - duty + net_exports
    assert np.abs(uses - DATA.gross_output).max() <= 1e-9 * DATA.gross_output.max()
    made = DATA.gross_output > 0
    assert (
        np.abs(WORLD.trade.sum(axis=2) / np.where(made, DATA.gross_output, 1) - made).max() < 1e-9
    )
    assert (final >= 0).all()
    # Households spend what they earn: value added, duties and what the others lend them.
    income = WORLD.gdp + duty.sum(axis=0) + WORLD.imports - WORLD.exports
    assert np.allclose(final.sum(axis=0), income, rtol=1e-6)


def test_free_ports_services_and_the_single_market_have_no_tariff() -> None:
    assert not WORLD.tariff[SERVICES].any()
    assert not WORLD.tariff[:, OWN, OWN].any()
    members = [WORLD.index(code) for code in EU]
    assert not WORLD.tariff[:, members][:, :, members].any()
    for code in ("HKG", "SGP", "ROW"):
        assert not WORLD.tariff[:, :, WORLD.index(code)].any()


def test_the_united_states_tax_china_above_the_others_and_north_america_hardly() -> None:
    bought = WORLD.trade[GOODS][:, :, USA].copy()
    bought[:, USA] = 0
    rate = (WORLD.tariff[GOODS][:, :, USA] * bought).sum(axis=0) / np.maximum(bought.sum(axis=0), 1)
    large = bought.sum(axis=0) > 50e9
    assert rate[CHN] == rate[large].max()
    assert 0.08 < rate[CHN] < 0.14
    assert rate[WORLD.index("BGD")] > 0.1  # clothes
    assert rate[WORLD.index("CAN")] < 0.005
    assert rate[WORLD.index("MEX")] < 0.01
    members = [WORLD.index(code) for code in EU]
    assert np.ptp(WORLD.tariff[GOODS][:, members, USA], axis=1).max() == 0


def test_everything_means_goods_and_services_are_taxed_by_name_only() -> None:
    everything = tariff_schedule("world-2022", {"USA": {"*": "10%"}}).rates
    assert np.array_equal(everything[SERVICES], WORLD.tariff[SERVICES])
    others = np.delete(OWN, USA)
    assert (everything[GOODS][:, others, USA] == 0.10).all()
    assert np.array_equal(everything[:, :, CHN], WORLD.tariff[:, :, CHN])
    named = tariff_schedule("world-2022", {"USA": {"*": {"services": "5%"}}}).rates
    assert (named[SERVICES, others, USA] == 0.05).all()
    assert np.array_equal(named[GOODS], WORLD.tariff[GOODS])


def test_nothing_happens_where_nothing_changes() -> None:
    base = sector_baseline(WORLD, DATA)
    assert base.notes == ()
    assert np.allclose(base.flows, WORLD.trade, rtol=1e-6, atol=1e3)
    same = solve_sectors(base, WORLD.tariff)
    assert np.abs(same.welfare).max() < 1e-8


def test_a_tariff_on_china_costs_china_and_moves_trade_to_vietnam_and_mexico() -> None:
    base = sector_baseline(WORLD, DATA, deficits="balanced")
    rates = tariff_schedule("world-2022", {"USA": {"CHN": "54%"}}).rates
    found = solve_sectors(base, rates, deficits="balanced")
    assert found.welfare[CHN] < -0.05
    assert found.welfare[WORLD.index("VNM")] > 0
    assert found.welfare[WORLD.index("MEX")] > 0


def test_the_notes_say_what_is_poor_and_what_was_moved() -> None:
    notes = " ".join(WORLD.notes)
    for code in ("KAZ", "VNM", "AGO", "ARE", "COD"):
        assert code in notes
    assert "367 of 1863 cells" in notes
    assert "1.30 % of inputs" in notes
    entry = provenance("world-2022")
    assert "reuse with attribution" in entry["licence"]
    assert all(row["grade"] in ("published", "derived", "judgement") for row in entry["sources"])
    assert entry["bytes"] < 1_000_000


def test_a_fit_moves_inputs_only_where_they_exceed_what_is_bought() -> None:
    first = np.array([[[30.0], [30.0]], [[10.0], [10.0]]])
    spent = first.sum(axis=0)
    kept = balance(first, spent, np.array([[70.0], [50.0]]))
    assert kept.moved == 0
    assert not kept.short.any()
    fitted = balance(first, spent, np.array([[50.0], [50.0]]))
    assert fitted.short.tolist() == [[True], [False]]
    assert np.allclose(fitted.inputs.sum(axis=0), spent, rtol=1e-10)
    assert fitted.inputs[0].sum() == pytest.approx(50 * (1 - LEAST_FINAL))
    assert fitted.moved == pytest.approx(10 / 80, rel=1e-3)


def test_inputs_that_exceed_all_purchases_stop_the_build() -> None:
    first = np.full((2, 2, 1), 30.0)
    with pytest.raises(ValueError, match="cannot be balanced"):
        balance(first, first.sum(axis=0), np.full((2, 1), 20.0))


def sources_folder() -> Path:
    for name in ("world-2022", "uschina-2017", "us-imports-2024", "elasticities"):
        source_of(name)
    return SHARED


def test_value_added_of_every_region_and_sector_is_met() -> None:
    sources = read_sources(sources_folder())
    added = DATA.value_added_share * DATA.gross_output / 1e6
    for k, name in enumerate(sources.regions):
        inside = sources.region == k
        wanted = sources.value_added[:, k]
        assert np.allclose(added[:, inside].sum(axis=1), wanted, rtol=1e-9, atol=1e-6), name


def test_two_builds_give_the_shipped_arrays(tmp_path: Path) -> None:
    source = sources_folder()
    content = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        content.append(world_2022.build(source, tmp_path / name).read_bytes())
    assert content[0] == content[1]
    built = read_arrays(content[0], "built")
    shipped = read_arrays((DATASETS / "world-2022.npz").read_bytes(), "shipped")
    assert list(built) == list(shipped)
    for name, values in shipped.items():
        # The compression library decides over bytes, the linear algebra over the last digits.
        if values.dtype.kind == "U":
            assert np.array_equal(built[name], values), name
        else:
            assert np.allclose(built[name], values, rtol=1e-6, atol=1e-9), name
    table = "elasticities-world-2022.csv"
    assert (tmp_path / "first" / table).read_bytes() == (DATASETS / table).read_bytes()


def test_duty_collected_is_that_of_the_customs_statistics() -> None:
    path = sources_folder() / "us-imports-2024" / "us_imports_2024_partner_icio.csv"
    with path.open(encoding="utf-8") as stream:
        row = next(r for r in csv.DictReader(stream) if (r["iso3"], r["icio"]) == ("JPN", "C29"))
    rate = float(row["duty_usd"]) / float(row["imports_usd"])
    cars = WORLD.sectors.index("Motor Vehicles")
    assert WORLD.tariff[cars, WORLD.index("JPN"), USA] == pytest.approx(rate, rel=1e-6)
