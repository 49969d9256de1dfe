"""A scenario's changes of parameters: another value or distribution for a registry entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.world.registry.registry import Parameter, quantile

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.scenario.sections import Change


def changes_by_name(scenario: Scenario) -> dict[str, Change]:
    """Registry name -> change; a path such as `strategy.political_wedge` names its last part."""
    return {path.rsplit(".", 1)[-1]: change for path, change in (scenario.changes or {}).items()}


def changed(entry: Parameter, change: Change | None) -> Parameter:
    """`entry` with the value or distribution of a scenario's change, graded as the user's own."""
    if change is None:
        return entry
    given = change.model_dump(exclude_none=True)
    source = str(given.pop("source", "")) or "set in the scenario"
    distribution: Mapping[str, Any] | None = given if "dist" in given else None
    if distribution is None:
        value = float(given["value"])
        low = high = value
    else:
        value, low, high = (
            float(v) for v in quantile(distribution, np.array([0.5, 0.05, 0.95]), name=entry.name)
        )
    return replace(
        entry,
        value=value,
        low=low,
        high=high,
        distribution=dict(distribution) if distribution is not None else None,
        source=source,
        grade="judgement",
        note="changed by the scenario; the registry has " + f"{entry.value:g} ({entry.source})",
    )
