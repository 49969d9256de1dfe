"""The many-sector kernel behind `trade.solve`: parameters, retaliation, labels and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.solve import sector_baseline, solve_sectors
from triffin.trade.models import Model
from triffin.trade.one.retaliation import retaliate
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.model import World

PARAMETERS = ("trade_elasticity", "labor_supply_elasticity", "scale_elasticity")
_BY_SECTOR = ("trade_elasticity", "scale_elasticity")

_BASELINES: dict[tuple[Any, ...], SectorBaseline] = {}


def resolve_sector_parameters(world: World, given: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a many-sector model: numbers, or (S,) arrays where they vary by sector.

    An elasticity may be one number, an (S,) array, a mapping sector -> number, or single sectors
    as "trade_elasticity.SECTOR"; sectors that are not named keep the world's.
    Raises InputError for unknown names and sectors, and for what is no number.
    """
    data = world.sector_data
    assert data is not None
    out: dict[str, Any] = {}
    for key, value in given.items():
        name, _, sector = key.partition(".")
        if name not in PARAMETERS or (sector and name not in _BY_SECTOR):
            raise InputError(
                f"the many-sector model has no parameter {key!r}.",
                field="param",
                value=key,
                nearest=nearest_match(name, PARAMETERS),
                valid=(*PARAMETERS, "trade_elasticity.SECTOR"),
            )
        if sector or isinstance(value, Mapping):
            values = out.get(name, _of_world(world, name))
            for label, number in ({sector: value} if sector else value).items():
                values[_sector(world, label)] = _number(name, number)
            out[name] = values
        elif np.ndim(value) == 0:
            out[name] = _number(name, value)
        else:
            out[name] = np.asarray(value, dtype=float)
            if name not in _BY_SECTOR or out[name].shape != (world.n_sectors,):
                raise InputError(
                    f"{name} has shape {out[name].shape}.",
                    field=name,
                    valid=f"one number, or ({world.n_sectors},) by sector",
                )
    return out


def _of_world(world: World, name: str) -> Array:
    data = world.sector_data
    assert data is not None
    if name == "trade_elasticity":
        return np.array(data.elasticity)
    return np.zeros(world.n_sectors)


def _sector(world: World, label: str) -> int:
    wanted = label.strip().casefold()
    for position, name in enumerate(world.sectors):
        if name.casefold() == wanted:
            return position
    raise InputError(
        f"{label!r} is not a sector of {world.name}.",
        value=label,
        nearest=nearest_match(label, world.sectors),
        valid=world.sectors,
    )


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not 0 <= number < np.inf:
        raise InputError(
            f"{name} = {value!r} is outside its domain.",
            field=name,
            value=value,
            valid="a number of zero or more",
        )
    return number


def many_baseline(
    world: World, model: Model, *, deficits: str, parameters: Mapping[str, Any]
) -> SectorBaseline:
    """The settled (with balanced deficits, purged) baseline; kept for repeated use.

    Raises InputError where the world has no sector data.
    """
    if world.sector_data is None:
        raise InputError(
            f"{model.name} needs a world with sector data, and {world.name} has none.",
            field="model",
            value=model.name,
            valid="nafta-1993, wiod-2008, wiod-2011, uschina-2017, or an own many-sector world",
        )
    resolved = resolve_sector_parameters(world, parameters)
    frozen = tuple(
        sorted((k, v.tobytes() if isinstance(v, np.ndarray) else v) for k, v in resolved.items())
    )
    key = (id(world), model.name, deficits == "balanced", frozen)
    found = _BASELINES.get(key)
    if found is None or found.world is not world:
        found = sector_baseline(
            world, world.sector_data, model=model.name, deficits=deficits, **resolved
        )
        found = replace(found, world=world, model=model.name)
        if len(_BASELINES) >= 16:
            _BASELINES.pop(next(iter(_BASELINES)))
        _BASELINES[key] = found
    return found


def sector_counterfactual(
    base: SectorBaseline,
    schedule: TariffSchedule,
    *,
    revenue: str,
    deficits: str,
    retaliation: str | float,
    iceberg: Array | None,
    answered: Array | None = None,
) -> SectorEquilibrium:
    """`solve_sectors` with retaliation and the labels of `trade.solve`. Errors as there.

    With retaliation "optimal" `answered` has the (S, N, N) rates after the best responses.
    """
    rates = answered
    if rates is None:
        rates = retaliate(base, schedule.rates, retaliation, before=base.tariff)
    found = solve_sectors(base, rates, revenue=revenue, deficits=deficits, iceberg=iceberg)
    return replace(
        found,
        schedule=schedule,
        retaliation=str(retaliation),
        notes=(*schedule.notes, *found.notes),
    )
