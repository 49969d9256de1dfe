"""Draws of trade elasticities by sector: those of goods as estimated, that of services drawn."""

from __future__ import annotations

import numpy as np

from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.model import SERVICES, World
from triffin.world.registry.registry import Parameter, parameter

DRAWN = "services_trade_elasticity"


def draw_sector_elasticities(world: World, u: Array, entry: Parameter | None = None) -> Array:
    """(n, S) trade elasticities: services have one number a draw, goods the world's own.

    Parameters
    ----------
    u : (n,) uniforms in (0, 1).
    entry : the parameter to draw from, `services_trade_elasticity` of the registry by default; one
        without a distribution gives its value in every draw.

    Raises InputError for a world without sector data or without a sector of services.
    """
    if world.sector_data is None or SERVICES not in (world.kinds or ()):
        raise InputError(
            f"{world.name} has no sector of services.",
            field=DRAWN,
            valid="a world whose sectors are marked as goods or services, such as world-2022",
        )
    entry = parameter(DRAWN) if entry is None else entry
    n = len(u)
    drawn = np.full(n, entry.value) if entry.distribution is None else entry.quantile(u)
    found = np.tile(world.sector_data.elasticity, (n, 1))
    services = [k for k, kind in enumerate(world.kinds or ()) if kind == SERVICES]
    found[:, services] = np.asarray(drawn)[:, None]
    return found
