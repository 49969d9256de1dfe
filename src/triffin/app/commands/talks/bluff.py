"""`triffin bluff`: is the hegemon caught between punishing and being seen to bluff?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.terminal import number, print_json, print_table, print_text

SHOWN = 12


def bluff(scenario: str, *, draws: int, seed: int, out: Path | None, as_json: bool) -> None:
    """The dilemma of a scenario's hegemon.

    Raises InputError for a scenario without deadlines or threat, and for draws or a seed that
    cannot be used.
    """
    from triffin.questions.talks.bluff import bluff as answer
    from triffin.scenario import load_scenario

    checked_out(out)
    document = answer(load_scenario(scenario), draws=draws, seed=seed)
    write_answer(out, document)
    if as_json:
        print_json(document)
        return
    print_text(f"{document['class']}, grade {document['grade']}: {document['question']}")
    print_text(document["answer"])
    print_text(
        f"{document['title']}; known until {document['information']}, deadline "
        f"{document['deadline']}; threat: {document['threat']}. Median and 90 % interval over "
        f"{document['draws']} draws; drivers: {', '.join(document['drivers'])}."
    )
    _print_sides(document)
    _print_outcomes(document)
    _print_belief(document["credibility"])
    _print_pain(document)
    _print_models(document["by_model"])
    _print_audiences(document["audiences"])
    _print_pure(document["pure_model"])
    _print_partners(document["partners"])
    for note in document["notes"]:
        print_text(f"{note[0].upper()}{note[1:]}.")
    if document["missing"]:
        print_text(
            "Not in the trade data: "
            + ", ".join(entry["reason"].split(":")[0] for entry in document["missing"])
            + "."
        )


def band(found: dict[str, Any] | None, places: int = 2, scale: float = 1.0) -> str:
    """Median and interval of a `spread`; a dash where there is none."""
    if found is None or found["median"] is None:
        return "—"
    median, low, high = (number(scale * found[key], places) for key in ("median", "low", "high"))
    return f"{median} ({low} to {high})"


def percent(share: float | None, places: int = 0) -> str:
    """A share in per cent; a dash where it is undefined."""
    return "—" if share is None else f"{number(100 * share, places)} %"


def _print_sides(document: dict[str, Any]) -> None:
    cost = document["cost_bn"]
    print_table(
        f"The two sides, bn USD over {cost['years']:g} years",
        ["punishing all who are threatened", "bn USD"],
        [
            ["trade (below zero: it pays)", band(cost["trade"], 0)],
            ["market pain beyond what is tolerated", band(cost["market_pain"], 1)],
            ["cost", band(cost["total"], 0)],
            ["reputation: concessions it earns", band(document["reputation_bn"], 0)],
            ["audience cost of backing down", band(document["audience_cost_bn"], 0)],
        ],
        numeric=1,
    )


def _print_outcomes(document: dict[str, Any]) -> None:
    print_table(
        "What happens at the deadline, and what is believed afterwards",
        ["outcome", "probability", "belief in a tough hegemon"],
        [
            [
                name.replace("_", " "),
                percent(found["probability"]),
                band(found["belief_after"]),
            ]
            for name, found in document["outcomes"].items()
        ],
        numeric=2,
    )
    seen = document["observed"]
    if seen is not None:
        print_text(
            f"What happened, not known to the model: {seen['outcome'].replace('_', ' ')} on "
            f"{seen['date']}, given {percent(seen['probability'])} here."
        )


def _print_belief(found: dict[str, Any]) -> None:
    print_table(
        "Belief that the hegemon is tough",
        ["date", "event", "read as", "10-year, bp", "belief"],
        [
            ["before", "", "", "", band(found["prior"])],
            *(
                [
                    step["date"],
                    f"{step['what']}: {step['partner']}",
                    step["outcome"].replace("_", " "),
                    number(step["rise_bp"], 0),
                    band(step["belief"]),
                ]
                for step in found["events"]
            ),
        ],
        numeric=2,
    )


def _print_pain(document: dict[str, Any]) -> None:
    pain = document["market_pain"]
    print_table(
        "The index as the 10-year yield rises within three days",
        ["rise, bp", "index", "backing down better", "pause likely"],
        [
            [
                number(row["rise_bp"], 0),
                band(row["index"]),
                percent(row["backing_down_better"]),
                percent(row["outcomes"]["extension"] + row["outcomes"]["back_down"]),
            ]
            for row in document["by_pain"]
        ],
        numeric=3,
    )
    print_text(
        f"Drawn: a rise of {band(pain['rise_bp'], 0)} bp; {number(pain['observed_rise_bp'], 0)} bp "
        f"were seen until {document['information']}. Tolerated: {band(pain['tolerance_bp'], 0)} bp."
    )


def _print_models(rows: list[dict[str, Any]]) -> None:
    print_table(
        "By model and use of the tariff revenue",
        ["model", "gain a year, bn", "index", "partners that pay"],
        [
            [
                row["model"],
                number(row["strike_all_bn_per_year"], 0),
                band(row["index"]),
                str(row["partners_that_pay"]),
            ]
            for row in rows
        ],
        numeric=3,
    )


def _print_audiences(rows: list[dict[str, Any]]) -> None:
    print_table(
        "What audiences fear: the chance q that they are punished",
        ["audience", "partners", "threatened", "q", "pays by itself"],
        [
            [
                row["name"],
                str(row["partners"]),
                str(row["threatened"]),
                band(row["q"]),
                percent(row["self_enforcing_share"]),
            ]
            for row in rows
        ],
        numeric=4,
    )


def _print_pure(found: dict[str, Any]) -> None:
    if not found["players"]:
        print_text(f"Pure reputation game: {found['reason']}.")
        return
    held = "holds out" if found["first_partner_holds_out"] else "concedes"
    print_text(
        f"Pure reputation game without noise (a limit, no forecast), players in order "
        f"{', '.join(found['players'])}: the first {held}; a hold-out would be punished with "
        f"probability {number(found['total_fight_prob'])}."
    )


def _print_partners(rows: list[dict[str, Any]]) -> None:
    hit = [row for row in rows if row["threatened"]]
    pays = [row["iso3"] for row in hit if row["self_enforcing"]]
    hit.sort(key=lambda row: -row["weight"])
    print_table(
        f"Threatened partners (the {SHOWN} largest by trade; all of them: --json)",
        ["partner", "threat %", "fear q", "cost, bn", "pays by itself"],
        [
            [
                row["iso3"],
                number(100 * row["threat"], 0),
                band(row["q"]),
                number(row["cost_bn"]["median"], 1),
                percent(row["self_enforcing_share"]),
            ]
            for row in hit[:SHOWN]
        ],
        numeric=4,
    )
    print_text(
        "Self-enforcing, punishing them pays in most draws: " + (", ".join(pays) or "nobody") + "."
    )
