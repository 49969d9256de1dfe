"""Run a scenario: the tariffs of every phase through the trade kernel, with uncertainty.

The answer is for the tariffs in force on the scenario's last day (the main phase): per year,
after full adjustment, relative to the world before the tariffs.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import triffin
from triffin.results.result import Result
from triffin.run.answers import headline
from triffin.run.cases import (
    DrawResults,
    Ledger,
    Progress,
    RateCase,
    central_baselines,
    rate_cases,
    solve_case,
    solve_draws,
)
from triffin.run.closures import Closure, closures
from triffin.run.draws import Draws, draw
from triffin.scenario.loading import load_scenario
from triffin.scenario.phases import Phase
from triffin.scenario.schema import Scenario
from triffin.trade.equilibrium import counterfactual
from triffin.trade.models import find_model
from triffin.trade.outcome import Equilibrium
from triffin.world.errors import InputError
from triffin.world.worlds import World, load_world

if TYPE_CHECKING:
    import xarray as xr

    from triffin.trade.calibration import Baseline

DEFAULT_DRAWS = 256
DEFAULT_SEED = 1

# Datasets that enter every run, besides its world: their checksums are part of its name.
_COMMON_DATA = ("us-tariff-schedules",)


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing: for callers that show no progress."""


def run(
    scenario: str | Path | Scenario,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    overrides: Iterable[str] = (),
    progress: Progress = no_progress,
) -> Result:
    """Run a scenario and return its Result (nothing is written; see `Result.save`).

    Parameters
    ----------
    scenario : name of a shipped scenario, path of a YAML file, or a loaded Scenario.
    draws : number of parameter and closure draws, at least 1.
    seed : seed of the scrambled Sobol sequence; same scenario, draws and seed give same bits.
    overrides : "path=value" settings, as with `triffin run --set`.
    progress : called as progress(stage, done, total).

    Raises
    ------
    InputError : anything wrong in the scenario or the options.
    NoEquilibrium : the main phase has no equilibrium under the central closure, or under none.
    """
    started = time.perf_counter()
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario, tuple(overrides))
    if isinstance(scenario, Scenario) and tuple(overrides):
        raise InputError(
            "overrides apply to a scenario's name or file, not to one that is loaded already.",
            field="overrides",
        )
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise InputError(
            f"{seed!r} is not a seed.", field="seed", valid="a whole number from 0 to 4294967295"
        )
    world = load_world(plan.world)
    if world.n_sectors != 1:
        raise InputError(
            f"a run needs a one-sector world, and {world.name} has {world.n_sectors} sectors.",
            file=plan.source_file,
            field="world",
            value=world.name,
            valid="world-2023",
        )
    chosen = closures()
    sample = draw(plan, chosen, draws, seed)
    phases = plan.phases(world)
    ledger = Ledger()
    baselines = central_baselines(world, chosen, sample.central)
    solved = _solve_phases(phases, chosen, baselines, ledger, progress)
    main = len(phases) - 1
    cases = rate_cases(plan, world, phases[main].schedule)
    drawn = solve_draws(world, plan, chosen, sample, cases, baselines, ledger, progress)
    data = _dataset(plan, world, phases, chosen, solved, sample, cases, drawn)
    manifest = _manifest(plan, world, phases, chosen, sample, ledger, cases, draws, seed)
    answers, behind = headline(plan, world, chosen, sample, cases, drawn, solved[main])
    # By draw, so that a comparison of runs can pair them.
    data = data.assign_coords(headline=list(behind)).assign(
        headline_draws=(("draw", "headline"), np.stack(list(behind.values()), axis=1))
    )
    manifest["seconds"] = round(time.perf_counter() - started, 3)
    return Result(manifest=manifest, headline=answers, data=data)


def _solve_phases(
    phases: list[Phase],
    chosen: tuple[Closure, ...],
    baselines: dict[str, Baseline],
    ledger: Ledger,
    progress: Progress,
) -> list[list[Equilibrium | None]]:
    """Equilibria at central parameters, phase by closure.

    The main phase must have one under the central closure; its failure is raised.
    """
    # First, because a scenario without an answer should say so before all else is solved.
    central = chosen[0]
    counterfactual(
        baselines[central.model],
        phases[-1].schedule,
        revenue=central.revenue,
        retaliation=central.retaliation,
    )
    total = len(phases) * len(chosen)
    solved: list[list[Equilibrium | None]] = []
    for number, phase in enumerate(phases):
        row = []
        for k, closure in enumerate(chosen):
            row.append(solve_case(baselines[closure.model], phase.schedule, closure, ledger))
            progress("phases", number * len(chosen) + k + 1, total)
        solved.append(row)
    return solved


def phase_labels(phases: list[Phase]) -> list[str]:
    """One unique label per phase: its dates."""
    return [f"{phase.start} to {phase.end}" for phase in phases]


def _dataset(
    plan: Scenario,
    world: World,
    phases: list[Phase],
    chosen: tuple[Closure, ...],
    solved: list[list[Equilibrium | None]],
    sample: Draws,
    cases: list[RateCase],
    drawn: DrawResults,
) -> xr.Dataset:
    import xarray as xr

    home = world.index(plan.hegemon)
    empty = np.full(world.n_economies, np.nan)
    arrays: dict[str, Any] = {}
    for name in Equilibrium.VARIABLES:
        values = [[empty if e is None else getattr(e, name) for e in row] for row in solved]
        arrays[name] = (("phase", "closure", "economy"), np.array(values))
    arrays["welfare_draws"] = (("draw", "economy"), drawn.welfare)
    for name, values_of in sample.values.items():
        arrays[name] = ("draw", values_of)
    arrays["closure_of_draw"] = ("draw", [chosen[k].id for k in sample.closure])
    arrays["rate_welfare"] = (("draw", "rate", "party"), drawn.rate_welfare)
    arrays["rate_revenue"] = (("draw", "rate"), drawn.rate_revenue)
    paid = np.array([100 * p.schedule.rates[0][:, home] for p in phases])
    faced = np.array([100 * p.schedule.rates[0][home, :] for p in phases])
    arrays["tariff_paid"] = (("phase", "economy"), paid)
    arrays["tariff_faced_by_hegemon"] = (("phase", "economy"), faced)
    before = solved[-1][0]
    assert before is not None
    roles, blocks = _blocks(plan, world)
    arrays["trade_before"] = (("exporter", "importer"), _among(before.baseline.X, blocks))
    after = [
        np.full((len(roles), len(roles)), np.nan)
        if row[0] is None
        else _among(row[0].trade_flows, blocks)
        for row in solved
    ]
    arrays["trade_after"] = (("phase", "exporter", "importer"), np.array(after))
    arrays["spending"] = ("economy", before.baseline.E / 1e9)
    arrays["gdp"] = ("economy", world.gdp / 1e9)
    return xr.Dataset(
        arrays,
        coords={
            "phase": phase_labels(phases),
            "closure": [closure.id for closure in chosen],
            "economy": list(world.economies),
            "economy_name": ("economy", list(world.names)),
            "rate": [case.label for case in cases],
            "party": ["focus", "hegemon"],
            "exporter": roles,
            "importer": roles,
        },
    )


def _blocks(plan: Scenario, world: World) -> tuple[list[str], np.ndarray]:
    """Labels of hegemon, rival, focus and the rest, and their (blocks, N) membership."""
    named = [plan.hegemon, *([plan.rival] if plan.rival else []), plan.focus]
    named = list(dict.fromkeys(named))
    members = np.zeros((len(named) + 1, world.n_economies))
    for row, economy in enumerate(named):
        members[row, world.index(economy)] = 1
    members[-1] = 1 - members[:-1].sum(axis=0)
    return [*named, "rest of world"], members


def _among(flows: np.ndarray, blocks: np.ndarray) -> np.ndarray:
    """International trade between blocks, bn USD; home sales are left out."""
    abroad = flows.copy()
    np.fill_diagonal(abroad, 0.0)
    return np.asarray(blocks @ abroad @ blocks.T / 1e9)


def _manifest(
    plan: Scenario,
    world: World,
    phases: list[Phase],
    chosen: tuple[Closure, ...],
    sample: Draws,
    ledger: Ledger,
    cases: list[RateCase],
    draws: int,
    seed: int,
) -> dict[str, Any]:
    from triffin.world.shipped import is_shipped, provenance

    names = [name for name in (world.name, *_COMMON_DATA) if _any_kind(name, is_shipped)]
    data = [_source(name, provenance(name)) for name in names]
    if not any(entry["name"] == world.name for entry in data):
        data.insert(0, _source(world.name, world.provenance))
    checksums = {entry["name"]: str(entry["sha256"]) for entry in data}
    identity = {**checksums, "draws": str(draws), "seed": str(seed)}
    labels = phase_labels(phases)
    notes = []
    if ledger.failures:
        reasons = "; ".join(f"{count} × {reason}" for reason, count in ledger.failures.items())
        notes.append(
            f"{ledger.failed_draws} of {draws} draws have no equilibrium and are left out of the "
            f"intervals; equilibria not found: {reasons}"
        )
    models = dict.fromkeys(closure.model for closure in chosen)
    return {
        "scenario": plan.scenario,
        "title": plan.title,
        "description": plan.description,
        "hash": plan.content_hash(identity, triffin.__version__),
        "world": world.name,
        "world_title": world.title,
        "draws": draws,
        "seed": seed,
        "seconds": 0.0,
        "version": triffin.__version__,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "information": str(plan.information) if plan.information else None,
        "hegemon": plan.hegemon,
        "rival": plan.rival,
        "focus": plan.focus,
        "phases": [
            {
                "label": label,
                "start": str(phase.start),
                "end": str(phase.end),
                "rates_note": phase.label,
                "basis": phase.schedule.basis,
                "notes": list(phase.schedule.notes),
                "source": phase.schedule.source,
            }
            for label, phase in zip(labels, phases, strict=True)
        ],
        "main_phase": labels[-1],
        "closures": [
            {
                "id": c.id,
                "model": c.model,
                "revenue": c.revenue,
                "retaliation": c.retaliation,
                "label": c.label,
                "weight": c.weight,
            }
            for c in chosen
        ],
        "central_closure": chosen[0].id,
        "focus_rates": [case.label for case in cases],
        "parameters": [
            {
                "name": p.name,
                "value": p.value,
                "unit": p.unit,
                "low": p.low,
                "high": p.high,
                "source": p.source,
                "grade": p.grade,
                "description": p.description,
            }
            for p in run_parameters(sample)
        ],
        "data": data,
        "tariff_basis": _basis_notes(phases),
        "resolved": plan.resolved,
        "models": [
            {"id": m, "title": find_model(m).title, "citation": find_model(m).citation}
            for m in models
        ],
        "notes": notes,
        "invariants": dict(ledger.violations),
        "solves": ledger.solves,
    }


def run_parameters(sample: Draws) -> list[Any]:
    """Every parameter behind a run: the drawn ones, then those that are fixed."""
    from triffin.world.parameters import all_parameters

    known = {p.name for p in sample.parameters}
    fixed = [p for name, p in all_parameters().items() if p.room == "trade" and name not in known]
    return [*sample.parameters, *fixed]


def _any_kind(name: str, is_shipped: Any) -> bool:
    return any(is_shipped(name, kind) for kind in ("world", "schedules"))


def _source(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {key: entry.get(key, "") for key in ("title", "source", "licence", "sha256")} | {
        "name": name
    }


def _basis_notes(phases: list[Phase]) -> list[str]:
    """Which rates are statutory and which are what is paid; one line if all phases agree."""
    words = {
        "paid": "what is paid (statutory rates times the share of imports they bite on)",
        "statutory": "statutory",
    }
    kinds = {phase.schedule.basis for phase in phases}
    if len(kinds) == 1:
        return [f"rates are {words[kinds.pop()]} in every phase"]
    return [
        f"{phase.start} to {phase.end}: rates are {words[phase.schedule.basis]}" for phase in phases
    ]
