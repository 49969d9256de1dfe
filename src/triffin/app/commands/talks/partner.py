"""`triffin negotiate SCENARIO --partner ISO3`: one partner's problem in full."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.terminal import number, print_json, print_table, print_text

_SPREAD = ["median", "5 %", "95 %"]


def show_partner(
    scenario: str, partner: str, *, draws: int, seed: int, out: Path | None, as_json: bool
) -> None:
    """One partner's problem. Raises InputError as `run.partner_view.partner_view`."""
    from triffin.questions.partner.problem import partner_view

    checked_out(out)
    found = partner_view(scenario, partner, draws=draws, seed=seed)
    write_answer(out, found)
    if as_json:
        print_json(found)
        return
    who = found["partner"]
    print_text(
        f"{found['scenario']}: {who['name']} and {found['hegemon']}, as known on "
        f"{found['information']}, deadline {', '.join(found['deadlines'])}."
    )
    for row in found["partners"]:
        chance = ", ".join(f"{k} {100 * v:.0f} %" for k, v in row["probability"].items() if v)
        print_text(f"Where the talks end ({found['draws']} draws): {chance}. {row['reason']}.")
    _print_answers(found["answers"])
    _print_rates(found)
    _print_actions(found)
    _print_threat(found)
    _print_terms(found)
    _print_demands(found)
    if found["order"]:
        _print_order(found["order"])
    _print_creditor(found)
    _print_rules(found["rules"])
    for note in found["notes"]:
        print_text(f"Note: {note}.")
    missing = ", ".join(row["iso3"] for row in found["missing"])
    if missing:
        print_text(f"Partners without trade data: {missing}.")
    print_text(f"{found['draws']} draws, seed {found['seed']}.")


def _print_answers(answers: list[dict[str, Any]]) -> None:
    for entry in answers:
        print_text(entry["question"])
        print_text(f"  {entry['answer']}")
        drivers = ", ".join(name.replace("_", " ") for name in entry["drivers"])
        judged = entry["judgement_share"]
        share = "" if judged is None else f"; judgement behind {100 * judged:.0f} % of its variance"
        print_text(f"  ({entry['class']}; grade {entry['grade']}; driven by {drivers}{share})")


def _row(
    name: str, spread: dict[str, Any] | None, scale: float = 1.0, places: int = 2
) -> list[str]:
    if spread is None:
        return [name, "—", "—", "—"]
    values = (spread[key] for key in ("median", "low", "high"))
    return [name, *(number(None if v is None else scale * v, places) for v in values)]


def _print_rates(found: dict[str, Any]) -> None:
    payoffs = found["payoffs"]
    other = "lump-sum" if payoffs["revenue"] == "tax-relief" else "tax relief"
    rows = [
        [
            number(100 * row["rate"], 1),
            ", ".join(row["names"]),
            number(row["partner_bn"]),
            number(row["partner_pct"], 3),
            number(row["hegemon_bn"]),
            number(row["hegemon_bn_other_revenue"]),
        ]
        for row in payoffs["rates"]
    ]
    code, home = found["partner"]["iso3"], found["hegemon"]
    print_table(
        "Exact payoffs at each tariff, bn USD a year against the pause",
        ["rate %", "what", code, f"{code} % GDP", home, f"{home}, {other}"],
        rows,
        numeric=4,
    )


def _print_actions(found: dict[str, Any]) -> None:
    rows = [
        [
            row["what"],
            number(row["partner_bn"]),
            number(row["partner_pct"], 3),
            number(row["partner_bn_after_security"]),
            number(row["hegemon_bn"]),
        ]
        for row in found["payoffs"]["actions"]
    ]
    code, home = found["partner"]["iso3"], found["hegemon"]
    print_table(
        "Answers to the threat, and the threat on others, bn USD a year against the pause",
        ["what", code, f"{code} % GDP", "less security", home],
        rows,
        numeric=4,
    )


def _print_threat(found: dict[str, Any]) -> None:
    threat, zone, security = found["threat"], found["zone"], found["security"]
    rows = [
        _row("probability that it is executed", threat["q"]),
        _row("execution costs the partner, bn", threat["hurt_bn"]),
        _row("execution is worth to the hegemon, bn", threat["strike_bn"]),
        _row("threat point of the partner, bn", threat["threat_point_partner_bn"]),
        _row("threat point of the hegemon, bn", threat["threat_point_hegemon_bn"]),
        _row("joint surplus of the deal, bn", zone["surplus_bn"]),
        _row("lowest tariff the hegemon takes, %", zone["lowest_rate_hegemon_accepts"], 100, 1),
        _row("highest tariff the partner takes, %", zone["highest_rate_partner_accepts"], 100, 1),
    ]
    if security:
        rows += [
            _row("value of the guarantee, bn", security["value_bn"]),
            _row("expected loss of it once struck, bn", security["expected_loss_bn"]),
            _row("its share of the threat, %", security["share_of_threat"], 100, 0),
        ]
    print_table(
        "Threat point and zone of agreement, a year against the pause",
        ["what", *_SPREAD],
        rows,
        numeric=3,
    )
    words = {"tariff_threat": "hurts", "no_tariff_threat": "does not hurt"}
    alone, joint = threat["alone"], threat["on_everybody"]
    print_text(
        f"On this partner alone the threat {words[alone['status']]} "
        f"({number(alone['partner_bn'])} bn); on everybody at once it {words[joint['status']]} "
        f"({number(joint['partner_bn'])} bn). Executing it alone changes the hegemon by "
        f"{number(alone['hegemon_bn'])} bn"
        + (": self-enforcing." if threat["self_enforcing"] else ".")
        + f" A zone of agreement exists in {100 * zone['exists_share']:.0f} % of draws."
    )


def _print_terms(found: dict[str, Any]) -> None:
    terms, clause = found["terms"], found["clause"]
    rows = [
        _row("tariff, %", terms["tariff"], 100, 1),
        _row("cash, bn a year", terms["cash_bn_per_year"]),
        *(_row(f"{name}, {one['unit']}", one) for name, one in terms["issues"].items()),
        _row("gain of the hegemon, bn a year", terms["gain_hegemon_bn"]),
        _row("gain of the partner, bn a year", terms["gain_partner_bn"]),
        _row("credibility needed, with the clause", clause["credibility_with"]),
        _row("credibility needed, without", clause["credibility_without"]),
        _row("clause: later demands, bn a year", clause["expected_demand_bn"]),
        _row("clause: worth to the partner, bn a year", clause["partner_bn"]),
        _row("clause: worth to the hegemon, bn a year", clause["hegemon_bn"]),
    ]
    print_table(
        f"Terms, where there are any ({100 * terms['deal_share']:.0f} % of draws)",
        ["what", *_SPREAD],
        rows,
        numeric=3,
    )
    hold = clause["hold_up"]
    print_text(
        f"Hold-up: at a share of {number(hold['theta_eff'])} the partner keeps "
        f"{number(hold['partner'])}, the hegemon gets {number(hold['hegemon'])} and "
        f"{number(hold['loss'])} of {number(hold['first_best'])} is lost; the hegemon would get "
        f"most at {number(hold['theta_revenue_max'])}."
    )


def _print_demands(found: dict[str, Any]) -> None:
    rows = [
        [
            f"at {number(100 * row['rate'], 1)} %, {'with' if row['open_clause'] else 'no'} clause",
            number(row["bill_bn"]["median"]),
            number(row["clause_bn"]["median"]),
            number(row["credibility_needed"]["median"]),
            number(100 * row["signs_share"], 0),
        ]
        for row in found["demands_in_full"]
    ]
    print_table(
        "All demands met in full",
        ["terms", "bill, bn", "clause, bn", "credibility", "signs, %"],
        rows,
        numeric=4,
    )


def _print_order(order: dict[str, Any]) -> None:
    rows = [
        [str(row["place"]), number(row["payoff_bn"]), "yes" if row["signs"] else "no"]
        for row in order["by_place"]
    ]
    print_table(
        f"Place in the order, if the threat is executed for certain (beta "
        f"{number(order['at_nash_weight'])})",
        ["place", "bn a year", "signs"],
        rows,
        numeric=2,
    )
    print_text(f"Others in this order: {', '.join(order['groups'][1:])}.")


def _print_creditor(found: dict[str, Any]) -> None:
    creditor = found["creditor"]
    if not creditor["holdings_bn"]:
        print_text("Treasuries: TIC lists none of this partner.")
        return
    kept, bare = creditor["with_backstop"], creditor["without_backstop"]

    def cell(one: dict[str, Any], key: str) -> str:
        value = one[key]
        return number(value["median"] if isinstance(value, dict) else value)

    names = {
        "creditor_threat_credible": "credible, share of draws",
        "creditor_threat_value": "value to the partner, bn a year (mean)",
        "sale_probability": "probability of a sale",
        "best_size_bn": "best size, bn (median)",
        "gain_bn_per_year": "gain in terms at that size, bn a year",
        "seller_loss_bn": "loss of the seller, bn over two years",
        "hegemon_loss_bn": "loss of the hegemon, bn over two years",
        "break_even_bn": "break-even sale, bn",
    }
    rows = [[text, cell(kept, key), cell(bare, key)] for key, text in names.items()]
    for key, text in (("seller_loss", "seller"), ("hegemon_loss", "hegemon")):
        rows.append(
            [
                f"per 100 bn sold: loss of the {text}, bn",
                number(kept["per_100bn"][key]["median"]),
                number(bare["per_100bn"][key]["median"]),
            ]
        )
    held = creditor["official_bn"]["median"]
    print_table(
        f"Selling Treasuries: {number(creditor['holdings_bn'], 1)} bn at the end of "
        f"{creditor['month']}, {number(held, 0)} bn official",
        ["what", "backstop", "none"],
        rows,
        numeric=2,
    )
    print_text(
        f"Hurt more per 100 bn: the {kept['per_100bn']['hurt_more']} (the seller in "
        f"{100 * kept['per_100bn']['share_seller_hurt_more']:.0f} % of draws). The sale answers "
        f"{creditor['answers']}. A break-even exists in "
        f"{100 * kept['break_even_share']:.0f} % of draws with the backstop and "
        f"{100 * bare['break_even_share']:.0f} % without."
    )
    for note in creditor["not_counted"]:
        print_text(f"Not counted: {note}.")


def _print_rules(rules: dict[str, Any]) -> None:
    errors = rules["errors_points"] or {}
    rows = [
        [
            rule,
            number(None if rate is None else 100 * rate, 1),
            number(errors.get(rule), 1),
        ]
        for rule, rate in rules["rates"].items()
    ]
    rows += [
        [f"{name} rate", number(100 * rules[name], 1), "—"]
        for name in ("letter", "agreed")
        if rules[name] is not None
    ]
    observed = rules["observed"]
    if observed and observed["rate"] is not None:
        rows.append(["on record later, not used here", number(100 * observed["rate"], 1), "—"])
    print_table("Rates by rule", ["rule", "rate %", "error, points"], rows, numeric=2)
    if observed and observed["deal"]:
        print_text(f"On record: a deal on {observed['deal']}.")
    print_text(f"Caution: {rules['caution']}.")
