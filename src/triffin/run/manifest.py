"""What was run, with which data, parameters, models and code: plain JSON."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

import triffin
from triffin.answers.documents import picked
from triffin.finance.treasuries.wall import maturing
from triffin.run.block import Block
from triffin.run.dataset import AFTER, phase_labels
from triffin.run.plan.invariants import Invariants
from triffin.run.plan.modules import NOT_ASKED, ON
from triffin.run.plan.prepare import Prepared
from triffin.run.trade.equilibria import SolveLedger
from triffin.trade.models import find_model
from triffin.trade.parameter_draws import Draws
from triffin.world.base.arrays import other_threads
from triffin.world.base.own_tables_in_place import PRIOR, active_files
from triffin.world.data.facts import maturities
from triffin.world.data.market_events import auctions
from triffin.world.data.shipped import is_shipped, provenance
from triffin.world.registry.parameter_set import ParameterSet, own_checksums
from triffin.world.registry.registry import Parameter, names, rooms

# Datasets that enter a run besides its world: their checksums are part of its name.
_SCHEDULES = ("us-tariff-schedules",)
_ENTRY = ("name", "value", "unit", "low", "high", "source", "grade", "description")


def manifest(
    prepared: Prepared,
    sample: Draws,
    values: dict[str, np.ndarray],
    ledger: SolveLedger,
    found: Invariants,
    draws: int,
    seed: int,
    blocks: list[Block],
) -> dict[str, Any]:
    """The manifest of a run."""
    plan, world, chosen = prepared.plan, prepared.world, prepared.chosen
    data = _data(prepared)
    identity = run_identity(data, draws, seed, prepared.parameters)
    labels = phase_labels(prepared)
    notes = []
    if ledger.failures:
        reasons = "; ".join(f"{count} × {reason}" for reason, count in ledger.failures.items())
        notes.append(
            f"{ledger.failed_draws} of {draws} draws have no equilibrium and are left out of the "
            f"intervals; equilibria not found: {reasons}"
        )
    notes += _expired(prepared)
    notes += [
        f"linear algebra used {threads} threads, which may round the last digits differently than "
        "one thread does; the hash of the run says so"
        for threads in other_threads().values()
    ]
    if prepared.scene is not None and prepared.scene.setting.missing:
        named = ", ".join(prepared.scene.setting.missing.values())
        notes.append(f"partners without trade data are not in the talks: {named}")
    reports = next((block.feedbacks.report for block in blocks if block.feedbacks), [])
    return {
        **picked(plan, "scenario", "title", "description"),
        "hash": plan.content_hash(identity, triffin.__version__),
        "world": world.name,
        "world_title": world.title,
        "draws": draws,
        "seed": seed,
        "seconds": 0.0,
        "version": triffin.__version__,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "information": str(plan.information) if plan.information else None,
        **picked(plan, "hegemon", "rival", "focus"),
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
            for label, phase in zip(labels, prepared.phases, strict=False)
        ]
        + (_after(prepared) if prepared.talks else []),
        "main_phase": labels[-1 if prepared.talks else prepared.main],
        "closures": [
            picked(c, "id", "model", "revenue", "retaliation", "label", "weight") for c in chosen
        ],
        "central_closure": chosen[0].id,
        "focus_rates": [case.label for case in prepared.cases],
        "parameters": [
            picked(p, *_ENTRY) for p in run_parameters(sample, values, prepared.parameters)
        ],
        "data": data,
        "own_data": _own_files(prepared),
        "tariff_basis": _basis_notes(prepared),
        "resolved": plan.resolved,
        "models": _models(prepared),
        "modules": prepared.modules,
        "not_asked": [name for name, state in prepared.modules.items() if state == NOT_ASKED],
        "feedbacks": reports,
        "wall": _wall(prepared),
        "notes": notes,
        "invariants": dict(found.worst),
        "solves": ledger.solves,
    }


def _expired(prepared: Prepared) -> list[str]:
    """That the tariffs end before the scenario does, where they do."""
    phase, last = prepared.phases[prepared.main], prepared.plan.end
    if phase.end == last:
        return []
    return [
        f"the tariffs end on {phase.end}, and the scenario on {last}: answers are for the time in "
        f"which they are in force, {phase.start} to {phase.end}"
    ]


def _models(prepared: Prepared) -> list[dict[str, str]]:
    """The trade models of the closures, then the published ones behind every module that is on."""
    trade = [find_model(m) for m in dict.fromkeys(closure.model for closure in prepared.chosen)]
    sources = [(model.name, model.title, model.citation) for model in trade]
    for section in sorted(prepared.sections, key=lambda one: one.turn):
        for module, cited in section.citations.items():
            sources += cited if prepared.modules[module] == ON else ()
    return [{"id": name, "title": title, "citation": text} for name, title, text in sources]


def _wall(prepared: Prepared) -> dict[str, Any] | None:
    """The debt that matures in the scenario's month, what the scenario says of it, and the covers
    of auctions up to the day of information; None where no wall is asked or nothing is known."""
    wall = prepared.plan.wall
    if wall is None:
        return None
    found = maturing(wall.month)
    known = str(prepared.plan.information or prepared.plan.start)
    past = [a.bid_to_cover for a in auctions() if a.date <= known]
    return {
        "month": wall.month,
        "maturing_usd_bn": found.total_usd_bn,
        "notes_and_bonds_usd_bn": found.notes_and_bonds_usd_bn,
        "bills_usd_bn": found.bills_usd_bn,
        "claim_usd_bn": None if wall.maturing_usd_trn is None else 1000 * wall.maturing_usd_trn,
        "months": [
            {
                "month": one.month,
                "maturing_usd_bn": one.total_usd_bn,
                "notes_and_bonds_usd_bn": one.notes_and_bonds_usd_bn,
                "bills_usd_bn": one.bills_usd_bn,
            }
            for one in maturities().values()
        ],
        "not_rolled_share": wall.not_rolled_share,
        "cover": {
            "auctions": len(past),
            "until": known,
            "low": float(np.quantile(past, 0.05)),
            "median": float(np.median(past)),
            "high": float(np.quantile(past, 0.95)),
        },
    }


def run_identity(
    data: list[dict[str, Any]], draws: int, seed: int, parameters: ParameterSet
) -> dict[str, str]:
    """What names a run besides its scenario and the code: data, own data, draws and seed."""
    checksums = {entry["name"]: str(entry["sha256"]) for entry in data}
    return {
        **checksums,
        **own_checksums(parameters),
        **other_threads(),
        "draws": str(draws),
        "seed": str(seed),
    }


def _own_files(prepared: Prepared) -> dict[str, str]:
    """Kind -> file of all that does not ship; the scenario's own where it changes parameters."""
    files = active_files()
    files.pop(PRIOR, None)
    if prepared.parameters.own:
        plan = prepared.plan
        files[PRIOR] = prepared.parameters.file or plan.source_file or plan.scenario
    return dict(sorted(files.items()))


def _after(prepared: Prepared) -> list[dict[str, Any]]:
    """The tariffs after the talks, as a phase: the middle of the draws."""
    last = prepared.phases[-1]
    return [
        {
            "label": AFTER,
            "start": str(prepared.plan.end),
            "end": str(prepared.plan.end),
            "rates_note": "the middle rate of the draws for every partner",
            "basis": last.schedule.basis,
            "notes": [],
            "source": "outcome of the talks",
        }
    ]


def run_parameters(
    sample: Draws, values: dict[str, np.ndarray], parameters: ParameterSet
) -> list[Parameter]:
    """Every parameter behind a run: those of the trade model, then all others that were drawn."""
    known = {p.name for p in sample.parameters}
    fixed = [parameters[n] for n, room in rooms().items() if room == "trade" and n not in known]
    drawn = [parameters[name] for name in values if name in names() and name not in known]
    return [*sample.parameters, *fixed, *drawn]


def _data(prepared: Prepared) -> list[dict[str, Any]]:
    """Datasets of the run with checksums, its world first."""
    world = prepared.world
    names = [*_SCHEDULES]
    for section in prepared.working:
        names += section.datasets
    found = [_source(name, provenance(name)) for name in names]
    entry = provenance(world.name) if is_shipped(world.name, "world") else world.provenance
    return [_source(world.name, entry), *found]


def _source(name: str, entry: Any) -> dict[str, Any]:
    return {key: entry.get(key, "") for key in ("title", "source", "licence", "sha256")} | {
        "name": name
    }


def _basis_notes(prepared: Prepared) -> list[str]:
    """Which rates are statutory and which are what is paid; one line if all phases agree."""
    words = {
        "paid": "what is paid (statutory rates times the share of imports they bite on)",
        "statutory": "statutory",
    }
    kinds = {phase.schedule.basis for phase in prepared.phases}
    if len(kinds) == 1:
        return [f"rates are {words[kinds.pop()]} in every phase"]
    return [
        f"{phase.start} to {phase.end}: rates are {words[phase.schedule.basis]}"
        for phase in prepared.phases
    ]
