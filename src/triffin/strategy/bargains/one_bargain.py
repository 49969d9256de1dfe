"""One bargain between the hegemon and a partner: tariff, concessions in kind, cash (A.2)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.strategy.bargains.many_bargains import LARGEST_WEIGHT, Bargains, nash_terms
from triffin.world.base.checked_numbers import canonical, number, numbers, same_length
from triffin.world.base.errors import InputError

NO_DEAL = dict.fromkeys(("tariff", "x", "cash", "gain_hegemon", "gain_partner"))


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
    It is `nash_terms`, with which production solves all bargains, for one of them.
    Source: Nash (1950), Econometrica 18; bilateral block of Horn and Wolinsky (1988), RAND Journal
    of Economics 19, and Bagwell, Staiger and Yurukoglu (2021), Econometrica 89. Grade derived.
    """
    value, price = numbers(v, "v"), numbers(p, "p")
    steepness = numbers(kappa, "kappa", above=0)
    caps = _caps(x_max, len(value))
    same_length({"v": value, "p": price, "kappa": steepness, "x_max": caps})
    floor = -np.inf if s_min is None else number(s_min, "s_min")
    ceiling = np.inf if s_max is None else number(s_max, "s_max", low=s_min)
    for bound in (floor, ceiling):
        if math.isfinite(bound) and not math.isfinite(bound * LARGEST_WEIGHT):
            raise OverflowError("the gains of the two sides overflow")
    terms = {
        "g1": number(g1, "g1"),
        "g2": number(g2, "g2"),
        "l1": number(l1, "l1"),
        "l2": number(l2, "l2"),
        "omega": number(omega, "omega", above=-1),
        "beta": number(beta, "beta", low=0, high=1),
        "dH": number(dH, "dH"),
        "dU": number(dU, "dU"),
        "dignity": number(dignity, "dignity"),
        "t_max": np.inf if t_max is None else number(t_max, "t_max", low=0),
        "s_min": floor,
        "s_max": ceiling,
    }
    # An issue that nobody values stands in where there is none.
    issues = {
        name: np.append(array, of_none)[None]
        for name, array, of_none in (
            ("v", value, 0.0), ("p", price, 1.0), ("kappa", steepness, 1.0), ("x_max", caps, 0.0),
        )
    }  # fmt: skip
    bargain = Bargains(**{name: np.array([each]) for name, each in terms.items()}, **issues)
    if t_max is None:
        bargain = bargain.with_highest_tariff()
    found = nash_terms(bargain)
    if not found.deal[0]:
        return {"deal": False, **NO_DEAL}
    return {
        "deal": True,
        "tariff": found.tariff[0],
        "x": found.x[0, :-1],
        "cash": found.cash[0],
        "gain_hegemon": found.gain_hegemon[0],
        "gain_partner": found.gain_partner[0],
    }


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
