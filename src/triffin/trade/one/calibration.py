"""From a world's data to the baseline equilibrium of the one-sector kernel.

Source: Ignatenko, Macedoni, Lashkaripour and Simonovska (2025), section on calibration; the
equations are those of their replication package, written for any number of economies.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from triffin.trade.models import Model, resolve_parameters
from triffin.trade.shared.network import components, network_notes, same_component
from triffin.trade.shared.solution import without_home
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError, one_of
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

# Parameters that do not enter the calibration, so that draws of them can share a baseline, and
# what the equations call them.
ELASTICITIES = {
    "trade_elasticity": "epsilon",
    "labor_supply_elasticity": "kappa",
    "scale_elasticity": "psi",
}


@dataclass(frozen=True, eq=False)
class Baseline:
    """Baseline equilibrium: shares, levels (USD) and parameters of one model on one world.

    X (N exporter, N importer) sales net of tariff, home sales on the diagonal; share = X / E;
    spending E, income Y (wages and the scale of production), transfer T with E + inputs
    accounted for: E = Y + T + (1-beta) sum_d (1-nu_d) X[o,d]; nu multinational share by
    destination; phi pass-through exponent by destination. `together` (N, N) is one where two
    economies are in the same component of the network of flows, None where all are in one;
    transfers add up to zero in each.
    """

    world: World
    model: Model
    parameters: dict[str, float]
    X: Array
    E: Array
    Y: Array
    T: Array
    nu: Array
    phi: Array
    epsilon: float
    kappa: float
    psi: float
    beta: float
    clamped: tuple[str, ...]
    registry: ParameterSet
    together: Array | None = None
    notes: tuple[str, ...] = ()
    cache: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def share(self) -> Array:
        """Expenditure shares lambda (N exporter, N importer)."""
        return np.asarray(self.X / self.E)

    def with_parameters(self, **given: float) -> Baseline:
        """The same baseline with other ELASTICITIES: none of them enters the calibration.

        The factorised Jacobian is shared: any of them is close enough to start from.
        Raises InputError for a base purged of transfers, whose levels depend on them.
        """
        if "purge" in self.cache:
            raise InputError(
                "the purged base depends on the elasticities and must be solved anew.",
                valid="baseline_of(..., deficits='balanced', **parameters)",
            )
        for name in given:
            one_of(name, ELASTICITIES, f"{name} enters the calibration.", field=name)
        values = resolve_parameters(self.model, {**self.parameters, **given}, self.registry)
        changed: dict[str, Any] = {field: values[name] for name, field in ELASTICITIES.items()}
        return replace(self, parameters=values, **changed)

    def pooled(self, values: Array) -> Array:
        """Sums of (N,) values over the component of each economy; one number if all are in one."""
        return np.asarray(values.sum() if self.together is None else self.together @ values)

    @property
    def final_spending(self) -> Array:
        """Spending of households, Y + T (N,); equals E without roundabout inputs."""
        return np.asarray(self.Y + self.T)

    @property
    def home_share(self) -> Array:
        """(N,) what an economy buys at home, of its spending."""
        return np.diag(self.share)

    @cached_property
    def deficit(self) -> Array:
        """Imports minus exports of goods (N,), USD."""
        return np.asarray(self.X.sum(axis=0) - self.X.sum(axis=1))


def multinational_shares(
    trade: Array, gdp: Array, home: int, registry: ParameterSet
) -> tuple[float, float]:
    """Multinational shares (rest of the world, home economy) that meet the two input targets.

    trade (N, N) off-diagonal USD, gdp (N,) USD, home the position of the economy that stands
    alone (the United States); solves the two-region system of Ignatenko et al. (2025): the share
    of foreign affiliates in what each region buys equals the registry's targets.

    Raises InputError if the targets cannot be met with shares between 0 and 1.
    """
    others = np.arange(len(gdp)) != home
    sold_home = trade[others, home].sum()
    bought_abroad = trade[home, others].sum()
    among = trade[np.ix_(others, others)].sum()
    targets = np.array(
        [registry.value("multinational_share_row"), registry.value("multinational_share_usa")]
    )

    def gap(nu: Array) -> Array:
        nu_r, nu_h = nu
        spending_r = gdp[others].sum() + (1 - nu_r) * (
            bought_abroad + among - (1 - nu_h) * sold_home - (1 - nu_r) * among
        )
        spending_h = gdp[home] + (1 - nu_h) * (sold_home - (1 - nu_r) * bought_abroad)
        own_r = (spending_r - bought_abroad) / (spending_r - bought_abroad + sold_home)
        own_h = (spending_h - sold_home) / (spending_h - sold_home + bought_abroad)
        return np.asarray(
            np.array(
                [
                    (1 - own_r) * nu_h + own_r * nu_r,
                    own_h * nu_h + (1 - own_h) * nu_r,
                ]
            )
            - targets
        )

    # Newton with complex-step derivatives: two unknowns do not need a library's solver, whose
    # import would double the time of a cold command.
    nu = targets.copy()
    for _ in range(50):
        steps = 1e-30j * np.eye(2)
        slopes = np.stack([gap(nu + step).imag / 1e-30 for step in steps], axis=1)
        move = np.linalg.solve(slopes, gap(nu))
        nu = nu - move
        if np.max(np.abs(move)) < 1e-15:
            break
    nu_r, nu_h = (float(v) for v in nu)
    if not np.max(np.abs(gap(nu))) < 1e-12 or not (0 <= nu_r < 1 and 0 <= nu_h < 1):
        raise InputError(
            "the multinational shares cannot be calibrated to this world's trade and GDP.",
            field="multinational_share",
            valid="a model without multinationals, such as armington",
        )
    return nu_r, nu_h


def calibrate(
    world: World, model: Model, parameters: dict[str, float], registry: ParameterSet
) -> Baseline:
    """Baseline of `model` on a one-sector `world` with resolved `parameters`; what they do not
    hold (multinational shares, the scale behind the pass-through) is of `registry`.

    Home sales are spending less imports, clamped at zero (the economies concerned are listed in
    `clamped`). Raises InputError naming the economy that has no income or no spending.
    """
    _refuse_other_worlds(world, model)
    trade, gdp = np.array(world.trade[0]), world.gdp
    groups = components(without_home(trade), gdp)
    together = same_component(groups, len(gdp))
    if together is not None:
        trade *= together
    imports = trade.sum(axis=0)
    nu = _multinational(world, model, trade, groups, registry)
    transfer = (1 - nu) * (imports - ((1 - nu) * trade).sum(axis=1))
    home_sales = gdp + transfer - imports
    clamped = tuple(e for e, v in zip(world.economies, home_sales, strict=True) if v <= 0)
    np.fill_diagonal(trade, np.maximum(home_sales, 0.0))

    beta = parameters["value_added_share"]
    if model.roundabout:
        np.fill_diagonal(trade, np.diag(trade) / beta)
    if not model.multinational:
        nu = np.zeros(len(gdp))
    E = trade.sum(axis=0)
    kept = ((1 - nu) * trade).sum(axis=1)
    Y = beta * kept + nu * E
    for name, level in (("income", Y), ("spending", E)):
        if np.any(level <= 0):
            bad = world.economies[int(np.argmin(level))]
            raise InputError(
                f"{bad} has no {name} in {world.name}: it neither sells at home nor abroad.",
                field=bad,
                valid="positive GDP and trade that leave positive income and spending",
            )
    T = E - Y - (1 - beta) * kept
    if np.any(Y + T <= 0):
        poor = int(np.argmin((Y + T) / Y))
        raise InputError(
            f"households of {world.names[poor]} have nothing to spend in {world.name}: its "
            "surplus exceeds its income.",
            field=world.economies[poor],
            valid="a model without roundabout inputs, or a smaller surplus",
        )
    return Baseline(
        world=world,
        model=model,
        parameters=parameters,
        X=trade,
        E=E,
        Y=Y,
        T=T,
        nu=nu,
        phi=_pass_through(model, parameters, nu, registry),
        epsilon=parameters["trade_elasticity"],
        kappa=parameters["labor_supply_elasticity"],
        psi=parameters["scale_elasticity"],
        beta=beta,
        clamped=clamped,
        registry=registry,
        together=together,
        notes=network_notes(world, groups),
    )


def _multinational(
    world: World, model: Model, trade: Array, groups: list[Array], registry: ParameterSet
) -> Array:
    """(N,) multinational shares, calibrated on the component of the United States.

    The Eaton-Kortum variant keeps the trade matrix calibrated with multinationals. Strangers to the
    United States' trade do not count in the world's aggregates; a bloc apart is calibrated like a
    world without the United States where the model allows for that, with no multinationals.
    Raises InputError where a model needs the shares and there are none.
    """
    n, gdp = world.n_economies, world.gdp
    nu = np.zeros(n)
    if "USA" not in world.economies or n == 1:
        if model.multinational:
            raise InputError(
                f"{model.name} calibrates multinational shares for the United States and the rest, "
                f"and {world.name} has no economy USA.",
                field="model",
                valid="armington",
            )
        return nu
    home = world.economies.index("USA")
    near = next(members for members in groups if home in members)
    near = near if len(near) > 1 else np.arange(n)
    inside = trade[np.ix_(near, near)]
    try:
        place = int(np.searchsorted(near, home))
        rest, own = multinational_shares(inside, gdp[near], place, registry)
    except InputError:
        # A model without multinationals can do without their calibration.
        if model.multinational:
            raise
        return nu
    nu[slice(None) if model.multinational else near] = rest
    nu[home] = own
    return nu


def _refuse_other_worlds(world: World, model: Model) -> None:
    """Raise InputError for a world of many sectors, and for one with baseline tariffs."""
    if world.n_sectors != 1:
        raise InputError(
            f"{model.name} is a one-sector model and {world.name} has {world.n_sectors} sectors.",
            field="model",
            value=model.name,
            valid="a one-sector world such as world-2023",
        )
    if np.any(world.tariff != 0):
        raise InputError(
            f"{world.name} has baseline tariffs, which one-sector models do not calibrate to.",
            field="world",
            valid="a world with zero baseline tariffs",
        )


def _pass_through(
    model: Model, parameters: dict[str, float], nu: Array, registry: ParameterSet
) -> Array:
    """phi by destination: base + phi~, with phi~ = (1+theta)/((1-nu) theta) - 1/theta - 1.

    theta = epsilon/0.67 stays at the registry's elasticity when only epsilon is changed
    (Ignatenko et al. 2025, Table 9).
    """
    if not model.firm_relocation:
        return np.ones_like(nu)
    theta = 1.0 / registry.value("scale_elasticity")
    relocation = (1 + theta) / ((1 - nu) * theta) - 1 / theta - 1
    return parameters["pass_through_base"] + relocation
