"""Exact derivatives of results at an equilibrium, by one transposed solve per result.

With residuals F(x, t) = 0 and a result W(x, t), dW/dt = W_t - lambda' F_t with J' lambda = W_x.
Tariffs of importer d enter only through Phi_d, S_d and the split of d's purchases among
exporters, so a whole column of derivatives costs a few vector products (trade.md section 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from triffin.trade.kernel import Problem, State, jacobian

Array = np.ndarray


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


def welfare_fractions(problem: Problem, state: State) -> tuple[Array, Array, Array]:
    """(delta, u, v): W^ = delta u/P^ + (1-delta) v/P^, u spending and v labor income changes."""
    base, s = problem.base, state
    spending = base.final_spending
    scale = s.Y.sum() / base.Y.sum() if problem.transfers_scale else 1.0
    delta = spending / (spending - base.kappa * (1 - s.tau) * base.Y / (1 + base.kappa))
    u = ((s.E - s.V) + s.Y + base.T * scale) / spending
    return delta, u, np.exp(s.omega + s.ell)


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
    delta, u, v = welfare_fractions(problem, state)
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
        world = (c_spend + k_v / s.V * absorb) * base.T / base.Y.sum()
    own_income = k_v * absorb * s.Y / (beta * s.V)
    dz = [-eps * (beta - psi * (1 - beta)), eps * psi]
    if roundabout:
        dz.append(-eps * (1 - beta) * (1 + psi))
    through_costs = shares * k_phi + net * k_s
    income = np.outer(s.Y, world)
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
    numeraire = explicit * base.E * price / base.E.sum() if problem.numeraire == "prices" else 0.0
    total = g.sum(axis=0)[:, None]
    a_phi = weights * k_phi - h.T * f3_phi - total * (numeraire * p_phi)
    a_s = weights * k_s - h.T * f3_s - total * (numeraire * p_s)
    if roundabout:
        f = adjoint[2 * n :]
        a_phi = a_phi + f.T * p_phi
        a_s = a_s + f.T * p_s
    return Sensitivity(problem, state, a_phi, a_s, (g / s.Y[:, None]).T)
