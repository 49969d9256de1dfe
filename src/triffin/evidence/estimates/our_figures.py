"""Our figures for what others publish: by model and closure, at central parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.finance.joint.draws import drawn_parameters, market_on
from triffin.finance.joint.managed_float import one_intervention
from triffin.finance.treasuries.market import yield_ratio
from triffin.run.trade.equilibria import SolveLedger, central_baselines, solve_case
from triffin.run.trade.solving import spending_of
from triffin.trade.closures import closures
from triffin.trade.games.optimal import optimal_tariffs
from triffin.trade.parameter_draws import draw
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.blocs import EU
from triffin.world.data.published_estimates import WORLD, PublishedEstimate
from triffin.world.data.shipped import is_shipped
from triffin.world.loading import load_world
from triffin.world.model import World
from triffin.world.registry.parameter_set import ParameterSet

if TYPE_CHECKING:
    from triffin.results.result import Result
    from triffin.scenario.schema import Scenario

VARIABLES = (
    "welfare",
    "real_gdp",
    "real_income",
    "employment",
    "prices",
    "wage",
    "exports",
    "revenue",
)
SAME_VARIABLE = {
    "gdp": "real_gdp",
    "growth": "real_gdp",
    "real income": "real_income",
    "welfare": "welfare",
    "employment": "employment",
    "exports": "exports",
}
YEARS = 10  # of the published budget figures
OPTIMA = (
    ("ignatenko-2025", "tax-relief"),
    ("ignatenko-2025", "lump-sum"),
    ("ignatenko-2025-roundabout", "tax-relief"),
    ("ignatenko-2025-roundabout", "lump-sum"),
)
DRAWS, SEED = 1000, 1


@dataclass(frozen=True, eq=False)
class ByClosure:
    """Answers to the tariffs of one scenario's last phase under K models and closures.

    labels, retaliation: (K,). values: variable -> (K, N) in per cent of the base. spending: (N,)
    bn USD. trade: (K,) change of world trade in per cent, NaN where it was not kept. tariff_rate:
    the hegemon's mean tariff on all imports, per cent.
    """

    scenario: str
    title: str
    hegemon: str
    economies: tuple[str, ...]
    labels: tuple[str, ...]
    retaliation: tuple[str, ...]
    values: dict[str, Array]
    spending: Array
    trade: Array
    tariff_rate: float
    basis: str

    def of(self, measure: str, economy: str) -> Array | None:
        """(K,) of a measure of `published_estimates`; None where a run has nothing like it."""
        if measure in SAME_VARIABLE:
            return self._mean(self.values[SAME_VARIABLE[measure]], economy)
        if measure == "real wage":
            wage, prices = (1 + self.values[name] / 100 for name in ("wage", "prices"))
            return self._mean(100 * (wage / prices - 1), economy)
        if measure == "trade":
            return self.trade
        if economy != self.hegemon:
            return None
        home = self.economies.index(self.hegemon)
        collected = YEARS * self.values["revenue"][:, home] / 100 * self.spending[home]
        return {
            "revenue": collected,
            "deficit": -collected,
            "tariff rate": np.full(len(self.labels), self.tariff_rate),
        }.get(measure)

    def _mean(self, values: Array, economy: str) -> Array | None:
        chosen = {WORLD: self.economies, "EU": EU}.get(economy, (economy,))
        place = [self.economies.index(code) for code in chosen if code in self.economies]
        if not place:
            return None
        weight = self.spending[place]
        return np.asarray(values[:, place] @ weight / weight.sum())


def of_run(result: Result) -> ByClosure:
    """What a finished run says about its last phase."""
    data = result.data.sel(phase=result.manifest["main_phase"])
    described = {closure["id"]: closure for closure in result.manifest["closures"]}
    chosen = [described[str(name)] for name in data.closure.values]
    economies = tuple(str(code) for code in data.economy.values)
    trade = np.full(len(chosen), np.nan)
    before, after = (float(data[f"trade_{when}"].sum()) for when in ("before", "after"))
    trade[[c["id"] for c in chosen].index(result.manifest["central_closure"])] = 100 * (
        after / before - 1
    )
    hegemon, world = str(result.manifest["hegemon"]), str(result.manifest["world"])
    rate = float("nan")
    if is_shipped(world, "world"):
        rate = mean_tariff(load_world(world), hegemon, data.tariff_paid.values)
    main = result.manifest["phases"][-1]
    return ByClosure(
        scenario=str(result.manifest["scenario"]),
        title=str(result.manifest["title"]),
        hegemon=hegemon,
        economies=economies,
        labels=tuple(c["label"] for c in chosen),
        retaliation=tuple(c["retaliation"] for c in chosen),
        values={
            name: data[name].transpose("closure", "economy").values.astype(float)
            for name in VARIABLES
        },
        spending=data.spending.values.astype(float),
        trade=trade,
        tariff_rate=rate,
        basis=str(main["basis"]),
    )


def of_scenario(plan: Scenario, parameters: ParameterSet) -> ByClosure:
    """The same for a scenario that was not run: its last phase, no draws.

    Raises InputError for a world of many sectors.
    """
    world = load_world(plan.world)
    if world.n_sectors != 1:
        raise InputError(
            f"published figures stand beside a one-sector world; {world.name} has "
            f"{world.n_sectors} sectors.",
            field="world",
            value=world.name,
            valid="world-2023",
        )
    chosen = closures(parameters=parameters)
    bases = central_baselines(
        world, chosen, draw(plan, chosen, 2, SEED, parameters=parameters).central, parameters
    )
    schedule = plan.phases(world)[-1].schedule
    ledger = SolveLedger()
    solved = [solve_case(bases[c.model], schedule, c, ledger) for c in chosen]
    empty = np.full(world.n_economies, np.nan)
    base = bases[chosen[0].model]
    return ByClosure(
        scenario=plan.scenario,
        title=plan.title,
        hegemon=plan.hegemon,
        economies=tuple(world.economies),
        labels=tuple(c.label for c in chosen),
        retaliation=tuple(c.retaliation for c in chosen),
        values={
            name: np.array([empty if e is None else getattr(e, name) for e in solved])
            for name in VARIABLES
        },
        spending=spending_of(base) / 1e9,
        trade=np.array([np.nan if e is None else _growth(e) for e in solved]),
        tariff_rate=mean_tariff(
            world, plan.hegemon, 100 * schedule.rates[0][:, world.index(plan.hegemon)]
        ),
        basis=schedule.basis,
    )


def mean_tariff(world: World, importer: str, rates: Array) -> float:
    """Mean of `rates` (N,) by exporter, weighted by imports before the tariffs."""
    home = world.index(importer)
    imports = world.trade.reshape(-1, world.n_economies, world.n_economies).sum(axis=0)[:, home]
    imports = imports.copy()
    imports[home] = 0.0
    return float(rates @ imports / imports.sum())


def yield_rise(row: PublishedEstimate, parameters: ParameterSet) -> Array:
    """(n,) bp: the amount of the row, sold within a month, at the maturity it names."""
    assert row.amount_usd_bn is not None
    per_100 = drawn_parameters(DRAWS, SEED, parameters=parameters)[2]["price_impact_bp_per_100bn"]
    ratio = yield_ratio(5.0, parameters) if row.quantity.startswith("5-year") else 1.0
    return np.asarray(per_100 * row.amount_usd_bn / 100 * ratio)


def yen_move(row: PublishedEstimate, parameters: ParameterSet) -> Array:
    """(n,) per cent: the yen after the dollars of the row were sold, at the row's horizon."""
    start = market_on(parameters=parameters)
    # Without an amount the row is about a trillion yen.
    sold = row.amount_usd_bn if row.amount_usd_bn is not None else 1000.0 / start.rate
    days = 0 if row.horizon == "same day" else 5
    found = one_intervention(
        drawn_parameters(DRAWS, SEED, parameters=parameters)[0],
        sold,
        deposits=start.deposits,
        securities=start.securities,
        days=(days,),
    )
    return found.yen_pct[days]


def best_uniform(economy: str, world: str) -> tuple[Array, tuple[str, ...]]:
    """((K,) per cent, labels): the uniform tariff that is best for `economy`, by model and use of
    the revenue, nobody answering."""
    loaded = load_world(world)
    found = [
        optimal_tariffs(loaded, economy, uniform=True, model=model, revenue=revenue)
        for model, revenue in OPTIMA
    ]
    rates = [100 * float(game.mean_tariffs[economy]) for game in found]
    return np.array(rates), tuple(f"{model}, {revenue}" for model, revenue in OPTIMA)


def _growth(equilibrium: Any) -> float:
    """Per cent by which world trade in value changes, home sales left out."""
    before, after = equilibrium.baseline.X, equilibrium.trade_flows
    traded = [flows.sum() - np.trace(flows) for flows in (before, after)]
    return float(100 * (traded[1] / traded[0] - 1))
