"""Who holds Treasuries, what a sale costs by study, how it spreads, what is refinanced (models D).

Everything here is read from the shipped data and the registry; nothing is drawn. The functions
that take arrays broadcast over draws.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from triffin.finance.averages import mean_decay
from triffin.finance.treasuries.curve import habitat_one_factor
from triffin.finance.treasuries.demand import demand_linear
from triffin.finance.treasuries.own_holdings import OwnHoldings
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import HOLDINGS, active
from triffin.world.countries import country_code, likely
from triffin.world.data.facts import fact, price_impact
from triffin.world.data.holdings import OFFICIAL, TOTAL, TicHoldings, tic_holdings
from triffin.world.data.market_events import auctions
from triffin.world.registry.parameter_set import ParameterSet, kept_by_parameters

START_MONTH = "2025-03"
"""The last month before April 2025: holdings of countries and sectors are of one date."""

IMPACT = "price_impact_bp_per_100bn"

SECTORS = {
    "Federal Reserve": "federal_reserve",
    "foreign official": "foreign_official",
    "foreign private": "foreign_private",
    "US funds": "us_funds",
    "other US holders": "other_us",
}
FED = "Federal Reserve"
PARTS = ("all", "official", "private")
FAMILIES = ("stock-based", "flow-based", "stress")
"""Families of studies from the smallest impact to the largest. They weigh the same: judgement, as
nothing tells which kind of estimate fits a hostile sale (models H.5 asks for all of them)."""
CUSTODIANS = ("BEL", "LUX", "CYM", "GBR", "IRL", "CHE")
"""Where Treasuries of others are kept."""
MATURITIES = {"bills": 0.25, "2-year": 2.0, "5-year": 5.0, "10-year": 10.0, "30-year": 30.0}
"""Buckets of maturity in years; bills stand for three months."""
BUCKET_LIMITS = {"2-year": 4.0, "5-year": 8.0, "10-year": 15.0, "30-year": np.inf}
"""Longest original term (years) refinanced in a bucket: between the terms that are auctioned (3 and
5, 7 and 10, 10 and 20 years), so any limit in these gaps gives the same. Judgement, models H.5."""
ISSUER = "USA"
_ANY_VOLATILITY = 0.01  # of the short rate: it cancels in a ratio of yields


@dataclass(frozen=True)
class Seller:
    """Who sells: `name`, `code` (ISO3 or ""), `sector` ("" for a country), what it holds (bn) at
    the end of `month`, and which `part` of a country sells ("all", "official", "private").
    own_share: official share that the user's own table states; None where it states none."""

    name: str
    code: str
    sector: str
    part: str
    month: str
    total_bn: float
    own_share: float | None = None

    @property
    def splits(self) -> bool:
        """Whether the official share is known: Japan's, or one that the user's table states."""
        return self.code == "JPN" or self.own_share is not None

    def official(self, official_share: Array | float) -> Array:
        """The official share: `official_share`, or everywhere that of the user's table."""
        given = np.asarray(official_share, dtype=np.float64)
        return given if self.own_share is None else np.full_like(given, self.own_share)

    def share(self, official_share: Array | float) -> Array:
        """Share of the total that belongs to the part that sells, 0 to 1."""
        official = self.official(official_share)
        if self.part == "official":
            return official
        return 1.0 - official if self.part == "private" else np.ones_like(official)

    def holdings_bn(self, official_share: Array | float) -> Array:
        """Holdings of the part that sells, bn."""
        return self.total_bn * self.share(official_share)

    def most_bn(self, parameters: ParameterSet) -> float:
        """What the part that sells holds at most, bn: where the official share is a judgement
        (Japan), at the end of its plausible range that makes the part largest (models H.13)."""
        judged = parameters["japan_official_share"]
        return float(np.max(self.holdings_bn(np.array([judged.low, judged.value, judged.high]))))


@kept_by_parameters
def japan_official_share(parameters: ParameterSet) -> float:
    """Mean official share of Japan's holdings, 0.75: 848 bn official, 283 private (models H.13)."""
    entry = parameters["japan_official_share"]
    shape = entry.distribution or {}
    if shape.get("dist") == "beta":
        return float(shape["a"] / (shape["a"] + shape["b"]))
    return float(entry.value)


def find_seller(
    holder: str,
    part: str = "all",
    month: str = START_MONTH,
    holdings: TicHoldings | None = None,
    own: OwnHoldings | None = None,
    *,
    parameters: ParameterSet,
) -> Seller:
    """The holder behind an ISO3 code, an English name or the name of a sector.

    With `own` (the user's table, by default the one in place) holders are looked up there, in
    their latest month, and nowhere else; sectors that it does not list stay as shipped. Raises
    InputError for an unknown holder (nearest match), for the issuer, for `part` of a holder whose
    official share is not known, and for a month without data.
    """
    if part not in PARTS:
        raise InputError(f"got {part!r}.", field="part", value=part, valid=PARTS)
    wanted = holder.strip().casefold()
    own = active(HOLDINGS) if own is None else own
    sectors = {name.casefold(): name for name in SECTORS} | {
        key.casefold(): name for name, key in SECTORS.items()
    }
    if own is not None and (wanted not in sectors or own.lists(holder)):
        return _own_seller(own, holder, part)
    if wanted in sectors:
        return _sector(sectors[wanted], part, month, parameters=parameters)
    tic = holdings or tic_holdings()
    names = {name.casefold(): code for name, code in zip(tic.holders, tic.codes, strict=True)}
    codes = {code.casefold(): code for code in tic.codes if code}
    code = codes.get(wanted) or names.get(wanted)
    if not code:
        meant = country_code(holder)
        code = meant if meant in tic.codes else ""
    if not code and country_code(holder) == ISSUER:
        raise InputError(
            "the United States issue Treasuries: they are no foreign holder.",
            field="HOLDER",
            value=holder,
            valid="a foreign holder (`triffin treasuries holders`), or an American sector: "
            f"{', '.join(name for name in SECTORS if not name.startswith('foreign'))}",
        )
    if not code:
        known = (*(c for c in tic.codes if c), *(n for n in tic.holders if names[n.casefold()]))
        raise InputError(
            f"no holder of Treasuries {holder!r} is known.",
            field="HOLDER",
            value=holder,
            nearest=likely(holder, (*known, *SECTORS)),
            valid="an ISO3 code or a name that TIC lists (`triffin treasuries holders`), or a "
            f"sector: {', '.join(SECTORS)}",
        )
    name = tic.holders[tic.codes.index(code)]
    return _with_part(Seller(name, code, "", part, month, tic.of(code, month)), holder)


def _own_seller(own: OwnHoldings, holder: str, part: str) -> Seller:
    row = own.find(holder)
    seller = Seller(row.name, row.code, "", part, row.month, row.usd_bn, row.official_share)
    return _with_part(seller, holder)


def _with_part(seller: Seller, holder: str) -> Seller:
    """The seller, unless a part of it is asked for that nobody can tell."""
    if seller.part != "all" and not seller.splits:
        raise InputError(
            f"how much of the Treasuries of {seller.name} official institutions hold is not "
            "published by country.",
            field=f"--{seller.part}",
            value=holder,
            valid="JPN, whose share is inferred from its reserves; for others the official_share "
            "of an own table (--holdings FILE); without the option all sell",
        )
    return seller


def _sector(name: str, part: str, month: str, *, parameters: ParameterSet) -> Seller:
    if part != "all":
        raise InputError(
            f"{name} is a sector: it has no official and private part.",
            field=f"--{part}",
            value=name,
            valid="the name of the sector alone, such as 'foreign official'",
        )
    if month != START_MONTH:
        raise InputError(
            f"holdings by sector of {month} are not in the registry.",
            field="month",
            value=month,
            valid=START_MONTH,
        )
    return Seller(name, "", name, part, month, sector_holdings(parameters)[name])


@kept_by_parameters
def sector_holdings(parameters: ParameterSet) -> dict[str, float]:
    """Holdings by sector in spring 2025, bn; they add up to marketable debt."""
    return {name: parameters.value(f"holdings_{key}_bn") for name, key in SECTORS.items()}


def official_share(month: str | None = None) -> float:
    """Share of foreign holdings that belongs to official institutions (TIC, all countries)."""
    tic = tic_holdings()
    return tic.of(OFFICIAL, month) / tic.of(TOTAL, month)


def _foreign(month: str) -> float:
    # A user's table may be of a month that TIC does not have.
    return official_share(month if month in tic_holdings().months else START_MONTH)


def buyers(
    seller: Seller, sale_bn: float, share: float, parameters: ParameterSet
) -> dict[str, float]:
    """Who buys a sale in the long run when the Federal Reserve does not: sector -> bn.

    In proportion to what they hold, which is linear demand (D.2) with one elasticity for all: no
    source ranks them. The seller's own holdings are left out. `share`: official share of the
    seller's holdings; a country whose share is unknown is taken out of both foreign sectors in
    the proportion of all foreigners. They add up to `sale_bn`.
    """
    holdings = dict(sector_holdings(parameters))
    if not seller.sector:
        official = float(seller.official(share)) if seller.splits else _foreign(seller.month)
        parts = {
            "official": {"foreign official": 1.0},
            "private": {"foreign private": 1.0},
            "all": {"foreign official": official, "foreign private": 1.0 - official},
        }[seller.part]
        own = float(seller.holdings_bn(share))
        for sector, weight in parts.items():
            holdings[sector] = max(0.0, holdings[sector] - weight * own)
    outcome = demand_linear(
        holdings,
        {name: float(name != FED) for name in SECTORS},
        sale_bn,
        seller=seller.sector or None,
        exclude_seller=bool(seller.sector),
    )
    purchases: dict[str, float] = outcome["purchases_bn"]
    return purchases


@dataclass(frozen=True)
class Estimate:
    """One estimate of price impact: bp per 100 bn scaled to 2025 (`low` to `high`).

    years: the sale it measures is spread over this time; None for a lasting change of the stock.
    weight: in the pool; families weigh the same, papers within a family, rows within a paper
    (judgement; models H.5 wants the families side by side and prints no weights).
    """

    study: str
    family: str
    horizon: str
    years: float | None
    low: float
    high: float
    source: str
    grade: str
    weight: float


@kept_by_parameters
def estimates(parameters: ParameterSet) -> tuple[Estimate, ...]:
    """The estimates that a sale can be priced with, ordered by family.

    An estimate that is open above ends at the largest of all. A user's own prior on
    `price_impact_bp_per_100bn` stands in place of all studies. Raises InputError for a horizon
    that is not known: an estimate must not enter at a horizon that it does not have.
    """
    if own_impact(parameters):
        return (_own_estimate(parameters),)
    rows = [row for row in price_impact() if row.family and row.bp_per_100bn_2025_low]
    top = max(row.bp_per_100bn_2025_high or 0.0 for row in rows)
    papers = Counter((row.family, row.source) for row in rows)
    families = Counter(family for family, _ in papers)
    found = [
        Estimate(
            study=row.study,
            family=str(row.family),
            horizon=row.horizon,
            years=_years(row.horizon),
            low=float(row.bp_per_100bn_2025_low or 0.0),
            high=row.bp_per_100bn_2025_high or top,
            source=row.source,
            grade=row.grade,
            weight=1.0 / (len(families) * families[row.family] * papers[row.family, row.source]),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda e: FAMILIES.index(e.family)))


def own_impact(parameters: ParameterSet) -> bool:
    """Whether a user's own prior on price impact stands in place of the studies."""
    return IMPACT in parameters.own


def _own_estimate(parameters: ParameterSet) -> Estimate:
    entry = parameters[IMPACT]
    return Estimate(
        study="own prior",
        family=FAMILIES[1],
        horizon="1 month",
        years=1 / 12,
        low=entry.low,
        high=entry.high,
        source=entry.source,
        grade=entry.grade,
        weight=1.0,
    )


def _years(horizon: str) -> float | None:
    # "impact" is that of a month: the study rests on monthly flows.
    known = {"1 month": 1 / 12, "impact": 1 / 12, "2 weeks": 2 / 52, "stock": None, "long": None}
    for start, years in known.items():
        if horizon.startswith(start):
            return years
    raise InputError(
        f"the horizon {horizon!r} of a study cannot be compared with a sale.",
        field="horizon",
        value=horizon,
        valid=tuple(known),
    )


def chosen_estimates(u: Array, parameters: ParameterSet) -> Array:
    """Positions in `estimates` (n,) of uniforms (n,), by weight."""
    edges = np.cumsum([e.weight for e in estimates(parameters)])
    return np.minimum(np.searchsorted(edges, u * edges[-1], side="right"), len(edges) - 1)


def instant_impact(
    which: Array, u: Array, pi: Array | float, rho: Array | float, parameters: ParameterSet
) -> Array:
    """Instant impact m (bp per bn of 10-year equivalents) that agrees with the chosen estimates.

    `which` positions in `estimates`, `u` uniforms: log-uniform between the low and the high end
    of an estimate. An estimate L of sales over T years is m [π + (1−π)(1−e^(−ρT))/(ρT)]; one of a
    lasting change of the stock is the permanent part m π. An own prior is drawn from its own
    distribution. All arrays broadcast.
    """
    if own_impact(parameters):
        return registry_instant_impact(u, pi, rho, parameters)
    table = estimates(parameters)
    low, high = (np.array([getattr(e, end) for e in table])[which] for end in ("low", "high"))
    over = np.array([np.inf if e.years is None else e.years for e in table])[which]
    per_bn = low * (high / low) ** np.asarray(u) / 100.0
    lasting = np.isinf(over)
    kept = mean_decay(np.asarray(rho) * np.where(lasting, 0.0, over))
    transitory = np.where(lasting, 0.0, kept)
    return np.asarray(per_bn / (pi + (1.0 - np.asarray(pi)) * transitory))


def registry_instant_impact(
    u: Array, pi: Array | float, rho: Array | float, parameters: ParameterSet
) -> Array:
    """As `instant_impact`, from the registry's pooled price_impact_bp_per_100bn (one month)."""
    month = np.asarray(pi) + (1.0 - np.asarray(pi)) * mean_decay(np.asarray(rho) / 12.0)
    return np.asarray(parameters[IMPACT].quantile(u) / 100.0 / month)


@kept_by_parameters
def yield_ratio(years: float, parameters: ParameterSet) -> float:
    """Change of the yield of a zero-coupon bond of `years` over that of the 10-year.

    Preferred habitat: the risk-neutral speed k* of the one-factor curve. The ratio does not depend
    on the size or the maturity of what is sold.
    """
    outcome = habitat_one_factor(
        parameters.value("curve_reversion"),
        _ANY_VOLATILITY,
        [10.0],
        [0.1],
        years,
        target_bp=1.0,
        target_maturity=10.0,
    )
    return float(outcome["dy_bp"])


def curve(parameters: ParameterSet) -> dict[str, float]:
    """Bucket of maturity -> change of its yield over that of the 10-year."""
    return {bucket: yield_ratio(years, parameters) for bucket, years in MATURITIES.items()}


def coupon_refinancing() -> dict[str, float]:
    """Share of refinanced notes and bonds by bucket of maturity; they add up to one.

    Gross issuance: auctions of 2025 by term (TIPS left out) times offered amounts. Amounts are
    published for 3, 10 and 30 years; between them they are interpolated in the logarithm of the
    term: judgement.
    """
    terms = np.log([3.0, 10.0, 30.0])
    sizes = [fact("holdings-and-debt", f"auction_{t}y_size_2025").number for t in (3, 10, 30)]
    issued = dict.fromkeys(list(MATURITIES)[1:], 0.0)
    for auction in auctions():
        if auction.date < "2025" or auction.type == "Bill" or auction.inflation_protected:
            continue
        bucket = next(b for b, limit in BUCKET_LIMITS.items() if auction.term_years <= limit)
        issued[bucket] += float(np.interp(np.log(auction.term_years), terms, sizes))
    total = sum(issued.values())
    return {bucket: amount / total for bucket, amount in issued.items()}
