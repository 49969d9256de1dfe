"""Exact derivatives of results at an equilibrium, by one transposed solve per result.

With residuals F(x, t) = 0 and a result W(x, t), dW/dt = W_t - lambda' F_t with J' lambda = W_x.
Tariffs of importer d enter only through Phi_d, S_d and the split of d's purchases among
exporters, so a whole column of derivatives costs a few vector products (trade.md section 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from triffin.trade.one.kernel import Problem, State, jacobian
from triffin.trade.one.welfare import published_parts
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Pieces of the derivative of P results (P objectives) with respect to every tariff.

    a_phi, a_s (P, N importer): total derivative with respect to log Phi_d and log S_d;
    gamma (P, N exporter): value of a dollar of sales of exporter o.
    """

    problem: Problem
    state: State
    a_phi: Array
    a_s: Array
    gamma: Array

    def gradient(self, objective: int = 0) -> Array:
        """(N exporter, N importer) derivative of one objective in log(1+t)."""
        base, s = self.problem.base, self.state
        e = base.epsilon * base.phi
        shares = self.problem.A * s.z[:, None] / s.Phi
        net = self.problem.B * s.z[:, None] / s.S
        gamma = self.gamma[objective]
        spread = gamma[:, None] - gamma @ net
        kept = base.beta * (1 - base.nu) * s.V
        out = (
            -e * shares * self.a_phi[objective]
            - (e + 1) * net * self.a_s[objective]
            + (e + 1) * net * kept * spread
        )
        np.fill_diagonal(out, 0.0)
        return np.asarray(out)

    def first_order_terms(self, objective: int, importers: Array) -> tuple[Array, Array]:
        """Numerator and denominator (N exporter, k importer) of the first-order-condition map.

        The gradient in a rate vanishes at 1+t = numerator/denominator; rates that must be equal
        have the sum of their numerators over the sum of their denominators. Both carry the
        importer's purchases as weight. Source: trade.md section 4.
        """
        base, s, d = self.problem.base, self.state, importers
        e = base.epsilon * base.phi[d]
        net = self.problem.B[:, d] * s.z[:, None] / s.S[d]
        gamma = self.gamma[objective]
        kept = base.beta * (1 - base.nu[d]) * s.V[d]
        spread = gamma[:, None] - gamma @ net
        numerator = -(e + 1) * (self.a_s[objective, d] - kept * spread)
        denominator = e * self.a_phi[objective, d] * s.S[d] / s.Phi[d]
        return net * numerator, net * denominator


def welfare_sensitivity(problem: Problem, state: State, weights: Array) -> Sensitivity:
    """Derivatives of objectives sum_j weights[p, j] W_j (W as a ratio, 1 = no change).

    weights (P, N). One factorisation and P transposed solves.
    """
    base, s = problem.base, state
    n = len(base.E)
    beta, eps, psi = base.beta, base.epsilon, base.psi
    roundabout = beta < 1
    shares = problem.A * s.z[:, None] / s.Phi
    net = problem.B * s.z[:, None] / s.S
    price = np.exp(s.p)
    delta, u, v = published_parts(problem, state)
    welfare = (delta * u + (1 - delta) * v) / price
    spending = base.final_spending
    c_spend = delta / (spending * price)
    c_labor = (1 - delta) * v / price
    relief = 1.0 if problem.tax_relief else 0.0
    c_tau = -relief * delta**2 * base.kappa * base.Y / ((1 + base.kappa) * spending) * (u - v)
    c_tau = c_tau / price
    explicit = 0.0 if roundabout else 1.0
    gap = 1 - base.phi
    p_phi, p_s = gap - 1 / eps, -gap

    # Coefficients of dW_j on dlog Phi_j, dlog S_j, dlog V_j and j's own unknowns.
    k_phi = c_spend * s.E + c_tau * s.E / s.Y - explicit * welfare * p_phi
    k_s = -c_spend * s.E - c_tau * s.E / s.Y - explicit * welfare * p_s
    k_v = c_spend * (s.E - s.V) + c_tau * s.tau - explicit * welfare * gap
    own_ell = c_spend * s.Y - c_tau * s.tau + c_labor
    own_omega = own_ell + explicit * welfare * gap
    inputs = (1 - beta) / beta
    absorb = 1 / (1 + base.nu * inputs)
    world = np.zeros(n)
    if problem.transfers_scale:
        world = (c_spend + k_v / s.V * absorb) * base.T / base.pooled(base.Y)
    own_income = k_v * absorb * s.Y / (beta * s.V)
    dz = [-eps * (beta - psi * (1 - beta)), eps * psi]
    if roundabout:
        dz.append(-eps * (1 - beta) * (1 + psi))
    through_costs = shares * k_phi + net * k_s
    income = np.outer(s.Y, world)
    if base.together is not None:
        income = income * base.together
    blocks = [
        dz[0] * through_costs + income + np.diag(own_omega + own_income),
        dz[1] * through_costs + income + np.diag(own_ell + own_income),
    ]
    if roundabout:
        blocks.append(dz[2] * through_costs + np.diag(-welfare))
    slopes = np.concatenate(blocks) @ weights.T
    adjoint = lu_solve(lu_factor(jacobian(problem, state)), slopes, trans=1)
    g, h = adjoint[:n], adjoint[n : 2 * n]

    # Residuals' own dependence on log Phi_d and log S_d.
    slope = relief * s.E / s.Y / (1 - s.tau)
    f3_phi = -base.kappa * (slope - explicit * p_phi)
    f3_s = -base.kappa * (-slope - explicit * p_s)
    numeraire: Array | float = 0.0
    if problem.numeraire == "prices":
        numeraire = explicit * base.E * price / base.pooled(base.E)
    total = g.sum(axis=0)[:, None] if base.together is None else (base.together @ g).T
    a_phi = weights * k_phi - h.T * f3_phi - total * (numeraire * p_phi)
    a_s = weights * k_s - h.T * f3_s - total * (numeraire * p_s)
    if roundabout:
        f = adjoint[2 * n :]
        a_phi = a_phi + f.T * p_phi
        a_s = a_s + f.T * p_s
    return Sensitivity(problem, state, a_phi, a_s, (g / s.Y[:, None]).T)


# Any result, not only welfare: seeds in the kernel's quantities, pulled back through it.

RESULTS = (
    "welfare",
    "real_income",
    "deficit",
    "exports",
    "imports",
    "employment",
    "prices",
    "wage",
    "revenue",
)


@dataclass(frozen=True, eq=False)
class Seeds:
    """Partial derivatives of one result in the kernel's quantities, each (N,); zero if left out.

    omega, ell, p : logs of wage, labor, price index. Y, V, E, transfer : income, purchases net of
    tariff, spending, transfers (USD). tau : rate of tax relief. sold : sales of each exporter to
    all markets, own included (USD); own : those at home.
    """

    omega: Array | float = 0.0
    ell: Array | float = 0.0
    p: Array | float = 0.0
    Y: Array | float = 0.0
    V: Array | float = 0.0
    E: Array | float = 0.0
    transfer: Array | float = 0.0
    tau: Array | float = 0.0
    sold: Array | float = 0.0
    own: Array | float = 0.0


def result_seeds(problem: Problem, state: State, result: str, weights: Array) -> Seeds:
    """Seeds of sum_j weights[j] result_j, with `result` one of RESULTS as `Equilibrium` has it.

    weights (N,) must be zero where the result is not defined. Per cent per unit of the quantity.
    """
    base, s = problem.base, state
    w = 100 * weights
    if result == "employment":
        return Seeds(ell=w * np.exp(s.ell))
    if result == "prices":
        return Seeds(p=w * np.exp(s.p))
    if result == "wage":
        return Seeds(omega=w * np.exp(s.omega))
    if result == "revenue":
        return Seeds(E=w / base.E, V=-w / base.E)
    price = np.exp(s.p)
    if result in ("welfare", "real_income"):
        delta, u, v = published_parts(problem, state)
        if result == "real_income":
            delta = np.ones_like(u)
        spend = w * delta / (base.final_spending * price)
        labor = w * (1 - delta) * v / price
        slope: Array | float = 0.0
        if result == "welfare" and problem.tax_relief:
            share = base.kappa * base.Y / ((1 + base.kappa) * base.final_spending)
            slope = -w * delta**2 * share * (u - v) / price
        return Seeds(
            omega=labor,
            ell=labor,
            p=-w * (delta * u + (1 - delta) * v) / price,
            Y=spend,
            V=-spend,
            E=spend,
            transfer=spend,
            tau=slope,
        )
    abroad = base.X.sum(axis=1) - np.diag(base.X)
    bought = base.X.sum(axis=0) - np.diag(base.X)
    net_own = np.diag(problem.B) * s.z / s.S
    own = net_own * s.V
    known = weights != 0
    if result == "deficit":
        scale = w / np.where(known, np.abs(base.deficit), 1.0)
        return Seeds(V=scale, sold=-scale)
    if result == "exports":
        sold = problem.B @ (s.V / s.S) * s.z
        scale = w / np.where(known, abroad / base.Y, 1.0) / s.Y
        return Seeds(sold=scale, own=-scale, Y=-scale * (sold - own) / s.Y)
    if result == "imports":
        scale = w / np.where(known, bought / base.Y, 1.0) / s.Y
        return Seeds(V=scale, own=-scale, Y=-scale * (s.V - own) / s.Y)
    raise KeyError(result)


@dataclass(frozen=True, eq=False)
class ResultGradient:
    """Derivatives of one result: `rate` (N exporter, N importer) per unit of the tariff rate.

    multipliers (size,) : minus the solution of the transposed system, so that the derivative in
    anything else is the result's own plus multipliers times that of the residuals.
    error : relative residual of the transposed solve.
    """

    rate: Array
    multipliers: Array
    error: float


def pull_back(
    problem: Problem, state: State, rows: Array, seeds: Seeds
) -> tuple[Array, Array, Array]:
    """rows (size,) times the Jacobian of the residuals, plus the derivatives of the seeds.

    Returns the derivatives in the unknowns (size,), in log A and in log B (N, N).
    """
    base, s = problem.base, state
    n = len(base.E)
    beta, eps, psi = base.beta, base.epsilon, base.psi
    roundabout = beta < 1
    shares = problem.A * s.z[:, None] / s.Phi
    net = problem.B * s.z[:, None] / s.S
    g, h = rows[:n], rows[n : 2 * n]
    gap = 1 - base.phi

    d_tau: Array | float = seeds.tau
    if problem.tax_relief:
        d_tau = d_tau - base.kappa * h / (1 - s.tau)
    d_E = seeds.E + d_tau / s.Y
    d_V = seeds.V - d_tau / s.Y + base.nu * g / s.sales
    d_Y = seeds.Y - d_tau * s.tau / s.Y - g / s.Y
    d_p = seeds.p + base.kappa * h
    d_omega = seeds.omega - base.kappa * h
    d_ell = seeds.ell + h
    if problem.numeraire == "prices":
        d_p = d_p + base.pooled(g) * base.E * np.exp(s.p) / base.pooled(base.E)
    else:
        d_omega = d_omega + base.pooled(g) * base.Y * np.exp(s.omega) / base.pooled(base.Y)
    d_log_p = d_p
    if roundabout:
        d_p = d_p + rows[2 * n :]
        d_log_p = -rows[2 * n :]
    d_E = d_E + gap * d_log_p / s.E
    d_omega = d_omega - gap * d_log_p
    d_log_Phi = d_E * s.E - d_log_p / eps
    d_V = d_V + d_E * s.E / s.V

    # Every flow B z V / S carries the worth of a dollar sold there.
    worth = np.outer(beta * g / s.sales, 1 - base.nu)
    worth += np.broadcast_to(seeds.sold, (n,))[:, None]
    worth[np.diag_indices(n)] += seeds.own
    sales_worth = worth * net * s.V
    market = sales_worth.sum(axis=0)
    d_V = d_V + market / s.V
    in_A = shares * d_log_Phi
    in_B = sales_worth - net * (d_E * s.E + market)
    d_log_z = (in_A + in_B).sum(axis=1)

    absorb = 1 / (1 + base.nu * (1 - beta) / beta)
    d_Y = d_Y + d_V * absorb / beta
    if problem.transfers_scale:
        carried = (d_V * absorb + seeds.transfer) * base.T
        d_Y = d_Y + base.pooled(carried) / base.pooled(base.Y)
    income = d_Y * s.Y
    parts = [
        d_omega + income - eps * (beta - psi * (1 - beta)) * d_log_z,
        d_ell + income + eps * psi * d_log_z,
    ]
    if roundabout:
        parts.append(d_p - eps * (1 - beta) * (1 + psi) * d_log_z)
    return np.concatenate(parts), in_A, in_B


def result_gradient(problem: Problem, state: State, seeds: Seeds) -> ResultGradient:
    """Derivatives of one result, given by its seeds, in every tariff: one transposed solve."""
    direct = pull_back(problem, state, np.zeros(problem.size), seeds)[0]
    factors = lu_factor(jacobian(problem, state))
    multipliers = -lu_solve(factors, direct, trans=1)
    left, in_A, in_B = pull_back(problem, state, multipliers, seeds)
    # One refinement by the reverse pass itself, which also measures the error.
    multipliers = multipliers - lu_solve(factors, left, trans=1)
    left, in_A, in_B = pull_back(problem, state, multipliers, seeds)
    e = problem.base.epsilon * problem.base.phi
    rate = (-e * in_A - (e + 1) * in_B) / (1 + problem.tariff)
    np.fill_diagonal(rate, 0.0)
    size = float(np.max(np.abs(direct))) or 1.0
    return ResultGradient(rate, multipliers, float(np.max(np.abs(left))) / size)
