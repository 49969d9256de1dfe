"""Draws of parameters: the sequences of their names mapped through cited distributions.

Each drawn quantity has its own, fixed column of the sequence, so that two scenarios with the same
seed and number of draws share their draws (common random numbers) whatever else differs.
Source: Owen (1998), ACM Trans. Model. Comput. Simul. 8 (scrambling).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.scenario.parameter_changes import changes_by_name, written
from triffin.trade.closures import Closure, assign
from triffin.trade.models import PARAMETER_NAMES
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.registry import Parameter
from triffin.world.registry.sampling import uniforms

if TYPE_CHECKING:
    from triffin.scenario.schema import Scenario
    from triffin.scenario.sections import Change

# The order is part of the results: append, never reorder.
COLUMNS = ("closure", "trade_elasticity", "labor_supply_elasticity", "scale_elasticity")
DRAWN = COLUMNS[1:]


@dataclass(frozen=True, eq=False)
class Draws:
    """`closure` (n,) positions; `values` name -> (n,) for what varies; `central` name -> value."""

    closure: np.ndarray
    values: dict[str, np.ndarray]
    central: dict[str, float]
    parameters: tuple[Parameter, ...]

    def __len__(self) -> int:
        return len(self.closure)


def draw(
    scenario: Scenario,
    chosen: tuple[Closure, ...],
    n: int,
    seed: int,
    *,
    u: Mapping[str, np.ndarray] | None = None,
    parameters: ParameterSet,
) -> Draws:
    """`n` draws of the closures and of every trade parameter that has a distribution.

    `u`: uniforms (n,) of COLUMNS that a run over several rooms has drawn already. A scenario's
    `changes` replace the registry's value or distribution. Raises InputError for a change of a
    trade parameter that a run does not draw or set.
    """
    u = uniforms(COLUMNS, n, seed) if u is None else u
    changed = _trade_parameters(scenario, parameters)
    values: dict[str, np.ndarray] = {}
    used: list[Parameter] = []
    for name in DRAWN:
        entry = changed[name]
        used.append(entry)
        if entry.distribution is not None:
            values[name] = entry.quantile(u[name])
    central = central_values(scenario, parameters)
    return Draws(assign(chosen, u["closure"]), values, central, tuple(used))


def central_values(scenario: Scenario, parameters: ParameterSet) -> dict[str, float]:
    """Values of the trade parameters that the scenario changes, by registry name."""
    changed = _trade_parameters(scenario, parameters)
    return {name: changed.value(name) for name in trade_changes(scenario)}


def _trade_parameters(scenario: Scenario, parameters: ParameterSet) -> ParameterSet:
    return parameters.with_changes(written(trade_changes(scenario)))


def scenario_parameters(scenario: Scenario, parameters: ParameterSet) -> ParameterSet:
    """The parameters of a scenario: `parameters` with its `changes:` in their places.

    Those of the trade model are left to `draw`, which draws them itself. Raises InputError for
    changes that a run fixes by its choice of models.
    """
    trade = trade_changes(scenario)
    others = {n: change for n, change in changes_by_name(scenario).items() if n not in trade}
    return parameters.with_changes(written(others))


def trade_changes(scenario: Scenario) -> dict[str, Change]:
    """The scenario's changes of trade parameters by registry name.

    Raises InputError for a parameter of the trade models that a run fixes by its choice of model.
    """
    found: dict[str, Any] = {}
    for path, change in (scenario.changes or {}).items():
        name = path.rsplit(".", 1)[-1]
        if name in DRAWN:
            found[name] = change
        elif name in PARAMETER_NAMES:
            raise scenario.place("changes", path).error(
                f"a run draws over models, which fix {name}.",
                value=path,
                valid=", ".join(DRAWN) + f"; or `triffin trade ... --param {name}=VALUE`",
            )
    return found
