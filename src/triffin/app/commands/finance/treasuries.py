"""`triffin treasuries sell`, `wall` and `holders`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.terminal import number, print_json, print_table, print_text, say
from triffin.world.base.errors import InputError
from triffin.world.base.own_tables_in_place import HOLDINGS, active

_LISTED = 20
_PATH_ROWS = (1, 2, 5, 10, 20, 40, 60, 120, 250)


def sell_treasuries(
    holder: str,
    usd_bn: float,
    days: int,
    official: bool,
    private: bool,
    no_backstop: bool,
    duration: float | None,
    freeze_probability: float | None,
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None = None,
) -> None:
    """A sale and what it does: yields, buyers, losses of both sides.

    `out`: the answer is also written there.

    Raises InputError when both parts are asked for, and as `run.finance_treasuries.sell`.
    """
    from triffin.questions.treasuries.sale import sell

    if official and private:
        raise InputError(
            "--official and --private exclude each other.",
            valid="one of them, or neither: all holders then sell",
        )
    checked_out(out)
    found = sell(
        holder,
        usd_bn,
        days=days,
        part="official" if official else "private" if private else "all",
        backstop=not no_backstop,
        duration=duration,
        freeze_probability=freeze_probability,
        draws=draws,
        seed=seed,
    )
    write_answer(out, found)
    if as_json:
        print_json(found)
        return
    _print_entry(found)
    _print_yields(found)
    _print_families(found)
    _print_losses(found)
    _print_buyers(found)
    if "april_2025" in found:
        _print_april(found["april_2025"])
    _print_notes(found)


def show_wall(month: str, claim: float | None, as_json: bool, out: Path | None = None) -> None:
    """What matures in a month. Raises InputError for a month without data."""
    from triffin.questions.treasuries.records import debt_wall

    checked_out(out)
    found = debt_wall(month, claim)
    write_answer(out, found)
    if as_json:
        print_json(found)
        return
    _print_entry(found)
    rows = [
        ["notes and bonds", number(found["notes_and_bonds_usd_bn"], 1)],
        ["bills", number(found["bills_usd_bn"], 1)],
        ["all", number(found["maturing_usd_bn"], 1)],
    ]
    if found["notes_and_bonds_usd_bn"] is None:
        rows = rows[2:]
    new = found["sold_anew"]
    rows += [
        ["new debt: a twelfth of the deficit of 2025", number(new["deficit_bn"], 1)],
        [
            "new debt and all that matures in foreign hands, if no foreigner rolls over",
            number(new["if_no_foreigner_rolls_bn"], 1),
        ],
    ]
    print_table("", [f"maturing in {month}, and new supply", "bn USD"], rows, numeric=1)
    history = found["cover_history"]
    covers: list[tuple[str, dict[str, Any]]] = [
        (f"{history['from']} to {history['to']}", history["all"])
    ]
    covers += [(f"  {name.lower()}s", values) for name, values in history["by_type"].items()]
    if history["month"]:
        covers.append((month, history["month"]))
    print_table(
        "Cover of auctions: bids over the amount offered",
        ["period", "auctions", "lowest", "median", "highest"],
        [
            [name, str(c["auctions"]), *(number(c[k]) for k in ("lowest", "median", "highest"))]
            for name, c in covers
        ],
        numeric=4,
    )
    bill, rise = found["interest"], found["rise_100bp"]
    print_table(
        f"If all yields rise by 100 bp for good (average rate now "
        f"{number(bill['average_rate_pct'], 3)} %, {number(bill['interest_bn_per_year'], 0)} bn "
        "a year)",
        ["after", "average rate, bp", "interest so far, bn"],
        [
            [f"{years} years" if years != 1 else "1 year", number(bp, 1), number(cost, 1)]
            for years, bp, cost in zip(
                rise["parallel"]["years"],
                rise["parallel"]["rate_bp"],
                rise["parallel"]["cumulative_interest_bn"],
                strict=True,
            )
        ],
        numeric=2,
    )
    print_text(
        f"After a sale of long securities that lifts the 10-year by 100 bp, bills move by "
        f"{number(100 * found['curve']['bills'], 0)} bp and the cost is "
        f"{number(rise['long_end_sale']['bn_per_year'], 1)} bn a year once two years are "
        "refinanced."
    )
    _print_loop(found["debt_loop"])
    _print_zone(found["crisis_zone"])
    if "claim" in found:
        stated = found["claim"]
        from_calendar = number(stated["half_year_from_calendar_usd_trn"], 1)
        print_text(
            f"Stated: {number(stated['claim_usd_trn'])} trn; record: "
            f"{number(stated['record_usd_trn'])} trn. A half-year total of "
            f"{number(stated['half_year_claim_usd_trn'], 1)} trn is in circulation (unverified); "
            f"the calendar of 2025 gives {from_calendar} trn for January to June."
        )
    for name, source in found["sources"].items():
        print_text(f"source, {name.replace('_', ' ')}: {source}")


def _print_loop(loops: list[dict[str, Any]]) -> None:
    """The slow debt loop with today's yields and with yields higher by 100 bp."""
    for loop in loops:
        ratios = ", ".join(
            f"{number(None if ratio is None else 100 * ratio, 0)} % after {years}"
            for years, ratio in zip(loop["years"], loop["b_t"], strict=True)
        )
        steady = (
            "a steady state exists"
            if loop["steady_state_exists"]
            else f"no steady state (that needs at most {number(100 * loop['d_max'], 2)} %)"
        )
        print_text(
            f"Slow loop, yields +{loop['rise_bp']:g} bp: debt of "
            f"{number(100 * loop['b_start'], 0)} % of GDP becomes {ratios} years at a primary "
            f"deficit of {number(100 * loop['primary_deficit'], 1)} %; {steady}."
        )


def _print_zone(zone: dict[str, Any]) -> None:
    """The zone of self-fulfilling crises, without and with lending by the central bank."""
    for case in zone["cases"]:
        lends = (
            f"the central bank lends {number(100 * case['backstop'], 0)} % of GDP a year"
            if case["backstop"]
            else "the central bank does not lend"
        )
        print_text(
            f"Crisis zone ({zone['class']}, {zone['grade']}), if {lends} and the largest primary "
            f"surplus is {number(100 * case['max_primary'], 0)} % of GDP: above "
            f"{number(100 * case['b_liquidity'], 0)} % of GDP; debt of "
            f"{number(100 * case['b'], 0)} % is in the zone {case['zone']}: {case['meaning']}."
        )


def show_holders(month: str | None, as_json: bool, out: Path | None = None) -> None:
    """Holders of Treasuries. Raises InputError for an unknown month, with the range."""
    from triffin.questions.treasuries.records import holders

    checked_out(out)
    found = holders(month)
    write_answer(out, found)
    if as_json:
        print_json(found)
        return
    _print_entry(found)
    rows = found["holders"][:_LISTED]
    print_table(
        f"Foreign holders, end of {found['month']}",
        ["code", "holder", "bn USD", "% of foreign" if active(HOLDINGS) is None else "% of table"],
        [
            [
                row["iso3"] or "—",
                row["holder"],
                number(row["usd_bn"], 1),
                number(100 * row["share_of_foreign"], 1),
            ]
            for row in rows
        ],
        numeric=2,
    )
    rest = len(found["holders"]) - len(rows)
    if rest > 0:
        say(f"{rest} smaller holders are in --json")
    japan = found["japan"]
    if japan:
        print_text(
            f"Japan: official {number(japan['official_usd_bn'], 0)} bn, private "
            f"{number(japan['private_usd_bn'], 0)} bn, at an official share of "
            f"{number(100 * japan['official_share'], 0)} % "
            f"({number(100 * japan['official_share_low'], 0)} to "
            f"{number(100 * japan['official_share_high'], 0)} %, {japan['grade']}): the "
            "split is not published."
        )
    print_table(
        f"All holders by sector, {found['sectors_as_of']}",
        ["sector", "grade", "% per 100 bp", "bn USD", "% of debt"],
        [
            [
                row["sector"],
                row["grade"],
                number(row["elasticity_pct_per_100bp"], 0),
                number(row["usd_bn"], 1),
                number(100 * row["share_of_marketable_debt"], 1),
            ]
            for row in found["sectors"]
        ],
        numeric=3,
    )
    print_text(
        "% per 100 bp: how much a sector adds to its holdings when yields rise by 100 bp "
        "(judgement). Custody is not ownership: holdings stand where they are kept."
    )
    if not found["complete"]:
        print_text("The holders listed do not add up to the total of this month.")
    for source in found["sources"]:
        print_text(f"source: {source}")


def _print_entry(found: dict[str, Any]) -> None:
    print_text(found["question"])
    print_text(found["answer"])
    drivers = ", ".join(name.replace("_", " ") for name in found["drivers"])
    print_text(f"({found['class']}; grade {found['grade']}; driven by {drivers})")


def _row(name: str, spread: dict[str, Any] | None, places: int = 2) -> list[str]:
    if spread is None:
        return [name, "—", "—", "—"]
    return [name, *(number(spread[key], places) for key in ("median", "low", "high"))]


_SPREAD = ["median", "5 %", "95 %"]


def _print_yields(found: dict[str, Any]) -> None:
    path = {row["day"]: row for row in found["path"]}
    rows = [_row(f"10-year, day {day}", path[day], 1) for day in _PATH_ROWS if day in path]
    rows.append(_row("10-year, peak", found["peak"], 1))
    rows.append(_row("10-year, permanent", found["permanent"], 1))
    rows += [
        _row(f"{bucket}, end of the sale", spread, 1)
        for bucket, spread in found["by_maturity"].items()
    ]
    days = found["sale"]["trading_days"]
    print_table(f"Yields, bp (the sale ends on day {days})", ["yield", *_SPREAD], rows, numeric=3)


def _print_families(found: dict[str, Any]) -> None:
    rows = [_row(name, spread) for name, spread in found["by_family"].items()]
    rows.append(_row("pooled", found))
    rows.append(_row("registry's pooled prior, for comparison", found["registry_pooled"]))
    print_table(
        "10-year at the end of the sale by family of studies, bp",
        ["family", *_SPREAD],
        rows,
        numeric=3,
    )
    rises = [
        _row(
            f"+{rise['rise_bp']:.0f} bp, {found['yardstick']['from']} to {rise['to']}",
            {key: 100 * value for key, value in rise["share"].items()},
            0,
        )
        for rise in found["yardstick"]["rises"]
    ]
    print_table("As a share of what April 2025 saw, %", ["rise", *_SPREAD], rises, numeric=3)


def _print_losses(found: dict[str, Any]) -> None:
    loss, cost = found["seller_loss_bn"], found["hegemon_cost_bn"]
    parts = loss["parts"]
    rows = [
        _row("seller: on what was sold", parts["execution"]),
        _row("seller: on what it still holds", parts["mark_to_market"]),
        _row("seller: currency (minus: a gain)", parts["currency"]),
        _row("seller: freeze", parts["freeze"]),
        _row("seller: all, gains on currency not counted", loss),
        *(
            _row(f"issuer: interest, {bucket}", spread)
            for bucket, spread in cost["by_bucket"].items()
        ),
        _row(f"issuer: interest over {cost['years']:g} years", cost),
        _row("seller, per 100 bn sold", found["per_100bn"]["seller_loss"]),
        _row("issuer, per 100 bn sold", found["per_100bn"]["hegemon_cost"]),
    ]
    print_table("Losses, bn USD", ["loss", *_SPREAD], rows, numeric=3)
    per = found["per_100bn"]
    print_text(
        f"Hurt more: the {per['hurt_more']} (the seller in "
        f"{number(100 * per['share_seller_hurt_more'], 0)} % of draws). Break-even: "
        + (
            f"{number(per['break_even_bn'], 0)} bn; {per['break_even_note']}."
            if per["break_even_bn"] is not None
            else f"none; {per['break_even_note']}."
        )
    )
    for part, reason in loss["not_counted"].items():
        print_text(f"Not counted, {part}: {reason}.")


def _print_buyers(found: dict[str, Any]) -> None:
    bought = found["buyers"]
    rows = [
        [name, number(amount), number(100 * bought["share"][name], 1)]
        for name, amount in bought["usd_bn"].items()
    ]
    rows.append(["all", number(bought["total_usd_bn"]), number(100.0, 1)])
    print_table(f"Who buys ({bought['basis']})", ["buyer", "bn USD", "%"], rows, numeric=2)
    guard = found["backstop"]
    if not guard["on"]:
        print_text("No backstop: the Federal Reserve does not buy.")
        return
    if not guard["share_triggered"]:
        print_text(
            f"Backstop: the trigger of {guard['trigger_bp']:g} bp within {guard['window_days']} "
            "days is reached in no draw."
        )
        return
    print_text(
        f"Backstop: {guard['trigger_bp']:g} bp within {guard['window_days']} days are reached in "
        f"{number(100 * guard['share_triggered'], 0)} % of draws; the Federal Reserve then acts "
        f"with probability {guard['probability']:g} after {guard['delay_days']} days "
        f"({guard['bn_per_bp']:g} bn per bp, at most {guard['cap_bn_per_day']:g} bn a day; "
        f"{guard['grade']}). It bought {number(guard['bought']['mean'], 1)} bn on average over "
        f"draws ({number(guard['bought']['low'], 1)} to {number(guard['bought']['high'], 1)} in "
        "90 % of them)."
    )


def _print_april(april: dict[str, Any]) -> None:
    rise = april["yardstick"]["rises"][0]
    print_text(
        f"What was sold in the weeks to 4 and 11 April 2025: "
        f"{number(april['foreign_bonds_sold_bn'], 1)} bn of foreign bonds, of which Treasuries "
        f"{number(april['treasuries_sold_bn']['median'], 1)} bn "
        f"({number(april['treasuries_sold_bn']['low'], 1)} to "
        f"{number(april['treasuries_sold_bn']['high'], 1)}; the share is a judgement). That is "
        f"{number(april['bp']['median'], 1)} bp ({number(april['bp']['low'], 1)} to "
        f"{number(april['bp']['high'], 1)}), or {number(100 * rise['share']['median'], 0)} % "
        f"({number(100 * rise['share']['low'], 0)} to {number(100 * rise['share']['high'], 0)}) of "
        f"the {rise['rise_bp']:.0f} bp to 9 April. TIC: Japan's holdings changed by "
        f"{number(april['tic_change_of_japan_in_april_bn'], 1)} bn in April."
    )


def _print_notes(found: dict[str, Any]) -> None:
    sold = found["sale"]
    if sold["usd_bn"] > found["holdings"]:
        print_text(
            f"The amount is above what is held at the mean official share, "
            f"{number(found['holdings'], 1)} bn; "
            f"{number(100 * found['seller']['share_of_draws_that_hold_it'], 0)} % of draws hold "
            "it, and the others count as holding just that."
        )
    print_text(
        f"Days are trading days; amounts count as securities of {sold['duration_years']:g} years "
        f"of duration. Holdings of {found['seller']['month']}: "
        f"{number(found['holdings'], 1)} bn. {found['draws']} draws, seed {found['seed']}."
    )
    for note in found["notes"][2:]:
        print_text(f"Note: {note}.")
    for source in found["sources"]:
        print_text(f"source: {source}")
