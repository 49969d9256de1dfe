"""The answer about coordinated appreciation (models E.6)."""

from __future__ import annotations

from typing import Any

from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread
from triffin.finance.currency.plaza import (
    AFTER,
    BEFORE,
    COLUMNS,
    appreciation,
    appreciation_today,
    monthly_rate,
    plaza_decomposition,
    plaza_draws,
)
from triffin.questions.currency.shared import DRAWS, SEED, finite_number, grades, sources
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet, in_place

MONTHS = ("1985-02", "1985-09", "1985-10", "1985-11", "1985-12", "1987-02", "1987-12")
OTHER_SPANS = (("1985-02", "1985-09"), ("1985-09", "1985-10"), ("1985-09", "1987-12"))


def plaza(
    *,
    before: str = BEFORE,
    after: str = AFTER,
    target: float | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """What the intervention of 1985 explains of the yen's rise between two months, and what a
    rise by `target` percent (default: the observed one) would need today.

    Headline: share of the rise that is signal, 0 to 1. Raises InputError for months without data,
    without a change, and for a target that is not positive.
    """
    parameters = in_place() if parameters is None else parameters
    found = plaza_draws(draws, seed, before, after, parameters=parameters)
    wanted = abs(found.observed) if target is None else target
    finite_number("target", wanted)
    deposits = parameters.value("japan_deposits_bn")
    today = appreciation_today(found, wanted, deposits)
    part, alone, signalled = (
        spread(each) for each in (found.portfolio, today.without_signal, today.with_signal)
    )
    entry = headline_from_draws(
        "signal_share",
        f"How much of the yen's rise from {before} to {after} did the dollars sold explain?",
        f"The yen rose {found.observed:.1f} %; the sales explain {part['median']:.2f} % "
        f"({part['low']:.2f} to {part['high']:.2f}), so that a share of {{median}} ({{interval}}) "
        f"is signal. A rise of {wanted:.1f} % today would take {alone['median']:.0f} bn USD "
        f"({alone['low']:.0f} to {alone['high']:.0f}) without any signal, "
        f"{signalled['median']:.0f} with one as strong.",
        found.signal_share,
        "share",
        headline_class="arithmetic of the scenario",
        parameters=found.values,
        grades=grades(found.values, parameters=parameters),
    )
    return entry | {
        "before": {"month": before, "rate": found.rates[0]},
        "after": {"month": after, "rate": found.rates[1]},
        "observed_pct": found.observed,
        "portfolio_effect_pct": part,
        "at_registry_values": plaza_decomposition(
            intervention_bn=parameters.value("plaza_intervention_bn"),
            gdp_bn=parameters.value("plaza_gdp_bn"),
            trade_share=parameters.value("trade_flow_share"),
            Gamma=parameters.value("financier_risk_bearing"),
            rate_before=found.rates[0],
            rate_after=found.rates[1],
        ),
        "required_shift_in_expected_flow": spread(found.required_shift),
        "months": {month: monthly_rate(month) for month in MONTHS},
        "other_spans": [
            {
                "before": first,
                "after": last,
                "observed_pct": appreciation(monthly_rate(first), monthly_rate(last)),
            }
            for first, last in OTHER_SPANS
        ],
        "today": {
            "target_pct": today.target,
            "usd_bn_without_signal": alone,
            "usd_bn_with_signal": signalled,
            "treasuries_without_signal_bn": spread(today.treasuries_without_signal),
            "deposits_bn": deposits,
            "latest_rate": _latest(),
        },
        "draws": draws,
        "seed": seed,
        "notes": [
            "Rates are monthly means. The dollars sold and the GDP of 1985 are judgements.",
            "Signal is what the dollars sold do not explain: announcements, interest rates, and a "
            "dollar that had been falling since February 1985.",
        ],
        "sources": sources([*COLUMNS, "japan_deposits_bn"], ("usdjpy-monthly",), parameters),
    }


def _latest() -> dict[str, Any]:
    series = load_series("usdjpy").observed()
    return {"date": str(series.dates[-1]), "rate": float(series.values[-1])}
