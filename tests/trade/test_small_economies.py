"""Small economies on the world of 2022: exposure decides, not the balance of trade."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from triffin.trade import solve
from triffin.trade.shared.solution import without_home
from triffin.world import load_world
from triffin.world.data.us_law.law import changes

WORLD = load_world("world-2022")
USA = WORLD.index("USA")
OTHERS = np.arange(WORLD.n_economies) != USA
GOODS = without_home(WORLD.trade[list(WORLD.goods)])
BALANCE = (GOODS.sum(axis=(0, 2)) - GOODS.sum(axis=(0, 1))) / WORLD.gdp
SOLD = GOODS[:, :, USA].sum(axis=0) / WORLD.gdp
DAYS = [day for day, _ in changes()]


def ranked(schedule: str, with_what: np.ndarray, deficits: str = "balanced") -> float:
    welfare = solve(WORLD, schedule, deficits=deficits).welfare
    return float(spearmanr(welfare[OTHERS], with_what[OTHERS])[0])


@pytest.mark.parametrize("day", DAYS[::3])
def test_who_sells_little_to_the_united_states_loses_little(day: object) -> None:
    welfare = solve(WORLD, f"us-law@{day}", deficits="balanced").welfare
    assert np.abs(welfare[(SOLD < 0.01) & OTHERS]).max() < 5


@pytest.mark.parametrize("day", ["2025-11-14", "2026-02-07", "2026-08-19"])
def test_under_balanced_trade_exposure_ranks_welfare_and_the_goods_balance_does_not(
    day: str,
) -> None:
    assert abs(ranked(f"us-law@{day}", BALANCE)) < 0.25
    assert ranked(f"us-law@{day}", SOLD) < -0.6
    assert ranked(f"us-law@{day}", BALANCE, "world-share") < -0.6


def test_taiwan_pays_what_was_announced_and_what_the_law_says() -> None:
    taiwan = WORLD.index("TWN")
    for schedule in ("us-2025-04-02", "us-law@2025-11-14"):
        found = solve(WORLD, schedule)
        raised = found.tariffs[list(WORLD.goods), taiwan, USA]
        assert raised.max() > 0.15
