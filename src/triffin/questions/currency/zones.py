"""Answers of closed forms: bands, attacks, strength, income (models E.1, E.2, E.5, H.6)."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.headline import headline_from_draws
from triffin.finance.currency.attack import flood_garber, reserve_exhaustion
from triffin.finance.currency.pass_through import depreciation_income, export_pass_through
from triffin.finance.currency.target_zone import (
    defence_against_strength,
    krugman_target_zone,
    target_zone_intervention,
)
from triffin.finance.joint.managed_float import known_currency, purchase_limit_bn
from triffin.questions.currency.shared import (
    DRAWS,
    SEED,
    finite_number,
    first_day,
    grades,
    share,
    spread,
)
from triffin.questions.currency.shared import sources as sources_of
from triffin.world.base.errors import InputError
from triffin.world.data.facts import fact
from triffin.world.registry.registry import parameter
from triffin.world.registry.sampling import draw_entries, uniforms


def target_zone(
    code: str, low: float, high: float, *, draws: int = DRAWS, seed: int = SEED
) -> dict[str, Any]:
    """What a band that everybody believes in does by itself, and what its edges cost a year.

    Headline: honeymoon ratio, the width of the band over the width that fundamentals may have
    in it; 1 where belief does nothing. Raises InputError for a currency without data or a band
    that is empty.
    """
    name = known_currency(code)
    columns = ("target_zone_semi_elasticity", "target_zone_volatility", "intervention_pct_per_bn")
    values = draw_entries(columns, uniforms(columns, draws, seed))
    # Each draw is a root of one equation: a few hundred settle the interval.
    few = slice(0, min(draws, _ROOTS))
    zones = [
        krugman_target_zone(low, high, float(gamma), float(sigma), 0.0)
        for gamma, sigma in zip(values[columns[0]][few], values[columns[1]][few], strict=True)
    ]
    honeymoon = np.array([zone["honeymoon_ratio"] for zone in zones])
    edge = np.array(
        [
            target_zone_intervention(zone["f_bar"], float(sigma), 1.0 / float(psi))[
                "usd_bn_per_year"
            ]
            for zone, sigma, psi in zip(
                zones, values[columns[1]][few], values[columns[2]][few], strict=True
            )
        ]
    )
    used = {key: value[few] for key, value in values.items()}
    entry = headline_from_draws(
        "honeymoon_ratio",
        f"What would a credible band of {low:g} to {high:g} do by itself?",
        "The rate would move over {median} of the range of its fundamentals ({interval}); "
        f"holding each edge would take {spread(edge)['median']:.0f} bn USD a year in expectation.",
        honeymoon,
        "1",
        headline_class="arithmetic of the scenario",
        parameters=used,
        grades=grades(values),
    )
    return entry | {
        "currency": name,
        "details": {
            "honeymoon_ratio": spread(honeymoon),
            "usd_bn_per_year_at_each_edge": spread(edge),
            "center": zones[0]["center"],
            "half_width_log": zones[0]["half_width_log"],
        },
        "draws": len(zones),
        "seed": seed,
        "sources": [*sources_of(columns, ()), "Krugman (1991), QJE 106; Harrison (1985)"],
    }


_ROOTS = 256


def exhaustion(
    code: str,
    drain_bn_per_week: float,
    sd_bn_per_week: float,
    *,
    weeks: float = 18,
    deposits_only: bool = False,
) -> dict[str, Any]:
    """How likely a drain empties the reserves within `weeks`: the attack on a managed float.

    A drain of `drain_bn_per_week` with standard deviation `sd_bn_per_week` per square root of a
    week; the registry has no distribution for either, so the interval is that of the reserves'
    range alone. Raises InputError for a currency without data and values out of range.
    """
    name = known_currency(code)
    columns = ("japan_deposits_bn",) if deposits_only else _RESERVES
    values = draw_entries(columns, uniforms(columns, DRAWS, SEED))
    reserves = np.sum([values[column] for column in columns], axis=0)
    found = np.array(
        [
            reserve_exhaustion(float(x), drain_bn_per_week, sd_bn_per_week, weeks)["prob"]
            for x in reserves
        ]
    )
    usable = sum(parameter(column).value for column in columns)
    central = reserve_exhaustion(usable, drain_bn_per_week, sd_bn_per_week, weeks)
    entry = headline_from_draws(
        "exhaustion_probability",
        f"Would a drain of {drain_bn_per_week:g} bn a week exhaust the "
        f"{'deposits' if deposits_only else 'reserves'} within {weeks:g} weeks?",
        "With probability {median} ({interval}).",
        found,
        "1",
        headline_class="arithmetic of the scenario",
        parameters=values,
        grades=grades(values),
    )
    return entry | {
        "currency": name,
        "usable_bn": usable,
        "probability_ever": central["prob_ever"],
        "mean_time_weeks": central["mean_time_weeks"],
        "sd_time_weeks": central["sd_time_weeks"],
        "sources": sources_of(columns, ()),
    }


_RESERVES = ("japan_deposits_bn", "japan_reserve_securities_bn")


def attack(
    *, money: float, domestic_credit: float, credit_growth: float, semi_elasticity: float = 0.5
) -> dict[str, Any]:
    """When a peg is attacked whose central bank creates credit: date and reserves lost.

    `money` and `domestic_credit` in one unit, growth per year, semi-elasticity in years, drawn
    from a fifth to four times its value (a judgement). A peg, not Japan's float: the inputs are
    the user's and no registry entry stands behind them. Raises InputError without reserves.
    """
    for field, value in (("money", money), ("domestic_credit", domestic_credit)):
        finite_number(field, value)
    central = flood_garber(semi_elasticity, credit_growth, money, domestic_credit)
    if not central["attack"]:
        raise InputError(
            f"credit that grows by {credit_growth:g} a year does not drain reserves.",
            field="credit_growth",
            value=credit_growth,
            valid="a growth rate above 0",
        )
    u = uniforms(("semi_elasticity",), _ROOTS, SEED)["semi_elasticity"]
    eta = semi_elasticity * np.where(u < 0.5, 0.2 + 1.6 * u, 1.0 + 6.0 * (u - 0.5))
    times = np.array(
        [float(flood_garber(float(e), credit_growth, money, domestic_credit)["T"]) for e in eta]
    )
    entry = headline_from_draws(
        "attack_time",
        "When is the peg attacked?",
        "After {median} ({interval}), before reserves would have run out by themselves.",
        times,
        "years",
        headline_class="arithmetic of the scenario",
        parameters={"semi_elasticity": eta},
        grades={"semi_elasticity": "judgement"},
    )
    return entry | {
        "immediate": central["immediate"],
        "reserves_share_lost_in_attack": central["reserves_share_lost_in_attack"],
        "exhaustion_without_attack_years": central["T_exhaustion_without_attack"],
        "sources": ["Krugman (1979), JMCB 11; Flood and Garber (1984), JIE 17"],
    }


INCOME = (
    "import_share_gdp",
    "export_share_gdp",
    "import_pass_through",
    "import_content_of_exports",
    "strategic_complementarity",
    "export_markup_wedge",
    "export_elasticity",
)
"""Registry entries behind the income effect of a depreciation."""


def income(
    code: str, depreciation_pct: float, *, draws: int = DRAWS, seed: int = SEED
) -> dict[str, Any]:
    """What a depreciation (above 0) or appreciation (below 0) does to real income, % of GDP.

    The sign depends on the pass-through into import prices, which is drawn; details give the
    probability of a loss and the response of export prices. Raises InputError for a currency
    without data.
    """
    name = known_currency(code)
    finite_number("depreciation_pct", depreciation_pct)
    change = -depreciation_pct / 100.0
    values = draw_entries(INCOME, uniforms(INCOME, draws, seed))
    rows = zip(*(values[column] for column in INCOME), strict=True)
    found = [
        depreciation_income(
            float(m), float(x), float(pt), float(phi), float(a), change, float(w), float(e)
        )
        for m, x, pt, phi, a, w, e in rows
    ]
    total = 100.0 * np.array([each["total"] for each in found])
    prices = export_pass_through(
        parameter("import_content_of_exports").value,
        parameter("strategic_complementarity").value,
        change,
        parameter("export_elasticity").value,
    )
    entry = headline_from_draws(
        "real_income",
        f"What does a {'depreciation' if depreciation_pct >= 0 else 'appreciation'} of the yen by "
        f"{abs(depreciation_pct):g} % do to Japan's real income?",
        "{median} of GDP ({interval}); income falls in "
        f"{100 * share(total < 0):.0f} % of the draws.",
        total,
        "%",
        headline_class="arithmetic of the scenario",
        parameters=values,
        grades=grades(values),
    )
    return entry | {
        "currency": name,
        "loss_probability": share(total < 0),
        "terms_of_trade_pct": spread(100.0 * np.array([e["terms_of_trade"] for e in found])),
        "volume_rent_pct": spread(100.0 * np.array([e["volume_rent"] for e in found])),
        "export_prices_log": prices,
        "draws": draws,
        "seed": seed,
        "sources": sources_of(INCOME, ()),
    }


def strength(
    code: str,
    floor: float,
    *,
    pressure_pct: float,
    days: int = 90,
    draws: int = DRAWS,
    seed: int = SEED,
) -> dict[str, Any]:
    """What holding the yen at `floor` JPY per USD costs when it would rise `pressure_pct` beyond.

    Headline: dollars bought, bn. Raises InputError for a currency without data and values out of
    range.
    """
    name = known_currency(code)
    columns = ("intervention_pct_per_bn", "yen_volatility", "japan_gdp_bn")
    values = draw_entries(columns, uniforms(columns, draws, seed))
    outcomes = [
        defence_against_strength(
            pressure_pct,
            float(psi),
            floor,
            float(gdp),
            parameter("currency_report_purchases").value,
            days,
            float(sigma),
        )
        for psi, sigma, gdp in zip(*(values[c] for c in columns), strict=True)
    ]
    per_draw = {
        key: np.array([np.nan if o[key] is None else o[key] for o in outcomes], dtype=float)
        for key in outcomes[0]
    }
    entry = headline_from_draws(
        "dollars_bought_bn",
        f"What would keeping the dollar at {floor:g} yen cost if the yen would rise "
        f"{pressure_pct:g} % beyond?",
        "{median} bought ({interval}), paid with new yen; reserves do not limit it.",
        per_draw["dollars_bought_bn"],
        "USD bn",
        headline_class="arithmetic of the scenario",
        parameters=values,
        grades=grades(values),
    )
    record = fact("fx", "intervention_2003_04")
    return entry | {
        "currency": name,
        "record": {
            "yen_sold_trn": record.number,
            "date": record.date,
            "note": record.note,
            "source": record.source,
        },
        "yen_created_trn": spread(per_draw["yen_created_trn"]),
        "reserves_gained_bn": spread(per_draw["dollars_bought_bn"]),
        "loss_if_given_up_trn": spread(per_draw["loss_if_given_up_trn"]),
        "loss_one_in_twenty_trn": spread(per_draw["loss_one_in_twenty_trn"]),
        "days_to_2pct_gdp": first_day(per_draw["days_to_limit"], days),
        "limit_bn": purchase_limit_bn(),
        "draws": draws,
        "seed": seed,
        "sources": sources_of([*columns, "currency_report_purchases"], ()),
    }
