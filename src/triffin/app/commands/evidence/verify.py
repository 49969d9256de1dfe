"""`triffin verify`: cases with known answers, run through the functions used in production."""

from __future__ import annotations

from pathlib import Path

from triffin.app.terminal import print_json, print_table, print_text, say


def verify(path: Path | str | None, as_json: bool) -> int:
    """Run the cases of a file, or those that ship with Triffin if none is named.

    Returns the exit code: 0 if every case passed, 1 if any failed. Raises InputError (exit code
    2) for a file that cannot be read or holds no cases.
    """
    from triffin.evidence.verification import SHIPPED_CASES, read_cases, verify_cases

    report = verify_cases(read_cases(SHIPPED_CASES if path is None else path))
    if as_json:
        print_json(report)
    else:
        print_table(
            "",
            ["case", "model", "status"],
            [
                [str(row["case"]), str(row["model"] or "—"), row["status"]]
                for row in report["cases"]
            ],
        )
        for row in report["cases"]:
            if "reason" in row:
                print_text(f"{row['case']}: {row['reason']}")
        say(f"{report['passed']} passed, {report['failed']} failed.")
    return 1 if report["failed"] else 0
