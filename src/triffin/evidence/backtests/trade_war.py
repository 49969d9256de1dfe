"""Backtest of the trade kernel and of promised purchases (trade, A): the US and China, 2018-21."""

from __future__ import annotations

import numpy as np

from triffin.evidence.backtests.episode import Episode
from triffin.evidence.backtests.rows import Row, quantity
from triffin.evidence.replications import us_china
from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import ParameterSet

NODES = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Probabilities at which the trade elasticity is taken: middles of fifths, each as likely."""


def us_china_war(episode: Episode, n: int, seed: int, parameters: ParameterSet) -> list[Row]:
    """Real income of the United States, and what China bought under Phase One.

    Income over models, closures and trade elasticities, each combination alike (H.11). The
    tariffs are those of wave 5, made smaller until they cost buyers what was published.
    """
    figures = episode.figures
    world = load_world(figures["world"])
    tariffs = world.schedules[figures["tariffs"]]
    home = world.index(figures["economy"])
    data = world.sector_data
    assert data is not None
    taken = us_china.additions_bn_usd(world, world.schedules[figures["unilateral"]], home)
    scaled = world.tariff + float(figures["buyers_bn_usd"]) / taken * (tariffs - world.tariff)
    entry = parameters["trade_elasticity"]
    relative = entry.quantile(np.array(NODES)) / entry.value
    income = [
        us_china.bn_usd(found, found.welfare)[home]
        for model in figures["models"]
        for deficits in figures["deficits"]
        for factor in relative
        for found in (
            us_china.solve_war(
                world,
                scaled,
                model=model,
                deficits=deficits,
                trade_elasticity=data.elasticity * factor,
            ),
        )
    ]
    observed = figures["observed"]
    bought, promised = float(observed["bought_bn"]), float(observed["promised_bn"])
    delivered = episode.drawn(
        ("delivery_total_purchases", "delivery_incremental_purchases"),
        n,
        seed,
        parameters=parameters,
    )
    return [
        quantity(
            "change of US real income by the tariffs of 2018",
            "trade",
            "bn USD per year",
            float(observed["income_bn_usd"]),
            np.array(income),
        ),
        quantity(
            "delivered share of all purchases promised in Phase One",
            "A",
            "share",
            bought / promised,
            delivered["delivery_total_purchases"],
            information=str(figures["promised_on"]),
        ),
        quantity(
            "delivered share of the additional purchases promised in Phase One",
            "A",
            "share",
            float(observed["additional_bought_bn"]) / float(observed["additional_promised_bn"]),
            delivered["delivery_incremental_purchases"],
            information=str(figures["promised_on"]),
        ),
    ]
