"""`triffin dollar` and `triffin dollar tip`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.terminal import number, print_json, print_table, print_text


def dollar(*, draws: int, seed: int, as_json: bool, out: Path | None = None) -> None:
    """Where the dollar stands, how far the edge is, what moves it.

    Raises InputError for a number of draws or a seed that is not valid.
    """
    from triffin.questions.dollar.position import dollar_position

    checked_out(out)
    document = dollar_position(draws=draws, seed=seed)
    write_answer(out, document)
    if as_json:
        print_json(document)
        return
    _print_answer(document)
    _print_zone(document)
    _print_layers(document)
    _print_privilege(document)
    _print_coercion(document["coercion"])
    _print_record(document["record"])
    for note in document["notes"]:
        print_text(note)
    print_text(
        "Sources, grades and ranges of every number: --json, or `triffin parameters NAME` for "
        + ", ".join(entry["name"] for entry in document["parameters"])
        + "."
    )


def dollar_tip(
    shock: str,
    *,
    layer: str | None,
    years: float,
    draws: int,
    seed: int,
    as_json: bool,
    out: Path | None = None,
) -> None:
    """What a lasting shock to the dollar's attractiveness does to its use.

    Raises InputError for a size, layer, horizon, number of draws or seed that is not valid.
    """
    from triffin.questions.dollar import tipping as finance_dollar

    checked_out(out)
    document = finance_dollar.dollar_tip(shock, layer=layer, years=years, draws=draws, seed=seed)
    write_answer(out, document)
    if as_json:
        print_json(document)
        return
    _print_answer(document)
    layers = document["layers"]
    paths = {name: found["path"] for name, found in layers.items()}
    first = next(iter(paths.values()))
    # Eleven rows at most, the last year among them.
    step = max(1, -(-(len(first) - 1) // 10))
    shown = sorted({*range(0, len(first), step), len(first) - 1})
    alone = len(paths) == 1
    print_table(
        "The dollar's share, %: median" + (" (90 % interval)" if alone else ""),
        ["year", *paths],
        [
            [
                number(first[i]["year"], 1),
                *(
                    _interval(path[i], 1) if alone else number(path[i]["median"], 1)
                    for path in paths.values()
                ),
            ]
            for i in shown
        ],
        numeric=len(paths) + 1,
    )
    print_table(
        "Where it ends: the share in %, median (90 % interval)",
        ["layer", "tips", f"after {document['years']:g} years", "in the long run"],
        [
            [
                name,
                _percent(found["tips_probability"]),
                _interval(found["path"][-1], 1),
                _interval(found["long_run"], 1),
            ]
            for name, found in layers.items()
        ],
        numeric=3,
    )
    tipped = {name: found for name, found in layers.items() if found["tips_probability"] > 0}
    if tipped:
        print_table(
            "How far back, where it tips",
            ["layer", "no return", "way back, %"],
            [
                [
                    name,
                    _percent(found["stays_after_reversal_probability"]),
                    _in_percent(found["hysteresis"]["reverse_shock_log_points"]),
                ]
                for name, found in tipped.items()
            ],
            numeric=2,
        )
    size = document["shock"]
    print_text(
        f"Shock: {number(size['log_points'], 4)} log points, "
        f"{number(size['percent_of_attractiveness'], 1)} % of the dollar's attractiveness, for "
        "good. A negative size is a gain."
    )
    print_text(
        "tips: part of the draws in which the share leaves its basin; no return: part in which "
        "it would not come back if the shock were undone; way back: change over today's "
        "attractiveness that brings it back (negative: before the shock is wholly undone)."
    )
    _print_limits(document["complementarity"])
    for found in layers.values():
        print_text(f"Basis: {found['basis']}; {found['period']}. Source: {found['source']}.")
    for entry in document["parameters"]:
        print_text(f"{entry['name']}: {entry['source']} ({entry['grade']}).")
    for note in document["notes"]:
        print_text(note)


def _print_answer(document: dict[str, Any]) -> None:
    print_text(f"{document['class']}, grade {document['grade']}: {document['question']}")
    print_text(document["answer"])
    print_text(
        f"Median and 90 % interval over {document['draws']} draws; drivers: "
        + ", ".join(document["drivers"])
        + "."
    )


def _print_zone(document: dict[str, Any]) -> None:
    zone = document["zone"]
    print_table(
        f"Safety of the debt ({zone['class']}, grade {zone['grade']})",
        ["zone", "share of draws", "debt may grow by, %"],
        [
            ["safe", _percent(zone["probability"]["safe"]), "—"],
            [
                "instability",
                _percent(zone["probability"]["instability"]),
                _interval(zone["room_to_instability_percent"], 0),
            ],
            [
                "collapse",
                _percent(zone["probability"]["collapse"]),
                _interval(zone["room_to_collapse_percent"], 0),
            ],
        ],
        numeric=2,
    )
    print_text(f"{zone['meaning']}; {zone['source']}.")
    index = document["collapse_index"]
    print_table(
        f"Collapse index per year ({index['class']}, grade {index['grade']}), given instability",
        ["situation", "index", "at the ends of the ranges"],
        [
            [row["situation"], number(row["index"], 3), f"{row['low']:.3f} to {row['high']:.3f}"]
            for row in index["situations"]
        ],
        numeric=2,
    )


def _print_layers(document: dict[str, Any]) -> None:
    tipping = document["tipping"]
    layers = tipping["layers"]
    print_table(
        "Distance to the tip, by layer (index, grade judgement)",
        ["layer", "today", "has tip", "tip at loss, %", "points per 1 %"],
        [
            [
                name,
                number(found["share_today"], 1),
                _percent(found["tip_exists_share"]),
                _interval(found["distance_percent"], 1),
                _interval(found["points_lost_per_percent"], 1),
            ]
            for name, found in layers.items()
        ],
        numeric=4,
    )
    print_text(
        "Loss: of the dollar's attractiveness, which the odds of choosing it are proportional "
        "to. Points: of share lost for good per 1 % of it, before any tip. Log points in --json."
    )
    _print_limits(tipping["complementarity"])
    for name, found in layers.items():
        print_text(f"{name}: {found['basis']}; {found['period']}. Source: {found['source']}.")
    rows = [
        [
            name,
            _interval(found["anticoercion"]["shift_that_tips_points"], 1),
            _interval(found["anticoercion"]["cost_at_which_it_pays_percent"], 2),
        ]
        for name, found in layers.items()
        if found["tip_exists_share"] > 0
    ]
    if rows:
        print_table(
            "Anti-coercion: if all users moved away (where there is a tip)",
            ["layer", "points that tip", "pays if it costs, % of spending"],
            rows,
            numeric=2,
        )


def _print_limits(found: dict[str, Any]) -> None:
    print_text(
        f"Today's shares are at rest and stable only if complementarity is below "
        f"{number(found['limit'])} (registry: {number(found['registry']['low'])} to "
        f"{number(found['registry']['high'])}); {_percent(found['consistent_share'])} of its "
        "distribution is, and is drawn."
    )


def _print_privilege(document: dict[str, Any]) -> None:
    found, lost = document["privilege"], document["lost"]
    print_table(
        "The privilege and who would lose it (grade judgement)",
        ["what", "bn USD"],
        [
            ["a year, lost by the United States", _interval(found["annual_bn"], 1)],
            ["a year, lost by the rest of the world", _interval(lost["rest_of_world_bn"], 1)],
            [f"{found['annuity_years']:.0f} years, present value", _interval(found["annuity_bn"])],
            ["for ever, where r > g", _interval(found["perpetuity_bn"])],
        ],
        numeric=1,
    )
    print_text(
        f"Negative in {_percent(found['negative_share'], 1)} of the draws; r <= g in "
        f"{_percent(found['perpetuity_undefined_share'])}, where for ever has no limit. "
        f"{lost['note'][0].upper()}{lost['note'][1:]}."
    )


def _print_coercion(found: dict[str, Any]) -> None:
    print_table(
        f"Coercive power ({found['class']}, grade {found['grade']})",
        ["if withdrawn", "US share %", "loss, % of spending", "last ten points"],
        [
            [
                row["sector"],
                number(row["share_percent"], 1),
                _interval(row["loss_percent"], 1),
                _percent(row["last_ten_points_share"]["median"]),
            ]
            for row in found["sectors"]
        ],
        numeric=3,
    )
    print_text(f"{found['note'][0].upper()}{found['note'][1:]}. {found['source']}.")
    for source in dict.fromkeys(row["source"] for row in found["sectors"]):
        print_text(f"Source: {source}.")


def _print_record(found: dict[str, Any]) -> None:
    rows = [row for row in found["rows"] if row["usd_percent"] is not None]
    bases = {basis: [row for row in rows if row["basis"] == basis] for basis in found["trends"]}
    shown = []
    for listed in bases.values():
        step = max(1, len(listed) // 6)
        shown += [row for i, row in enumerate(listed) if i % step == 0 or row is listed[-1]]
    print_table(
        f"The dollar in foreign-exchange reserves ({found['class']})",
        ["period", "basis", "grade", "%"],
        [[r["period"], r["basis"], r["grade"], number(r["usd_percent"])] for r in shown],
        numeric=1,
    )
    for basis, trend in found["trends"].items():
        if trend["points_per_year"] is not None:
            print_text(
                f"{basis}: {number(trend['points_per_year'])} points a year, {trend['first']} to "
                f"{trend['last']}."
            )
    print_text(f"{found['note'][0].upper()}{found['note'][1:]}.")
    for source in dict.fromkeys(row["source"] for row in shown):
        print_text(f"Source: {source}.")


def _interval(found: dict[str, float | None], places: int = 0) -> str:
    if found["median"] is None:
        return "—"
    low, high = number(found["low"], places), number(found["high"], places)
    return f"{number(found['median'], places)} ({low} to {high})"


def _in_percent(log_points: dict[str, float | None]) -> str:
    """An interval of gains in log points as per cent of attractiveness."""
    from math import expm1

    return _interval(
        {key: None if x is None else 100.0 * expm1(x) for key, x in log_points.items()}
    )


def _percent(share: float, places: int = 0) -> str:
    return f"{number(100.0 * share, places)} %"
