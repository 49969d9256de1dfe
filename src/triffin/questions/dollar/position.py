"""Where the dollar stands: thresholds of its safety, what its place earns, and its use."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.documents import picked
from triffin.answers.headline import categorical_headline
from triffin.finance.dollar.layers import LAYERS, LayerToday, layers_today, strengths
from triffin.finance.dollar.position import rollover_thresholds, solvency_thresholds
from triffin.finance.dollar.privilege import HISTORICAL, premia, stress_case
from triffin.finance.dollar.tipping import response
from triffin.questions.dollar.tipping import described, tips_above
from triffin.world.base.wording import quantity
from triffin.world.data.market_events import reserve_share_series, reserve_shares
from triffin.world.registry.parameter_set import ParameterSet, in_place

FIXED = (
    "foreign_holdings_bn",
    "marketable_debt_bn",
    "largest_primary_surplus",
    "maturing_share",
    "central_bank_yearly_lending",
    "currency_complementarity",
)


def dollar_position(*, parameters: ParameterSet | None = None) -> dict[str, Any]:
    """The JSON document of `triffin dollar`: an answer in words with its thresholds and ranges.

    Nothing is drawn: what decides is judged or disputed, so that a percentage would only repeat
    the judgement.
    """
    parameters = in_place() if parameters is None else parameters
    rollover, solvency = rollover_thresholds(parameters), solvency_thresholds(parameters)
    rows, stress = premia(parameters), stress_case(parameters)
    layers = {name: _layer(layer, parameters) for name, layer in layers_today().items()}
    headline = categorical_headline(
        "dollar_position",
        "Where does the dollar stand, how far is the edge, and what moves it?",
        _in_words(rollover, solvency, rows, stress, {name: layers[name] for name in LAYERS}),
        headline_class="arithmetic of the scenario",
        drivers=("largest_primary_surplus", "maturing_share", "currency_complementarity"),
        grades={name: parameters[name].grade for name in FIXED},
    )
    return {
        **headline,
        "thresholds": {
            "rollover": rollover,
            "solvency": solvency,
            "meaning": "beyond the first a run can fulfil itself, beyond the second debt grows "
            "whatever is done; in the issuer's own currency both end in inflation and "
            "depreciation. No source measures the largest debt that is safe, so that no chance is "
            "given that debt is beyond it",
        },
        "privilege": {
            "unit": "bn USD per year",
            "rows": rows,
            "historical": vars(HISTORICAL),
            "note": "range over sources, no probability; benchmarks differ, so that the rows do "
            "not add up to an average",
        },
        "stress": stress,
        "layers": layers,
        "record": _record(),
        "parameters": [described(name, parameters=parameters) for name in FIXED],
        "notes": [
            "What its place earns and the interest bill hold the same basis points: not additive."
        ],
    }


def _in_words(
    rollover: list[dict[str, Any]],
    solvency: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    stress: dict[str, Any],
    layers: dict[str, dict[str, Any]],
) -> str:
    alone, lent = rollover
    bills, rest = rows
    tipping = [name for name, one in layers.items() if one["tips_above"] is not None]
    steady = [name for name in layers if name not in tipping]
    shares = [_percent(one) for one in (alone["above"], lent["above"], alone["today"])]
    lending = _percent(lent["central_bank_lends"])
    gaps = " and ".join(
        f"{_percent(one['above'])} at {100 * one['interest_less_growth']:.0f}" for one in solvency
    )
    return (
        f"If nobody rolled over what falls due, debt above {shares[0]} of GDP could not be paid, "
        f"with a central bank that lends {lending} above {shares[1]}; it is at {shares[2]}. Debt "
        f"would grow whatever is done above {gaps} points of interest over growth. No source "
        "measures the largest debt that is safe. Its place "
        f"earns {bills['low_bn']:.1f} to {quantity(bills['high_bn'], 'bn USD', 1)} a year on "
        f"bills, {rest['low_bn']:.0f} to {quantity(rest['high_bn'], 'bn USD', 0)} on the rest, "
        "where the sign is disputed. Stress case: without "
        f"{stress['loss_bp']:.0f} bp of convenience on all debt, "
        f"{quantity(stress['cost_bn'], 'bn USD', 0)} a year. Its use could tip in "
        f"{' and '.join(tipping) or 'no layer'} and would decline without a tip in "
        f"{' and '.join(steady) or 'none'}."
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _layer(layer: LayerToday, parameters: ParameterSet) -> dict[str, Any]:
    """Where one layer of use stands: strengths of networks that fit, and those at which it tips."""
    entry = parameters["currency_complementarity"]
    ends = np.array([min(entry.low, layer.limit * 0.99), layer.limit * 0.99])
    slope = response(np.tile(layer.shares, (2, 1)), strengths(ends, layer.network))
    share = float(layer.shares[0])
    return {
        "share_today": 100.0 * share,
        **picked(layer, "basis", "period", "grade", "source"),
        "limit": layer.limit,
        "tips_above": tips_above(layer),
        "points_lost_per_percent_at_least": float(slope[0]),
        "amplification_at_least": float(slope[0] / (share * (1.0 - share))),
    }


def _record() -> dict[str, Any]:
    """The dollar's share of reserves as reported, each basis by itself."""
    trends = {}
    for basis in dict.fromkeys(row.basis for row in reserve_shares()):
        series = reserve_share_series("USD", basis)
        years = float((series.dates[-1] - series.dates[0]) / np.timedelta64(1, "D")) / 365.25
        trends[basis] = {
            "first": str(series.dates[0]),
            "last": str(series.dates[-1]),
            "change_points": float(series.values[-1] - series.values[0]),
            "points_per_year": (
                float(series.values[-1] - series.values[0]) / years if years >= 1 else None
            ),
        }
    return {
        "class": "measurement",
        "rows": [
            {
                "period": row.period,
                "basis": row.basis,
                "usd_percent": row.shares.get("USD"),
                "grade": row.grade_usd,
                "source": row.source,
            }
            for row in reserve_shares()
        ],
        "trends": trends,
        "note": "the basis changed in 2025: `allocated` is the share of reserves whose currency "
        "was reported, `revised` has full coverage; the two are not spliced",
    }
