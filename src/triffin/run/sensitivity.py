"""Full Sobol indices of every answer, by group of parameters: `triffin run --sensitivity sobol`.

First-order indices from the draws of a run are in every headline. Total indices need draws of
their own: two independent samples A and B, and for every group A with that group's columns from B
(Saltelli et al. 2010, Computer Physics Communications 181). SALib computes the indices. Shocks are
a group too: all streams of B in place of those of A.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from triffin.run.assembly import assemble
from triffin.run.block import solve_block
from triffin.run.plan.prepare import Prepared
from triffin.run.plan.streams import BLOCK, Streams
from triffin.run.trade.equilibria import Progress, no_progress
from triffin.trade.parameter_draws import COLUMNS as TRADE
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.sampling import uniforms

_CONFIDENCE = 0.9
# Streams of sample B: far beyond the blocks of any run.
_OTHER_BLOCK = 1_000_000


def groups(prepared: Prepared) -> dict[str, tuple[str, ...]]:
    """Group -> columns; every column is in one group, the first that claims it."""
    claims: dict[str, Collection[str]] = {"trade": TRADE}
    for section in prepared.sections:
        claims |= section.groups
    found: dict[str, list[str]] = {name: [] for name in (*claims, "negotiation")}
    for column in prepared.columns:
        owner = next((name for name, own in claims.items() if column in own), "negotiation")
        found[owner].append(column)
    return {name: tuple(members) for name, members in found.items()}


def sobol_indices(
    prepared: Prepared, n: int, seed: int, progress: Progress
) -> dict[str, dict[str, dict[str, float]]]:
    """Headline -> group -> first, first_error, total, total_error (half widths of 90 % intervals).

    n : rows of each sample, a power of two up to the size of a block; the run solves n times the
    number of groups plus two. Headlines without variance are left out.
    Raises InputError for another n.
    """
    from SALib.analyze import sobol

    if not 8 <= n <= BLOCK or n & (n - 1):
        raise InputError(
            f"got {n}.", field="sensitivity draws", value=n, valid=f"a power of two, 8 to {BLOCK}"
        )
    members, every = groups(prepared), prepared.columns
    both = uniforms([f"{side}.{name}" for side in "AB" for name in every], n, seed)
    a, b = ({name: both[f"{side}.{name}"] for name in every} for side in "AB")
    names = [*members, "shocks"]
    total = len(names) + 2

    def answers(u: Mapping[str, Array], block: int, done: int) -> dict[str, Array]:
        solved = solve_block(
            prepared, 0, n, seed, no_progress, u=dict(u), streams=Streams(seed, block, n)
        )
        data = assemble(prepared, [solved], seed).data["headline_draws"]
        progress("sensitivity", done, total)
        return {str(k): data.sel(headline=k).values for k in data["headline"].values}

    found = {"A": answers(a, 0, 1), "B": answers(b, _OTHER_BLOCK, 2)}
    for done, (name, drawn) in enumerate(members.items(), start=3):
        mixed = a | {column: b[column] for column in drawn}
        found[name] = answers(mixed, 0, done)
    found["shocks"] = answers(a, _OTHER_BLOCK, total)

    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    indices: dict[str, dict[str, dict[str, float]]] = {}
    for headline in found["A"]:
        rows = np.stack([found["A"][headline], *(found[name][headline] for name in names),
                         found["B"][headline]], axis=1)  # fmt: skip
        rows = rows[np.isfinite(rows).all(axis=1)]
        if len(rows) < 8 or np.ptp(rows) == 0:
            continue
        one: dict[str, Any] = sobol.analyze(
            problem, rows.ravel(), calc_second_order=False, conf_level=_CONFIDENCE, seed=seed + 1
        )
        indices[headline] = {
            name: {
                "first": float(one["S1"][k]),
                "first_error": float(one["S1_conf"][k]),
                "total": float(one["ST"][k]),
                "total_error": float(one["ST_conf"][k]),
            }
            for k, name in enumerate(names)
        }
    return indices
