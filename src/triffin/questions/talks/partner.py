"""One partner's problem in full: `triffin negotiate SCENARIO --partner ISO3`.

What each tariff costs, how likely threat and settlement are, and, as theory that sets no rate, what
a bargain, an open clause, the first place in the queue and a security guarantee are worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from triffin.answers.answer_book import with_article
from triffin.answers.documents import entry_row
from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread, weakest_grade
from triffin.questions.talks.negotiate import about, at_deadline, partner_row, worth_at_terms
from triffin.questions.talks.partner_rates import (
    DRAWN,
    RateDraws,
    draw_rates,
    named_rates,
    other_revenue,
    rate_rows,
)
from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.strategy.bargains.many_bargains import nash_terms
from triffin.strategy.negotiation.open_clause import open_clause_holdup
from triffin.strategy.negotiation.outlook import CONSTANT, Outlook, outlook_of
from triffin.strategy.negotiation.sequence import signing_game
from triffin.strategy.negotiation.setting import scene_of
from triffin.strategy.negotiation.theory import Worth
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.wording import clean, number, quantity
from triffin.world.registry.parameter_set import ParameterSet, in_place
from triffin.world.registry.sampling import check_draws

ASKED = (CONSTANT, 0.25)
"""Rates that a reader of 2025 asks about, named or not."""
_BN = "USD bn"
_SPLIT = ("hegemon_nash_weight", "political_wedge")
_GUARANTEE = ("security_value",)
DOUBT = 0.1
"""Ten points of doubt: what they cost is shown, not how likely they are."""


def partner_view(
    scenario: str | Path | Scenario,
    partner: str,
    *,
    draws: int = DRAWN,
    seed: int = 1,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """The problem of one partner (code, name or member of the EU) in a scenario's talks.

    draws: of models and elasticities behind what a rate costs; each is a solve for every rate.
    Raises InputError for an unknown partner (nearest match), one without trade data, a scenario
    without deadlines, and numbers of draws or seeds that cannot be used.
    """
    check_draws(draws, seed)
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    given = in_place() if parameters is None else parameters
    parameters = scenario_parameters(plan, given)
    law = outlook_of(scene_of(plan, parameters))
    place = law.scene.setting.index(partner)
    worth = worth_at_terms(law)
    rates = named_rates(law, place, plan.focus_rates)
    rows = rate_rows(law.scene, place, rates)
    wanted = [
        one
        for one in rates
        if "pause" not in one.names
        and (
            any(abs(one.rate - rate) < 1e-9 for rate in ASKED)
            or {"announced", "letter", "agreed"} & set(one.names)
        )
    ]
    drawn = draw_rates(law.scene, place, wanted, seed, draws)
    theory = _theory(law, worth, place)
    answers = [*_record_answers(law, place), *_costs(law, place, drawn, rows), *theory.pop("said")]
    setting, one = law.scene.setting, law.scene.setting.partners[place]
    document = answers[0] | {
        **about(law),
        "partner": {
            "iso3": one.iso3,
            "name": one.name,
            "members": list(one.members) if len(one.members) > 1 else [],
            "gdp_bn": float(setting.partner_gdp_bn[place]),
            "ally": one.ally,
        },
        "answers": answers,
        "at_deadline": at_deadline(law),
        "payoffs": {
            "unit": "USD bn per year, relative to the pause",
            "model": setting.base.model.name,
            "revenue": setting.revenue,
            "other_revenue": other_revenue(setting),
            "rates": rows,
            "over_models": [
                {
                    "rate": rate.rate,
                    "names": list(rate.names),
                    "partner_bn": spread(drawn.partner_bn[:, k]),
                    "hegemon_bn": spread(drawn.hegemon_bn[:, k]),
                }
                for k, rate in enumerate(drawn.rates)
            ],
        },
        "theory": theory,
        "partners": [partner_row(law, worth, place)],
        "parameters": [entry_row(parameters[n]) for n in (*_SPLIT, *_GUARANTEE, "clause_share")],
        "draws": draws,
        "seed": seed,
        "notes": [
            "payoffs at each rate are exact solves, a year after full adjustment",
            "one sector: duties on cars or steel are not in these payoffs",
            "theory explains what terms are worth; the rate comes from the record",
        ],
    }
    found: dict[str, Any] = clean(document)
    return found


def _entry(
    law: Outlook,
    about_it: tuple[str, str, str],
    value: float,
    unit: str,
    drivers: Sequence[str],
    ends: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """One answer: id, question and sentence, with the parameters that fix it."""
    low, high = ends or (value, value)
    grade = weakest_grade([law.scene.parameters[name].grade for name in drivers])
    identifier, question, sentence = about_it
    return {
        "id": identifier,
        "question": question,
        "answer": sentence,
        "median": value,
        "low": low,
        "high": high,
        "unit": unit,
        "grade": grade,
        "drivers": list(drivers),
        "class": "forecast",
        "judgement_share": None,
    }


def _who(law: Outlook, place: int) -> str:
    name = law.scene.setting.partners[place].name
    return f"the {name}" if name.endswith("Union") else with_article(name)


def _record_answers(law: Outlook, place: int) -> list[dict[str, Any]]:
    """Whether it settles, at which rate, and whether the threat is carried out on it."""
    who, p = _who(law, place), law.states[place]
    rule = law.rate(place)
    low, _, middle, _, high = rule.quantiles()
    settles = float(law.p_settled[place])
    naive = ", ".join(f"{k} {number(v)} %" for k, v in law.naive(place).items())
    states = {"carried out in full": p[2], "in part": p[3], "withdrawn": p[4], "still open": p[0]}
    words = ", ".join(f"{k} {number(100 * v, 0)} %" for k, v in states.items())
    return [
        _entry(
            law,
            (
                "settles",
                f"Does {who} settle by {law.last}?",
                f"With probability {number(settles)}. The threat is {words} (of all cases).",
            ),
            settles,
            "probability",
            law.drivers,
        ),
        _entry(
            law,
            (
                "partner_rate",
                f"Which tariff does {who} pay on {law.last}?",
                f"{number(middle)} % ({number(low)} to {number(high)}). Simple rules: {naive}.",
            ),
            middle,
            "%",
            law.drivers,
            (low, high),
        ),
    ]


def _costs(
    law: Outlook, place: int, drawn: RateDraws, rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What the rates in question cost the partner, over models and elasticities."""
    who, setting = _who(law, place), law.scene.setting
    gdp, pause = float(setting.partner_gdp_bn[place]), 100 * float(law.pause[place])
    by_rate = {row["rate"]: row for row in rows}
    grades = {p.name: p.grade for p in drawn.sample.parameters}
    grades |= dict.fromkeys(drawn.groups, "judgement")
    found = []
    for k, one in enumerate(drawn.rates):
        cost = -drawn.partner_bn[:, k]
        if not np.isfinite(cost).any():
            continue
        row = by_rate[one.rate]
        share = quantity(100 * float(np.nanmedian(cost)) / gdp, "%")
        text = (
            f"{{median}} a year ({{interval}}), {share} of GDP, against the pause of {pause:.4g} "
            f"%. The sender's change: {quantity(row['hegemon_bn'], _BN)} with {setting.revenue}, "
            f"{quantity(row['hegemon_bn_other_revenue'], _BN)} with {other_revenue(setting)}."
        )
        found.append(
            headline_from_draws(
                f"cost_{100 * one.rate:.4g}".replace(".", "_"),
                f"What would {one.text} cost {who}?",
                text,
                cost,
                _BN,
                headline_class="forecast",
                parameters=drawn.sample.values,
                groups={n: v for n, v in drawn.groups.items() if len(set(v)) > 1},
                grades=grades,
                models=drawn.central(cost),
            )
        )
    return found


def _theory(law: Outlook, worth: Worth, place: int) -> dict[str, Any]:
    """Bargain, clause, guarantee and order of signing; `said` are its answers in words."""
    who, bargain = _who(law, place), worth.bargain
    half = float(law.pause[place] + law.threat[place]) / 2
    rate = 100 * float(bargain.tariff[place])
    text = (
        f"{number(rate, 1)} % with payments in cash, between governments that care for national "
        f"welfare alone; half-way is {number(100 * half, 1)} %. Theory: no rate rests on it."
    )
    question = f"At which tariff would an efficient bargain with {who} end?"
    said = [_entry(law, ("bargain_rate", question, text), rate, "%", _SPLIT)]
    guarantee, order = _guarantee(law, worth, place, said), _order(law, place, said)
    theta = law.scene.parameters.value("clause_share")
    rent = float(max(worth.at_terms[1][place] - worth.at_threat[1][place], 0.0))
    text = (
        f"At most {quantity(theta * rent, _BN)} a year: it can take up to a share of "
        f"{number(theta)} of what leaving would cost, {quantity(rent, _BN)}."
    )
    question = f"What can a clause to be filled in later cost {who}?"
    said.append(_entry(law, ("open_clause", question, text), theta * rent, _BN, ("clause_share",)))
    return {
        "said": said,
        "threat_point": {
            "probability": float(worth.q[place]),
            "partner_bn": float(worth.q[place] * worth.at_threat[1][place]),
            "hegemon_bn": float(worth.q[place] * worth.at_threat[0][place]),
        },
        "bargain": {
            "tariff": float(bargain.tariff[place]),
            "cash_bn": float(bargain.cash[place]),
            "tariff_without_cash": float(worth.tariff_alone.tariff[place]),
            "half_way": half,
        },
        "open_clause": {"cost_bn": theta * rent, "hold_up": open_clause_holdup(theta)},
        "guarantee": guarantee,
        "order": order,
    }


def _guarantee(
    law: Outlook, worth: Worth, place: int, said: list[dict[str, Any]]
) -> dict[str, float] | None:
    """What doubt about the security guarantee costs an ally; None for who has none."""
    setting, read = law.scene.setting, law.scene.parameters.value
    if setting.partners[place].ally != "treaty":
        return None
    value = read("security_value") * float(setting.partner_gdp_bn[place])
    loss = DOUBT * value
    doubted = nash_terms(worth.bargains(np.inf, loss * np.eye(len(law.codes))[place]))
    moved = float(doubted.cash[place] - worth.bargain.cash[place])
    text = (
        f"{quantity(loss, _BN)} a year for every ten points of doubt; in a bargain they move "
        f"{quantity(moved, _BN)} a year. No record bears on how likely it is to be withdrawn."
    )
    question = f"What would doubt about the security guarantee cost {_who(law, place)}?"
    said.append(_entry(law, ("guarantee", question, text), loss, _BN, _GUARANTEE))
    return {"value_bn": value, "expected_loss_bn": loss, "moves_cash_bn": moved}


def _order(law: Outlook, place: int, said: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What going first earns above going last; None where nobody else is threatened."""
    if not law.threatened[place] or law.threatened.sum() < 2:
        return None
    game = signing_game(law.scene.setting, law.codes[place])
    weight = law.scene.parameters.value("hegemon_nash_weight")
    gap, why = float(game.first_minus_last(np.array([weight]))[0]), game.others_signing
    text = (
        f"{quantity(gap, _BN)} a year against going last, if the threat is certain: what the "
        f"others sign changes a signer by {quantity(why['partner_if_signed_bn'], _BN)} and a "
        f"hold-out by {quantity(why['partner_if_not_bn'], _BN)}."
    )
    question = f"What would {_who(law, place)} earn by signing first?"
    said.append(_entry(law, ("going_first", question, text), gap, _BN, _SPLIT[:1]))
    return {
        "groups": list(game.groups),
        "first_minus_last_bn": gap,
        "by_place": game.by_place(weight),
        "why": why,
    }
