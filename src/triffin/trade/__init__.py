"""Trade: one general-equilibrium kernel, its solvers and closures; models are parameter choices."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triffin.trade.batch.batches import Batch, solve_many, stream_many
    from triffin.trade.equilibrium import solve
    from triffin.trade.games.cooperation import (
        cooperative_tariffs,
        efficient_frontier,
        payoff_table,
    )
    from triffin.trade.games.optimal import nash_tariffs, optimal_tariffs
    from triffin.trade.many.games.nash import SectorGame
    from triffin.trade.many.results import SectorEquilibrium
    from triffin.trade.models import MODELS
    from triffin.trade.one.counterfactual import baseline_of
    from triffin.trade.one.equilibrium_result import Equilibrium
    from triffin.trade.one.games import TariffGame

_HOMES = {
    "Batch": "batch.batches",
    "Equilibrium": "one.equilibrium_result",
    "SectorEquilibrium": "many.results",
    "SectorGame": "many.games.nash",
    "cooperative_tariffs": "games.cooperation",
    "efficient_frontier": "games.cooperation",
    "payoff_table": "games.cooperation",
    "MODELS": "models",
    "TariffGame": "one.games",
    "baseline_of": "one.counterfactual",
    "nash_tariffs": "games.optimal",
    "optimal_tariffs": "games.optimal",
    "solve": "equilibrium",
    "solve_many": "batch.batches",
    "stream_many": "batch.batches",
}

__all__ = [
    "MODELS",
    "Batch",
    "Equilibrium",
    "SectorEquilibrium",
    "SectorGame",
    "TariffGame",
    "baseline_of",
    "cooperative_tariffs",
    "efficient_frontier",
    "nash_tariffs",
    "optimal_tariffs",
    "payoff_table",
    "solve",
    "solve_many",
    "stream_many",
]


def __getattr__(name: str) -> Any:
    # Names are loaded on first use, so that `import triffin` stays quick.
    if name in _HOMES:
        return getattr(import_module(f"triffin.trade.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'triffin.trade' has no attribute {name!r}")
