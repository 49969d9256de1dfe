"""One clock for all rooms: markets day by day, diplomacy and the dollar at the end of each week.

The order of moves is that of models G.2: markets clear given the last actions; the hegemon
decides on ultimatums that have matured and is believed more or less; bargains; the others' actions;
the dollar's safety; bookkeeping. `Course` holds what happened, by draw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from triffin.finance.dollar.position import DollarSafety, safety_zones
from triffin.finance.joint.draws import drawn_parameters
from triffin.finance.joint.market import JointMarket, JointPaths, MarketShocks
from triffin.finance.treasuries.leverage import interest_per_year
from triffin.run.clock.sales import Flows, scenario_flows, wall_flow
from triffin.run.clock.talks import Diplomacy
from triffin.run.plan.calendar import Clock, trading_days
from triffin.run.plan.invariants import Invariants
from triffin.run.plan.modules import ON
from triffin.run.plan.prepare import Prepared
from triffin.run.plan.sampling_columns import PRIVATE_SALES
from triffin.run.plan.streams import Streams
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import Array
from triffin.world.registry.registry import parameter
from triffin.world.registry.sampling import draw_entries

DAYS_PER_WEEK = 5


@dataclass(frozen=True, eq=False)
class Course:
    """What happened in n draws. paths : daily, None where neither Treasuries nor a currency is
    asked; zone : positions in ZONES, index : conditional index of collapse, ratio (n, W) : b/b_low,
    None without the dollar. average_rate, debt (n, W) : of marketable debt, per cent and bn.
    diplomacy : state of the talks at the end, None without talks. values : name -> (n,) drawn."""

    paths: JointPaths | None
    flows: Flows
    zone: Array | None
    ratio: Array | None
    index: Array | None
    collapsed: Array | None
    average_rate: Array
    debt: Array
    diplomacy: Diplomacy | None
    values: dict[str, Array]


class Timeline:
    """The course of one block of draws. sample : closures and trade parameters, u : uniforms by
    column (n,), streams : shocks."""

    def __init__(
        self,
        prepared: Prepared,
        sample: Draws,
        u: Mapping[str, Array],
        streams: Streams,
        found: Invariants,
    ) -> None:
        self.prepared, self.u, self.streams, self.found = prepared, u, streams, found
        self.clock: Clock = prepared.clock
        self.n = len(next(iter(u.values())))
        self.values: dict[str, Array] = {}
        self.flows = self._flows()
        self.market = self._market()
        self.safety = self._safety()
        self.diplomacy = Diplomacy(prepared, sample, u, streams, found) if prepared.talks else None
        if self.diplomacy is not None:
            self.values |= self.diplomacy.values
        weeks = len(self.clock.weeks)
        self._ratio, self._rate, self._debt = (np.empty((self.n, weeks)) for _ in range(3))
        self._average = np.full(self.n, parameter("average_rate_pct").value)
        # Bills, notes, and what is left: bonds and indexed debt.
        stock = [parameter(f"marketable_{kind}_bn").value for kind in ("debt", "bills", "notes")]
        buckets = np.array([stock[1], stock[2], stock[0] - stock[1] - stock[2]])
        self._mix = buckets / stock[0]
        self._owed = np.tile(buckets[:, None], (1, self.n))
        self._official = self.flows.official.copy()

    def run(self) -> Course:
        """Go through all weeks."""
        for number, week in enumerate(self.clock.weeks):
            for t in week:
                self._day(t)
            self._week(number, week)
        if self.diplomacy is not None:
            self.diplomacy.close()
        paths = None
        if self.market is not None:
            paths = self.market.paths()
            self._check_markets(paths)
        return Course(
            paths=paths,
            flows=self.flows,
            zone=None if self.safety is None else self.safety.zone,
            ratio=None if self.safety is None else self._ratio,
            index=None if self.safety is None else self.safety.index,
            collapsed=None if self.safety is None else self.safety.collapsed,
            average_rate=self._rate,
            debt=self._debt,
            diplomacy=self.diplomacy,
            values=self.values,
        )

    # --- set-up -------------------------------------------------------------------------------

    def _flows(self) -> Flows:
        share = draw_entries((PRIVATE_SALES,), self.u)[PRIVATE_SALES]
        sales = self.prepared.plan.treasuries or []
        if self.prepared.modules["treasuries"] != ON:
            sales = []
        if any(sale.sell_foreign_bonds_usd_bn is not None for sale in sales):
            self.values[PRIVATE_SALES] = share
        wall = np.zeros(len(self.clock.days))
        if self.prepared.plan.wall is not None and self.prepared.modules["treasuries"] == ON:
            wall = wall_flow(self.prepared.plan.wall, self.clock)
        return scenario_flows(sales, self.clock, self.prepared.owner, share, wall)

    def _market(self) -> JointMarket | None:
        modules, plan = self.prepared.modules, self.prepared.plan
        priced, floats = modules["treasuries"] == ON, modules["currency"] == ON
        if not (priced or floats):
            return None
        band = self.prepared.currency
        bank = plan.backstop is None or plan.backstop.federal_reserve
        parameters, acts, values = drawn_parameters(
            self.n,
            0,
            drift_pct_per_week=band[1].drift_pct_per_week if band and floats else 0.0,
            backstop=bank,
            pooled_impact="price_impact_bp_per_100bn" in (plan.changes or {}),
            date=plan.start.isoformat(),
            u=self.u,
        )
        quiet: dict[str, Any] = {}
        if not priced:
            quiet |= {"m": 0.0, "news_bp": 0.0}
        if not floats:
            quiet |= {"volatility": 0.0, "kappa": 0.0, "kappa_rate": 0.0, "drift": 0.0}
        parameters = replace(parameters, **quiet)
        drawn = [name for name in values if _used(name, priced, floats, bank)]
        self.values |= {name: values[name] for name in drawn}
        shocks = MarketShocks(
            self.streams.normal("currency", len(self.clock.days)),
            self.streams.normal("yields", len(self.clock.days)),
            acts & bank,
        )
        self.values["yield_news"] = shocks.yields.sum(axis=0)
        self.values["currency_shocks"] = shocks.currency.sum(axis=0)
        before = (self.flows.others_before, self.flows.private_before)
        market = JointMarket(
            self.prepared.market,
            parameters,
            shocks,
            self.prepared.policy,
            before=before,
            apart=self.flows.outside,
        )
        if band and band[1].coordinated and floats:
            self._coordinated(market, parameters.psi)
        return market

    def _coordinated(self, market: JointMarket, psi: Array | float) -> None:
        """Joint sales of dollars move the rate through the market; what is announced moves it as
        far as it is believed, which is the belief in the hegemon (models E.6)."""
        band = self.prepared.currency
        assert band is not None
        assert band[1].coordinated is not None
        plan = band[1].coordinated
        days = trading_days(plan.from_, plan.from_ + dt.timedelta(days=plan.days - 1))
        here = np.isin(self.clock.days, days)
        believed = draw_entries(("credibility_prior",), self.u)["credibility_prior"]
        total = np.asarray(psi) * plan.usd_bn + plan.signal_pct * believed
        self.values["credibility_prior"] = believed
        market.push(here, -total / max(int(here.sum()), 1))

    def _safety(self) -> DollarSafety | None:
        if self.prepared.modules["dollar"] != ON:
            return None
        from triffin.finance.dollar.position import DYNAMICS_COLUMNS

        names = ("debt_over_safe_limit", "convenience_yield_bp", "r_minus_g", *DYNAMICS_COLUMNS)
        drawn = draw_entries(names, self.u)
        self.values |= drawn
        zones = safety_zones(
            drawn["debt_over_safe_limit"],
            high=parameter("safe_return_high").value,
            low=parameter("safe_return_low").value,
            disaster=parameter("disaster_probability").value,
            aversion=parameter("safe_asset_risk_aversion").value,
            wealth=parameter("safe_asset_wealth").value,
            sunspot=0.0,
        )
        return DollarSafety(drawn["debt_over_safe_limit"], zones.band, drawn)

    # --- moves --------------------------------------------------------------------------------

    def _day(self, t: int) -> None:
        if self.market is not None:
            self.market.step(self.flows.others[t], self.flows.private[t], self._official[t])

    def _week(self, number: int, week: range) -> None:
        last = week[-1]
        breach: Array | float = 0.0
        if self.diplomacy is not None:
            rises = np.zeros((last + 2, self.n)) if self.market is None else self.market.levels
            self.diplomacy.week(self.clock, week, rises[: last + 2])
            breach = self.diplomacy.struck_share
            sale = self.diplomacy.ordered_sale()
            if sale is not None and self.prepared.modules["treasuries"] == ON:
                amounts, days = sale
                ahead = slice(last + 1, min(last + 1 + days, len(self._official)))
                self._official[ahead] += amounts / days
            if self.market is not None:
                self.market.shift(self.diplomacy.rate_shift())
        if self.safety is not None:
            self._dollar(week, breach)
        self._books(number, week)

    def _dollar(self, week: range, breach: Array | float) -> None:
        assert self.safety is not None
        holdings = parameter("foreign_holdings_bn").value
        sold = self._official[list(week)].sum(axis=0) + self._forced(week)
        rise: Array | float = 0.0
        if self.market is not None:
            rise = self.market.levels[week[-1] + 1]
        falls = self.safety.step(
            len(week) / 252,
            breach=breach,
            sales_percent_per_week=100.0 * sold / holdings,
            yield_rise_bp=rise,
            u=self.streams.uniform("collapse"),
        )
        if falls.any() and self.market is not None:
            self.market.lose_safety(falls, self.values["convenience_yield_bp"])

    def _forced(self, week: range) -> Array | float:
        """Treasuries that the defence of the currency sold in the week, bn."""
        if self.market is None:
            return 0.0
        proceeds = self.market.recorded["proceeds"][list(week)].sum(axis=0)
        return np.maximum(proceeds - self._official[list(week)].sum(axis=0), 0.0)

    def _books(self, number: int, week: range) -> None:
        """Average rate and debt: what matures is refinanced at today's yield (models D.5)."""
        years = len(week) / 252
        today = np.full(self.n, self.prepared.market.yield_10y)
        if self.market is not None:
            today = today + self.market.levels[week[-1] + 1] / 100.0
        hazard = parameter("rollover_hazard").value
        low = np.minimum(self._average, today)
        high = np.maximum(self._average, today)
        self._average = self._average + hazard * years * (today - self._average)
        outside = np.maximum(low - self._average, 0.0) + np.maximum(self._average - high, 0.0)
        self.found.check("average_rate_within_the_yields_it_is_made_of", outside, 1.0)
        interest = self._average / 100.0 * self._owed.sum(axis=0) * years
        gdp = parameter("marketable_debt_bn").value / parameter("debt_reference_ratio").value
        new = parameter("primary_deficit").value * gdp * years + interest
        total = self._owed.sum(axis=0) + new
        # New debt is sold in the proportions of the old.
        self._owed = self._owed + self._mix[:, None] * new
        self.found.check("debt_adds_up_over_buckets", self._owed.sum(axis=0) - total, total)
        self._rate[:, number], self._debt[:, number] = self._average, self._owed.sum(axis=0)
        if self.safety is not None:
            self._ratio[:, number] = self.safety.ratio

    # --- identities ---------------------------------------------------------------------------

    def _check_markets(self, paths: JointPaths) -> None:
        days, found = self.clock.days, self.found
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
        reserves = np.vstack([np.full((1, self.n), start.deposits + start.securities),
                              paths.reserves])  # fmt: skip
        found.check_each_day(
            "reserves_fall_by_what_was_spent",
            np.diff(reserves, axis=0) + paths.intervention - paths.valuation,
            reserves[1:],
            days,
        )
        deposits = np.vstack([np.full((1, self.n), start.deposits), paths.deposits])
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
    "intervention_intraday_days", "yen_volatility", "kappa_supply", "kappa_rate_news",
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


def interest_of(rise_bp: Array) -> Array:
    """Extra interest, bn a year, once two years of refinancing carry a rise of the 10-year."""
    return np.asarray(sum(np.asarray(part) for part in interest_per_year(rise_bp).values()))
