"""`triffin treasuries sell`, `wall` and `holders`."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.declare import command, group
from triffin.app.options import Draws, Seed, UnusedSeed
from triffin.app.terminal import number, print_text, say
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import HOLDINGS, active

_LISTED = 20
_VALUED = {"held_to_maturity": "to maturity", "market": "market"}
_PATH_ROWS = (1, 2, 5, 10, 20, 40, 60, 120, 250)

treasuries = group(
    __name__,
    "treasuries",
    "Sales, holders and maturities of US Treasuries.",
    example="triffin treasuries sell JPN 100",
    no_args_is_help=True,
)


def print_sale(found: dict[str, Any]) -> None:
    show.answer_entry(found)
    _print_yields(found)
    _print_families(found)
    _print_creditor(found)
    _print_buyers(found)
    if "stress" in found:
        show.tell("Stress case {name}: {basis}. Source: {source}.", found["stress"])
    if "april_2025" in found:
        _print_april(found["april_2025"])
    _print_notes(found)


# A negative amount is a bad amount, not an unknown option.
@command(
    treasuries,
    own=("prior", "holdings"),
    answer=print_sale,
    context_settings={"ignore_unknown_options": True},
    example="triffin treasuries sell JPN 100 --days 20 --official",
)
def sell(
    holder: Annotated[str, Argument(metavar="HOLDER", help="A holder or sector, e.g. JPN.")],
    usd_bn: Annotated[float, Argument(metavar="USD_BN", help="Billions of USD.")],
    days: Annotated[int, Option(help="Trading days of the sale, 1 to 365.")] = 10,
    official: Annotated[bool, Option("--official", help="Official holdings are sold.")] = False,
    private: Annotated[bool, Option("--private", help="Private holdings are sold.")] = False,
    no_backstop: Annotated[
        bool, Option("--no-backstop", help="The Federal Reserve does not buy.")
    ] = False,
    duration: Annotated[float | None, Option(help="Duration of what is sold, years.")] = None,
    stress: Annotated[
        str | None,
        Option(help="A stress case beside it: unwinding-march-2020, confidence-episode, ..."),
    ] = None,
    draws: Draws = 2000,
    seed: Seed = 1,
) -> dict[str, Any]:
    """What a sale does to yields, who buys, and who loses what."""
    from triffin.questions.treasuries import sale

    if official and private:
        raise InputError(
            "--official and --private exclude each other.",
            valid="one of them, or neither: all holders then sell",
        )
    return sale.sell(
        holder,
        usd_bn,
        days=days,
        part="official" if official else "private" if private else "all",
        backstop=not no_backstop,
        duration=duration,
        stress=stress,
        draws=draws,
        seed=seed,
    )


def print_wall(found: dict[str, Any]) -> None:
    show.answer_entry(found)
    _print_maturing(found)
    _print_covers(found)
    rise, keys = found["rise_100bp"], ("years", "rate_bp", "cumulative_interest_bn")
    show.table(
        show.told(
            "If all yields rise by 100 bp for good (average rate now {interest.average_rate_pct:3} "
            "%, {interest.interest_bn_per_year:0} bn a year), by what falls due, {rise_100bp.date}",
            found,
        ),
        [
            {"after": f"{years} years" if years != 1 else "1 year", "bp": bp, "bn": cost}
            for years, bp, cost in zip(*(rise[key] for key in keys), strict=True)
        ],
        show.text("after", "after"),
        show.figure("average rate, bp", "bp", 1),
        show.figure("interest so far, bn", "bn", 1),
    )
    _print_loop(found["debt_loop"])
    _print_zone(found["crisis_zone"])
    if "claim" in found:
        show.tell(
            "Stated: {claim_usd_trn:2} trn; record: {record_usd_trn:2} trn. A half-year total of "
            "{half_year_claim_usd_trn:1} trn is in circulation (unverified); the calendar of 2025 "
            "gives {half_year_from_calendar_usd_trn:1} trn for January to June.",
            found["claim"],
        )
    for name, source in found["sources"].items():
        print_text(f"source, {name.replace('_', ' ')}: {source}")


@command(
    treasuries,
    own=("prior", "maturities"),
    answer=print_wall,
    example="triffin treasuries wall 2025-06 --claim 9.2",
)
def wall(
    month: Annotated[str, Argument(metavar="YYYY-MM", help="A month with data.")],
    claim: Annotated[
        float | None, Option(help="A figure to hold against it, USD trillion.")
    ] = None,
    seed: UnusedSeed = 1,
) -> dict[str, Any]:
    """What matures in a month, and what has to be sold anew."""
    from triffin.questions.treasuries.records import debt_wall

    return debt_wall(month, claim)


def _print_maturing(found: dict[str, Any]) -> None:
    parts = [
        ("notes and bonds", found["notes_and_bonds_usd_bn"]),
        ("bills", found["bills_usd_bn"]),
        ("all", found["maturing_usd_bn"]),
    ]
    parts = [(label, value) for label, value in parts if value is not None]
    new = found["sold_anew"]
    parts += [
        ("new debt: a twelfth of the deficit of 2025", new["deficit_bn"]),
        (
            "new debt and all that matures in foreign hands, if no foreigner rolls over",
            new["if_no_foreigner_rolls_bn"],
        ),
    ]
    show.lines(
        "",
        [f"maturing in {found['month']}, and new supply", "bn USD"],
        [[label, number(value, 1)] for label, value in parts],
    )


def _print_covers(found: dict[str, Any]) -> None:
    history = found["cover_history"]
    covers = {f"{history['from']} to {history['to']}": history["all"]}
    covers |= {f"  {name.lower()}s": values for name, values in history["by_type"].items()}
    if history["month"]:
        covers[found["month"]] = history["month"]
    show.table(
        "Cover of auctions: bids over the amount offered",
        covers,
        show.text("period", show.NAME),
        show.count("auctions", "auctions"),
        *show.figures(("lowest", "lowest"), ("median", "median"), ("highest", "highest")),
    )


def _print_loop(loops: list[dict[str, Any]]) -> None:
    """The slow debt loop with today's yields and with yields higher by 100 bp."""
    for loop in loops:
        ratios = ", ".join(
            f"{show.percent(ratio) if ratio is not None else '— %'} after {years}"
            for years, ratio in zip(loop["years"], loop["b_t"], strict=True)
        )
        show.tell(
            "Slow loop, yields +{rise_bp:g} bp: debt of {b_start:0%} of GDP becomes "
            f"{ratios} years at a primary deficit of {{primary_deficit:1%}}; "
            + (
                "a steady state exists."
                if loop["steady_state_exists"]
                else "no steady state (that needs at most {d_max:2%})."
            ),
            loop,
        )


def _print_zone(zone: dict[str, Any]) -> None:
    """The zone of self-fulfilling crises, without and with lending by the central bank."""
    for case in zone["cases"]:
        lends = "lends {backstop:0%} of GDP a year" if case["backstop"] else "does not lend"
        show.tell(
            f"Crisis zone ({zone['class']}, {zone['grade']}), if the central bank {lends} and the "
            "largest primary surplus is {max_primary:0%} of GDP: above {b_liquidity:0%} of GDP; "
            "debt of {b:0%} is in the zone {zone}: {meaning}.",
            case,
        )


def print_holders(found: dict[str, Any]) -> None:
    show.answer_entry(found)
    rows = found["holders"][:_LISTED]
    show.table(
        f"Foreign holders, end of {found['month']}",
        rows,
        show.text("code", lambda row: row["iso3"] or "—"),
        show.text("holder", "holder"),
        show.figure("bn USD", "usd_bn", 1),
        show.figure(
            "% of foreign" if active(HOLDINGS) is None else "% of table", "share_of_foreign", 1, 100
        ),
    )
    rest = len(found["holders"]) - len(rows)
    if rest > 0:
        say(f"{rest} smaller holders are in --json")
    japan = found["japan"]
    if japan:
        show.tell(
            "Japan: official {official_usd_bn:0} bn, private {private_usd_bn:0} bn, at an official "
            "share of {official_share:0%} ({low} to {official_share_high:0%}, {grade}): the split "
            "is not published.",
            japan | {"low": number(100 * japan["official_share_low"], 0)},
        )
    show.table(
        f"All holders by sector, {found['sectors_as_of']}",
        found["sectors"],
        show.text("sector", "sector"),
        show.text("grade", "grade"),
        show.figure("bn USD", "usd_bn", 1),
        show.figure("% of debt", "share_of_marketable_debt", 1, 100),
    )
    print_text("Custody is not ownership: holdings stand where they are kept.")
    if not found["complete"]:
        print_text("The holders listed do not add up to the total of this month.")
    show.paragraphs(found["sources"], "source: {}")


@command(
    treasuries,
    own=("prior", "holdings"),
    answer=print_holders,
    example="triffin treasuries holders --month 2025-03",
)
def holders(
    month: Annotated[str | None, Option(help="YYYY-MM; March 2025 if left out.")] = None,
    seed: UnusedSeed = 1,
) -> dict[str, Any]:
    """Who holds Treasuries."""
    from triffin.questions.treasuries import records

    return records.holders(month)


def _print_yields(found: dict[str, Any]) -> None:
    path = {row["day"]: row for row in found["path"]}
    show.spreads(
        f"Yields, bp (the sale ends on day {found['sale']['trading_days']})",
        "yield",
        [
            *(
                show.spread(f"10-year, day {day}", path[day], 1)
                for day in _PATH_ROWS
                if day in path
            ),
            show.spread("10-year, peak", found["peak"], 1),
            show.spread("10-year, permanent", found["permanent"], 1),
            *(
                show.spread(f"{bucket}, end of the sale", one, 1)
                for bucket, one in found["by_maturity"].items()
            ),
        ],
    )


def _print_families(found: dict[str, Any]) -> None:
    families = {
        **found["by_family"],
        "pooled": found,
        "registry's pooled prior, for comparison": found["registry_pooled"],
    }
    show.table(
        "10-year at the end of the sale by family of studies, bp",
        families,
        show.text("family", show.NAME),
        *show.SPREAD,
    )
    show.spreads(
        "As a share of what April 2025 saw, %",
        "rise",
        [
            show.spread(
                f"+{rise['rise_bp']:.0f} bp, {found['yardstick']['from']} to {rise['to']}",
                rise["share"],
                0,
                100,
            )
            for rise in found["yardstick"]["rises"]
        ],
    )


def _print_creditor(found: dict[str, Any]) -> None:
    table, part = found["creditor"], found["seller"]["part"]
    print_text(table["answer"])
    central = table["central"]["permanent_share"]

    def case(row: dict[str, Any], backstop: bool) -> bool:
        mine = (row["holder"], row["permanent_share"], row["backstop"])
        return mine == (part, central, backstop)

    with_it = [row for row in table["pays"] if case(row, True)]
    without = [row for row in table["pays"] if case(row, False)]
    rows = [row for row in table["rows"] if case(row, False)]
    shown = [
        row | {"largest": bare["to_bn"], "kept": kept["to_bn"]}
        for row, bare, kept in zip(rows, without, with_it, strict=bool(rows))
    ]
    mark = ", outside the record" if table["outside_record"] else ""
    show.table(
        f"Gains of everybody, bn USD, which add up to zero{mark} (no backstop; pays to: sizes "
        "up to which the threat pays, then with a backstop)",
        shown,
        show.text(
            "valued", lambda row: f"{_VALUED[row['valuation']]}, {row['horizon_years']:g} years"
        ),
        *show.figures(
            ("issuer", "issuer"), ("seller", "seller"), ("buyers", "buyers"), ("others", "others")
        ),
        show.figure("pays to", "largest", 0),
        show.figure("backstop", "kept", 0),
    )
    kinds = sum(row["pays"] for row in table["rows"]), len(table["rows"])
    print_text(
        f"This sale pays under {kinds[0]} of {kinds[1]} conventions (valuation, horizon, who "
        "sells, share of the impact that lasts, backstop); all are in --json."
    )
    record = table["record"]
    show.table(
        f"Official threats to sell: {record['text']}",
        record["rows"],
        show.text("date", "date"),
        show.text("who", "who"),
        show.figure("10-year that day, bp", "move_bp", 0),
        show.figure("in five days, bp", "move_5_days_bp", 0),
    )
    show.paragraphs(table["not_counted"], "Not counted: {}")


def _print_buyers(found: dict[str, Any]) -> None:
    bought, guard = found["buyers"], found["backstop"]
    rows = [
        {"buyer": name, "usd_bn": amount, "share": bought["share"][name]}
        for name, amount in bought["usd_bn"].items()
    ]
    rows.append({"buyer": "all", "usd_bn": bought["total_usd_bn"], "share": 1.0})
    show.table(
        f"Who buys ({bought['basis']})",
        rows,
        show.text("buyer", "buyer"),
        show.figure("bn USD", "usd_bn"),
        show.figure("%", "share", 1, 100),
    )
    if not guard["on"]:
        print_text("No backstop: the Federal Reserve does not buy.")
        return
    reached = "{trigger_bp:g} bp within {window_days} days"
    if not guard["share_triggered"]:
        show.tell(f"Backstop: the trigger of {reached} is reached in no draw.", guard)
        return
    show.tell(
        f"Backstop: {reached} are reached in "
        "{share_triggered:0%} of draws; the Federal Reserve then acts with probability "
        "{probability:g} after {delay_days} days ({bn_per_bp:g} bn per bp, at most "
        "{cap_bn_per_day:g} bn a day; {grade}). It bought {bought.mean:1} bn on average over "
        "draws ({bought.low:1} to {bought.high:1} in 90 % of them).",
        guard,
    )


def _print_april(april: dict[str, Any]) -> None:
    show.tell(
        "What was sold in the weeks to 4 and 11 April 2025: {foreign_bonds_sold_bn:1} bn of "
        "foreign bonds, of which Treasuries {treasuries_sold_bn.median:1} bn "
        "({treasuries_sold_bn.low:1} to {treasuries_sold_bn.high:1}; the share is a judgement). "
        "That is {bp.median:1} bp ({bp.low:1} to {bp.high:1}), or {rise.share.median:0%} "
        "({low} to {high}) of the {rise.rise_bp:.0f} bp to 9 April. TIC: Japan's holdings changed "
        "by {tic_change_of_japan_in_april_bn:1} bn in April.",
        april
        | {
            "rise": (rise := april["yardstick"]["rises"][0]),
            "low": number(100 * rise["share"]["low"], 0),
            "high": number(100 * rise["share"]["high"], 0),
        },
    )


def _print_notes(found: dict[str, Any]) -> None:
    if found["sale"]["usd_bn"] > found["holdings"]:
        show.tell(
            "The amount is above what is held at the mean official share, {holdings:1} bn; "
            "{seller.share_of_draws_that_hold_it:0%} of draws hold it, and the others count as "
            "holding just that.",
            found,
        )
    show.tell(
        "Days are trading days; amounts count as securities of {sale.duration_years:g} years "
        "of duration. Holdings of {seller.month}: {holdings:1} bn. {draws} draws, seed {seed}.",
        found,
    )
    show.paragraphs(found["notes"][2:], "Note: {}.")
    show.paragraphs(found["sources"], "source: {}")
