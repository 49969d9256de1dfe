"""How strong coercion through an input is, and what targets do about it (models F.3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many, same_length


@canonical
def coercion_power(omega: Numbers, sigma: Numbers, expenditure_share: Numbers) -> dict[str, Any]:
    """The loss a target suffers when the hegemon withdraws an input.

    loss = s/(σ−1) ln(1/(1−ω));  marginal = s/((σ−1)(1−ω)).
    ω `omega` in [0, 1) the hegemon's share in the input, σ `sigma` > 1 the elasticity of
    substitution, s `expenditure_share` in [0, 1]; each a number or a list (n), one per sector.
    Outputs: loss_log, marginal (both log units of the target's output). Losses add over sectors;
    they are convex in ω, so near-monopolies dominate.
    Raises InputError for ω = 1 (no substitute at all), σ <= 1 and lists of different length.
    Source: Clayton, Maggiori and Schreger (2024), A Theory of Economic Coercion and
    Fragmentation: CES within, Cobb-Douglas across sectors. Grade published.
    """
    held = one_or_many(omega, "omega", low=0, below=1)
    elasticity = one_or_many(sigma, "sigma", above=1)
    spent = one_or_many(expenditure_share, "expenditure_share", low=0, high=1)
    same_length({"omega": held, "sigma": elasticity, "expenditure_share": spent})
    weight = spent / (elasticity - 1.0)
    return {"loss_log": weight * -np.log1p(-held), "marginal": weight / (1.0 - held)}


@canonical
def anticoercion_diversification(
    omega0: float, sigma: float, expenditure_share: float, extraction: float, k: float
) -> dict[str, Any]:
    """How far a target diversifies away from an input that can be withdrawn.

    The target loses the fraction `extraction` of the hegemon's power and chooses ω to minimise
    extraction · loss(ω) + k (ω0 − ω)²/2. With x = ω0 − ω:
    k x (1 − ω0 + x) = extraction · s/(σ − 1); ω = 0 if x would exceed ω0.
    The objective is convex, so this is the minimum. k = 0 is the limit of free diversification.
    Outputs: omega_star, power_before, power_after (log losses), cost = k x²/2.
    Raises InputError for ω0 outside [0, 1), σ <= 1, shares outside [0, 1] and k < 0.
    Source: Clayton, Maggiori and Schreger (2024) in reduced form with a quadratic cost. Grade
    derived.
    """
    start = number(omega0, "omega0", low=0, below=1)
    elasticity = number(sigma, "sigma", above=1)
    weight = number(expenditure_share, "expenditure_share", low=0, high=1) / (elasticity - 1.0)
    threat = number(extraction, "extraction", low=0, high=1) * weight
    cost = number(k, "k", low=0)
    rest = 1.0 - start
    if threat == 0:
        moved = 0.0
    elif cost == 0:
        moved = start
    else:
        gain = threat / cost
        moved = min(start, 2.0 * gain / (rest + math.sqrt(rest**2 + 4.0 * gain)))
    return {
        "omega_star": start - moved,
        "power_before": -weight * math.log1p(-start),
        "power_after": -weight * math.log1p(-(start - moved)),
        "cost": cost * moved**2 / 2.0,
    }
