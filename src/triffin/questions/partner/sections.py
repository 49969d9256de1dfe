"""The parts of one partner's problem: threat, terms, clause, order, security, Treasuries."""

from __future__ import annotations

from typing import Any

import numpy as np

from triffin.answers.statistics import share_positive, spread
from triffin.questions.partner.draws import PartnerDraws
from triffin.strategy.creditor.threat import CreditorThreat, Stakes, creditor_threat
from triffin.strategy.negotiation.offers import ISSUES, UNITS
from triffin.strategy.negotiation.open_clause import open_clause_holdup
from triffin.strategy.negotiation.sequence import SigningGame, signing_game
from triffin.strategy.partner_bargain import PartnerBargain, Zone, zone_of
from triffin.strategy.payoffs.table import TARIFF_THREAT, exact_payoffs
from triffin.world.base.arrays import Array

GRID = np.linspace(0.0, 0.6, 31)
"""Rates at which the zone of agreement is read from exact solves."""


def threat_section(d: PartnerDraws) -> dict[str, Any]:
    """The threat point, and whether the threat hurts: alone and on everybody (H.2)."""
    table, place, b = d.scene.payoffs, d.place, d.bargain
    found = b.agreed()
    pause_h, pause_u = (column[place] for column in table.column("pause"))
    joint_h, joint_u = (column[place] for column in table.column("joint"))
    alone_h, alone_u = (column[place] for column in table.column("announced"))
    answers, _, _ = table.reply()
    secured, _, _ = table.reply(100 * d.scene.parameters.value("security_value"))
    ally = d.scene.setting.partners[place].ally == "treaty"
    return {
        "q": spread(b.q),
        "lever": str(d.packages.levers[place]),
        "hurt_bn": spread(b.hurt_bn),
        "strike_bn": spread(b.strike_bn),
        "threat_point_partner_bn": spread(found.outside_partner),
        "threat_point_hegemon_bn": spread(found.outside_hegemon),
        "alone": {
            "status": str(table.status[place]),
            "partner_bn": float(alone_u - pause_u),
            "hegemon_bn": float(alone_h - pause_h),
        },
        "on_everybody": {
            "status": str(table.status_joint[place]),
            "partner_bn": float(joint_u - pause_u),
            "hegemon_bn": float(joint_h - pause_h),
        },
        "self_enforcing": bool(alone_h >= pause_h),
        "best_answer_in_trade": str(answers[place]),
        "best_answer_after_security": str((secured if ally else answers)[place]),
    }


def terms_section(d: PartnerDraws, bargain: PartnerBargain, asked: Array) -> dict[str, Any]:
    """The agreed terms at the threat point, with the zone of agreement around them."""
    found = bargain.agreed()
    terms = found.terms
    issues = {
        issue: spread(terms.x[:, k] + asked[k]) | {"unit": UNITS[issue]}
        for k, issue in enumerate(ISSUES)
        if d.packages.bargains.x_max[:, d.place, k].any() or asked[k]
    }
    hegemon, partner = bargain.worth()
    return {
        "deal_share": float(np.mean(terms.deal)),
        "tariff": spread(terms.tariff),
        "cash_bn_per_year": spread(terms.cash),
        "issues": issues,
        "gain_hegemon_bn": spread(terms.gain_hegemon),
        "gain_partner_bn": spread(terms.gain_partner),
        "worth_hegemon_bn": spread(hegemon),
        "worth_partner_bn": spread(partner),
        "credibility_needed": spread(found.q_needed),
        "clause_cost_bn": spread(found.clause_cost),
    }


def zone_section(d: PartnerDraws) -> tuple[dict[str, Any], Zone]:
    """The zone of agreement, its rates read from exact solves of this partner."""
    top = max(GRID[-1], float(d.packages.threat[d.place]) + 0.05)
    pause = float(d.scene.setting.pause[d.place])
    rates = np.unique(np.concatenate([GRID, [pause, top]]))
    exact = exact_payoffs(d.scene.setting, d.scene.setting.codes[d.place], rates)
    zone = zone_of(d.bargain, rates, exact.hegemon_bn, exact.partner_bn)
    section = {
        "exists_share": float(np.mean(zone.exists)),
        "surplus_bn": spread(zone.surplus_bn),
        "lowest_rate_hegemon_accepts": spread(zone.rate_low),
        "highest_rate_partner_accepts": spread(zone.rate_high),
        "least_cash_hegemon_takes_bn": spread(zone.cash_low),
        "most_cash_partner_pays_bn": spread(zone.cash_high),
    }
    return section, zone


def demanded_section(d: PartnerDraws, costs: dict[float, float]) -> list[dict[str, Any]]:
    """All demands met in full at some rates: whether the partner would sign, rate -> cost (bn)."""
    rows = []
    for rate, cost in costs.items():
        for clause in (True, False):
            found = d.bargain.in_full(cost, clause=clause)
            rows.append(
                {
                    "rate": rate,
                    "open_clause": clause,
                    "bill_bn": spread(found.bill_bn),
                    "clause_bn": spread(found.clause_bn),
                    "credibility_needed": spread(found.q_needed),
                    "signs_share": float(np.mean(found.signs)),
                }
            )
    return rows


def clause_section(d: PartnerDraws) -> tuple[dict[str, Any], Array, Array]:
    """What the open clause costs each side; also the two changes of worth (n,)."""
    with_it, without = d.bargain.with_clause(True), d.bargain.with_clause(False)
    (own_h, own_u), (bare_h, bare_u) = with_it.worth(), without.worth()
    agreed, bare = with_it.agreed(), without.agreed()
    values = d.values
    theta = float(np.median(values["clause_share"]))
    bound = float(np.median(values["clause_commitment"]))
    section = {
        "asked": bool(d.packages.clause[d.place]),
        "hegemon_bn": spread(own_h - bare_h),
        "partner_bn": spread(own_u - bare_u),
        "hegemon_gains_share": share_positive(own_h - bare_h),
        "expected_demand_bn": spread(agreed.clause_cost),
        "deal_share_with": float(np.mean(agreed.terms.deal)),
        "deal_share_without": float(np.mean(bare.terms.deal)),
        "credibility_with": spread(agreed.q_needed),
        "credibility_without": spread(bare.q_needed),
        "hold_up": open_clause_holdup(theta, bound),
        "hold_up_at": {"theta": theta, "c_commit": bound},
        "grade": "judgement",
    }
    return section, own_h - bare_h, own_u - bare_u


def order_section(d: PartnerDraws) -> tuple[dict[str, Any] | None, Array | None]:
    """What going first earns above going last; None where there is no tariff threat."""
    if d.scene.payoffs.status[d.place] != TARIFF_THREAT:
        return None, None
    code = d.scene.setting.codes[d.place]
    game: SigningGame = signing_game(d.scene.payoffs, code)
    beta = d.packages.bargains.beta[:, d.place]
    gap = game.first_minus_last(beta) * d.bargain.q
    middle = float(np.median(beta))
    section = {
        "groups": list(game.groups),
        "first_minus_last_bn": spread(gap),
        "share_first_pays": share_positive(gap),
        "if_executed_for_certain_bn": spread(game.first_minus_last(beta)),
        "by_place": [{**row, "place": int(row["place"])} for row in game.by_place(middle)],
        "at_nash_weight": middle,
        "why": game.others_signing,
    }
    return section, gap


def security_section(d: PartnerDraws) -> tuple[dict[str, Any] | None, Array | None]:
    """How much of a threat the guarantee is; None for a partner without one."""
    partner = d.scene.setting.partners[d.place]
    if partner.ally != "treaty":
        return None, None
    gdp = float(d.scene.setting.partner_gdp_bn[d.place])
    value = d.values["security_value"] * gdp
    expected = value * d.values["security_threat_probability"]
    tariff = d.packages.tariff_hurt[:, d.place]
    bare = d.bargain.without_security()
    moved = d.bargain.worth()[1] - bare.worth()[1]
    total = expected + np.maximum(tariff, 0.0)
    share = np.divide(expected, total, out=np.zeros_like(total), where=total > 0)
    section = {
        "value_bn": spread(value),
        "probability": spread(d.values["security_threat_probability"]),
        "expected_loss_bn": spread(expected),
        "tariff_loss_bn": spread(tariff),
        "share_of_threat": spread(share),
        "moves_partner_bn": spread(moved),
        "credibility_needed_without": spread(bare.agreed().q_needed),
        "deal_share_without": float(np.mean(bare.agreed().terms.deal)),
        "grade": "judgement",
    }
    return section, expected


def creditor_section(d: PartnerDraws) -> tuple[dict[str, Any], dict[str, CreditorThreat]]:
    """The threat to sell Treasuries, with and without the central bank's backstop (H.1)."""
    answers = d.scene.payoffs.status[d.place] == TARIFF_THREAT
    struck = d.bargain.stakes(committed=d.committed)
    fails = d.bargain.stakes(committed=1.0, q=1.0)

    def threat(stakes: Stakes, backstop: bool) -> CreditorThreat:
        return creditor_threat(
            d.creditor,
            d.market,
            d.official_share,
            stakes,
            freeze_probability=d.freeze,
            backstop=backstop,
            parameters=d.scene.parameters,
        )

    main = struck if answers else fails
    found = {"with_backstop": threat(main, True), "without_backstop": threat(main, False)}
    others = {
        "committed_hegemon": d.bargain.stakes(committed=d.bargain.q),
        "calculating_hegemon": d.bargain.stakes(committed=0.0),
        "if_talks_fail": fails,
    }
    beside = {name: threat(stakes, True) for name, stakes in others.items()} if answers else {}
    c = d.creditor
    section = {
        "holdings_bn": c.total_bn,
        "month": c.month,
        "listed": c.listed,
        "official_bn": spread(c.stock_bn(d.official_share)),
        "official_share": spread(d.official_share),
        "official_share_entry": c.share_entry,
        **{name: _threat(one) for name, one in found.items()},
        "answers": "the executed threat" if answers else "no deal, as no tariff is threatened",
        **dict.fromkeys(others),
        **{
            name: {
                "creditor_threat_value": one.creditor_threat_value,
                "creditor_threat_credible": one.creditor_threat_credible,
                "sale_probability": float(np.mean(one.sale_probability)),
                "deters_share": float(np.mean(one.deters)),
            }
            for name, one in beside.items()
        },
        "sale_days": round(d.scene.parameters.value("creditor_sale_days")),
        "not_counted": _not_counted(c),
        "source": c.source,
    }
    return section, found


def _threat(t: CreditorThreat) -> dict[str, Any]:
    even = t.break_even_bn
    return {
        "creditor_threat_value": t.creditor_threat_value,
        "creditor_threat_credible": t.creditor_threat_credible,
        "sale_probability": float(np.mean(t.sale_probability)),
        "value_bn_per_year": spread(t.value_bn_per_year),
        "best_size_bn": spread(t.size_bn),
        "gain_bn_per_year": spread(t.gain_bn_per_year),
        "seller_loss_bn": spread(t.seller_loss_bn),
        "hegemon_loss_bn": spread(t.hegemon_loss_bn),
        "per_100bn": {
            "seller_loss": spread(t.seller_per_100bn),
            "hegemon_loss": spread(t.hegemon_per_100bn),
            "share_seller_hurt_more": float(np.mean(t.seller_hurt_more)),
            "hurt_more": _hurt_more(t),
        },
        "break_even_bn": spread(even),
        "break_even_share": float(np.mean(np.isfinite(even))),
    }


def _hurt_more(t: CreditorThreat) -> str | None:
    """Who loses more per 100 bn sold in most draws; None where nothing can be sold."""
    if not t.seller_per_100bn.any() and not t.hegemon_per_100bn.any():
        return None
    return "seller" if np.mean(t.seller_hurt_more) > 0.5 else "hegemon"


def _not_counted(c: Any) -> list[str]:
    notes = ["what private holders lose, and other markets than that of Treasuries"]
    if not c.currency:
        notes.append("the loss on the own currency: no exchange rate of this partner ships")
    if not c.listed:
        notes.append("TIC lists no Treasuries of this partner: it is part of All Other")
    return notes
