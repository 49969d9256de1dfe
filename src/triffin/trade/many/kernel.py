"""Equations of the many-sector kernel: residuals and their exact derivatives in both directions.

Notation of trade.md section 3: s sector, k input sector, o exporter, d importer; a hat is
counterfactual over baseline. Unknowns are u = (omega, l, p, x[, q]):

    omega = log w^ (N,), l = log L^ (N,), p = log P^ (S, N), x = X' / I (S, N) expenditure in
    units of the buyer's baseline income, q = log of the sector's scale (S, N; only with psi).

Everything else is explicit in them, with A = pi (cost change)^(-theta) and B = A / (1+t'):

    log b[s,o] = beta omega_o + sum_k (1-beta) gamma[k,s,o] p[k,o]        input bundle
    log c = log b - psi q,  z = c^(-theta)                                unit cost
    Phi[s,d] = sum_o A z,  v = X' / Phi
    Y'[s,o] = z_o sum_d B[o,d] v_d                                        sales net of tariff
    Rev_d = sum_s (X' - purchases net of tariff),  I' = w^L^VA + Rev + D' + rents of licences

With licences Y' is at cost, by C in place of B, and the exporter's income has the difference.

Residuals, each "new value minus old" so that a sweep u <- u + step * residual makes sense:

    omega: log{(exports + D'+) / (imports + D'-)} - sigma                 trade balance
    l:     kappa (log tau^ + omega - log P^final) - l                     labor supply
    p:     -log(Phi) / theta - p                                          prices
    x:     (alpha I' + sum_s (1-beta) gamma Y') / I - x                       expenditure
    q:     log(Y'/Y) - log b - q                                          sector scale

Trade balance stands in place of labor-market clearing, to which it is equal by Walras' law,
because its logs stay well scaled when trade is nearly prohibited. sigma is the numeraire's
deviation: subtracted in every row it replaces no economy's equation (as in trade/kernel.py).

Derivatives carry a leading axis R of directions: N-vectors are (R, N), sectoral arrays (S, R, N).
Source: Caliendo and Parro (2015), Review of Economic Studies 82, equations 11 to 15.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.shared.solver import Infeasible
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class Withheld:
    """Trade that is withheld, and who earns what is scarce (models I.1, I.2).

    left (S, N exporter, N importer) : share of each flow that is left at unchanged prices
    elsewhere, 0 where it is prohibited, 1 where nothing is withheld. What is left costs its buyer
    tau = left^(-1/theta) times as much. to_exporter (licences), to_importer (rationing at home) :
    (S, N, N) whether that rent goes to one of them; elsewhere it is melted.
    """

    left: Array
    to_exporter: Array
    to_importer: Array

    def along(self, fraction: float) -> Withheld:
        """A fraction of the way: in logs, and what is prohibited falls in proportion."""
        part = np.where(self.left > 0, self.left**fraction, 1 - fraction)
        return Withheld(part, self.to_exporter, self.to_importer)

    def at_cost(self, theta: Array, to: Array) -> Array:
        """(S, N, N) cost over price, 1/tau, where the rent goes `to` somebody; 1 elsewhere."""
        return np.asarray(np.where(to, self.left ** (1 / theta[:, None, None]), 1.0))


@dataclass(frozen=True, eq=False)
class Problem:
    """One counterfactual: a baseline, tariffs and closures, with what does not vary precomputed.

    tariff (S, N exporter, N importer) fractions; log_cost likewise, change of log (1 + tariff) and
    of iceberg costs. A is scaled by its largest entry in each market,
    whose log is `log_scale` (S, N), so that no tariff underflows a whole market; `own` (S, N) is
    its diagonal, and `B` its off-diagonal part over 1 + tariff (and over tau where buyers ration),
    that is, in what exporters receive; `C` likewise in what they make it for, None without licences
    (where it is B). `alone` (N,) is one where an economy trades with nobody.
    """

    base: SectorBaseline
    tariff: Array
    log_cost: Array
    A: Array
    B: Array
    C: Array | None
    own: Array
    log_scale: Array
    alone: Array | float
    withheld: Withheld | None
    tax_relief: bool
    transfers_scale: bool
    numeraire: str

    @property
    def size(self) -> int:
        """Number of unknowns."""
        s, n = self.base.final_share.shape
        return int(2 * n + (3 if self.base.has_scale else 2) * s * n)


def pose(
    base: SectorBaseline,
    tariff: Array,
    *,
    revenue: str = "lump-sum",
    deficits: str = "world-share",
    iceberg: Array | None = None,
    numeraire: str = "wages",
    withheld: Withheld | None = None,
) -> Problem:
    """Problem of going from `base` to `tariff` (S, N, N fractions) and iceberg changes (ratios).

    `iceberg` is (S, N, N) or (N, N); `withheld` on top of both. The numeraire is the world's wages
    (weighted by baseline wage bills) or its final prices (weighted by baseline incomes).
    """
    log_cost = np.log1p(tariff) - base.log_tariff
    if iceberg is not None:
        log_cost = log_cost + np.log(iceberg)
    terms = (revenue == "tax-relief", deficits != "fixed", numeraire)
    return _problem(base, tariff, log_cost, withheld, *terms)


def along(problem: Problem, fraction: float) -> Problem:
    """`problem` at a fraction of its way from the baseline, in logs of tariffs and icebergs."""
    held = problem.withheld
    if fraction == 1:
        return problem
    base, terms = problem.base, (problem.tax_relief, problem.transfers_scale, problem.numeraire)
    log_tariff = (1 - fraction) * base.log_tariff + fraction * np.log1p(problem.tariff)
    held = None if held is None else held.along(fraction)
    return _problem(base, np.expm1(log_tariff), fraction * problem.log_cost, held, *terms)


def _problem(
    base: SectorBaseline,
    tariff: Array,
    log_cost: Array,
    withheld: Withheld | None,
    tax_relief: bool,
    transfers_scale: bool,
    numeraire: str,
) -> Problem:
    log_A = base.log_share - base.theta[:, None, None] * log_cost
    if withheld is not None:
        with np.errstate(divide="ignore"):
            log_A = log_A + np.log(withheld.left)
    log_scale = log_A.max(axis=1)
    A = np.exp(log_A - log_scale[:, None, :])
    diagonal = np.arange(A.shape[1])
    own = A[:, diagonal, diagonal].copy()
    B = A / (1 + tariff)
    B[:, diagonal, diagonal] = 0.0
    C: Array | None = None
    alone: Array | float = 0.0
    if withheld is not None:
        if withheld.to_importer.any():
            B = B * withheld.at_cost(base.theta, withheld.to_importer)
        if withheld.to_exporter.any():
            C = B * withheld.at_cost(base.theta, withheld.to_exporter)
        trade = B.sum(axis=0)
        alone = np.asarray((trade.sum(axis=0) + trade.sum(axis=1) == 0).astype(float))
    return Problem(
        base=base,
        tariff=tariff,
        log_cost=log_cost,
        A=A,
        B=B,
        C=C,
        own=own,
        log_scale=log_scale,
        alone=alone,
        withheld=withheld,
        tax_relief=tax_relief,
        transfers_scale=transfers_scale,
        numeraire=numeraire,
    )


@dataclass(frozen=True, eq=False)
class State:
    """Every quantity of the equations at one point u; (N,) or (S, N), money in USD."""

    omega: Array
    ell: Array
    p: Array
    log_b: Array
    log_c: Array
    q: Array
    z: Array
    Phi: Array
    X: Array
    v: Array
    zB: Array
    own_sales: Array
    sector_exports: Array
    sector_imports: Array
    made: Array
    wage_bill: Array
    revenue: Array
    income: Array
    tau: Array
    transfer: Array
    credit: Array
    debit: Array
    p_final: Array
    sigma: Array
    residual: Array

    @property
    def output(self) -> Array:
        """(S, N) sales net of tariff and of the rents of licences, home sales included."""
        return np.asarray(self.made + self.own_sales)


def _columns(matrices: Array, vectors: Array) -> Array:
    """matrices @ vectors, batched: (S, N, N) and (S, N) give (S, N)."""
    return np.asarray(np.matmul(matrices, vectors[:, :, None])[:, :, 0])


def _rows(vectors: Array, matrices: Array) -> Array:
    """vectors @ matrices, batched: (S, N) and (S, N, N) give (S, N)."""
    return np.asarray(np.matmul(vectors[:, None, :], matrices)[:, 0, :])


def evaluate(problem: Problem, u: Array) -> State:
    """All quantities and residuals at u.

    Raises Infeasible where income is not positive ("spending"), tax relief exceeds wages
    ("revenue"), or trade of an economy is not positive or numbers overflow ("overflow").
    """
    base = problem.base
    n_sectors, n = base.final_share.shape
    block = n_sectors * n
    omega, ell = u[:n], u[n : 2 * n]
    p = u[2 * n : 2 * n + block].reshape(n_sectors, n)
    X = u[2 * n + block : 2 * n + 2 * block].reshape(n_sectors, n) * base.income
    theta = base.theta[:, None]

    log_b = base.value_added_share * omega + _columns(base.inputs, p.T).T
    log_c: Array = log_b
    q: Array = np.zeros(1)
    if base.has_scale:
        q = u[2 * n + 2 * block :].reshape(n_sectors, n)
        log_c = log_b - base.psi[:, None] * q
    log_z = -theta * log_c
    shift = log_z.max(axis=1, keepdims=True)
    z = np.exp(log_z - shift)
    Phi = _rows(z, problem.A)
    if not (np.isfinite(shift).all() and Phi.min() > 0):
        raise Infeasible("overflow", 0)
    v = X / Phi
    zB = _rows(z, problem.B)
    sector_exports = z * _columns(problem.B, v)
    sector_imports = v * zB
    own_sales = z * problem.own * v
    made = sector_exports if problem.C is None else z * _columns(problem.C, v)
    output = made + own_sales

    wage_bill = base.value_added * np.exp(omega + ell)
    growth: Array | float = 1.0
    if problem.transfers_scale:
        growth = base.pooled(wage_bill) / base.pooled(base.value_added)
    transfer = base.transfer * growth
    revenue = (X - sector_imports - own_sales).sum(axis=0)
    income = wage_bill + revenue + transfer + (sector_exports - made).sum(axis=0)
    if not income.min() > 0:
        raise Infeasible("spending", int(np.argmin(income / base.income)))
    credit, debit = _balance(problem, sector_exports, sector_imports, transfer)

    p_final = (base.final_share * p).sum(axis=0)
    tau, log_relief = _relief(problem, revenue, wage_bill)
    sigma = _numeraire(problem, omega, p_final)
    x_new = (base.final_share * income + _rows(output.T, base.inputs).T) / base.income
    parts = [
        np.log(credit / debit) - sigma,
        base.kappa * (log_relief + omega - p_final) - ell,
        (-(np.log(Phi) + shift + problem.log_scale) / theta - p).ravel(),
        x_new.ravel() - u[2 * n + block : 2 * n + 2 * block],
    ]
    if base.has_scale:
        ratio = output / base.positive_output * np.exp(-log_b - q)
        parts.append(np.where(base.active, _extended_log(ratio), -q).ravel())
    return State(
        omega,
        ell,
        p,
        log_b,
        log_c,
        q,
        z,
        Phi,
        X,
        v,
        zB,
        own_sales,
        sector_exports,
        sector_imports,
        made,
        wage_bill,
        revenue,
        income,
        tau,
        transfer,
        credit,
        debit,
        p_final,
        sigma,
        np.concatenate(parts),
    )


def _balance(
    problem: Problem, exports: Array, imports: Array, transfer: Array
) -> tuple[Array, Array]:
    """What each economy earns abroad and what it pays (N,), by sector exports and imports."""
    credit = exports.sum(axis=0) + np.maximum(transfer, 0.0) + problem.alone
    debit = imports.sum(axis=0) + np.maximum(-transfer, 0.0) + problem.alone
    if not min(credit.min(), debit.min()) > 0:
        least = np.minimum(credit, debit) / problem.base.income
        raise Infeasible("overflow", int(np.argmin(least)))
    return credit, debit


def _numeraire(problem: Problem, omega: Array, p_final: Array) -> Array:
    """How far the numeraire is from its baseline, in each component of the network of flows."""
    base = problem.base
    if problem.numeraire == "wages":
        weight, change = base.value_added, omega
    else:
        weight, change = base.income, p_final
    mean: Array = base.pooled(weight * np.expm1(change)) / base.pooled(weight)
    return mean


def _relief(problem: Problem, revenue: Array, wage_bill: Array) -> tuple[Array, Array]:
    """Rate of tax relief (N,) and the log change of what is left of a wage after tax."""
    if not problem.tax_relief:
        return np.zeros(len(revenue)), np.zeros(len(revenue))
    tau = revenue / wage_bill
    if not tau.max() < 1:
        raise Infeasible("revenue", int(np.argmax(tau)))
    return tau, np.log1p(-problem.base.tau) - np.log1p(-tau)


def _extended_log(ratio: Array) -> Array:
    """log above 0.1 and its tangent below: on the way to a solution sales may be negative."""
    return np.asarray(
        np.where(ratio > 0.1, np.log(np.maximum(ratio, 0.1)), np.log(0.1) + (ratio - 0.1) / 0.1)
    )


def scale_slopes(problem: Problem, state: State) -> tuple[Array, Array]:
    """(S, N) derivatives of the sector-scale residual: minus that in log b or q, that in Y'."""
    base = problem.base
    per_output = np.exp(-state.log_b - state.q) / base.positive_output
    ratio = state.output * per_output
    slope = 1 / np.maximum(ratio, 0.1)
    return ratio * slope, per_output * slope


def start(base: SectorBaseline) -> Array:
    """The unknowns at the baseline: no change, and baseline expenditure."""
    s, n = base.final_share.shape
    scale = [np.zeros(s * n)] if base.has_scale else []
    return np.concatenate(
        [np.zeros(2 * n + s * n), (base.expenditure / base.income).ravel(), *scale]
    )


def push_forward(problem: Problem, state: State, du: Array) -> Array:
    """Directional derivatives of the residuals: (R, size) directions to (R, size)."""
    base, s = problem.base, state
    n_sectors, n = base.final_share.shape
    r = len(du)
    block = n_sectors * n
    d_omega, d_ell = du[:, :n], du[:, n : 2 * n]

    def sectoral(first: int) -> Array:
        part = du[:, first : first + block].reshape(r, n_sectors, n)
        return part.transpose(1, 0, 2)

    dp, dx = sectoral(2 * n), sectoral(2 * n + block)
    dX = dx * base.income
    theta = base.theta[:, None, None]
    wide = [a[:, None, :] for a in (s.z, s.Phi, s.v, s.zB, s.own_sales, s.sector_exports)]
    z, Phi, v, zB, own_sales, sector_exports = wide
    d_log_b = base.value_added_share[:, None] * d_omega + np.matmul(
        dp.transpose(2, 1, 0), base.inputs.transpose(0, 2, 1)
    ).transpose(2, 1, 0)
    d_log_z = -theta * d_log_b
    if base.has_scale:
        dq = sectoral(2 * n + 2 * block)
        d_log_z = d_log_z + theta * base.psi[:, None, None] * dq
    dz = z * d_log_z
    d_log_Phi = np.matmul(dz, problem.A) / Phi
    dv = dX / Phi - v * d_log_Phi
    d_exports = sector_exports * d_log_z + z * np.matmul(dv, problem.B.transpose(0, 2, 1))
    d_own = own_sales * d_log_z + (s.z * problem.own)[:, None] * dv
    d_imports = dv * zB + v * np.matmul(dz, problem.B)
    d_made = d_exports
    if problem.C is not None:
        d_made = s.made[:, None] * d_log_z + z * np.matmul(dv, problem.C.transpose(0, 2, 1))
    d_output = d_made + d_own

    d_wage_bill = s.wage_bill * (d_omega + d_ell)
    d_growth = np.zeros((r, 1))
    if problem.transfers_scale:
        d_growth = base.pooled(d_wage_bill) / base.pooled(base.value_added)
    d_revenue = (dX - d_imports - d_own).sum(axis=0)
    d_rent = (d_exports - d_made).sum(axis=0)
    d_income = d_wage_bill + d_revenue + base.transfer * d_growth + d_rent
    d_credit = d_exports.sum(axis=0) + np.maximum(base.transfer, 0.0) * d_growth
    d_debit = d_imports.sum(axis=0) + np.maximum(-base.transfer, 0.0) * d_growth
    d_p_final = (base.final_share[:, None] * dp).sum(axis=0)
    if problem.numeraire == "wages":
        moved = base.pooled(d_omega * base.value_added * np.exp(s.omega))
        d_sigma = moved / base.pooled(base.value_added)
    else:
        moved = base.pooled(d_p_final * base.income * np.exp(s.p_final))
        d_sigma = moved / base.pooled(base.income)
    d_relief = np.zeros((r, n))
    if problem.tax_relief:
        d_relief = (d_revenue - s.tau * d_wage_bill) / (s.wage_bill * (1 - s.tau))
    dx_new = (
        base.final_share[:, None] * d_income
        + np.matmul(d_output.transpose(2, 1, 0), base.inputs).transpose(2, 1, 0)
    ) / base.income
    parts = [
        d_credit / s.credit - d_debit / s.debit - d_sigma,
        base.kappa * (d_relief + d_omega - d_p_final) - d_ell,
        _flat(-d_log_Phi / theta - dp),
        _flat(dx_new - dx),
    ]
    if base.has_scale:
        slope, per_output = scale_slopes(problem, state)
        d_scale = per_output[:, None] * d_output - slope[:, None] * (d_log_b + dq)
        parts.append(_flat(np.where(base.active[:, None], d_scale, -dq)))
    return np.concatenate(parts, axis=1)


def _flat(sectoral: Array) -> Array:
    """(S, R, N) to (R, S*N)."""
    return sectoral.transpose(1, 0, 2).reshape(sectoral.shape[1], -1)
