"""What a sale does to the 10-year yield over time, and what the central bank does about it.

Models D.4 and D.7. The propagator of Obizhaeva and Wang (2013), Journal of Financial Markets 16: a
sale moves the yield at once, a share of that is permanent and the rest decays. The kernels
`propagated_impact`, `backstop_purchases` and `SaleMarket` take arrays over draws; the canonical
models and the production paths both call them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.finance import TRADING_DAYS
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import Numbers, canonical, number, numbers, whole_number
from triffin.world.registry.parameter_set import ParameterSet

Draws = Array | float
LONGEST_UNWINDING = 2520  # ten years of trading days; more is a typing error


def propagated_impact(
    flows: Array,
    *,
    m: Array | float,
    pi: Array | float,
    rho: Array | float,
    dt: float,
    cap: Array | float | None = None,
    xi: Array | float = 0.0,
) -> tuple[Array, Array]:
    """Yield change and its permanent part along a path of net sales, both in bp.

    y_t = Σ_{s<=t} m_s x_s [π + (1−π) e^(−ρ(t−s))], with m_s = m (1 + ξ(|x_s|/cap − 1)) beyond the
    dealers' capacity `cap` per step. `flows` (T, ...) in bn, 10-year equivalents, (T, 1) for one
    path over many draws; m (bp per bn), pi, rho (per year), cap (bn), xi broadcast against one
    step (...); `dt` years per step.
    Returns (dy (T, ...), permanent (T, ...)).
    """
    flows = np.asarray(flows, dtype=np.float64)
    size = np.abs(flows)
    impact = np.asarray(m, dtype=np.float64) * flows
    if cap is not None:
        impact = impact * (1.0 + xi * np.maximum(size / cap - 1.0, 0.0))
    permanent = np.cumsum(pi * impact, axis=0)
    fades = np.exp(-np.asarray(rho, dtype=np.float64) * dt)
    one_step = np.broadcast_shapes(permanent.shape[1:], fades.shape)
    held = np.zeros(one_step)
    transitory = np.zeros((len(flows), *one_step))
    for step, arriving in enumerate((1.0 - np.asarray(pi)) * impact):
        held = held * fades + arriving
        transitory[step] = held
    return permanent + transitory, permanent


def backstop_purchases(
    pressure_bp: Array | float,
    *,
    m: Array | float,
    trigger: Array | float,
    k: Array | float,
    cap: Array | float | None = None,
) -> Array:
    """Central-bank purchases (bn) against a yield rise of `pressure_bp` before purchases.

    The bank buys k bn for every bp by which the yield, after its purchases, exceeds the trigger:
    q = k (pressure − m q − trigger)+, hence q = k (pressure − trigger)+/(1 + m k), at most `cap`.
    All arguments broadcast. Purchases never exceed what brings the yield down to the trigger.
    """
    excess = np.maximum(np.asarray(pressure_bp, dtype=np.float64) - trigger, 0.0)
    bought = k * excess / (1.0 + m * np.asarray(k, dtype=np.float64))
    return bought if cap is None else np.minimum(bought, cap)


@dataclass(frozen=True)
class BackstopRule:
    """When the central bank buys and how much; each a number or an array over draws (...).

    acts: whether it buys at all. trigger: rise (bp) of the yield by sales over `window` steps
    (None: since the start) that sets it off, `delay` steps later. It then buys k bn per bp above
    the trigger, at most `cap` bn per step.
    """

    acts: Array
    trigger: Draws
    k: Draws
    cap: Draws | None = None
    delay: Draws = 0
    window: int | None = None

    @classmethod
    def default(cls, acts: Array, *, parameters: ParameterSet) -> BackstopRule:
        """The registry's rule in daily steps, in the draws where `acts` (n,)."""
        return cls(
            acts=np.asarray(acts, dtype=bool),
            trigger=parameters.value("backstop_trigger_bp"),
            k=parameters.value("backstop_purchases_bn_per_bp"),
            cap=parameters.value("backstop_cap_bn_per_day"),
            delay=round(parameters.value("backstop_delay_days")),
            window=round(parameters.value("backstop_window_days")),
        )


class SaleMarket:
    """The market for Treasuries, step by step: one price for sales and for purchases.

    In each step the price of a bn is p = m (1 + ξ (x/cap − 1)+), for the sales x as for what the
    central bank buys, q = k (rise − trigger)+/(1 + p k), the rise being counted from the level at
    the trigger's window. q is at most its cap and at most what was sold and not yet bought: this
    backstop answers sales, no other news. The net x − q leaves p π for good and p (1 − π) decaying
    at ρ. Given the sales, purchases therefore never raise the yield.

    m bp per bn, ρ per year, dt years per step, cap bn per step; all broadcast against `shape`.
    `permanent`, `transitory` and `triggered` (shape) are the state, in bp and true or false.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        *,
        m: Draws,
        pi: Draws,
        rho: Draws,
        dt: float,
        cap: Draws | None = None,
        xi: Draws = 0.0,
        backstop: BackstopRule | None = None,
    ) -> None:
        self._m, self._pi, self._cap, self._xi = m, pi, cap, xi
        self._fades = np.exp(-np.asarray(rho, dtype=np.float64) * dt)
        self._rule = backstop
        self._past: list[Array] = []
        self._left, self._reference = np.zeros((2, *shape))
        self._begins = np.full(shape, np.inf)
        self.permanent, self.transitory = np.zeros((2, *shape))
        self.triggered = np.zeros(shape, dtype=bool)

    @property
    def rise(self) -> Array:
        """Change of the yield since the start, bp."""
        return np.asarray(self.permanent + self.transitory)

    def step(self, sold: Array) -> Array:
        """Purchases of the central bank (bn) in a step in which `sold` >= 0 (bn) are sold."""
        price = np.asarray(self._m, dtype=np.float64)
        if self._cap is not None:
            price = price * (1.0 + self._xi * np.maximum(sold / self._cap - 1.0, 0.0))
        self.transitory = self.transitory * self._fades
        bought = self._purchases(sold, price, self.rise + price * sold)
        net = price * (sold - bought)
        self.permanent = self.permanent + self._pi * net
        self.transitory = self.transitory + (1.0 - np.asarray(self._pi)) * net
        self._past.append(self.rise)
        return bought

    def _purchases(self, sold: Array, price: Array, pressure: Array) -> Array:
        rule, t = self._rule, len(self._past)
        bought = np.zeros(self._left.shape)
        if rule is None:
            return bought
        earlier = -1 if rule.window is None else t - rule.window
        base = self._past[earlier] if earlier >= 0 else 0.0
        newly = ~self.triggered & (pressure - base > rule.trigger)
        if newly.any():
            self._begins = np.where(newly, t + np.asarray(rule.delay), self._begins)
            self._reference = np.where(newly, base, self._reference)
            self.triggered = self.triggered | newly
        self._left = self._left + sold
        on = rule.acts & (self._begins <= t)
        if on.any():
            wanted = backstop_purchases(
                pressure - self._reference, m=price, trigger=rule.trigger, k=rule.k, cap=rule.cap
            )
            bought = np.where(on, np.minimum(wanted, self._left), 0.0)
            self._left = self._left - bought
        return bought


@canonical
def flow_impact_path(
    m_bp_per_bn: float,
    pi: float,
    rho_per_year: float,
    dt_years: float,
    flows_bn: Numbers,
    cap_bn: float | None = None,
    xi: float = 0.0,
) -> dict[str, Any]:
    """Yield change after each of a sequence of net sales; see `propagated_impact`.

    `flows_bn` (T) in bn per step of `dt_years`; beyond `cap_bn` per step (none: no limit) the
    impact is multiplied by 1 + xi (|x|/cap − 1). Outputs: dy_bp (T), permanent_bp after the last
    flow (zero without flows).
    Raises InputError for pi outside [0, 1], negative m, rho, dt or xi, and cap <= 0.
    Source: Obizhaeva and Wang (2013), weekly form; dealer capacity after Duffie (2020), judgement.
    """
    flows = numbers(flows_bn, "flows_bn")
    dy, permanent = propagated_impact(
        flows,
        m=number(m_bp_per_bn, "m_bp_per_bn", low=0),
        pi=number(pi, "pi", low=0, high=1),
        rho=number(rho_per_year, "rho_per_year", low=0),
        dt=number(dt_years, "dt_years", low=0),
        cap=None if cap_bn is None else number(cap_bn, "cap_bn", above=0),
        xi=number(xi, "xi", low=0),
    )
    return {"dy_bp": dy, "permanent_bp": permanent[-1] if len(flows) else 0.0}


@canonical
def central_bank_backstop(
    m_bp_per_bn: float, X_bn: float, trigger_bp: float, k: float, cap_bn: float | None = None
) -> dict[str, Any]:
    """Yield change after a sale of X_bn that the central bank leans against.

    q = min(k (m X − trigger)/(1 + m k), cap), zero if m X <= trigger;  dy = m X − m q.
    m in bp per bn, k in bn per bp above the trigger, cap in bn (none: unlimited). Outputs:
    dy_no_cb_bp, dy_with_cb_bp, cb_purchases_bn. The backstop never raises the yield.
    Raises InputError for negative m, k, trigger or cap.
    Source: linear reaction function; size after Vissing-Jorgensen (2021), Journal of Monetary
    Economics 124. Grade derived.
    """
    impact = number(m_bp_per_bn, "m_bp_per_bn", low=0)
    pressure = impact * number(X_bn, "X_bn")
    bought = backstop_purchases(
        pressure,
        m=impact,
        trigger=number(trigger_bp, "trigger_bp", low=0),
        k=number(k, "k", low=0),
        cap=None if cap_bn is None else number(cap_bn, "cap_bn", low=0),
    )
    return {
        "dy_no_cb_bp": pressure,
        "dy_with_cb_bp": pressure - impact * bought,
        "cb_purchases_bn": bought,
    }


@canonical
def unwinding(
    unwind_bn: float,
    days: int,
    cap_bn_per_day: float,
    xi: float,
    m_bp_per_bn: float = 0.194922,
    pi: float = 0.35,
    rho: float = 26.0,
) -> dict[str, Any]:
    """Rise of the 10-year yield at the end of an unwinding at a constant rate.

    One sale of `unwind_bn` / `days` a day (bn) beyond a capacity of `cap_bn_per_day`, congestion
    `xi`; by default the central price of the registry: `m_bp_per_bn`, permanent share `pi`, decay
    `rho` per year. With x a day and p = m (1 + ξ (x/cap − 1)+), a = e^(−ρ/252), the closed form is
    y_d = p x [π d + (1−π)(1 − a^d)/(1 − a)]. Output: y_end_bp.
    Raises InputError for inputs outside their ranges.
    Source: the path of `propagated_impact`. Grade derived.

    >>> round(unwinding(60, 5, 8, 1)["y_end_bp"], 4)
    15.5159
    """
    steps = whole_number(days, "days", low=1, high=LONGEST_UNWINDING)
    sold = number(unwind_bn, "unwind_bn", low=0)
    path, _ = propagated_impact(
        np.full(steps, sold / steps),
        m=number(m_bp_per_bn, "m_bp_per_bn", low=0),
        pi=number(pi, "pi", low=0, high=1),
        rho=number(rho, "rho", low=0),
        dt=1.0 / TRADING_DAYS,
        cap=number(cap_bn_per_day, "cap_bn_per_day", above=0),
        xi=number(xi, "xi", low=0),
    )
    return {"y_end_bp": path[-1]}
