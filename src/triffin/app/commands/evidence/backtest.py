"""`triffin backtest`: observed values beside the intervals of the models."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.declare import command
from triffin.app.options import Draws, Seed
from triffin.app.terminal import print_text
from triffin.world.base.errors import InputError


def print_backtests(document: dict[str, Any]) -> None:
    if "rates" in document:
        _print_rates(document)
        return
    if "institutions" in document:
        _print_institutions(document)
        return
    if "series" in document:
        _print_rolling(document)
        return
    for found in document["episodes"]:
        _print_episode(found)
    show.table(
        "Scores",
        list(document["scores"].values()),
        show.text("module", "name"),
        show.count("rows", "scored"),
        show.count("inside", "inside"),
        show.figure("coverage %", "coverage", 0, 100),
        show.figure("log score", "log_score"),
        show.count("not scored", "excluded_rows"),
    )
    show.paragraphs(document["notes"], "- {}")


def draw(document: dict[str, Any]) -> Any:
    """Picture of a rolling backtest; InputError for the others, which have none."""
    if "series" not in document:
        raise InputError("only --rolling has a picture.", field="--out", valid=".json or .csv")
    from triffin.evidence.backtests.rolling_picture import picture

    return picture(document)


@command(answer=print_backtests, picture=draw, example="triffin backtest plaza-1985")
def backtest(
    episode: Annotated[
        str | None,
        Argument(
            metavar="[EPISODE|SERIES|FILE]",
            help="An episode, rates or institutions; all episodes if not given. With --rolling: a "
            "series, a currency, a CSV file (date, value); all series if not given.",
        ),
    ] = None,
    rolling: Annotated[
        bool,
        Option("--rolling", help="Forecasts from every month-end and week-end, with rivals."),
    ] = False,
    how: Annotated[
        str | None,
        Option("--as", help="Changes in logs or in levels: log, level. With --rolling."),
    ] = None,
    draws: Draws = 2000,
    seed: Seed = 1,
) -> dict[str, Any]:
    """What happened beside what the models say."""
    if how is not None and not rolling:
        raise InputError("it needs --rolling.", field="--as", value=how, valid="--rolling --as log")
    if rolling:
        from triffin.evidence.backtests.rolling import rolling as run

        return run(episode, how)
    if episode == "rates":
        from triffin.evidence.backtests.rates import rates

        return rates()
    if episode == "institutions":
        from triffin.evidence.backtests.institutions import institutions

        return institutions()
    from triffin.evidence import backtests

    return backtests.backtest(episode, draws=draws, seed=seed)


def _print_episode(found: dict[str, Any]) -> None:
    def inside(row: dict[str, Any]) -> str:
        return ("yes" if row["inside"] else "NO") + ("" if row["scored"] else " (not scored)")

    show.table(
        f"{found['title']} ({found['id']})",
        found["rows"],
        show.text("what", lambda row: show.told("{what}, {unit}", row)),
        show.text("inside", inside),
        show.figure("observed", "observed"),
        *show.SPREAD,
    )
    for beside in found["rivals"]:
        errors = ", ".join(
            f"{name} {value:.1f} %" for name, value in beside["mean_error_pct"].items()
        )
        largest = beside["largest_error_pct"]
        print_text(f"Mean error, {beside['unit']}: {errors}; ours at most {largest:.1f} %.")
    show.tell("Known: data to {information}. Given: {given}", found)
    for module, reason in found["excluded"].items():
        print_text(f"Not in the score of module {module}: {reason}")
    print_text(found["note"])


def _print_institutions(document: dict[str, Any]) -> None:
    for found in document["institutions"]:
        show.table(
            f"{found['title']}: {found['inside']} of {found['n']} inside, interval score "
            f"{found['interval_score']:.3g}",
            found["rows"],
            show.text("published", lambda row: show.told("{economy}, {institution} {date}", row)),
            show.text("law of", "law"),
            show.figure("theirs", "observed"),
            *show.SPREAD,
        )
        errors = {**found["rmse"], **found["rmse_of_conventions"]}
        told = ", ".join(f"{name} {value:.3g}" for name, value in errors.items())
        print_text(f"Root mean squared distance: {told}.")
    show.paragraphs(document["notes"], "- {}")


def _print_rates(document: dict[str, Any]) -> None:
    for found in document["rates"]:
        seen = "; hindsight" if found["hindsight"] else ""
        groups = [("all", found["rules"]), ("threatened", (found["threatened"] or {}).get("rules"))]
        show.table(
            show.told("{origin} to {target}, {measure}, {n} partners", found) + seen,
            [row | {"of": of} for of, rows in groups if rows for row in rows],
            show.text("partners: rule", lambda row: f"{row['of']}: {row['name']}"),
            show.figure("error", "mae", 2),
            show.figure("±", "mae_se", 2),
            show.figure("by imports", "weighted", 2),
            show.figure("rank", "rank", 2),
            show.figure("CRPS", "crps", 2),
            show.figure("log", "log", 2),
        )
        if found["note"]:
            print_text(found["note"])
    show.table(
        "Who signs and who retaliates: log scores, lower is better",
        [*document["signing"], document["retaliation"]],
        show.text("what", "what"),
        show.count("partners", "n"),
        show.count("happened", "happened"),
        show.figure("log score", "log", 3),
        show.figure("±", "log_se", 3),
        show.figure("base rate", "base_log", 3),
    )
    show.paragraphs(document["notes"], "- {}")


def _print_rolling(document: dict[str, Any]) -> None:
    few = "summary" not in document
    for found in document["series"] if few else ():
        show.table(
            f"{found['name']}, {found['origins']}s {found['first']} to {found['last']}",
            found["horizons"],
            show.text("", "h"),
            show.count("n", "n"),
            *(_covered(share) for share in ("50", "80", "90", "98")),
            _fifth("calm", 0),
            _fifth("hot", -1),
            show.figure("CRPS/walk", lambda row: row["crps_ratio"]["random-walk"], 3),
            show.figure("log gain", lambda row: row["log_gain"]["model-before"]["mean"], 3),
            show.figure("±", lambda row: row["log_gain"]["model-before"]["error"], 3),
        )
    if not few:
        _print_summary(document)
    if document["fails"]:
        print_text("Less than 85 % in the 90 % interval, 80 % in the calm fifth:")
        show.paragraphs(document["fails"], "- {}")
    print_text("Calm, hot: fifths by volatility known at the origin, 90 % interval. Log gain: over "
               "a normal with the root mean square of five years, the model before.")  # fmt: skip
    show.paragraphs(document["notes"], "- {}")


def _covered(share: str) -> Any:
    return show.figure(f"{share} %", lambda row: row["coverage"][share], 0, 100)


def _fifth(name: str, place: int) -> Any:
    return show.figure(name, lambda row: row["by_fifth"][place]["coverage"], 0, 100)


def _print_summary(document: dict[str, Any]) -> None:
    show.table(
        "Means over yields and floating currencies, month-ends",
        document["summary"],
        show.text("", "h"),
        show.count("series", "series"),
        *(_covered(share) for share in ("50", "80", "90", "98")),
        show.figure("calm", "calm_fifth", 0, 100),
        show.figure("hot", "top_fifth", 0, 100),
        show.figure("CRPS/walk", lambda row: row["crps_ratio"]["random-walk"], 3),
        show.figure("log gain", lambda row: row["log_gain"]["model-before"], 3),
    )
    near = [r for r in document["summary"] if r["h"] in ("1w", "1m")]
    show.tell(
        "90 % within 87 to 94 % in {inside} of {all} series, most volatile fifth within 80 to 98 % "
        "in {hot}, a week and a month ahead.",
        {
            "inside": sum(r["within_87_94"] for r in near),
            "hot": sum(r["top_fifth_within_80_98"] for r in near),
            "all": sum(r["series"] for r in near),
        },
    )
    both = document["joint"]
    tail = both["yields_up_dollar_down"]
    show.tell(
        "10-year and yen together, a week ahead: log score {gain} over the model before; weeks "
        "with yields up by two scales and the dollar down by one {seen} %, expected {expected} %.",
        {
            "gain": f"{both['log_gain']['model-before']['mean']:+.3f}",
            "seen": f"{100 * tail['observed']:.2f}",
            "expected": f"{100 * tail['expected']:.2f}",
        },
    )
    show.table(
        "Managed currencies, a week and a month ahead",
        [
            {"name": e["name"]} | row
            for e in document["series"]
            if e["group"] == "managed" and e["origins"] == "month-end"
            for row in e["horizons"][:2]
        ],
        show.text("series", "name"),
        show.text("", "h"),
        *(_covered(share) for share in ("50", "90", "98")),
        _fifth("hot", -1),
        show.figure("log gain", lambda row: row["log_gain"]["model-before"]["mean"], 3),
    )
