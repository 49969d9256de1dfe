"""Partial derivatives of every result of the many-sector kernel in what the kernel computes.

A result that depends on unit costs or on the split of imports among suppliers is written in wages,
prices, sales and imports by the equations that hold at the solution, so that the reverse pass of
`adjoint.py` covers it exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from triffin.trade.many.adjoint import welfare_seeds
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.results import SectorEquilibrium
from triffin.trade.many.welfare import welfare_parts
from triffin.trade.shared.solution import without_home
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError


@dataclass
class Partials:
    """Partial derivatives of one result: seeds, and what they leave out.

    supply (S, N exporter, N importer) : in the log of what each exporter offers in each market,
    B z. kappa, psi (S,) : explicit ones in the elasticities. scale (S, N) : how much of the
    residual of sector scale was added to the result to write it so.
    """

    base: SectorBaseline
    seeds: dict[str, Array] = field(default_factory=dict)
    supply: Array | None = None
    kappa: float = 0.0
    psi: Array | None = None
    scale: Array | None = None

    def add(self, name: str, value: Array) -> None:
        """Add to one seed: (N,), or (S, N) for those by sector."""
        wide = value[None] if value.ndim == 1 else value[:, None]
        self.seeds[name] = self.seeds.get(name, 0.0) + wide

    def add_cost(self, found: SectorEquilibrium, value: Array) -> None:
        """Add (S, N) times the change of log unit costs.

        With returns to scale log c = (1 + psi) log b - psi log(Y'/Y) at the solution.
        """
        base, s = self.base, found.state
        psi = np.where(base.active, base.psi[:, None], 0.0)
        bundle = value * (1 + psi)
        self.add("omega", (base.value_added_share * bundle).sum(axis=0))
        self.add("p", np.matmul(bundle.T[:, None, :], base.inputs)[:, 0, :].T)
        per_usd = -value * psi / np.where(base.active, s.output, 1.0)
        self.add("made", per_usd)
        self.add("own_sales", per_usd)
        known = -value * psi
        self.scale = known if self.scale is None else self.scale + known
        explicit = -(value * sector_scale(found)).sum(axis=1)
        self.psi = explicit if self.psi is None else self.psi + explicit


def sector_scale(found: SectorEquilibrium) -> Array:
    """(S, N) log of the sector's scale q = log(Y'/Y) - log b; zero where nothing is produced."""
    base, s = found.baseline, found.state
    ratio = np.where(base.active, s.output, 1.0) / base.positive_output
    return np.where(base.active, np.log(ratio) - s.log_b, 0.0)


def partials(found: SectorEquilibrium, result: str, weights: Array, k: int | None) -> Partials:
    """Partial derivatives of sum_j weights[j] result_j, of sector k for results by sector.

    weights (N,), zero where the result is not defined.
    """
    base, s = found.baseline, found.state
    out = Partials(base)
    w = 100 * weights
    if result == "welfare":
        members = np.flatnonzero(weights)
        rows = welfare_seeds(found.problem, s, members.tolist())
        for name in ("income", "wage_bill", "p_final", "revenue"):
            out.add(name, weights[members] @ getattr(rows, name))
        parts = welfare_parts(found.problem, s)
        relief = (1 - s.tau) / (1 - base.tau) if found.problem.tax_relief else 1.0
        slope = parts.delta**2 / base.income * base.value_added * relief / (1 + base.kappa) ** 2
        gap = (s.income / base.income - s.wage_bill / base.value_added) / np.exp(s.p_final)
        out.kappa = float(w @ (slope * gap))
    elif result == "real_income":
        price = np.exp(s.p_final)
        out.add("income", w / base.income / price)
        out.add("p_final", -w * s.income / base.income / price)
    elif result == "real_wage":
        change = w * np.exp(s.omega - s.p_final)
        out.add("omega", change)
        out.add("p_final", -change)
    elif result == "employment":
        out.add("ell", w * np.exp(s.ell))
    elif result == "prices":
        out.add("p_final", w * np.exp(s.p_final))
    elif result == "wage":
        out.add("omega", w * np.exp(s.omega))
    elif result == "revenue":
        held = found.problem.withheld
        if held is not None and held.to_importer.any():
            raise InputError(
                "revenue of economies that ration at home has no derivatives.",
                field="result",
                value=result,
                valid="another result",
            )
        out.add("revenue", w / base.income)
    elif result == "deficit":
        before = base.flows.sum(axis=(0, 1)) - base.flows.sum(axis=(0, 2))
        scale = np.broadcast_to(_over(w, np.abs(before)), s.X.shape)
        out.add("imports", scale)
        out.add("exports", -scale)
    elif result in ("terms_of_trade", "volume_of_trade", "welfare_first_order"):
        if result != "volume_of_trade":
            _terms_of_trade(found, w / base.income, out)
        if result != "terms_of_trade":
            _volume_of_trade(found, w / base.income, out)
    else:
        _flows(found, result, w, k, out)
    return out


def _over(weights: Array, level: Array) -> Array:
    return np.asarray(np.divide(weights, level, out=np.zeros_like(level), where=weights != 0))


def _flows(found: SectorEquilibrium, result: str, w: Array, k: int | None, out: Partials) -> None:
    """Exports and imports over income, of all sectors or one, and the results of one sector."""
    base, s = found.baseline, found.state
    if result in ("exports", "imports", "sector_exports", "sector_imports"):
        flows = without_home(base.flows)
        side = result.removeprefix("sector_")
        chosen = np.ones((len(base.theta), 1)) if k is None else _row(len(base.theta), k)
        before = (flows.sum(axis=2 if side == "exports" else 1) * chosen).sum(axis=0)
        after = (s.sector_exports if side == "exports" else s.sector_imports) * chosen
        per_usd = _over(w, before) * base.value_added / s.wage_bill
        out.add(side, per_usd * chosen)
        out.add("wage_bill", -per_usd * after.sum(axis=0) / s.wage_bill)
        return
    assert k is not None
    only = _row(len(base.theta), k)
    if result == "sector_prices":
        out.add("p", only * w * np.exp(s.p[k]))
        return
    per_usd = _over(w, base.output[k])
    if result == "sector_employment":
        per_usd = per_usd / np.exp(s.omega)
        out.add("omega", -per_usd * s.output[k])
    elif result == "sector_output":
        per_usd = per_usd / np.exp(s.log_c[k])
        out.add_cost(found, -only * per_usd * s.output[k])
    out.add("made", only * per_usd)
    out.add("own_sales", only * per_usd)


def _row(n_sectors: int, k: int) -> Array:
    return np.asarray((np.arange(n_sectors) == k)[:, None].astype(float))


def _level(found: SectorEquilibrium) -> tuple[float, Array]:
    """The level of world wages, and its derivative in log wages (N,)."""
    base = found.baseline
    if base.together is not None:
        raise InputError(
            f"trade of {base.world.name} falls apart into blocs, whose wages have no common level.",
            field="result",
            valid="another result, or a world in which all economies trade with each other",
        )
    parts = base.value_added * np.exp(found.state.omega) / base.value_added.sum()
    return float(parts.sum()), parts


def _terms_of_trade(found: SectorEquilibrium, w: Array, out: Partials) -> None:
    before = without_home(found.baseline.flows)
    level, slope = _level(found)
    dearer = w * before.sum(axis=2) - before @ w
    cost = dearer * np.exp(found.state.log_c) / level
    out.add_cost(found, cost)
    out.add("omega", -cost.sum() / level * slope)


def _volume_of_trade(found: SectorEquilibrium, w: Array, out: Partials) -> None:
    base, s = found.baseline, found.state
    before = without_home(base.flows)
    level, slope = _level(found)
    worth = base.tariff * w / level
    supplied = found.problem.B * s.z[:, :, None]
    split = supplied / np.where(s.zB > 0, s.zB, 1.0)[:, None, :]
    flows = split * s.sector_imports[:, None, :]
    out.add("imports", (worth * split).sum(axis=1))
    value = worth * flows
    supply = value - split * value.sum(axis=1, keepdims=True)
    out.supply = supply
    dearer = (worth * before).sum(axis=2) * np.exp(s.log_c)
    out.add_cost(found, -dearer - base.theta[:, None] * supply.sum(axis=2))
    out.add("omega", (dearer.sum() - value.sum()) / level * slope)
