"""Draws of the parameters of the talks, from the registry or as the scenario changes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from triffin.scenario.parameter_changes import changes_by_name
from triffin.strategy.credibility.resolve import RESOLVE_COLUMNS, draw_resolve
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.registry import Parameter
from triffin.world.registry.sampling import plausible, uniforms

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario

# One column of the sequence each. The order is part of the results: append, never reorder.
PARAMETERS = (
    "hegemon_nash_weight",
    "nash_size_exponent",
    "political_wedge",
    "dignity_cost",
    "delivery_incremental_purchases",
    "delivery_investment",
    "clause_share",
    "clause_commitment",
    "clause_demand",
    "clause_demand_sd_log",
    "security_value",
    "security_threat_probability",
    "market_access_value",
    "market_access_cost",
    "purchases_value",
    "purchases_cost",
    "investment_value",
    "investment_cost",
    "concession_steepness",
    "purchases_asked_share",
    "weekly_discount_factor",
    "deals_per_week",
    "queue_treaty_bonus",
    "queue_noise",
    "letter_share",
    "partial_execution_share",
    "retaliation_frequency",
)
# The talks hold tables by draw, partner and issue in memory.
MOST = 20_000
# Which use of the revenue decides what executing the threat costs the hegemon (H.11).
CLOSURE = "revenue_closure"
COLUMNS = (*PARAMETERS, *RESOLVE_COLUMNS, CLOSURE)


def entries(*, parameters: ParameterSet) -> dict[str, Parameter]:
    """The parameters of the talks by name."""
    return {name: parameters[name] for name in PARAMETERS}


def draw_values(
    scenario: Scenario, draws: int, seed: int, parameters: ParameterSet
) -> dict[str, np.ndarray]:
    """Name -> (draws,) values of `COLUMNS`; entries without a distribution vary over their range.

    Raises InputError for numbers of draws and seeds that are not valid.
    """
    return values_at(scenario, uniforms(COLUMNS, draws, seed, most=MOST), parameters)


def values_at(
    scenario: Scenario, u: Mapping[str, np.ndarray], parameters: ParameterSet
) -> dict[str, np.ndarray]:
    """Name -> values of `COLUMNS` at given probabilities, each (draws,).

    The four likelihoods of a type are divided by their sum, and what the scenario changes is used.
    """
    found = draw_resolve(u, parameters)
    found[CLOSURE] = u[CLOSURE]
    changes = changes_by_name(scenario)
    found |= {n: plausible(parameters[n], u[n]) for n in found if n in changes}
    for name, entry in entries(parameters=parameters).items():
        fixed = entry.distribution is None and entry.low == entry.high
        found[name] = np.full_like(u[name], entry.value) if fixed else plausible(entry, u[name])
    return found
