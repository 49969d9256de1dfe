"""Trade: one general-equilibrium kernel, its solvers and closures; models are parameter choices."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from triffin.trade.batch import Batch, solve_many, stream_many
    from triffin.trade.cooperation import cooperative_tariffs, efficient_frontier, payoff_table
    from triffin.trade.equilibrium import baseline_of, solve
    from triffin.trade.games import TariffGame
    from triffin.trade.many.games import SectorGame
    from triffin.trade.many.results import SectorEquilibrium
    from triffin.trade.models import MODELS
    from triffin.trade.optimal import nash_tariffs, optimal_tariffs
    from triffin.trade.outcome import Equilibrium

_HOMES = {
    "Batch": "batch",
    "Equilibrium": "outcome",
    "SectorEquilibrium": "many.results",
    "SectorGame": "many.games",
    "cooperative_tariffs": "cooperation",
    "efficient_frontier": "cooperation",
    "payoff_table": "cooperation",
    "MODELS": "models",
    "TariffGame": "games",
    "baseline_of": "equilibrium",
    "nash_tariffs": "optimal",
    "optimal_tariffs": "optimal",
    "solve": "equilibrium",
    "solve_many": "batch",
    "stream_many": "batch",
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
