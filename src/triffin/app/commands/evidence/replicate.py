"""`triffin replicate`: the numbers of a paper beside those computed here."""

from __future__ import annotations

from typing import Annotated, Any

from typer import Argument

from triffin.app import show
from triffin.app.declare import command
from triffin.app.options import Json
from triffin.app.terminal import number, print_json, print_text


@command(example="triffin replicate crisman-cox-2021")
def replicate(
    paper: Annotated[str | None, Argument(help="A paper; all of them if left out.")] = None,
    as_json: Json = False,
) -> int:
    """Published numbers beside computed ones."""
    from triffin.evidence.replications import replication

    document = replication.replicate(paper)
    if as_json:
        print_json(document)
    else:
        for found in document["papers"]:
            _print_paper(found)
    # A row that is off would be a bug.
    right = all(row["ok"] for found in document["papers"] for row in found["rows"])
    return 0 if right else 1


def _print_paper(found: dict[str, Any]) -> None:
    notes = list(dict.fromkeys(row["note"] for row in found["rows"] if row.get("note")))

    def what(row: dict[str, Any]) -> str:
        mark = f" [{notes.index(row['note']) + 1}]" if row.get("note") else ""
        return f"{row['what']}{mark}"

    show.table(
        found["citation"],
        found["rows"],
        show.text("what", what),
        show.text("ok", lambda row: "yes" if row["ok"] else "NO"),
        show.figure("published", "published", 3),
        show.figure("computed", "computed", 3),
    )
    for mark, note in enumerate(notes, start=1):
        print_text(f"[{mark}] {note}")
    right = sum(row["ok"] for row in found["rows"])
    print_text(f"{right} of {len(found['rows'])} rows agree to the printed digit")
    if found.get("note"):
        print_text(found["note"])
    for key, title in (
        ("comparisons", "Beside other models, not held to agree"),
        ("artefacts", "Artefacts of the literature, explained and not reproduced"),
    ):
        if found.get(key):
            show.table(
                title,
                found[key],
                show.text("what and why", lambda row: show.told("{what}: {why}", row)),
                show.Column("published", "published", _small),
                show.Column("computed", "computed", _small),
            )


def _small(value: float | None) -> str:
    """Two places, or four where two would leave nothing to read."""
    return number(value, 4 if value is not None and 0 < abs(value) < 0.1 else 2)
