"""Made-up many-sector worlds: for measuring time and memory, and for testing beyond the data."""

from __future__ import annotations

import numpy as np

from triffin.world.model import World
from triffin.world.sectors import SectorData


def synthetic_world(
    n_economies: int,
    n_sectors: int,
    *,
    seed: int = 0,
    zero_flows: float = 0.1,
    zero_inputs: float = 0.2,
    tariffs: float = 0.1,
    imbalance: float = 0.2,
) -> tuple[World, SectorData]:
    """A world of gravity-like flows, its figures drawn from `seed` and of no meaning.

    Sizes are lognormal; about a third of sectors are hardly traded. `zero_flows` and
    `zero_inputs` are the shares of empty cells; baseline tariffs are uniform up to twice
    `tariffs`; `imbalance` is the standard deviation of log flows by direction, which makes
    trade deficits. Every economy exports to and imports from its neighbor in some sector.
    """
    draw = np.random.default_rng(seed)
    n, s = n_economies, n_sectors
    size = 1e9 * draw.lognormal(4.0, 1.0, n)
    weight = draw.dirichlet(np.full(s, 3.0))[:, None] * draw.lognormal(0.0, 0.4, (s, n))
    output = size * weight / weight.sum(axis=0)
    openness = np.where(draw.random(s) < 1 / 3, 0.02, draw.uniform(0.15, 0.5, s))
    openness[0] = 0.3
    place = draw.random((n, 2))
    distance = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1)) + 0.1
    flows = output[:, :, None] * output[:, None, :] / distance
    flows = flows * draw.lognormal(0.0, imbalance, flows.shape)
    empty = draw.random(flows.shape) < zero_flows
    following = (np.arange(n) + 1) % n
    empty[0, np.arange(n), following] = empty[0, following, np.arange(n)] = False
    flows[empty] = 0.0
    flows[:, np.arange(n), np.arange(n)] = 0.0
    # Nobody exports more than the open part of what the smaller side of trade allows.
    traded = np.maximum(flows.sum(axis=2), flows.sum(axis=1))
    reach = np.max(traded / output, axis=1)
    flows *= (openness / np.where(reach > 0, reach, 1.0))[:, None, None]
    rates = draw.uniform(0.0, 2 * tariffs, flows.shape)
    rates[:, np.arange(n), np.arange(n)] = 0.0

    inputs = draw.random((s, s, n)) * draw.lognormal(0.0, 1.0, (s, s, 1))
    inputs[draw.random(inputs.shape) < zero_inputs] = 0.0
    total = inputs.sum(axis=0)
    value_added_share = np.where(total > 0, draw.uniform(0.3, 0.8, (s, n)), 1.0)
    economies = tuple(f"E{i:03d}" for i in range(n))
    sectors = tuple(f"sector {k + 1}" for k in range(s))
    world = World(
        name=f"synthetic-{n}x{s}",
        title="made-up figures",
        year=0,
        economies=economies,
        names=economies,
        sectors=sectors,
        trade=flows,
        gdp=(value_added_share * output).sum(axis=0),
        tariff=rates,
    )
    final = draw.dirichlet(np.full(s, 2.0), n).T
    data = SectorData(
        sectors=sectors,
        economies=economies,
        gross_output=output,
        value_added_share=value_added_share,
        input_share=inputs / np.where(total > 0, total, 1.0),
        elasticity=draw.uniform(2.0, 10.0, s),
        final_share=final,
    )
    return world, data
