"""What both kernels take in and how they refuse: tariffs, icebergs, closures, no equilibrium."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from triffin.scenario.tariffs import TariffSchedule, load_schedule, tariff_schedule
from triffin.trade.shared.network import names
from triffin.trade.shared.solver import Attempt, Limit, Residuals
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, NoEquilibrium, NotConverged, nearest_match
from triffin.world.groups import group_members, group_names
from triffin.world.model import World

# Accounting must hold to this, relative to income.
ACCOUNTING_TOLERANCE = 1e-9

Tariffs = TariffSchedule | Array | Mapping[str, Any] | str | None
B = TypeVar("B")


def kept(
    baselines: dict[tuple[Any, ...], tuple[World, B]],
    world: World,
    options: tuple[Any, ...],
    make: Callable[[], B],
    most: int,
) -> B:
    """The baseline of `world` with `options`, made once and kept; the oldest of many is dropped."""
    key = (id(world), *options)
    found = baselines.get(key)
    if found is None or found[0] is not world:
        found = (world, make())
        if len(baselines) >= most:
            baselines.pop(next(iter(baselines)))
        baselines[key] = found
    return found[1]


def members_of(world: World, who: str | Sequence[str]) -> tuple[str, list[int]]:
    """Name and positions of an economy (code or name), a group, or a list of economies.

    Raises InputError naming the nearest match.
    """
    if not isinstance(who, str):
        return "+".join(who), [world.index(code) for code in who]
    if who in group_names(world) or who.startswith("non-"):
        return who, [world.index(code) for code in group_members(world, who)]
    position = world.index(who)
    return world.economies[position], [position]


def sector_of(world: World, label: str) -> int:
    """Position of a sector, whatever the case; InputError with the nearest match."""
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


def as_schedule(world: World, tariffs: Tariffs) -> TariffSchedule:
    """`tariffs` in any accepted form as a checked TariffSchedule of `world`.

    Raises InputError on a wrong shape, non-finite rates, rates below -1 or own-country rates.
    """
    if tariffs is None:
        return tariff_schedule(world, {})
    if isinstance(tariffs, str):
        return load_schedule(world, tariffs)
    if isinstance(tariffs, TariffSchedule):
        check_rates(world, tariffs.rates)
        return tariffs
    if isinstance(tariffs, Mapping):
        return tariff_schedule(world, dict(tariffs))
    try:
        rates = np.asarray(tariffs, dtype=float)
    except (TypeError, ValueError):
        raise InputError(
            "tariffs are neither a schedule, a mapping nor an array of numbers.",
            field="tariffs",
            valid="e.g. {'USA': {'*': 0.10, 'CHN': 0.54}}, or the name of a schedule",
        ) from None
    if rates.ndim == 2:
        rates = rates[None]
    check_rates(world, rates)
    return TariffSchedule(rates, rates, "given rates", "statutory", (), "user")


def check_rates(world: World, rates: Array) -> None:
    """Raise InputError unless `rates` are (S, N exporter, N importer) rates of this world."""
    expected = (world.n_sectors, world.n_economies, world.n_economies)
    if rates.shape != expected:
        raise InputError(
            f"tariffs have shape {rates.shape}, and {world.name} needs {expected}.",
            field="tariffs",
            valid="(sector, exporter, importer) or, with one sector, (exporter, importer)",
        )
    if not np.all(np.isfinite(rates)) or np.any(rates <= -1):
        raise InputError(
            "tariffs hold a rate that is not a finite number above -1.",
            field="tariffs",
            valid="fractions such as 0.24 for 24 %",
        )
    own = np.einsum("sii->si", rates).any(axis=0)
    if own.any():
        economy = world.economies[int(np.argmax(own))]
        raise InputError(
            f"{economy} cannot tax its own sales.", field="tariffs", valid="0 for own sales"
        )


def check_iceberg(iceberg: Array | None, *shapes: tuple[int, ...]) -> Array | None:
    """Changes of iceberg costs as ratios; InputError unless positive and of one of the shapes."""
    if iceberg is None:
        return None
    ratios = np.asarray(iceberg, dtype=float)
    if ratios.shape not in shapes or not np.all(np.isfinite(ratios)) or np.any(ratios <= 0):
        raise InputError(
            "iceberg changes must be positive finite ratios of shape "
            f"{' or '.join(map(str, shapes))}.",
            field="iceberg",
            valid="1 for no change, 1.1 for costs 10 % higher",
        )
    return ratios


def sound(found: Mapping[str, float]) -> bool:
    """Whether violations of accounting identities are rounding."""
    return all(value <= ACCOUNTING_TOLERANCE for value in found.values())


def check_accounting(found: dict[str, float]) -> dict[str, float]:
    """`found` violations of accounting identities; NotConverged where one is not rounding."""
    if sound(found):
        return found
    name, value = max(found.items(), key=lambda item: item[1])
    raise NotConverged(
        f"not converged: {name.replace('_', ' ')} up to {value:.1e} of income only, which is more "
        "than rounding"
    )


def named(world: World, economy: int) -> str:
    """An economy as messages name it: Japan (JPN)."""
    return f"{world.names[economy]} ({world.economies[economy]})"


def no_equilibrium(world: World, limit: Limit, surplus: float) -> NoEquilibrium:
    """The economic reason why the branch of equilibria ends at `limit`.

    surplus : of the economy that gives way, as a fraction of its income in the data.
    """
    upto = f"equilibria exist up to about {100 * limit.fraction:.0f} % of these tariffs in logs"
    if limit.kind == "revenue":
        reason = (
            "its tariff revenue exceeds its wage bill, so the revenue cannot be returned as "
            f"income-tax relief; {upto}. Choose --revenue lump-sum."
        )
    elif limit.kind == "scale":
        reason = (
            "with these returns to scale its industry unravels: the equilibria that start "
            f"at the baseline end there; {upto}. Lower scale_elasticity or "
            "labor_supply_elasticity."
        )
    else:
        reason = (
            f"it must run a surplus of {100 * surplus:.0f} % of its income in the data, and with "
            f"these tariffs it cannot sell that much abroad; {upto}. Choose --deficits balanced."
        )
    return NoEquilibrium(reason, economy=named(world, limit.economy))


def lost_branch(world: World, limit: Limit) -> NotConverged:
    """What solves the equations is not what continues from the baseline."""
    return NotConverged(
        "not converged: the equilibrium that continues from the baseline could be followed up to "
        f"{100 * limit.fraction:.1f} % of the change in logs, where {named(world, limit.economy)} "
        "gives way; what solves the equations beyond is on another branch and no answer. Try "
        "smaller tariffs"
    )


def undefined_welfare(
    world: World, beyond: Array, lost: Array, kappa: float, pole: float
) -> list[str]:
    """Why welfare of some economies is not given; nothing where it all is.

    beyond, lost (N,) : at or beyond the pole of the formula, the lowest of theirs `pole`; below
    -100 %.
    """
    found = []
    if beyond.any():
        found.append(
            f"welfare is not defined for {names(world, np.flatnonzero(beyond))}: at "
            f"labor_supply_elasticity {kappa:g} work costs households as much as they spend or "
            f"more (the formula has its pole at {pole:.3g}); real income is given"
        )
    if lost.any():
        found.append(
            f"welfare is not given for {names(world, np.flatnonzero(lost))}: the formula falls "
            "below -100 % there (such changes are outside its range); real income is given"
        )
    return found


def not_converged(
    world: World,
    attempts: Sequence[Attempt[Any]],
    best: Attempt[Any],
    worst: Callable[[Residuals], int],
) -> NotConverged:
    """How close the solvers came; `worst` is the position of the economy that is farthest off."""
    where = ""
    if best.state is not None and np.all(np.isfinite(best.state.residual)):
        where = f", largest for {named(world, worst(best.state))}"
    return NotConverged(
        f"not converged: no equilibrium found; the smallest residual of {len(attempts)} solvers "
        f"is {best.residual:.1e}{where}. Try smaller tariffs, --revenue lump-sum, or --deficits "
        "balanced."
    )
