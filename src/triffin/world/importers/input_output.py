"""From a world input-output table to the arrays of a world of many sectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MILLION = 1e6
LARGE = 1000.0  # million USD of output, above which a sector's growth is worth a note
# Growth factors of output are rounded to this many decimals, so that the linear algebra library
# of the machine does not reach the bytes of a file.
_DECIMALS = 9


@dataclass(frozen=True)
class InputOutputTable:
    """A world input-output table without negative entries, whole USD.

    inter (M, M) and final (M, N): sales of country-industry to country-industry and to country.
    negative, moved: entries set to zero (of inventories, of others) and their sum, USD. raised:
    growth of output that serves them, USD. largest: the sector that grows most, a fraction.
    """

    inter: np.ndarray
    final: np.ndarray
    negative: tuple[int, int]
    moved: float
    raised: float
    largest: tuple[str, float]


def without_negatives(
    inter: np.ndarray,
    final: np.ndarray,
    output: np.ndarray,
    labels: Sequence[str],
    *,
    uses: int,
    stocks: int = -1,
) -> InputOutputTable:
    """The table with negative final uses set to zero and output raised to serve what is left.

    A fall of inventories is demand that past output served. It is set to zero, and output becomes
    x = (I − A)⁻¹ f with the source's input coefficients A and the remaining final demand f, so that
    input coefficients and value-added shares stay those of the source. That also spreads the
    source's rounding over the table. inter (M, M), final (M, uses N) with the final uses of one
    economy side by side, output (M,) in million USD; `stocks` is the place of inventories among
    the uses.

    Raises ValueError where a sector uses inputs without output.
    """
    n = final.shape[1] // uses
    sold = final.reshape(-1, n, uses)
    kept = np.maximum(sold, 0.0)
    added = (kept - sold).sum(axis=(1, 2))
    if ((output <= 0) & (inter.sum(axis=0) > 0)).any() or (inter < 0).any():
        raise ValueError("a sector uses inputs without output, or sells a negative amount")
    produced = np.where(output > 0, output, 1.0)
    demands = np.stack([kept.sum(axis=(1, 2)), added], axis=1)
    served, growth = np.linalg.solve(np.eye(len(output)) - inter / produced, demands).T
    factor = np.round(served / produced, _DECIMALS)
    change = np.where(output > LARGE, growth / produced, 0.0)
    most = int(np.argmax(change))
    fallen = int((sold[:, :, stocks] < 0).sum())
    return InputOutputTable(
        inter=np.rint(inter * factor * MILLION),
        final=np.rint(kept.sum(axis=2) * MILLION),
        negative=(fallen, int((sold < 0).sum()) - fallen),
        moved=float(added.sum() * MILLION),
        raised=float(growth.sum() * MILLION),
        largest=(labels[most], float(change[most])),
    )


def world_arrays(
    table: InputOutputTable, countries: Sequence[str], names: Sequence[str], sectors: Sequence[str]
) -> dict[str, np.ndarray]:
    """The arrays of the world, elasticities aside. Flows are whole USD, so that sums are exact."""
    n, s = len(countries), len(sectors)
    inter = table.inter.reshape(n, s, n, s)
    final = table.final.reshape(n, s, n)
    trade = (inter.sum(axis=3) + final).transpose(1, 0, 2)
    output = trade.sum(axis=2)
    inputs = inter.sum(axis=0).transpose(0, 2, 1)  # input, using sector, economy
    used = inputs.sum(axis=0)
    produced = np.where(output > 0, output, 1.0)
    return {
        "economies": np.array(countries),
        "names": np.array(names),
        "sectors": np.array(sectors),
        "trade": trade,
        "gdp": (output - used).sum(axis=0),
        "gross_output": output,
        "value_added_share": np.where(output > 0, 1 - used / produced, 1.0),
        "input_share": inputs / np.where(used > 0, used, 1.0),
    }
