"""What every solved counterfactual reports, with one sector or many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from triffin.scenario.tariffs import TariffSchedule
from triffin.trade.shared.html import page
from triffin.trade.shared.volume import Accounts, log_volume
from triffin.world.base.arrays import Array
from triffin.world.base.errors import one_of
from triffin.world.groups import group_members
from triffin.world.model import World

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Solution:
    """A solved counterfactual.

    Arrays follow `world.economies`; percentages are per cent changes from the baseline, nan where
    that is zero. `status` is "converged"; anything else is raised, never returned. `accounting`
    holds the violation of each identity, measured after the solve.
    """

    baseline: Any
    problem: Any
    state: Any
    schedule: TariffSchedule
    tariffs: Array
    revenue_closure: str
    deficits_closure: str
    retaliation: str
    residual: float
    iterations: int
    method: str
    seconds: float
    accounting: dict[str, float]
    notes: tuple[str, ...] = ()
    status: str = "converged"

    VARIABLES: ClassVar[tuple[str, ...]] = ()
    SECTOR_VARIABLES: ClassVar[tuple[str, ...]] = ()
    # Name of the flows, and the axes of flows and tariffs, in `data`.
    FLOWS: ClassVar[tuple[str, ...]] = ()

    @property
    def model(self) -> str:
        """Name of the model."""
        raise NotImplementedError

    @property
    def spending(self) -> Array:
        """(N,) baseline spending, USD: the weights of means over a group."""
        raise NotImplementedError

    @property
    def log_price(self) -> Array:
        """(N,) log change of the consumer price index relative to the numeraire."""
        raise NotImplementedError

    @property
    def flows_before(self) -> Array:
        """Sales net of tariff of the baseline, USD, in the shape of `tariffs`."""
        raise NotImplementedError

    @property
    def trade_flows(self) -> Array:
        """Counterfactual sales net of tariff, in the numeraire's dollars."""
        raise NotImplementedError

    @property
    def welfare(self) -> Array:
        """(N,) exact change, per cent."""
        raise NotImplementedError

    def accounts(self, fraction: float) -> Accounts | None:
        """National accounts at a fraction of the way from the baseline; None if not solved."""
        raise NotImplementedError

    @cached_property
    def real_gdp(self) -> Array:
        """(N,) per cent change of real GDP, a volume along the path of tariffs (`shared.volume`);
        nan where a point half-way has no equilibrium that was found."""
        path = [self.accounts(fraction) for fraction in (0.0, 0.5, 1.0)]
        points = [point for point in path if point is not None]
        if len(points) < len(path):
            return np.full(len(self.spending), np.nan)
        return np.asarray(100 * np.expm1(log_volume(points)))

    @property
    def world(self) -> World:
        """The world that was solved."""
        found: World = self.baseline.world
        return found

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} of {self.model} on {self.world.name}: {self.schedule.label}, "
            f"{self.status}, residual {self.residual:.0e}>"
        )

    def _repr_html_(self) -> str:
        return page(repr(self), self.world.names, {v: getattr(self, v) for v in self.VARIABLES})

    @cached_property
    def employment(self) -> Array:
        """(N,) per cent change of labor supplied."""
        return np.asarray(100 * np.expm1(self.state.ell))

    @cached_property
    def prices(self) -> Array:
        """(N,) per cent change of the price index (relative prices, not consumer inflation)."""
        return np.asarray(100 * np.expm1(self.log_price))

    @cached_property
    def wage(self) -> Array:
        """(N,) per cent change of the wage relative to the numeraire."""
        return np.asarray(100 * np.expm1(self.state.omega))

    @cached_property
    def revenue_usd(self) -> Array:
        """(N,) tariff revenue in USD at the numeraire: sum of rate times customs value."""
        exporters = tuple(range(self.tariffs.ndim - 1))
        return np.asarray((self.tariffs * self.trade_flows).sum(axis=exporters))

    @cached_property
    def revenue(self) -> Array:
        """(N,) tariff revenue in per cent of baseline spending.

        Revenue is in units of the numeraire: world prices, or wages with inputs, so the two are
        not comparable to the last digit.
        """
        return np.asarray(100 * self.revenue_usd / self.spending)

    def of(self, economy: str) -> dict[str, float]:
        """All results of one economy (code or name); InputError with the nearest match."""
        i = self.world.index(economy)
        return {name: float(getattr(self, name)[i]) for name in self.VARIABLES}

    def aggregate(self, group: str, *, weight: str = "spending") -> dict[str, float]:
        """Weighted means of the percentages over a group; undefined values are left out.

        weight: "spending" (of households at the baseline) or "gdp" (the world's gdp_usd); Table 4
        of Ignatenko et al. (2025) uses the latter.
        Raises InputError for an unknown group or weight.
        """
        weights = {"spending": self.spending, "gdp": self.world.gdp}
        one_of(weight, weights, f"{weight!r} is not a weight.", field="weight")
        members = [self.world.index(m) for m in group_members(self.world, group)]
        w = weights[weight][members]
        out = {}
        for name in self.VARIABLES:
            values = getattr(self, name)[members]
            known = np.isfinite(values)
            out[name] = (
                float(values[known] @ w[known] / w[known].sum()) if known.any() else float("nan")
            )
        return out

    def mean(
        self, result: str, members: Sequence[int], sector: int | None = None
    ) -> tuple[float, Array]:
        """Mean of a result over members by baseline spending, and its weights (N,).

        Members for which the result is not defined are left out; nan if none remains.
        """
        values = getattr(self, result)
        if sector is not None:
            values = values[sector]
        weights = np.zeros(len(values))
        weights[list(members)] = self.spending[list(members)]
        weights[~np.isfinite(values)] = 0.0
        if not weights.any():
            return float("nan"), weights
        weights /= weights.sum()
        return float(np.where(weights > 0, values, 0.0) @ weights), weights

    @cached_property
    def data(self) -> xr.Dataset:
        """Results labelled by economy (and sector), and flows by exporter and importer (USD)."""
        import xarray as xr

        flows, *axes = self.FLOWS
        names = list(self.world.economies)
        arrays: dict[str, Any] = {name: ("economy", getattr(self, name)) for name in self.VARIABLES}
        for name in self.SECTOR_VARIABLES:
            arrays[name] = (("sector", "economy"), getattr(self, name))
        arrays |= {flows: (axes, self.trade_flows), "tariff": (axes, self.tariffs)}
        coords = {"economy": names, "exporter": names, "importer": names}
        if "sector" in axes:
            coords["sector"] = list(self.world.sectors)
        attrs = {
            "world": self.world.name,
            "model": self.model,
            "residual": self.residual,
            "iterations": self.iterations,
        }
        data = xr.Dataset(arrays, coords=coords, attrs=attrs)
        return with_units(data.assign_coords(economy_name=("economy", list(self.world.names))))


def against(after: Solution, before: Solution) -> Solution:
    """`after` with its changes measured from `before`, an equilibrium of the same baseline.

    Changes are ratios of the two; revenue is the difference, and the change of a deficit is in per
    cent of what it is in `before`. Flows and tariffs stay those of `after`.
    """
    found = replace(after, notes=(f"changes from: {before.schedule.label}", *after.notes))
    for name in found.VARIABLES:
        a, b = getattr(after, name), getattr(before, name)
        if name == "revenue":
            changed = a - b
        elif name == "deficit":
            start = np.sign(after.baseline.deficit) * 100 + b
            changed = 100 * (a - b) / np.where(start == 0, np.nan, np.abs(start))
        else:
            changed = 100 * ((100 + a) / (100 + b) - 1)
        found.__dict__[name] = changed  # what the cached property would hold
    return found


def with_units(data: xr.Dataset) -> xr.Dataset:
    """`data` with the units and labels of the catalogue of variables."""
    from triffin.world.data.catalogue import variables

    known = variables()
    for name in data.data_vars:
        if str(name) in known:
            entry = known[str(name)]
            data[name].attrs.update(units=entry.unit, long_name=entry.label)
    return data


def without_home(flows: Array) -> Array:
    """Flows (..., N, N) with the sales of economies to themselves set to zero."""
    out = flows.copy()
    diagonal = np.arange(flows.shape[-1])
    out[..., diagonal, diagonal] = 0.0
    return out
