"""`--out`: an answer as JSON or as a CSV of name and value; or as tables, or as a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from triffin.app.terminal import finite, print_json, say, writing
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.wording import neutral

FORMATS = ("json", "csv")
PICTURES = (".svg", ".png", ".html")
TABLE_FORMATS = (".json", ".csv", ".xlsx", ".parquet", *PICTURES)


def checked_out(out: Path | None, *, pictures: bool = False) -> None:
    """Refuse an ending that no answer can be written as, before anything is computed.

    Raises InputError with the nearest format.
    """
    if out is None:
        return
    ending = out.suffix.lower().lstrip(".")
    if ending not in FORMATS and not (pictures and out.suffix.lower() in PICTURES):
        raise InputError(
            f"{ending or 'no ending'} is no format of an answer.",
            field="--out",
            value=str(out),
            nearest=nearest_match(ending, FORMATS),
            valid=".json (the whole document) or .csv (name and value of every entry)",
        )


def write_answer(
    out: Path | None, document: Mapping[str, Any], picture: Callable[[Any], Any] | None = None
) -> None:
    """Write an answer, complete or not at all; without `out` nothing.

    A CSV table has the columns name and value; a name is the path in the JSON document
    (`by_maturity.10-year.median`, `path.0.day`), and an undefined value is empty. Raises
    InputError where the system refuses the file.
    """
    if out is None:
        return
    from triffin.world.base.atomic_files import atomic_file

    if picture is not None and out.suffix.lower() in PICTURES:
        from triffin.results.figures.picture_files import write_picture

        with writing(out):
            write_picture(lambda: picture(document), list, out)
        say(f"written: {out}")
        return
    plain = finite(document)
    with writing(out), atomic_file(out) as partial:
        if out.suffix.lower() == ".json":
            _write_json(plain, partial)
        else:
            import csv

            with partial.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(["name", "value"])
                writer.writerows((neutral(k), neutral(v)) for k, v in _entries(plain))
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


def _write_json(plain: Any, path: Path) -> None:
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def check_ending(path: Path | None) -> None:
    """InputError for an ending that is neither a table's nor a picture's; None passes."""
    if path is not None and path.suffix.lower() not in TABLE_FORMATS:
        raise InputError(
            f"the answer cannot be written as {path.suffix or path.name!r}.",
            file=str(path),
            field="--out",
            valid=TABLE_FORMATS,
            nearest=nearest_match(path.suffix, TABLE_FORMATS),
        )


def give(
    document: dict[str, Any],
    out: Path | None,
    as_json: bool,
    *,
    draw: Callable[[Path], None],
    tables: Callable[[], dict[str, Any]],
    about: dict[str, Any],
    show: Callable[[], None],
) -> None:
    """Write an answer to `out`, if there is one, as its ending says, and print it.

    draw : writes a picture; tables : the pandas tables of the answer by name, the finest last;
    about : what the sheet of sources holds; show : prints the answer for people.
    """
    if out is not None:
        with writing(out):
            if out.suffix.lower() in PICTURES:
                draw(out)
            else:
                _write_tables(document, tables(), about, out)
        say(f"written: {out}")
    if as_json:
        print_json(document)
    else:
        show()


def _write_tables(
    document: dict[str, Any], tables: dict[str, Any], about: dict[str, Any], path: Path
) -> None:
    """A document as .json, or its tables as .csv, .parquet (the last table, the finest) or .xlsx
    (all of them and a sheet of sources). Atomic."""
    from triffin.record.table_files import neutral_frame
    from triffin.world.base.atomic_files import atomic_file

    ending = path.suffix.lower()
    finest = list(tables.values())[-1]
    with atomic_file(path) as partial:
        if ending == ".json":
            _write_json(finite(document), partial)
        elif ending == ".csv":
            neutral_frame(finest).to_csv(partial, index=False)
        elif ending == ".parquet":
            finest.to_parquet(partial, index=False)
        else:
            import pandas as pd

            what = [(key, json.dumps(finite(v), ensure_ascii=False)) for key, v in about.items()]
            sources = pd.DataFrame(what, columns=["what", "value"])
            with pd.ExcelWriter(partial, engine="openpyxl") as book:
                for name, table in (tables | {"sources": sources}).items():
                    neutral_frame(table).to_excel(book, sheet_name=name, index=False)
