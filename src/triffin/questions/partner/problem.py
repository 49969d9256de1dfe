"""One partner's problem in full: `triffin negotiate SCENARIO --partner ISO3`.

What each tariff costs, what the threat is worth, whether there are terms for both, and what the
open clause, the first place in the queue, the security guarantee and the Treasuries do to them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from triffin.answers.documents import picked
from triffin.answers.statistics import spread
from triffin.questions.partner.answers import answers_of
from triffin.questions.partner.draws import PartnerDraws, draw_partner
from triffin.questions.partner.rates import (
    DRAWN,
    RateDraws,
    action_rows,
    draw_rates,
    named_rates,
    rate_rows,
)
from triffin.questions.partner.sections import (
    clause_section,
    creditor_section,
    demanded_section,
    order_section,
    security_section,
    terms_section,
    threat_section,
    zone_section,
)
from triffin.scenario.loading import load_scenario
from triffin.scenario.schema import Scenario
from triffin.strategy.negotiation.board import missing_rows, partner_rows
from triffin.strategy.negotiation.setting import Scene, scene_of
from triffin.strategy.payoffs.best_response import CAUTION, best_responses
from triffin.strategy.payoffs.table import CONSTANT
from triffin.trade.parameter_draws import scenario_parameters
from triffin.world.base.wording import clean
from triffin.world.registry.parameter_set import ParameterSet, in_place

DEFAULT_DRAWS = 256
ASKED = (CONSTANT, 0.25)
"""Rates that a reader of 2025 asks about, named or not."""


def partner_view(
    scenario: str | Path | Scenario,
    partner: str,
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
    model_draws: int = DRAWN,
    parameters: ParameterSet | None = None,
) -> dict[str, Any]:
    """The problem of one partner (code, name or member of the EU) in a scenario's talks.

    draws: of the talks and the market; model_draws: of models and elasticities, each of which is
    a solve for every rate.
    Raises InputError for an unknown partner (nearest match), one without trade data, a scenario
    without deadlines, and numbers of draws or seeds that cannot be used.
    """
    plan = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    given = in_place() if parameters is None else parameters
    parameters = scenario_parameters(plan, given)
    scene = scene_of(plan, parameters)
    place = scene.setting.index(partner)
    d = draw_partner(scene, place, draws, seed)
    rates = named_rates(scene.payoffs, place, plan.focus_rates)
    rows = rate_rows(scene, place, rates)
    costs = {row["rate"]: -row["partner_bn"] for row in rows}
    wanted = [
        one
        for one in rates
        if "pause" not in one.names
        and (
            any(abs(one.rate - rate) < 1e-9 for rate in ASKED)
            or {"announced", "letter", "agreed"} & set(one.names)
        )
    ]
    drawn = draw_rates(scene, place, wanted, seed, model_draws)
    sections: dict[str, Any] = {
        "payoffs": _payoffs(d, rows, drawn),
        "threat": threat_section(d),
        "terms": terms_section(d, d.bargain, d.packages.x_min[0, place]),
    }
    pause = float(scene.setting.pause[place])
    levels = {pause: 0.0} | {
        rate: costs[rate] for rate in costs if abs(rate - CONSTANT) < 1e-9 and rate > pause
    }
    sections["zone"], zone = zone_section(d)
    sections["demands_in_full"] = demanded_section(d, levels)
    sections["clause"], clause_h, clause_u = clause_section(d)
    sections["order"], gap = order_section(d)
    sections["security"], expected = security_section(d)
    sections["creditor"], threats = creditor_section(d)
    code = scene.setting.codes[place]
    board_rows = [row for row in partner_rows(d.board) if row["iso3"] == code]
    sections["rules"] = _rules(d, board_rows[0]["observed"])
    answers = answers_of(
        d,
        sections,
        drawn=drawn,
        zone=zone,
        clause=(clause_h, clause_u),
        gap=gap,
        expected=expected,
        threats=threats,
    )
    first = answers[0]
    document = first | {
        "scenario": plan.scenario,
        "title": plan.title,
        "world": scene.world.name,
        "hegemon": scene.world.economies[scene.setting.hegemon],
        "partner": _who(d),
        "information": scene.known.isoformat(),
        "deadlines": [day.isoformat() for day in scene.deadlines],
        "threat_source": scene.threat_source,
        "answers": answers,
        **sections,
        "partners": board_rows,
        "missing": missing_rows(d.board),
        "draws": draws,
        "seed": seed,
        "horizon_years": parameters.value("cost_horizon_years"),
        "notes": _notes(d, scene),
    }
    found: dict[str, Any] = clean(document)
    return found


def _payoffs(d: PartnerDraws, rows: list[dict[str, Any]], drawn: RateDraws) -> dict[str, Any]:
    """What rates and answers are worth: exact, and over models."""
    setting, place = d.scene.setting, d.place
    security = float(np.median(d.values["security_value"])) * float(setting.partner_gdp_bn[place])
    secured = setting.partners[place].ally == "treaty"
    return {
        "unit": "USD bn per year, relative to the pause",
        "model": setting.base.model.name,
        "revenue": setting.revenue,
        "rates": rows,
        "actions": action_rows(d.scene.payoffs, place, security if secured else 0.0),
        "over_models": [
            {
                "rate": one.rate,
                "names": list(one.names),
                "partner_bn": spread(drawn.partner_bn[:, k]),
                "hegemon_bn": spread(drawn.hegemon_bn[:, k]),
            }
            for k, one in enumerate(drawn.rates)
        ],
    }


def _who(d: PartnerDraws) -> dict[str, Any]:
    partner = d.scene.setting.partners[d.place]
    return {
        "iso3": partner.iso3,
        "name": partner.name,
        "members": list(partner.members) if len(partner.members) > 1 else [],
        "gdp_bn": float(d.scene.setting.partner_gdp_bn[d.place]),
        "ally": partner.ally,
        "asked": list(d.packages.asked[d.place]),
    }


def _rules(d: PartnerDraws, observed: dict[str, Any] | None) -> dict[str, Any]:
    """The trade model's best response beside the announced, agreed and naive rates (H.12).

    observed: what is on record later; shown beside the answer and used by none of it.
    """
    table, place = d.scene.payoffs, d.place
    setting = table.setting
    partner = setting.partners[place]
    threat = d.packages.threat
    bargain = spread(d.bargain.agreed().terms.tariff)
    found = {
        "best response, others at the pause": float(table.best_response.rate[place]),
        "best response, others at the threatened rates": float(
            best_responses(setting, others=threat).rate[place]
        ),
        "announced rate": float(threat[place]),
        f"constant {100 * CONSTANT:g} %": CONSTANT,
        "bargain, median": bargain["median"],
    }
    later = observed["rate"] if observed else partner.agreed
    return {
        "pause": float(setting.pause[place]),
        "letter": partner.letter,
        "agreed": partner.agreed,
        "observed": observed,
        "rates": found,
        "errors_points": None
        if later is None
        else {rule: None if rate is None else 100 * (rate - later) for rule, rate in found.items()},
        "comparison": [
            picked(one, "rule", "rank_correlation", "mean_error", "weighted_error", "partners")
            for one in table.comparison()
        ],
        "caution": CAUTION,
    }


def _notes(d: PartnerDraws, scene: Scene) -> list[str]:
    surrogate = d.packages.fits
    notes = [
        "payoffs at each rate are exact; terms use quadratics fitted to them, off by at most "
        f"{float(surrogate.error_partner[d.place]):.2g} bn (partner) and "
        f"{float(surrogate.error_hegemon[d.place]):.2g} bn (hegemon)",
        "welfare is per year, after full adjustment; Treasury losses are present values over "
        "two years, as even yearly flows where they enter the bargain",
        "one sector: duties on cars or steel enter as an issue where the scenario states them",
    ]
    if scene.setting.partners[d.place].agreed is None:
        notes.append(
            f"rates of letters and deals after {scene.known.isoformat()} are not known here; 15 "
            "and 25 % stand as rates one may ask about"
        )
    return notes
