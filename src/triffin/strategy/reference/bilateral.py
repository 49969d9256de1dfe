"""One bargain between the hegemon and a partner: tariff, concessions in kind, cash (A.2)."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.strategy.bargains.cash_bounds import best_within_bounds
from triffin.strategy.bargains.one_bargain import Bargain, Terms
from triffin.world.base.checked_numbers import canonical, number, numbers, same_length
from triffin.world.base.errors import InputError

NO_DEAL = {
    "deal": False,
    "tariff": None,
    "x": None,
    "cash": None,
    "gain_hegemon": None,
    "gain_partner": None,
}


@canonical
def nash_bilateral(
    g1: float,
    g2: float,
    l1: float,
    l2: float,
    omega: float,
    beta: float,
    v: list[float],
    p: list[float],
    kappa: list[float],
    dH: float,
    dU: float,
    dignity: float = 0.0,
    t_max: float | None = None,
    x_max: list[float | None] | None = None,
    s_min: float | None = None,
    s_max: float | None = None,
) -> dict[str, Any]:
    """Generalised Nash bargain over a tariff t, volumes x of K issues and cash s to the hegemon.

    DH = g1 t − g2 t²/2 + v·x + s − dH;
    DU = −(l1 t − l2 t²/2) − Σ(p x + κ x²/2) − (1+ω) s − D − dU;  maximize DH^β DU^(1−β).
    t* = ((1+ω) g1 − l1)/((1+ω) g2 − l2) and x* = ((1+ω) v − p)/κ, within [0, t_max] and
    [0, x_max];  s* = β B/(1+ω) − (1−β) A, A and B the two gains before cash.

    All payoffs in one unit (bn USD per year); t a fraction; v, p, `kappa` > 0 (K,); `omega` > −1
    the wedge on the partner's cash; `beta` in [0, 1] the hegemon's weight; an entry of `x_max`
    may be None. Outputs: deal, tariff, x (K,), cash, gain_hegemon (DH), gain_partner (DU);
    without a deal (A + B/(1+ω) < 0, or no gain for both within the bounds on cash) all others are
    None. If (1+ω) g2 <= l2 the tariff is 0 or t_max, the lower one if they are equally good. A
    bound on cash that binds makes the tariff depend on β; it is then the best of all tariffs
    also where the product has several peaks.

    Raises InputError for lists of unequal length, values outside these ranges, s_min > s_max,
    and a tariff problem that is not concave without t_max.
    Source: Nash (1950), Econometrica 18; bilateral block of Horn and Wolinsky (1988), RAND Journal
    of Economics 19, and Bagwell, Staiger and Yurukoglu (2021), Econometrica 89. Grade derived.
    """
    value = numbers(v, "v")
    price = numbers(p, "p")
    steepness = numbers(kappa, "kappa", above=0)
    caps = _caps(x_max, len(value))
    same_length({"v": value, "p": price, "kappa": steepness, "x_max": caps})
    floor = -np.inf if s_min is None else number(s_min, "s_min")
    ceiling = np.inf if s_max is None else number(s_max, "s_max", low=s_min)
    bargain = Bargain(
        g1=number(g1, "g1"),
        g2=number(g2, "g2"),
        l1=number(l1, "l1"),
        l2=number(l2, "l2"),
        wedge=1.0 + number(omega, "omega", above=-1),
        beta=number(beta, "beta", low=0, high=1),
        v=value,
        p=price,
        kappa=steepness,
        x_max=caps,
        t_max=np.inf if t_max is None else number(t_max, "t_max", low=0),
        outside_hegemon=number(dH, "dH"),
        outside_partner=number(dU, "dU") + number(dignity, "dignity"),
    )
    terms = _agreed(bargain, float(floor), float(ceiling))
    if terms is None:
        return dict(NO_DEAL)
    hegemon, partner = bargain.gains(terms)
    return {
        "deal": True,
        "tariff": terms.t,
        "x": terms.x,
        "cash": terms.s,
        "gain_hegemon": max(hegemon, 0.0),
        "gain_partner": max(partner, 0.0),
    }


def _agreed(bargain: Bargain, floor: float, ceiling: float) -> Terms | None:
    if not bargain.concave and not np.isfinite(bargain.t_max):
        raise InputError(
            "the joint gain is not concave in the tariff ((1 + omega) g2 − l2 is not positive), "
            "so that there is no best tariff without an upper bound.",
            field="t_max",
            valid="a number from 0",
        )
    free = bargain.unbounded()
    if free is None:
        return None
    slack = bargain.rounding(free.t, free.x)
    if floor - slack <= free.s <= ceiling + slack:
        return Terms(free.t, free.x, min(max(free.s, floor), ceiling))
    return best_within_bounds(bargain, free, floor, ceiling)


def _caps(x_max: list[float | None] | None, count: int) -> np.ndarray:
    if x_max is None:
        return np.full(count, np.inf)
    if not isinstance(x_max, list | tuple | np.ndarray):
        raise InputError("got no list.", field="x_max", value=x_max, valid="a list of numbers")
    return np.array(
        [
            np.inf if cap is None else number(cap, f"x_max[{place}]", low=0)
            for place, cap in enumerate(x_max)
        ],
        dtype=np.float64,
    )
