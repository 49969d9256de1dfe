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
    # A setting of the user's own is left alone; numpy reads it when it is imported.
    for _library in ("OPENBLAS", "MKL", "OMP"):
        os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

if TYPE_CHECKING:
    from triffin import run, trade
    from triffin.run.own_data import own_data
    from triffin.scenario.tariffs import tariff_schedule
    from triffin.world.loading import load_world

__version__ = "0.1.0"
__all__ = ["__version__", "load_world", "own_data", "run", "tariff_schedule", "trade"]

_HOMES = {
    "load_world": "triffin.world.loading",
    "own_data": "triffin.run.own_data",
    "tariff_schedule": "triffin.scenario.tariffs",
}


def __getattr__(name: str) -> Any:
    # Rooms are loaded on first use, so that `triffin --help` answers at once.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in ("run", "trade"):
        return import_module(f"triffin.{name}")
    raise AttributeError(f"module 'triffin' has no attribute {name!r}")
