"""Will this threat be carried out, and what does each course cost? The answer behind `bluff`."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np

from triffin.answers.answer_book import with_article
from triffin.answers.documents import entry_row, picked
from triffin.answers.statistics import weakest_grade
from triffin.questions.talks.negotiate import about, at_deadline
from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.strategy.negotiation.outlook import Outlook, outlook_of
from triffin.strategy.negotiation.setting import scene_of
from triffin.strategy.payoffs.solves import LISTED_HEGEMON, in_closure, solve_columns
from triffin.strategy.threats.ledger import LANDMARKS, Ledger
from triffin.strategy.threats.record import Threat
from triffin.trade.closures import closures
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.arrays import Array
from triffin.world.base.wording import clean, number
from triffin.world.data.partners import events
from triffin.world.data.series import load_series
from triffin.world.registry.parameter_set import ParameterSet, in_place

DRIVERS = ("threat_executed_prior", "threat_prior_clusters")
DECISIONS = ("order", "pause", "truce", "letter")
"""Kinds of events at which the sender decided something about its threats."""
RISE_DAYS, WEEK = 3, dt.timedelta(days=7)


def bluff(scenario: str | Scenario, *, parameters: ParameterSet | None = None) -> dict[str, Any]:
    """How likely a scenario's threat is carried out by its date, what is on record of the sender,
    and what carrying it out and backing down cost.

    Raises InputError for a scenario without deadlines.
    """
    from scipy.stats import beta

    given = in_place() if parameters is None else parameters
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    law = outlook_of(scene_of(plan, scenario_parameters(plan, given)))
    setting, ledger = law.scene.setting, law.ledger
    found = law.at_deadline
    executed = found["full"] + found["part"]
    strength = ledger.deadline_outcomes(law.class_).strength
    forced = executed in (0.0, 1.0)
    low, high = (
        (executed, executed)
        if forced
        else beta.ppf([0.05, 0.95], strength * executed, strength * (1 - executed)).tolist()
    )
    entries = [law.scene.parameters[name] for name in DRIVERS]
    sender = with_article(setting.base.world.names[setting.hegemon])
    document = {
        "question": f"Does {sender} carry out the threat by {law.deadline}?",
        "answer": (
            f"With probability {number(executed)} ({number(low)} to {number(high)}) on who has not "
            f"settled: {number(found['full'])} in full and {number(found['part'])} in part; "
            f"{number(found['extended'])} extended, {number(found['withdrawn'])} withdrawn or "
            f"agreed. Ever carried out: {ledger.outcome_counts(law.class_)} resolved decisions."
        ),
        "median": executed,
        "low": low,
        "high": high,
        "unit": "probability",
        "class": "forecast",
        "grade": weakest_grade([one.grade for one in entries]),
        "drivers": list(DRIVERS),
        **about(law),
        "at_deadline": at_deadline(law),
        "record": _record(law),
        "costs": _costs(law),
        "markets": _markets(law),
        "reputation": _reputation(law),
        "partners": _partners(law),
        "parameters": [entry_row(one) for one in entries],
        "notes": [
            "the interval is that of the counts with their prior; a threat that was made public is "
            "likelier to be on the list if it was carried out or broken in public",
            "costs are a year after full adjustment, against the tariffs of the talks",
        ],
    }
    plain: dict[str, Any] = clean(document)
    return plain


def _record(law: Outlook) -> dict[str, Any]:
    """What the list of threats holds of this sender on the information date."""
    ledger = law.ledger
    rows = [t for t in ledger.threats if t.class_ == law.class_]
    shown = ("id", "target", "scope", "at_deadline", "outcome")
    return {
        "threats": len(ledger.threats),
        "of_this_kind": len(rows),
        "executed": str(ledger.outcome_counts(law.class_)),
        "executed_ever": ledger.executed_ever(law.class_),
        "still_open_after_months": {
            str(months): ledger.executed_ever(law.class_, months) for months in LANDMARKS
        },
        "executed_after_extension": ledger.after_extension().mean,
        "latest": [
            picked(t, *shown) | {"announced": t.announced.isoformat()}
            for t in sorted(rows, key=lambda t: t.announced)[-8:]
        ],
    }


def _costs(law: Outlook) -> list[dict[str, Any]]:
    """What the threat carried out on all brings and costs, by model and use of the revenue; rates
    that it would lower stay. Backing down leaves the tariffs of the talks: zero by definition."""
    setting = law.scene.setting
    threat = np.where(law.threatened, law.threat, law.pause)
    pair = setting.column(np.stack([law.pause, threat]))
    found = []
    for one in closures(parameters=law.scene.parameters):
        if one.retaliation != "none":
            continue
        solved = solve_columns(in_closure(setting, one.model, one.revenue), pair)
        own, theirs = np.diff(solved.hegemon)[0], np.diff(solved.partners, axis=0)[0]
        found.append(
            {
                "model": one.label.rsplit(", ", 1)[0],
                "sender_bn_per_year": float(own),
                "threatened_bn_per_year": float(theirs[law.threatened].sum()),
            }
        )
    return found


def _markets(law: Outlook) -> list[dict[str, Any]]:
    """Decisions about threats since the scenario began, and by how many basis points the 10-year
    yield rose within three trading days in the week before each."""
    scenario = law.scene.scenario
    if scenario.hegemon != LISTED_HEGEMON:
        return []
    return [
        picked(event, "partner", "kind", "type", "source")
        | {"date": event.date.isoformat(), "rise_bp": rise_bp(event.date - WEEK, event.date)}
        for event in events(law.scene.known)
        if event.kind in DECISIONS and event.date >= scenario.start
    ]


def rise_bp(first: dt.date, last: dt.date) -> float:
    """Largest rise of the 10-year yield within three trading days from `first` to `last`, bp."""
    series = load_series("yield-10y").between(first.isoformat(), last.isoformat())
    level: Array = np.asarray(series.observed().values, dtype=float)
    best = 0.0
    for step in range(1, min(RISE_DAYS, len(level) - 1) + 1):
        best = max(best, float((level[step:] - level[:-step]).max(initial=0.0)))
    return 100.0 * best


def _reputation(law: Outlook) -> dict[str, float]:
    """The chance that a later threat of this kind is ever carried out: as things stand, and after
    one more decision that is carried out, or withdrawn."""
    ledger = law.ledger

    def after(outcome: str) -> float:
        more = Threat(
            "next", "", "", "", law.class_, law.class_, ledger.day, ledger.day, "next", 0.0, None,
            outcome=outcome, resolved=ledger.day,
        )  # fmt: skip
        return replace(ledger, threats=(*ledger.threats, more)).executed_ever(law.class_)

    return {
        "now": Ledger.executed_ever(ledger, law.class_),
        "after_executing": after("full"),
        "after_backing_down": after("other"),
    }


def _partners(law: Outlook) -> list[dict[str, Any]]:
    by_date = law.p_executed_by(law.deadline)
    return [
        {
            "iso3": one.iso3,
            "name": one.name,
            "threatened": bool(law.threatened[i]),
            "weight": float(law.weight[i]),
            "threat": float(law.threat[i]) if law.threatened[i] else None,
            "p_settled": float(law.p_settled[i]),
            "p_executed_by_date": float(by_date[i]),
            "p_executed": float(law.p_executed_by(law.last)[i]),
        }
        for i, one in enumerate(law.scene.setting.partners)
    ]
