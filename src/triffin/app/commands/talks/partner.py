"""`triffin negotiate SCENARIO --partner ISO3`: one partner's problem in full."""

from __future__ import annotations

from typing import Any

from triffin.app import show
from triffin.app.terminal import number, print_text


def print_partner(found: dict[str, Any]) -> None:
    """The document of `questions.partner.problem.partner_view`."""
    show.tell(
        "{scenario}: {partner.name} and {hegemon}, as known on {information}, deadline "
        f"{', '.join(found['deadlines'])}.",
        found,
    )
    for row in found["partners"]:
        chance = ", ".join(f"{k} {100 * v:.0f} %" for k, v in row["probability"].items() if v)
        print_text(f"Where the talks end ({found['draws']} draws): {chance}. {row['reason']}.")
    for entry in found["answers"]:
        judged = entry["judgement_share"]
        share = "" if judged is None else f"; judgement behind {100 * judged:.0f} % of its variance"
        show.answer_entry(entry, share, indent="  ")
    _print_payoffs(found)
    _print_threat(found)
    _print_terms(found)
    _print_demands(found)
    if found["order"]:
        _print_order(found["order"])
    _print_creditor(found["creditor"])
    _print_rules(found["rules"])
    show.paragraphs(found["notes"], "Note: {}.")
    if found["missing"]:
        missing = ", ".join(row["iso3"] for row in found["missing"])
        print_text(f"Partners without trade data: {missing}.")
    show.tell("{draws} draws, seed {seed}.", found)


def _print_payoffs(found: dict[str, Any]) -> None:
    payoffs = found["payoffs"]
    other = "lump-sum" if payoffs["revenue"] == "tax-relief" else "tax relief"
    code, home = found["partner"]["iso3"], found["hegemon"]
    partner = (show.figure(code, "partner_bn"), show.figure(f"{code} % GDP", "partner_pct", 3))
    show.table(
        "Exact payoffs at each tariff, bn USD a year against the pause",
        payoffs["rates"],
        show.text("rate %", lambda row: number(100 * row["rate"], 1)),
        show.text("what", lambda row: ", ".join(row["names"])),
        *partner,
        show.figure(home, "hegemon_bn"),
        show.figure(f"{home}, {other}", "hegemon_bn_other_revenue"),
    )
    show.table(
        "Answers to the threat, and the threat on others, bn USD a year against the pause",
        payoffs["actions"],
        show.text("what", "what"),
        *partner,
        show.figure("less security", "partner_bn_after_security"),
        show.figure(home, "hegemon_bn"),
    )


def _print_threat(found: dict[str, Any]) -> None:
    threat, zone, security = found["threat"], found["zone"], found["security"]
    rows = [
        show.spread("probability that it is executed", threat["q"]),
        show.spread("execution costs the partner, bn", threat["hurt_bn"]),
        show.spread("execution is worth to the hegemon, bn", threat["strike_bn"]),
        show.spread("threat point of the partner, bn", threat["threat_point_partner_bn"]),
        show.spread("threat point of the hegemon, bn", threat["threat_point_hegemon_bn"]),
        show.spread("joint surplus of the deal, bn", zone["surplus_bn"]),
        show.spread(
            "lowest tariff the hegemon takes, %", zone["lowest_rate_hegemon_accepts"], 1, 100
        ),
        show.spread(
            "highest tariff the partner takes, %", zone["highest_rate_partner_accepts"], 1, 100
        ),
    ]
    if security:
        rows += [
            show.spread("value of the guarantee, bn", security["value_bn"]),
            show.spread("expected loss of it once struck, bn", security["expected_loss_bn"]),
            show.spread("its share of the threat, %", security["share_of_threat"], 0, 100),
        ]
    show.spreads("Threat point and zone of agreement, a year against the pause", "what", rows)
    words = {"tariff_threat": "hurts", "no_tariff_threat": "does not hurt"}
    alone, joint = (words[threat[key]["status"]] for key in ("alone", "on_everybody"))
    enforced = ": self-enforcing." if threat["self_enforcing"] else "."
    show.tell(
        f"On this partner alone the threat {alone} ({{alone.partner_bn:2}} bn); on everybody at "
        f"once it {joint} ({{on_everybody.partner_bn:2}} bn). Executing it alone changes the "
        f"hegemon by {{alone.hegemon_bn:2}} bn{enforced} A zone of agreement exists in "
        f"{100 * zone['exists_share']:.0f} % of draws.",
        threat,
    )


def _print_terms(found: dict[str, Any]) -> None:
    terms, clause = found["terms"], found["clause"]
    show.spreads(
        f"Terms, where there are any ({100 * terms['deal_share']:.0f} % of draws)",
        "what",
        [
            show.spread("tariff, %", terms["tariff"], 1, 100),
            show.spread("cash, bn a year", terms["cash_bn_per_year"]),
            *(show.spread(f"{name}, {one['unit']}", one) for name, one in terms["issues"].items()),
            show.spread("gain of the hegemon, bn a year", terms["gain_hegemon_bn"]),
            show.spread("gain of the partner, bn a year", terms["gain_partner_bn"]),
            show.spread("credibility needed, with the clause", clause["credibility_with"]),
            show.spread("credibility needed, without", clause["credibility_without"]),
            show.spread("clause: later demands, bn a year", clause["expected_demand_bn"]),
            show.spread("clause: worth to the partner, bn a year", clause["partner_bn"]),
            show.spread("clause: worth to the hegemon, bn a year", clause["hegemon_bn"]),
        ],
    )
    show.tell(
        "Hold-up: at a share of {theta_eff:2} the partner keeps {partner:2}, the hegemon gets "
        "{hegemon:2} and {loss:2} of {first_best:2} is lost; the hegemon would get most at "
        "{theta_revenue_max:2}.",
        clause["hold_up"],
    )


def _print_demands(found: dict[str, Any]) -> None:
    def terms(row: dict[str, Any]) -> str:
        return (
            show.told("at {rate:1%}, ", row) + ("with" if row["open_clause"] else "no") + " clause"
        )

    show.table(
        "All demands met in full",
        found["demands_in_full"],
        show.text("terms", terms),
        show.figure("bill, bn", "bill_bn.median"),
        show.figure("clause, bn", "clause_bn.median"),
        show.figure("credibility", "credibility_needed.median"),
        show.figure("signs, %", "signs_share", 0, 100),
    )


def _print_order(order: dict[str, Any]) -> None:
    show.table(
        show.told(
            "Place in the order, if the threat is executed for certain (beta {at_nash_weight:2})",
            order,
        ),
        order["by_place"],
        show.text("place", "place"),
        show.figure("bn a year", "payoff_bn"),
        show.count("signs", lambda row: "yes" if row["signs"] else "no"),
    )
    print_text(f"Others in this order: {', '.join(order['groups'][1:])}.")


def _print_creditor(creditor: dict[str, Any]) -> None:
    if not creditor["holdings_bn"]:
        print_text("Treasuries: TIC lists none of this partner.")
        return
    paths = {
        "credible, share of draws": "creditor_threat_credible",
        "value to the partner, bn a year (mean)": "creditor_threat_value",
        "probability of a sale": "sale_probability",
        "best size, bn (median)": "best_size_bn",
        "gain in terms at that size, bn a year": "gain_bn_per_year",
        "loss of the seller, bn over two years": "seller_loss_bn",
        "loss of the hegemon, bn over two years": "hegemon_loss_bn",
        "break-even sale, bn": "break_even_bn",
        "per 100 bn sold: loss of the seller, bn": "per_100bn.seller_loss",
        "per 100 bn sold: loss of the hegemon, bn": "per_100bn.hegemon_loss",
    }

    def cell(case: str, path: str) -> str:
        value = show.at(creditor, f"{case}.{path}")
        return number(value["median"] if isinstance(value, dict) else value)

    show.lines(
        show.told(
            "Selling Treasuries: {holdings_bn:1} bn at the end of {month}, "
            "{official_bn.median:0} bn official",
            creditor,
        ),
        ["what", "backstop", "none"],
        [
            [label, cell("with_backstop", path), cell("without_backstop", path)]
            for label, path in paths.items()
        ],
    )
    kept, bare = creditor["with_backstop"], creditor["without_backstop"]
    print_text(
        f"Hurt more per 100 bn: the {kept['per_100bn']['hurt_more']} (the seller in "
        f"{100 * kept['per_100bn']['share_seller_hurt_more']:.0f} % of draws). The sale answers "
        f"{creditor['answers']}. A break-even exists in "
        f"{100 * kept['break_even_share']:.0f} % of draws with the backstop and "
        f"{100 * bare['break_even_share']:.0f} % without."
    )
    show.paragraphs(creditor["not_counted"], "Not counted: {}.")


def _print_rules(rules: dict[str, Any]) -> None:
    errors, observed = rules["errors_points"] or {}, rules["observed"]
    rates = {
        **rules["rates"],
        **{f"{name} rate": rules[name] for name in ("letter", "agreed") if rules[name] is not None},
    }
    if observed and observed["rate"] is not None:
        rates["on record later, not used here"] = observed["rate"]
    show.lines(
        "Rates by rule",
        ["rule", "rate %", "error, points"],
        [
            [rule, show.scaled(rate, 1, 100), number(errors.get(rule), 1)]
            for rule, rate in rates.items()
        ],
    )
    if observed and observed["deal"]:
        print_text(f"On record: a deal on {observed['deal']}.")
    print_text(f"Caution: {rules['caution']}.")
