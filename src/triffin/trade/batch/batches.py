"""Many counterfactuals at once: draws of tariffs and of elasticities.

Draws are solved together in chunks, by one frozen Jacobian with Anderson acceleration
(trade.md section 4); a draw that does not converge so goes to the solvers of `counterfactual`,
and keeps the economic reason they name if it has no equilibrium.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from triffin.trade.batch.chunks import Part, Work, run_chunks
from triffin.trade.batch.draws import Chunk, Source, draws_of
from triffin.trade.batch.iteration import Task, center_of
from triffin.trade.batch.kernel import VARIABLES, levels_of, rules_of
from triffin.trade.models import (
    DEFICIT_CLOSURES,
    PARAMETER_NAMES,
    REVENUE_CLOSURES,
    choose,
    resolve_parameters,
)
from triffin.trade.one.calibration import ELASTICITIES, Baseline
from triffin.trade.one.counterfactual import DEFAULT_MODEL, baseline_of
from triffin.trade.one.retaliation import retaliate
from triffin.trade.shared.html import page
from triffin.trade.shared.solution import with_units
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.model import World

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """How a batch is solved: the arguments of `solve_many` by name. Raises InputError."""

    model: str | None = None
    revenue: str | None = None
    deficits: str = "world-share"
    retaliation: str | float = "none"
    parameters: Mapping[str, Any] | None = None
    variables: tuple[str, ...] = ("welfare",)
    economies: tuple[str, ...] | None = None
    chunk: int | None = None
    workers: int | None = None
    progress: Progress | None = None
    tolerance: float = 1e-10
    quick: bool = False
    strict: bool = False

    def __post_init__(self) -> None:
        choose("deficits", self.deficits, DEFICIT_CLOSURES)
        for name in self.variables:
            choose("variables", name, VARIABLES)
        if self.revenue is not None:
            choose("revenue", self.revenue, REVENUE_CLOSURES)
        if self.retaliation in ("optimal", "optimal-formula"):
            raise InputError(
                f"a batch cannot answer each draw by {self.retaliation}.",
                field="retaliation",
                value=self.retaliation,
                valid="none, reciprocal or a rate; or solve the draws one by one",
            )
        for name, given in (("chunk", self.chunk), ("workers", self.workers)):
            if given is not None and (isinstance(given, bool) or int(given) != given or given < 1):
                raise InputError(
                    f"{name} = {given} is no number of them.", field=name, valid="1 or more"
                )
        if not 0 < self.tolerance < 1e-3:
            raise InputError(
                f"tolerance = {self.tolerance:g} is outside its domain.",
                field="tolerance",
                valid="a number between 0 and 0.001, such as 1e-10",
            )


@dataclass(frozen=True, eq=False, repr=False)
class Batch(Part):
    """Results of D draws.

    values : name -> (D, M) per cent (revenue_usd in USD), nan where a draw has no result, and
        welfare where its formula has no meaning for an economy; also as attributes,
        `batch.welfare`.
    status : (D,) "converged", "no equilibrium: …" with the economy and the reason (also of draws
        at or close to a pole of the model), or "not converged: …".
    residual : (D,) of the equations at what is reported, nan without a result; iterations (D,).
    method : (D,) the solver that found it, "none" if none did.
    accounting : identity -> (D,) its relative violation.
    economies : the M codes reported, the order of the last axis of values.
    parameters : name -> (D,) what was drawn.
    """

    world: World
    model: str
    economies: tuple[str, ...]
    parameters: dict[str, Array]

    def __len__(self) -> int:
        return len(self.status)

    def __getattr__(self, name: str) -> Array:
        if name in VARIABLES and name in self.__dict__.get("values", ()):
            return self.values[name]
        # Not self.values: it is missing while a copy is being built.
        held = ", ".join(self.__dict__.get("values", ()))
        raise AttributeError(f"this batch has no {name!r}; it holds {held}")

    @cached_property
    def converged(self) -> Array:
        """(D,) whether the draw has a result."""
        return np.asarray(self.status == "converged")

    @property
    def failures(self) -> dict[str, int]:
        """Reasons of draws without a result, and how many draws each of them holds for."""
        reasons, counts = np.unique(self.status[~self.converged], return_counts=True)
        return {str(reason): int(count) for reason, count in zip(reasons, counts, strict=True)}

    def __repr__(self) -> str:
        solved = int(self.converged.sum())
        return f"<Batch of {len(self.status)} draws, {solved} converged>"

    def _repr_html_(self) -> str:
        names = [self.world.names[self.world.index(code)] for code in self.economies]
        solved = {name: v[self.converged] for name, v in self.values.items()}
        if not self.converged.any():
            return page(repr(self), [], {name: np.empty(0) for name in solved})
        medians = {name: np.median(v, axis=0) for name, v in solved.items()}
        return page(f"{self!r}: medians", names, medians)

    @cached_property
    def data(self) -> xr.Dataset:
        """Results by draw and economy, with status, residual and drawn parameters by draw."""
        import xarray as xr

        by_draw = {
            "status": self.status,
            "residual": self.residual,
            "iterations": self.iterations,
            "method": self.method,
            **self.parameters,
        }
        data = xr.Dataset(
            {
                **{name: (("draw", "economy"), v) for name, v in self.values.items()},
                **{name: ("draw", v) for name, v in by_draw.items()},
            },
            coords={"draw": np.arange(len(self)), "economy": list(self.economies)},
            attrs={"world": self.world.name, "model": self.model},
        )
        return with_units(data)


def solve_many(
    world_or_baseline: World | Baseline,
    tariffs: Any,
    *,
    model: str | None = None,
    revenue: str | None = None,
    deficits: str = "world-share",
    retaliation: str | float = "none",
    parameters: Mapping[str, Any] | None = None,
    variables: tuple[str, ...] = ("welfare",),
    economies: tuple[str, ...] | None = None,
    chunk: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    tolerance: float = 1e-10,
    quick: bool = False,
    strict: bool = False,
) -> Batch:
    """Counterfactuals of D draws, each what `solve` finds for it.

    Parameters
    ----------
    tariffs : (D, N exporter, N importer) fractions; a list or an iterator of schedules, matrices
        (N, N) or blocks (K, N, N), read as needed; one schedule in any form `solve` takes, with
        drawn parameters; or (schedule, importer, columns (D, N exporter)), where one importer's
        tariffs vary.
    parameters : name -> value for all draws, or (D,) draws of trade_elasticity,
        labor_supply_elasticity and scale_elasticity (the others enter the calibration).
    variables : names among those of `Equilibrium.VARIABLES`, and revenue_usd.
    economies : whose results to keep, None is all: memory grows with draws × economies × variables
        and with nothing else.
    chunk : draws solved together (and sent to a worker at once); None is 100, fewer for matrices.
    workers : processes, each with one thread for linear algebra; None is to work in this process,
        with the threads it has (on a busy machine set OPENBLAS_NUM_THREADS=1 before it starts:
        threads that wait for each other cost far more than they save).
    progress : called with "draws", draws done and their number (0 where it is not known).
    tolerance : largest residual, in logs; the errors of results are of this order times 100.
    quick : draws left over try the two fastest solvers only, and a failure names no reason.
    strict : every draw is needed, so that a chunk ends at the first that fails.
    model, revenue, deficits, retaliation : as in `solve`; of retaliation those that look at one
        pair at a time (none, reciprocal, a rate).

    Results of two or more workers are the same to the last bit; those of this process, and other
    sizes of chunks, differ from them within the tolerance.

    Raises
    ------
    InputError : unknown names, wrong shapes, values outside their domain.
    A draw without an equilibrium raises nothing: see `Batch.status`.

    >>> from triffin.world.loading import load_world
    >>> draws = {"trade_elasticity": [3.0, 4.0, 5.0]}
    >>> batch = solve_many(
    ...     load_world("world-2023"), "us-2025-04-02", parameters=draws, economies=("USA", "CHN")
    ... )
    >>> batch
    <Batch of 3 draws, 3 converged>
    >>> batch.welfare.round(2).tolist()
    [[1.51, -1.27], [1.13, -1.13], [0.84, -1.03]]
    """
    options = Options(
        model=model,
        revenue=revenue,
        deficits=deficits,
        retaliation=retaliation,
        parameters=parameters,
        variables=variables,
        economies=economies,
        chunk=chunk,
        workers=workers,
        progress=progress,
        tolerance=tolerance,
        quick=quick,
        strict=strict,
    )
    # Without draws one empty part is left, so that there always is a first.
    found = list(_stream(world_or_baseline, tariffs, options))

    def joined(held: str) -> Any:
        each = [getattr(batch, held) for batch in found]
        if isinstance(each[0], dict):
            return {name: np.concatenate([one[name] for one in each]) for name in each[0]}
        return np.concatenate(each)

    by_draw = (*(field.name for field in fields(Part)), "parameters")
    return replace(found[0], **{held: joined(held) for held in by_draw})


def stream_many(
    world_or_baseline: World | Baseline, tariffs: Any, **options: Any
) -> Iterator[Batch]:
    """`solve_many` chunk by chunk, in order: for more draws than memory holds results of.

    Options and errors are those of `solve_many`.
    """
    return _stream(world_or_baseline, tariffs, Options(**options))


def _stream(world_or_baseline: World | Baseline, tariffs: Any, options: Options) -> Iterator[Batch]:
    common, drawn = _split(options.parameters or {})
    base = _baseline(world_or_baseline, options, common, drawn)
    n = base.world.n_economies
    retaliate(base, np.zeros((n, n)), options.retaliation)
    source = draws_of(base.world, tariffs, drawn)
    size = options.chunk or source.default_chunk
    revenue = base.model.revenue if options.revenue is None else options.revenue
    work = Work(
        base=replace(base, cache={k: None for k in base.cache if k == "purge"}),
        task=_task(base, source, drawn, revenue, options),
        revenue=revenue,
        deficits=options.deficits,
        retaliation=options.retaliation,
        kept=_positions(base.world, options.economies),
        variables=tuple(dict.fromkeys(options.variables)),
        quick=options.quick,
        strict=options.strict,
    )
    return _batches(work, source, size, options.workers or 1, options.progress)


def _batches(
    work: Work, source: Source, size: int, workers: int, progress: Progress | None
) -> Iterator[Batch]:
    done = 0
    for part in run_chunks(work, source.chunks(size), workers):
        batch = _batch(work, part, source, done)
        done += len(batch)
        if progress is not None:
            progress("draws", done, source.n or 0)
        yield batch
    if done == 0:
        n = work.base.world.n_economies
        empty = Chunk(0, 0, np.zeros((1, n, n)), None, None, {})
        yield _batch(work, work.run(empty), source, 0)


def _batch(work: Work, part: Part, source: Source, start: int) -> Batch:
    stop = start + len(part.status)
    return Batch(
        **vars(part),
        world=work.base.world,
        model=work.base.model.name,
        economies=tuple(work.base.world.economies[k] for k in work.kept),
        parameters={name: v[start:stop] for name, v in source.values.items()},
    )


def _task(
    base: Baseline, source: Source, drawn: dict[str, Array], revenue: str, options: Options
) -> Task:
    """The center in logs of sampled tariffs and at the median of drawn parameters."""
    n = base.world.n_economies
    mean = np.zeros((n, n))
    for rates in source.sample:
        mean += np.log1p(retaliate(base, rates, options.retaliation)) / len(source.sample)
    # A purged base keeps its elasticities; none can be drawn there.
    values = {name: float(np.median(v)) for name, v in drawn.items() if len(v)}
    middle = base.with_parameters(**values) if values else base
    return Task(
        share=base.share,
        levels=levels_of(base),
        rules=rules_of(base, revenue=revenue, deficits=options.deficits),
        center=center_of(middle, np.expm1(mean), revenue=revenue, deficits=options.deficits),
        variables=tuple(dict.fromkeys((*options.variables, "real_income"))),
        tolerance=options.tolerance,
    )


def _positions(world: World, economies: tuple[str, ...] | None) -> Array:
    if economies is None:
        return np.arange(world.n_economies)
    return np.array([world.index(code) for code in economies], dtype=int)


def _split(parameters: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Array]]:
    """Parameters common to all draws, and drawn ones (D,)."""
    common: dict[str, float] = {}
    drawn: dict[str, Array] = {}
    for name, value in parameters.items():
        if np.ndim(value) == 0:
            common[name] = value
            continue
        if name in PARAMETER_NAMES and name not in ELASTICITIES:
            raise InputError(
                f"{name} enters the calibration, so it cannot be drawn within a batch.",
                field=name,
                valid=f"one value for all draws; drawn: {', '.join(ELASTICITIES)}",
            )
        values = np.array(value, dtype=float)
        if values.ndim != 1:
            raise InputError(
                f"draws of {name} have shape {values.shape}.", field=name, valid="(draw,)"
            )
        drawn[name] = values
    return common, drawn


def _baseline(
    given: World | Baseline,
    options: Options,
    common: dict[str, float],
    drawn: dict[str, Array],
) -> Baseline:
    """The baseline all draws share; raises InputError for parameters outside their domain."""
    if isinstance(given, Baseline):
        if options.model not in (None, given.model.name):
            raise InputError(
                f"the baseline is one of {given.model.name}.", field="model", value=options.model
            )
        fixed = sorted(set(common) & set(PARAMETER_NAMES) - set(ELASTICITIES))
        if fixed:
            raise InputError(
                f"{fixed[0]} enters the calibration, and this baseline is calibrated already.",
                field=fixed[0],
                valid="a world instead of a baseline",
            )
        resolve_parameters(given.model, common, given.registry)
        base = given.with_parameters(**common) if common else given
    else:
        base = baseline_of(
            given,
            options.model or DEFAULT_MODEL,
            deficits=options.deficits,
            registry=None,
            **common,
        )
    if options.deficits == "balanced" and "purge" not in base.cache:
        raise InputError(
            "balanced deficits need a baseline purged of transfers.",
            field="deficits",
            valid="baseline_of(..., deficits='balanced'), or the world itself",
        )
    for name, values in drawn.items():
        if not np.all(np.isfinite(values)):
            raise InputError(f"a draw of {name} is no finite number.", field=name)
        for extreme in (values.min(), values.max()) if len(values) else ():
            resolve_parameters(base.model, {name: float(extreme)}, base.registry)
    if drawn:
        # Says why where the base is purged.
        base.with_parameters()
    return base
