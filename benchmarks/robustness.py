"""500 random worlds with tariffs up to 500 %: how many converge, how many name a reason.

Every converged case is checked again by the textbook equations of the tests, which share no code
with the kernel. Lump-sum rebate; proportional and balanced deficits.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from measurement import Measurement
from triffin.trade.equilibrium import solve
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "trade"))
from textbook import random_world, residual

WORLDS = 500


def outcomes() -> dict[str, int]:
    """Number of cases by outcome; `wrong` counts answers that the textbook equations refute."""
    counts = dict.fromkeys(
        ("converged", "named reason", "refused data", "not converged", "wrong"), 0
    )
    for seed in range(WORLDS):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(3, 9))
        world = random_world(
            seed, n=n, openness=float(rng.uniform(0.05, 0.45)), zeros=float(rng.uniform(0, 0.5))
        )
        rates = rng.uniform(0, 5.0, (n, n)) * (rng.random((n, n)) < rng.uniform(0.1, 1))
        np.fill_diagonal(rates, 0.0)
        for deficits in ("world-share", "balanced"):
            try:
                found = solve(world, rates, revenue="lump-sum", deficits=deficits)
            except NoEquilibrium:
                counts["named reason"] += 1
            except NotConverged:
                counts["not converged"] += 1
            except InputError:
                # Trade too large for its GDP to have the paper's multinational shares.
                counts["refused data"] += 1
            else:
                counts["converged" if residual(found) < 1e-9 else "wrong"] += 1
    return counts


def main() -> list[Measurement]:
    """No wrong answer, and none without a named reason."""
    counts = outcomes()
    note = ", ".join(f"{count} {name}" for name, count in counts.items())
    return [
        Measurement("random worlds, wrong answers", counts["wrong"], 0.5, "", note=note),
        Measurement("random worlds, without a reason", counts["not converged"], 0.5, ""),
    ]
