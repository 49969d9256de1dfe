"""A band that is held with finite dollars: what came of it, draw by draw (models E.4, H.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.finance import TRADING_DAYS
from triffin.finance.joint.market import LEFT_AFTER_FADING, JointParameters, JointPaths
from triffin.finance.treasuries.impact import propagated_impact
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet

BN_PER_TRN = 1000.0
_EDGE = 1e-9  # a rate held at the edge is inside, whatever the last digit says

DATA_NEEDED = (
    "the composition of its reserves (deposits, securities, currencies) and an estimated effect of "
    "intervention on its rate"
)
_NOTHING = 1e-6  # bn USD
CURRENCIES = ("JPY",)


@dataclass(frozen=True, eq=False)
class BandOutcome:
    """Per draw (n,); amounts in bn USD over the horizon unless said otherwise.

    held: share of days inside the band. broken: a breach by the rule of the registry, a week of
    consecutive closes beyond the margin.
    days_to_limit: first day on which dollars bought exceed the limit of the US Treasury's report,
    NaN where they never do. yen_created, yen_absorbed: trn.
    """

    held: Array
    always_inside: Array
    broken: Array
    deposits_exhausted: Array
    reserves_exhausted: Array
    spent: Array
    treasuries_sold: Array
    central_bank_bought: Array
    yield_change: Array
    largest_yield_change: Array
    gained: Array
    yen_created: Array
    yen_absorbed: Array
    days_to_limit: Array
    reserves_end: Array

    @property
    def net_spent(self) -> Array:
        """Dollars spent less dollars bought, bn."""
        return self.spent - self.gained


def known_currency(code: str) -> str:
    """`code` in capitals if a defence of it can be computed; InputError saying what would be
    needed."""
    name = code.strip().upper()
    if name not in CURRENCIES:
        raise InputError(
            f"a defence of {code!r} cannot be computed. It would need {DATA_NEEDED}.",
            field="currency",
            value=code,
            valid=CURRENCIES,
        )
    return name


def inside(rate: Array, low: float, high: float) -> Array:
    """Whether each rate lies in the band, its edges included."""
    return (rate >= low * (1.0 - _EDGE)) & (rate <= high * (1.0 + _EDGE))


def band_outcome(paths: JointPaths, parameters: ParameterSet) -> BandOutcome:
    """What the paths did to the band, the reserves and yields."""
    low, high = paths.policy.low, paths.policy.high
    within = inside(paths.rate, low, high)
    margin = parameters.value("band_breach_margin")
    beyond = (paths.rate < low * (1.0 - margin)) | (paths.rate > high * (1.0 + margin))
    closes = int(parameters.value("band_breach_closes"))
    spent = np.maximum(paths.intervention, 0.0)
    gained = spent - paths.intervention
    return BandOutcome(
        held=within.mean(axis=0),
        always_inside=np.all(within, axis=0),
        broken=consecutive(beyond, closes),
        deposits_exhausted=np.any(paths.treasuries_sold > 0, axis=0),
        reserves_exhausted=np.any((paths.unmet > 0) & (paths.reserves <= _NOTHING), axis=0),
        spent=spent.sum(axis=0),
        treasuries_sold=paths.treasuries_sold.sum(axis=0),
        central_bank_bought=paths.central_bank_bought.sum(axis=0),
        yield_change=paths.impact_bp[-1],
        largest_yield_change=paths.impact_bp.max(axis=0),
        gained=gained.sum(axis=0),
        yen_created=(gained * paths.rate).sum(axis=0) / BN_PER_TRN,
        yen_absorbed=(spent * paths.rate).sum(axis=0) / BN_PER_TRN,
        days_to_limit=days_until(gained, purchase_limit_bn(parameters)),
        reserves_end=paths.reserves[-1],
    )


def consecutive(flags: Array, length: int) -> Array:
    """Whether `flags` (T, n) are true on `length` days in a row, (n,); False for a shorter path."""
    run = np.zeros(flags.shape[1], dtype=int)
    found = np.zeros(flags.shape[1], dtype=bool)
    for day in flags:
        run = np.where(day, run + 1, 0)
        found |= run >= length
    return found


def purchase_limit_bn(parameters: ParameterSet) -> float:
    """Dollars that may be bought in a year before they count as one-sided, bn USD."""
    return parameters.value("currency_report_purchases") * parameters.value("japan_gdp_bn")


def days_until(flows: Array, limit: float) -> Array:
    """First day (from 1) on which the sum of flows (T, n) exceeds `limit`; NaN where never."""
    reached = np.cumsum(flows, axis=0) > limit
    return np.where(reached.any(axis=0), reached.argmax(axis=0) + 1.0, np.nan)


def self_defeating(parameters: JointParameters) -> tuple[Array, Array]:
    """(at once, lasting): whether a bn of Treasuries sold weakens the yen by more, through
    yields, than it supports it: kappa m >= psi, and kappa pi m >= psi."""
    at_once = np.asarray(parameters.kappa) * parameters.m
    return at_once >= parameters.psi, at_once * parameters.pi >= parameters.psi


def days_in_band(low: float, high: float, years: tuple[int, ...] | None = None) -> dict[str, float]:
    """Observed share of days inside the band by calendar year (keys "2023", ...).

    Default: the last four years of the series, the last one as far as it goes.
    Raises InputError for a year without an observation.
    """
    series = load_series("usdjpy")
    last = int(str(series.dates[-1])[:4])
    found = {}
    for year in years or tuple(range(last - 3, last + 1)):
        part = series.between(f"{year}-01-01", f"{year}-12-31")
        found[str(year)] = part.share_within(low, high)
    return found


@dataclass(frozen=True, eq=False)
class InterventionEffect:
    """One operation, per draw (n,). yen_pct: trading days after -> percent by which the yen is
    stronger (negative: weaker). loss: bn USD on the securities sold and kept."""

    yen_pct: dict[int, Array]
    yield_bp: dict[int, Array]
    from_deposits: float
    treasuries_sold: float
    loss: Array


def one_intervention(
    parameters: JointParameters,
    dollars_sold: float,
    *,
    deposits: float,
    securities: float,
    days: tuple[int, ...],
    securities_first: bool = False,
    sale_days: int = 1,
) -> InterventionEffect:
    """Effect of dollars sold at one stroke (negative: bought), `days` trading days later.

        yen = psi U [2^(-t/half-life) + (multiple - 1) fading(t)] - kappa y(t)

    with y the price of the Treasuries sold evenly over `sale_days` from the same day (propagator,
    dealers' capacity; no central bank). Deposits pay first unless `securities_first`, as in May
    2024. Dollars bought are kept as deposits. Raises InputError when more is sold than there is.
    """
    available = deposits + securities
    if dollars_sold > available:
        raise InputError(
            f"{dollars_sold:g} bn is more than the reserves hold.",
            field="usd_bn",
            value=dollars_sold,
            valid=f"at most {available:,.1f} bn USD: {deposits:,.1f} of deposits and "
            f"{securities:,.1f} of securities",
        )
    outflow = max(dollars_sold, 0.0)
    sale = max(outflow - deposits, 0.0)
    if securities_first:
        sale = min(outflow, securities)
    p = parameters
    flows = np.zeros((max(*days, sale_days) + 1, 1))
    flows[:sale_days] = sale / sale_days
    path, permanent = propagated_impact(
        flows, m=p.m, pi=p.pi, rho=p.rho, dt=1.0 / TRADING_DAYS, cap=p.cap, xi=p.xi
    )
    extra = np.asarray(p.multiple) - 1.0
    yen, yields = {}, {}
    for day in days:
        left = np.exp2(-day / TRADING_DAYS / np.asarray(p.half_life))
        left = left + extra * LEFT_AFTER_FADING ** (day / np.asarray(p.fast_days))
        yields[day] = path[day]
        yen[day] = p.psi * dollars_sold * left - p.kappa * path[day]
    # Each day's lot is sold halfway between the yields before and after; what is kept is marked
    # at the lasting part.
    before = np.concatenate([np.zeros_like(path[:1]), path[:-1]])
    price = np.sum(flows * (before + path) / 2.0, axis=0)
    loss = p.duration / 1e4 * (price + (securities - sale) * permanent[-1])
    return InterventionEffect(yen, yields, outflow - sale, sale, np.asarray(loss))
