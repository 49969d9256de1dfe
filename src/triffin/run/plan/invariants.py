"""Identities that hold in every run, checked cheaply as it goes (models G.3).

A violation beyond `TOLERANCE`, relative to the size of what is compared, stops the run and names
the identity, the day and the amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from triffin.finance.reference.currency import gabaix_maggiori
from triffin.finance.reference.dollar import coordination_tipping
from triffin.finance.treasuries.curve import habitat_one_factor
from triffin.finance.treasuries.impact import SaleMarket, central_bank_backstop
from triffin.strategy.negotiation.open_clause import open_clause_holdup
from triffin.strategy.reference.negotiation import threat_point_payment
from triffin.strategy.reference.reputation import GameTree
from triffin.world.base.arrays import Array

TOLERANCE = 1e-9


class InvariantViolated(ArithmeticError):
    """An identity does not hold: an error of the program, never of the input."""


@dataclass(eq=False)
class Invariants:
    """Largest relative violation of every identity so far."""

    worst: dict[str, float] = field(default_factory=dict)

    def check(self, name: str, gap: Array | float, scale: Array | float, when: str = "") -> None:
        """Enter |gap| relative to max(1, |scale|); raises InvariantViolated beyond TOLERANCE."""
        gaps = np.abs(np.asarray(gap, dtype=np.float64))
        sizes = np.maximum(1.0, np.abs(np.asarray(scale, dtype=np.float64)))
        relative = gaps / sizes
        largest = float(np.max(relative, initial=0.0))
        if not largest <= TOLERANCE:
            place = np.unravel_index(int(np.argmax(np.nan_to_num(relative, nan=np.inf))),
                                     relative.shape) if relative.ndim else ()  # fmt: skip
            amount = float(np.broadcast_to(gaps, relative.shape)[place])
            where = tuple(int(k) for k in place)
            raise InvariantViolated(
                f"the identity {name} is violated{' ' + when if when else ''}: off by "
                f"{amount:.6g}, {largest:.1e} of what is compared (at {where})"
            )
        self.worst[name] = max(self.worst.get(name, 0.0), largest)

    def check_each_day(self, name: str, gap: Array, scale: Array | float, days: Array) -> None:
        """As `check` for gaps (T, n) by day; the message names the day."""
        if not len(gap):
            return
        relative = np.abs(gap) / np.maximum(1.0, np.abs(scale))
        day = int(np.argmax(np.nan_to_num(relative, nan=np.inf).max(axis=1)))
        self.check(name, gap, scale, when=f"on {days[day]}")

    def merge(self, other: Mapping[str, float]) -> None:
        """Take over the violations of solves that were checked elsewhere."""
        for name, value in other.items():
            self.worst[name] = max(self.worst.get(name, 0.0), float(value))


def check_limits(found: Invariants) -> None:
    """Identities of the models themselves at fixed inputs: homogeneity, no arbitrage along the
    curve, limits in which a mechanism must vanish (G.3, 9-11)."""
    flows = np.array([5.0, 12.0, 0.0, 3.0])
    moved = []
    for size in (1.0, 2.0):
        market = SaleMarket(
            (1,), m=0.2 / size, pi=0.35, rho=26.0, dt=1 / 252, cap=8.0 * size, xi=1.0
        )
        for flow in flows:
            market.step(np.array([flow * size]))
        moved.append(float(market.rise[0]))
    found.check("doubling_dollars_and_halving_impact_leaves_yields", moved[1] - moved[0], moved[0])
    still = SaleMarket((1,), m=0.2, pi=0.35, rho=26.0, dt=1 / 252)
    still.step(np.zeros(1))
    found.check("no_sale_no_change", float(still.rise[0]), 1.0)

    kappa = 0.125
    curve = habitat_one_factor(kappa, 0.0146, [10.0], [0.1], [2.0, 10.0, 30.0], a=1.4)
    # λ/τ ∫ A over (0, τ): yields follow from expected excess returns λ A(τ) without arbitrage.
    for years, rise in zip((2.0, 10.0, 30.0), curve["dy_bp"], strict=True):
        nodes, weights = np.polynomial.legendre.leggauss(40)
        at = 0.5 * years * (nodes + 1)
        area = 0.5 * years * float(weights @ (-np.expm1(-kappa * at) / kappa))
        implied = 1e4 * curve["lambda_r"] * area / years
        found.check("excess_returns_proportional_to_rate_exposure", rise - implied, implied)
    for amount in (100.0, 1000.0):
        bank = central_bank_backstop(0.2, amount, 15.0, 8.0, 75.0)
        above = max(0.0, bank["dy_with_cb_bp"] - bank["dy_no_cb_bp"])
        found.check("a_backstop_never_raises_yields", above, 1.0)
    without = central_bank_backstop(0.2, 500.0, 15.0, 0.0)
    found.check("no_purchases_no_backstop", without["dy_with_cb_bp"] - without["dy_no_cb_bp"], 1.0)

    powerless = gabaix_maggiori(0.0, 1.0, 1.0, 0.3)
    found.check("unlimited_risk_bearing_makes_intervention_powerless", powerless["de0"], 1.0)
    single = coordination_tipping(0.9, 1.0, 0.05)
    found.check("weak_complementarity_has_one_equilibrium", len(single["shares"]) - 1, 1.0)
    clause = open_clause_holdup(0.0)
    found.check("a_clause_without_share_is_worthless", clause["hegemon"] + clause["loss"], 1.0)
    paid = threat_point_payment(0.6, 0.25, 0.0, -3.0, 0.0, -9.0, 2.0, 4.0, [0.0])
    blank = threat_point_payment(0.6, 0.25, 0.0, 0.0, 0.0, 0.0, 2.0, 4.0, [0.0])
    found.check("a_threat_never_executed_moves_nothing", paid["s"][0] - blank["s"][0], 1.0)

    tree = GameTree(0.1, [0.6, 0.9, 0.4], [0.8, 0.5, 1.1], [1.0, 0.7, 1.4], [0.9, 1.3, 0.8])
    found.check("no_agent_of_the_reputation_game_gains_by_deviating", tree.regret, 1.0)
