"""`triffin negotiate SCENARIO --partner ISO3`: one partner's problem in full."""

from __future__ import annotations

from typing import Any

from triffin.app import show
from triffin.app.terminal import number, print_text


def print_partner(found: dict[str, Any]) -> None:
    """The document of `questions.talks.partner.partner_view`."""
    show.tell(
        "{scenario}: {partner.name} and {hegemon}, as known on {information}, deadline "
        f"{', '.join(found['deadlines'])}.",
        found,
    )
    for entry in found["answers"]:
        judged = entry["judgement_share"]
        share = "" if judged is None else f"; judgement behind {100 * judged:.0f} % of its variance"
        show.answer_entry(entry, share, indent="  ")
    payoffs, code, home = found["payoffs"], found["partner"]["iso3"], found["hegemon"]
    show.table(
        "Exact payoffs at each tariff, bn USD a year against the pause",
        payoffs["rates"],
        show.text("rate %", lambda row: number(100 * row["rate"], 1)),
        show.text("what", lambda row: ", ".join(row["names"])),
        show.figure(code, "partner_bn"),
        show.figure(f"{code} % GDP", "partner_pct", 3),
        show.figure(home, "hegemon_bn"),
        show.figure(f"{home}, {payoffs['other_revenue']}", "hegemon_bn_other_revenue"),
    )
    row = found["partners"][0]
    show.table(
        "The rate at the end, in all cases and by whole per cent",
        [atom for atom in row["atoms"] if atom["probability"] >= 0.02],
        show.figure("rate %", "rate", 0, 100),
        show.figure("probability", "probability"),
    )
    theory = found["theory"]
    show.tell(
        "Theory: at the threat point, carried out with probability {probability:2}, the partner "
        "has {partner_bn:2} and the sender {hegemon_bn:2} bn USD a year against the pause.",
        theory["threat_point"],
    )
    show.tell(
        "Hold-up: at a share of {theta_eff:2} the partner keeps {partner:2}, the sender gets "
        "{hegemon:2} and {loss:2} of {first_best:2} is lost; the sender would get most at "
        "{theta_revenue_max:2}.",
        theory["open_clause"]["hold_up"],
    )
    if theory["order"]:
        show.table(
            "Place in the order of signing, if the threat is executed for certain",
            theory["order"]["by_place"],
            show.text("place", "place"),
            show.figure("bn a year", "payoff_bn"),
            show.count("signs", lambda row: "yes" if row["signs"] else "no"),
        )
        print_text(f"Others in this order: {', '.join(theory['order']['groups'][1:])}.")
    show.paragraphs(found["notes"], "Note: {}.")
    show.tell("{draws} draws, seed {seed}.", found)
