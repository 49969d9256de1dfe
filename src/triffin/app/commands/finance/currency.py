"""`triffin currency`: defending a band, one intervention, coordinated appreciation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.terminal import (
    number,
    print_json,
    print_table,
    print_text,
)
from triffin.world.base.errors import InputError

_DRIVERS_SHOWN = 4
_SIDES = ("sell", "buy")


def defend(
    code: str,
    *,
    band: str,
    days: int,
    start: float | None,
    drift: float,
    defended: bool,
    confidence: float,
    backstop: bool,
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None = None,
) -> None:
    """What holding a band costs and how often it holds."""
    from triffin.questions.currency.defence import defend as answer

    checked_out(out)
    low, high = parse_band(band)
    found = answer(
        code,
        low,
        high,
        days=days,
        start=start,
        drift_pct_per_week=drift,
        defended=defended,
        confidence=confidence,
        backstop=backstop,
        draws=draws,
        seed=seed,
    )
    write_answer(out, found)
    if as_json:
        print_json(found)
        return
    _print_head(found)
    rows = []
    if defended:
        rows = [
            _row("dollars spent at the weak edge, bn", found["reserves_spent_bn"]),
            _row("Treasuries sold, bn", found["treasuries_sold_bn"]),
            _row("bought by the central bank, bn", found["central_bank_bought_bn"]),
            _row("10-year yield by these sales, bp", found["yield_change_bp"]),
            _row("reserves at the end, bn", found["reserves_end_bn"], 0),
            _row("dollars bought at the strong edge, bn", found["reserves_gained_bn"]),
            _row("yen created, trn", found["yen_created_trn"]),
        ]
    without = found["without_defence"]
    if defended:
        rows.append(_row("share of days inside, defended", found["band_held"]))
    rows.append(_row("share of days inside, undefended", without["band_held"]))
    print_table("", ["", "median", "5 %", "95 %"], rows, numeric=3)
    chances = [
        ["undefended, inside throughout", without["inside_throughout_probability"]],
        ["undefended, band broken", without["band_broken_probability"]],
    ]
    if defended:
        limit = found["days_to_2pct_gdp"]
        chances += [
            [
                "defended, broken (five closes in a row 1 % beyond)",
                found["band_broken_probability"],
            ],
            ["deposits exhausted, Treasuries sold", found["deposits_exhausted_probability"]],
            ["all reserves exhausted", found["reserves_exhausted_probability"]],
            ["a sale weakens the yen more than it helps", found["self_defeating_probability"]],
            ["the same, and Treasuries are sold", found["defeated_itself_probability"]],
            ["yield channel of the other sign", found["kappa"]["negative_probability"]],
            [_limit_label(limit), limit["probability"]],
        ]
    print_table(
        "",
        ["probability of", "%"],
        [[label, number(100 * value, 1)] for label, value in chances],
        numeric=1,
    )
    seen = ", ".join(
        f"{year} {100 * value:.0f} %" for year, value in found["observed_share_of_days"].items()
    )
    print_text(f"Observed days inside the band: {seen}.")
    begin = found["start"]
    print_text(
        f"Start: {begin['rate']:g} yen per dollar"
        + (", as given" if begin["given"] else f", {begin['date']}")
        + f"; 10-year yield {begin['yield_10y_pct']:g} %."
    )
    _print_foot(found)


def intervene(
    code: str,
    usd_bn: float,
    *,
    side: str,
    confidence: float,
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None = None,
) -> None:
    """What one operation does to the rate; dollars are sold unless `side` is buy."""
    from triffin.questions.currency.defence import intervene as answer

    checked_out(out)

    found = answer(code, signed(usd_bn, side), confidence=confidence, draws=draws, seed=seed)
    write_answer(out, found)
    if as_json:
        print_json(found)
        return
    _print_head(found)
    labels = {"0": "within hours", "5": "5 days", "60": "60 days", "90": "90 days"}
    print_table(
        "Yen stronger, %",
        ["after", "median", "5 %", "95 %", "noise"],
        [
            [*_row(labels[day], effect), number(found["noise_pct"].get(day))]
            for day, effect in found["yen_pct"].items()
        ],
        numeric=4,
    )
    if found["usd_bn"] > 0:
        print_table(
            "Paid with (medians)",
            ["", "deposits bn", "sold bn", "yield bp", "loss bn", "yen 5 days %"],
            [
                [
                    row["order"],
                    number(row["deposits_bn"], 1),
                    number(row["treasuries_sold_bn"], 1),
                    number(row["yield_bp_after_a_month"]["median"], 1),
                    number(row["loss_bn"]["median"], 1),
                    number(row["yen_pct_after_5_days"]["median"]),
                ]
                for row in found["funding"]
            ],
            numeric=5,
        )
        record = found["record"]
        print_table(
            "The record: yen stronger than the day before, %",
            ["operations", "bn", "same day", "+5", "+20", "+60"],
            [
                [
                    episode["first"],
                    number(episode["usd_bn"], 1),
                    *(number(episode["yen_pct"][key]) for key in _KEYS),
                ]
                for episode in record["episodes"]
            ]
            + [
                ["per_bn", "", *(number(record["pct_per_bn"][key], 3) for key in _KEYS)],
                ["in_interval", "", *(record["inside_interval"][key] for key in _KEYS)],
            ],
            numeric=5,
        )
    _print_foot(found)


_KEYS = ("same_day", "plus_5", "plus_20", "plus_60")


def plaza(
    *,
    before: str,
    after: str,
    target: float | None,
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None = None,
) -> None:
    """What the intervention of 1985 explains, and what a rise of the yen would need today."""
    from triffin.questions.currency.plaza import plaza as answer

    checked_out(out)

    found = answer(before=before, after=after, target=target, draws=draws, seed=seed)
    write_answer(out, found)
    if as_json:
        print_json(found)
        return
    _print_head(found)
    print_table(
        "",
        ["", "median", "5 %", "95 %"],
        [
            _row("effect of the dollars sold, %", found["portfolio_effect_pct"]),
            ["share that is signal", *(number(found[k]) for k in ("median", "low", "high"))],
            _row(
                "shift of the expected flow, of trade flows",
                found["required_shift_in_expected_flow"],
            ),
            _row("today, without signal, bn", found["today"]["usd_bn_without_signal"], 0),
            _row("  of which Treasuries", found["today"]["treasuries_without_signal_bn"], 0),
            _row("today, with a signal as strong, bn", found["today"]["usd_bn_with_signal"], 0),
        ],
        numeric=3,
    )
    months = ", ".join(f"{month} {rate:.1f}" for month, rate in found["months"].items())
    print_text(f"Yen per dollar, monthly means: {months}.")
    _print_foot(found)


def parse_band(text: str) -> tuple[float, float]:
    """(low, high) of "130:150". InputError for anything else."""
    parts = text.split(":")
    try:
        low, high = (float(part) for part in parts)
    except ValueError:
        low = high = math.nan
    if not 0 < low < high < math.inf:
        raise InputError(
            f"{text!r} is not a band.",
            field="band",
            value=text,
            valid="LOW:HIGH in yen per dollar, 0 < LOW < HIGH, such as 130:150",
        )
    return low, high


def signed(usd_bn: float, side: str) -> float:
    """Dollars sold, negative when they are bought. InputError for a contradiction."""
    if side not in _SIDES:
        raise InputError(f"{side!r} is not a side.", field="side", value=side, valid=_SIDES)
    if side == "buy" and usd_bn < 0:
        raise InputError(
            "a negative amount already means that dollars are bought.",
            field="usd_bn",
            value=usd_bn,
            valid="--side buy with a positive amount, or a negative amount alone",
        )
    return -usd_bn if side == "buy" else usd_bn


def _row(label: str, spread: Mapping[str, float], places: int = 2) -> list[str]:
    return [label, *(number(spread[key], places) for key in ("median", "low", "high"))]


def _limit_label(limit: Mapping[str, Any]) -> str:
    label = "purchases above 2 % of GDP"
    return label if limit["median"] is None else f"{label} (then by day {limit['median']:.0f})"


_ENDS = ("median", "low", "high")


def _intervals(part: Any, name: str) -> Iterator[list[Any]]:
    """Every interval of a document, headline first, named by its place: "today.target"."""
    if isinstance(part, list):
        part = {str(place): item for place, item in enumerate(part)}
    if not isinstance(part, Mapping):
        return
    top = "question" in part
    if all(isinstance(part.get(end), int | float) for end in _ENDS):
        yield [name, *(part[end] for end in _ENDS)]
    for key, item in part.items():
        if key not in ("standard_error", "driver_shares"):
            yield from _intervals(item, key if top else f"{name}.{key}")


def _print_head(found: Mapping[str, Any]) -> None:
    print_text(found["question"])
    print_text(found["answer"])
    drivers = found["drivers"][:_DRIVERS_SHOWN]
    shares = found["driver_shares"]
    named = ", ".join(
        name.replace("_", " ") + (f" ({100 * shares[name]:.0f} %)" if shares.get(name) else "")
        for name in drivers
    )
    print_text(f"{found['class']}; grade {found['grade']}; driven by {named}")


def _print_foot(found: Mapping[str, Any]) -> None:
    for note in found["notes"]:
        print_text(f"- {note}")
    print_text(f"{found['draws']} draws, seed {found['seed']}. Sources: --json, key sources.")
