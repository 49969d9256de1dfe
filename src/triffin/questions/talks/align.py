"""Who concedes, holds, retaliates, pivots or sells: the answer behind `triffin align`."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.answer_book import with_article
from triffin.answers.documents import picked
from triffin.answers.headline import headline_from_draws
from triffin.answers.statistics import spread, weakest_grade
from triffin.finance.treasuries.draws import market_at
from triffin.questions.talks.bluff import document_grades
from triffin.questions.talks.draws import DEFAULT_DRAWS, TalksDraws, about, draw_talks
from triffin.scenario.schema import Scenario
from triffin.strategy.alignment.nested import (
    ACTIONS,
    CONCEDE,
    NESTED_COLUMNS,
    PIVOT,
    RETALIATE,
    Alignment,
    align,
    calibrate,
)
from triffin.strategy.coordination_benchmarks import cascade, influence, public_threshold, ties
from triffin.strategy.credibility.record import HEGEMON
from triffin.strategy.creditor.holdings import OFFICIAL_SHARES, find_creditor
from triffin.strategy.creditor.threat import Stakes, creditor_threat
from triffin.strategy.payoffs.isolation import isolation, undefined
from triffin.strategy.payoffs.stakes import alignment_game, reference_game
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.arrays import Array
from triffin.world.base.own_tables_in_place import HOLDINGS, active
from triffin.world.registry.parameter_set import ParameterSet, in_place

EXACT_DRAWS = 32
"""Draws whose trade flows are solved exactly for the index of isolation."""
LISTED = 5
_MOVES = (
    "alignment_rationality",
    "alignment_dissimilarity",
    "retaliation_frequency",
    "dignity_cost",
    "security_value",
    "credibility_prior",
    "audience_cost_share",
    "pain_tolerance_bp",
)
_ALIGN = {
    CONCEDE: "alignment_move_concede",
    RETALIATE: "alignment_move_retaliate",
    PIVOT: "alignment_move_pivot",
}


def alignment(
    scenario: Scenario,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    *,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """Who does what in a scenario's talks, with its details.

    Raises InputError for a scenario without deadlines or threat, and for draws or a seed that
    cannot be used.
    """
    given = in_place() if parameters is None else parameters
    parameters = scenario_parameters(scenario, given)
    talks = draw_talks(scenario, draws, seed, parameters=parameters)
    sale, sellers = _sales(talks)
    intercepts = calibrate(reference_game(talks.positions, talks.nested), talks.nested)
    game = alignment_game(
        talks.positions, talks.q, talks.nested, package_pct=talks.package_pct, sale_pct=sale
    )
    u = talks.stream("actions").random(talks.q.shape)
    found = align(game, talks.nested, intercepts, u=u)
    names = talks.scene.world.names
    hegemon = with_article(names[talks.scene.setting.hegemon])
    counts = {name: found.counts(k) for k, name in enumerate(ACTIONS)}
    grades = {name: entry.grade for name, entry in talks.entries.items()}
    grades |= dict.fromkeys(talks.groups, "judgement")
    middle = {name: np.median(values) for name, values in counts.items()}
    entry = headline_from_draws(
        "resisting_share",
        f"Who gives in to {hegemon}, and who resists?",
        "Partners with {median} of its imports from all of them resist ({interval}). Of "
        f"{len(talks.table.codes)} partners {middle['concede']:.0f} concede, "
        f"{middle['hold']:.0f} hold out, {middle['retaliate']:.0f} retaliate and "
        f"{middle['pivot']:.0f} turn to the rival (medians).",
        100 * found.x,
        "%",
        headline_class="forecast",
        parameters={name: talks.values[name] for name in _MOVES},
        groups=talks.groups,
        grades=grades,
    )
    gain, loss = _campaign(talks)
    pulls = influence(talks.table.weight, gain, loss)
    document = entry | {
        **about(talks, scenario),
        "actions": {
            name: spread(count) | {"expected": float(found.probs[..., k].sum(axis=1).mean())}
            for k, (name, count) in enumerate(counts.items())
        },
        "resisting_share": spread(found.x),
        "equilibria": {
            "most": int(found.n_equilibria.max()),
            "share_of_draws_with_several": float(np.mean(found.n_equilibria > 1)),
            "reached": spread(found.x),
            "lowest": spread(np.array([points[0] for points in found.equilibria])),
            "highest": spread(np.array([points[-1] for points in found.equilibria])),
        },
        "fixed_points": _central_points(talks),
        "calibration": _calibration(talks),
        "observed": _observed(talks, scenario, counts),
        "strategic": _strategic(talks, game.J, found),
        "pivotal": _pivotal(talks, pulls),
        "global_game": _global_game(talks, gain, loss, pulls),
        "cascade": _cascade(talks, gain, loss),
        "self_isolation": _isolation(talks, found),
        "alignment_index": spread(_alignment_index(talks, found)),
        "sellers": sellers,
        "partners": _partners(talks, found, pulls),
        "notes": [
            "what cheaper trade with the rival, or a tariff of one's own, gains without any threat "
            "counts for nothing: it was there in 2018-19 and was not taken",
            "actions are taken once, on the day of the deadline; the EU is one player",
        ],
    }
    document["grade"] = weakest_grade([document["grade"], *document_grades(talks)])
    return document


def _central_points(talks: TalksDraws) -> dict[str, Any]:
    """All fixed points x at central parameters and median fear, in the first closure."""
    central = {name: np.array([talks.entries[name].value]) for name in NESTED_COLUMNS}
    positions = talks.table.drawn(np.array([0]))
    game = alignment_game(
        positions,
        np.median(talks.q, axis=0)[None],
        central,
        package_pct=np.median(talks.package_pct, axis=0)[None],
    )
    found = align(game, central, calibrate(reference_game(positions, central), central))
    return {
        "model": talks.closures[0].label,
        "x": found.equilibria[0],
        "selected": float(found.x[0]),
    }


def _campaign(talks: TalksDraws) -> tuple[Array, Array]:
    """b, c (n, m), per cent of GDP: holding against conceding, if the campaign fails; if not. Zero
    weight where nothing is threatened: those partners are in no campaign."""
    dignity = 100 * talks.nested["dignity_cost"][:, None]
    concede = talks.positions.deal - dignity - talks.package_pct
    hit = talks.table.threatened
    return np.where(hit, -concede, 0.0), np.where(hit, concede - talks.positions.hit, 0.0)


def _sales(talks: TalksDraws) -> tuple[Array | None, list[dict[str, Any]]]:
    """What a sale of Treasuries gains on holding, per cent of GDP (n, m), nan where nobody can
    tell; and the creditors."""
    setting = talks.scene.setting
    places = [i for i, code in enumerate(setting.codes) if code in OFFICIAL_SHARES]
    if not places or setting.base.world.economies[setting.hegemon] != HEGEMON:
        return None, []
    market = market_at(talks.uniforms, talks.scene.parameters)
    watched = talks.scene.scenario.backstop is None or talks.scene.scenario.backstop.federal_reserve
    payoff = np.full(talks.q.shape, np.nan)
    rows = []
    for i in places:
        creditor = find_creditor(setting.codes[i], own=active(HOLDINGS))
        if creditor.total_bn <= 0:
            continue
        gdp = float(setting.partner_gdp_bn[i])
        q = talks.q[:, i]
        threat = creditor_threat(
            creditor,
            market,
            creditor.official_share(
                talks.uniforms["official_share"], parameters=talks.scene.parameters
            ),
            Stakes(
                beta=talks.values["hegemon_nash_weight"],
                omega=talks.values["political_wedge"],
                q=q,
                hurt_bn=-talks.positions.hit[:, i] * gdp / 100,
                strike_bn=talks.positions.strike_bn[:, i],
                committed=np.minimum(talks.resolve.p, q),
                # At best the partner pays what it pays now, and nothing is demanded.
                room_bn=np.maximum(talks.package_pct[:, i] - talks.positions.deal[:, i], 0.0)
                * gdp
                / 100,
            ),
            backstop=watched,
            parameters=talks.scene.parameters,
        )
        net = threat.gain_bn_per_year - threat.seller_loss_bn_per_year
        payoff[:, i] = 100 * q * net / gdp
        rows.append(
            {
                "iso3": setting.codes[i],
                "name": setting.partners[i].name,
                "credible": threat.creditor_threat_credible,
                "sale_gain_percent": spread(payoff[:, i]),
            }
        )
    return payoff, rows


def _calibration(talks: TalksDraws) -> dict[str, Any]:
    return {
        name: picked(talks.scene.parameters[name], "value", "grade", "source")
        for name in ("retaliation_frequency", "pivot_frequency")
    } | {"period": "2018-19", "fit_to_2025": False}


def _observed(
    talks: TalksDraws, scenario: Scenario, counts: dict[str, Array]
) -> dict[str, Any] | None:
    """Beside the record of 2025, which nothing here was fitted to; None for other scenarios."""
    if scenario.hegemon != HEGEMON or scenario.start.year != 2025:
        return None
    entry = talks.scene.parameters["retaliators_2025"]
    band = spread(counts["retaliate"])
    low, high = band["low"], band["high"]
    return {
        "retaliators": entry.value,
        "model": band,
        "inside": low is not None and high is not None and low <= entry.value <= high,
        "who": entry.description,
        "source": entry.source,
        "grade": entry.grade,
    }


def _strategic(talks: TalksDraws, J: Array, found: Alignment) -> dict[str, Any]:
    """Whether resistance feeds on resistance: J, and what the focus's resistance does to others."""
    resists = 1.0 - found.probs[..., CONCEDE]
    push = talks.nested["alignment_rationality"][:, None] * J * resists * (1.0 - resists)
    hit = talks.table.threatened
    out: dict[str, Any] = {
        "share_of_threatened_that_gain_from_others": float(np.mean(J[:, hit] > 0)),
        "median_percent_of_gdp": float(np.median(J[:, hit])),
        "followers_of_focus": None,
        "focus": None,
    }
    focus = talks.scene.focus
    if focus is not None:
        others = np.delete(push, focus, axis=1).sum(axis=1)
        out["focus"] = talks.table.codes[focus]
        out["followers_of_focus"] = spread(others * talks.table.weight[focus])
    return out


def _pivotal(talks: TalksDraws, pulls: Array) -> list[dict[str, Any]]:
    middle = np.median(pulls, axis=0)
    order = np.argsort(-middle, kind="stable")[:LISTED]
    return [
        {
            "iso3": talks.table.codes[i],
            "name": talks.scene.setting.partners[i].name,
            "influence": spread(pulls[:, i]),
        }
        for i in order
        if middle[i] > 0
    ]


def _global_game(talks: TalksDraws, gain: Array, loss: Array, pulls: Array) -> dict[str, Any]:
    found = public_threshold(
        talks.table.weight,
        np.median(gain, axis=0),
        np.median(loss, axis=0),
        float(np.median(talks.resolve.p)),
        float(np.std(talks.prior)),
        talks.scene.parameters,
    )
    return {"strength_needed": spread(pulls.sum(axis=1)), "public_signal": found}


def _cascade(talks: TalksDraws, gain: Array, loss: Array) -> dict[str, Any]:
    """The network among threatened partners at median payoffs, started by the focus."""
    share = talks.scene.parameters.value("network_treaty_share")
    hit = np.flatnonzero(talks.table.threatened)
    weights = ties(talks.scene.setting, share)[np.ix_(hit, hit)]
    total = weights.sum(axis=1, keepdims=True)
    weights = weights / np.where(total > 0, total, 1.0)
    focus = talks.scene.focus
    middle = np.median(gain, axis=0)[hit], np.median(loss, axis=0)[hit]
    seed = int(np.flatnonzero(hit == focus)[0]) if focus is not None and focus in hit else None
    if seed is None:
        seed = int(np.argmax(talks.table.weight[hit]))
    alone = cascade(weights, *middle, [])
    found = cascade(weights, *middle, [seed])
    codes = [talks.table.codes[i] for i in hit]
    before = set(np.flatnonzero(alone["resist"]).tolist())
    joined = [k for k in np.flatnonzero(found["resist"]).tolist() if k not in before | {seed}]
    return {
        "seed": codes[seed],
        "resist_without_it": [codes[k] for k in sorted(before)],
        "follow": [codes[k] for k in joined],
        "rounds": found["rounds"],
        "n_resist": found["n_resist"],
        "of": len(codes),
    }


def _isolation(talks: TalksDraws, found: Alignment) -> dict[str, Any]:
    k = min(EXACT_DRAWS, len(talks))
    assert found.actions is not None
    struck = talks.uniforms["strike"][:, None] < talks.q
    solved = isolation(
        talks.table,
        talks.which[:k],
        found.actions[:k],
        struck[:k],
        talks.values["pivot_barrier"][:k],
    )
    held = np.isfinite(solved.index)
    return spread(solved.index[held]) | {
        "third_party_hegemon": spread(solved.hegemon[held]),
        "third_party_rival": spread(solved.rival[held]),
        "at_the_pause": spread(solved.pause[held]),
        "share_positive": float(np.mean(solved.index[held] > 0)) if held.any() else None,
        "undefined": undefined(
            talks.scene.world,
            talks.scene.setting.base.X,
            talks.scene.setting.hegemon,
            talks.scene.setting.rival,
        ),
        "exact_draws": int(held.sum()),
        "without_equilibrium": solved.failed,
        "unit": "log change of the rival's trade with third parties less the hegemon's",
    }


def _alignment_index(talks: TalksDraws, found: Alignment) -> Array:
    """Σ w_i align_i (n,) for the actions drawn (C.5)."""
    assert found.actions is not None
    moves = np.zeros(len(ACTIONS))
    for action, name in _ALIGN.items():
        moves[action] = talks.scene.parameters.value(name)
    return np.asarray(moves[found.actions] @ talks.table.weight)


def _partners(talks: TalksDraws, found: Alignment, pulls: Array) -> list[dict[str, Any]]:
    rows = []
    mean = found.probs.mean(axis=0)
    for i, one in enumerate(talks.scene.setting.partners):
        threatened = bool(talks.table.threatened[i])
        rows.append(
            {
                "iso3": one.iso3,
                "name": one.name,
                "threatened": threatened,
                "weight": float(talks.table.weight[i]),
                "probabilities": dict(zip(ACTIONS, mean[i].tolist(), strict=True)),
                "likeliest": ACTIONS[int(np.argmax(mean[i]))],
                "q": spread(talks.q[:, i]) if threatened else None,
                "influence": float(np.median(pulls[:, i])),
                "hit_percent": float(np.median(talks.positions.hit[:, i])) if threatened else None,
            }
        )
    return rows
