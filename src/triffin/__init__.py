"""Triffin: a laboratory for economic coercion.

Example::

    import triffin
    world = triffin.load_world("world-2023")
    tariffs = triffin.tariff_schedule(world, {"USA": {"*": 0.10, "CHN": 0.54}})
    triffin.trade.solve(world, tariffs).of("USA")["welfare"]
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if "numpy" not in sys.modules:
    # The kernels' matrices are small: a second thread of linear algebra makes them several times
    # slower on a busy machine, and the last bits of a product depend on the number of threads.
    # A setting of the user's own is left alone, and enters the hash of runs; numpy reads it when
    # it is imported.
    for _library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

if TYPE_CHECKING:
    from triffin import run, trade
    from triffin.evidence.claims.ledger import claims
    from triffin.results.result import Result
    from triffin.run.compared import compare
    from triffin.run.own_data import own_data
    from triffin.scenario.loading import load_scenario
    from triffin.scenario.tariffs import tariff_schedule
    from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged
    from triffin.world.loading import load_world

__version__ = "0.1.0"

# Public name -> where it is; None for the two rooms that are public as they are.
_HOMES = {
    "InputError": "triffin.world.base.errors",
    "NoEquilibrium": "triffin.world.base.errors",
    "NotConverged": "triffin.world.base.errors",
    "Result": "triffin.results.result",
    "claims": "triffin.evidence.claims.ledger",
    "compare": "triffin.run.compared",
    "load_scenario": "triffin.scenario.loading",
    "load_world": "triffin.world.loading",
    "own_data": "triffin.run.own_data",
    "run": None,
    "tariff_schedule": "triffin.scenario.tariffs",
    "trade": None,
}

__all__ = [
    "InputError",
    "NoEquilibrium",
    "NotConverged",
    "Result",
    "__version__",
    "claims",
    "compare",
    "load_scenario",
    "load_world",
    "own_data",
    "run",
    "tariff_schedule",
    "trade",
]


def __getattr__(name: str) -> Any:
    # Rooms are loaded on first use, so that `triffin --help` answers at once.
    if name not in _HOMES:
        raise AttributeError(f"module 'triffin' has no attribute {name!r}")
    home = _HOMES[name]
    if home is None:
        return import_module(f"triffin.{name}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
