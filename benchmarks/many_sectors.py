"""Many sectors: how fast, how exact, and how time and memory grow.

    PYTHONPATH=. OMP_NUM_THREADS=1 python benchmarks/many_sectors.py [--quick] [--docs]

--docs writes the growth table and chart into docs/ (scaling.md, images/scaling.png).

Runs, on one core, the NAFTA counterfactual of Caliendo and Parro (2015) with Triffin and with a
nested wage-price loop in the style of the literature, to the same tolerance, and synthetic worlds
of growing size. Times on a shared machine vary: the ratios of one run are what counts.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
from tests.trade.synthetic_sectors import synthetic_world

from measurement import Measurement
from triffin.trade.many import SectorBaseline, sector_baseline, solve_sectors
from triffin.trade.many.draws import DrawSolver
from triffin.world.loading import load_sector_world, load_world

Array = np.ndarray
T = TypeVar("T")

NAFTA = ("MEX", "CAN", "USA")
TOLERANCE = 1e-10


def nafta_tariffs(base: SectorBaseline, later: Array) -> Array:
    """Tariffs of 1993 with those among the three members at their level of 2005."""
    rates = base.tariff.copy()
    members = [base.economies.index(code) for code in NAFTA]
    for o in members:
        for d in members:
            if o != d:
                rates[:, o, d] = later[:, o, d]
    return rates


def nested_loop(
    base: SectorBaseline, tariff: Array, *, generous: bool, adjustment: float = 0.2
) -> tuple[Array, int, float]:
    """Wages (changes), outer iterations and largest trade imbalance over value added.

    The scheme of the replication codes of Caliendo and Parro (2015) and their successors: for
    given wages iterate on prices, from one, until they stand still; then solve the linear system
    of expenditure, one equation per economy and sector; then move each wage by a fraction of its
    trade imbalance. `generous` improves it without changing the nesting: prices start from the
    last outer iteration, and expenditure is iterated from there instead of solved for.
    """
    theta = base.theta[:, None]
    n_sectors, n = base.final_share.shape
    change = (1 + tariff) / (1 + base.tariff)
    kernel = base.share * change ** (-base.theta[:, None, None])
    wage = np.ones(n)
    price = np.ones((n_sectors, n))
    expenditure = base.expenditure.copy()
    outer, imbalance = 0, np.inf
    while imbalance >= TOLERANCE and outer < 5000:
        outer += 1
        if not generous:
            price = np.ones_like(price)
        while True:
            bundle = np.exp(
                base.value_added_share * np.log(wage)
                + np.einsum("osk,ko->so", base.inputs, np.log(price))
            )
            sold = bundle ** (-theta)
            new = np.einsum("so,sod->sd", sold, kernel) ** (-1 / theta)
            moved = np.max(np.abs(new - price))
            price = new
            if moved < TOLERANCE:
                break
        delivered = kernel * sold[:, :, None] * (price**theta)[:, None, :] / (1 + tariff)
        taxed = 1 - delivered.sum(axis=1)
        earned = wage * base.value_added + base.transfer
        while generous:
            output = np.einsum("sod,sd->so", delivered, expenditure)
            income = earned + (taxed * expenditure).sum(axis=0)
            new = base.final_share * income + np.einsum("osk,so->ko", base.inputs, output)
            moved = np.max(np.abs(new - expenditure) / base.income)
            expenditure = new
            if moved < TOLERANCE:
                break
        if not generous:
            system = -np.einsum("osk,sod->kosd", base.inputs, delivered)
            for d in range(n):
                system[:, d, :, d] -= np.outer(base.final_share[:, d], taxed[:, d])
            system = system.reshape(n_sectors * n, n_sectors * n)
            system[np.diag_indices_from(system)] += 1
            demand = np.linalg.solve(system, (base.final_share * earned).ravel())
            expenditure = demand.reshape(n_sectors, n)
        flows = delivered * expenditure[:, None, :]
        excess = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1)) + base.transfer
        excess /= base.value_added
        imbalance = float(np.max(np.abs(excess)))
        wage = wage + adjustment * excess
    return wage, outer, imbalance


def best_of(work: Callable[[], T], repeats: int) -> tuple[float, T]:
    """Shortest of some runs in seconds, and the last result."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - started)
    return min(times), result


def compare_on_nafta() -> dict[str, float]:
    """Print the NAFTA experiment: accuracy, time, and the ratio to the nested loops."""
    found = load_sector_world("nafta-1993")
    seconds, base = best_of(
        lambda: sector_baseline(found.world, found.sectors, deficits="balanced"), 5
    )
    rates = nafta_tariffs(base, found.schedules["2005"])
    ours, result = best_of(lambda: solve_sectors(base, rates, deficits="balanced"), 10)
    print("caliendo-parro-2015 on nafta-1993 (31 economies × 40 sectors), one core")
    print(f"  baseline purged of deficits          {1e3 * seconds:9.1f} ms")
    print(f"  counterfactual                       {1e3 * ours:9.1f} ms   residual "
          f"{result.residual:.0e}, wages to {result.wage_error:.0e}")  # fmt: skip
    ratios: dict[str, float] = {}
    residual = result.residual
    for label, generous in (
        ("as published codes nest it", False),
        ("improved, warm-started", True),
    ):
        theirs, (wage, outer, gap) = best_of(
            lambda generous=generous: nested_loop(base, rates, generous=generous), 1
        )
        ratios[label] = theirs / ours
        level = base.value_added @ wage / base.value_added.sum()
        apart = np.max(np.abs(wage / level / np.exp(result.state.omega) - 1))
        print(f"  nested loop, {label:26}{1e3 * theirs:7.1f} ms   "
              f"{theirs / ours:.0f} times as long; {outer} outer iterations, "
              f"imbalance {gap:.0e}, wages apart {apart:.0e}")  # fmt: skip
    print(
        "  per cent        welfare exact   first order   terms    volume   real wage   bloc trade"
    )
    trade = result.bloc_trade_change(NAFTA)
    for code in NAFTA:
        r = result.of(code)
        print(f"  {code} {r['welfare']:22.4f} {r['welfare_first_order']:13.3f} "
              f"{r['terms_of_trade']:9.2f} {r['volume_of_trade']:8.2f} {r['real_wage']:9.2f} "
              f"{trade[code]:13.1f}")  # fmt: skip
    one, _ = best_of(lambda: result.welfare_gradient(["USA"]), 3)
    everyone, _ = best_of(lambda: result.welfare_gradient(), 1)
    print(f"  welfare gradient in 38,440 tariffs   {1e3 * one:9.1f} ms for one economy, "
          f"{1e3 * everyone:.0f} ms for all 31")  # fmt: skip
    flat = np.full_like(rates, 5.0)
    flat[:, range(31), range(31)] = 0.0
    extreme, result = best_of(lambda: solve_sectors(base, flat, deficits="balanced"), 3)
    print(f"  all tariffs at 500 %                 {1e3 * extreme:9.1f} ms   residual "
          f"{result.residual:.0e} ({result.method})")  # fmt: skip
    return {
        "seconds": ours,
        "residual": residual,
        "published": ratios["as published codes nest it"],
    }


def measure_size(size: tuple[int, int]) -> tuple[int, int, float, float, int, float, float]:
    """Economies, sectors, seconds for base and counterfactual, sweeps, residual, peak GB."""
    import resource

    n, s = size
    world, data = synthetic_world(n, s)
    started = time.perf_counter()
    base = sector_baseline(world, data)
    settled = time.perf_counter() - started
    rates = base.tariff.copy()
    rates[:, 1:, 0] += 0.3
    rates[:, 0, 1:] += 0.2
    seconds, result = best_of(lambda: solve_sectors(base, rates), 3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return n, s, settled, seconds, result.iterations, result.residual, peak


Row = tuple[int, int, float, float, int, float, float]
SIZES = ((20, 20), (40, 20), (80, 20), (160, 20), (40, 40), (40, 80), (141, 65))


def growth(sizes: Sequence[tuple[int, int]]) -> list[Row]:
    """Print time and memory of synthetic worlds, each in a process of its own."""
    print("\nsynthetic worlds: one economy raises tariffs by 30 points, the others answer with 20")
    print("  economies  sectors   base s   counterfactual s   iterations   residual   peak GB")
    rows: list[Row] = []
    for size in sizes:
        with get_context("spawn").Pool(1) as pool:
            rows.append(pool.apply(measure_size, (size,)))
        n, s, settled, seconds, iterations, residual, peak = rows[-1]
        print(f"  {n:9d} {s:8d} {settled:8.3f} {seconds:18.3f} {iterations:12d} {residual:10.0e} "
              f"{peak:9.2f}")  # fmt: skip
    return rows


def write_docs(rows: list[Row]) -> None:
    """docs/scaling.md and its chart from the rows of `growth`."""
    import altair as alt
    import vl_convert

    docs = Path(__file__).parent.parent / "docs"
    values = [
        {"size": s * n * n, "label": f"{n} × {s}", "seconds": seconds, "peak": peak}
        for n, s, _, seconds, _, _, peak in rows
    ]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("size:Q", scale=alt.Scale(type="log"), title="Flows: sectors × economies²")
    )
    time_axis = alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="Counterfactual, seconds")
    points = base.mark_point(filled=True, size=70).encode(y=time_axis)
    labels = base.mark_text(dy=-12).encode(y=time_axis, text="label:N")
    memory = base.mark_point(filled=True, size=70, color="#c05a0e").encode(
        y=alt.Y("peak:Q", title="Peak memory of the process, GB")
    )
    chart = alt.hconcat(
        (points + labels).properties(width=420, height=320),
        memory.properties(width=320, height=320),
    ).properties(title="Time and memory of the many-sector kernel, one core")
    (docs / "images" / "scaling.png").write_bytes(
        vl_convert.vegalite_to_png(chart.to_dict(validate=False), scale=2)
    )
    lines = [
        "# How the many-sector kernel grows",
        "",
        "Written by `python benchmarks/many_sectors.py --docs` on one core; times on a shared",
        "machine vary by a factor of two. Synthetic worlds: one economy raises tariffs by 30",
        "points, the others answer with 20.",
        "",
        "![Time and memory by size](images/scaling.png)",
        "",
        "| economies | sectors | base, s | counterfactual, s | iterations | residual | peak, GB |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {n} | {s} | {base_s:.3f} | {seconds:.3f} | {sweeps} | {residual:.0e} | {peak:.2f} |"
        for n, s, base_s, seconds, sweeps, residual, peak in rows
    ]
    lines += [
        "",
        "Per sweep, prices and input use cost sectors² × economies, trade costs sectors ×",
        "economies²; memory is a few arrays of the size of the trade flows.",
        "",
    ]
    (docs / "scaling.md").write_text("\n".join(lines), encoding="utf-8")


def draws_of_2022(n: int = 64) -> tuple[float, float]:
    """(draws a second side by side over one by one, largest difference) on the world of 2022."""
    world = load_world("world-2022")
    assert world.sector_data is not None
    base = sector_baseline(world, world.sector_data, deficits="balanced")
    tariffs = np.array(base.tariff)
    tariffs[list(base.world.goods), :, base.world.index("USA")] += 0.1
    tariffs[:, base.world.index("USA"), base.world.index("USA")] = 0.0
    spread = np.random.default_rng(1).normal(0.0, 0.3, (n, 1))
    theta = base.theta * np.exp(spread)
    solver = DrawSolver(base, tariffs)
    together, found = best_of(lambda: solver.solve(theta), 1)
    bases = [replace(base, theta=row, cache={}) for row in theta[:8]]
    alone, ones = best_of(
        lambda: [solve_sectors(b, tariffs, deficits="balanced") for b in bases], 1
    )
    error = max(
        np.abs(o.real_income - f).max() for o, f in zip(ones, found.real_income, strict=False)
    )
    return (alone / len(bases)) / (together / n), float(error)


def main() -> list[Measurement]:
    """The targets of the many-sector kernel."""
    nafta = compare_on_nafta()
    faster, error = draws_of_2022()
    _, _, _, seconds, _, _, peak = growth([(141, 65)])[0]
    return [
        Measurement("NAFTA counterfactual", 1e3 * nafta["seconds"], 50, "ms"),
        Measurement("NAFTA, residual", nafta["residual"], 1e-10, ""),
        Measurement(
            "NAFTA, times faster than nested loops", nafta["published"], 50, "x", at_least=True
        ),
        Measurement("draws of world-2022, times one by one", faster, 3, "x", at_least=True),
        Measurement("draws of world-2022, difference", error, 1e-8, "%"),
        Measurement("141 economies × 65 sectors", seconds, 0.5, "s"),
        Measurement("141 × 65, peak memory", peak, 1.5, "GB"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Many-sector timings on one core.")
    parser.add_argument("--quick", action="store_true", help="small synthetic worlds only")
    parser.add_argument("--docs", action="store_true", help="write docs/scaling.md and its chart")
    arguments = parser.parse_args()
    if os.environ.get("OMP_NUM_THREADS") != "1":
        print("OMP_NUM_THREADS is not 1: these are not one-core times\n")
    compare_on_nafta()
    grown = growth(SIZES[:2] if arguments.quick else SIZES)
    if arguments.docs:
        write_docs(grown)
