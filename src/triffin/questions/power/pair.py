"""One pair: what A can do to B, at what cost to itself, and what B would have to do."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from triffin.questions.power.precedents import precedents
from triffin.questions.power.sentences import sentences
from triffin.questions.power.setting import (
    HORIZONS,
    SMALLEST,
    Asked,
    Setting,
    horizon_name,
    setting_of,
    with_theta,
)
from triffin.strategy.power.value import REDUCTIONS, scissors, together
from triffin.strategy.power.withhold import (
    Withholding,
    closed_form,
    defence,
    dependence,
    withheld_equilibrium,
)
from triffin.trade.many.calibration import SectorBaseline
from triffin.trade.many.results import SectorEquilibrium
from triffin.world.base.arrays import Array
from triffin.world.base.errors import NoEquilibrium, NotConverged
from triffin.world.registry.parameter_set import ParameterSet, in_place

MEANT = 20.0
"""Per cent: beyond, a sector is too wide for its loss to mean anything."""
LISTED = 5
INSURED = (0.25, 0.5)


def power(asked: Asked, *, parameters: ParameterSet | None = None) -> dict[str, Any]:
    """The document of `triffin power A B`: losses of both sides, goods, third parties, remedies.

    Losses are per cent of real household income a year, positive where income falls; in bn USD they
    are that share of GDP. Raises InputError for what has no meaning, NoEquilibrium and NotConverged
    where the withdrawal has no equilibrium.

    >>> found = power(Asked("USA", "MEX", world="nafta-1993", sectors=("Auto",)))
    >>> found["target"]["loss_pct"] > found["coercer"]["loss_pct"] > 0
    True
    """
    started = time.perf_counter()
    s = setting_of(asked, in_place() if parameters is None else parameters)
    found = withheld_equilibrium(s.at(asked.years), [s.row])
    horizons = [
        {"horizon": horizon_name(years), "years": years, **_losses(s, s.at(years), found.x)}
        for years in dict.fromkeys((asked.years, *HORIZONS))
    ]
    families = {
        "with inputs": horizons[0],
        "without inputs": _losses(s, s.at(asked.years, s.without_inputs)),
    }
    studies = {
        name: _losses(s, s.at(asked.years, with_theta(s.base, theta)), found.x)
        for name, theta in s.studies.items()
    }
    document: dict[str, Any] = {
        "question": f"What can {s.name(asked.by)} do to {s.name(asked.on)} by withholding "
        f"{asked.what}?",
        "by": [s.world.economies[k] for k in s.row.by],
        "on": [s.world.economies[k] for k in s.row.on],
        "labels": {"coercer": s.label(asked.by), "target": s.label(asked.on)},
        "world": s.world.name,
        "what": asked.what,
        "sectors_withheld": [s.world.sectors[k] for k in s.row.sectors],
        "ways": asked.ways,
        "reduction": asked.reduction,
        "rents": asked.rents,
        "horizon": horizon_name(asked.years),
        "target": _side(s, found, s.row.on, families, studies, "target_loss_pct"),
        "coercer": _side(s, found, s.row.by, families, studies, "coercer_loss_pct"),
        "rent_usd_bn": float(found.rents.sum()) / 1e9,
        "horizons": horizons,
        "families": [{"family": name, **row} for name, row in families.items()],
        "studies": [{"study": name, **row} for name, row in studies.items()],
        "sectors": _sectors(s),
        "third_parties": _third_parties(s, found),
        "closed_form_pct": _closed_forms(s, s.at(asked.years), s.row.sectors),
        "scissors": _scissors(s),
    }
    document["ratio_usd"] = _ratio(document)
    document["remedies"] = _remedies(s, document)
    document["precedents"] = precedents(document["by"], document["on"])
    document |= {
        "smallest_pct": SMALLEST,
        "unit": "% of real household income a year",
        "over": "studies of trade elasticities, with and without inputs",
        "grade": "judgement" if asked.years is not None else "derived",
        "drivers": ["trade elasticities", "horizon", "inputs"],
        "status": found.status,
        "residual": found.residual,
        "seconds": time.perf_counter() - started,
        "notes": _notes(s, found),
    }
    document["answers"] = sentences(s, document)
    document["answer"] = document["answers"][0]["answer"]
    document |= {k: document["target"][v] for k, v in
                 (("median", "loss_pct"), ("low", "low"), ("high", "high"))}  # fmt: skip
    return document


def within_meaning(loss: float) -> float | None:
    """A loss in per cent, None beyond what a sector-wide model can mean."""
    return loss if np.isfinite(loss) and loss <= MEANT else None


def _losses(s: Setting, base: SectorBaseline, guess: Array | None = None) -> dict[str, Any]:
    """Losses of both sides; None and the reason where there is no equilibrium."""
    try:
        found = withheld_equilibrium(base, [s.row], guess=guess)
    except (NoEquilibrium, NotConverged) as error:
        return {"target_loss_pct": None, "coercer_loss_pct": None, "reason": str(error)}
    losses = [within_meaning(-together(base, found.welfare, side)) for side in (s.row.on, s.row.by)]
    reason = None if None not in losses else f"more than {MEANT:g} %: outside the model's meaning"
    return {"target_loss_pct": losses[0], "coercer_loss_pct": losses[1], "reason": reason}


def _side(
    s: Setting,
    found: SectorEquilibrium,
    members: tuple[int, ...],
    families: Mapping[str, Any],
    studies: Mapping[str, Any],
    key: str,
) -> dict[str, Any]:
    loss = -together(found.baseline, found.welfare, members)
    meant = within_meaning(loss)
    gdp = float(s.world.gdp[list(members)].sum()) / 1e9
    values = [row[key] for row in (*families.values(), *studies.values()) if row[key] is not None]
    return {
        "loss_pct": meant,
        "low": min(values, default=None),
        "high": max(values, default=None),
        "loss_usd_bn": None if meant is None else meant / 100 * gdp,
        "gdp_usd_bn": gdp,
        "by_economy": {
            s.world.economies[k]: within_meaning(-float(found.welfare[k])) for k in members
        }
        if len(members) > 1
        else {},
    }


def _sectors(s: Setting) -> list[dict[str, Any]]:
    """The sectors by what each alone would do, in closed form; the largest also in equilibrium."""
    base, world = s.at(s.asked.years), s.world
    rows: list[dict[str, Any]] = []
    flows, bought = base.flows, s.asked.ways != "imports"
    for k in s.row.sectors:
        # What the target buys of it, or sells of it where the coercer stops buying.
        sides = (s.row.by, s.row.on) if bought else (s.row.on, s.row.by)
        between = float(flows[k][np.ix_(*sides)].sum())
        total = float((flows[k][:, list(s.row.on)] if bought else flows[k][list(s.row.on)]).sum())
        rows.append(
            {
                "sector": world.sectors[k],
                "trade_usd_bn": between / 1e9,
                "share_of_target": between / total if total > 0 else None,
                "alone_closed_form_pct": _closed_forms(s, base, (k,)),
                "alone_pct": None,
            }
        )
    rows.sort(key=lambda row: -(row["alone_closed_form_pct"] or row["trade_usd_bn"]))
    for row in rows[:LISTED]:
        only = replace(s.row, sectors=(world.sectors.index(row["sector"]),))
        found = withheld_equilibrium(base, [only])
        row["alone_pct"] = within_meaning(-together(base, found.welfare, s.row.on))
    return sorted(rows[:LISTED], key=lambda row: -(row["alone_pct"] or 0.0)) + rows[LISTED:]


def _closed_forms(s: Setting, base: SectorBaseline, sectors: tuple[int, ...]) -> float | None:
    """Loss of the target with wages given (I.4), its members weighted by income."""
    if s.row.ways == "imports":
        return None
    cut = s.row.reduction
    losses = [closed_form(base, s.row.by, d, sectors, reduction=cut) for d in s.row.on]
    return float(np.average(losses, weights=base.income[list(s.row.on)]))


def _third_parties(s: Setting, found: SectorEquilibrium) -> dict[str, Any]:
    """Who else gains and loses most; nobody below what can be shown."""
    others = [k for k in range(s.world.n_economies) if k not in {*s.row.by, *s.row.on}]
    ordered = sorted(others, key=lambda k: -float(found.welfare[k]))
    rows: list[dict[str, Any]] = [
        {"iso3": s.world.economies[k], "name": s.world.names[k],
         "change_pct": float(found.welfare[k])} for k in ordered
    ]  # fmt: skip
    return {
        "gain": [row for row in rows[:LISTED] if row["change_pct"] >= SMALLEST],
        "lose": [row for row in rows[::-1][:LISTED] if row["change_pct"] <= -SMALLEST],
    }


def _scissors(s: Setting) -> list[dict[str, Any]]:
    """Losses of both sides over the reduction, by who keeps the rent."""
    base, rows = s.at(s.asked.years), []
    lines: tuple[Literal["burned", "exporter", "importer"], ...]
    lines = ("burned", "exporter", "importer")
    for rents in lines:
        row = Withholding(s.row.by, s.row.on, s.row.sectors, s.row.ways, 1.0, rents)
        found = scissors(base, row, REDUCTIONS)
        rows += [
            {"rents": rents, "reduction": cut, "target_loss_pct": within_meaning(target),
             "coercer_loss_pct": within_meaning(own), "rent_usd_bn": rent / 1e9}
            for cut, target, own, rent in zip(
                map(float, found.reductions), map(float, found.target), map(float, found.coercer),
                map(float, found.rent), strict=True,
            )
        ]  # fmt: skip
    return rows


def _ratio(document: Mapping[str, Any]) -> float | None:
    """Dollars that the coercer loses for each that the target loses."""
    theirs, ours = (document[side]["loss_usd_bn"] for side in ("target", "coercer"))
    return ours / theirs if theirs and ours is not None and theirs > 0 else None


def _remedies(s: Setting, document: Mapping[str, Any]) -> dict[str, Any]:
    """What the target would have to do: shares, the price of insurance, stocks (I.9 to I.11)."""
    base = s.at(s.asked.years)
    largest = max(s.row.on, key=lambda k: base.income[k])
    of = dependence(base, s.row.by, largest, s.row.sectors)
    told = defence(of, bearable_pct=0.1, reduction=s.row.reduction, stock_months=0.0, months=12.0)
    line = {
        (row["rents"], row["reduction"]): row["target_loss_pct"] for row in document["scissors"]
    }
    insurance = []
    for cut in INSURED:
        cost, spared = line["importer", cut], line["burned", cut]
        known = cost is not None and spared is not None and spared > 0
        insurance.append({
            "trade_given_up": cut,
            "cost_pct": cost,
            "taken_from_the_threat_pct": spared,
            "pays_from_yearly_probability": cost / spared if known else None,
        })  # fmt: skip
    return {
        **{key: told[key] for key in ("share", "share_that_halves", "best_reduction")},
        "share_for_a_loss_of_0.1_pct": told["safe_share"],
        "stock_months_for_a_year": told["stock_months_that_cover"],
        "insurance": insurance,
    }


def _notes(s: Setting, found: SectorEquilibrium) -> list[str]:
    """What a reader must know of the model and of the world, most important first."""
    limits = [
        "Long-run trade among economies whose goods differ by origin; competition is perfect, "
        "labor moves at once inside an economy. Elasticities are the answer.",
        "Goods inside imported parts are followed by the table of inputs alone; a sector is wider "
        "than the goods that matter: see --good.",
        "Not modelled: payments and clearing, frozen reserves, insurance of ships, licences of "
        "technology, military use, evasion and secondary sanctions.",
    ]
    return [*limits, *found.notes, *s.world.notes[:1]]
