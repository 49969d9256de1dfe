"""Currencies: reference models of intervention and defence (models E.3, E.4, G.2).

Verified; no answer is computed with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.finance.treasuries.impact import BackstopRule, SaleMarket
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number, whole_number
from triffin.world.base.errors import InputError


@canonical
def gabaix_maggiori(
    Gamma: float, iota0: float, iota1: float, q: float, R: float = 1.0, R_star: float = 1.0
) -> dict[str, Any]:
    """The exchange rate with and without intervention when financiers bear the risk.

    e dollars per yen (up: the yen is stronger), ι import-demand shifters, q dollars sold by the
    authority, Q0 the financiers' dollar position, R and R* gross dollar and yen rates:
    e0 − ι0 + Q0 − q = 0;  e1 − ι1 − R (Q0 − q) = 0;  Γ Q0 = e0 − e1 R*/R, hence
    e0 (1 + Γ + R*) = Γ (ι0 + q) + R* ι0 + ι1 R*/R.

    q is in the unit of trade flows. Outputs: e0_no_intervention, e1_no_intervention,
    financier_position_no_intervention, e0, e1, financier_position, de0, de1 (effects of q).
    Γ = 0 makes intervention powerless. Raises InputError for Γ < 0, and for R or R* <= 0.
    Source: Gabaix and Maggiori (2015), Quarterly Journal of Economics 130, basic Gamma model.
    Grade published.
    Held to production by tests/finance/test_currency_models.py:
    test_the_calibrated_market_reproduces_the_effect_it_was_calibrated_on.
    """
    risk = number(Gamma, "Gamma", low=0)
    now = number(iota0, "iota0")
    later = number(iota1, "iota1")
    sold = number(q, "q")
    dollar = number(R, "R", above=0)
    yen = number(R_star, "R_star", above=0)
    weight = 1.0 + risk + yen
    base0 = ((risk + yen) * now + later * yen / dollar) / weight
    base1 = later + dollar * (now - base0)
    effect0 = risk * sold / weight
    effect1 = -dollar * effect0
    position = now - base0
    return {
        "e0_no_intervention": base0,
        "e1_no_intervention": base1,
        "financier_position_no_intervention": position,
        "e0": base0 + effect0,
        "e1": base1 + effect1,
        "financier_position": position + sold - effect0,
        "de0": effect0,
        "de1": effect1,
    }


@canonical
def currency_defence(
    pressure_pct: float,
    m_bp_per_bn: float,
    psi_pct_per_bn: float,
    kappa_pct_per_bp: float,
    deposits_bn: float,
    reserves_bn: float | None = None,
) -> dict[str, Any]:
    """What a defence costs when the Treasuries sold for it raise yields and so weaken the yen.

    X = max(0, U − Dep);  p0 + κ m X − ψ U = 0:
    U = p0/ψ if that is within deposits, else (p0 − κ m Dep)/(ψ − κ m);  dy = m X.

    `pressure_pct` p0 >= 0 percent beyond the edge of the band; m in bp per bn; ψ > 0 percent per
    bn; κ percent of yen per bp, of either sign (negative when dollars weaken with higher yields);
    `deposits_bn`, `reserves_bn` in bn. Outputs: U_bn (intervention), X_bn (Treasuries sold),
    dy_bp, self_defeating_m = ψ/κ (None for κ <= 0), within_reserves (None without reserves_bn).
    Raises InputError when Treasuries must be sold and κ m >= ψ: every bn sold then adds more
    pressure than it relieves, and no defence is large enough. A currency too strong is defended
    by creating money, which no reserves limit: negative pressure is refused.
    Grade derived.
    Held to production by tests/finance/test_currency_production.py:
    test_a_defence_defeats_itself_where_the_one_period_model_says.
    """
    pressure = number(pressure_pct, "pressure_pct", low=0)
    impact = number(m_bp_per_bn, "m_bp_per_bn", low=0)
    psi = number(psi_pct_per_bn, "psi_pct_per_bn", above=0)
    kappa = number(kappa_pct_per_bp, "kappa_pct_per_bp")
    deposits = number(deposits_bn, "deposits_bn", low=0)
    reserves = None if reserves_bn is None else number(reserves_bn, "reserves_bn", low=0)
    spent, sold = pressure / psi, 0.0
    if spent > deposits:
        relief = psi - kappa * impact
        if relief <= 0:
            raise InputError(
                f"the defence is self-defeating: each bn of Treasuries sold weakens the currency "
                f"by {kappa * impact:g} percent and supports it by {psi:g}; no amount suffices.",
                field="m_bp_per_bn",
                value=impact,
                valid=f"a price impact below psi/kappa = {psi / kappa:g}, or pressure that "
                f"deposits cover (at most {psi * deposits:g} percent)",
            )
        # What deposits leave uncovered is relieved at the lower, net rate.
        sold = (pressure - psi * deposits) / relief
        spent = deposits + sold
    return {
        "U_bn": spent,
        "X_bn": sold,
        "dy_bp": impact * sold,
        "self_defeating_m": psi / kappa if kappa > 0 else None,
        "within_reserves": None if reserves is None else spent <= reserves,
    }


WEEKS_PER_YEAR = 52.0


LONGEST_WEEKS = 5200  # a century; more is a typing error


Draws = Array | float


@dataclass(frozen=True)
class DefencePaths:
    """Outcome of `defend_band`; arrays (T, ...) over steps and draws, bn USD, bp and percent."""

    intervention: Array  # dollars spent on the currency
    treasuries_sold: Array
    central_bank_purchases: Array
    yield_change: Array  # bp, after the step
    spot: Array  # percent beyond the starting rate, after intervention
    reserves: Array  # left after the step
    deposits: Array  # of which deposits
    broken: Array  # the step's need exceeded the reserves left


def defend_band(
    pressure: Array,
    *,
    kappa: Draws,
    psi: Draws,
    s_bar: Draws,
    m: Draws,
    pi: Draws,
    rho: Draws,
    deposits: Draws,
    reserves: Draws,
    cb_k: Draws,
    cb_trigger: Draws,
    dt: float = 1.0 / WEEKS_PER_YEAR,
) -> DefencePaths:
    """Intervention, Treasury sales, backstop, yields and spot, step by step.

    `pressure` (T, ...): percent by which the currency would be weaker than at the start, before
    yields and intervention; the other arguments broadcast against one step (...). In step t:
    latent = pressure_t + κ y_{t−1};  need = (max(0, latent − s̄)/ψ − U)+, met from reserves while
    they last, deposits first;  the sale x of Treasuries adds m x to the yield, of which the
    central bank takes back q = k (base + m x − trigger)+/(1 + m k);  net sales x − q leave m π
    for good and m (1 − π) decaying at ρ per year (dt years per step);  spot = latent − ψ U.
    Yields and purchases are those of `SaleMarket`, as in the daily paths.
    """
    pressure = np.asarray(pressure, dtype=np.float64)
    steps = len(pressure)
    shape = np.broadcast_shapes(
        pressure.shape[1:],
        *(
            np.shape(each)
            for each in (kappa, psi, s_bar, m, pi, rho, deposits, reserves, cb_k, cb_trigger)
        ),
    )
    spent, sold, bought, yields, spot, left, cash = np.zeros((7, steps, *shape))
    broken = np.zeros((steps, *shape), dtype=bool)
    total, y = np.zeros((2, *shape))
    reserve = np.broadcast_to(np.asarray(reserves, dtype=np.float64), shape)
    deposit = np.broadcast_to(np.asarray(deposits, dtype=np.float64), shape)
    always = BackstopRule(acts=np.ones(shape, dtype=bool), trigger=cb_trigger, k=cb_k)
    market = SaleMarket(shape, m=m, pi=pi, rho=rho, dt=dt, backstop=always)
    for t in range(steps):
        latent = pressure[t] + kappa * y
        want = np.maximum(np.maximum(latent - s_bar, 0.0) / psi - total, 0.0)
        use = np.minimum(want, reserve)
        from_deposits = np.minimum(use, deposit)
        sale = use - from_deposits
        total, reserve, deposit = total + use, reserve - use, deposit - from_deposits
        taken = market.step(sale)
        y = market.rise
        spent[t], sold[t], bought[t], yields[t] = use, sale, taken, y
        spot[t], left[t], cash[t] = latent - psi * total, reserve, deposit
        broken[t] = use < want
    return DefencePaths(spent, sold, bought, yields, spot, left, cash, broken)


@canonical
def defence_weekly_loop(
    weeks: int,
    drift_pct_per_week: float,
    kappa: float,
    psi: float,
    s_bar_pct: float,
    m: float,
    pi: float,
    rho_per_year: float,
    deposits_bn: float,
    reserves_bn: float,
    cb_k: float,
    cb_trigger_bp: float,
) -> dict[str, Any]:
    """The weekly loop of yields and the exchange rate under a constant drift; see `defend_band`.

    `drift_pct_per_week` percent, `kappa` percent per bp (either sign), `psi` > 0 percent per bn,
    `s_bar_pct` the edge of the band in percent beyond the starting rate, `m` bp per bn, `pi`
    permanent share, `rho_per_year`, `deposits_bn` of `reserves_bn`, `cb_k` bn per bp above
    `cb_trigger_bp`. Outputs: U_total_bn, X_sold_bn, cb_bought_bn, net_sales_bn (weeks; sales less
    purchases of the central bank), y_path_bp (weeks), y_end_bp, reserves_end_bn, spot_path_pct
    (weeks), spot_end_pct, band_broken (some week needed more than the reserves left).
    Raises InputError for inputs outside these ranges.
    Grade derived: weekly order of moves of modules D and E.
    Held to production by tests/finance/test_currency_production.py:
    test_weekly_steps_are_the_reference_loop.
    """
    steps = whole_number(weeks, "weeks", low=0, high=LONGEST_WEEKS)
    drift = number(drift_pct_per_week, "drift_pct_per_week")
    start = number(reserves_bn, "reserves_bn", low=0)
    paths = defend_band(
        drift * np.arange(1.0, steps + 1.0),
        kappa=number(kappa, "kappa"),
        psi=number(psi, "psi", above=0),
        s_bar=number(s_bar_pct, "s_bar_pct"),
        m=number(m, "m", low=0),
        pi=number(pi, "pi", low=0, high=1),
        rho=number(rho_per_year, "rho_per_year", low=0),
        deposits=number(deposits_bn, "deposits_bn", low=0),
        reserves=start,
        cb_k=number(cb_k, "cb_k", low=0),
        cb_trigger=number(cb_trigger_bp, "cb_trigger_bp", low=0),
    )
    return {
        "U_total_bn": paths.intervention.sum(),
        "X_sold_bn": paths.treasuries_sold.sum(),
        "cb_bought_bn": paths.central_bank_purchases.sum(),
        "net_sales_bn": paths.treasuries_sold - paths.central_bank_purchases,
        "y_path_bp": paths.yield_change,
        "y_end_bp": paths.yield_change[-1] if steps else 0.0,
        "reserves_end_bn": paths.reserves[-1] if steps else start,
        "spot_path_pct": paths.spot,
        "spot_end_pct": paths.spot[-1] if steps else 0.0,
        "band_broken": bool(paths.broken.any()),
    }
