"""The rate that a threat ends with, as a distribution over whole per cents, and naive rules.

A threat carried out in full ends at the threatened rate, one withdrawn at the rate in force. What
is carried out in part or agreed lies between: tariff rates are set in multiples of five, so the
mass is on those strictly between the two, highest half-way (Nash 1950: the split of a zero-sum
tariff between two disagreement rates), and a small part evenly on all whole per cents around.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet, in_place

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
STEP = 5.0  # tariff rates are set in multiples of five per cent
BELOW, ABOVE = 5, 10  # per cent: how far rates off the grid lie below and above the two


@dataclass(frozen=True)
class RateRule:
    """The distribution of the rate in the end, all rates in per cent.

    in_force, threatened : the rate now and the rate threatened. probabilities : of what comes of
    the threat: full, withdrawn (or other), and the rest (part, deal, extended), which lies between.
    template : a rate that was stated for the rest, None before there is one.

    >>> rule = RateRule(10, 24, {"full": 0.3, "deal": 0.45, "other": 0.25})
    >>> {rate: round(p, 2) for rate, p in rule.atoms().items() if p > 0.05}
    {10.0: 0.23, 15.0: 0.23, 20.0: 0.19, 24.0: 0.28}
    """

    in_force: float
    threatened: float
    probabilities: Mapping[str, float]
    template: float | None = None
    parameters: ParameterSet | None = None

    def atoms(self) -> dict[float, float]:
        """Rate -> probability, in the order of rates; sums to one."""
        return dict(zip(self._rates.tolist(), self._masses.tolist(), strict=True))

    @property
    def distribution(self) -> tuple[Array, Array]:
        """Rates in rising order and their probabilities."""
        return self._support

    def quantiles(self, levels: Sequence[float] = LEVELS) -> tuple[float, ...]:
        """The lowest rate at which the distribution reaches each level."""
        at = np.searchsorted(np.cumsum(self._masses), np.asarray(levels) - 1e-12)
        return tuple(self._rates[np.minimum(at, len(self._rates) - 1)].tolist())

    @property
    def mean(self) -> float:
        return float(self._rates @ self._masses)

    def crps(self, observed: float) -> float:
        """Continuous ranked probability score, per cent: E|X - x| - E|X - X'| / 2 (Gneiting and
        Raftery 2007, eq. 21)."""
        return crps(self._rates, self._masses, observed)

    def log_score(self, observed: float) -> float:
        """Minus the log of the probability of the whole per cent of the observation, nats."""
        near = np.abs(self._rates - observed) <= 0.5
        mass = float(self._masses[near].sum())
        return -math.log(mass) if mass > 0 else math.inf

    @cached_property
    def _support(self) -> tuple[Array, Array]:
        value = (self.parameters or in_place()).value
        low, high = sorted((float(self.in_force), float(self.threatened)))
        odds = dict(self.probabilities)
        total = sum(odds.values())
        full = odds.get("full", 0.0) / total
        none = (odds.get("withdrawn", 0.0) + odds.get("other", 0.0)) / total
        off = value("rate_uniform_share")
        around = np.arange(math.floor(low) - BELOW, math.ceil(high) + ABOVE + 1)
        around = around[around >= 0]
        mass: dict[float, float] = dict.fromkeys(around.astype(float).tolist(), off / len(around))
        between = self._between(low, high, value).items()
        parts = [(float(self.threatened), full), (float(self.in_force), none)]
        for rate, share in (*parts, *((rate, s * (1.0 - full - none)) for rate, s in between)):
            mass[rate] = mass.get(rate, 0.0) + (1.0 - off) * share
        rates = np.array(sorted(mass))
        return rates, np.array([mass[rate] for rate in rates.tolist()])

    def _between(
        self, low: float, high: float, value: Callable[[str], float]
    ) -> dict[float, float]:
        """Rate -> share of what is carried out in part or agreed."""
        middle = (low + high) / 2.0
        steps = np.arange(STEP * (math.floor(low / STEP) + 1), high, STEP)
        if not steps.size:
            shares = {middle: 1.0}
        else:
            weights = np.maximum(
                1.0 - np.abs(steps - middle) / ((high - low) / 2.0), value("rate_triangle_floor")
            )
            weights = weights / weights.sum()
            shares = dict(zip(steps.tolist(), weights.tolist(), strict=True))
        if self.template is None:
            return shares
        moved = value("rate_template_share")
        shares = {rate: (1.0 - moved) * share for rate, share in shares.items()}
        shares[float(self.template)] = shares.get(float(self.template), 0.0) + moved
        return shares

    @property
    def _rates(self) -> Array:
        return self._support[0]

    @property
    def _masses(self) -> Array:
        return self._support[1]


def crps(rates: Array, masses: Array, observed: float) -> float:
    """CRPS of a discrete distribution with its rates in rising order, in their unit."""
    reached = np.cumsum(masses)[:-1]
    spread = float(np.sum(np.diff(rates) * reached * (1.0 - reached)))  # E|X - X'| / 2
    return float(masses @ np.abs(rates - observed)) - spread


def naive_rules(
    in_force: float, threatened: float, *, constant: float | None = None
) -> dict[str, float]:
    """Rules without a model, per cent: no change, announced, a constant (where one was stated) and
    half-way between the rate in force and the threat.

    >>> naive_rules(10, 24, constant=15)
    {'no change': 10.0, 'announced': 24.0, 'constant': 15.0, 'half-way': 17.0}
    """
    rules = {"no change": float(in_force), "announced": float(threatened)}
    if constant is not None:
        rules["constant"] = float(constant)
    return rules | {"half-way": (in_force + threatened) / 2.0}
