"""Derivatives of any result in all tariffs at once, by one transposed solve per result.

At an equilibrium F(u, t) = 0 a result J(u, t) has dJ/dt = J_t - lambda' F_t with F_u' lambda = J_u.
`pull_back` is the reverse pass through the kernel's equations: it turns weights on residuals
(`rows`) and on results (`Seeds`) into derivatives in the unknowns and, where asked, in

    g_A = dJ / d log A[s,o,d],   g_B = dJ / d log B[s,o,d]

with A = pi (cost)^(-theta) and B = A / (1+t), so that dJ/d log(1+t) = -theta g_A - (1+theta) g_B.
The two are kept apart because an optimal tariff is where they balance:
1+t <- (1+t) [-(theta+1) g_B] / [theta g_A] (trade.md section 4, with g in logs).

Arrays carry a leading axis R of results: N-vectors are (R, N), sectoral ones (S, R, N).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import Problem, State, scale_slopes
from triffin.trade.many.solver import gmres, step_weights
from triffin.trade.many.welfare import welfare_parts
from triffin.trade.shared.solution import without_home
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NotConverged

ADJOINT_TOLERANCE = 1e-11


@dataclass(frozen=True, eq=False)
class Seeds:
    """Partial derivatives of R results in the kernel's quantities; None is zero.

    omega, ell, p_final (logs), wage_bill, revenue, income (USD): (R, N). p (logs), exports,
    imports, own_sales, made (exports at cost; USD, by sector): (S, R, N).
    """

    omega: Array | None = None
    ell: Array | None = None
    p_final: Array | None = None
    wage_bill: Array | None = None
    revenue: Array | None = None
    income: Array | None = None
    p: Array | None = None
    exports: Array | None = None
    imports: Array | None = None
    own_sales: Array | None = None
    made: Array | None = None


@dataclass(frozen=True, eq=False)
class Gradient:
    """Derivatives of R results in every flow's A and B (logs) and in every tariff.

    g_A, g_B : (R, S, N exporter, N importer). tariff : the same shape, per unit of the rate (a
    rise of 0.01 is a percentage point). error : (R,) relative error of the transposed solve.
    """

    g_A: Array
    g_B: Array
    theta: Array
    rates: Array
    error: Array

    @property
    def tariff(self) -> Array:
        """(R, S, N, N) derivative per unit of the tariff rate; zero on own sales."""
        theta = self.theta[:, None, None]
        out = (-theta * self.g_A - (1 + theta) * self.g_B) / (1 + self.rates)
        return without_home(np.asarray(out))

    @property
    def iceberg(self) -> Array:
        """(R, S, N, N) derivative per unit of log iceberg cost."""
        return np.asarray(-self.theta[:, None, None] * (self.g_A + self.g_B))


@dataclass(frozen=True, eq=False)
class Reverse:
    """What a reverse pass leaves: derivatives in u (R, size), and what g_A and g_B are made of."""

    du: Array
    log_Phi: Array
    exports: Array
    made: Array
    imports: Array
    own: Array


def pull_back(problem: Problem, state: State, rows: Array, seeds: Seeds | None = None) -> Reverse:
    """rows (R, size) times the Jacobian of the residuals, plus the derivatives of the seeds."""
    base, s = problem.base, state
    n_sectors, n = base.final_share.shape
    r = len(rows)
    block = n_sectors * n
    seeds = seeds or Seeds()

    def sectoral(first: int) -> Array:
        return rows[:, first : first + block].reshape(r, n_sectors, n).transpose(1, 0, 2)

    def seed(value: Array | None) -> Array | float:
        return 0.0 if value is None else value

    r_omega, r_ell = rows[:, :n], rows[:, n : 2 * n]
    r_p, r_x = sectoral(2 * n), sectoral(2 * n + block)
    theta = base.theta[:, None, None]
    z, v = s.z[:, None], s.v[:, None]

    per_usd = r_x / base.income
    income = (base.final_share[:, None] * per_usd).sum(axis=0) + seed(seeds.income)
    used = np.matmul(per_usd.transpose(2, 1, 0), base.inputs.transpose(0, 2, 1))
    output = used.transpose(2, 1, 0)
    log_b, q = np.zeros((n_sectors, r, n)), None
    if base.has_scale:
        r_q = sectoral(2 * n + 2 * block)
        slope, per_output = scale_slopes(problem, state)
        known = np.where(base.active[:, None], r_q, 0.0)
        output = output + known * per_output[:, None]
        log_b = log_b - known * slope[:, None]
        q = np.where(base.active[:, None], log_b, -r_q)
    labor = base.kappa * r_ell
    revenue = income + seed(seeds.revenue)
    wage_bill = income + seed(seeds.wage_bill)
    if problem.tax_relief:
        relief = labor / (s.wage_bill * (1 - s.tau))
        revenue = revenue + relief
        wage_bill = wage_bill - relief * s.tau
    credit, debit = r_omega / s.credit, -r_omega / s.debit
    if problem.transfers_scale:
        growth = _transfers(base, income, credit, debit)
        wage_bill = wage_bill + growth / base.pooled(base.value_added)

    exports = credit + seed(seeds.exports)
    made = output + seed(seeds.made)
    if problem.C is None:
        exports = exports + made
    else:
        # Income has the rent, what exporters receive above cost.
        exports, made = np.broadcast_to(exports + income, output.shape), made - income
    own = output - revenue + seed(seeds.own_sales)
    imports = np.zeros_like(output) + (debit - revenue) + seed(seeds.imports)
    X = np.broadcast_to(revenue, output.shape)
    log_z = s.sector_exports[:, None] * exports + s.own_sales[:, None] * own
    dv = (
        np.matmul(z * exports, problem.B)
        + (s.z * problem.own)[:, None] * own
        + s.zB[:, None] * imports
    )
    if problem.C is not None:
        log_z = log_z + s.made[:, None] * made
        dv = dv + np.matmul(z * made, problem.C)
    log_z = log_z + z * np.matmul(v * imports, problem.B.transpose(0, 2, 1))
    X = X + dv / s.Phi[:, None]
    log_Phi = -v * dv - r_p / theta
    log_z = log_z + z * np.matmul(log_Phi / s.Phi[:, None], problem.A.transpose(0, 2, 1))
    log_b = log_b - theta * log_z

    paid_wages = wage_bill * s.wage_bill
    by_wage = (base.value_added_share[:, None] * log_b).sum(axis=0)
    omega, p_final = _with_numeraire(
        problem,
        state,
        -base.pooled(r_omega),
        by_wage + paid_wages + labor + seed(seeds.omega),
        -labor + seed(seeds.p_final),
    )
    p = (
        np.matmul(log_b.transpose(2, 1, 0), base.inputs).transpose(2, 1, 0)
        - r_p
        + base.final_share[:, None] * p_final
        + seed(seeds.p)
    )
    parts = [
        omega,
        paid_wages - r_ell + seed(seeds.ell),
        _flat(p),
        _flat(X * base.income - r_x),
    ]
    if q is not None:
        parts.append(_flat(q + theta * base.psi[:, None, None] * log_z))
    return Reverse(np.concatenate(parts, axis=1), log_Phi, exports, made, imports, own)


def _transfers(base: SectorBaseline, income: Array, credit: Array, debit: Array) -> Array:
    """(R, 1 or N) derivative in the scale of transfers between economies, by component."""
    received = income * base.transfer + credit * np.maximum(base.transfer, 0.0)
    return base.pooled(received + debit * np.maximum(-base.transfer, 0.0))


def _with_numeraire(
    problem: Problem, state: State, level: Array, omega: Array, p_final: Array
) -> tuple[Array, Array]:
    """Derivatives in log wages and final prices; that in the numeraire (R, 1 or N) is passed on."""
    base = problem.base
    if problem.numeraire == "wages":
        wages = level * base.value_added * np.exp(state.omega) / base.pooled(base.value_added)
        return omega + wages, p_final
    return omega, p_final + level * base.income * np.exp(state.p_final) / base.pooled(base.income)


def _flat(sectoral: Array) -> Array:
    """(S, R, N) to (R, S*N)."""
    return sectoral.transpose(1, 0, 2).reshape(sectoral.shape[1], -1)


def transposed_solve(
    problem: Problem,
    state: State,
    slopes: Array,
    *,
    tolerance: float = ADJOINT_TOLERANCE,
    accepted: float = 1e4 * ADJOINT_TOLERANCE,
) -> tuple[Array, Array]:
    """Rows (R, size) that the transposed system takes to `slopes`, and their relative errors (R,).

    Rows are in units of the steps of a sweep. Raises NotConverged where an error is above
    `accepted`.
    """
    weights = step_weights(problem)
    rows, error, _ = gmres(
        lambda d: pull_back(problem, state, weights * d).du,
        slopes,
        tolerance=tolerance,
        max_iterations=400,
    )
    if not error.max(initial=0.0) <= accepted:
        raise NotConverged(
            f"derivatives: the transposed solve stopped at a relative error of {error.max():.1e}; "
            "the equilibrium lies close to where the model has none."
        )
    return rows, error


def flow_slopes(
    problem: Problem, state: State, whole: Reverse, k: int
) -> tuple[Array, Array, Array]:
    """g_A, g_B and its part g_C through sales at cost (S, N, N) of result k of a reverse pass."""
    diagonal = np.arange(problem.A.shape[-1])
    z = state.z[:, :, None]
    g_A = problem.A * z * (whole.log_Phi[:, k] / state.Phi)[:, None, :]
    g_A[:, diagonal, diagonal] += state.own_sales * whole.own[:, k]
    sold = z * state.v[:, None, :]
    g_B = problem.B * sold * (whole.exports[:, k, :, None] + whole.imports[:, k, None, :])
    if problem.C is None:
        return g_A, g_B, np.zeros_like(g_B)
    g_C = problem.C * sold * whole.made[:, k, :, None]
    return g_A, g_B + g_C, g_C


def gradient(problem: Problem, state: State, seeds: Seeds, *, count: int) -> Gradient:
    """Derivatives of `count` results, given by their seeds, in every tariff.

    Raises NotConverged when a transposed solve misses its tolerance by a factor of ten thousand.
    """
    direct = pull_back(problem, state, np.zeros((count, problem.size)), seeds)
    scaled, error = transposed_solve(problem, state, direct.du)
    whole = pull_back(problem, state, -step_weights(problem) * scaled, seeds)
    shape = (count, *problem.A.shape)
    g_A, g_B = np.empty(shape), np.empty(shape)
    for k in range(count):
        g_A[k], g_B[k], _ = flow_slopes(problem, state, whole, k)
    return Gradient(g_A, g_B, problem.base.theta, problem.tariff, error)


def welfare_seeds(problem: Problem, state: State, economies: Sequence[int]) -> Seeds:
    """Seeds of the welfare (per cent) of the economies at these positions.

    With delta = I / (I - kappa VA / ((1 + kappa) tau^)) as in `SectorEquilibrium.welfare`, the
    dependence of delta on the rate of tax relief included.
    """
    base, s = problem.base, state
    n = len(base.income)
    r = len(economies)
    shares = welfare_parts(problem, state)
    rows, at = np.arange(r), np.asarray(economies, dtype=int)
    income, wage, p_final = np.zeros((r, n)), np.zeros((r, n)), np.zeros((r, n))
    revenue = np.zeros((r, n))
    price = np.exp(s.p_final)
    income[rows, at] = (100 * shares.delta / base.income / price)[at]
    wage[rows, at] = (100 * (1 - shares.delta) / base.value_added / price)[at]
    p_final[rows, at] = (-100 * shares.change)[at]
    if problem.tax_relief and base.kappa:
        # d delta / d tau = -delta^2 / I * kappa VA / ((1 + kappa) (1 - tau0))
        gap = (s.income / base.income - s.wage_bill / base.value_added) / price
        slope = -(shares.delta**2) / base.income * base.kappa * base.value_added
        slope = 100 * gap * slope / ((1 + base.kappa) * (1 - base.tau))
        revenue[rows, at] = (slope / s.wage_bill)[at]
        wage[rows, at] -= (slope * s.tau / s.wage_bill)[at]
    return Seeds(income=income, wage_bill=wage, p_final=p_final, revenue=revenue)
