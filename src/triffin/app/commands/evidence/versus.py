"""`triffin versus`: published estimates beside a run, with what explains each gap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from triffin.app.answer_file import checked_out, write_answer
from triffin.app.commands.runs.run import scenario_or_run
from triffin.app.terminal import number, print_json, print_table, print_text, say, writing

PICTURES = ("svg", "png", "html")


def show_versus(name: str, as_json: bool, out: Path | None) -> None:
    """Print the comparison; raises InputError for an unknown scenario or run."""
    from triffin.evidence.estimates.versus import versus

    drawn = out is not None and out.suffix.lower().lstrip(".") in PICTURES
    if not drawn:
        checked_out(out)
    document = versus(scenario_or_run(name))
    if drawn and out is not None:
        _draw(document, out)
    else:
        write_answer(out, document)
    if as_json:
        print_json(document)
        return
    rows = [row for row in document["rows"] if row["ours"] is not None]
    print_table(
        f"{document['title']}: published figures beside ours",
        ["institution, date, quantity", "goes with", "published", "ours", "lowest", "highest"],
        [
            [
                f"{row['institution']}, {row['date']}: {row['quantity']}, {row['unit_of_ours']}",
                f"{row['explained_by']}{' (inside)' if row['inside_range'] else ''}",
                number(row["published"]),
                number(row["ours"]),
                number(row["range"]["low"]),
                number(row["range"]["high"]),
            ]
            for row in rows
        ],
        numeric=4,
    )
    counts = document["counts"]
    causes = ", ".join(f"{name} {count}" for name, count in counts["explained_by"].items())
    print_text(
        f"{counts['compared']} of {counts['published']} figures have a counterpart; "
        f"{counts['inside_range']} lie in our range over models and closures (or draws). The gaps "
        f"go with: {causes}. The reasoning of each row: --json."
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
