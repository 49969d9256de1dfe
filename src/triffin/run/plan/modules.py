"""Which parts of a confrontation a scenario asks about, and which of them are switched off.

A section that a scenario leaves out is not asked, which is not the same as zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from triffin.run.plan.calendar import Clock
from triffin.scenario.schema import Scenario

if TYPE_CHECKING:
    from triffin.run.clock.section import RunSection

ON, OFF, NOT_ASKED = "on", "off", "not asked"
TALKS = ("negotiation", "credibility", "alignment")
FEEDBACKS = {
    "exchange-rate-to-trade": (
        "currency",
        "exchange-rate moves above the threshold shift wages in trade",
    ),
    "tariffs-to-exchange-rate": ("currency", "tariffs move the fundamental exchange rate"),
    "sales-to-transfers": (
        "treasuries",
        "net foreign sales of Treasuries shrink what the hegemon borrows",
    ),
}
"""Feedback -> the module that it needs, and what it does."""


def module_states(scenario: Scenario, sections: Sequence[RunSection]) -> dict[str, str]:
    """Module -> "on", "off" or "not asked". `modules:` of a scenario switches one off.

    Raises InputError where one is switched on that the scenario gives nothing to work on, and
    where one has no trading day to work on.
    """
    switches: Mapping[str, bool] = {str(k): v for k, v in (scenario.modules or {}).items()}
    states = {}
    for section in sections:
        for name, needs in section.modules.items():
            wanted, switch = section.asked(name, scenario), switches.get(name)
            if switch and not wanted:
                raise scenario.place("modules", name).error(
                    f"the module {name} is switched on, but the scenario asks nothing of it.",
                    value=True,
                    valid=needs,
                )
            states[name] = NOT_ASKED if not wanted else OFF if switch is False else ON
    working = [name for name, state in states.items() if state == ON]
    if working and not Clock(scenario.start, scenario.end).days.size:
        first = np.busday_offset(np.datetime64(scenario.start) + 1, 0, roll="forward")
        least = int((first - np.datetime64(scenario.start)).astype(int)) + 1
        raise scenario.place("days").error(
            f"{', '.join(working)}: no trading day follows the start, {scenario.start}, before the "
            f"scenario ends on {scenario.end}, so that nothing can happen.",
            value=scenario.days,
            valid=f"{least} or more, to reach {first}",
        )
    return states


def feedback_states(scenario: Scenario, modules: dict[str, str]) -> dict[str, bool]:
    """Feedback -> whether it works: its module is on and nobody switched it off."""
    switches: Mapping[str, bool] = {str(k): v for k, v in (scenario.feedbacks or {}).items()}
    return {
        name: modules[module] == ON and switches.get(name, True)
        for name, (module, _) in FEEDBACKS.items()
    }
