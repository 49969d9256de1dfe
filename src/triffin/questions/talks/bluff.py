"""Is the hegemon caught between punishing and being seen to bluff? The answer behind `bluff`."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.answer_book import with_article
from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread, weakest_grade
from triffin.questions.talks.draws import (
    DEFAULT_DRAWS,
    TalksDraws,
    about,
    central_index,
    draw_talks,
)
from triffin.scenario.schema import Scenario
from triffin.strategy.credibility.record import HEGEMON, first_outcome
from triffin.strategy.credibility.reputation import audiences, pure_game
from triffin.strategy.credibility.resolve import OUTCOMES, Cost, Resolve
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.arrays import Array
from triffin.world.registry.parameter_set import ParameterSet, in_place

MOST = 50.0
"""Largest index reported: beyond it backing down costs next to nothing."""
PAINS_BP = (0.0, 15.0, 30.0, 45.0, 60.0, 100.0)
"""Rises of the 10-year at which the dilemma is shown."""
_MOVES = (
    "credibility_prior",
    "audience_cost_share",
    "pain_weight",
    "pain_tolerance_bp",
    "alignment_rationality",
    "dignity_cost",
)
"""What moves the index, beside models and uses of the revenue."""
_CHOICE_GRADE = "judgement"


def bluff(
    scenario: Scenario,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    *,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """The dilemma of a scenario's hegemon on the day of information, with its details.

    Raises InputError for a scenario without deadlines or threat, and for draws or a seed that
    cannot be used.
    """
    given = in_place() if parameters is None else parameters
    parameters = scenario_parameters(scenario, given)
    talks = draw_talks(scenario, draws, seed, resistance=False, parameters=parameters)
    resolve = talks.resolve
    index = _index(resolve, talks.cost, talks.stake)
    punished, backs = float(np.mean(index <= 0)), float(np.mean(index > 1))
    grades = {name: entry.grade for name, entry in talks.entries.items()}
    groups = talks.groups
    grades |= dict.fromkeys(groups, _CHOICE_GRADE)
    hegemon = with_article(talks.scene.world.names[talks.scene.setting.hegemon])
    entry = headline_from_draws(
        "dilemma_index",
        f"Is {hegemon} caught between punishing and being seen to bluff?",
        f"In {100 * backs:.0f} % of draws backing down is better than punishing; in "
        f"{100 * punished:.0f} % punishing pays by itself, so that there is no dilemma; in "
        f"{100 * max(1 - punished - backs, 0):.0f} % it costs something and is worth it. The "
        "index, cost of punishing over cost of backing down, is {median} ({interval}), {models}.",
        index,
        "1",
        headline_class="index",
        parameters={name: talks.values[name] for name in _MOVES},
        groups=groups,
        grades=grades,
        models=_by_model(talks),
    )
    names, members = audiences(talks.table.codes)
    likelihoods = resolve.likelihoods(talks.cost, talks.stake)
    predicted = resolve.predictive(likelihoods)
    after = resolve.posterior(likelihoods)
    document = entry | {
        **about(talks, scenario),
        "threat": talks.scene.threat_source,
        "verdict": {
            "punishing_pays": punished,
            "worth_its_cost": 1 - punished - backs,
            "backing_down_better": backs,
        },
        "cost_bn": {
            "trade": spread(talks.cost.calm),
            "market_pain": spread(talks.cost.pain),
            "total": spread(talks.cost.total),
            "years": resolve.years,
        },
        "reputation_bn": spread(talks.reputation_bn),
        "audience_cost_bn": spread(resolve.audience_cost(talks.cost)),
        "market_pain": {
            "rise_bp": spread(talks.dy_bp),
            "observed_rise_bp": talks.observed_rise_bp,
            "tolerance_bp": spread(talks.values["pain_tolerance_bp"]),
            "share_of_draws_beyond": float(np.mean(talks.cost.visible)),
            "refinanced_bn_in_10_year_terms": resolve.roll_bn,
        },
        "outcomes": {
            name: spread(predicted[:, k])
            | {"probability": float(predicted[:, k].mean()), "belief_after": spread(after[:, k])}
            for k, name in enumerate(OUTCOMES)
        },
        "observed": _observed(talks, predicted),
        "credibility": _credibility(talks),
        "audiences": _audiences(talks, names, members),
        "by_model": _models(talks, index),
        "by_pain": [_at_pain(talks, rise) for rise in PAINS_BP],
        "pure_model": _pure(talks, names, members),
        "partners": _partners(talks, names, members),
        "notes": _notes(talks),
    }
    document["grade"] = weakest_grade([document["grade"], *document_grades(talks)])
    return document


def document_grades(talks: TalksDraws) -> list[str]:
    """Grades of all that is drawn: the answer is no better than the weakest of them."""
    return [entry.grade for entry in talks.entries.values()]


def _index(resolve: Resolve, cost: Cost, stake: Array) -> Array:
    return np.clip(resolve.dilemma_index(cost, stake), -MOST, MOST)


def _by_model(talks: TalksDraws) -> dict[str, float]:
    """Index at central parameters by closure."""
    index = np.clip(central_index(talks), -MOST, MOST)
    return {one.label: float(value) for one, value in zip(talks.closures, index, strict=True)}


def _models(talks: TalksDraws, index: Array) -> list[dict[str, Any]]:
    annuity, central = talks.resolve.annuity, _by_model(talks)
    return [
        {
            "model": one.label,
            "weight": one.weight,
            "strike_all_bn_per_year": float(talks.table.strike_all_bn[k]),
            "strike_all_bn": float(annuity * talks.table.strike_all_bn[k]),
            "central_index": central[one.label],
            "index": spread(index[talks.which == k]),
            "partners_that_pay": int((talks.table.strike_bn[k] > 0)[talks.table.threatened].sum()),
        }
        for k, one in enumerate(talks.closures)
    ]


def _observed(talks: TalksDraws, predicted: Array) -> dict[str, Any] | None:
    """What happened at the deadline, beside its probability; None where the record has nothing."""
    if talks.scene.scenario.hegemon != HEGEMON:
        return None
    seen = first_outcome(talks.scene.known, talks.scene.deadlines[0])
    if seen is None:
        return None
    return {
        "date": seen.event.date.isoformat(),
        "outcome": seen.outcome,
        "probability": float(predicted[:, OUTCOMES.index(seen.outcome)].mean()),
        "source": seen.event.source,
    }


def _credibility(talks: TalksDraws) -> dict[str, Any]:
    return {
        "prior": spread(talks.prior),
        "now": spread(talks.resolve.p),
        "events": [
            {
                "date": step.seen.event.date.isoformat(),
                "partner": step.seen.event.partner,
                "what": step.seen.event.type,
                "outcome": step.seen.outcome,
                "rise_bp": step.seen.rise_bp,
                "belief": spread(step.belief),
                "grade": "judgement",
                "source": step.seen.event.source,
            }
            for step in talks.steps
        ],
    }


def _audiences(talks: TalksDraws, names: tuple[str, ...], members: Array) -> list[dict[str, Any]]:
    """Fear of each audience: the mean over its threatened members by their trade."""
    weights = members * talks.table.weight * talks.table.threatened
    found = []
    for k, name in enumerate(names):
        total = weights[k].sum()
        share = weights[k] / total if total > 0 else weights[k]
        hit = (members[k] > 0) & talks.table.threatened
        pays = talks.cost_each.self_enforcing[:, hit].mean() if hit.any() else None
        found.append(
            {
                "name": name,
                "partners": int(members[k].sum()),
                "threatened": int(hit.sum()),
                "q": spread(talks.q @ share) if hit.any() else None,
                "cost_bn": spread(talks.cost_each.total[:, hit].sum(axis=1)) if hit.any() else None,
                "self_enforcing_share": None if pays is None else float(pays),
            }
        )
    return found


def _at_pain(talks: TalksDraws, rise_bp: float) -> dict[str, Any]:
    cost = talks.resolve.cost(-talks.positions.strike_all_bn, rise_bp)
    stake = talks.resolve.stake(cost, talks.reputation_bn)
    predicted = talks.resolve.predictive(talks.resolve.likelihoods(cost, stake)).mean(axis=0)
    return {
        "rise_bp": rise_bp,
        "index": spread(_index(talks.resolve, cost, stake)),
        "backing_down_better": float(np.mean(talks.resolve.dilemma_index(cost, stake) > 1)),
        "outcomes": dict(zip(OUTCOMES, predicted.tolist(), strict=True)),
    }


def _pure(talks: TalksDraws, names: tuple[str, ...], members: Array) -> dict[str, Any]:
    """The pure reputation game among audiences at median payoffs; the focus moves first."""
    gdp = talks.scene.setting.partner_gdp_bn
    concede = talks.positions.deal - 100 * talks.nested["dignity_cost"][:, None] - talks.package_pct
    hit = talks.table.threatened
    gain = np.where(hit, -np.median(concede, axis=0), 0.0) * gdp / 100
    loss = np.where(hit, np.median(concede - talks.positions.hit, axis=0), 0.0) * gdp / 100
    cost = np.where(hit, -np.median(talks.positions.strike_bn, axis=0), 0.0)
    prize = np.where(hit, np.median(talks.positions.deal_bn, axis=0), 0.0)
    focus = talks.scene.focus
    first = int(np.argmax(members[:, focus])) if focus is not None else 0
    order = [first, *(k for k in range(len(names)) if k != first)]
    belief = float(np.clip(np.median(talks.resolve.p), 1e-6, 1 - 1e-6))
    found = pure_game(belief, order, members, gain, loss, cost, prize)
    players = found.pop("players")
    if not players:
        return {"players": [], "reason": "nobody gains by holding out that also costs to strike"}
    kept = ("first_partner_holds_out", "total_fight_prob", "fight_prob_weak", "pivotal_partner")
    return {
        "players": [names[k] for k in players],
        "belief": belief,
        "thresholds": found["P"][::-1],
        **{name: found[name] for name in kept},
    }


def _partners(talks: TalksDraws, names: tuple[str, ...], members: Array) -> list[dict[str, Any]]:
    own = np.argmax(members, axis=0)
    enforcing = talks.cost_each.self_enforcing.mean(axis=0)
    rows = []
    for i, one in enumerate(talks.scene.setting.partners):
        threatened = bool(talks.table.threatened[i])
        rows.append(
            {
                "iso3": one.iso3,
                "name": one.name,
                "audience": names[own[i]],
                "threatened": threatened,
                "weight": float(talks.table.weight[i]),
                "threat": float(talks.scene.setting.announced[i]) if threatened else None,
                "q": spread(talks.q[:, i]) if threatened else None,
                "cost_bn": spread(talks.cost_each.total[:, i]) if threatened else None,
                "self_enforcing_share": float(enforcing[i]) if threatened else None,
                "self_enforcing": bool(enforcing[i] > 0.5) if threatened else None,
            }
        )
    return rows


def _notes(talks: TalksDraws) -> list[str]:
    rate = talks.scene.parameters.value("average_rate_pct")
    notes = [
        f"all amounts are present values over {talks.resolve.years:g} years at one rate "
        f"({rate:g} %); the trade elasticity is that of each model",
        "events are read as outcomes by a rule that is a judgement; courts are no choice of the "
        "hegemon and teach nothing",
        "concessions counted in the value of reputation: the tariff, payments for security and an "
        "open clause where the scenario demands them",
    ]
    if talks.observed_rise_bp > 0:
        notes.append(
            "April 2025 informed the tolerance of market pain, so it cannot score this model"
        )
    return notes
