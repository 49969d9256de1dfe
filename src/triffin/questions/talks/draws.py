"""Draws behind `triffin bluff` and `triffin align`: what both sides stand to gain, belief, fear.

Draws: one sequence per quantity, by its name; closures by their weights; market news
and uniforms of actions from streams of their own.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from triffin.answers.documents import entry_row, picked
from triffin.finance.joint.draws import yield_news_bp
from triffin.finance.treasuries.draws import COLUMNS as MARKET_COLUMNS
from triffin.scenario.schema import Scenario
from triffin.strategy.alignment.nested import NESTED_COLUMNS
from triffin.strategy.credibility.record import HEGEMON, Seen, record, rise_between
from triffin.strategy.credibility.resolve import (
    PAIN_DAYS,
    RESOLVE_COLUMNS,
    Cost,
    Resolve,
    largest_rise,
    with_table,
)
from triffin.strategy.negotiation.offers import HOST, demands_by_partner
from triffin.strategy.negotiation.setting import Scene, scene_of
from triffin.strategy.payoffs.stakes import Positions, positions_of
from triffin.trade.closures import Closure, assign, closures
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet
from triffin.world.registry.registry import Parameter
from triffin.world.registry.sampling import plausible, uniforms

DEFAULT_DRAWS = 1000
MAX_DRAWS = 20_000
# The order is part of the results: append, never reorder.
COLUMNS = (
    *RESOLVE_COLUMNS,
    *NESTED_COLUMNS,
    "pivot_barrier",
    "hegemon_nash_weight",
    "political_wedge",
    "clause_demand",
    "clause_demand_sd_log",
    "closure",
    "strike",
    "outcome",
    "demand",
    "official_share",
    *MARKET_COLUMNS,
)
DRAWN = COLUMNS[: COLUMNS.index("closure")]
STREAMS = ("news", "actions")
CALENDAR, TRADING = 7, 5


@dataclass(frozen=True, eq=False)
class Step:
    """Belief after one event: median and the draws (n,); outcome and rise of the 10-year before."""

    seen: Seen
    belief: Array


@dataclass(frozen=True, eq=False)
class TalksDraws:
    """n draws of the talks on the day of information.

    table : positions by closure. positions : by draw. resolve : belief after what was seen. cost,
    stake (n,) : of striking all who are threatened. cost_each, stake_each (n, m) : of striking one,
    with its share, by trade, of the market's pain and of the reputation. q (n, m) : the fear.
    package_pct, asked_bn (n, m) : demands beside the tariff. dy_bp (n,) : rise of the 10-year that
    execution meets. reputation_bn : V (n,). prior (n,), steps : belief before and after events.
    """

    scene: Scene
    closures: tuple[Closure, ...]
    which: Array
    table: Positions
    positions: Positions
    values: dict[str, Array]
    entries: dict[str, Parameter]
    package_pct: Array
    asked_bn: Array
    uniforms: dict[str, Array]
    nested: dict[str, Array]
    resolve: Resolve
    dy_bp: Array
    observed_rise_bp: float
    cost: Cost
    reputation_bn: Array
    stake: Array
    cost_each: Cost
    stake_each: Array
    q: Array
    prior: Array
    steps: list[Step]
    seed: int

    def __len__(self) -> int:
        return len(self.which)

    @property
    def groups(self) -> dict[str, Array]:
        """Choices of models by draw, as drivers."""
        found = {
            "model": np.array([one.model for one in self.closures])[self.which],
            "revenue": np.array([one.revenue for one in self.closures])[self.which],
        }
        return {name: labels for name, labels in found.items() if len(set(labels)) > 1}

    def stream(self, name: str) -> np.random.Generator:
        """The random stream of one use."""
        children = np.random.SeedSequence(self.seed).spawn(len(STREAMS))
        return np.random.default_rng(children[STREAMS.index(name)])


def about(talks: TalksDraws, scenario: Scenario) -> dict[str, Any]:
    """What every document about the talks says of its scenario and draws."""
    scene = talks.scene
    return picked(scenario, "scenario", "title") | {
        "information": scene.known.isoformat(),
        "deadline": scene.deadlines[0].isoformat(),
        "draws": len(talks),
        "seed": talks.seed,
        "missing": [
            {"iso3": code, "reason": reason}
            for code, reason in sorted(scene.setting.missing.items())
        ],
        "parameters": [entry_row(entry) for entry in talks.entries.values()],
    }


def strategic_closures(parameters: ParameterSet) -> tuple[Closure, ...]:
    """Models and uses of the revenue; retaliation is what partners decide."""
    kept = [one for one in closures(parameters=parameters) if one.retaliation == "none"]
    total = sum(one.weight for one in kept)
    return tuple(
        Closure(c.id, c.model, c.revenue, c.retaliation, c.label.rsplit(", ", 1)[0],
                c.weight / total)
        for c in kept
    )  # fmt: skip


def drawn_entries(parameters: ParameterSet) -> dict[str, Parameter]:
    """Registry entries drawn."""
    return {name: parameters[name] for name in DRAWN}


def draw_talks(
    scenario: Scenario,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    *,
    resistance: bool = True,
    parameters: ParameterSet,
) -> TalksDraws:
    """The talks of a scenario on its day of information; resistance=False: credibility only.

    Raises InputError for a scenario without deadlines or threat, and for draws or a seed that
    cannot be used.
    """
    u = uniforms(COLUMNS, draws, seed, most=MAX_DRAWS)
    scene = scene_of(scenario, parameters)
    if scene.setting.rival == scene.setting.hegemon:
        raise InputError(
            f"{scenario.hegemon} cannot be its own rival.",
            file=scenario.source_file or None,
            field="rival",
            valid="rival: the economy that partners could turn to",
        )
    chosen = strategic_closures(parameters)
    table = positions_of(
        scene.setting, [(one.model, one.revenue) for one in chosen], resistance=resistance
    )
    which = assign(chosen, u["closure"])
    positions = table.drawn(which)
    entries = drawn_entries(parameters)
    values = {name: plausible(entry, u[name]) for name, entry in entries.items()}
    resolve = Resolve(
        with_table({name: values[name] for name in RESOLVE_COLUMNS}), parameters=parameters
    )
    nested = {name: values[name] for name in NESTED_COLUMNS}
    prior = resolve.p.copy()
    asked_bn, package_pct = _demanded(scene, values, u["demand"])

    def reputation() -> Array:
        return reputation_of(resolve, positions, nested, asked_bn, package_pct)

    known = scene.known
    steps = []
    if scenario.hegemon == HEGEMON:
        for seen in record(scenario.start, known):
            cost = resolve.cost(-positions.strike_all_bn, seen.rise_bp)
            resolve.observe(seen.outcome, cost, resolve.stake(cost, reputation()))
            steps.append(Step(seen, resolve.p.copy()))
    observed = rise_between(scenario.start, known)
    dy = np.maximum(observed, _news(known, scene.deadlines[0], draws, seed))
    cost = resolve.cost(-positions.strike_all_bn, dy)
    value = reputation()
    share = table.weight * table.threatened
    share = share / share.sum()
    each = resolve.cost(
        -positions.strike_bn * table.threatened,
        dy,
        pain_share=share,
        equity_bn=resolve.equity_bn * share,
    )
    stake_each = resolve.stake(each, value[:, None] * share)
    return TalksDraws(
        scene=scene,
        closures=chosen,
        which=which,
        table=table,
        positions=positions,
        values=values | resolve.drawn,
        entries=entries,
        package_pct=package_pct,
        asked_bn=asked_bn,
        uniforms=u,
        nested=nested,
        resolve=resolve,
        dy_bp=dy,
        observed_rise_bp=observed,
        cost=cost,
        reputation_bn=value,
        stake=resolve.stake(cost, value),
        cost_each=each,
        stake_each=stake_each,
        q=np.where(table.threatened, resolve.q(each, stake_each), 0.0),
        prior=prior,
        steps=steps,
        seed=seed,
    )


def reputation_of(
    resolve: Resolve,
    positions: Positions,
    nested: dict[str, Array],
    asked_bn: Array,
    package_pct: Array,
) -> Array:
    """V (n,) at the belief of today: what partners that have not settled may still concede."""
    # Those who have settled, and those who are not threatened, have nothing to learn.
    waiting = positions.threatened & np.isnan(positions.setting.agreed)
    if not waiting.any():
        waiting = positions.threatened
    return resolve.reputation_value(
        (positions.deal_bn + asked_bn) * waiting,
        positions.deal - 100 * nested["dignity_cost"][:, None] - package_pct,
        np.zeros_like(positions.hit),
        positions.hit,
        nested["alignment_rationality"],
    )


def central_index(talks: TalksDraws) -> Array:
    """The dilemma index of every closure at central parameters and today's median belief."""
    k = len(talks.closures)
    values = {name: np.full(k, entry.value) for name, entry in talks.entries.items()}
    values["credibility_prior"] = np.full(k, np.median(talks.resolve.p))
    resolve = Resolve(
        with_table({name: values[name] for name in RESOLVE_COLUMNS}),
        parameters=talks.scene.parameters,
    )
    asked, package = (np.median(x, axis=0)[None] for x in (talks.asked_bn, talks.package_pct))
    value = reputation_of(resolve, talks.table, values, asked, package)
    cost = resolve.cost(-talks.table.strike_all_bn, float(np.median(talks.dy_bp)))
    return resolve.dilemma_index(cost, resolve.stake(cost, value))


def _demanded(scene: Scene, values: dict[str, Array], u: Array) -> tuple[Array, Array]:
    """What the scenario demands beside the tariff: bn USD a year to the hegemon, and per cent of
    its GDP from the partner, (n, m) each. Counted are payments for security above what is paid now
    and what an open clause lets the hegemon take; the rest needs `triffin negotiate`."""
    setting = scene.setting
    gains = np.zeros((len(u), len(setting.codes)))
    costs = np.zeros_like(gains)
    for i, demand in enumerate(demands_by_partner(scene, scene.scenario.demands)):
        if demand is None:
            continue
        if demand.security is not None:
            low, high = demand.security.usd_bn_per_year
            base = (
                scene.parameters.value("host_nation_support_usd_bn")
                if setting.codes[i] == HOST
                else 0.0
            )
            paid = np.maximum(low + (high - low) * u - base, 0.0)
            gains[:, i] += paid
            costs[:, i] += (1.0 + values["political_wedge"]) * paid
        if demand.open_clause:
            mean = values["clause_demand"] * np.exp(values["clause_demand_sd_log"] ** 2 / 2)
            gains[:, i] += mean * setting.partner_gdp_bn[i]
            costs[:, i] += mean * setting.partner_gdp_bn[i]
    return gains, 100 * costs / setting.partner_gdp_bn


def _news(known: dt.date, deadline: dt.date, n: int, seed: int) -> Array:
    """(n,) largest three-day rise of the 10-year that news alone brings until the deadline, bp: a
    random walk with the volatility of the five years before."""
    days = max(PAIN_DAYS, (deadline - known).days * TRADING // CALENDAR)
    stream = np.random.default_rng(np.random.SeedSequence(seed).spawn(len(STREAMS))[0])
    size = yield_news_bp(known.isoformat())
    path = np.cumsum(stream.standard_normal((days, n)) * size, axis=0)
    return largest_rise(np.concatenate([np.zeros((1, n)), path]) / 100.0)
