"""`--out` of the finance commands: the whole answer as a JSON document or as a CSV table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from triffin.app.terminal import finite, say, writing
from triffin.world.base.errors import InputError, nearest_match

FORMATS = ("json", "csv")


def checked_out(out: Path | None) -> None:
    """Refuse an ending that no answer can be written as, before anything is computed.

    Raises InputError with the nearest format.
    """
    if out is None:
        return
    ending = out.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise InputError(
            f"{ending or 'no ending'} is no format of an answer.",
            field="--out",
            value=str(out),
            nearest=nearest_match(ending, FORMATS),
            valid=".json (the whole document) or .csv (name and value of every entry)",
        )


def write_answer(out: Path | None, document: Mapping[str, Any]) -> None:
    """Write an answer, complete or not at all; without `out` nothing.

    A CSV table has the columns name and value; a name is the path in the JSON document
    (`by_maturity.10-year.median`, `path.0.day`), and an undefined value is empty. Raises
    InputError where the system refuses the file.
    """
    if out is None:
        return
    from triffin.world.base.atomic_files import atomic_file

    plain = finite(document)
    with writing(out), atomic_file(out) as partial:
        if out.suffix.lower() == ".json":
            text = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1)
            partial.write_text(text + "\n", "utf-8")
        else:
            import csv

            with partial.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(["name", "value"])
                writer.writerows(_entries(plain))
    say(f"written: {out}")


def _entries(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        parts: Any = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield name, "" if value is None else value
        return
    for key, part in parts:
        yield from _entries(part, f"{name}.{key}" if name else str(key))
