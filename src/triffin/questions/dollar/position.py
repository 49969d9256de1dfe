"""Where the dollar stands, how far the edge is and what moves it, with intervals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from triffin.answers.documents import picked
from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread, weakest_grade
from triffin.finance.dollar.layers import DOLLAR, LAYERS
from triffin.finance.dollar.position import (
    ZONES,
    Privilege,
    SafetyZones,
    coercive_power,
    collapse_hazard,
    diversification_that_pays,
    privilege_at_stake,
    safety_zones,
)
from triffin.finance.dollar.tipping import response
from triffin.questions.dollar.tipping import (
    COLUMNS,
    DollarDraws,
    complementarity,
    described,
    draw_dollar,
    percent_lost,
    tip_of,
)
from triffin.world.data.facts import fact
from triffin.world.data.market_events import reserve_share_series, reserve_shares
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet, in_place

FIXED = (
    "foreign_holdings_bn",
    "privilege_annuity_years",
    "safe_return_high",
    "safe_return_low",
    "disaster_probability",
    "safe_asset_risk_aversion",
    "safe_asset_wealth",
    "average_maturity_years",
    "collapse_hazard_base",
    "collapse_hazard_sales",
    "collapse_hazard_yield",
    "collapse_hazard_cap",
    "anticoercion_externality",
)
WORLD = "world-2023"
HEGEMON = "USA"
LARGEST_IMPORTERS = 10
EXAMPLE_SALE_BN = 100.0
SELL_OFF = ("2025-04-04", "2025-04-09")  # the rise of yields before the pause of 9 April 2025


def dollar_position(
    *, draws: int = 2000, seed: int = 1, parameters: ParameterSet | None = None
) -> dict[str, Any]:
    """The JSON document of `triffin dollar`; its headline is the privilege at stake, bn USD a year.

    The privilege is the headline because it is the one answer in money: zones are shares of
    draws of a judged ratio, and the collapse index is conditional. Raises InputError for a number
    of draws that cannot be made.
    """
    parameters = in_place() if parameters is None else parameters
    drawn = draw_dollar(draws, seed, parameters=parameters)
    value = {name: parameters.value(name) for name in FIXED}
    privilege = privilege_at_stake(
        value["foreign_holdings_bn"],
        drawn.values["convenience_yield_bp"],
        drawn.values["r_minus_g"],
        value["privilege_annuity_years"],
    )
    zones = safety_zones(
        drawn.values["debt_over_safe_limit"],
        high=value["safe_return_high"],
        low=value["safe_return_low"],
        disaster=value["disaster_probability"],
        aversion=value["safe_asset_risk_aversion"],
        wealth=value["safe_asset_wealth"],
        sunspot=-math.expm1(-value["collapse_hazard_base"] * value["average_maturity_years"]),
    )
    shares = {zone: float(np.mean(zones.zone == zone)) for zone in ZONES}
    tips = {name: _distance(name, drawn, value, parameters) for name in drawn.layers}
    headline = headline_from_draws(
        "privilege_at_stake",
        "Where does the dollar stand, how far is the edge, and what moves it?",
        f"Its privilege is worth {{median}} ({{interval}}). Debt is in the safe zone in "
        f"{100 * shares['safe']:.0f} % of the draws, in the zone of instability in "
        f"{100 * shares['instability']:.0f} %, beyond it in {100 * shares['collapse']:.0f} %. "
        f"{_tips_in_words({name: tips[name] for name in LAYERS})}",
        privilege.annual,
        "bn USD per year",
        headline_class="arithmetic of the scenario",
        parameters={"convenience_yield_bp": drawn.values["convenience_yield_bp"]},
        # The value is published, but the interval comes from a distribution that is a judgement.
        grades={"convenience_yield_bp": "judgement"},
    )
    return {
        **headline,
        "zone": _zone_document(zones, shares, drawn, parameters),
        "collapse_index": _collapse_index(value, parameters),
        "tipping": {
            "layers": tips,
            "complementarity": complementarity(drawn, parameters),
        },
        "privilege": _privilege_document(privilege),
        "lost": _lost(privilege, zones),
        "coercion": _coercion(drawn),
        "record": _record(),
        "parameters": [
            described(name, drawn.values, parameters=parameters) for name in (*COLUMNS, *FIXED)
        ],
        "seed": seed,
        "notes": [
            "The privilege and the interest bill contain the same basis points: not additive.",
            "The collapse index is conditional on the zone of instability and rests on "
            "judgement: it is not a probability of the event.",
        ],
    }


def _tips_in_words(tips: dict[str, dict[str, Any]]) -> str:
    """Which layers have a tip in most draws, and at what loss of attractiveness."""
    have = [name for name, tip in tips.items() if tip["tip_exists_share"] > 0.5]
    rest = [name for name in tips if name not in have]
    words = []
    for name in have:
        loss = tips[name]["distance_percent"]
        words.append(
            f"The dollar's use in {name} tips when it loses {loss['median']:.1f} % "
            f"({loss['low']:.1f} to {loss['high']:.1f} %) of its attractiveness."
        )
    if rest:
        listed = " and ".join((", ".join(rest[:-1]), rest[-1])) if rest[1:] else rest[0]
        words.append(f"In {listed} it would decline without a tip in most draws.")
    return " ".join(words)


def _zone_document(
    zones: SafetyZones, shares: dict[str, float], drawn: DollarDraws, parameters: ParameterSet
) -> dict[str, Any]:
    name = "debt_over_safe_limit"
    grade = parameters[name].grade
    return {
        "class": "index",
        "grade": grade,
        "probability": shares,
        "room_to_instability_percent": spread(100.0 * zones.room_to_instability),
        "room_to_collapse_percent": spread(100.0 * zones.room_to_collapse),
        "band": spread(zones.band),
        "issuer_prefers_safety_above_sunspot": spread(zones.prefers_safety_from),
        "debt_over_safe_limit": spread(drawn.values[name]),
        "meaning": "shares of draws of b/b_low, debt over the limit of the safe zone, which is a "
        "judgement; b = w*/2, gross returns over the average maturity",
        "source": "Farhi and Maggiori (2018), QJE 133, re-derived",
    }


def _collapse_index(value: dict[str, float], parameters: ParameterSet) -> dict[str, Any]:
    """Hazard per year in the instability zone in three situations; parameters at their ends."""
    yields = load_series("yield-10y")
    rise = round(100.0 * (yields.on(SELL_OFF[1]) - yields.on(SELL_OFF[0])), 6)
    sold = 100.0 * EXAMPLE_SALE_BN / value["foreign_holdings_bn"]
    names = ("base", "sales", "yield", "cap")
    entries = {name: parameters[f"collapse_hazard_{name}"] for name in names}

    def hazard(sales: float, bp: float, end: str) -> float:
        at = {name: getattr(entry, end) for name, entry in entries.items()}
        return float(
            collapse_hazard(
                sales,
                bp,
                base=at["base"],
                per_sales=at["sales"],
                per_100bp=at["yield"],
                cap=at["cap"],
            )
        )

    situations = (
        ("no forced sales, yields unchanged", 0.0, 0.0),
        (f"10-year yield +{rise:.0f} bp, as on {SELL_OFF[0]} to {SELL_OFF[1]}", 0.0, rise),
        (f"{EXAMPLE_SALE_BN:.0f} bn of official sales in a week", sold, 0.0),
    )
    return {
        "class": "index",
        "grade": weakest_grade([entry.grade for entry in entries.values()]),
        "unit": "per year",
        "given": "debt in the zone of instability",
        "situations": [
            {
                "situation": text,
                "sales_percent_per_week": sales,
                "yield_rise_bp": bp,
                "index": hazard(sales, bp, "value"),
                "low": hazard(sales, bp, "low"),
                "high": hazard(sales, bp, "high"),
            }
            for text, sales, bp in situations
        ],
        "meaning": "a0 + a1 forced sales + a2 dy/100 bp; low and high with all parameters at the "
        "ends of their ranges",
    }


def _distance(
    name: str, drawn: DollarDraws, value: dict[str, float], parameters: ParameterSet
) -> dict[str, Any]:
    """How far one layer is from its tip, and how its share responds short of it."""
    layer = drawn.layers[name]
    today, theta, c = drawn.system(layer)
    stable = drawn.values["currency_complementarity"] < layer.limit
    fall = tip_of(today, theta, c)
    shock = np.where(stable, fall.tips.shock, np.nan)
    slope = response(today, c)
    # in the units of a network share: a loss of this many points of users weighs as much
    network = np.where(stable, shock / c[:, 0], np.nan)
    share = float(layer.shares[layer.options.index(DOLLAR)])
    moved = network / value["anticoercion_externality"]
    paying = diversification_that_pays(
        moved,
        share,
        drawn.values["substitution_payments"],
        drawn.values["finance_expenditure_share"],
        1.0,
    )
    return {
        "class": "index",
        "grade": weakest_grade([layer.grade, parameters["currency_complementarity"].grade]),
        "share_today": 100.0 * share,
        **picked(layer, "basis", "period", "source"),
        "tip_exists_share": float(np.mean(np.isfinite(shock))),
        "distance_log_points": spread(shock),
        "distance_percent": spread(np.array([percent_lost(x) for x in shock])),
        "distance_points_of_network": spread(100.0 * network),
        "share_at_tip": spread(
            np.where(np.isfinite(shock), 100.0 * fall.tips.shares[:, 0], np.nan)
        ),
        "share_after_tip": spread(100.0 * fall.after[:, 0]),
        "hysteresis_width_log_points": spread(fall.width),
        "points_lost_per_percent": spread(slope),
        "amplification": spread(slope / (share * (1.0 - share))),
        "anticoercion": {
            "shift_that_tips_points": spread(100.0 * moved),
            "cost_at_which_it_pays_percent": spread(paying["cost_percent"]),
        },
    }


def _privilege_document(privilege: Privilege) -> dict[str, Any]:
    return {
        "annual_bn": spread(privilege.annual),
        "negative_share": float(np.mean(privilege.annual < 0)),
        "annuity_bn": spread(privilege.annuity),
        "annuity_years": privilege.years,
        "perpetuity_bn": spread(privilege.perpetuity),
        "perpetuity_undefined_share": float(np.mean(np.isnan(privilege.perpetuity))),
        "unit": "USD bn",
        "note": "perpetuity flow/(r − g) only where r > g, and without limit as r nears g; the "
        "annuity is defined in every draw",
    }


def _lost(privilege: Privilege, zones: SafetyZones) -> dict[str, Any]:
    """What ends with the safety of the dollar, a year, and who loses it."""
    world = np.maximum(privilege.annual, 0.0) * zones.world_per_rent
    return {
        "united_states_bn": spread(privilege.annual),
        "rest_of_world_bn": spread(world),
        "world_per_rent": zones.world_per_rent,
        "unit": "bn USD per year",
        "note": "the rent is lost by the United States; the surplus γ var b² of the safe asset by "
        "its holders, in the model's proportion to the rent (zero where the rent is negative). "
        "The cost of trade finance with fewer dollars is not in it: there is no estimate",
    }


def _coercion(drawn: DollarDraws) -> dict[str, Any]:
    """Power of withdrawing finance (by two measures of the dollar's share) and of goods."""
    rows = []
    turnover = fact("dollar-system", "bis_fx_usd_2025")
    payments = drawn.layers["payments"]
    finance = (
        ("finance, by payments", float(payments.shares[0]), payments.source),
        ("finance, by currency trades", turnover.number / 100, turnover.source),
    )
    for what, share, source in finance:
        power = coercive_power(
            share, drawn.values["substitution_payments"], drawn.values["finance_expenditure_share"]
        )
        rows.append(_power_row(what, share, power, source))
    for what, share, spent, source in _goods():
        sigma = drawn.values["substitution_goods"]
        power = coercive_power(share, sigma, np.full(len(sigma), spent))
        rows.append(_power_row(what, share, power, source))
    return {
        "class": "arithmetic of the scenario",
        "grade": "judgement",
        "unit": "percent of the target's spending",
        "sectors": rows,
        "note": "finance is measured twice, not added; losses are convex in the share, so that "
        "the last ten points of it carry more than their part of the power",
        "source": "Clayton, Maggiori and Schreger (2024)",
    }


def _power_row(what: str, share: float, power: Any, source: str) -> dict[str, Any]:
    return {
        "sector": what,
        "share_percent": 100.0 * share,
        "loss_percent": spread(power["loss"]),
        "loss_per_point": spread(power["marginal"]),
        "last_ten_points_share": spread(power["last_tenth"]),
        "source": source,
    }


def _goods() -> list[tuple[str, float, float, str]]:
    """(what, US share in imports, imports over GDP, source): the rest of the world, and the most
    exposed of its largest importers."""
    from triffin.world.loading import load_world

    world = load_world(WORLD)
    trade = world.trade.sum(axis=0)
    hegemon = world.index(HEGEMON)
    others = np.delete(np.arange(world.n_economies), hegemon)
    imports = trade.sum(axis=0)
    bought = trade[hegemon]
    source = f"{world.title} ({WORLD}); imports over GDP as expenditure share"
    largest = others[np.argsort(-imports[others])][:LARGEST_IMPORTERS]
    exposed = largest[np.argmax(bought[largest] / imports[largest])]
    rows = (
        ("goods, rest of the world", others),
        (f"goods, {world.names[exposed]}", np.array([exposed])),
    )
    return [
        (
            what,
            float(bought[who].sum() / imports[who].sum()),
            float(imports[who].sum() / world.gdp[who].sum()),
            source,
        )
        for what, who in rows
    ]


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
