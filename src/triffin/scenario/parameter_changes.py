"""A scenario's changes of parameters: another value or distribution for a registry entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.scenario.sections import Change


def changes_by_name(scenario: Scenario) -> dict[str, Change]:
    """Registry name -> change; a path such as `strategy.political_wedge` names its last part."""
    return {path.rsplit(".", 1)[-1]: change for path, change in (scenario.changes or {}).items()}


def written(changes: Mapping[str, Change]) -> dict[str, dict[str, Any]]:
    """Changes by name as they are written, the form that `ParameterSet.with_changes` takes."""
    return {name: change.model_dump(exclude_none=True) for name, change in changes.items()}
