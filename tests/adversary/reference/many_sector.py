"""The many-sector model with inputs, solved in wages, prices, labor and expenditure at once.

Equations of Caliendo and Parro (2015), Review of Economic Studies 82, with elastic labor supply
as an option. Unknowns of a connected component: logs of w^ and L^ (n each), log P^ (S*n) and
expenditure over baseline income (S*n). Markets clear through the wage bill, not through the trade
balance; the two agree by Walras' law.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .one_sector import components
from .path import NoBranch, follow

Array = np.ndarray


@dataclass(frozen=True)
class Sectors:
    """A many-sector world: S sectors, N economies.

    trade (S, N exporter, N importer) net of tariff, home sales on the diagonal; tariff likewise;
    output (S, N); beta (S, N) value-added share; gamma (S input, S using, N) shares in inputs;
    theta (S,).
    """

    trade: Array
    tariff: Array
    beta: Array
    gamma: Array
    theta: Array

    @property
    def output(self) -> Array:
        return self.trade.sum(axis=2)

    def part(self, members: Array) -> Sectors:
        return Sectors(
            self.trade[:, members[:, None], members[None, :]],
            self.tariff[:, members[:, None], members[None, :]],
            self.beta[:, members],
            self.gamma[:, :, members],
            self.theta,
        )


@dataclass(frozen=True)
class Closure:
    """How revenue and deficits are closed, and the labor supply elasticity."""

    revenue: str = "lump-sum"
    deficits: str = "world-share"
    kappa: float = 0.0
    inputs: bool = True


@dataclass(frozen=True)
class Answer:
    """Per cent changes by economy (N,)."""

    real_income: Array
    employment: Array
    real_wage: Array


@dataclass(frozen=True)
class Base:
    """Shares and levels of the base (USD)."""

    share: Array
    alpha: Array
    expenditure: Array
    income: Array
    wages: Array
    transfer: Array
    used: Array
    tau: Array


def calibrate(world: Sectors) -> Base:
    """Levels that the data imply; final demand is what inputs leave of expenditure."""
    paid = world.trade * (1 + world.tariff)
    spent = paid.sum(axis=1)
    share = paid / np.where(spent > 0, spent, 1.0)[:, None, :]
    unused = np.argwhere(spent <= 0)
    share[unused[:, 0], unused[:, 1], unused[:, 1]] = 1.0
    used = (1 - world.beta)[None] * world.gamma  # (input k, using s, economy)
    wages = (world.beta * world.output).sum(axis=0)
    revenue = (world.tariff * world.trade).sum(axis=(0, 1))
    transfer = world.trade.sum(axis=(0, 1)) - world.output.sum(axis=0)
    income = wages + revenue + transfer
    final = spent - np.einsum("ksn,sn->kn", used, world.output)
    if (final < -1e-9 * spent.max()).any() or (income <= 0).any():
        raise NoBranch(0.0, "the figures leave negative final demand or income")
    final = np.maximum(final, 0.0)
    return Base(
        share, final / final.sum(axis=0), spent, income, wages, transfer, used, revenue / wages
    )


@dataclass(frozen=True)
class Levels:
    share: Array
    flows: Array
    revenue: Array
    wages: Array
    income: Array
    tau: Array
    price: Array


def _levels(
    base: Base, world: Sectors, closure: Closure, tariff: Array, T: Array, x: Array
) -> Levels:
    n_s, n = base.alpha.shape
    w, l = x[:, :n], x[:, n : 2 * n]
    p = x[:, 2 * n : 2 * n + n_s * n].reshape(-1, n_s, n)
    X = x[:, 2 * n + n_s * n :].reshape(-1, n_s, n) * base.income
    theta = world.theta[:, None, None]
    cost = world.beta[None] * w[:, None, :] + np.einsum("ksn,mkn->msn", base.used, p)
    dearer = np.log1p(tariff) - np.log1p(world.tariff)
    exponent = -theta[None] * (cost[:, :, :, None] + dearer[None])
    bought = (base.share > 0)[None]
    peak = np.where(bought, exponent.real, -np.inf).max(axis=2, keepdims=True)
    weight = base.share[None] * np.exp(np.where(bought, exponent - peak, 0.0))
    total = weight.sum(axis=2)
    share = weight / total[:, :, None, :]
    flows = share * X[:, :, None, :] / (1 + tariff)[None]
    revenue = (flows * tariff[None]).sum(axis=(1, 2))
    wages = base.wages * np.exp(w + l)
    grows = wages.sum(axis=1, keepdims=True) / base.wages.sum()
    if closure.deficits == "fixed":
        grows = np.ones_like(grows)
    income = wages + revenue + T * grows
    relief = closure.revenue == "tax-relief"
    tau = revenue / wages if relief else 0 * revenue
    price = -(np.log(total) + peak[:, :, 0, :]) / world.theta[None, :, None]
    return Levels(share, flows, revenue, wages, income, tau, price)


def _residual(
    base: Base, world: Sectors, closure: Closure, tariff: Array, T: Array, x: Array
) -> Array:
    n_s, n = base.alpha.shape
    v = _levels(base, world, closure, tariff, T, x)
    w, l = x[:, :n], x[:, n : 2 * n]
    p = x[:, 2 * n : 2 * n + n_s * n].reshape(-1, n_s, n)
    spent = x[:, 2 * n + n_s * n :].reshape(-1, n_s, n)
    output = v.flows.sum(axis=3)
    market = (world.beta[None] * output).sum(axis=1) / v.wages - 1
    largest = int(np.argmax(base.wages))
    market[:, largest] = ((np.exp(w) - 1) * base.wages).sum(axis=1) / base.wages.sum()
    final = (base.alpha[None] * p).sum(axis=1)
    outside = (v.tau.real >= 1).any(axis=1) | (v.income.real <= 0).any(axis=1)
    relief = 0 * v.tau
    if closure.revenue == "tax-relief":
        relief = np.log1p(-base.tau) - np.log(np.where(v.tau.real < 1, 1 - v.tau, 1.0))
    labor = l - closure.kappa * (relief + w - final)
    wanted = base.alpha[None] * v.income[:, None, :] + np.einsum("ksn,msn->mkn", base.used, output)
    demand = wanted / base.income - spent
    size = len(x)
    out = np.concatenate(
        [market, labor, (p - v.price).reshape(size, -1), demand.reshape(size, -1)], axis=1
    )
    out[outside] = np.nan
    return out


def _start(base: Base) -> Array:
    n_s, n = base.alpha.shape
    return np.concatenate([np.zeros(2 * n + n_s * n), (base.expenditure / base.income).ravel()])


def _component(world: Sectors, closure: Closure, tariff: Array) -> Answer:
    base = calibrate(world)
    if closure.deficits == "balanced":
        # Without transfers, along the branch on which they fade away, at the base's own tariffs.
        fading = replace(closure, revenue="lump-sum")
        whole = base.transfer

        def fade(x: Array, s: float) -> Array:
            return _residual(base, world, fading, world.tariff, (1 - s) * whole, x)

        found = follow(fade, _start(base))
        v = _levels(base, world, fading, world.tariff, 0 * whole, found.x[None, :])
        world = replace(world, trade=v.flows[0].real)
        alpha = base.alpha
        base = replace(calibrate(world), alpha=alpha, share=v.share[0].real)

    def equations(x: Array, s: float) -> Array:
        now = np.expm1((1 - s) * np.log1p(world.tariff) + s * np.log1p(tariff))
        return _residual(base, world, closure, now, base.transfer, x)

    found = follow(equations, _start(base))
    v = _levels(base, world, closure, tariff, base.transfer, found.x[None, :])
    n_s, n = base.alpha.shape
    w, l = found.x[:n], found.x[n : 2 * n]
    p = found.x[2 * n : 2 * n + n_s * n].reshape(n_s, n)
    wages = v.wages[0].real
    earned = (world.beta * v.flows[0].real.sum(axis=2)).sum(axis=0)
    if not np.max(np.abs(earned / wages - 1)) < 1e-7:
        raise NoBranch(1.0, "Walras' law fails, so rounding has eaten the answer")
    final = (base.alpha * p).sum(axis=0)
    real = v.income[0].real / base.income / np.exp(final)
    return Answer(100 * (real - 1), 100 * np.expm1(l), 100 * np.expm1(w - final))


# Trial points may overflow; what counts is whether the end of the branch is finite.
@np.errstate(all="ignore")
def solve(world: Sectors, tariff: Array, closure: Closure) -> Answer:
    """The equilibrium that continues from the base's own tariffs, component by component.

    tariff (S, N exporter, N importer) fractions, the full rates. Raises NoBranch.
    """
    if not closure.inputs:
        world = replace(world, beta=np.ones_like(world.beta))
    n = world.trade.shape[1]
    abroad = world.trade.sum(axis=0)
    gdp = (world.beta * world.output).sum(axis=0)
    out = [np.zeros(n) for _ in range(3)]
    for members in components(abroad * (1 - np.eye(n)), gdp):
        if len(members) == 1:
            continue
        found = _component(
            world.part(members), closure, tariff[:, members[:, None], members[None, :]]
        )
        for k, values in enumerate((found.real_income, found.employment, found.real_wage)):
            out[k][members] = values
    return Answer(*out)
