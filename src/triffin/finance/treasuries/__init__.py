"""The Treasury market: who buys, what it does to the curve, and what it costs (models D)."""

from triffin.finance.treasuries.curve import (
    habitat_elastic,
    habitat_one_factor,
    habitat_two_factor,
)
from triffin.finance.treasuries.debt import (
    debt_doom_loop,
    debt_laffer,
    debt_zones,
    rollover_pass_through,
)
from triffin.finance.treasuries.demand import demand_linear, demand_logit
from triffin.finance.treasuries.impact import (
    backstop_purchases,
    central_bank_backstop,
    flow_impact_constant_rate,
    flow_impact_path,
    linear_sale_impact,
    propagated_impact,
)

__all__ = [
    "backstop_purchases",
    "central_bank_backstop",
    "debt_doom_loop",
    "debt_laffer",
    "debt_zones",
    "demand_linear",
    "demand_logit",
    "flow_impact_constant_rate",
    "flow_impact_path",
    "habitat_elastic",
    "habitat_one_factor",
    "habitat_two_factor",
    "linear_sale_impact",
    "propagated_impact",
    "rollover_pass_through",
]
