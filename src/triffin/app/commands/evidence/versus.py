"""`triffin versus`: published estimates beside a run, with what explains each gap."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from typer import Argument, Option

from triffin.app import show
from triffin.app.answer_file import PICTURES, checked_out, write_answer
from triffin.app.commands.runs.run import scenario_or_run
from triffin.app.declare import command
from triffin.app.options import Json
from triffin.app.terminal import print_json, say, writing

_INSIDE = {None: "", True: ", inside", False: ", outside"}


@command(example="triffin versus japan-2025 --out strips.svg")
def versus(
    run: Annotated[
        str, Argument(metavar="[RUN]", help="A scenario, or the folder of a run.")
    ] = "japan-2025",
    power: Annotated[bool, Option("--power", help="Of withheld trade, without a run.")] = False,
    out: Annotated[Path | None, Option(help="A file: .json .csv .svg .png .html.")] = None,
    as_json: Json = False,
) -> None:
    """Our figures beside published estimates."""
    from triffin.evidence.estimates import versus as estimates

    drawn = out is not None and out.suffix.lower() in PICTURES
    if not drawn:
        checked_out(out)
    if power:
        _power(out, as_json)
        return
    document = estimates.versus(scenario_or_run(run))
    if drawn and out is not None:
        _draw(document, out)
    else:
        write_answer(out, document)
    (print_json if as_json else print_estimates)(document)


def _power(out: Path | None, as_json: bool) -> None:
    """Published losses from withheld trade beside ours."""
    from triffin.evidence.estimates.withheld_trade import withheld_versus

    checked_out(out)
    document = withheld_versus()
    write_answer(out, document)
    if as_json:
        print_json(document)
        return

    def ends(pair: list[float]) -> str:
        low, high = pair
        return show.scaled(low) if low == high else f"{show.scaled(low)} to {show.scaled(high)}"

    show.table(
        f"{document['title']}, % of income",
        document["rows"],
        show.text("what", lambda row: f"{row['what']} ({row['economy']})"),
        show.text("source", lambda row: row["source"].partition(" (")[0]),
        show.count("published", lambda row: ends(row["published"])),
        show.count("ours", lambda row: ends(row["ours"])),
        show.text("", lambda row: row["use"] + _INSIDE[row["inside"]]),
    )
    show.tell(
        "{counts.inside} of {counts.compared} compared are inside; {counts.reproduced} of "
        "{counts.to_reproduce} to be reproduced are.",
        document,
    )


def print_estimates(document: dict[str, Any]) -> None:
    show.table(
        f"{document['title']}: published figures beside ours",
        [row for row in document["rows"] if row["ours"] is not None],
        show.text(
            "institution, date, quantity",
            lambda row: show.told("{institution}, {date}: {quantity}, {unit_of_ours}", row),
        ),
        show.text(
            "goes with",
            lambda row: row["explained_by"] + (" (inside)" if row["inside_range"] else ""),
        ),
        show.figure("published", "published"),
        show.figure("ours", "ours"),
        show.figure("lowest", "range.low"),
        show.figure("highest", "range.high"),
    )
    counts = document["counts"]
    causes = ", ".join(f"{name} {count}" for name, count in counts["explained_by"].items())
    show.tell(
        "{compared} of {published} figures have a counterpart; {inside_range} lie in our range "
        f"over models and closures (or draws). The gaps go with: {causes}. The reasoning of each "
        "row: --json.",
        counts,
    )


def _draw(document: dict[str, Any], out: Path) -> None:
    from triffin.results.figures.versus_strips import strip_chart

    with writing(out):
        strip_chart(
            document["strips"],
            out,
            title="Published estimates beside our range over models and closures",
            subtitle=f"{document['title']}. Line: our range; bar: our middle; points: published.",
        )
    say(f"written: {out}")
