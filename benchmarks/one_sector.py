"""One sector: a solve of 194 economies against its targets and against fsolve, and whole commands.

    python benchmarks/one_sector.py

Times on a shared machine vary; the ratios of one run are what counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.optimize import fsolve

from measurement import Measurement, run_triffin, seconds_of, use_one_thread
from triffin.scenario.tariffs import load_schedule
from triffin.trade.equilibrium import solve
from triffin.trade.games.optimal import nash_tariffs, optimal_tariffs
from triffin.trade.one.calibration import Baseline
from triffin.trade.one.counterfactual import baseline_of
from triffin.world import load_world

Array = np.ndarray

SOLVE_MS = 5.0
RESIDUAL = 1e-12
FSOLVE_RATIO = 100.0
HELP_S = 0.3
TRADE_S = 1.5
RUN_S = 10.0
RUN_MB = 500.0
TRADE = ("trade", "world-2023", "--tariffs", "us-2025-04-02", "--json")


def levels(base: Baseline, tariffs: Array, *, prepared: bool) -> Callable[[Array], Array]:
    """The 3N equations in levels of wages, spending and labor, as the literature solves them.

    Income-tax relief, transfers in proportion to world income; the numeraire replaces the last
    economy's sales equation. `prepared` computes what does not depend on the unknowns once, which
    published code does not do. Source: Ignatenko et al. (2025), equations of the baseline model.
    """
    n = len(base.E)

    def tariff_weights() -> Array:
        return np.asarray(base.X / base.E * (1 + tariffs) ** (-base.epsilon * base.phi))

    once = tariff_weights()

    def gaps(x: Array) -> Array:
        w, E, L = np.abs(x.reshape(3, n))
        weights = once if prepared else tariff_weights()
        inside = weights * ((w / L**base.psi) ** -base.epsilon)[:, None]
        total = inside.sum(axis=0)
        price = (E / w) ** (1 - base.phi) * total ** (-1 / base.epsilon)
        spending = E * base.E
        flows = inside / total * spending / (1 + tariffs)
        revenue = spending - flows.sum(axis=0)
        wages = w * L * base.Y
        sales = flows @ (1 - base.nu) + base.nu * flows.sum(axis=0) - wages
        sales[-1] = np.mean((price - 1) * base.E)
        budget = revenue + wages + base.T * (wages.sum() / base.Y.sum()) - spending
        labor = L - (w / (1 - revenue / wages) / price) ** base.kappa
        # Relative gaps: in dollars, fsolve would see the largest economies only.
        return np.concatenate([sales / base.Y, budget / base.E, labor])

    return gaps


def solver() -> list[Measurement]:
    """Warm solves of the announced tariffs, and fsolve on the same equations in the same run."""
    world = load_world("world-2023")
    schedule = load_schedule(world, "us-2025-04-02")
    found = solve(world, schedule)
    ours = statistics.median(seconds_of(lambda: solve(world, schedule), 100))

    def with_inputs() -> object:
        return solve(world, schedule, model="ignatenko-2025-roundabout", retaliation="reciprocal")

    with_inputs()
    inputs = statistics.median(seconds_of(with_inputs, 50))
    figures = [
        Measurement("warm solve, 194 economies (median)", 1e3 * ours, SOLVE_MS, "ms"),
        Measurement("warm solve, roundabout, reciprocal", 1e3 * inputs, SOLVE_MS, "ms"),
        Measurement("residual of the solve", max(found.residual, 1e-17), RESIDUAL, ""),
    ]
    base = baseline_of(world)
    start = np.ones(3 * len(base.E))
    for name, prepared in (("as published", False), ("constants prepared", True)):
        gaps = levels(base, schedule.rates[0], prepared=prepared)
        theirs = seconds_of(partial(fsolve, gaps, start, xtol=1e-10), 2)[0]
        wages = 100 * (fsolve(gaps, start, xtol=1e-10)[: len(base.E)] - 1)
        note = f"fsolve {theirs:.2f} s; wages apart {np.max(np.abs(wages - found.wage)):.0e} points"
        title = f"times faster than fsolve, equations {name}"
        figures.append(Measurement(title, theirs / ours, FSOLVE_RATIO, "x", True, note))
    return figures


def commands() -> list[Measurement]:
    """Whole processes: the best of three cold starts, and one run with its peak memory."""
    found = []
    for name, arguments, target in (
        ("triffin --help", ("--help",), HELP_S),
        ("triffin " + " ".join(TRADE), TRADE, TRADE_S),
    ):
        runs = [run_triffin(*arguments) for _ in range(3)]
        failed = next((run.error for run in runs if run.error), "")
        measured = None if failed else min(run.seconds for run in runs)
        found.append(Measurement(name, measured, target, "s", note=failed))
    run = run_triffin("run", "liberation-day", "--no-cache")
    for what, measured, target, unit in (
        ("", run.seconds, RUN_S, "s"),
        (", peak memory", run.peak_mb, RUN_MB, "MB"),
    ):
        name = "triffin run liberation-day" + what
        figure = None if run.error else measured
        found.append(Measurement(name, figure, target, unit, note=run.error))
    return found


def games() -> list[Measurement]:
    """The tariff games of trade.md section 4 on world-2023, and their first-order conditions."""
    world = load_world("world-2023")
    optimal_tariffs(world, "USA")
    optimum = optimal_tariffs(world, "USA")
    china = optimum.tariffs[world.index("CHN"), world.index("USA")]
    gain = optimum.welfare[world.index("USA")]
    war = nash_tariffs(world)
    means = sorted(war.mean_tariffs.values())
    least, middle, most = means[0], means[len(means) // 2], means[-1]
    return [
        Measurement(
            "US optimum by partner",
            optimum.seconds,
            0.5,
            "s",
            note=f"China {100 * china:.1f} %, welfare {gain:.4f} %",
        ),
        Measurement("US optimum, conditions", optimum.first_order_condition, 1e-9, ""),
        Measurement(
            "Nash among 191 economies",
            war.seconds,
            1.5,
            "s",
            note=f"mean tariffs {100 * least:.1f}/{100 * middle:.1f}/{100 * most:.1f} %",
        ),
        Measurement("Nash, conditions", war.first_order_condition, 1e-8, ""),
    ]


def main() -> list[Measurement]:
    """All figures of this file."""
    return [*solver(), *games(), *commands()]


if __name__ == "__main__":
    use_one_thread()
    from run import show

    show(main())
