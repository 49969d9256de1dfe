"""Treasuries and the currency on the run's clock: one market, cleared day by day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triffin.finance.joint.draws import drawn_parameters, volatility_on
from triffin.finance.joint.market import JointMarket, JointPaths, MarketShocks
from triffin.finance.treasuries.market import MATURITIES
from triffin.finance.treasuries.wall import maturing
from triffin.run.clock.section import Mover, Stage
from triffin.run.plan.calendar import Clock, trading_days
from triffin.run.plan.modules import ON
from triffin.scenario.sections import Coordinated, TreasurySale, Wall
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.registry.parameter_set import ParameterSet

PRIVATE_SALES = "treasury_share_of_foreign_bonds"


class Markets(Mover):
    """Sales of Treasuries in n draws, and what they and the defence of a currency do to prices.

    market : None where neither Treasuries nor a currency is asked. official (T, n) : sales of the
    currency's owner by trading day. paths : daily, at the end.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage, self.prepared = stage, stage.prepared
        self.priced, self.floats = (
            self.prepared.modules[name] == ON for name in ("treasuries", "currency")
        )
        self.flows = self._flows()
        self.official = self.flows.official
        self.market = self._market() if self.priced or self.floats else None
        self.paths: JointPaths | None = None

    def days(self, week: range) -> None:
        """Markets clear given the last actions."""
        if self.market is not None:
            for t in week:
                self.market.step(self.flows.others[t], self.flows.private[t], self.official[t])

    def close(self) -> None:
        """Keep the paths; every identity is checked."""
        if self.market is not None:
            self.paths = self.market.paths()
            self._check(self.paths)

    def rise(self, week: range) -> Array | float:
        """(n,) change of the 10-year yield at the end of a week, bp."""
        return 0.0 if self.market is None else np.asarray(self.market.levels[week[-1] + 1])

    def forced(self, week: range) -> Array | float:
        """Treasuries that the defence of the currency sold in the week, bn."""
        if self.market is None:
            return 0.0
        proceeds = self.market.recorded["proceeds"][list(week)].sum(axis=0)
        return np.maximum(proceeds - self.official[list(week)].sum(axis=0), 0.0)

    def _flows(self) -> Flows:
        plan, clock = self.prepared.plan, self.prepared.clock
        share = self.prepared.parameters.draw((PRIVATE_SALES,), self.stage.u)[PRIVATE_SALES]
        sales = (plan.treasuries or []) if self.priced else []
        if any(sale.sell_foreign_bonds_usd_bn is not None for sale in sales):
            self.stage.values[PRIVATE_SALES] = share
        wall = np.zeros(len(clock.days))
        if plan.wall is not None and self.priced:
            wall = wall_flow(plan.wall, clock, self.prepared.parameters)
        return scenario_flows(sales, clock, self.prepared.owner, share, wall)

    def _market(self) -> JointMarket:
        stage, plan, band = self.stage, self.prepared.plan, self.prepared.currency
        days, defended = len(self.prepared.clock.days), band if self.floats else None
        bank = plan.backstop is None or plan.backstop.federal_reserve
        parameters, acts, values = drawn_parameters(
            stage.n,
            0,
            drift_pct_per_week=defended[1].drift_pct_per_week if defended else 0.0,
            backstop=bank,
            pooled_impact="price_impact_bp_per_100bn" in (plan.changes or {}),
            date=plan.start.isoformat(),
            u=stage.u,
            parameters=self.prepared.parameters,
        )
        quiet: dict[str, Any] = {}
        if not self.priced:
            quiet |= {"m": 0.0}
        if not self.floats:
            quiet |= {"kappa": 0.0, "drift": 0.0}
        parameters = replace(parameters, **quiet)
        drawn = [name for name in values if _used(name, self.priced, self.floats, bank)]
        stage.values |= {name: values[name] for name in drawn}
        shocks = self._shocks(days, acts & bank)
        market = JointMarket(
            self.prepared.market,
            parameters,
            shocks,
            self.prepared.policy,
            before=(self.flows.others_before, self.flows.private_before),
            apart=self.flows.outside,
        )
        if defended and defended[1].coordinated:
            self._coordinated(market, parameters.psi, defended[1].coordinated)
        return market

    def _shocks(self, days: int, acts: Array) -> MarketShocks:
        """News of yields and the currency, with the volatility known when the run begins."""
        stage, plan = self.stage, self.prepared.plan
        code = self.prepared.currency[0] if self.prepared.currency else "JPY"
        known = min(plan.start, plan.information or plan.start).isoformat()
        volatility = volatility_on(known, code, parameters=self.prepared.parameters)
        normals = np.stack([stage.streams.normal(name, days) for name in ("yields", "currency")])
        yields, currency = volatility.moves(
            normals, volatility.common_scale(stage.u["common_scale"], days)
        )
        yields *= self.priced
        currency *= self.floats
        stage.values |= {"yield_news": yields[-1], "currency_shocks": currency[-1]}
        return MarketShocks(currency, yields, acts)

    def _coordinated(self, market: JointMarket, psi: Array | float, plan: Coordinated) -> None:
        """Joint sales of dollars move the rate through the market, the announcement by what the
        scenario states (models E.6)."""
        days = trading_days(plan.from_, plan.from_ + dt.timedelta(days=plan.days - 1))
        here = np.isin(self.prepared.clock.days, days)
        total = np.asarray(psi) * plan.usd_bn + plan.signal_pct
        market.push(here, -total / max(int(here.sum()), 1))

    def _check(self, paths: JointPaths) -> None:
        days, found = self.prepared.clock.days, self.stage.found
        bought = paths.others_bought + paths.central_bank_bought
        found.check_each_day(
            "every_treasury_sold_is_bought", bought - paths.treasuries_sold, paths.treasuries_sold,
            days,
        )  # fmt: skip
        early = (self.flows.others_before + self.flows.private_before).sum(axis=0)
        found.check_each_day(
            "a_backstop_buys_no_more_than_is_sold",
            np.minimum(early + paths.others_bought.cumsum(axis=0), 0.0),
            paths.treasuries_sold.cumsum(axis=0),
            days,
        )
        start = self.prepared.market
        reserves = np.vstack([np.full((1, self.stage.n), start.deposits + start.securities),
                              paths.reserves])  # fmt: skip
        found.check_each_day(
            "reserves_fall_by_what_was_spent",
            np.diff(reserves, axis=0) + paths.intervention - paths.valuation,
            reserves[1:],
            days,
        )
        deposits = np.vstack([np.full((1, self.stage.n), start.deposits), paths.deposits])
        found.check_each_day(
            "intervention_is_paid_from_deposits_and_proceeds",
            np.diff(deposits, axis=0) + paths.intervention - paths.proceeds,
            deposits[1:],
            days,
        )
        empty = np.minimum(paths.deposits, 0.0) + np.minimum(paths.securities, 0.0)
        found.check_each_day("reserves_are_never_negative", empty, 1.0, days)


_FOR_FLOATS = (
    "intervention_pct_per_bn", "intervention_half_life_years", "intervention_intraday_multiple",
    "intervention_intraday_days", "kappa_supply",
)  # fmt: skip
_FOR_BANKS = (
    "backstop_trigger_bp", "backstop_purchases_bn_per_bp", "backstop_cap_bn_per_day",
    "backstop_delay_days",
)  # fmt: skip


def _used(name: str, priced: bool, floats: bool, bank: bool) -> bool:
    """Whether a drawn entry has anything to say in this run."""
    if name in _FOR_FLOATS:
        return floats
    return priced and (bank or name not in _FOR_BANKS)


@dataclass(frozen=True, eq=False)
class Flows:
    """Sales in bn of 10-year equivalents: by trading day of the clock (T, n), and before its first
    day (P, n). private, official: of the economy whose currency is watched; others: everybody
    else. Official sales before the start have left the reserves of the start already."""

    others: Array
    private: Array
    official: Array
    others_before: Array
    private_before: Array

    @property
    def outside(self) -> bool:
        """Whether others than that economy sell."""
        return bool(self.others.any() or self.others_before.any())


def wall_flow(wall: Wall, clock: Clock, parameters: ParameterSet) -> Array:
    """(T,) bn of 10-year equivalents that nobody of those who held them buys again, spread over
    the trading days of the wall's month.

    Debt that is rolled over is not sold. What is not comes from foreign holders, who hold of what
    matures what they hold of all; their bills weigh little in 10-year equivalents (models D.5).
    """
    here = clock.days.astype("datetime64[M]") == np.datetime64(wall.month, "M")
    if not wall.not_rolled_share or not here.any():
        return np.zeros(len(clock.days))
    record = maturing(wall.month)
    total = record.total_usd_bn if wall.maturing_usd_trn is None else 1000 * wall.maturing_usd_trn
    coupons = (record.notes_and_bonds_usd_bn or 0.0) / record.total_usd_bn
    years = (
        MATURITIES["bills"] * (1 - coupons) + parameters.value("average_maturity_years") * coupons
    )
    foreign = parameters.value("foreign_holdings_bn") / parameters.value("marketable_debt_bn")
    amount = wall.not_rolled_share * foreign * total * years / parameters.value("ten_year_duration")
    return np.where(here, amount / here.sum(), 0.0)


def scenario_flows(
    sales: list[TreasurySale], clock: Clock, owner: str, treasury_share: Array, wall: Array
) -> Flows:
    """Sales of the scenario, each spread evenly over its trading days.

    owner : the economy whose sales are told apart. treasury_share (n,) : of foreign bonds sold
    that are Treasuries. wall (T,) : what is not rolled over, sold by others. A sale that reaches
    beyond the end is made as far as the scenario runs.
    Raises InputError for a sale without a trading day.
    """
    n = len(treasury_share)
    first = min([clock.start, *(sale.from_ for sale in sales)])
    early = trading_days(first, clock.start)
    days = np.concatenate([early, clock.days])
    rows = {name: np.zeros((len(days), n)) for name in ("others", "private", "official")}
    for position, sale in enumerate(sales):
        own = trading_days(sale.from_, sale.last_day)
        if not len(own):
            raise InputError(
                f"the sale from {sale.from_} to {sale.last_day} has no trading day.",
                field=f"treasuries[{position}].days",
                value=sale.days,
                valid="a span with a day from Monday to Friday",
            )
        share = treasury_share if sale.sell_foreign_bonds_usd_bn is not None else np.ones(n)
        kind = sale.sector if sale.holder == owner else "others"
        here = np.isin(days, own)
        rows[kind][here] += sale.usd_bn * share / len(own)
    rows["others"][len(early) :] += wall[:, None]
    before, after = slice(0, len(early)), slice(len(early), None)
    return Flows(
        rows["others"][after],
        rows["private"][after],
        rows["official"][after],
        rows["others"][before],
        rows["private"][before] + rows["official"][before],
    )
