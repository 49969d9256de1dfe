"""One file from a run: workbook, Stata, CSV or parquet, each with citation and the run's hash.

Every number is a number, every unit stands in the file, and the same run gives the same bytes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from triffin.record import tables
from triffin.record.cite import citations, run_citation, short_citation
from triffin.record.readings import unit_of
from triffin.record.record import Record
from triffin.record.table_files import write_csv, write_parquet
from triffin.record.tables import TABLES, to_frame
from triffin.record.units import variable_label
from triffin.results.workbook import FIXED_TIME, add_sheet, bold, cell_of, without_times
from triffin.world.base.atomic_files import atomic_file
from triffin.world.base.errors import InputError, nearest_match
from triffin.world.base.wording import clean

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("xlsx", "dta", "csv", "parquet")

SHEETS = ("headline", "summary", "economies", "flows", "tariffs", "closures", "parameters")
"""Tables of the workbook, one sheet each; the sheet of sources and the draws come after them."""

ASKED = ("partners", "paths")
"""Tables of the workbook that a run has only if it asked for them; they follow the headline."""

TABLE_OF_FORMAT = {"dta": "economies", "csv": "economies", "parquet": "draws"}
"""The table that a format holds unless told otherwise."""

STATA_WORDS = """
    aggregate array boolean break byte case catch class colvector complex const continue default
    delegate delete do double else eltypedef end enum explicit export external float for friend
    function global goto if in inline int local long NULL pragma protected quad rowvector short
    strL typedef typename using virtual with
""".split()  # noqa: SIM905
"""Words that Stata keeps for itself."""

MOST_CELLS = 100_000
"""Cells of the sheet of draws; a run with more has its draws in parquet only."""

STATISTICS = {"low": ", 5 % quantile", "median": ", median", "high": ", 95 % quantile"}
"""Endings of columns and what they mean."""


def export(result: Record, to: str, path: str | Path, table: str | None = None) -> Path:
    """Write a run as one file and return its path.

    `to` is one of:

    - xlsx: a sheet per table and a sheet "sources" with citation, hash, data and units; draws
      have a sheet of their own as long as they are few;
    - dta (Stata 14 and later): a table, with variable labels that hold the units, the hash as
      data label and the citation as a variable;
    - csv: a table with the run's short citation (version, scenario, hash) as last column;
    - parquet: a table with units, hash and citation in the schema's metadata.

    `table` is one of `TABLES`; left out, it is the economies (long: phase × closure ×
    economy, see `tables.economies`), and for parquet every draw (see `tables.draws`).
    The file appears complete or not at all. Raises InputError for an unknown format or table, for
    a table of a workbook, and for a table that the run does not have.
    """
    if to not in FORMATS:
        raise InputError(
            f"{to!r} is not a format of export.",
            field="to",
            value=to,
            valid=FORMATS,
            nearest=nearest_match(to, FORMATS),
        )
    if to == "xlsx" and table is not None:
        raise InputError(
            "a workbook holds every table; a table is chosen for the other formats.",
            field="table",
            value=table,
        )
    target = Path(path)
    with atomic_file(target) as partial:
        if to == "xlsx":
            _write_workbook(result, partial)
            return target
        frame = _frame(result, table or TABLE_OF_FORMAT[to])
        if to == "dta":
            _write_stata(result, frame, partial)
        elif to == "csv":
            write_csv(frame.assign(citation=short_citation(result)), partial)
        else:
            write_parquet(frame, partial, result)
    return target


def _frame(result: Record, name: str) -> pd.DataFrame:
    """A table by name, with text and numbers only; InputError for one that is not there."""
    if name not in TABLES:
        raise InputError(
            f"{name!r} is not a table of a run.",
            field="table",
            value=name,
            valid=TABLES,
            nearest=nearest_match(name, TABLES),
        )
    frame = TABLES[name](result)
    if frame.empty:
        raise InputError(f"the run has no {name}: its scenario does not ask for them.", value=name)
    for column in frame.columns:
        if frame[column].dtype == object:
            kinds = {type(value) for value in frame[column] if value is not None}
            if kinds <= {int, float}:
                frame[column] = frame[column].astype(float)
            elif kinds != {str}:
                frame[column] = [_text(value) for value in frame[column]]
    return frame


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(clean(value))


def column_label(result: Record, column: str) -> str:
    """Label of a column of the economies table with its unit, for people."""
    base, _, statistic = column.rpartition("_")
    if statistic not in STATISTICS or not base:
        base, statistic = column, ""
    unit = unit_of(result, column)
    if base not in result.data.data_vars and not statistic and not unit:
        return column
    label = variable_label(base)[0]
    return label + STATISTICS.get(statistic, "") + (f" ({unit})" if unit else "")


def _write_stata(result: Record, frame: pd.DataFrame, path: Path) -> None:
    labels = {str(name): column_label(result, str(name)) for name in frame.columns}
    frame = frame.rename(columns=_stata_names(list(labels)))
    labels = dict(zip(map(str, frame.columns), labels.values(), strict=True))
    frame["citation"] = run_citation(result)
    labels = {name: label[:80] for name, label in labels.items()}
    labels["citation"] = "How to cite this run"
    frame.to_stata(
        path,
        write_index=False,
        version=118,
        time_stamp=FIXED_TIME,
        data_label=f"Triffin {result.manifest['scenario']}, run {result.identity}"[:80],
        variable_labels=labels,
        # stored once, whatever the number of rows
        convert_strl=["citation"],
    )


def _stata_names(columns: list[str]) -> dict[str, str]:
    """Names that Stata takes: letters, digits and underscores, at most 32, each its own."""
    names: dict[str, str] = {}
    for column in columns:
        name = re.sub(r"\W", "_", column, flags=re.ASCII)
        if not name[:1].isalpha() or name in STATA_WORDS:
            name = f"v_{name}"
        kept, number = name[:32], 1
        while kept in names.values():
            number += 1
            kept = f"{name[: 31 - len(str(number))]}_{number}"
        names[column] = kept
    return names


def _write_workbook(result: Record, path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    asked = {name: frame for name in ASKED if not (frame := to_frame(result, name)).empty}
    for name in (SHEETS[0], *asked, *SHEETS[1:]):
        add_sheet(workbook, name, asked[name] if name in asked else to_frame(result, name))
    draws = tables.draws(result, whole=False)
    few = draws.size <= MOST_CELLS
    _add_sources(workbook, result, list(asked.values()), few)
    if few:
        add_sheet(workbook, "draws", draws)
    workbook.properties.creator = "Triffin"
    workbook.properties.title = str(result.manifest["title"])
    workbook.properties.description = run_citation(result)
    workbook.properties.identifier = str(result.manifest["hash"])
    workbook.save(path)
    without_times(path)


def _add_sources(
    workbook: Any, result: Record, asked: list[pd.DataFrame], with_draws: bool
) -> None:
    manifest = result.manifest
    sheet = workbook.create_sheet("sources")
    sheet.column_dimensions["A"].width = 26
    sheet.column_dimensions["B"].width = 110
    rows: list[list[Any]] = [["scenario", manifest["scenario"]], ["title", manifest["title"]]]
    rows += [[key, manifest[key]] for key in ("hash", "version", "world", "draws", "seed")]
    rows += [["main phase", manifest["main_phase"]], ["central", manifest["central_closure"]]]
    rows += [["cite", text] for text in citations(result)]
    for item in manifest.get("data", []):
        rows.append([f"SHA-256 of {item['name']}", item["sha256"]])
    rows += [["basis of tariffs", note] for note in manifest.get("tariff_basis", [])]
    rows += [["note", note] for note in manifest.get("notes", [])]
    if not with_draws:
        rows.append(["draws", "too many for a sheet: `triffin export RUN --to parquet` has them"])
    sheet.append(bold(sheet, ["what", "value"]))
    for row in rows:
        sheet.append([cell_of(sheet, value) for value in row])
    sheet.append([])
    sheet.append(bold(sheet, ["column", "meaning and unit"]))
    columns = [str(name) for frame in (tables.summary(result), *asked) for name in frame.columns]
    for column in dict.fromkeys(columns):
        sheet.append([column, column_label(result, column)])
