"""The payoffs of one bargain and its solution while cash is free to move (A.2)."""

from __future__ import annotations

import math
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
