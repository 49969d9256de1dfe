"""Scenarios: tariff schedules, dated changes, the file a user writes and what it resolves to.

The names below are imported on first use, so that `triffin trade` never pays for the schema.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triffin.scenario.loading import list_scenarios, load_scenario
    from triffin.scenario.phases import Phase
    from triffin.scenario.schema import Scenario
    from triffin.scenario.tariffs import (
        TariffSchedule,
        apply_sets,
        load_schedule,
        parse_rate,
        tariff_schedule,
    )

_ROOM = {
    "Phase": "phases",
    "Scenario": "schema",
    "TariffSchedule": "tariffs",
    "apply_sets": "tariffs",
    "list_scenarios": "loading",
    "load_scenario": "loading",
    "load_schedule": "tariffs",
    "parse_rate": "tariffs",
    "tariff_schedule": "tariffs",
}

__all__ = [
    "Phase",
    "Scenario",
    "TariffSchedule",
    "apply_sets",
    "list_scenarios",
    "load_scenario",
    "load_schedule",
    "parse_rate",
    "tariff_schedule",
]


def __getattr__(name: str) -> Any:
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"triffin.scenario.{_ROOM[name]}"), name)
