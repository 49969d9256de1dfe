"""Full Sobol indices of every answer, by group of parameters: `triffin run --sensitivity sobol`.

First-order indices from the draws of a run are in every headline. Total indices need draws of
their own: two independent samples A and B, and for every group A with that group's columns from B
(Saltelli et al. 2010, Computer Physics Communications 181). SALib computes the indices. Shocks are
a group too: all streams of B in place of those of A.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.finance.dollar.position import DYNAMICS_COLUMNS
from triffin.finance.joint.draws import COLUMNS as JOINT
from triffin.questions.dollar.tipping import COLUMNS as DOLLAR
from triffin.run.block import solve_block
from triffin.run.plan.prepare import Prepared
from triffin.run.plan.sampling_columns import COLUMNS
from triffin.run.plan.streams import BLOCK, Streams
from triffin.run.trade.equilibria import Progress
from triffin.strategy.alignment.nested import NESTED_COLUMNS
from triffin.strategy.credibility.resolve import RESOLVE_COLUMNS
from triffin.trade.parameter_draws import COLUMNS as TRADE
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.sampling import uniforms

_CURRENCY = {name for name in JOINT if name.startswith(("intervention", "kappa", "yen"))}
_CONFIDENCE = 0.9
# Streams of sample B: far beyond the blocks of any run.
_OTHER_BLOCK = 1_000_000


def groups() -> dict[str, tuple[str, ...]]:
    """Group -> columns; every column is in one group, the first that claims it."""
    claims = {
        "trade": set(TRADE),
        "currency": _CURRENCY,
        "treasuries": set(JOINT),
        "dollar": {*DOLLAR, *DYNAMICS_COLUMNS},
        "credibility": set(RESOLVE_COLUMNS),
        "alignment": set(NESTED_COLUMNS),
    }
    found: dict[str, list[str]] = {name: [] for name in (*claims, "negotiation")}
    for column in COLUMNS:
        owner = next((name for name, own in claims.items() if column in own), "negotiation")
        found[owner].append(column)
    return {name: tuple(columns) for name, columns in found.items()}


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
    members = groups()
    both = uniforms([f"{side}.{name}" for side in "AB" for name in COLUMNS], n, seed)
    a, b = ({name: both[f"{side}.{name}"] for name in COLUMNS} for side in "AB")
    names = [*members, "shocks"]
    total = len(names) + 2

    def answers(u: Mapping[str, Array], block: int, done: int) -> dict[str, Array]:
        from triffin.run.assembly import assemble

        solved = solve_block(
            prepared, 0, n, seed, _quiet, u=dict(u), streams=Streams(seed, block, n)
        )
        data = assemble(prepared, [solved], seed).data["headline_draws"]
        progress("sensitivity", done, total)
        return {str(k): data.sel(headline=k).values for k in data["headline"].values}

    found = {"A": answers(a, 0, 1), "B": answers(b, _OTHER_BLOCK, 2)}
    for done, (name, columns) in enumerate(members.items(), start=3):
        mixed = a | {column: b[column] for column in columns}
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


def _quiet(stage: str, done: int, total: int) -> None:
    """The blocks of a sample report nothing of their own."""
