"""The equations of the one-sector models in plain levels, written independently of the package.

trade.md section 2. Unknowns are the changes of wages w, spending E and labor L
(and the price index P with roundabout inputs). Only the calibrated baseline and the published
results of an Equilibrium are read; nothing of the kernel is used.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.world.model import World


def toy_world(trade, gdp, codes=None) -> World:
    """A one-sector world from off-diagonal trade (N exporter, N importer) and GDP (N,)."""
    flows = np.array(trade, dtype=float)[None]
    gdp = np.array(gdp, dtype=float)
    if codes is None:
        codes = ("USA", *(f"C{i:02d}" for i in range(1, len(gdp))))
    return World(
        name="toy",
        title="toy world",
        year=2000,
        economies=tuple(codes),
        names=tuple(f"Economy {code}" for code in codes),
        sectors=("all",),
        trade=flows,
        gdp=gdp,
        tariff=np.zeros_like(flows),
    )


def random_world(seed: int, n: int = 5, openness: float = 0.25, zeros: float = 0.2) -> World:
    """A world of n economies of unequal size with some pairs that do not trade.

    Each economy sells to the next one, so that all are connected: an economy that only sells
    abroad could never balance its trade.
    """
    rng = np.random.default_rng(seed)
    gdp = rng.lognormal(0.0, 1.0, n)
    trades = rng.random((n, n)) > zeros
    trades[np.arange(n), (np.arange(n) + 1) % n] = True
    np.fill_diagonal(trades, False)
    trade = trades * rng.lognormal(0.0, 1.0, (n, n)) * np.outer(gdp, gdp)
    # Neither imports nor exports exceed the given share of GDP.
    burden = np.maximum(trade.sum(axis=0), trade.sum(axis=1)) / gdp
    return toy_world(trade * openness / burden.max(), gdp)


def levels(base, tariffs, w, E, L, P=None, *, revenue, deficits, iceberg=None):
    """Relative gaps of all equations, and the flows, at changes w, E, L (and P, roundabout)."""
    beta, eps, psi, kappa = base.beta, base.epsilon, base.psi, base.kappa
    share = base.X / base.X.sum(axis=0)
    if beta == 1.0:
        cost = w / L**psi
    else:
        cost = w**beta * P ** (1 - beta) / ((w / P) ** (1 - beta) * L) ** psi
    weights = share * (cost**-eps)[:, None] * (1 + tariffs) ** (-eps * base.phi)
    if iceberg is not None:
        weights = weights * iceberg**-eps
    new_share = weights / weights.sum(axis=0)
    price = (E / w) ** (1 - base.phi) * weights.sum(axis=0) ** (-1 / eps)
    spending = E * base.E
    flows = new_share * spending / (1 + tariffs)
    collected = (tariffs * flows).sum(axis=0)
    wage_bill = w * L * base.Y
    kept = (flows * (1 - base.nu)).sum(axis=1)
    scale = wage_bill.sum() / base.Y.sum() if deficits != "fixed" else 1.0
    relief = 1 / (1 - collected / wage_bill) if revenue == "tax-relief" else np.ones_like(w)
    used = price if P is None else P
    gaps = {
        "sales": (beta * kept + base.nu * flows.sum(axis=0)) / wage_bill - 1,
        "spending": (collected + wage_bill + base.T * scale + (1 - beta) * kept) / spending - 1,
        "labor": L / (relief * w / used) ** kappa - 1,
        "prices": used / price - 1,
    }
    if base.model.numeraire == "prices":
        gaps["numeraire"] = np.atleast_1d((used - 1) @ base.E / base.E.sum())
    else:
        gaps["numeraire"] = np.atleast_1d((w - 1) @ base.Y / base.Y.sum())
    return gaps, flows, price


def residual(equilibrium: Equilibrium, iceberg=None) -> float:
    """Largest relative gap of the textbook equations at the results of a solved equilibrium."""
    base = equilibrium.baseline
    w = 1 + equilibrium.wage / 100
    L = 1 + equilibrium.employment / 100
    P = 1 + equilibrium.prices / 100
    E = (equilibrium.trade_flows * (1 + equilibrium.tariffs)).sum(axis=0) / base.E
    gaps, flows, price = levels(
        base,
        equilibrium.tariffs,
        w,
        E,
        L,
        P if base.beta < 1 else None,
        revenue=equilibrium.revenue_closure,
        deficits=equilibrium.deficits_closure,
        iceberg=iceberg,
    )
    found = [np.max(np.abs(gap)) for gap in gaps.values()]
    found.append(np.max(np.abs(flows - equilibrium.trade_flows)) / base.E.max())
    found.append(np.max(np.abs(price / P - 1)))
    return float(max(found))


def two_countries(home_share, eps, tariff_home, tariff_abroad):
    """Welfare (per cent) of two countries of equal size in the Armington model, lump-sum rebate.

    Derived by hand: labor is fixed, tariff revenue is spent at home, and the relative wage clears
    the balance of trade; one equation in one unknown.
    """
    h, f = home_share, 1 - home_share

    def country(own, other, tariff):
        inside = h * own**-eps + f * (other * (1 + tariff)) ** -eps
        bought = f * (other * (1 + tariff)) ** -eps / inside
        spending = own / (1 - tariff / (1 + tariff) * bought)
        return bought * spending / (1 + tariff), spending * inside ** (1 / eps)

    def imbalance(log_wage):
        w = np.exp(log_wage)
        return country(w, 1.0, tariff_home)[0] - country(1.0, w, tariff_abroad)[0]

    w = np.exp(brentq(imbalance, -3, 3, xtol=1e-15))
    real = (country(w, 1.0, tariff_home)[1], country(1.0, w, tariff_abroad)[1])
    return 100 * (np.array(real) - 1)
