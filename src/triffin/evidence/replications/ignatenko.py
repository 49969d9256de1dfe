"""Ignatenko, Macedoni, Lashkaripour and Simonovska (2025): Tables 1 to 4 and the closed forms.

The published numbers are in `papers/ignatenko-2025.yaml`. What the paper got wrong stands among
the artefacts: Table 10 (balanced trade) and closed forms that are not the optimum.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from triffin.evidence.replications.paper import Replication, Row, beside, compare
from triffin.scenario.tariffs import load_schedule
from triffin.trade.equilibrium import solve
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import baseline_of, counterfactual
from triffin.trade.one.equilibrium_result import Equilibrium
from triffin.trade.one.kernel import State
from triffin.trade.one.retaliation import optimal_tariff_formula
from triffin.world.base.arrays import Array

ECONOMY_VARIABLES = ("welfare", "deficit", "exports", "imports", "employment", "prices")
# The best uniform tariff is looked for between these fractions.
UNIFORM_BRACKET = (0.0, 0.6)
# Share of the announced tariffs at which the slope of welfare is taken.
SMALL_STEP = 1e-3


class Ignatenko(Replication):
    """The paper's entry of `replicate`, with the equilibria already solved for it."""

    def __init__(self, published: dict[str, Any]) -> None:
        super().__init__(published)
        self.announced = load_schedule(self.world, published["schedule"], basis="statutory")
        self.solved: dict[tuple[Any, ...], Equilibrium] = {}

    def rows(self) -> list[Row]:
        return [*self.table_rows(), *self.revenue_rows(), *self.closed_form_rows()]

    @cached_property
    def base(self) -> Baseline:
        return baseline_of(self.world)

    def uniform(self, rate: float) -> Array:
        """(N, N) tariff of `rate` of the paper's economy on all others."""
        rates = np.zeros((self.world.n_economies, self.world.n_economies))
        rates[:, self.home] = rate
        rates[self.home, self.home] = 0.0
        return rates

    def closed_form(self, *, over_income: bool = False) -> float:
        """Tariff of Proposition 2; `over_income` puts Y in the place of E, as Table 2 does."""
        base, home = self.base, self.home
        rate = float(optimal_tariff_formula(base)[home])
        if not over_income:
            return rate
        own = base.X[home, home]
        supply = (1 / rate + 1) / base.phi[home] - 1
        supply *= (base.E[home] - own) / (base.Y[home] - own)
        return float(1 / ((1 + supply) * base.phi[home] - 1))

    def solve(
        self,
        tariffs: str,
        *,
        model: str = "ignatenko-2025",
        revenue: str = "tax-relief",
        retaliation: str = "none",
    ) -> Equilibrium:
        """The equilibrium of one case; each is solved once."""
        key = (tariffs, model, revenue, retaliation)
        if key not in self.solved:
            rates: Any = self.announced
            if tariffs != "announced":
                over_income = tariffs == "closed-form-income"
                rates = self.uniform(self.closed_form(over_income=over_income))
            found = solve(self.world, rates, model=model, revenue=revenue, retaliation=retaliation)
            assert isinstance(found, Equilibrium)
            self.solved[key] = found
        return self.solved[key]

    def table_rows(self) -> list[Row]:
        rows = []
        for table in self.published["tables"]:
            for case in table["cases"]:
                equilibrium = self.solve(
                    case["tariffs"],
                    model=table.get("model", "ignatenko-2025"),
                    revenue=case.get("revenue", "tax-relief"),
                    retaliation=case.get("retaliation", "none"),
                )
                for group, printed in case["rows"].items():
                    found = equilibrium.aggregate(group, weight=table["weight"])
                    note = table["place"]
                    if group not in self.world.economies:
                        note += f"; {table['weight_note']}"
                    if case.get("note"):
                        note += f"; {case['note'].strip()}"
                    rows += [
                        compare(f"{case['what']}: {group} {name}", value, found[name], digits, note)
                        for (name, digits), value in zip(
                            table["columns"].items(), printed, strict=True
                        )
                    ]
        return rows

    def revenue_rows(self) -> list[Row]:
        table = self.published["revenue"]
        digits, budget = table["decimals"], table["federal_budget"]
        rows = []
        for case in table["cases"]:
            equilibrium = self.solve(case["tariffs"], retaliation=case.get("retaliation", "none"))
            found = float(equilibrium.revenue[self.home])
            note = f"{table['place']}; {self.published['revenue_base'].strip()}"
            rows.append(
                compare(f"{case['what']}: revenue", case["gdp"], found, digits, note),
            )
            rows.append(
                compare(
                    f"{case['what']}: revenue over the federal budget",
                    case["budget"],
                    100 * found / budget,
                    digits,
                    f"{note} The budget is {budget} % of it.",
                )
            )
        return rows

    def closed_form_rows(self) -> list[Row]:
        met = self.solve("announced", retaliation="optimal-formula")
        partner = 1 if self.home == 0 else 0
        found = {
            "closed-form": self.closed_form(),
            "closed-form-income": self.closed_form(over_income=True),
            "retaliation": float(met.tariffs[self.home, partner]),
        }
        return [
            compare(
                entry["what"],
                entry["published"],
                100 * found[entry["rate"]],
                entry["decimals"],
                f"{entry['place']}; {entry['note']}",
            )
            for entry in self.published["closed_forms"]
        ]

    def best_uniform(self, *, model: str, revenue: str) -> tuple[float, float]:
        """(rate, welfare), both in per cent, of the best uniform tariff, found numerically."""
        from scipy.optimize import minimize_scalar

        def loss(rate: float) -> float:
            equilibrium = solve(self.world, self.uniform(rate), model=model, revenue=revenue)
            return -float(equilibrium.welfare[self.home])

        found = minimize_scalar(
            loss, bounds=UNIFORM_BRACKET, method="bounded", options={"xatol": 1e-6}
        )
        return 100 * float(found.x), -float(found.fun)

    def artefacts(self) -> list[Row]:
        return [*self.balanced_trade(), *self.optima()]

    def balanced_trade(self) -> list[Row]:
        known = self.published["artefacts"]["balanced_trade"]
        base, home = self.base, self.home
        transfers = base.T - (base.X[home] - base.X[:, home])
        transfers[home] = 0.0
        total = 100 * transfers.sum() / base.E.sum()
        transfers[home] = -transfers.sum()
        rate = 1 / ((1 + base.epsilon) * base.phi[home] - 1)
        answered = self.announced.rates[0].copy()
        answered[home] = rate
        answered[home, home] = 0.0
        rows = []
        for what, key, tariffs, how in (
            ("announced tariffs", "announced", self.announced.rates[0], ""),
            (
                "announced tariffs with retaliation",
                "retaliation",
                answered,
                f"; everyone retaliates with the paper's {100 * rate:.2f} %",
            ),
        ):
            effect = effect_with_transfers(base, transfers, tariffs)
            rows.append(
                beside(
                    f"US welfare under balanced trade, {what} ({known['place']})",
                    known[key],
                    effect[home],
                    known["why"].format(total=total, rate=how),
                )
            )
        return rows

    def optima(self) -> list[Row]:
        known = self.published["artefacts"]
        closed, inputs = known["closed_form"], known["roundabout_optimum"]
        one, roundabout = "ignatenko-2025", "ignatenko-2025-roundabout"
        unpublished = {"place": closed["place"], "rate": None, "welfare": None}
        rows = []
        for title, model, revenue, printed, why in (
            ("income-tax relief", one, "tax-relief", closed, closed["why"]),
            ("lump-sum rebate", one, "lump-sum", unpublished, closed["lump_sum_why"]),
            ("roundabout inputs", roundabout, "tax-relief", inputs, inputs["why"]),
        ):
            best = self.best_uniform(model=model, revenue=revenue)
            for what, key, computed in zip(
                ("rate", "US welfare"), ("rate", "welfare"), best, strict=True
            ):
                label = f"best uniform US tariff, {title}: {what} ({printed['place']})"
                rows.append(beside(label, printed[key], computed, why))
        return rows

    def columns(self) -> dict[str, Array]:
        """Every economy under the announced tariffs with income-tax relief, per cent.

        `exact` is the welfare of the tables; `first_order` is the welfare that the slope at free
        trade gives, beside it to show how far these tariffs are from small.
        """
        equilibrium = self.solve("announced")
        return {
            "exact": equilibrium.welfare,
            "first_order": self.first_order_welfare(),
            **{name: getattr(equilibrium, name) for name in ECONOMY_VARIABLES},
        }

    def first_order_welfare(self) -> Array:
        """(N,) slope of welfare along the announced tariffs at the base, times their size.

        Two small steps, extrapolated (Richardson), so that the error is of second order.
        """
        whole, half = (
            np.asarray(
                solve(
                    self.world,
                    step * self.announced.rates,
                    model="ignatenko-2025",
                    revenue="tax-relief",
                ).welfare
            )
            / step
            for step in (SMALL_STEP, SMALL_STEP / 2)
        )
        return np.asarray(2 * half - whole)


def effect_with_transfers(base: Baseline, transfers: Array, tariffs: Array) -> Array:
    """Balanced trade as in Table 10, but with transfers that add up.

    (N,) welfare after tariffs less welfare after the change of transfers, percentage points.
    `transfers` (N,) USD replace those of `base` and must add up to zero; `tariffs` (N exporter,
    N importer) fractions. Both welfare figures are relative to `base` itself, as in the paper;
    revenue lowers the income tax and transfers grow with world income.

    Raises ValueError if the transfers do not add up; NoEquilibrium and NotConverged as `solve`.
    """
    if abs(transfers.sum()) > 1e-12 * base.E.sum():
        raise ValueError("transfers between economies must add up to zero")
    changed = replace(base, T=transfers, cache={})
    purged, taxed = (
        counterfactual(changed, rates, revenue="tax-relief", deficits="world-share")
        for rates in (None, tariffs)
    )
    return _welfare(base, taxed.state) - _welfare(base, purged.state)


def _welfare(base: Baseline, state: State) -> Array:
    """(N,) per cent: delta E^/P^ + (1 - delta) w^L^/P^ - 1, all relative to `base`."""
    before = base.final_spending
    delta = before / (before - base.kappa * (1 - state.tau) * base.Y / (1 + base.kappa))
    level = (delta * state.E / before + (1 - delta) * state.Y / base.Y) / np.exp(state.p)
    return np.asarray(100 * (level - 1))
