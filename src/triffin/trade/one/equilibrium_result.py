"""A solved counterfactual of the one-sector kernel and everything that is reported of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from triffin.trade.one.calibration import Baseline
from triffin.trade.one.kernel import Problem, State, along, evaluate, growth
from triffin.trade.one.solver import solve_ladder
from triffin.trade.one.welfare import published_welfare, utility_welfare
from triffin.trade.shared.solution import Solution, without_home
from triffin.trade.shared.volume import Accounts
from triffin.world.base.arrays import Array


@dataclass(frozen=True, eq=False, repr=False)
class Equilibrium(Solution):
    """A solved counterfactual of a one-sector world; tariffs (N exporter, N importer)."""

    baseline: Baseline
    problem: Problem
    state: State

    VARIABLES = (
        "welfare",
        "welfare_utility",
        "real_gdp",
        "deficit",
        "exports",
        "imports",
        "employment",
        "prices",
        "wage",
        "revenue",
        "real_income",
    )
    FLOWS = ("trade_counterfactual", "exporter", "importer")

    @property
    def model(self) -> str:
        """Name of the model."""
        return self.baseline.model.name

    @property
    def parameters(self) -> dict[str, float]:
        """Parameters of the model by name."""
        return self.baseline.parameters

    @property
    def spending(self) -> Array:
        """(N,) baseline spending, inputs included, USD."""
        return self.baseline.E

    @property
    def flows_before(self) -> Array:
        """Sales of the baseline, USD."""
        return self.baseline.X

    @property
    def log_price(self) -> Array:
        """(N,) log change of the price index."""
        return self.state.p

    @property
    def point(self) -> Array:
        """The unknowns of the kernel at the solution, to start a neighbor from."""
        s = self.state
        parts = (s.omega, s.ell, s.p)
        return np.concatenate(parts if self.baseline.beta < 1 else parts[:2])

    @cached_property
    def trade_flows(self) -> Array:
        """(N exporter, N importer) counterfactual sales net of tariff, in baseline world prices."""
        s = self.state
        return np.asarray(self.problem.B * s.z[:, None] / s.S * s.V)

    @cached_property
    def final_spending(self) -> Array:
        """(N,) spending of households: revenue, wages and transfers."""
        s = self.state
        transfers = self.baseline.T * growth(self.problem, s.Y)
        return np.asarray((s.E - s.V) + s.Y + transfers)

    @cached_property
    def welfare(self) -> Array:
        """(N,) per cent; delta E^/P^ + (1-delta) w^L^/P^, as the published formula gives it.

        nan where the formula has no meaning (`one.welfare`); `notes` say for whom and why.
        """
        return published_welfare(self.problem, self.state)

    @cached_property
    def welfare_utility(self) -> Array:
        """(N,) per cent change of the utility behind the labor supply; nan where undefined."""
        return utility_welfare(self.problem, self.state)

    @cached_property
    def real_income(self) -> Array:
        """(N,) per cent change of household spending over the price index."""
        ratio = self.final_spending / self.baseline.final_spending / np.exp(self.state.p)
        return np.asarray(100 * (ratio - 1))

    def accounts(self, fraction: float) -> Accounts | None:
        """National accounts at a fraction of the way; the share nu of what is bought abroad is made
        where it is sold, and no import."""
        base, problem, state = self.baseline, self.problem, self.state
        if fraction < 1:
            problem = along(self.problem, fraction)
            start = fraction * self.point
            found = solve_ladder(problem, lambda f: along(problem, f), start)[0]
            if not found.converged:
                return None
            state = evaluate(problem, found.x)
        s, transfers = state, base.T * growth(problem, state.Y)
        spending = (s.E - s.V) + s.Y + transfers
        flows = without_home(problem.B * s.z[:, None] / s.S * s.V * (1 - base.nu))
        variety = (1 - base.phi) * (np.log(s.E / base.E) - s.omega)
        traded = flows > 0
        ratio = np.where(traded, problem.A, 1.0) / np.where(traded, base.share, 1.0)
        border = variety - (np.log(s.z)[:, None] + np.log(ratio)) / base.epsilon
        border = np.where(traded, border - np.log1p(problem.tariff), 0.0)
        return Accounts(spending - transfers, spending, s.p, flows, border)

    def _ratio_to_income(self, axis: int) -> Array:
        before = without_home(self.baseline.X).sum(axis=axis) / self.baseline.Y
        after = without_home(self.trade_flows).sum(axis=axis) / self.state.Y
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(100 * (after / before - 1))

    @cached_property
    def exports(self) -> Array:
        """(N,) per cent change of exports over own income."""
        return self._ratio_to_income(axis=1)

    @cached_property
    def imports(self) -> Array:
        """(N,) per cent change of imports net of tariff over own income."""
        return self._ratio_to_income(axis=0)

    @cached_property
    def deficit(self) -> Array:
        """(N,) 100 (D'-D)/|D| with D imports minus exports of goods; nan where D is zero."""
        before = self.baseline.deficit
        flows = self.trade_flows
        after = flows.sum(axis=0) - flows.sum(axis=1)
        # A balanced base has no deficit whose change could be expressed in per cent of it.
        scale = np.where(np.abs(before) > 1e-12 * self.baseline.E, np.abs(before), np.nan)
        return np.asarray(100 * (after - before) / scale)
