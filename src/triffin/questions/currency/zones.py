"""The answer of a closed form: a band that everybody believes in (models E.1)."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread
from triffin.finance.currency.target_zone import krugman_target_zone, target_zone_intervention
from triffin.finance.joint.managed_float import known_currency
from triffin.questions.currency.shared import DRAWS, SEED, grades, sources
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.sampling import uniforms


def target_zone(
    code: str,
    low: float,
    high: float,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    parameters: ParameterSet,
) -> dict[str, Any]:
    """What a band that everybody believes in does by itself, and what its edges cost a year.

    Headline: honeymoon ratio, the width of the band over the width that fundamentals may have
    in it; 1 where belief does nothing. Raises InputError for a currency without data or a band
    that is empty.
    """
    name = known_currency(code)
    columns = ("target_zone_semi_elasticity", "target_zone_volatility", "intervention_pct_per_bn")
    values = parameters.draw(columns, uniforms(columns, draws, seed))
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
        grades=grades(values, parameters=parameters),
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
        "sources": [*sources(columns, (), parameters), "Krugman (1991), QJE 106; Harrison (1985)"],
    }


_ROOTS = 256
