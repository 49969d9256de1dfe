"""Nash equilibria in sector tariffs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from synthetic_sectors import synthetic_world

from triffin.trade.games.optimal import nash_tariffs, optimal_tariffs
from triffin.trade.many import SectorBaseline, sector_baseline
from triffin.trade.many.games.conditions import Conditions
from triffin.trade.many.games.nash import _best_reply
from triffin.trade.many.games.players import objectives
from triffin.world.model import World
from triffin.world.sectors import SectorData

CASES = [
    ({}, {}),
    ({"labor_supply_elasticity": 0.5}, {"revenue": "tax-relief"}),
    ({"scale_elasticity": 0.05}, {"tie": "sector"}),
    ({}, {"tie": "partner"}),
    ({}, {"tie": "uniform"}),
]


def _base(seed: int = 3, **options: float) -> SectorBaseline:
    return sector_baseline(*synthetic_world(5, 4, seed=seed), deficits="balanced", **options)


def _reorder(
    world: World, data: SectorData, sectors: list[int], economies: list[int]
) -> tuple[World, SectorData]:
    cells, pick = np.ix_(sectors, economies), np.ix_(sectors, economies, economies)
    codes = tuple(world.economies[i] for i in economies)
    names = tuple(world.sectors[i] for i in sectors)
    moved = replace(
        world,
        economies=codes,
        names=codes,
        sectors=names,
        trade=world.trade[pick],
        tariff=world.tariff[pick],
        gdp=world.gdp[economies],
    )
    assert data.final_share is not None
    return moved, SectorData(
        sectors=names,
        economies=codes,
        gross_output=data.gross_output[cells],
        value_added_share=data.value_added_share[cells],
        input_share=data.input_share[np.ix_(sectors, sectors, economies)],
        elasticity=data.elasticity[sectors],
        final_share=data.final_share[cells],
    )


@pytest.mark.parametrize(("model", "options"), CASES)
def test_no_player_gains_by_deviating(model: dict, options: dict) -> None:
    game = nash_tariffs(_base(**model), **options)
    assert game.first_order_condition <= 1e-8
    assert game.gradient_norm <= 1e-6
    assert game.best_deviation_gain <= 1e-9
    assert len(game.players) == 5


def test_every_player_already_plays_its_best_reply() -> None:
    base = _base()
    game = nash_tariffs(base)
    for player in game.players:
        own = Conditions(
            base, [player], "lump-sum", "balanced", game.tariffs, (-0.9, 10.0), precise=True
        )
        # An optimizer of another kind, from elsewhere.
        reply = own.solve(_best_reply(own, np.zeros(player.n_rates)))
        gain = objectives([player], reply)[0] - game.objective[player.name]
        assert -1e-5 < gain < 1e-9


def test_the_equilibrium_does_not_depend_on_where_the_search_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = _base()
    found = []
    for first in (0.0, 0.2, 0.6):
        monkeypatch.setattr("triffin.trade.many.games.conditions.FIRST_GUESS", first)
        found.append(nash_tariffs(base).tariffs)
    np.testing.assert_allclose(found[0], found[1], atol=1e-7)
    np.testing.assert_allclose(found[2], found[1], atol=1e-7)


def test_a_trade_war_costs_the_world_what_a_lone_setter_gains_from_others() -> None:
    base = _base()
    war = nash_tariffs(base)
    weights = base.income / base.income.sum()
    assert weights @ war.welfare < 0
    for code in base.economies:
        alone = optimal_tariffs(base, code, deficits="balanced")
        assert alone.objective[code] > war.objective[code]


def test_relabelling_economies_and_sectors_changes_nothing() -> None:
    world, data = synthetic_world(5, 4, seed=3)
    first = nash_tariffs(replace(world, sector_data=data))
    sectors, economies = [2, 0, 3, 1], [4, 1, 0, 3, 2]
    moved, moved_data = _reorder(world, data, sectors, economies)
    second = nash_tariffs(replace(moved, sector_data=moved_data))
    pick = np.ix_(sectors, economies, economies)
    np.testing.assert_allclose(second.tariffs, first.tariffs[pick], atol=1e-7)
    np.testing.assert_allclose(second.welfare, first.welfare[economies], atol=1e-7)
    assert second.mean_tariffs == pytest.approx(first.mean_tariffs, abs=1e-7)


def test_lobbies_of_both_sides_raise_the_protection_they_ask_for() -> None:
    base = _base()
    players = ["E000", "E001"]
    plain = nash_tariffs(base, players)
    lobbied = nash_tariffs(
        base,
        players,
        political_weights={"E000": {"sector 1": 1.3}, "E001": np.array([1.0, 1.3, 1.0, 1.0])},
    )
    assert lobbied.sector_mean_tariffs[0, 0] > plain.sector_mean_tariffs[0, 0]
    assert lobbied.sector_mean_tariffs[1, 1] > plain.sector_mean_tariffs[1, 1]
    assert lobbied.best_deviation_gain <= 1e-9
    assert np.isnan(plain.sector_mean_tariffs[:, 2:]).all()


def test_those_who_do_not_play_keep_their_tariffs_and_groups_can_play() -> None:
    world, data = synthetic_world(5, 4, seed=3)
    grouped = replace(world, groups={"bloc": ("E002", "E003")})
    game = nash_tariffs(replace(grouped, sector_data=data), ["E000", "bloc"])
    assert set(game.mean_tariffs) == {"E000", "E002", "E003"}
    assert set(game.objective) == {"E000", "bloc"}
    others = [1, 4]
    np.testing.assert_array_equal(game.tariffs[:, :, others], world.tariff[:, :, others])
    # The starting tariffs of those who do not play may be others than the baseline's.
    rates = np.array(world.tariff)
    rates[:, 0, 4] = 0.5
    other = nash_tariffs(replace(grouped, sector_data=data), ["E000", "bloc"], rates=rates)
    np.testing.assert_array_equal(other.tariffs[:, 0, 4], 0.5)
    assert other.objective["E000"] < game.objective["E000"]
