"""Coordination with private information: thresholds and who is pivotal (C.3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.strategy.alignment.normal_line import crossings
from triffin.world.base.checked_numbers import canonical, number, numbers, same_length


@canonical
def global_game_flat(
    w: list[float], b: list[float], c: list[float], noise_sd: float
) -> dict[str, Any]:
    """Which campaigns fail when partners with private signals may resist, flat prior.

    A campaign of strength θ fails iff the resisting weight is at least θ. i gains b_i by resisting
    one that fails and loses c_i otherwise: it resists iff Pr(fail) > t_i = c_i/(b_i + c_i).
    θ* = Σ w_i b_i/(b_i + c_i),  x_i* = θ* − σ Φ⁻¹(t_i).

    w >= 0, b > 0, c > 0 (n,); σ `noise_sd` >= 0 (0 is the limit of vanishing noise; θ* does not
    depend on it). Outputs: theta_star, x_star (n,) signals below which i resists, influence (n,)
    = w_i b_i/(b_i + c_i), the measure of a pivotal partner.
    Raises InputError for lists of different length and values outside these ranges.
    Source: Morris and Shin (1998), American Economic Review 88, and (2003); Sakovics and Steiner
    (2012), AER 102. Grade published.
    """
    from scipy.special import ndtri

    weight = numbers(w, "w", low=0)
    gain, loss = numbers(b, "b", above=0), numbers(c, "c", above=0)
    noise = number(noise_sd, "noise_sd", low=0)
    same_length({"w": weight, "b": gain, "c": loss})
    eager, hesitant = eagerness(gain, loss), loss / (gain + loss)
    influence = weight * eager
    threshold = float(influence.sum())
    # From the smaller of t and 1 − t, which keeps the digits of the quantile.
    quantile = np.where(hesitant < eager, ndtri(hesitant), -ndtri(eager))
    return {
        "theta_star": threshold,
        "x_star": threshold - noise * quantile,
        "influence": influence,
    }


def eagerness(gain: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """b/(b + c): how much of a partner's weight resists at the threshold; arrays of any shape.

    1 where resisting costs nothing even if the campaign succeeds, 0 where it gains nothing even if
    it fails: such partners wait for nobody.
    """
    both = (gain > 0) & (loss > 0)
    share = gain / np.where(both, gain + loss, 1.0)
    return np.where(both, share, np.where(gain > 0, 1.0, 0.0))


@canonical
def global_game_public(alpha: float, beta: float, t: float, y: float) -> dict[str, Any]:
    """Thresholds when all also see a public signal y.

    α (θ − y) − √β Φ⁻¹(θ) = √(α+β) Φ⁻¹(t); unique for every y iff α <= √(2πβ).
    α `alpha` >= 0 precision (1/variance) of the public and β `beta` > 0 of the private signal,
    `t` in (0, 1) the probability of failure that makes a partner resist. Outputs: theta_star (all,
    increasing; two that have merged count once), n_equilibria, critical_alpha = √(2πβ).
    Solved in z = Φ⁻¹(θ).
    Raises InputError outside these ranges.
    Source: Morris and Shin (2003); Hellwig (2002), Journal of Economic Theory 107. Grade published.
    """
    from scipy.special import ndtr, ndtri

    public = number(alpha, "alpha", low=0)
    private = number(beta, "beta", above=0)
    hesitant = number(t, "t", above=0, below=1)
    signal = number(y, "y")
    right = math.sqrt(public + private) * float(ndtri(hesitant))
    if public * 1e15 < math.sqrt(private):
        found = [-(right + public * signal) / math.sqrt(private)]
    else:
        found = crossings(signal + right / public, math.sqrt(private) / public)
    return {
        "theta_star": [float(ndtr(z)) for z in found],
        "n_equilibria": len(found),
        "critical_alpha": math.sqrt(2.0 * math.pi * private),
    }
