"""The board of the talks: the answer behind `triffin negotiate`."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from triffin.answers.answer_book import with_article
from triffin.answers.documents import entry_row
from triffin.answers.statistics import weakest_grade
from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.strategy.negotiation.agenda import agenda_of, demands_by_partner
from triffin.strategy.negotiation.outlook import EXECUTED, IN_PART, STATES, Outlook, outlook_of
from triffin.strategy.negotiation.setting import scene_of
from triffin.strategy.negotiation.theory import Worth, weighted_mean, worth_of
from triffin.strategy.threats.rates import LEVELS
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.arrays import Array
from triffin.world.base.wording import clean, number
from triffin.world.data.partners import deals
from triffin.world.data.partners import partners as all_partners
from triffin.world.registry.parameter_set import ParameterSet, in_place

RECORDED = ("USA", 2025)
"""Outcomes of this confrontation are on record."""
SCORES = Path(__file__).with_name("rate_scores.json")
"""Rules and their scores from 18 April to 7 August 2025; `make validation` writes it."""
SHOWN = 0.005
"""Atoms of a rate below this probability are left out of the document."""


def negotiation(
    scenario: str | Scenario, *, parameters: ParameterSet | None = None
) -> dict[str, Any]:
    """The board of a scenario's talks: every partner with its chance of settling, the distribution
    of its rate beside simple rules, and what the terms are worth to both sides in theory.

    Raises InputError for a scenario without deadlines.
    """
    given = in_place() if parameters is None else parameters
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    law = outlook_of(scene_of(plan, scenario_parameters(plan, given)))
    worth = worth_at_terms(law)
    setting = law.scene.setting
    low, median, high = counted(law.p_settled)
    names = law.drivers
    entries = [law.scene.parameters[name] for name in names]
    hegemon = with_article(setting.base.world.names[setting.hegemon])
    document = {
        "question": f"How many partners settle with {hegemon} by {law.last}?",
        "answer": f"{median} of {len(law.codes)} (90 % interval {low} to {high}); "
        f"{number(float(law.p_settled.sum()), 1)} are expected.",
        "median": median,
        "low": low,
        "high": high,
        "unit": "partners",
        "class": "forecast",
        "grade": weakest_grade([one.grade for one in entries]),
        "drivers": list(names),
        **about(law),
        "at_deadline": at_deadline(law),
        "theory": _theory(law, worth),
        "rules": _rules(law),
        "partners": [
            partner_row(law, worth, int(i)) for i in np.argsort(-law.weight, kind="stable")
        ],
        "parameters": [entry_row(one) for one in entries],
        "notes": _notes(law, worth),
    }
    found: dict[str, Any] = clean(document)
    return found


def about(law: Outlook) -> dict[str, Any]:
    """What every document about the talks says of its scenario."""
    scene = law.scene
    return {
        "scenario": scene.scenario.scenario,
        "title": scene.scenario.title,
        "world": scene.world.name,
        "hegemon": scene.scenario.hegemon,
        "information": scene.known.isoformat(),
        "opens": scene.opens.isoformat(),
        "deadlines": [day.isoformat() for day in scene.deadlines],
        "last": law.last.isoformat(),
        "threat": scene.threat_source,
        "instrument": law.class_,
        "missing": [
            {"iso3": code, "name": why.split(":")[0], "reason": why.split(": ", 1)[-1]}
            for code, why in sorted(scene.setting.missing.items())
        ],
    }


def at_deadline(law: Outlook) -> dict[str, Any]:
    """What becomes of the threat on who has not settled, with the counts behind it."""
    return {
        "date": law.deadline.isoformat(),
        **law.at_deadline,
        "by_last_day": dict(zip(STATES, law.unsettled.tolist(), strict=True)),
        "executed_ever": law.ledger.executed_ever(law.class_),
        "counts": str(law.ledger.outcome_counts(law.class_)),
    }


def worth_at_terms(law: Outlook) -> Worth:
    """Exact payoffs of the middle rate of a settlement, against the threat."""
    clause = [bool(one and one.open_clause) for one in demands_by_partner(law.scene)]
    q = float(law.unsettled[[EXECUTED, IN_PART]].sum())
    rates = np.array([law.deal(i).quantiles([0.5])[0] for i in range(len(law.codes))]) / 100
    threat = np.where(law.threatened, law.threat, law.pause)
    return worth_of(law.scene.setting, rates, threat, q * law.threatened, np.array(clause))


def counted(p: Array) -> tuple[int, int, int]:
    """5, 50 and 95 % quantiles of how many of independent events with chances p (m,) happen.

    >>> counted(np.array([1.0, 1.0, 0.0]))
    (2, 2, 2)
    """
    mass = np.ones(1)
    for chance in p:
        mass = np.convolve(mass, [1 - chance, chance])
    low, median, high = np.searchsorted(np.cumsum(mass), [0.05, 0.5, 0.95])
    return int(low), int(median), int(high)


def partner_row(law: Outlook, worth: Worth, i: int) -> dict[str, Any]:
    scene, plan = law.scene, law.scene.scenario
    one, gdp = scene.setting.partners[i], scene.setting.partner_gdp_bn[i]
    rule, deal = law.rate(i), law.deal(i)
    low, median, high = (rate / 100 for rate in deal.quantiles([0.05, 0.5, 0.95]))
    day = law.middle_day(i)
    state = STATES[int(np.argmax(law.states[i]))]
    demands = agenda_of(scene, i)
    settles = law.p_settled[i] > 0
    gains = {
        side: float(getattr(worth, f"gain_{side}")[i]) if settles else None
        for side in ("partner", "hegemon")
    }
    return {
        "iso3": one.iso3,
        "name": one.name,
        "status": state,
        "day": day,
        "date": None if day is None else (plan.start + dt.timedelta(days=day)).isoformat(),
        "terms": {"rate": {"median": median, "low": low, "high": high}, "demands": demands}
        if settles
        else None,
        "gain_partner": gains["partner"],
        "gain_hegemon": gains["hegemon"],
        "gain_partner_pct": None if gains["partner"] is None else 100 * gains["partner"] / gdp,
        "credibility_needed": float(worth.credibility_needed[i]),
        "clause_cost": float(worth.clause_cost[i]),
        "reason": _reason(law, i),
        "p_settled": float(law.p_settled[i]),
        "p_executed": float(law.p_executed_by(law.last)[i]),
        "p_retaliates": float(law.p_retaliates[i]),
        "states": dict(zip(STATES, law.states[i].tolist(), strict=True)),
        "rate": {f"{100 * q:g}": r / 100 for q, r in zip(LEVELS, rule.quantiles(), strict=True)},
        "atoms": [
            {"rate": rate / 100, "probability": p} for rate, p in rule.atoms().items() if p >= SHOWN
        ],
        "naive": {
            **{name: rate / 100 for name, rate in law.naive(i).items()},
            "best response": float(worth.best_response[i]),
        },
        "bargain": float(worth.bargain.tariff[i]),
        "pause": float(law.pause[i]),
        "announced": float(scene.setting.announced[i]),
        "demands": list(demands),
        "weight": float(law.weight[i]),
        "ally": bool(scene.setting.allies[i]),
        "observed": _observed(law).get(one.iso3),
    }


def _reason(law: Outlook, i: int) -> str:
    size = f"it has {number(100 * law.weight[i], 2)} % of the partners' trade with the sender"
    if np.isfinite(law.settled_on[i]):
        return "it has settled already, or signs by decree of the scenario"
    if not law.threatened[i]:
        return (
            f"{size}; the threatened rate of {number(100 * law.threat[i])} % is not above the "
            f"{number(100 * law.pause[i])} % that it pays"
        )
    carried = law.unsettled[EXECUTED] + law.unsettled[IN_PART]
    return (
        f"{size}; without an agreement the threat is carried out by {law.last} with probability "
        f"{number(carried)}"
    )


def _observed(law: Outlook) -> Mapping[str, dict[str, Any]]:
    """What happened later, by code: shown beside the answer and never used in it."""
    plan = law.scene.scenario
    if (plan.hegemon, plan.start.year) != RECORDED:
        return {}
    settled = deals(law.last.isoformat())
    return {
        one.iso3: {
            "rate": one.agreed,
            "deal": settled[one.iso3].isoformat() if one.iso3 in settled else None,
            "day": (settled[one.iso3] - plan.start).days if one.iso3 in settled else None,
        }
        for one in all_partners()
    }


def _rules(law: Outlook) -> list[dict[str, Any]]:
    """How well simple rules and the distribution did for the rates of 2025, a score that no row of
    the board uses; empty for another confrontation."""
    if (law.scene.scenario.hegemon, law.scene.scenario.start.year) != RECORDED:
        return []
    found: list[dict[str, Any]] = json.loads(SCORES.read_text(encoding="utf-8"))
    return found


def _theory(law: Outlook, worth: Worth) -> dict[str, Any]:
    """What bargains between governments that care for national welfare alone would end at."""
    weight = law.weight * law.threatened
    return {
        "bargain_rate": weighted_mean(worth.bargain.tariff, weight),
        "bargain_rate_without_cash": weighted_mean(worth.tariff_alone.tariff, weight),
        "half_way_rate": weighted_mean((law.pause + law.threat) / 2, weight),
        "best_response_rate": weighted_mean(worth.best_response, weight),
        "revenue": law.scene.setting.revenue,
    }


def _notes(law: Outlook, worth: Worth) -> list[str]:
    notes = [
        "gains are what the middle rate of a settlement is worth against the threat, in the trade "
        "model, a year after full adjustment; they explain the terms and set no rate",
        "a deal is a settlement on record or a joint statement; a truce is none",
    ]
    if not law.ledger.threats:
        notes.append("the record holds threats of the United States alone: this is the prior")
    return notes
