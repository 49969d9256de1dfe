"""One bargain solved by itself, in scalars: the yardstick of the bargains solved together (A.2).

With cash fixed the optimum weighs the hegemon's gain μ = β DU / ((1−β) DH) times the partner's.
For a given tariff the right-hand side falls in μ, which gives one root. Where both sides' payoffs
are concave in the tariff it can be found together with the volumes. Otherwise the product may have
several peaks in the tariff and all of them are compared.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

ROUNDING = 16 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Terms:
    """A tariff t, volumes x (K,) and cash s to the hegemon."""

    t: float
    x: np.ndarray
    s: float


@dataclass(frozen=True)
class Bargain:
    """Payoffs of the two sides. `wedge` is 1 + ω; bounds that are absent are infinite.

    `outside_partner` contains the cost of conceding.
    """

    g1: float
    g2: float
    l1: float
    l2: float
    wedge: float
    beta: float
    v: np.ndarray
    p: np.ndarray
    kappa: np.ndarray
    x_max: np.ndarray
    t_max: float
    outside_hegemon: float
    outside_partner: float

    @property
    def slope(self) -> float:
        """Marginal joint gain of the tariff at zero, in the partner's money."""
        return self.wedge * self.g1 - self.l1

    @property
    def curvature(self) -> float:
        return self.wedge * self.g2 - self.l2

    @property
    def concave(self) -> bool:
        return self.curvature > ROUNDING * (abs(self.wedge * self.g2) + abs(self.l2))

    def tariff_gain(self, t: float) -> float:
        return t * (self.g1 - self.g2 * t / 2.0)

    def tariff_loss(self, t: float) -> float:
        return t * (self.l1 - self.l2 * t / 2.0)

    def volumes(self, mu: float) -> np.ndarray:
        """Volumes that are best when the hegemon's gain weighs `mu` times the partner's."""
        return np.clip((mu * self.v - self.p) / self.kappa, 0.0, self.x_max)

    def cost(self, x: np.ndarray) -> float:
        return float(x @ (self.p + self.kappa * x / 2.0))

    def before_cash(self, t: float, x: np.ndarray) -> tuple[float, float]:
        """A and B: what the hegemon and the partner gain before cash moves."""
        return (
            self.tariff_gain(t) + float(self.v @ x) - self.outside_hegemon,
            -self.tariff_loss(t) - self.cost(x) - self.outside_partner,
        )

    def gains(self, terms: Terms) -> tuple[float, float]:
        hegemon, partner = self.before_cash(terms.t, terms.x)
        return hegemon + terms.s, partner - self.wedge * terms.s

    def cash(self, t: float, x: np.ndarray) -> float:
        """The Nash division of what there is to divide."""
        hegemon, partner = self.before_cash(t, x)
        return self.beta * partner / self.wedge - (1.0 - self.beta) * hegemon

    def rounding(self, t: float, x: np.ndarray) -> float:
        """How far floating-point arithmetic may be off in a sum of these payoffs."""
        size = (
            abs(self.g1 * t)
            + abs(self.g2 * t * t)
            + float(np.abs(self.v) @ x)
            + abs(self.outside_hegemon)
            + abs(self.l1 * t)
            + abs(self.l2 * t * t)
            + float((np.abs(self.p) + self.kappa * x) @ x)
            + abs(self.outside_partner)
        )
        return ROUNDING * size * (1.0 + 1.0 / self.wedge)

    def unbounded(self) -> Terms | None:
        """The bargain when any cash can move; None without a joint gain."""
        x = self.volumes(self.wedge)
        if self.concave:
            t = min(max(self.slope / self.curvature, 0.0), self.t_max)
        else:
            joint = self.t_max * (self.slope - self.curvature * self.t_max / 2.0)
            noise = ROUNDING * self.t_max * (abs(self.slope) + abs(self.curvature) * self.t_max)
            t = self.t_max if joint > noise else 0.0
        hegemon, partner = self.before_cash(t, x)
        if hegemon + partner / self.wedge < -self.rounding(t, x):
            return None
        return Terms(t, x, self.cash(t, x))

    def highest_tariff(self) -> float:
        """No tariff above it leaves anything to divide, whatever else is agreed."""
        if not self.concave:
            return self.t_max
        x = self.volumes(self.wedge)
        hegemon, partner = self.before_cash(0.0, x)
        joint = self.wedge * hegemon + partner
        reach = math.sqrt(max(self.slope**2 + 2.0 * self.curvature * joint, 0.0))
        # The upper root of joint + slope t − curvature t²/2, in the form that does not cancel.
        if self.slope >= 0.0:
            root = (self.slope + reach) / self.curvature
        else:
            root = 2.0 * joint / (reach - self.slope)
        return min(self.t_max, max(0.0, root))


_GRID = 513
_ZOOMS = 8
# Weights of 0 and 1 are limits: the optimum then lies on the edge of what both accept.
_EDGE = 1e-12
_LOG_REACH = 650.0
_HALVINGS = 1100


def best_within_bounds(bargain: Bargain, free: Terms, floor: float, ceiling: float) -> Terms | None:
    """The best feasible terms when the unbounded ones need cash outside [floor, ceiling].

    None if no feasible terms let both sides gain.
    """
    if bargain.concave:
        # The product rises in cash up to the unbounded solution and falls after it: the nearer
        # bound is the better one.
        return _best_at(bargain, ceiling if free.s > ceiling else floor)
    candidates = [
        _best_at(bargain, bound) for bound in sorted({floor, ceiling}) if math.isfinite(bound)
    ]
    x = bargain.volumes(bargain.wedge)
    for t in (0.0, bargain.t_max):
        s = bargain.cash(t, x)
        if floor <= s <= ceiling:
            candidates.append(Terms(t, x, s))
    return _best_of(bargain, [terms for terms in candidates if terms is not None])


def _best_of(bargain: Bargain, candidates: list[Terms]) -> Terms | None:
    gaining = [terms for terms in candidates if _both_gain(bargain, terms)]
    return max(gaining, key=lambda terms: _log_product(bargain, terms), default=None)


def _both_gain(bargain: Bargain, terms: Terms) -> bool:
    slack = bargain.rounding(terms.t, terms.x)
    return min(bargain.gains(terms)) > slack


def _log_product(bargain: Bargain, terms: Terms) -> float:
    hegemon, partner = bargain.gains(terms)
    return bargain.beta * math.log(hegemon) + (1.0 - bargain.beta) * math.log(partner)


def _best_at(bargain: Bargain, s: float) -> Terms | None:
    """The best tariff and volumes when cash is `s`."""
    beta = min(max(bargain.beta, _EDGE), 1.0 - _EDGE)
    if bargain.concave and bargain.g2 >= 0.0 and bargain.l2 <= 0.0:
        terms, exact = _concave_best(bargain, s, beta)
        if exact:
            return _best_of(bargain, [terms])
    return _FixedCash(bargain, s, beta).best()


def _concave_best(bargain: Bargain, s: float, beta: float) -> tuple[Terms, bool]:
    """Terms at the root in μ, and whether the condition for μ holds there.

    It does not if the payoffs are so nearly linear that the tariff jumps at the root.
    """

    def at(mu: float) -> Terms:
        return Terms(_concave_tariff(bargain, mu), bargain.volumes(mu), s)

    def excess(mu: float) -> float:
        hegemon, partner = bargain.gains(at(mu))
        return mu * (1.0 - beta) * hegemon - beta * partner

    mu = _positive_root(excess, bargain.wedge)
    terms = at(mu)
    hegemon, partner = bargain.gains(terms)
    size = mu * (1.0 - beta) * abs(hegemon) + beta * abs(partner)
    return terms, abs(excess(mu)) <= 1e-10 * size


def _concave_tariff(bargain: Bargain, mu: float) -> float:
    slope = mu * bargain.g1 - bargain.l1
    curvature = mu * bargain.g2 - bargain.l2
    if curvature > 0.0:
        return min(max(slope / curvature, 0.0), bargain.t_max)
    return bargain.t_max if slope > 0.0 else 0.0


def _positive_root(excess: Callable[[float], float], start: float) -> float:
    """The zero of an increasing function of μ > 0, or the end of the range if it has none."""
    from scipy.optimize import brentq

    def value(mu: float) -> float:
        found = excess(mu)
        if math.isnan(found):
            raise OverflowError("the gains of the two sides overflow")
        return found

    low = high = start
    while value(low) > 0.0 and low > 1e-280:
        high, low = low, low / 16.0
    while value(high) < 0.0 and high < 1e280:
        low, high = high, high * 16.0
    if value(low) >= 0.0:
        return low
    if value(high) <= 0.0:
        return high
    return float(brentq(value, low, high, xtol=1e-300, rtol=8.9e-16, maxiter=500))


class _FixedCash:
    """Peaks of the Nash product over tariffs, the volumes being best for each of them."""

    def __init__(self, bargain: Bargain, s: float, beta: float) -> None:
        self.bargain, self.s, self.beta = bargain, s, beta

    def best(self) -> Terms | None:
        bargain = self.bargain
        low, high = 0.0, bargain.highest_tariff()
        if not math.isfinite(high):
            raise OverflowError("the range of tariffs overflows")
        for _ in range(_ZOOMS):
            tariffs = np.linspace(low, high, _GRID)
            hegemon, partner, lean = self._along(tariffs)
            if (np.minimum(hegemon, partner) > 0.0).any():
                break
            nearest = int(np.argmax(np.minimum(hegemon, partner)))
            low = float(tariffs[max(nearest - 1, 0)])
            high = float(tariffs[min(nearest + 1, _GRID - 1)])
        feasible = np.minimum(hegemon, partner) > 0.0
        rising, falling = feasible & (lean > 0.0), feasible & (lean < 0.0)
        peaks = [0.0, high]
        for place in range(_GRID - 1):
            left, right = float(tariffs[place]), float(tariffs[place + 1])
            if rising[place] and not rising[place + 1]:
                peaks.append(_switch(lambda t: self._leans(t) > 0.0, left, right))
            if falling[place + 1] and not feasible[place]:
                peaks.append(_switch(lambda t: self._leans(t) < 0.0, right, left))
        return _best_of(bargain, [self._terms(t) for t in peaks])

    def _terms(self, t: float) -> Terms:
        return Terms(t, self.bargain.volumes(self._weight(t)), self.s)

    def _weight(self, t: float) -> float:
        bargain = self.bargain

        def excess(mu: float) -> float:
            hegemon, partner = bargain.gains(Terms(t, bargain.volumes(mu), self.s))
            return mu * (1.0 - self.beta) * hegemon - self.beta * partner

        return _positive_root(excess, bargain.wedge)

    def _leans(self, t: float) -> float:
        """Sign of the derivative of the product in the tariff; 0 where one side would lose."""
        bargain = self.bargain
        mu = self._weight(t)
        if min(bargain.gains(Terms(t, bargain.volumes(mu), self.s))) <= 0.0:
            return 0.0
        return mu * (bargain.g1 - bargain.g2 * t) - (bargain.l1 - bargain.l2 * t)

    def _along(self, t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Gains of both and the sign of the derivative on a grid of tariffs, by bisection in μ."""
        bargain = self.bargain
        gain = t * (bargain.g1 - bargain.g2 * t / 2.0) - bargain.outside_hegemon + self.s
        loss = t * (bargain.l1 - bargain.l2 * t / 2.0)
        rest = -loss - bargain.outside_partner - bargain.wedge * self.s

        def gains(mu: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            wanted = (mu[:, None] * bargain.v - bargain.p) / bargain.kappa
            x = np.clip(wanted, 0.0, bargain.x_max)
            return gain + x @ bargain.v, rest - (x * (bargain.p + bargain.kappa * x / 2.0)).sum(1)

        low, high = np.full(t.shape, -_LOG_REACH), np.full(t.shape, _LOG_REACH)
        # Volumes without a cap overflow long before this weight; half the range is enough then.
        if not np.isfinite(bargain.x_max).all():
            low, high = low / 2.0, high / 2.0
        for _ in range(64):
            middle = (low + high) / 2.0
            hegemon, partner = gains(np.exp(middle))
            above = np.exp(middle) * (1.0 - self.beta) * hegemon > self.beta * partner
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        mu = np.exp((low + high) / 2.0)
        hegemon, partner = gains(mu)
        lean = mu * (bargain.g1 - bargain.g2 * t) - (bargain.l1 - bargain.l2 * t)
        return hegemon, partner, lean


def _switch(holds: Callable[[float], bool], inside: float, outside: float) -> float:
    """Where a condition that holds at `inside` ends on the way to `outside`."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2.0
        if middle in (inside, outside):
            break
        if holds(middle):
            inside = middle
        else:
            outside = middle
    return inside


def agreed(bargain: Bargain, floor: float, ceiling: float) -> Terms | None:
    """Tariff, volumes and cash of one bargain; None without a deal."""
    free = bargain.unbounded()
    if free is None:
        return None
    slack = bargain.rounding(free.t, free.x)
    if floor - slack <= free.s <= ceiling + slack:
        return Terms(free.t, free.x, min(max(free.s, floor), ceiling))
    return best_within_bounds(bargain, free, floor, ceiling)
