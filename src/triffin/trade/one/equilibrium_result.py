"""A solved counterfactual and everything that is reported of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.kernel import Problem, State
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.groups import group_members
from triffin.world.model import World

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A solved counterfactual.

    Arrays follow `world.economies`; percentages are per cent changes from the baseline.
    `status` is "converged"; anything else is raised, never returned.
    """

    world: World
    model: str
    revenue_closure: str
    deficits_closure: str
    retaliation: str
    parameters: dict[str, float]
    schedule: TariffSchedule
    tariffs: Array
    status: str
    residual: float
    iterations: int
    method: str
    seconds: float
    accounting: dict[str, float]
    baseline: Baseline
    problem: Problem
    state: State
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return (
            f"<Equilibrium of {self.model} on {self.world.name}: {self.schedule.label}, "
            f"{self.status}, residual {self.residual:.0e}>"
        )

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
        return self.problem.B * s.z[:, None] / s.S * s.V

    @cached_property
    def final_spending(self) -> Array:
        """(N,) spending of households: revenue, wages and transfers."""
        s = self.state
        transfers = self.baseline.T * (
            s.Y.sum() / self.baseline.Y.sum() if self.problem.transfers_scale else 1.0
        )
        return (s.E - s.V) + s.Y + transfers

    @cached_property
    def welfare(self) -> Array:
        """(N,) per cent; delta E^/P^ + (1-delta) w^L^/P^, as the published formula gives it."""
        b, s = self.baseline, self.state
        spending = b.final_spending
        tau = s.tau
        delta = spending / (spending - b.kappa * (1 - tau) * b.Y / (1 + b.kappa))
        price = np.exp(s.p)
        change = (
            delta * (self.final_spending / spending) / price
            + (1 - delta) * np.exp(s.omega + s.ell) / price
        )
        return 100 * (change - 1)

    @cached_property
    def real_income(self) -> Array:
        """(N,) per cent change of household spending over the price index."""
        ratio = self.final_spending / self.baseline.final_spending / np.exp(self.state.p)
        return 100 * (ratio - 1)

    @cached_property
    def employment(self) -> Array:
        """(N,) per cent."""
        return 100 * np.expm1(self.state.ell)

    @cached_property
    def prices(self) -> Array:
        """(N,) per cent change of the relative price level (not consumer inflation)."""
        return 100 * np.expm1(self.state.p)

    @cached_property
    def wage(self) -> Array:
        """(N,) per cent change of the wage relative to the numeraire."""
        return 100 * np.expm1(self.state.omega)

    @cached_property
    def revenue(self) -> Array:
        """(N,) tariff revenue in per cent of baseline spending.

        Revenue is in units of the numeraire: world prices, or wages with roundabout inputs, so
        the two are not comparable to the last digit.
        """
        return 100 * self.revenue_usd / self.baseline.E

    @cached_property
    def revenue_usd(self) -> Array:
        """(N,) tariff revenue in USD at the numeraire: sum of rate times customs value."""
        return np.asarray((self.tariffs * self.trade_flows).sum(axis=0))

    def _ratio_to_income(self, axis: int) -> Array:
        before = _off_diagonal(self.baseline.X).sum(axis=axis) / self.baseline.Y
        after = _off_diagonal(self.trade_flows).sum(axis=axis) / self.state.Y
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

    VARIABLES = (
        "welfare",
        "deficit",
        "exports",
        "imports",
        "employment",
        "prices",
        "wage",
        "revenue",
        "real_income",
    )

    def of(self, economy: str) -> dict[str, float]:
        """All results of one economy (code or name)."""
        i = self.world.index(economy)
        return {name: float(getattr(self, name)[i]) for name in self.VARIABLES}

    def aggregate(self, group: str, *, weight: str = "spending") -> dict[str, float]:
        """Weighted means of the percentages over a group.

        weight: "spending" (baseline spending) or "gdp" (the world's gdp_usd); Table 4 of the
        paper uses the latter.
        """
        return group_means(self, group, {"spending": self.baseline.E}, weight)

    @cached_property
    def data(self) -> xr.Dataset:
        """Results labelled by economy, and flows by exporter and importer (USD)."""
        import xarray as xr

        from triffin.world.data.catalogue import variables

        known = variables()
        names = list(self.world.economies)
        arrays: dict[str, Any] = {}
        for name in self.VARIABLES:
            arrays[name] = ("economy", getattr(self, name))
        arrays["trade_counterfactual"] = (("exporter", "importer"), self.trade_flows)
        arrays["tariff"] = (("exporter", "importer"), self.tariffs)
        data = xr.Dataset(
            arrays,
            coords={
                "economy": names,
                "exporter": names,
                "importer": names,
                "economy_name": ("economy", list(self.world.names)),
            },
            attrs={
                "world": self.world.name,
                "model": self.model,
                "residual": self.residual,
                "iterations": self.iterations,
            },
        )
        for variable in data.data_vars:
            if str(variable) in known:
                entry = known[str(variable)]
                data[variable].attrs.update(units=entry.unit, long_name=entry.label)
        return data

    @property
    def below_minus_100(self) -> tuple[str, ...]:
        """Economies whose welfare formula falls below -100 per cent (extreme tariffs only)."""
        return tuple(e for e, w in zip(self.world.economies, self.welfare, strict=True) if w < -100)


def _off_diagonal(flows: Array) -> Array:
    out = flows.copy()
    np.fill_diagonal(out, 0.0)
    return out


def group_means(found: Any, group: str, weights: dict[str, Array], weight: str) -> dict[str, float]:
    """Means of all `found.VARIABLES` over a group; `weights` and the world's "gdp" by name.

    Raises InputError for an unknown group or weight. Undefined values are left out of a mean.
    """
    world: World = found.world
    weights = {**weights, "gdp": world.gdp}
    if weight not in weights:
        raise InputError(
            f"{weight!r} is not a weight.", field="weight", value=weight, valid=weights
        )
    members = [world.index(m) for m in group_members(world, group)]
    w = weights[weight][members]
    out = {}
    for name in found.VARIABLES:
        values = getattr(found, name)[members]
        known = np.isfinite(values)
        out[name] = (
            float(values[known] @ w[known] / w[known].sum()) if known.any() else float("nan")
        )
    return out
