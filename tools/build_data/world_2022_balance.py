"""Value added and inputs of `world-2022`: regional totals met, no final demand below zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from tools.build_data.uschina_2017 import REGIONS as REGIONS_2017
from tools.build_data.world_2022_tables import BLOCKS, REGION_2017, Sources

# Final demand keeps at least this share of expenditure, so that rounding leaves none below zero.
LEAST_FINAL = 1e-5
# No economy's block has a share of value added in output outside this range.
PLAUSIBLE = (0.03, 0.97)
_OF_BLOCK = np.eye(3)[list(BLOCKS)]  # (S, 3)
_ROUNDS, _HALVINGS, _MOST_ODDS = 40, 60, 20.0
_MOST_SWEEPS = 20_000


def value_added_shares(sources: Sources, output: np.ndarray) -> np.ndarray:
    """(S, N) value added over output (million USD), with each region's value added by sector met.

    Inside a region the economies differ as their blocks did in the table of 2020: the log odds of
    the region's share are moved by one number for each economy and block, and by one for each
    region and sector, until both margins hold; the region's holds last.
    """
    of_region = np.eye(len(sources.regions))[sources.region]
    made = output @ of_region
    share = np.where(made > 0, sources.value_added / np.where(made > 0, made, 1.0), 0.5)
    if ((share >= 1) | (share <= 0)).any():
        raise ValueError("value added of a region is not between zero and its output")
    odds = np.log(share / (1 - share))[:, sources.region]
    total = _OF_BLOCK.T @ output
    wanted = np.clip(sources.added_2020, *PLAUSIBLE) * total
    sums = _OF_BLOCK.T @ np.where(made > 0, sources.value_added, 0.0)
    wanted *= (sums / (wanted @ of_region))[:, sources.region]
    wanted = np.clip(wanted, PLAUSIBLE[0] * total, PLAUSIBLE[1] * total)
    for _ in range(_ROUNDS):
        odds += _OF_BLOCK @ _shift(
            lambda d, odds=odds: _OF_BLOCK.T @ (output * _sigmoid(odds + _OF_BLOCK @ d)), wanted
        )
        odds += _shift(
            lambda d, odds=odds: (output * _sigmoid(odds + d[:, sources.region])) @ of_region,
            np.where(made > 0, sources.value_added, 0.0),
        )[:, sources.region]
    reached = (output * _sigmoid(odds)) @ of_region
    scale = np.where(reached > 0, sources.value_added / np.where(reached > 0, reached, 1.0), 1.0)
    return np.where(output > 0, _sigmoid(odds) * scale[:, sources.region], 1.0)


def _sigmoid(odds: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-odds)))


def _shift(reached: Callable[[np.ndarray], np.ndarray], wanted: np.ndarray) -> np.ndarray:
    """By bisection, the shift at which the increasing function `reached` is `wanted`."""
    low, high = np.full_like(wanted, -_MOST_ODDS), np.full_like(wanted, _MOST_ODDS)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = reached(middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(wanted > 0, (low + high) / 2, 0.0)


def first_inputs(sources: Sources, spent: np.ndarray) -> np.ndarray:
    """(S input, S using, N) inputs before they are balanced; `spent` (S, N) is what each sector
    pays for all inputs.

    Inside a block of inputs the shares are those of 2017. How much each sector takes from a block
    follows 2017, too, fitted so that the sectors of a using block together take what that block
    took in 2020.
    """
    where = [REGIONS_2017.index(REGION_2017.get(code, "ROW")) for code in sources.economies]
    shares = sources.shares_2017[:, :, where]
    of_block = np.einsum("kb,ksn->bsn", _OF_BLOCK, shares)
    inside = shares / np.where(of_block > 0, of_block, 1.0)[list(BLOCKS)]
    wanted = sources.block_2020 / sources.block_2020.sum(axis=0)
    wanted = wanted * (_OF_BLOCK.T @ spent)
    taken = of_block * spent
    for _ in range(_ROUNDS):
        found = np.einsum("bsn,sc->bcn", taken, _OF_BLOCK)
        taken *= (wanted / np.where(found > 0, found, 1.0))[:, list(BLOCKS)]
        total = taken.sum(axis=0)
        taken *= spent / np.where(total > 0, total, 1.0)
    return np.asarray(inside * taken[list(BLOCKS)])


@dataclass(frozen=True, eq=False)
class Balanced:
    """inputs (S, S, N); short (S, N) cells in which the first inputs exceed expenditure;
    missing: by how much, as a share of all inputs; moved: share of all inputs that changed place,
    and moved_by_economy (N,)."""

    inputs: np.ndarray
    short: np.ndarray
    missing: float
    moved: float
    moved_by_economy: np.ndarray


def balance(first: np.ndarray, spent: np.ndarray, expenditure: np.ndarray) -> Balanced:
    """Inputs nearest to `first` (least relative entropy) at which every sector pays what it
    `spent` (S, N) and no more is used of a good than is bought, `expenditure` (S, N).

    Biproportional: rows that exceed expenditure are scaled down, columns back to their totals.
    """
    most = (1 - LEAST_FINAL) * expenditure
    used = first.sum(axis=1)
    row, column = np.ones_like(spent), np.ones_like(spent)
    for _ in range(_MOST_SWEEPS):
        bought = np.einsum("ksn,sn->kn", first, column)
        row = np.minimum(1.0, most / np.where(bought > 0, bought, 1.0))
        paid = np.einsum("ksn,kn->sn", first, row)
        before = column
        column = np.where(paid > 0, spent / np.where(paid > 0, paid, 1.0), 1.0)
        if np.abs(column / before - 1).max() < 1e-12:
            break
    else:
        raise ValueError("the inputs cannot be balanced")
    inputs = first * row[:, None] * column[None]
    gap = np.abs(inputs - first).sum(axis=(0, 1)) / 2
    return Balanced(
        inputs=inputs,
        short=used > expenditure,
        missing=float(np.maximum(used - expenditure, 0.0).sum() / used.sum()),
        moved=float(gap.sum() / first.sum()),
        moved_by_economy=gap / first.sum(axis=(0, 1)),
    )
