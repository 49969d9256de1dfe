"""What is asked about power, and the world with its elasticities in which it is answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from triffin.answers.answer_book import with_article
from triffin.strategy.power.time import elasticities_after
from triffin.strategy.power.withhold import Withholding, withholding
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.solve import many_baseline
from triffin.trade.models import model_for
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.elasticities import sector_elasticities
from triffin.world.groups import group_names
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

WORLD = "world-2022"
SMALLEST = 0.005
"""Per cent: below, a loss is too small to show at the width of a sector."""
OTHER_STUDY = "uschina-2017"
"""The shipped world whose elasticities by sector are those of Lashkaripour and Lugovskyy."""
# Years after the withdrawal, in the order of the columns; None is when all has adjusted.
HORIZONS: tuple[float | None, ...] = (0.0, 1.0, 5.0, None)
_HORIZON = re.compile(r"(\d+(?:\.\d+)?)\s*(y|years?|m|months?)")
_LONG = ("long", "adjusted", "after adjustment")


@dataclass(frozen=True)
class Asked:
    """One question about power: names as written; sectors None are all goods.

    goods, services : whether sectors of these kinds are withheld, where none is named. years :
    after which the answer holds, None once trade has adjusted.
    """

    by: str | Sequence[str]
    on: str | Sequence[str]
    world: str = WORLD
    goods: bool = True
    services: bool = False
    sectors: tuple[str, ...] | None = None
    ways: str = "exports"
    reduction: float = 1.0
    rents: str = "burned"
    years: float | None = None

    @property
    def what(self) -> str:
        """The goods in words."""
        if self.sectors is not None:
            return " and ".join(self.sectors)
        kinds = [k for k, held in (("goods", self.goods), ("services", self.services)) if held]
        return " and ".join(kinds)


def years_of(text: str | None) -> float | None:
    """A horizon such as "5 years", "6m" or "long" in years; None once trade has adjusted.

    Raises InputError for anything else.
    """
    if text is None or text.strip().casefold() in _LONG:
        return None
    found = _HORIZON.fullmatch(text.strip().casefold())
    if not found:
        raise InputError(
            f"{text!r} is no horizon.",
            field="--horizon",
            value=text,
            valid="6 months, 1 year, 5 years, or long",
        )
    return float(found[1]) / (12 if found[2].startswith("m") else 1)


def horizon_name(years: float | None) -> str:
    """A horizon in words."""
    if years is None:
        return "after adjustment"
    if years == 0:
        return "in the first months"
    whole = f"{12 * years:g} months" if years < 1 else f"{years:g} year{'s' * (years != 1)}"
    return f"after {whole}"


@dataclass(frozen=True, eq=False)
class Setting:
    """A question with its world, baseline and withholding."""

    asked: Asked
    world: World
    row: Withholding
    parameters: ParameterSet

    @cached_property
    def base(self) -> SectorBaseline:
        """The settled baseline with balanced trade."""
        return many_baseline(
            self.world, model_for(self.world, None), deficits="balanced", parameters={}
        )

    @cached_property
    def without_inputs(self) -> SectorBaseline:
        """The same where sectors use no inputs."""
        model = model_for(self.world, "armington-many-sectors")
        return many_baseline(self.world, model, deficits="balanced", parameters={})

    def at(self, years: float | None, base: SectorBaseline | None = None) -> SectorBaseline:
        """The baseline with the elasticities that hold after some years."""
        base = self.base if base is None else base
        if years is None:
            return base
        return with_theta(base, elasticities_after(base.theta, years, self.parameters))

    @cached_property
    def studies(self) -> dict[str, Array]:
        """Trade elasticities (S,) by study: the world's own, others that have its sectors, and one
        number for all."""
        own = np.array(self.base.theta)
        found = {"the world's own": own}
        named = {e.sector.casefold(): e.elasticity for e in sector_elasticities(OTHER_STUDY)}
        matched = [named.get(name.casefold()) for name in self.world.sectors]
        if any(matched[k] is not None for k in self.world.goods):
            found["Lashkaripour and Lugovskyy (2023)"] = np.array(
                [own[k] if value is None else value for k, value in enumerate(matched)]
            )
        value = self.parameters.value("trade_elasticity")
        found[f"{value:g} in every sector"] = np.full(len(own), value)
        return found

    def label(self, who: str | Sequence[str]) -> str:
        """A side as short as its name: EU, USA+JPN."""
        return who if isinstance(who, str) else "+".join(who)

    def name(self, who: str | Sequence[str]) -> str:
        """A side in words: the European Union, Japan and Korea."""
        listed = [who] if isinstance(who, str) else list(who)
        names = []
        for one in listed:
            grouped = one in group_names(self.world)
            name = one if grouped else self.world.names[self.world.index(one)]
            names.append("the European Union" if one == "EU" else with_article(name))
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def with_theta(base: SectorBaseline, theta: Array) -> SectorBaseline:
    """The same baseline, its shares and levels, with other trade elasticities."""
    return replace(base, theta=theta, cache={})


def setting_of(asked: Asked, parameters: ParameterSet) -> Setting:
    """The setting of a question. Raises InputError for what has no meaning."""
    world = load_world(asked.world)
    sectors = asked.sectors
    if sectors is None:
        if not (asked.goods or asked.services):
            raise InputError("nothing is withheld.", field="--goods", valid="goods or services")
        goods = set(world.goods)
        chosen = [k for k in range(world.n_sectors) if (k in goods and asked.goods)
                  or (k not in goods and asked.services)]  # fmt: skip
        if not chosen:
            raise InputError(
                f"{world.name} has no sector of services.", field="--services", valid=world.sectors
            )
        sectors = tuple(world.sectors[k] for k in chosen)
    row = withholding(
        world,
        asked.by,
        asked.on,
        sectors,
        ways=asked.ways,
        reduction=asked.reduction,
        rents=asked.rents,
    )
    return Setting(asked, world, row, parameters)
