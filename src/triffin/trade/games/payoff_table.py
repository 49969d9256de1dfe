"""The trade war as a game table: every player's welfare for every combination of actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triffin.trade.games.bargaining import table_of
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import counterfactual
from triffin.trade.one.games import solve_game
from triffin.trade.shared.games import Player
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.model import World

ACTIONS = ("free-trade", "status-quo", "optimal", "nash")
# More combinations than this are no table that anybody reads.
_MOST = 1000


@dataclass(frozen=True, eq=False, repr=False)
class PayoffTable:
    """Welfare of every player, per cent, for every combination of actions.

    welfare (A, ..., A, P): one axis per player in their order, then the player. rates holds each
    player's tariffs by action, (N exporter, N importer), zero where it sets none.
    """

    players: tuple[str, ...]
    actions: tuple[str, ...]
    welfare: Array
    rates: dict[str, dict[str, Array]]

    def __repr__(self) -> str:
        return f"<PayoffTable of {', '.join(self.players)}: {', '.join(self.actions)}>"

    def of(self, *choice: str) -> dict[str, float]:
        """Welfare by player when the players take these actions, in their order."""
        place = tuple(self.actions.index(action) for action in choice)
        return dict(zip(self.players, map(float, self.welfare[place]), strict=True))

    def rows(self) -> list[dict[str, str | float]]:
        """One row per combination: "<player> plays" and "<player> welfare" of every player."""
        out = []
        for place in np.ndindex(*self.welfare.shape[:-1]):
            row: dict[str, str | float] = {
                f"{player} plays": self.actions[k]
                for player, k in zip(self.players, place, strict=True)
            }
            for player, value in zip(self.players, self.welfare[place], strict=True):
                row[f"{player} welfare"] = float(value)
            out.append(row)
        return out

    def prisoners_dilemma(self, cooperate: str = "free-trade", defect: str = "nash") -> bool:
        """Whether defecting is better for each whatever the others do, and worse for all."""
        c, d = self.actions.index(cooperate), self.actions.index(defect)
        n = len(self.players)
        for others in np.ndindex(*(2,) * (n - 1)):
            for p in range(n):
                place = [(c, d)[k] for k in others]
                left = (*place[:p], d, *place[p:])
                right = (*place[:p], c, *place[p:])
                if not self.welfare[left][p] > self.welfare[right][p]:
                    return False
        return bool(np.all(self.welfare[(c,) * n] > self.welfare[(d,) * n]))


def payoff_table(
    world: World | Baseline | str,
    players: Sequence[str | Sequence[str]] = ("USA", "CHN"),
    actions: Sequence[str] = ("free-trade", "optimal", "nash"),
    *,
    model: str | None = None,
    uniform: bool = False,
    revenue: str | None = None,
    deficits: str = "balanced",
    rates: Array | None = None,
    **parameters: float,
) -> PayoffTable:
    """Welfare of every player for every combination of actions: the trade war as a game table.

    actions : "free-trade" (no tariff at all), "status-quo" (its tariffs in `rates`), "optimal"
        (its best tariffs while the others keep those in `rates`), "nash" (those of the trade war).
    rates : (N, N) tariffs as they are; zero if left out, so that the status quo is free trade.

    Welfare is relative to the baseline without tariffs. Raises InputError for unknown names,
    overlapping players, ill-posed closures and tables of more than 1,000 combinations.

    >>> table = payoff_table("world-2023", actions=("free-trade", "nash"), uniform=True)
    >>> table
    <PayoffTable of USA, CHN: free-trade, nash>
    >>> {player: round(change, 2) for player, change in table.of("nash", "nash").items()}
    {'USA': 1.14, 'CHN': 1.89}
    """
    for action in actions:
        one_of(action, ACTIONS, f"{action!r} is not an action.", field="actions")
    base, chosen = table_of(world, players, model, uniform, deficits, parameters)
    if not actions or len(actions) ** len(chosen) > _MOST:
        raise InputError(
            f"{len(actions)} actions of {len(chosen)} players do not make a table.",
            field="actions",
            valid="at least one action, and at most 1,000 combinations",
        )
    revenue = base.model.revenue if revenue is None else revenue
    before = np.zeros_like(base.X) if rates is None else rates

    def played(action: str, player: Player, war: Array) -> Array:
        own = np.zeros_like(base.X)
        if action == "status-quo":
            own[player.cells] = before[player.cells]
        elif action == "nash":
            own[player.cells] = war[player.cells]
        elif action == "optimal":
            best = solve_game(
                base, [player], revenue=revenue, deficits=deficits, rates=before, trials=0
            )
            own[player.cells] = best.tariffs[player.cells]
        return own

    # Overlapping players are refused by the game, whatever the actions.
    war = solve_game(base, chosen, revenue=revenue, deficits=deficits, rates=before, trials=0)
    tariffs = {
        player.name: {action: played(action, player, war.tariffs) for action in actions}
        for player in chosen
    }
    rest = before.copy()
    for player in chosen:
        rest[player.cells] = 0.0
    n = len(chosen)
    welfare = np.empty((*(len(actions),) * n, n))
    for place in np.ndindex(*welfare.shape[:-1]):
        total = rest + sum(
            tariffs[player.name][actions[k]] for player, k in zip(chosen, place, strict=True)
        )
        found = counterfactual(base, total, revenue=revenue, deficits=deficits)
        welfare[place] = [player.worth(found.welfare) for player in chosen]
    return PayoffTable(tuple(p.name for p in chosen), tuple(actions), welfare, tariffs)
