"""What a lower duty on cars is worth to both sides, on a world with many sectors."""

from __future__ import annotations

from typing import NamedTuple

from triffin.world.loading import load_world
from triffin.world.registry.parameter_set import ParameterSet, kept_by_parameters

# Worlds that tell cars apart, the one of the later year first, and the sector that holds them.
SECTORS = {"uschina-2017": "Motor Vehicles", "wiod-2011": "Transport Equipment"}


class CarRelief(NamedTuple):
    """Gains from a duty lowered, per cent of GDP per year; the world and sector they come from."""

    hegemon_pct: float
    partner_pct: float
    world: str
    sector: str


@kept_by_parameters
def car_relief(
    hegemon: str,
    partner: str,
    members: tuple[str, ...],
    duty: float,
    offer: float,
    revenue: str,
    parameters: ParameterSet,
) -> CarRelief | None:
    """The hegemon's duty on the partner's cars falls from `duty` to `offer`, nothing else moves.

    None where no world with a sector of cars has both. Raises as `trade.solve`.
    """
    from triffin.trade.equilibrium import solve

    for name, sector in SECTORS.items():
        world = load_world(name)
        held = tuple(code for code in (partner, *members) if code in world.economies)
        if not held or hegemon not in world.economies:
            continue
        inside = held[:1] if held[0] == partner else held
        places = [world.index(code) for code in inside]
        change = []
        for rate in (duty, offer):
            tariffs = {hegemon: {code: {sector: rate} for code in inside}}
            found = solve(world, tariffs, revenue=revenue, registry=parameters)
            gdp = world.gdp[places]
            change.append((found.welfare[world.index(hegemon)],
                           float(found.welfare[places] @ gdp / gdp.sum())))  # fmt: skip
        before, after = change
        return CarRelief(float(after[0] - before[0]), after[1] - before[1], name, sector)
    return None
