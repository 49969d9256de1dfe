"""`triffin currency`: defending a band, one intervention, coordinated appreciation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.declare import command, group
from triffin.app.options import Draws, Seed
from triffin.app.terminal import number, print_text
from triffin.world.base.errors import InputError

_DRIVERS_SHOWN = 4
_SIDES = ("sell", "buy")

currency = group(
    __name__,
    "currency",
    "Bands, interventions and coordinated appreciation.",
    example="triffin currency intervene JPY 50",
    no_args_is_help=True,
)

Code = Annotated[str, Argument(metavar="CODE", help="A currency; JPY, or another of the H.10.")]
Confidence = Annotated[
    float, Option("--confidence", help="Probability of a confidence episode, 0 to 1.")
]


def _print_other(found: dict[str, Any]) -> None:
    """A currency whose defence cannot be computed."""
    if "band_held" in found:
        rows = [
            show.spread("share of days inside", found["band_held"]),
            show.spread("rate at the end", found["rate_at_end"]),
        ]
        show.spreads("", "", rows)
    if found["reserves"]:
        show.tell("Reserves besides gold, {month}: {usd_bn:,.0f} bn USD.", found["reserves"])
    show.tell("Effect of an intervention: {evidence}.", found)
    show.paragraphs(found["notes"], "- {}")


def print_defence(found: dict[str, Any]) -> None:
    _print_head(found)
    if "evidence" in found:
        _print_other(found)
        return
    without, defended = found["without_defence"], found["defended"]
    rows = []
    if defended:
        rows = [
            show.spread("dollars spent at the weak edge, bn", found["reserves_spent_bn"]),
            show.spread("Treasuries sold, bn", found["treasuries_sold_bn"]),
            show.spread("bought by the central bank, bn", found["central_bank_bought_bn"]),
            show.spread("10-year yield by these sales, bp", found["yield_change_bp"]),
            show.spread("reserves at the end, bn", found["reserves_end_bn"], 0),
            show.spread("dollars bought at the strong edge, bn", found["reserves_gained_bn"]),
            show.spread("yen created, trn", found["yen_created_trn"]),
            show.spread("share of days inside, defended", found["band_held"]),
        ]
    rows.append(show.spread("share of days inside, undefended", without["band_held"]))
    show.spreads("", "", rows)
    chances = {
        "undefended, inside throughout": without["inside_throughout_probability"],
        "undefended, band broken": without["band_broken_probability"],
    }
    if defended:
        limit = found["days_to_2pct_gdp"]
        beyond = "purchases above 2 % of GDP"
        if limit["median"] is not None:
            beyond += f" (then by day {limit['median']:.0f})"
        chances |= {
            "defended, broken (five closes in a row 1 % beyond)": found["band_broken_probability"],
            "deposits exhausted, Treasuries sold": found["deposits_exhausted_probability"],
            "all reserves exhausted": found["reserves_exhausted_probability"],
            "a sale weakens the yen more than it helps": found["self_defeating_probability"],
            "the same, and Treasuries are sold": found["defeated_itself_probability"],
            "yield channel of the other sign": found["kappa"]["negative_probability"],
            beyond: limit["probability"],
        }
    show.lines(
        "",
        ["probability of", "%"],
        [[label, number(100 * value, 1)] for label, value in chances.items()],
    )
    seen = ", ".join(
        f"{year} {100 * value:.0f} %" for year, value in found["observed_share_of_days"].items()
    )
    print_text(f"Observed days inside the band: {seen}.")
    given = "as given" if found["start"]["given"] else "{date}"
    show.tell(
        f"Start: {{rate:g}} yen per dollar, {given}; 10-year yield {{yield_10y_pct:g}} %.",
        found["start"],
    )
    _print_foot(found)


@command(
    currency,
    own=("prior",),
    answer=print_defence,
    example="triffin currency defend JPY --band 130:150 --days 60",
)
def defend(
    code: Code,
    band: Annotated[str, Option(help="LOW:HIGH, e.g. 130:150.")],
    days: Annotated[int, Option(help="Trading days.")] = 90,
    start: Annotated[float | None, Option(help="Rate at the start; default: 2 April 2025.")] = None,
    drift: Annotated[float, Option(help="Drift of the fundamental, % a week, up: weaker.")] = 0.0,
    defence: Annotated[
        bool, Option("--defence/--no-defence", help="Whether the band is defended.")
    ] = True,
    confidence: Confidence = 0.0,
    backstop: Annotated[
        bool, Option("--backstop/--no-backstop", help="Whether the Federal Reserve buys.")
    ] = True,
    draws: Draws = 2000,
    seed: Seed = 1,
) -> dict[str, Any]:
    """What defending a band costs, and whether it holds."""
    from triffin.questions.currency import defence as question

    low, high = parse_band(band)
    return question.defend(
        code,
        low,
        high,
        days=days,
        start=start,
        drift_pct_per_week=drift,
        defended=defence,
        confidence=confidence,
        backstop=backstop,
        draws=draws,
        seed=seed,
    )


def print_intervention(found: dict[str, Any]) -> None:
    _print_head(found)
    if "evidence" in found:
        _print_other(found)
        return
    labels = {"0": "within hours", "5": "5 days", "60": "60 days", "90": "90 days"}
    show.lines(
        "Yen stronger, %",
        ["after", "median", "5 %", "95 %", "noise"],
        [
            [*show.spread(labels[day], effect), number(found["noise_pct"].get(day))]
            for day, effect in found["yen_pct"].items()
        ],
    )
    if found["usd_bn"] > 0:
        show.table(
            "Paid with (medians)",
            found["funding"],
            show.text("", "order"),
            show.figure("deposits bn", "deposits_bn", 1),
            show.figure("sold bn", "treasuries_sold_bn", 1),
            show.figure("yield bp", "yield_bp_after_a_month.median", 1),
            show.figure("loss bn", "loss_bn.median", 1),
            show.figure("yen 5 days %", "yen_pct_after_5_days.median"),
        )
        _print_record(found["record"])
    _print_foot(found)


def _print_record(record: dict[str, Any]) -> None:
    keys = ("same_day", "plus_5", "plus_20", "plus_60")
    show.lines(
        "The record: yen stronger than the day before, %",
        ["operations", "bn", "same day", "+5", "+20", "+60"],
        [
            *(
                [
                    episode["first"],
                    number(episode["usd_bn"], 1),
                    *(number(episode["yen_pct"][key]) for key in keys),
                ]
                for episode in record["episodes"]
            ),
            ["per_bn", "", *(number(record["pct_per_bn"][key], 3) for key in keys)],
            ["in_interval", "", *(record["inside_interval"][key] for key in keys)],
        ],
    )


@command(
    currency,
    own=("prior",),
    answer=print_intervention,
    context_settings={"ignore_unknown_options": True},
    example="triffin currency intervene JPY 50 --side sell",
)
def intervene(
    code: Code,
    usd_bn: Annotated[
        float, Argument(metavar="USD_BN", help="Dollars sold, bn; negative: bought.")
    ],
    side: Annotated[str, Option(help="sell or buy dollars.")] = "sell",
    confidence: Confidence = 0.0,
    draws: Draws = 2000,
    seed: Seed = 1,
) -> dict[str, Any]:
    """What an intervention does to the exchange rate, and how long."""
    from triffin.questions.currency import defence as question

    return question.intervene(
        code, signed(usd_bn, side), confidence=confidence, draws=draws, seed=seed
    )


def print_plaza(found: dict[str, Any]) -> None:
    _print_head(found)
    today = found["today"]
    show.spreads(
        "",
        "",
        [
            show.spread("effect of the dollars sold, %", found["portfolio_effect_pct"]),
            show.spread("share that is signal", found),
            show.spread(
                "shift of the expected flow, of trade flows",
                found["required_shift_in_expected_flow"],
            ),
            show.spread("today, without signal, bn", today["usd_bn_without_signal"], 0),
            show.spread("  of which Treasuries", today["treasuries_without_signal_bn"], 0),
            show.spread("today, with a signal as strong, bn", today["usd_bn_with_signal"], 0),
        ],
    )
    months = ", ".join(f"{month} {rate:.1f}" for month, rate in found["months"].items())
    print_text(f"Yen per dollar, monthly means: {months}.")
    _print_foot(found)


@command(currency, own=("prior",), answer=print_plaza, example="triffin currency plaza --target 20")
def plaza(
    before: Annotated[str, Option(help="Month before, YYYY-MM.")] = "1985-09",
    after: Annotated[str, Option(help="Month after, YYYY-MM.")] = "1985-12",
    target: Annotated[float | None, Option(help="Appreciation wanted today, %.")] = None,
    draws: Draws = 2000,
    seed: Seed = 1,
) -> dict[str, Any]:
    """What moved the dollar in 1985: purchases or the signal."""
    from triffin.questions.currency import plaza as question

    return question.plaza(before=before, after=after, target=target, draws=draws, seed=seed)


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


def _print_head(found: Mapping[str, Any]) -> None:
    print_text(found["question"])
    print_text(found["answer"])
    shares = found["driver_shares"]
    named = ", ".join(
        name.replace("_", " ") + (f" ({100 * shares[name]:.0f} %)" if shares.get(name) else "")
        for name in found["drivers"][:_DRIVERS_SHOWN]
    )
    show.tell(f"{{class}}; grade {{grade}}; driven by {named}", found)


def _print_foot(found: Mapping[str, Any]) -> None:
    show.paragraphs(found["notes"], "- {}")
    show.tell("{draws} draws, seed {seed}. Sources: --json, key sources.", found)
