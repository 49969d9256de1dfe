"""Currencies: reference models of reserves, intervention, defence, prices (models E.2 to E.5, G.2).

Verified; no answer is computed with them.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import Numbers, canonical, number, one_or_many
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


@canonical
def reserve_exhaustion(
    usable_reserves_bn: float,
    drain_bn_per_week: float,
    sd_bn_per_sqrt_week: float,
    horizon_weeks: Numbers,
) -> dict[str, Any]:
    """Probability that reserves run out within a horizon when the drain is Brownian.

    P(by t) = Φ((μt − x)/(σ√t)) + e^(2μx/σ²) Φ(−(x + μt)/(σ√t)): the first passage of a Brownian
    motion with drift μ = `drain_bn_per_week` and σ = `sd_bn_per_sqrt_week` through
    x = `usable_reserves_bn`. `horizon_weeks` t >= 0 (number or list). Outputs: prob (mirrors the
    horizon), prob_ever (1 for μ >= 0, e^(2μx/σ²) below), mean_time_weeks x/μ and sd_time_weeks
    √(xσ²/μ³), both None for μ <= 0. σ = 0 is the certain drain; x = 0 is already exhausted.

    Where x + μt > 0 the second term is e^(−(x−μt)²/(2σ²t)) erfcx(z/√2)/2 with
    z = (x + μt)/(σ√t): its exponent never overflows. Elsewhere μ < 0 and the plain form is safe.
    Raises InputError for negative reserves, σ or horizon.
    Source: inverse Gaussian first-passage time. Grade published. Production has no counterpart.
    """
    reserves = number(usable_reserves_bn, "usable_reserves_bn", low=0)
    drift = number(drain_bn_per_week, "drain_bn_per_week")
    sd = number(sd_bn_per_sqrt_week, "sd_bn_per_sqrt_week", low=0)
    weeks = one_or_many(horizon_weeks, "horizon_weeks", low=0)
    if reserves == 0:
        probability, ever = np.ones_like(weeks), 1.0
    elif sd == 0:
        probability = np.where(drift * weeks >= reserves, 1.0, 0.0)
        ever = 1.0 if drift > 0 else 0.0
    else:
        probability = _first_passage(reserves, drift, sd, weeks)
        ever = 1.0 if drift >= 0 else math.exp(2.0 * drift * reserves / sd / sd)
    positive = drift > 0
    return {
        "prob": probability,
        "prob_ever": ever,
        "mean_time_weeks": reserves / drift if positive else None,
        "sd_time_weeks": math.sqrt(reserves / drift) * sd / drift if positive else None,
    }


def _first_passage(x: float, drift: float, sd: float, weeks: Array) -> Array:
    from scipy.special import erfcx, ndtr

    t = np.where(weeks > 0, weeks, 1.0)
    spread = sd * np.sqrt(t)
    near = (drift * t - x) / spread
    far = (x + drift * t) / spread
    ahead = far > 0
    scaled = 0.5 * np.exp(-(near**2) / 2.0) * erfcx(np.where(ahead, far, 0.0) / math.sqrt(2.0))
    # Only drift < 0 leads here, so the exponent is negative.
    plain = np.exp(min(0.0, 2.0 * drift * x / sd / sd)) * ndtr(-np.where(ahead, 0.0, far))
    found = ndtr(near) + np.where(ahead, scaled, plain)
    return np.where(weeks > 0, np.clip(found, 0.0, 1.0), 0.0)


@canonical
def export_pass_through(
    import_content: float,
    strategic_complementarity: float,
    appreciation: float,
    export_elasticity: float,
) -> dict[str, Any]:
    """Export prices and volumes of an economy that processes imports, after an appreciation.

    Dollar export price (1 − φ)(1 − α) app;  yen marginal cost −φ app;  markup −α (1 − φ) app;
    volume minus elasticity times the price change. φ `import_content` and α
    `strategic_complementarity` in [0, 1], app in log units, elasticity >= 0. Outputs:
    dln_export_price_usd, dln_export_volume, dln_marginal_cost_yen, dln_markup. The price in
    dollars is cost plus markup plus the appreciation.
    Raises InputError outside these ranges.
    Source: Amiti, Itskhoki and Konings (2014), American Economic Review 104. Grade published.
    Production has no counterpart.
    """
    imported = number(import_content, "import_content", low=0, high=1)
    markup = number(strategic_complementarity, "strategic_complementarity", low=0, high=1)
    change = number(appreciation, "appreciation")
    price = (1.0 - imported) * (1.0 - markup) * change
    return {
        "dln_export_price_usd": price,
        "dln_export_volume": -number(export_elasticity, "export_elasticity", low=0) * price,
        "dln_marginal_cost_yen": -imported * change,
        "dln_markup": -markup * (1.0 - imported) * change,
    }
