"""`triffin verify`: cases with known answers, run through the functions used in production."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument

from triffin.app.declare import command
from triffin.app.options import Json
from triffin.app.show import table, text
from triffin.app.terminal import print_json, print_text, say


@command(example="triffin verify")
def verify(
    path: Annotated[
        Path | None, Argument(metavar="[FILE]", help="Cases as JSON; ours if left out.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Cases with known answers, run as in production."""
    from triffin.evidence.verification import SHIPPED_CASES, read_cases, verify_cases

    file = SHIPPED_CASES if path is None else path
    report = verify_cases(read_cases(file), Path(file).parent)
    if as_json:
        print_json(report)
    else:
        table(
            "",
            report["cases"],
            text("case", "case"),
            text("model", lambda row: row["model"] or "—"),
            text("status", "status"),
        )
        for row in report["cases"]:
            if "reason" in row:
                print_text(f"{row['case']}: {row['reason']}")
        say(f"{report['passed']} passed, {report['failed']} failed.")
    return 1 if report["failed"] else 0
