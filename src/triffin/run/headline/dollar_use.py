"""The dollar's share of reserves when a rival becomes as good, or the dollar less attractive (H.8).

Use moves slowly and is not what can go within months (F.2): the answer is a rest point, reached
over years from today's shares, beside where the share stands at the end of the scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from triffin.finance.dollar.layers import DOLLAR, EURO, LAYERS, RENMINBI
from triffin.finance.dollar.tipping import settle, share_paths, shocked
from triffin.questions.dollar.tipping import draw_dollar, parse_shock
from triffin.run.plan.prepare import Prepared
from triffin.world.base.arrays import Array

CURRENCIES = (EURO, RENMINBI)
"""Single currencies beside the dollar whose shares are known; gold is no currency."""
DAYS_PER_YEAR = 365.0


@dataclass(frozen=True, eq=False)
class DollarUse:
    """Per cent of reserves: today, at the end of the scenario and after full adjustment (n,);
    rival : the option that is as good as the dollar, "" where none is."""

    today: float
    end: Array
    rest: Array
    rival: str
    complementarity: Array


def dollar_use(prepared: Prepared, u: Mapping[str, Array]) -> DollarUse:
    """Shares in the scenario's world; u : uniforms by column (n,).

    `alternative`: the largest rival becomes as attractive as the dollar before the networks of
    both are counted, so that only its larger use holds the dollar up.
    """
    n = len(next(iter(u.values())))
    drawn = draw_dollar(n, 0, uniform=u, parameters=prepared.parameters)
    layer = drawn.layers[LAYERS[0]]
    today, theta, c = drawn.system(layer)
    asked = prepared.plan.dollar
    place = layer.options.index(DOLLAR)
    rival = ""
    if asked is not None and asked.alternative:
        rivals = [k for k, name in enumerate(layer.options) if name in CURRENCIES]
        largest = max(rivals, key=lambda k: float(layer.shares[k]))
        rival = layer.options[largest]
        theta = theta.copy()
        theta[:, largest] = np.maximum(theta[:, largest], theta[:, place])
    if asked is not None and asked.shock_pct:
        theta = shocked(theta, parse_shock(f"{asked.shock_pct}%"))
    rest = settle(today, theta, c)
    years = prepared.plan.days / DAYS_PER_YEAR
    speed = drawn.values["currency_adjustment_per_year"]
    path = share_paths(today, theta, c, speed, years, 1)
    return DollarUse(
        today=100.0 * float(layer.shares[place]),
        end=100.0 * path[-1][:, place],
        rest=100.0 * rest[:, place],
        rival=rival,
        complementarity=drawn.values["currency_complementarity"],
    )
