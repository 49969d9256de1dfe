"""`triffin backtest`: observed values beside the intervals of the models."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument

from triffin.app import show
from triffin.app.declare import command
from triffin.app.options import Draws, Seed
from triffin.app.terminal import print_text


def print_backtests(document: dict[str, Any]) -> None:
    if "rates" in document:
        _print_rates(document)
        return
    if "institutions" in document:
        _print_institutions(document)
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


@command(answer=print_backtests, example="triffin backtest plaza-1985")
def backtest(
    episode: Annotated[
        str | None,
        Argument(
            metavar="[EPISODE]",
            help="An episode, rates or institutions; all episodes if not given.",
        ),
    ] = None,
    draws: Draws = 2000,
    seed: Seed = 1,
) -> dict[str, Any]:
    """What happened beside what the models say."""
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
