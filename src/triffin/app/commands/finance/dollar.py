"""`triffin dollar` and `triffin dollar tip`."""

from __future__ import annotations

from math import expm1
from typing import Annotated, Any

import typer
from typer import Option

from triffin.app import show
from triffin.app.declare import command, group
from triffin.app.options import Draws, Seed
from triffin.app.terminal import print_text

dollar_group = group(
    __name__,
    "dollar",
    "Where the dollar stands, and how far the edge is.",
    example="triffin dollar tip --shock 10%",
    invoke_without_command=True,
)


def print_position(document: dict[str, Any]) -> None:
    _print_answer(document)
    _print_zone(document)
    _print_layers(document)
    _print_privilege(document)
    _print_coercion(document["coercion"])
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
def dollar(context: typer.Context, draws: Draws = 2000, seed: Seed = 1) -> dict[str, Any] | None:
    """Where the dollar stands, how far the edge is, and what moves it."""
    from triffin.questions.dollar.position import dollar_position

    if context.invoked_subcommand is not None:
        return None
    return dollar_position(draws=draws, seed=seed)


def print_tip(document: dict[str, Any]) -> None:
    _print_answer(document)
    layers = document["layers"]
    _print_paths({name: found["path"] for name, found in layers.items()})
    show.table(
        "Where it ends: the share in %, median (90 % interval)",
        layers,
        show.text("layer", show.NAME),
        show.share("tips", "tips_probability"),
        show.interval(f"after {document['years']:g} years", lambda found: found["path"][-1], 1),
        show.interval("in the long run", "long_run", 1),
    )
    tipped = {name: found for name, found in layers.items() if found["tips_probability"] > 0}
    if tipped:
        show.table(
            "How far back, where it tips",
            tipped,
            show.text("layer", show.NAME),
            show.share("no return", "stays_after_reversal_probability"),
            show.interval("way back, %", _way_back, 0),
        )
    show.tell(
        "Shock: {log_points:4} log points, {percent_of_attractiveness:1} % of the dollar's "
        "attractiveness, for good. A negative size is a gain.",
        document["shock"],
    )
    print_text(
        "tips: part of the draws in which the share leaves its basin; no return: part in which "
        "it would not come back if the shock were undone; way back: change over today's "
        "attractiveness that brings it back (negative: before the shock is wholly undone)."
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


def _way_back(found: dict[str, Any]) -> dict[str, float | None]:
    """The way back, in log points, as per cent of attractiveness."""
    log_points = found["hysteresis"]["reverse_shock_log_points"]
    return {key: None if x is None else 100.0 * expm1(x) for key, x in log_points.items()}


def _print_answer(document: dict[str, Any]) -> None:
    show.answer_head(document)
    show.tell(
        "Median and 90 % interval over {draws} draws; drivers: "
        + ", ".join(document["drivers"])
        + ".",
        document,
    )


def _print_zone(document: dict[str, Any]) -> None:
    zone = document["zone"]
    chance = zone["probability"]
    show.lines(
        f"Safety of the debt ({zone['class']}, grade {zone['grade']})",
        ["zone", "share of draws", "debt may grow by, %"],
        [
            [name, show.percent(chance[name]), show.band(zone.get(f"room_to_{name}_percent"), 0)]
            for name in ("safe", "instability", "collapse")
        ],
    )
    show.tell("{meaning}; {source}.", zone)
    index = document["collapse_index"]
    show.table(
        f"Collapse index per year ({index['class']}, grade {index['grade']}), given instability",
        index["situations"],
        show.text("situation", "situation"),
        show.figure("index", "index", 3),
        show.count(
            "at the ends of the ranges", lambda row: "{low:.3f} to {high:.3f}".format_map(row)
        ),
    )


def _print_layers(document: dict[str, Any]) -> None:
    layers = document["tipping"]["layers"]
    show.table(
        "Distance to the tip, by layer (index, grade judgement)",
        layers,
        show.text("layer", show.NAME),
        show.figure("today", "share_today", 1),
        show.share("has tip", "tip_exists_share"),
        show.interval("tip at loss, %", "distance_percent", 1),
        show.interval("points per 1 %", "points_lost_per_percent", 1),
    )
    print_text(
        "Loss: of the dollar's attractiveness, which the odds of choosing it are proportional "
        "to. Points: of share lost for good per 1 % of it, before any tip. Log points in --json."
    )
    _print_limits(document["tipping"]["complementarity"])
    for name, found in layers.items():
        show.tell(f"{name}: {{basis}}; {{period}}. Source: {{source}}.", found)
    tipping = {name: found for name, found in layers.items() if found["tip_exists_share"] > 0}
    if tipping:
        show.table(
            "Anti-coercion: if all users moved away (where there is a tip)",
            tipping,
            show.text("layer", show.NAME),
            show.interval("points that tip", "anticoercion.shift_that_tips_points", 1),
            show.interval(
                "pays if it costs, % of spending", "anticoercion.cost_at_which_it_pays_percent", 2
            ),
        )


def _print_limits(found: dict[str, Any]) -> None:
    show.tell(
        "Today's shares are at rest and stable only if complementarity is below {limit:2} "
        "(registry: {registry.low:2} to {registry.high:2}); {consistent_share:0%} of its "
        "distribution is, and is drawn.",
        found,
    )


def _print_privilege(document: dict[str, Any]) -> None:
    found, lost = document["privilege"], document["lost"]
    show.lines(
        "The privilege and who would lose it (grade judgement)",
        ["what", "bn USD"],
        [
            ["a year, lost by the United States", show.band(found["annual_bn"], 1)],
            ["a year, lost by the rest of the world", show.band(lost["rest_of_world_bn"], 1)],
            [
                f"{found['annuity_years']:.0f} years, present value",
                show.band(found["annuity_bn"], 0),
            ],
            ["for ever, where r > g", show.band(found["perpetuity_bn"], 0)],
        ],
    )
    show.tell(
        "Negative in {negative_share:1%} of the draws; r <= g in {perpetuity_undefined_share:0%}, "
        f"where for ever has no limit. {show.sentence(lost['note'])}",
        found,
    )


def _print_coercion(found: dict[str, Any]) -> None:
    show.table(
        f"Coercive power ({found['class']}, grade {found['grade']})",
        found["sectors"],
        show.text("if withdrawn", "sector"),
        show.figure("US share %", "share_percent", 1),
        show.interval("loss, % of spending", "loss_percent", 1),
        show.share("last ten points", "last_ten_points_share.median"),
    )
    print_text(f"{show.sentence(found['note'])} {found['source']}.")
    show.paragraphs(dict.fromkeys(row["source"] for row in found["sectors"]), "Source: {}.")


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
