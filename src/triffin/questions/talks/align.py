"""Who settles, who holds out, who retaliates: the answer behind `triffin align`."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.answer_book import with_article
from triffin.answers.documents import entry_row
from triffin.answers.statistics import spread, weakest_grade
from triffin.questions.talks.negotiate import about
from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.strategy.negotiation.outlook import EXECUTED, IN_PART, SIGNED, Outlook, outlook_of
from triffin.strategy.negotiation.setting import scene_of
from triffin.strategy.payoffs.isolation import third_party_change, undefined
from triffin.strategy.payoffs.solves import solve_columns
from triffin.trade.one.counterfactual import counterfactual
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.arrays import Array
from triffin.world.base.errors import InputError
from triffin.world.base.wording import clean, number
from triffin.world.registry.parameter_set import ParameterSet, in_place
from triffin.world.registry.sampling import check_draws

DEFAULT_DRAWS, MOST_DRAWS = 1000, 20_000
ACTIONS = ("settle", "hold", "retaliate")
MOVES = ("retaliation_others", "retaliation_history")
LISTED = 5
LIKELY = 0.5


def alignment(
    scenario: str | Scenario,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    *,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """Who settles, holds out and retaliates in a scenario's talks; who has weight; and what the
    tariffs do to the trade of both sides with third parties.

    Raises InputError for a scenario without deadlines, one whose rival is the sender itself, and
    for draws or a seed that cannot be used.
    """
    check_draws(draws, seed, most=MOST_DRAWS)
    given = in_place() if parameters is None else parameters
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    law = outlook_of(scene_of(plan, scenario_parameters(plan, given)))
    setting = law.scene.setting
    if setting.rival == setting.hegemon:
        raise InputError(
            f"{plan.hegemon} cannot be its own rival.",
            file=plan.source_file or None,
            field="rival",
            valid="rival: the economy that partners could turn to",
        )
    m, rng = len(law.codes), np.random.default_rng(seed)
    one = [rng.random((draws, m)) for _ in range(3)]
    drawn = law.draw(one[0], rng.random(draws), one[1], one[2])
    settled, answered = drawn.status == SIGNED, drawn.retaliates
    taken = (settled, ~settled & ~answered, answered)
    held = ~settled @ law.weight
    expected = _by_action(law)
    low, median, high = np.quantile(100 * held, [0.05, 0.5, 0.95])
    hegemon = with_article(setting.base.world.names[setting.hegemon])
    words = ", ".join(
        f"{number(float(chance.sum()), 1)} {action}" for action, chance in expected.items()
    )
    names = [*law.drivers, *MOVES]
    entries = [law.scene.parameters[name] for name in names]
    document = {
        "question": f"Who settles with {hegemon}, and who holds out or retaliates?",
        "answer": f"Partners with {median:.0f} % ({low:.0f} to {high:.0f}) of its imports from all "
        f"of them have not settled by {law.last}. Expected numbers of {m}: {words}.",
        "median": median,
        "low": low,
        "high": high,
        "unit": "%",
        "class": "forecast",
        "grade": weakest_grade([entry.grade for entry in entries]),
        "drivers": names,
        **about(law),
        "draws": draws,
        "seed": seed,
        "actions": {
            action: spread(by_draw.sum(axis=1)) | {"expected": float(expected[action].sum())}
            for action, by_draw in zip(ACTIONS, taken, strict=True)
        },
        "holding_share": spread(held),
        "observed": _observed(law, answered.sum(axis=1)),
        "pivotal": _pivotal(law),
        "self_isolation": _isolation(law),
        "partners": _partners(law, expected),
        "parameters": [entry_row(entry) for entry in entries],
        "notes": [
            "who retaliates is counted: whoever answered tariffs before is likely to again, "
            "others are not; nobody has been seen to turn to a rival, so that no chance is given",
            "the EU is one player",
        ],
    }
    found: dict[str, Any] = clean(document)
    return found


def _by_action(law: Outlook) -> dict[str, Array]:
    """Action -> (m,) chance that a partner has taken it by the last day; who has retaliated may
    have settled afterwards."""
    carried = law.unsettled[[EXECUTED, IN_PART]].sum() * law.threatened
    return {
        "settle": law.p_settled,
        "hold": (1.0 - law.p_settled) * (1.0 - law.answers * carried),
        "retaliate": law.p_retaliates,
    }


def _observed(law: Outlook, count: Array) -> dict[str, Any] | None:
    """The retaliators of 2025, which nothing here was fitted to; None for other scenarios."""
    scenario = law.scene.scenario
    if scenario.hegemon != "USA" or scenario.start.year != 2025:
        return None
    entry, band = law.scene.parameters["retaliators_2025"], spread(count)
    assert band["low"] is not None
    assert band["high"] is not None
    return {
        "retaliators": entry.value,
        "model": band,
        "inside": band["low"] <= entry.value <= band["high"],
        "who": entry.description,
        "source": entry.source,
    }


def _pivotal(law: Outlook) -> dict[str, Any]:
    """Arithmetic of weights: how many of the largest partners make half of the trade, and how often
    each of them decides whether a group has half of it, if every group is alike (Banzhaf 1965,
    Rutgers Law Review 19). No forecast."""
    order = np.argsort(-law.weight, kind="stable")
    swing = banzhaf(law.weight)
    return {
        "largest_that_make_half": int(np.searchsorted(np.cumsum(law.weight[order]), 0.5)) + 1,
        "largest": [
            {
                "iso3": law.codes[i],
                "name": law.scene.setting.partners[i].name,
                "weight": float(law.weight[i]),
                "decides": float(swing[i]),
            }
            for i in order[:LISTED]
        ],
    }


def banzhaf(weights: Array) -> Array:
    """(m,) share of groups of the others that have less than half of all weight (sum 1) without a
    member and at least half with it; weights are counted in thousandths.

    >>> banzhaf(np.array([0.5, 0.25, 0.25])).round(2).tolist()
    [0.75, 0.25, 0.25]
    """
    units = np.round(1000 * weights).astype(int)
    total, found = int(units.sum()), np.zeros(len(units))
    for i, mine in enumerate(units):
        reach = np.zeros(total + 1)
        reach[0] = 1.0
        for other in np.delete(units, i):
            reach[other:] = (reach[other:] + reach[: total + 1 - other]) / 2
            reach[:other] /= 2
        found[i] = reach[max((total + 1) // 2 - mine, 0) : (total + 1) // 2].sum()
    return found


def _isolation(law: Outlook) -> dict[str, Any]:
    """Log change of trade with third parties, the rival's less the sender's, at four sets of
    tariffs; above zero the sender isolates itself. A statistic of trade flows, no forecast."""
    setting = law.scene.setting
    pair = setting.hegemon, setting.rival
    threat = np.where(law.threatened, law.threat, law.pause)
    middle = np.array([law.rate(i).quantiles([0.5])[0] for i in range(len(law.codes))]) / 100
    answers = np.where(law.answers >= LIKELY, threat, 0.0)
    cases = {
        "tariffs of the talks": (law.pause, None),
        "middle rate of every partner": (middle, None),
        "threat on all": (threat, None),
        "threat on all, answered by likely retaliators": (threat, answers),
    }
    rows = []
    for name, (paid, answer) in cases.items():
        rates = setting.status_quo.copy()
        rates[:, setting.hegemon] = setting.column(paid)
        if answer is not None:
            rates[setting.hegemon] = np.maximum(rates[setting.hegemon], answer @ setting.members)
        rates[setting.hegemon, setting.hegemon] = 0.0
        after = counterfactual(
            setting.base, rates, revenue=setting.revenue, deficits=setting.deficits
        ).trade_flows
        own, other = (third_party_change(setting.base.X, after, k, *pair) for k in pair)
        rows.append({"tariffs": name, "sender": own, "rival": other, "index": other - own})
    return {
        "cases": rows,
        "undefined": undefined(setting.base.world, setting.base.X, *pair),
        "unit": "log change of the rival's trade with third parties less the sender's",
    }


def _partners(law: Outlook, expected: dict[str, Array]) -> list[dict[str, Any]]:
    setting = law.scene.setting
    threat = np.where(law.threatened, law.threat, law.pause)
    every = np.arange(len(law.codes))
    columns = np.concatenate([setting.column(law.pause)[None], setting.alone(every, threat)])
    own = solve_columns(setting, columns).partners
    hit = 100 * (own[1 + every, every] - own[0]) / setting.partner_gdp_bn
    return [
        {
            "iso3": one.iso3,
            "name": one.name,
            "threatened": bool(law.threatened[i]),
            "weight": float(law.weight[i]),
            "p_settled": float(law.p_settled[i]),
            "p_executed": float(law.p_executed_by(law.last)[i]),
            "p_retaliates": float(law.p_retaliates[i]),
            "p_retaliates_if_executed": float(law.answers[i]),
            "likeliest": max(expected, key=lambda action: expected[action][i]),
            "hit_percent": float(hit[i]) if law.threatened[i] else None,
        }
        for i, one in enumerate(setting.partners)
    ]
