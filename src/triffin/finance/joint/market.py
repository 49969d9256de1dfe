"""The daily joint path of the 10-year yield, the yen and Japan's reserves, over draws (G.1, G.2).

For every draw and day (log percent beyond the starting rate; up: the yen is weaker):

    latent = s* + kappa y(t-1)                  fundamental, and yields moved by sales
    need   = what brings the rate to the edge of the band, at psi times the multiple of the day
    funds  = deposits first, then Treasuries; dollars bought at the strong edge are kept as deposits
    y      = propagated price of the sales less the central bank's purchases (D.4, D.7)
    rate   = latent - psi (Z + (multiple - 1) F)   Z lasting, F of the day, both fading

Yields and the central bank's purchases come from `SaleMarket`, the same step of the market as in
`follow_sale`: the bank answers the rise that sales cause and buys no more than was sold; news about
yields alone move nobody to buy.

With weekly steps, no shocks, no fading and a multiple of one this is `defence_weekly_loop`. The
currency and yields have shocks of their own. Without shocks and without drift nothing moves.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from triffin.finance import TRADING_DAYS
from triffin.finance.treasuries.impact import BackstopRule, SaleMarket
from triffin.world.base.arrays import Array
from triffin.world.base.checked_numbers import canonical, number, whole_number
from triffin.world.base.errors import InputError

Draws = Array | float

WEEKS_PER_YEAR = 52.0
LONGEST_WEEKS = 5200  # a century; more is a typing error

LEFT_AFTER_FADING = 0.05
"""Share of the effect of the day that is left after `intervention_intraday_days`. Judgement: an
exponential never ends, so "undone within five to twenty days" is read as 95 % undone."""
FARTHEST = 50.0  # log units: a draw that runs away stays a number


@dataclass(frozen=True)
class MarketStart:
    """Where a path begins: JPY per USD, 10-year yield in percent, reserves in bn USD."""

    date: str
    rate: float
    yield_10y: float
    deposits: float
    securities: float


@dataclass(frozen=True)
class JointParameters:
    """Parameters of a path, one number each or an array over draws (n,)."""

    kappa: Draws  # percent of the dollar per bp of the yield that sales move
    psi: Draws  # percent per bn, lasting
    multiple: Draws = 1.0  # effect of the day over the lasting one
    fast_days: Draws = 5.0  # trading days over which the difference fades
    half_life: Draws = np.inf  # years, of the lasting effect
    m: Draws = 0.0  # bp per bn, at once
    pi: Draws = 1.0  # permanent share
    rho: Draws = 0.0  # decay per year
    cap: Draws | None = None  # bn per step that dealers absorb at m
    xi: Draws = 0.0  # congestion beyond it
    sale_limit: Draws | None = None  # bn of Treasuries that can be sold in one step
    cb_k: Draws = 0.0  # bn per bp above the trigger
    cb_trigger: Draws = 0.0  # bp
    cb_cap: Draws | None = None  # bn per step
    cb_delay: Draws = 0.0  # steps from the trigger to the first purchase
    cb_window: int | None = None  # steps over which the rise is measured; None: since the start
    drift: Draws = 0.0  # percent per step, up: the currency weakens
    duration: float = 0.0  # years, of the securities


@dataclass(frozen=True)
class MarketShocks:
    """What news do (T, n), cumulated since the start: to the currency in log percent (up: it
    weakens), to yields in bp; `acts` (n,): whether the central bank buys once its trigger is
    reached. `finance.joint.volatility` draws them."""

    currency: Array
    yields: Array
    acts: Array


DEPOSITS, TREASURIES = "deposits", "treasuries"


@dataclass(frozen=True)
class BandPolicy:
    """A band in JPY per USD, which of its edges is defended, and what pays for dollars that the
    defence sells, in this order; what is not named does not pay."""

    low: float
    high: float
    weak_side: bool = True
    strong_side: bool = True
    funding: tuple[str, ...] = (DEPOSITS, TREASURIES)


@dataclass(frozen=True, eq=False)
class JointPaths:
    """Outcome of `joint_path`; arrays (T, n) after each step, amounts in bn USD.

    intervention: dollars spent (positive) or bought (negative). treasuries_sold, others_bought,
    central_bank_bought: flows. valuation: change of the securities' market value. impact_bp: the
    part of the yield's rise that sales and purchases of the central bank explain;
    from_defender_bp: what of it goes back to sales of the defending economy, by a market without.
    """

    start: MarketStart
    policy: BandPolicy
    rate: Array
    yield_10y: Array
    impact_bp: Array
    from_defender_bp: Array
    deposits: Array
    securities: Array
    intervention: Array
    treasuries_sold: Array
    others_bought: Array
    central_bank_bought: Array
    valuation: Array
    proceeds: Array  # bn USD that the authorities got for securities
    unmet: Array  # bn USD that the defence wanted and could not pay that day

    @property
    def reserves(self) -> Array:
        """Deposits and securities, bn USD."""
        return self.deposits + self.securities


_RECORDED = tuple(f.name for f in fields(JointPaths) if f.name not in ("start", "policy"))


class JointMarket:
    """The joint path step by step, so that other rooms can act between two steps.

    `others`, `private` and `official` sales of a step are of other holders, of private holders of
    the defending economy and of its authorities; proceeds of the last are kept as deposits. What
    was sold before the start (`before`, one row a step, as (others, private)) has moved yields
    already: only what it still does afterwards shows. Rises are counted from the start. `apart`
    follows a second market without the defending economy, to tell its part of the rise; without
    other sellers it has all of it.
    """

    def __init__(
        self,
        start: MarketStart,
        parameters: JointParameters,
        shocks: MarketShocks,
        policy: BandPolicy,
        *,
        dt: float = 1.0 / TRADING_DAYS,
        before: tuple[Array, Array] | None = None,
        apart: bool = False,
    ) -> None:
        if not 0 < policy.low < policy.high or not start.rate > 0:
            raise InputError(
                f"a band from {policy.low:g} to {policy.high:g} with a rate of {start.rate:g}.",
                field="band",
                valid="0 < low < high in JPY per USD, such as 130:150",
            )
        p = _broadcast(parameters, shocks.acts.shape)
        self.start, self.policy, self._p = start, policy, p
        self.steps, n = shocks.currency.shape
        self._latent = shocks.currency + p.drift * np.arange(1.0, self.steps + 1.0)[:, None]
        self._news = np.array(shocks.yields)
        self._high, self._low = (
            100.0 * np.log(edge / start.rate) for edge in (policy.high, policy.low)
        )
        self._at_once = p.psi * p.multiple
        self._lasts = np.exp2(-dt / np.asarray(p.half_life))
        self._fast = LEFT_AFTER_FADING ** (1.0 / np.asarray(p.fast_days))
        self._extra = np.asarray(p.multiple) - 1.0
        self._deposit, self._security = np.full(n, start.deposits), np.full(n, start.securities)
        self._lasting, self._of_day, self._drift = (np.zeros(n) for _ in range(3))
        self.t = 0

        self._acts = np.array(shocks.acts, dtype=bool)

        def market() -> SaleMarket:
            rule = BackstopRule(self._acts, p.cb_trigger, p.cb_k, p.cb_cap, p.cb_delay, p.cb_window)
            return SaleMarket(
                (n,), m=p.m, pi=p.pi, rho=p.rho, dt=dt, cap=p.cap, xi=p.xi, backstop=rule
            )

        self._market, self._shadow = market(), market() if apart else None
        for others, private in zip(*before, strict=True) if before is not None else ():
            self._market.step(np.broadcast_to(others + private, (n,)))
            if self._shadow is not None:
                self._shadow.step(np.broadcast_to(others, (n,)))
        self._base = self._market.rise
        self._shadow_base = np.zeros(n) if self._shadow is None else self._shadow.rise
        self._y = np.zeros(n)
        self.levels = np.zeros((self.steps + 1, n))
        """Change of the 10-year yield since the start, bp, after 0, 1, ... steps."""
        self.recorded = {name: np.zeros((self.steps, n)) for name in _RECORDED}
        """The arrays of `JointPaths` by name, as far as the steps have gone."""

    def shift(self, percent: Array | float) -> None:
        """Move the fundamental rate for good, log percent (up: the currency weakens)."""
        self._drift = self._drift + percent

    def push(self, steps: Array, percent: Array | float) -> None:
        """Move the fundamental rate for good on some `steps` (T,) bool, log percent each."""
        self._latent += np.cumsum(np.where(steps[:, None], percent, 0.0), axis=0)

    def step(
        self,
        others: Array | float = 0.0,
        private: Array | float = 0.0,
        official: Array | float = 0.0,
    ) -> None:
        """One step; amounts in bn of 10-year equivalents, not below zero."""
        p, t = self._p, self.t
        latent = self._latent[t] + self._drift + p.kappa * self._y
        self._lasting = self._lasting * self._lasts
        self._of_day = self._of_day * self._fast
        position = latent - p.psi * (self._lasting + self._extra * self._of_day)
        given_up = np.minimum(official, self._security)
        security, deposit = self._security - given_up, self._deposit + given_up
        use = unmet = payable = sellable = np.zeros(len(position))
        if self.policy.weak_side:
            want = np.maximum(position - self._high, 0.0) / self._at_once
            sellable = security if p.sale_limit is None else np.minimum(security, p.sale_limit)
            sellable = sellable * (TREASURIES in self.policy.funding)
            payable = deposit * (DEPOSITS in self.policy.funding)
            use = np.minimum(want, payable + sellable)
            unmet = want - use
        gained: Array | float = 0.0
        if self.policy.strong_side:
            gained = np.maximum(self._low - position, 0.0) / self._at_once
        if self.policy.funding[0] == DEPOSITS:
            from_deposits = np.minimum(use, payable)
        else:
            from_deposits = use - np.minimum(use, sellable)
        sale = use - from_deposits
        deposit = deposit - from_deposits + gained
        # A difference of two numbers near each other may leave a rounding error below zero.
        security = np.maximum(security - sale, 0.0)

        total = sale + given_up + private + others
        bought = self._market.step(total)
        if self._shadow is not None:
            self._shadow.step(np.broadcast_to(others, total.shape))
        self._y = self._market.rise - self._base
        self.levels[t + 1] = self._y + self._news[t]
        moved = -p.duration * (self.levels[t + 1] - self.levels[t]) / 1e4
        revalued = security * np.expm1(np.clip(moved, -FARTHEST, FARTHEST))
        self._security, self._deposit = security + revalued, deposit

        self._lasting = self._lasting + use - gained
        self._of_day = self._of_day + use - gained
        rate = latent - p.psi * (self._lasting + self._extra * self._of_day)
        without = 0.0 if self._shadow is None else self._shadow.rise - self._shadow_base
        row = {
            "rate": self.start.rate * np.exp(np.clip(rate / 100.0, -FARTHEST, FARTHEST)),
            "yield_10y": self.start.yield_10y + self.levels[t + 1] / 100.0,
            "impact_bp": self._y,
            "from_defender_bp": self._y - without,
            "deposits": self._deposit,
            "securities": self._security,
            "intervention": use - gained,
            "treasuries_sold": total,
            "others_bought": total - bought,
            "central_bank_bought": bought,
            "valuation": revalued,
            "proceeds": sale + given_up,
            "unmet": unmet,
        }
        for name, values in row.items():
            self.recorded[name][t] = values
        self.t += 1

    def paths(self) -> JointPaths:
        """The outcome of the steps taken so far."""
        done = {name: values[: self.t] for name, values in self.recorded.items()}
        return JointPaths(self.start, self.policy, **done)


def joint_path(
    start: MarketStart,
    parameters: JointParameters,
    shocks: MarketShocks,
    policy: BandPolicy,
    *,
    dt: float = 1.0 / TRADING_DAYS,
) -> JointPaths:
    """Run the paths; see the module. `dt` years per step.

    Shocks (T, n) fix the number of steps and draws; parameters broadcast against (n,).
    Raises InputError when the band is empty or a rate is not positive.
    """
    market = JointMarket(start, parameters, shocks, policy, dt=dt)
    for _ in range(market.steps):
        market.step()
    return market.paths()


@canonical
def defence_weekly_loop(
    weeks: int,
    drift_pct_per_week: float,
    kappa: float,
    psi: float,
    s_bar_pct: float,
    m: float,
    pi: float,
    rho_per_year: float,
    deposits_bn: float,
    reserves_bn: float,
    cb_k: float,
    cb_trigger_bp: float,
) -> dict[str, Any]:
    """The weekly loop of yields and the exchange rate under a constant drift.

    One draw of `joint_path` in weekly steps, without shocks, fading and a multiple of the day.

    `drift_pct_per_week` percent, `kappa` percent per bp (either sign), `psi` > 0 percent per bn,
    `s_bar_pct` the edge of the band in percent beyond the starting rate, `m` bp per bn, `pi`
    permanent share, `rho_per_year`, `deposits_bn` of `reserves_bn`, `cb_k` bn per bp above
    `cb_trigger_bp`. Outputs: U_total_bn, X_sold_bn, cb_bought_bn, net_sales_bn (weeks; sales less
    purchases of the central bank), y_path_bp (weeks), y_end_bp, reserves_end_bn, spot_path_pct
    (weeks), spot_end_pct, band_broken (some week needed more than the reserves left).
    Raises InputError for inputs outside these ranges.
    Grade derived: weekly order of moves of modules D and E.
    """
    steps = whole_number(weeks, "weeks", low=0, high=LONGEST_WEEKS)
    drift = number(drift_pct_per_week, "drift_pct_per_week")
    reserves = number(reserves_bn, "reserves_bn", low=0)
    deposits = min(number(deposits_bn, "deposits_bn", low=0), reserves)
    parameters = JointParameters(
        kappa=number(kappa, "kappa"),
        psi=number(psi, "psi", above=0),
        m=number(m, "m", low=0),
        pi=number(pi, "pi", low=0, high=1),
        rho=number(rho_per_year, "rho_per_year", low=0),
        cb_k=number(cb_k, "cb_k", low=0),
        cb_trigger=number(cb_trigger_bp, "cb_trigger_bp", low=0),
        drift=drift,
    )
    edge = float(np.exp(number(s_bar_pct, "s_bar_pct") / 100.0))
    still = np.zeros((steps, 1))
    paths = joint_path(
        MarketStart("", 1.0, 0.0, deposits, reserves - deposits),
        parameters,
        MarketShocks(still, still, np.ones(1, dtype=bool)),
        BandPolicy(edge / 2.0, edge, strong_side=False),
        dt=1.0 / WEEKS_PER_YEAR,
    )
    spent, sold = paths.intervention[:, 0], paths.treasuries_sold[:, 0]
    bought, rise = paths.central_bank_bought[:, 0], paths.impact_bp[:, 0]
    before = np.append(0.0, rise)[:-1]
    spot = drift * np.arange(1.0, steps + 1.0) + kappa * before - psi * np.cumsum(spent)
    return {
        "U_total_bn": spent.sum(),
        "X_sold_bn": sold.sum(),
        "cb_bought_bn": bought.sum(),
        "net_sales_bn": sold - bought,
        "y_path_bp": rise,
        "y_end_bp": rise[-1] if steps else 0.0,
        "reserves_end_bn": paths.reserves[-1, 0] if steps else reserves,
        "spot_path_pct": spot,
        "spot_end_pct": spot[-1] if steps else 0.0,
        "band_broken": bool((paths.unmet > 0).any()),
    }


def _broadcast(parameters: JointParameters, shape: tuple[int, ...]) -> JointParameters:
    """Every parameter as an array that fits the draws; InputError names one that does not."""
    found: dict[str, Any] = {}
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if field.name in ("cb_window", "duration") or value is None:
            continue
        try:
            found[field.name] = np.broadcast_to(np.asarray(value, dtype=np.float64), shape)
        except ValueError as error:
            raise InputError(
                f"{np.shape(value)} values for {shape} draws.", field=field.name
            ) from error
    return replace(parameters, **found)
