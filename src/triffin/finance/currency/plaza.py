"""Coordinated appreciation: what the intervention of 1985 explains, and what one would need today.

The observed changes are those of the monthly means that ship with the package (G.5: Federal
Reserve, H.10 and G.5); the dollars sold and the GDP of 1985 are judgements (models E.6).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number
from triffin.world.base.errors import InputError
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.sampling import uniforms


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


BEFORE = "1985-09"  # the accord was signed on 22 September 1985
AFTER = "1985-12"
COLUMNS = (
    "intervention_effect",
    "plaza_intervention_bn",
    "plaza_gdp_bn",
    "trade_flow_share",
    "intervention_pct_per_bn",
    "japan_gdp_bn",
)


@dataclass(frozen=True, eq=False)
class PlazaDraws:
    """Per draw (n,): percent unless said otherwise. portfolio: effect of the dollars sold;
    signal_share of `observed`; required_shift of the expected trade flow, share of trade flows."""

    observed: float
    rates: tuple[float, float]
    portfolio: Array
    signal_share: Array
    required_shift: Array
    values: dict[str, Array]


@dataclass(frozen=True, eq=False)
class AppreciationToday:
    """Per draw (n,), bn USD: dollars to sell without any signal, and with a signal as strong as
    in 1985; sale of Treasuries that deposits leave uncovered, without a signal."""

    target: float
    without_signal: Array
    with_signal: Array
    treasuries_without_signal: Array


def monthly_rate(month: str) -> float:
    """Mean yen per dollar of a month such as 1985-09. InputError where there is none."""
    return load_series("usdjpy-monthly").on(f"{month}-01")


def appreciation(before: float, after: float) -> float:
    """100 ln(before/after): percent by which the yen rose."""
    return 100.0 * math.log(before / after)


def plaza_draws(
    n: int, seed: int, before: str = BEFORE, after: str = AFTER, *, parameters: ParameterSet
) -> PlazaDraws:
    """`plaza_decomposition` of every draw of the registry.

    Gamma follows from the effect of 1 % of GDP (`gamma_calibration`), so that
    portfolio = effect x intervention/(1 % of GDP) whatever the share of trade; that share scales
    the required shift only. Raises InputError for months without data and where the rate did
    not move.
    """
    rates = (monthly_rate(before), monthly_rate(after))
    observed = appreciation(*rates)
    if observed == 0 or before >= after:
        raise InputError(
            f"from {before} to {after} there is no later month with another rate.",
            field="after",
            value=after,
            valid="two months such as 1985-09 and 1985-12",
        )
    values = parameters.draw(COLUMNS, uniforms(COLUMNS, n, seed))
    outcomes = []
    for effect, sold, gdp, trade, today in zip(
        *(values[name] for name in COLUMNS if name != "intervention_pct_per_bn"), strict=True
    ):
        # One percent of GDP over trade flows, as in E.3.
        gamma = gamma_calibration(float(effect), 0.01 / float(trade), float(today))["Gamma"]
        outcomes.append(plaza_decomposition(float(sold), float(gdp), float(trade), gamma, *rates))
    portfolio, signal, shift = (
        np.array([outcome[key] for outcome in outcomes])
        for key in ("portfolio_effect_pct", "signal_share", "required_shift_in_expected_flow")
    )
    return PlazaDraws(
        observed=observed,
        rates=rates,
        portfolio=portfolio,
        signal_share=signal,
        required_shift=shift,
        values=values,
    )


def appreciation_today(found: PlazaDraws, target: float, deposits: float) -> AppreciationToday:
    """Dollars that move the yen by `target` percent today, at psi of the registry.

    Raises InputError for a target that is not above zero.
    """
    if not target > 0:
        raise InputError(
            f"got {target:g}.", field="target", value=target, valid="a percentage above 0"
        )
    alone = target / found.values["intervention_pct_per_bn"]
    return AppreciationToday(
        target=target,
        without_signal=alone,
        with_signal=alone * np.clip(1.0 - found.signal_share, 0.0, None),
        treasuries_without_signal=np.maximum(alone - deposits, 0.0),
    )
