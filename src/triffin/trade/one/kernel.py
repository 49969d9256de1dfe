"""Equations of the one-sector kernel: residuals, their exact Jacobian, and what follows from them.

Unknowns are logs of changes: omega = log w^, l = log L^ and, with roundabout inputs only,
p = log P^ (without them the price index is explicit). Everything else is explicit in them:

    c_o = w^beta P^(1-beta) / [((w/P)^(1-beta) L)^psi]                              unit cost
    A = lambda (1+t)^(-eps phi_d),  z_o = c_o^(-eps),  Phi_d = sum_o A z_o
    B = A/(1+t),                    S_d = sum_o B z_o,  s_d = S_d/Phi_d (net-of-tariff share)
    V_d = s_d E'_d = (Y'_d/beta + T'_d) / (1 + nu_d (1-beta)/beta)      purchases net of tariff
    log P_d = (1-phi_d)(log(E'_d/E_d) - omega_d) - log(Phi_d)/eps

The expression for V uses the sales equation to eliminate spending. Residuals:

    F1 = log{[beta sum_d (1-nu_d) X' + nu_o V_o] / Y'_o} + sigma      sales, all rows
    F2 = p - log P (roundabout only)
    F3 = l - kappa (log tau^ + omega - log P)                         labor supply

sigma is the numeraire's deviation; added to every row of F1 it replaces no economy's equation
(trade.md section 4). Where the network of flows falls apart, every component has its own sigma, and
transfers grow with the component's income.
Source: Ignatenko, Macedoni, Lashkaripour and Simonovska (2025).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.trade.shared.solver import Infeasible
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False)
class Problem:
    """One counterfactual: a baseline, tariffs and closures, with what does not vary precomputed.

    tariff, A, B are (N exporter, N importer); with transfers_scale T grows with world
    income, else it is constant in units of the numeraire.
    """

    base: Baseline
    tariff: Array
    A: Array
    B: Array
    tax_relief: bool
    transfers_scale: bool
    numeraire: str

    @property
    def size(self) -> int:
        """Number of unknowns: 2N, or 3N with roundabout inputs."""
        return len(self.base.E) * (3 if self.base.beta < 1 else 2)


def pose(
    base: Baseline,
    tariff: Array,
    *,
    revenue: str,
    deficits: str,
    iceberg: Array | None = None,
) -> Problem:
    """From `base` to `tariff` (N, N fractions), with `iceberg` cost changes (N, N ratios)."""
    A, B = base.share.copy(), base.share.copy()
    # Most entries carry no tariff: only the others cost an exponential. Searching flat booleans
    # is ten times as fast as searching the matrix.
    taxed = np.flatnonzero(tariff != 0)
    rate = tariff.ravel()[taxed]
    factor = np.exp(-base.epsilon * base.phi[taxed % len(base.E)] * np.log1p(rate))
    A.reshape(-1)[taxed] *= factor
    B.reshape(-1)[taxed] *= factor / (1 + rate)
    if iceberg is not None:
        change = iceberg**-base.epsilon
        A, B = A * change, B * change
    return Problem(
        base=base,
        tariff=tariff,
        A=A,
        B=B,
        tax_relief=revenue == "tax-relief",
        transfers_scale=deficits != "fixed",
        numeraire=base.model.numeraire,
    )


def along(problem: Problem, fraction: float) -> Problem:
    """`problem` at a fraction of its way from the baseline, in logs of tariffs and icebergs."""
    tariff = np.expm1(fraction * np.log1p(problem.tariff))
    A = problem.A**fraction * problem.base.share ** (1 - fraction)
    return replace(problem, tariff=tariff, A=A, B=A / (1 + tariff))


@dataclass(frozen=True, eq=False)
class State:
    """Every quantity of the equations at one point x; N-vectors unless said otherwise."""

    omega: Array
    ell: Array
    p: Array
    z: Array
    Phi: Array
    S: Array
    Y: Array
    V: Array
    E: Array
    tau: Array
    sales: Array
    sigma: Array
    residual: Array


def growth(problem: Problem, Y: Array) -> Array | float:
    """Income Y (N,) over that of the baseline, by component: what transfers grow by."""
    base = problem.base
    return base.pooled(Y) / base.pooled(base.Y) if problem.transfers_scale else 1.0


def evaluate(problem: Problem, x: Array) -> State:
    """All quantities and residuals at x (2N or 3N logs).

    Raises Infeasible where an economy's spending is not positive or tax relief exceeds wages.
    """
    base = problem.base
    n = len(base.E)
    beta, eps, psi = base.beta, base.epsilon, base.psi
    omega, ell = x[:n], x[n : 2 * n]
    if beta < 1:
        p_unknown = x[2 * n :]
        log_cost = (
            beta * omega + (1 - beta) * p_unknown - psi * ((1 - beta) * (omega - p_unknown) + ell)
        )
    else:
        log_cost = omega - psi * ell
    z = np.exp(-eps * log_cost)
    Phi = z @ problem.A
    S = z @ problem.B
    Y = base.Y * np.exp(omega + ell)
    scale = growth(problem, Y)
    inputs = (1 - beta) / beta
    V = (Y / beta + base.T * scale) / (1 + base.nu * inputs)
    if np.any(V <= 0):
        raise Infeasible("spending", int(np.argmin(V / base.E)))
    E = V * Phi / S
    if beta < 1:
        # Gross purchases stay positive by their inputs where households have nothing left.
        households = (E - V) + Y + base.T * scale
        if np.any(households <= 0):
            raise Infeasible("spending", int(np.argmin(households / base.final_spending)))
    log_p = (1 - base.phi) * (np.log(E / base.E) - omega) - np.log(Phi) / eps
    p = p_unknown if beta < 1 else log_p
    sales = beta * z * (problem.B @ ((1 - base.nu) * V / S)) + base.nu * V
    if problem.tax_relief:
        tau = (E - V) / Y
        if np.any(tau >= 1):
            raise Infeasible("revenue", int(np.argmax(tau)))
        log_relief = -np.log1p(-tau)
    else:
        tau = np.zeros(n)
        log_relief = tau
    if problem.numeraire == "prices":
        sigma = base.pooled(base.E * np.expm1(p)) / base.pooled(base.E)
    else:
        sigma = base.pooled(base.Y * np.expm1(omega)) / base.pooled(base.Y)
    parts = [
        np.log(sales / Y) + sigma,
        ell - base.kappa * (log_relief + omega - p),
    ]
    if beta < 1:
        parts.append(p - log_p)
    return State(omega, ell, p, z, Phi, S, Y, V, E, tau, sales, sigma, np.concatenate(parts))


def jacobian(problem: Problem, state: State) -> Array:
    """Exact derivative of the residuals in x, (2N, 2N) or (3N, 3N)."""
    base = problem.base
    n = len(base.E)
    beta, eps, psi = base.beta, base.epsilon, base.psi
    roundabout = beta < 1
    s = state
    shares = problem.A * s.z[:, None] / s.Phi  # lambda'
    net = problem.B * s.z[:, None] / s.S  # M
    inputs = (1 - beta) / beta
    absorb = 1 / (1 + base.nu * inputs)

    # d log z = dz[k] * d x_k, own economy only; k runs over omega, l (and p).
    dz = [-eps * (beta - psi * (1 - beta)), eps * psi]
    if roundabout:
        dz.append(-eps * (1 - beta) * (1 + psi))
    # d V / d omega = d V / d l; V does not depend on p.
    dV = np.diag(absorb * s.Y / beta)
    if problem.transfers_scale:
        dV += _among(base, np.outer(absorb * base.T / base.pooled(base.Y), s.Y))
    dlogV = dV / s.V[:, None]
    kept = (1 - base.nu) * s.V
    # d sales / d log z: own term minus competition in every market (the only N^3 product).
    dsales_dz = -beta * (net * kept) @ net.T
    dsales_dz[np.diag_indices(n)] += beta * (net @ kept)
    dsales_dV = beta * net * (1 - base.nu)
    dsales_dV[np.diag_indices(n)] += base.nu
    dsales_income = dsales_dV @ dV

    identity = np.eye(n)
    gross = s.E / s.Y  # V/Y * Phi/S
    row1, row2, row3 = [], [], []
    dp_columns = []
    for k, dlogz in enumerate(dz):
        income = k < 2
        dlogPhi = dlogz * shares.T
        dlogS = dlogz * net.T
        spend = dlogPhi - dlogS
        if income:
            spend = spend + dlogV
        if k == 0:
            spend = spend - identity
        dlogp = (1 - base.phi)[:, None] * spend - dlogPhi / eps
        dp = (identity if k == 2 else np.zeros((n, n))) if roundabout else dlogp
        dp_columns.append(dp)
        dsales = dlogz * dsales_dz + (dsales_income if income else 0.0)
        f1 = dsales / s.sales[:, None] - (identity if income else 0.0)
        row1.append(f1)
        f3 = base.kappa * dp
        if k == 0:
            f3 = f3 - base.kappa * identity
        if k == 1:
            f3 = f3 + identity
        if problem.tax_relief and base.kappa:
            dtau = gross[:, None] * (dlogPhi - dlogS)
            if income:
                dtau = dtau + s.tau[:, None] * (dlogV - identity)
            f3 = f3 - base.kappa * dtau / (1 - s.tau)[:, None]
        row3.append(f3)
        if roundabout:
            row2.append((identity if k == 2 else 0.0) - dlogp)
    for k, dp in enumerate(dp_columns):
        if problem.numeraire == "prices":
            weight = base.E * np.exp(s.p)
            if base.together is None:
                row1[k] = row1[k] + (weight / base.E.sum()) @ dp
            else:
                row1[k] = row1[k] + (base.together * weight) @ dp / base.pooled(base.E)[:, None]
        elif k == 0:
            weight = np.tile(base.Y * np.exp(s.omega), (n, 1))
            row1[k] = row1[k] + _among(base, weight) / np.reshape(base.pooled(base.Y), (-1, 1))
    blocks = [row1, row3] + ([row2] if roundabout else [])
    return np.block(blocks)


def _among(base: Baseline, matrix: Array) -> Array:
    """(N, N) entries of pairs in the same component, zero elsewhere."""
    return matrix if base.together is None else matrix * base.together
