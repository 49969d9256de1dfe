"""Intervention in a market with limited risk-bearing: Gabaix and Maggiori (models E.3, E.6)."""

from __future__ import annotations

import math
from typing import Any

from triffin.world.base.checked_numbers import canonical, number
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
def gamma_calibration(effect: float, q: float, gdp_bn: float) -> dict[str, Any]:
    """The Γ at which an intervention of q moves the rate by `effect`, and dollars per percent.

    Γ/(2 + Γ) q = effect, hence Γ = 2 effect/(q − effect);  usd_bn_per_pct = GDP/(10,000 effect).
    `effect` log units per 1 percent of GDP sold, `q` that 1 percent over trade flows, `gdp_bn`.
    Outputs: Gamma, usd_bn_per_pct.
    Raises InputError for effect >= q (no Γ is large enough), effect <= 0 and GDP <= 0.
    Source: Gabaix and Maggiori (2015) matched to Adler, Lisack and Mano (2015), IMF WP/15/130.
    Grade derived.
    """
    moved = number(effect, "effect", above=0)
    sold = number(q, "q", above=0)
    gdp = number(gdp_bn, "gdp_bn", above=0)
    if moved >= sold:
        raise InputError(
            f"got {moved:g}, not below q = {sold:g}: no risk aversion of financiers is enough.",
            field="effect",
            value=moved,
            valid=f"a number above 0 and below {sold:g}",
        )
    return {"Gamma": 2.0 * moved / (sold - moved), "usd_bn_per_pct": gdp / (1e4 * moved)}


@canonical
def plaza_decomposition(
    intervention_bn: float,
    gdp_bn: float,
    trade_share: float,
    Gamma: float,
    rate_before: float,
    rate_after: float,
) -> dict[str, Any]:
    """How much of an appreciation the intervention itself explains; the rest is signal.

    q = intervention/(trade_share GDP);  portfolio effect = 100 Γ q/(2 + Γ) percent;
    observed = 100 ln(before/after);  signal share = 1 − portfolio/observed;
    required shift of the expected flow = (2 + Γ) observed/100 − Γ q.

    Rates in currency per USD. Outputs: portfolio_effect_pct, observed_pct, signal_share (None if
    the rate did not move), required_shift_in_expected_flow.
    Raises InputError for GDP, trade share or rates <= 0 and Γ < 0.
    Source: Gabaix and Maggiori (2015) with Adler, Lisack and Mano (2015). Grade derived.
    """
    sold = number(intervention_bn, "intervention_bn")
    sold /= number(trade_share, "trade_share", above=0) * number(gdp_bn, "gdp_bn", above=0)
    risk = number(Gamma, "Gamma", low=0)
    before = number(rate_before, "rate_before", above=0)
    after = number(rate_after, "rate_after", above=0)
    portfolio = 100.0 * risk * sold / (2.0 + risk)
    observed = 100.0 * math.log(before / after)
    return {
        "portfolio_effect_pct": portfolio,
        "observed_pct": observed,
        "signal_share": 1.0 - portfolio / observed if observed else None,
        "required_shift_in_expected_flow": (2.0 + risk) * observed / 100.0 - risk * sold,
    }
