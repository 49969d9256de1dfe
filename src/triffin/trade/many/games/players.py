"""Players of many-sector tariff games: for whose sake they set which tariffs, and what ties them.

A player maximises, in per cent of baseline income,

    sum_j weight_j [ W_j + 100 sum_s (lambda_s - 1) (VA'_sj / P^_j - VA_sj) / I_j ]

with W_j the exact welfare change of member j (`SectorEquilibrium.welfare`), VA_sj = beta_sj Y_sj
the value added of sector s, P^ the final price index and I baseline income. With weights of one
the objective is welfare alone. A political weight lambda_s counts a dollar of real income earned
in sector s lambda_s times, after Ossa (2014), Amer. Econ. Rev. 104, whose weights average one over
sectors. Tariff revenue counts once, so that the same weight above one on every sector favors wages
over revenue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from triffin.trade.many.adjoint import Seeds, welfare_seeds
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import Problem, State
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.shared.entry import members_of, sector_of
from triffin.trade.shared.games import Player, controlled, member_weights
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of

Tie = Literal["none", "sector", "partner", "uniform"]
TIES: tuple[Tie, ...] = ("none", "sector", "partner", "uniform")
PoliticalWeights = Mapping[str, float] | Array


@dataclass(frozen=True, eq=False)
class SectorPlayer(Player):
    """A player with sector tariffs: sectors (c,) of those it sets, political (S,) lambda."""

    sectors: Array
    political: Array

    @property
    def cells(self) -> tuple[Array, ...]:
        """Index of the tariffs it sets in an (S, N exporter, N importer) array."""
        return self.sectors, self.exporters, self.importers


def sector_player(
    base: SectorBaseline,
    name: str,
    members: Sequence[int],
    *,
    tie: Tie = "none",
    against: Array | None = None,
    political: Array | None = None,
) -> SectorPlayer:
    """A player that sets its members' tariffs on outsiders, and leaves those among them.

    Members' welfare is weighted by baseline income. `against` (S, N exporter, N importer) narrows
    down which tariffs it may set; `political` (S,) are weights of sectors, one where left out.
    Flows without trade are left out, as no tariff on them changes anything.

    Raises InputError for an unknown tie and where nothing is left to set.
    """
    one_of(tie, TIES, f"{tie!r} does not tie tariffs.", field="tie")
    sectors, exporters, importers, rate = controlled(base.flows, name, members, tie, against)
    return SectorPlayer(
        name=name,
        weights=member_weights(base.income, members),
        exporters=exporters,
        importers=importers,
        rate=rate,
        sectors=sectors,
        political=np.ones(len(base.sectors)) if political is None else political,
    )


def make_sector_player(
    base: SectorBaseline,
    who: str | Sequence[str],
    *,
    tie: Tie = "none",
    sectors: Sequence[str] | None = None,
    exporters: Sequence[str] | None = None,
    political_weights: PoliticalWeights | None = None,
) -> SectorPlayer:
    """A player from an economy's code or name, a list of economies, or a group of the base's world.

    sectors, exporters : what it may tax (everything if left out). political_weights : by sector,
    {sector: weight} with one for the others, or (S,).

    Raises InputError for unknown names and weights that are no finite numbers of zero or more.
    """
    world = base.world
    name, members = members_of(world, who)
    against = np.ones(base.share.shape, dtype=bool)
    if sectors is not None:
        named = [sector_of(world, sector) for sector in sectors]
        against &= np.isin(np.arange(world.n_sectors), named)[:, None, None]
    if exporters is not None:
        named = [world.index(code) for code in exporters]
        against &= np.isin(np.arange(world.n_economies), named)[:, None]
    political = political_array(base, political_weights)
    return sector_player(base, name, members, tie=tie, against=against, political=political)


def political_array(base: SectorBaseline, given: PoliticalWeights | None) -> Array:
    """(S,) political weights, one where none is given; InputError as `make_sector_player`."""
    n_sectors = len(base.sectors)
    weights = np.ones(n_sectors)
    if isinstance(given, Mapping):
        for sector, weight in given.items():
            weights[sector_of(base.world, sector)] = weight
    elif given is not None:
        weights = np.array(given, dtype=float)
    if weights.shape != (n_sectors,) or not np.isfinite(weights).all() or (weights < 0).any():
        raise InputError(
            f"political weights of shape {weights.shape} are not {n_sectors} finite numbers of "
            "zero or more.",
            field="political_weights",
            valid="{sector: weight}; 1 is no special weight",
        )
    return weights


def objectives(players: Sequence[SectorPlayer], result: SectorEquilibrium) -> Array:
    """(P,) what the players maximise, as change from the baseline in per cent of its income."""
    base, s = result.baseline, result.state
    after = base.value_added_share * s.output / np.exp(s.p_final)
    gain = 100 * (after - base.value_added_share * base.output) / base.income
    return np.array(
        [p.weights @ (result.welfare + (p.political - 1) @ gain) for p in players], dtype=float
    )


def objective_seeds(players: Sequence[SectorPlayer], problem: Problem, state: State) -> Seeds:
    """Seeds of the players' objectives, one row for each."""
    base = problem.base
    weights = np.stack([player.weights for player in players])
    members = np.flatnonzero(weights.any(axis=0))
    share = weights[:, members]
    own = welfare_seeds(problem, state, members.tolist())

    def mixed(value: Array | None) -> Array | None:
        return None if value is None else share @ value

    income, wage_bill, p_final = mixed(own.income), mixed(own.wage_bill), mixed(own.p_final)
    extra = np.stack([player.political - 1 for player in players])
    if not extra.any():
        return Seeds(
            income=income, wage_bill=wage_bill, p_final=p_final, revenue=mixed(own.revenue)
        )
    # 100 (lambda - 1) beta Y' / (P^ I), weighted over members; (S, P, N).
    real = 100 * weights / (base.income * np.exp(state.p_final))
    per_sale = extra.T[:, :, None] * base.value_added_share[:, None, :] * real
    earned = (per_sale * state.output[:, None, :]).sum(axis=0)
    return Seeds(
        income=income,
        wage_bill=wage_bill,
        p_final=-earned if p_final is None else p_final - earned,
        revenue=mixed(own.revenue),
        exports=per_sale,
        own_sales=per_sale,
    )
