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

from triffin.scenario.parameter_changes import changed
from triffin.trade.closures import Closure, assign
from triffin.trade.models import PARAMETER_NAMES
from triffin.world.registry.registry import Parameter, parameter
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
) -> Draws:
    """`n` draws of the closures and of every trade parameter that has a distribution.

    `u`: uniforms (n,) of COLUMNS that a run over several rooms has drawn already. A scenario's
    `changes` replace the registry's value or distribution. Raises InputError for a change of a
    trade parameter that a run does not draw or set.
    """
    u = uniforms(COLUMNS, n, seed) if u is None else u
    changes = trade_changes(scenario)
    values: dict[str, np.ndarray] = {}
    used: list[Parameter] = []
    for name in DRAWN:
        entry = changed(parameter(name), changes.get(name))
        used.append(entry)
        if entry.distribution is not None:
            values[name] = entry.quantile(u[name])
    return Draws(assign(chosen, u["closure"]), values, central_values(scenario), tuple(used))


def central_values(scenario: Scenario) -> dict[str, float]:
    """Values of the trade parameters that the scenario changes, by registry name."""
    return {
        name: changed(parameter(name), change).value
        for name, change in trade_changes(scenario).items()
    }


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
