"""`triffin dollar` and `triffin dollar tip`."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer import Option

from triffin.app import show
from triffin.app.declare import command, group
from triffin.app.options import Draws, Seed, UnusedDraws, UnusedSeed
from triffin.app.terminal import print_text

dollar_group = group(
    __name__,
    "dollar",
    "Where the dollar stands, and how far the edge is.",
    example="triffin dollar tip --shock 10%",
    invoke_without_command=True,
)


def print_position(document: dict[str, Any]) -> None:
    show.answer_head(document)
    _print_thresholds(document)
    _print_privilege(document)
    _print_layers(document["layers"])
    _print_record(document["record"])
    show.paragraphs(document["notes"])
    print_text(
        "Sources, grades and ranges of every number: --json, or `triffin parameters NAME` for "
        + ", ".join(entry["name"] for entry in document["parameters"])
        + "."
    )


@command(
    dollar_group, callback=True, own=("prior",), answer=print_position, example="triffin dollar"
)
def dollar(
    context: typer.Context, draws: UnusedDraws = 0, seed: UnusedSeed = 1
) -> dict[str, Any] | None:
    """Where the dollar stands, how far the edge is, and what moves it."""
    from triffin.questions.dollar.position import dollar_position

    return None if context.invoked_subcommand is not None else dollar_position()


def print_tip(document: dict[str, Any]) -> None:
    _print_answer(document)
    layers = document["layers"]
    _print_paths({name: found["path"] for name, found in layers.items()})
    show.table(
        "Where it ends: the share in %, median (90 % interval)",
        layers,
        show.text("layer", show.NAME),
        show.figure("tips from", "tips_above", 2),
        show.figure("fits to", "limit", 2),
        show.interval(f"after {document['years']:g} years", lambda found: found["path"][-1], 1),
        show.interval("in the long run", "long_run", 1),
    )
    show.tell(
        "Shock: {log_points:4} log points, {percent_of_attractiveness:1} % of the dollar's "
        "attractiveness, for good. A negative size is a gain.",
        document["shock"],
    )
    print_text(
        "tips above: strength of networks (complementarity) above which the share leaves its "
        "basin, none where it does not at any strength that fits today's shares."
    )
    _print_limits(document["complementarity"])
    for found in layers.values():
        show.tell("Basis: {basis}; {period}. Source: {source}.", found)
    for entry in document["parameters"]:
        show.tell("{name}: {source} ({grade}).", entry)
    show.paragraphs(document["notes"])


@command(
    dollar_group,
    own=("prior",),
    answer=print_tip,
    example="triffin dollar tip --shock 10% --layer reserves",
)
def tip(
    shock: Annotated[str, Option(help="Loss of attractiveness: 0.1 in logs, or 10%.")],
    layer: Annotated[
        str | None, Option(help="reserves, payments, turnover or invoicing; all if left out.")
    ] = None,
    years: Annotated[float, Option(help="Years to follow.")] = 10.0,
    draws: Draws = 2000,
    seed: Seed = 1,
) -> dict[str, Any]:
    """What a loss of attractiveness does to the dollar's share."""
    from triffin.questions.dollar.tipping import dollar_tip

    return dollar_tip(shock, layer=layer, years=years, draws=draws, seed=seed)


def _print_paths(paths: dict[str, list[dict[str, Any]]]) -> None:
    """The share over time: one layer with its interval, several by their medians."""
    first = next(iter(paths.values()))
    # Eleven rows at most, the last year among them.
    step = max(1, -(-(len(first) - 1) // 10))
    shown = sorted({*range(0, len(first), step), len(first) - 1})
    alone = len(paths) == 1
    show.table(
        "The dollar's share, %: median" + (" (90 % interval)" if alone else ""),
        [
            {"year": first[i]["year"], **{name: path[i] for name, path in paths.items()}}
            for i in shown
        ],
        show.figure("year", "year", 1),
        *(show.interval(n, n, 1) if alone else show.figure(n, f"{n}.median", 1) for n in paths),
    )


def _print_answer(document: dict[str, Any]) -> None:
    show.answer_head(document)
    show.tell(
        "Median and 90 % interval over {draws} draws; drivers: "
        + ", ".join(document["drivers"])
        + ".",
        document,
    )


def _print_thresholds(document: dict[str, Any]) -> None:
    found, rows = document["thresholds"], []
    for one in found["rollover"]:
        lent = one["central_bank_lends"]
        bank = f"the central bank lends {show.percent(lent)} of GDP" if lent else "no central bank"
        rows.append((f"what falls due cannot be paid if nobody rolls it over, {bank}", one))
    for one in found["solvency"]:
        gap = 100 * one["interest_less_growth"]
        rows.append((f"debt grows whatever is done, interest {gap:.0f} points above growth", one))
    show.lines(
        "Thresholds of debt over GDP (grade judgement)",
        ["beyond it", "above", "today"],
        [[what, show.percent(one["above"]), show.percent(one["today"])] for what, one in rows],
    )
    print_text(show.sentence(found["meaning"]))


def _print_layers(layers: dict[str, dict[str, Any]]) -> None:
    show.table(
        "Use of the dollar, by layer",
        layers,
        show.text("layer", show.NAME),
        show.figure("today, %", "share_today", 1),
        show.figure("tips above", "tips_above", 2),
        show.figure("fits up to", "limit", 2),
        show.figure("points per 1 %", "points_lost_per_percent_at_least", 1),
    )
    print_text(
        "Strength of networks (complementarity): a layer tips only above the first, today's shares "
        "are at rest up to the second. Points: of share lost for good, at least, per 1 % of its "
        "attractiveness, before any tip."
    )
    for name, found in layers.items():
        show.tell(f"{name}: {{basis}}; {{period}}. Source: {{source}}.", found)


def _print_limits(found: dict[str, Any]) -> None:
    show.tell(
        "Today's shares are at rest and stable only if complementarity is below {limit:2} "
        "(registry: {registry.low:2} to {registry.high:2}); {consistent_share:0%} of its "
        "distribution is, and is drawn.",
        found,
    )


def _print_privilege(document: dict[str, Any]) -> None:
    found, stress = document["privilege"], document["stress"]
    show.table(
        "What its place earns: range over sources, no probability",
        found["rows"],
        show.text("maturity", "maturity"),
        show.text("period", "period"),
        show.count("bp", lambda row: "{low_bp:.0f} to {high_bp:.0f}".format_map(row)),
        show.count("bn USD a year", lambda row: "{low_bn:.1f} to {high_bn:.1f}".format_map(row)),
        show.text("sign", "sign"),
    )
    show.tell("{period}, {maturity}: {low_bp:.0f} bp ({source}).", found["historical"])
    show.tell(
        "Stress case: {loss_bp:.0f} bp less on all marketable debt cost {cost_bn:.0f} bn USD a "
        "year; its source has the dollar at {dollar_pct:.1f} % and long rates "
        "{long_rate_points:.1f} points higher ({source}).",
        stress,
    )
    show.paragraphs([row["source"] for row in found["rows"]], "Source: {}.")


def _print_record(found: dict[str, Any]) -> None:
    rows = [row for row in found["rows"] if row["usd_percent"] is not None]
    bases = {basis: [row for row in rows if row["basis"] == basis] for basis in found["trends"]}
    shown = []
    for listed in bases.values():
        step = max(1, len(listed) // 6)
        shown += [row for i, row in enumerate(listed) if i % step == 0 or row is listed[-1]]
    show.table(
        f"The dollar in foreign-exchange reserves ({found['class']})",
        shown,
        *(show.text(key, key) for key in ("period", "basis", "grade")),
        show.figure("%", "usd_percent"),
    )
    for basis, trend in found["trends"].items():
        if trend["points_per_year"] is not None:
            show.tell(
                f"{basis}: {{points_per_year:2}} points a year, {{first}} to {{last}}.", trend
            )
    print_text(show.sentence(found["note"]))
    show.paragraphs(dict.fromkeys(row["source"] for row in shown), "Source: {}.")
