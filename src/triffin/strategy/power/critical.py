"""Narrow goods: what is lost when an input is rationed (models I.5 to I.8)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import brentq

from triffin.strategy.inputs import WEIGHT_TOLERANCE, entries
from triffin.world.base.checked_numbers import canonical, number, numbers
from triffin.world.base.errors import InputError, NoEquilibrium

# Logs of prices beyond which floating point has no number.
_HIGHEST_LOG = 700.0
# Ease of substitution below which parts are used in fixed proportions.
_FIXED = 1e-12


def ces(shares: Sequence[float], quantities: Sequence[float], sigma: float) -> float:
    """CES aggregate, relative to quantities of 1, of parts with cost shares that add to 1.

    σ = 0 is the least of the parts, σ = 1 their weighted geometric mean; 0 where a part without
    which nothing can be made (σ <= 1) is missing.
    """
    parts = [(s, q) for s, q in zip(shares, quantities, strict=True) if s > 0]
    if sigma < _FIXED:
        return min(q for _, q in parts)
    if any(q == 0 for _, q in parts):
        if sigma <= 1:
            return 0.0
        parts = [(s, q) for s, q in parts if q > 0]
    power = (sigma - 1) / sigma
    share, logs = np.array([s for s, _ in parts]), np.log([q for _, q in parts])
    if power == 0:
        return math.exp(float(share @ logs))
    if np.abs(power * logs).max(initial=0.0) < 1:
        # Without cancellation close to σ = 1.
        inner = float(share @ np.expm1(power * logs)) + float(share.sum()) - 1.0
        return math.exp(math.log1p(inner) / power) if inner > -1 else 0.0
    return math.exp(float(np.logaddexp.reduce(np.log(share) + power * logs)) / power)


def _check_needed(quantity: float, sigma: float) -> None:
    if quantity == 0 and sigma <= 1:
        raise InputError(
            "nothing is left of an input that others cannot replace, so that nothing is made.",
            field="quantity",
            value=quantity,
            valid="a number above 0, or sigma above 1",
        )


@canonical
def import_stop(share: float, sigma: float, quantity: float) -> dict[str, Any]:
    """Output of an economy, a CES aggregate in which one input is rationed.

    Y = [(1−a) + a E^((σ−1)/σ)]^(σ/(σ−1));  σ = 1: E^a;  σ = 0: min(E, 1).  Shadow price
    (Y/E)^(1/σ), share of the input afterwards a (E/Y)^((σ−1)/σ). First order a ln E, second order
    a ln E + ½ a(1−a)(1−1/σ)(ln E)².
    `share` a in [0, 1], `sigma` >= 0, `quantity` E >= 0 what is left over what was used. Outputs:
    output_pct, share_after, shadow_price (ratio), first_order_pct, second_order_pct (logs × 100);
    None where there is none (the last two without any input, the second order at σ = 0).
    Raises InputError outside these ranges, and for E = 0 with σ <= 1.
    Source: Bachmann, Baqaee, Bayer et al. (2022), Economica 2024; Baqaee and Farhi (2019),
    Econometrica 87. Grade derived.

    >>> round(import_stop(0.04, 0.04, 0.9)["output_pct"], 3)
    -1.569
    """
    a, left = number(share, "share", low=0, high=1), number(quantity, "quantity", low=0)
    elasticity = number(sigma, "sigma", low=0)
    _check_needed(left, elasticity)
    output = ces((a, 1 - a), (left, 1.0), elasticity)
    first = second = None
    if left == 0:
        after, price = 0.0, None
    elif elasticity < _FIXED:
        # The scarce part earns everything; at E = 1 the split is not determined and stays.
        after = 1.0 if left < 1 and a > 0 else a if left == 1 else 0.0
        price = after / a if a > 0 else None
    else:
        log_price = (math.log(output) - math.log(left)) / elasticity
        price = math.exp(log_price)
        after = a * math.exp((elasticity - 1) / elasticity * math.log(left / output))
    if left > 0:
        change = math.log(left)
        first = 100 * a * change
        if elasticity >= _FIXED:
            expected = a + a * (1 - a) * (1 - 1 / elasticity) * change
            second = 100 * domar(a, expected, change)
    return {
        "output_pct": 100 * (output - 1),
        "share_after": after,
        "shadow_price": price,
        "first_order_pct": first,
        "second_order_pct": second,
    }


def domar(before: float, after: float, change: float) -> float:
    """½ (share before + share after) × log change: an effect on output to second order."""
    return 0.5 * (before + after) * change


@canonical
def sufficient_loss(share_before: float, share_after: float, log_change: float) -> dict[str, Any]:
    """Effect of a shock on output from sales shares before and after alone.

    ½ (share before + share after) × log change of the quantity; first order with the share before.
    Shares in [0, 1] of GDP. Outputs: first_order_pct, second_order_pct.
    Raises InputError outside.
    Source: Baqaee and Farhi (2019), Econometrica 87, 1155-1203: the oil shocks of the 1970s,
    0.23 and 0.61 % of world GDP. Grade published.
    """
    before = number(share_before, "share_before", low=0, high=1)
    after = number(share_after, "share_after", low=0, high=1)
    change = number(log_change, "log_change")
    return {
        "first_order_pct": 100 * before * change,
        "second_order_pct": 100 * domar(before, after, change),
    }


@canonical
def rationed_line(share: float, sigma: float, eta: float, quantity: float) -> dict[str, Any]:
    """A line of production whose one input is rationed: the price that clears it.

    unit cost b = [1−φ+φλ^(1−σ)]^(1/(1−σ)), output y = b^−η, shadow price λ from y (λ/b)^−σ = q;
    rent over old cost φ q (λ−1).
    `share` φ in (0, 1) of the input in cost, `sigma` σ >= 0, `eta` η >= 0 elasticity of demand,
    `quantity` q in (0, 1] left. Outputs: shadow_price, unit_cost, output, rent_over_cost.
    Raises InputError outside; NoEquilibrium where no price clears the market (buyers do not
    give way, η = 0, and q < φ^(σ/(1−σ))).
    Source: derived. Grade derived.
    """
    phi = number(share, "share", above=0, below=1)
    elasticity, demand = number(sigma, "sigma", low=0), number(eta, "eta", low=0)
    left = number(quantity, "quantity", above=0, high=1)

    def log_cost(log_price: float) -> float:
        power = 1 - elasticity
        if abs(power * log_price) < 1e-3:
            inner = phi * math.expm1(power * log_price)
            return math.log1p(inner) / power if power else phi * log_price
        return float(np.logaddexp(math.log1p(-phi), math.log(phi) + power * log_price)) / power

    def gap(log_price: float) -> float:
        cost = log_cost(log_price)
        return (elasticity - demand) * cost - elasticity * log_price - math.log(left)

    if left == 1:
        log_price = 0.0
    else:
        high = 1.0
        while gap(high) > 0 and high < _HIGHEST_LOG:
            high *= 2
        if gap(min(high, _HIGHEST_LOG)) > 0:
            raise NoEquilibrium(
                f"no price clears the market: with a quantity of {left:g} left, neither the line's "
                "customers nor other inputs give way"
            )
        log_price = float(brentq(gap, 0.0, min(high, _HIGHEST_LOG), xtol=1e-14, rtol=1e-14))
    cost = log_cost(log_price)
    return {
        "shadow_price": math.exp(log_price),
        "unit_cost": math.exp(cost),
        "output": math.exp(-demand * cost),
        "rent_over_cost": phi * left * math.expm1(log_price),
    }


@canonical
def nested_stop(
    value_share: Sequence[float],
    dependent: Sequence[float],
    good_share: Sequence[float],
    quantity: float,
    sigma: float,
    eta: float,
    zeta: float,
) -> dict[str, Any]:
    """A narrow good that some lines of some sectors need; other inputs stay where they are.

    Line y_j = CES_σ(good, share φ_j/δ_j, at q; rest at 1);  sector Y_j = CES_η(δ_j at y_j, 1−δ_j at
    1);  economy CES_ζ(a_j at Y_j, rest at 1).
    `value_share` a (n,) of sectors in value added, adding to 1 at most; `dependent` δ (n,) in
    (0, 1] of their value made in lines that need the good; `good_share` φ (n,) in [0, δ) of their
    cost; `quantity` q in [0, 1] left; `sigma` σ, `eta` η, `zeta` ζ >= 0. Outputs: line_output,
    sector_output (n,); loss_pct; first_order_pct = −Σ a φ ln q (None at q = 0);
    value_added_at_risk_pct = Σ a δ (1−q), no bound when ζ < 1.
    Raises InputError outside these ranges, where the good costs more than the lines that need it,
    and for q = 0 with σ <= 1.
    Source: three nested CES levels; derived. Grade derived.
    """
    a = numbers(value_share, "value_share", low=0, high=1)
    if a.sum() > 1 + WEIGHT_TOLERANCE:
        raise InputError(
            f"they add up to {a.sum():.6g}.", field="value_share", valid="shares adding to 1"
        )
    delta = entries(numbers(dependent, "dependent", above=0, high=1), "dependent", len(a))
    phi = entries(numbers(good_share, "good_share", low=0, high=1), "good_share", len(a))
    left = number(quantity, "quantity", low=0, high=1)
    in_line, in_sector = number(sigma, "sigma", low=0), number(eta, "eta", low=0)
    in_economy = number(zeta, "zeta", low=0)
    _check_needed(left, in_line)
    for place, (line, good) in enumerate(zip(delta, phi, strict=True)):
        if good >= line:
            raise InputError(
                f"the good is {good:g} of the sector's cost, and the lines that need it {line:g}.",
                field=f"good_share[{place}]",
                value=float(good),
                valid="a share below that of the lines that need the good",
            )
    lines = [ces((p / d, 1 - p / d), (left, 1.0), in_line) for p, d in zip(phi, delta, strict=True)]
    sectors = [ces((d, 1 - d), (y, 1.0), in_sector) for d, y in zip(delta, lines, strict=True)]
    rest = max(0.0, 1.0 - float(a.sum()))
    economy = ces((*map(float, a), rest), (*sectors, 1.0), in_economy)
    return {
        "line_output": lines,
        "sector_output": sectors,
        "loss_pct": 100 * (1 - economy),
        "first_order_pct": -100 * float(a @ phi) * math.log(left) if left > 0 else None,
        "value_added_at_risk_pct": 100 * float(a @ delta) * (1 - left),
    }


def stop_table(
    value_share: Sequence[float],
    good_share: Sequence[float],
    *,
    quantity: float,
    dependent: Sequence[float],
    sigmas: Sequence[float],
    eta: float,
    zeta: float,
) -> list[dict[str, Any]]:
    """`nested_stop` over the two numbers that decide it and that nobody has measured.

    A row for each share `dependent` of lines that need the good and each ease `sigmas` of replacing
    it: {dependent, sigma, loss_pct, price_factor}, where price_factor is what users would pay for
    the good in the first sector (None where no price clears the market, or loss and price where the
    good costs more than the lines).
    """
    rows = []
    for delta in dependent:
        for sigma in sigmas:
            row: dict[str, Any] = {"dependent": delta, "sigma": sigma}
            if max(good_share) >= delta:
                rows.append({**row, "loss_pct": None, "price_factor": None})
                continue
            found = nested_stop(
                value_share, [delta] * len(value_share), good_share, quantity, sigma, eta, zeta
            )
            try:
                line = rationed_line(good_share[0] / delta, sigma, eta, quantity)
                price = line["shadow_price"]
            except (NoEquilibrium, InputError):
                price = None
            rows.append({**row, "loss_pct": found["loss_pct"], "price_factor": price})
    return rows
