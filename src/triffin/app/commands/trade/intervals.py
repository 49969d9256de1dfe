"""Intervals over the elasticities of an equilibrium: `triffin trade WORLD --draws`."""

from __future__ import annotations

from typing import Any

from triffin.app.terminal import say
from triffin.world.base.errors import InputError


def find(found: Any, draws: int) -> dict[str, dict[str, float]] | None:
    """Welfare of every economy over draws of the elasticities: its 5, 50 and 95 %; None without."""
    if not draws:
        return None
    if found.world.n_sectors == 1:
        raise InputError(
            "elasticities are drawn here in worlds of many sectors only.",
            field="--draws",
            value=draws,
            valid="a world such as world-2022; draws over models of one sector are those of a run",
        )
    import numpy as np

    from triffin.trade.many.draws import elasticity_draws
    from triffin.world.registry.parameter_set import in_place

    solved = elasticity_draws(found, draws, 1, in_place())
    quantiles = np.quantile(solved.real_income[solved.converged], [0.05, 0.5, 0.95], axis=0)
    return {
        code: {"low": float(low), "median": float(middle), "high": float(high)}
        for code, low, middle, high in zip(found.world.economies, *quantiles, strict=True)
    }


def print_intervals(found: Any, document: dict[str, Any]) -> None:
    ranges = document["intervals"]
    if ranges is not None:
        listed = document["shown"] or list(found.world.economies[:8])
        told = "; ".join(
            f"{found.world.names[found.world.index(code)]} {ranges[code]['low']:+.2f} to "
            f"{ranges[code]['high']:+.2f}"
            for code in listed
        )
        say(f"welfare, 90 % over elasticities of trade: {told}.")
