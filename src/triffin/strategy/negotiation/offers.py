"""What is on the table with every partner: from demands and defaults to the bilateral block (A.2).

Payoffs are billion USD per year relative to the pause: H⁰ = U⁰ = 0. Arrays are (n draws, m
partners), or (1, m) and (n, 1) where one of the two does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from triffin.scenario.sections import Demand
from triffin.scenario.tariff_selectors import EVERYONE
from triffin.strategy.bargains.many_bargains import Bargains, Terms, nash_terms
from triffin.strategy.negotiation.car_relief import CarRelief, car_relief
from triffin.strategy.negotiation.open_clause import extraction
from triffin.strategy.negotiation.setting import Scene
from triffin.strategy.payoffs.surrogate import Anchored, anchored
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet

ISSUES = ("cars", "access", "purchases", "investment")
UNITS = {
    "cars": "share of the relief",
    "access": "USD bn per year",
    "purchases": "USD bn per year, pledged",
    "investment": "USD bn, pledged",
}
# Slope of a marginal cost that is in truth constant: the bilateral block needs one above zero.
_FLAT = 1e-6
# Amounts below this many billion USD a year do not count as a threat.
HURTS = 1e-6
# The partner whose payments for troops have a base in the registry.
HOST = "JPN"


@dataclass(frozen=True, eq=False)
class Packages:
    """The bargains of all partners, without threat points and clause.

    bargains : the bilateral block, (n, m) cells, issues in the order of ISSUES. H1, U1 : payoffs
    when the threat is executed on i alone; U1 contains the expected loss of the security
    guarantee. tariff_hurt : what the duty alone takes. x_min (1, m, K) : volumes that are part of
    every package. clause (m,) : whether there is an open clause; theta, clause_median, clause_sd :
    its share, median demand and spread. pause, threat (m,) : rates. floor : the lowest rate that
    the hegemon agrees to. asked : names of the demands,
    by partner. relief : value of lower duties on cars, by position of the partner.
    """

    scene: Scene
    values: Mapping[str, Array]
    bargains: Bargains
    fits: Anchored
    H1: Array
    U1: Array
    tariff_hurt: Array
    x_min: Array
    clause: Array
    theta: Array
    clause_median: Array
    clause_sd: Array
    pause: Array
    threat: Array
    floor: float
    asked: tuple[tuple[str, ...], ...]
    relief: dict[int, CarRelief]

    @property
    def shape(self) -> tuple[int, int]:
        """Draws and partners."""
        n, m = self.bargains.shape
        return n, m

    @cached_property
    def levers(self) -> Array:
        """(m,) what the hegemon can press with: "tariff", "security", "sector duty" or "none"."""
        hurts = (self.tariff_hurt > HURTS).any(axis=0)
        secured = (-self.U1 > HURTS).any(axis=0)
        cars = np.array([i in self.relief for i in range(self.shape[1])])
        return np.where(hurts, "tariff", np.where(secured, "security",
                        np.where(cars, "sector duty", "none")))  # fmt: skip

    def cross(self, others: Array) -> tuple[Array, Array]:
        """How the rates that all pay (n, m) move the slopes g1 and l1 of every bargain."""
        s = self.scene.payoffs.surrogate
        away = others - self.pause
        return away @ s.C.T, away @ s.E.T

    def agreed(
        self,
        q: Array | float,
        *,
        dH: Array | float = 0.0,
        dU: Array | float = 0.0,
        others: Array | None = None,
        cells: tuple[Array, ...] | None = None,
    ) -> Agreed:
        """The bargain of every cell, or of some, when the threat is executed with probability q.

        q (n, m), (n, 1) or a number in [0, 1]. dH, dU : added to the two threat points, billion
        USD per year. others (n, m) : rates that the other partners pay; the pause if left out.
        cells : (draws, partners), two equally long lists of positions; the answer is then flat.
        """
        shape = self.shape
        slope_h, slope_u = (0.0, 0.0) if others is None else self.cross(others)
        step = self.threat - self.pause

        def cut(value: Array | float) -> Array:
            full = np.broadcast_to(value, shape)
            return full if cells is None else full[cells]

        b = self.bargains if cells is None else self.bargains.at(cells)
        probability = cut(q)
        hit_h, hit_u = cut(self.H1 + slope_h * step), cut(self.U1 - slope_u * step)
        own_h, own_u = cut(slope_h), cut(slope_u)
        pause = cut(self.pause)
        outside_h = probability * hit_h + cut(dH)
        outside_u = probability * hit_u + cut(dU)
        # Gains count from the pause: what the fits give there moves into the threat points.
        g1, l1 = b.g1 + own_h, b.l1 + own_u
        at_h = pause * (g1 - b.g2 * pause / 2)
        at_u = pause * (l1 - b.l2 * pause / 2)
        clause = cut(self.clause[None, :])
        plain = Bargains(
            **{
                **{name: getattr(b, name) for name in _KEPT},
                "g1": g1,
                "l1": l1,
                "dH": b.dH + outside_h + at_h,
                "dU": b.dU + outside_u - at_u,
                "dignity": b.dignity,
            }
        )
        plain, floor = _above_floor(plain, np.minimum(self.floor, b.t_max))
        found = nash_terms(plain)
        held = np.zeros_like(outside_h)
        bound = np.nonzero(clause & found.deal)
        if bound[0].size:
            # Priced at the terms without it: what leaving would cost caps what can be taken. The
            # cost of conceding is sunk by then.
            rent = (found.gain_partner + b.dignity)[bound]
            theta = cut(self.theta)[bound]
            held[bound] = extraction(
                cut(self.clause_median)[bound], cut(self.clause_sd)[bound], theta * rent
            )
            signed = nash_terms(_with_clause(plain.at(bound), held[bound], theta))
            for whole, part in zip(found, signed, strict=True):
                whole[bound] = part
        package = found.gain_partner + b.dignity + held + outside_u
        with np.errstate(divide="ignore", invalid="ignore"):
            hurt = -hit_u
            needed = np.where(hurt > HURTS, (b.dignity + held - package + cut(dU)) / hurt, np.nan)
        return Agreed(
            terms=found._replace(tariff=found.tariff + floor),
            clause_cost=np.where(found.deal, held, np.nan),
            package=package,
            q_needed=needed,
            outside_hegemon=outside_h,
            outside_partner=outside_u,
        )


_KEPT = ("g2", "l2", "omega", "beta", "v", "p", "kappa", "x_max", "t_max", "s_min", "s_max")


@dataclass(frozen=True, eq=False)
class Agreed:
    """Terms by cell, with what the clause takes, and the credibility they need.

    package : value to the partner before dignity and clause, relative to the pause, nan without a
    deal. q_needed : the lowest probability of execution at which the partner would sign these
    terms (A.3), not clipped; nan without a deal or where nothing hurts. outside_* : threat points.
    """

    terms: Terms
    clause_cost: Array
    package: Array
    q_needed: Array
    outside_hegemon: Array
    outside_partner: Array


def _above_floor(b: Bargains, floor: Array) -> tuple[Bargains, Array]:
    """The bargain over what the tariff exceeds a floor by, and the floor."""
    return (
        replace(
            b,
            g1=b.g1 - b.g2 * floor,
            l1=b.l1 - b.l2 * floor,
            dH=b.dH - floor * (b.g1 - b.g2 * floor / 2),
            dU=b.dU + floor * (b.l1 - b.l2 * floor / 2),
            t_max=b.t_max - floor,
        ),
        floor,
    )


def _with_clause(b: Bargains, held: Array, theta: Array) -> Bargains:
    """The bargain when later demands take `held` and effort falls: a share theta of what would
    have been delivered is not (A.4)."""
    later = np.array([issue != "cars" for issue in ISSUES])
    scale = np.where(later, (1 - theta)[..., None], 1.0)
    return replace(
        b,
        v=b.v * scale,
        p=b.p * scale,
        kappa=b.kappa * scale,
        dH=b.dH - held,
        dignity=b.dignity + held,
    )


def packages_of(
    scene: Scene, values: Mapping[str, Array], demands: Mapping[str, Demand] | None = None
) -> Packages:
    """The packages of a scenario's talks at parameter values (n,) by name.

    demands : by partner, in place of the scenario's.
    Raises InputError for demands on an economy that is not a partner with trade data.
    """
    setting, table = scene.setting, scene.payoffs
    m = len(setting.partners)
    asked = demands_by_partner(scene, scene.scenario.demands if demands is None else demands)
    val = {name: np.asarray(value, dtype=float)[:, None] for name, value in values.items()}
    gdp = setting.partner_gdp_bn
    pause = setting.pause
    threat = np.maximum(table.rates[:, table.actions.index("announced")], pause)
    fits = anchored(setting, table.surrogate)

    security = val["security_value"] * np.where(setting.allies, gdp, 0.0)
    H1, U1 = _executed(scene, val["retaliation_frequency"])
    idle = threat <= pause
    U1, H1 = np.where(idle, 0.0, U1), np.where(idle, 0.0, H1)
    tariff_hurt = np.where(idle, 0.0, -U1)
    U1 = U1 - val["security_threat_probability"] * security

    issues = _issues(scene, asked, val)
    cash = _cash(setting.codes, asked, scene.parameters)
    clause = np.array([bool(one and one.open_clause) for one in asked])
    size = val["nash_size_exponent"]
    weight = val["hegemon_nash_weight"]
    middle = np.exp(table.weight @ np.log(gdp))
    odds = weight / (1 - weight) * (middle / gdp) ** size
    n = len(next(iter(val.values())))
    bargains = Bargains(
        g1=fits.g1[None], g2=fits.g2[None], l1=fits.l1[None], l2=fits.l2[None],
        omega=val["political_wedge"], beta=odds / (1 + odds),
        v=issues.v, p=issues.p, kappa=issues.kappa, x_max=issues.x_max,
        dH=-issues.fixed_hegemon, dU=np.zeros((n, m)),
        dignity=val["dignity_cost"] * gdp + issues.fixed_partner,
        t_max=threat[None], s_min=cash[0][None], s_max=cash[1][None],
    ).broadcast()  # fmt: skip
    return Packages(
        scene=scene,
        values=values,
        bargains=bargains,
        fits=fits,
        H1=H1,
        U1=U1,
        tariff_hurt=tariff_hurt,
        x_min=issues.x_min,
        clause=clause,
        theta=val["clause_share"] * (1 - val["clause_commitment"]),
        clause_median=val["clause_demand"] * gdp,
        clause_sd=val["clause_demand_sd_log"],
        pause=pause,
        threat=threat,
        floor=_stated(scene, "lowest_rate"),
        asked=tuple(_named(one) for one in asked),
        relief=issues.relief,
    )


def _executed(scene: Scene, retaliates: Array) -> tuple[Array, Array]:
    """H¹ and U¹ (n, m) of the tariffs: held against, or answered in kind with some probability.

    Left to the payoffs alone nearly all would retaliate or pivot, which few did in 2018-19 and
    which all could do in the pause already: its costs are not in the trade model (H.7).
    """
    held_h, held_u = scene.payoffs.column("announced")
    hit_h, hit_u = scene.payoffs.column("retaliate")
    now_h, now_u = scene.payoffs.column("pause")
    own_h, own_u = held_h - now_h, held_u - now_u
    return own_h + retaliates * (hit_h - held_h), own_u + retaliates * (hit_u - held_u)


def demands_by_partner(scene: Scene, demands: Mapping[str, Demand] | None) -> list[Demand | None]:
    """The demands on every partner, None where nothing is stated; "*" is everybody who has no
    demands of its own."""
    given = dict(demands or {})
    found: list[Demand | None] = [given.pop(EVERYONE, None)] * len(scene.setting.partners)
    for code, demand in given.items():
        found[scene.setting.index(code)] = demand
    return found


def _stated(scene: Scene, name: str) -> float:
    """A parameter that is not drawn, as the scenario has it."""
    return scene.parameters.value(name)


def _named(demand: Demand | None) -> tuple[str, ...]:
    """Names of what is asked, in the order of the schema."""
    if demand is None:
        return ("purchases by default",)
    return tuple(name for name in type(demand).model_fields if getattr(demand, name) is not None)


def _cash(
    codes: tuple[str, ...], asked: list[Demand | None], parameters: ParameterSet
) -> tuple[Array, Array]:
    """(m,) least and most cash for security beyond what is paid today, billion USD per year."""
    low, high = np.zeros(len(codes)), np.zeros(len(codes))
    for i, demand in enumerate(asked):
        if demand is None or demand.security is None:
            continue
        first, last = demand.security.usd_bn_per_year
        paid = parameters.value("host_nation_support_usd_bn") if codes[i] == HOST else first
        low[i], high[i] = max(first - paid, 0.0), max(last - paid, 0.0)
    return low, high


@dataclass(frozen=True, eq=False)
class _Issues:
    """v, p, kappa, x_max (n, m, K); x_min (1, m, K); values of x_min to both sides (n, m)."""

    v: Array
    p: Array
    kappa: Array
    x_max: Array
    x_min: Array
    fixed_hegemon: Array
    fixed_partner: Array
    relief: dict[int, CarRelief]


def _issues(scene: Scene, asked: list[Demand | None], val: Mapping[str, Array]) -> _Issues:
    setting = scene.setting
    n, m, K = len(next(iter(val.values()))), len(asked), len(ISSUES)
    v, p, kappa = np.zeros((n, m, K)), np.zeros((n, m, K)), np.full((n, m, K), _FLAT)
    least, most = np.zeros((1, m, K)), np.zeros((n, m, K))
    relief: dict[int, CarRelief] = {}
    deficit = bilateral_deficits(scene)
    delivered = val["delivery_incremental_purchases"]
    worth = {
        "access": (val["market_access_value"], val["market_access_cost"]),
        "purchases": (delivered * val["purchases_value"], delivered * val["purchases_cost"]),
        "investment": (
            val["delivery_investment"] * val["investment_value"],
            val["delivery_investment"] * val["investment_cost"],
        ),
    }
    for k, issue in enumerate(ISSUES):
        if issue == "cars":
            continue
        v[..., k], p[..., k] = worth[issue]
    for i, demand in enumerate(asked):
        if demand is None:
            most[:, i, 2:3] = val["purchases_asked_share"] * max(deficit[i], 0.0)
            continue
        cars = demand.cars
        if cars is not None and cars.access is not None:
            least[:, i, 1], most[:, i, 1] = cars.access.usd_bn_per_year
        if cars is not None and cars.sector_tariff is not None and cars.offer is not None:
            one = setting.partners[i]
            found = car_relief(
                setting.base.world.economies[setting.hegemon],
                one.iso3,
                one.members,
                cars.sector_tariff,
                cars.offer,
                setting.revenue,
                scene.parameters,
            )
            if found is not None:
                relief[i] = found
                v[:, i, 0] = found.hegemon_pct * setting.gdp_bn[setting.hegemon] / 100
                p[:, i, 0] = -found.partner_pct * setting.partner_gdp_bn[i] / 100
                most[:, i, 0] = 1.0
        if demand.deficit is not None:
            most[:, i, 2] = max(deficit[i] - demand.deficit.target, 0.0)
        if demand.investment is not None:
            least[:, i, 3], most[:, i, 3] = demand.investment.usd_bn
    room = most - least
    # The marginal cost rises from p at nothing to p (1 + steepness) at all that is asked.
    steep = np.abs(p) * val["concession_steepness"][..., None] / np.where(most > 0, most, 1.0)
    kappa = np.maximum(kappa, np.where(p > 0, steep, 0.0))
    fixed_hegemon = (v * least).sum(-1)
    fixed_partner = (least * (p + kappa * least / 2)).sum(-1)
    return _Issues(v, p + kappa * least, kappa, room, least, fixed_hegemon, fixed_partner, relief)


def bilateral_deficits(scene: Scene) -> Array:
    """(m,) the hegemon's deficit with every partner in the data, billion USD per year."""
    setting = scene.setting
    flows = setting.base.world.trade[0] / 1e9
    h = setting.hegemon
    bought, sold = setting.members @ flows[:, h], setting.members @ flows[h, :]
    return np.asarray(bought - sold)
