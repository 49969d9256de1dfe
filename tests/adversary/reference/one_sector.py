"""The one-sector model in levels of spending, price, wage and labor, solved component by component.

Equations of Ignatenko, Macedoni, Lashkaripour and Simonovska (2025), Journal of International
Economics 157, which nest Armington, Eaton and Kortum (2002), Krugman with relocating firms, and
roundabout inputs. Unknowns are the logs of w^, L^, P^ and E^ of one connected component of the
trade network; economies that trade with nobody else are unaffected by anybody's tariffs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .path import NoBranch, follow

Array = np.ndarray

# A link counts if it is above this share of the smaller partner's GDP.
SMALLEST_LINK = 1e-10
FOREIGN_INPUTS = (0.12, 0.26)  # shares of foreign affiliates in purchases: rest, United States
PUBLISHED_PSI = 0.67 / 4.0


@dataclass(frozen=True)
class Choice:
    """A model and its closures, as a user names them."""

    model: str = "armington"
    revenue: str = "lump-sum"
    deficits: str = "world-share"
    epsilon: float = 4.0
    kappa: float = 0.0
    psi: float = 0.0
    pass_through: float = 1.0
    beta: float = 1.0

    @property
    def multinational(self) -> bool:
        return self.model in ("ignatenko-2025", "ignatenko-2025-roundabout")

    @property
    def roundabout(self) -> bool:
        return self.model == "ignatenko-2025-roundabout"


@dataclass(frozen=True)
class Base:
    """Calibrated levels (USD): X[o, d] net of tariff, gross spending E, income Y, transfer T."""

    X: Array
    E: Array
    Y: Array
    T: Array
    nu: Array
    phi: Array

    def part(self, members: Array) -> Base:
        return Base(
            self.X[np.ix_(members, members)],
            *(v[members] for v in (self.E, self.Y, self.T, self.nu, self.phi)),
        )


@dataclass(frozen=True)
class Answer:
    """Per cent changes by economy (N,); `meaningful` says whether the welfare formula has any."""

    welfare: Array
    real_income: Array
    employment: Array
    revenue: Array
    meaningful: Array


class NoCalibration(Exception):
    """The data leave an economy without income or spending, or admit no multinational shares."""


def components(trade: Array, gdp: Array, smallest: float = SMALLEST_LINK) -> list[Array]:
    """Positions of the economies of each connected component of the network of flows."""
    n = len(gdp)
    joined = (trade > smallest * np.minimum.outer(gdp, gdp)) & ~np.eye(n, dtype=bool)
    joined |= joined.T
    left, found = set(range(n)), []
    while left:
        reached, edge = set(), {min(left)}
        while edge:
            reached |= edge
            edge = {j for i in edge for j in np.flatnonzero(joined[i])} - reached
        left -= reached
        found.append(np.array(sorted(reached)))
    return found


def affiliates(trade: Array, gdp: Array, home: int) -> tuple[float, float]:
    """nu of the rest and of the United States.

    The paper's two targets for the share of foreign affiliates in purchases are met on the
    aggregate of two regions.
    """
    from scipy.optimize import root

    rest = np.arange(len(gdp)) != home
    to_home, from_home = trade[rest, home].sum(), trade[home, rest].sum()
    among = trade[np.ix_(rest, rest)].sum()

    def spending(nu_r: float, nu_h: float) -> tuple[float, float]:
        imports_r, imports_h = from_home + among, to_home
        sold_r = (1 - nu_h) * to_home + (1 - nu_r) * among
        sold_h = (1 - nu_r) * from_home
        return (
            gdp[rest].sum() + (1 - nu_r) * (imports_r - sold_r),
            gdp[home] + (1 - nu_h) * (imports_h - sold_h),
        )

    def gap(nu: Array) -> list[float]:
        e_r, e_h = spending(nu[0], nu[1])
        own_r = (e_r - from_home) / (e_r - from_home + to_home)
        own_h = (e_h - to_home) / (e_h - to_home + from_home)
        return [
            (1 - own_r) * nu[1] + own_r * nu[0] - FOREIGN_INPUTS[0],
            own_h * nu[1] + (1 - own_h) * nu[0] - FOREIGN_INPUTS[1],
        ]

    solved = root(gap, FOREIGN_INPUTS, tol=1e-15)
    nu_r, nu_h = (float(v) for v in solved.x)
    if max(abs(v) for v in gap(solved.x)) > 1e-11 or not (0 <= nu_r < 1 and 0 <= nu_h < 1):
        raise NoCalibration("no multinational shares meet both targets")
    return nu_r, nu_h


def calibrate(trade: Array, gdp: Array, home: int | None, choice: Choice) -> Base:
    """Levels of the base. `home` is the position of the United States, None where it is absent."""
    n = len(gdp)
    nu = np.zeros(n)
    if home is not None and n > 1:
        # What the United States do not trade with, directly or through others, is another world.
        near = next(group for group in components(trade, gdp) if home in group)
        near = near if len(near) > 1 else np.arange(n)
        inside = np.ix_(near, near)
        try:
            found = affiliates(trade[inside], gdp[near], int(np.searchsorted(near, home)))
            nu[slice(None) if choice.multinational else near], nu[home] = found
        except NoCalibration:
            if choice.multinational:
                raise
    elif choice.multinational:
        raise NoCalibration("there is no economy USA")
    imports = trade.sum(axis=0)
    transfer = (1 - nu) * (imports - trade @ (1 - nu))
    X = trade.copy()
    at_home = np.maximum(gdp + transfer - imports, 0.0)
    X[np.diag_indices(n)] = at_home / (choice.beta if choice.roundabout else 1.0)
    if not choice.multinational:
        nu = np.zeros(n)
    E = X.sum(axis=0)
    kept = X @ (1 - nu)
    Y = choice.beta * kept + nu * E
    if (E <= 0).any() or (Y <= 0).any():
        raise NoCalibration("an economy has no income or no spending")
    T = E - Y - (1 - choice.beta) * kept
    phi = np.ones(n)
    if choice.multinational:
        theta = 1 / PUBLISHED_PSI
        phi = choice.pass_through + (1 + theta) / ((1 - nu) * theta) - 1 / theta - 1
    return Base(X, E, Y, T, nu, phi)


@dataclass(frozen=True)
class Levels:
    """What the equations give at one point, with a leading axis of directions (M, n)."""

    flows: Array
    revenue: Array
    kept: Array
    income: Array
    transfer: Array
    tau: Array
    rhs_price: Array


def levels(base: Base, choice: Choice, tariff: Array, T: Array, x: Array) -> Levels:
    """Shares, flows, revenue and the price equation's right side at logs x (M, 4n)."""
    n = len(base.E)
    w, l, p, e = (x[:, k * n : (k + 1) * n] for k in range(4))
    beta, eps = choice.beta, choice.epsilon
    cost = beta * w + (1 - beta) * p - choice.psi * ((1 - beta) * (w - p) + l)
    bias = -eps * base.phi[None, :] * np.log1p(tariff)
    exponent = -eps * cost[:, :, None] + bias[None, :, :]
    share = base.X / base.E
    bought = share > 0
    peak = np.where(bought[None], exponent.real, -np.inf).max(axis=1, keepdims=True)
    weight = share[None] * np.exp(np.where(bought[None], exponent - peak, 0.0))
    total = weight.sum(axis=1)
    part = weight / total[:, None, :]
    spent = part * (base.E * np.exp(e))[:, None, :]
    flows = spent / (1 + tariff)[None]
    revenue = (flows * tariff[None]).sum(axis=1)
    kept = (flows * (1 - base.nu)[None, None, :]).sum(axis=2)
    income = base.Y * np.exp(w + l)
    grows = income.sum(axis=1, keepdims=True) / base.Y.sum()
    if choice.deficits == "fixed":
        grows = np.ones_like(grows)
    relief = choice.revenue == "tax-relief"
    tau = revenue / income if relief else 0 * revenue
    price = (1 - base.phi) * (e - w) - (np.log(total) + peak[:, 0, :]) / eps
    return Levels(flows, revenue, kept, income, T * grows, tau, price)


def residual(base: Base, choice: Choice, tariff: Array, T: Array, x: Array) -> Array:
    """Relative residuals (M, 4n): sales, spending, price, labor; NaN outside the domain."""
    n = len(base.E)
    w, l, p, e = (x[:, k * n : (k + 1) * n] for k in range(4))
    v = levels(base, choice, tariff, T, x)
    beta = choice.beta
    earned = beta * v.kept + base.nu * v.flows.sum(axis=1)
    sales = earned / v.income - 1
    # The largest economy's sales equation follows from the others'; the numeraire takes its row.
    largest = int(np.argmax(base.Y))
    if choice.roundabout:
        norm = ((np.exp(w) - 1) * base.Y).sum(axis=1) / base.Y.sum()
    else:
        norm = ((np.exp(p) - 1) * base.E).sum(axis=1) / base.E.sum()
    sales[:, largest] = norm
    spending = (v.revenue + v.income + v.transfer + (1 - beta) * v.kept) / (base.E * np.exp(e)) - 1
    outside = (v.tau.real >= 1).any(axis=1)
    relief = -np.log(np.where(v.tau.real < 1, 1 - v.tau, 1.0))
    labor = l - choice.kappa * (relief + w - p)
    out = np.concatenate([sales, spending, p - v.rhs_price, labor], axis=1)
    out[outside] = np.nan
    return out


def both_ways(flows: Array) -> bool:
    """Whether every economy can be reached from every other along flows, in their direction.

    Trade that runs one way between two groups cannot balance at any prices.
    """
    n = len(flows)
    reach = (flows > 0) | np.eye(n, dtype=bool)
    for _ in range(n):
        reach = reach @ reach
    return bool(reach.all())


def _purged(base: Base, choice: Choice, first: float) -> Base:
    """The base without transfers, on the branch along which they fade away."""
    n = len(base.E)
    if not both_ways(base.X):
        raise NoBranch(0.0, "trade runs one way, so it cannot balance,", certain=True)
    none = np.zeros((n, n))
    fading = replace(choice, revenue="lump-sum", deficits="world-share")

    def equations(x: Array, s: float) -> Array:
        return residual(base, fading, none, (1 - s) * base.T, x)

    try:
        found = follow(equations, np.zeros(4 * n), first)
    except NoBranch as end:
        # Wages may run away without bound towards the end, which looks like a fold.
        sure = end.certain and end.fraction < 0.99
        raise NoBranch(end.fraction, f"without transfers: {end.why}", sure) from None
    v = levels(base, fading, none, 0 * base.T, found.x[None, :])
    flows = v.flows[0].real
    return Base(flows, flows.sum(axis=0), v.income[0].real, np.zeros(n), base.nu, base.phi)


def _solve_component(base: Base, choice: Choice, tariff: Array, first: float) -> Answer:
    n = len(base.E)
    if choice.deficits == "balanced":
        base = _purged(base, choice, first)

    def equations(x: Array, s: float) -> Array:
        return residual(base, choice, np.expm1(s * np.log1p(tariff)), base.T, x)

    found = follow(equations, np.zeros(4 * n), first)
    v = levels(base, choice, tariff, base.T, found.x[None, :])
    w, l, p, _ = (found.x[k * n : (k + 1) * n] for k in range(4))
    income, tau = v.income[0].real, v.tau[0].real
    revenue, transfer = v.revenue[0].real, v.transfer[0].real
    earned = choice.beta * v.kept[0].real + base.nu * v.flows[0].real.sum(axis=0)
    if not np.max(np.abs(earned / income - 1)) < 1e-7:
        raise NoBranch(1.0, "Walras' law fails, so rounding has eaten the answer")
    before = base.Y + base.T
    after = income + revenue + transfer
    if (before <= 0).any():
        raise NoCalibration("households spend nothing in the base")
    real = after / before / np.exp(p)
    cost = choice.kappa * (1 - tau) * base.Y / (1 + choice.kappa)
    delta = before / (before - cost)
    welfare = delta * real + (1 - delta) * np.exp(w + l - p)
    return Answer(
        100 * (welfare - 1),
        100 * (real - 1),
        100 * np.expm1(l),
        100 * revenue / base.E,
        # Beyond the pole of delta, or where households have nothing, the formula says nothing.
        (before > cost) & (real > 0) & (welfare > 0),
    )


# Trial points may overflow; what counts is whether the end of the branch is finite.
@np.errstate(all="ignore")
def solve(
    trade: Array,
    gdp: Array,
    home: int | None,
    tariff: Array,
    choice: Choice,
    smallest: float = SMALLEST_LINK,
    first: float = 0.25,
) -> Answer:
    """The equilibrium that continues from free trade, each component of the network by itself.

    trade (N exporter, N importer) USD with an empty diagonal, gdp (N,) USD, tariff (N exporter,
    N importer) fractions; `first` the first step along the branch. Raises NoBranch where that
    branch ends, NoCalibration where there is no base.
    """
    n = len(gdp)
    groups = components(trade, gdp, smallest)
    apart = np.zeros((n, n), dtype=bool)
    for members in groups:
        apart[np.ix_(members, members)] = True
    base = calibrate(np.where(apart, trade, 0.0), gdp, home, choice)
    out = [np.zeros(n) for _ in range(4)] + [np.ones(n, dtype=bool)]
    for members in groups:
        inside = np.ix_(members, members)
        if len(members) == 1:
            part = base.part(members)
            spared = part.Y * choice.kappa / (1 + choice.kappa)
            out[4][members] = spared < part.Y + part.T
            continue
        found = _solve_component(base.part(members), choice, tariff[inside], first)
        for k, values in enumerate(
            (found.welfare, found.real_income, found.employment, found.revenue, found.meaningful)
        ):
            out[k][members] = values
    return Answer(*out)
