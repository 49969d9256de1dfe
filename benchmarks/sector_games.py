"""Many sectors: optimal and Nash tariffs on nafta-1993 against their targets.

    python benchmarks/sector_games.py

Times on a shared machine vary; each is one run with its certificate, on one core.
"""

from __future__ import annotations

import time

import numpy as np

from measurement import Measurement, use_one_thread
from triffin.trade.games.optimal import nash_tariffs, optimal_tariffs
from triffin.trade.many.games.nash import SectorGame
from triffin.world import load_world

OPTIMUM_S = 1.0
NASH_S = 40.0
FIRST_ORDER = 1e-8


def figures(name: str, game: SectorGame, seconds: float, target: float) -> list[Measurement]:
    """Time and certificate of one solved game."""
    rates = sum(player.n_rates for player in game.players)
    note = f"{rates:,} tariffs, {game.iterations} iterations by the {game.method}"
    return [
        Measurement(name, seconds, target, "s", note=note),
        Measurement(
            f"{name}, first-order conditions",
            game.first_order_condition,
            FIRST_ORDER,
            "",
            note=f"gradient {game.gradient_norm:.0e} % per log point; best of the random "
            f"deviations gains {game.best_deviation_gain:.1e} %",
        ),
    ]


def describe(title: str, game: SectorGame) -> None:
    """Print tariffs and welfare of the three members of NAFTA."""
    print(title)
    means = game.mean_tariffs
    for code in ("USA", "CAN", "MEX"):
        own = game.equilibrium.of(code)
        line = f"  {code}  welfare {own['welfare']:8.4f} %"
        if code in means:
            sector = game.sector_mean_tariffs[:, game.equilibrium.index(code)]
            line += (
                f"   mean tariff {100 * means[code]:6.2f} %   by sector "
                f"{100 * np.nanmin(sector):.1f} to {100 * np.nanmax(sector):.1f} %"
            )
        print(line)


def main() -> list[Measurement]:
    """The sectoral optimum of the USA and the Nash equilibrium of all 31 economies."""
    world = load_world("nafta-1993")
    # The first call calibrates and purges the baseline, which is then kept.
    optimal_tariffs(world, "USA", tie="uniform", deficits="balanced")
    started = time.perf_counter()
    alone = optimal_tariffs(world, "USA", deficits="balanced")
    optimum_s = time.perf_counter() - started
    started = time.perf_counter()
    war = nash_tariffs(world)
    war_s = time.perf_counter() - started
    describe("sectoral optimum of the USA, nobody answers", alone)
    describe("sectoral Nash equilibrium of 31 economies", war)
    return [
        *figures("sectoral optimum of the USA", alone, optimum_s, OPTIMUM_S),
        *figures("31-country sectoral Nash", war, war_s, NASH_S),
    ]


if __name__ == "__main__":
    from run import show

    use_one_thread()
    show(main())
