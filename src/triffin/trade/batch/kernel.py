"""The one-sector equations for many draws at once.

The equations are those of `kernel.evaluate`, written over a leading axis of draws; tests hold the
two against each other. What saves work is how tariffs enter: where draws differ only in the sales
to and from one economy (a cross in the tariff matrix), the rest of the share matrix is shared by
all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.world.base.arrays import Array

VARIABLES = (*(n for n in Equilibrium.VARIABLES if n != "real_gdp"), "revenue_usd")
# Draws stay this far from a pole of their model: a fraction of the distance from zero to it.
POLE_MARGIN = 0.05
IDENTITIES = (
    "trade_balances_sum_to_zero",
    "transfers_sum_to_zero",
    "spending_equals_income_revenue_and_transfers",
    "wage_bill_equals_sales",
)


@dataclass(frozen=True)
class Rules:
    """The choices that select equations; they are the same for all draws."""

    tax_relief: bool
    transfers_scale: bool
    price_numeraire: bool
    beta: float


class Levels(NamedTuple):
    """Baseline quantities (N,) that no drawn parameter changes; flows off the diagonal."""

    E: Array
    Y: Array
    T: Array
    nu: Array
    phi: Array
    exports: Array
    imports: Array
    deficit: Array
    together: Array | None


class Elasticities(NamedTuple):
    """epsilon, kappa and psi: scalars, or (D, 1) where they are drawn."""

    epsilon: Array
    kappa: Array
    psi: Array


class Dense(NamedTuple):
    """Tariff-weighted shares A and B = A/(1+t) of every draw, each (D, N, N)."""

    A: Array
    B: Array


class Cross(NamedTuple):
    """Shares that differ between draws only in the column and the row of one economy.

    A, B (N, N): what all draws share, zero in the varying column (and row); B is None where it
    equals A. `hot` (N,) is one at `economy`. column_A, column_B (D, N): its purchases; row_A, row_B
    (D, N): its sales, zero at home, or None where they are the same in all draws.
    """

    A: Array
    B: Array | None
    hot: Array
    economy: int
    column_A: Array
    column_B: Array
    row_A: Array | None
    row_B: Array | None


class Point(NamedTuple):
    """Quantities of the equations at x, (D, N) each; residual (D, 2N or 3N)."""

    omega: Array
    ell: Array
    p: Array
    z: Array
    S: Array
    Y: Array
    V: Array
    E: Array
    tau: Array
    scale: Array
    kept: Array
    residual: Array


def rules_of(base: Baseline, *, revenue: str, deficits: str) -> Rules:
    """The equations that these closures select."""
    return Rules(
        tax_relief=revenue == "tax-relief",
        transfers_scale=deficits != "fixed",
        price_numeraire=base.model.numeraire == "prices",
        beta=base.beta,
    )


def levels_of(base: Baseline) -> Levels:
    """The baseline quantities the equations and the results need."""
    abroad = base.X - np.diag(np.diag(base.X))
    return Levels(
        E=base.E,
        Y=base.Y,
        T=base.T,
        nu=base.nu,
        phi=base.phi,
        exports=abroad.sum(axis=1),
        imports=abroad.sum(axis=0),
        deficit=base.deficit,
        together=base.together,
    )


def dense_weights(share: Array, phi: Array, epsilon: Array, rates: Array) -> Dense:
    """Shares of every draw from rates (D, N, N); epsilon a scalar or (D, 1)."""
    # In place: these are the largest arrays of a batch.
    exponent = np.asarray(-epsilon * phi)
    A = np.log1p(rates)
    A *= exponent[..., None, :] if exponent.ndim > 1 else exponent
    np.exp(A, out=A)
    A *= share
    B = rates + 1
    np.divide(A, B, out=B)
    return Dense(A, B)


def cross_weights(
    share: Array,
    phi: Array,
    epsilon: Array,
    rest: Array,
    economy: int,
    column: Array,
    row: Array | None,
) -> Cross:
    """Shares where only one economy's column (D, N) and, unless None, row (D, N) are drawn.

    rest (N, N) holds the other rates; it must be untaxed if epsilon is drawn, since its shares
    would then differ between draws.
    """
    A, B = share.copy(), None
    taxed = np.nonzero(rest)
    if len(taxed[0]):
        A[taxed] *= np.exp(-epsilon * phi[taxed[1]] * np.log1p(rest[taxed]))
        B = A.copy()
        B[taxed] /= 1 + rest[taxed]
    column_A = share[:, economy] * np.exp(-epsilon * phi[economy] * np.log1p(column))
    row_A = row_B = None
    if row is not None:
        row_A = share[economy] * np.exp(-epsilon * phi * np.log1p(row))
        row_A[:, economy] = 0.0
        row_B = row_A / (1 + row)
    for shared in (A, B):
        if shared is not None:
            shared[:, economy] = 0.0
            if row is not None:
                shared[economy] = 0.0
    hot = np.zeros(len(phi))
    hot[economy] = 1.0
    return Cross(A, B, hot, economy, column_A, column_A / (1 + column), row_A, row_B)


def _totals(w: Dense | Cross, z: Array) -> tuple[Array, Array]:
    """Phi_d = sum_o A z_o and S_d = sum_o B z_o."""
    if isinstance(w, Dense):
        return (z[..., None, :] @ w.A)[..., 0, :], (z[..., None, :] @ w.B)[..., 0, :]
    phi = z @ w.A
    s = phi if w.B is None else z @ w.B
    phi = phi + w.hot * (z * w.column_A).sum(axis=-1, keepdims=True)
    s = s + w.hot * (z * w.column_B).sum(axis=-1, keepdims=True)
    if w.row_A is not None:
        own = z[..., w.economy][..., None]
        phi, s = phi + own * w.row_A, s + own * w.row_B
    return phi, s


def _sold(w: Dense | Cross, q: Array) -> Array:
    """sum_d B[o,d] q_d by exporter o."""
    sold: Array
    if isinstance(w, Dense):
        sold = (w.B @ q[..., None])[..., 0]
        return sold
    shared = w.A if w.B is None else w.B
    sold = q @ shared.T + q[..., w.economy][..., None] * w.column_B
    if w.row_B is not None:
        sold = sold + w.hot * (w.row_B * q).sum(axis=-1, keepdims=True)
    return sold


def _without_home(w: Dense | Cross) -> Dense | Cross:
    """The shares B of trade with others: what is left of a total less home sales loses digits."""
    off = 1 - np.eye(w.A.shape[-1])
    if isinstance(w, Dense):
        return w._replace(B=w.B * off)
    shared = w.A if w.B is None else w.B
    return w._replace(B=shared * off, column_B=w.column_B * (1 - w.hot))


def _pooled(levels: Levels, values: Array) -> Array:
    """Sums of (..., N) values over the component of each economy; (..., 1) if all are in one."""
    alone = levels.together is None
    total: Array = values.sum(axis=-1, keepdims=True) if alone else values @ levels.together
    return total


def evaluate(levels: Levels, rules: Rules, e: Elasticities, w: Dense | Cross, x: Array) -> Point:
    """All quantities and residuals at x (D, 2N or 3N logs); see `kernel` for the equations.

    Where an economy's spending is not positive or tax relief exceeds its wages, the residuals of
    that draw are not finite.
    """
    n = levels.E.shape[-1]
    beta, eps, psi = rules.beta, e.epsilon, e.psi
    omega, ell = x[..., :n], x[..., n : 2 * n]
    if beta < 1:
        p = x[..., 2 * n :]
        log_cost = beta * omega + (1 - beta) * p - psi * ((1 - beta) * (omega - p) + ell)
    else:
        log_cost = omega - psi * ell
    z = np.exp(-eps * log_cost)
    Phi, S = _totals(w, z)
    Y = levels.Y * np.exp(omega + ell)
    scale = np.ones_like(Y[..., :1])
    if rules.transfers_scale:
        scale = _pooled(levels, Y) / _pooled(levels, levels.Y)
    V = (Y / beta + levels.T * scale) / (1 + levels.nu * (1 - beta) / beta)
    V = np.where(V > 0, V, np.nan)
    gross = Phi / S
    E = V * gross
    if beta < 1:
        E = np.where(E - V + Y + levels.T * scale > 0, E, np.nan)
    log_p = (1 - levels.phi) * (np.log(E / levels.E) - omega) - np.log(Phi) / eps
    if beta == 1:
        p = log_p
    kept = z * _sold(w, (1 - levels.nu) * V / S)
    if rules.tax_relief:
        tau = (E - V) / Y
        log_relief = -np.log1p(-np.where(tau < 1, tau, np.nan))
    else:
        tau = np.zeros_like(Y)
        log_relief = tau
    if rules.price_numeraire:
        sigma = _pooled(levels, levels.E * np.expm1(p)) / _pooled(levels, levels.E)
    else:
        sigma = _pooled(levels, levels.Y * np.expm1(omega)) / _pooled(levels, levels.Y)
    parts = [
        np.log((beta * kept + levels.nu * V) / Y) + sigma,
        ell - e.kappa * (log_relief + omega - p),
    ]
    if beta < 1:
        parts.append(p - log_p)
    residual = np.concatenate(parts, axis=-1)
    return Point(omega, ell, p, z, S, Y, V, E, tau, scale, kept, residual)


def outcomes(
    levels: Levels,
    rules: Rules,
    e: Elasticities,
    w: Dense | Cross,
    point: Point,
    variables: tuple[str, ...],
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Results (D, N) as `Equilibrium` defines them, and violations of identities (D,)."""
    s = point
    transfers = levels.T * s.scale
    # Tariffs are what is paid above the value net of tariff.
    revenue = s.E - s.V
    spending = revenue + s.Y + transfers
    before = levels.Y + levels.T
    price = np.exp(s.p)
    balance = s.V - s.z * _sold(w, s.V / s.S)
    exports = imports = np.zeros_like(s.V)
    if "exports" in variables or "imports" in variables:
        abroad = _without_home(w)
        exports = s.z * _sold(abroad, s.V / s.S)
        imports = _totals(abroad, s.z)[1] * s.V / s.S

    def welfare(wages: Array) -> Array:
        cost = e.kappa * (1 - s.tau) * levels.Y / (1 + e.kappa)
        delta = before / (before - cost)
        change = (delta * spending / before + (1 - delta) * wages) / price
        # No draw reaches across the pole of delta, nor into what it does to those close to it.
        meant = (before * (1 - POLE_MARGIN) > cost) & (change > 0)
        return np.where(meant, 100 * (change - 1), np.nan)

    def deficit() -> Array:
        known = np.abs(levels.deficit) > 1e-12 * levels.E
        size = np.where(known, np.abs(levels.deficit), np.nan)
        change: Array = 100 * (balance - levels.deficit) / size
        return change

    known: dict[str, Callable[[], Array]] = {
        "welfare": lambda: welfare(np.exp(s.omega + s.ell)),
        "welfare_utility": lambda: welfare(np.exp(s.omega + s.ell) / (1 - s.tau)),
        "deficit": deficit,
        "exports": lambda: 100 * (exports / s.Y / (levels.exports / levels.Y) - 1),
        "imports": lambda: 100 * (imports / s.Y / (levels.imports / levels.Y) - 1),
        "employment": lambda: 100 * np.expm1(s.ell),
        "prices": lambda: 100 * np.expm1(s.p),
        "wage": lambda: 100 * np.expm1(s.omega),
        "revenue": lambda: 100 * revenue / levels.E,
        "real_income": lambda: 100 * (spending / before / price - 1),
        "revenue_usd": lambda: revenue,
    }
    income = s.Y.sum(axis=-1)
    budget = s.Y + transfers + (1 - rules.beta) * s.kept - s.V
    wages = rules.beta * s.kept + levels.nu * s.V - s.Y
    gaps = (
        np.abs(balance.sum(axis=-1)) / income,
        np.abs(transfers.sum(axis=-1)) / income,
        np.max(np.abs(budget) / s.E, axis=-1),
        np.max(np.abs(wages) / s.Y, axis=-1),
    )
    results = {name: known[name]() for name in variables}
    return results, dict(zip(IDENTITIES, gaps, strict=True))
