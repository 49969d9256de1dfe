"""Which parts of a confrontation a scenario asks about, and which of them are switched off.

A section that a scenario leaves out is not asked, which is not the same as zero.
"""

from __future__ import annotations

from collections.abc import Mapping

from triffin.scenario.schema import Scenario
from triffin.world.base.errors import InputError

ON, OFF, NOT_ASKED = "on", "off", "not asked"
TALKS = ("negotiation", "credibility", "alignment")
MARKETS = ("treasuries", "currency", "dollar")
FEEDBACKS = {
    "exchange-rate-to-trade": "exchange-rate moves above the threshold shift wages in trade",
    "tariffs-to-exchange-rate": "tariffs move the fundamental exchange rate",
    "sales-to-transfers": "net foreign sales of Treasuries shrink what the hegemon borrows",
}


def module_states(scenario: Scenario) -> dict[str, str]:
    """Module -> "on", "off" or "not asked".

    Talks are asked with deadlines; Treasuries with sales, a backstop, a wall or a currency; a
    currency with a band; the dollar with Treasuries or a section of its own. `modules:` switches
    one off. Raises InputError where one is switched on that the scenario gives nothing to work on.
    """
    markets = any(
        section is not None
        for section in (scenario.treasuries, scenario.backstop, scenario.currency, scenario.wall)
    )
    asked = dict.fromkeys(TALKS, scenario.deadlines is not None) | {
        "treasuries": markets,
        "currency": bool(scenario.currency),
        "dollar": markets or scenario.dollar is not None,
    }
    needs = {
        **dict.fromkeys(TALKS, "deadlines: [2025-07-09]"),
        "treasuries": "a section treasuries:, backstop: or currency:",
        "currency": "a section currency:",
        "dollar": "a section dollar:, treasuries: or currency:",
    }
    switches: Mapping[str, bool] = {str(k): v for k, v in (scenario.modules or {}).items()}
    states = {}
    for name, wanted in asked.items():
        switch = switches.get(name)
        if switch and not wanted:
            raise InputError(
                f"the module {name} is switched on, but the scenario asks nothing of it.",
                file=scenario.source_file or None,
                field=f"modules.{name}",
                value=True,
                valid=needs[name],
            )
        states[name] = NOT_ASKED if not wanted else OFF if switch is False else ON
    return states


def feedback_states(scenario: Scenario, modules: dict[str, str]) -> dict[str, bool]:
    """Feedback -> whether it works: both of its modules are on and nobody switched it off."""
    able = {
        "exchange-rate-to-trade": modules["currency"] == ON,
        "tariffs-to-exchange-rate": modules["currency"] == ON,
        "sales-to-transfers": modules["treasuries"] == ON,
    }
    switches: Mapping[str, bool] = {str(k): v for k, v in (scenario.feedbacks or {}).items()}
    return {name: works and switches.get(name, True) for name, works in able.items()}
