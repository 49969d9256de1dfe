"""A solved counterfactual of the many-sector kernel and everything reported about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from triffin.trade.many.adjoint import Gradient, gradient, welfare_seeds
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.kernel import Problem, State, along, start
from triffin.trade.many.solver import solve_ladder
from triffin.trade.many.welfare import FirstOrder, first_order, welfare_parts
from triffin.trade.shared.solution import Solution, without_home
from triffin.trade.shared.volume import Accounts
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False, repr=False)
class SectorEquilibrium(Solution):
    """A solved counterfactual; S sectors, N economies, in the order of the baseline.

    tariffs (S, N exporter, N importer). `x` is the kernel's solution, a good guess for a nearby
    problem; `wage_error` bounds the error of log wages. `accounting` is as `check.py` measures it.
    """

    baseline: SectorBaseline
    problem: Problem
    state: State
    x: Array = field(kw_only=True)
    wage_error: float = field(kw_only=True)

    VARIABLES = (
        "welfare",
        "welfare_utility",
        "real_gdp",
        "welfare_first_order",
        "terms_of_trade",
        "volume_of_trade",
        "real_wage",
        "real_income",
        "deficit",
        "exports",
        "imports",
        "employment",
        "prices",
        "wage",
        "revenue",
    )
    SECTOR_VARIABLES = (
        "sector_output",
        "sector_sales",
        "sector_exports",
        "sector_imports",
        "sector_prices",
        "sector_employment",
    )

    FLOWS = ("trade", "sector", "exporter", "importer")

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.baseline.model

    @property
    def parameters(self) -> dict[str, Any]:
        """Elasticities: labor supply one number, trade and scale by sector."""
        base = self.baseline
        by_sector = zip(base.sectors, base.theta, base.psi, strict=True)
        return {
            "labor_supply_elasticity": base.kappa,
            "trade_elasticity": {name: float(theta) for name, theta, _ in by_sector},
            "scale_elasticity": dict(zip(base.sectors, map(float, base.psi), strict=True)),
        }

    @property
    def spending(self) -> Array:
        """(N,) baseline income of households, USD."""
        return self.baseline.income

    @property
    def flows_before(self) -> Array:
        """Sales of the baseline, USD."""
        return self.baseline.flows

    @property
    def log_price(self) -> Array:
        """(N,) log change of the final price index."""
        return self.state.p_final

    @cached_property
    def trade_flows(self) -> Array:
        """(S, N exporter, N importer) counterfactual sales net of tariff, home sales included."""
        s = self.state
        flows = self.problem.B * s.z[:, :, None] * s.v[:, None, :]
        diagonal = np.arange(flows.shape[1])
        flows[:, diagonal, diagonal] = s.own_sales
        return np.asarray(flows)

    @cached_property
    def welfare(self) -> Array:
        """(N,) exact change: real income I^/P^, or with elastic labor the formula of section 2,
        nan where that has no meaning (`notes` say for whom and why)."""
        parts = welfare_parts(self.problem, self.state)
        return np.asarray(np.where(parts.meant, 100 * (parts.change - 1), np.nan))

    @cached_property
    def welfare_utility(self) -> Array:
        """(N,) change of the utility behind the labor supply; `welfare` without tax relief."""
        parts = welfare_parts(self.problem, self.state, utility=True)
        return np.asarray(np.where(parts.meant, 100 * (parts.change - 1), np.nan))

    @cached_property
    def real_income(self) -> Array:
        """(N,) exact change of household income over the final price index, I^/P^."""
        s = self.state
        return np.asarray(100 * (s.income / self.baseline.income / np.exp(s.p_final) - 1))

    @cached_property
    def rents(self) -> Array:
        """(S, N exporter, N importer) USD that the scarcity of licensed trade earns, see
        `Withheld`: what its buyers pay net of tariff, less what it costs."""
        s, held, problem = self.state, self.problem.withheld, self.problem
        if held is None:
            return np.zeros_like(problem.B)
        flows = problem.B * s.z[:, :, None] * s.v[:, None, :]
        tau = np.where(held.left > 0, held.left, 1.0) ** (1 / self.baseline.theta[:, None, None])
        earned = np.where(held.to_importer, 1 / tau - 1, np.where(held.to_exporter, 1 - tau, 0.0))
        return np.asarray(flows * earned)

    @cached_property
    def revenue_usd(self) -> Array:
        """(N,) tariff revenue in USD; buyers who ration pay it on the price at home."""
        extra = 0.0
        if self.problem.withheld is not None and self.problem.withheld.to_importer.any():
            at_home = np.where(self.problem.withheld.to_importer, self.rents, 0.0)
            extra = (self.tariffs * at_home).sum(axis=(0, 1))
        return np.asarray((self.tariffs * self.trade_flows).sum(axis=(0, 1)) + extra)

    def accounts(self, fraction: float) -> Accounts | None:
        """National accounts at a fraction of the way; GDP is at market prices, tariffs in it.

        None where trade is withheld: what vanishes has no price along the way."""
        if self.problem.withheld is not None:
            return None
        base, problem, s = self.baseline, along(self.problem, fraction), self.state
        if fraction < 1:
            x = start(base)
            x = x + fraction * (self.x - x)
            found = solve_ladder(problem, partial(along, problem), x)[0]
            if not found.converged or found.state is None:
                return None
            s = found.state
        flows = problem.B * s.z[:, :, None] * s.v[:, None, :]
        border = s.log_c[:, :, None] + problem.log_cost - np.log1p(problem.tariff) + base.log_tariff
        return Accounts(s.wage_bill + s.revenue, s.income, s.p_final, flows, border)

    @cached_property
    def _first_order(self) -> FirstOrder:
        if self.problem.withheld is not None:
            # Flows that vanish and rents have no first order.
            nothing = np.full(len(self.baseline.income), np.nan)
            return FirstOrder(nothing, nothing)
        return first_order(self.problem, self.state, self.trade_flows)

    @property
    def terms_of_trade(self) -> Array:
        """(N,) first-order term: export against import costs, per cent of baseline income."""
        return self._first_order.terms_of_trade

    @property
    def volume_of_trade(self) -> Array:
        """(N,) first-order term: change of taxed import volumes, per cent of baseline income."""
        return self._first_order.volume_of_trade

    @property
    def welfare_first_order(self) -> Array:
        """(N,) terms of trade plus volume of trade; not the exact change, which is `welfare`."""
        return np.asarray(self.terms_of_trade + self.volume_of_trade)

    @cached_property
    def real_wage(self) -> Array:
        """(N,) change of the wage over the final price index."""
        return np.asarray(100 * np.expm1(self.state.omega - self.state.p_final))

    @cached_property
    def exports(self) -> Array:
        """(N,) change of exports over own wage income."""
        before = without_home(self.baseline.flows).sum(axis=(0, 2))
        return self._per_income(self.state.sector_exports.sum(axis=0), before)

    @cached_property
    def imports(self) -> Array:
        """(N,) change of imports net of tariff over own wage income."""
        before = without_home(self.baseline.flows).sum(axis=(0, 1))
        return self._per_income(self.state.sector_imports.sum(axis=0), before)

    def _per_income(self, after: Array, before: Array) -> Array:
        income = self.state.wage_bill / self.baseline.value_added
        return _change(after / income, before)

    @cached_property
    def deficit(self) -> Array:
        """(N,) 100 (D'-D)/|D| with D imports minus exports; nan where D is zero."""
        before = self.baseline.flows.sum(axis=(0, 1)) - self.baseline.flows.sum(axis=(0, 2))
        after = (self.state.sector_imports - self.state.sector_exports).sum(axis=0)
        known = np.abs(before) > 1e-9 * self.baseline.income
        return np.asarray(100 * (after - before) / np.where(known, np.abs(before), np.nan))

    @cached_property
    def sector_sales(self) -> Array:
        """(S, N) change of the value of output, relative to the numeraire."""
        return _change(self.state.output, self.baseline.output)

    @cached_property
    def sector_output(self) -> Array:
        """(S, N) change of the volume of output: sales over unit cost."""
        return _change(self.state.output / np.exp(self.state.log_c), self.baseline.output)

    @cached_property
    def sector_employment(self) -> Array:
        """(S, N) change of employment: the sector's wage bill over the wage."""
        return _change(self.state.output / np.exp(self.state.omega), self.baseline.output)

    @cached_property
    def sector_exports(self) -> Array:
        """(S, N) change of exports over own wage income."""
        before = without_home(self.baseline.flows).sum(axis=2)
        return self._per_income(self.state.sector_exports, before)

    @cached_property
    def sector_imports(self) -> Array:
        """(S, N) change of imports net of tariff over own wage income."""
        before = without_home(self.baseline.flows).sum(axis=1)
        return self._per_income(self.state.sector_imports, before)

    @cached_property
    def sector_prices(self) -> Array:
        """(S, N) change of the buyer's price index relative to the numeraire."""
        return np.asarray(100 * np.expm1(self.state.p))

    def import_change(self, importer: str, partners: Sequence[str]) -> float:
        """Per cent change of an economy's imports, net of tariff, from some partners together."""
        d = self.world.index(importer)
        others = [self.world.index(p) for p in partners]
        before = self.baseline.flows[:, others, d].sum()
        return float(100 * (self.trade_flows[:, others, d].sum() / before - 1))

    def bloc_trade_change(self, members: Sequence[str]) -> dict[str, float]:
        """Per cent change of each member's imports from the others; code -> change."""
        codes = [self.baseline.economies[self.world.index(m)] for m in members]
        return {c: self.import_change(c, [m for m in codes if m != c]) for c in codes}

    def welfare_gradient(self, economies: Sequence[str] | None = None) -> Gradient:
        """Derivatives of welfare (per cent) in all tariffs, one row per economy (default: all)."""
        chosen = (
            list(range(len(self.baseline.economies)))
            if economies is None
            else [self.world.index(e) for e in economies]
        )
        seeds = welfare_seeds(self.problem, self.state, chosen)
        return gradient(self.problem, self.state, seeds, count=len(chosen))


def _change(after: Array, before: Array) -> Array:
    """Per cent change; nan where there was nothing before."""
    known = before > 0
    return np.asarray(np.where(known, 100 * (after / np.where(known, before, 1.0) - 1), np.nan))
