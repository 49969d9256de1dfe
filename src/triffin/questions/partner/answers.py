"""The questions one partner's problem answers, each with interval, drivers, grade and class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from triffin.answers.headline import categorical_headline, headline_from_draws
from triffin.answers.statistics import judgement_share, named_drivers, variance_shares
from triffin.questions.partner.draws import CLAUSE, PACKAGE, SECURITY, SPLIT, PartnerDraws
from triffin.questions.partner.rates import NamedRate, RateDraws, other_revenue
from triffin.strategy.creditor.threat import CreditorThreat
from triffin.strategy.partner_bargain import Zone
from triffin.world.base.arrays import Array
from triffin.world.base.wording import interval_text, number, quantity

_FORECAST = "forecast"
_BN = "USD bn"
_FIXED = 5


def answers_of(
    d: PartnerDraws,
    sections: Mapping[str, Any],
    *,
    drawn: RateDraws,
    zone: Zone,
    clause: tuple[Array, Array],
    gap: Array | None,
    expected: Array | None,
    threats: Mapping[str, CreditorThreat],
) -> list[dict[str, Any]]:
    """Entries in the order in which a reader of the article asks; never empty."""
    found = [_signs(d, sections), *_terms(d, zone), *_costs(d, drawn, sections)]
    found += _clause(d, sections["clause"], *clause)
    if gap is not None:
        found.append(_first(d, sections["order"], gap))
    if expected is not None:
        found.append(_security(d, sections["security"], expected))
    found += _creditor(d, sections["creditor"], threats)
    return found


def _number_answer(
    d: PartnerDraws,
    entry: tuple[str, str, str],
    values: Array,
    unit: str,
    parameters: Mapping[str, Array],
    groups: Mapping[str, Array] | None = None,
) -> dict[str, Any]:
    """A headline of draws (n,): id, question, answer; graded by what is drawn for it."""
    known = d.grades
    named = [*parameters, *(groups or {})]
    if np.ptp(values[np.isfinite(values)]) == 0:
        # Nothing moves it: the first names are those that fix it.
        named = named[:_FIXED]
    return headline_from_draws(
        *entry,
        values,
        unit,
        headline_class=_FORECAST,
        parameters=parameters,
        groups=groups,
        grades={name: known.get(name, "judgement") for name in named},
    )


def _in_words(
    d: PartnerDraws,
    entry: tuple[str, str, str],
    behind: Array,
    parameters: Mapping[str, Array],
    groups: Mapping[str, Array] | None = None,
) -> dict[str, Any]:
    """An answer in words whose drivers are those of the number behind it (n,)."""
    shares = variance_shares(behind, parameters, groups)
    named = named_drivers(shares, int(np.isfinite(behind).sum())) or list(parameters)[:_FIXED]
    found = categorical_headline(
        *entry,
        headline_class=_FORECAST,
        drivers=named,
        grades=d.grades,
    )
    return found | {
        "driver_shares": shares,
        "judgement_share": judgement_share(shares, d.grades),
    }


def _who(d: PartnerDraws) -> str:
    name = d.scene.setting.partners[d.place].name
    return f"the {name}" if name.endswith(("Union", "Kingdom", "States", "Republic")) else name


def _signs(d: PartnerDraws, sections: Mapping[str, Any]) -> dict[str, Any]:
    """Would the partner sign such terms?"""
    who = _who(d)
    asked = bool(d.packages.clause[d.place])
    at_pause = next(row for row in sections["demands_in_full"] if row["open_clause"] == asked)
    terms, hurt = sections["terms"], sections["threat"]["hurt_bn"]
    full = d.bargain.in_full(0.0, clause=asked)
    margin = d.bargain.q * d.bargain.hurt_bn - full.bill_bn - full.clause_bn
    share, bill = at_pause["signs_share"], at_pause["bill_bn"]
    word = "Yes" if share > 0.95 else "No" if share < 0.05 else "In some cases"
    text = (
        f"{word}: all that is asked costs it {quantity(bill['median'], _BN)} a year "
        f"({interval_text(bill['low'], bill['high'], _BN)}) and the executed threat "
        f"{quantity(hurt['median'], _BN)}; it would sign the demands in full in "
        f"{_percent(share)} of draws. Terms that leave both better off than the threat exist in "
        f"{_percent(terms['deal_share'])}"
    )
    if terms["tariff"]["median"] is not None:
        text += f", at a tariff of {_rate(terms['tariff'])} and with part of what is asked"
    if terms["credibility_needed"]["median"] is not None:
        text += (
            f"; it signs those once it believes the threat with probability "
            f"{number(terms['credibility_needed']['median'])}"
        )
    names = (*SPLIT, *PACKAGE, *CLAUSE, *SECURITY)
    entry = ("would_sign", f"Would {who} sign such terms?", text + ".")
    return _in_words(d, entry, margin, d.named(*names))


def _terms(d: PartnerDraws, zone: Zone) -> list[dict[str, Any]]:
    """The agreed rate, and the highest that the partner would accept."""
    who = _who(d)
    tariff, highest = 100 * d.bargain.agreed().terms.tariff, 100 * zone.rate_high
    if not np.isfinite(tariff).any():
        return []
    best = 100 * float(d.scene.payoffs.best_response.rate[d.place])
    threat = 100 * float(d.packages.threat[d.place])
    parameters = d.named(*SPLIT, *PACKAGE, *CLAUSE, *SECURITY)
    settle = (
        "partner_rate",
        f"At which tariff would the hegemon and {who} settle?",
        "{median} ({interval}), where there is a deal. The trade model's best response is "
        f"{quantity(best, '%')}, the announced rate {quantity(threat, '%')}.",
    )
    most = (
        "highest_rate",
        f"Up to which tariff would {who} sign?",
        "{median} ({interval}), with the other terms as agreed.",
    )
    return [
        _number_answer(d, settle, tariff, "%", parameters),
        _number_answer(d, most, highest, "%", parameters),
    ]


def _costs(d: PartnerDraws, drawn: RateDraws, sections: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the rates in question cost the partner, over models and elasticities."""
    who, setting = _who(d), d.scene.setting
    gdp, pause = float(setting.partner_gdp_bn[d.place]), 100 * float(setting.pause[d.place])
    rows = {row["rate"]: row for row in sections["payoffs"]["rates"]}
    grades = {p.name: p.grade for p in drawn.sample.parameters}
    grades |= dict.fromkeys(drawn.groups, "judgement")
    uses = [name.replace("tax-relief", "tax relief") for name in
            (setting.revenue, other_revenue(setting))]  # fmt: skip
    found = []
    for k, one in enumerate(drawn.rates):
        cost = -drawn.partner_bn[:, k]
        if not np.isfinite(cost).any():
            continue
        row = rows[one.rate]
        text = (
            f"{{median}} a year ({{interval}}), {quantity(100 * _middle(cost) / gdp, '%')} of GDP, "
            f"against the pause of {pause:.4g} %; {quantity(-row['partner_bn'], _BN)} in the "
            f"central model. The hegemon's change: {quantity(row['hegemon_bn'], _BN)} with "
            f"{uses[0]}, {quantity(row['hegemon_bn_other_revenue'], _BN)} with {uses[1]}."
        )
        found.append(
            headline_from_draws(
                f"cost_{_slug(one)}",
                f"What would {one.text} cost {who}?",
                text,
                cost,
                _BN,
                headline_class=_FORECAST,
                parameters=drawn.sample.values,
                groups={n: v for n, v in drawn.groups.items() if len(set(v)) > 1},
                grades=grades,
                models=drawn.central(cost),
            )
        )
    return found


def _clause(
    d: PartnerDraws, section: Mapping[str, Any], hegemon: Array, partner: Array
) -> list[dict[str, Any]]:
    """What the open clause is worth to both sides."""
    who = _who(d)
    text = "{median} a year ({interval})"
    needed, without = (section[f"credibility_{k}"]["median"] for k in ("with", "without"))
    if needed is not None and without is not None:
        text += (
            f"; it raises the credibility at which {who} signs from {number(without)} to "
            f"{number(needed)}"
        )
    parameters = d.named(*CLAUSE, *SPLIT, *PACKAGE, *SECURITY)
    gains = _percent(section["hegemon_gains_share"])
    own = ("clause_partner", f"What is the open clause worth to {who}?", text + ".")
    other = (
        "clause_hegemon",
        "What is the open clause worth to the hegemon?",
        "{median} a year ({interval}): what it may take later, less what the partner then "
        f"concedes and delivers. It gains in {gains} of draws.",
    )
    return [
        _number_answer(d, own, partner, _BN, parameters),
        _number_answer(d, other, hegemon, _BN, parameters),
    ]


def _first(d: PartnerDraws, section: Mapping[str, Any], gap: Array) -> dict[str, Any]:
    why = section["why"]
    text = (
        f"{{median}} a year against going last ({{interval}}); going first pays in "
        f"{_percent(section['share_first_pays'])} of draws. The hegemon gains "
        f"{quantity(why['hegemon_from_partner_alone_bn'], _BN)} from the signature when nobody "
        f"else has signed and {quantity(why['hegemon_from_partner_last_bn'], _BN)} when all have. "
        f"What the others sign changes a signer by {quantity(why['partner_if_signed_bn'], _BN)} "
        f"and a hold-out by {quantity(why['partner_if_not_bn'], _BN)}."
    )
    entry = ("going_first", f"What does {_who(d)} earn by signing first?", text)
    return _number_answer(d, entry, gap, _BN, d.named(*SPLIT))


def _security(d: PartnerDraws, section: Mapping[str, Any], expected: Array) -> dict[str, Any]:
    share = section["share_of_threat"]
    text = (
        "An expected loss of {median} a year ({interval}) once the threat is executed: "
        f"{_percent(share['median'])} of all that threatens ({_percent(share['low'])} to "
        f"{_percent(share['high'])}); the tariff takes "
        f"{quantity(section['tariff_loss_bn']['median'], _BN)}. The value of the guarantee and "
        "the probability that it is withdrawn are judgement."
    )
    question = f"How much of a threat is the security guarantee to {_who(d)}?"
    entry = ("security_threat", question, text)
    return _number_answer(d, entry, expected, _BN, d.named(*SECURITY))


def _creditor(
    d: PartnerDraws, section: Mapping[str, Any], threats: Mapping[str, CreditorThreat]
) -> list[dict[str, Any]]:
    """Whether the threat to sell is credible, and what it buys."""
    who = _who(d)
    guarded, bare = threats["with_backstop"], threats["without_backstop"]
    question = f"Is a threat by {who} to sell Treasuries credible?"
    named = d.named("hegemon_nash_weight", "political_wedge", "dignity_cost", *SECURITY)
    parameters = {**d.market_values, **named}
    groups = {n: v for n, v in d.market_groups.items() if len(set(v.tolist())) > 1}
    margin = guarded.gain_bn_per_year - guarded.seller_loss_bn_per_year
    if not section["holdings_bn"]:
        text = "No: TIC lists no Treasuries of this partner, so that nobody can tell what it sells."
        return [_in_words(d, ("creditor_threat_credible", question, text), margin, parameters)]
    per = section["with_backstop"]["per_100bn"]
    kept, free = (
        section[name]["creditor_threat_credible"] for name in ("with_backstop", "without_backstop")
    )
    text = (
        f"In {_percent(kept)} of draws with the central bank's backstop and {_percent(free)} "
        f"without. Per 100 bn sold the {per['hurt_more']} is hurt more: the seller loses "
        f"{quantity(per['seller_loss']['median'], _BN)}, the hegemon "
        f"{quantity(per['hegemon_loss']['median'], _BN)} over two years. The probability of a sale "
        f"is {number(section['with_backstop']['sale_probability'])}."
    )
    mean = section["with_backstop"]["creditor_threat_value"]
    buys = (
        "creditor_threat_value",
        f"What does the threat to sell Treasuries buy {who}?",
        f"{quantity(mean, _BN)} a year in expectation ({{interval}}); "
        f"{quantity(bare.creditor_threat_value, _BN)} without the backstop.",
    )
    value = _number_answer(d, buys, guarded.value_bn_per_year, _BN, parameters, groups)
    return [
        _in_words(d, ("creditor_threat_credible", question, text), margin, parameters, groups),
        value | {"mean": mean},
    ]


def _middle(values: Array) -> float:
    return float(np.nanmedian(values))


def _slug(one: NamedRate) -> str:
    return f"{100 * one.rate:.4g}".replace(".", "_")


def _percent(share: float | None) -> str:
    return "n/a" if share is None else f"{100 * share:.0f} %"


def _rate(spread: Mapping[str, Any]) -> str:
    low, middle, high = (100 * spread[k] for k in ("low", "median", "high"))
    return f"{quantity(middle, '%', 1)} ({number(low, 1)} to {number(high, 1)})"
