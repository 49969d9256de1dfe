"""The dollar's safety, its use in reserves, and the privilege that rests on both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from triffin.finance.dollar.position import DYNAMICS_COLUMNS
from triffin.questions.dollar.tipping import COLUMNS
from triffin.run.clock.dollar import Dollar
from triffin.run.clock.section import RunSection, Stage, Variables
from triffin.run.headline.markets import dollar_answers
from triffin.run.plan.modules import ON
from triffin.run.plan.prepare import Prepared
from triffin.run.sections import markets
from triffin.scenario.schema import Scenario

CITATIONS = {
    "dollar": (
        (
            "safe-asset-zones",
            "Zones of a reserve currency: safe, instability, collapse",
            "Farhi, E. and Maggiori, M. (2018). A Model of the International Monetary System. "
            "Quarterly Journal of Economics 133.",
        ),
    ),
}


def asked(name: str, plan: Scenario) -> bool:
    """The dollar is asked with Treasuries or a section of its own."""
    return plan.dollar is not None or markets.asked("treasuries", plan)


def variables(prepared: Prepared, stages: Sequence[Stage]) -> Variables:
    """Distance to the edge of safety by week, and the zone at the end."""
    states = [state for stage in stages if (state := stage.state(Dollar)) is not None]
    ratio = np.concatenate([state.ratio for state in states]).astype(np.float32)
    zone = np.concatenate([state.zone for state in states]).astype(np.int8)
    flags = {"flag_values": [0, 1, 2], "flag_meanings": "safe instability collapse"}
    return {"dollar_ratio": (("draw", "week"), ratio), "dollar_zone": ("draw", zone, flags)}, {}


SECTION = RunSection(
    draws=Dollar,
    turn=4,
    modules={"dollar": "a section dollar:, treasuries: or currency:"},
    asked=asked,
    works=lambda prepared: prepared.modules["dollar"] == ON,
    columns=(*COLUMNS, *DYNAMICS_COLUMNS),
    groups={"dollar": (*COLUMNS, *DYNAMICS_COLUMNS)},
    citations=CITATIONS,
    variables=variables,
    answers=dollar_answers,
)
