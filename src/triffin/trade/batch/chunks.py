"""The work on one chunk of draws, in this process or in workers with one BLAS thread each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from triffin.trade.batch.draws import Chunk, answered
from triffin.trade.batch.iteration import Task, solve_chunk
from triffin.trade.batch.kernel import IDENTITIES, POLE_MARGIN, Elasticities
from triffin.trade.one.branch import labor_supply_pole
from triffin.trade.one.calibration import ELASTICITIES, Baseline
from triffin.trade.one.counterfactual import counterfactual
from triffin.trade.shared.entry import ACCOUNTING_TOLERANCE, named
from triffin.trade.shared.solver import LARGE_CHANGE
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.base.processes import shared_out

BATCHED = "frozen Jacobian, batched"
# A draw that needs more iterations is solved alone, by solvers that can tell branches apart.
CALM_ITERATIONS = 40
THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, eq=False)
class Part:
    """Results of some draws: name -> (draws, M economies), and (draws,) of everything else."""

    values: dict[str, Array]
    status: Array
    residual: Array
    iterations: Array
    method: Array
    accounting: dict[str, Array]


@dataclass(eq=False)
class Work:
    """What a worker needs to know; `kept` (M,) positions of the economies to report."""

    base: Baseline
    task: Task
    revenue: str
    deficits: str
    retaliation: str | float
    kept: Array
    variables: tuple[str, ...]
    quick: bool
    strict: bool

    def run(self, chunk: Chunk) -> Part:
        """All draws of the chunk: together first, then one by one what did not converge."""
        values = chunk.values
        drawn = "trade_elasticity" in values
        rates = answered(self.base, chunk, self.retaliation, drawn)
        e = Elasticities(
            *(
                values[name][:, None] if name in values else getattr(self.base, field)
                for name, field in ELASTICITIES.items()
            )
        )
        solved = solve_chunk(self.task, e, rates, chunk.draws)
        n = chunk.draws
        violations = np.stack([solved.violations[name] for name in IDENTITIES])
        sound = np.all(violations <= ACCOUNTING_TOLERANCE, axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            real = np.log1p(solved.results["real_income"] / 100)
            # From the baseline, or from a center that was followed from there.
            near = [np.abs(real - at).max(axis=1) for at in (0.0, self.task.center.real)]
        # What may be on another branch than the baseline goes to the solvers that can tell.
        calm = (np.minimum(*near) <= LARGE_CHANGE) & (solved.iterations <= CALM_ITERATIONS)
        beyond = self._beyond_pole(chunk)
        good = (solved.residual <= self.task.tolerance) & sound & calm & ~beyond
        part = Part(
            values={
                name: np.where(good[:, None], solved.results[name][:, self.kept], np.nan)
                for name in self.variables
            },
            status=np.where(good, "converged", "not tried after a draw that failed").astype(object),
            residual=np.where(good, solved.residual, np.nan),
            iterations=np.where(good, solved.iterations, 0),
            method=np.full(n, BATCHED, dtype=object),
            accounting={k: np.where(good, v, np.nan) for k, v in solved.violations.items()},
        )
        for i in np.flatnonzero(~good & ~beyond):
            self._alone(chunk, int(i), part)
            if self.strict and part.method[i] == "none":
                break
        if beyond.any():
            _, first = labor_supply_pole(self.base)
            part.status[beyond] = (
                f"no equilibrium: {named(self.base.world, first)}: the labor supply "
                "elasticity lies beyond the pole of its labor supply multiplier, or less than "
                f"{100 * POLE_MARGIN:.0f} % below it"
            )
            part.method[beyond] = "none"
        return part

    def _beyond_pole(self, chunk: Chunk) -> Array:
        """(draws,) whether the labor supply elasticity lies beyond the pole (if drawn: near it)."""
        out = np.zeros(chunk.draws, dtype=bool)
        kappa, psi = (
            chunk.values.get(name) for name in ("labor_supply_elasticity", "scale_elasticity")
        )
        if kappa is None and psi is None:
            out[:] = self.base.kappa >= labor_supply_pole(self.base)[0]
            return out
        for i in range(chunk.draws):
            base = self.base if psi is None else replace(self.base, psi=float(psi[i]))
            value = self.base.kappa if kappa is None else kappa[i]
            out[i] = value >= (1 - POLE_MARGIN) * labor_supply_pole(base)[0]
        return out

    def _alone(self, chunk: Chunk, i: int, part: Part) -> None:
        """One draw by the ladder of single solvers, which names the reason of a failure."""
        base = self.base
        if chunk.values:
            base = base.with_parameters(**{k: float(v[i]) for k, v in chunk.values.items()})
        part.method[i] = "none"
        try:
            found = counterfactual(
                base,
                chunk.one(i),
                revenue=self.revenue,
                deficits=self.deficits,
                retaliation=self.retaliation,
                quick=self.quick,
            )
        except (NoEquilibrium, NotConverged) as error:
            part.status[i] = str(error)
        else:
            part.status[i] = "converged"
            for name, values in part.values.items():
                values[i] = getattr(found, name)[self.kept]
            part.residual[i], part.iterations[i] = found.residual, found.iterations
            part.method[i] = found.method
            for name, violation in found.accounting.items():
                part.accounting[name][i] = violation


@contextmanager
def _one_thread() -> Iterator[None]:
    """Processes started meanwhile use one thread for linear algebra.

    The library reads the setting when it is loaded, so it must be in the environment before.
    """
    before = {name: os.environ.get(name) for name in THREAD_SETTINGS}
    os.environ.update(dict.fromkeys(THREAD_SETTINGS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run_chunks(work: Work, chunks: Iterator[Chunk], workers: int) -> Iterator[Part]:
    """Parts in the order of the chunks; one chunk for each worker is in memory at a time."""
    if workers == 1:
        yield from (work.run(chunk) for chunk in chunks)
        return
    ready: dict[int, Part] = {}
    following = 0
    with _one_thread():
        for position, part in shared_out(Work.run, work, chunks, workers):
            ready[position] = part
            while following in ready:
                yield ready.pop(following)
                following += 1
